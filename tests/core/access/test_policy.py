"""The one question: who may use what on which rows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from alongside.commons.people import actions as people
from alongside.commons.people.models import Organisation, Person
from alongside.core.access import actor as actors
from alongside.core.access import append_only, audit, grants
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import AuditRow, AuditSeal, Grant, ScopeAbove
from alongside.core.access.permissions import Permission as P
from alongside.core.access.policy import action, can, visible
from alongside.core.access.roles import ROLES, Role
from alongside.core.access.scopes import attach, detach, open_many, open_scope
from alongside.core.kit.refusal import NotVisible, Refused


def may_see(house, name, permission=P.IDENTITY_VIEW):
    rows = visible(house.as_(name), permission, Person.objects.all())
    by_id = {p.id: n for n, p in house.people.items()}
    return {by_id[p.id] for p in rows}


def test_a_coordinator_sees_the_people_of_her_organisation_and_its_units(house):
    assert may_see(house, "coordinator") == {
        "coordinator", "supervisor", "unit_coordinator", "volunteer", "liaison", "relay", "specialist",
        "personal_coordinator",
    }  # fmt: skip
    assert may_see(house, "other_coordinator") == {"other_coordinator", "nobody"}


@pytest.mark.parametrize("name", ["administrator", "official", "evaluator", "volunteer", "nobody"])
def test_others_see_no_name_but_their_own(house, name):
    assert may_see(house, name) == {name}


def test_an_administrator_knows_that_people_are_here_without_their_names(house):
    assert may_see(house, "administrator", P.PERSON_VIEW) == set(house.people)


def test_a_grant_does_not_reach_up(house):
    assert not can(house.as_("unit_coordinator"), P.ORGANISATION_EDIT, house.municipality)
    assert can(house.as_("unit_coordinator"), P.ORGANISATION_EDIT, house.unit)
    assert can(house.as_("coordinator"), P.ORGANISATION_EDIT, house.unit)


def test_a_grant_holds_from_its_start_to_its_end(house):
    grants.end(
        Grant.objects.filter(subject=house.people["coordinator"].id, role=Role.COORDINATOR), at=house.at
    )
    assert not can(house.as_("coordinator"), P.ORGANISATION_EDIT, house.unit)
    grants.give(
        house.people["nobody"].id,
        Role.COORDINATOR,
        house.unit.scope,
        starts=house.at + timedelta(days=1),
        ends=house.at + timedelta(days=2),
    )
    days = {d: replace(house.as_("nobody"), at=house.at + timedelta(days=d)) for d in range(3)}
    assert {d: can(a, P.ORGANISATION_EDIT, house.unit) for d, a in days.items()} == {
        0: False,
        1: True,
        2: False,
    }


def test_a_role_is_only_given_where_the_table_says(house):
    with pytest.raises(ValueError, match="can't be held"):
        grants.give(house.people["nobody"].id, Role.COORDINATOR, house.installation.scope, starts=house.at)


def test_nothing_but_the_table_reaches_a_person_except_those_who_know_her():
    """The wall in one line: names are reached by coordinators and supervisors, from organisations."""
    reaching = {r for r, row in ROLES.items() if P.IDENTITY_VIEW in row.below.get(ScopeKind.PERSON, ())}
    assert reaching == {Role.COORDINATOR, Role.SUPERVISOR}


def test_visible_is_one_query_and_anonymous_sees_nothing(house, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not list(visible(actors.anonymous(house.at), P.ORGANISATION_VIEW, Organisation.objects.all()))


def test_a_deed_writes_its_audit_row_with_names_of_fields_and_no_values(house):
    people.change_organisation(
        house.unit, by=house.as_("coordinator"), name="Solsiden", place=house.innlandet
    )
    row = AuditRow.objects.latest("id")
    assert (row.verb, row.outcome, row.fields) == ("people.change_organisation", "done", ["name", "place"])
    assert row.actor == house.people["coordinator"].id
    assert row.scope_id == house.unit.scope_id
    assert "Solsiden" not in str(row.__dict__)


def test_a_deed_that_is_not_allowed_is_as_if_nothing_were_there(house):
    with pytest.raises(NotVisible):
        people.change_organisation(house.unit, by=house.as_("volunteer"), name="Mine")
    house.unit.refresh_from_db()
    assert house.unit.name == "Solbakken"


def test_no_audit_row_no_deed(house, monkeypatch):
    """The audit's insert is broken for real: a column it needs is taken away."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE access_auditrow RENAME COLUMN verb TO verb_gone")
        with pytest.raises(DatabaseError), transaction.atomic():
            people.change_organisation(house.unit, by=house.as_("coordinator"), name="Solsiden")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE access_auditrow RENAME COLUMN verb_gone TO verb")
    house.unit.refresh_from_db()
    assert house.unit.name == "Solbakken"


