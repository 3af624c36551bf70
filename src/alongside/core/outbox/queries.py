"""Reads of messages. Delivery, never content: there is none."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from alongside.core.access.actor import Actor
from alongside.core.access.models import Scope
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import holds_anywhere, visible
from alongside.core.kit.refusal import NotVisible
from alongside.core.outbox.kinds import Channel, State
from alongside.core.outbox.models import Message

# For so long a file for the printer can be made once more.
PRINT_AGAIN = timedelta(days=7)


def messages(actor: Actor, *, state: str = "", channel: str = "") -> QuerySet[Message]:
    """What waits, went or failed, the newest first."""
    rows = visible(actor, Permission.OUTBOX_VIEW, Message.objects.all())
    if state:
        rows = rows.filter(state=state)
    if channel:
        rows = rows.filter(channel=channel)
    return rows.order_by("-queued_at", "pk")


def counts(actor: Actor) -> Mapping[str, int]:
    """How many of the messages `actor` may see stand where."""
    rows = messages(actor).order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def message(actor: Actor, pk: UUID, *, permission: Permission = Permission.OUTBOX_VIEW) -> Message:
    found = visible(actor, permission, Message.objects.all()).filter(pk=pk).first()
    if found is None:
        raise NotVisible("message", pk)
    return found


def may_see_any(actor: Actor) -> bool:
    """Whether there could be messages for `actor` at all; which ones, `messages` says."""
    return holds_anywhere(actor, Permission.OUTBOX_VIEW)


def may_print_any(actor: Actor) -> bool:
    """Whether there could be letters for `actor` to print; which ones, `letters` says."""
    return holds_anywhere(actor, Permission.OUTBOX_PRINT)


def letters(actor: Actor, *, run: UUID | None = None) -> QuerySet[Message]:
    """Letters to print, the oldest first; with `run`, those of a file that was made before."""
    rows = visible(actor, Permission.OUTBOX_PRINT, Message.objects.filter(channel=Channel.LETTER))
    if run is None:
        rows = rows.filter(state=State.SENT, fetched_at__isnull=True)
    else:
        rows = rows.filter(fetched_in=run, fetched_at__gt=actor.at - PRINT_AGAIN)
    return rows.order_by("queued_at", "pk")


def runs(actor: Actor) -> QuerySet[Message, Any]:
    """Files made for the printer within the last days, the newest first: `run`, `at`, `count`."""
    rows = visible(actor, Permission.OUTBOX_PRINT, Message.objects.filter(fetched_in__isnull=False))
    rows = rows.filter(fetched_at__gt=actor.at - PRINT_AGAIN)
    return rows.values("fetched_in").annotate(at=Max("fetched_at"), count=Count("pk")).order_by("-at")


def to_keep(at: datetime) -> QuerySet[Message, Any]:
    """The letters whose files are needed still: for the sweep, which looks at no file's content."""
    kept = Message.objects.filter(channel=Channel.LETTER).exclude(state=State.DROPPED)
    return kept.exclude(fetched_at__lte=at - PRINT_AGAIN).values_list("pk", flat=True)


def when_written(
    scope: Scope, recipients: Collection[UUID], templates: Collection[str]
) -> dict[UUID, list[datetime]]:
    """When these were written to with these templates in a scope: for actions that ask `why_not_remind`."""
    rows = Message.objects.filter(scope=scope, recipient__in=recipients, template__in=templates)
    found: dict[UUID, list[datetime]] = {}
    for recipient, at in rows.exclude(state=State.DROPPED).values_list("recipient", "queued_at"):
        found.setdefault(recipient, []).append(at)
    return found
