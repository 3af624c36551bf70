"""Comparisons taken together: Holm against closed testing, max-|t| against exact critical values."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from alongside_evidence import Interval, NotComputable, coordination_table, holm, max_t, newcombe_paired

from .examples import survey

STATUTORY = ["day centre", "food"]


def table(answers=None, **options):
    options = {"statutory": STATUTORY, "replicates": 20_000, "seed": 1, **options}
    return coordination_table(survey() if answers is None else answers, **options)


def closed_testing(p):
    """Holm is closed testing with Bonferroni: the worst of all subsets that hold a comparison."""
    subsets = [s for size in range(1, len(p) + 1) for s in combinations(range(len(p)), size)]
    return [max(min(1.0, len(s) * min(p[j] for j in s)) for s in subsets if i in s) for i in range(len(p))]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7))
@settings(max_examples=60, deadline=None)
def test_holm_is_closed_testing(p):
    assert holm(p) == pytest.approx(closed_testing(p), abs=1e-12)


def test_holm_by_hand():
    # R: p.adjust(c(.01, .02, .03, .04, .05), "holm")
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx((0.05, 0.08, 0.09, 0.09, 0.09))
    assert holm([]) == ()
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([1.5])


@pytest.mark.parametrize(("m", "critical"), [(1, 1.960), (2, 2.236), (5, 2.569), (10, 2.800)])
def test_critical_value_of_independent_comparisons(m, critical):
    """Šidák's value, exact for independent normal comparisons."""
    drawn = np.random.default_rng(m).standard_normal((m, 200_000))
    found = max_t(np.zeros(m), drawn, (0.95,))
    assert stats.norm.ppf((1 + 0.95 ** (1 / m)) / 2) == pytest.approx(critical, abs=1e-3)
    assert found.critical[0] == pytest.approx(critical, abs=0.02)


@pytest.mark.parametrize(("m", "critical"), [(2, 2.21), (3, 2.35), (5, 2.51), (9, 2.69)])
def test_critical_value_of_comparisons_with_one_control(m, critical):
    """Dunnett (1964), two-sided, 5 %, many degrees of freedom: correlations of one half."""
    rng = np.random.default_rng(m)
    drawn = rng.standard_normal((m, 200_000)) + rng.standard_normal(200_000)
    assert max_t(np.zeros(m), drawn, (0.95,)).critical[0] == pytest.approx(critical, abs=0.015)


def test_comparisons_that_move_as_one_cost_nothing():
    one = np.random.default_rng(1).standard_normal(100_000)
    alone, both = max_t([0.0], [one], (0.95,)), max_t([0.0, 0.0], [one, -3 * one], (0.95,))
    assert both.critical == pytest.approx(alone.critical)


def test_adjusted_p_belongs_to_the_intervals():
    rng = np.random.default_rng(8)
    drawn = rng.standard_normal((4, 50_000))
    centre = np.array([0.5, 2.2, 2.6, 3.4])
    found = max_t(centre, centre[:, None] + drawn, (0.95,))
    for low, high, p in zip(found.low[0], found.high[0], found.adjusted, strict=True):
        assert (low <= 0 <= high) == (p.p > 0.05)
    assert found.adjusted[3].p == pytest.approx(1 - (2 * stats.norm.cdf(3.4) - 1) ** 4, rel=0.2)
    assert max_t([30.0], [30 + drawn[0]], (0.95,)).adjusted[0] == (type(found.adjusted[0])(10 / 50_000, True))


def test_max_t_refuses():
    drawn = np.random.default_rng(1).standard_normal((2, 1_000))
    with pytest.raises(ValueError, match="must fit"):
        max_t([0.0], drawn)
    with pytest.raises(NotComputable, match="does not vary"):
        max_t([0.0, 1.0], [drawn[0], np.ones(1_000)], (0.9,))
    with pytest.raises(NotComputable, match="at least 10,000"):
        max_t([0.0, 0.0], drawn, (0.999,))
    drawn[0, :3] = np.nan
    with pytest.raises(NotComputable, match="3 of 1,000"):
        max_t([0.0, 0.0], drawn, (0.9,))


def test_a_table_with_holm():
    found = table(several="holm")
    adjustment = found.adjustment
    assert adjustment.family == 8 == len(found.comparisons)
    assert [each.comparison for each in adjustment.comparisons] == list(found.comparisons)
    p = [each.p.p for each in adjustment.comparisons]
    assert [each.adjusted.p for each in adjustment.comparisons] == pytest.approx(list(holm(p)))
    assert any("Holm" in note for note in found.notes)
    # Everything else is as it was without.
    assert table().comparisons == found.comparisons
    assert table().adjustment is None


