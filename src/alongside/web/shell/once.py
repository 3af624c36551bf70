"""Forms that make something carry a number of their own: sent twice, they make it once.

The number is handed out with the page, signed, for one person and one address. Pages need `{{ once_input }}` in
the form, and `attempt_once()` where the deed is done. A form without a number, which no page of ours sends, is done
as often as it is sent.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from django.core import signing
from django.forms import Form
from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alongside.core.access import receipts
from alongside.core.access.receipts import Sent, SentBefore
from alongside.core.kit.refusal import Reason, Refused
from alongside.web.shell.forms import attempt
from alongside.web.shell.middleware import actor_of

T = TypeVar("T")
FIELD = "form_number"
SALT = "alongside.form"
# As long as a session; receipts are kept longer (journeys/sweeping.py).
GOOD_FOR = timedelta(days=14)
NOT_CONTENT = (FIELD, "csrfmiddlewaretoken")


class OnceInput:
    """The hidden field, with a new number each time it is written."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __html__(self) -> SafeString:
        at = actor_of(self.request).at.timestamp()
        said = {"form": get_random_string(32), "for": _for(self.request), "at": at}
        return format_html(
            '<input type="hidden" name="{}" value="{}" autocomplete="off">',
            FIELD,
            signing.dumps(said, salt=SALT),
        )

    def __str__(self) -> str:
        return self.__html__()


def attempt_once(
    request: HttpRequest, form: Form, deed: Callable[[Mapping[str, Any]], T], *, leads_to: Callable[[T], str]
) -> T | None:
    """Like `attempt()`, for what makes something: the same form makes it once, however often it is sent."""
    return attempt(form, lambda said: _once(request, lambda: deed(said), leads_to=leads_to))


def was_sent(request: HttpRequest) -> bool:
    """Whether this very form has done its deed already: then what is asked before it need not be asked again."""
    try:
        sent = _sent(request)
    except Refused:
        return False
    return sent is not None and receipts.is_there(sent)


def _once(request: HttpRequest, deed: Callable[[], T], *, leads_to: Callable[[T], str]) -> T:
    """Do the deed of a form, once.

    The same form again: SentBefore, which the shell answers by leading to what was made. A form whose content
    was changed after it was sent is refused: the page says so, keeps what was typed and carries a new number.
    """
    sent = _sent(request)
    if sent is None:
        return deed()
    try:
        return receipts.once(sent, deed, leads_to=leads_to)
    except SentBefore as before:
        if before.is_same:
            raise
        raise Refused(
            Reason(
                "sent-before",
                _(
                    "This form was sent before, with other words, and that is done. Send it again to add one more."
                ),
            )
        ) from None


def _sent(request: HttpRequest) -> Sent | None:
    number = request.POST.get(FIELD, "")
    if not number:
        return None
    at = actor_of(request).at
    try:
        said = signing.loads(number, salt=SALT)
    except signing.BadSignature:
        said = {"for": "", "at": 0}
    if said["for"] != _for(request) or said["at"] < (at - GOOD_FOR).timestamp():
        raise Refused(
            Reason("stale-form", _("This page stood open for too long. Nothing is lost: send it once more."))
        )
    return Sent(said["form"], _digest(request), at)


def _for(request: HttpRequest) -> str:
    return f"{actor_of(request).subject} {request.path}"


def _digest(request: HttpRequest) -> str:
    content = sorted((key, request.POST.getlist(key)) for key in request.POST if key not in NOT_CONTENT)
    return salted_hmac(SALT, repr(content), algorithm="sha256").hexdigest()
