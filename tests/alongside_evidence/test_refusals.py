"""Where naive code fails: what stands there instead, and in which words."""

import math

import numpy as np
import pytest

from alongside_evidence import Interval, NotComputable, Refused, bca
from alongside_evidence.limits import Column, Setting, outcomes

from .examples import SIXTEEN, mean_of, share


def constant(weights):
    return np.full(weights.shape[:-1], 0.25)


def ratio_in_a_corner(weights):
    """The share of pattern 0 among patterns 0 and 1: empty when a resample holds neither."""
    return weights[..., 0] / (weights[..., 0] + weights[..., 1])


@pytest.mark.parametrize("counts", [[12], [12, 0], [0, 12]])
def test_all_alike_is_not_computable(counts):
    with pytest.raises(NotComputable, match="every unit says the same"):
        bca(counts, lambda w: w[..., 0] / w.sum(-1), replicates=1_000)


def test_a_constant_is_not_computable():
    with pytest.raises(NotComputable, match="every unit says the same"):
        bca([3, 4, 5], constant, replicates=1_000)


def test_rounding_is_not_variation():
    def noisy(weights):
        return (weights * 0.1).sum(-1) / weights.sum(-1) - 0.1 + 1.0

    with pytest.raises(NotComputable, match="every unit says the same"):
        bca([13, 7, 29, 31], noisy, replicates=1_000)


def test_no_word_about_significance():
    with pytest.raises(NotComputable) as caught:
        bca([12], constant, replicates=1_000)
    assert "significant" not in str(caught.value)


def test_one_unit_is_too_few_to_leave_out():
    with pytest.raises(NotComputable, match="without one of the units"):
        bca([1], mean_of(np.array([5.0])), replicates=1_000)


def test_an_estimate_that_does_not_exist():
    with pytest.raises(NotComputable, match="no value"):
        bca([0, 0, 9, 8], ratio_in_a_corner, replicates=1_000)


def test_among_several_only_the_degenerate_one_is_refused():
    def both(weights):
        return np.stack((share(weights), constant(weights), weights[..., 2] / weights.sum(-1)), -1)

    first, second, third = bca([30, 40, 50], both, replicates=5_000, levels=(0.9, 0.95), seed=1)
    assert all(isinstance(found, Interval) for found in (*first, *third))
    assert [type(found) for found in second] == [Refused, Refused]
    assert [found.level for found in second] == [0.9, 0.95]
    assert "every unit says the same" in second[0].reason
    assert set(second[0].as_dict()) == {"level", "refused", "why"}


def test_several_all_degenerate_do_not_raise():
    (found,) = bca([12], lambda w: constant(w)[..., None], replicates=1_000)
    assert all(isinstance(outcome, Refused) for outcome in found)


def test_a_limit_too_far_out_is_refused_alone_and_the_remedy_named():
    near, far = bca([37, 207, 100], share, levels=(0.9, 0.999), replicates=5_000, seed=1)
    assert isinstance(near, Interval)
    assert isinstance(far, Refused)
    assert "larger number of replicates" in far.reason
    assert "at 99.9 %" in far.reason
    needed = int(far.reason.rsplit("at least ", 1)[1].split(" (")[0].replace(",", ""))
    assert isinstance(bca([37, 207, 100], share, levels=(0.999,), replicates=2 * needed, seed=1)[0], Interval)


def test_the_limit_that_stands_is_kept():
    # Skewed to the right: z0 and a move the lower alpha up and the upper alpha to the edge.
    (found,) = bca(np.ones(16, int), mean_of(SIXTEEN), levels=(0.99,), replicates=4_000, seed=1)
    assert isinstance(found, Refused)
    assert found.high is None
    assert found.low == pytest.approx(27, abs=3)
    assert "the lower limit alone stands" in found.reason
    assert "upper limit would have fewer than 10" in found.reason


