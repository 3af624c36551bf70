"""Who asks, and what becomes of a refusal. Both once, here, for every page."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token

from alongside.core.access import actor as actors
from alongside.core.access import audit, sessions
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import SignInWay
from alongside.core.access.policy import installation
from alongside.core.access.receipts import SentBefore
from alongside.core.kit import clock
from alongside.core.kit.refusal import NotVisible, Refused
from alongside.web.shell import errors
from alongside.web.shell.browsers import called

Respond = Callable[[HttpRequest], HttpResponse]
METHOD_NOT_ALLOWED = 405
SESSION_SIGN_IN = "_alongside_sign_in"


class ActorMiddleware:
    """Gives the request its `actor`: one instant, one subject. A closed account is out at the next request."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.sign_in = _who(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        # What anybody may see can change or be closed: it is asked for anew each time.
        signed_in = actor_of(request).is_signed_in
        response.setdefault("Cache-Control", "private, no-store" if signed_in else "no-cache")
        if response.status_code == METHOD_NOT_ALLOWED and not response.content:
            return errors.only_by_button(request, allowed=response["Allow"])
        return response


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy that is trusted, what that proxy says last."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


class Account(Protocol):
    """What signing in gives back."""

    pk: int
    subject: UUID


class SignedIn(Protocol):
    """How whoever asks has signed in."""

    pk: int
    way: str
    began: datetime


def sign_in_of(request: HttpRequest) -> SignedIn | None:
    """The sign-in of whoever asks; None for a stranger."""
    found: SignedIn | None = request.sign_in  # type: ignore[attr-defined]
    return found


def _who(request: HttpRequest) -> tuple[Actor, SignedIn | None]:
    at = clock.now()
    pk = request.session.get(SESSION_SIGN_IN)
    found = sessions.standing(pk, at) if pk else None
    if pk and found is None:
        request.session.flush()
    return (actors.user(found.user.subject, at), found) if found else (actors.anonymous(at), None)


def see_other(url: str) -> HttpResponseRedirect:
    """After a write."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def begin_session(request: HttpRequest, user: Account, way: SignInWay) -> None:
    """Sign somebody in: a fresh session, so that nothing set before holds afterwards."""
    at = actor_of(request).at
    began = sessions.begin(user.pk, way=way, browser=called(request.headers.get("User-Agent", "")), at=at)
    request.session.flush()
    request.session[SESSION_SIGN_IN] = began.pk
    rotate_token(request)
    request.actor, request.sign_in = actors.user(user.subject, at), began  # type: ignore[attr-defined]


class RefusalMiddleware:
    """One handler for the ways in which something is not done: not visible (404), refused (409), done before."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotVisible):
            return self._not_visible(request, exception)
        if isinstance(exception, Refused):
            return errors.refused_page(request, exception)
        if isinstance(exception, SentBefore):
            return see_other(exception.led_to)
        if isinstance(exception, OperationalError):
            return errors.busy(request)
        return None

    def _not_visible(self, request: HttpRequest, exception: NotVisible) -> HttpResponse:
        if exception.kind == "installation":
            return errors.not_set_up(request)
        actor = actor_of(request)
        if not actor.is_signed_in:
            return errors.to_sign_in(request)
        audit.not_allowed(actor, exception.kind, exception.key, scope_id=installation().scope_id)
        return errors.not_found_page(request, exception)
