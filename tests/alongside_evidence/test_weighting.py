"""Weights, raking and the finite population factor: against design-based formulas and exact coverage."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from alongside_evidence import (
    Interval,
    NotComputable,
    Patterns,
    Refused,
    Weighting,
    coordination_table,
    rake,
    replicate_weights,
    shares,
)

from .examples import survey

STATUTORY = ["day centre", "food"]


def table(answers=None, **options):
    options = {"statutory": STATUTORY, "replicates": 5_000, "seed": 1, **options}
    return coordination_table(survey() if answers is None else answers, **options)


def regions(n=244, seed=5):
    rng = np.random.default_rng(seed)
    return [str(x) for x in rng.choice(["north", "middle", "south"], n, p=[0.2, 0.3, 0.5])]


TOTALS = {"north": 100.0, "middle": 100.0, "south": 116.0}


# Raking ------------------------------------------------------------------------------------


def odds_ratios(w):
    return w[1:, 1:] * w[:-1, :-1] / (w[1:, :-1] * w[:-1, 1:])


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_raking_fits_the_margins_and_keeps_the_odds_ratios(seed):
    """The two together pin the raked table down."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(1, 50, (3, 4))
    rows, columns = rng.dirichlet([3] * 3) * 1_000, rng.dirichlet([3] * 4) * 1_000
    labels = [(f"r{i}", f"c{j}") for i in range(3) for j in range(4)]
    raked = rake(
        start.ravel(),
        {
            "row": ([r for r, _ in labels], {f"r{i}": x for i, x in enumerate(rows)}),
            "column": ([c for _, c in labels], {f"c{j}": x for j, x in enumerate(columns)}),
        },
    ).reshape(3, 4)
    np.testing.assert_allclose(raked.sum(axis=1), rows, rtol=1e-7)
    np.testing.assert_allclose(raked.sum(axis=0), columns, rtol=1e-7)
    np.testing.assert_allclose(odds_ratios(raked), odds_ratios(start), rtol=1e-9)


def test_one_margin_is_post_stratification():
    raked = rake([1, 1, 2, 4], {"g": (["a", "a", "b", "b"], {"a": 10, "b": 12})})
    np.testing.assert_allclose(raked, [5, 5, 4, 8])


def test_raking_refuses():
    with pytest.raises(NotComputable, match="no unit that answered is in “c” of g, which is 5 of 20"):
        rake([1, 1], {"g": (["a", "b"], {"a": 10, "b": 5, "c": 5})})
    with pytest.raises(ValueError, match="do not tell how many are in “b”"):
        rake([1, 1], {"g": (["a", "b"], {"a": 10})})
    with pytest.raises(ValueError, match="above 0"):
        rake([1, 1], {"g": (["a", "b"], {"a": 10, "b": 0})})
    with pytest.raises(ValueError, match="same population"):
        rake([1, 1], {"g": (["a", "b"], {"a": 10, "b": 5}), "h": (["x", "y"], {"x": 10, "y": 6})})
    with pytest.raises(NotComputable, match="no weights fit g and h at once"):
        # All of a is x and all of b is y, but the population has more of a than of x.
        rake([1, 1], {"g": (["a", "b"], {"a": 10, "b": 5}), "h": (["x", "y"], {"x": 5, "y": 10})})
    with pytest.raises(ValueError, match="numbers above 0"):
        rake([1, -1], {"g": (["a", "b"], {"a": 1, "b": 1})})
    with pytest.raises(ValueError, match="one label a weight"):
        rake([1, 1], {"g": (["a"], {"a": 1})})
    with pytest.raises(ValueError, match="at least one margin"):
        rake([1, 1], {})


def test_margins_rounded_in_the_last_digit_are_taken():
    raked = rake(
        [1, 2, 3, 4],
        {
            "g": (list("aabb"), {"a": 500_000.4, "b": 500_000}),
            "h": (list("xyxy"), {"x": 300_000, "y": 700_000}),
        },
    )
    assert raked[:2].sum() == pytest.approx(500_000.4)


# Replicate weights -------------------------------------------------------------------------


def every_draw(groups):
    """All equally likely ways to draw one fewer than there are, as counts."""
    for drawn in product(range(groups), repeat=groups - 1):
        yield np.bincount(drawn, minlength=groups)


