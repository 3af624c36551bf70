"""What people read when something isn't there, isn't possible, or went wrong."""

import logging
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import reverse
from django.utils.translation import gettext as _

from alongside.core.kit.refusal import Refused
from alongside.web.shell import jinja, words

log = logging.getLogger(__name__)


def _page(request: HttpRequest, status: int, **values: Any) -> HttpResponse:
    template = engines["jinja2"].get_template("error.html")
    known = jinja.page_values(request)
    return HttpResponse(template.render({**known, "status": status, **values}, request), status=status)


def not_found_page(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Absent and forbidden look the same."""
    return _page(request, 404)


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """For refusals that no form has taken up: the reasons, and the way back."""
    return _page(
        request,
        409,
        reasons=[str(r) for r in refused.reasons],
        back_url=request.path if request.method == "GET" else sent_from(request),
        back=_("Go back"),
    )


def only_by_button(request: HttpRequest, *, allowed: str) -> HttpResponse:
    """An address that only takes what a button sends was opened like a page."""
    answer = _page(
        request,
        405,
        headline=_("There is no page at this address"),
        sentence=_("It only takes what a button sends. Go back to the page with the button."),
    )
    answer["Allow"] = allowed
    return answer


def busy(request: HttpRequest) -> HttpResponse:
    """The database did not answer in time. Stands on nothing that would ask it again."""
    log.warning("the database did not answer in time")
    template = engines["jinja2"].get_template("error.html")
    said = {
        "status": 503,
        "headline": _("We could not save or look that up just now"),
        "sentence": _("Too much is going on at once. Nothing was changed. Wait a moment and try again."),
    }
    answer = HttpResponse(template.render({**jinja.language(), **said}), status=503)
    answer["Retry-After"] = "5"
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        400,
        headline=_("We could not read that"),
        sentence=_("What was sent was cut off or damaged. Go back and send it once more."),
    )


def too_long(request: HttpRequest, *, most: int) -> HttpResponse:
    """More was sent than is taken here. It was not read, so nothing of it can be shown again."""
    return _page(
        request,
        413,
        headline=_("This is too much at once"),
        sentence=_(
            "At most %(size)s can be sent here, and nothing of it was taken in. Go back, shorten what you wrote or "
            "choose a smaller file, and send it again."
        )
        % {"size": words.size(most)},
        back_url=sent_from(request),
        back=_("Go back"),
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF: most often a page left open overnight."""
    return _page(request, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Stands on nothing: no database, no request."""
    template = engines["jinja2"].get_template("error.html")
    return HttpResponse(template.render({"status": 500}), status=500)


def not_set_up(request: HttpRequest) -> HttpResponse:
    template = engines["jinja2"].get_template("error.html")
    said = {
        "status": 503,
        "headline": _("This installation is not set up yet"),
        "sentence": _(
            "Whoever runs it: run “alongside setup” on the machine. It makes the first organisation."
        ),
    }
    return HttpResponse(template.render({**jinja.language(), **said}), status=503)


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Afterwards one is back where one was: for a button, on the page it stands on."""
    onward = request.get_full_path() if request.method in ("GET", "HEAD") else sent_from(request)
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': onward})}")


def sent_from(request: HttpRequest) -> str:
    """The page whose button was pressed, if it is one of ours; else the start."""
    try:
        said = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:  # no address at all
        return reverse("home")
    known = said.netloc == request.get_host()
    return urlunsplit(("", "", said.path, said.query, "")) if known and said.path else reverse("home")
