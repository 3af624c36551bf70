"""A post for tests: an address book and templates of their own, and messages to send."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

from alongside.core.access import actor as actors
from alongside.core.access.models import Installation
from alongside.core.outbox import actions
from alongside.core.outbox.carriers import EmailFiles, LetterFiles
from alongside.core.outbox.kinds import Channel
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address, Words
from alongside.core.outbox.sending import Post

# What must never be found in the database.
NAME, EMAIL, STREET, SAID = (
    "Kanarifugl Nordmann",
    "kanari.fugl@example.org",
    "Kanariveien 77",
    "Kanari sang her",
)
PEOPLE = UUID("5f0e6a4e-0f4f-4f0b-9d4e-1f6f0d2f7a10")


def somebody(number: int) -> UUID:
    return uuid5(PEOPLE, str(number))


@dataclass
class Book:
    """Everybody can be reached, unless `known` says how."""

    known: dict[UUID, Address | None] = field(default_factory=dict)

    def address(self, recipient, *, by):
        return self.known.get(recipient, Address(NAME, EMAIL, (NAME, STREET, "2600 Fjellvik"), "en"))


class Template:
    """Says the same to everybody."""

    def render(self, message, address, *, by):
        return Words(
            language=address.language or "en",
            sender=("Fjellvik municipality",),
            subject="A message for you",
            paragraphs=(f"{SAID}, {address.name}.",),
        )


def files(folder: Path, book=None, template=None) -> Post:
    """A post that keeps everything as files."""
    carriers = {
        Channel.EMAIL: EmailFiles(folder / "mail"),
        Channel.LETTER: LetterFiles(folder / "letters"),
    }
    return Post(book or Book(), template or Template(), carriers)


def queue(at, *, number=1, channel=Channel.EMAIL, key=None, **more) -> Message:
    """Queue one in the installation's scope."""
    return actions.queue(
        by=actors.operator(at),
        scope=more.pop("scope", None) or Installation.objects.get().scope,
        recipient=more.pop("recipient", somebody(number)),
        channel=channel,
        template=more.pop("template", "test"),
        key=key or f"test:{channel.name.lower()}:{number}",
        **more,
    )
