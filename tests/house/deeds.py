"""The matrix of deeds: each action, on which objects it is tried, and what it needs there.

The permissions stand here once more, by hand: an action whose guard is taken away or weakened differs from
what is said here. An action that is not listed fails the test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models

from alongside.assess.surveys.task import Task
from alongside.commons.people.kinds import OrganisationKind
from alongside.core.access.permissions import Permission as P
from alongside.core.access.roles import Role
from alongside.core.outbox.kinds import State
from tests.house.world import (
    ANSWERS,
    IMPORTS,
    MEMBERSHIPS,
    MESSAGES,
    ORGANISATIONS,
    PERSONS,
    RESPONDENTS,
    SURVEYS,
    World,
)

Need = tuple[P, models.Model]


@dataclass(frozen=True)
class Try:
    """One deed on one object: what is given, and everything that has to be allowed for it."""

    guarded: models.Model
    needs: tuple[Need, ...]
    given: dict[str, Any] = field(default_factory=dict)


Tries = Callable[[World], Iterator[Try]]


def on(permission: P, *names: str, **given: Any) -> Tries:
    """The same deed on each of these objects. What is given may be one of the world's: `person="*nobody"`."""

    def tries(world: World) -> Iterator[Try]:
        for name in names:
            named = {key: _named(world, value) for key, value in given.items()}
            yield Try(world.rows[name], ((permission, world.rows[name]),), named)

    return tries


def _named(world: World, value: Any) -> Any:
    if isinstance(value, list):
        return [_named(world, each) for each in value]
    return world.rows[value[1:]] if isinstance(value, str) and value.startswith("*") else value


SAID = {"social": "unit", "walking-group": "not-offered"}
COMPUTED = {
    "revision": 9,
    "fingerprint": "0" * 64,
    "asked": 2,
    "answered": 2,
    "replicates": 1000,
    "seed": 1,
    "result": {},
    "seconds": 0.1,
}
COMPARED = {
    "revision": 9,
    "fingerprint": "0" * 64,
    "other_fingerprint": "1" * 64,
    "replicates": 1000,
    "seed": 1,
    "result": {},
    "seconds": 0.1,
}


def joining(world: World) -> Iterator[Try]:
    """Whoever gives a role needs a hand in both: where it is given, and in whom it is given to."""
    for to in ("municipality", "unit", "other_municipality", "group"):
        for person in ("volunteer", "nobody", "former"):
            row, whom = world.rows[to], world.rows[person]
            yield Try(
                row,
                ((P.MEMBERSHIP_EDIT, row), (P.MEMBERSHIP_EDIT, whom)),
                {"person": whom, "role": Role.RELAY},
            )


def copying(world: World) -> Iterator[Try]:
    """Whoever copies a survey may make one for its owner."""
    for name in SURVEYS:
        row, of = world.rows[name], world.rows["institute"]
        yield Try(of, ((P.SURVEY_ADD, of),), {"earlier": row, "title": "Once more"})


MAKING: dict[str, Tries] = {
    "begin_survey": on(
        P.SURVEY_ADD, *ORGANISATIONS, "institute", title="New", country="*norway", language="en"
    ),
    "copy_survey": copying,
    "name_survey": on(P.SURVEY_EDIT, *SURVEYS, "draft survey", title="New"),
    "ask_activities": on(P.SURVEY_EDIT, *SURVEYS, "draft survey", activities=["social"]),
    "add_question": on(P.SURVEY_EDIT, *SURVEYS, "draft survey", kind="text", text="What else?"),
    "change_question": on(P.SURVEY_EDIT, "draft survey", question="cost", text="What else?"),
    "move_question": on(P.SURVEY_EDIT, "draft survey", question="cost", up=True),
    "remove_question": on(P.SURVEY_EDIT, "draft survey", question="cost"),
    "choose_languages": on(P.SURVEY_EDIT, *SURVEYS, "draft survey", languages=["uk"]),
    "translate": on(
        P.SURVEY_EDIT, "draft survey", language="nb", texts={("", "title", ""): "Hva det koster"}
    ),
    "ask_units": on(P.SURVEY_EDIT, *SURVEYS, "draft survey", units=["*unit"], sides=["staff"]),
    "drop_draft": on(P.SURVEY_EDIT, *SURVEYS, "draft survey"),
}

