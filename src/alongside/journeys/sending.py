"""Sending: who is who comes from people, what is said from wordings, who carries it from the settings.

The worker's rounds only look whether something is due. It is sent beside them, in a thread with a connection
of its own, because a mail server may take its time while the audit is sealed within a second.
"""

import logging
import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connections
from django.utils import translation

from alongside.commons.people import identity
from alongside.core.access.actor import Actor
from alongside.core.kit.refusal import NotVisible
from alongside.core.outbox import folders, queries, sending, smtp
from alongside.core.outbox.carriers import EmailFiles, LetterFiles
from alongside.core.outbox.kinds import Channel
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address, Carrier, Words
from alongside.core.outbox.sending import Post
from alongside.journeys.wordings import TEMPLATES, Occasion

log = logging.getLogger(__name__)

# How long the worker, told to end, waits for the message that is being handed over.
TIME_TO_FINISH = 2.0
# What lies aside longer than this belongs to nobody any more.
LEFT_ASIDE = timedelta(hours=1)


class Book:
    """The address book: people's own cards."""

    def address(self, recipient: UUID, *, by: Actor) -> Address | None:
        return identity.address_of(by, recipient)


class Wordings:
    """Asks the template, in the recipient's language where it is one of the installation's."""

    def render(self, message: Message, address: Address, *, by: Actor) -> Words | None:
        spoken = address.language in dict(settings.LANGUAGES)
        language = address.language if spoken else settings.LANGUAGE_CODE
        with translation.override(language):
            return TEMPLATES[message.template].write(Occasion(message, address, language, by))


def letter_files() -> LetterFiles:
    """The letters that wait for the printer."""
    return LetterFiles(Path(settings.DATA_FOLDER) / "letters")


def carriers() -> dict[Channel, Carrier]:
    """E-mail goes by the mail server that is set; in the demonstration into files; else it waits."""
    found: dict[Channel, Carrier] = {Channel.LETTER: letter_files()}
    if settings.DEMO:
        found[Channel.EMAIL] = EmailFiles(Path(settings.DATA_FOLDER) / "mail")
    elif server := _server(settings.SMTP_URL, settings.MAIL_FROM):
        found[Channel.EMAIL] = server
    return found


@cache
def _server(url: str, sender: str) -> smtp.Smtp | None:
    """The mail server, None where none is set or the setting can't be read; asked once, so said once."""
    try:
        return smtp.from_url(url, sender) if url else None
    except smtp.UnreadableError:
        log.error("the mail server's settings can't be read, so e-mails wait: see `alongside check`")  # noqa: TRY400
        return None


def post() -> Post:
    return Post(Book(), Wordings(), carriers())


def send_due(*, now: Callable[[], datetime], stop: Callable[[], bool] = lambda: False) -> int:
    """Send everything that is due; returns how many messages were looked at."""
    return sending.send_due(post(), now=now, stop=stop)


def not_needed(messages: Collection[Message], at: datetime) -> set[UUID]:
    """Of these messages, those that have become pointless since they were written."""
    found: set[UUID] = set()
    for name, template in TEMPLATES.items():
        alike = [message for message in messages if message.template == name]
        found |= template.not_needed(alike, at) if alike else set()
    return found


def sweep(at: datetime) -> int:
    """Files of letters that nobody can ask for any more, and what a killed worker left aside."""
    kept = set(queries.to_keep(at))
    before = at - LEFT_ASIDE
    return letter_files().sweep(kept, before=before) + folders.sweep(
        Path(settings.DATA_FOLDER) / "mail", before=before
    )


class Beside:
    """The one thread that sends while the rounds go on."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._told = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self, by: Actor) -> None:
        """Begin to send where something is due and nothing is being sent."""
        if self._thread and self._thread.is_alive():
            return
        if sending.due(by, list(carriers())).exists():
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        try:
            send_due(now=self._now, stop=self._told.is_set)
        except (DatabaseTrouble, NotVisible) as trouble:
            # The trouble's own text could hold values of a row: its kind is all that is told.
            log.warning("sending stopped (%s); the next round begins again", type(trouble).__name__)
        finally:
            connections.close_all()

    def drop(self) -> None:
        """The worker ends: what is being handed over may finish, nothing more is begun."""
        self._told.set()
        if self._thread:
            self._thread.join(TIME_TO_FINISH)
