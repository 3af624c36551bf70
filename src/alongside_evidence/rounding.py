"""Small counts rounded to 0 or to a base, so that nothing needs closing and all sums hold.

The other choice beside closing cells. The finest counts that make a shown count small are
each rounded to 0 or to the base; every shown count is then summed anew, so that tables and
totals agree. Which go up and which go down is chosen so that shown counts move little.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alongside_evidence.arrays import Floats, Integers
from alongside_evidence.linked import Hierarchy, LinkedTables, link, named
from alongside_evidence.results import Json

BASE = 5
#: Rounds of improvement; each changes one count, or exchanges two.
_MOST_CHANGES = 10_000
#: Of each direction so many of the best are tried in pairs.
_PAIRED = 40


@dataclass(frozen=True, slots=True, eq=False)
class Rounding:
    """Tables with small counts rounded.

    Attributes
    ----------
    published : dict
        From each shown cell to its count after rounding; none lies between 0 and the base.
    base : int
    rounded : int
        How many of the finest counts were changed.
    largest : int
        How far a shown count moved at most.
    mean : float
        How far a shown count moved on average, up or down.
    """

    published: Mapping[Hashable, int]
    base: int
    rounded: int
    largest: int
    mean: float

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "base": self.base,
            "rounded": self.rounded,
            "largest_difference": self.largest,
            "mean_difference": self.mean,
            "cells": [{"cell": named(cell), "count": count} for cell, count in self.published.items()],
        }


def round_small_counts(
    records: Iterable[tuple[Mapping[str, str], int]],
    tables: Sequence[Sequence[str]],
    hierarchies: Mapping[str, Hierarchy] | None = None,
    *,
    base: int = BASE,
) -> Rounding:
    """Count records into linked tables whose small counts are rounded.

    Parameters
    ----------
    records : iterable of (mapping, int)
        The finest categories and how many units are of that sort, as :func:`link` takes them.
    tables : sequence of sequence of str
        The dimensions of each table that is shown.
    hierarchies : mapping, optional
        For a dimension, which categories are sums of which.
    base : int
        Small counts become 0 or this, such as 3 or 5; at least 2.

    Returns
    -------
    Rounding
        Sums hold within and across tables. Counts made of no small shown one stay exact.

    Raises
    ------
    ValueError
        When the base is below 2, or :func:`link` refuses the records.

    References
    ----------
    Langsrud and Heldal (2018), An algorithm for small count rounding of tabular data,
    Privacy in Statistical Databases, Valencia.
    """
    if isinstance(base, bool) or int(base) != base or base < 2:
        raise ValueError(f"a base is a whole number from 2 up, such as 3 or 5, but is {base}")
    linked = link(records, tables, hierarchies, behind=True)
    shown = linked.shown
    finest, matrix = _finest(linked, shown)
    true = np.array([linked.counts[cell] for cell in finest], dtype=np.int64)
    rounded = _rounded(true, matrix, base)
    after = matrix @ rounded
    moved = np.abs(after - matrix @ true)
    return Rounding(
        dict(zip(shown, (int(n) for n in after), strict=True)),
        base,
        int(np.count_nonzero(rounded != true)),
        int(moved.max(initial=0)),
        float(moved.mean()) if moved.size else 0.0,
    )


def _finest(linked: LinkedTables, shown: Sequence[Hashable]) -> tuple[list[Hashable], Integers]:
    """Return the finest cells that hold somebody, and which shown cells count them, (shown, finest)."""
    parts: dict[Hashable, tuple[Hashable, ...]] = {}
    for relation in linked.relations:
        parts.setdefault(relation.total, relation.parts)
    below: dict[Hashable, frozenset[Hashable]] = {}

    def leaves(cell: Hashable) -> frozenset[Hashable]:
        if cell not in below:
            held = parts.get(cell)
            below[cell] = frozenset({cell}) if held is None else frozenset().union(*map(leaves, held))
        return below[cell]

    finest = [cell for cell in linked.counts if cell not in parts and linked.counts[cell]]
    place = {cell: i for i, cell in enumerate(finest)}
    matrix = np.zeros((len(shown), len(finest)), dtype=np.int64)
    for row, cell in enumerate(shown):
        matrix[row, [place[leaf] for leaf in leaves(cell) if leaf in place]] = 1
    return finest, matrix


def _rounded(true: Integers, matrix: Integers, base: int) -> Integers:
    """Return the finest counts, rounded where a shown count would be small; more where it still is."""
    chosen = np.zeros(true.size, dtype=bool)
    rounded = true.copy()
    while True:
        shown = matrix @ rounded
        small = (shown > 0) & (shown < base)
        if not small.any():
            return rounded
        # Counts between 0 and the base that make up a small one; at least one is not yet rounded.
        chosen |= (matrix[small].any(axis=0)) & (true > 0) & (true < base)
        rounded = true.copy()
        places = np.flatnonzero(chosen)
        rounded[places] = _choice(true[places], matrix[:, places].astype(np.float64), base)


def _choice(true: Integers, matrix: Floats, base: int) -> Integers:
    """Choose 0 or the base for each count so that the squares of what sums move by stay small."""
    up = np.zeros(true.size, dtype=bool)
    moved = np.zeros(matrix.shape[0])
    for i in np.argsort(-true, kind="stable"):
        inside = matrix[:, i] > 0.0
        near = moved[inside]
        # To the base or to 0, whichever leaves the sums nearer to what they were.
        up[i] = float(((near + base - true[i]) ** 2).sum()) < float(((near - true[i]) ** 2).sum())
        moved[inside] += (base if up[i] else 0) - true[i]
    return _improved(up, moved, matrix, base)


def _improved(
    up: np.ndarray[tuple[int], np.dtype[np.bool_]], moved: Floats, matrix: Floats, base: int
) -> Integers:
    """Turn counts the other way, one or two at once, as long as that brings sums nearer."""
    times = matrix.sum(axis=0)
    for _ in range(_MOST_CHANGES):
        step = np.where(up, -base, base).astype(np.float64)
        gain = -(2.0 * step * (moved @ matrix) + step**2 * times)
        turn = _turn(gain, step, matrix)
        if turn is None:
            break
        for i in turn:
            moved = moved + step[i] * matrix[:, i]
            up[i] = not up[i]
    return np.where(up, base, 0).astype(np.int64)


def _turn(gain: Floats, step: Floats, matrix: Floats) -> list[int] | None:
    """Return the count, or the two, whose turning gains most; None where nothing does."""
    best = int(np.argmax(gain)) if gain.size else -1
    if best >= 0 and gain[best] > 0.0:
        return [best]
    rising, falling = (
        sorted(np.flatnonzero(inside), key=lambda i: -gain[i])[:_PAIRED] for inside in (step > 0, step < 0)
    )
    if not rising or not falling:
        return None
    # Turning both: where they share sums the two moves cancel.
    shared = matrix[:, rising].T @ matrix[:, falling]
    both = gain[rising][:, None] + gain[falling][None, :] + 2.0 * step[rising[0]] ** 2 * shared
    at = np.unravel_index(int(np.argmax(both)), both.shape)
    return [int(rising[at[0]]), int(falling[at[1]])] if both[at] > 1e-9 else None
