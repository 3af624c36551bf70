"""What the evidence library says, in the reader's language.

A result carries its sentences as codes with what they are about. A code that has no words here, and a result
of a time before there were codes, keep the library's own English. A test sees that each code has its words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alongside.core.kit.marking import noop, noop_plural
from alongside.web.shell.words import number, percent

NO_INTERVAL = {
    "few-clusters": noop("can't be said from %(n)s clusters: an interval needs at least %(needed)s"),
    "no-value": noop("not computable: the data give no value (nobody answered)"),
    "no-value-without-one": noop("not computable: without one of the units there is no value left"),
    "no-value-nearby": noop("not computable: the data, or data a step away from them, give no value"),
    "all-the-same": noop(
        "not computable: every unit says the same, so that no resample differs from the data"
    ),
    "nothing-moves-it": noop(
        "not computable: no single unit moves the value, so that the acceleration is unknown"
    ),
    "empty-resamples": noop(
        "not computable: %(undefined)s of %(drawn)s resamples have no value (nobody left who answered), "
        "more than 1 in 1,000"
    ),
    "unraked-resamples": noop(
        "not computable: %(undefined)s of %(drawn)s resamples have no value (nobody left who answered, or nobody "
        "left in a category that the weights must fit), more than 1 in 1,000"
    ),
    "often-undefined": noop("not computable: more than 1 in 1,000 resamples have no value"),
    "one-value": noop("not computable: every resample gives the same value"),
    "one-side": noop("not computable: every resample lies on the same side of the value of the data"),
    "flat": noop("not computable: no resample differs from the data"),
    "one-category": noop("not computable: both sides name one and the same answer throughout"),
    "nobody-named-it": noop("not computable: neither side names this answer"),
    "one-size": noop("not computable: all are of the same size"),
    "no-contrast": noop("not computable: it needs at least one statutory activity and one other"),
    "few-clusters-together": noop(
        "not computable: simultaneous intervals need at least %(needed)s clusters to resample; Holm's way needs "
        "%(holm)s"
    ),
    "undefined-together": noop(
        "not computable: in %(undefined)s of %(drawn)s resamples some comparison has no value, more than 1 in 1,000"
    ),
    "flat-comparison": noop("not computable: a comparison does not vary between resamples"),
    "zero-is-no-limit": noop("not computable: no BCa interval has 0 as its limit"),
}
# These hold at one level and not at another; it is said at which.
NO_LIMIT = {
    "lower-has-no-bca": noop("the lower limit has no BCa value, since 1 - a (z0 + z) is not above 0"),
    "upper-has-no-bca": noop("the upper limit has no BCa value, since 1 - a (z0 + z) is not above 0"),
    "lower-needs-more": noop(
        "the lower limit would have fewer than %(outside)s of the %(replicates)s resamples outside it; a larger "
        "number of replicates is the remedy, at least %(enough)s"
    ),
    "upper-needs-more": noop(
        "the upper limit would have fewer than %(outside)s of the %(replicates)s resamples outside it; a larger "
        "number of replicates is the remedy, at least %(enough)s"
    ),
    "lower-too-far": noop(
        "the lower limit would have fewer than %(outside)s of the %(replicates)s resamples outside it, and no "
        "larger number of replicates that could be drawn would mend it"
    ),
    "upper-too-far": noop(
        "the upper limit would have fewer than %(outside)s of the %(replicates)s resamples outside it, and no "
        "larger number of replicates that could be drawn would mend it"
    ),
    "lower-stands": noop("the lower limit alone stands: %(value)s"),
    "upper-stands": noop("the upper limit alone stands: %(value)s"),
    "few-outside": noop(
        "fewer than %(outside)s of the %(replicates)s resamples lie outside; a larger number of replicates is the "
        "remedy, at least %(enough)s"
    ),
    "no-abc-limit": noop("ABC has no limit, since 1 - a (z0 + z) is not above 0"),
    "abc-negative": noop(
        "ABC would give a pattern a negative weight: there are too few units for it; bca can be used instead"
    ),
    "abc-misses": noop("ABC does not hold the value of the data: the statistic is not smooth enough"),
}
NOTES = {
    "left-out": noop(
        "Shares are of the units that named who coordinates (n). Units that answered "
        "“other arrangement” or “unsure” are left out of the shares and counted beside them."
    ),
    "change-left-out": noop(
        "Shares are of the units that named who coordinates, in each year by itself. Units that answered in "
        "both years are drawn with both their answers, so that what they have in common counts once."
    ),
    "chance": noop(
        "Each interval speaks for its own comparison. Where many are looked at together, some "
        "miss the truth by chance alone: at 95 % about one in twenty, at 99 % one in a hundred."
    ),
    "independent": noop(
        "Units are taken as independent of each other. Where several belong to one municipality, "
        "the intervals are too narrow unless the municipality is given as the cluster."
    ),
    "independent-rows": noop(
        "Rows are taken as independent of each other. Where several come from one person or place, "
        "the intervals are too narrow unless that is given as the cluster."
    ),
    "exact": noop(
        "Limits marked clopper-pearson are exact ones: the share lies so near 0 or 100 % that "
        "resampling cannot give them."
    ),
    "exact-clusters": noop(
        "Limits marked clopper-pearson are exact ones: the share lies so near 0 or 100 % that resampling cannot "
        "give them. They count units that come in clusters as fewer, since those resemble each other."
    ),
    "set-aside": noop(
        "%(subject)s: %(count)s of %(replicates)s resamples hold no unit that answered; they are set aside."
    ),
    "too-few-clusters": noop(
        "There are %(n)s clusters. No interval is given below %(needed)s: so few say too little about the "
        "clusters that were not asked."
    ),
    "t-clusters": noop(
        "Units come in %(n)s clusters. Below %(needed)s clusters the interval is a t interval with one degree of "
        "freedom less than there are clusters that answered."
    ),
    "clusters": noop(
        "Units come in %(n)s clusters; whole clusters are resampled, and only clusters that answered count."
    ),
    "weighted": noop(
        "Units are weighted by %(by)s; n and counts are of units, shares and differences of weights. The weights "
        "make %(units)s units tell as much as %(effective)s with equal ones."
    ),
    "weighted-raked": noop(
        "Units are weighted by %(by)s and raked to %(raked)s; n and counts are of units, shares and differences "
        "of weights. The weights make %(units)s units tell as much as %(effective)s with equal ones."
    ),
    "raked": noop(
        "Units are weighted alike at first and raked to %(raked)s; n and counts are of units, shares and "
        "differences of weights. The weights make %(units)s units tell as much as %(effective)s with equal ones."
    ),
    "raked-anew": noop("The raking is done anew in each resample, so the intervals know that it was done."),
    "population": noop(
        "The intervals are for all %(population)s units, of which %(units)s (%(share)s %%) answered. They take "
        "those who did not answer to be like those who did; exact and Newcombe limits make no use of the "
        "population, and are rather too wide."
    ),
    "family-holm": noop(
        "Taken together: %(n)s comparisons, those of each activity and those of means, by Holm's rule. An adjusted "
        "p is the smallest chance, for the whole family, of naming one or more differences that are none, at which "
        "this one would be named. It says nothing of how large the difference is."
    ),
    "family-max-t": noop(
        "Taken together: %(n)s comparisons, those of each activity and those of means, by max-|t| from the joint "
        "resamples. The intervals hold all at once with the chance that their level names."
    ),
    "doubtful": noop("“%(answer)s” is counted as an answer, though it may stand for none."),
}
COUNTED = {
    "few-answers": noop_plural("can't be said from %(n)s answer", "can't be said from %(n)s answers"),
    "few-answers-about": noop_plural(
        "can't be said from %(n)s answer about “%(activity)s”",
        "can't be said from %(n)s answers about “%(activity)s”",
    ),
    "few-pairs": noop_plural("can't be said from %(n)s pair", "can't be said from %(n)s pairs"),
    "ungrouped": noop_plural(
        "%(n)s row has an answer but no %(by)s; it counts for everybody only.",
        "%(n)s rows have an answer but no %(by)s; they count for everybody only.",
    ),
}
_DECIMALS = {"share": 1, "effective": 0}
_NAMES = ("activity", "subject")
ALWAYS_ONE = {**NO_INTERVAL, **NO_LIMIT, **NOTES}


def worded(result: Any, names: Mapping[str, str] | None = None) -> Any:
    """A result as JSON has it, with every sentence in the reader's language and activities by their names."""
    if isinstance(result, list):
        return [worded(each, names) for each in result]
    if not isinstance(result, Mapping):
        return result
    told = {key: worded(value, names) for key, value in result.items()}
    if result.get("why"):
        told["refused"] = _reason(result["why"], result.get("level"), names or {}) or result["refused"]
    if "notes_said" in result:
        told["notes"] = [
            _sentence(said, names or {}) or note
            for said, note in zip(result["notes_said"], result["notes"], strict=True)
        ]
    return told


def _reason(said: Sequence[Mapping[str, Any]], level: float | None, names: Mapping[str, str]) -> str:
    reason = _sentence(said, names)
    if reason and level is not None and said[0]["code"] in NO_LIMIT:
        return _("at %(level)s: %(reasons)s") % {"level": _level(level), "reasons": reason}
    return reason


def _sentence(said: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """All parts one after the other; nothing where one of them is unknown."""
    parts = [_part(part["code"], part["about"], names) for part in said]
    return "; ".join(parts) if all(parts) else ""


def _part(code: str, about: Mapping[str, Any], names: Mapping[str, str]) -> str:
    told = {key: _shown(key, value, names) for key, value in about.items()}
    if code in COUNTED:
        return ngettext(*COUNTED[code], about["n"]) % told
    text = _(ALWAYS_ONE[code]) if code in ALWAYS_ONE else ""
    return text % told if told else text


def _shown(key: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return names.get(value, value) if key in _NAMES else value
    return number(round(value, _DECIMALS.get(key, 4)) if isinstance(value, float) else value)


def _level(level: float) -> str:
    return percent(level, 0 if round(level * 100, 6).is_integer() else 1)
