"""What the matrix walks in: the small installation with somebody for each role and each kind of object."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

from django.db import models, transaction
from django.test import Client

from alongside.assess.surveys import actions as surveys
from alongside.assess.surveys import (
    answering,
    computing,
    import_actions,
    importing,
    making,
    respondent_actions,
)
from alongside.assess.surveys.models import Survey
from alongside.commons.forms import actions as forms
from alongside.commons.people import accounts
from alongside.commons.people import actions as people
from alongside.commons.people.kinds import UnitKind
from alongside.commons.people.models import Identity, Membership
from alongside.core.access import actor as actors
from alongside.core.access import grants, links
from alongside.core.access.actor import Actor
from alongside.core.access.models import AuditRow, Grant
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import Role
from tests.factories.house import House, build, session_of
from tests.house import messages
from tests.house.reach import Reach

ORGANISATIONS = ("municipality", "unit", "other_municipality", "ministry", "red_cross")
PERSONS = ("coordinator", "volunteer", "nobody", "administrator", "former", "withdrawn")
MEMBERSHIPS = ("coordinator's role", "volunteer's role", "nobody's role", "official's role")
MESSAGES = (
    "waiting message",
    "failed message",
    "survey message",
    "person message",
    "respondent message",
    "letter",
    "survey letter",
    "printed letter",
)
# Files of answers that ask what should become of them.
IMPORTS = ("import", "import for anyone")
SURVEYS = ("closed survey", "survey for members", "survey for anyone")
ANSWERS = b"unit,social,walking-group\n001,unit,together\n002,organisation,\n"
# Their rows in the table of roles are the volunteer's: tests/house/test_matrix.py sees that they are.
LIKE_A_VOLUNTEER = ("liaison", "relay", "specialist", "personal_coordinator")
# They are there to be seen or not; what they may do is tried as others.
ONLY_THERE = ("leaver", "both", "deputy")
# Enough to see that a form sent empty is answered like one that is filled in.
FEW = ("visitor", "volunteer", "nobody", "coordinator", "researcher")
# These act, but no session is ever theirs: tests/house/test_matrix.py sees that none can be.
NOT_BY_WEB = ("worker", "operator", "link holder", "answerer", "other answerer")
RESPONDENTS = ("respondent", "other respondent")


@dataclass(eq=False)
class World:
    """`rows` are the objects by name; `actors` those who try, by name.

    `marks` are words that only those may read who hold the permission on the row.
    """

    house: House
    rows: dict[str, models.Model] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    marks: list[tuple[str, Permission, models.Model]] = field(default_factory=list)
    reach: Reach | None = None
    last_row: int = 0

    def may(self, who: str, permission: Permission, row: models.Model) -> bool:
        return self.reach.may(self.actors[who], permission, row.scope_id)

    def tried_on(self, who: str, names: tuple[str, ...]) -> list[str]:
        """Of objects that lie alike to what she was granted, and on which she may do the same, one."""
        if len(names) == 1:
            return list(names)
        chosen: dict[tuple[str, frozenset[Permission]], str] = {}
        for name in names:
            chosen.setdefault(self.alike(who, self.rows[name].scope_id), name)
        own = [name for (relation, _), name in chosen.items() if relation == "own"]
        return (own or list(chosen.values()))[:1] if who in LIKE_A_VOLUNTEER else list(chosen.values())

    @cache  # noqa: B019 - one world a file
    def alike(self, who: str, scope: int) -> tuple[str, frozenset[Permission]]:
        """How a scope lies to what she was granted, and everything she may do there."""
        actor = self.actors[who]
        allowed = frozenset(p for p in Permission if self.reach.may(actor, p, scope))
        return self.reach.relation(actor, scope), allowed

    @property
    def by_web(self) -> list[str]:
        return [name for name in self.actors if name not in NOT_BY_WEB]

    @cached_property
    def _client(self) -> Client:
        return Client()

    def client(self, who: str) -> Client:
        """The one client, holding nothing but this person's session: making one loads all middleware."""
        self._client.cookies.clear()
        if who in self.sessions:
            self._client.cookies["alongside"] = self.sessions[who]
        return self._client


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
        if name in ONLY_THERE:
            continue
        world.actors[name] = actors.user(person.id, at)
        world.sessions[name] = session_of(house.account(name), at)
    world.actors["visitor"] = actors.anonymous(at)
    world.actors["worker"] = house.worker
    world.actors["operator"] = house.operator
    _surveys(world)
    world.rows["past role"] = _past_role(house)
    messages.make(world)
    world.secrets["link"] = accounts.recover(house.people["volunteer"], by=house.operator)
    found = links.find(world.secrets["link"], actor=house.operator)
    world.rows["link"], world.actors["link holder"] = found
    world.marks = [(row.name, Permission.IDENTITY_VIEW, row) for row in Identity.objects.all()]
    world.reach = Reach.read()
    world.last_row = AuditRow.objects.latest("pk").pk
    return world


