"""How much may be sent: looked at before anything is read, so that nobody fills memory or disk by sending.

Little by whoever has not signed in, more by who has, and a file's worth only where a page takes files.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from alongside.web.shell import errors
from alongside.web.shell.middleware import Respond, actor_of

View = TypeVar("View", bound=Callable[..., HttpResponse])
KIB = 1024
# A questionnaire with all its free texts fits in the first many times over.
STRANGERS, SIGNED_IN = 256 * KIB, 1024 * KIB
# What stands around a file in a form.
AROUND = 64 * KIB


def takes_file(most: int) -> Callable[[View], View]:
    """Marks a view whose form holds a file of at most `most` bytes; for whoever is signed in."""

    def mark(view: View) -> View:
        view.most_bytes = most + AROUND  # type: ignore[attr-defined]  # read by BodyMiddleware
        return view

    return mark


class BodyMiddleware:
    """Answers 413 to what is too long. Stands before the check of forms, which reads what was sent."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        most = STRANGERS
        if actor_of(request).is_signed_in:
            most = getattr(view, "most_bytes", SIGNED_IN)
        # What was announced: no more than that is ever read.
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isdecimal():
            return errors.bad_request(request)
        return errors.too_long(request, most=most) if int(announced) > most else None
