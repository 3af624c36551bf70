"""The coordination table: shares, both comparisons, the sensitivity run, and what stands in."""

import json
from enum import StrEnum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alongside_evidence import (
    Interval,
    Patterns,
    Refused,
    clopper_pearson,
    coordination_table,
    newcombe_paired,
)

from .coverage import least_coverage
from .examples import CODES, survey

STATUTORY = ["day centre", "food"]


def table(answers=None, **options):
    options = {"statutory": STATUTORY, "replicates": 5_000, "seed": 1, **options}
    return coordination_table(survey() if answers is None else answers, **options)


def one_activity(**times):
    """Answers about one activity, so many units an answer."""
    return {"food": [code for code, count in times.items() for _ in range(count)]}


def test_counts_and_shares():
    answers = survey()
    found = table(answers)
    assert found.units == 244
    for row in found.rows:
        cells = answers[row.activity]
        named = [cell for cell in cells if cell in {"unit", "organisation", "together"}]
        assert row.n == len(named)
        assert (row.other, row.unsure, row.not_offered) == tuple(
            cells.count(c) for c in ("other", "unsure", "")
        )
        assert row.excluded == row.other + row.unsure
        assert row.excluded_share == pytest.approx(row.excluded / (row.excluded + row.n))
        for answer, share in row.shares.items():
            assert share.count == cells.count(answer)
            assert share.estimate == pytest.approx(share.count / row.n)
    assert [row.activity for row in found.rows] == list(answers)
    assert [row.statutory for row in found.rows] == [True, True, False, False, False]


def test_comparisons():
    found = table()
    p = {row.activity: {a: s.estimate for a, s in row.shares.items()} for row in found.rows}
    first = [c for c in found.comparisons if c.kind == "activity"]
    assert [c.about for c in first] == list(p)
    for comparison in first:
        shares = p[comparison.about]
        assert comparison.estimate == pytest.approx(shares["unit"] - shares["organisation"])
        assert comparison.name == f"{comparison.about}: unit alone minus organisation alone"
    second = [c for c in found.comparisons if c.kind == "means"]
    assert [c.about for c in second] == ["unit", "organisation", "together"]
    others = [a for a in p if a not in STATUTORY]
    for comparison in second:
        means = [np.mean([p[a][comparison.about] for a in group]) for group in (STATUTORY, others)]
        assert comparison.estimate == pytest.approx(means[0] - means[1])
    assert sum(c.estimate for c in second) == pytest.approx(0, abs=1e-12)


def test_sensitivity_run_leaves_out_and_rests_on_the_same_resamples():
    found = table(sensitivity=["social"])
    (run,) = found.sensitivity
    assert run.left_out == ("social",)
    without = survey()
    del without["social"]
    for comparison in run.comparisons:
        shares = {row.activity: row.shares[comparison.about].estimate for row in found.rows}
        others = np.mean([shares["culture, nursing home"], shares["physical"]])
        assert comparison.estimate == pytest.approx(np.mean([shares[a] for a in STATUTORY]) - others)
        assert "social left out" in comparison.name
        assert all(i.seed == 1 and i.replicates == 5_000 for i in comparison.intervals)
    # Seen alone, the table without the activity says the same within Monte Carlo error.
    again = table(without)
    for one, other in zip(run.comparisons, again.comparisons[4:], strict=True):
        assert one.estimate == pytest.approx(other.estimate)
        assert one.intervals[0].low == pytest.approx(other.intervals[0].low, abs=0.02)


def test_answers_and_patterns_give_the_same_table():
    answers = survey()
    rows = list(zip(*answers.values(), strict=True))
    distinct = sorted(set(rows))
    patterns = Patterns(tuple(answers), distinct, [rows.count(row) for row in distinct])
    assert table(patterns) == table(answers)
    assert "244 units" in repr(patterns)


