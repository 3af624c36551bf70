"""A small installation, made through the real actions: one person for each role, two of some."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore

from alongside.commons.catalogue import actions as catalogue
from alongside.commons.people import actions as people
from alongside.commons.people import keeping
from alongside.commons.people.models import Organisation, OrganisationKind, Person, UnitKind
from alongside.commons.places import actions as places
from alongside.commons.places import queries as place_queries
from alongside.commons.places.models import CodeSystem, Place
from alongside.core.access import actor as actors
from alongside.core.access import sessions
from alongside.core.access.actor import Actor
from alongside.core.access.installing import open_installation
from alongside.core.access.kinds import SignInWay
from alongside.core.access.models import Installation, User
from alongside.core.access.roles import Role
from alongside.web.shell.middleware import SESSION_SIGN_IN


def session_of(account: User, at: datetime) -> str:
    """The key of a session in which this account is signed in by password."""
    session = SessionStore()
    session[SESSION_SIGN_IN] = sessions.begin(account.pk, way=SignInWay.PASSWORD, browser="", at=at).pk
    session.save()
    return session.session_key


PLACES = (
    places.PlaceRow("NO", "Norway", "country"),
    places.PlaceRow("NO-34", "Innlandet", "county", "NO"),
    places.PlaceRow("NO-50", "Trøndelag", "county", "NO"),
)


@dataclass
class House:
    """What stands in it. `people` holds persons by name; `as_("coordinator")` is an actor."""

    at: datetime
    installation: Installation
    norway: Place
    innlandet: Place
    ministry: Organisation
    institute: Organisation
    municipality: Organisation
    unit: Organisation
    other_municipality: Organisation
    red_cross: Organisation
    people: dict[str, Person]

    def as_(self, name: str) -> Actor:
        return actors.user(self.people[name].id, self.at)

    @property
    def operator(self) -> Actor:
        return actors.operator(self.at)

    @property
    def worker(self) -> Actor:
        return actors.worker(self.at)

    def account(self, name: str) -> User:
        return User.objects.get_or_create(subject=self.people[name].id)[0]

    def sign_in(self, client, name: str):
        """A Django test client in which this person is signed in."""
        client.cookies["alongside"] = session_of(self.account(name), self.at)
        return client


def build(at: datetime) -> House:
    by = actors.operator(at)
    installation = open_installation("Test installation", by=by)
    places.import_places(
        installation, by=by, rows=PLACES, system=CodeSystem.ISO_3166_2, top_system=CodeSystem.ISO_3166_1
    )
    catalogue.keep_kinds(installation, by=by)
    norway = place_queries.by_code(CodeSystem.ISO_3166_1, "NO")
    innlandet = place_queries.by_code(CodeSystem.ISO_3166_2, "NO-34")
    house = House(
        at, installation, norway, innlandet, **_organisations(installation, by, innlandet), people={}
    )
    house.people |= _people(house, by)
    keeping.appoint_administrator(installation, by=by, person=house.people["administrator"])
    official = house.people["official"]
    people.appoint_official(installation, by=by, place=norway, person=official, of=house.ministry)
    return house


def _organisations(installation: Installation, by: Actor, innlandet: Place) -> dict[str, Organisation]:
    norway = place_queries.by_code(CodeSystem.ISO_3166_1, "NO")
    trondelag = place_queries.by_code(CodeSystem.ISO_3166_2, "NO-50")

    def organisation(name, place, kind=OrganisationKind.PUBLIC_BODY):
        return people.add_organisation(installation, by=by, name=name, kind=kind, place=place)

    found = {
        "ministry": organisation("Ministry of Care", norway),
        "institute": organisation("Centre for Care Research", norway),
        "municipality": organisation("Fjellvik", innlandet),
        "other_municipality": organisation("Havnes", trondelag),
        "red_cross": organisation("Fjellvik Red Cross", innlandet, OrganisationKind.VOLUNTARY),
    }
    found["unit"] = people.add_unit(
        found["municipality"], by=by, name="Solbakken", unit_kind=UnitKind.NURSING_HOME
    )
    return found


def _people(house: House, by: Actor) -> dict[str, Person]:
    def person(name, to, role):
        return people.add_person(to, by=by, name=name, role=role)

    unit, municipality, other = house.unit, house.municipality, house.other_municipality
    return {
        "administrator": person("Ada Admin", house.ministry, Role.VOLUNTEER),
        "coordinator": person("Kari Coordinator", municipality, Role.COORDINATOR),
        "unit_coordinator": person("Unni Unit", unit, Role.COORDINATOR),
        "other_coordinator": person("Odd Other", other, Role.COORDINATOR),
        "supervisor": person("Siv Supervisor", municipality, Role.SUPERVISOR),
        "evaluator": person("Eva Evaluator", house.institute, Role.EVALUATOR),
        "researcher": person("Nina Researcher", house.institute, Role.EVALUATOR),
        "official": person("Olav Official", house.ministry, Role.VOLUNTEER),
        "volunteer": person("Vilde Volunteer", unit, Role.VOLUNTEER),
        "liaison": person("Lars Liaison", unit, Role.LIAISON),
        "relay": person("Randi Relay", unit, Role.RELAY),
        "specialist": person("Sara Specialist", unit, Role.SPECIALIST),
        "personal_coordinator": person("Per Personal", unit, Role.PERSONAL_COORDINATOR),
        "nobody": person("Nils Nobody", other, Role.VOLUNTEER),
    }