DEEDS: dict[str, Tries] = {
    **{f"assess.surveys.making.{name}": tries for name, tries in MAKING.items()},
    "core.access.links.use": on(P.SIGN_IN_BY_LINK, "link"),
    "core.outbox.actions.settle": on(P.OUTBOX_SEND, *MESSAGES, state=State.SENT, tries=0),
    "core.outbox.actions.note_bounce": on(P.OUTBOX_RETRY, *MESSAGES),
    "core.outbox.actions.retry": on(P.OUTBOX_RETRY, *MESSAGES),
    "core.outbox.actions.drop": on(P.OUTBOX_RETRY, *MESSAGES),
    "core.outbox.actions.note_arrival": on(P.OUTBOX_RETRY, *MESSAGES),
    "core.outbox.actions.fetch": on(P.OUTBOX_PRINT, *MESSAGES, run=UUID(int=9)),
    "commons.places.actions.import_places": on(P.PLACE_IMPORT, "installation", rows=(), system="local"),
    "commons.catalogue.actions.keep_kinds": on(P.CATALOGUE_EDIT, "installation"),
    "commons.people.actions.add_organisation": on(
        P.ORGANISATION_ADD, "installation", name="New", kind=OrganisationKind.VOLUNTARY
    ),
    "commons.people.actions.add_unit": on(P.UNIT_ADD, *ORGANISATIONS, name="New"),
    "commons.people.actions.change_organisation": on(P.ORGANISATION_EDIT, *ORGANISATIONS, name="New"),
    "commons.people.actions.add_group": on(P.UNIT_ADD, *ORGANISATIONS, name="New"),
    "commons.people.actions.add_person": on(
        P.MEMBERSHIP_EDIT, *ORGANISATIONS, "group", name="New", role=Role.VOLUNTEER
    ),
    "commons.people.actions.join": joining,
    "commons.people.actions.appoint_official": on(
        P.PLACE_APPOINT, "installation", place="*innlandet", person="*nobody", of="*other_municipality"
    ),
    "commons.people.actions.return_person": on(P.MEMBERSHIP_RETURN, *PERSONS, of="*unit", role=Role.RELAY),
    "commons.people.keeping.appoint_administrator": on(P.INSTALLATION_KEEP, "installation", person="*nobody"),
    "commons.people.keeping.end_administrator": on(P.INSTALLATION_KEEP, "installation", person="*nobody"),
    "commons.people.keeping.close_account": on(P.ACCOUNT_CLOSE, *PERSONS),
    "commons.people.keeping.open_account": on(P.ACCOUNT_CLOSE, *PERSONS),
    "commons.people.actions.end_membership": on(P.MEMBERSHIP_EDIT, *MEMBERSHIPS),
    "commons.people.actions.tidy": on(P.MEMBERSHIP_TIDY, *MEMBERSHIPS),
    "commons.people.actions.change_card": on(P.IDENTITY_EDIT, *PERSONS, name="New"),
    "commons.people.actions.choose_language": on(P.ACCOUNT_KEEP, *PERSONS, language="nb"),
    "commons.people.accounts.keep_account": on(
        P.ACCOUNT_KEEP, *PERSONS, sign_in_name="new.name", password="a good long one"
    ),
    "commons.people.accounts.end_session": on(P.ACCOUNT_KEEP, *PERSONS, session=1),
    "commons.people.accounts.end_sessions": on(P.ACCOUNT_KEEP, *PERSONS),
    "commons.people.accounts.invite": on(P.ACCOUNT_INVITE, *PERSONS),
    "commons.people.accounts.make_link": on(P.ACCOUNT_LINK, *PERSONS),
    "commons.people.accounts.recover": on(P.ACCOUNT_RECOVER, *PERSONS),
    "assess.surveys.actions.make_survey": on(
        P.SURVEY_ADD,
        *ORGANISATIONS,
        "institute",
        title="New",
        country="*norway",
        activities=["social"],
        units=["*unit"],
    ),
    "assess.surveys.actions.import_answers": on(P.SURVEY_IMPORT, *SURVEYS, content=ANSWERS),
    "assess.surveys.import_actions.hand_in": on(P.SURVEY_IMPORT, *SURVEYS, name="answers.csv"),
    "assess.surveys.import_actions.keep_good": on(P.SURVEY_IMPORT, *IMPORTS),
    "assess.surveys.import_actions.call_off": on(P.SURVEY_IMPORT, *IMPORTS),
    "assess.surveys.import_actions.take_in": on(P.SURVEY_IMPORT, *IMPORTS),
    "assess.surveys.actions.publish": on(P.SURVEY_PUBLISH, *SURVEYS, to="anyone"),
    "assess.surveys.actions.change_definitions": on(
        P.SURVEY_IMPORT, *SURVEYS, replicates=2000, seed=2, sensitivity=[]
    ),
    "assess.surveys.actions.close": on(P.SURVEY_CLOSE, *SURVEYS, reason="Enough have answered"),
    "assess.surveys.actions.reopen": on(P.SURVEY_CLOSE, *SURVEYS, reason="One more week"),
    "assess.surveys.inviting.invite": on(P.SURVEY_WRITE, *SURVEYS, contact="Rita, 555 01"),
    "assess.surveys.inviting.remind": on(P.SURVEY_WRITE, *SURVEYS, contact="Rita, 555 01"),
    "assess.surveys.actions.appoint_interviewer": on(P.SURVEY_TEAM_EDIT, *SURVEYS, person="*evaluator"),
    "assess.surveys.actions.dismiss_interviewer": on(P.SURVEY_TEAM_EDIT, *SURVEYS, person="*interviewer"),
    "assess.surveys.respondent_actions.name_respondent": on(
        P.RESPONDENT_EDIT, *SURVEYS, unit="002", side="staff", name="New", channel="none"
    ),
    "assess.surveys.respondent_actions.import_respondents": on(
        P.RESPONDENT_EDIT, *SURVEYS, content=b"unit,respondent\n002,New\n"
    ),
    "assess.surveys.respondent_actions.change_respondent": on(
        P.RESPONDENT_EDIT, *RESPONDENTS, name="New", channel="none"
    ),
    "assess.surveys.respondent_actions.replace_respondent": on(
        P.RESPONDENT_EDIT, *RESPONDENTS, name="New", channel="none"
    ),
    "assess.surveys.respondent_actions.make_code": on(P.RESPONDENT_INVITE, *RESPONDENTS),
    "assess.surveys.answering.choose_language": on(P.SURVEY_ANSWER, *RESPONDENTS, language="en"),
    "assess.surveys.answering.save_draft": on(P.SURVEY_ANSWER, *RESPONDENTS, answers={"social": "unit"}),
    "assess.surveys.answering.send": on(P.SURVEY_ANSWER, *RESPONDENTS, answers=SAID),
    "assess.surveys.answering.refuse": on(P.SURVEY_ANSWER, *RESPONDENTS),
    "assess.surveys.answering.answer_by_telephone": on(P.SURVEY_ANSWER_FOR, *RESPONDENTS, answers=SAID),
    "assess.surveys.calling.begin_call": on(P.SURVEY_ANSWER_FOR, *RESPONDENTS),
    "assess.surveys.calling.take_over_call": on(P.SURVEY_ANSWER_FOR, *RESPONDENTS),
    "assess.surveys.answering.record_call": on(P.SURVEY_ANSWER_FOR, *RESPONDENTS, result="refused"),
    "assess.surveys.actions.keep_table": on(P.SURVEY_TABLE_COMPUTE, *SURVEYS, **COMPUTED),
    "assess.surveys.actions.keep_problem": on(
        P.SURVEY_TABLE_COMPUTE, *SURVEYS, task="table staff", revision=1, text="none"
    ),
    "assess.surveys.comparison_actions.keep_comparison": on(
        P.SURVEY_TABLE_COMPUTE, *SURVEYS, task=Task("staff", "volunteers"), **COMPARED
    ),
}
