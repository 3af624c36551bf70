"""Writes of messages. A message is queued inside the action that it tells of: both are there, or neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from alongside.core.access.actor import Actor
from alongside.core.access.models import Scope
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.kit.refusal import Reason, Refused
from alongside.core.outbox import rules
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message

About = Mapping[str, int | UUID]
BATCH = 1000

_FREE: dict[str, None] = {"lease": None, "leased_until": None}


def queue(
    *,
    by: Actor,
    scope: Scope,
    recipient: UUID,
    channel: Channel,
    template: str,
    key: str,
    about: About | None = None,
    not_before: datetime | None = None,
    at_night: bool = False,
) -> Message:
    """Queue a message from inside an action, in its transaction; the same `key` again gives the one there is.

    The action that calls this has asked for the permission and leaves the audit row; a second call with the
    same key is acknowledged by that row. `about` holds ids and nothing else. What makes a telephone sound
    waits for the morning unless `at_night` is said.
    """
    told = _row(template, by, not_before, ToQueue(recipient, channel, key, about or {}), at_night=at_night)
    message, new = Message.objects.get_or_create(key=key, defaults={"scope": scope, **told})
    if not new and (message.recipient, message.template) != (recipient, template):
        raise ValueError("this key belongs to another message")
    return message


@dataclass(frozen=True)
class ToQueue:
    """One of many messages that say the same to different people."""

    recipient: UUID
    channel: Channel
    key: str
    about: About = field(default_factory=dict)


def queue_many(
    messages: Sequence[ToQueue],
    *,
    by: Actor,
    scope: Scope,
    template: str,
    not_before: datetime | None = None,
    at_night: bool = False,
) -> int:
    """The same for many at once, in a few writes; returns how many are new. A key that is there stays as it is."""
    count = 0
    for first in range(0, len(messages), BATCH):
        rows = [
            Message(scope=scope, **_row(template, by, not_before, each, at_night=at_night))
            for each in messages[first : first + BATCH]
        ]
        Message.objects.bulk_create(rows, ignore_conflicts=True)
        count += Message.objects.filter(pk__in=[row.pk for row in rows]).count()
    return count


def _row(
    template: str, by: Actor, not_before: datetime | None, each: ToQueue, *, at_night: bool
) -> dict[str, Any]:
    rules.check_names(template=template, key=each.key)
    due = not_before or by.at
    if each.channel in rules.SOUNDS and not at_night:
        due = rules.after_night(timezone.localtime(due))
    return {
        "recipient": each.recipient,
        "channel": each.channel,
        "template": template,
        "about": rules.ids_only(each.about),
        "key": each.key,
        "queued_at": by.at,
        "due_at": due,
    }


@action(Permission.OUTBOX_SEND)
def settle(
    message: Message,
    *,
    by: Actor,
    state: State,
    tries: int,
    failure: Failure | None = None,
    due: datetime | None = None,
) -> Message:
    """What a try came to, kept under the lease that `message` carries; without the lease nothing changes."""
    changed = Message.objects.filter(pk=message.pk, lease=message.lease).update(
        state=state,
        tries=tries,
        failure=failure or "",
        due_at=due or message.due_at,
        settled_at=None if state == State.WAITING else by.at,
        **_FREE,
    )
    if not changed:
        raise Refused(Reason("lease-lost", _("Another worker has taken this message over.")))
    return message


@action(Permission.OUTBOX_RETRY)
def note_bounce(message: Message, *, by: Actor) -> Message:
    """A message that had gone out came back: it has not arrived. Saying so twice changes nothing."""
    message = _held(message)
    if message.failure == Failure.BOUNCED:
        return message
    _refuse(
        rules.why_not_bounce(
            state=message.state, channel=message.channel, fetched=message.fetched_at is not None
        )
    )
    return _save(message, state=State.FAILED, failure=Failure.BOUNCED, settled_at=by.at)


@action(Permission.OUTBOX_RETRY)
def retry(message: Message, *, by: Actor) -> Message:
    """Have it sent now. What had gone out and come back, or was never printed, goes as one more turn."""
    message = _held(message)
    _refuse(
        rules.why_not_retry(
            state=message.state,
            channel=message.channel,
            held=_in_hand(message, by),
            fetched=message.fetched_at is not None,
        )
    )
    had_gone_out = message.state == State.SENT or message.failure == Failure.BOUNCED
    return _save(
        message,
        state=State.WAITING,
        failure="",
        tries=0,
        turn=message.turn + had_gone_out,
        due_at=by.at,
        settled_at=None,
        **_FREE,
    )


@action(Permission.OUTBOX_RETRY)
def drop(message: Message, *, by: Actor) -> Message:
    """It is not sent any more."""
    message = _held(message)
    _refuse(
        rules.why_not_drop(
            state=message.state,
            channel=message.channel,
            held=_in_hand(message, by),
            fetched=message.fetched_at is not None,
        )
    )
    return _save(message, state=State.DROPPED, settled_at=by.at, **_FREE)


@action(Permission.OUTBOX_RETRY)
def note_arrival(message: Message, *, by: Actor) -> Message:
    """Somebody found out that a message which was perhaps sent has arrived."""
    message = _held(message)
    _refuse(rules.why_not_arrived(state=message.state))
    return _save(message, state=State.SENT, failure="", settled_at=by.at)


@action(Permission.OUTBOX_PRINT)
def fetch(message: Message, *, by: Actor, run: UUID) -> Message:
    """A letter goes to the printer, in the file `run`; it goes there once."""
    message = _held(message)
    _refuse(
        rules.why_not_fetch(
            state=message.state, channel=message.channel, fetched=message.fetched_at is not None
        )
    )
    return _save(message, fetched_at=by.at, fetched_in=run)


def _held(message: Message) -> Message:
    return Message.objects.select_for_update().get(pk=message.pk)


def _in_hand(message: Message, by: Actor) -> bool:
    return message.leased_until is not None and message.leased_until > by.at


def _save(message: Message, **values: object) -> Message:
    for name, value in values.items():
        setattr(message, name, value)
    message.save(update_fields=list(values))
    return message


def _refuse(reasons: list[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
