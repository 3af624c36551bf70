"""When a message goes, and when it must not: values in, values or reasons out."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from alongside.core.kit.refusal import Reason
from alongside.core.outbox.kinds import Channel, Failure, State

# How long to wait after each try that was put off; after the last one it is given up.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
# What makes a telephone sound is kept back at night, by the clock where the installation stands.
SOUNDS = frozenset({Channel.EMAIL})
NIGHT_BEGINS, NIGHT_ENDS = time(21), time(7)
MOST_REMINDERS = 3
BETWEEN_REMINDERS = timedelta(days=5)

_KEY = re.compile(r"[a-z0-9][a-z0-9:_-]{2,199}")
_TEMPLATE = re.compile(r"[a-z][a-z0-9-]{1,59}")


class End(Enum):
    """What a try came to. `UNKNOWN`: it may have arrived; only a person can find out."""

    TAKEN = "taken"
    NOT_NEEDED = "not needed any more"
    PUT_OFF = "put off"
    REFUSED = "refused for good"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Step:
    """Where a message stands after a try."""

    state: State
    tries: int
    failure: Failure | None = None
    due: datetime | None = None


def after(end: End, failure: Failure | None, *, tries: int, at: datetime) -> Step:
    """What follows from a try at `at`, when `tries` had been put off before it."""
    if end is End.PUT_OFF:
        due = next_try(tries + 1, at)
        state = State.WAITING if due else State.FAILED
        return Step(state, tries + 1, failure or Failure.UNREACHABLE, due)
    if end is End.REFUSED:
        return Step(State.FAILED, tries, failure or Failure.REFUSED)
    states = {End.TAKEN: State.SENT, End.NOT_NEEDED: State.DROPPED, End.UNKNOWN: State.UNSURE}
    return Step(states[end], tries)


def next_try(put_off: int, at: datetime) -> datetime | None:
    """When to try again after having been put off so many times; None when it is given up."""
    return at + WAITS[put_off - 1] if put_off <= len(WAITS) else None


def after_night(local: datetime) -> datetime:
    """The first moment from `local` on at which nobody is woken. Takes and gives the local wall clock."""
    if NIGHT_ENDS <= local.time() < NIGHT_BEGINS:
        return local
    day = local if local.time() < NIGHT_ENDS else local + timedelta(days=1)
    return day.replace(hour=NIGHT_ENDS.hour, minute=0, second=0, microsecond=0)


def can_be_reached(channel: Channel, *, email: str, lines: Collection[str]) -> bool:
    """Whether what is known of somebody is enough for this channel."""
    if channel is Channel.LETTER:
        return any(line.strip() for line in lines)
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def ids_only(about: Mapping[str, int | UUID]) -> dict[str, int | str]:
    """`about` as it is kept. Anything but an id is a fault of the program: TypeError."""
    kept: dict[str, int | str] = {}
    for key, value in about.items():
        if isinstance(value, bool) or not isinstance(value, int | UUID):
            raise TypeError(f"a message keeps ids only; {key} is of type {type(value).__name__}")
        kept[key] = str(value) if isinstance(value, UUID) else value
    return kept


def check_names(*, template: str, key: str) -> None:
    """Anything but small letters, digits and marks could be what must not be kept: ValueError."""
    if not _TEMPLATE.fullmatch(template):
        raise ValueError("the name of a template has small letters, digits and hyphens")
    if not _KEY.fullmatch(key):
        raise ValueError("the key of a message has small letters, digits, colons and hyphens")


def why_not_remind(written: Collection[datetime], at: datetime) -> list[Reason]:
    """Why somebody who was written to at these times, the first being no reminder, is not reminded now."""
    if len(written) > MOST_REMINDERS:
        return [
            Reason("reminded-enough", _("Nobody is reminded more than three times. Ring, or leave it be."))
        ]
    if written and at < max(written) + BETWEEN_REMINDERS:
        return [
            Reason("reminded-lately", _("The last message is less than five days old. Wait a little longer."))
        ]
    return []


def why_not_retry(*, state: str, channel: str, held: bool, fetched: bool) -> list[Reason]:
    """Why a message can't be sent (again) now. `held`: a worker has it in hand.

    A letter that nobody has printed may be written anew; an e-mail that went out does not go twice.
    """
    if held or state == State.HANDING:
        return [Reason("in-hand", _("It is being sent this very moment. Look again in a minute."))]
    if state == State.DROPPED:
        return [Reason("dropped", _("It was dropped. What it told of may not be so any more."))]
    if fetched:
        return [Reason("fetched", _("It went to the printer. Make that file once more instead."))]
    if state == State.SENT and channel != Channel.LETTER:
        return [Reason("sent", _("It has been sent. Nobody gets the same message twice."))]
    return []


def why_not_drop(*, state: str, held: bool, fetched: bool, channel: str) -> list[Reason]:
    """Why a message can't be dropped."""
    if held or state == State.HANDING:
        return [Reason("in-hand", _("It is being sent this very moment. Look again in a minute."))]
    if state == State.DROPPED:
        return [Reason("dropped", _("It has been dropped already."))]
    if state == State.SENT and (fetched or channel != Channel.LETTER):
        return [Reason("sent", _("It has been sent; it can't be taken back."))]
    return []


def why_not_arrived(*, state: str) -> list[Reason]:
    """Why nobody needs to say that a message has arrived."""
    if state != State.UNSURE:
        return [Reason("not-unsure", _("Only of a message that was perhaps sent can you say that."))]
    return []


def why_not_bounce(*, state: str, channel: str, fetched: bool) -> list[Reason]:
    """Why a message can't have come back."""
    printed = channel != Channel.LETTER or fetched
    if state not in {State.SENT, State.UNSURE} or not printed:
        return [Reason("not-sent", _("What has not been sent can't come back."))]
    return []


def why_not_fetch(*, state: str, channel: str, fetched: bool) -> list[Reason]:
    """Why a letter does not go into a file for the printer."""
    if channel != Channel.LETTER or state != State.SENT:
        return [Reason("no-letter", _("There is no letter to print."))]
    if fetched:
        return [Reason("fetched", _("This letter is in another file already. Look at the list again."))]
    return []
