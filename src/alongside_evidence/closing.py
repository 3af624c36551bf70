"""Which cells to close, so that no small count can be seen or worked out.

Counts under five are closed (primary). A closed cell must not follow from the open ones, so
further cells are closed with it (complementary): as few and as small as the search finds,
until the attacker of :mod:`alongside_evidence.attacker` finds nothing, in a table or across
linked ones. What comes out is always safe against her; it is not always the least.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

from alongside_evidence.attacker import PROTECTION, Range, attack
from alongside_evidence.linked import LinkedTables, Relation, named
from alongside_evidence.results import Json

#: Counts below it are closed.
FEWEST = 5
#: The search is run so often, each time with costs a little shaken, and the cheapest kept.
TRIES = 8


class CannotClose(ValueError):  # noqa: N818 - said of the data, not of the program
    """What everybody knows already gives a small count away, whatever is closed."""


@dataclass(frozen=True, slots=True, eq=False)
class Closing:
    """Tables as they may be shown.

    Attributes
    ----------
    published : dict
        From each shown cell to its count, or None where it is closed.
    primary : frozenset
        Cells closed since their own count is small.
    secondary : frozenset
        Cells closed so that those do not follow from the others.
    fewest, protection : int
    """

    published: Mapping[Hashable, int | None]
    primary: frozenset[Hashable]
    secondary: frozenset[Hashable]
    fewest: int
    protection: int

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON; closed counts are null, and not told apart by reason."""
        return {
            "fewest": self.fewest,
            "protection": self.protection,
            "closed": len(self.primary) + len(self.secondary),
            "cells": [{"cell": named(cell), "count": count} for cell, count in self.published.items()],
        }


def close_row(counts: Mapping[str, int], fewest: int = FEWEST) -> frozenset[str]:
    """Return the cells to close among counts whose sum is open.

    Parameters
    ----------
    counts : mapping
        From a name to a count.
    fewest : int
        Counts below it are closed, zero included.

    Returns
    -------
    frozenset of str
        All small ones, and then the next smallest while fewer than two cells or fewer than
        `fewest` units are closed. It takes along those of its own size, since which of them
        was closed would tell, and those of `fewest`: beside an open 5, two closed cells
        that sum to 8 could only be 4 and 4. So it holds against a reader who knows this
        rule as well, which :func:`close_tables` does not promise.
    """
    ascending = sorted(counts, key=lambda name: (counts[name], name))
    closed = [name for name in ascending if counts[name] < fewest]
    if not closed:
        return frozenset()
    waiting = ascending[len(closed) :]
    while waiting and (
        len(closed) < 2
        or sum(counts[name] for name in closed) < fewest
        or counts[waiting[0]] in {fewest, counts[closed[-1]]}
    ):
        closed.append(waiting.pop(0))
    return frozenset(closed)


def close_tables(
    tables: LinkedTables,
    *,
    fewest: int = FEWEST,
    protection: int = PROTECTION,
    zeros: bool = True,
    known: Collection[Hashable] = (),
    secret: bytes = b"",
    tries: int = TRIES,
) -> Closing:
    """Close the small cells of linked tables, and what they could be worked out from.

    Parameters
    ----------
    tables : LinkedTables
    fewest : int
        Counts below it are closed.
    protection : int
        Each closed cell can be anything in a range of at least this width, given all open
        cells of all tables.
    zeros : bool
        Whether counts of 0 are small; if not they stay open unless they have to help.
    known : collection
        Cells that everybody knows anyhow, such as how many units were asked; they are never
        closed, small or not.
    secret : bytes
        Shuffles the choice among cells of like cost, always alike for the same secret. A
        reader who knows the rule then can't undo it. Keep it, and keep it to yourself: two
        publications of the same tables must close the same cells.
    tries : int
        How often the search is run with costs shaken; the cheapest result is kept.

    Returns
    -------
    Closing
        Safe against :func:`alongside_evidence.attacker.attack` with this protection, and
        such that no single secondary cell could be opened.

    Raises
    ------
    CannotClose
        When the known cells alone give a small count away.
    ValueError
        When fewest or protection is below 1, or a known cell is not there.

    Notes
    -----
    Cells are added where a sum has too little room, the cheapest first, until nothing is
    given away; then opened again, the dearest first, as long as nothing is. A cell costs
    1 + log2(1 + count), so that totals stay open where they can.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control.
    Langsrud (2024), doi 10.1007/978-3-031-69651-0_6, another greedy way: Gaussian elimination.
    """
    if fewest < 1 or protection < 1 or tries < 1:
        raise ValueError(
            f"fewest, protection and tries are at least 1, but are {fewest}, {protection} and {tries}"
        )
    for cell in known:
        if cell not in tables.counts:
            raise ValueError(f"{named(cell)} is said to be known, but is no cell of the tables")
    primary = frozenset(
        cell
        for cell in tables.shown
        if cell not in known and tables.counts[cell] < fewest and (zeros or tables.counts[cell] > 0)
    )
    search = _Search(tables, protection, frozenset(known), secret)
    closed = min((search.closed_with(primary, shake) for shake in range(tries)), key=search.price)
    return Closing(
        {cell: None if cell in closed else tables.counts[cell] for cell in tables.shown},
        primary,
        frozenset(closed - primary),
        fewest,
        protection,
    )


