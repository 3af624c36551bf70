"""The sentences under a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alongside_evidence.limits import FEWEST_CLUSTERS, FEWEST_FOR_BCA, Setting
from alongside_evidence.patterns import Patterns
from alongside_evidence.results import Interval, Outcome
from alongside_evidence.sentences import Sentence, say
from alongside_evidence.tables import Adjustment, Row
from alongside_evidence.weighting import Weighted

LEFT_OUT = say("left-out")
CHANCE = say("chance")
INDEPENDENT = say("independent")
INDEPENDENT_ROWS = say("independent-rows")
EXACT = say("exact")


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
    notes: list[str] = []
    if weighted.name is not None or weighted.raked:
        notes.append(_weighted(weighted, units))
    if weighted.raked:
        notes.append(say("raked-anew"))
    if weighted.population is not None and weighted.fraction is not None:
        share = 100 * weighted.fraction
        notes.append(say("population", population=weighted.population, units=units, share=share))
    return notes


def _weighted(weighted: Weighted, units: int) -> Sentence:
    known: dict[str, float | str] = {"units": units, "effective": weighted.effective}
    raked = " + ".join(weighted.raked)
    if weighted.name is None:
        return say("raked", raked=raked, **known)
    if not raked:
        return say("weighted", by=weighted.name, **known)
    return say("weighted-raked", by=weighted.name, raked=raked, **known)


def family_note(adjustment: Adjustment) -> str:
    """Return what it means that comparisons are taken together."""
    return say("family-holm" if adjustment.method == "holm" else "family-max-t", n=adjustment.family)


def undefined_notes(undefined: Mapping[str, int], replicates: int) -> list[str]:
    """Return a sentence for each subject that some resamples say nothing about."""
    return [
        say("set-aside", subject=subject, count=count, replicates=replicates)
        for subject, count in undefined.items()
        if count
    ]


def exact_notes(intervals: Iterable[Outcome], *, clustered: bool) -> list[str]:
    """Return what Clopper-Pearson limits are, if there are any."""
    if not any(isinstance(found, Interval) and "clopper-pearson" in found.method for found in intervals):
        return []
    if not clustered:
        return [EXACT]
    return [say("exact-clusters")]


def cluster_note(groups: int) -> str:
    """Return what clusters do to the intervals."""
    if groups < FEWEST_CLUSTERS:
        return say("too-few-clusters", n=groups, needed=FEWEST_CLUSTERS)
    if groups < FEWEST_FOR_BCA:
        return say("t-clusters", n=groups, needed=FEWEST_FOR_BCA)
    return say("clusters", n=groups)
