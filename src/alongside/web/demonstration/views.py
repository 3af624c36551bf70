"""Choosing whom to be in the demonstration."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alongside.core.access.kinds import SignInWay
from alongside.demo import people
from alongside.web.shell import languages, pages
from alongside.web.shell.middleware import begin_session


@require_safe
def demo_people(request: HttpRequest) -> HttpResponse:
    """Everybody whom one can be, by the side they stand on."""
    groups = [
        (_("From research and the state"), [p for p in people.PEOPLE if not p.thread]),
        (_("From the public side"), [p for p in people.PEOPLE if p.thread == "unit"]),
        (_("From the voluntary side"), [p for p in people.PEOPLE if p.thread == "organisation"]),
    ]
    return pages.page(request, "demonstration/people.html", groups=groups)


@require_POST
def demo_as(request: HttpRequest, handle: str) -> HttpResponse:
    """Begin a session as one of the demonstration's people."""
    account = people.account(handle)
    if account is None:
        raise Http404
    begin_session(request, account, SignInWay.DEMONSTRATION)
    answer = pages.go(reverse("home"))
    languages.keep_her_own(request, answer)
    return answer