def test_none_and_enum_members_are_answers():
    class Answer(StrEnum):
        UNIT = "unit"

    plain = table({"food": ["unit", ""] * 20 + ["together"] * 5}, statutory=["food"])
    fancy = table({"food": [Answer.UNIT, None] * 20 + ["together"] * 5}, statutory=["food"])
    assert plain == fancy
    json.dumps(fancy.as_dict(), allow_nan=False)


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_order_of_units_and_activities_changes_nothing(random):
    answers = survey(n=60)
    clusters = [i % 23 for i in range(60)]
    usual = table(answers, clusters=clusters, replicates=500, levels=(0.8,))
    order = list(range(60))
    random.shuffle(order)
    names = list(answers)
    random.shuffle(names)
    label = dict(enumerate(random.sample(range(1000), 23)))
    mixed = table(
        {name: [answers[name][i] for i in order] for name in names},
        clusters=[f"M{label[clusters[i]]}" for i in order],
        replicates=500,
        levels=(0.8,),
    )
    assert {row.activity: row for row in mixed.rows} == {row.activity: row for row in usual.rows}
    by_name = {comparison.name: comparison for comparison in mixed.comparisons}
    assert by_name.keys() == {comparison.name for comparison in usual.comparisons}
    for comparison in usual.comparisons:
        other = by_name[comparison.name]
        assert other.estimate == pytest.approx(comparison.estimate, abs=1e-12)
        for one, two in zip(comparison.intervals, other.intervals, strict=True):
            assert (one.low, one.high) == pytest.approx((two.low, two.high), abs=1e-9)


def test_all_or_none_is_clopper_pearson_and_labelled():
    found = table(one_activity(unit=30, other=5), statutory=["food"], levels=(0.95, 0.99))
    (row,) = found.rows
    for answer, count in (("unit", 30), ("organisation", 0), ("together", 0)):
        for interval in row.shares[answer].intervals:
            exact = clopper_pearson(count, 30, interval.level)
            assert interval.method == "clopper-pearson"
            assert (interval.low, interval.high) == (exact.low, exact.high)
            assert (interval.seed, interval.replicates, interval.monte_carlo_error) == (None, None, None)
    assert any("clopper-pearson" in note for note in found.notes)


@pytest.mark.parametrize(
    ("answer", "cells"), [("unit", (30, 0, 0)), ("organisation", (0, 30, 0)), ("together", (0, 0, 30))]
)
def test_a_paired_difference_of_all_is_newcombe_and_labelled(answer, cells):
    found = table(one_activity(**{answer: 30}), statutory=["food"], levels=(0.95,))
    (interval,) = found.comparisons[0].intervals
    published = newcombe_paired(0, *cells, level=0.95)
    assert interval.method == "newcombe-paired"
    assert (interval.low, interval.high) == (published.low, published.high)


def test_a_difference_of_means_of_all_is_not_computable():
    answers = {"food": ["unit"] * 30, "social": ["together"] * 30}
    found = table(answers, statutory=["food"])
    for comparison in found.comparisons[2:]:
        assert all(isinstance(outcome, Refused) for outcome in comparison.intervals)
        assert "not computable" in comparison.intervals[0].reason
    assert "significant" not in json.dumps(found.as_dict())


def test_an_extreme_share_borrows_the_limit_from_clopper_pearson():
    found = table(one_activity(unit=1, together=243), statutory=["food"], levels=(0.99,), replicates=100_000)
    (interval,) = found.rows[0].shares["unit"].intervals
    assert interval.method == "bca; upper limit clopper-pearson"
    assert interval.high == clopper_pearson(1, 244, 0.99).high
    assert interval.monte_carlo_error[1] == 0.0
    (interval,) = found.rows[0].shares["together"].intervals
    assert interval.method == "bca; lower limit clopper-pearson"
    assert interval.low == clopper_pearson(243, 244, 0.99).low


def test_an_extreme_difference_is_refused_with_the_remedy():
    (refused,) = (
        table(one_activity(unit=1, together=243), statutory=["food"], levels=(0.99,), replicates=100_000)
        .comparisons[0]
        .intervals
    )
    assert isinstance(refused, Refused)
    assert "larger number of replicates" in refused.reason


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (9, "can't be said from 9 answers"),
        (1, "can't be said from 1 answer"),
        (0, "can't be said from 0 answers"),
    ],
)
def test_fewer_than_ten_answers_are_words(n, words):
    answers = {"food": ["unit"] * n + [""] * (40 - n), "social": ["unit", "together"] * 20}
    found = table(answers, statutory=["food"])
    for share in found.rows[0].shares.values():
        assert [outcome.reason for outcome in share.intervals] == [words] * 2
        assert (share.estimate is None) == (n == 0)
    assert found.comparisons[0].intervals[0].reason == words
    means = found.comparisons[2]
    assert means.intervals[0].reason == f"{words} about food"
    assert (means.estimate is None) == (n == 0)
    assert isinstance(found.rows[1].shares["unit"].intervals[0], Interval)
    json.dumps(found.as_dict(), allow_nan=False)


