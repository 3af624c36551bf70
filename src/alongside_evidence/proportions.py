"""Intervals for shares and differences of shares that need no resampling."""

from __future__ import annotations

import math

from alongside_evidence.distributions import beta_quantile, normal_quantile
from alongside_evidence.results import Interval, NotComputable


def clopper_pearson(count: float, n: float, level: float = 0.95) -> Interval:
    """Return the exact (Clopper-Pearson) interval of a share.

    Parameters
    ----------
    count : float
        How many of the `n` gave the answer. Need not be whole: with clusters, an effective
        size stands for the number of answers.
    n : float
        How many answered, at least one.
    level : float
        Nominal coverage in (0, 1); the true coverage is never below it.

    Returns
    -------
    Interval
        Method ``clopper-pearson``.

    Raises
    ------
    NotComputable
        When nobody answered.
    ValueError
        When `count` lies outside 0..n or `level` outside (0, 1).

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413.
    Korn and Graubard (1998), Survey Methodology 24, 193-201 (effective sizes).
    """
    tail = _tail(level)
    _check_share(count, n)
    low = 0.0 if count == 0 else beta_quantile(tail, count, n - count + 1)
    high = 1.0 if count == n else beta_quantile(tail, count + 1, n - count, upper=True)
    return _plain(count / n, low, high, level, "clopper-pearson")


def wilson(count: float, n: float, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of a share.

    Parameters
    ----------
    count, n : float
        How many of how many; `n` at least one.
    level : float
        Nominal coverage in (0, 1).

    Returns
    -------
    Interval
        Method ``wilson``.

    Raises
    ------
    NotComputable
        When nobody answered.
    ValueError
        When `count` lies outside 0..n or `level` outside (0, 1).

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    z = -normal_quantile(_tail(level))
    _check_share(count, n)
    rest = n - count
    centre = (count + 0.5 * z * z) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(count * rest / n + 0.25 * z * z)
    low = 0.0 if count == 0 else centre - half
    high = 1.0 if rest == 0 else centre + half
    return _plain(count / n, low, high, level, "wilson")


def newcombe(count1: float, n1: float, count2: float, n2: float, level: float = 0.95) -> Interval:
    """Return Newcombe's hybrid score interval of a difference of independent shares.

    Parameters
    ----------
    count1, n1, count2, n2 : float
        How many of how many, in the first and in the second group.
    level : float
        Nominal coverage in (0, 1).

    Returns
    -------
    Interval
        Of count1 / n1 - count2 / n2; method ``newcombe``.

    Raises
    ------
    NotComputable
        When nobody answered in a group.
    ValueError
        When a count lies outside its group or `level` outside (0, 1).

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    first, second = wilson(count1, n1, level), wilson(count2, n2, level)
    difference = first.estimate - second.estimate
    below = math.hypot(first.estimate - first.low, second.high - second.estimate)
    above = math.hypot(first.high - first.estimate, second.estimate - second.low)
    return _plain(difference, difference - below, difference + above, level, "newcombe")


def newcombe_paired(
    both: float, only_first: float, only_second: float, neither: float, level: float = 0.95
) -> Interval:
    """Return Newcombe's hybrid score interval of a difference of paired shares.

    Two shares of the same units: for a table of who coordinates an activity, `only_first`
    are the units alone, `only_second` the organisations alone, `neither` those together,
    and `both` is 0, since no unit gives two answers.

    Parameters
    ----------
    both, only_first, only_second, neither : float
        The four cells of the paired table.
    level : float
        Nominal coverage in (0, 1).

    Returns
    -------
    Interval
        Of (only_first - only_second) / n; method ``newcombe-paired``.

    Raises
    ------
    NotComputable
        When the table is empty.
    ValueError
        When a cell is negative or `level` lies outside (0, 1).

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10.
    """
    cells = (both, only_first, only_second, neither)
    if not all(math.isfinite(cell) and cell >= 0 for cell in cells):
        raise ValueError(f"the cells of a paired table must not be negative, but are {cells}")
    n = sum(cells)
    first, second = wilson(both + only_first, n, level), wilson(both + only_second, n, level)
    correlation = _paired_correlation(both, only_first, only_second, neither)
    difference = (only_first - only_second) / n
    below = _joined(first.estimate - first.low, second.high - second.estimate, correlation)
    above = _joined(first.high - first.estimate, second.estimate - second.low, correlation)
    return _plain(difference, difference - below, difference + above, level, "newcombe-paired")


def _paired_correlation(e: float, f: float, g: float, h: float) -> float:
    """Return phi, moved towards 0 by n / 2 where it is positive (Newcombe's correction)."""
    margins = (e + f) * (g + h) * (e + g) * (f + h)
    if margins == 0:
        return 0.0
    excess = e * h - f * g
    if excess > 0:
        excess = max(excess - (e + f + g + h) / 2, 0.0)
    return excess / math.sqrt(margins)


def _joined(a: float, b: float, correlation: float) -> float:
    return math.sqrt(max(a * a - 2 * correlation * a * b + b * b, 0.0))


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1 (such as 0.95), but is {level}")
    return (1 - level) / 2


def _check_share(count: float, n: float) -> None:
    if n == 0:
        raise NotComputable("a share of no answers cannot be computed")
    if not (math.isfinite(n) and 0 <= count <= n):
        raise ValueError(f"a share needs a count between 0 and n, but the count is {count} of {n}")


def _plain(estimate: float, low: float, high: float, level: float, method: str) -> Interval:
    return Interval(
        estimate=estimate,
        low=low,
        high=high,
        level=level,
        z0=None,
        acceleration=None,
        method=method,
        replicates=None,
        seed=None,
        monte_carlo_error=None,
    )
