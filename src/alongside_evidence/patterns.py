"""Answers as patterns: which combinations of answers occur, and how often.

A table of patterns is microdata: one unit may be the only one with its pattern. It is a
value for computing with; nothing here writes it out, and its ``repr`` shows sizes only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from alongside_evidence.answers import CODES, NAMING, NOT_OFFERED
from alongside_evidence.arrays import Floats, Integers
from alongside_evidence.counting import Design, check_design

#: Counts by pattern and cluster that are held at once: 160 MB.
_MOST_CELLS = 20_000_000
#: What sets units apart that answer alike: nothing, or weight and categories.
Mark: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Patterns:
    """Distinct answer patterns with their counts, as a ``GROUP BY`` gives them.

    Attributes
    ----------
    activities : tuple of str
        A activities, each once.
    patterns : sequence of sequence
        k patterns of A codes each: ``unit``, ``organisation``, ``together``, ``other``,
        ``unsure``, or None or an empty string where the activity is not offered. A pattern
        may occur more than once.
    counts : sequence of int
        Shape (k,), how many units show each pattern.
    clusters : sequence of sequence of int, optional
        Shape (G, k), the counts by cluster; they sum to `counts`.
    cluster_name : str, optional
        What a cluster is, such as ``municipality``.
    marks : sequence of tuple, optional
        k marks, which can be put in order: what sets apart units that answer alike, such as
        their weight. Patterns with different marks are never merged.

    Raises
    ------
    ValueError
        When the shapes do not fit, a code is unknown or a count is not a whole number.

    Examples
    --------
    >>> Patterns(("food", "day centre"), [("unit", "unit"), ("together", "")], [7, 5])
    Patterns(2 activities, 2 patterns, 12 units)
    """

    activities: tuple[str, ...]
    patterns: Sequence[Sequence[str | None]]
    counts: Sequence[int] | Integers
    clusters: Sequence[Sequence[int]] | Integers | None = None
    cluster_name: str | None = None
    marks: Sequence[Mark] | None = None

    def __post_init__(self) -> None:
        """Check everything once, so that what follows need not."""
        object.__setattr__(self, "activities", tuple(self.activities))
        if not self.activities:
            raise ValueError("at least one activity is needed")
        repeated = [name for name, times in Counter(self.activities).items() if times > 1]
        if repeated:
            raise ValueError(f"each activity must be named once, but {repeated[0]!r} comes twice")
        known = tuple(tuple(_code(cell) for cell in pattern) for pattern in self.patterns)
        object.__setattr__(self, "patterns", known)
        for pattern in known:
            if len(pattern) != len(self.activities):
                raise ValueError(
                    f"each pattern must have {len(self.activities)} answers, one for each "
                    f"activity, but one has {len(pattern)}"
                )
        design = check_design(self.counts, self.clusters)
        if design.counts.size != len(known):
            raise ValueError(f"there are {len(known)} patterns, but {design.counts.size} counts")
        if self.marks is not None and len(self.marks) != len(known):
            raise ValueError(f"there are {len(known)} patterns, but {len(self.marks)} marks")
        object.__setattr__(self, "counts", design.counts)
        object.__setattr__(self, "clusters", design.clusters)

    def __repr__(self) -> str:
        """Show sizes only: the patterns themselves are microdata."""
        return (
            f"Patterns({len(self.activities)} activities, {len(self.patterns)} patterns, {self.units} units)"
        )

    @classmethod
    def from_answers(
        cls,
        answers: Mapping[str, Sequence[str | None]],
        *,
        clusters: Sequence[Hashable] | None = None,
        cluster_name: str | None = None,
        marks: Sequence[Mark] | None = None,
        times: Sequence[int] | None = None,
    ) -> Patterns:
        """Count the patterns of answers that are listed unit by unit.

        Parameters
        ----------
        answers : mapping
            From each activity to n codes, the units in the same order everywhere.
        clusters : sequence, optional
            n labels, which cluster each unit belongs to.
        cluster_name : str, optional
            What a cluster is.
        marks : sequence of tuple, optional
            n marks; units are counted together only where theirs agree.
        times : sequence of int, optional
            n counts, how many units each entry stands for.

        Returns
        -------
        Patterns

        Raises
        ------
        ValueError
            When lengths differ, a code is unknown, or there are too many combinations of
            patterns and clusters to hold.
        """
        lengths = {len(column) for column in answers.values()}
        lengths |= {len(given) for given in (clusters, marks, times) if given is not None}
        if len(lengths) > 1:
            raise ValueError(
                f"every activity (and clusters) must have one entry a unit, but lengths are {sorted(lengths)}"
            )
        joint = _tallied(answers, clusters, marks, times)
        cells = list(dict.fromkeys((row, mark) for row, mark, _ in joint))
        labels = list(dict.fromkeys(label for _, _, label in joint))
        column = {cell: i for i, cell in enumerate(cells)}
        place = {label: g for g, label in enumerate(labels)}
        if len(labels) * len(cells) > _MOST_CELLS:
            raise ValueError(
                f"{len(cells):,} different patterns in {len(labels):,} clusters are too many to hold; "
                "leave out activities, or merge clusters"
            )
        grouped = np.zeros((len(labels), len(cells)), np.int64)
        for (row, mark, label), count in joint.items():
            grouped[place[label], column[row, mark]] = count
        return cls(
            tuple(answers),
            [row for row, _ in cells],
            grouped.sum(axis=0),
            None if clusters is None else grouped,
            cluster_name,
            None if marks is None else [mark for _, mark in cells],
        )

    @property
    def units(self) -> int:
        """How many units were counted."""
        return int(np.sum(self.counts))

    def tally(self, activity: str) -> dict[str, int]:
        """Return how many units gave each code for an activity."""
        where = self.activities.index(activity)
        found = dict.fromkeys(CODES, 0)
        for pattern, times in zip(self.patterns, self.counts, strict=True):
            found[pattern[where] or NOT_OFFERED] += int(times)
        return found

    def reduced(self) -> tuple[Design, Floats]:
        """Return what the shares depend on, in an order that names and rows do not change.

        Answers that name nobody are all alike to a share, so their patterns merge; clusters
        and patterns are sorted, so that the same answers in another order, or municipalities
        under other names, give the same resamples.

        Returns
        -------
        tuple
            The design of k' merged patterns, and an array (3, A, k') of ones where pattern
            j gives answer s (in the order of ``NAMING``) for activity a.
        """
        design, gives, _ = self.merged()
        return design, gives

    def merged(self) -> tuple[Design, Floats, list[Mark]]:
        """Return what :meth:`reduced` does, and the mark of each of the k' merged patterns."""
        marks = [()] * len(self.patterns) if self.marks is None else self.marks
        order = sorted(range(len(self.activities)), key=self.activities.__getitem__)
        merged: dict[tuple[tuple[int, ...], Mark], list[int]] = {}
        for j, (pattern, mark) in enumerate(zip(self.patterns, marks, strict=True)):
            key = tuple(NAMING.index(pattern[a]) if pattern[a] in NAMING else len(NAMING) for a in order)
            merged.setdefault((key, mark), []).append(j)
        keys = sorted(merged)
        counts = np.array([np.asarray(self.counts)[merged[key]].sum() for key in keys])
        grouped = None
        if self.clusters is not None:
            given = np.asarray(self.clusters)
            grouped = np.column_stack([given[:, merged[key]].sum(axis=1) for key in keys])
            grouped = grouped[np.lexsort(grouped.T[::-1])]
        codes = np.array([key for key, _ in keys])[:, np.argsort(order)].T
        gives = np.stack([codes == s for s in range(len(NAMING))]).astype(np.float64)
        return Design(counts, grouped), gives, [mark for _, mark in keys]

    def clusters_answering(self, activity: str) -> int | None:
        """Return in how many clusters a unit named who coordinates; None without clusters."""
        if self.clusters is None:
            return None
        where = self.activities.index(activity)
        naming = np.array([pattern[where] in NAMING for pattern in self.patterns])
        return int(np.count_nonzero(np.asarray(self.clusters)[:, naming].any(axis=1)))


def _code(cell: str | None) -> str:
    if cell is None:
        return NOT_OFFERED
    if cell not in CODES:
        known = ", ".join(code for code in CODES if code)
        raise ValueError(f"an answer is one of {known} or empty, but one is {cell!r}")
    return CODES[CODES.index(cell)]  # a plain str, also where an enum member was given


def _tallied(
    answers: Mapping[str, Sequence[str | None]],
    clusters: Sequence[Hashable] | None,
    marks: Sequence[Mark] | None,
    times: Sequence[int] | None,
) -> Counter[tuple[tuple[str | None, ...], Mark, Hashable]]:
    """Count the units of each pattern, mark and cluster."""
    rows = list(zip(*answers.values(), strict=True))
    apart: Sequence[Mark] = [()] * len(rows) if marks is None else marks
    labels = [None] * len(rows) if clusters is None else clusters
    entries = zip(rows, apart, labels, strict=True)
    if times is None:
        return Counter(entries)
    joint: Counter[tuple[tuple[str | None, ...], Mark, Hashable]] = Counter()
    for entry, count in zip(entries, times, strict=True):
        joint[entry] += count
    return joint