@pytest.mark.parametrize("fraction", [0.0, 0.4])
def test_rao_wu_has_the_textbook_variance_exactly(fraction):
    """Over all draws the variance of the total is (1 - f) n / (n - 1) sum (w y - mean)**2."""
    y, w = np.array([3.0, 1.0, 4.0, 1.5, 9.0]), np.array([2.0, 1.0, 1.0, 3.0, 1.0])
    n, moved = len(y), np.sqrt(1 - fraction)
    totals = [(w * (1 - moved + moved * n / (n - 1) * r)) @ y for r in every_draw(n)]
    z = w * y
    assert np.mean(totals) == pytest.approx(z.sum())
    expected = (1 - fraction) * n / (n - 1) * ((z - z.mean()) ** 2).sum()
    assert np.var(totals) == pytest.approx(expected)
    made = replicate_weights(w, fractions={None: fraction}, replicates=60_000, seed=1)
    assert np.var(made @ y) == pytest.approx(expected, rel=0.03)
    known = {tuple(np.round(w * (1 - moved + moved * n / (n - 1) * r), 9)) for r in every_draw(n)}
    assert {tuple(row) for row in np.round(made[:500], 9)} <= known


def test_strata_and_clusters_are_resampled_by_themselves():
    rng = np.random.default_rng(3)
    strata = np.repeat(["a", "b"], [12, 18])
    clusters = [f"{s}{i // 3}" for i, s in enumerate(strata)]
    w, y = rng.uniform(1, 3, 30), rng.normal(10, 2, 30)
    made = replicate_weights(
        w, strata=list(strata), clusters=clusters, fractions={"a": 0.5}, replicates=40_000, seed=2
    )
    z = w * y
    expected = 0.0
    for stratum, fraction in (("a", 0.5), ("b", 0.0)):
        sums = [
            z[[i for i, c in enumerate(clusters) if c == name]].sum()
            for name in dict.fromkeys(c for c in clusters if c.startswith(stratum))
        ]
        m = len(sums)
        expected += (1 - fraction) * m / (m - 1) * ((sums - np.mean(sums)) ** 2).sum()
    assert np.var(made @ y) == pytest.approx(expected, rel=0.04)
    assert (made >= 0).all()


def test_replicates_are_raked_each_by_itself():
    labels = regions(60)
    made = replicate_weights(np.ones(60), margins={"region": (labels, TOTALS)}, replicates=500, seed=4)
    fits = made[np.isfinite(made).all(axis=1)]
    assert len(fits) > 490
    for region, total in TOTALS.items():
        inside = [label == region for label in labels]
        np.testing.assert_allclose(fits[:, inside].sum(axis=1), total, rtol=1e-8)


def test_replicate_weights_refuse():
    with pytest.raises(ValueError, match="of stratum b says nothing"):
        replicate_weights([1, 1, 1], strata=["a", "a", "b"])
    with pytest.raises(ValueError, match="below 1"):
        replicate_weights([1, 1], fractions={None: 1.0})
    with pytest.raises(ValueError, match="one label a weight"):
        replicate_weights([1, 1], strata=["a"])


# Tables ------------------------------------------------------------------------------------


def by_hand(answers, weights, activity, answer):
    named = [
        (a, w)
        for a, w in zip(answers[activity], weights, strict=True)
        if a in {"unit", "organisation", "together"}
    ]
    return sum(w for a, w in named if a == answer) / sum(w for _, w in named)


