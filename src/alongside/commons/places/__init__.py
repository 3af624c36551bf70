"""Places and their hierarchies. Owns Place, PlaceCode, Above. Knows core only."""
