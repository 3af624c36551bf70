"""Resamples are multinomial, however they are drawn, and a seed repeats them."""

import numpy as np
import pytest
from scipy import stats

from alongside_evidence import bca, bootstrap, coordination, coordination_table, resample
from alongside_evidence.counting import check_design
from alongside_evidence.poissonised import Poissonised
from alongside_evidence.resample import _cheapest, _row_by_row, resamples

from .examples import share, survey

COUNTS = np.array([1, 2, 3, 5, 9])


def by_row(rng, counts, b):
    return _row_by_row(rng, counts, int(counts.sum()), b)


def by_poisson(rng, counts, b):
    return np.concatenate(list(Poissonised(counts).rounds(rng, b)))


def all_of(counts, replicates, seed, clusters=None):
    parts = []
    for weights, times in resamples(check_design(counts, clusters), replicates, seed):
        parts.append(weights if times is None else np.repeat(weights, times, axis=0))
    return np.concatenate(parts)


@pytest.mark.parametrize("draw", [by_row, by_poisson])
def test_whole_law_of_a_small_resample(draw):
    """Every possible resample of 4 rows over 3 patterns, by chi-square."""
    counts = np.array([1, 1, 2])
    drawn = draw(np.random.default_rng(5), counts, 60_000)
    found, times = np.unique(drawn, axis=0, return_counts=True)
    chances = stats.multinomial.pmf(found, 4, counts / 4)
    assert chances.sum() == pytest.approx(1.0)
    assert stats.chisquare(times, chances * 60_000).pvalue > 1e-4


@pytest.mark.parametrize("draw", [by_row, by_poisson])
def test_each_pattern_is_binomial_and_pairs_are_correlated(draw):
    n, b = int(COUNTS.sum()), 60_000
    drawn = draw(np.random.default_rng(7), COUNTS, b)
    assert drawn.shape == (b, 5)
    assert (drawn.sum(axis=1) == n).all()
    for j, count in enumerate(COUNTS):
        found, times = np.unique(drawn[:, j], return_counts=True)
        expected = stats.binom.pmf(found, n, count / n) * b
        common = expected > 20
        assert (
            stats.chisquare(
                np.append(times[common], b - times[common].sum()),
                np.append(expected[common], b - expected[common].sum()),
            ).pvalue
            > 1e-4
        )
    p = COUNTS / n
    np.testing.assert_allclose(
        np.cov(drawn.T), n * (np.diag(p) - np.outer(p, p)), atol=0.15
    )  # 5 standard errors


def test_poissonised_at_the_size_it_is_made_for():
    rng = np.random.default_rng(7)
    counts = rng.multinomial(5_000, rng.dirichlet(np.ones(60) * 2)) + 1
    n, b = int(counts.sum()), 20_000
    assert _cheapest(n, 60) == "poissonised"
    drawn = by_poisson(rng, counts, b)
    assert (drawn.sum(axis=1) == n).all()
    deviation = (drawn.mean(axis=0) - counts) / np.sqrt(counts * (1 - counts / n) / b)
    assert stats.kstest(deviation, "norm").pvalue > 1e-3
    np.testing.assert_allclose(drawn.var(axis=0), counts * (1 - counts / n), rtol=0.06)
    below = (drawn <= counts).mean(axis=0)
    np.testing.assert_allclose(below, stats.binom.cdf(counts, n, counts / n), atol=5 * 0.5 / b**0.5)


def test_two_patterns_come_up_as_often_as_they_should():
    drawn = all_of([3, 7], 100_000, 8)
    assert drawn.shape == (100_000, 2)
    found, times = np.unique(drawn[:, 0], return_counts=True)
    assert stats.chisquare(times, stats.binom.pmf(found, 10, 0.3) * 100_000).pvalue > 1e-4


def test_clusters_are_resampled_whole():
    clusters = np.arange(1, 25).reshape(12, 2)
    drawn = all_of(clusters.sum(axis=0), 5_000, 9, clusters)
    np.testing.assert_allclose(drawn.mean(axis=0), clusters.sum(axis=0), rtol=0.02)
    spread = 12 * np.cov(clusters.T, bias=True)
    np.testing.assert_allclose(np.cov(drawn.T), spread, rtol=0.1)
    assert (drawn[:, 1] - drawn[:, 0] == 12).all()


@pytest.mark.parametrize("counts", [[5, 9, 30], [4_000, 5_000, 6_000], list(range(40, 120)), [3, 3]])
def test_memory_blocks_change_nothing(monkeypatch, counts):
    usual = all_of(counts, 3_000, 4)
    monkeypatch.setattr(resample, "BLOCK", 997)
    np.testing.assert_array_equal(all_of(counts, 3_000, 4), usual)


def test_memory_blocks_change_no_table(monkeypatch):
    def table():
        return coordination_table(survey(), statutory=["food"], levels=(0.8,), replicates=2_000, seed=2)

    usual = table()
    monkeypatch.setattr(resample, "BLOCK", 5_000)
    monkeypatch.setattr(bootstrap, "SLICE", 1_000)
    monkeypatch.setattr(coordination, "_ONE_THREAD", 7_000)
    assert table() == usual


def test_ways_are_chosen_by_size():
    assert _cheapest(244, 200) == "rows"
    assert _cheapest(10_000, 81) == "poissonised"
    assert _cheapest(10**8, 81) == "patterns"
    assert _cheapest(10_000, 3) == "patterns"


def test_a_hundred_million_units_take_no_longer():
    counts = np.array([30_000_000, 20_000_000, 50_000_000])
    interval = bca(counts, share, levels=(0.95,), replicates=20_000, seed=1)[0]
    error = (0.3 * 0.7 / 1e8) ** 0.5
    assert (interval.low, interval.high) == pytest.approx(
        (0.3 - 1.96 * error, 0.3 + 1.96 * error), abs=0.15 * error
    )
