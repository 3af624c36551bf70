"""What was counted: the checks that run before any statistic is called."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alongside_evidence.arrays import Floats, Integers

_LARGEST_SUM = 2**53  # beyond it a float weight no longer tells n from n - 1


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Counts of k patterns and, where units come in clusters, the same by cluster.

    Attributes
    ----------
    counts : Integers
        Shape (k,).
    clusters : Integers or None
        Shape (G, k), without clusters that hold no unit; they sum to `counts`.
    """

    counts: Integers
    clusters: Integers | None

    @property
    def units(self) -> int:
        """How many units were counted."""
        return int(self.counts.sum())

    @property
    def groups(self) -> int | None:
        """How many clusters hold a unit; None where units are independent."""
        return None if self.clusters is None else len(self.clusters)

    def left_out(self) -> tuple[Integers, Integers]:
        """Return what a jackknife takes away and how often.

        Returns
        -------
        tuple
            Indices into the positive patterns (or the clusters), and multiplicities: all
            units of one pattern give the same leave-one-out value.
        """
        if self.clusters is not None:
            return np.arange(len(self.clusters)), np.ones(len(self.clusters), np.int64)
        positive = np.flatnonzero(self.counts)
        return positive, self.counts[positive]

    def without(self, indices: Integers) -> Floats:
        """Return the counts without one unit (or cluster) for each index, shape (J, k)."""
        if self.clusters is not None:
            return (self.counts - self.clusters[indices]).astype(np.float64)
        weights = np.tile(self.counts.astype(np.float64), (len(indices), 1))
        weights[np.arange(len(indices)), indices] -= 1.0
        return weights


def check_design(counts: npt.ArrayLike, clusters: npt.ArrayLike | None = None) -> Design:
    """Check counts and clusters.

    Parameters
    ----------
    counts : array_like
        Shape (k,), non-negative whole numbers, not all 0.
    clusters : array_like, optional
        Shape (G, k), non-negative whole numbers that sum to `counts`.

    Returns
    -------
    Design

    Raises
    ------
    ValueError
        With what was expected and what was there.
    """
    whole = _whole(counts, "counts", 1)
    if whole.size == 0 or not whole.any():
        raise ValueError("counts must hold at least one unit, but they are empty or all 0")
    if float(whole.sum(dtype=np.float64)) >= _LARGEST_SUM:
        raise ValueError("counts must sum to less than 2**53")
    if clusters is None:
        return Design(whole, None)
    grouped = _whole(clusters, "clusters", 2)
    if grouped.shape[1] != whole.size:
        raise ValueError(
            f"clusters must have one column for each of the {whole.size} counts, "
            f"but their shape is {grouped.shape}"
        )
    totals = grouped.sum(axis=0)
    if not np.array_equal(totals, whole):
        where = int(np.flatnonzero(totals != whole)[0])
        raise ValueError(
            f"clusters must sum to counts, but at position {where} "
            f"they sum to {totals[where]} and the count is {whole[where]}"
        )
    return Design(whole, grouped[grouped.any(axis=1)])


def _whole(values: npt.ArrayLike, name: str, dimensions: int) -> Integers:
    try:
        given = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be a regular array of whole numbers: {error}") from error
    if given.ndim != dimensions:
        raise ValueError(f"{name} must have {dimensions} dimension(s), but have {given.ndim}")
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be whole numbers, but their type is {given.dtype}")
    with np.errstate(invalid="ignore"):
        whole = given.astype(np.int64)
    if not np.array_equal(whole, given):
        raise ValueError(f"{name} must be whole numbers below 2**63, without NaN or infinity")
    if whole.size and whole.min() < 0:
        raise ValueError(f"{name} must not be negative, but one of them is {whole.min()}")
    return whole


def check_levels(levels: Sequence[float]) -> tuple[float, ...]:
    """Return the levels as floats; ValueError unless each lies in (0, 1)."""
    if isinstance(levels, (int, float)):
        raise ValueError(f"levels must be a sequence such as (0.95, 0.99), but is {levels}")  # noqa: TRY004
    checked = tuple(float(level) for level in levels)
    if not checked:
        raise ValueError("at least one level is needed, such as 0.95")
    for level in checked:
        if not (math.isfinite(level) and 0 < level < 1):
            raise ValueError(f"a level lies between 0 and 1 (such as 0.95), but is {level}")
    return checked


def check_replicates(replicates: int) -> int:
    """Return the number of resamples; ValueError unless it is a positive whole number."""
    if isinstance(replicates, bool) or int(replicates) != replicates or replicates < 1:
        raise ValueError(f"replicates must be a positive whole number, but is {replicates}")
    return int(replicates)


def check_seed(seed: int | None) -> int:
    """Return the seed, drawing one where none is given; ValueError when it is negative."""
    if seed is None:
        # 32 bits: short enough to be typed again, exact in every JSON reader.
        return secrets.randbits(32)
    if isinstance(seed, bool) or int(seed) != seed or seed < 0:
        raise ValueError(f"seed must be a whole number from 0 up, but is {seed}")
    return int(seed)