def test_a_refused_deed_leaves_nothing(house):
    before = AuditRow.objects.count()
    with pytest.raises(Refused) as refused:
        people.add_unit(house.municipality, by=house.as_("coordinator"), name="solbakken")
    assert [r.code for r in refused.value.reasons] == ["name-taken"]
    assert AuditRow.objects.count() == before


def test_a_deed_needs_an_actor(house):
    with pytest.raises(TypeError, match="needs by=Actor"):
        people.add_unit(house.municipality, by=None, name="X")


def test_a_deed_names_its_permission():
    @action(P.UNIT_ADD)
    def deed(row, *, by): ...

    assert deed.permission is P.UNIT_ADD


@pytest.mark.parametrize("model", [AuditRow, AuditSeal])
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_refuses_to_change_the_audit(house, model, deed):
    append_only.lock(connection)
    audit.seal(house.worker)
    row = model.objects.latest("pk")
    rows = model.objects.filter(pk=row.pk)
    changed = {"verb": "x"} if model is AuditRow else {"digest": "x"}
    change = (lambda: rows.update(**changed)) if deed == "update" else rows.delete
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()
    assert append_only.are_set(connection)


def test_the_seals_form_a_chain_and_notice_what_is_missing_or_changed(house):
    sealed = audit.seal(house.worker)
    assert sealed == AuditRow.objects.count()
    assert audit.seal(house.worker) == 0
    assert audit.verify() == []
    append_only.unlock(connection)
    AuditRow.objects.filter(pk=AuditSeal.objects.get(number=3).row).delete()
    AuditRow.objects.filter(pk=AuditSeal.objects.get(number=5).row).update(verb="other")
    AuditSeal.objects.filter(number=8).delete()
    says = [a.says for a in audit.verify()]
    assert any("is gone" in s for s in says)
    assert any("not what was sealed" in s for s in says)
    assert "seal 8 is missing" in says
    append_only.lock(connection)


def closure():
    return {(a.above_id, a.below_id): a.depth for a in ScopeAbove.objects.all()}


def expected(parents):
    """Brute force: the least depth over all ways up."""
    found = {}

    def climb(below, at, depth):
        if found.get((at, below), depth + 1) > depth:
            found[at, below] = depth
            for up in parents.get(at, ()):
                climb(below, up, depth + 1)

    for scope in parents:
        climb(scope, scope, 0)
    return found


@pytest.mark.django_db
def test_the_closure_of_scopes_equals_brute_force_through_moves():
    root = open_scope(ScopeKind.INSTALLATION, [])
    a, b = (open_scope(ScopeKind.ORGANISATION, [root]) for _ in range(2))
    c = open_scope(ScopeKind.ORGANISATION, [a, b])
    d, e = open_many(ScopeKind.PERSON, [[c], [c, root]])
    parents = {
        root.pk: [],
        a.pk: [root.pk],
        b.pk: [root.pk],
        c.pk: [a.pk, b.pk],
        d.pk: [c.pk],
        e.pk: [c.pk, root.pk],
    }
    assert closure() == expected(parents)
    detach(c, a)
    parents[c.pk] = [b.pk]
    assert closure() == expected(parents)
    attach(b, a)
    parents[b.pk] = [root.pk, a.pk]
    assert closure() == expected(parents)
    with pytest.raises(ValueError, match="under itself"):
        attach(a, d)


def test_nobody_is_drawn_into_an_organisation_from_one_that_the_giver_has_no_hand_in(house):
    """Joining makes somebody known: else a coordinator could read any name by its id."""
    stranger = house.people["nobody"]
    with pytest.raises(NotVisible):
        people.join(house.unit, by=house.as_("coordinator"), person=stranger, role=Role.VOLUNTEER)
    assert stranger.id not in {
        p.id for p in visible(house.as_("coordinator"), P.PERSON_VIEW, Person.objects.all())
    }
    people.join(
        house.unit, by=house.as_("coordinator"), person=house.people["supervisor"], role=Role.VOLUNTEER
    )


def test_an_official_belongs_to_the_body_she_answers_for(house):
    with pytest.raises(Refused) as refused:
        people.appoint_official(
            house.installation,
            by=house.as_("administrator"),
            place=house.norway,
            person=house.people["nobody"],
            of=house.ministry,
        )
    assert [r.code for r in refused.value.reasons] == ["outsider"]
