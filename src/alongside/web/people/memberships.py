"""Roles: who has which in an organisation, one more for somebody, and the end of one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alongside.commons.people import actions, identity, queries
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can
from alongside.core.kit.refusal import NotVisible
from alongside.web.people.forms import EndForm, RoleForm
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.once import attempt_once
from alongside.web.shell.pages import asked, go, page, slice_of
from alongside.web.shell.words import date_words, somebody


@require_safe
def organisation_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who has which role here now; with ``?past=1``, who had one."""
    actor, past = actor_of(request), asked(request, "past") == "1"
    of = queries.organisation(actor, pk)
    roles = slice_of(request, queries.role_lines(actor, of, past=past))
    if not roles.total and not can(actor, Permission.MEMBERSHIP_VIEW, of):
        raise NotVisible("organisation", pk)
    return page(
        request,
        "people/organisation_people.html",
        organisation=of,
        past=past,
        roles=roles,
        lines=queries.lines(actor, roles.rows, on=of),
        may_add=can(actor, Permission.MEMBERSHIP_EDIT, of),
        crumbs=[
            {"label": _("Organisations"), "url": reverse("organisations")},
            {"label": of.name, "url": reverse("organisation", args=[of.pk])},
            {"label": _("People")},
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def role_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more role: first where, then which. Whoever can give roles in one place only goes straight on."""
    person = queries.person(actor_of(request), pk, permission=Permission.MEMBERSHIP_EDIT)

    def join(to: Any, **said: Any) -> Any:
        return actions.join(to, by=actor_of(request), person=person, **said)

    return _give(request, person, join)


@require_http_methods(["GET", "HEAD", "POST"])
def person_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same for somebody who has left everywhere, by who knows her by number alone."""
    actor = actor_of(request)
    person = queries.person(actor, pk, permission=Permission.MEMBERSHIP_RETURN)

    def take_back(to: Any, **said: Any) -> Any:
        return actions.return_person(person, by=actor, of=to, **said)

    return _give(request, person, take_back)


def _give(request: HttpRequest, person: Any, deed: Callable[..., Any]) -> HttpResponse:
    actor = actor_of(request)
    to = _to(actor, asked(request, "in"))
    if to is None:
        return _choose_where(request, actor, person)
    where = queries.where(to)
    form = RoleForm(sent(request), roles=where.roles)
    her_page = reverse("person", args=[person.pk])
    if attempt_once(request, form, lambda said: deed(to, **said), leads_to=lambda _made: her_page):
        messages.success(
            request,
            _("%(number)s is %(role)s in %(place)s now.")
            % {
                "number": somebody("", person.number),
                "role": _(form.cleaned_data["role"]),
                "place": where.words,
            },
        )
        return go(her_page)
    return page(
        request,
        "people/role_add.html",
        status=status_of(form),
        form=form,
        where=where,
        **_about(actor, person),
    )


def _to(actor: Actor, asked_for: str) -> Any:
    try:
        pk = UUID(asked_for) if asked_for else None
    except ValueError:
        raise NotVisible("organisation") from None
    return queries.party(actor, pk, permission=Permission.MEMBERSHIP_EDIT) if pk else None


def _choose_where(request: HttpRequest, actor: Actor, person: Any) -> HttpResponse:
    words = asked(request, "q")
    found = slice_of(request, queries.parties_to_join(actor, words=words))
    places = [queries.where(each) for each in found.rows]
    if len(places) == 1 and not words:
        return go(f"{request.path}?in={places[0].id}")
    return page(
        request, "people/role_where.html", found=found, places=places, words=words, **_about(actor, person)
    )


def _about(actor: Actor, person: Any) -> dict[str, Any]:
    names = identity.shown(actor, [person.pk], on=person)
    return {
        "person": person,
        "called": somebody(names.get(person.pk, ""), person.number),
        "crumbs": [
            {"label": _("People"), "url": reverse("people")},
            {"label": person.number, "url": reverse("person", args=[person.pk])},
            {"label": _("One more role")},
        ],
    }


def _ended(actor: Actor, membership: Any, where: queries.Where) -> str:
    said = {"role": _(membership.role), "place": where.words}
    if membership.ends > actions.today(actor):
        said["day"] = date_words(membership.ends)
        return _("The role %(role)s in %(place)s ends with %(day)s.") % said
    return _("The role %(role)s in %(place)s is ended. What was done in it stays in the record.") % said


def _line_words(line: queries.RoleLine) -> str:
    return _("%(person)s, %(role)s in %(where)s") % {
        "person": somebody(line.name, line.person.number),
        "role": _(line.membership.role),
        "where": line.where.words,
    }


def _is_last(actor: Actor, person: Any, shown: Any) -> bool:
    """Whether somebody's page closes to `actor` with this role, because no other one shows her."""
    if not can(actor, Permission.MEMBERSHIP_EDIT, person):
        return False  # the page is open to her for another reason, or not at all
    return [m.pk for m in queries.roles_of(actor, [person.pk])[person.pk]] == [shown.pk]


@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks once, in words, and ends a role."""
    actor = actor_of(request)
    shown = queries.membership(actor, pk, permission=Permission.MEMBERSHIP_EDIT)
    where = queries.where(shown.of)
    given = {str(each.pk): each for each in queries.given_in_turn(actor, shown)}
    line, *theirs = queries.lines(actor, [shown, *given.values()], on=shown)
    form = EndForm(sent(request), given={str(each.membership.pk): _line_words(each) for each in theirs})
    ended = attempt(
        form,
        lambda said: actions.end_membership(
            shown, by=actor, last=said["last"], also=[given[pk] for pk in said.get("also", ())]
        ),
    )
    if ended:
        messages.success(request, _ended(actor, ended, where))
        return go(reverse(where.kind, args=[where.id]))
    is_own = line.person.pk == actor.subject
    return page(
        request,
        "people/membership_end.html",
        status=status_of(form),
        form=form,
        line=line,
        is_own=is_own,
        is_last=not is_own and _is_last(actor, line.person, shown),
        called=somebody(line.name, line.person.number),
        crumbs=[
            {"label": _("Organisations"), "url": reverse("organisations")},
            {"label": where.name, "url": reverse(where.kind, args=[where.id])},
            {"label": _("End a role")},
        ],
    )
