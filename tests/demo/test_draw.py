"""The drawn world and the drawn answers: the counts hold, whatever the seed."""

from collections import Counter

import pytest

from alongside.commons.catalogue.standard import STANDARD
from alongside.commons.people.kinds import UnitKind
from alongside.demo import draw, world


def test_the_world_has_the_size_of_the_survey():
    units = world.units()
    municipalities = world.municipalities()
    assert (len(world.REGIONS), len(municipalities), len(units)) == (5, 50, 316)
    assert Counter(u.kind for u in units if u.answers) == {
        "nursing home": 128, "home care": 94, "nursing home and home care": 11, "other care unit": 11,
    }  # fmt: skip
    assert {u.municipality for u in units} == {m.code for m in municipalities}
    assert {u.kind for u in units} == set(UnitKind.values)


def test_names_and_codes_are_told_apart():
    units = world.units()
    assert len({u.code for u in units}) == 316
    assert len({(u.municipality, u.name) for u in units}) == 316
    assert len({m.name for m in world.municipalities()}) == 50


@pytest.mark.parametrize("seed", [world.SEED, 1, 2])
def test_the_world_keeps_its_counts_with_any_seed(seed):
    units = world.units(seed)
    assert Counter(u.kind for u in units) == world.ASKED
    assert Counter(u.kind for u in units if u.answers) == world.ANSWERED
    assert len({(u.municipality, u.name) for u in units}) == 316


@pytest.mark.parametrize("seed", [world.SEED, 1, 2])
def test_every_quota_is_met_by_units_that_can_have_the_activity(seed):
    units = {u.code: u for u in world.units()}
    given = draw.answers(list(units.values()), seed)
    assert set(given) == {u.code for u in units.values() if u.answers}
    assert all(given.values()), "a unit that answers has at least one activity"
    for quota in draw.QUOTAS:
        found = {code: a[quota.activity] for code, a in given.items() if quota.activity in a}
        assert (
            Counter(found.values())
            == Counter(
                unit=quota.unit,
                together=quota.together,
                organisation=quota.organisation,
                unsure=quota.unsure,
                other=quota.other,
            )
            + Counter()
        )
        assert {units[code].kind for code in found} <= quota.found_in


def test_a_seed_draws_the_same_answers_again_and_another_seed_others():
    units = world.units()
    assert draw.answers(units) == draw.answers(units)
    assert draw.answers(units) != draw.answers(units, world.SEED + 1)


def test_neighbours_lean_the_same_way():
    """More alike within a municipality than a deal without it would be: the share of equal pairs."""
    units = world.units()
    home = {u.code: u.municipality for u in units}
    equal = {True: [], False: []}
    for seed in range(20):
        social = {c: a["social"] for c, a in draw.answers(units, seed).items() if "social" in a}
        codes = sorted(social)
        for i, one in enumerate(codes):
            for other in codes[i + 1 :]:
                equal[home[one] == home[other]].append(social[one] == social[other])
    share = {same: sum(pairs) / len(pairs) for same, pairs in equal.items()}
    assert share[True] > share[False] + 0.03


def test_the_activities_are_those_of_the_catalogue():
    assert set(draw.ACTIVITIES) <= {kind.key for kind in STANDARD}
