"""The same intervals as SciPy's BCa, within Monte Carlo error, on many random cases."""

import numpy as np
import pytest
from scipy import stats

from alongside_evidence import bca, coordination_table

from .examples import mean_of, share, survey, variance_of

B = 8_000
NAMING = ["unit", "organisation", "together"]


def scipy_bca(data, statistic, level, **options):
    found = stats.bootstrap(
        data,
        statistic,
        n_resamples=B,
        method="BCa",
        confidence_level=level,
        rng=np.random.default_rng(1),
        **options,
    )
    return found.confidence_interval.low, found.confidence_interval.high


def close(interval, other):
    """Whether limits agree within six standard deviations of both Monte Carlo errors."""
    for mine, theirs, error in zip(
        (interval.low, interval.high), other, interval.monte_carlo_error, strict=True
    ):
        room = 6 * np.sqrt(2) * error + 1e-12
        assert abs(mine - theirs) <= room, (mine, theirs, error)


@pytest.mark.parametrize("seed", range(8))
def test_means_without_ties(seed):
    rng = np.random.default_rng(seed)
    values = rng.lognormal(size=int(rng.integers(15, 90)))
    (found,) = bca(np.ones(values.size, int), mean_of(values), levels=(0.9,), replicates=B, seed=seed)
    close(found, scipy_bca((values,), np.mean, 0.9))


@pytest.mark.parametrize("seed", range(4))
def test_variances_without_ties(seed):
    values = np.random.default_rng(seed).normal(size=50)
    (found,) = bca(np.ones(50, int), variance_of(values), levels=(0.9,), replicates=B, seed=seed)
    close(found, scipy_bca((values,), np.var, 0.9))


@pytest.mark.parametrize("seed", range(6))
def test_tied_scores_as_counts(seed):
    rng = np.random.default_rng(seed)
    scores = np.array([0.0, 1.0, 2.0, 3.0, 7.5])
    counts = rng.integers(0, 40, size=5) + np.array([3, 0, 0, 2, 1])
    (found,) = bca(counts, mean_of(scores), levels=(0.95,), replicates=B, seed=seed)
    low, high = scipy_bca((np.repeat(scores, counts),), np.mean, 0.95)
    # Means of whole scores lie on a lattice; a limit may fall on the next point of it.
    step = 1 / counts.sum()
    room = [8 * error + 1.01 * step for error in found.monte_carlo_error]
    assert abs(found.low - low) <= room[0]
    assert abs(found.high - high) <= room[1]


@pytest.mark.parametrize(("count", "n"), [(37, 244), (9, 30), (150, 200)])
def test_shares(count, n):
    (found,) = bca([count, n - count], share, levels=(0.95,), replicates=B, seed=1)
    low, high = scipy_bca((np.repeat([1.0, 0.0], [count, n - count]),), np.mean, 0.95)
    assert found.low == pytest.approx(low, abs=1.01 / n)
    assert found.high == pytest.approx(high, abs=1.01 / n)


def naive(answers, compute, resamples, rng):
    """BCa the long way: rows with replacement, every unit left out in turn."""
    rows = np.array(list(answers.values())).T
    n = len(rows)
    estimate = compute(rows[None])[0]
    drawn = np.concatenate(
        [compute(rows[rng.integers(0, n, size=(500, n))]) for _ in range(resamples // 500)]
    )
    left = compute(np.stack([np.delete(rows, i, axis=0) for i in range(n)]))
    below = (np.sum(drawn < estimate - 1e-9) + np.sum(drawn <= estimate + 1e-9)) / 2 / drawn.size
    z0 = stats.norm.ppf(below)
    u = left.mean() - left
    a = (u**3).sum() / (6 * (u**2).sum() ** 1.5)
    limits = []
    for z in stats.norm.ppf([0.025, 0.975]):
        alpha = stats.norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z)))
        limits.append(np.quantile(drawn, alpha))
    return estimate, limits, a


def share_in(rows, a, answer):
    answered = np.isin(rows[..., a], NAMING)
    return (rows[..., a] == answer).sum(-1) / answered.sum(-1)


@pytest.mark.parametrize("answer", ["unit", "together"])
def test_comparison_2_as_row_by_row_resampling_gives(answer):
    answers = survey(n=120, seed=4)
    statutory = [0, 1]

    def compute(rows):
        parts = [share_in(rows, a, answer) for a in range(5)]
        return np.mean(parts[:2], axis=0) - np.mean(parts[2:], axis=0)

    names = list(answers)
    table = coordination_table(answers, statutory=[names[a] for a in statutory], levels=(0.95,), seed=1)
    found = next(c for c in table.comparisons if c.kind == "means" and c.about == answer)
    estimate, limits, a = naive(answers, compute, 6_000, np.random.default_rng(2))
    interval = found.intervals[0]
    assert found.estimate == pytest.approx(estimate, rel=1e-12)
    assert interval.acceleration == pytest.approx(a, rel=1e-8)
    spread = (interval.high - interval.low) / 3.92
    assert (interval.low, interval.high) == pytest.approx(limits, abs=0.2 * spread)


def test_comparison_1_as_row_by_row_resampling_gives():
    answers = survey(n=120, seed=4)

    def compute(rows):
        return share_in(rows, 3, "unit") - share_in(rows, 3, "organisation")

    table = coordination_table(answers, statutory=["food"], levels=(0.95,), seed=1)
    found = table.comparisons[3]
    assert found.about == "physical"
    estimate, limits, a = naive(answers, compute, 6_000, np.random.default_rng(2))
    interval = found.intervals[0]
    assert found.estimate == pytest.approx(estimate, rel=1e-12)
    assert interval.acceleration == pytest.approx(a, rel=1e-8)
    spread = (interval.high - interval.low) / 3.92
    assert (interval.low, interval.high) == pytest.approx(limits, abs=0.2 * spread)
