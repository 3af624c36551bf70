"""Pages that only the demonstration has: trying it as one of its people. Knows the shell and the demonstration."""
