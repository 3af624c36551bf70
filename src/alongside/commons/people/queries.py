"""Reads of parties and roles. Names come from identity.py, for those who may see them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from alongside.commons.people import identity
from alongside.commons.people.actions import running_memberships, today
from alongside.commons.people.models import Group, Membership, Organisation, Party, Person
from alongside.commons.places import queries as places
from alongside.commons.places.models import Place
from alongside.core.access.actor import Actor
from alongside.core.access.models import User
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside.core.kit.refusal import NotVisible


@dataclass(frozen=True)
class RoleLine:
    """One role of one person somewhere, as a list shows it. `name` is empty where it may not be seen."""

    membership: Membership
    person: Person
    name: str
    party: Party


def organisations(
    actor: Actor, *, words: str = "", kind: str = "", place: Place | None = None, units: bool = False
) -> QuerySet[Organisation]:
    """Organisations (with `units`, their units too) by name; `place` takes in everything below it."""
    rows = visible(actor, Permission.ORGANISATION_VIEW, Organisation.objects.all())
    if not units:
        rows = rows.filter(parent__isnull=True)
    if words.strip():
        rows = rows.filter(name__icontains=words.strip())
    if kind:
        rows = rows.filter(Q(kind=kind) | Q(unit_kind=kind))
    if place:
        rows = rows.filter(place__in=places.inside(place).values("below_id"))
    return rows.select_related("place", "parent").annotate(unit_count=Count("units")).order_by("name", "pk")


def organisation(
    actor: Actor, pk: UUID, *, permission: Permission = Permission.ORGANISATION_VIEW
) -> Organisation:
    rows = visible(actor, permission, Organisation.objects.select_related("place", "parent", "scope"))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible("organisation", pk)
    return found


def units(actor: Actor, organisation: Organisation) -> QuerySet[Organisation]:
    rows = visible(actor, Permission.ORGANISATION_VIEW, organisation.units.all())
    return rows.select_related("place").order_by("name", "pk")


def groups(actor: Actor, organisation: Organisation) -> QuerySet[Group]:
    return visible(actor, Permission.ORGANISATION_VIEW, organisation.groups.all()).order_by("name", "pk")


def role_lines(actor: Actor, of: Party, *, past: bool = False) -> QuerySet[Membership]:
    """Who has which role in a party, by role; `past` adds what has ended."""
    rows = visible(actor, Permission.MEMBERSHIP_VIEW, Membership.objects.filter(of=of))
    if not past:
        rows = rows.filter(pk__in=running_memberships(today(actor)).values("pk"))
    return rows.select_related("member__person", "of", "place").order_by("role", "starts", "pk")


def named(actor: Actor, memberships: list[Membership]) -> list[RoleLine]:
    """The same rows with the names that `actor` may see, in two queries for any number of rows."""
    seen = identity.names(actor, [m.member_id for m in memberships])
    return [RoleLine(m, m.member.person, seen.get(m.member_id, ""), m.of) for m in memberships]


def people(actor: Actor, *, role: str = "", only: list[UUID] | None = None) -> QuerySet[Person]:
    """Everybody whom `actor` may know of, by the day they were added; `only` narrows to found names."""
    rows = visible(actor, Permission.PERSON_VIEW, Person.objects.all())
    if role:
        rows = rows.filter(
            pk__in=running_memberships(today(actor)).filter(role=role).values("member_id"),
        )
    if only is not None:
        rows = rows.filter(pk__in=only)
    return rows.order_by("-added", "pk")


def person(actor: Actor, pk: UUID, *, permission: Permission = Permission.PERSON_VIEW) -> Person:
    found = visible(actor, permission, Person.objects.select_related("scope")).filter(pk=pk).first()
    if found is None:
        raise NotVisible("person", pk)
    return found


def myself(actor: Actor) -> Person | None:
    """The person behind a signed-in actor."""
    return visible(actor, Permission.PERSON_VIEW, Person.objects.filter(pk=actor.subject)).first()


def roles_of(actor: Actor, people: list[UUID]) -> dict[UUID, list[Membership]]:
    """The running roles of these people that `actor` may see; one's own are seen always."""
    running = running_memberships(today(actor)).filter(member__in=people)
    rows = visible(actor, Permission.MEMBERSHIP_VIEW, running).select_related(
        "of__organisation", "of__group", "place"
    )
    found: dict[UUID, list[Membership]] = {pk: [] for pk in people}
    for row in rows.order_by("role", "pk"):
        found[row.member_id].append(row)
    return found


def membership(actor: Actor, pk: UUID, *, permission: Permission) -> Membership:
    rows = visible(actor, permission, Membership.objects.select_related("member__person", "of", "scope"))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible("membership", pk)
    return found


def has_account(person: Person) -> bool:
    return User.objects.for_subject(person.id) is not None
