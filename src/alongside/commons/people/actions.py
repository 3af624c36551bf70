"""Writes of parties and memberships. Order of locks: organisation before person before membership."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from alongside.commons.people import identity, rules
from alongside.commons.people.kinds import ROLE_GIVEN, OrganisationKind
from alongside.commons.people.models import Group, Membership, Organisation, Party, Person
from alongside.commons.places.actions import scope_of
from alongside.commons.places.models import Place
from alongside.core.access import grants, lineage, links
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ActorKind, ScopeKind
from alongside.core.access.models import Grant, Installation, Scope
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action, can, installation
from alongside.core.access.roles import Role, opens_names
from alongside.core.access.scopes import attach, detach, open_scope
from alongside.core.kit.refusal import NotVisible, Reason, Refused
from alongside.core.outbox import actions as outbox
from alongside.core.outbox.kinds import Channel


@action(Permission.ORGANISATION_ADD)
def add_organisation(
    where: Installation, *, by: Actor, name: str, kind: OrganisationKind, place: Place | None = None
) -> Organisation:
    """A new organisation of its own, in `place` if it has one."""
    others = Organisation.objects.filter(parent__isnull=True, name__iexact=name.strip())
    _refuse(rules.why_not_named(name=name, others=list(others.values_list("name", flat=True))))
    parents = [where.scope] + ([scope_of(place, under=where)] if place else [])
    return _open_organisation(parents, name=name, kind=kind, place=place, at=by.at)


@action(Permission.UNIT_ADD)
def add_unit(
    parent: Organisation,
    *,
    by: Actor,
    name: str,
    unit_kind: str = "",
    place: Place | None = None,
    size: int | None = None,
) -> Organisation:
    """A unit of `parent`, in its own place or in the parent's."""
    Organisation.objects.select_for_update().get(pk=parent.pk)
    others = parent.units.filter(name__iexact=name.strip())
    _refuse(rules.why_not_named(name=name, others=list(others.values_list("name", flat=True))))
    place = place or parent.place
    parents = [parent.scope] + ([scope_of(place, under=installation())] if place else [])
    more = {"place": place, "parent": parent, "unit_kind": unit_kind, "size": size}
    return _open_organisation(parents, at=by.at, name=name, kind=parent.kind, **more)


def _open_organisation(parents: list[Scope], *, at: datetime, name: str, **fields: object) -> Organisation:
    scope = open_scope(ScopeKind.ORGANISATION, parents)
    return Organisation.objects.create(scope=scope, added=at, name=name.strip(), **fields)


@action(Permission.ORGANISATION_EDIT)
def change_organisation(
    organisation: Organisation,
    *,
    by: Actor,
    name: str,
    unit_kind: str = "",
    place: Place | None = None,
    size: int | None = None,
) -> Organisation:
    """Rename it, or say where it is; moving it moves who can reach it from a place."""
    if organisation.parent_id:  # parent before child: nothing beside it takes the same name meanwhile
        Organisation.objects.select_for_update().get(pk=organisation.parent_id)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    beside = Organisation.objects.filter(parent=organisation.parent, name__iexact=name.strip())
    others = beside.exclude(pk=organisation.pk).values_list("name", flat=True)
    _refuse(rules.why_not_named(name=name, others=list(others)))
    if place != organisation.place:
        if organisation.place and organisation.place.scope:
            detach(organisation.scope, organisation.place.scope)
        if place:
            attach(organisation.scope, scope_of(place, under=installation()))
    organisation.name, organisation.unit_kind = name.strip(), unit_kind
    organisation.place, organisation.size = place, size
    organisation.save(update_fields=["name", "unit_kind", "place", "size"])
    return organisation


