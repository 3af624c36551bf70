"""Writes of places. An import is one deed: all of it or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from alongside.commons.places import rules
from alongside.commons.places.models import Above, Hierarchy, Place, PlaceCode
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import Installation, Scope
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.access.scopes import open_scope
from alongside.core.kit.refusal import Refused


@dataclass(frozen=True)
class PlaceRow:
    """One place as a source names it. `parent` is the code above it, empty at the top."""

    code: str
    name: str
    kind: str
    parent: str = ""


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    unchanged: int


@action(Permission.PLACE_IMPORT)
def import_places(
    where: Installation,
    *,
    by: Actor,
    rows: Iterable[PlaceRow],
    system: str,
    hierarchy: str = Hierarchy.ADMINISTRATIVE,
    top_system: str = "",
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Add and update places by code; those already as the source says are left alone.

    `top_system` names the code system of rows without a parent where it differs (countries: ISO 3166-1).
    """
    wanted = list(rows)
    reasons = rules.why_not_import([(r.code, r.parent) for r in wanted])
    if reasons:
        raise Refused(*reasons)
    systems = {r.code: (top_system or system) if not r.parent else system for r in wanted}
    known = {
        code.value: code.place
        for code in PlaceCode.objects.filter(system__in=set(systems.values())).select_related("place")
    }
    added, changed = _upsert(wanted, known, systems, progress)
    _lay_out(wanted, known, hierarchy)
    return Imported(len(added), changed, len(wanted) - len(added) - changed)


def _upsert(
    wanted: list[PlaceRow], known: dict[str, Place], systems: dict[str, str], progress: Callable[[int], None]
) -> tuple[list[Place], int]:
    changed = 0
    fresh = [row for row in wanted if row.code not in known]
    for row in wanted:
        place = known.get(row.code)
        if place and (place.name, place.kind) != (row.name, row.kind):
            place.name, place.kind = row.name, row.kind
            place.save(update_fields=["name", "kind"])
            changed += 1
    made = Place.objects.bulk_create([Place(name=r.name, kind=r.kind) for r in fresh], batch_size=1000)
    PlaceCode.objects.bulk_create(
        [PlaceCode(place=p, system=systems[r.code], value=r.code) for p, r in zip(made, fresh, strict=True)],
        batch_size=1000,
    )
    known.update({r.code: p for p, r in zip(made, fresh, strict=True)})
    progress(len(wanted))
    return made, changed


def _lay_out(wanted: list[PlaceRow], known: dict[str, Place], hierarchy: str) -> None:
    parents = {row.code: row.parent for row in wanted}
    want: dict[int, dict[int, int]] = {}
    for code in parents:
        line, depth = {}, 0
        at = code
        while at:
            line[known[at].pk] = depth
            at, depth = parents.get(at, ""), depth + 1
        want[known[code].pk] = line
    have: dict[int, dict[int, int]] = {}
    for below, above, depth in Above.objects.filter(hierarchy=hierarchy).values_list(
        "below", "above", "depth"
    ):
        if below in want:
            have.setdefault(below, {})[above] = depth
    moved = [pk for pk, line in want.items() if have.get(pk) != line]
    Above.objects.filter(hierarchy=hierarchy, below__in=[pk for pk in moved if pk in have]).delete()
    Above.objects.bulk_create(
        [
            Above(hierarchy=hierarchy, above_id=above, below_id=pk, depth=depth)
            for pk in moved
            for above, depth in want[pk].items()
        ],
        batch_size=2000,
    )


def scope_of(place: Place, *, under: Installation) -> Scope:
    """The place's scope, opened on first need together with those above it. Called from inside actions."""
    line = (
        Above.objects.filter(below=place, hierarchy=Hierarchy.ADMINISTRATIVE)
        .order_by("-depth")
        .select_related("above__scope")
    )
    parent = under.scope
    chain = [link.above for link in line] or [place]
    for each in chain:
        if each.scope is None:
            each.scope = open_scope(ScopeKind.PLACE, [parent])
            each.save(update_fields=["scope"])
        parent = each.scope
    return parent
