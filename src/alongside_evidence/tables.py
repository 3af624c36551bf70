"""Finished tables: values for people and for JSON, nothing to compute with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from alongside_evidence.p_values import PValue
from alongside_evidence.results import Json, Outcome
from alongside_evidence.sentences import said
from alongside_evidence.several import Adjusting
from alongside_evidence.weighting import Weighted


def _listed(intervals: tuple[Outcome, ...]) -> list[Json]:
    return [interval.as_dict() for interval in intervals]


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one answer; `estimate` is None where nobody answered."""

    estimate: float | None
    count: int
    intervals: tuple[Outcome, ...]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "estimate": self.estimate,
            "count": self.count,
            "intervals": _listed(self.intervals),
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One activity: who coordinates it, how many said so, and who is left out.

    Attributes
    ----------
    activity : str
    statutory : bool
    n : int
        Units that named who coordinates; the shares are of these.
    other, unsure, not_offered : int
        Units left out of the shares, by reason.
    shares : mapping
        From ``unit``, ``organisation``, ``together`` to :class:`Share`.
    """

    activity: str
    statutory: bool
    n: int
    other: int
    unsure: int
    not_offered: int
    shares: Mapping[str, Share]

    @property
    def excluded(self) -> int:
        """Units that offer the activity but did not name who coordinates it."""
        return self.other + self.unsure

    @property
    def excluded_share(self) -> float | None:
        """Those excluded among all that offer the activity; None where nobody does."""
        offered = self.n + self.excluded
        return self.excluded / offered if offered else None

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "activity": self.activity,
            "statutory": self.statutory,
            "n": self.n,
            "excluded": self.excluded,
            "other": self.other,
            "unsure": self.unsure,
            "excluded_share": self.excluded_share,
            "not_offered": self.not_offered,
            "shares": {answer: share.as_dict() for answer, share in self.shares.items()},
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A difference: within one activity, or of means of shares for one answer.

    `about` is the activity or the answer, as `kind` says.
    """

    kind: Literal["activity", "means"]
    name: str
    about: str
    estimate: float | None
    intervals: tuple[Outcome, ...]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            ("activity" if self.kind == "activity" else "answer"): self.about,
            "estimate": self.estimate,
            "intervals": _listed(self.intervals),
        }


@dataclass(frozen=True, slots=True)
class SensitivityRun:
    """Comparison 2 again, without some of the activities."""

    left_out: tuple[str, ...]
    comparisons: tuple[Comparison, ...]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "left_out": list(self.left_out),
            "comparisons": [comparison.as_dict() for comparison in self.comparisons],
        }


