"""Several comparisons looked at together: Holm's p values, or intervals that all hold at once.

One comparison misses the truth by chance in 5 of 100 surveys at 95 %. Of nine looked at
together, at least one does so more often. Both ways here keep that chance for the family
as a whole: Holm's from the p value of each comparison, max-|t| from the joint resamples,
which know how the comparisons hang together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from alongside_evidence.arrays import Floats
from alongside_evidence.counting import check_levels
from alongside_evidence.limits import (
    FEWEST_CLUSTERS,
    FEWEST_FOR_BCA,
    MOST_UNDEFINED,
    OUTSIDE,
    TIE,
    Setting,
)
from alongside_evidence.p_values import Candidate, PValue, p_value
from alongside_evidence.results import Interval, NotComputable, Outcome
from alongside_evidence.sentences import at_level, say

Adjusting: TypeAlias = Literal["holm", "max-t"]
ADJUSTMENTS: tuple[Adjusting, ...] = ("holm", "max-t")


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p values adjusted for their number by Holm's step-down rule.

    Parameters
    ----------
    p_values : sequence of float
        One for each comparison of the family, each in [0, 1].

    Returns
    -------
    tuple of float
        In the same order. Calling those at or below x different keeps the chance of one or
        more false calls at x, however the comparisons depend on each other.

    Raises
    ------
    ValueError
        When a value lies outside [0, 1].

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    for p in p_values:
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"a p value lies between 0 and 1, but one is {p}")
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    reached = 0.0
    for rank, place in enumerate(order):
        reached = max(reached, min(1.0, (len(order) - rank) * p_values[place]))
        adjusted[place] = reached
    return tuple(adjusted)


@dataclass(frozen=True, slots=True, eq=False)
class Simultaneous:
    """Intervals that hold all at once with the chance their level names.

    Attributes
    ----------
    critical : tuple of float
        How many standard errors each interval reaches to either side, one a level.
    errors : Floats
        Shape (m,), the standard errors: the spread of the resampled values.
    low, high : Floats
        Shape (levels, m).
    adjusted : tuple of PValue
        For each comparison, the share of resamples in which some comparison of the family
        strays from its value by more standard errors than this one stands from 0.
    moves : Floats
        Shape (levels, m), the standard deviation of each limit between seeds.
    """

    critical: tuple[float, ...]
    errors: Floats
    low: Floats
    high: Floats
    adjusted: tuple[PValue, ...]
    moves: Floats


def max_t(
    estimates: npt.ArrayLike, replicates: npt.ArrayLike, levels: Sequence[float] = (0.95, 0.99)
) -> Simultaneous:
    """Return simultaneous intervals and adjusted p values from joint resamples.

    Parameters
    ----------
    estimates : array_like
        Shape (m,), the comparisons of the family.
    replicates : array_like
        Shape (m, B), their values in the same B resamples. Resamples in which one has no
        value are set aside for all.
    levels : sequence of float
        Nominal coverages of the whole family, in (0, 1).

    Returns
    -------
    Simultaneous
        Symmetric about the estimates; the chance of error is that of a single step.

    Raises
    ------
    ValueError
        When the shapes do not fit.
    NotComputable
        When more than 1 in 1,000 resamples lack a value, a comparison does not vary, or a
        level leaves fewer than 10 resamples outside.

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing, section 2.
    Romano and Wolf (2005), Econometrica 73, 1237-1282.
    """
    centre = np.asarray(estimates, dtype=np.float64)
    values = np.asarray(replicates, dtype=np.float64)
    if centre.ndim != 1 or values.ndim != 2 or values.shape[0] != centre.size or not centre.size:
        raise ValueError(
            f"estimates (m,) and replicates (m, B) must fit, but are {centre.shape}, {values.shape}"
        )
    checked = check_levels(levels)
    finite = np.isfinite(values).all(axis=0)
    drawn, kept = values.shape[1], int(np.count_nonzero(finite))
    if drawn - kept > MOST_UNDEFINED * drawn or kept < 2:
        raise NotComputable(say("undefined-together", undefined=drawn - kept, drawn=drawn))
    away = (values[:, finite] if kept < drawn else values) - centre[:, None]
    errors = away.std(axis=1)
    if not (errors > TIE * np.abs(away).max(axis=1)).all() or not errors.all():
        raise NotComputable(say("flat-comparison"))
    largest = np.sort(np.abs(away / errors[:, None]).max(axis=0))
    critical, moves = zip(*(_critical(largest, level) for level in checked), strict=True)
    half = np.outer(critical, errors)
    return Simultaneous(
        critical=critical,
        errors=errors,
        low=centre - half,
        high=centre + half,
        adjusted=tuple(_beyond(largest, abs(t)) for t in centre / errors),
        moves=np.outer(moves, errors),
    )


def _critical(largest: Floats, level: float) -> tuple[float, float]:
    """Return the quantile of the largest strays at a level, and how far it moves between seeds."""
    outside = (1.0 - level) * largest.size
    if outside < OUTSIDE:
        needed = math.ceil(OUTSIDE / (1.0 - level))
        raise NotComputable(
            at_level(level, [say("few-outside", outside=OUTSIDE, replicates=largest.size, enough=needed)])
        )
    last = largest.size - 1
    rank = min(math.ceil(level * largest.size - TIE) - 1, last)
    step = math.sqrt(level * outside)
    above, below = (largest[min(max(round(rank + s), 0), last)] for s in (step, -step))
    return float(largest[rank]), 0.5 * float(above - below)


def _beyond(largest: Floats, t: float) -> PValue:
    outside = largest.size - int(np.searchsorted(largest, t * (1.0 - TIE)))
    return PValue(max(outside, OUTSIDE) / largest.size, outside < OUTSIDE)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One comparison seen as one of its family.

    Attributes
    ----------
    p : PValue or None
        Taken by itself (Holm); None for max-|t|.
    adjusted : PValue or None
        Taken with its family; None where it is not part of it.
    intervals : tuple of Interval or Refused
        Simultaneous intervals (max-|t|); empty for Holm.
    reason : str or None
        Why it is not part of the family.
    """

    p: PValue | None
    adjusted: PValue | None
    intervals: tuple[Outcome, ...]
    reason: str | None = None


