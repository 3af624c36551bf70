"""Small tools with a subject: the clock, ids, refusals, the SQLite build. Knows Django's translation only."""
