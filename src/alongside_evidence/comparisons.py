"""Finished comparisons: of two sides, of two years, of those who answered with those who did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alongside_evidence.results import Interval, Json, Outcome
from alongside_evidence.sentences import said
from alongside_evidence.tables import Clusters, Share


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its intervals; `estimate` is None where the data give no value."""

    estimate: float | None
    intervals: tuple[Outcome, ...]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {"estimate": self.estimate, "intervals": [each.as_dict() for each in self.intervals]}


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two sides say the same of the same units.

    Attributes
    ----------
    categories : tuple of str
        k answers.
    table : tuple of tuple of int
        Shape (k, k): what the first side said by row, the second by column.
    left_out : int
        Units of which a side gave none of the answers.
    observed : Share
        The share of units of which both say the same.
    kappa, ac1 : Measure
        Agreement beyond chance, by Cohen and by Gwet.
    specific : mapping
        From each category to the share of its namings that the other side shares.
    levels : tuple of float
    replicates, seed : int
    clusters : Clusters or None
    notes : tuple of str
    """

    categories: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    left_out: int
    observed: Share
    kappa: Measure
    ac1: Measure
    specific: Mapping[str, Measure]
    levels: tuple[float, ...]
    replicates: int
    seed: int
    clusters: Clusters | None
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """Pairs: units of which both sides gave an answer."""
        return sum(sum(row) for row in self.table)

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON, in the shape that docs/evidence.md states."""
        return {
            "kind": "agreement",
            "n": self.n,
            "left_out": self.left_out,
            "categories": list(self.categories),
            "table": [list(row) for row in self.table],
            "observed": self.observed.as_dict(),
            "kappa": self.kappa.as_dict(),
            "ac1": self.ac1.as_dict(),
            "specific": {name: measure.as_dict() for name, measure in self.specific.items()},
            "levels": list(self.levels),
            "replicates": self.replicates,
            "seed": self.seed,
            "clusters": None if self.clusters is None else self.clusters.as_dict(),
            "notes": list(self.notes),
            "notes_said": [said(note) for note in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Change:
    """The share of an answer later minus its share earlier; None where nobody answered in a year."""

    earlier: float | None
    later: float | None
    earlier_count: int
    later_count: int
    estimate: float | None
    intervals: tuple[Outcome, ...]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "earlier": self.earlier,
            "later": self.later,
            "earlier_count": self.earlier_count,
            "later_count": self.later_count,
            "estimate": self.estimate,
            "intervals": [each.as_dict() for each in self.intervals],
        }


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One activity: how many units named who coordinates it in each year and in both."""

    activity: str
    earlier_n: int
    later_n: int
    both_n: int
    changes: Mapping[str, Change]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "activity": self.activity,
            "earlier_n": self.earlier_n,
            "later_n": self.later_n,
            "both_n": self.both_n,
            "changes": {answer: change.as_dict() for answer, change in self.changes.items()},
        }


@dataclass(frozen=True, slots=True)
class ChangesTable:
    """What has changed between two surveys, some units having answered in both.

    Attributes
    ----------
    earlier_units, later_units, both_units : int
        Units that answered in each survey and in both.
    rows : tuple of ChangeRow
    levels : tuple of float
    replicates, seed : int
    notes : tuple of str
    """

    earlier_units: int
    later_units: int
    both_units: int
    rows: tuple[ChangeRow, ...]
    levels: tuple[float, ...]
    replicates: int
    seed: int
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON, in the shape that docs/evidence.md states."""
        return {
            "kind": "changes",
            "earlier_units": self.earlier_units,
            "later_units": self.later_units,
            "both_units": self.both_units,
            "rows": [row.as_dict() for row in self.rows],
            "levels": list(self.levels),
            "replicates": self.replicates,
            "seed": self.seed,
            "notes": list(self.notes),
            "notes_said": [said(note) for note in self.notes],
        }


@dataclass(frozen=True, slots=True)
class GroupResponse:
    """How many of a group were asked and answered, and the share with its interval."""

    group: str
    asked: int
    answered: int
    interval: Interval

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "group": self.group,
            "asked": self.asked,
            "answered": self.answered,
            "interval": self.interval.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class ResponseDifference:
    """The group that answered most and the one that answered least, and how far apart they lie.

    `interval` allows for having chosen the two among all pairs of groups; it may be a refusal.
    """

    least: str
    most: str
    interval: Outcome

    @property
    def is_clear(self) -> bool:
        """Whether chance alone can hardly have made the difference."""
        return isinstance(self.interval, Interval) and self.interval.low > 0

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "least": self.least,
            "most": self.most,
            "is_clear": self.is_clear,
            "interval": self.interval.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class ResponseBias:
    """Whether groups answered alike.

    Attributes
    ----------
    groups : tuple of GroupResponse
        In the order in which they were given, those of which nobody was asked left out.
    evenness : float or None
        The R-indicator: 1 where every group answered alike. None without two groups.
    expected_evenness : float or None
        What chance alone would give about, if every unit were as likely to answer.
    difference : ResponseDifference or None
        Between the extreme groups of ten units and more; None with fewer than two of them.
    level : float
    """

    groups: tuple[GroupResponse, ...]
    evenness: float | None
    expected_evenness: float | None
    difference: ResponseDifference | None
    level: float

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "kind": "response",
            "level": self.level,
            "groups": [group.as_dict() for group in self.groups],
            "evenness": self.evenness,
            "expected_evenness": self.expected_evenness,
            "difference": None if self.difference is None else self.difference.as_dict(),
        }