def test_ten_answers_are_enough():
    answers = {"food": ["unit", "together"] * 5 + [""] * 230}
    found = table(answers, statutory=["food"], levels=(0.95,), replicates=400_000)
    (interval,) = found.rows[0].shares["unit"].intervals
    assert isinstance(interval, Interval)
    expected = 400_000 * (1 - 10 / 240) ** 240
    assert 0 < interval.undefined == pytest.approx(expected, abs=25)
    assert any(f"{interval.undefined:,} of 400,000 resamples" in note for note in found.notes)


def test_only_statutory_activities_leave_nothing_to_compare():
    found = table(one_activity(unit=20, together=20), statutory=["food"])
    for comparison in found.comparisons[1:]:
        assert comparison.estimate is None
        assert "at least one statutory activity and one other" in comparison.intervals[0].reason


def in_clusters(groups, size=6, seed=2):
    rng = np.random.default_rng(seed)
    answers = {"food": [], "social": []}
    for _ in range(groups):
        for column in answers.values():
            column += [str(c) for c in rng.choice(CODES[:3], size, p=rng.dirichlet([2, 1, 1]))]
    return answers, [g for g in range(groups) for _ in range(size)]


def test_clusters_widen_the_intervals():
    answers, clusters = in_clusters(40)
    plain = table(answers, statutory=["food"])
    wide = table(answers, statutory=["food"], clusters=clusters, cluster_name="municipality")
    assert wide.as_dict()["clusters"] == {"name": "municipality", "count": 40}
    assert plain.as_dict()["clusters"] is None
    for one, other in zip(plain.comparisons, wide.comparisons, strict=True):
        assert one.estimate == pytest.approx(other.estimate)
    widths = [
        sum(c.intervals[0].high - c.intervals[0].low for c in found.comparisons) for found in (plain, wide)
    ]
    assert widths[1] > 1.3 * widths[0]
    assert all(c.intervals[0].method == "bca" for c in wide.comparisons)


def test_few_clusters_are_refused_everywhere():
    answers, clusters = in_clusters(9)
    found = table(answers, statutory=["food"], clusters=clusters)
    outcomes = [o for row in found.rows for s in row.shares.values() for o in s.intervals]
    outcomes += [o for c in found.comparisons for o in c.intervals]
    assert all(isinstance(outcome, Refused) for outcome in outcomes)
    assert {outcome.reason for outcome in outcomes} == {
        "can't be said from 9 clusters: an interval needs at least 10"
    }


def test_rather_few_clusters_get_t_intervals_inside_the_possible():
    answers, clusters = in_clusters(12)
    answers["food"] = ["unit"] * 70 + ["together"] * 2
    found = table(answers, statutory=["food"], clusters=clusters)
    unit = found.rows[0].shares["unit"].intervals[1]
    assert unit.method == "cluster-t"
    assert unit.high == 1.0
    assert all(o.method == "cluster-t" for c in found.comparisons for o in c.intervals)


def test_clusters_that_did_not_answer_do_not_count():
    answers, clusters = in_clusters(30)
    answers["food"] = [
        code if cluster < 9 else "" for code, cluster in zip(answers["food"], clusters, strict=True)
    ]
    found = table(answers, statutory=["food"], clusters=clusters)
    assert "from 9 clusters" in found.rows[0].shares["unit"].intervals[0].reason
    assert "from 9 clusters" in found.comparisons[2].intervals[0].reason
    assert found.rows[1].shares["unit"].intervals[0].method == "bca"


