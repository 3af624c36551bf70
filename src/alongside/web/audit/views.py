"""The audit, newest first. Reading it is written into it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alongside.commons.people import identity
from alongside.commons.people import queries as people
from alongside.core.access import audit as rows_of
from alongside.core.access import queries
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ANYONE, OPERATOR, WORKER, ActorKind
from alongside.core.access.policy import installation
from alongside.core.kit.ids import short_number
from alongside.core.kit.refusal import NotVisible
from alongside.web.audit.forms import NarrowForm
from alongside.web.audit.sentences import FIELDS, KINDS, OUTCOMES, VERBS
from alongside.web.shell.forms import status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import PAGE_SIZE, asked, page
from alongside.web.shell.words import datetime_words, somebody


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = NarrowForm(request.GET)
    narrowed = _narrowed(form)
    found, older = _page_of(actor, narrowed, asked(request, "before"))
    if not found and not queries.may_read_audit(actor):
        raise NotVisible("page", "audit")
    rows_of.seen(actor, "access.audit", installation(), fields=sorted(narrowed))
    return page(
        request,
        "audit/audit.html",
        status=status_of(form),
        form=form,
        narrowed=bool(narrowed),
        rows=_rows(actor, found),
        older_url=f"?{urlencode(narrowed | {'before': found[-1].pk})}" if older else "",
        newest_url=f"?{urlencode(narrowed)}" if asked(request, "before") else "",
        sealed=queries.sealed(actor.at),
    )


def _narrowed(form: NarrowForm) -> dict[str, Any]:
    """What was asked for, and made sense."""
    form.is_valid()
    return {key: value for key, value in form.cleaned_data.items() if value}


def _page_of(actor: Actor, narrowed: Mapping[str, Any], before: str) -> tuple[Sequence[Any], bool]:
    given = dict(narrowed)
    who = given.pop("who", "")
    found = queries.audit_rows(actor, of=people.numbered(actor, who) if who else None, **given)
    if before.isdecimal():
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


def _rows(actor: Actor, found: Sequence[Any]) -> list[dict[str, Any]]:
    people_there = {row.actor for row in found if row.actor_kind == ActorKind.USER}
    names = identity.shown(actor, people_there, on=installation())
    organisations = _organisation_names(actor, found)
    return [
        {
            "when": datetime_words(row.at),
            "who": _who(row, names),
            "what": VERBS.get(row.verb, row.verb),
            "outcome": OUTCOMES.get(row.outcome, row.outcome),
            "about": _about(row.object_kind, row.object_id, organisations),
            "made": _about(row.made_kind, row.made_id, organisations) if _made_another(row) else "",
            "fields": ", ".join(str(FIELDS.get(field, field)) for field in row.fields),
        }
        for row in found
    ]


def _made_another(row: Any) -> bool:
    """Whether a row made something else than what it is about."""
    return bool(row.made_kind) and (row.made_kind, row.made_id) != (row.object_kind, row.object_id)


def _organisation_names(actor: Actor, found: Sequence[Any]) -> dict[str, str]:
    """Organisations by name: everybody who has signed in may see them."""
    ids = {row.object_id for row in found if row.object_kind == "organisation"}
    ids |= {row.made_id for row in found if row.made_kind == "organisation"}
    there = people.organisations(actor, units=True).filter(pk__in=ids) if ids else []
    return {str(each.pk): each.name for each in there}


def _who(row: Any, names: Mapping[UUID, str]) -> dict[str, str]:
    if row.actor_kind == ActorKind.USER:
        called = somebody(names.get(row.actor, ""), short_number(row.actor))
        return {"text": called, "href": reverse("person", args=[row.actor])}
    words = {
        WORKER: _("the program in the background"),
        OPERATOR: _("somebody at the machine"),
        ANYONE: _("somebody not signed in"),
    }
    return {"text": words.get(row.actor, _("whoever held the link"))}


def _about(kind: str, key: str, organisations: Mapping[str, str]) -> dict[str, str]:
    """What a row is about: by name where everybody may see it, else by number."""
    said = str(KINDS.get(kind, kind))
    if kind == "installation":
        return {"text": said}
    if kind == "person":
        text = somebody("", _number(key))
        return {"text": text, "href": reverse("person", args=[key])} if _is_id(key) else {"text": said}
    if kind == "organisation" and key in organisations:
        return {"text": organisations[key], "href": reverse("organisation", args=[key])}
    return {"text": _("%(kind)s %(key)s") % {"kind": said, "key": key[:8]}}


def _is_id(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def _number(key: str) -> str:
    return short_number(UUID(key)) if _is_id(key) else key
