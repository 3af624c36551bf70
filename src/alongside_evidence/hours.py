"""Volunteers' hours as a range of money: what it would cost to have the work done for pay.

Two wages stand for the same hour: that of the occupation which does such work for pay
(ISCO), and a national generalist wage for all work alike. Hours come with intervals. So the
value is a range, and what it rests on is said with it. Wages are never built in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from alongside_evidence.results import Json, NotComputable

#: Divisions of ICATUS 2016 that unpaid work for others falls into.
ICATUS: Final[Mapping[str, str]] = {
    "51": "unpaid direct volunteering for other households",
    "52": "unpaid community- and organization-based volunteering",
    "53": "unpaid trainee work and related activities",
    "54": "travelling time related to unpaid volunteer, trainee and other unpaid work",
}
#: Those that are volunteer work whatever is asked; travel may be added, trainee work never is.
VOLUNTEERING = ("51", "52")
TRAVEL = "54"
COUNTED = (
    "Counted are hours that were unpaid, not compulsory, and for others than one's own household, in the "
    "last four weeks (ILO Manual on the measurement of volunteer work)."
)
AS_PAID = (
    "The value is what it would cost to have the work done for pay: at the wage of the occupation that does "
    "it (ISCO), and at one generalist wage for all. The range reaches from the lower limit of the one to "
    "the upper limit of the other."
)
ALIKE = "An hour of a volunteer is taken to do what an hour of paid work does."
ADDED = (
    "The total adds the limits of the kinds; where their errors do not all go one way, it is wider than it "
    "need be."
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of one kind of unpaid work, in the four weeks asked about.

    Attributes
    ----------
    kind : str
        What was done, in words.
    icatus : str
        Its division of ICATUS 2016: ``51``, ``52``, ``53`` or ``54``.
    isco : str
        The ISCO-08 code, one to four digits, of who does it for pay.
    estimate : float
        Hours, from 0 up.
    low, high : float or None
        The limits of their interval; None where it was refused.
    """

    kind: str
    icatus: str
    isco: str
    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Wages:
    """What an hour of paid work costs an employer.

    Attributes
    ----------
    by_isco : mapping
        From ISCO-08 codes of one to four digits to a wage an hour, above 0.
    generalist : float
        One national wage for all kinds of work.
    currency : str
    year : int
    source : str
        Where the wages come from.
    """

    by_isco: Mapping[str, float]
    generalist: float
    currency: str
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its limits; limits are None where the hours have none."""

    estimate: float
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {"estimate": self.estimate, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Valued:
    """The value of some hours, both ways.

    Attributes
    ----------
    hours : Money
        The hours themselves.
    occupation : Money or None
        At the wage of the occupation; None where one lacks a wage.
    generalist : Money
        At the generalist wage.
    low, high : float or None
        The range: the lower of the two lower limits to the higher of the two upper ones.
        None where it is refused.
    reason : str or None
        Why there is no range.
    """

    hours: Money
    occupation: Money | None
    generalist: Money
    low: float | None
    high: float | None
    reason: str | None

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "hours": self.hours.as_dict(),
            "occupation": None if self.occupation is None else self.occupation.as_dict(),
            "generalist": self.generalist.as_dict(),
            **({"low": self.low, "high": self.high} if self.reason is None else {"refused": self.reason}),
        }


@dataclass(frozen=True, slots=True)
class ValuedHours:
    """What volunteers' hours would cost, kind by kind and in all.

    Attributes
    ----------
    kinds : tuple of (Hours, Valued, bool)
        Each kind, its value, and whether it is part of the total.
    total : Valued
    wages : Wages
    periods : int
        How many times the four weeks are counted.
    assumed : tuple of str
        What the range rests on, in plain sentences.
    """

    kinds: tuple[tuple[Hours, Valued, bool], ...]
    total: Valued
    wages: Wages
    periods: int
    assumed: tuple[str, ...]

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON, in the shape that docs/evidence.md states."""
        return {
            "kind": "hours",
            "currency": self.wages.currency,
            "year": self.wages.year,
            "source": self.wages.source,
            "generalist_wage": self.wages.generalist,
            "periods": self.periods,
            "kinds": [
                {"kind": h.kind, "icatus": h.icatus, "isco": h.isco, "in_total": counted, **valued.as_dict()}
                for h, valued, counted in self.kinds
            ],
            "total": self.total.as_dict(),
            "notes": list(self.assumed),
        }


def value_hours(
    hours: Sequence[Hours], wages: Wages, *, travel: bool = False, periods: int = 1
) -> ValuedHours:
    """Return what it would cost to have unpaid hours done for pay, as a range.

    Parameters
    ----------
    hours : sequence of Hours
        Of the four weeks asked about.
    wages : Wages
    travel : bool
        Whether travelling time (ICATUS 54) is part of the total.
    periods : int
        How many times the four weeks are counted, such as 13 for a year.

    Returns
    -------
    ValuedHours
        Trainee work (ICATUS 53) is valued and shown, but is no volunteer work and never
        part of the total.

    Raises
    ------
    ValueError
        When hours are negative, limits do not hold them, a code is none, or a wage is not
        above 0.
    NotComputable
        When no hours are volunteer work.

    Notes
    -----
    The range of the total adds lower limits and upper limits. It holds the true total
    whenever each kind's interval holds its own, and is wider than it need be where the
    kinds' errors do not all go the same way.

    References
    ----------
    International Labour Office (2011), Manual on the measurement of volunteer work.
    United Nations, International Classification of Activities for Time-Use Statistics 2016.
    """
    _check_wages(wages)
    if isinstance(periods, bool) or int(periods) != periods or periods < 1:
        raise ValueError(f"periods is a whole number from 1 up, but is {periods}")
    counted = {*VOLUNTEERING, *([TRAVEL] if travel else [])}
    kinds, borrowed = [], []
    for each in hours:
        _check_hours(each)
        code, wage = _wage(each.isco, wages)
        if code is not None and code != each.isco:
            borrowed.append(f"{each.kind} (ISCO {each.isco}) at the wage of ISCO {code}")
        kinds.append((each, _valued(each, wage, wages.generalist, periods), each.icatus in counted))
    inside = [(each, valued) for each, valued, of_total in kinds if of_total]
    if not inside:
        raise NotComputable("not computable: none of the hours is volunteer work (ICATUS 51 or 52)")
    return ValuedHours(
        tuple(kinds), _total(inside), wages, periods, _assumed(kinds, wages, borrowed, periods, travel=travel)
    )


