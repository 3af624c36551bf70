"""Reads of surveys. What others may see of a table is closed here, before any face has it.

The functions without an actor are for the actions and the computation, which have come through a guard.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from alongside.assess.surveys import own_results, rules, task
from alongside.assess.surveys.kinds import ImportState, Side
from alongside.assess.surveys.models import AnswersImport, CoordinationTable, Problem, Survey, SurveyUnit
from alongside.assess.surveys.sheet import AskedActivity, AskedUnit
from alongside.assess.surveys.small_cells import FEWEST, close_small_cells
from alongside.assess.surveys.states import State, problem_of, state_of
from alongside.commons.forms import queries as forms
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Question, Submission
from alongside.commons.people.models import Organisation
from alongside.commons.places import queries as places
from alongside.commons.places.models import Place
from alongside.core.access import audit, grants
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ANYONE, SIGNED_IN
from alongside.core.access.models import Grant
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can, holds_anywhere, visible
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import NotVisible, Refused


def surveys(actor: Actor, *, words: str = "", having: str = "") -> QuerySet[Survey]:
    """Surveys that `actor` may see, the newest first, with how many were asked and answered.

    `having` is "answers" or "no answers"; `words` is part of a title or of the owner's name. Drafts stand in
    a list of their own: see making_queries.
    """
    rows = visible(actor, Permission.SURVEY_VIEW, Survey.objects.filter(is_draft=False))
    if words.strip():
        rows = rows.filter(Q(title__icontains=words.strip()) | Q(owner__name__icontains=words.strip()))
    given = Submission.objects.filter(scope=OuterRef("scope"), version=OuterRef("version"), current=True)
    if having:
        rows = rows.filter(Exists(given) if having == "answers" else ~Exists(given))
    return (
        rows.select_related("owner", "country")
        .annotate(
            asked=_counted(SurveyUnit.objects.filter(survey=OuterRef("pk")), "survey"),
            answered=_counted(given, "scope", "subject"),
            table_revision=Subquery(
                CoordinationTable.objects.filter(survey=OuterRef("pk"))
                .values("survey")
                .annotate(last=Max("revision"))
                .values("last")
            ),
            has_failed=Exists(
                Problem.objects.filter(
                    survey=OuterRef("pk"), revision=OuterRef("revision"), task__startswith=task.TABLE
                )
            ),
            answered_when_released=Subquery(
                CoordinationTable.objects.filter(survey=OuterRef("pk"), released_at__isnull=False)
                .order_by("-revision", "pk")
                .values("answered")[:1]
            ),
        )
        .order_by("-made_at", "-pk")
    )


def open_among(actor: Actor, rows: Collection[Survey]) -> set[int]:
    """Of which of these `actor` may see the figures of now; of the others those of the last release."""
    asked = Survey.objects.filter(pk__in=[row.pk for row in rows])
    return set(visible(actor, Permission.SURVEY_TABLE_OPEN, asked).values_list("pk", flat=True))


def _counted(rows: QuerySet[Any], by: str, what: str = "pk") -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count(what, distinct=what != "pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def survey(actor: Actor, pk: int, *, permission: Permission = Permission.SURVEY_VIEW) -> Survey:
    """One survey that asks somebody; a draft is not there yet."""
    asking = Survey.objects.filter(is_draft=False).select_related("owner", "country", "version", "scope")
    found = visible(actor, permission, asking).filter(pk=pk).first()
    if found is None:
        raise NotVisible("survey", pk)
    return found


def may(actor: Actor, survey: Survey, permissions: Collection[Permission]) -> set[Permission]:
    """Which of these `actor` may use here: for the buttons of a page, never for a decision."""
    return {permission for permission in permissions if can(actor, permission, survey)}


def side_of(survey: Survey, side: str = "") -> str:
    """The side that is meant, the first one where nothing is said; one that is not asked is not there."""
    found: str = side or survey.sides[0]
    if found not in survey.sides:
        raise NotVisible("side", side)
    return found


def owners(actor: Actor) -> list[Organisation]:
    """The organisations for which `actor` may make a survey: at least one, or there is nothing to see."""
    found = list(visible(actor, Permission.SURVEY_ADD, Organisation.objects.order_by("name", "pk")))
    if not found:
        raise NotVisible("survey", "add")
    return found


def may_make(actor: Actor) -> bool:
    """Whether there is an organisation for which `actor` may make a survey: for a button, not a decision."""
    return holds_anywhere(actor, Permission.SURVEY_ADD)


# --- who answered --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answering:
    """How many of a group were asked and answered; `answered` is None where that is closed."""

    group: str
    asked: int
    answered: int | None


@dataclass(frozen=True)
class Response:
    """The response rate and its parts. `by_place` is there for those who may see all cells, else None.

    Others see the state of the last release; before the first one `answered` is None.
    """

    asked: int
    answered: int | None
    by_kind: tuple[Answering, ...]
    by_place: tuple[Answering, ...] | None
    released_at: datetime | None = None


def response(actor: Actor, survey: Survey, side: str = "") -> Response:
    """Who was asked and who answered: kinds of unit closed to others where one is small, places always."""
    side = side_of(survey, side)
    if not _opens(actor, survey):
        return _released_response(survey, released(survey, side))
    given = forms.current(survey.version, survey.scope, side=side).filter(subject=OuterRef("unit_id"))
    rows = (
        SurveyUnit.objects.filter(survey=survey)
        .annotate(gave=Exists(given))
        .order_by()
        .values_list("kind", "place_id")
        .annotate(asked=Count("pk"), answered=Count("pk", filter=Q(gave=True)))
    )
    kinds: dict[str, list[int]] = {}
    by_place: dict[int | None, list[int]] = {}
    for kind, place, asked, answered in rows:
        for group in (kinds.setdefault(kind, [0, 0]), by_place.setdefault(place, [0, 0])):
            group[0] += asked
            group[1] += answered
    return Response(
        asked=sum(asked for asked, _ in kinds.values()),
        answered=sum(answered for _, answered in kinds.values()),
        by_kind=_kinds(kinds, closed=False),
        by_place=by_region(survey.country, by_place),
    )


def _released_response(survey: Survey, table: CoordinationTable | None) -> Response:
    if table is None:
        return Response(survey.units.count(), None, (), None)
    kinds = table.response.get("kind", {})
    # How many were asked is known, so one small group could be told from the others': all are closed.
    closed = any(n and (answered < FEWEST or n - answered < FEWEST) for n, answered in kinds.values())
    return Response(table.asked, table.answered, _kinds(kinds, closed=closed), None, table.released_at)


def _kinds(kinds: Mapping[str, Sequence[int]], *, closed: bool) -> tuple[Answering, ...]:
    return tuple(
        Answering(kind, asked, None if closed else answered)
        for kind, (asked, answered) in sorted(kinds.items(), key=lambda item: (-item[1][0], item[0]))
    )


def released(survey: Survey, side: str) -> CoordinationTable | None:
    """The newest table of a side that others may see, small cells closed."""
    tables = CoordinationTable.objects.filter(survey=survey, side=side, released_at__isnull=False)
    return tables.order_by("-revision").first()


def by_region(country: Place, by_place: Mapping[int | None, list[int]]) -> tuple[Answering, ...]:
    """Counts of places summed up to what lies directly below the country."""
    paths = places.paths([pk for pk in by_place if pk])
    regions: dict[str, list[int]] = {}
    for place, (asked, answered) in by_place.items():
        path = [step.name for step in paths.get(place, [])] if place else []
        inside = path[path.index(country.name) + 1 :] if country.name in path else path
        group = regions.setdefault(inside[0] if inside else country.name if path else "", [0, 0])
        group[0] += asked
        group[1] += answered
    return tuple(Answering(name, *counts) for name, counts in sorted(regions.items()))


def _opens(actor: Actor, survey: Survey) -> bool:
    """The one place where it is asked whether small cells are open."""
    return can(actor, Permission.SURVEY_TABLE_OPEN, survey)


# --- the table -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableView:
    """A survey's table as one reader may see it, and where its computation stands.

    `result` is None while there is none, and where no activity is asked about; `own` holds what came of the
    other questions. `fingerprint` and `seed` are for those who may see all cells,
    since with them a guess at the answers could be tested.
    """

    state: State
    is_open: bool
    result: dict[str, Any] | None = None
    own: dict[str, Any] | None = None
    computed_at: datetime | None = None
    asked: int | None = None
    answered: int | None = None
    replicates: int | None = None
    seed: int | None = None
    fingerprint: str = ""
    problem: str = ""
    released_at: datetime | None = None


def table(actor: Actor, survey: Survey, side: str = "") -> TableView:
    """The last table of a side that was kept for those who may see all cells; the last released for others."""
    side = side_of(survey, side)
    is_open = _opens(actor, survey)
    if not is_open and (shown := released(survey, side)):
        return _as_kept("released", shown, is_open=False)
    kept = CoordinationTable.objects.filter(survey=survey, side=side).order_by("-revision").first()
    has_answers = kept is not None or forms.current(survey.version, survey.scope, side=side).exists()
    is_current = kept is not None and kept.revision == survey.revision
    problem = "" if is_current else problem_of(survey, task.of_table(side))
    state = state_of(
        survey,
        has_answers=has_answers,
        table_revision=kept.revision if kept else None,
        at=actor.at,
        has_failed=bool(problem),
    )
    problem = problem if is_open and state == "problem" else ""
    if kept is None or not is_open:
        return TableView(state, is_open, problem=problem)
    return _as_kept(state, kept, is_open=True, problem=problem)


def _as_kept(state: State, kept: CoordinationTable, *, is_open: bool, problem: str = "") -> TableView:
    return TableView(
        state=state,
        is_open=is_open,
        result=(kept.result if is_open or not kept.result else close_small_cells(kept.result)) or None,
        own=kept.own if is_open else own_results.closed(kept.own),
        computed_at=kept.computed_at,
        asked=kept.asked,
        answered=kept.answered,
        replicates=kept.replicates,
        seed=kept.seed if is_open else None,
        fingerprint=kept.fingerprint if is_open else "",
        problem=problem,
        released_at=None if is_open else kept.released_at,
    )


def open_to(survey: Survey, at: datetime) -> str:
    """To whom the owner has opened the table: "nobody", "signed in" or "anyone"."""
    readers = Grant.objects.filter(scope_id=survey.scope_id, role=Role.READER)
    subjects = set(grants.running(readers, at).values_list("subject", flat=True))
    return "anyone" if ANYONE in subjects else "signed in" if SIGNED_IN in subjects else "nobody"


# --- the answers themselves ----------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswersFile:
    """What answers.csv is made of: the questions in order, and a unit's code with its answers a row."""

    survey: Survey
    side: str
    questions: tuple[Question, ...]
    rows: Iterator[tuple[str, dict[str, Any]]]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(question.key for question in self.questions)


