"""Every sentence that a result says, by code: whoever writes another language words the code and its numbers.

A sentence is plain text in English that also knows its code and what it is about, so that it can stand where
text stands, in a report or in JSON, and still be worded anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alongside_evidence.results import Json

SENTENCES: Mapping[str, str] = {
    # why there is no interval
    "few-answers": "can't be said from {n} answers",
    "few-answers-about": "can't be said from {n} answers about {activity}",
    "few-pairs": "can't be said from {n} pairs",
    "few-clusters": "can't be said from {n} clusters: an interval needs at least {needed}",
    "no-value": "not computable: the data give no value (nobody answered)",
    "no-value-without-one": "not computable: without one of the units there is no value left",
    "no-value-nearby": "not computable: the data, or data a step away from them, give no value",
    "all-the-same": "not computable: every unit says the same, so that no resample differs from the data",
    "nothing-moves-it": "not computable: no single unit moves the value, so that the acceleration is unknown",
    "empty-resamples": "not computable: {undefined:,} of {drawn:,} resamples have no value "
    "(nobody left who answered), more than 1 in 1,000",
    "unraked-resamples": "not computable: {undefined:,} of {drawn:,} resamples have no value (nobody left who "
    "answered, or nobody left in a category that the weights must fit), more than 1 in 1,000",
    "often-undefined": "not computable: more than 1 in 1,000 resamples have no value",
    "one-value": "not computable: every resample gives the same value",
    "one-side": "not computable: every resample lies on the same side of the value of the data",
    "flat": "not computable: no resample differs from the data",
    "one-category": "not computable: both sides name one and the same answer throughout",
    "nobody-named-it": "not computable: neither side names this answer",
    "one-size": "not computable: all are of the same size",
    "no-contrast": "not computable: it needs at least one statutory activity and one other",
    "few-clusters-together": "not computable: simultaneous intervals need at least {needed} clusters to "
    "resample; Holm's way needs {holm}",
    "undefined-together": "not computable: in {undefined:,} of {drawn:,} resamples some comparison has no value, "
    "more than 1 in 1,000",
    "flat-comparison": "not computable: a comparison does not vary between resamples",
    "zero-is-no-limit": "not computable: no BCa interval has 0 as its limit",
    # why one limit is missing
    "lower-has-no-bca": "the lower limit has no BCa value, since 1 - a (z0 + z) is not above 0",
    "upper-has-no-bca": "the upper limit has no BCa value, since 1 - a (z0 + z) is not above 0",
    "lower-needs-more": "the lower limit would have fewer than {outside} of the {replicates:,} resamples "
    "outside it; a larger number of replicates is the remedy, at least {enough:,}",
    "upper-needs-more": "the upper limit would have fewer than {outside} of the {replicates:,} resamples "
    "outside it; a larger number of replicates is the remedy, at least {enough:,}",
    "lower-too-far": "the lower limit would have fewer than {outside} of the {replicates:,} resamples "
    "outside it, and no larger number of replicates that could be drawn would mend it",
    "upper-too-far": "the upper limit would have fewer than {outside} of the {replicates:,} resamples "
    "outside it, and no larger number of replicates that could be drawn would mend it",
    "lower-stands": "(the lower limit alone stands: {value:.4g})",
    "upper-stands": "(the upper limit alone stands: {value:.4g})",
    "few-outside": "fewer than {outside} of the {replicates:,} resamples lie outside; a larger number of "
    "replicates is the remedy, at least {enough:,}",
    "no-abc-limit": "ABC has no limit, since 1 - a (z0 + z) is not above 0",
    "abc-negative": "ABC would give a pattern a negative weight: there are too few units for it; "
    "bca can be used instead",
    "abc-misses": "ABC does not hold the value of the data: the statistic is not smooth enough",
    # notes under a table
    "left-out": "Shares are of the units that named who coordinates (n). Units that answered “other "
    "arrangement” or “unsure” are left out of the shares and counted beside them.",
    "change-left-out": "Shares are of the units that named who coordinates, in each year by itself. Units that "
    "answered in both years are drawn with both their answers, so that what they have in common counts once.",
    "chance": "Each interval speaks for its own comparison. Where many are looked at together, some "
    "miss the truth by chance alone: at 95 % about one in twenty, at 99 % one in a hundred.",
    "independent": "Units are taken as independent of each other. Where several belong to one municipality, "
    "the intervals are too narrow unless the municipality is given as the cluster.",
    "independent-rows": "Rows are taken as independent of each other. Where several come from one person or "
    "place, the intervals are too narrow unless that is given as the cluster.",
    "exact": "Limits marked clopper-pearson are exact ones: the share lies so near 0 or 100 % that "
    "resampling cannot give them.",
    "exact-clusters": "Limits marked clopper-pearson are exact ones: the share lies so near 0 or 100 % that "
    "resampling cannot give them. They count units that come in clusters as fewer, since those resemble "
    "each other.",
    "set-aside": "{subject}: {count:,} of {replicates:,} resamples hold no unit that answered; they are set "
    "aside.",
    "too-few-clusters": "There are {n} clusters. No interval is given below {needed}: so few say too little "
    "about the clusters that were not asked.",
    "t-clusters": "Units come in {n} clusters. Below {needed} clusters the interval is a t interval with one "
    "degree of freedom less than there are clusters that answered.",
    "clusters": "Units come in {n} clusters; whole clusters are resampled, and only clusters that answered "
    "count.",
    "weighted": "Units are weighted by {by}; n and counts are of units, shares and differences of weights. The "
    "weights make {units:,} units tell as much as {effective:,.0f} with equal ones.",
    "weighted-raked": "Units are weighted by {by} and raked to {raked}; n and counts are of units, shares and "
    "differences of weights. The weights make {units:,} units tell as much as {effective:,.0f} with equal ones.",
    "raked": "Units are weighted alike at first and raked to {raked}; n and counts are of units, shares and "
    "differences of weights. The weights make {units:,} units tell as much as {effective:,.0f} with equal ones.",
    "raked-anew": "The raking is done anew in each resample, so the intervals know that it was done.",
    "population": "The intervals are for all {population:,} units, of which {units:,} ({share:.1f} %) answered. "
    "They take those who did not answer to be like those who did; exact and Newcombe limits make no use of the "
    "population, and are rather too wide.",
    "family-holm": "Taken together: {n} comparisons, those of each activity and those of means, by Holm's rule. "
    "An adjusted p is the smallest chance, for the whole family, of naming one or more differences that are "
    "none, at which this one would be named. It says nothing of how large the difference is.",
    "family-max-t": "Taken together: {n} comparisons, those of each activity and those of means, by max-|t| from "
    "the joint resamples. The intervals hold all at once with the chance that their level names.",
    "doubtful": "“{answer}” is counted as an answer, though it may stand for none.",
    "ungrouped": "{n:,} rows have an answer but no {by}; they count for everybody only.",
}
_OF_ONE: Mapping[str, str] = {
    "few-answers": "can't be said from {n} answer",
    "few-answers-about": "can't be said from {n} answer about {activity}",
    "few-pairs": "can't be said from {n} pair",
    "ungrouped": "{n:,} row has an answer but no {by}; it counts for everybody only.",
}


class Sentence(str):
    """A text that knows the codes it is made of.

    Attributes
    ----------
    said : tuple of dict
        For each part its ``code`` and what it is ``about``: numbers, and names from the data.
    """

    __slots__ = ("said",)
    said: tuple[dict[str, Json], ...]


def say(code: str, **about: float | str) -> Sentence:
    """Return the sentence of a code.

    Parameters
    ----------
    code : str
        A key of `SENTENCES`.
    **about
        What the sentence names.

    Returns
    -------
    Sentence
    """
    shape = _OF_ONE.get(code, SENTENCES[code]) if about.get("n") == 1 else SENTENCES[code]
    return _with(shape.format(**about), ({"code": code, "about": {**about}},))


def at_level(level: float, reasons: Sequence[Sentence], standing: Sentence | None = None) -> Sentence:
    """Return reasons that hold at one level only, in one sentence; `standing` is a limit that there is."""
    beside = [] if standing is None else [standing]
    text = " ".join([f"at {100 * level:g} %", "; ".join(reasons), *beside])
    return _with(text, tuple(part for each in (*reasons, *beside) for part in each.said))


def said(sentence: str) -> list[Json]:
    """Return what a sentence is made of; nothing for a text that is no `Sentence`."""
    return list(sentence.said) if isinstance(sentence, Sentence) else []


def _with(text: str, parts: tuple[dict[str, Json], ...]) -> Sentence:
    sentence = Sentence(text)
    sentence.said = parts
    return sentence