def _check_wages(wages: Wages) -> None:
    for code, wage in {**wages.by_isco, "generalist": wages.generalist}.items():
        if not (math.isfinite(wage) and wage > 0):
            raise ValueError(f"a wage is a number above 0, but that of {code} is {wage}")
    for code in wages.by_isco:
        _check_isco(code)


def _check_isco(code: str) -> None:
    if not (code.isascii() and code.isdigit() and 1 <= len(code) <= 4):
        raise ValueError(f"an ISCO code has one to four digits, such as 5322, but one is “{code}”")


def _check_hours(hours: Hours) -> None:
    if hours.icatus not in ICATUS:
        known = ", ".join(f"{code} {words}" for code, words in ICATUS.items())
        raise ValueError(f"unpaid work for others is one of {known}; “{hours.kind}” says {hours.icatus}")
    _check_isco(hours.isco)
    given = [number for number in (hours.low, hours.estimate, hours.high) if number is not None]
    if not all(math.isfinite(number) and number >= 0 for number in given):
        raise ValueError(f"hours are numbers from 0 up, but those of “{hours.kind}” are {given}")
    if given != sorted(given):
        raise ValueError(f"limits hold the estimate, but those of “{hours.kind}” are {given}")


def _wage(isco: str, wages: Wages) -> tuple[str | None, float | None]:
    """Return the wage of an occupation, or of the nearest group that holds it."""
    for length in range(len(isco), 0, -1):
        if isco[:length] in wages.by_isco:
            return isco[:length], wages.by_isco[isco[:length]]
    return None, None


def _valued(hours: Hours, wage: float | None, generalist: float, periods: int) -> Valued:
    def money(each: float) -> Money:
        limits = [None if limit is None else limit * periods * each for limit in (hours.low, hours.high)]
        return Money(hours.estimate * periods * each, limits[0], limits[1])

    at_occupation, at_generalist = None if wage is None else money(wage), money(generalist)
    reason = None
    if hours.low is None or hours.high is None:
        reason = f"can't be said: the hours of {hours.kind} have no interval"
    elif wage is None:
        reason = (
            f"can't be said: no wage is given for {hours.kind} (ISCO {hours.isco}) or a group that holds it"
        )
    return _ranged(money(1.0), at_occupation, at_generalist, reason)


def _total(kinds: Sequence[tuple[Hours, Valued]]) -> Valued:
    def added(parts: Sequence[Money]) -> Money:
        lows, highs = [part.low for part in parts], [part.high for part in parts]
        return Money(
            sum(part.estimate for part in parts),
            None if None in lows else sum(low for low in lows if low is not None),
            None if None in highs else sum(high for high in highs if high is not None),
        )

    values = [valued for _, valued in kinds]
    occupations = [valued.occupation for valued in values if valued.occupation is not None]
    whole = added(occupations) if len(occupations) == len(values) else None
    reason = next((valued.reason for valued in values if valued.reason is not None), None)
    return _ranged(
        added([valued.hours for valued in values]), whole, added([v.generalist for v in values]), reason
    )


def _ranged(hours: Money, occupation: Money | None, generalist: Money, reason: str | None) -> Valued:
    ways = [way for way in (occupation, generalist) if way is not None]
    lows, highs = (
        [way.low for way in ways if way.low is not None],
        [w.high for w in ways if w.high is not None],
    )
    if reason is not None:
        return Valued(hours, occupation, generalist, None, None, reason)
    return Valued(hours, occupation, generalist, min(lows), max(highs), None)


def _assumed(
    kinds: Sequence[tuple[Hours, Valued, bool]],
    wages: Wages,
    borrowed: Sequence[str],
    periods: int,
    *,
    travel: bool,
) -> tuple[str, ...]:
    notes = [
        COUNTED,
        f"{AS_PAID} The generalist wage is {wages.generalist:g} {wages.currency} an hour.",
        f"Wages are of {wages.year}, from: {wages.source}. {ALIKE}",
        ADDED,
    ]
    notes += [f"No wage of its own was given for {one}." for one in borrowed]
    if any(each.icatus == "53" for each, _, _ in kinds):
        notes.append("Unpaid trainee work (ICATUS 53) is no volunteer work; it stands beside the total.")
    if any(each.icatus == TRAVEL for each, _, _ in kinds):
        notes.append(f"Travelling time (ICATUS 54) is {'part of' if travel else 'not part of'} the total.")
    if periods > 1:
        notes.append(
            f"The four weeks are counted {periods} times, as if all others were like them; a season that "
            "was not asked about may differ."
        )
    return tuple(notes)