class _Search:
    def __init__(
        self, tables: LinkedTables, protection: int, known: frozenset[Hashable], secret: bytes
    ) -> None:
        self.tables = tables
        self.counts = tables.counts
        self.protection = protection
        self.known = known
        self.secret = secret
        self.plain = {cell: _cost(cell, count, secret) for cell, count in tables.counts.items()}
        self.cost = self.plain
        self.containing: dict[Hashable, list[Relation]] = {cell: [] for cell in tables.counts}
        for relation in tables.relations:
            for cell in {relation.total, *relation.parts}:
                self.containing[cell].append(relation)

    def price(self, closed: Collection[Hashable]) -> float:
        """Return what closed cells cost, before any shaking."""
        return sum(self.plain[cell][0] for cell in closed)

    def closed_with(self, primary: frozenset[Hashable], shake: int) -> set[Hashable]:
        """Return a safe set around the primary cells that no single cell can leave."""
        if not primary:
            return set()
        if shake:
            salt = b"%s/%d" % (self.secret, shake)
            self.cost = {cell: _cost(cell, count, salt) for cell, count in self.counts.items()}
        closed = set(primary)
        self._give_room(closed, self.tables.relations)
        while breaches := self._breaches(closed):
            if not self._widen(closed, breaches):
                raise CannotClose(
                    f"{named(breaches[0].cell)} follows from what everybody knows, whatever is closed"
                )
        dearest_first = sorted(closed - primary, key=self.cost.__getitem__, reverse=True)
        self._open_again(closed, dearest_first)
        return closed

    def _breaches(self, closed: Collection[Hashable]) -> tuple[Range, ...]:
        hidden = self.tables.hidden
        published = {
            cell: None if cell in closed or cell in hidden else count for cell, count in self.counts.items()
        }
        return attack(published, self.tables.relations, protection=self.protection, spare=hidden)

    def _can_close(self, cell: Hashable, closed: Collection[Hashable]) -> bool:
        return cell not in closed and cell not in self.known and cell not in self.tables.hidden

    def _give_room(self, closed: set[Hashable], relations: Collection[Relation]) -> None:
        """Close the cheapest cells of each sum that would give its closed ones away by itself."""
        waiting = list(relations)
        while waiting:
            relation = waiting.pop()
            while (cell := self._lacking(relation, closed)) is not None:
                closed.add(cell)
                waiting += [each for each in self.containing[cell] if each is not relation]

    def _lacking(self, relation: Relation, closed: Collection[Hashable]) -> Hashable | None:
        return self._cheapest([relation], closed) if self._tight(relation, closed) else None

    def _tight(self, relation: Relation, closed: Collection[Hashable]) -> bool:
        """Whether a sum by itself tells too much of its closed cells."""
        hidden = self.tables.hidden
        if hidden and not hidden.isdisjoint((relation.total, *relation.parts)):
            return False  # it may tell too much, but not by itself
        parts = [part for part in relation.parts if part in closed]
        if relation.total in closed:
            return not parts
        return bool(parts) and (len(parts) < 2 or sum(map(self.counts.__getitem__, parts)) < self.protection)

    def _cheapest(self, relations: Collection[Relation], closed: Collection[Hashable]) -> Hashable | None:
        candidates = {
            cell
            for relation in relations
            for cell in (relation.total, *relation.parts)
            if self._can_close(cell, closed)
        }
        return min(candidates, key=self.cost.__getitem__, default=None)

    def _widen(self, closed: set[Hashable], breaches: Collection[Range]) -> bool:
        """Close one more cell beside each breach; return whether there was any left."""
        added = False
        for breach in breaches:
            near = self.containing[breach.cell]
            cell = self._cheapest(near, closed)
            if cell is None:  # its own sums are closed: go one sum further, then anywhere
                around = {each for relation in near for each in (relation.total, *relation.parts)}
                cell = self._cheapest([r for each in around for r in self.containing[each]], closed)
            if cell is None:
                cell = self._cheapest(self.tables.relations, closed)
            if cell is not None:
                closed.add(cell)
                self._give_room(closed, self.containing[cell])
                added = True
        return added

    def _open_again(self, closed: set[Hashable], candidates: list[Hashable]) -> None:
        """Open candidates in order as long as nothing is given away, many at once where it goes."""
        if not candidates:
            return
        left = closed - set(candidates)
        tight = any(self._tight(r, left) for cell in candidates for r in self.containing[cell])
        if not tight and not self._breaches(left):
            closed -= set(candidates)
            return
        if len(candidates) > 1:
            half = len(candidates) // 2
            self._open_again(closed, candidates[:half])
            self._open_again(closed, candidates[half:])


def _cost(cell: Hashable, count: int, secret: bytes) -> tuple[float, str]:
    base = 1.0 + math.log2(1 + count)
    name = named(cell)
    if secret:
        drawn = int.from_bytes(hmac.digest(secret, name.encode(), hashlib.sha256)[:8]) / 2**64
        base *= 1.0 + drawn
    return base, name
