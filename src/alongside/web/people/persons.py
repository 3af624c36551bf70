"""People: who is here, one person's page and card, somebody new, sign-in links."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alongside.commons.people import accounts, actions, identity, queries
from alongside.commons.people.kinds import MEMBERSHIP_ROLES
from alongside.core.access import links
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can, installation
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import Reason
from alongside.web.people.forms import CardForm, PersonForm
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.once import attempt_once, was_sent
from alongside.web.shell.pages import PAGE_SIZE, asked, go, page, sent_words, slice_of
from alongside.web.shell.words import somebody


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody the reader may know of: by name where it may be seen, else by number.

    A name that is looked for is sent, never put into the address, where a browser would keep it.
    """
    actor, where = actor_of(request), installation()
    words, role = sent_words(request, "q"), sent_words(request, "role") or asked(request, "role")
    only = queries.found(actor, words) if words else None
    everybody, total = queries.by_name(actor, queries.people(actor, role=role, only=only))
    found = slice_of(request, everybody, total=total, size=identity.NAMED_AT_MOST if words else PAGE_SIZE)
    if request.method == "POST" and not words:
        return go(reverse("people") + (f"?{urlencode({'role': role})}" if role else ""))
    return page(
        request,
        "people/people.html",
        words=words,
        role=role,
        roles=[("", _("All roles"))] + [(r.value, capfirst(_(r))) for r in MEMBERSHIP_ROLES],
        found=found,
        rows=_rows(actor, found.rows, where),
        keeps=can(actor, Permission.INSTALLATION_KEEP, where),
    )


def _rows(actor: Actor, found: Sequence[Any], where: Any) -> list[dict[str, Any]]:
    ids = [each.pk for each in found]
    names, roles = identity.shown(actor, ids, on=where), queries.roles_of(actor, ids)
    return [
        {
            "name": {
                "text": somebody(names.get(each.pk, ""), each.number),
                "href": reverse("person", args=[each.pk]),
            },
            "roles": "; ".join(_role_words(m) for m in roles[each.pk]) or None,
            "number": each.number,
        }
        for each in found
    ]


def _role_words(membership: Any) -> str:
    return _("%(role)s in %(where)s") % {
        "role": _(membership.role),
        "where": queries.where(membership.of).words,
    }


@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person, as far as the reader may see."""
    actor = actor_of(request)
    shown = queries.person(actor, pk)
    card = identity.card(actor, shown)
    roles = queries.roles_of(actor, [shown.pk])[shown.pk]
    return page(
        request,
        "people/person.html",
        person=shown,
        card=card,
        called=somebody(card.name if card else "", shown.number),
        crumbs=_crumbs(shown),
        roles=[(queries.where(m.of), m) for m in roles],
        may_end=queries.may_be_ended(actor, roles),
        before=[(queries.where(m.of), m) for m in queries.roles_before(actor, shown)],
        has_account=queries.has_account(shown),
        is_closed=queries.is_closed(shown),
        offers=_offers(actor, shown),
        is_oneself=shown.pk == actor.subject,
        may={
            "change_card": can(actor, Permission.IDENTITY_EDIT, shown),
            "add_role": can(actor, Permission.MEMBERSHIP_EDIT, shown),
            "return": can(actor, Permission.MEMBERSHIP_RETURN, shown)
            and queries.belongs_nowhere(shown, actions.today(actor)),
            "close": can(actor, Permission.ACCOUNT_CLOSE, shown),
        },
    )


def _offers(actor: Actor, shown: Any) -> dict[str, list[Reason]]:
    """The links that may be made for somebody, each with why it can't be made now."""
    offers = {}
    if can(actor, Permission.ACCOUNT_INVITE, shown):
        offers["invite"] = accounts.why_no_invitation(shown)
    if can(actor, Permission.ACCOUNT_LINK, shown):
        offers["link"] = accounts.why_no_link(shown, by=actor)
    return offers


def _crumbs(shown: Any, *further: str) -> list[dict[str, str]]:
    # By number: names stay out of what a browser keeps as a page's way.
    line = [
        {"label": _("People"), "url": reverse("people")},
        {"label": shown.number, "url": reverse("person", args=[shown.pk])},
    ]
    return line + [{"label": label, "url": ""} for label in further]


