"""Writes of the catalogue."""

from collections.abc import Iterable

from alongside.commons.catalogue.models import ActivityKind, Statutory
from alongside.commons.catalogue.standard import STANDARD, StandardKind
from alongside.commons.places import queries as places
from alongside.commons.places.models import CodeSystem
from alongside.core.access.actor import Actor
from alongside.core.access.models import Installation
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action


@action(Permission.CATALOGUE_EDIT)
def keep_kinds(where: Installation, *, by: Actor, kinds: Iterable[StandardKind] = STANDARD) -> int:
    """Add the kinds that are missing; returns how many. A country that is not imported yet is passed over."""
    added = 0
    for kind in kinds:
        row, new = ActivityKind.objects.get_or_create(
            key=kind.key, defaults={"name": kind.name, "about": kind.about}
        )
        added += new
        for code in kind.statutory_in:
            country = places.by_code(CodeSystem.ISO_3166_1, code)
            if country:
                Statutory.objects.get_or_create(kind=row, country=country, defaults={"law": kind.law})
    return added