def test_where_bca_has_no_limit_it_says_so():
    # One unit in 61 outweighs the rest, so that a (z0 + z) passes 1.
    values = np.sort(np.random.default_rng(1).normal(size=10_000))
    left_out = np.array([0.0] * 60 + [-30.0])
    column = Column(0.0, values, 0, left_out, np.ones(61, int))
    near, far = outcomes(column, Setting((0.5, 1 - 1e-12), 10_000, 1))
    assert isinstance(near, Interval)
    assert isinstance(far, Refused)
    assert "not above 0" in far.reason


def test_empty_denominators_are_counted():
    (found,) = bca([6, 8, 186], ratio_in_a_corner, levels=(0.9,), replicates=400_000, seed=1)
    # (1 - 14 / 200)**200 = 5e-7: none expected in 400,000, so shrink the corner.
    assert found.undefined == 0
    (found,) = bca([4, 5, 191], ratio_in_a_corner, levels=(0.9,), replicates=400_000, seed=1)
    expected = 400_000 * (1 - 9 / 200) ** 200
    assert found.undefined == pytest.approx(expected, abs=5 * math.sqrt(expected))
    assert math.isfinite(found.low)


def test_too_many_empty_denominators_are_refused():
    with pytest.raises(NotComputable, match="more than 1 in 1,000") as caught:
        bca([2, 3, 195], ratio_in_a_corner, replicates=20_000, seed=1)
    assert "of 20,000 resamples" in str(caught.value)


def test_leaving_the_only_answer_out():
    with pytest.raises(NotComputable, match="without one of the units"):
        bca([1, 0, 195], ratio_in_a_corner, replicates=2_000, seed=1)


def test_infinite_values_are_no_values():
    def odds(weights):
        return weights[..., 0] / weights[..., 1]

    with pytest.raises(NotComputable, match="no value"):
        bca([9, 3], odds, replicates=5_000, seed=1)


def test_estimate_outside_all_resamples():
    def furthest(weights):
        # The largest value that a resample holds never exceeds that of the data.
        return np.where(weights > 0, np.arange(weights.shape[-1]), -1).max(-1) + weights[..., 0] * 0.0

    with pytest.raises(NotComputable):
        bca([5, 5, 5], lambda w: 1.0 / (1.0 + ((w - 5) ** 2).sum(-1)), replicates=2_000, seed=1)
    with pytest.raises(NotComputable, match=r"no single unit|same"):
        bca([5, 5, 5], furthest, replicates=2_000, seed=1)


def clustered(groups, seed=1):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 6, size=(groups, 2)) + 1


@pytest.mark.parametrize("groups", [1, 2, 9])
def test_few_clusters_are_refused(groups):
    clusters = clustered(groups)
    with pytest.raises(NotComputable, match=f"from {groups} clusters"):
        bca(clusters.sum(axis=0), share, clusters=clusters, replicates=1_000)
    (found,) = bca(clusters.sum(axis=0), lambda w: share(w)[..., None], clusters=clusters, replicates=1_000)
    assert all(isinstance(outcome, Refused) for outcome in found)


@pytest.mark.parametrize("groups", [10, 19])
def test_rather_few_clusters_get_a_t_interval(groups):
    from scipy import stats

    clusters = clustered(groups)
    (found,) = bca(clusters.sum(axis=0), share, clusters=clusters, levels=(0.95,))
    assert found.method == "cluster-t"
    assert (found.z0, found.replicates, found.seed, found.monte_carlo_error) == (None,) * 4
    without = np.array([share(clusters.sum(axis=0) - cluster) for cluster in clusters])
    error = math.sqrt((groups - 1) / groups * ((without - without.mean()) ** 2).sum())
    reach = stats.t.ppf(0.975, groups - 1) * error
    assert (found.low, found.high) == pytest.approx(
        (found.estimate - reach, found.estimate + reach), rel=1e-9
    )


def test_from_twenty_clusters_on_bca():
    clusters = clustered(20)
    assert bca(clusters.sum(axis=0), share, clusters=clusters, replicates=5_000)[0].method == "bca"


def test_empty_clusters_do_not_count():
    clusters = np.vstack((clustered(9), np.zeros((30, 2), int)))
    with pytest.raises(NotComputable, match="from 9 clusters"):
        bca(clusters.sum(axis=0), share, clusters=clusters, replicates=1_000)