@require_http_methods(["GET", "HEAD", "POST"])
def person_card(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a name, or how somebody can be reached."""
    actor = actor_of(request)
    shown = queries.person(actor, pk, permission=Permission.IDENTITY_EDIT)
    form = CardForm(sent(request))
    if attempt(form, lambda said: actions.change_card(shown, by=actor, **said)):
        messages.success(
            request, _("The card of %(number)s is changed.") % {"number": somebody("", shown.number)}
        )
        return go(reverse("person", args=[pk]))
    card = identity.card(actor, shown)
    form.initial = asdict(card) if card else {}
    return page(
        request,
        "people/person_card.html",
        status=status_of(form),
        form=form,
        person=shown,
        crumbs=_crumbs(shown, _("Change the card")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody new, with a first role here. Two buttons: her page next, or the next newcomer."""
    actor = actor_of(request)
    party = queries.party(actor, pk, permission=Permission.MEMBERSHIP_EDIT)
    to = queries.where(party)
    form = PersonForm(
        sent(request), roles=to.roles, initial={"role": asked(request, "role") or Role.VOLUNTEER}
    )
    alike = [] if was_sent(request) else _alike(actor, form)
    again = "again" in request.POST

    def onward(added: Any) -> str:
        if again:
            return f"{reverse('person-add', args=[pk])}?{urlencode({'role': form.cleaned_data['role']})}"
        return reverse("person", args=[added.pk])

    added = (
        None if alike else attempt_once(request, form, lambda said: _add(actor, party, said), leads_to=onward)
    )
    if added:
        messages.success(request, _written_down(added, form.cleaned_data["role"], to, again=again))
        return go(onward(added))
    return page(
        request,
        "people/person_add.html",
        status=status_of(form),
        form=form,
        to=to,
        alike=alike,
        crumbs=[
            {"label": _("Organisations"), "url": reverse("organisations")},
            {"label": to.name, "url": reverse(to.kind, args=[pk])},
            {"label": _("Add somebody")},
        ],
    )


def _written_down(added: Any, role: Role, to: queries.Where, *, again: bool) -> str:
    # By number: a message must not carry a name to where it may not be read.
    if again:
        return _("%(number)s is written down. Who comes next?") % {"number": somebody("", added.number)}
    return _("%(number)s is written down, as %(role)s in %(place)s.") % {
        "number": somebody("", added.number),
        "role": _(role),
        "place": to.words,
    }


def _alike(actor: Actor, form: PersonForm) -> list[dict[str, Any]]:
    """Namesakes whom the writer knows already, so that nobody is written down twice by mistake."""
    if not form.is_valid() or form.cleaned_data["another"]:
        return []
    same = queries.namesakes(actor, form.cleaned_data["name"])
    if same:
        form.add_error("name", _("Somebody of this name is here already. Is it the same person?"))
        form.was_refused = True  # type: ignore[attr-defined]  # sense, not shape
    roles = queries.roles_of(actor, [each.pk for each in same])
    return [{"person": each, "roles": [_role_words(m) for m in roles[each.pk]]} for each in same]


def _add(actor: Actor, to: Any, said: Any) -> Any:
    known = {key: value for key, value in said.items() if key != "another"}
    return actions.add_person(to, by=actor, **known)


@require_POST
def person_invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A first link, for somebody who has never signed in."""
    return _link(request, pk, accounts.invite)


@require_POST
def person_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new link, for a member of one's own organisation."""
    return _link(request, pk, accounts.make_link)


def _link(request: HttpRequest, pk: UUID, deed: Callable[..., str]) -> HttpResponse:
    """The answer shows the link, once: only its hash is kept."""
    actor = actor_of(request)
    shown = queries.person(actor, pk)
    secret = deed(shown, by=actor)
    names = identity.shown(actor, [shown.pk], on=shown)
    answer = page(
        request,
        "people/person_link.html",
        called=somebody(names.get(shown.pk, ""), shown.number),
        person=shown,
        link=request.build_absolute_uri(reverse("link", args=[secret])),
        until=actor.at + links.GOOD_FOR,
        crumbs=_crumbs(shown, _("A link to sign in")),
    )
    answer["Cache-Control"] = "no-store"
    return answer
