"""Reads of parties and roles. Names come from identity.py, for those who may see them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from alongside.commons.people import identity, rules
from alongside.commons.people.actions import running_memberships, today
from alongside.commons.people.models import Group, Membership, Organisation, Party, Person
from alongside.commons.places import queries as places
from alongside.commons.places.models import Place
from alongside.core.access import grants, lineage
from alongside.core.access.actor import Actor
from alongside.core.access.models import Grant, Installation, User
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import installation, visible
from alongside.core.access.roles import Role
from alongside.core.kit.ids import READABLE, short_number
from alongside.core.kit.refusal import NotVisible

SOON = timedelta(days=30)
_NUMBER = re.compile(rf"([{READABLE}]{{4}})[- ]?([{READABLE}]{{2}})")
_OF = ("of__organisation__parent", "of__group__of")


@dataclass(frozen=True)
class Where:
    """A party in which roles are held, as a page shows it; `kind` names the page."""

    id: UUID
    kind: str
    name: str
    within: str
    organisation_kind: str

    @property
    def words(self) -> str:
        return f"{self.name}, {self.within}" if self.within else self.name

    @property
    def roles(self) -> tuple[Role, ...]:
        return rules.roles_in(self.organisation_kind)


@dataclass(frozen=True)
class RoleLine:
    """One role of one person, as a list shows it. `name` is empty where it may not be seen."""

    membership: Membership
    person: Person
    name: str
    where: Where
    is_known: bool  # the reader may open this person's page
    may_end: bool


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
    return rows.select_related("place", "parent").annotate(unit_count=_units()).order_by("name", "pk")


def how_many(actor: Actor, place: Place) -> tuple[int, int]:
    """How many organisations and how many units of them stand in a place and below it."""
    all_of_them = organisations(actor, place=place, units=True)
    counted = all_of_them.aggregate(all=Count("pk"), own=Count("pk", filter=Q(parent__isnull=True)))
    return counted["own"], counted["all"] - counted["own"]


def _units() -> Coalesce:
    # A subquery counts for the rows of one page alone; a join would count for all of them first.
    counted = Organisation.objects.filter(parent=OuterRef("pk")).order_by().values("parent")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)


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


def group(actor: Actor, pk: UUID) -> Group:
    rows = visible(actor, Permission.ORGANISATION_VIEW, Group.objects.select_related("of", "scope"))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible("group", pk)
    return found


def party(actor: Actor, pk: UUID, *, permission: Permission = Permission.ORGANISATION_VIEW) -> Party:
    """An organisation, a unit or a group: whatever somebody can have a role in."""
    found = visible(actor, permission, _parties()).filter(pk=pk).first()
    if found is None:
        raise NotVisible("organisation", pk)
    return _concrete(found)


def parties_to_join(actor: Actor, *, words: str = "") -> QuerySet[Party]:
    """Where `actor` may give roles, by name."""
    rows = visible(actor, Permission.MEMBERSHIP_EDIT, _parties())
    if words.strip():
        words = words.strip()
        rows = rows.filter(Q(organisation__name__icontains=words) | Q(group__name__icontains=words))
    return rows.annotate(called=Coalesce("organisation__name", "group__name")).order_by("called", "pk")


def _parties() -> QuerySet[Party]:
    rows = Party.objects.filter(person__isnull=True)
    return rows.select_related("scope", "organisation__parent", "group__of")


def where(party: Party) -> Where:
    """The party in words; it comes from one of the reads here, which have fetched the names along."""
    own = _concrete(party)
    if isinstance(own, Group):
        return Where(own.pk, "group", own.name, own.of.name, own.of.kind)
    return Where(own.pk, "organisation", own.name, own.parent.name if own.parent else "", own.kind)


def _concrete(party: Party) -> Organisation | Group:
    if isinstance(party, Organisation | Group):
        return party
    found: Organisation | Group = party.group if hasattr(party, "group") else party.organisation
    return found


def role_lines(actor: Actor, of: Party, *, past: bool = False) -> QuerySet[Membership]:
    """Who has which role in a party, by role; `past` adds what has ended."""
    rows = visible(actor, Permission.MEMBERSHIP_VIEW, Membership.objects.filter(of=of))
    if not past:
        rows = rows.filter(pk__in=running_memberships(today(actor)).values("pk"))
    return rows.select_related("member__person", "place", *_OF).order_by("role", "starts", "pk")


def lines(actor: Actor, memberships: Sequence[Membership], *, on: models.Model) -> list[RoleLine]:
    """The same rows as a page shows them, in three queries; that names of others were read is audited."""
    ids = [m.member_id for m in memberships]
    names = identity.shown(actor, ids, on=on)
    known = {each.pk for each in people(actor, only=ids)}
    may_end = may_be_ended(actor, memberships)
    return [
        RoleLine(
            m, m.member.person, names.get(m.member_id, ""), where(m.of), m.member_id in known, m.pk in may_end
        )
        for m in memberships
    ]


def may_be_ended(actor: Actor, memberships: Sequence[Membership]) -> set[UUID]:
    """Those of the memberships that `actor` may end and that run still."""
    running = running_memberships(today(actor)).filter(pk__in=[m.pk for m in memberships])
    return set(visible(actor, Permission.MEMBERSHIP_EDIT, running).values_list("pk", flat=True))


def people(actor: Actor, *, role: str = "", only: Collection[UUID] | None = None) -> QuerySet[Person]:
    """Everybody whom `actor` may know of, newest first; `only` narrows to who was found."""
    rows = visible(actor, Permission.PERSON_VIEW, Person.objects.all())
    if role:
        held = visible(actor, Permission.MEMBERSHIP_VIEW, running_memberships(today(actor)))
        rows = rows.filter(pk__in=held.filter(role=role).values("member_id"))
    if only is not None:
        rows = rows.filter(pk__in=only)
    return rows.order_by("-added", "pk")


def by_name(actor: Actor, rows: QuerySet[Person]) -> tuple[Sequence[Person] | QuerySet[Person], int]:
    """Up to 500 people by name, those without a visible one last; longer lists as they are. And how many."""
    total = rows.count()
    if total > identity.NAMED_AT_MOST:
        return rows, total
    some = list(rows)
    names = identity.names(actor, [p.pk for p in some])
    return sorted(some, key=lambda p: (p.pk not in names, names.get(p.pk, p.number).casefold())), len(some)


def found(actor: Actor, words: str) -> list[UUID]:
    """People by their readable number or by a name that `actor` may see."""
    return [*numbered(actor, words), *identity.search(actor, words)]


def namesakes(actor: Actor, name: str) -> list[Person]:
    """People of exactly this name whom `actor` knows already: perhaps one of them is meant. Telling so is audited."""
    alike = identity.names(actor, identity.search(actor, name))
    wanted = " ".join(name.split()).casefold()
    same = [pk for pk, known in alike.items() if " ".join(known.split()).casefold() == wanted]
    identity.shown(actor, same, on=installation())
    return list(people(actor, only=same)) if same else []


def person(actor: Actor, pk: UUID, *, permission: Permission = Permission.PERSON_VIEW) -> Person:
    found = visible(actor, permission, Person.objects.select_related("scope")).filter(pk=pk).first()
    if found is None:
        raise NotVisible("person", pk)
    return found


def numbered(actor: Actor, number: str, *, permission: Permission = Permission.PERSON_VIEW) -> list[UUID]:
    """Whose readable number this is, e.g. ``7KQ2-MX``: two people can share one."""
    spelled = _NUMBER.fullmatch(number.strip().upper().replace("\u2011", "-"))
    if spelled is None:
        return []
    wanted = f"{spelled[1]}-{spelled[2]}"
    ids = visible(actor, permission, Person.objects.all()).values_list("pk", flat=True)
    return [pk for pk in ids.iterator() if short_number(pk) == wanted]


def by_number(actor: Actor, number: str, *, permission: Permission = Permission.PERSON_VIEW) -> Person:
    """The one person whose readable number this is: for somebody who reads it out."""
    found = numbered(actor, number, permission=permission)
    if len(found) != 1:  # where two share it, it names neither
        raise NotVisible("person", number.strip().upper())
    return person(actor, found[0], permission=permission)


def myself(actor: Actor) -> Person | None:
    """The person behind a signed-in actor."""
    return visible(actor, Permission.PERSON_VIEW, Person.objects.filter(pk=actor.subject)).first()


def roles_of(actor: Actor, people: Collection[UUID]) -> dict[UUID, list[Membership]]:
    """The running roles of these people that `actor` may see."""
    running = running_memberships(today(actor)).filter(member__in=people)
    rows = visible(actor, Permission.MEMBERSHIP_VIEW, running).select_related("place", *_OF)
    found: dict[UUID, list[Membership]] = {pk: [] for pk in people}
    for row in rows.order_by("role", "pk"):
        found[row.member_id].append(row)
    return found


def roles_before(actor: Actor, person: Person) -> QuerySet[Membership]:
    """The roles of somebody that have ended, the last first."""
    ended = Membership.objects.filter(member=person).exclude(
        pk__in=running_memberships(today(actor)).values("pk")
    )
    rows = visible(actor, Permission.MEMBERSHIP_VIEW, ended)
    return rows.select_related("place", *_OF).order_by("-ends", "pk")


def ending_soon(actor: Actor) -> QuerySet[Membership]:
    """Roles that end within a month, of those that `actor` may end or give again; the next first."""
    day = today(actor)
    ending = running_memberships(day).filter(ends__lte=day + SOON)
    rows = visible(actor, Permission.MEMBERSHIP_EDIT, ending)
    return rows.select_related("member__person", "place", *_OF).order_by("ends", "pk")


def given_in_turn(actor: Actor, membership: Membership) -> QuerySet[Membership]:
    """The roles that open names and go back to whose role this is: she gave them, or somebody she gave hers to.

    The reader's own is left out: it would end before the others can be.
    """
    given = lineage.given_in_turn(membership.member_id, membership.of.scope).values("source")
    running = running_memberships(today(actor)).filter(pk__in=given).exclude(member=actor.subject)
    rows = visible(actor, Permission.MEMBERSHIP_EDIT, running)
    return rows.select_related("member__person", "place", *_OF).order_by("role", "starts", "pk")


def membership(actor: Actor, pk: UUID, *, permission: Permission) -> Membership:
    rows = visible(
        actor, permission, Membership.objects.select_related("member__person", "scope", "place", *_OF)
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible("membership", pk)
    return found


def administrators(where: Installation, at: datetime) -> dict[Person, Grant]:
    """Who keeps this installation, the longest first."""
    rows = grants.running(Grant.objects.filter(role=Role.ADMINISTRATOR, scope=where.scope_id), at)
    held = {grant.subject: grant for grant in rows.order_by("starts", "pk")}
    known = Person.objects.in_bulk(list(held))
    return {known[subject]: grant for subject, grant in held.items() if subject in known}


def has_account(person: Person) -> bool:
    return User.objects.for_subject(person.id) is not None


def is_closed(person: Person) -> bool:
    """Whether somebody's account is closed."""
    return User.objects.filter(subject=person.id, is_active=False).exists()


def belongs_nowhere(person: Person, day: date) -> bool:
    """Whether somebody has left every organisation."""
    return not running_memberships(day).filter(member=person).exists()