def test_the_p_value_is_where_the_bca_interval_meets_zero():
    answers = survey(n=120)
    each = table(answers, several="holm", replicates=200_000).adjustment.comparisons[2]
    assert not each.p.at_most
    at = table(answers, levels=(1 - each.p.p,), replicates=200_000).comparisons[2].intervals[0]
    assert at.method == "bca"
    assert min(abs(at.low), abs(at.high)) < 5e-3


def test_too_few_resamples_bound_the_p_value():
    (first, *_, last) = table(several="holm").adjustment.comparisons
    assert last.p.at_most
    assert last.adjusted.at_most
    assert 0 < last.adjusted.p < 0.05
    told = first.as_dict()
    assert {"p", "p_at_most", "adjusted_p", "adjusted_p_at_most", "activity", "estimate"} <= told.keys()


def test_a_table_with_max_t():
    found = table(several="max-t")
    assert found.adjustment.family == 8
    for each in found.adjustment.comparisons:
        for one, wide in zip(each.comparison.intervals, each.intervals, strict=True):
            assert (wide.method, wide.level, wide.seed) == ("max-t", one.level, 1)
            assert -1 <= wide.low <= each.comparison.estimate <= wide.high <= 1
            if isinstance(one, Interval):
                assert wide.high - wide.low > 0.99 * (one.high - one.low)
    told = found.as_dict()["adjustment"]
    assert (told["method"], told["family"], len(told["comparisons"])) == ("max-t", 8, 8)
    assert told["comparisons"][0]["p"] is None


def test_comparisons_without_an_interval_are_no_part_of_the_family():
    answers = {
        "food": ["unit"] * 9 + [""] * 51,
        "social": ["unit", "together", "organisation"] * 20,
        "physical": ["unit", "unit", "organisation"] * 20,
    }
    found = table(answers, statutory=["food"], several="holm").adjustment
    assert found.family == 2
    reasons = [each.reason for each in found.comparisons]
    assert reasons[0] == "can't be said from 9 answers"
    assert reasons[3] == "can't be said from 9 answers about food"
    assert found.comparisons[0].as_dict()["refused"] == reasons[0]
    # Two comparisons: the smaller p counts double.
    assert found.comparisons[2].adjusted.p == pytest.approx(2 * found.comparisons[2].p.p)


def test_where_all_say_the_same_newcombe_lends_its_p_value():
    answers = {"food": ["unit"] * 12, "social": ["unit", "organisation", "together"] * 4}
    found = table(answers, statutory=["food"], several="holm").adjustment.comparisons[0]
    assert found.p.p < 0.01
    assert newcombe_paired(0, 12, 0, 0, level=1 - found.p.p * 1.01).low > 0
    assert newcombe_paired(0, 12, 0, 0, level=1 - found.p.p * 0.99).low < 0
    together = table({**answers, "food": ["together"] * 12}, statutory=["food"], several="holm")
    assert together.adjustment.comparisons[0].p.p == pytest.approx(1.0, abs=1e-6)
    assert table(answers, statutory=["food"], several="max-t").adjustment.comparisons[0].adjusted is None


def test_rather_few_clusters_have_t_and_no_joint_resamples():
    answers, clusters = survey(n=180), [i % 12 for i in range(180)]
    by_holm = table(answers, clusters=clusters, several="holm").adjustment.comparisons[2]
    (interval,) = table(answers, clusters=clusters, levels=(0.95,)).comparisons[2].intervals
    half = (interval.high - interval.low) / 2
    t = interval.estimate / (half / stats.t.ppf(0.975, 11))
    assert by_holm.p.p == pytest.approx(2 * stats.t.sf(abs(t), 11), rel=1e-9)
    together = table(answers, clusters=clusters, several="max-t").adjustment
    assert together.family == 0
    assert "at least 20 clusters" in together.comparisons[0].reason


def test_another_way_is_refused():
    with pytest.raises(ValueError, match="holm or max-t"):
        table(several="bonferroni")


def test_levels_too_far_out_for_the_family_are_refused():
    found = table(several="max-t", replicates=900, levels=(0.9, 0.99)).adjustment
    assert found.family == 0
    assert "at least 1,000" in found.comparisons[0].reason
    assert all(isinstance(o, Interval) for o in table(several="max-t").adjustment.comparisons[0].intervals)
