"""The chance that the 99 % interval of a share holds the truth, computed exactly and not simulated."""

import numpy as np
from scipy import stats

from alongside_evidence import Patterns, coordination_table

SHARES = np.round(np.arange(0.02, 0.9801, 0.001), 3)


def least_coverage(n):
    """Over shares from .02 to .98: the interval of every count, weighed by its binomial chance."""
    limits = []
    for count in range(n + 1):
        times = [c for c in (count, n - count) if c]
        given = [p for p, c in ((("unit",), count), (("together",), n - count)) if c]
        patterns = Patterns(("food",), given, times)
        row = coordination_table(patterns, statutory=["food"], levels=(0.99,), seed=3).rows[0]
        limits.append((row.shares["unit"].intervals[0].low, row.shares["unit"].intervals[0].high))
    low, high = np.array(limits).T
    counts = np.arange(n + 1)
    held = (low[:, None] <= SHARES + 1e-12) & (high[:, None] >= SHARES - 1e-12)
    return float((stats.binom.pmf(counts[:, None], n, SHARES) * held).sum(axis=0).min())
