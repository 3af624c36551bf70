"""Reads of comparisons. What others may see of them is closed here, before any face has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alongside.assess.surveys import comparing, queries
from alongside.assess.surveys.models import Comparison, CoordinationTable, Survey
from alongside.assess.surveys.small_cells import close_small_cells
from alongside.assess.surveys.small_comparisons import close_sides, released_changes
from alongside.assess.surveys.states import State, problem_of, state_of
from alongside.assess.surveys.task import Task
from alongside.commons.forms.models import Submission
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can, visible
from alongside.core.kit.refusal import NotVisible


@dataclass(frozen=True)
class ComparisonView:
    """A comparison as one reader may see it, and where its computation stands.

    `result` is None while there is none. Seed and fingerprints are for those who may see all cells. `asked`
    counts the units that were asked both times, where two years are compared.
    """

    state: State
    is_open: bool
    result: dict[str, Any] | None = None
    computed_at: datetime | None = None
    released_at: datetime | None = None
    replicates: int | None = None
    seed: int | None = None
    fingerprints: tuple[str, ...] = ()
    problem: str = ""
    asked: int | None = None


def pair_of(survey: Survey, one: str = "", other: str = "") -> tuple[str, str] | None:
    """The two sides that are meant, in the survey's order, the first two where nothing is said.

    None where only one side is asked. A side that isn't asked is not there.
    """
    sides: Sequence[str] = survey.sides
    if len(sides) < 2:
        return None
    first = queries.side_of(survey, one)
    second = queries.side_of(survey, other) if other else next(side for side in sides if side != first)
    if first == second:
        raise NotVisible("side", other)
    found = sorted((first, second), key=sides.index)
    return found[0], found[1]


def sides(actor: Actor, survey: Survey, one: str, other: str) -> ComparisonView:
    """What two sides say of the same units: the newest for those who may see all cells, else the released."""
    rows = Comparison.objects.filter(survey=survey, side=one, other_side=other, earlier=None)
    if not can(actor, Permission.SURVEY_TABLE_OPEN, survey):
        shown = rows.filter(released_at__isnull=False).order_by("-revision").first()
        if shown is None:
            return ComparisonView("none", is_open=False)
        return ComparisonView(
            "released",
            is_open=False,
            result=close_sides(shown.result),
            computed_at=shown.computed_at,
            released_at=shown.released_at,
            replicates=shown.replicates,
        )
    kept = rows.order_by("-revision").first()
    return _as_kept(kept, survey, Task(one, other), actor.at, has_answers=_has(survey, one, other))


def earlier(actor: Actor, survey: Survey) -> list[Survey]:
    """The earlier surveys it can be held against, of those whose tables `actor` may see; the newest first."""
    found = comparing.earlier_than(survey)
    asked = Survey.objects.filter(pk__in=[each.pk for each in found])
    seen = set(visible(actor, Permission.SURVEY_TABLE_VIEW, asked).values_list("pk", flat=True))
    return [each for each in found if each.pk in seen]


def years(actor: Actor, survey: Survey, before: Survey, side: str) -> ComparisonView:
    """One side's answers held against an earlier survey's: for those who may see all cells of both; else
    what follows from the tables of both that are released. `before` comes from `earlier`.
    """
    asked = survey.units.filter(unit__in=before.units.values("unit")).count()
    if not _opens_both(actor, survey, before):
        return _released_years(survey, before, side, asked)
    rows = Comparison.objects.filter(survey=survey, side=side, earlier=before)
    kept = rows.order_by("-revision", "-earlier_revision").first()
    task = Task(side, "", before.pk, before.revision)
    has_answers = _has(survey, side) and _has(before, side)
    return _as_kept(kept, survey, task, actor.at, has_answers=has_answers, asked=asked)


def _opens_both(actor: Actor, survey: Survey, before: Survey) -> bool:
    both = Survey.objects.filter(pk__in=[survey.pk, before.pk])
    return visible(actor, Permission.SURVEY_TABLE_OPEN, both).count() == 2


def _released_years(survey: Survey, before: Survey, side: str, asked: int) -> ComparisonView:
    then, now = queries.released(before, side), queries.released(survey, side)
    if then is None or now is None:
        return ComparisonView("none", is_open=False, asked=asked)
    return ComparisonView(
        "released",
        is_open=False,
        result=released_changes(
            close_small_cells(then.result), close_small_cells(now.result), _activities_of(then)
        ),
        computed_at=now.computed_at,
        released_at=now.released_at,
        asked=asked,
    )


def _activities_of(table: CoordinationTable) -> set[str]:
    return {row["activity"] for row in table.result["rows"]}


def _has(survey: Survey, *sides: str) -> bool:
    given = Submission.objects.filter(scope_id=survey.scope_id, version_id=survey.version_id, current=True)
    found = given.filter(side__in=sides).order_by().values("side").distinct()
    return found.count() == len(sides)


def _as_kept(
    kept: Comparison | None,
    survey: Survey,
    task: Task,
    at: datetime,
    *,
    has_answers: bool,
    asked: int | None = None,
) -> ComparisonView:
    revision = None
    if kept is not None:  # what was held against older answers is of no revision that stands
        revision = kept.revision if kept.earlier_revision == task.earlier_revision else -1
    problem = "" if revision == survey.revision else problem_of(survey, task.key)
    state = state_of(
        survey,
        has_answers=has_answers,
        table_revision=revision,
        at=at,
        has_failed=bool(problem),
    )
    problem = problem if state == "problem" else ""
    if kept is None:
        return ComparisonView(state, is_open=True, problem=problem, asked=asked)
    return ComparisonView(
        state,
        is_open=True,
        result=kept.result,
        computed_at=kept.computed_at,
        replicates=kept.replicates,
        seed=kept.seed,
        fingerprints=(kept.fingerprint, kept.other_fingerprint),
        problem=problem,
        asked=asked,
    )
