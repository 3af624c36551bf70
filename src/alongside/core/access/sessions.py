"""Where somebody is signed in: asked at each request, so that what is ended is over at the next one."""

import contextlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError
from django.db.models import QuerySet

from alongside.core.access.actor import Actor
from alongside.core.access.kinds import SignInWay
from alongside.core.access.models import SignIn

# Last use is told to the hour: a page that is only read writes no more often than that.
SEEN_EVERY = timedelta(hours=1)
# A browser forgets an unused session after this time: settings.SESSION_COOKIE_AGE.
UNUSED = timedelta(days=14)


def begin(account: int, *, way: SignInWay, browser: str, at: datetime) -> SignIn:
    return SignIn.objects.create(user_id=account, way=way, browser=browser[:60], began=at, seen_at=at)


def standing(pk: int, at: datetime) -> SignIn | None:
    """The sign-in behind a session; None where it has ended or the account is closed."""
    rows = SignIn.objects.filter(pk=pk, ended_at__isnull=True, user__is_active=True)
    found = rows.select_related("user").first()
    if found and found.seen_at <= at - SEEN_EVERY:
        # Last use is a help, not a promise: a busy database shuts nobody out.
        with contextlib.suppress(OperationalError):
            rows.update(seen_at=at)
    return found


def own(actor: Actor) -> QuerySet[SignIn]:
    """Where the actor is signed in herself; what is hers is hers to know."""
    mine = SignIn.objects.filter(user__subject=actor.subject, user__is_active=True, ended_at__isnull=True)
    return mine.filter(seen_at__gt=actor.at - UNUSED).order_by("-seen_at", "-pk")


def end_all(subject: UUID, *, at: datetime) -> None:
    """End every session of `subject`. Called from inside actions."""
    SignIn.objects.filter(user__subject=subject, ended_at__isnull=True).update(ended_at=at)
