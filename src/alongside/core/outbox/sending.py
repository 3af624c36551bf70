"""Sending what is due. Whoever is killed at any point has sent each message once, or has not sent it yet.

A worker takes a message by writing its token into it, and only while that token stands may it go on. Before
anything leaves the house, `handing over` is committed; a message found there later was cut off, and its
carrier is asked what became of it: one that keeps files looks, and the message is settled; one that can't
know leaves it as `perhaps sent`, for a person to decide. It is never sent again blindly.

Taking a message is no deed, as no lease is; what a try comes to is kept by an action.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error as DatabaseTrouble
from django.db.models import Q, QuerySet

from alongside.core.access import actor as actors
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside.core.kit.ids import new_id
from alongside.core.kit.refusal import Refused
from alongside.core.outbox import actions, rules
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import AddressBook, Carrier, Outcome, Parcel, Renderer
from alongside.core.outbox.rules import End

log = logging.getLogger(__name__)

# Longer than any hand-over may take: see the time-outs of the carriers.
LEASE = timedelta(minutes=5)
LOOK_AT = 20


@dataclass(frozen=True)
class Post:
    """What is needed to send: who is who, what templates say, and a carrier for each channel that has one."""

    book: AddressBook
    renderer: Renderer
    carriers: Mapping[Channel, Carrier]


def due(actor: Actor, channels: Collection[Channel]) -> QuerySet[Message]:
    """What is to be sent now, and what was cut off, the oldest first; nothing that another worker holds."""
    wanted = Q(state=State.WAITING, due_at__lte=actor.at) | Q(state=State.HANDING)
    rows = Message.objects.filter(wanted, _free(actor.at), channel__in=channels)
    return visible(actor, Permission.OUTBOX_SEND, rows).order_by("due_at", "pk")


def _free(at: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lte=at)


def take(actor: Actor, channels: Collection[Channel]) -> Message | None:
    """Take one message that is due; of any number of workers that want it, one gets it."""
    while found := list(due(actor, channels).values_list("pk", "state")[:LOOK_AT]):
        for pk, state in found:
            token = new_id()
            mine = Message.objects.filter(_free(actor.at), pk=pk, state=state)
            if mine.update(lease=token, leased_until=actor.at + LEASE):
                message = Message.objects.get(pk=pk)
                return message if message.lease == token else None
    return None


def send_next(post: Post, *, by: Actor) -> bool:
    """Send one message, or settle one that was cut off; False where nothing is due."""
    message = take(by, list(post.carriers))
    if message is None:
        return False
    carrier = post.carriers[Channel(message.channel)]
    if message.state == State.HANDING:
        _settle_cut_off(message, carrier, by=by)
        return True
    written = _write(message, post, by=by)
    if isinstance(written, Outcome):
        _keep(message, written, by=by)
    elif _begin(message):
        _keep(message, _hand_over(written, carrier), by=by)
    return True


def send_due(post: Post, *, now: Callable[[], datetime], stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, one message after the other, until nothing is or `stop()` says so."""
    count = 0
    while not stop() and send_next(post, by=actors.worker(now())):
        count += 1
    return count


def _write(message: Message, post: Post, *, by: Actor) -> Parcel | Outcome:
    """The parcel; where there is none to make, what becomes of the message instead."""
    try:
        address = post.book.address(message.recipient, by=by)
        if address is None:
            return Outcome(End.NOT_NEEDED)
        channel = Channel(message.channel)
        if not rules.can_be_reached(channel, email=address.email, lines=address.lines):
            return Outcome(End.REFUSED, Failure.NO_ADDRESS)
        words = post.renderer.render(message, address, by=by)
    except DatabaseTrouble:
        raise
    except Exception as fault:  # noqa: BLE001 - one template's fault must not stop the others' messages
        # The fault's own text could hold a name: its kind is all that is told.
        log.error("message %s: %s failed with %s", message.pk, message.template, type(fault).__name__)  # noqa: TRY400
        return Outcome(End.PUT_OFF, Failure.FAULT)
    if words is None:
        return Outcome(End.NOT_NEEDED)
    return Parcel(message.pk, message.turn, address, words, by.at)


def _begin(message: Message) -> bool:
    """Commit that the message is being handed over; False where the lease is gone."""
    mine = Message.objects.filter(pk=message.pk, lease=message.lease, state=State.WAITING)
    return bool(mine.update(state=State.HANDING))


def _hand_over(parcel: Parcel, carrier: Carrier) -> Outcome:
    """What the carrier says; where it fails instead, what it finds when it looks."""
    try:
        return carrier.hand_over(parcel)
    except Exception as fault:  # noqa: BLE001 - one parcel's fault must not stop the others
        log.error("message %s: its carrier failed with %s", parcel.message, type(fault).__name__)  # noqa: TRY400
        taken = carrier.was_taken(parcel.message, parcel.turn)
    if taken is False:
        return Outcome(End.PUT_OFF, Failure.FAULT)
    return Outcome(End.TAKEN if taken else End.UNKNOWN)


def _settle_cut_off(message: Message, carrier: Carrier, *, by: Actor) -> None:
    taken = carrier.was_taken(message.pk, message.turn)
    if taken is False:
        _settle(message, rules.Step(State.WAITING, message.tries, due=by.at), by=by)
    else:
        _keep(message, Outcome(End.TAKEN if taken else End.UNKNOWN), by=by)


def _keep(message: Message, outcome: Outcome, *, by: Actor) -> None:
    _settle(message, rules.after(outcome.end, outcome.failure, tries=message.tries, at=by.at), by=by)


def _settle(message: Message, step: rules.Step, *, by: Actor) -> None:
    try:
        actions.settle(message, by=by, state=step.state, tries=step.tries, failure=step.failure, due=step.due)
    except Refused:
        log.warning("message %s: another worker has taken it over", message.pk)
