"""Two sides of the same units: published values, what is refused, what must not matter."""

import json
from fractions import Fraction

import numpy as np
import pytest

from alongside_evidence import (
    Interval,
    NotComputable,
    Refused,
    agreement,
    agreement_of_counts,
    clopper_pearson,
)

FAST = {"replicates": 4_000, "seed": 1}
# Cohen (1960): 200 patients, three diagnoses.
COHEN = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
# Gwet, irrCAC, "cont3x3abstractors": two abstractors, three kinds of pregnancy; the values are of its vignette.
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
# A paradox of kappa: hardly ever apart, and kappa below 0 (Gwet 2008, section 2, is on such tables).
PARADOX = [[118, 5], [2, 0]]


def of(counts, **more):
    return agreement_of_counts(counts, categories=list("abcdef"[: len(counts)]), **{**FAST, **more})


@pytest.mark.parametrize(
    ("counts", "observed", "kappa", "ac1"),
    [
        (COHEN, 0.70, 0.4915254, None),
        (ABSTRACTORS, 0.89, 0.7964094, 0.8493305),
        (PARADOX, 0.944, -0.0233918, 0.9407763),
        # Feinstein and Cicchetti (1990), Journal of Clinical Epidemiology 43, 543-549: 85 % twice.
        ([[40, 9], [6, 45]], 0.85, 0.70, None),
        ([[80, 10], [5, 5]], 0.85, 0.32, None),
    ],
)
def test_published_values(counts, observed, kappa, ac1):
    found = of(counts)
    assert found.observed.estimate == pytest.approx(observed, abs=1e-12)
    assert found.kappa.estimate == pytest.approx(kappa, abs=5e-3 if kappa in {0.70, 0.32} else 1e-7)
    if ac1 is not None:
        assert found.ac1.estimate == pytest.approx(ac1, abs=1e-7)


def by_hand(counts):
    """Kappa, AC1 and the agreement by category in exact arithmetic, from the definitions."""
    k, n = len(counts), sum(map(sum, counts))
    rows = [Fraction(sum(row), n) for row in counts]
    columns = [Fraction(sum(row[j] for row in counts), n) for j in range(k)]
    p = Fraction(sum(counts[i][i] for i in range(k)), n)
    e = sum(r * c for r, c in zip(rows, columns, strict=True))
    named = [(r + c) / 2 for r, c in zip(rows, columns, strict=True)]
    g = sum(x * (1 - x) for x in named) / (k - 1)
    specific = [Fraction(counts[i][i], n) / named[i] for i in range(k)]
    return [float(x) for x in ((p - e) / (1 - e), (p - g) / (1 - g), *specific)]


@pytest.mark.parametrize("seed", range(8))
def test_against_the_definitions_in_exact_arithmetic(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, 20, (k := int(rng.integers(2, 6)), k)).tolist()
    found = of(counts)
    values = [found.kappa.estimate, found.ac1.estimate, *(m.estimate for m in found.specific.values())]
    assert values == pytest.approx(by_hand(counts), rel=1e-12)


@pytest.mark.parametrize(("counts", "error"), [(COHEN, 0.0547), (ABSTRACTORS, 0.0589)])
def test_the_interval_of_kappa_lies_where_its_large_sample_error_says(counts, error):
    """Standard errors: psych 2.4 (Fleiss, Cohen and Everitt 1969) and irrCAC 1.0."""
    found = of(counts, replicates=40_000).kappa
    ninety_five = found.intervals[0]
    half = 1.959964 * error
    assert ninety_five.low == pytest.approx(found.estimate - half, abs=0.03)
    assert ninety_five.high == pytest.approx(found.estimate + half, abs=0.03)
    assert ninety_five.method == "bca"


def test_the_same_from_answers_as_from_their_table():
    first, second = [], []
    for i, row in enumerate(COHEN):
        for j, times in enumerate(row):
            first += ["abc"[i]] * times
            second += ["abc"[j]] * times
    order = np.random.default_rng(5).permutation(len(first))
    mixed = agreement(
        [first[i] for i in order] + ["a", None, ""],
        [second[i] for i in order] + [None, "b", ""],
        categories=["a", "b", "c"],
        **FAST,
    )
    assert mixed.left_out == 3
    assert {**mixed.as_dict(), "left_out": 0} == of(COHEN).as_dict()
    assert mixed.table == tuple(map(tuple, COHEN))


