"""The p value that belongs to an interval: the smallest chance of error at which it leaves out 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alongside_evidence.arrays import Floats
from alongside_evidence.distributions import beta_tails, normal_cdf, normal_quantile
from alongside_evidence.jackknife import acceleration_from, standard_error
from alongside_evidence.limits import FEWEST_CLUSTERS, FEWEST_FOR_BCA, OUTSIDE, TIE, Column, Setting
from alongside_evidence.results import Interval
from alongside_evidence.sentences import say

#: p values below it are not told apart.
SMALLEST_P = 1e-12
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class PValue:
    """The smallest chance of error at which an interval would leave out 0.

    Attributes
    ----------
    p : float
        In (0, 1]; the interval at level 1 - p has 0 as a limit.
    at_most : bool
        Whether the resamples are too few to say more than that it is no larger.
    """

    p: float
    at_most: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A comparison that may join a family.

    Attributes
    ----------
    column : Column
        Its resamples by themselves.
    values : Floats
        Shape (B,), the resamples in the order that all comparisons share.
    setting : Setting
        With the clusters that bear on it.
    reason : str or None
        Why it has no interval, where that does not follow from the resamples.
    stand_in : callable or None
        From a level to the interval that stands where every unit says the same.
    """

    column: Column
    values: Floats
    setting: Setting
    reason: str | None
    stand_in: Callable[[float], Interval] | None = None


def p_value(candidate: Candidate) -> PValue | str:
    """Return the p value that belongs to a comparison's intervals, or why it has none.

    Parameters
    ----------
    candidate : Candidate

    Returns
    -------
    PValue or str
        The BCa interval inverted; with 10 to 19 clusters the t interval; where every unit
        says the same, what stands in.
    """
    column, groups = candidate.column, candidate.setting.groups
    if candidate.reason is not None:
        return candidate.reason
    if column.constant and candidate.stand_in is not None and (groups or FEWEST_CLUSTERS) >= FEWEST_CLUSTERS:
        return _inverted(candidate.stand_in)
    obstacle = column.obstacle(groups)
    if obstacle is not None:
        return obstacle
    if groups is not None and groups < FEWEST_FOR_BCA:
        t = column.estimate / standard_error(column.left_out, column.times)
        df = groups - 1
        return PValue(max(beta_tails(df / (df + t * t), 0.5 * df, 0.5)[0], SMALLEST_P))
    return _bca_p(column)


def _bca_p(column: Column) -> PValue | str:
    """Invert the BCa limits: find the z at which one of them is 0."""
    size = column.values.size
    reach = TIE * max(abs(float(column.values[0])), abs(float(column.values[-1])))
    below, upto = np.searchsorted(column.values, (-reach, reach))
    under = float(below + upto) / 2.0
    held = min(max(under, float(OUTSIDE)), float(size - OUTSIDE))
    z0 = normal_quantile(column.share_below())
    moved = normal_quantile(held / size) - z0
    bend = 1.0 + acceleration_from(column.left_out, column.times) * moved
    if bend <= 0.0:
        return say("zero-is-no-limit")
    z = moved / bend - z0
    p = 2.0 * min(normal_cdf(z), normal_cdf(-z))
    return PValue(min(max(p, SMALLEST_P), 1.0), held != under)


def _inverted(interval: Callable[[float], Interval]) -> PValue:
    """Return the largest 1 - level whose interval holds 0, by halving its logarithm."""

    def holds_zero(p: float) -> bool:
        if p >= 1.0 - SMALLEST_P:
            return False  # at level 0 nothing but the estimate is left
        found = interval(1.0 - p)
        return found.low <= 0.0 <= found.high

    low, high = math.log(SMALLEST_P), 0.0
    if not holds_zero(SMALLEST_P):
        return PValue(SMALLEST_P, at_most=True)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if holds_zero(math.exp(middle)) else (low, middle)
    return PValue(math.exp(high))
