"""Reads of asking: whom a round of messages reaches and whom it does not, and how the messages fare."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from alongside.assess.surveys import asking
from alongside.assess.surveys.asking import OVER, Reachable
from alongside.assess.surveys.kinds import TEMPLATES, Channel, Fate, Round
from alongside.assess.surveys.models import Respondent, Survey, SurveyUnit
from alongside.assess.surveys.respondent_queries import contact_since, in_state, standing, told
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can
from alongside.core.outbox import queries as outbox
from alongside.core.outbox.kinds import State
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
    """Of each round, for those who send it; nothing for others.

    Counted in the database: of thousands of respondents, a handful of kinds comes back.
    """
    if not can(actor, Permission.SURVEY_WRITE, survey):
        return {}
    fates: dict[Round, Counter[Fate]] = {each: Counter() for each in Round}
    named = 0
    for alike, count in _kinds(survey, actor.at):
        named += count
        for each in Round:
            fates[each][asking.fate(alike, each, actor.at)] += count
    places = SurveyUnit.objects.filter(survey=survey).count() * len(survey.sides)
    return {each: Plan(found, places - named) for each, found in fates.items()}


def left_alone(actor: Actor, survey: Survey) -> dict[Fate, int]:
    """How many refused and how many were not reached, for those who write to them; nothing for others.

    Far cheaper than the whole plan, for a page that has much else to count.
    """
    if not can(actor, Permission.SURVEY_WRITE, survey):
        return {}
    states = {Fate.REFUSED: "refused", Fate.NOT_REACHED: "not-reached"}
    return {fate: in_state(standing(survey), state).count() for fate, state in states.items()}


# A respondent's messages as one number, so that they are looked up once each: what a message adds to it.
_GONE, _UNDER_WAY, _LATELY, _FAILED = 1, 100, 10_000, 1_000_000


def _kinds(survey: Survey, at: datetime) -> Iterator[tuple[Reachable, int]]:
    """Respondents who are alike, with how many they are."""
    counted = _as_asked(survey, at).order_by().values_list(*_TOLD).annotate(n=Count("pk"))
    for *told_of, count in counted:
        yield _reachable(at, dict(zip(_TOLD, told_of, strict=True))), count


def reachable(survey: Survey, at: datetime) -> list[Reachable]:
    """Everybody who answers for a survey, one by one: for whoever writes to them."""
    rows = _as_asked(survey, at).order_by("pk").values_list("pk", "person_id", *_TOLD)
    return [
        replace(_reachable(at, dict(zip(_TOLD, told_of, strict=True))), respondent=pk, person=person)
        for pk, person, *told_of in rows
    ]


_TOLD = ("channel", "has_answered", "call_result", "refused", "messages")


def _reachable(at: datetime, told_of: Mapping[str, Any]) -> Reachable:
    messages = told_of["messages"]
    # When exactly somebody was written to does not matter, only whether that was lately.
    went = at if messages // _LATELY % 100 else at - BETWEEN_REMINDERS
    return Reachable(
        respondent=0,
        channel=told_of["channel"],
        has_answered=told_of["has_answered"],
        call_result=told_of["call_result"],
        written=(went,) * (messages // _GONE % 100),
        refused=told_of["refused"],
        under_way=bool(messages // _UNDER_WAY % 100),
        failed=bool(messages // _FAILED),
    )


def _as_asked(survey: Survey, at: datetime) -> QuerySet[Any]:
    """Told of each: whether she answered or refused, and how what was written to her fares."""
    weight = Case(
        When(outbox.GONE, went__gt=at - BETWEEN_REMINDERS, then=Value(_GONE + _LATELY)),
        When(outbox.GONE, then=Value(_GONE)),
        When(outbox.UNDER_WAY, then=Value(_UNDER_WAY)),
        When(state=State.FAILED, settled_at__gt=contact_since(), then=Value(_FAILED)),
        default=Value(0),
    )
    written = outbox.written(OuterRef("person"), TEMPLATES).annotate(went=outbox.WENT_AT)
    summed = written.values("recipient").annotate(weight=Sum(weight)).values("weight")
    by_hand = When(channel__in=(Channel.EMAIL, Channel.LETTER), then=Subquery(summed))
    asked: QuerySet[Any] = told(standing(survey)).annotate(
        refused=Q(refused_at__isnull=False),
        messages=Coalesce(Case(by_hand, output_field=IntegerField()), Value(0)),
    )
    return asked


def past_writing(pks: Collection[int], at: datetime) -> set[int]:
    """Of these respondents, those to whom nothing is sent any more, whatever was queued before."""
    day = timezone.localdate(at)
    open_ = Q(survey__closed_on__isnull=True) | Q(survey__closed_on__gte=day)
    rows = Respondent.objects.filter(open_, pk__in=pks, ended_at__isnull=True, refused_at__isnull=True)
    rows = rows.filter(survey__is_closed=False).exclude(call_result__in=OVER)
    return set(pks) - set(told(rows).filter(has_answered=False).values_list("pk", flat=True))
