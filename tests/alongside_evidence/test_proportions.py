"""Intervals without resampling: published values, SciPy, and the edges."""

import pytest
from scipy import stats

from alongside_evidence import NotComputable, clopper_pearson, newcombe, newcombe_paired, wilson


def limits(interval):
    return interval.low, interval.high


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99, 0.999])
@pytest.mark.parametrize(
    ("count", "n"), [(0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (37, 244), (1, 1000), (999_999, 1_000_000)]
)
def test_against_scipy(count, n, level):
    test = stats.binomtest(count, n)
    exact = test.proportion_ci(level, method="exact")
    assert limits(clopper_pearson(count, n, level)) == pytest.approx(
        (exact.low, exact.high), rel=1e-9, abs=1e-15
    )
    score = test.proportion_ci(level, method="wilson")
    assert limits(wilson(count, n, level)) == pytest.approx((score.low, score.high), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("count", [0, 1, 20, 30_000_000, 50_000_000, 99_999_999, 100_000_000])
def test_a_hundred_million_answers(count):
    n = 100_000_000
    low, high = limits(clopper_pearson(count, n, 0.99))
    assert low <= count / n <= high
    if count:
        assert stats.binom.sf(count - 1, n, low) == pytest.approx(0.005, rel=1e-6)
    if count < n - 1:
        assert stats.binom.cdf(count, n, high) == pytest.approx(0.005, rel=1e-6)


def test_nobody_and_everybody_in_closed_form():
    assert limits(clopper_pearson(0, 10)) == pytest.approx((0.0, 1 - 0.025**0.1), rel=1e-12)
    assert limits(clopper_pearson(10, 10)) == pytest.approx((0.025**0.1, 1.0), rel=1e-12)


# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((7, 34, 1, 34), 0.0189, 0.3404)],
)
def test_newcombe_independent_as_published(cells, low, high):
    assert limits(newcombe(*cells)) == pytest.approx((low, high), abs=5e-5)


# Newcombe (1998), Statistics in Medicine 17, 2635-2650; Altman et al. (2000), table 6.2;
# Fagerland, Lydersen and Laake (2014), tables on Bentur et al. and Cavo et al.
@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),
        ((14, 5, 0, 22), 0.0115, 0.2265),
        ((1, 1, 7, 12), -0.5069, -0.0256),
        ((59, 6, 16, 80), -0.1186, -0.0046),
    ],
)
def test_newcombe_paired_as_published(cells, low, high):
    assert limits(newcombe_paired(*cells)) == pytest.approx((low, high), abs=5e-5)


def test_newcombe_paired_turns_round_with_its_arguments():
    one, other = newcombe_paired(3, 9, 4, 11), newcombe_paired(3, 4, 9, 11)
    assert limits(one) == pytest.approx((-other.high, -other.low), rel=1e-12)


def test_all_alike_has_width():
    interval = newcombe_paired(0, 20, 0, 0)
    assert interval.estimate == 1.0
    assert interval.low < 1.0 == interval.high


@pytest.mark.parametrize("method", [clopper_pearson, wilson])
def test_wrong_arguments(method):
    with pytest.raises(NotComputable, match="no answers"):
        method(0, 0)
    for count, n in ((-1, 5), (6, 5), (float("nan"), 5), (1, float("inf"))):
        with pytest.raises(ValueError, match="between 0 and n"):
            method(count, n)
    for level in (0, 1, 95, -0.5, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            method(1, 5, level)


def test_wrong_pairs():
    with pytest.raises(ValueError, match="must not be negative"):
        newcombe_paired(1, -1, 0, 0)
    with pytest.raises(NotComputable):
        newcombe_paired(0, 0, 0, 0)
    with pytest.raises(NotComputable):
        newcombe(1, 2, 0, 0)


def test_says_what_it_is():
    interval = wilson(3, 10, 0.9)
    assert (interval.method, interval.level, interval.estimate) == ("wilson", 0.9, 0.3)
    assert (interval.z0, interval.replicates, interval.seed, interval.monte_carlo_error) == (None,) * 4
