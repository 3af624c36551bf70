"""The attacker: who reads everything that is published, and subtracts.

She knows every open count, that counts are whole numbers from 0 up, and which are sums of
which, within a table and across tables. For each closed cell she works out the least and
the most it can be. A cell is given away where the two are the same, and too well known
where they lie closer together than the protection that was promised.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alongside_evidence.linked import Relation, named
from alongside_evidence.polytope import NoSuchTable, Polytope
from alongside_evidence.results import Json

#: A closed cell could be anything in a range of at least this many.
PROTECTION = 5


@dataclass(frozen=True, slots=True)
class Range:
    """What an attacker knows of a closed cell.

    Attributes
    ----------
    cell : hashable
    least : int
    most : int or None
        None where there is no bound.
    """

    cell: Hashable
    least: int
    most: int | None

    def width(self) -> float:
        """Return how far apart the two lie; infinite without a bound."""
        return float("inf") if self.most is None else self.most - self.least

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {"cell": named(self.cell), "least": self.least, "most": self.most}


def ranges(published: Mapping[Hashable, int | None], relations: Sequence[Relation]) -> tuple[Range, ...]:
    """Return what can be worked out about every closed cell.

    Parameters
    ----------
    published : mapping
        From each cell to its count, or None where it is closed (or shown to nobody).
    relations : sequence of Relation
        Which cells are sums of which.

    Returns
    -------
    tuple of Range
        In the order of the closed cells; exact for counts that may be fractions, and
        rounded inwards to whole numbers.

    Raises
    ------
    ValueError
        When a relation names a cell that is not there, or the open counts contradict each
        other.
    """
    found: dict[Hashable, Range] = {}
    for cells, polytope in _parts(published, relations):
        for i, cell in enumerate(cells):
            most = polytope.greatest(i)
            found[cell] = Range(cell, polytope.smallest(i), most)
    return tuple(found[cell] for cell, count in published.items() if count is None)


def attack(
    published: Mapping[Hashable, int | None],
    relations: Sequence[Relation],
    *,
    protection: int = PROTECTION,
    spare: Collection[Hashable] = (),
) -> tuple[Range, ...]:
    """Return the closed cells that subtraction gives away.

    Parameters
    ----------
    published : mapping
        From each cell to its count, or None where it is closed (or shown to nobody).
    relations : sequence of Relation
    protection : int
        The most and the least that a closed cell can be must lie at least this far apart,
        at least 1.
    spare : collection
        Closed cells that need no protection, such as those shown to nobody.

    Returns
    -------
    tuple of Range
        Empty where everything closed stays closed.

    Raises
    ------
    ValueError
        As :func:`ranges` does.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control.
    """
    if protection < 1:
        raise ValueError(f"protection is at least 1, but here is {protection}")
    spared = set(spare)
    found: list[Range] = []
    for cells, polytope in _parts(published, relations):
        for i, cell in enumerate(cells):
            if cell not in spared and polytope.most[i] - polytope.least[i] < protection:
                known = _known(polytope, i, cell, protection)
                if known.width() < protection:
                    found.append(known)
    return tuple(found)


def _known(polytope: Polytope, i: int, cell: Hashable, protection: int) -> Range:
    """Return a range that is exact where it is narrow; it may be cut short where it is wide."""
    most = polytope.greatest(i, enough=int(polytope.least[i]) + protection)
    if most is None or most - polytope.least[i] >= protection:
        return Range(cell, int(polytope.least[i]), most)
    return Range(cell, polytope.smallest(i, enough=most - protection), most)


def _parts(
    published: Mapping[Hashable, int | None], relations: Sequence[Relation]
) -> Iterable[tuple[list[Hashable], Polytope]]:
    """Yield sets of closed cells that bear on each other, with all that is known of them."""
    sums = [_sum(published, relation) for relation in relations]
    held = [(closed, right) for closed, right in sums if closed]
    for closed, right in sums:
        if not closed and right:
            raise ValueError("the open counts contradict each other: a sum of them does not hold")
    for cells, rows in _components([cell for cell, n in published.items() if n is None], held):
        place = {cell: i for i, cell in enumerate(cells)}
        matrix = np.zeros((len(rows), len(cells) + 1), dtype=np.int64)
        for r, (closed, right) in enumerate(rows):
            for cell, sign in closed.items():
                matrix[r, place[cell]] += sign
            matrix[r, -1] = right
        matrix = np.unique(matrix, axis=0)
        try:
            yield cells, Polytope(matrix[:, :-1], matrix[:, -1])
        except NoSuchTable as error:
            raise ValueError("the open counts contradict each other: no table fits them") from error


def _sum(published: Mapping[Hashable, int | None], relation: Relation) -> tuple[dict[Hashable, int], int]:
    """Return the closed cells of a sum with their signs, and what they must come to."""
    closed: dict[Hashable, int] = {}
    right = 0
    for cell, sign in ((relation.total, -1), *((part, 1) for part in relation.parts)):
        if cell not in published:
            raise ValueError(f"{named(cell)} is part of a sum, but is not there")
        count = published[cell]
        if count is None:
            closed[cell] = closed.get(cell, 0) + sign
        else:
            right -= sign * count
    return {cell: sign for cell, sign in closed.items() if sign}, right


_Row = tuple[dict[Hashable, int], int]


def _components(closed: list[Hashable], rows: list[_Row]) -> Iterable[tuple[list[Hashable], list[_Row]]]:
    leader = {cell: cell for cell in closed}

    def find(cell: Hashable) -> Hashable:
        while leader[cell] != cell:
            leader[cell] = leader[leader[cell]]
            cell = leader[cell]
        return cell

    for cells, _ in rows:
        first, *others = cells
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[Hashable, tuple[list[Hashable], list[_Row]]] = {}
    for cell in closed:
        groups.setdefault(find(cell), ([], []))[0].append(cell)
    for row in rows:
        groups[find(next(iter(row[0])))][1].append(row)
    return groups.values()
