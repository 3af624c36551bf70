"""Organisations, their units and groups."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alongside.commons.people import actions, queries
from alongside.commons.people.kinds import OrganisationKind, UnitKind
from alongside.commons.places import queries as places
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can, installation
from alongside.core.access.queries import installation_for
from alongside.web.people.forms import NameForm, OrganisationForm, UnitForm
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.once import attempt_once
from alongside.web.shell.pages import asked, go, page, slice_of
from alongside.web.shell.words import number

ROLES_SHOWN = 10
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation; as soon as something is looked for, units too."""
    actor = actor_of(request)
    words, kind, where = asked(request, "q"), asked(request, "kind"), asked(request, "place")
    place = places.place(actor, int(where)) if where.isdecimal() else None
    units = bool(words or place or kind in UnitKind.values)
    found = slice_of(request, queries.organisations(actor, words=words, kind=kind, place=place, units=units))
    return page(
        request,
        "people/organisations.html",
        words=words,
        kind=kind,
        place=place,
        kinds=[("", _("All kinds"))] + [(k.value, capfirst(k.label)) for k in (*OrganisationKind, *UnitKind)],
        found=found,
        units=units,
        rows=_rows(found.rows),
        may_add=_may_add(actor),
    )


def _may_add(actor: Actor) -> bool:
    return can(actor, Permission.ORGANISATION_ADD, installation())


def _rows(found: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": {"text": each.name, "href": reverse("organisation", args=[each.pk])},
            "part_of": each.parent.name if each.parent else "",
            "kind": _kind(each) or None,
            "place": each.place.called if each.place else "",
            "units": number(each.unit_count) if each.parent is None else "",
        }
        for each in found
    ]


def _kind(each: Any) -> str:
    """A unit's own kind, never its parent's; empty where nobody has told it."""
    return str(each.get_unit_kind_display() if each.parent else each.get_kind_display())


@require_safe
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One organisation or unit: what it is, its units and groups, and who has which role (if allowed)."""
    actor = actor_of(request)
    shown = queries.organisation(actor, pk)
    units = slice_of(request, queries.units(actor, shown))
    roles = list(queries.role_lines(actor, shown)[: ROLES_SHOWN + 1])
    return page(
        request,
        "people/organisation.html",
        organisation=shown,
        kind=_kind(shown),
        crumbs=_crumbs(shown),
        place_path=_place_path(shown),
        units=units,
        groups=list(queries.groups(actor, shown)),
        lines=queries.lines(actor, roles[:ROLES_SHOWN], on=shown),
        more_roles=len(roles) > ROLES_SHOWN,
        may={
            "change": can(actor, Permission.ORGANISATION_EDIT, shown),
            "add_unit": can(actor, Permission.UNIT_ADD, shown),
            "add_person": can(actor, Permission.MEMBERSHIP_EDIT, shown),
            "see_roles": can(actor, Permission.MEMBERSHIP_VIEW, shown),
        },
    )


def _place_path(shown: Any) -> list[dict[str, str]]:
    path = places.path(shown.place) if shown.place else []
    return [{"name": each.called, "href": reverse("place", args=[each.pk])} for each in path]


def _crumbs(shown: Any, *further: str) -> list[dict[str, str]]:
    line = [{"label": _("Organisations"), "url": reverse("organisations")}]
    for each in (shown.parent, shown) if shown.parent else (shown,):
        line.append({"label": each.name, "url": reverse("organisation", args=[each.pk])})
    return line + [{"label": label, "url": ""} for label in further]


def _page_of(made: Any) -> str:
    return reverse(made._meta.model_name, args=[made.pk])


@form_page
def organisation_add(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    where = installation_for(actor, Permission.ORGANISATION_ADD)
    form = OrganisationForm(sent(request), actor=actor)
    made = attempt_once(
        request, form, lambda said: actions.add_organisation(where, by=actor, **said), leads_to=_page_of
    )
    if made:
        messages.success(
            request, _("It stands here now. Give its coordinator her role, and she can go on herself.")
        )
        return go(_page_of(made))
    return page(
        request,
        "people/organisation_add.html",
        status=status_of(form),
        form=form,
        crumbs=[{"label": _("Organisations"), "url": reverse("organisations")}, {"label": _("Add one")}],
    )


@form_page
def organisation_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    shown = queries.organisation(actor, pk, permission=Permission.ORGANISATION_EDIT)
    form = UnitForm(sent(request), actor=actor)
    if attempt(form, lambda said: actions.change_organisation(shown, by=actor, **said)):
        messages.success(request, _("The change is saved."))
        return go(reverse("organisation", args=[pk]))
    place = places.in_words(places.place(actor, shown.place.pk)) if shown.place else ""
    form.initial = {"name": shown.name, "unit_kind": shown.unit_kind, "place": place, "size": shown.size}
    return page(
        request,
        "people/organisation_change.html",
        status=status_of(form),
        form=form,
        organisation=shown,
        crumbs=_crumbs(shown, _("Change")),
    )


@form_page
def unit_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    parent = queries.organisation(actor, pk, permission=Permission.UNIT_ADD)
    form = UnitForm(sent(request), actor=actor)
    made = attempt_once(
        request, form, lambda said: actions.add_unit(parent, by=actor, **said), leads_to=_page_of
    )
    if made:
        messages.success(request, _("The unit stands here now."))
        return go(_page_of(made))
    return page(
        request,
        "people/unit_add.html",
        status=status_of(form),
        form=form,
        parent=parent,
        crumbs=_crumbs(parent, _("Add a unit")),
    )


@form_page
def group_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    of = queries.organisation(actor, pk, permission=Permission.UNIT_ADD)
    form = NameForm(sent(request))
    made = attempt_once(
        request, form, lambda said: actions.add_group(of, by=actor, **said), leads_to=_page_of
    )
    if made:
        messages.success(request, _("The group stands here now. Nobody is in it yet."))
        return go(_page_of(made))
    return page(
        request,
        "people/group_add.html",
        status=status_of(form),
        form=form,
        organisation=of,
        crumbs=_crumbs(of, _("Add a group")),
    )


@require_safe
def group(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One group, and who is in it for those who may see."""
    actor = actor_of(request)
    shown = queries.group(actor, pk)
    roles = slice_of(request, queries.role_lines(actor, shown))
    return page(
        request,
        "people/group.html",
        group=shown,
        crumbs=[
            {"label": _("Organisations"), "url": reverse("organisations")},
            {"label": shown.of.name, "url": reverse("organisation", args=[shown.of.pk])},
            {"label": shown.name},
        ],
        roles=roles,
        lines=queries.lines(actor, roles.rows, on=shown),
        may={
            "see_roles": can(actor, Permission.MEMBERSHIP_VIEW, shown),
            "add_person": can(actor, Permission.MEMBERSHIP_EDIT, shown),
        },
    )
