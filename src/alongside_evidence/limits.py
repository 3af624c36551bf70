"""From the resamples of one statistic to its intervals, or to the reason for none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from alongside_evidence.arrays import Floats, Integers
from alongside_evidence.distributions import normal_cdf, normal_pdf, normal_quantile, t_quantile
from alongside_evidence.jackknife import ROUNDING, acceleration_from, is_flat, standard_error
from alongside_evidence.results import Interval, Outcome, Refused
from alongside_evidence.sentences import Sentence, at_level, say

#: Fewer clusters than this give no interval; fewer than the second give a t interval.
FEWEST_CLUSTERS, FEWEST_FOR_BCA = 10, 20
#: Resamples equal to the estimate up to this, relative to their size, count as ties.
TIE = 1e-9
#: A limit must have this many resamples outside it.
OUTSIDE = 10
#: Share of resamples that may lack a value.
MOST_UNDEFINED = 1e-3
_SENSIBLE_REPLICATES = 100_000_000
#: The code of why a resample lacks a value, unless something else can be the reason.
NOBODY = "empty-resamples"

StandIn: TypeAlias = Callable[[float], Interval]


@dataclass(frozen=True, slots=True)
class Setting:
    """What was asked for.

    Attributes
    ----------
    levels : tuple of float
    replicates : int
    seed : int
    groups : int or None
        Clusters that bear on the statistic; None where units are independent.
    """

    levels: tuple[float, ...]
    replicates: int
    seed: int
    groups: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One statistic: its value, its resamples and its leave-one-out values.

    Attributes
    ----------
    estimate : float
    values : Floats
        Resampled values in ascending order, only those that exist.
    undefined : int
        Resamples without a value.
    left_out : Floats
        Shape (J,).
    times : Integers
        Shape (J,), how many units share each leave-one-out value.
    because : str
        The code of why a resample may lack a value.
    """

    estimate: float
    values: Floats
    undefined: int
    left_out: Floats
    times: Integers
    because: str = NOBODY

    @property
    def constant(self) -> bool:
        """Whether neither a resample nor a left-out unit changes the value."""
        return self._computable and is_flat(self.left_out) and self._values_flat

    @property
    def _computable(self) -> bool:
        return math.isfinite(self.estimate) and bool(np.isfinite(self.left_out).all())

    @property
    def _values_flat(self) -> bool:
        if not self.values.size:
            return True
        low, high = float(self.values[0]), float(self.values[-1])
        return high - low <= ROUNDING * max(abs(low), abs(high))

    def obstacle(self, groups: int | None) -> Sentence | None:
        """Return why no interval can be computed at any level, or None."""
        if groups is not None and groups < FEWEST_CLUSTERS:
            return say("few-clusters", n=groups, needed=FEWEST_CLUSTERS)
        reason = self._obstacle_in_data()
        if reason is None and (groups is None or groups >= FEWEST_FOR_BCA):
            reason = self._obstacle_in_resamples()
        return reason

    def _obstacle_in_data(self) -> Sentence | None:
        if not math.isfinite(self.estimate):
            return say("no-value")
        if not np.isfinite(self.left_out).all():
            return say("no-value-without-one")
        if self.constant:
            return say("all-the-same")
        if is_flat(self.left_out):
            return say("nothing-moves-it")
        return None

    def _obstacle_in_resamples(self) -> Sentence | None:
        drawn = self.values.size + self.undefined
        if self.undefined > MOST_UNDEFINED * drawn:
            return say(self.because, undefined=self.undefined, drawn=drawn)
        if self._values_flat:
            return say("one-value")
        if not 0.0 < self.share_below() < 1.0:
            return say("one-side")
        return None

    def share_below(self) -> float:
        """Return the share of resamples below the estimate, ties counting half."""
        largest = max(abs(self.estimate), abs(float(self.values[0])), abs(float(self.values[-1])))
        below, upto = np.searchsorted(
            self.values, (self.estimate - TIE * largest, self.estimate + TIE * largest)
        )
        return float(below + upto) / (2.0 * self.values.size)


def outcomes(
    column: Column,
    setting: Setting,
    *,
    when_constant: StandIn | None = None,
    when_extreme: StandIn | None = None,
) -> tuple[Outcome, ...]:
    """Return an interval or a refusal for each level.

    Parameters
    ----------
    column : Column
    setting : Setting
    when_constant : callable, optional
        From a level to the interval that stands where the data do not vary.
    when_extreme : callable, optional
        From a level to the interval that lends a limit which lies too far out for the
        number of resamples.

    Returns
    -------
    tuple of Interval or Refused
        In the order of the levels.
    """
    reason = column.obstacle(setting.groups)
    if reason is not None:
        enough = setting.groups is None or setting.groups >= FEWEST_CLUSTERS
        if when_constant is not None and enough and column.constant:
            return tuple(when_constant(level) for level in setting.levels)
        return tuple(Refused(level, reason) for level in setting.levels)
    if setting.groups is not None and setting.groups < FEWEST_FOR_BCA:
        return tuple(_cluster_t(column, level, setting.groups) for level in setting.levels)
    shape = _Shape(normal_quantile(column.share_below()), acceleration_from(column.left_out, column.times))
    return tuple(_bca(column, level, setting, shape, when_extreme) for level in setting.levels)


