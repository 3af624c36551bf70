"""What people read when something isn't there, isn't possible, or went wrong."""

from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import reverse
from django.utils.translation import gettext as _

from alongside.core.kit.refusal import Refused
from alongside.web.shell import jinja


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
        back_url=request.path if request.method == "GET" else request.META.get("HTTP_REFERER", "/"),
        back=_("Go back"),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        400,
        headline=_("We could not read that"),
        sentence=_("What was sent was cut off or damaged. Go back and send it once more."),
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
    words = {
        "status": 503,
        "headline": _("This installation is not set up yet"),
        "sentence": _(
            "Whoever runs it: run “alongside setup” on the machine. It makes the first organisation."
        ),
    }
    return HttpResponse(template.render({**jinja.language(), **words}), status=503)


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Afterwards one is back where one was: for a button, on the page it stands on."""
    onward = request.get_full_path() if request.method in ("GET", "HEAD") else _sent_from(request)
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': onward})}")


def _sent_from(request: HttpRequest) -> str:
    said = urlsplit(request.META.get("HTTP_REFERER", ""))
    known = said.netloc == request.get_host()
    return urlunsplit(("", "", said.path, said.query, "")) if known and said.path else reverse("home")
