"""Linked tables: counts by place, kind, size and their totals, and which sums hold between them.

Cells of different tables that count the same are one cell: the total over kinds of a place
is that place's count, in whichever table it stands. So whatever follows from one table is
seen in all.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

#: What a cell counts: a category for each dimension that it is not a total over.
Cell: TypeAlias = frozenset[tuple[str, str]]
#: From a parent category to its parts, in one dimension; parts may be parents in turn.
Hierarchy: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Relation:
    """One cell is the sum of others."""

    total: Hashable
    parts: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LinkedTables:
    """Cells with their counts, and every sum that holds between them.

    Attributes
    ----------
    counts : dict
        From each cell to its count.
    relations : tuple of Relation
    hidden : frozenset
        Cells that are shown to nobody, closed or not: they stand behind the tables.

    Raises
    ------
    ValueError
        When a count is negative or no whole number, or a sum does not hold.
    """

    counts: Mapping[Hashable, int]
    relations: tuple[Relation, ...]
    hidden: frozenset[Hashable] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """See that the sums hold: an attack on tables that contradict themselves means nothing."""
        for cell, count in self.counts.items():
            if isinstance(count, bool) or int(count) != count or count < 0:
                raise ValueError(f"a count is a whole number from 0 up, but that of {named(cell)} is {count}")
        for relation in self.relations:
            missing = [cell for cell in (relation.total, *relation.parts) if cell not in self.counts]
            if missing:
                raise ValueError(f"{named(missing[0])} is part of a sum, but has no count")
            found = sum(self.counts[part] for part in relation.parts)
            if found != self.counts[relation.total]:
                raise ValueError(
                    f"the parts of {named(relation.total)} sum to {found}, but its count is "
                    f"{self.counts[relation.total]}"
                )

    @property
    def shown(self) -> list[Hashable]:
        """The cells that are published unless they are closed."""
        return [cell for cell in self.counts if cell not in self.hidden]


def named(cell: Hashable) -> str:
    """Return a cell in words."""
    if not isinstance(cell, frozenset):
        return str(cell)
    return ", ".join(f"{dimension} {category}" for dimension, category in sorted(cell)) or "the grand total"


def link(
    records: Iterable[tuple[Mapping[str, str], int]],
    tables: Sequence[Sequence[str]],
    hierarchies: Mapping[str, Hierarchy] | None = None,
    *,
    behind: bool = False,
) -> LinkedTables:
    """Count records into tables with all their totals.

    Parameters
    ----------
    records : iterable of (mapping, int)
        The finest categories, one for each dimension, and how many units are of that sort.
    tables : sequence of sequence of str
        The dimensions of each table that is shown, such as ``[("place", "answer"),
        ("kind", "answer")]``. Every table is shown with its totals over each dimension.
    hierarchies : mapping, optional
        For a dimension, which categories are sums of which: ``{"place": {"north": ["n1",
        "n2"]}}``. A category may be part of several parents.
    behind : bool
        Whether to reckon with the full cross of all dimensions, which nobody is shown: what
        several tables say together bounds it, and it bounds them.

    Returns
    -------
    LinkedTables
        Cells are frozensets of (dimension, category); the grand total is the empty one.

    Raises
    ------
    ValueError
        When a record lacks a dimension, a table repeats one, or a hierarchy names a
        category that is its own part.
    """
    finest = [(dict(categories), count) for categories, count in records]
    dimensions = list(dict.fromkeys(name for table in tables for name in table))
    crosses = [tuple(table) for table in tables]
    for table in crosses:
        if len(set(table)) < len(table):
            raise ValueError(f"a table has each dimension once, but one is {', '.join(table)}")
    steps = {name: _steps(name, finest, (hierarchies or {}).get(name, {})) for name in dimensions}
    hidden_cross = [tuple(dimensions)] if behind and tuple(dimensions) not in crosses else []
    sums: dict[Cell, int] = {}
    for categories, count in finest:
        for cell in _within(categories, dimensions, steps):
            sums[cell] = sums.get(cell, 0) + count
    counts: dict[Hashable, int] = {}
    relations: dict[tuple[Hashable, frozenset[Hashable]], Relation] = {}
    for table in crosses + hidden_cross:
        for cell in _cells(table, steps):
            counts[cell] = sums.get(cell, 0)
        for relation in _relations(table, steps):
            relations.setdefault((relation.total, frozenset(relation.parts)), relation)
    shown = {cell for table in crosses for cell in _cells(table, steps)}
    return LinkedTables(counts, tuple(relations.values()), frozenset(set(counts) - shown))


@dataclass(frozen=True, slots=True)
class _Steps:
    """A dimension: its finest categories, and which are sums of which; None is the total."""

    leaves: tuple[str, ...]
    sums: tuple[tuple[str | None, tuple[str, ...]], ...]
    above: Mapping[str, frozenset[str]]

    @property
    def categories(self) -> list[str | None]:
        return [*self.leaves, *(parent for parent, _ in self.sums if parent is not None), None]


def _steps(name: str, finest: Iterable[tuple[Mapping[str, str], int]], hierarchy: Hierarchy) -> _Steps:
    found: dict[str, None] = {}
    for categories, _ in finest:
        if name not in categories:
            raise ValueError(f"a record has no {name}")
        found[categories[name]] = None
    parts = [part for children in hierarchy.values() for part in children]
    leaves = tuple(dict.fromkeys([*found, *(part for part in parts if part not in hierarchy)]))
    if any(leaf in hierarchy for leaf in leaves):
        raise ValueError(f"records name the finest categories of {name}, but one names a sum")
    below = {parent: _leaves(parent, hierarchy, name) for parent in hierarchy}
    above = {
        leaf: frozenset({leaf, *(parent for parent, held in below.items() if leaf in held)})
        for leaf in leaves
    }
    tops = [c for c in (*leaves, *hierarchy) if c not in parts]
    covered = [leaf for top in tops for leaf in below.get(top, (top,))]
    # Where parents overlap their sum is not the total; the leaves always are.
    whole = tuple(tops) if sorted(covered) == sorted(leaves) else leaves
    sums: list[tuple[str | None, tuple[str, ...]]] = [(p, tuple(c)) for p, c in hierarchy.items()]
    return _Steps(leaves, (*sums, (None, whole)), above)


def _leaves(parent: str, hierarchy: Hierarchy, name: str, trail: Collection[str] = ()) -> list[str]:
    if parent in trail:
        raise ValueError(f"the category {parent} of {name} is part of itself")
    if parent not in hierarchy:
        return [parent]
    return [leaf for part in hierarchy[parent] for leaf in _leaves(part, hierarchy, name, [*trail, parent])]


def _cell(table: Sequence[str], categories: Sequence[str | None]) -> Cell:
    return frozenset((d, c) for d, c in zip(table, categories, strict=True) if c is not None)


def _within(
    categories: Mapping[str, str], dimensions: Sequence[str], steps: Mapping[str, _Steps]
) -> Iterable[Cell]:
    """Yield every cell that counts a record."""
    choices: list[list[str | None]] = [[None, *sorted(steps[d].above[categories[d]])] for d in dimensions]
    return (_cell(dimensions, chosen) for chosen in product(*choices))


def _cells(table: Sequence[str], steps: Mapping[str, _Steps]) -> Iterable[Cell]:
    return (_cell(table, chosen) for chosen in product(*(steps[d].categories for d in table)))


def _relations(table: Sequence[str], steps: Mapping[str, _Steps]) -> Iterable[Relation]:
    for place, dimension in enumerate(table):
        others = [steps[d].categories for i, d in enumerate(table) if i != place]
        for chosen in product(*others):
            for parent, parts in steps[dimension].sums:

                def at(
                    category: str | None, chosen: Sequence[str | None] = chosen, place: int = place
                ) -> Cell:
                    return _cell(table, [*chosen[:place], category, *chosen[place:]])

                yield Relation(at(parent), tuple(at(part) for part in parts))
