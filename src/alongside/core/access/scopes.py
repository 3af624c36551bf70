"""Scopes open and hang under each other; the closure is kept with them, in the same transaction."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Min

from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import Scope, ScopeAbove, ScopeParent


@transaction.atomic
def open_scope(kind: ScopeKind, parents: Iterable[Scope]) -> Scope:
    """A new scope under `parents`."""
    scope = Scope.objects.create(kind=kind)
    ScopeParent.objects.bulk_create(ScopeParent(scope=scope, parent=parent) for parent in parents)
    _recount(scope)
    return scope


@transaction.atomic
def attach(scope: Scope, parent: Scope) -> None:
    """Hang `scope` under one more parent; nothing happens where it does already."""
    _hold(scope, parent)
    if ScopeAbove.objects.filter(above=scope, below=parent).exists():
        raise ValueError("a scope can't hang under itself")
    _, new = ScopeParent.objects.get_or_create(scope=scope, parent=parent)
    if new:
        _recount_below(scope)


@transaction.atomic
def detach(scope: Scope, parent: Scope) -> None:
    """Take `scope` away from under `parent`."""
    _hold(scope, parent)
    ScopeParent.objects.filter(scope=scope, parent=parent).delete()
    _recount_below(scope)


def _hold(scope: Scope, parent: Scope) -> None:
    # Parent before child, and everything above both: two moves at once must not tear the closure.
    above = ScopeAbove.objects.filter(below__in=[scope.pk, parent.pk]).values("above_id")
    list(Scope.objects.select_for_update().filter(pk__in=above).order_by("pk"))


def _recount_below(scope: Scope) -> None:
    below = ScopeAbove.objects.filter(above=scope).order_by("depth").values_list("below_id", flat=True)
    waiting = list(Scope.objects.filter(pk__in=list(below)))
    pending = {s.pk for s in waiting}
    # A scope is counted once all of its parents inside the moved part are: at most len(waiting) rounds.
    for _ in range(len(waiting)):
        ready = [
            s
            for s in waiting
            if s.pk in pending and not ScopeParent.objects.filter(scope=s, parent__in=pending).exists()
        ]
        for s in ready:
            _recount(s)
            pending.discard(s.pk)
        if not pending:
            return


def _recount(scope: Scope) -> None:
    ScopeAbove.objects.filter(below=scope).delete()
    above = (
        ScopeAbove.objects.filter(below__child_links__scope=scope)
        .values("above_id")
        .annotate(least=Min("depth"))
    )
    rows = [ScopeAbove(above=scope, below=scope, below_kind=scope.kind, depth=0)]
    rows += [
        ScopeAbove(above_id=r["above_id"], below=scope, below_kind=scope.kind, depth=r["least"] + 1)
        for r in above
    ]
    ScopeAbove.objects.bulk_create(rows)


@transaction.atomic
def open_many(kind: ScopeKind, parents: list[list[Scope]]) -> list[Scope]:
    """Many new scopes at once, the i-th under `parents[i]`; for imports and the demonstration."""
    if connection.features.can_return_rows_from_bulk_insert:
        scopes = Scope.objects.bulk_create([Scope(kind=kind) for _ in parents])
    else:
        scopes = [Scope.objects.create(kind=kind) for _ in parents]
    ScopeParent.objects.bulk_create(
        [ScopeParent(scope=s, parent=p) for s, ps in zip(scopes, parents, strict=True) for p in ps]
    )
    wanted = {p.pk for ps in parents for p in ps}
    above: dict[int, dict[int, int]] = {}
    for link in ScopeAbove.objects.filter(below__in=wanted):
        above.setdefault(link.below_id, {})[link.above_id] = link.depth
    rows = []
    for scope, its in zip(scopes, parents, strict=True):
        depths = {scope.pk: 0}
        for parent in its:
            for pk, depth in above[parent.pk].items():
                depths[pk] = min(depths.get(pk, depth + 1), depth + 1)
        rows += [ScopeAbove(above_id=pk, below=scope, below_kind=kind, depth=d) for pk, d in depths.items()]
    ScopeAbove.objects.bulk_create(rows, batch_size=2000)
    return scopes