@dataclass(frozen=True, slots=True)
class AdjustedComparison:
    """A comparison seen as one of its family.

    Attributes
    ----------
    comparison : Comparison
    p : PValue or None
        By itself (Holm).
    adjusted : PValue or None
        With its family; None where it is no part of it.
    intervals : tuple of Interval or Refused
        Simultaneous ones (max-|t|).
    reason : str or None
        Why it is no part of the family.
    """

    comparison: Comparison
    p: PValue | None
    adjusted: PValue | None
    intervals: tuple[Outcome, ...]
    reason: str | None

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        told = self.comparison.as_dict()
        if self.adjusted is None:
            return {**told, "intervals": [], "refused": self.reason, "why": said(self.reason or "")}
        return {
            **told,
            "intervals": _listed(self.intervals),
            "p": None if self.p is None else self.p.p,
            "p_at_most": self.p is not None and self.p.at_most,
            "adjusted_p": self.adjusted.p,
            "adjusted_p_at_most": self.adjusted.at_most,
        }


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Both comparisons, of every activity and every answer, taken together."""

    method: Adjusting
    comparisons: tuple[AdjustedComparison, ...]

    @property
    def family(self) -> int:
        """How many comparisons are taken together."""
        return sum(each.adjusted is not None for each in self.comparisons)

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "method": self.method,
            "family": self.family,
            "comparisons": [each.as_dict() for each in self.comparisons],
        }


@dataclass(frozen=True, slots=True)
class Clusters:
    """What units come in, and how many of them."""

    name: str
    count: int

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {"name": self.name, "count": self.count}


@dataclass(frozen=True, slots=True)
class CoordinationTable:
    """Who coordinates what, with both comparisons and the sensitivity run.

    Attributes
    ----------
    units : int
        Units that answered the survey.
    levels : tuple of float
    replicates, seed : int
        Repeat the resamples.
    clusters : Clusters or None
    rows : tuple of Row
        In the order in which the activities were given.
    comparisons : tuple of Comparison
        First one for each activity, then one for each answer.
    sensitivity : tuple of SensitivityRun
    notes : tuple of str
        Plain sentences that belong under the table.
    adjustment : Adjustment or None
        The comparisons as one family, where that was asked for.
    weighted : Weighted or None
        How units stand for a population, where they do.
    """

    units: int
    levels: tuple[float, ...]
    replicates: int
    seed: int
    clusters: Clusters | None
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    sensitivity: tuple[SensitivityRun, ...]
    notes: tuple[str, ...]
    adjustment: Adjustment | None = None
    weighted: Weighted | None = None

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON, in the shape that docs/evidence.md states."""
        asked_for: dict[str, Json] = {}
        if self.adjustment is not None:
            asked_for["adjustment"] = self.adjustment.as_dict()
        if self.weighted is not None:
            asked_for["weighting"] = self.weighted.as_dict()
        return {
            "kind": "coordination",
            "units": self.units,
            "levels": list(self.levels),
            "replicates": self.replicates,
            "seed": self.seed,
            "clusters": None if self.clusters is None else self.clusters.as_dict(),
            "rows": [row.as_dict() for row in self.rows],
            "comparisons": [comparison.as_dict() for comparison in self.comparisons],
            "sensitivity": [run.as_dict() for run in self.sensitivity],
            "notes": list(self.notes),
            "notes_said": [said(note) for note in self.notes],
            **asked_for,
        }


@dataclass(frozen=True, slots=True)
class GroupShares:
    """Shares of each answer in one group; `group` is None for everybody."""

    group: str | None
    n: int
    shares: Mapping[str, Share]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "group": self.group,
            "n": self.n,
            "shares": {answer: share.as_dict() for answer, share in self.shares.items()},
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """The share of an answer in one group minus its share in another."""

    name: str
    answer: str
    groups: tuple[str, str]
    estimate: float | None
    intervals: tuple[Outcome, ...]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "name": self.name,
            "answer": self.answer,
            "groups": list(self.groups),
            "estimate": self.estimate,
            "intervals": _listed(self.intervals),
        }


@dataclass(frozen=True, slots=True)
class SharesTable:
    """Shares of each answer to one question, of everybody and by group.

    Attributes
    ----------
    column : str
        The question.
    by : str or None
        What the groups are.
    groups : tuple of GroupShares
        Everybody first, then each group.
    differences : tuple of Difference
        Of every two groups, for each answer.
    missing : int
        Rows without an answer.
    levels : tuple of float
    replicates, seed : int
    clusters : Clusters or None
    notes : tuple of str
    weighted : Weighted or None
        How rows stand for a population, where they do.
    """

    column: str
    by: str | None
    groups: tuple[GroupShares, ...]
    differences: tuple[Difference, ...]
    missing: int
    levels: tuple[float, ...]
    replicates: int
    seed: int
    clusters: Clusters | None
    notes: tuple[str, ...]
    weighted: Weighted | None = None

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON, in the shape that docs/evidence.md states."""
        asked_for: dict[str, Json] = {} if self.weighted is None else {"weighting": self.weighted.as_dict()}
        return {
            "kind": "shares",
            "column": self.column,
            "by": self.by,
            "levels": list(self.levels),
            "replicates": self.replicates,
            "seed": self.seed,
            "clusters": None if self.clusters is None else self.clusters.as_dict(),
            "missing": self.missing,
            "groups": [group.as_dict() for group in self.groups],
            "differences": [difference.as_dict() for difference in self.differences],
            "notes": list(self.notes),
            "notes_said": [said(note) for note in self.notes],
            **asked_for,
        }
