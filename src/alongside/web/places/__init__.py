"""Pages of places: the tree from the top, a search, and what stands in a place."""
