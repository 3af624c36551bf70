"""Reads of asking: whom a round of messages reaches and whom it does not, and how the messages fare."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from alongside.assess.surveys import asking
from alongside.assess.surveys.asking import OVER, Reachable
from alongside.assess.surveys.kinds import TEMPLATES, Fate, Round
from alongside.assess.surveys.models import Respondent, Survey, SurveyUnit
from alongside.assess.surveys.respondent_queries import not_reached, standing, told
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside.core.outbox import queries as outbox
from alongside.core.outbox.models import Message
from alongside.core.outbox.rules import BETWEEN_REMINDERS


@dataclass(frozen=True)
class Plan:
    """What a round sent now would do: how many get what, and why the others get nothing."""

    fates: Mapping[Fate, int]
    unnamed: int

    @property
    def writes(self) -> int:
        return sum(self.fates.get(fate, 0) for fate in asking.WRITES)


def plans(actor: Actor, survey: Survey) -> dict[Round, Plan]:
    """Of each round. Counted in the database: of thousands of respondents, a handful of kinds comes back."""
    rows = visible(actor, Permission.RESPONDENT_VIEW, standing(survey))
    fates: dict[Round, Counter[Fate]] = {each: Counter() for each in Round}
    named = 0
    for alike, count in _kinds(rows, actor.at):
        named += count
        for each in Round:
            fates[each][asking.fate(alike, each, actor.at)] += count
    places = SurveyUnit.objects.filter(survey=survey).count() * len(survey.sides)
    return {each: Plan(found, places - named) for each, found in fates.items()}


_LIKE = ("channel", "has_answered", "call_result", "refused", "times", "lately", "under_way", "failed")


def _kinds(rows: QuerySet[Respondent], at: datetime) -> Iterator[tuple[Reachable, int]]:
    """Respondents who are alike, with how many they are. When exactly they were written to does not matter."""
    written = _written().filter(outbox.GONE)
    counted = (
        _as_asked(rows)
        .annotate(lately=Exists(written.annotate(at=outbox.WENT_AT).filter(at__gt=at - BETWEEN_REMINDERS)))
        .order_by()
        .values_list(*_LIKE)
        .annotate(n=Count("pk"))
    )
    for channel, answered, call_result, refused, times, lately, under_way, failed, count in counted:
        went = at if lately else at - BETWEEN_REMINDERS
        like = Reachable(0, channel, answered, call_result, (went,) * times, refused, under_way, failed)
        yield like, count


def reachable(survey: Survey) -> list[Reachable]:
    """Everybody who answers for a survey, one by one: for whoever writes to them."""
    went = _written().filter(outbox.GONE).order_by().values("recipient")
    last = went.annotate(at=Max(outbox.WENT_AT)).values("at")
    rows = _as_asked(standing(survey)).annotate(last=Subquery(last)).order_by("pk")
    keys = ("pk", "person_id", "last", *(key for key in _LIKE if key != "lately"))
    return [
        Reachable(pk, channel, answered, call_result, (last,) * times, refused, under_way, failed, person)
        for pk, person, last, channel, answered, call_result, refused, times, under_way, failed in (
            rows.values_list(*keys)
        )
    ]


def _as_asked(rows: QuerySet[Respondent]) -> QuerySet[Any]:
    """Told of each: whether she answered or refused, and how what was written to her fares."""
    went = _written().filter(outbox.GONE).values("recipient").annotate(n=Count("pk")).values("n")
    asked: QuerySet[Any] = told(rows).annotate(
        refused=Q(refused_at__isnull=False),
        times=Coalesce(Subquery(went, output_field=IntegerField()), Value(0)),
        under_way=Exists(_written().filter(outbox.UNDER_WAY)),
        failed=not_reached(),
    )
    return asked


def _written() -> QuerySet[Message]:
    return outbox.written(OuterRef("survey__scope"), OuterRef("person"), TEMPLATES)


def past_writing(pks: Collection[int], at: datetime) -> set[int]:
    """Of these respondents, those to whom nothing is sent any more, whatever was queued before."""
    day = timezone.localdate(at)
    open_ = Q(survey__closed_on__isnull=True) | Q(survey__closed_on__gte=day)
    rows = Respondent.objects.filter(open_, pk__in=pks, ended_at__isnull=True, refused_at__isnull=True)
    rows = rows.filter(survey__is_closed=False).exclude(call_result__in=OVER)
    return set(pks) - set(told(rows).filter(has_answered=False).values_list("pk", flat=True))
