"""The one question, asked everywhere: which rows may this actor use a permission on?"""

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

from django.db import connection, models, transaction
from django.db.models import BooleanField, QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from alongside.core.access import audit
from alongside.core.access.actor import Actor
from alongside.core.access.models import Grant, Installation, ScopeAbove
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import Role, carriers
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
    return rows.filter(scope_id__in=_Reach(actor, permission))


def can(actor: Actor, permission: Permission, row: models.Model) -> bool:
    """Whether `actor` may use `permission` on this row."""
    return visible(actor, permission, type(row)._default_manager.filter(pk=row.pk)).exists()


def installation() -> Installation:
    """The guarded object where there is no parent yet."""
    found = Installation.objects.select_related("scope").first()
    if found is None:
        raise NotVisible("installation")
    return found


class _Reach(RawSQL):
    """The scopes in which an actor holds a permission, as a subquery.

    Written by hand and once: putting it together from parts took five times as long as the database takes to answer,
    a dozen times a page.
    """

    def __init__(self, actor: Actor, permission: Permission, *, asks: str = "{scopes}") -> None:
        subjects = [_SUBJECT.get_db_prep_value(subject, connection) for subject in actor.subjects]
        at = connection.ops.adapt_datetimefield_value(actor.at)
        sql = asks.format(scopes=_statement(permission, len(subjects)))
        super().__init__(sql, [*subjects, at, at], output_field=BooleanField())

    def resolve_expression(self, *_args: Any, **_kwargs: Any) -> Self:
        return self  # it names no column of the query in which it stands


_SUBJECT = UUIDField()


@cache
def _statement(permission: Permission, subjects: int) -> str:
    """What is asked, with room for the subjects and twice the instant."""
    roles = carriers(permission)
    reach = [f"above.depth = 0 AND held.role IN ({_quoted(roles.here)})"]
    for kind, below in sorted(roles.below.items()):
        reach.append(f"above.depth > 0 AND above.below_kind = '{kind}' AND held.role IN ({_quoted(below)})")
    # `reach` says the last condition already: said once more, grants of no use are left before their scopes are read.
    return f"""
        SELECT above.below_id FROM {ScopeAbove._meta.db_table} above
        JOIN {Grant._meta.db_table} held ON held.scope_id = above.above_id
        WHERE held.subject IN ({", ".join(["%s"] * subjects)})
        AND held.starts <= %s AND (held.ends IS NULL OR held.ends > %s)
        AND ({" OR ".join(f"({each})" for each in reach)})
        AND held.role IN ({_quoted(roles.here.union(*roles.below.values()))})
        """  # noqa: S608 - the words are ours; who asks, and when, are parameters


def _quoted(roles: Iterable[Role]) -> str:
    return ", ".join(f"'{role}'" for role in sorted(roles)) or "NULL"


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
    return bool(holds_which(actor, permission))


def holds_which(actor: Actor, *permissions: Permission) -> set[Permission]:
    """Of these permissions, those that `actor` holds in any scope at all: a whole menu in one question."""
    asked = {f"asked_{i}": _Reach(actor, p, asks="EXISTS ({scopes})") for i, p in enumerate(permissions)}
    found = Installation.objects.annotate(**asked).values_list(*asked).first() or ()
    return {permission for permission, held in zip(permissions, found, strict=False) if held}
