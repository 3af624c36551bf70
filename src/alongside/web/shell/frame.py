"""The frame around each page: who is signed in, where one can go, in which languages."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from alongside.commons.people import identity
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import holds_which
from alongside.core.kit.ids import short_number
from alongside.web.shell import languages


class Who:
    """The signed-in person as the header shows her: by her own name, else by her number."""

    def __init__(self, actor: Actor) -> None:
        self.is_signed_in = actor.is_signed_in
        self._actor = actor

    @cached_property
    def display_name(self) -> str:
        return identity.own_name(self._actor) or short_number(self._actor.subject)


def values(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    signed_in = bool(actor and actor.is_signed_in)
    return {
        "actor": Who(actor) if actor else None,
        "nav": _nav(request, actor) if actor and signed_in else [],
        "home_url": reverse("home"),
        "demo_people_url": reverse("demo-people") if settings.DEMO else "",
        "sign_in_url": "" if signed_in else reverse("sign-in"),
        "sign_out_url": reverse("sign-out") if signed_in else "",
        "account_url": reverse("account") if signed_in else "",
        "who_sees_url": reverse("who-sees-what"),
        "how_computed_url": reverse("how-we-compute"),
        "languages": languages.choices(request),
    }


def _nav(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    items = [
        (_("Home"), reverse("home")),
        (_("Surveys"), reverse("surveys")),
        (_("Organisations"), reverse("organisations")),
        (_("People"), reverse("people")),
        (_("Places"), reverse("places")),
    ]
    held = holds_which(actor, Permission.OUTBOX_VIEW, Permission.AUDIT_VIEW)
    if Permission.OUTBOX_VIEW in held:
        items.append((_("Messages"), reverse("messages")))
    if Permission.AUDIT_VIEW in held:
        items.append((_("Audit"), reverse("audit")))
    here = request.path
    return [
        {"label": label, "url": url, "current": here == url or (url != "/" and here.startswith(url))}
        for label, url in items
    ]
