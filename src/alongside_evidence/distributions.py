"""Normal, beta and t: the few distribution functions the intervals need.

SciPy has them all, but is not needed for anything else at run time. Every function here
is held against SciPy over a wide grid, up to beta parameters of 1e8, by the tests.
"""

from __future__ import annotations

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_LOG_2PI = math.log(2.0 * math.pi)
_EPSILON = 2.0**-53
#: The fraction needs about sqrt(max(a, b)) steps, so this covers a and b up to 1e12.
_LONGEST_FRACTION = 10_000_000
#: Below this the Stirling series has too few digits and lgamma still has enough.
_STIRLING_FROM = 15.0
_SERIES_WITHIN = 0.1
_MOST_STEPS = 2_000


def normal_cdf(x: float) -> float:
    """Return the standard normal distribution function at `x`, exact in both tails."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def normal_pdf(x: float) -> float:
    """Return the standard normal density at `x`."""
    return math.exp(-0.5 * (x * x + _LOG_2PI))


def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of `p`, with infinities at 0 and 1."""
    if p <= 0.0:
        return -math.inf
    if p >= 1.0:
        return math.inf
    return _NORMAL.inv_cdf(p)


def _stirling_error(x: float) -> float:
    """Return log(x!) minus Stirling's formula without its correction terms."""
    if x < _STIRLING_FROM:
        return math.lgamma(x + 1.0) - (x + 0.5) * math.log(x) + x - 0.5 * _LOG_2PI
    inverse = 1.0 / (x * x)
    series = 1 / 1680 - inverse * (1 / 1188 - inverse * (691 / 360360 - inverse / 156))
    return (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * series))) / x


def _deviance(x: float, mean: float, gap: float) -> float:
    """Return x log(x / mean) - gap, gap being x - mean, without cancellation."""
    if abs(gap) >= _SERIES_WITHIN * (x + mean):
        return x * math.log(x / mean) - gap
    v = gap / (x + mean)
    total = gap * v
    term = 2.0 * x * v
    v *= v
    j = 1
    while True:
        term *= v
        step = term / (2 * j + 1)
        if total + step == total:
            return total
        total += step
        j += 1


def _beta_front(x: float, y: float, a: float, b: float) -> float:
    """Return x**a * y**b / B(a, b), y being 1 - x, by Loader's saddle-point form.

    lgamma alone would leave seven digits at a = b = 5e7; this leaves fourteen.
    """
    n = a + b
    exponent = _stirling_error(n) - _stirling_error(a) - _stirling_error(b)
    gap = a - n * x  # b - n * y is its negative; 1 - x has lost the digits of a small x
    exponent -= _deviance(a, n * x, gap) + _deviance(b, n * y, -gap)
    return math.exp(exponent) * math.sqrt(a * b / (2.0 * math.pi * n))


def _beta_fraction(x: float, y: float, a: float, b: float, gap: float) -> float:
    """Return the continued fraction of the lower tail; gap is a - (a + b) x, at least 0.

    The form of Didonato and Morris: it takes x, y and gap separately, since 1 - x has
    lost the digits of a small x.
    """
    c = 1.0 + gap
    c1 = 1.0 + 1.0 / a
    p, s = 1.0, a + 1.0
    before_top, before_bottom, top, bottom = 0.0, 1.0, 1.0, c / c1
    value = c1 / c
    for n in range(1, _LONGEST_FRACTION):
        t = n / a
        w = n * (b - n) * x
        alpha = p * (p + b / a) * (a / s) ** 2 * w * x
        beta = n + w / s + (1.0 + t) / (c1 + 2.0 * t) * (c + n * (1.0 + y))
        p = 1.0 + t
        s += 2.0
        before_top, top = top, alpha * before_top + beta * top
        before_bottom, bottom = bottom, alpha * before_bottom + beta * bottom
        previous, value = value, top / bottom
        if abs(value - previous) <= 4.0 * _EPSILON * value:
            return value
        before_top, before_bottom, top, bottom = before_top / bottom, before_bottom / bottom, value, 1.0
    raise ArithmeticError("the incomplete beta function did not converge")  # pragma: no cover


