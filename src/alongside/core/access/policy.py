"""The one question, asked everywhere: which rows may this actor use a permission on?"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.db import models, transaction
from django.db.models import Exists, Q, QuerySet

from alongside.core.access import audit
from alongside.core.access.actor import Actor
from alongside.core.access.models import Installation, ScopeAbove
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import carriers
from alongside.core.kit.refusal import NotVisible

M = TypeVar("M", bound=models.Model)
R = TypeVar("R")
G = TypeVar("G", bound=models.Model)
Args = ParamSpec("Args")


class Guarded(Protocol):
    """Every guarded row carries its scope."""

    scope_id: int


def visible(actor: Actor, permission: Permission, rows: QuerySet[M]) -> QuerySet[M]:
    """The rows on whose scope `actor` holds `permission`: one indexed condition, lists and checks alike."""
    return rows.filter(scope_id__in=_scopes(actor, permission))


def can(actor: Actor, permission: Permission, row: models.Model) -> bool:
    """Whether `actor` may use `permission` on this row."""
    return visible(actor, permission, type(row)._default_manager.filter(pk=row.pk)).exists()


def installation() -> Installation:
    """The guarded object where there is no parent yet."""
    found = Installation.objects.select_related("scope").first()
    if found is None:
        raise NotVisible("installation")
    return found


def _scopes(actor: Actor, permission: Permission) -> QuerySet[ScopeAbove, Any]:
    roles = carriers(permission)
    reach = Q(depth=0, above__grants__role__in=roles.here)
    for kind, below in roles.below.items():
        reach |= Q(depth__gt=0, below_kind=kind, above__grants__role__in=below)
    return ScopeAbove.objects.filter(
        reach,
        Q(above__grants__ends__isnull=True) | Q(above__grants__ends__gt=actor.at),
        above__grants__subject__in=actor.subjects,
        # `reach` says so already: said once more, grants of no use are left before their scopes are read.
        above__grants__role__in=roles.here.union(*roles.below.values()),
        above__grants__starts__lte=actor.at,
    ).values("below_id")


def action(
    permission: Permission,
) -> Callable[[Callable[Concatenate[G, Args], R]], Callable[Concatenate[G, Args], R]]:
    """A deed: transaction, permission on its first argument, and an audit row, or nothing at all.

    The first argument is the guarded row (its parent when creating), `by` the actor; the names of the
    other keyword arguments stand in the audit, their values never.
    """

    def decorate(deed: Callable[Concatenate[G, Args], R]) -> Callable[Concatenate[G, Args], R]:
        verb = f"{deed.__module__.split('.')[-2]}.{deed.__name__}"

        @wraps(deed)
        def act(guarded: G, /, *args: Args.args, **given: Args.kwargs) -> R:
            by = given.get("by")
            if not isinstance(by, Actor):
                raise TypeError(f"{verb} needs by=Actor")
            with transaction.atomic():
                if not can(by, permission, guarded):
                    raise NotVisible(guarded._meta.model_name or "", guarded.pk)
                result = deed(guarded, *args, **given)
                made = result if isinstance(result, models.Model) else None
                audit.record(by, verb, guarded, made=made, fields=sorted(set(given) - {"by"}))
            return result

        act.permission = permission  # type: ignore[attr-defined]  # read by the house tests
        return act

    return decorate


def holds_anywhere(actor: Actor, permission: Permission) -> bool:
    """Whether there is any scope at all where `actor` holds `permission`: for menus, never for a decision."""
    return _scopes(actor, permission).exists()


def holds_which(actor: Actor, *permissions: Permission) -> set[Permission]:
    """Of these permissions, those that `actor` holds in any scope at all: a whole menu in one question."""
    asked = {f"asked_{i}": Exists(_scopes(actor, p)) for i, p in enumerate(permissions)}
    found = Installation.objects.annotate(**asked).values_list(*asked).first() or ()
    return {permission for permission, held in zip(permissions, found, strict=False) if held}