def answers(actor: Actor, pk: int, side: str = "") -> AnswersFile:
    """Every unit's answers from one side, to take out. A sensitive read: it leaves an audit row."""
    found = survey(actor, pk, permission=Permission.SURVEY_ANSWERS_EXPORT)
    side = side_of(found, side)
    being_written = AnswersImport.objects.filter(survey=found, state=ImportState.WRITING, taken_through__gt=0)
    if reasons := rules.why_not_take_out(being_written=being_written.exists()):
        raise Refused(*reasons)
    audit.seen(actor, "surveys.answers", found, fields=["answers"])
    return AnswersFile(found, side, tuple(asked_questions(found)), answer_rows(found, side))


def answer_rows(survey: Survey, side: str = Side.STAFF) -> Iterator[tuple[str, dict[str, str]]]:
    """Code and answers of each unit of which this side answered, by code; one query, read as it comes."""
    return ((code, answers) for code, _, answers in unit_rows(survey, side))


def unit_rows(survey: Survey, side: str) -> Iterator[tuple[str, UUID, dict[str, str]]]:
    """The same with the unit's id, which is the same in every survey that asks it."""
    given = Submission.objects.filter(
        scope_id=survey.scope_id,
        version_id=survey.version_id,
        subject=OuterRef("unit_id"),
        side=side,
        current=True,
    )
    rows = (
        SurveyUnit.objects.filter(survey=survey)
        .annotate(given=Subquery(given.values("answers")[:1]))
        .order_by("code")
        .values_list("code", "unit_id", "given")
    )
    for code, unit, answers in rows.iterator(chunk_size=2000):
        if answers is not None:
            yield code, unit, answers


def asked_activities(survey: Survey) -> list[AskedActivity]:
    """The activities in the order they are asked, by key and the catalogue's own name.

    Questions of the survey's own are none: see `asked_questions`.
    """
    asked = forms.questions(survey.version).filter(kind=QuestionKind.COORDINATION)
    return [AskedActivity(key, text) for key, text in asked.values_list("key", "text")]


def asked_questions(survey: Survey) -> list[Question]:
    """Every question in the order it is asked, with all that belongs to it."""
    return list(forms.questions(survey.version))


def kinds_asked(survey: Survey) -> set[str]:
    """Which kinds of question it asks."""
    return set(forms.questions(survey.version).values_list("kind", flat=True))


def questions_counted(survey: Survey) -> int:
    """How many questions it asks, of whatever kind."""
    return forms.questions(survey.version).count()


def asked_units(survey: Survey) -> list[AskedUnit]:
    """The frame: every unit that is asked, by code."""
    rows = SurveyUnit.objects.filter(survey=survey).order_by("code")
    named = rows.values_list("unit_id", "code", "unit__name", "unit__parent__name", "unit__unit_kind")
    return [AskedUnit(unit, code, name, above or "", kind) for unit, code, name, above, kind in named]
