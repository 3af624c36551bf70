"""Organisations, memberships and the grants they write; identity; what can be asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alongside.commons.people import actions as people
from alongside.commons.people import identity, queries
from alongside.commons.people.kinds import OrganisationKind
from alongside.commons.people.models import Identity, Membership, Organisation, Person
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow, Grant, ScopeAbove, ScopeParent
from alongside.core.access.permissions import Permission as P
from alongside.core.access.policy import can
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import NotVisible, Refused
from tests.conftest import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


def codes(refused):
    return [r.code for r in refused.value.reasons]


def later(house, name, days):
    return replace(house.as_(name), at=NOW + days * DAY)


def added(house, **given):
    given = {"name": "Berit", "role": Role.VOLUNTEER} | given
    return people.add_person(house.unit, by=house.as_("coordinator"), **given)


def grant_of(person, role=Role.VOLUNTEER):
    return Grant.objects.get(subject=person.id, role=role)


def test_joining_writes_a_grant_that_names_its_membership(house):
    person = added(house)
    membership = Membership.objects.get(member=person)
    grant = grant_of(person)
    assert (grant.source, grant.scope_id, grant.starts, grant.ends) == (
        membership.id,
        house.unit.scope_id,
        NOW,
        None,
    )
    assert grant_of(person, Role.SELF).scope_id == person.scope_id
    assert ScopeParent.objects.filter(scope=person.scope, parent=house.unit.scope).exists()


def test_a_role_for_some_days_allows_from_the_first_to_the_last_of_them(house):
    person = added(house, role=Role.COORDINATOR, starts=TODAY + DAY, ends=TODAY + 2 * DAY)
    may = {
        days: can(actors.user(person.id, NOW + days * DAY), P.ORGANISATION_EDIT, house.unit)
        for days in range(4)
    }
    assert may == {0: False, 1: True, 2: True, 3: False}


def test_a_role_that_is_over_already_allows_nothing(house):
    person = added(house, starts=TODAY - 9 * DAY, ends=TODAY - DAY)
    assert Membership.objects.get(member=person).ends == TODAY - DAY
    assert not Grant.objects.filter(subject=person.id, role=Role.VOLUNTEER).exists()


@pytest.mark.parametrize("last", [None, TODAY])
def test_ending_a_role_takes_away_at_once_what_it_allowed(house, last):
    person = added(house)
    membership = Membership.objects.get(member=person)
    people.end_membership(membership, by=house.as_("coordinator"), last=last)
    assert grant_of(person).ends == NOW
    assert not can(house.as_("coordinator"), P.IDENTITY_VIEW, person)
    membership.refresh_from_db()
    assert (membership.ends, membership.tidied) == (TODAY, True)


def test_a_role_ends_on_a_later_day_and_is_tidied_then(house):
    person = added(house)
    membership = Membership.objects.get(member=person)
    people.end_membership(membership, by=house.as_("coordinator"), last=TODAY + DAY)
    assert grant_of(person).ends.date() == TODAY + 2 * DAY
    assert can(house.as_("coordinator"), P.IDENTITY_VIEW, person)
    people.tidy(membership, by=replace(house.worker, at=NOW + 2 * DAY))
    assert not can(later(house, "coordinator", 2), P.IDENTITY_VIEW, person)


def test_whoever_keeps_another_role_stays_known(house):
    person = added(house)
    people.join(house.unit, by=house.as_("coordinator"), person=person, role=Role.RELAY)
    people.end_membership(
        Membership.objects.get(member=person, role="volunteer"), by=house.as_("coordinator")
    )
    assert can(house.as_("coordinator"), P.IDENTITY_VIEW, person)


def test_the_same_role_again_is_refused_while_it_runs_and_given_after(house):
    person = added(house, ends=TODAY + 5 * DAY)
    by = house.as_("coordinator")
    for starts, ends in ((None, None), (TODAY + 5 * DAY, None), (TODAY + DAY, TODAY + 2 * DAY)):
        with pytest.raises(Refused) as refused:
            people.join(house.unit, by=by, person=person, role=Role.VOLUNTEER, starts=starts, ends=ends)
        assert codes(refused) == ["held"]
    again = people.join(house.unit, by=by, person=person, role=Role.VOLUNTEER, starts=TODAY + 6 * DAY)
    assert again.starts == TODAY + 6 * DAY
    before = people.join(
        house.unit, by=by, person=person, role=Role.RELAY, starts=TODAY + 20 * DAY, ends=TODAY + 30 * DAY
    )
    people.join(house.unit, by=by, person=person, role=Role.RELAY, ends=before.starts - DAY)
    assert Membership.objects.filter(member=person).count() == 4


def test_only_public_bodies_have_officials_and_nobody_joins_as_administrator(house):
    for to, role in ((house.red_cross, Role.OFFICIAL), (house.ministry, Role.ADMINISTRATOR)):
        with pytest.raises(Refused) as refused:
            people.add_person(to, by=house.operator, name="X", role=role)
        assert codes(refused) == ["no-such-role"]
    assert not Identity.objects.filter(name="X").exists()
    assert people.add_person(house.ministry, by=house.operator, name="X", role=Role.OFFICIAL)


def test_a_group_takes_its_kind_from_its_organisation(house):
    for of, allowed in ((house.municipality, True), (house.red_cross, False)):
        group = people.add_group(of, by=house.operator, name="Walkers")
        try:
            people.add_person(group, by=house.operator, name="X", role=Role.OFFICIAL)
            given = True
        except Refused:
            given = False
        assert given is allowed


def test_an_organisation_that_moves_is_reached_from_its_new_place_alone(house):
    house.norway.refresh_from_db()
    house.innlandet.refresh_from_db()
    organisation = people.add_organisation(
        house.installation,
        by=house.operator,
        name="New",
        kind=OrganisationKind.COMPANY,
        place=house.innlandet,
    )
    people.change_organisation(organisation, by=house.as_("administrator"), name="New", place=house.norway)
    above = ScopeAbove.objects.filter(below=organisation.scope)
    assert above.get(above=house.norway.scope).depth == 1
    assert not above.filter(above=house.innlandet.scope).exists()
    people.change_organisation(organisation, by=house.as_("administrator"), name="New", place=None)
    assert not above.filter(above=house.norway.scope).exists()


def test_a_name_stands_once_beside_others(house):
    people.add_group(house.municipality, by=house.operator, name="Walkers")
    with pytest.raises(Refused):
        people.add_group(house.municipality, by=house.operator, name="WALKERS")
    people.add_group(house.red_cross, by=house.operator, name="Walkers")
    sibling = people.add_unit(house.municipality, by=house.operator, name="Solsiden")
    with pytest.raises(Refused):
        people.change_organisation(sibling, by=house.as_("administrator"), name="solbakken")
    assert (
        people.change_organisation(sibling, by=house.as_("administrator"), name="SOLSIDEN").name == "SOLSIDEN"
    )


def test_identity_is_the_only_place_of_a_name(house):
    person = added(house, name="Unmistakable Name", phone="+47 900", email="u@example.org")
    for model in (Person, Membership, Grant, AuditRow, Organisation):
        assert "Unmistakable" not in str(list(model.objects.values()))
    card = identity.card(house.as_("coordinator"), person)
    assert (card.name, card.phone, card.email) == ("Unmistakable Name", "+47 900", "u@example.org")


def test_opening_a_card_is_written_down_unless_it_is_ones_own(house):
    person = house.people["volunteer"]
    assert identity.card(house.as_("volunteer"), person).name == "Vilde Volunteer"
    assert not AuditRow.objects.filter(verb="people.card").exists()
    assert identity.card(house.as_("administrator"), person) is None
    assert not AuditRow.objects.filter(verb="people.card").exists()
    identity.card(house.as_("supervisor"), person)
    row = AuditRow.objects.get(verb="people.card")
    assert (row.outcome, row.scope_id) == ("seen", person.scope_id)


def test_names_are_found_by_those_who_may_see_them(house):
    def found(name, words):
        return {Person.objects.get(pk=pk) for pk in identity.search(house.as_(name), words)}

    assert found("coordinator", "vol vil") == {house.people["volunteer"]}
    assert found("other_coordinator", "vil") == set()
    assert found("administrator", "vil") == set()
    assert found("volunteer", "vil") == {house.people["volunteer"]}


def test_names_that_were_shown_are_written_down_once_a_page(house):
    ids = [house.people[name].pk for name in ("volunteer", "relay", "nobody")]
    shown = identity.shown(house.as_("coordinator"), ids, on=house.unit)
    assert len(shown) == 2
    assert AuditRow.objects.filter(verb="people.names").count() == 1
    identity.shown(house.as_("volunteer"), ids, on=house.unit)
    identity.shown(house.as_("administrator"), ids, on=house.unit)
    assert AuditRow.objects.filter(verb="people.names").count() == 1


def test_a_card_is_changed_by_oneself_and_by_those_who_run_ones_organisation(house):
    person = house.people["volunteer"]
    for who in ("volunteer", "coordinator"):
        people.change_card(person, by=house.as_(who), name=f"By {who}")
        assert Identity.objects.get(person=person).name == f"By {who}"
    for who in ("supervisor", "administrator", "other_coordinator"):
        with pytest.raises(NotVisible):
            people.change_card(person, by=house.as_(who), name="No")
    with pytest.raises(Refused) as refused:
        people.change_card(person, by=house.as_("volunteer"), name=" ")
    assert codes(refused) == ["no-name"]


def test_a_person_without_account_e_mail_or_phone_is_a_full_person(house):
    person = added(house, role=Role.LIAISON)
    me = house.as_("coordinator")
    assert person in queries.people(me)
    assert person in queries.people(me, role="liaison")
    assert queries.person(me, person.pk) == person
    assert not queries.has_account(person)


def test_up_to_500_people_stand_by_name_and_more_by_the_day_they_came(house):
    me = house.as_("coordinator")
    rows, total = queries.by_name(me, queries.people(me))
    names = identity.names(me, [p.pk for p in rows])
    assert [names[p.pk] for p in rows] == sorted(names.values())
    assert total == len(rows) == 8
    everybody, total = queries.by_name(house.as_("administrator"), queries.people(house.as_("administrator")))
    assert everybody[0] == house.people["administrator"]
    numbers = [p.number for p in everybody[1:]]
    assert numbers == sorted(numbers)
    for n in range(identity.NAMED_AT_MOST):
        Person.objects.create(scope=house.unit.scope, added=NOW - n * DAY)
    rows, total = queries.by_name(house.as_("administrator"), Person.objects.all())
    assert not isinstance(rows, list)
    assert total > identity.NAMED_AT_MOST


def test_a_number_is_found_however_it_is_spelled(house):
    me, person = house.as_("administrator"), house.people["volunteer"]
    plain = person.number.replace("-", "")
    for spelled in (
        person.number,
        person.number.lower(),
        plain,
        f" {plain[:4]} {plain[4:]} ",
        f"{plain[:4]}\u2011{plain[4:]}",
    ):
        assert queries.numbered(me, spelled) == [person.pk]
    assert queries.numbered(house.as_("other_coordinator"), person.number) == []
    for spelled in ("", "7KQ2", "IIII-II", "7KQ2-MXX"):
        assert queries.numbered(me, spelled) == []
    assert queries.by_number(me, person.number) == person
    with pytest.raises(NotVisible):
        queries.by_number(me, "7KQ2-MX")


def test_namesakes_are_those_one_knows(house):
    assert queries.namesakes(house.as_("coordinator"), " vilde   VOLUNTEER ") == [house.people["volunteer"]]
    assert queries.namesakes(house.as_("coordinator"), "Vilde") == []
    assert queries.namesakes(house.as_("coordinator"), "Odd Other") == []


def test_where_roles_can_be_given(house):
    group = people.add_group(house.municipality, by=house.operator, name="Walkers")
    there = [queries.where(p) for p in queries.parties_to_join(house.as_("coordinator"))]
    assert [w.words for w in there] == ["Fjellvik", "Solbakken, Fjellvik", "Walkers, Fjellvik"]
    assert [w.kind for w in there] == ["organisation", "organisation", "group"]
    found = queries.parties_to_join(house.as_("coordinator"), words="walk")
    assert [p.pk for p in found] == [group.pk]
    assert not queries.parties_to_join(house.as_("volunteer")).exists()


def test_a_party_is_an_organisation_or_a_group_and_never_a_person(house):
    group = people.add_group(house.municipality, by=house.operator, name="Walkers")
    me = house.as_("volunteer")
    assert queries.party(me, group.pk) == group
    assert queries.party(me, house.unit.pk) == house.unit
    with pytest.raises(NotVisible):
        queries.party(me, house.people["volunteer"].pk)


def test_how_many_organisations_and_units_stand_in_a_place(house):
    assert queries.how_many(house.as_("volunteer"), house.innlandet) == (2, 1)
    assert queries.how_many(house.as_("volunteer"), house.norway) == (5, 1)


def test_roles_now_and_before(house):
    person = added(house)
    me = house.as_("coordinator")
    people.join(house.unit, by=me, person=person, role=Role.RELAY)
    people.end_membership(Membership.objects.get(member=person, role="volunteer"), by=me)
    assert [m.role for m in queries.roles_of(me, [person.pk])[person.pk]] == ["relay"]
    assert [m.role for m in queries.roles_before(me, person)] == ["volunteer"]
    assert not queries.roles_before(house.as_("other_coordinator"), person).exists()
    now, all_of_them = (queries.role_lines(me, house.unit, past=past).count() for past in (False, True))
    assert all_of_them == now + 1


def test_the_roles_that_end_soon(house):
    for days in (0, 30, 31):
        added(house, name=f"Ends in {days}", ends=TODAY + days * DAY)
    added(house, name="Ended", starts=TODAY - 9 * DAY, ends=TODAY - DAY)
    soon = [m.ends for m in queries.ending_soon(house.as_("coordinator"))]
    assert soon == [TODAY, TODAY + 30 * DAY]
    assert not queries.ending_soon(house.as_("supervisor")).exists()
