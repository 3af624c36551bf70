"""Who is calling whom: opening somebody's call holds it for a while, so that two do not telephone the same person.

It holds nothing but the call. What is said counts whoever writes it down.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from alongside.assess.surveys import asking
from alongside.assess.surveys.models import Respondent
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.kit.refusal import Refused

HELD = timedelta(minutes=15)


def other_caller(respondent: Respondent, *, by: UUID, at: datetime) -> UUID | None:
    """Who else is calling her at this moment."""
    is_held = respondent.call_until is not None and respondent.call_until > at
    return respondent.called_by if is_held and respondent.called_by != by else None


@action(Permission.SURVEY_ANSWER_FOR)
def begin_call(respondent: Respondent, *, by: Actor) -> Respondent:
    """Hold her call, or go on holding it. Of two who begin at once, one does."""
    free = Q(call_until__isnull=True) | Q(call_until__lte=by.at) | Q(called_by=by.subject)
    held = _hold(respondent, free, by=by)
    reasons = asking.why_not_call(is_called=not held)
    if reasons:
        raise Refused(*reasons)
    return respondent


@action(Permission.SURVEY_ANSWER_FOR)
def take_over_call(respondent: Respondent, *, by: Actor) -> Respondent:
    """Go on with a call that somebody else has opened."""
    _hold(respondent, Q(), by=by)
    return respondent


def _hold(respondent: Respondent, where: Q, *, by: Actor) -> int:
    rows = Respondent.objects.filter(where, pk=respondent.pk)
    return rows.update(called_by=by.subject, call_until=by.at + HELD)
