"""Reads of places: everybody who has signed in may see them."""

import re

from django.db.models import Count, F, Q, QuerySet

from alongside.commons.places import naming
from alongside.commons.places.models import Above, CodeSystem, Hierarchy, Place, PlaceCode
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can, installation
from alongside.core.kit.refusal import NotVisible

MEANT_AT_MOST = 12
_IN_BRACKETS = re.compile(r"\(([^()]+)\)$")


def _all(actor: Actor) -> QuerySet[Place]:
    return Place.objects.all() if can(actor, Permission.PLACE_VIEW, installation()) else Place.objects.none()


def top(actor: Actor, *, hierarchy: str = Hierarchy.ADMINISTRATIVE) -> QuerySet[Place]:
    """The places with nothing above them, with how many stand directly below each."""
    held = Above.objects.filter(hierarchy=hierarchy, depth=1).values("below_id")
    stand = Above.objects.filter(hierarchy=hierarchy, depth=0).values("above_id")
    return _counted(_all(actor).filter(pk__in=stand).exclude(pk__in=held), hierarchy).order_by("name", "pk")


def children(actor: Actor, place: Place, *, hierarchy: str = Hierarchy.ADMINISTRATIVE) -> QuerySet[Place]:
    below = Above.objects.filter(hierarchy=hierarchy, above=place, depth=1).values("below_id")
    return _counted(_all(actor).filter(pk__in=below), hierarchy).order_by("name", "pk")


def _counted(places: QuerySet[Place], hierarchy: str) -> QuerySet[Place]:
    return places.annotate(
        below=Count("below_links", filter=Q(below_links__depth=1, below_links__hierarchy=hierarchy))
    ).prefetch_related("codes")


def search(actor: Actor, words: str) -> QuerySet[Place]:
    """Places by part of a name or by a whole code."""
    words = words.strip()
    return (
        _counted(
            _all(actor).filter(
                Q(name__icontains=words)
                | Q(kind=naming.COUNTRY, name__in=naming.countries_called(words))
                | Q(pk__in=Place.objects.filter(codes__value__iexact=words).values("pk"))
            ),
            Hierarchy.ADMINISTRATIVE,
        ).order_by("name", "pk")
        if words
        else Place.objects.none()
    )


def place(actor: Actor, pk: int) -> Place:
    found = _all(actor).filter(pk=pk).prefetch_related("codes").first()
    if found is None:
        raise NotVisible("place", pk)
    return found


def path(place: Place, *, hierarchy: str = Hierarchy.ADMINISTRATIVE) -> list[Place]:
    """From the top down to the place itself."""
    links = Above.objects.filter(below=place, hierarchy=hierarchy).order_by("-depth").select_related("above")
    return [link.above for link in links]


def paths(places: list[int], *, hierarchy: str = Hierarchy.ADMINISTRATIVE) -> dict[int, list[Place]]:
    """The paths of many places in one query."""
    found: dict[int, list[Place]] = {pk: [] for pk in places}
    links = (
        Above.objects.filter(below__in=places, hierarchy=hierarchy).order_by("-depth").select_related("above")
    )
    for link in links:
        found[link.below_id].append(link.above)
    return found


def meant(actor: Actor, words: str) -> list[Place]:
    """What somebody may mean who writes a code, a name, or a name with its code in brackets.

    One place where it is clear: by code before by whole name, by whole name before by part of one.
    """
    words = " ".join(words.split())
    code = _IN_BRACKETS.search(words)
    rows = _all(actor).prefetch_related("codes").order_by("name", "pk")
    for fits in (
        Q(pk__in=PlaceCode.objects.filter(value__iexact=code[1] if code else words).values("place")),
        Q(name__iexact=words) | Q(kind=naming.COUNTRY, name__in=naming.countries_called(words, whole=True)),
        Q(name__icontains=words),
    ):
        found = list(rows.filter(fits)[:MEANT_AT_MOST])
        if found:
            return found
    return []


def in_words(place: Place) -> str:
    """The place so that it can be told from others and written back: its name with its first code."""
    code = next((code.value for code in place.codes.all()), "")
    return f"{place.called} ({code})" if code else place.called


def by_code(system: str, value: str) -> Place | None:
    return Place.objects.filter(codes__system=system, codes__value=value).first()


def country_of(place: Place) -> Place | None:
    """The country a place stands in, itself included."""
    return (
        Place.objects.filter(below_links__below=place, codes__system=CodeSystem.ISO_3166_1)
        .annotate(depth=F("below_links__depth"))
        .order_by("depth")
        .first()
    )


def inside(place: Place, *, hierarchy: str = Hierarchy.ADMINISTRATIVE) -> QuerySet[Above]:
    """The ids of a place and everything below it, as a subquery: `place__in=inside(p).values("below_id")`."""
    return Above.objects.filter(above=place, hierarchy=hierarchy)