def test_all_alike_in_clusters_counts_clusters():
    answers = {"food": ["unit"] * 120}
    found = table(answers, statutory=["food"], clusters=[i // 4 for i in range(120)], levels=(0.95,))
    (interval,) = found.rows[0].shares["unit"].intervals
    assert interval.low == pytest.approx(clopper_pearson(30, 30).low)
    (paired,) = found.comparisons[0].intervals
    assert paired.low == pytest.approx(newcombe_paired(0, 30, 0, 0).low)


def test_coverage_of_the_nominal_99_per_cent():
    """At n = 244 tests/web/test_how_we_compute.py computes it, since a page tells it."""
    assert least_coverage(20) >= 0.985


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"statutory": ["fod"]}, "not among the activities"),
        ({"statutory": "food"}, "sequence"),
        ({"sensitivity": ["food"]}, "is statutory"),
        ({"sensitivity": ["culture, nursing home", "physical", "social"]}, "every activity"),
        ({"clusters": [1, 2]}, "one entry a unit"),
        ({"levels": (95,)}, "between 0 and 1"),
    ],
)
def test_wrong_arguments(wrong, words):
    with pytest.raises(ValueError, match=words):
        table(**wrong)


def test_wrong_patterns():
    with pytest.raises(ValueError, match="one is 'nobody'"):
        table({"food": ["nobody"]}, statutory=["food"])
    with pytest.raises(ValueError, match="must have 2 answers"):
        Patterns(("a", "b"), [("unit",)], [3])
    with pytest.raises(ValueError, match="comes twice"):
        Patterns(("a", "a"), [("unit", "unit")], [3])
    with pytest.raises(ValueError, match="1 patterns, but 2 counts"):
        Patterns(("a",), [("unit",)], [3, 4])
    with pytest.raises(ValueError, match="at least one unit"):
        Patterns(("a",), [("unit",)], [0])
    with pytest.raises(ValueError, match="at least one activity"):
        Patterns((), [()], [1])
    with pytest.raises(ValueError, match="sum to counts"):
        Patterns(("a",), [("unit",)], [3], [[1], [1]])
    with pytest.raises(ValueError, match="carry their clusters"):
        table(Patterns(("food",), [("unit",)], [30]), statutory=["food"], clusters=[1])
    with pytest.raises(ValueError, match="at least one unit"):
        table({"food": []}, statutory=["food"])


def test_a_whole_country_in_one_table():
    patterns = Patterns(
        ("food", "social"),
        [
            ("unit", "unit"),
            ("unit", "together"),
            ("organisation", ""),
            ("together", "organisation"),
            ("", "unsure"),
        ],
        [30_000_000, 25_000_000, 20_000_000, 15_000_000, 10_000_000],
    )
    found = coordination_table(patterns, statutory=["food"], replicates=20_000, seed=1)
    assert found.units == 10**8
    interval = found.rows[0].shares["unit"].intervals[0]
    assert 0 < interval.high - interval.low < 5e-4


SHAPE = {
    "table": "kind units levels replicates seed clusters rows comparisons sensitivity notes notes_said",
    "row": "activity statutory n excluded other unsure excluded_share not_offered shares",
    "share": "estimate count intervals",
    "interval": "level low high method estimate z0 acceleration replicates seed monte_carlo_error",
}


def test_json_keeps_its_shape():
    found = json.loads(json.dumps(table(sensitivity=["social"]).as_dict(), allow_nan=False))
    assert list(found) == SHAPE["table"].split()
    assert found["kind"] == "coordination"
    row = found["rows"][0]
    assert list(row) == SHAPE["row"].split()
    assert list(row["shares"]) == ["unit", "organisation", "together"]
    assert list(row["shares"]["unit"]) == SHAPE["share"].split()
    assert list(row["shares"]["unit"]["intervals"][0]) == SHAPE["interval"].split()
    assert list(found["comparisons"][0]) == ["kind", "name", "activity", "estimate", "intervals"]
    assert list(found["comparisons"][-1]) == ["kind", "name", "answer", "estimate", "intervals"]
    assert [list(run) for run in found["sensitivity"]] == [["left_out", "comparisons"]]
    small = table({"food": ["unit"] * 4}, statutory=["food"]).as_dict()
    assert small["rows"][0]["shares"]["unit"]["intervals"][0] == {
        "level": 0.95,
        "refused": "can't be said from 4 answers",
        "why": [{"code": "few-answers", "about": {"n": 4}}],
    }
    assert [[part["code"] for part in note] for note in small["notes_said"]] == [
        ["left-out"],
        ["independent"],
        ["chance"],
    ]
