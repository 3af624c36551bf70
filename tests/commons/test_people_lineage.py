"""Who can give a role back to whom, and which roles go back to somebody."""

from datetime import timedelta

import pytest

from alongside.commons.people import actions as people
from alongside.commons.people import queries, rules
from alongside.commons.people.models import Membership
from alongside.core.access import actor as actors
from alongside.core.access import lineage
from alongside.core.access.models import AuditRow, Grant
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import NotVisible, Refused
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def role_of(person, role=Role.COORDINATOR):
    return Membership.objects.get(member=person, role=role, ends__isnull=True)


def acting(person, at=NOW):
    return actors.user(person.id, at)


@pytest.fixture
def x(house):
    """A coordinator whom somebody at the machine made one."""
    return house.people["coordinator"]


@pytest.fixture
def y(house, x):
    """Her puppet: a coordinator by her grace alone."""
    return people.add_person(house.municipality, by=acting(x), name="Ylva", role=Role.COORDINATOR)


@pytest.fixture
def ended(house, x, y):
    people.end_membership(role_of(x), by=house.as_("administrator"))


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


@pytest.mark.parametrize(
    ("taken_away", "stands_on_her", "said"),
    [(True, True, ["from-her"]), (True, False, []), (False, True, []), (False, False, [])],
)
def test_the_rule(taken_away, stands_on_her, said):
    found = rules.why_not_given_back(taken_away=taken_away, stands_on_her=stands_on_her)
    assert [reason.code for reason in found] == said


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPERVISOR])
@pytest.mark.parametrize("where", ["municipality", "unit"])
@pytest.mark.usefixtures("ended")
def test_nobody_gets_her_role_back_from_whom_she_appointed(house, x, y, role, where):
    volunteer_again(house, x)
    with pytest.raises(Refused) as refused:
        people.join(getattr(house, where), by=acting(y), person=x, role=role)
    assert codes(refused) == ["from-her"]


def volunteer_again(house, x):
    """Known in the organisation once more, so that its coordinators can reach her at all."""
    people.join(house.municipality, by=house.operator, person=x, role=Role.VOLUNTEER)
    return x


@pytest.mark.usefixtures("ended")
def test_nor_from_whom_these_appointed_in_their_turn(house, x, y):
    volunteer_again(house, x)
    z = people.add_person(house.municipality, by=acting(y), name="Zoe", role=Role.COORDINATOR)
    with pytest.raises(Refused) as refused:
        people.join(house.municipality, by=acting(z), person=x, role=Role.COORDINATOR)
    assert codes(refused) == ["from-her"]


@pytest.mark.usefixtures("ended")
def test_a_role_that_opens_no_names_is_given_by_anybody_who_may(house, x, y):
    volunteer_again(house, x)
    assert people.join(house.municipality, by=acting(y), person=x, role=Role.RELAY)


@pytest.mark.usefixtures("ended")
def test_somebody_who_does_not_stand_on_her_gives_it_back(house, x, y):
    volunteer_again(house, x)
    other = people.add_person(house.municipality, by=house.operator, name="Oda", role=Role.COORDINATOR)
    people.join(house.municipality, by=acting(other), person=x, role=Role.COORDINATOR)
    # She has it again from somebody else: now it is nobody's puppet who gives her more.
    assert people.join(house.unit, by=acting(y), person=x, role=Role.SUPERVISOR)


def test_whoever_gave_her_role_up_herself_gets_it_back_from_her_successor(house, x, y):
    people.end_membership(role_of(x), by=acting(x))
    volunteer_again(house, x)
    assert people.join(house.municipality, by=acting(y), person=x, role=Role.COORDINATOR)


def test_a_role_that_ran_out_was_taken_away_by_nobody(house):
    """Its last day was agreed when it was given."""
    day = NOW.date()
    guest = people.add_person(
        house.municipality, by=house.operator, name="Gro", role=Role.COORDINATOR, starts=day, ends=day
    )
    later = NOW + timedelta(days=2)
    assert not lineage.was_taken_away(guest.id, house.municipality.scope, at=later)


def test_an_end_on_a_later_day_is_somebody_s_decision_too(house, x):
    by = house.as_("administrator")
    people.end_membership(role_of(x), by=by, last=NOW.date() + timedelta(days=1))
    assert not lineage.was_taken_away(x.id, house.municipality.scope, at=NOW)
    assert lineage.was_taken_away(x.id, house.unit.scope, at=NOW + timedelta(days=3))
    assert not lineage.was_taken_away(x.id, house.other_municipality.scope, at=NOW + timedelta(days=3))


def test_two_who_appointed_each_other_stand_on_whoever_began(house, x, y):
    people.join(house.unit, by=acting(y), person=x, role=Role.SUPERVISOR)
    scope = house.municipality.scope
    assert lineage.stands_on(acting(y), x.id, scope)
    assert not lineage.stands_on(acting(x), y.id, scope)
    nobody = house.as_("nobody")
    assert not lineage.stands_on(nobody, x.id, scope)


def test_the_roles_that_go_back_to_somebody_end_with_hers_if_asked_for(house, x, y):
    z = people.add_person(house.unit, by=acting(y), name="Zoe", role=Role.SUPERVISOR)
    people.add_person(house.unit, by=acting(x), name="Vera", role=Role.VOLUNTEER)
    by = house.as_("administrator")
    shown = list(queries.given_in_turn(by, role_of(x)))
    assert {each.member_id for each in shown} == {y.id, z.id}
    people.end_membership(role_of(x), by=by, also=shown)
    assert not Grant.objects.filter(subject__in=[x.id, y.id, z.id], role__in=lineage.WEIGHTY, ends=None)
    rows = AuditRow.objects.filter(verb="people.end_membership").order_by("pk")
    assert [row.object_id for row in rows][-1] == str(Membership.objects.get(member=x).pk)
    assert {row.object_id for row in rows} > {str(each.pk) for each in shown}
    assert rows.last().fields == ["also"]


def test_either_all_of_them_end_or_none(house, x, y):
    elsewhere = role_of(house.people["other_coordinator"])
    with pytest.raises(NotVisible):
        people.end_membership(role_of(x), by=acting(y), also=[elsewhere])
    assert role_of(x)


def test_whoever_ends_a_role_does_not_end_her_own_with_it(house, x, y):
    assert list(queries.given_in_turn(acting(y), role_of(x))) == []
