"""Carriers that keep what they carry as files of the data folder, where it can be looked whether they did."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from pathlib import Path
from uuid import UUID

from typst import TypstError

from alongside.core.outbox import folders, letters
from alongside.core.outbox.kinds import Failure
from alongside.core.outbox.letters import Letter
from alongside.core.outbox.passing import Outcome, Parcel, parcel_name
from alongside.core.outbox.rules import End


def email_of(parcel: Parcel, sender: str) -> EmailMessage:
    """The e-mail, as plain text. Its Message-ID is the message's own, however often it is tried."""
    words = parcel.words
    mail = EmailMessage(policy=WIRE)
    mail["From"] = sender
    mail["To"] = on_the_wire(parcel.address.email)
    mail["Subject"] = " ".join(words.subject.split())
    mail["Date"] = format_datetime(parcel.at)
    mail["Message-ID"] = f"<{parcel.message}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    way_in = [words.link_words, words.link, f"{words.code_words} {words.code}" if words.code else ""]
    parts = [*words.paragraphs, "\n".join(filter(None, way_in)), *words.ending, "\n".join(words.sender)]
    mail.set_content("\n\n".join(part for part in parts if part) + "\n", cte="quoted-printable")
    mail["Content-Language"] = words.language  # setting the content takes away every header about it
    return mail


def on_the_wire(address: str) -> str:
    """An address as mail servers write it: a domain with other than ASCII letters by its IDNA name."""
    local, _, domain = address.strip().rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


@dataclass(frozen=True)
class EmailFiles:
    """For the demonstration: each e-mail becomes a file, and nothing reaches anybody."""

    folder: Path
    sender: str = "Alongside <alongside@localhost>"

    def hand_over(self, parcel: Parcel) -> Outcome:
        try:
            folders.place(self.folder, f"{parcel.name}.eml", email_of(parcel, self.sender).as_bytes())
        except OSError:
            return Outcome(End.PUT_OFF, Failure.UNREACHABLE)
        return Outcome(End.TAKEN)

    def was_taken(self, message: UUID, turn: int) -> bool:
        return (self.folder / f"{parcel_name(message, turn)}.eml").exists()


@dataclass(frozen=True)
class LetterFiles:
    """Each letter is typeset and kept, for its owner alone, until it has been fetched for the printer.

    Beside the PDF lies what it says: many letters become one file for the printer out of that, by one
    compilation. The PDF is placed last, so it is what shows that a letter is whole.
    """

    folder: Path

    def hand_over(self, parcel: Parcel) -> Outcome:
        letter = letters.letter_of(parcel)
        try:
            pdf = letters.typeset([letter], title=letter.headline, at=parcel.at)
        except TypstError:  # its text could hold a name
            return Outcome(End.REFUSED, Failure.UNPRINTABLE)
        said = json.dumps(letter.as_data(), ensure_ascii=False).encode()
        try:
            folders.place(self.folder, f"{parcel.name}.json", said)
            folders.place(self.folder, f"{parcel.name}.pdf", pdf)
        except OSError:
            return Outcome(End.PUT_OFF, Failure.UNREACHABLE)
        return Outcome(End.TAKEN)

    def was_taken(self, message: UUID, turn: int) -> bool:
        return (self.folder / f"{parcel_name(message, turn)}.pdf").exists()

    def letter(self, message: UUID, turn: int) -> Letter | None:
        """A letter as it was written; None where its file is gone or lies on another machine."""
        try:
            return Letter(**json.loads((self.folder / f"{parcel_name(message, turn)}.json").read_bytes()))
        except (FileNotFoundError, TypeError, ValueError):  # gone, or written by an older version
            return None

    def sweep(self, keep: Collection[UUID], *, before: datetime) -> int:
        """Take the files of letters away that nobody needs any more."""
        return folders.sweep(self.folder, before=before, keep=keep)


def for_the_printer(written: Iterable[Letter], *, title: str, at: datetime, both_sides: bool) -> bytes:
    """Many letters as one file, each beginning on a sheet of its own."""
    return letters.typeset(list(written), title=title, at=at, both_sides=both_sides)
