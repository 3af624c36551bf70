"""A form is done once, however often it is sent: what it led to is written down in the transaction of the deed.

Whoever presses a button twice, or goes back and presses it again, is led to what the first press made. Being told
so is an acknowledgement too, and commits a row of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F

from alongside.core.access.models import Receipt

T = TypeVar("T")


@dataclass(frozen=True)
class Sent:
    """A form as it was sent: `form` is the number of the one that was handed out, `digest` what it holds."""

    form: str
    digest: str
    at: datetime


class SentBefore(Exception):  # noqa: N818 - no error: the deed is done
    """This form was sent before, and what stands there now is at `led_to`."""

    def __init__(self, led_to: str, *, is_same: bool) -> None:
        super().__init__(led_to)
        self.led_to, self.is_same = led_to, is_same


def is_there(sent: Sent) -> bool:
    return Receipt.objects.filter(form=sent.form).exists()


def once(sent: Sent, deed: Callable[[], T], *, leads_to: Callable[[T], str]) -> T:
    """Do the deed and write down where it leads, or neither. SentBefore where this form has done it already."""
    try:
        with transaction.atomic():
            # First of all: who sends the same form meanwhile waits here, and is led to what comes of this one.
            row = Receipt.objects.create(form=sent.form, digest=sent.digest, at=sent.at)
            made = deed()
            row.led_to = leads_to(made)
            row.save(update_fields=["led_to"])
            return made
    except IntegrityError:
        before = Receipt.objects.filter(form=sent.form).first()
        if before is None:  # some other constraint
            raise
    Receipt.objects.filter(pk=before.pk).update(repeats=F("repeats") + 1)
    raise SentBefore(before.led_to, is_same=before.digest == sent.digest)
