"""Ids that say nothing: not who, not when, not how many."""

import secrets
import uuid

# Digits and letters that are not mistaken for each other when read aloud or written by hand.
READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_id() -> uuid.UUID:
    return uuid.uuid4()


def secret_token() -> str:
    """256 bits for a link; only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def short_number(identity: uuid.UUID) -> str:
    """The number that stands for a person where her name is not shown, e.g. ``7KQ2-MX``."""
    value = identity.int
    letters = []
    for _ in range(6):
        value, rest = divmod(value, len(READABLE))
        letters.append(READABLE[rest])
    text = "".join(letters)
    return f"{text[:4]}-{text[4:]}"
