"""Multinomial resamples from independent Poisson counts: exact, and quick for middling n.

Draw each pattern's count from a Poisson law whose means sum to a little less than n. Given
their total N, such counts are Multinomial(N, p). Where N is at most n, n - N further rows
are drawn one by one, which makes Multinomial(n, p); where N is above n, the resample is
drawn anew in the plain way. Nothing is approximated.

The gain: a pattern's mean is the same in every resample, so that its count can be read off
a table, where a plain multinomial works out a new binomial law for each count.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from alongside_evidence.arrays import Floats, Integers

_BITS = 12
_CELLS = 1 << _BITS
#: How far the Poisson total stays below n, in standard deviations: about 1 % of the
#: resamples come out above n all the same.
_SHORTFALL = 2.3
#: Beyond this many standard deviations a Poisson count never comes up.
_REACH = 12.0
#: Counts drawn together.
_ROUND = 2**18


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """A Poisson law cut into equal cells of probability.

    Attributes
    ----------
    cdf : Floats
        P(X <= first), P(X <= first + 1), ...
    first : int
    values : array of int
        What each cell of probability gives; -1 where it holds a boundary, so that more
        digits of the random number are needed.
    """

    cdf: Floats
    first: int
    values: Integers

    @classmethod
    def of(cls, mean: float) -> _Table:
        spread = _REACH * math.sqrt(mean)
        first = max(0, math.floor(mean - spread))
        steps = np.log(mean / np.arange(first + 1, math.ceil(mean + spread + _REACH) + 1))
        start = first * math.log(mean) - mean - math.lgamma(first + 1)
        cdf = np.cumsum(np.exp(start + np.concatenate(([0.0], np.cumsum(steps)))))
        boundaries = (cdf * _CELLS).astype(np.int64)
        boundaries = boundaries[boundaries < _CELLS]
        values = np.cumsum(np.bincount(boundaries, minlength=_CELLS)) + first
        values[boundaries] = -1
        return cls(cdf, first, values)

    def draw(self, rng: np.random.Generator, cells: np.ndarray[tuple[int], np.dtype[np.uint16]]) -> Integers:
        """Return a count for each cell drawn."""
        counts = self.values.take(cells)
        split = np.flatnonzero(counts < 0)
        points = (cells[split] + rng.random(split.size)) / _CELLS
        counts[split] = np.searchsorted(self.cdf, points, side="right") + self.first
        return counts


class Poissonised:
    """Draws resamples of n rows, or a few less, over k patterns, in rounds.

    Parameters
    ----------
    counts : Integers
        Shape (k,), positive.
    draws : int, optional
        How many rows a resample has; as many as there are unless said.
    """

    def __init__(self, counts: Integers, draws: int | None = None) -> None:
        self.counts = counts
        self.n = int(counts.sum())
        self.draws = self.n if draws is None else draws
        share = (1.0 - min(_SHORTFALL / math.sqrt(self.n), 0.5)) * (self.draws / self.n)
        tables = {count: _Table.of(share * count) for count in set(counts.tolist())}
        self.tables = [tables[count] for count in counts.tolist()]
        self.pattern_of_row = np.repeat(np.arange(counts.size), counts)

    def rounds(self, rng: np.random.Generator, replicates: int) -> Iterator[Floats]:
        """Yield resamples of shape (b, k) until there are enough.

        Random numbers are taken pattern by pattern within a round, so a round's size must
        not depend on anything but k: a seed would not repeat its resamples otherwise.
        """
        size = max(1, _ROUND // self.counts.size)
        for start in range(0, replicates, size):
            yield self._draw(rng, min(size, replicates - start))

    def _draw(self, rng: np.random.Generator, b: int) -> Floats:
        k = self.counts.size
        words = rng.integers(0, 2**64, size=-(-k * b // 4), dtype=np.uint64)
        cells = (words.view(np.uint16)[: k * b] >> (16 - _BITS)).reshape(k, b)
        drawn = np.empty((k, b), np.int64)
        for j, table in enumerate(self.tables):
            drawn[j] = table.draw(rng, cells[j])
        missing = self.draws - drawn.sum(axis=0)
        above = np.flatnonzero(missing < 0)
        missing[above] = 0
        rows = self.pattern_of_row[rng.integers(0, self.n, size=int(missing.sum()))]
        rows *= b
        rows += np.repeat(np.arange(b), missing)
        drawn += np.bincount(rows, minlength=k * b).reshape(k, b)
        if above.size:
            drawn[:, above] = rng.multinomial(self.draws, self.counts / self.n, size=above.size).T
        return drawn.T.astype(np.float64, order="C")
