"""The ground floor: kit and access. Knows nothing above it."""
