"""Answers have changed: the table is out of date. Called from inside actions that hold the survey's lock."""

from datetime import datetime, timedelta

from django.db.models import Case, F, Q, Value, When

from alongside.assess.surveys.models import Survey

REST = timedelta(minutes=10)


def begin(survey: Survey) -> None:
    """Many answers at once, or other definitions: whoever computes the table may begin at once."""
    Survey.objects.filter(pk=survey.pk).update(rests_until=None, **_FRESH)


def begin_resting(survey: Survey, at: datetime) -> None:
    """One answer of many to come: the table is computed every ten minutes, not after each."""
    is_resting = Q(rests_until__gt=at)
    Survey.objects.filter(pk=survey.pk).update(
        rests_until=Case(When(is_resting, then=F("rests_until")), default=Value(at + REST)), **_FRESH
    )


_FRESH = {"revision": F("revision") + 1, "leased_until": None}
