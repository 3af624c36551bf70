"""Pages of signing in: by name and password, by one-time link, and one's own account."""
