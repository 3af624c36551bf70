"""Stories that cross parts: the worker's round, which seals, tidies, computes and sweeps.

Knows everything below.
"""