def test_clusters_widen_and_their_names_do_not_matter():
    rng = np.random.default_rng(3)
    labels = np.repeat(np.arange(40), 6)
    lean = rng.random(40)[labels]
    first = np.where(rng.random(240) < lean, "a", "b").tolist()
    second = np.where(rng.random(240) < lean, "a", "b").tolist()
    plain = agreement(first, second, categories=["a", "b"], **FAST)
    held = agreement(first, second, categories=["a", "b"], clusters=labels.tolist(), **FAST)
    renamed = agreement(first, second, categories=["a", "b"], clusters=[f"m{40 - x}" for x in labels], **FAST)
    assert held == renamed
    assert held.clusters.count == 40
    assert _width(held.kappa) > _width(plain.kappa)
    few = agreement(first, second, categories=["a", "b"], clusters=(labels % 9).tolist(), **FAST)
    assert "from 9 clusters" in few.kappa.intervals[0].reason
    assert "from 9 clusters" in few.observed.intervals[0].reason


def _width(measure):
    return measure.intervals[0].high - measure.intervals[0].low


def reasons(measure):
    return {each.reason for each in measure.intervals if isinstance(each, Refused)}


@pytest.mark.parametrize("n", [1, 9])
def test_fewer_than_ten_pairs_have_no_interval(n):
    found = of([[n - 1, 1], [0, 0]])
    words = f"can't be said from {n} pair{'s' if n > 1 else ''}"
    for measure in (found.observed, found.kappa, found.ac1, *found.specific.values()):
        assert reasons(measure) == {words}


def test_one_answer_throughout():
    found = of([[20, 0], [0, 0]])
    assert found.observed.intervals[0].method == "clopper-pearson"
    assert found.observed.intervals[0].low == pytest.approx(clopper_pearson(20, 20).low)
    assert found.kappa.estimate is None
    assert reasons(found.kappa) == {"not computable: both sides name one and the same answer throughout"}
    assert reasons(found.specific["b"]) == {"not computable: neither side names this answer"}


def test_sides_that_never_differ():
    found = of([[12, 0], [0, 8]])
    assert (found.observed.estimate, found.kappa.estimate, found.ac1.estimate) == (1.0, 1.0, 1.0)
    assert found.observed.intervals[0].method == "clopper-pearson"
    for measure in (found.kappa, found.ac1, found.specific["a"]):
        assert reasons(measure) == {"not computable: no resample differs from the data"}


def test_resamples_without_a_value_are_few_or_the_interval_is_refused():
    found = of([[10, 1], [0, 0]])
    assert reasons(found.kappa) == {"not computable: more than 1 in 1,000 resamples have no value"}


def test_no_pair_at_all():
    with pytest.raises(NotComputable, match="no unit has answers of both sides"):
        agreement(["a", None], [None, "b"], categories=["a", "b"])
    with pytest.raises(NotComputable):
        of([[0, 0], [0, 0]])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"first": ["a"], "second": ["a", "b"]}, "equally long"),
        ({"first": ["x"], "second": ["a"]}, "one is 'x'"),
        ({"categories": ["a"]}, "2 to 30"),
        ({"categories": ["a", "a"]}, "comes twice"),
        ({"categories": "ab"}, "is the text"),
        ({"levels": (1.5,)}, "level"),
    ],
)
def test_what_does_not_fit_is_said(wrong, words):
    given = {"first": ["a"], "second": ["b"], "categories": ["a", "b"], **wrong}
    with pytest.raises(ValueError, match=words):
        agreement(given.pop("first"), given.pop("second"), **given)


def test_a_table_of_another_shape():
    with pytest.raises(ValueError, match="shape"):
        agreement_of_counts([[1, 2, 3]], categories=["a", "b"])
    with pytest.raises(ValueError, match="whole numbers"):
        agreement_of_counts([[1, 2.5], [0, 3]], categories=["a", "b"])


def test_the_json_holds_everything_and_the_seed_repeats_it():
    found = of(COHEN)
    assert found == of(COHEN)
    said = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert said["kind"] == "agreement"
    assert said["n"] == 200
    assert said["table"] == COHEN
    assert isinstance(found.observed.intervals[0], Interval)
    assert said["observed"]["intervals"][0]["seed"] == 1