def _more_people(house: House) -> None:
    """Somebody who only has an account, somebody with nothing at all left, an official of an organisation."""
    by = house.operator
    former = people.add_person(house.other_municipality, by=by, name="Frida Former", role=Role.VOLUNTEER)
    people.end_membership(Membership.objects.get(member=former), by=by)
    official = people.add_person(house.municipality, by=by, name="Oda Office", role=Role.OFFICIAL)
    withdrawn = people.add_person(house.other_municipality, by=by, name="Wim Withdrawn", role=Role.VOLUNTEER)
    grants.end(Grant.objects.filter(subject=withdrawn.id), at=by.at)
    leaver = people.add_person(
        house.unit, by=by, name="Line Leaver", role=Role.RELAY, ends=house.at.date() + timedelta(days=9)
    )
    # Known in one place by her role there, in another by another role.
    both = people.add_person(house.other_municipality, by=by, name="Berit Both", role=Role.VOLUNTEER)
    people.join(house.municipality, by=by, person=both, role=Role.RELAY)
    deputy = people.add_person(
        house.unit, by=house.as_("coordinator"), name="Dag Deputy", role=Role.SUPERVISOR
    )
    # Answers for a survey, and makes none.
    heir = people.add_person(house.institute, by=by, name="Hanna Heir", role=Role.VOLUNTEER)
    interviewer = people.add_person(house.institute, by=by, name="Ines Interviewer", role=Role.VOLUNTEER)
    house.people.update(
        heir=heir,
        interviewer=interviewer,
        former=former,
        organisation_official=official,
        withdrawn=withdrawn,
        leaver=leaver,
        both=both,
        deputy=deputy,
    )


def _past_role(house: House) -> Membership:
    """A role whose last day has passed and that the worker has not closed yet."""
    day = house.at.date()
    person = people.add_person(
        house.unit,
        by=house.operator,
        name="Pia Past",
        role=Role.RELAY,
        starts=day - timedelta(days=9),
        ends=day - timedelta(days=2),
    )
    return Membership.objects.get(member=person)


def _surveys(world: World) -> None:
    """One for nobody else, one for everybody who signs in, one for anyone at all; one not computed yet."""
    house = world.house
    here = {"unit_kind": UnitKind.HOME_CARE, "place": house.other_municipality.place}
    world.rows["other_unit"] = people.add_unit(
        house.other_municipality, by=house.operator, name="Home care west", **here
    )
    for name, to in zip(SURVEYS, ("nobody", "signed in", "anyone"), strict=True):
        world.rows[name] = _survey(world, f"Who coordinates: {name}")
        surveys.publish(world.rows[name], by=house.as_("researcher"), to=to)
    year = timedelta(days=365)
    world.rows["earlier survey"] = _survey(
        world, "Who coordinates: last year", opened_on=house.at.date() - year
    )
    computing.compute_due(house.worker)
    _respondents(world)
    world.rows["due survey"] = _survey(world, "Who coordinates: due survey")
    world.rows["draft survey"] = _draft(world)
    world.rows["survey with words"] = _with_words(world)


def _respondents(world: World) -> None:
    """Somebody who answers in two of them, each with a code; an interviewer in one."""
    house = world.house
    by = house.as_("researcher")
    for name, survey in zip(RESPONDENTS, ("closed survey", "survey for anyone"), strict=True):
        world.rows[name] = respondent = respondent_actions.name_respondent(
            world.rows[survey],
            by=by,
            unit="001",
            side="volunteers",
            name=f"Rita {name.title()}",
            channel="telephone",
            phone="1",
        )
        world.rows[f"{name}'s person"] = respondent.person
        world.secrets[name] = respondent_actions.make_code(respondent, by=by)
        found = answering.holder(world.secrets[name], address="127.0.0.1", by=actors.anonymous(house.at))
        world.actors["answerer" if name == "respondent" else "other answerer"] = found
        answers = {"social": "unit", "walking-group": "together"}
        if name == "respondent":
            answering.save_draft(respondent, by=found, answers=answers)
    grants.give(house.people["heir"].id, Role.SURVEY_OWNER, world.rows["closed survey"].scope, starts=by.at)
    _imports(world)
    surveys.appoint_interviewer(world.rows["closed survey"], by=by, person=house.people["interviewer"])


def _imports(world: World) -> None:
    """A file with a good row and a bad one, which asks; one more of the worker's, waiting to be read."""
    content = b"unit,social,walking-group\n001,other,unit\n002,maybe,\n"
    for name, survey in zip(IMPORTS, ("closed survey", "survey for anyone"), strict=True):
        world.rows[name] = importing.hand_in(
            world.rows[survey],
            by=world.house.as_("researcher"),
            file=io.BytesIO(content),
            name="answers.csv",
            side="volunteers",
        )
    world.rows["due import"] = import_actions.hand_in(
        world.rows["survey for members"], by=world.house.as_("researcher"), file="none"
    )


def _survey(world: World, title: str, **more: Any) -> Survey:
    by = world.house.as_("researcher")
    survey = surveys.make_survey(
        world.house.institute,
        by=by,
        title=title,
        country=world.house.norway,
        activities=["social", "walking-group"],
        sides=["staff", "volunteers"],
        units=[world.house.unit, world.rows["other_unit"]],
        seed=1,
        replicates=1000,
        **more,
    )
    surveys.import_answers(survey, by=by, content=ANSWERS)
    return survey


def _draft(world: World) -> Survey:
    """One that is being made, in two languages, with an activity and a question of its own."""
    by, institute = world.house.as_("researcher"), world.house.institute
    draft = making.begin_survey(
        institute, by=by, title="What it costs", country=world.house.norway, language="en"
    )
    making.ask_activities(draft, by=by, activities=["social"])
    making.add_question(draft, by=by, kind="text", text="What does it cost?", key="cost")
    making.choose_languages(draft, by=by, languages=["nb"])
    return draft


def _with_words(world: World) -> Survey:
    """One that asks for words alone, and has some."""
    by, house = world.house.as_("researcher"), world.house
    survey = surveys.make_survey(
        house.institute,
        by=by,
        title="What it costs, in words",
        country=house.norway,
        questions=[forms.NewQuestion(key="cost", text="What does it cost?", kind="text")],
        units=[house.unit],
    )
    said = [forms.Filled(house.unit.pk, {"cost": "A walk in the rain"})]
    forms.submit(survey.version, survey.scope, said, at=house.at, side="staff")
    return survey