def adjust(method: Adjusting, candidates: Sequence[Candidate], setting: Setting) -> tuple[Adjusted, ...]:
    """Return each comparison adjusted for its family.

    Parameters
    ----------
    method : {"holm", "max-t"}
    candidates : sequence of Candidate
        Those that have no interval by themselves are no part of the family: nothing is
        claimed of them.
    setting : Setting

    Returns
    -------
    tuple of Adjusted
        In the order of the candidates.

    Raises
    ------
    ValueError
        When the method is another.
    """
    if method == "holm":
        return _by_holm(candidates)
    if method == "max-t":
        return _by_max_t(candidates, setting)
    raise ValueError(f"comparisons are adjusted by {' or '.join(ADJUSTMENTS)}, but here is {method!r}")


def _by_holm(candidates: Sequence[Candidate]) -> tuple[Adjusted, ...]:
    found = [p_value(candidate) for candidate in candidates]
    members = [p for p in found if isinstance(p, PValue)]
    adjusted = holm([p.p for p in members])
    # What changes when bounds give way to 0 rests on a bound itself.
    least = holm([0.0 if p.at_most else p.p for p in members])
    told = iter([PValue(p, p != q) for p, q in zip(adjusted, least, strict=True)])
    return tuple(
        Adjusted(p, next(told), ()) if isinstance(p, PValue) else Adjusted(None, None, (), p) for p in found
    )


def _by_max_t(candidates: Sequence[Candidate], setting: Setting) -> tuple[Adjusted, ...]:
    reasons = [_outside_max_t(candidate) for candidate in candidates]
    family = [c for c, reason in zip(candidates, reasons, strict=True) if reason is None]
    if not family:
        return tuple(Adjusted(None, None, (), reason) for reason in reasons)
    try:
        found = max_t(
            [c.column.estimate for c in family], np.stack([c.values for c in family]), setting.levels
        )
    except NotComputable as error:
        return tuple(Adjusted(None, None, (), reason or error.args[0]) for reason in reasons)
    places = iter(range(len(family)))
    return tuple(
        Adjusted(None, None, (), reason) if reason is not None else _together(c, found, next(places), setting)
        for c, reason in zip(candidates, reasons, strict=True)
    )


def _outside_max_t(candidate: Candidate) -> str | None:
    if candidate.reason is not None:
        return candidate.reason
    groups = candidate.setting.groups
    if groups is not None and groups < FEWEST_FOR_BCA:
        return say("few-clusters-together", needed=FEWEST_FOR_BCA, holm=FEWEST_CLUSTERS)
    return candidate.column.obstacle(groups)


def _together(candidate: Candidate, found: Simultaneous, place: int, setting: Setting) -> Adjusted:
    intervals: list[Outcome] = []
    for i, level in enumerate(setting.levels):
        move = float(found.moves[i, place])
        intervals.append(
            Interval(
                estimate=candidate.column.estimate,
                low=float(found.low[i, place]),
                high=float(found.high[i, place]),
                level=level,
                z0=None,
                acceleration=None,
                method="max-t",
                replicates=setting.replicates,
                seed=setting.seed,
                monte_carlo_error=(move, move),
            )
        )
    return Adjusted(None, found.adjusted[place], tuple(intervals))