@action(Permission.UNIT_ADD)
def add_group(organisation: Organisation, *, by: Actor, name: str) -> Group:
    """A group of people in an organisation."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    others = list(organisation.groups.filter(name__iexact=name.strip()).values_list("name", flat=True))
    _refuse(rules.why_not_named(name=name, others=others))
    scope = open_scope(ScopeKind.ORGANISATION, [organisation.scope])
    return Group.objects.create(scope=scope, added=by.at, name=name.strip(), of=organisation)


@action(Permission.MEMBERSHIP_EDIT)
def add_person(
    to: Party,
    *,
    by: Actor,
    name: str,
    role: Role,
    email: str = "",
    phone: str = "",
    postal: str = "",
    language: str = "",
    starts: date | None = None,
    ends: date | None = None,
) -> Person:
    """Somebody new, with a first role here. Only a name is needed, and even that may be a byname."""
    _refuse(rules.why_not_named(name=name, others=()))
    # Under the installation too: whoever has left everywhere can still be helped back in, by number.
    scope = open_scope(ScopeKind.PERSON, [to.scope, installation().scope])
    person = Person.objects.create(scope=scope, added=by.at)
    identity.store(
        person,
        name=name.strip(),
        email=email.strip(),
        phone=phone.strip(),
        postal=postal.strip(),
        language=language,
    )
    grants.give(person.id, Role.SELF, scope, starts=by.at, purpose="what is about herself")
    _join(to, person, by=by, role=role, starts=starts, ends=ends)
    return person


def bare_persons(scopes: Sequence[Scope], *, at: datetime) -> list[Person]:
    """Persons who belong nowhere, one in each of these scopes: for whoever keeps them there."""
    parties = Party.objects.bulk_create([Party(scope=scope, added=at) for scope in scopes], batch_size=500)
    persons = [Person(id=p.pk, party_ptr_id=p.pk, scope=p.scope, added=at) for p in parties]
    for person in persons:
        person.save_base(raw=True, force_insert=True)
    return persons


@action(Permission.MEMBERSHIP_EDIT)
def join(
    to: Party, *, by: Actor, person: Person, role: Role, starts: date | None = None, ends: date | None = None
) -> Membership:
    """One more role for somebody whom the giver knows already.

    Joining makes a person known where she joins, so nobody is drawn in from an organisation that the
    giver has no hand in.
    """
    if not can(by, Permission.MEMBERSHIP_EDIT, person):
        raise NotVisible("person", person.pk)
    return _join_and_know(to, person, by=by, role=role, starts=starts, ends=ends)


@action(Permission.MEMBERSHIP_RETURN)
def return_person(
    person: Person, *, by: Actor, of: Party, role: Role, starts: date | None = None, ends: date | None = None
) -> Membership:
    """A role for somebody who has left every organisation: those who knew her can't give her one any more.

    Whoever does so knows her by number; her name is known again where she returns to.
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("scope").get(pk=person.pk)
    belongs = running_memberships(today(by)).filter(member=person).exists()
    _refuse(rules.why_not_return(belongs=belongs))
    return _join_and_know(of, person, by=by, role=role, starts=starts, ends=ends)


def _join_and_know(
    to: Party, person: Person, *, by: Actor, role: Role, starts: date | None, ends: date | None
) -> Membership:
    membership = _join(to, person, by=by, role=role, starts=starts, ends=ends)
    attach(person.scope, to.scope)
    return membership


@action(Permission.PLACE_APPOINT)
def appoint_official(
    where: Installation,
    *,
    by: Actor,
    place: Place,
    person: Person,
    of: Organisation,
    starts: date | None = None,
) -> Membership:
    """A member of a public body answers for a place as its official: her grant is on the place's scope."""
    belongs = running_memberships(today(by)).filter(member=person, of=of).exists()
    _refuse(rules.why_not_official(belongs=belongs))
    membership = _join(of, person, by=by, role=Role.OFFICIAL, starts=starts, ends=None)
    membership.place = place
    membership.save(update_fields=["place"])
    scope = scope_of(place, under=where)
    grants.give(
        person.id,
        Role.OFFICIAL,
        scope,
        starts=by.at,
        purpose="membership",
        source=membership.id,
        given_by=by.subject,
    )
    return membership


def _join(
    to: Party, person: Person, *, by: Actor, role: Role, starts: date | None, ends: date | None
) -> Membership:
    """The membership and its grant; whoever calls sees to it that the person's scope hangs under the party's."""
    starts = starts or today(by)
    held = running_memberships(starts).filter(member=person, of=to)
    if ends:
        held = held.filter(starts__lte=ends)
    _refuse(
        rules.why_not_join(
            role=role,
            roles=rules.roles_in(_kind_of(to)),
            held=list(held.values_list("role", flat=True)),
            starts=starts,
            ends=ends,
            oneself=person.id == by.subject,
        )
    )
    _refuse(_why_not_appoint(to, person, role, by))
    # A link made before was made by somebody who may not hold what is given now.
    links.end_all(person.id, at=by.at)
    membership = Membership.objects.create(
        scope=to.scope, member=person, of=to, role=role, starts=starts, ends=ends
    )
    begins = by.at if starts <= today(by) else _midnight(starts)
    over = _midnight(ends + timedelta(days=1)) if ends else None
    if over is None or over > begins:
        grants.give(
            person.id,
            role,
            to.scope,
            starts=begins,
            ends=over,
            purpose="membership",
            source=membership.id,
            given_by=by.subject,
        )
    _tell(membership, by=by)
    return membership