def test_weighted_shares_and_comparisons():
    answers = survey()
    weights = np.random.default_rng(2).choice([1.0, 2.5, 4.0], 244)
    found = table(answers, weighting=Weighting(weights=weights, name="w"))
    plain = table(answers)
    for row, before in zip(found.rows, plain.rows, strict=True):
        assert (row.n, row.other, row.not_offered) == (before.n, before.other, before.not_offered)
        for answer, share in row.shares.items():
            assert share.count == before.shares[answer].count
            assert share.estimate == pytest.approx(by_hand(answers, weights, row.activity, answer))
    p = {row.activity: {a: s.estimate for a, s in row.shares.items()} for row in found.rows}
    assert found.comparisons[1].estimate == pytest.approx(p["food"]["unit"] - p["food"]["organisation"])
    told = found.as_dict()["weighting"]
    assert told["weights"] == "w"
    assert told["effective_units"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert any("Units are weighted by w" in note for note in found.notes)


def test_equal_weights_change_next_to_nothing():
    plain, weighted = table(), table(weighting=Weighting(weights=[7.0] * 244))
    for one, other in zip(plain.comparisons, weighted.comparisons, strict=True):
        assert other.estimate == pytest.approx(one.estimate)
        width = one.intervals[0].high - one.intervals[0].low
        assert other.intervals[0].low == pytest.approx(one.intervals[0].low, abs=0.1 * width)


def test_weighted_intervals_match_the_linearised_variance():
    answers = survey(n=600, seed=3)
    weights = np.random.default_rng(4).choice([1.0, 3.0], 600)
    (interval,) = (
        table(answers, weighting=Weighting(weights=weights), levels=(0.95,), replicates=40_000)
        .rows[3]
        .shares["unit"]
        .intervals
    )
    named = np.array([a in {"unit", "organisation", "together"} for a in answers["physical"]])
    y = np.array([a == "unit" for a in answers["physical"]])
    share = by_hand(answers, weights, "physical", "unit")
    z = weights * named * (y - share) / weights[named].sum()
    error = np.sqrt(600 / 599 * (z**2).sum())
    assert (interval.high - interval.low) / (2 * 1.96) == pytest.approx(error, rel=0.03)


def test_raked_shares_fit_the_population():
    answers = survey()
    labels = regions()
    found = table(answers, weighting=Weighting(margins={"region": (labels, TOTALS)}))
    counts = {region: labels.count(region) for region in TOTALS}
    weights = [TOTALS[label] / counts[label] for label in labels]
    for row in found.rows:
        for answer, share in row.shares.items():
            assert share.estimate == pytest.approx(by_hand(answers, weights, row.activity, answer))
    assert found.as_dict()["weighting"]["raked"] == ["region"]
    assert any("raked to region" in note for note in found.notes)


def test_raking_to_what_the_answer_hangs_on_narrows_the_interval():
    labels = ["a", "b"] * 120
    answers = {"food": ["unit" if x == "a" else "together" for x in labels]}
    answers["food"][:6] = ["together", "unit"] * 3
    plain = table(answers, statutory=["food"], levels=(0.95,))
    raked = table(
        answers,
        statutory=["food"],
        levels=(0.95,),
        weighting=Weighting(margins={"g": (labels, {"a": 500, "b": 500})}),
    )
    one, other = (t.rows[0].shares["unit"].intervals[0] for t in (plain, raked))
    assert other.high - other.low < 0.5 * (one.high - one.low)


def test_a_small_category_is_refused_with_the_reason():
    labels = ["rare"] * 3 + ["usual"] * 241
    found = table(weighting=Weighting(margins={"g": (labels, {"rare": 10, "usual": 300})}))
    refused = found.rows[0].shares["unit"].intervals[0]
    assert isinstance(refused, Refused)
    assert "nobody left in a category that the weights must fit" in refused.reason


def test_patterns_may_be_weighted():
    answers = survey()
    weights = np.random.default_rng(2).choice([1.0, 2.0], 244)
    rows = list(zip(*answers.values(), weights, strict=True))
    distinct = sorted(set(rows))
    patterns = Patterns(tuple(answers), [row[:-1] for row in distinct], [rows.count(r) for r in distinct])
    by_pattern = table(patterns, weighting=Weighting(weights=[row[-1] for row in distinct]))
    assert by_pattern == table(answers, weighting=Weighting(weights=weights))


def test_all_alike_counts_effective_units():
    weights = [1.0] * 30 + [5.0] * 10
    found = table({"food": ["unit"] * 40}, statutory=["food"], weighting=Weighting(weights=weights))
    interval = found.rows[0].shares["unit"].intervals[0]
    kish = sum(weights) ** 2 / sum(w * w for w in weights)
    assert interval.method == "clopper-pearson"
    assert interval.low == pytest.approx(0.025 ** (1 / kish), rel=1e-9)


def test_weights_with_clusters():
    answers = survey()
    found = table(
        answers, clusters=[i % 40 for i in range(244)], weighting=Weighting(weights=[1.0, 2.0] * 122)
    )
    assert found.clusters.count == 40
    assert isinstance(found.comparisons[2].intervals[0], Interval)


# The finite population factor --------------------------------------------------------------


def test_the_factor_narrows_intervals_by_the_share_not_asked():
    plain = table(replicates=40_000)
    narrow = table(replicates=40_000, weighting=Weighting(population=316))
    assert narrow.rows[3].shares["unit"].estimate == plain.rows[3].shares["unit"].estimate
    for one, other in zip(plain.comparisons[1:], narrow.comparisons[1:], strict=True):
        widths = [i.high - i.low for i in (one.intervals[0], other.intervals[0])]
        assert widths[1] / widths[0] == pytest.approx(np.sqrt(1 - 244 / 316), rel=0.05)
    assert narrow.as_dict()["weighting"] == {
        "weights": None,
        "population": 316,
        "fraction": pytest.approx(244 / 316),
        "raked": [],
        "effective_units": 244.0,
    }
    assert any("77.2 %" in note for note in narrow.notes)


@pytest.mark.parametrize(
    ("n", "population", "mean", "least"), [(50, 100, 0.94, 0.84), (100, 1000, 0.94, 0.85)]
)
def test_coverage_with_the_factor_by_the_hypergeometric_law(n, population, mean, least):
    """Exact, over every count of the population: the mean is near 95 %, the edges are below it."""
    limits = []
    for count in range(n + 1):
        times = [c for c in (count, n - count) if c]
        given = [p for p, c in ((("unit",), count), (("together",), n - count)) if c]
        row = table(
            Patterns(("food",), given, times),
            statutory=["food"],
            levels=(0.95,),
            weighting=Weighting(population=population),
        ).rows[0]
        limits.append((row.shares["unit"].intervals[0].low, row.shares["unit"].intervals[0].high))
    low, high = np.array(limits).T
    covered = []
    for held in range(population // 50, population - population // 50 + 1):
        p = held / population
        inside = (low <= p + 1e-12) & (p - 1e-12 <= high)
        covered.append(stats.hypergeom.pmf(np.arange(n + 1), population, held, n)[inside].sum())
    assert np.mean(covered) >= mean
    assert min(covered) >= least


def test_the_factor_is_refused_where_it_would_mislead():
    with pytest.raises(ValueError, match="with clusters it would make"):
        table(clusters=[i % 40 for i in range(244)], weighting=Weighting(population=316))
    with pytest.raises(ValueError, match="larger than the 244 units"):
        table(weighting=Weighting(population=244))
    with pytest.raises(ValueError, match="whole number"):
        table(weighting=Weighting(population=316.5))


def test_wrong_weights():
    with pytest.raises(ValueError, match="one entry a unit"):
        table(weighting=Weighting(weights=[1.0, 2.0]))
    with pytest.raises(ValueError, match="above 0"):
        table(weighting=Weighting(weights=[0.0] * 244))
    with pytest.raises(ValueError, match="region must have one entry"):
        table(weighting=Weighting(margins={"region": (["a"], {"a": 1})}))
    many = {"food": ["unit", "together"] * 10_001}
    with pytest.raises(ValueError, match="round the weights"):
        table(many, statutory=["food"], weighting=Weighting(weights=np.arange(1, 20_003)))


# Shares of one question --------------------------------------------------------------------


def test_shares_of_a_question_are_weighted():
    answers, by = ["yes", "no", "no", "", "yes"] * 30, ["a", "b", "b", "a", "b"] * 30
    weights = [1.0, 2.0, 3.0, 9.0, 1.0] * 30
    found = shares(answers, by=by, weighting=Weighting(weights=weights), replicates=4_000, seed=1)
    everybody, a, b = found.groups
    assert everybody.shares["yes"].estimate == pytest.approx(2 / 7)
    assert everybody.shares["yes"].count == 60
    assert b.shares["yes"].estimate == pytest.approx(1 / 6)
    assert a.shares["yes"].estimate == 1.0
    difference = next(d for d in found.differences if d.answer == "yes")
    assert difference.estimate == pytest.approx(5 / 6)
    assert found.as_dict()["weighting"]["weights"] == "weight"
    plain = shares(answers, by=by, replicates=4_000, seed=1)
    assert "weighting" not in plain.as_dict()


def test_shares_with_a_population_and_a_margin():
    answers, sex = ["yes", "no", "no"] * 40, ["f", "m", "f"] * 40
    found = shares(
        answers,
        weighting=Weighting(population=400, margins={"sex": (sex, {"f": 200, "m": 200})}),
        replicates=4_000,
        seed=1,
    )
    assert found.groups[0].shares["yes"].estimate == pytest.approx(0.25)
    assert found.weighted.fraction == pytest.approx(0.3)
