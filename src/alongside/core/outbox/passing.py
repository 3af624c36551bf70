"""What passes between the outbox and the floors above: who is written to, what is said, who carries it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from alongside.core.access.actor import Actor
from alongside.core.outbox.kinds import Failure
from alongside.core.outbox.models import Message
from alongside.core.outbox.rules import End


@dataclass(frozen=True)
class Address:
    """How somebody can be reached; what is not known is empty. `lines` are an envelope's, the name first."""

    name: str = ""
    email: str = ""
    lines: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Words:
    """What a template says, in one language, as plain text.

    The subject and the first paragraph are what a locked screen shows: no topic, nobody's name. `link` is
    where a page can be opened: a letter prints `link_shown` beside a square code of it, and `code` in large
    groups.
    """

    language: str
    sender: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]
    link: str = ""
    link_shown: str = ""
    link_words: str = ""
    code: str = ""
    code_words: str = ""
    ending: tuple[str, ...] = ()


class AddressBook(Protocol):
    def address(self, recipient: UUID, *, by: Actor) -> Address | None:
        """How to reach somebody; None where she is not there any more."""


class Renderer(Protocol):
    def render(self, message: Message, address: Address, *, by: Actor) -> Words | None:
        """What the message says now; None where it is not needed any more."""


@dataclass(frozen=True)
class Parcel:
    """One message, ready to go. The id and the turn name it: nothing else may be kept once it has gone."""

    message: UUID
    turn: int
    address: Address
    words: Words
    at: datetime

    @property
    def name(self) -> str:
        return parcel_name(self.message, self.turn)


def parcel_name(message: UUID, turn: int) -> str:
    return f"{message}-{turn}" if turn > 1 else f"{message}"


@dataclass(frozen=True)
class Outcome:
    end: End
    failure: Failure | None = None


class Carrier(Protocol):
    """Takes parcels out of the house. Handing the same parcel over twice must show no more than once, or
    `was_taken` must answer None, so that nobody hands it over twice.
    """

    def hand_over(self, parcel: Parcel) -> Outcome: ...

    def was_taken(self, message: UUID, turn: int) -> bool | None:
        """Whether a hand-over that was cut off got through; None where that can't be known."""
