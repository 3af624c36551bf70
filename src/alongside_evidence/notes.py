"""The sentences under a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alongside_evidence.limits import FEWEST_CLUSTERS, FEWEST_FOR_BCA, Setting
from alongside_evidence.patterns import Patterns
from alongside_evidence.results import Interval, Outcome
from alongside_evidence.tables import Adjustment, Row
from alongside_evidence.weighting import Weighted

LEFT_OUT = (
    "Shares are of the units that named who coordinates (n). Units that answered “other "
    "arrangement” or “unsure” are left out of the shares and counted beside them."
)
CHANCE = (
    "Each interval speaks for its own comparison. Where many are looked at together, some "
    "miss the truth by chance alone: at 95 % about one in twenty, at 99 % one in a hundred."
)
INDEPENDENT = (
    "Units are taken as independent of each other. Where several belong to one municipality, "
    "the intervals are too narrow unless the municipality is given as the cluster."
)
INDEPENDENT_ROWS = (
    "Rows are taken as independent of each other. Where several come from one person or place, "
    "the intervals are too narrow unless that is given as the cluster."
)
EXACT = (
    "Limits marked clopper-pearson are exact ones: the share lies so near 0 or 100 % that "
    "resampling cannot give them."
)


def coordination_notes(
    patterns: Patterns,
    rows: Sequence[Row],
    undefined: Mapping[str, int],
    setting: Setting,
    *,
    weighted: Weighted | None = None,
    adjustment: Adjustment | None = None,
) -> tuple[str, ...]:
    """Return the notes of a coordination table, in the order in which they matter."""
    notes = [
        LEFT_OUT,
        *weighting_notes(weighted, patterns.units),
        *undefined_notes(undefined, setting.replicates),
        *exact_notes(
            [interval for row in rows for share in row.shares.values() for interval in share.intervals],
            clustered=patterns.clusters is not None,
        ),
    ]
    if patterns.clusters is None:
        notes.append(INDEPENDENT)
    else:
        notes.append(cluster_note(len(patterns.clusters)))
    notes.append(CHANCE)
    if adjustment is not None:
        notes.append(family_note(adjustment))
    return tuple(notes)


def weighting_notes(weighted: Weighted | None, units: int) -> list[str]:
    """Return how units stand for a population, and what that rests on."""
    if weighted is None:
        return []
    notes = []
    if weighted.name is not None or weighted.raked:
        by = f"by {weighted.name}" if weighted.name is not None else "alike at first"
        fitted = f" and raked to {' and '.join(weighted.raked)}" if weighted.raked else ""
        notes.append(
            f"Units are weighted {by}{fitted}; n and counts are of units, shares and differences of "
            f"weights. The weights make {units:,} units tell as much as {weighted.effective:,.0f} "
            "with equal ones."
        )
    if weighted.raked:
        notes.append("The raking is done anew in each resample, so the intervals know that it was done.")
    if weighted.population is not None and weighted.fraction is not None:
        notes.append(
            f"The intervals are for all {weighted.population:,} units, of which {units:,} "
            f"({100 * weighted.fraction:.1f} %) answered. They take those who did not answer to be like those "
            "who did; exact and Newcombe limits make no use of the population, and are rather too wide."
        )
    return notes


def family_note(adjustment: Adjustment) -> str:
    """Return what it means that comparisons are taken together."""
    number = adjustment.family
    if adjustment.method == "holm":
        return (
            f"Taken together: {number} comparisons, those of each activity and those of means, by Holm's rule. "
            "An adjusted p is the smallest chance, for the whole family, of naming one or more differences "
            "that are none, at which this one would be named. "
            "It says nothing of how large the difference is."
        )
    return (
        f"Taken together: {number} comparisons, those of each activity and those of means, by max-|t| from "
        "the joint resamples. The intervals hold all at once with the chance that their level names."
    )


def undefined_notes(undefined: Mapping[str, int], replicates: int) -> list[str]:
    """Return a sentence for each subject that some resamples say nothing about."""
    return [
        f"{subject}: {count:,} of {replicates:,} resamples hold no unit that answered; they are set aside."
        for subject, count in undefined.items()
        if count
    ]


def exact_notes(intervals: Iterable[Outcome], *, clustered: bool) -> list[str]:
    """Return what Clopper-Pearson limits are, if there are any."""
    if not any(isinstance(found, Interval) and "clopper-pearson" in found.method for found in intervals):
        return []
    if not clustered:
        return [EXACT]
    return [f"{EXACT} They count units that come in clusters as fewer, since those resemble each other."]


def cluster_note(groups: int) -> str:
    """Return what clusters do to the intervals."""
    if groups < FEWEST_CLUSTERS:
        return (
            f"There are {groups} clusters. No interval is given below {FEWEST_CLUSTERS}: "
            "so few say too little about the clusters that were not asked."
        )
    if groups < FEWEST_FOR_BCA:
        return (
            f"Units come in {groups} clusters. Below {FEWEST_FOR_BCA} clusters the interval is a "
            "t interval with one degree of freedom less than there are clusters that answered."
        )
    return (
        f"Units come in {groups} clusters; whole clusters are resampled, and only clusters "
        "that answered count."
    )
