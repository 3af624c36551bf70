"""Versioned questionnaires and their filled copies. Knows people and the catalogue."""
