"""How shares differ between two surveys, some units having answered in both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from alongside_evidence.answers import NAMING, NOT_OFFERED
from alongside_evidence.bootstrap import resample
from alongside_evidence.comparisons import Change, ChangeRow, ChangesTable
from alongside_evidence.coordination import shares_of
from alongside_evidence.counting import check_levels, check_replicates, check_seed
from alongside_evidence.limits import Column, Setting
from alongside_evidence.notes import CHANCE, INDEPENDENT
from alongside_evidence.patterns import Patterns
from alongside_evidence.results import NotComputable, Outcome
from alongside_evidence.sentences import say
from alongside_evidence.standins import independent_outcomes, repeated_outcomes

Answers = Mapping[str, str | None]
U = TypeVar("U", bound=Hashable)
LEFT_OUT = say("change-left-out")


def changes(
    earlier: Mapping[U, Answers],
    later: Mapping[U, Answers],
    *,
    activities: Sequence[str],
    levels: Sequence[float] = (0.95, 0.99),
    replicates: int = 100_000,
    seed: int | None = None,
) -> ChangesTable:
    """Return how the share of each answer differs between two surveys.

    Parameters
    ----------
    earlier, later : mapping
        From each unit that answered to its answers, activity to code (``unit``,
        ``organisation``, ``together``, ``other``, ``unsure``; absent, None or empty where it
        does not offer the activity). A unit of both surveys has the same key in both.
    activities : sequence of str
        A activities that both surveys ask about.
    levels : sequence of float
        Nominal coverages in (0, 1).
    replicates : int
        Resamples, B.
    seed : int, optional
        Repeats the resamples; without it one is drawn and reported.

    Returns
    -------
    ChangesTable
        For each activity and answer the later share minus the earlier one, in -1..1.

    Raises
    ------
    ValueError
        When an activity comes twice, none is named, or a code is unknown.
    NotComputable
        When nobody answered in either survey.

    Notes
    -----
    Units of both surveys together are resampled, each with what it answered in either: a unit
    of one survey alone has no answers in the other. So shares of units that answered twice are
    as dependent in the resamples as they are in the data, and units that answered once count
    as well. Both surveys' sizes vary in the resamples, as they would if asking were repeated.

    Where fewer than ten units named who coordinates in one of the two, the interval is
    refused. Where all units answered twice and fewer than ten changed their answer, Newcombe's
    paired interval stands in; where else the difference does not vary, that of independent
    shares, which is then a little too wide.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 8 and 14.
    Newcombe (1998), Statistics in Medicine 17, 873-890 (independent) and 2635-2650 (paired).
    """
    setting = Setting(check_levels(levels), check_replicates(replicates), check_seed(seed))
    names = tuple(activities)
    joint = Counter(
        (_coded(earlier.get(unit), names), _coded(later.get(unit), names)) for unit in {**earlier, **later}
    )
    if not joint:
        raise NotComputable("nobody answered in either survey")
    patterns = Patterns(
        (*(f"earlier {name}" for name in names), *(f"later {name}" for name in names)),
        [one + other for one, other in joint],
        list(joint.values()),
    )
    work = _Work(patterns, len(names), setting)
    return ChangesTable(
        earlier_units=len(earlier),
        later_units=len(later),
        both_units=len(earlier.keys() & later.keys()),
        rows=tuple(work.row(place, name) for place, name in enumerate(names)),
        levels=setting.levels,
        replicates=setting.replicates,
        seed=setting.seed,
        notes=(LEFT_OUT, INDEPENDENT, CHANCE),
    )


def _coded(answers: Answers | None, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple((answers or {}).get(name) or NOT_OFFERED for name in names)


class _Work:
    """One resample of all units, and everything that is read off it."""

    def __init__(self, patterns: Patterns, activities: int, setting: Setting) -> None:
        self.setting = setting
        self.columns = 2 * activities
        self.activities = activities
        design, self.gives = patterns.reduced()
        self.counts = design.counts
        self.resampled = resample(design, shares_of(self.gives), setting.replicates, setting.seed)

    def row(self, place: int, name: str) -> ChangeRow:
        both = self._names(place) & self._names(place + self.activities)
        return ChangeRow(
            activity=name,
            earlier_n=self._n(place),
            later_n=self._n(place + self.activities),
            both_n=int(self.counts[both].sum()),
            changes={answer: self._change(place, s) for s, answer in enumerate(NAMING)},
        )

    def _names(self, column: int) -> npt.NDArray[np.bool_]:
        """Return which patterns name who coordinates."""
        return np.asarray(self.gives[:, column].sum(axis=0) > 0)

    def _n(self, column: int) -> int:
        return int(self.counts[self._names(column)].sum())

    def _held(self, column: int, s: int) -> tuple[int, int]:
        return int(self.counts[self.gives[s, column] > 0].sum()), self._n(column)

    def _change(self, place: int, s: int) -> Change:
        then, now = self._held(place, s), self._held(place + self.activities, s)
        where = s * self.columns + place
        column = self.resampled.column({where + self.activities: 1.0, where: -1.0})
        shares = [count / n if n else None for count, n in (then, now)]
        known = np.isfinite(column.estimate)
        return Change(
            earlier=shares[0],
            later=shares[1],
            earlier_count=then[0],
            later_count=now[0],
            estimate=column.estimate if known else None,
            intervals=self._outcomes(column, place, s),
        )

    def _outcomes(self, column: Column, place: int, s: int) -> tuple[Outcome, ...]:
        then, now = self._held(place, s), self._held(place + self.activities, s)
        twice = self._names(place) & self._names(place + self.activities)
        if not int(self.counts[twice].sum()) == then[1] == now[1]:
            return independent_outcomes(column, self.setting, now, then)
        before, after = self.gives[s, place] > 0, self.gives[s, place + self.activities] > 0
        cells = (before & after, after & ~before, before & ~after, twice & ~before & ~after)
        both, up, down, never = (int(self.counts[cell].sum()) for cell in cells)
        return repeated_outcomes(column, self.setting, (both, up, down, never))
