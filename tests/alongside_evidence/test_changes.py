"""Two years beside each other: units of both years count once, and the intervals hold what they promise."""

import json

import numpy as np
import pytest

from alongside_evidence import Interval, NotComputable, Refused, changes, newcombe, newcombe_paired

FAST = {"replicates": 4_000, "seed": 1, "activities": ["a"]}


def answers(*said):
    return {unit: {"a": code} for unit, code in enumerate(said)}


def change(earlier, later, answer="unit", **more):
    return changes(earlier, later, **{**FAST, **more}).rows[0].changes[answer]


def test_counts_shares_and_who_answered_twice():
    earlier = {1: {"a": "unit"}, 2: {"a": "together"}, 3: {"a": "unsure"}, 4: {"a": "unit"}}
    later = {2: {"a": "unit"}, 3: {"a": "unit"}, 4: {"a": "unit"}, 5: {"a": ""}, 6: {"a": "organisation"}}
    found = changes(earlier, later, **FAST)
    row = found.rows[0]
    assert (found.earlier_units, found.later_units, found.both_units) == (4, 5, 3)
    assert (row.earlier_n, row.later_n, row.both_n) == (3, 4, 2)
    unit = row.changes["unit"]
    assert (unit.earlier_count, unit.later_count) == (2, 3)
    assert unit.estimate == pytest.approx(3 / 4 - 2 / 3)
    assert {each.reason for each in unit.intervals} == {"can't be said from 3 answers"}


def test_units_that_hardly_changed_leave_less_doubt_than_strangers_would():
    then, now = ["unit"] * 30 + ["together"] * 30, ["unit"] * 27 + ["together"] * 33
    same = change(answers(*then), answers(*now))
    other = change(answers(*then), {unit + 100: each for unit, each in answers(*now).items()})
    assert same.estimate == other.estimate
    widths = [each.intervals[0].high - each.intervals[0].low for each in (same, other)]
    assert widths[0] < widths[1] / 2


def test_nobody_changed_is_newcombe_s_paired_interval():
    said = ["unit"] * 30 + ["together"] * 30
    found = change(answers(*said), answers(*said))
    plain = newcombe_paired(30, 0, 0, 30)
    assert (found.estimate, found.intervals[0].method) == (0.0, "newcombe-paired")
    assert (found.intervals[0].low, found.intervals[0].high) == (plain.low, plain.high)


def test_strangers_are_like_two_independent_samples():
    rng = np.random.default_rng(2)
    earlier = answers(*rng.choice(["unit", "together"], 150, p=[0.6, 0.4]).tolist())
    later = {
        unit + 1000: each
        for unit, each in answers(*rng.choice(["unit", "together"], 180, p=[0.4, 0.6]).tolist()).items()
    }
    found = change(earlier, later, replicates=40_000)
    plain = newcombe(found.later_count, 180, found.earlier_count, 150)
    assert found.intervals[0].low == pytest.approx(plain.low, abs=0.01)
    assert found.intervals[0].high == pytest.approx(plain.high, abs=0.01)


def test_a_paired_difference_is_that_of_the_units_own_changes():
    """With everybody in both years it is the mean of +1, 0 and -1, whose error is known."""
    rng = np.random.default_rng(4)
    then = rng.choice(["unit", "together"], 200, p=[0.5, 0.5])
    now = np.where(rng.random(200) < 0.2, "unit", then)
    found = change(answers(*then.tolist()), answers(*now.tolist()), replicates=40_000)
    steps = (now == "unit").astype(float) - (then == "unit")
    half = 1.96 * steps.std() / np.sqrt(200)
    assert found.estimate == pytest.approx(steps.mean())
    assert found.intervals[0].high - found.intervals[0].low == pytest.approx(2 * half, rel=0.05)


def test_names_of_units_and_their_order_change_nothing():
    rng = np.random.default_rng(6)
    earlier = answers(*rng.choice(["unit", "together", "unsure", ""], 80).tolist())
    later = {u + 30: each for u, each in answers(*rng.choice(["unit", "other"], 80).tolist()).items()}
    renamed = [{f"u{-unit}": each for unit, each in reversed(said.items())} for said in (earlier, later)]
    assert changes(earlier, later, **FAST) == changes(*renamed, **FAST)


def test_fewer_than_ten_on_a_side_are_refused():
    found = change(answers(*["unit"] * 9), answers(*["unit", "together"] * 20))
    assert {each.reason for each in found.intervals} == {"can't be said from 9 answers"}


def test_all_or_none_in_both_years_is_newcombe_s():
    found = change(answers(*["unit"] * 20), answers(*["unit"] * 25))  # five units more
    (ninety_five, _) = found.intervals
    plain = newcombe(25, 25, 20, 20)
    assert (ninety_five.method, ninety_five.low, ninety_five.high) == ("newcombe", plain.low, plain.high)


def test_an_activity_that_nobody_offered_in_one_year():
    found = change(answers(*[""] * 20), answers(*["unit", "together"] * 10))
    assert (found.earlier, found.estimate) == (None, None)
    assert all(isinstance(each, Refused) for each in found.intervals)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"activities": []}, "at least one activity"),
        ({"activities": ["a", "a"]}, "comes twice"),
        ({"earlier": {1: {"a": "perhaps"}}}, "perhaps"),
    ],
)
def test_what_does_not_fit_is_said(wrong, words):
    given = {"earlier": answers("unit"), "later": answers("unit"), **FAST, **wrong}
    with pytest.raises(ValueError, match=words):
        changes(given.pop("earlier"), given.pop("later"), **given)


def test_nobody_answered():
    with pytest.raises(NotComputable, match="nobody answered"):
        changes({}, {}, **FAST)


def test_the_json():
    said = ["unit", "together", "organisation"] * 10
    found = changes(answers(*said), answers(*reversed(said)), **FAST)
    told = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert told["rows"][0]["changes"]["unit"]["intervals"][0]["level"] == 0.95
    assert (told["kind"], told["seed"]) == ("changes", 1)


def drawn(rng, n, overlap, stays, then, now):
    """Two years of n units each, `overlap` of them the same, of whom a share say what they said before."""
    first = rng.random(n) < then
    again = np.where(rng.random(overlap) < stays, first[:overlap], rng.random(overlap) < now)
    rest = rng.random(n - overlap) < now
    earlier = {i: {"a": "unit" if said else "together"} for i, said in enumerate(first)}
    later = {i: {"a": "unit" if said else "together"} for i, said in enumerate(again)}
    later |= {n + i: {"a": "unit" if said else "together"} for i, said in enumerate(rest)}
    truth = (overlap * (stays * then + (1 - stays) * now) + (n - overlap) * now) / n - then
    return earlier, later, truth


@pytest.mark.parametrize(
    ("n", "overlap", "stays"),
    [(80, 0, 0.0), (80, 50, 0.7), (60, 60, 0.5), (60, 60, 0.8)],
)
def test_the_interval_holds_the_truth_as_often_as_it_says(n, overlap, stays):
    """500 made-up pairs of years; one standard error of what is counted is 1 %."""
    rng = np.random.default_rng(11)
    found = []
    for _ in range(500):
        earlier, later, truth = drawn(rng, n, overlap, stays, 0.6, 0.4)
        interval = change(earlier, later, replicates=4_000, levels=(0.95,)).intervals[0]
        if isinstance(interval, Interval):
            found.append(interval.low <= truth <= interval.high)
    assert len(found) >= 495  # a limit so far out needs more draws, and says so
    assert 0.925 <= np.mean(found) <= 0.975
