"""Who has answered while a survey runs, by what might make those who answer different from the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, FloatField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from alongside.assess.surveys import asking, queries
from alongside.assess.surveys.drawing import LARGE, MIDDLE
from alongside.assess.surveys.models import Closing, Respondent, Survey, SurveyUnit
from alongside.assess.surveys.queries import Answering
from alongside.assess.surveys.small_cells import FEWEST
from alongside.commons.forms import queries as forms
from alongside.core.access import grants
from alongside.core.access.actor import Actor
from alongside.core.access.models import Grant
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can
from alongside.core.access.roles import Role

SHOWN = ("kind", "size", "channel")
Counts = dict[Any, list[int]]


@dataclass(frozen=True)
class ResponseBy:
    """How many were asked and answered, in all and by group; closed figures are None.

    `released_at` says since when others see them so. `sizes` sums up how many people units serve, those that
    answered and the others, where that is known; for those who may see all cells.
    """

    total: Answering
    groups: Mapping[str, tuple[Answering, ...]]
    released_at: datetime | None = None
    sizes: Mapping[bool, "Sums"] = field(default_factory=dict)


@dataclass
class Sums:
    """How many numbers there are, their sum and that of their squares."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0


def response_by(actor: Actor, survey: Survey, side: str = "") -> ResponseBy:
    """The state of now, places and all, for those who may see all cells; for others that of the last release."""
    side = queries.side_of(survey, side)
    if can(actor, Permission.SURVEY_TABLE_OPEN, survey):
        counts, sizes = _counts(survey, side)
        by_place = {key: found for key, found in counts.pop("place").items() if not isinstance(key, str)}
        groups = {by: _closed(found, is_open=True) for by, found in counts.items()}
        groups["place"] = queries.by_region(survey.country, by_place)
        return ResponseBy(_total(counts["kind"]), groups, sizes=sizes)
    table = queries.released(survey, side)
    if table is None:
        return ResponseBy(Answering("", survey.units.count(), None), {})
    groups = {by: _closed(found, is_open=False) for by, found in table.response.items()}
    return ResponseBy(Answering("", table.asked, table.answered), groups, table.released_at)


def snapshot(survey: Survey, side: str) -> dict[str, Counts]:
    """Who has answered so far, as it is kept beside a table: nothing by place."""
    counts, _sizes = _counts(survey, side)
    return {by: {str(key or ""): found for key, found in counts[by].items()} for by in SHOWN}


def _total(groups: Counts) -> Answering:
    return Answering("", sum(asked for asked, _ in groups.values()), sum(n for _, n in groups.values()))


def _counts(survey: Survey, side: str) -> tuple[dict[str, Counts], dict[bool, Sums]]:
    """How many of each group were asked and answered, by what groups them; and how large those are, in one read."""
    standing = forms.current(survey.version, survey.scope, side=side)
    named = Respondent.objects.filter(asked=OuterRef("pk"), side=side, ended_at__isnull=True)
    size = Case(
        When(size__gte=LARGE, then=Value("large")),
        When(size__gte=MIDDLE, then=Value("middle")),
        When(size__isnull=False, then=Value("small")),
        default=Value(""),
        output_field=CharField(),
    )
    rows = (
        SurveyUnit.objects.filter(survey=survey)
        .annotate(
            gave=Exists(standing.filter(subject=OuterRef("unit_id"))),
            how_large=size,
            channel=Coalesce(Subquery(named.values("channel")[:1]), Value("")),
        )
        .order_by()
        .values_list("kind", "how_large", "channel", "place_id", "gave")
        .annotate(asked=Count("pk"), n=Count("size"), total=Sum("size"), squares=Sum(_SQUARE))
    )
    counts: dict[str, Counts] = {by: {} for by in (*SHOWN, "place")}
    sizes: dict[bool, Sums] = {}
    for *keys, gave, asked, n, total, squares in rows:
        for by, key in zip(counts, keys, strict=True):
            group = counts[by].setdefault(key, [0, 0])
            group[0] += asked
            group[1] += asked if gave else 0
        if n:
            held = sizes.setdefault(bool(gave), Sums())
            held.n, held.total, held.squares = held.n + n, held.total + total, held.squares + squares
    return counts, sizes


_SQUARE = Cast("size", FloatField()) * Cast("size", FloatField())


def _closed(found: Counts, *, is_open: bool) -> tuple[Answering, ...]:
    """Small groups are closed, and with one of them all: the total is open, so one could be worked out.

    A group of which nearly all have answered says as much of the few who have not.
    """
    small = any(n and (answered < FEWEST or n - answered < FEWEST) for n, answered in found.values())
    return tuple(
        Answering(str(key or ""), asked, None if small and not is_open else answered)
        for key, (asked, answered) in sorted(found.items(), key=lambda item: (-item[1][0], str(item[0])))
    )


def is_over(survey: Survey, at: datetime) -> bool:
    """Whether answers are taken no more."""
    reasons = asking.why_no_answers_now(
        is_closed=survey.is_closed,
        opened_on=None,
        closed_on=survey.closed_on,
        today=timezone.localdate(at),
    )
    return bool(reasons)


def closings(survey: Survey) -> list[Closing]:
    """When it was closed and opened again, and why, the last first."""
    return list(Closing.objects.filter(survey=survey).order_by("-at", "-pk"))


def interviewers(survey: Survey, at: datetime) -> set[UUID]:
    """Who telephones for it now."""
    held = Grant.objects.filter(scope_id=survey.scope_id, role=Role.INTERVIEWER)
    return set(grants.running(held, at).values_list("subject", flat=True))
