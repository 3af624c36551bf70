"""BCa intervals from pattern counts: one joint resample for every statistic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alongside_evidence.arrays import Floats, Integers, Statistic
from alongside_evidence.counting import (
    Design,
    check_design,
    check_levels,
    check_replicates,
    check_seed,
)
from alongside_evidence.jackknife import leave_one_out
from alongside_evidence.limits import FEWEST_FOR_BCA, NOBODY, Column, Setting, outcomes
from alongside_evidence.resample import SLICE, Block, resamples
from alongside_evidence.results import NotComputable, Outcome
from alongside_evidence.weighting import Scheme


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """m statistics of the same resamples.

    Attributes
    ----------
    estimates : Floats
        Shape (m,), the statistics of the data.
    values : Floats
        Shape (m, B), of the resamples; B is 0 where none were needed.
    left_out : Floats
        Shape (J, m), leave-one-out values.
    times : Integers
        Shape (J,), how many units share each of them.
    single : bool
        Whether the statistic gave one number rather than a row of m.
    because : str
        The code of why a resample may lack a value.
    """

    estimates: Floats
    values: Floats
    left_out: Floats
    times: Integers
    single: bool
    because: str = NOBODY

    def joint(self, parts: Mapping[int, float]) -> Floats:
        """Return a linear combination in each resample, shape (B,), in their common order."""
        with np.errstate(invalid="ignore"):
            return np.asarray(sum(c * self.values[i] for i, c in parts.items()))

    def column(self, parts: Mapping[int, float]) -> Column:
        """Return a linear combination of the statistics, with its coefficient for each."""
        estimate = sum(c * float(self.estimates[i]) for i, c in parts.items())
        with np.errstate(invalid="ignore"):
            values = self.joint(parts)
            left_out = np.asarray(sum(c * self.left_out[:, i] for i, c in parts.items()))
        finite = np.isfinite(values)
        undefined = values.size - int(np.count_nonzero(finite))
        if undefined:
            values = values[finite]
        return Column(float(estimate), np.sort(values), undefined, left_out, self.times, self.because)


def resample(
    design: Design, statistic: Statistic, replicates: int, seed: int, scheme: Scheme | None = None
) -> Resampled:
    """Compute a statistic of the data, of the resamples and of the leave-one-out data.

    Parameters
    ----------
    design : Design
    statistic : Statistic
        Maps weights (..., k) to (...,) or (..., m).
    replicates : int
        Resamples, B.
    seed : int
    scheme : Scheme, optional
        Weights of the counted cells; resampling is then Rao and Wu's.

    Returns
    -------
    Resampled
        Holds m x B numbers; everything else is bounded by the block size.

    Raises
    ------
    ValueError
        When the statistic returns another shape.
    """
    if scheme is not None:
        statistic = scheme.of(statistic)
    with np.errstate(all="ignore"):  # an empty denominator is counted, not warned about
        estimate = _checked(statistic, design.counts[None, :].astype(np.float64))
        single = estimate.ndim == 1
        left_out = leave_one_out(design, statistic, SLICE)
        m = 1 if single else estimate.shape[1]
        drawn = 0 if design.groups is not None and design.groups < FEWEST_FOR_BCA else replicates
        values = np.empty((m, drawn))
        start = 0
        for weights, times in _slices(design, drawn, seed, scheme):
            block = _checked(statistic, weights).reshape(len(weights), m).T
            if times is not None:
                block = np.repeat(block, times, axis=1)
            values[:, start : start + block.shape[1]] = block
            start += block.shape[1]
    return Resampled(
        estimate.reshape(m),
        values,
        left_out.reshape(-1, m),
        design.left_out()[1],
        single,
        NOBODY if scheme is None else scheme.because,
    )


def _slices(design: Design, replicates: int, seed: int, scheme: Scheme | None) -> Iterator[Block]:
    """Yield the resamples in portions for the statistic."""
    rows = max(1, SLICE // design.counts.size)
    size = design.units if design.groups is None else design.groups
    for drawn, times in resamples(design, replicates, seed, fewer=0 if scheme is None else 1):
        weights = drawn if scheme is None else scheme.rescaled(drawn, size / max(size - 1, 1))
        for start in range(0, len(weights), rows):
            part = slice(start, start + rows)
            yield weights[part], None if times is None else times[part]


def _checked(statistic: Statistic, weights: Floats) -> Floats:
    values = np.asarray(statistic(weights), dtype=np.float64)
    if values.ndim not in {1, 2} or values.shape[0] != len(weights):
        raise ValueError(
            "a statistic maps weights (..., k) to (...,) or (..., m), "
            f"but weights {weights.shape} gave {values.shape}"
        )
    return values


def bca(
    counts: npt.ArrayLike,
    statistic: Statistic,
    *,
    levels: Sequence[float] = (0.95, 0.99),
    replicates: int = 100_000,
    seed: int | None = None,
    clusters: npt.ArrayLike | None = None,
) -> tuple[Outcome, ...] | tuple[tuple[Outcome, ...], ...]:
    """Return bias-corrected and accelerated bootstrap intervals from pattern counts.

    Parameters
    ----------
    counts : array_like
        Shape (k,), how many units show each of k patterns; whole numbers, none negative.
        For a sample of real numbers, a 1 for each number.
    statistic : callable
        Maps weights of shape (..., k) to values of shape (...,), or (..., m) for m
        statistics of the same resamples. It must depend on proportions only: weights sum
        to n in a resample and to n - 1 with a unit left out.
    levels : sequence of float
        Nominal coverages in (0, 1).
    replicates : int
        Resamples, B.
    seed : int, optional
        Repeats the resamples. Without it one is drawn, and reported in the result.
    clusters : array_like, optional
        Shape (G, k), the counts by cluster. Whole clusters are then resampled and left out.
        Below 10 clusters there is no interval, below 20 a t interval with G - 1 degrees of
        freedom (method ``cluster-t``).

    Returns
    -------
    tuple
        For values of shape (...,) a tuple with one :class:`Interval` or :class:`Refused` a
        level; for (..., m) a tuple of m such tuples, also for m = 1.

    Raises
    ------
    ValueError
        When an argument does not fit (before the statistic is called), or the statistic
        returns another shape.
    NotComputable
        When the only statistic has no interval at any level; with several a
        :class:`Refused` stands in the place of each that has none.

    Notes
    -----
    Limits are quantiles of the resampled values at alpha = Phi(z0 + (z0 + z) / (1 - a (z0 +
    z))), z0 counting ties half. A limit with fewer than 10 resamples outside it is refused;
    a larger B is the remedy. Resamples in which the statistic has no finite value are set
    aside and counted in ``undefined``; above 1 in 1,000 there is no interval.

    The result is a function of the arguments alone: the same seed gives the same result.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 14.
    DiCiccio and Efron (1996), Statistical Science 11, 189-228.
    """
    design = check_design(counts, clusters)
    setting = Setting(check_levels(levels), check_replicates(replicates), check_seed(seed), design.groups)
    resampled = resample(design, statistic, setting.replicates, setting.seed)
    columns = [resampled.column({i: 1.0}) for i in range(len(resampled.estimates))]
    if not resampled.single:
        return tuple(outcomes(column, setting) for column in columns)
    reason = columns[0].obstacle(setting.groups)
    if reason is not None:
        raise NotComputable(reason)
    return outcomes(columns[0], setting)
