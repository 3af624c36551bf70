"""What stands where resampling has nothing to say: labelled, never passed off as BCa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alongside_evidence.jackknife import standard_error
from alongside_evidence.limits import Column, Setting, StandIn, outcomes
from alongside_evidence.proportions import clopper_pearson, newcombe, newcombe_paired
from alongside_evidence.results import Interval, Outcome, Refused
from alongside_evidence.sentences import Sentence, say

#: From fewer answers than this no share is given an interval.
FEWEST_ANSWERS = 10


def too_few_words(n: int) -> Sentence | None:
    """Return why fewer than ten answers carry no interval; None where there are enough."""
    return None if n >= FEWEST_ANSWERS else say("few-answers", n=n)


def too_few(n: int, levels: Sequence[float]) -> tuple[Outcome, ...] | None:
    """Return refusals where fewer than ten answered, else None."""
    reason = too_few_words(n)
    return None if reason is None else tuple(Refused(level, reason) for level in levels)


def within(intervals: tuple[Outcome, ...], low: float, high: float) -> tuple[Outcome, ...]:
    """Return the intervals cut to the values the statistic can have.

    Only a t interval can reach beyond them; cutting leaves its coverage as it is.
    """
    return tuple(
        replace(interval, low=max(interval.low, low), high=min(interval.high, high))
        if isinstance(interval, Interval)
        else interval
        for interval in intervals
    )


def share_outcomes(
    column: Column, setting: Setting, count: int, n: int, effective: float | None = None
) -> tuple[Outcome, ...]:
    """Return the intervals of a share, Clopper-Pearson where BCa has no limit.

    Parameters
    ----------
    column : Column
    setting : Setting
        With the clusters that answered.
    count, n : int
        How many of how many.
    effective : float, optional
        Where units are weighted, how many with equal weights would tell as much.

    Returns
    -------
    tuple of Interval or Refused
    """
    few = too_few(n, setting.levels)
    if few is not None:
        return few
    exact = _exact(column, setting, count, n, effective)
    found = outcomes(column, setting, when_constant=exact, when_extreme=exact)
    return within(found, 0.0, 1.0)


def _exact(column: Column, setting: Setting, count: int, n: int, effective: float | None) -> StandIn:
    """Return Clopper-Pearson of the units, or of an effective size where they cluster or weigh.

    Units that resemble each other, or weigh differently, say less than their number. Where
    the answers vary, the size that would give the jackknife's variance stands for n (Korn
    and Graubard); where they do not, only the number of clusters, or Kish's number, is
    certain to be independent.
    """
    if setting.groups is None and effective is None:
        return lambda level: clopper_pearson(count, n, level)
    share = count / n if effective is None else column.estimate
    size = min(float(n), setting.groups or n, n if effective is None else effective)
    if not column.constant:
        size = float(n)
        if (error := standard_error(column.left_out, column.times)) > 0.0:
            size = min(size, max(share * (1 - share) / error**2, 1.0))
    held = count if size == n and effective is None else share * size
    return lambda level: replace(clopper_pearson(min(held, size), size, level), estimate=share)


def scale_of(setting: Setting, n: int, effective: float | None) -> float:
    """Return what n is multiplied with where units cluster or weigh differently."""
    return min(1.0, (setting.groups or n) / n, 1.0 if effective is None else effective / n)


def paired_stand_in(setting: Setting, cells: tuple[int, int, int], effective: float | None) -> StandIn:
    """Return Newcombe's paired interval as a function of the level, for units that all say the same."""
    scale = scale_of(setting, sum(cells), effective)
    first, second, neither = (cell * scale for cell in cells)
    return lambda level: newcombe_paired(0, first, second, neither, level)


def paired_outcomes(
    column: Column, setting: Setting, cells: tuple[int, int, int], effective: float | None = None
) -> tuple[Outcome, ...]:
    """Return the intervals of the difference of two shares of the same units.

    Parameters
    ----------
    column : Column
    setting : Setting
    cells : tuple of int
        How many gave the first answer, the second, and neither.
    effective : float, optional
        Where units are weighted, how many with equal weights would tell as much.

    Returns
    -------
    tuple of Interval or Refused
        Newcombe's paired interval where all units say the same.
    """
    few = too_few(sum(cells), setting.levels)
    if few is not None:
        return few
    found = outcomes(column, setting, when_constant=paired_stand_in(setting, cells, effective))
    return within(found, -1.0, 1.0)


def independent_outcomes(
    column: Column,
    setting: Setting,
    first: tuple[int, int],
    second: tuple[int, int],
    effective: tuple[float, float] | None = None,
) -> tuple[Outcome, ...]:
    """Return the intervals of the difference of an answer's shares in two groups.

    Parameters
    ----------
    column : Column
    setting : Setting
    first, second : tuple of int
        How many of how many in each group.
    effective : tuple of float, optional
        Where units are weighted, how many with equal weights would tell as much as each group.

    Returns
    -------
    tuple of Interval or Refused
        Newcombe's interval where both groups say the same throughout.
    """
    few = too_few(min(first[1], second[1]), setting.levels)
    if few is not None:
        return few
    scales = [
        scale_of(setting, n, size)
        for (_, n), size in zip((first, second), effective or (None, None), strict=True)
    ]
    sizes = [part * scale for pair, scale in zip((first, second), scales, strict=True) for part in pair]
    found = outcomes(
        column,
        setting,
        when_constant=lambda level: newcombe(sizes[0], sizes[1], sizes[2], sizes[3], level),
    )
    return within(found, -1.0, 1.0)


def repeated_outcomes(
    column: Column, setting: Setting, cells: tuple[int, int, int, int]
) -> tuple[Outcome, ...]:
    """Return the intervals of the difference of two shares of units that all answered twice.

    Parameters
    ----------
    column : Column
    setting : Setting
    cells : tuple of int
        How many gave the answer both times, the one time that is counted up, the one that is
        counted down, and never.

    Returns
    -------
    tuple of Interval or Refused
        Newcombe's paired interval where fewer than ten units changed their answer: so few
        steps are too coarse to resample.
    """
    few = too_few(sum(cells), setting.levels)
    if few is not None:
        return few
    if cells[1] + cells[2] < FEWEST_ANSWERS:
        return tuple(newcombe_paired(*cells, level) for level in setting.levels)
    return outcomes(column, setting)
