"""Reads of messages. Delivery, never content: there is none."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Max, Q, QuerySet, When
from django.db.models.functions import Coalesce

from alongside.core.access.actor import Actor
from alongside.core.access.models import Scope
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import holds_anywhere, visible
from alongside.core.kit.refusal import NotVisible
from alongside.core.outbox.kinds import Channel, State
from alongside.core.outbox.models import Message


@dataclass(frozen=True)
class Tally:
    """How many messages are alike in how they fare."""

    template: str
    channel: str
    state: str
    failure: str
    is_out: bool
    count: int


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


# Out of the house: as far as anybody knows, it has arrived or will.
GONE = Q(state__in=(State.SENT, State.UNSURE)) & (~Q(channel=Channel.LETTER) | Q(fetched_at__isnull=False))
# Queued, and perhaps typeset already, but not out of the house yet.
UNDER_WAY = Q(state__in=(State.WAITING, State.HANDING)) | Q(
    state=State.SENT, channel=Channel.LETTER, fetched_at__isnull=True
)
WENT_AT = Coalesce("fetched_at", "settled_at", "queued_at")


def written(recipient: Any, templates: Collection[str]) -> QuerySet[Message]:
    """What was written to one recipient with these templates: for actions and queries of the floors above.

    The recipient may be a column of an outer query. The scope is not asked for: thousands share one, and a
    database that begins there reads all of them for each recipient.
    """
    return Message.objects.filter(recipient=recipient, template__in=templates).order_by()


def failed(templates: Collection[str]) -> QuerySet[Message]:
    """What did not arrive, of these templates."""
    return Message.objects.filter(state=State.FAILED, template__in=templates).order_by()


def how_often(scope: Scope, template: str) -> dict[UUID, int]:
    """How many messages of a template each recipient has had in a scope, dropped ones too: for fresh keys."""
    rows = Message.objects.filter(scope=scope, template=template).order_by()
    return dict(rows.values_list("recipient").annotate(n=Count("pk")))


def tally(actor: Actor, scope: Scope, templates: Collection[str]) -> list[Tally]:
    """How the messages of some templates in a scope fare, of those that `actor` may see."""
    rows = visible(actor, Permission.OUTBOX_VIEW, Message.objects.filter(scope=scope, template__in=templates))
    is_out = Case(When(GONE, then=True), default=False)
    keys = ("template", "channel", "state", "failure", "is_out")
    counted = rows.annotate(is_out=is_out).order_by().values_list(*keys).annotate(n=Count("pk"))
    return [Tally(*each) for each in counted]


def to_one(actor: Actor, recipient: UUID, templates: Collection[str]) -> QuerySet[Message]:
    """What was written to one recipient, the newest first, as far as `actor` may see it."""
    rows = visible(actor, Permission.OUTBOX_VIEW, written(recipient, templates))
    return rows.order_by("-queued_at", "pk")
