"""Who keeps the installation, and accounts that are closed: for administrators."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alongside.commons.people import identity, keeping, queries
from alongside.core.access.permissions import Permission
from alongside.core.access.queries import installation_for
from alongside.core.kit.refusal import NotVisible
from alongside.web.people.forms import NumberForm
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import go, page
from alongside.web.shell.words import date_words, somebody

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def administrators(request: HttpRequest) -> HttpResponse:
    """Who keeps this installation; one more is appointed by the number on her card."""
    actor = actor_of(request)
    where = installation_for(actor, Permission.INSTALLATION_KEEP)
    form = NumberForm(sent(request), actor=actor)
    if attempt(form, lambda said: keeping.appoint_administrator(where, by=actor, **said)):
        messages.success(request, _("She keeps this installation too, from now on."))
        return go(reverse("administrators"))
    held = queries.administrators(where, actor.at)
    names = identity.shown(actor, [each.pk for each in held], on=where)
    return page(
        request,
        "people/administrators.html",
        status=status_of(form),
        form=form,
        rows=[
            {
                "name": {
                    "text": somebody(names.get(each.pk, ""), each.number),
                    "href": reverse("person", args=[each.pk]),
                },
                "since": date_words(timezone.localdate(grant.starts)),
                "end": {"text": _("End this role"), "href": reverse("administrator-end", args=[each.pk])},
            }
            for each, grant in held.items()
        ],
        crumbs=_crumbs(),
    )


def _crumbs(*further: str) -> list[dict[str, str]]:
    line = [
        {"label": _("People"), "url": reverse("people")},
        {"label": _("Administrators"), "url": reverse("administrators")},
    ]
    return line + [{"label": label, "url": ""} for label in further]


@form_page
def administrator_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks once, in words, and ends the role of an administrator."""
    actor = actor_of(request)
    where = installation_for(actor, Permission.INSTALLATION_KEEP)
    person = _administrator(where, actor, pk)
    form = Form(sent(request))
    if attempt(form, lambda _said: keeping.end_administrator(where, by=actor, person=person)):
        messages.success(request, _("The role is ended. What was done in it stays in the record."))
        return go(reverse("home") if pk == actor.subject else reverse("administrators"))
    return page(
        request,
        "people/administrator_end.html",
        status=status_of(form),
        form=form,
        called=_called(request, person),
        is_own=pk == actor.subject,
        why=[str(reason) for reason in keeping.why_not_end_administrator(person, by=actor)],
        crumbs=_crumbs(_("End a role")),
    )


def _administrator(where: Any, actor: Any, pk: UUID) -> Any:
    for each in queries.administrators(where, actor.at):
        if each.pk == pk:
            return each
    raise NotVisible("person", pk)


def _called(request: HttpRequest, person: Any) -> str:
    names = identity.shown(actor_of(request), [person.pk], on=person)
    return somebody(names.get(person.pk, ""), person.number)


@form_page
def person_account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Closes somebody's account, or opens it again. She and her roles stay."""
    actor = actor_of(request)
    person = queries.person(actor, pk, permission=Permission.ACCOUNT_CLOSE)
    is_closed = queries.is_closed(person)
    form = Form(sent(request))
    deed = keeping.open_account if is_closed else keeping.close_account
    if attempt(form, lambda _said: deed(person, by=actor)):
        messages.success(
            request,
            _("The account is open again. She signs in as before, or by a new link.")
            if is_closed
            else _("The account is closed. Every session and every link of hers has ended."),
        )
        return go(reverse("person", args=[pk]))
    return page(
        request,
        "people/person_account.html",
        status=status_of(form),
        form=form,
        person=person,
        called=_called(request, person),
        is_closed=is_closed,
        has_account=queries.has_account(person),
        crumbs=[
            {"label": _("People"), "url": reverse("people")},
            {"label": person.number, "url": reverse("person", args=[pk])},
            {"label": _("Her account")},
        ],
    )