def beta_tails(x: float, a: float, b: float) -> tuple[float, float]:
    """Return both tails of the beta distribution at `x`.

    Parameters
    ----------
    x : float
        A point in [0, 1].
    a, b : float
        Positive parameters.

    Returns
    -------
    tuple of float
        (lower, upper); the smaller of the two is computed directly, so that it keeps its
        relative precision.

    References
    ----------
    Loader (2000), Fast and accurate computation of binomial probabilities.
    Didonato and Morris (1992), Algorithm 708, ACM Transactions on Mathematical Software.
    """
    if x <= 0.0:
        return 0.0, 1.0
    if x >= 1.0:
        return 1.0, 0.0
    y = 1.0 - x
    gap = a - (a + b) * x
    front = _beta_front(x, y, a, b)
    if gap >= 0.0:
        lower = front * _beta_fraction(x, y, a, b, gap)
        return lower, 1.0 - lower
    upper = front * _beta_fraction(y, x, b, a, -gap)
    return 1.0 - upper, upper


def beta_quantile(p: float, a: float, b: float, *, upper: bool = False) -> float:
    """Return the point that leaves `p` below it (above it when `upper`).

    Parameters
    ----------
    p : float
        A tail probability in (0, 1).
    a, b : float
        Positive parameters.
    upper : bool
        Whether `p` is the upper tail.

    Returns
    -------
    float
        A point in (0, 1).
    """
    lower_half, upper_half = beta_tails(0.5, a, b)
    if upper_half > p if upper else lower_half < p:
        # The mirrored problem has its answer near 0, where floats are dense.
        return 1.0 - _solve_beta(p, b, a, upper=not upper)
    return _solve_beta(p, a, b, upper=upper)


def _solve_beta(p: float, a: float, b: float, *, upper: bool) -> float:
    """Return the quantile by Newton steps on the log tail, kept inside a shrinking bracket."""
    sign = -1.0 if upper else 1.0
    target = math.log(p)
    left, right = 0.0, 1.0
    x = _first_guess(p, a, b, upper=upper)
    for _ in range(_MOST_STEPS):
        tail = beta_tails(x, a, b)[1 if upper else 0]
        gap = sign * (math.log(tail) - target) if tail > 0.0 else -sign * math.inf
        left, right = (x, right) if gap < 0.0 else (left, x)
        slope = _beta_front(x, 1.0 - x, a, b) / (x * (1.0 - x))
        following = x - gap * tail / slope if tail > 0.0 and slope > 0.0 else -1.0
        if abs(following - x) <= 2.0 * _EPSILON * x:
            return following
        if not left < following < right:
            following = 0.5 * (left + right) if left > 0.0 else 0.1 * right
        if right - left <= 2.0 * _EPSILON * right:
            return following
        x = following
    return x  # pragma: no cover


def _first_guess(p: float, a: float, b: float, *, upper: bool) -> float:
    """Return a starting point: the normal approximation on the log-odds scale."""
    z = -normal_quantile(p) if upper else normal_quantile(p)
    odds = math.log(a / b) + z * math.sqrt(1.0 / a + 1.0 / b)
    return 1.0 / (1.0 + math.exp(-max(-600.0, min(600.0, odds))))


def t_quantile(p: float, df: float) -> float:
    """Return the quantile of Student's t distribution.

    Parameters
    ----------
    p : float
        A probability in (0, 1).
    df : float
        Degrees of freedom, positive.

    Returns
    -------
    float
    """
    tail = min(p, 1.0 - p)
    if tail == 0.5:
        return 0.0
    # T**2 / (df + T**2) is beta(1/2, df/2) and its complement beta(df/2, 1/2): take the
    # one whose answer lies near 0.
    inner = beta_quantile(2.0 * tail, 0.5, 0.5 * df, upper=True)
    if inner < 0.5:
        t = math.sqrt(df * inner / (1.0 - inner))
    else:
        outer = beta_quantile(2.0 * tail, 0.5 * df, 0.5)
        t = math.sqrt(df * (1.0 - outer) / outer)
    return -t if p < 0.5 else t
