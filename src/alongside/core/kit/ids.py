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


def readable_code(letters: int = 12) -> str:
    """A secret that can be typed from paper: 12 letters are 59 bits."""
    return "".join(secrets.choice(READABLE) for _ in range(letters))


def code_from(digest: bytes, letters: int = 12) -> str:
    """The same kind of code out of a keyed hash: whoever has the key and what was hashed makes it again."""
    value, found = int.from_bytes(digest), []
    for _ in range(letters):
        value, rest = divmod(value, len(READABLE))
        found.append(READABLE[rest])
    return "".join(found)


def in_groups(code: str, size: int = 4) -> str:
    """As it is printed and read aloud: ``7KQ2-MX4T-9WHC``."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def as_typed(text: str) -> str:
    """A code as somebody typed it, without case, spaces and hyphens."""
    return "".join(letter for letter in text.upper() if letter in READABLE)


def short_number(identity: uuid.UUID) -> str:
    """The number that stands for a person where her name is not shown, e.g. ``7KQ2-MX``."""
    value = identity.int
    letters = []
    for _ in range(6):
        value, rest = divmod(value, len(READABLE))
        letters.append(READABLE[rest])
    text = "".join(letters)
    return f"{text[:4]}-{text[4:]}"
