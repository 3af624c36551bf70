"""Pages of organisations, units and groups, of people and their roles."""
