"""One's own account: who one is here, how one signs in, and where one is signed in."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from alongside.commons.people import accounts, actions, identity, queries
from alongside.core.access import sessions
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import SignInWay
from alongside.core.kit.refusal import NotVisible
from alongside.web.shell import languages
from alongside.web.shell.forms import attempt, status_of
from alongside.web.shell.middleware import actor_of, begin_session, sign_in_of
from alongside.web.shell.pages import asked, go, page
from alongside.web.shell.words import datetime_words
from alongside.web.signin.forms import CardForm, KeepForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Two things can be done here; the button pressed says which."""
    actor = actor_of(request)
    me = _myself(actor)
    card = CardForm(request.POST if "card" in request.POST else None)
    keep = KeepForm(request.POST if "keep" in request.POST else None, asks_old=_asks_old(request, me))
    if attempt(card, lambda said: actions.change_card(me, by=actor, **said)):
        answer = _done(request, _("Your card is changed."))
        languages.keep_her_own(request, answer)
        return answer
    if attempt(keep, lambda said: _keep(me, actor, **said)):
        begin_session(request, accounts.account_of(me), SignInWay.PASSWORD)
        return _done(request, _("From now on you can sign in with this name and password."))
    return _shown(request, me, actor, card, keep)


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return go(reverse("account"))


def _myself(actor: Actor) -> Any:
    me = queries.myself(actor)
    if me is None:
        raise NotVisible("person", actor.subject)
    return me


def _asks_old(request: HttpRequest, me: Any) -> bool:
    here, at = sign_in_of(request), actor_of(request).at
    return here is None or accounts.asks_old_password(me, way=here.way, began=here.began, at=at)


def _keep(me: Any, actor: Actor, *, sign_in_name: str, password: str, old_password: str | None = None) -> Any:
    if old_password is not None:
        accounts.prove(me, by=actor, password=old_password)
    return accounts.keep_account(me, by=actor, sign_in_name=sign_in_name, password=password)


@require_http_methods(["GET", "HEAD", "POST"])
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in: each can be ended, or all at once."""
    actor = actor_of(request)
    me = _myself(actor)
    here = sign_in_of(request)
    if request.method == "POST" and "everywhere" in request.POST:
        accounts.end_sessions(me, by=actor)
        request.session.flush()
        messages.success(request, _("You are signed out everywhere, here too."))
        return go(reverse("sign-in"))
    ended = request.POST.get("session", "")
    if ended.isdecimal():
        accounts.end_session(me, by=actor, session=int(ended))
        messages.success(request, _("You are signed out there."))
        return go(reverse("own-sessions"))
    known = identity.card(actor, me)
    return page(
        request,
        "signin/sessions.html",
        rows=[_row(each, here) for each in sessions.own(actor)],
        has_name=bool(known and known.sign_in_name),
        crumbs=[
            {"label": _("Your account"), "url": reverse("account")},
            {"label": _("Where you are signed in")},
        ],
    )


def _row(each: Any, here: Any) -> dict[str, Any]:
    ways = {
        SignInWay.PASSWORD: _("with your password"),
        SignInWay.LINK: _("by a one-time link"),
        SignInWay.DEMONSTRATION: _("by a button of the demonstration"),
    }
    return {
        "pk": each.pk,
        "browser": each.browser or _("a browser that does not say its name"),
        "way": ways[SignInWay(each.way)],
        "began": datetime_words(each.began),
        "seen": datetime_words(each.seen_at),
        "is_here": here is not None and each.pk == here.pk,
    }


def _shown(request: HttpRequest, me: Any, actor: Actor, card: Form, keep: Form) -> HttpResponse:
    known = identity.card(actor, me)
    if known:
        card.initial = {
            "name": known.name,
            "phone": known.phone,
            "email": known.email,
            "postal": known.postal,
            "language": known.language,
        }
        keep.initial = {"sign_in_name": known.sign_in_name}
    return page(
        request,
        "signin/account.html",
        status=max(status_of(card), status_of(keep)),
        card_form=card,
        keep_form=keep,
        has_name=bool(known and known.sign_in_name),
        number=me.number,
        first=asked(request, "first") == "1",
    )
