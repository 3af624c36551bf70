"""Signing in and out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from alongside.commons.people import accounts
from alongside.core.access import links
from alongside.core.access.kinds import SignInWay
from alongside.core.kit.refusal import NotVisible, Refused
from alongside.web.shell import browsers, languages
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import Account, actor_of, address_of, begin_session, sign_in_of
from alongside.web.shell.pages import go, page, safe_next
from alongside.web.signin.forms import SignInForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """By name and password. Whoever is signed in already goes on."""
    actor = actor_of(request)
    if request.method != "POST" and actor.is_signed_in:
        return go(safe_next(request, reverse("home")))
    form = SignInForm(sent(request))
    door = accounts.Door(address_of(request), browsers.known(request))
    user = attempt(form, lambda said: accounts.sign_in(**said, door=door, by=actor))
    if user:
        return _in(request, user, SignInWay.PASSWORD, safe_next(request, reverse("home")))
    return page(
        request, "signin/sign_in.html", status=status_of(form), form=form, onward=safe_next(request, "")
    )


def _in(request: HttpRequest, user: Account, way: SignInWay, onward: str) -> HttpResponse:
    begin_session(request, user, way)
    answer = go(onward)
    browsers.remember(request, answer, user.subject)
    languages.keep_her_own(request, answer)
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    here = sign_in_of(request)
    if here:
        accounts.sign_out(by=actor_of(request), session=here.pk)
    request.session.flush()
    messages.success(request, _("You are signed out."))
    return go(reverse("sign-in"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link: looking at it spends nothing (programs that preview messages do), the button does."""
    try:
        answer = _link(request, secret)
    except NotVisible:  # somebody else was quicker
        answer = page(request, "signin/link_spent.html", status=410, reasons=[])
    except Refused as refused:
        answer = page(
            request, "signin/link_spent.html", status=409, reasons=[str(r) for r in refused.reasons]
        )
    # Of this address nothing but the host is told to anyone. "no-referrer" would go further than needed:
    # a browser then sends the form with "Origin: null", which no server can tell from a forged one.
    answer["Referrer-Policy"] = "strict-origin"
    return answer


def _link(request: HttpRequest, secret: str) -> HttpResponse:
    found = accounts.link_behind(secret, address=address_of(request), by=actor_of(request))
    if found is None:
        return page(request, "signin/link_spent.html", status=410, reasons=[])
    behind, holder = found
    if request.method != "POST":
        return page(request, "signin/link.html", until=behind.expires)
    return _in(request, links.use(behind, by=holder), SignInWay.LINK, f"{reverse('account')}?first=1")
