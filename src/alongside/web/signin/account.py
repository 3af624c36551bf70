"""One's own account: who one is here, how one signs in, and ending every session."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from alongside.commons.people import accounts, actions, identity, queries
from alongside.core.access.actor import Actor
from alongside.core.kit.refusal import NotVisible
from alongside.web.shell.forms import attempt, status_of
from alongside.web.shell.middleware import actor_of, renew_session
from alongside.web.shell.pages import asked, go, page
from alongside.web.signin.forms import CardForm, KeepForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Three things can be done here; the button pressed says which."""
    actor = actor_of(request)
    me = queries.myself(actor)
    if me is None:
        raise NotVisible("person", actor.subject)
    if request.method == "POST" and "everywhere" in request.POST:
        return _end_sessions(request, me, actor)
    card = CardForm(request.POST if "card" in request.POST else None)
    keep = KeepForm(request.POST if "keep" in request.POST else None)
    if attempt(card, lambda said: actions.change_card(me, by=actor, **said)):
        return _done(request, _("Your card is changed."))
    if attempt(keep, lambda said: accounts.keep_account(me, by=actor, **said)):
        renew_session(request)
        return _done(request, _("From now on you can sign in with this name and password."))
    return _shown(request, me, actor, card, keep)


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return go(reverse("account"))


def _end_sessions(request: HttpRequest, me: Any, actor: Actor) -> HttpResponse:
    accounts.end_sessions(me, by=actor)
    request.session.flush()
    messages.success(request, _("You are signed out everywhere, here too."))
    return go(reverse("sign-in"))


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
