"""What came back: an e-mail with a mail server's notice, a letter with the post."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from alongside.core.access.actor import Actor
from alongside.core.kit.refusal import NotVisible, Refused
from alongside.core.outbox import actions, queries
from alongside.core.outbox import returned as notices
from alongside.core.outbox.returned import Says
from alongside.web.outbox.forms import ReturnedForm
from alongside.web.shell.bodies import takes_file
from alongside.web.shell.forms import sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import go, page, safe_next
from alongside.web.shell.words import number

AT_MOST = 200
# Notices are short: so much holds many times as many as are read.
MOST_AT_ONCE = 20 * notices.MOST_BYTES


@require_POST
def one_returned(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody holds it in her hands: this message came back."""
    actor = actor_of(request)
    actions.note_bounce(queries.message(actor, pk), by=actor)
    messages.success(request, _("Noted: it came back. Correct the address before you write again."))
    return go(safe_next(request, reverse("messages")))


@takes_file(MOST_AT_ONCE)
@require_http_methods(["GET", "HEAD", "POST"])
def returned(request: HttpRequest) -> HttpResponse:
    """Returned e-mails are read in, and the messages they speak of are noted; nothing of them is kept."""
    actor = actor_of(request)
    if not queries.may_see_any(actor):
        raise NotVisible("page", "messages")
    form = ReturnedForm(sent(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        files = request.FILES.getlist("notices")[:AT_MOST]
        _say(request, Counter(_note(file.read(notices.MOST_BYTES + 1), actor) for file in files))
        return go(reverse("messages-returned"))
    return page(
        request,
        "outbox/returned.html",
        status=status_of(form),
        form=form,
        at_most=AT_MOST,
        crumbs=[
            {"label": _("Messages"), "url": reverse("messages")},
            {"label": _("What came back"), "url": ""},
        ],
    )


def _note(content: bytes, actor: Actor) -> str:
    """What became of one file."""
    notice = notices.read(content)
    if notice.says is not Says.FAILED:
        return str(notice.says.value)
    if notice.message is None:
        return "unknown"
    try:
        message = queries.message(actor, notice.message)
        actions.note_bounce(message, by=actor)
    except (NotVisible, Refused):
        return "unknown"
    return "noted"


def _say(request: HttpRequest, found: Counter[str]) -> None:
    for text in _told(found):
        tell = messages.success if found["noted"] else messages.warning
        tell(request, text)


def _told(found: Counter[str]) -> Iterable[str]:
    said: dict[str, Any] = {
        "noted": ngettext(
            "One message is noted as come back.",
            "%(count)s messages are noted as come back.",
            found["noted"],
        ),
        Says.LATER.value: ngettext(
            "One file says that the mail server is still trying: nothing is noted.",
            "%(count)s files say that the mail server is still trying: nothing is noted.",
            found[Says.LATER.value],
        ),
        "unknown": ngettext(
            "One file is about a message that is not ours, or not out.",
            "%(count)s files are about messages that are not ours, or not out.",
            found["unknown"],
        ),
        Says.NO_NOTICE.value: ngettext(
            "One file is not a notice that an e-mail came back.",
            "%(count)s files are not notices that an e-mail came back.",
            found[Says.NO_NOTICE.value],
        ),
    }
    return [text % {"count": number(found[key])} for key, text in said.items() if found[key]]
