"""The fourth floor of the service cycle: what came of it."""
