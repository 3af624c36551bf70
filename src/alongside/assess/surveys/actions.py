"""Writes of surveys. Order of locks: survey before its units and answers."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from alongside.assess.surveys import import_actions, opening, queries, releasing, revisions, rules, staging
from alongside.assess.surveys.kinds import ImportState, Side
from alongside.assess.surveys.models import Closing, CoordinationTable, Problem, Survey
from alongside.commons.forms import actions as forms
from alongside.commons.people.actions import running_memberships, today
from alongside.commons.people.models import Organisation, Person
from alongside.commons.places.models import Place
from alongside.core.access import grants
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ANYONE, SIGNED_IN
from alongside.core.access.models import Grant
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import Reason, Refused

REPLICATES = opening.REPLICATES


@action(Permission.SURVEY_ADD)
def make_survey(
    owner: Organisation,
    *,
    by: Actor,
    title: str,
    country: Place,
    activities: Sequence[str | tuple[str, str]] = (),
    units: Iterable[Organisation],
    questions: Sequence[forms.NewQuestion] = (),
    languages: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
    sensitivity: Sequence[str] = (),
    synthetic: bool = False,
    sides: Sequence[str] = (Side.STAFF,),
    opened_on: date | None = None,
    closed_on: date | None = None,
    seed: int | None = None,
    replicates: int = REPLICATES,
) -> Survey:
    """A new survey of `owner` at once, who asks `units` in this order: their codes are 001, 002 and so on.

    An activity is a key of the catalogue, or (key, text) for one that the catalogue does not have; `questions`
    of its own come after them. What the law of `country` requires is noted down now. Whoever makes the survey
    answers for it from here on. Pages make it step by step: see making.
    """
    asked, coordination = list(units), opening.coordination(activities)
    keys = [question.key for question in coordination]
    about: dict[str, Any] = {"title": title, "opened_on": opened_on, "closed_on": closed_on}
    how = opening.definitions(country, keys, sensitivity=sensitivity, replicates=replicates, seed=seed)
    known = [question.key for question in coordination if question.text]
    _refuse(
        rules.why_not_make(activities=keys, known=known, units=len(asked), own=len(questions), **about)
        + rules.why_not_compute_so(activities=keys, **how)
        + rules.why_not_ask_sides(sides)
    )
    about |= {"title": title.strip(), "country": country, "synthetic": synthetic, **how}
    about["sides"] = [str(side) for side in Side.values if side in sides]
    about |= {"languages": languages, "titles": titles}
    survey = opening.open_survey(owner, [*coordination, *questions], by=by, **about)
    opening.keep_frame(survey, asked)
    return survey


@dataclass(frozen=True)
class Imported:
    """What an import did, in units. `empty` rows said nothing; `passed_over` columns were not read."""

    added: int
    replaced: int
    unchanged: int
    empty: int
    passed_over: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@action(Permission.SURVEY_IMPORT)
def import_answers(
    survey: Survey,
    *,
    by: Actor,
    content: bytes,
    name: str = "",
    replace: bool = False,
    side: str = "",
) -> Imported:
    """Take in a small file of one side's answers, all of it or nothing. `replace` lets rows correct answers.

    Refused with one `CellReason` for each thing to put right. Answers are written down on the units' behalf by
    whoever imports them. Everybody else waits meanwhile: pages hand files in instead, see `importing`.
    """
    survey = _held(survey)
    reading = import_actions.opened(survey, by=by, name=name, side=side, replace=replace)
    found = staging.stage(reading, io.BytesIO(content), staging.Faults(), step=lambda *_: None)
    _refuse(found.faults.first)
    reading.state, reading.unchanged, reading.through = (
        ImportState.WRITING,
        found.counts.unchanged,
        found.through,
    )
    while reading.state == ImportState.WRITING:
        staging.take_in(reading, at=by.at)
    reading.delete()
    return Imported(
        added=reading.added,
        replaced=reading.replaced,
        unchanged=reading.unchanged,
        empty=found.counts.empty,
        passed_over=found.passed_over,
        notes=found.notes,
    )


def _held(survey: Survey) -> Survey:
    locked = Survey.objects.select_for_update(of=("self",))
    return locked.select_related("version", "scope").get(pk=survey.pk)


@action(Permission.SURVEY_PUBLISH)
def publish(survey: Survey, *, by: Actor, to: str) -> Survey:
    """Open the table, small cells closed, to nobody else, to everybody who signs in, or to anyone at all."""
    _refuse(rules.why_not_publish(to))
    survey = Survey.objects.select_for_update(of=("self",)).select_related("scope").get(pk=survey.pk)
    wanted: Mapping[str, UUID | None] = {"nobody": None, "signed in": SIGNED_IN, "anyone": ANYONE}
    reader = wanted[to]
    readers = Grant.objects.filter(scope=survey.scope, role=Role.READER, subject__in=[SIGNED_IN, ANYONE])
    held = set(grants.running(readers, by.at).values_list("subject", flat=True))
    grants.end(readers.exclude(subject=reader) if reader else readers, at=by.at)
    if reader and reader not in held:
        grants.give(reader, Role.READER, survey.scope, starts=by.at, purpose="the owner opened the table")
    return survey


@action(Permission.SURVEY_CLOSE)
def close(survey: Survey, *, by: Actor, reason: str) -> Survey:
    """Take no more answers; links say so from now on. Why is kept."""
    return _turn(survey, by=by, reason=reason, closing=True)


@action(Permission.SURVEY_CLOSE)
def reopen(survey: Survey, *, by: Actor, reason: str, closed_on: date | None = None) -> Survey:
    """Take answers again, until the new last day if there is one."""
    survey = _turn(survey, by=by, reason=reason, closing=False)
    survey.closed_on = closed_on
    survey.save(update_fields=["closed_on"])
    return survey


def _turn(survey: Survey, *, by: Actor, reason: str, closing: bool) -> Survey:
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    over = survey.closed_on is not None and survey.closed_on < today(by)
    _refuse(rules.why_not_close(reason=reason, is_closed=survey.is_closed or over, closing=closing))
    survey.is_closed = closing
    survey.save(update_fields=["is_closed"])
    Closing.objects.create(
        scope_id=survey.scope_id, survey=survey, at=by.at, closes=closing, reason=reason.strip()
    )
    return survey


@action(Permission.SURVEY_TEAM_EDIT)
def appoint_interviewer(survey: Survey, *, by: Actor, person: Person) -> Survey:
    """Somebody of the owner's own organisation telephones for this survey."""
    held = Grant.objects.filter(scope=survey.scope, subject=person.pk, role=Role.INTERVIEWER)
    belongs = running_memberships(today(by)).filter(member=person.pk, of=survey.owner_id).exists()
    _refuse(rules.why_not_interview(belongs=belongs, held=grants.running(held, by.at).exists()))
    grants.give(person.pk, Role.INTERVIEWER, survey.scope, starts=by.at, purpose="telephones for the survey")
    return survey


