"""Whether those who answered differ from those who were asked, and how far that could matter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alongside_evidence.comparisons import GroupResponse, Measure, ResponseBias, ResponseDifference
from alongside_evidence.counting import check_levels
from alongside_evidence.distributions import normal_quantile
from alongside_evidence.proportions import clopper_pearson, newcombe
from alongside_evidence.results import Interval, Refused
from alongside_evidence.sentences import say
from alongside_evidence.standins import FEWEST_ANSWERS


def response_bias(groups: Mapping[str, tuple[int, int]], *, level: float = 0.95) -> ResponseBias:
    """Return how evenly groups of those asked have answered.

    Parameters
    ----------
    groups : mapping
        From each group to how many of it were asked and how many of those answered.
    level : float
        Nominal coverage of the intervals, in (0, 1).

    Returns
    -------
    ResponseBias
        Shares in 0..1 with Clopper-Pearson intervals; the evenness (R-indicator), 1 less twice
        the standard deviation of the groups' shares; the difference between the group that
        answered most and the one that answered least, with Newcombe's interval widened for
        having looked at every pair (Bonferroni).

    Raises
    ------
    ValueError
        When more answered than were asked, or the level lies outside (0, 1).

    Notes
    -----
    Groups of fewer than ten are not compared with each other, since they say too little; they
    count for the evenness. Chance alone makes groups differ: with H groups and N asked, of whom
    a share p answered, about 1 - 2 sqrt(p (1 - p) (H - 1) / N) is to be expected of the evenness.

    References
    ----------
    Schouten, Cobben and Bethlehem (2009), Survey Methodology 35, 101-113 (R-indicator).
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    (level,) = check_levels((level,))
    found = tuple(
        GroupResponse(group, asked, answered, clopper_pearson(answered, asked, level))
        for group, (asked, answered) in groups.items()
        if asked or answered
    )
    evenness = expected = None
    if len(found) > 1:
        asked = sum(group.asked for group in found)
        p = sum(group.answered for group in found) / asked
        spread = sum(group.asked * (group.answered / group.asked - p) ** 2 for group in found) / asked
        evenness = 1 - 2 * math.sqrt(spread)
        expected = 1 - 2 * math.sqrt(p * (1 - p) * (len(found) - 1) / asked)
    return ResponseBias(found, evenness, expected, _difference(found, level), level)


def _difference(groups: Sequence[GroupResponse], level: float) -> ResponseDifference | None:
    large = [group for group in groups if group.asked >= FEWEST_ANSWERS]
    if len(large) < 2:
        return None
    ranked = sorted(large, key=lambda group: group.answered / group.asked)
    least, most = ranked[0], ranked[-1]
    stricter = 1 - (1 - level) / math.comb(len(large), 2)
    interval = newcombe(most.answered, most.asked, least.answered, least.asked, stricter)
    return ResponseDifference(least.group, most.group, interval)


@dataclass(frozen=True, slots=True)
class Moments:
    """How many values there are, their mean and their variance (divisor n)."""

    n: int
    mean: float
    variance: float


def standardised_difference(first: Moments, second: Moments, *, level: float = 0.95) -> Measure:
    """Return the difference of two means in standard deviations.

    Parameters
    ----------
    first, second : Moments
        Of those who answered, and of those who did not.
    level : float
        Nominal coverage in (0, 1).

    Returns
    -------
    Measure
        First minus second, over the root of the mean of both variances; with the interval of
        its large-sample normal law (method ``normal``), refused below ten on a side. The
        estimate is None where nothing varies.

    Raises
    ------
    ValueError
        When the level lies outside (0, 1).

    References
    ----------
    Hedges and Olkin (1985), Statistical Methods for Meta-Analysis, chapter 5.
    Austin (2009), Statistics in Medicine 28, 3083-3107.
    """
    (level,) = check_levels((level,))
    fewest = min(first.n, second.n)
    spread = math.sqrt(max((first.variance + second.variance) / 2, 0.0))
    d = (first.mean - second.mean) / spread if spread > 0 and fewest else None
    if fewest < FEWEST_ANSWERS or d is None:
        reason = say("few-answers", n=fewest) if fewest < FEWEST_ANSWERS else say("one-size")
        return Measure(d, (Refused(level, reason),))
    n = first.n + second.n
    half = normal_quantile((1 + level) / 2) * math.sqrt(n / (first.n * second.n) + d * d / (2 * n))
    return Measure(
        d,
        (Interval(d, d - half, d + half, level, None, None, "normal", None, None, None),),
    )


def bounds(count: int, n: int, missing: int) -> tuple[float, float]:
    """Return the least and the largest share there can be, whatever those missing would have said.

    Parameters
    ----------
    count, n : int
        How many of how many gave the answer.
    missing : int
        How many were asked and did not answer.

    Returns
    -------
    tuple of float
        If none of the missing, and if all of them, would give the answer.

    Raises
    ------
    ValueError
        When a number is negative, the count exceeds n, or nobody was asked.

    References
    ----------
    Manski (1989), Journal of Human Resources 24, 343-360.
    """
    if not 0 <= count <= n or missing < 0 or n + missing == 0:
        raise ValueError(
            f"needs 0 <= count <= n and somebody asked, but has {count} of {n}, {missing} missing"
        )
    return count / (n + missing), (count + missing) / (n + missing)
