"""Drawing a sample: proportional, repeatable, and every unit with the same chance."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from alongside.assess.surveys import drawing


@pytest.mark.parametrize(
    ("number", "groups", "shared"),
    [
        (10, [("a", 50), ("b", 50)], {"a": 5, "b": 5}),
        (60, [("home", 200), ("nursing", 116)], {"home": 38, "nursing": 22}),
        # 2.4, 2, 2 and 1.6: the largest remainder is rounded up.
        (8, [("a", 6), ("b", 5), ("c", 5), ("d", 4)], {"a": 2, "b": 2, "c": 2, "d": 2}),
        # Equal remainders: the larger group first.
        (1, [("small", 1), ("large", 3)], {"small": 0, "large": 1}),
        (3, [("a", 1), ("b", 1), ("c", 1), ("d", 1)], {"a": 1, "b": 1, "c": 1, "d": 0}),
        (7, [("a", 7)], {"a": 7}),
    ],
)
def test_each_group_gets_its_share(number, groups, shared):
    assert drawing.shared_out(number, groups) == shared


@pytest.mark.parametrize("seed", range(30))
def test_shares_are_as_near_as_whole_numbers_can_be(seed):
    dice = Random(seed)
    groups = [(str(place), dice.randint(1, 40)) for place in range(dice.randint(1, 8))]
    of = sum(many for _, many in groups)
    number = dice.randint(1, of)
    shared = drawing.shared_out(number, groups)
    assert sum(shared.values()) == number
    for name, many in groups:
        assert abs(shared[name] - Fraction(number * many, of)) < 1
        assert shared[name] <= many


@pytest.mark.parametrize("by", ["simple", "kind", "size"])
def test_a_seed_draws_the_same_units_again(by):
    units = [("home" if place % 3 else "nursing", place % 80 or None) for place in range(120)]
    groups = drawing.groups_by(by, units)
    first = drawing.draw(groups, 30, Random(7))
    assert first == drawing.draw(groups, 30, Random(7)) == sorted(set(first))
    assert len(first) == 30
    assert first != drawing.draw(groups, 30, Random(8))
    wanted = drawing.shared_out(30, sorted(Counter(groups).items()))
    assert Counter(groups[place] for place in first) == {k: n for k, n in wanted.items() if n}


def test_this_seed_always_draws_these():
    """The numbers of `Random.random` are promised for every version of Python; this sees the promise kept."""
    assert drawing.draw([""] * 10, 4, Random(1)) == [0, 3, 8, 9]


def test_every_unit_has_the_same_chance():
    drawn = Counter(place for seed in range(4000) for place in drawing.draw([""] * 12, 3, Random(seed)))
    # 1,000 each in the mean; five standard deviations of the binomial are 137.
    assert all(abs(drawn[place] - 1000) < 137 for place in range(12))


@pytest.mark.parametrize(
    ("size", "found"),
    [(None, ""), (0, "small"), (19, "small"), (20, "middle"), (49, "middle"), (50, "large")],
)
def test_sizes(size, found):
    assert drawing.size_class(size) == found


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"number": 1, "of": 5, "by_groups": "simple"}, []),
        ({"number": 5, "of": 5, "by_groups": "kind"}, []),
        ({"number": 6, "of": 5, "by_groups": "size"}, ["number"]),
        ({"number": 0, "of": 5, "by_groups": "simple"}, ["number"]),
        ({"number": None, "of": 5, "by_groups": "simple"}, ["number"]),
        ({"number": 2, "of": 5, "by_groups": "colour"}, ["by"]),
    ],
)
def test_why_not_draw(given, codes):
    assert [reason.code for reason in drawing.why_not_draw(**given)] == codes