@action(Permission.SURVEY_TEAM_EDIT)
def dismiss_interviewer(survey: Survey, *, by: Actor, person: Person) -> Survey:
    """She telephones no more; what she may see of it ends at her next click."""
    held = Grant.objects.filter(scope=survey.scope, subject=person.pk, role=Role.INTERVIEWER)
    grants.end(held, at=by.at)
    return survey


@action(Permission.SURVEY_IMPORT)
def change_definitions(
    survey: Survey, *, by: Actor, replicates: int, seed: int, sensitivity: Sequence[str]
) -> Survey:
    """Compute the table in another way: more draws, another seed, another second look."""
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    keys = [activity.key for activity in queries.asked_activities(survey)]
    _refuse(
        rules.why_not_compute_so(
            activities=keys,
            statutory=survey.statutory,
            sensitivity=sensitivity,
            replicates=replicates,
            seed=seed,
        )
    )
    left_out = [key for key in keys if key in sensitivity]
    is_same = (survey.replicates, survey.seed, survey.sensitivity) == (replicates, seed, left_out)
    has_failed = Problem.objects.filter(survey=survey, revision=survey.revision).exists()
    if is_same and not has_failed:  # after a failure the same once more is a second try
        return survey
    survey.replicates, survey.seed, survey.sensitivity = replicates, seed, left_out
    survey.save(update_fields=["replicates", "seed", "sensitivity"])
    revisions.begin(survey)
    survey.refresh_from_db(fields=["revision", "leased_until"])
    return survey


@action(Permission.SURVEY_TABLE_COMPUTE)
def keep_table(
    survey: Survey,
    *,
    by: Actor,
    revision: int,
    side: str = Side.STAFF,
    fingerprint: str,
    asked: int,
    answered: int,
    replicates: int,
    seed: int,
    result: dict[str, Any],
    own: Mapping[str, Any] | None = None,
    seconds: float,
    through: int = 0,
    response: Mapping[str, Any] | None = None,
) -> CoordinationTable:
    """Keep what was computed from the answers of `revision`; a second worker with the same finds it kept."""
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    which = {"survey": survey, "revision": revision, "side": side}
    table, is_new = CoordinationTable.objects.get_or_create(
        **which,
        defaults={
            "scope_id": survey.scope_id,
            "fingerprint": fingerprint,
            "asked": asked,
            "answered": answered,
            "replicates": replicates,
            "seed": seed,
            "result": result,
            "own": dict(own or {}),
            "computed_at": by.at,
            "seconds": seconds,
            "through": through,
            "response": dict(response or {}),
        },
    )
    if is_new:  # others see it once that tells nothing of single units
        releasing.release_if_due(survey, table, by.at)
        releasing.release_comparisons(survey, revision, by.at)
    return table


@action(Permission.SURVEY_TABLE_COMPUTE)
def keep_problem(survey: Survey, *, by: Actor, task: str, revision: int, text: str) -> Problem:
    """Say why there is no such table or comparison of `revision`; the next try comes with a new revision."""
    values = {"scope_id": survey.scope_id, "revision": revision, "text": text[:500]}
    return Problem.objects.update_or_create(survey=survey, task=task, defaults=values)[0]


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
