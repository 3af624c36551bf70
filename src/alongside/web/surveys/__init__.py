"""Pages of surveys: who is asked, answers in and out, the table of who coordinates what."""
