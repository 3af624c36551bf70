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

#: Fewer clusters than this give no interval; fewer than the second give a t interval.
FEWEST_CLUSTERS, FEWEST_FOR_BCA = 10, 20
#: Resamples equal to the estimate up to this, relative to their size, count as ties.
TIE = 1e-9
#: A limit must have this many resamples outside it.
OUTSIDE = 10
#: Share of resamples that may lack a value.
MOST_UNDEFINED = 1e-3
_SENSIBLE_REPLICATES = 100_000_000
#: Why a resample lacks a value, unless something else can be the reason.
NOBODY = "nobody left who answered"

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
        Why a resample may lack a value.
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

    def obstacle(self, groups: int | None) -> str | None:
        """Return why no interval can be computed at any level, or None."""
        if groups is not None and groups < FEWEST_CLUSTERS:
            return f"can't be said from {groups} clusters: an interval needs at least {FEWEST_CLUSTERS}"
        reason = self._obstacle_in_data()
        if reason is None and (groups is None or groups >= FEWEST_FOR_BCA):
            reason = self._obstacle_in_resamples()
        return reason

    def _obstacle_in_data(self) -> str | None:
        if not math.isfinite(self.estimate):
            return "not computable: the data give no value (nobody answered)"
        if not np.isfinite(self.left_out).all():
            return "not computable: without one of the units there is no value left"
        if self.constant:
            return "not computable: every unit says the same, so that no resample differs from the data"
        if is_flat(self.left_out):
            return "not computable: no single unit moves the value, so that the acceleration is unknown"
        return None

    def _obstacle_in_resamples(self) -> str | None:
        drawn = self.values.size + self.undefined
        if self.undefined > MOST_UNDEFINED * drawn:
            return (
                f"not computable: {self.undefined:,} of {drawn:,} resamples have no value "
                f"({self.because}), more than 1 in 1,000"
            )
        if self._values_flat:
            return "not computable: every resample gives the same value"
        if not 0.0 < self.share_below() < 1.0:
            return "not computable: every resample lies on the same side of the value of the data"
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
    reasons: list[str] = []
    borrowed = when_extreme(level) if when_extreme is not None else None
    for side, signed in (("lower", -z), ("upper", z)):
        alpha = shape.alpha(signed)
        if alpha is None:
            reasons.append(f"the {side} limit has no BCa value, since 1 - a (z0 + z) is not above 0")
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


def _too_far_out(side: str, tail: float, replicates: int) -> str:
    needed = OUTSIDE / tail if tail > 0.0 else math.inf
    reason = f"the {side} limit would have fewer than {OUTSIDE} of the {replicates:,} resamples outside it"
    if needed > _SENSIBLE_REPLICATES:
        return f"{reason}, and no larger number of replicates that could be drawn would mend it"
    scale = 10 ** math.floor(math.log10(needed))
    enough = math.ceil(needed / scale) * scale
    return f"{reason}; a larger number of replicates is the remedy, at least {enough:,}"


def _refused(level: float, low: _Limit | None, high: _Limit | None, reasons: list[str]) -> Refused:
    standing = next((limit for limit in (low, high) if limit is not None), None)
    words = "; ".join(reasons)
    if standing is not None:
        side = "lower" if low is not None else "upper"
        words += f" (the {side} limit alone stands: {standing.value:.4g})"
    return Refused(
        level,
        f"at {100 * level:g} % {words}",
        None if low is None else low.value,
        None if high is None else high.value,
    )


def _method(low: _Limit, high: _Limit) -> str:
    if low.borrowed and high.borrowed:
        return "clopper-pearson"
    if low.borrowed:
        return "bca; lower limit clopper-pearson"
    return "bca; upper limit clopper-pearson" if high.borrowed else "bca"
