"""Own distribution functions against SciPy, over a wide grid."""

import math

import pytest
from scipy import special, stats

from alongside_evidence.distributions import (
    beta_quantile,
    beta_tails,
    normal_cdf,
    normal_pdf,
    normal_quantile,
    t_quantile,
)

TAILS = [1e-6, 0.0005, 0.005, 0.025, 0.3, 0.5, 0.9, 0.975, 0.995]


@pytest.mark.parametrize("x", [-38.0, -12.5, -5, -2.5758, -1.0, 0.0, 0.3, 1.96, 4, 8.2, 37])
def test_normal(x):
    assert normal_cdf(x) == pytest.approx(stats.norm.cdf(x), rel=1e-13)
    assert normal_pdf(x) == pytest.approx(stats.norm.pdf(x), rel=1e-13)


@pytest.mark.parametrize("p", [1e-300, 1e-16, 1e-9, 0.005, 0.025, 0.31, 0.5, 0.9, 0.995, 1 - 1e-12])
def test_normal_quantile(p):
    assert normal_quantile(p) == pytest.approx(stats.norm.ppf(p), rel=1e-12, abs=1e-14)


def test_normal_quantile_at_the_ends():
    assert normal_quantile(0.0) == -math.inf
    assert normal_quantile(1.0) == math.inf


@pytest.mark.parametrize("a", [0.1, 0.5, 1, 2.5, 19, 1234.5, 1e5, 5e7, 1e8])
@pytest.mark.parametrize("b", [0.1, 0.5, 1, 3, 40, 1000, 1e6, 5e7, 1e8])
def test_beta_quantile_leaves_the_tail_it_should(a, b):
    for upper in (False, True):
        for p in TAILS:
            x = beta_quantile(p, a, b, upper=upper)
            if 1 - x < 1e-7 or x < 1e-290:
                continue  # 1 - x has too few digits for anybody's tail
            # SciPy's own quantile is off by up to 2e-4 of the tail at b = 1e8; its
            # distribution function is not, so that one judges.
            tail = special.betaincc(a, b, x) if upper else special.betainc(a, b, x)
            sensitivity = max(1.0, abs(a / x - b / (1 - x)) * x * 1e-16 / 1e-9)
            assert tail == pytest.approx(p, rel=2e-9 * sensitivity), (p, upper, x)


@pytest.mark.parametrize("a", [0.5, 1, 2.5, 20, 100, 5000])
@pytest.mark.parametrize("b", [0.5, 1, 3, 40, 1000])
def test_beta_quantile_against_scipy(a, b):
    for p in TAILS:
        assert beta_quantile(p, a, b) == pytest.approx(stats.beta.ppf(p, a, b), rel=1e-10)
        assert beta_quantile(p, a, b, upper=True) == pytest.approx(stats.beta.isf(p, a, b), rel=1e-10)


def test_beta_tails_in_closed_form_at_a_hundred_million():
    n = 1e8
    x = 3.7e-8
    lower, upper = beta_tails(x, 1.0, n)
    assert upper == pytest.approx(math.exp(n * math.log1p(-x)), rel=1e-13)
    assert lower == pytest.approx(-math.expm1(n * math.log1p(-x)), rel=1e-13)


def test_beta_tails_at_the_ends():
    assert beta_tails(0.0, 2, 3) == (0.0, 1.0)
    assert beta_tails(1.0, 2, 3) == (1.0, 0.0)


@pytest.mark.parametrize("df", [1, 1.5, 2, 5, 9, 18, 30, 500, 1e5, 1e8])
@pytest.mark.parametrize("p", [1e-8, 0.0005, 0.025, 0.2, 0.4999, 0.5, 0.6, 0.9, 0.975, 0.995, 0.99999])
def test_t_quantile(df, p):
    assert t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-10, abs=1e-12)
