"""E-mails that came back: what a mail server's notice (RFC 3464) says about which message.

Nothing of a notice is kept: it holds an address, and often what was written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from enum import Enum
from uuid import UUID

MOST_BYTES = 1024 * 1024
# Our own Message-ID is the message's id.
_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")


class Says(Enum):
    """`LATER`: the mail server goes on trying, so nothing has come back yet."""

    FAILED = "failed"
    LATER = "later"
    NO_NOTICE = "no notice"


@dataclass(frozen=True)
class Notice:
    says: Says
    message: UUID | None = None


def read(content: bytes) -> Notice:
    """What a returned e-mail says; anything else, however broken, is no notice."""
    if len(content) > MOST_BYTES:
        return Notice(Says.NO_NOTICE)
    try:
        mail = message_from_bytes(content, policy=default)
        parts = list(mail.walk())
        actions = {action for part in parts for action in _actions(part)}
        message = next((pk for part in parts for pk in _ids(part)), None)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # what can be sent to us
        return Notice(Says.NO_NOTICE)
    if "failed" in actions:
        return Notice(Says.FAILED, message)
    return Notice(Says.LATER, message) if actions else Notice(Says.NO_NOTICE)


def _actions(part: Message) -> Iterator[str]:
    """What became of each recipient, in the part that machines read."""
    if part.get_content_type() == "message/delivery-status":
        for fields in part.get_payload():
            if isinstance(fields, Message) and fields["Action"]:
                yield str(fields["Action"]).strip().casefold()


def _ids(part: Message) -> Iterator[UUID]:
    """Our message's id, in the e-mail that is enclosed or in its headers alone."""
    if part.get_content_type() == "text/rfc822-headers":
        said = part.get_content() if isinstance(part, EmailMessage) else ""
        said = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
        lines = [line for line in said.splitlines() if line.casefold().startswith("message-id:")]
    elif part.get_content_type() == "message/rfc822":
        lines = [str(each["Message-ID"]) for each in part.get_payload() if isinstance(each, Message)]
    else:
        return
    for line in lines:
        if found := _OURS.search(line):
            yield UUID(found[1])