def _cluster_t(column: Column, level: float, groups: int) -> Interval:
    half = t_quantile((1 + level) / 2, groups - 1) * standard_error(column.left_out, column.times)
    return Interval(
        estimate=column.estimate,
        low=column.estimate - half,
        high=column.estimate + half,
        level=level,
        z0=None,
        acceleration=None,
        method="cluster-t",
        replicates=None,
        seed=None,
        monte_carlo_error=None,
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    z0: float
    acceleration: float

    def alpha(self, z: float) -> float | None:
        """Return which quantile of the resamples the limit is; None where BCa has none."""
        reach = self.z0 + z
        bend = 1.0 - self.acceleration * reach
        return normal_cdf(self.z0 + reach / bend) if bend > 0.0 else None

    def rank_error(self, alpha: float, z: float, replicates: int) -> float:
        """Return the standard deviation, in ranks, of a limit between seeds.

        The quantile and z0 both come from the same resamples; this is the delta method on
        the two with their covariance.
        """
        below = normal_cdf(self.z0)
        bend = 1.0 - self.acceleration * (self.z0 + z)
        slope = normal_pdf(normal_quantile(alpha)) * (1.0 + bend**-2) / normal_pdf(self.z0)
        shared = min(alpha, below) - alpha * below
        variance = alpha * (1 - alpha) + slope**2 * below * (1 - below) - 2 * slope * shared
        return math.sqrt(max(variance, 0.0) * replicates)


@dataclass(frozen=True, slots=True)
class _Limit:
    value: float
    error: float
    borrowed: bool = False


def _bca(
    column: Column, level: float, setting: Setting, shape: _Shape, when_extreme: StandIn | None
) -> Outcome:
    z = normal_quantile((1 + level) / 2)
    limits: list[_Limit | None] = []
    reasons: list[Sentence] = []
    borrowed = when_extreme(level) if when_extreme is not None else None
    for side, signed in (("lower", -z), ("upper", z)):
        alpha = shape.alpha(signed)
        if alpha is None:
            reasons.append(say(f"{side}-has-no-bca"))
            limits.append(None)
        elif min(alpha, 1 - alpha) * column.values.size >= OUTSIDE:
            limits.append(
                _quantile(column.values, alpha, shape.rank_error(alpha, signed, column.values.size))
            )
        elif borrowed is not None:
            limits.append(_Limit(borrowed.low if side == "lower" else borrowed.high, 0.0, borrowed=True))
        else:
            reasons.append(_too_far_out(side, min(alpha, 1 - alpha), column.values.size))
            limits.append(None)
    low, high = limits
    if low is None or high is None:
        return _refused(level, low, high, reasons)
    return Interval(
        estimate=column.estimate,
        low=low.value,
        high=high.value,
        level=level,
        z0=shape.z0,
        acceleration=shape.acceleration,
        method=_method(low, high),
        replicates=setting.replicates,
        seed=setting.seed,
        monte_carlo_error=(low.error, high.error),
        undefined=column.undefined,
    )


def _quantile(values: Floats, alpha: float, rank_error: float) -> _Limit:
    """Return the smallest resampled value with at least `alpha` of them at or below it."""
    last = values.size - 1
    rank = math.ceil(alpha * values.size - TIE) - 1
    above, below = (
        float(values[min(max(round(rank + step), 0), last)]) for step in (rank_error, -rank_error)
    )
    return _Limit(float(values[min(max(rank, 0), last)]), 0.5 * (above - below))


def _too_far_out(side: str, tail: float, replicates: int) -> Sentence:
    needed = OUTSIDE / tail if tail > 0.0 else math.inf
    if needed > _SENSIBLE_REPLICATES:
        return say(f"{side}-too-far", outside=OUTSIDE, replicates=replicates)
    scale = 10 ** math.floor(math.log10(needed))
    enough = math.ceil(needed / scale) * scale
    return say(f"{side}-needs-more", outside=OUTSIDE, replicates=replicates, enough=enough)


def _refused(level: float, low: _Limit | None, high: _Limit | None, reasons: list[Sentence]) -> Refused:
    standing = None
    if low is not None:
        standing = say("lower-stands", value=low.value)
    elif high is not None:
        standing = say("upper-stands", value=high.value)
    return Refused(
        level,
        at_level(level, reasons, standing),
        None if low is None else low.value,
        None if high is None else high.value,
    )


def _method(low: _Limit, high: _Limit) -> str:
    if low.borrowed and high.borrowed:
        return "clopper-pearson"
    if low.borrowed:
        return "bca; lower limit clopper-pearson"
    return "bca; upper limit clopper-pearson" if high.borrowed else "bca"
