"""Reads of the catalogue: everybody who has signed in may see it."""

from django.db.models import QuerySet

from alongside.commons.catalogue.models import ActivityKind, Statutory
from alongside.commons.places.models import Place
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can, installation


def kinds(actor: Actor) -> QuerySet[ActivityKind]:
    if not can(actor, Permission.CATALOGUE_VIEW, installation()):
        return ActivityKind.objects.none()
    return ActivityKind.objects.prefetch_related("statutory_in__country").order_by("name", "pk")


def statutory_keys(country: Place) -> frozenset[str]:
    """The keys of the kinds that the law of `country` requires."""
    return frozenset(Statutory.objects.filter(country=country).values_list("kind__key", flat=True))
