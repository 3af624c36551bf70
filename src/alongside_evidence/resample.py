"""Draws resamples as weights of the patterns, block by block in bounded memory.

A resample of n rows is Multinomial(n, counts / n) over the k patterns. Four ways to draw
it, all exact, are chosen by cost from (n, k, B) alone, so that a seed always gives the same
resamples: row by row when rows are few; pattern by pattern when they are very many; from
Poisson counts in between; and for two patterns how often each of the n + 1 possible
resamples comes up.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alongside_evidence.arrays import Floats, Integers
from alongside_evidence.counting import Design
from alongside_evidence.poissonised import Poissonised

#: Numbers drawn at once; blocks of this size stay in the processor's cache.
BLOCK = 2**18
#: Numbers a statistic is given at once. Small, so that a matrix product inside it stays on
#: one thread: with more, OpenBLAS waits for the second core, which costs four times the
#: work itself on a busy machine.
SLICE = 2**15
#: Nanoseconds for a drawn row, binomial and Poisson count, measured; only ratios matter.
_ROW_COST, _BINOMIAL_COST, _POISSON_COST = 4.0, 65.0, 10.0
#: Above it the Poisson tables would be larger than what they save.
_MOST_POISSONISED = 100_000
#: Below this share of the largest probability a cell is never drawn.
_NEVER = 1e-18

#: Weights (b, k), and how often each of them came up (None: once each).
Block = tuple[Floats, Integers | None]


def resamples(design: Design, replicates: int, seed: int, *, fewer: int = 0) -> Iterator[Block]:
    """Yield resamples until there are `replicates` of them.

    Parameters
    ----------
    design : Design
        Counts (k,), with or without clusters (G, k).
    replicates : int
        How many resamples, B.
    seed : int
        Repeats the resamples.
    fewer : int
        How many units (or clusters) fewer than there are is drawn: 0, or 1 for Rao and Wu's.

    Yields
    ------
    tuple
        Weights of shape (b, k), and None or their multiplicities, shape (b,).
    """
    rng = np.random.default_rng(seed)
    k = design.counts.size
    if design.clusters is not None:
        groups = design.clusters.astype(np.float64)
        width = max(k, len(groups))
        each = np.ones(len(groups), np.int64)
        for drawn in _drawn(rng, each, replicates, width, len(groups) - fewer):
            yield drawn @ groups, None
        return
    positive = np.flatnonzero(design.counts)
    counts = design.counts[positive]
    blocks: Iterator[Block]
    draws = design.units - fewer
    if positive.size == 1:
        blocks = iter([(np.array([[float(draws)]]), np.array([replicates]))])
    elif positive.size == 2 and design.units < replicates:
        blocks = iter([_two_patterns(rng, counts, replicates, draws)])
    else:
        blocks = ((drawn, None) for drawn in _drawn(rng, counts, replicates, k, draws))
    for drawn, times in blocks:
        if positive.size == k:
            yield drawn, times
        else:
            weights = np.zeros((len(drawn), k))
            weights[:, positive] = drawn
            yield weights, times


def _two_patterns(rng: np.random.Generator, counts: Integers, replicates: int, n: int) -> Block:
    """Return every possible resample of two patterns, n draws, and how often it came up."""
    first = np.arange(n + 1, dtype=np.float64)
    steps = np.log((n - first[:-1]) / (first[:-1] + 1.0) * (counts[0] / counts[1]))
    logarithms = np.concatenate(([0.0], np.cumsum(steps)))
    chance = np.exp(logarithms - logarithms.max())
    possible = chance > _NEVER
    chance, first = chance[possible], first[possible]
    times = rng.multinomial(replicates, chance / chance.sum())
    seen = times > 0
    weights = np.empty((int(seen.sum()), 2), order="F")
    weights[:, 0] = first[seen]
    weights[:, 1] = n - first[seen]
    return weights, times[seen]


def _drawn(
    rng: np.random.Generator, counts: Integers, replicates: int, width: int, draws: int
) -> Iterator[Floats]:
    n, k = int(counts.sum()), counts.size
    way = _cheapest(n, k)
    if way == "poissonised":
        yield from Poissonised(counts, draws).rounds(rng, replicates)
        return
    size = max(1, BLOCK // max(width, n if way == "rows" else 1))
    for start in range(0, replicates, size):
        b = min(size, replicates - start)
        if way == "rows":
            yield _row_by_row(rng, counts, draws, b)
        else:
            yield rng.multinomial(draws, counts / n, size=b).astype(np.float64)


def _cheapest(n: int, k: int) -> str:
    costs = {"rows": n * _ROW_COST, "patterns": k * _BINOMIAL_COST}
    if n <= _MOST_POISSONISED:
        # Rows fill up what the Poisson counts lack, a few times the square root of n.
        costs["poissonised"] = _POISSON_COST * (k + n**0.5)
    return min(costs, key=costs.__getitem__)


def _row_by_row(rng: np.random.Generator, counts: Integers, draws: int, b: int) -> Floats:
    """Draw rows with replacement b times and count their patterns."""
    k, n = counts.size, int(counts.sum())
    rows = rng.integers(0, n, size=(b, draws))
    if k < n:
        rows = np.repeat(np.arange(k), counts)[rows]
    rows += np.arange(0, b * k, k)[:, None]
    return np.bincount(rows.ravel(), minlength=b * k).reshape(b, k).astype(np.float64)
