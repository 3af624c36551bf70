"""Pages that only the demonstration has: being one of its people. Knows the shell and the demonstration."""
