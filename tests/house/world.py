"""What the matrix walks in: the small installation, and beside it somebody for each role and each kind of object."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.db import models, transaction
from django.test import Client

from alongside.commons.people import accounts
from alongside.commons.people import actions as people
from alongside.commons.people.models import Membership
from alongside.core.access import actor as actors
from alongside.core.access import grants, links
from alongside.core.access.actor import Actor
from alongside.core.access.models import Grant, User
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import Role
from alongside.web.shell.middleware import SESSION_BEGAN, SESSION_USER
from tests.factories.house import House, build
from tests.house.reach import Reach

ORGANISATIONS = ("municipality", "unit", "other_municipality", "ministry", "red_cross")
PERSONS = ("coordinator", "volunteer", "nobody", "administrator", "former", "withdrawn")
MEMBERSHIPS = ("coordinator's role", "volunteer's role", "nobody's role", "official's role")
# These act, but no session is ever theirs: tests/house/test_matrix.py sees that none can be.
NOT_BY_WEB = ("worker", "operator", "link holder")


@dataclass
class World:
    """`rows` are the objects by name; `actors` those who try, by name."""

    house: House
    rows: dict[str, models.Model] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    reach: Reach | None = None

    def may(self, who: str, permission: Permission, row: models.Model) -> bool:
        return self.reach.may(self.actors[who], permission, row.scope_id)

    @property
    def by_web(self) -> list[str]:
        return [name for name in self.actors if name not in NOT_BY_WEB]

    def client(self, who: str) -> Client:
        client = Client(raise_request_exception=True)
        if who in self.sessions:
            client.cookies["alongside"] = self.sessions[who]
        return client


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def make(at: datetime) -> World:
    world = World(build(at))
    house = world.house
    _more_people(house)
    for name in ("installation", "norway", "innlandet", *ORGANISATIONS, "institute"):
        world.rows[name] = getattr(house, name)
    world.rows.update(house.people)
    world.rows["group"] = people.add_group(house.municipality, by=house.operator, name="Sunday walkers")
    for name, person in house.people.items():
        held = Membership.objects.filter(member=person).order_by("starts", "pk").first()
        world.rows[f"{name}'s role"] = held
        world.actors[name] = actors.user(person.id, at)
        world.sessions[name] = _session(person.id, at)
    world.actors["visitor"] = actors.anonymous(at)
    world.actors["worker"] = house.worker
    world.actors["operator"] = house.operator
    world.secrets["link"] = accounts.recover(house.people["volunteer"], by=house.operator)
    found = links.find(world.secrets["link"], actor=house.operator)
    world.rows["link"], world.actors["link holder"] = found
    world.reach = Reach.read()
    return world


def _more_people(house: House) -> None:
    """Somebody who only has an account, somebody with nothing at all left, an official of an organisation."""
    by = house.operator
    former = people.add_person(house.other_municipality, by=by, name="Frida Former", role=Role.VOLUNTEER)
    people.end_membership(Membership.objects.get(member=former), by=by)
    official = people.add_person(house.municipality, by=by, name="Oda Office", role=Role.OFFICIAL)
    withdrawn = people.add_person(house.other_municipality, by=by, name="Wim Withdrawn", role=Role.VOLUNTEER)
    grants.end(Grant.objects.filter(subject=withdrawn.id), at=by.at)
    house.people.update(former=former, organisation_official=official, withdrawn=withdrawn)


def _session(subject: UUID, at: datetime) -> str:
    user = User.objects.get_or_create(subject=subject)[0]
    session = SessionStore()
    session[SESSION_USER] = user.pk
    session[SESSION_BEGAN] = at.timestamp()
    session.save()
    return session.session_key
