"""In which language somebody reads: her own where she has told it, else this browser's, else what it asks for.

A cookie of the browser holds it, so that no page asks the database. Whoever is signed in chooses for herself:
it stands on her card, and the next browser that she signs in with takes it from there.
"""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation

from alongside.commons.people import actions, identity
from alongside.commons.people import queries as people
from alongside.core.access.actor import Actor
from alongside.web.shell import jinja
from alongside.web.shell.errors import sent_from
from alongside.web.shell.middleware import actor_of

YEAR = 365 * 24 * 3600


def choices(request: HttpRequest) -> list[dict[str, Any]]:
    """Each language by its own name, and what chooses it; nothing where there is no choice."""
    if len(settings.LANGUAGES) < 2:
        return []
    now = translation.get_language()
    back = request.get_full_path() if request.method in ("GET", "HEAD") else sent_from(request)
    return [
        {
            "code": jinja.HTML_LANG.get(code, code),
            "label": name,
            "url": f"{reverse('language', args=[code])}?{urlencode({'next': back})}",
            "current": code == now,
        }
        for code, name in settings.LANGUAGES
    ]


def keep(answer: HttpResponseBase, code: str) -> None:
    """This browser reads in this language from now on."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def choose_for_oneself(actor: Actor, code: str) -> None:
    """Whoever is signed in has it on her card. A test language is nobody's own."""
    me = people.myself(actor) if actor.is_signed_in else None
    if me and code != settings.PSEUDO_LOCALE:
        actions.choose_language(me, by=actor, language=code)


def keep_her_own(request: HttpRequest, answer: HttpResponseBase) -> None:
    """After signing in: the language on her card, whoever sat at this browser before."""
    actor = actor_of(request)
    me = people.myself(actor)
    card = identity.card(actor, me) if me else None
    if card and card.language in dict(settings.LANGUAGES):
        keep(answer, card.language)
