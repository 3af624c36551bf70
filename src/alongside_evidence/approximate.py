"""ABC intervals: BCa by derivatives instead of resamples, hence without chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alongside_evidence.arrays import Floats, Integers, Statistic
from alongside_evidence.counting import check_design, check_levels
from alongside_evidence.distributions import normal_cdf, normal_quantile
from alongside_evidence.jackknife import ROUNDING
from alongside_evidence.results import Interval, NotComputable, Outcome, Refused
from alongside_evidence.sentences import Sentence, at_level, say

#: Step of the numerical derivatives, as a share of one unit's weight (Efron's choice).
_STEP = 1e-3


def abc(
    counts: npt.ArrayLike, statistic: Statistic, *, levels: Sequence[float] = (0.95, 0.99)
) -> tuple[Outcome, ...] | tuple[tuple[Outcome, ...], ...]:
    """Return approximate bootstrap confidence intervals, which involve no chance.

    Parameters
    ----------
    counts : array_like
        Shape (k,), how many units show each of k patterns; whole numbers, none negative.
    statistic : callable
        Maps weights of shape (..., k) to (...,) or (..., m). It must be smooth, and depend
        on proportions only; the weights are not whole numbers here.
    levels : sequence of float
        Nominal coverages in (0, 1).

    Returns
    -------
    tuple
        As :func:`alongside_evidence.bca` returns; method ``abc``.

    Raises
    ------
    ValueError
        When an argument does not fit, before the statistic is called.
    NotComputable
        When the only statistic has no interval at any level.

    References
    ----------
    DiCiccio and Efron (1992), Biometrika 79, 231-245.
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 14.4.
    """
    design = check_design(counts)
    checked = check_levels(levels)
    positive = np.flatnonzero(design.counts)
    with np.errstate(all="ignore"):
        curve = _Curve(statistic, design.counts, positive)
        values = curve.around()
        if values.ndim == 1:
            reason = _obstacle(values)
            if reason is not None:
                raise NotComputable(reason)
            return _intervals(curve, values, None, checked)
        return tuple(_intervals(curve, values[:, i], i, checked) for i in range(values.shape[1]))


class _Curve:
    """The statistic as a function of the probabilities of the positive patterns."""

    def __init__(self, statistic: Statistic, counts: Integers, positive: Integers) -> None:
        self.statistic = statistic
        self.k = counts.size
        self.positive = positive
        self.times = counts[positive].astype(np.float64)
        self.n = float(self.times.sum())
        self.centre = self.times / self.n

    def __call__(self, probabilities: Floats, which: int | None) -> Floats:
        weights = np.zeros((len(probabilities), self.k))
        weights[:, self.positive] = probabilities * self.n
        values = np.asarray(self.statistic(weights), dtype=np.float64)
        if values.ndim not in {1, 2} or values.shape[0] != len(weights):
            raise ValueError(
                "a statistic maps weights (..., k) to (...,) or (..., m), "
                f"but weights {weights.shape} gave {values.shape}"
            )
        return values if which is None or values.ndim == 1 else values[:, which]

    def around(self) -> Floats:
        """Return values at the data, and a step towards and away from each pattern."""
        towards = np.eye(self.times.size) - self.centre
        step = _STEP / self.n
        points = np.concatenate(
            (self.centre[None, :], self.centre + step * towards, self.centre - step * towards)
        )
        return self(points, None)


def _obstacle(values: Floats) -> Sentence | None:
    if not np.isfinite(values).all():
        return say("no-value-nearby")
    if float(values.max() - values.min()) <= ROUNDING * float(np.abs(values).max()):
        return say("all-the-same")
    up, down = values[1 : (len(values) + 1) // 2], values[(len(values) + 1) // 2 :]
    if np.array_equal(up, down):
        return say("nothing-moves-it")
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Bend:
    """What ABC needs to know of one statistic: where it is, and how it curves."""

    estimate: float
    z0: float
    acceleration: float
    direction: Floats

    def point(self, centre: Floats, z: float) -> Floats | None:
        """Return the probabilities at which the statistic is the limit; None where there are none."""
        reach = self.z0 + z
        bend = 1.0 - self.acceleration * reach
        return centre + reach / bend**2 * self.direction if math.isfinite(reach) and bend > 0.0 else None


def _bend(curve: _Curve, values: Floats, which: int | None) -> _Bend:
    k, n, step = curve.times.size, curve.n, _STEP / curve.n
    estimate, up, down = float(values[0]), values[1 : k + 1], values[k + 1 :]
    first = (up - down) / (2 * step)
    second = (up - 2 * estimate + down) / step**2
    error = math.sqrt(float((curve.times * first**2).sum())) / n
    acceleration = float((curve.times * first**3).sum()) / (6 * n**3 * error**3)
    direction = curve.times * first / (n**2 * error)
    ahead, behind = curve(curve.centre + np.outer((step, -step), direction), which)
    quadratic = (float(ahead) - 2 * estimate + float(behind)) / (2 * error * step**2)
    bias = float((curve.times * second).sum()) / (2 * n**2)
    z0 = normal_quantile(2 * normal_cdf(acceleration) * normal_cdf(quadratic - bias / error))
    return _Bend(estimate, z0, acceleration, direction)


def _intervals(
    curve: _Curve, values: Floats, which: int | None, levels: tuple[float, ...]
) -> tuple[Outcome, ...]:
    reason = _obstacle(values)
    if reason is not None:
        return tuple(Refused(level, reason) for level in levels)
    bend = _bend(curve, values, which)
    return tuple(_interval(curve, which, bend, level) for level in levels)


def _interval(curve: _Curve, which: int | None, bend: _Bend, level: float) -> Outcome:
    z = normal_quantile((1 + level) / 2)
    lower, upper = bend.point(curve.centre, -z), bend.point(curve.centre, z)
    if lower is None or upper is None:
        return Refused(level, at_level(level, [say("no-abc-limit")]))
    if min(lower.min(), upper.min()) < 0.0:
        return Refused(level, at_level(level, [say("abc-negative")]))
    low, high = (float(value) for value in curve(np.array((lower, upper)), which))
    if not low <= bend.estimate <= high:
        return Refused(level, at_level(level, [say("abc-misses")]))
    return Interval(
        estimate=bend.estimate,
        low=low,
        high=high,
        level=level,
        z0=bend.z0,
        acceleration=bend.acceleration,
        method="abc",
        replicates=None,
        seed=None,
        monte_carlo_error=None,
    )
