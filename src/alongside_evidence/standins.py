"""What stands where resampling has nothing to say: labelled, never passed off as BCa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alongside_evidence.jackknife import standard_error
from alongside_evidence.limits import Column, Setting, StandIn, outcomes
from alongside_evidence.proportions import clopper_pearson, newcombe, newcombe_paired
from alongside_evidence.results import Interval, Outcome, Refused

#: From fewer answers than this no share is given an interval.
FEWEST_ANSWERS = 10


def too_few(n: int, levels: Sequence[float]) -> tuple[Outcome, ...] | None:
    """Return refusals where fewer than ten answered, else None."""
    if n >= FEWEST_ANSWERS:
        return None
    reason = f"can't be said from {n} answer{'' if n == 1 else 's'}"
    return tuple(Refused(level, reason) for level in levels)


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


def share_outcomes(column: Column, setting: Setting, count: int, n: int) -> tuple[Outcome, ...]:
    """Return the intervals of a share, Clopper-Pearson where BCa has no limit.

    Parameters
    ----------
    column : Column
    setting : Setting
        With the clusters that answered.
    count, n : int
        How many of how many.

    Returns
    -------
    tuple of Interval or Refused
    """
    few = too_few(n, setting.levels)
    if few is not None:
        return few
    exact = _exact(column, setting, count, n)
    found = outcomes(column, setting, when_constant=exact, when_extreme=exact)
    return within(found, 0.0, 1.0)


def _exact(column: Column, setting: Setting, count: int, n: int) -> StandIn:
    """Return Clopper-Pearson of the units, or of an effective size where they cluster.

    Units that resemble each other say less than their number. Where the answers vary, the
    size that would give the jackknife's variance stands for n (Korn and Graubard); where
    they do not, only the number of clusters is certain to be independent.
    """
    share = count / n
    size = float(n)
    if setting.groups is not None:
        if column.constant:
            size = float(min(n, setting.groups))
        elif (error := standard_error(column.left_out)) > 0.0:
            size = min(size, max(share * (1 - share) / error**2, 1.0))
    held = count if size == n else share * size
    return lambda level: replace(clopper_pearson(held, size, level), estimate=share)


def paired_outcomes(column: Column, setting: Setting, cells: tuple[int, int, int]) -> tuple[Outcome, ...]:
    """Return the intervals of the difference of two shares of the same units.

    Parameters
    ----------
    column : Column
    setting : Setting
    cells : tuple of int
        How many gave the first answer, the second, and neither.

    Returns
    -------
    tuple of Interval or Refused
        Newcombe's paired interval where all units say the same.
    """
    n = sum(cells)
    few = too_few(n, setting.levels)
    if few is not None:
        return few
    scale = 1.0 if setting.groups is None else min(1.0, setting.groups / n)
    first, second, neither = (cell * scale for cell in cells)
    found = outcomes(
        column,
        setting,
        when_constant=lambda level: newcombe_paired(0, first, second, neither, level),
    )
    return within(found, -1.0, 1.0)


def independent_outcomes(
    column: Column, setting: Setting, first: tuple[int, int], second: tuple[int, int]
) -> tuple[Outcome, ...]:
    """Return the intervals of the difference of an answer's shares in two groups.

    Parameters
    ----------
    column : Column
    setting : Setting
    first, second : tuple of int
        How many of how many in each group.

    Returns
    -------
    tuple of Interval or Refused
        Newcombe's interval where both groups say the same throughout.
    """
    few = too_few(min(first[1], second[1]), setting.levels)
    if few is not None:
        return few
    scales = [1.0 if setting.groups is None else min(1.0, setting.groups / n) for _, n in (first, second)]
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
