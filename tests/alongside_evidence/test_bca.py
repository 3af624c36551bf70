"""BCa: the published values, and the contract of `bca`."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from alongside_evidence import Interval, acceleration, bca
from alongside_evidence.counting import check_design
from alongside_evidence.jackknife import acceleration_from, leave_one_out

from .examples import CONTROL, SIXTEEN, SPATIAL_A, TREATED, mean_of, share, variance_of


def ones(values):
    return np.ones(len(values), dtype=int)


def test_spatial_a_as_published():
    (interval,) = bca(ones(SPATIAL_A), variance_of(SPATIAL_A), levels=(0.9,), replicates=400_000, seed=1)
    assert interval.estimate == pytest.approx(171.534, abs=5e-4)
    assert interval.acceleration == pytest.approx(0.06124, abs=5e-6)
    assert (interval.low, interval.high) == pytest.approx((115.8, 259.6), rel=0.01)


def test_mean_of_sixteen_as_published():
    (interval,) = bca(ones(SIXTEEN), mean_of(SIXTEEN), levels=(0.95,), replicates=400_000, seed=1)
    assert (interval.low, interval.high) == pytest.approx((32.31, 91.43), rel=0.005)


def test_acceleration_of_two_samples_as_published():
    values = np.concatenate((TREATED, CONTROL))
    first = np.arange(16) < 7

    def difference(weights):
        return mean_of(TREATED)(weights[..., :7]) - mean_of(CONTROL)(weights[..., 7:])

    found = acceleration(ones(values), difference, strata=first)
    assert found == pytest.approx(0.011008228344026734, rel=1e-12)


def test_37_of_244_as_the_exact_bootstrap_gives():
    wide, narrow = bca([37, 207], share, levels=(0.99, 0.95), seed=7)
    p, n = 37 / 244, 244
    assert (wide.low * n, wide.high * n) == pytest.approx((24, 53))
    assert (narrow.low * n, narrow.high * n) == pytest.approx((27, 49))
    assert wide.acceleration == pytest.approx(0.0207261, abs=1e-7)
    assert wide.acceleration == pytest.approx((1 - 2 * p) / (6 * math.sqrt(n * p * (1 - p))), rel=1e-9)
    # z0 has a Monte Carlo error of its own, about sqrt(1.57 / B).
    (many,) = bca([37, 207], share, levels=(0.95,), replicates=20_000_000, seed=7)
    assert many.z0 == pytest.approx(0.020555, abs=4 * math.sqrt(1.57 / 20_000_000))
    exact = stats.norm.ppf(stats.binom.cdf(36, n, p) + stats.binom.pmf(37, n, p) / 2)
    assert exact == pytest.approx(0.020555, abs=5e-7)


def test_one_statistic_gives_one_interval_a_level():
    found = bca([37, 207], share, levels=(0.5, 0.9, 0.95), replicates=2_000, seed=1)
    assert [interval.level for interval in found] == [0.5, 0.9, 0.95]
    assert all(isinstance(interval, Interval) for interval in found)
    assert all(interval.method == "bca" for interval in found)
    assert {(interval.replicates, interval.seed) for interval in found} == {(2_000, 1)}
    widths = [interval.high - interval.low for interval in found]
    assert widths == sorted(widths)


def test_m_statistics_give_m_tuples_also_for_one():
    one = bca([37, 207], lambda w: share(w)[..., None], levels=(0.9,), replicates=2_000, seed=1)
    assert len(one) == 1
    assert one[0] == bca([37, 207], share, levels=(0.9,), replicates=2_000, seed=1)
    two = bca(
        [37, 207],
        lambda w: np.stack((share(w), 1 - share(w)), -1),
        levels=(0.9, 0.95),
        replicates=2_000,
        seed=1,
    )
    assert [len(found) for found in two] == [2, 2]
    assert two[0] == bca([37, 207], share, levels=(0.9, 0.95), replicates=2_000, seed=1)


def test_without_a_seed_the_one_drawn_repeats_the_result():
    first = bca(ones(SIXTEEN), mean_of(SIXTEEN), replicates=5_000)
    again = bca(ones(SIXTEEN), mean_of(SIXTEEN), replicates=5_000, seed=first[0].seed)
    assert first == again
    assert bca(ones(SIXTEEN), mean_of(SIXTEEN), replicates=5_000)[0].seed != first[0].seed


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([], "at least one unit"),
        ([0, 0], "at least one unit"),
        ([3, -1], "must not be negative"),
        ([1.5, 2], "whole numbers"),
        ([math.nan, 2], "whole numbers"),
        ([math.inf, 2], "whole numbers"),
        (["3", "4"], "whole numbers"),
        ([True, False], "whole numbers"),
        ([[1, 2]], "dimension"),
        (5, "dimension"),
        ([2**53, 1], "sum to less"),
    ],
)
def test_counts_are_checked_before_the_statistic_is_called(counts, words):
    with pytest.raises(ValueError, match=words):
        bca(counts, unreachable)


@pytest.mark.parametrize(
    ("clusters", "words"),
    [
        ([[1, 2], [1, 1]], "sum to counts"),
        ([[3, 4, 0]], "one column"),
        ([3, 4], "dimension"),
        ([[4, 4], [-1, 0]], "negative"),
        ([[1.5, 2], [1.5, 2]], "whole"),
        ([[1, 2], [2]], "regular|whole"),
    ],
)
def test_clusters_are_checked_before_the_statistic_is_called(clusters, words):
    with pytest.raises(ValueError, match=words):
        bca([3, 4], unreachable, clusters=clusters)


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": ()},
        {"levels": 0.95},
        {"levels": (0.95, 1.0)},
        {"levels": (95,)},
        {"levels": (math.nan,)},
        {"replicates": 0},
        {"replicates": 10.5},
        {"replicates": True},
        {"seed": -1},
        {"seed": 1.5},
    ],
)
def test_settings_are_checked_before_the_statistic_is_called(wrong):
    with pytest.raises(ValueError):
        bca([3, 4], unreachable, **wrong)


def unreachable(weights):
    raise AssertionError("the statistic was called")


def test_counts_held_as_whole_floats_are_counts():
    assert bca([37.0, 207.0], share, replicates=2_000, seed=1) == bca(
        [37, 207], share, replicates=2_000, seed=1
    )


@pytest.mark.parametrize("statistic", [lambda w: 1.0, lambda w: w[..., None], lambda w: w.sum(-1)[:1]])
def test_a_statistic_of_another_shape_is_named(statistic):
    with pytest.raises(ValueError, match="maps weights"):
        bca([3, 4, 5], statistic, replicates=2_000)


def test_patterns_that_nobody_shows_change_nothing():
    plain = bca([20, 30, 40], share, replicates=5_000, seed=3)
    padded = bca([0, 20, 30, 0, 40, 0], lambda w: w[..., 1] / w.sum(-1), replicates=5_000, seed=3)
    assert plain == padded


def test_the_estimate_may_be_negative_and_the_interval_turns_round():
    up = bca(ones(SIXTEEN), mean_of(SIXTEEN), replicates=50_000, seed=3)
    down = bca(ones(SIXTEEN), mean_of(-SIXTEEN), replicates=50_000, seed=3)
    for one, other in zip(up, down, strict=True):
        assert one.z0 == pytest.approx(-other.z0, abs=1e-9)
        assert one.acceleration == pytest.approx(-other.acceleration, rel=1e-9)
        assert (-other.high, -other.low) == pytest.approx((one.low, one.high), rel=2e-3)


def test_monte_carlo_error_is_the_spread_between_seeds():
    found = [
        bca(ones(SIXTEEN), mean_of(SIXTEEN), levels=(0.95,), replicates=4_000, seed=s)[0] for s in range(150)
    ]
    for side, name in ((0, "low"), (1, "high")):
        spread = np.std([getattr(interval, name) for interval in found], ddof=1)
        stated = np.mean([interval.monte_carlo_error[side] for interval in found])
        assert stated == pytest.approx(spread, rel=0.25)


def test_as_dict_is_plain_json():
    for outcome in bca([37, 207], share, levels=(0.9, 0.999), replicates=2_000, seed=1):
        said = outcome.as_dict()
        assert json.loads(json.dumps(said, allow_nan=False)).keys() == said.keys()
        assert said["level"] == outcome.level


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_weighted_jackknife_is_the_full_one(counts, seed):
    counts = np.array(counts)
    if counts.sum() < 2:
        return
    scores = np.random.default_rng(seed).normal(size=counts.size)
    statistic = mean_of(scores)
    rows = np.repeat(np.arange(counts.size), counts)
    full = np.array([scores[np.delete(rows, i)].mean() for i in range(rows.size)])
    design = check_design(counts)
    values, times = leave_one_out(design, statistic, 2**18), design.left_out()[1]
    np.testing.assert_allclose(np.repeat(values, times), full, rtol=1e-13, atol=1e-15)
    if np.ptp(full) > 1e-9:
        u = full.mean() - full
        expected = (u**3).sum() / (6 * (u**2).sum() ** 1.5)
        assert acceleration_from(values, times) == pytest.approx(expected, rel=1e-8, abs=1e-10)


@given(st.lists(st.integers(1, 60), min_size=2, max_size=6), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_same_seed_same_result(counts, seed):
    def statistic(weights):
        return np.stack((share(weights), weights[..., -1] / weights.sum(-1)), -1)

    first = bca(counts, statistic, replicates=1_000, seed=seed)
    assert first == bca(counts, statistic, replicates=1_000, seed=seed)


@given(st.integers(12, 40), st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_each_unit_its_own_cluster_is_no_cluster_at_all(n, seed):
    values = np.random.default_rng(seed).normal(size=n)
    plain = bca(ones(values), mean_of(values), replicates=20_000, levels=(0.9,), seed=1)[0]
    alone = bca(
        ones(values), mean_of(values), replicates=20_000, levels=(0.9,), seed=1, clusters=np.eye(n, dtype=int)
    )[0]
    if alone.method == "cluster-t":
        spread = values.std(ddof=1) / math.sqrt(n)
        reach = stats.t.ppf(0.95, n - 1) * spread
        assert (alone.low, alone.high) == pytest.approx(
            (values.mean() - reach, values.mean() + reach), rel=1e-9
        )
    else:
        assert alone.acceleration == pytest.approx(plain.acceleration, rel=1e-9)
        assert (alone.low, alone.high) == (plain.low, plain.high)
