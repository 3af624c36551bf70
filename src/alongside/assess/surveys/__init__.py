"""Surveys of who coordinates what: frame, answers, the computed table.

Knows all of commons and the evidence library.
"""
