"""Places: everybody who has signed in may look."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alongside.commons.people import queries as people
from alongside.commons.places import queries
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked, page, slice_of
from alongside.web.shell.words import number

ORGANISATIONS_SHOWN = 20


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The top of the tree, or what a search finds anywhere in it."""
    actor, words = actor_of(request), asked(request, "q")
    found = slice_of(request, queries.search(actor, words) if words else queries.top(actor))
    paths = queries.paths([each.pk for each in found.rows]) if words else {}
    return page(request, "places/places.html", words=words, found=found, rows=_rows(found.rows, paths))


@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: where it lies, what lies below it, which organisations are there."""
    actor = actor_of(request)
    shown = queries.place(actor, pk)
    path = queries.path(shown) or [shown]
    below = slice_of(request, queries.children(actor, shown))
    total, units = people.how_many(actor, shown)
    there = people.organisations(actor, place=shown)[:ORGANISATIONS_SHOWN] if total else []
    return page(
        request,
        "places/place.html",
        place=shown,
        crumbs=_crumbs(path),
        about=_about(shown, path),
        below=below,
        rows=_rows(below.rows, {}),
        organisations=_organisations(there),
        total=total,
        units=units,
        all_url=f"{reverse('organisations')}?{urlencode({'place': shown.pk})}",
    )


def _crumbs(path: Sequence[Any]) -> list[dict[str, str]]:
    above = [{"label": each.called, "url": reverse("place", args=[each.pk])} for each in path[:-1]]
    return [{"label": _("Places"), "url": reverse("places")}, *above, {"label": path[-1].called}]


def _about(shown: Any, path: Sequence[Any]) -> list[dict[str, Any]]:
    lies_in = ", ".join(each.called for each in reversed(path[:-1]))
    about = [{"label": _("What it is"), "value": shown.kind_called}]
    if lies_in:
        about.append({"label": _("Lies in"), "value": lies_in})
    return about + [{"label": code.get_system_display(), "value": code.value} for code in shown.codes.all()]


def _rows(places: Sequence[Any], paths: Mapping[int, Sequence[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": {"text": each.called, "href": reverse("place", args=[each.pk])},
            "kind": each.kind_called,
            "inside": ", ".join(above.called for above in reversed(paths.get(each.pk, [])[:-1])),
            "codes": ", ".join(code.value for code in each.codes.all()),
            "below": number(each.below),
        }
        for each in places
    ]


def _organisations(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": {"text": each.name, "href": reverse("organisation", args=[each.pk])},
            "kind": each.get_kind_display(),
            "place": each.place.called,
            "units": number(each.unit_count),
        }
        for each in found
    ]
