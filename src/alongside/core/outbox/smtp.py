"""E-mail by SMTP. What the server says is heard step by step, since a step decides what a silence means.

Before the message's text has gone, a silence means that nothing was sent. After it, nobody can know.
"""

import smtplib
import ssl
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit
from uuid import UUID

from alongside.core.outbox.carriers import email_of, on_the_wire
from alongside.core.outbox.kinds import Failure
from alongside.core.outbox.passing import Outcome, Parcel
from alongside.core.outbox.rules import End

# Well within the lease, even where every step takes its time.
TIMEOUT = 20.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class UnreadableError(ValueError):
    """The setting can't be read; its text holds a password, so it is not repeated."""


@dataclass(frozen=True)
class Smtp:
    """One connection a message: whoever is killed leaves none that somebody else would go on with."""

    host: str
    port: int
    sender: str
    security: str = "smtp"
    user: str = ""
    password: str = ""
    timeout: float = TIMEOUT

    def hand_over(self, parcel: Parcel) -> Outcome:
        mail, to = email_of(parcel, self.sender), on_the_wire(parcel.address.email)
        said = _Said()
        try:
            with self.connect() as server:
                return _deliver(server, parseaddr(self.sender)[1], to, mail.as_bytes(), said)
        except (OSError, smtplib.SMTPException):
            if said.outcome:  # taken or refused already: that the good-bye failed changes nothing
                return said.outcome
            return Outcome(End.UNKNOWN) if said.text_sent else Outcome(End.PUT_OFF, Failure.UNREACHABLE)

    def was_taken(self, message: UUID, turn: int) -> None:
        """A mail server is not asked what it took before."""

    def connect(self) -> smtplib.SMTP:
        """A server that has heard who we are. Raises OSError or SMTPException."""
        context = ssl.create_default_context()
        if self.security == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "smtp+starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server


@dataclass
class _Said:
    """How far a conversation has come."""

    text_sent: bool = False
    outcome: Outcome | None = None


def _deliver(server: smtplib.SMTP, sender: str, to: str, content: bytes, said: _Said) -> Outcome:
    code, _answer = server.mail(sender)
    if code != 250:  # it does not take us, rather than the recipient: that is for the administrator to mend
        return Outcome(End.PUT_OFF, Failure.UNREACHABLE)
    code, _answer = server.rcpt(to)
    if code not in {250, 251}:
        return _no(code)
    code, _answer = server.docmd("DATA")
    if code != 354:
        return _no(code)
    said.text_sent = True
    server.send(_quoted(content))
    code, _answer = server.getreply()
    said.outcome = Outcome(End.TAKEN) if code == 250 else _no(code)
    return said.outcome


def _no(code: int) -> Outcome:
    """5xx is for good; anything else is tried again."""
    if 500 <= code < 600:
        return Outcome(End.REFUSED, Failure.REFUSED)
    return Outcome(End.PUT_OFF, Failure.UNREACHABLE)


def _quoted(content: bytes) -> bytes:
    """A message's text as SMTP sends it: a line that begins with a dot gets one more, a dot alone ends it."""
    lines = content.replace(b"\r\n.", b"\r\n..")
    return lines + (b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n")


def from_url(url: str, sender: str) -> Smtp:
    """`smtp://`, `smtp+starttls://` or `smtps://`, with user, password and port where they are needed."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise UnreadableError from None
    if not parts.hostname or "@" not in parseaddr(sender)[1]:
        raise UnreadableError
    return Smtp(
        parts.hostname,
        port,
        sender,
        security=parts.scheme,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
