"""Reads of who answers, for the survey's team."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from alongside.assess.surveys import file_queries, respondents_file
from alongside.assess.surveys.asking import OVER
from alongside.assess.surveys.kinds import TEMPLATES, CallResult
from alongside.assess.surveys.models import Respondent, Survey, SurveyUnit
from alongside.commons.forms.models import Submission
from alongside.commons.people import identity
from alongside.commons.people.actions import today
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside.core.kit.refusal import NotVisible
from alongside.core.outbox import queries as outbox
from alongside.core.outbox.kinds import State
from alongside.core.outbox.models import Message

# A list says less of each than her own page does.
_LISTED = ("asked__unit", "person")
_ALONG = ("asked__unit__parent", "person", "survey__owner", "survey__version")


def respondents(
    actor: Actor, survey: Survey, *, words: str = "", side: str = "", channel: str = "", answered: str = ""
) -> QuerySet[Respondent]:
    """Who answers, by unit and side; `in_full` tells the rest of those on a page.

    `words` is part of a name, or a unit's code or name.
    """
    rows = visible(actor, Permission.RESPONDENT_VIEW, standing(survey))
    if words.strip():
        said = words.strip()
        named = identity.search(actor, said)
        rows = rows.filter(
            Q(person__in=named) | Q(asked__code__iexact=said) | Q(asked__unit__name__icontains=said)
        )
    if side:
        rows = rows.filter(side=side)
    if channel:
        rows = rows.filter(channel=channel)
    if answered:
        rows = in_state(rows, answered)
    return rows.order_by("asked__code", "side", "pk")


def in_state(rows: QuerySet[Respondent], state: str) -> QuerySet[Respondent]:
    """Those who have answered ("yes") or not ("no"), who refused, or who were "not-reached"."""
    if state == "not-reached":
        # Few have failed: they are looked up first, so that the rest is asked of them alone.
        rows = rows.filter(person__in=outbox.failed(TEMPLATES).values("recipient"))
        rows = told(rows).filter(not_reached(), has_answered=False)
        return rows.exclude(refused_at__isnull=False).exclude(call_result__in=OVER)
    if state == "refused":
        refused = Q(refused_at__isnull=False) | Q(call_result=CallResult.REFUSED)
        return told(rows).filter(refused, has_answered=False)
    return told(rows).filter(has_answered=state == "yes")


def in_full(rows: Sequence[Respondent]) -> list[Any]:
    """The same respondents with their units, and whether they have answered: asked for one page, not for all."""
    these = told(Respondent.objects.filter(pk__in=[row.pk for row in rows]))
    found = these.annotate(is_not_reached=not_reached()).select_related(*_LISTED).in_bulk()
    return [found[row.pk] for row in rows]


def to_call(actor: Actor, survey: Survey) -> QuerySet[Respondent]:
    """Whom to telephone next: who has not answered and may be called, the longest waiting first."""
    rows = told(visible(actor, Permission.SURVEY_ANSWER_FOR, standing(survey)))
    day = today(actor)
    return (
        rows.filter(Q(call_again_on__isnull=True) | Q(call_again_on__lte=day), has_answered=False)
        .filter(refused_at__isnull=True)
        .exclude(call_result__in=OVER)
        .select_related(*_LISTED)
        .order_by(F("called_at").asc(nulls_first=True), "asked__code", "side")
    )


def standing(survey: Survey) -> QuerySet[Respondent]:
    return Respondent.objects.filter(survey=survey, ended_at__isnull=True)


def told(rows: QuerySet[Respondent]) -> QuerySet[Any]:
    given = Submission.objects.filter(
        scope=OuterRef("survey__scope"),
        version=OuterRef("survey__version"),
        subject=OuterRef("asked__unit"),
        side=OuterRef("side"),
        current=True,
    )
    return rows.annotate(has_answered=Exists(given))


def not_reached() -> Exists:
    """Of a respondent: a message to her failed or came back, and how she is reached has not changed since."""
    written = outbox.written(OuterRef("person"), TEMPLATES)
    return Exists(written.filter(state=State.FAILED, settled_at__gt=contact_since()))


def contact_since() -> Coalesce:
    """Since when a respondent of an outer query is reached as she is: from ever on, where nothing has changed."""
    return Coalesce(
        OuterRef("contact_at"), Value(datetime(1900, 1, 1, tzinfo=UTC)), output_field=DateTimeField()
    )


def respondent(actor: Actor, pk: int, *, permission: Permission = Permission.RESPONDENT_VIEW) -> Respondent:
    rows = visible(actor, permission, Respondent.objects.select_related(*_ALONG, "scope"))
    found: Respondent | None = told(rows).annotate(is_not_reached=not_reached()).filter(pk=pk).first()
    if found is None:
        raise NotVisible("respondent", pk)
    return found


def written_to(actor: Actor, respondent: Respondent) -> QuerySet[Message]:
    """Invitations and reminders of one respondent, the newest first."""
    return outbox.to_one(actor, respondent.person_id, TEMPLATES)


@dataclass(frozen=True)
class Named:
    """How many units a side has, and for how many of them somebody is named."""

    side: str
    asked: int
    named: int


def named(survey: Survey) -> list[Named]:
    """For how many units of each side somebody is named."""
    asked = SurveyUnit.objects.filter(survey=survey).count()
    counted = standing(survey).order_by().values_list("side").annotate(n=Count("pk"))
    sides: dict[str, int] = dict(counted)
    return [Named(side, asked, sides.get(side, 0)) for side in survey.sides]


def names(actor: Actor, rows: Collection[Respondent], survey: Survey) -> dict[UUID, str]:
    """Their names by person; that they were read stands in the audit."""
    return identity.shown(actor, [r.person_id for r in rows], on=survey)


def read_file(survey: Survey, content: bytes, name: str = "") -> respondents_file.Reading:
    """A file of those who answer as rows, or what has to be put right; of a survey that was found."""
    return respondents_file.read(content, name, file_queries.unit_index(survey), survey.sides)
