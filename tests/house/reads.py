"""The matrix of reads: each query that an actor asks, and the permission that decides which rows come back.

As with deeds, the permissions stand here once more, by hand; a query that is not listed fails the test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from alongside.commons.catalogue import queries as catalogue
from alongside.commons.catalogue.models import ActivityKind
from alongside.commons.people import identity
from alongside.commons.people import queries as people
from alongside.commons.people.models import Group, Identity, Membership, Organisation, Person
from alongside.commons.places import queries as places
from alongside.commons.places.models import Place
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission as P  # noqa: N817
from alongside.core.kit.refusal import NotVisible
from tests.house.world import MEMBERSHIPS, ORGANISATIONS, PERSONS, World

Ids = set[Any]


@dataclass(frozen=True)
class Read:
    """`ask` gives the ids that came back; `rows` are all there are.

    Each row's own scope decides, or the object named by `on` for all of them. With `own`, an actor is asked
    about herself alone.
    """

    permission: P
    rows: Callable[[World], QuerySet[Any] | list[Any]]
    ask: Callable[[Actor, World], Ids]
    on: str = ""
    own: bool = False

    def expected(self, who: str, world: World) -> Ids:
        return {
            row.pk
            for row in self.rows(world)
            if world.may(who, self.permission, world.rows[self.on] if self.on else row)
            and (not self.own or row.pk == world.actors[who].subject)
        }


def found(rows: Any) -> Ids:
    return {row.pk for row in rows}


def each(one: Callable[[Actor, Any], Any], *names: str) -> Callable[[Actor, World], Ids]:
    """Asks for each of these objects alone; what is not there for the actor is left out."""

    def ask(actor: Actor, world: World) -> Ids:
        ids = set()
        for name in names:
            try:
                if one(actor, world.rows[name]) is not None:
                    ids.add(world.rows[name].pk)
            except NotVisible:
                pass
        return ids

    return ask


def these(*names: str) -> Callable[[World], list[Any]]:
    return lambda world: [world.rows[name] for name in names]


def every(model: Any, **only: Any) -> Callable[[World], QuerySet[Any]]:
    return lambda world: model.objects.filter(**only)


READS: dict[str, Read] = {
    "commons.places.queries.top": Read(
        P.PLACE_VIEW, lambda w: [w.rows["norway"]], lambda a, w: found(places.top(a)), on="installation"
    ),
    "commons.places.queries.children": Read(
        P.PLACE_VIEW,
        every(Place, kind="county"),
        lambda a, w: found(places.children(a, w.rows["norway"])),
        on="installation",
    ),
    "commons.places.queries.search": Read(
        P.PLACE_VIEW,
        every(Place, name="Norway"),
        lambda a, w: found(places.search(a, "norw")),
        on="installation",
    ),
    "commons.places.queries.place": Read(
        P.PLACE_VIEW,
        these("norway", "innlandet"),
        each(lambda a, row: places.place(a, row.pk), "norway", "innlandet"),
        on="installation",
    ),
    "commons.catalogue.queries.kinds": Read(
        P.CATALOGUE_VIEW, every(ActivityKind), lambda a, w: found(catalogue.kinds(a)), on="installation"
    ),
    "commons.people.queries.organisations": Read(
        P.ORGANISATION_VIEW, every(Organisation), lambda a, w: found(people.organisations(a, units=True))
    ),
    "commons.people.queries.organisation": Read(
        P.ORGANISATION_VIEW,
        these(*ORGANISATIONS),
        each(lambda a, o: people.organisation(a, o.pk), *ORGANISATIONS),
    ),
    "commons.people.queries.units": Read(
        P.ORGANISATION_VIEW, these("unit"), lambda a, w: found(people.units(a, w.rows["municipality"]))
    ),
    "commons.people.queries.groups": Read(
        P.ORGANISATION_VIEW, every(Group), lambda a, w: found(people.groups(a, w.rows["municipality"]))
    ),
    "commons.people.queries.role_lines": Read(
        P.MEMBERSHIP_VIEW,
        every(Membership),
        lambda a, w: set().union(
            *(found(people.role_lines(a, w.rows[o], past=True)) for o in (*ORGANISATIONS, "institute"))
        ),
    ),
    "commons.people.queries.people": Read(P.PERSON_VIEW, every(Person), lambda a, w: found(people.people(a))),
    "commons.people.queries.person": Read(
        P.PERSON_VIEW, these(*PERSONS), each(lambda a, p: people.person(a, p.pk), *PERSONS)
    ),
    "commons.people.queries.by_number": Read(
        P.PERSON_VIEW,
        these(*PERSONS),
        each(lambda a, p: people.by_number(a, p.number, permission=P.PERSON_VIEW), *PERSONS),
    ),
    "commons.people.queries.myself": Read(
        P.PERSON_VIEW,
        every(Person),
        lambda a, w: found(filter(None, [people.myself(a)])),
        own=True,
    ),
    "commons.people.queries.roles_of": Read(
        P.MEMBERSHIP_VIEW,
        every(Membership, tidied=False),
        lambda a, w: {
            m.pk
            for held in people.roles_of(a, [p.pk for p in w.house.people.values()]).values()
            for m in held
        },
    ),
    "commons.people.queries.membership": Read(
        P.MEMBERSHIP_EDIT,
        these(*MEMBERSHIPS),
        each(lambda a, m: people.membership(a, m.pk, permission=P.MEMBERSHIP_EDIT), *MEMBERSHIPS),
    ),
    "commons.people.identity.names": Read(
        P.IDENTITY_VIEW,
        every(Identity),
        lambda a, w: set(identity.names(a, [p.pk for p in w.house.people.values()])),
    ),
    "commons.people.identity.card": Read(
        P.IDENTITY_VIEW, these(*PERSONS), each(lambda a, p: identity.card(a, p), *PERSONS)
    ),
    "commons.people.identity.search": Read(
        P.IDENTITY_VIEW, every(Identity), lambda a, w: set(identity.search(a, ""))
    ),
}

# Asked by an actor, but guarding nothing: the caller's own rows have been decided before.
DECIDED_BEFORE = {
    "commons.people.queries.named": "puts names to rows that were asked for before; identity.names decides",
}
