"""The page of the audit: who did what to which row, when, for those entitled to read it."""