def _why_not_appoint(to: Party, person: Person, role: Role, by: Actor) -> list[Reason]:
    taken_away = opens_names(role) and lineage.was_taken_away(person.id, to.scope, at=by.at)
    stands_on_her = taken_away and lineage.stands_on(by, person.id, to.scope)
    coordinators = running_memberships(today(by)).filter(of=to, role=Role.COORDINATOR)
    return rules.why_not_given_back(
        taken_away=taken_away, stands_on_her=stands_on_her
    ) + rules.why_not_appoint(
        reaches_names=opens_names(role),
        somebody_does=coordinators.exists(),
        # Whoever works on the machine itself could open names there anyway.
        has_it=by.kind is ActorKind.SYSTEM or links.has_as_much(by, role, to.scope),
    )


def _tell(membership: Membership, *, by: Actor) -> None:
    """Who gets a role is told so, where there is an e-mail; nothing is sent on paper for that."""
    if identity.has_email(membership.member_id):
        outbox.queue(
            by=by,
            scope=membership.scope,
            recipient=membership.member_id,
            channel=Channel.EMAIL,
            template=ROLE_GIVEN,
            about={"membership": membership.id},
            key=f"{ROLE_GIVEN}:{membership.id}",
        )


def _kind_of(party: Party) -> str:
    """What kind of organisation a party is, or belongs to as a group."""
    found = Organisation.objects.filter(Q(pk=party.pk) | Q(groups__pk=party.pk))
    return found.values_list("kind", flat=True).first() or ""


@action(Permission.MEMBERSHIP_EDIT)
def end_membership(
    membership: Membership, *, by: Actor, last: date | None = None, also: Sequence[Membership] = ()
) -> Membership:
    """End a role, today or on a later day. What it allowed ends with it, at the next request.

    `also` are roles that she gave and that end in the same deed, each with an audit row of its own.
    """
    for each in sorted(also, key=lambda one: one.pk):
        end_membership(each, by=by, last=last)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    last = last or today(by)
    _refuse(rules.why_not_end(starts=membership.starts, ends=membership.ends, last=last))
    membership.ends = last
    membership.save(update_fields=["ends"])
    if last > today(by):
        over = _midnight(last + timedelta(days=1))
        Grant.objects.filter(source=membership.id).update(ends=over, ended_by=by.subject)
    else:
        _take_reach_away(membership, by=by, ended_by=by.subject)
    return membership


@action(Permission.MEMBERSHIP_TIDY)
def tidy(membership: Membership, *, by: Actor) -> Membership:
    """The last day has passed: take the reach away that the membership gave."""
    _take_reach_away(membership, by=by)
    return membership


def _take_reach_away(membership: Membership, *, by: Actor, ended_by: UUID | None = None) -> None:
    grants.end(Grant.objects.filter(source=membership.id), at=by.at, ended_by=ended_by)
    membership.tidied = True
    membership.save(update_fields=["tidied"])
    others = running_memberships(today(by)).filter(member=membership.member_id, of=membership.of_id)
    if not others.exclude(pk=membership.pk).exists():
        detach(membership.member.scope, membership.of.scope)


@action(Permission.IDENTITY_EDIT)
def change_card(
    person: Person,
    *,
    by: Actor,
    name: str,
    email: str = "",
    phone: str = "",
    postal: str = "",
    language: str = "",
) -> Person:
    """Correct a name or how somebody can be reached."""
    _refuse(rules.why_not_named(name=name, others=()))
    identity.store(
        person,
        name=name.strip(),
        email=email.strip(),
        phone=phone.strip(),
        postal=postal.strip(),
        language=language,
    )
    return person


@action(Permission.ACCOUNT_KEEP)
def choose_language(person: Person, *, by: Actor, language: str) -> Person:
    """In which language somebody reads pages and gets messages, chosen by herself."""
    identity.store(person, language=language)
    return person


def running_memberships(day: date) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), tidied=False)


def today(by: Actor) -> date:
    """The calendar day of the actor's instant, where the installation stands."""
    return timezone.localdate(by.at)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _refuse(reasons: list[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
