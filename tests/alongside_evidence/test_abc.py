"""ABC: deterministic, published, near BCa."""

import numpy as np
import pytest

from alongside_evidence import Interval, NotComputable, Refused, abc, bca

from .examples import SIXTEEN, SPATIAL_A, mean_of, share, variance_of


def test_spatial_a_as_published():
    ones = np.ones(26, int)
    (interval,) = abc(ones, variance_of(SPATIAL_A), levels=(0.9,))
    assert (interval.low, interval.high) == pytest.approx((116.7, 260.9), abs=0.05)
    assert interval.acceleration == pytest.approx(0.06124, abs=5e-6)
    assert interval.method == "abc"
    assert (interval.replicates, interval.seed, interval.monte_carlo_error) == (None, None, None)
    assert abc(ones, variance_of(SPATIAL_A), levels=(0.9,)) == (interval,)


def test_counts_and_rows_agree():
    values, counts = np.unique(SIXTEEN, return_counts=True)
    by_count = abc(counts, mean_of(values), levels=(0.5, 0.8))
    by_row = abc(np.ones(16, int), mean_of(SIXTEEN), levels=(0.5, 0.8))
    for one, other in zip(by_count, by_row, strict=True):
        assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-6)


def test_near_bca_for_a_smooth_statistic():
    ones = np.ones(16, int)
    (near,) = abc(ones, mean_of(SIXTEEN), levels=(0.9,))
    (far,) = bca(ones, mean_of(SIXTEEN), levels=(0.9,), replicates=200_000, seed=1)
    assert (near.low, near.high) == pytest.approx((far.low, far.high), rel=0.01)


def test_patterns_that_nobody_shows_change_nothing():
    assert abc([37, 0, 207], share) == abc([37, 207], share)


def test_several_statistics():
    found = abc([30, 40, 50], lambda w: np.stack((share(w), w[..., 1] * 0 + 1), -1), levels=(0.9,))
    assert isinstance(found[0][0], Interval)
    assert isinstance(found[1][0], Refused)
    assert found[0] == abc([30, 40, 50], share, levels=(0.9,))


def test_refusals():
    with pytest.raises(NotComputable, match="every unit says the same"):
        abc([12], share)
    with pytest.raises(NotComputable, match="no value"):
        abc([0, 12], lambda w: w[..., 1] / w[..., 0])
    with pytest.raises(NotComputable, match="no single unit"):
        abc([5, 5], lambda w: ((w / w.sum(-1, keepdims=True) - 0.5) ** 2).sum(-1))
    near, far = abc([2, 18], share, levels=(0.5, 0.9999))
    assert isinstance(near, Interval)
    assert isinstance(far, Refused)
    assert "negative weight" in far.reason or "not above 0" in far.reason


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="negative"):
        abc([-1, 3], share)
    with pytest.raises(ValueError, match="levels"):
        abc([1, 3], share, levels=0.9)
    with pytest.raises(ValueError, match="maps weights"):
        abc([1, 3], lambda w: 1.0)
