"""Pages that only the demonstration has: being one of its people, and the gallery of components.

Knows the shell and the demonstration.
"""
