"""What came of a survey's own questions: tallies of the answers, figures with intervals, what others may see.

Values in, values out. Free words are in none of it: they are read by the survey's team alone, as they stand.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from alongside.assess.surveys.small_cells import FEWEST, closed_among, closed_share, open_share
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Question
from alongside.commons.forms.rules import Answer, plain
from alongside_evidence import clopper_pearson, shares

LEVELS = (0.95, 0.99)
COUNTED = (QuestionKind.CHOICE, QuestionKind.SEVERAL, QuestionKind.NUMBER)
# A mean of fewer says too much of each unit, and so does a quartile with fewer than FEWEST beyond it.
FEWEST_FOR_MEAN, FEWEST_FOR_QUARTILES = 2 * FEWEST, 4 * FEWEST
# Below this the library gives no interval of a share.
FEWEST_FOR_INTERVAL = 10


@dataclass
class Tally:
    """One question's answers, counted: by code, for a number by its digits. `n` units answered it."""

    key: str
    kind: str
    choices: tuple[str, ...]
    n: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, said: Answer) -> None:
        if said:
            self.n += 1
            self.counts.update(said if isinstance(said, list) else [said])


class Tallies:
    """Every question of a survey's own, counted as its answers go by; `fingerprint` is of exactly these."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.all = [Tally(q.key, q.kind, tuple(q.choices)) for q in questions if q.kind in COUNTED]
        self.units = 0
        self._hash = hashlib.sha256()

    def add(self, code: str, answers: Mapping[str, Answer]) -> None:
        """The answers of one more unit; units come in the order of their codes."""
        self.units += 1
        for tally in self.all:
            said = answers.get(tally.key, "")
            tally.add(said)
            words = " ".join(said) if isinstance(said, list) else said
            self._hash.update(f"{code},{tally.key},{words}\n".encode())

    @property
    def fingerprint(self) -> str:
        return self._hash.hexdigest() if self.all else ""


def computed(tallies: Tallies, *, replicates: int, seed: int) -> dict[str, Any]:
    """The figures of each question in order, as they are kept; nothing where a survey has none of its own."""
    if not tallies.all:
        return {}
    how = {"replicates": replicates, "seed": seed}
    results = [
        {
            "key": tally.key,
            "kind": tally.kind,
            "n": tally.n,
            "missing": tallies.units - tally.n,
            **(_numbers(tally) if tally.kind == QuestionKind.NUMBER else {"shares": _shares(tally, how)}),
        }
        for tally in tallies.all
    ]
    return {"fingerprint": tallies.fingerprint, "levels": list(LEVELS), "results": results}


def _shares(tally: Tally, how: Mapping[str, int]) -> dict[str, Any]:
    """The share of each code among the units that answered, in the order in which they are offered."""
    if not tally.n:
        return {}
    if tally.kind == QuestionKind.SEVERAL:
        return {code: _one_share(tally.counts[code], tally.n, how) for code in tally.choices}
    found = _found([code for code in tally.choices for _ in range(tally.counts[code])], how)
    return {code: found[code] if code in found else _one_share(0, tally.n, how) for code in tally.choices}


def _one_share(count: int, n: int, how: Mapping[str, int]) -> Any:
    """A share by itself; of none the limits are exact ones, as the library gives them for all."""
    found = _found(["yes"] * count + ["no"] * (n - count), how)
    if "yes" in found:
        return found["yes"]
    intervals = found["no"]["intervals"]
    if n >= FEWEST_FOR_INTERVAL:
        limits = [clopper_pearson(0, n, level) for level in LEVELS]
        intervals = [{"level": i.level, "low": i.low, "high": i.high, "method": i.method} for i in limits]
    return {"estimate": 0.0, "count": 0, "intervals": intervals}


def _found(given: Sequence[str], how: Mapping[str, int]) -> dict[str, Any]:
    told: Any = shares(given, levels=LEVELS, replicates=how["replicates"], seed=how["seed"]).as_dict()
    found: dict[str, Any] = told["groups"][0]["shares"]
    return found


def _numbers(tally: Tally) -> dict[str, str | None]:
    """Mean, median and quartiles as digits; the quartiles are the medians of the lower and upper half."""
    values = sorted(Decimal(digits) for digits, count in tally.counts.items() for _ in range(count))
    if not values:
        return dict.fromkeys(FIGURES)
    half = max(1, len(values) // 2)
    lower, upper = values[:half], values[-half:]
    found: dict[str, Decimal] = {
        "mean": sum(values, Decimal(0)) / len(values),
        "median": _median(values),
        "q1": _median(lower),
        "q3": _median(upper),
        "least": values[0],
        "most": values[-1],
    }
    return {name: plain(round(value, 6)) for name, value in found.items()}


FIGURES = ("mean", "median", "q1", "q3", "least", "most")


def _median(values: Sequence[Decimal]) -> Decimal:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


# --- what others may see -------------------------------------------------------------------------------


def closed(own: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as everybody but the survey's owner sees them: small ones closed, nothing to test guesses with."""
    if not own:
        return {}
    return {**own, "fingerprint": "", "results": [_closed(each) for each in own["results"]]}


def _closed(each: Mapping[str, Any]) -> dict[str, Any]:
    if each["n"] < FEWEST or 0 < each["missing"] < FEWEST:
        nothing = {"n": None, "missing": None, "closed": True}
        if each["kind"] == QuestionKind.NUMBER:
            return {**each, **nothing, **dict.fromkeys(FIGURES)}
        return {**each, **nothing, "shares": {code: closed_share() for code in each["shares"]}}
    if each["kind"] == QuestionKind.NUMBER:
        return {**each, **_closed_numbers(each)}
    counts = {code: share["count"] for code, share in each["shares"].items()}
    if each["kind"] == QuestionKind.SEVERAL:
        shut = {
            code for code, count in counts.items() if closed_among({"yes": count, "no": each["n"] - count})
        }
    else:
        shut = set(closed_among(counts))
    told = {
        code: closed_share() if code in shut else open_share(share) for code, share in each["shares"].items()
    }
    return {**each, "shares": told, "closed": bool(shut)}


def _closed_numbers(each: Mapping[str, Any]) -> dict[str, Any]:
    """The least and the most are always somebody's own; the others from enough units on."""
    kept = [name for name in ("mean", "median") if each["n"] >= FEWEST_FOR_MEAN]
    kept += [name for name in ("q1", "q3") if each["n"] >= FEWEST_FOR_QUARTILES]
    return {name: each[name] if name in kept else None for name in FIGURES} | {"closed": True}
