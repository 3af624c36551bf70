"""One file for the printer out of the letters that wait; a lost file can be made again."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alongside.core.access import audit
from alongside.core.access.actor import Actor
from alongside.core.kit.ids import new_id
from alongside.core.kit.refusal import Reason, Refused
from alongside.core.outbox import actions, queries
from alongside.core.outbox.carriers import LetterFiles, for_the_printer
from alongside.core.outbox.letters import Letter
from alongside.core.outbox.models import Message

# So many letters take some seconds to typeset; what is left goes into the next file.
AT_MOST = 500


# Of some messages, those that are not needed any more.
Spent = Callable[[Collection[Message], datetime], Collection[UUID]]


def _none(_messages: Collection[Message], _at: datetime) -> Collection[UUID]:
    return ()


@dataclass(frozen=True)
class Printed:
    """A file for the printer, how many letters are in it, and how many could not be found."""

    pdf: bytes
    count: int
    missing: int


def print_letters(
    by: Actor, files: LetterFiles, *, both_sides: bool, run: UUID | None = None, spent: Spent = _none
) -> Printed:
    """The letters that wait as one file, marked as fetched; with `run`, the same file once more.

    Typeset first, marked afterwards: a fault leaves them waiting. Whoever presses at the same moment is
    refused, so that no letter is printed twice. Those that `spent` names are dropped instead of printed:
    between writing and printing lie days, in which somebody may have answered.
    """
    found: list[tuple[Message, Letter]] = []
    missing = 0
    for message in _wanted(by, run, spent):
        letter = files.letter(message.pk, message.turn)
        if letter is None:
            missing += 1
        else:
            found.append((message, letter))
    if not found:
        raise Refused(_nothing(missing))
    written = [letter for _message, letter in found]
    pdf = for_the_printer(written, title=_("Letters"), at=by.at, both_sides=both_sides)
    with transaction.atomic():
        into = new_id()
        for message, _letter in found:
            if run is None:
                actions.fetch(message, by=by, run=into)
            else:
                audit.seen(by, "outbox.fetch_again", message)
    return Printed(pdf, len(found), missing)


def _wanted(by: Actor, run: UUID | None, spent: Spent) -> list[Message]:
    waiting = list(queries.letters(by, run=run)[:AT_MOST])
    if run is not None:
        return waiting
    over = spent(waiting, by.at)
    for message in waiting:
        if message.pk in over:
            actions.drop(message, by=by)
    return [message for message in waiting if message.pk not in over]


def _nothing(missing: int) -> Reason:
    if missing:
        return Reason(
            "gone", _("The files of these letters are not on this machine. Have them written once more.")
        )
    return Reason("none", _("There is no letter to print now."))
