"""The table of who coordinates what, from answers or from their patterns."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from alongside_evidence.answers import NAMING, NOT_OFFERED, ORGANISATION, OTHER, TOGETHER, UNIT, UNSURE, WORDS
from alongside_evidence.arrays import Floats, Statistic
from alongside_evidence.bootstrap import Resampled, resample
from alongside_evidence.counting import check_levels, check_replicates, check_seed
from alongside_evidence.limits import Setting, outcomes
from alongside_evidence.notes import coordination_notes
from alongside_evidence.p_values import Candidate
from alongside_evidence.patterns import Patterns
from alongside_evidence.results import Outcome, Refused
from alongside_evidence.sentences import say
from alongside_evidence.several import Adjusting, adjust
from alongside_evidence.standins import (
    paired_outcomes,
    paired_stand_in,
    share_outcomes,
    too_few,
    too_few_words,
    within,
)
from alongside_evidence.tables import (
    AdjustedComparison,
    Adjustment,
    Clusters,
    Comparison,
    CoordinationTable,
    Row,
    SensitivityRun,
    Share,
)
from alongside_evidence.weighting import Weighted, Weighting, described, scheme_of

#: Products up to this many multiplications OpenBLAS leaves to one thread.
_ONE_THREAD = 2**18


def coordination_table(
    answers: Mapping[str, Sequence[str | None]] | Patterns,
    *,
    statutory: Sequence[str],
    sensitivity: Sequence[str] = (),
    clusters: Sequence[Hashable] | None = None,
    cluster_name: str | None = None,
    levels: Sequence[float] = (0.95, 0.99),
    replicates: int = 100_000,
    seed: int | None = None,
    several: Adjusting | None = None,
    weighting: Weighting | None = None,
    times: Sequence[int] | None = None,
) -> CoordinationTable:
    """Return who coordinates each activity, and how far that can be told from chance.

    Parameters
    ----------
    answers : mapping or Patterns
        From each activity to one code a unit, the units in the same order everywhere:
        ``unit``, ``organisation``, ``together``, ``other``, ``unsure``, or None or an empty
        string where the unit does not offer the activity. Or the same as counted patterns.
    statutory : sequence of str
        The activities that the law requires; the rest are compared with them.
    sensitivity : sequence of str
        Activities, not statutory, that a second run of comparison 2 leaves out.
    clusters : sequence, optional
        One label a unit, such as its municipality, when `answers` is a mapping.
    cluster_name : str, optional
        What a cluster is; ``cluster`` when not said.
    levels : sequence of float
        Nominal coverages in (0, 1).
    replicates : int
        Resamples, B.
    seed : int, optional
        Repeats the resamples; without it one is drawn and reported.
    several : {"holm", "max-t"}, optional
        Looks at both comparisons, of every activity and every answer, as one family. The
        sensitivity run repeats a question and is no part of it.
    weighting : Weighting, optional
        Survey weights, margins to rake to, and the size of a finite population. Shares and
        comparisons are then weighted; n and counts go on counting units.
    times : sequence of int, optional
        How many units each entry stands for, when `answers` is a mapping.

    Returns
    -------
    CoordinationTable
        Shares of each answer among units that named who coordinates; comparison 1, unit
        alone minus organisation alone, for each activity; comparison 2, the mean share over
        statutory activities minus the mean over the others, for each answer. All of them
        rest on the same resamples.

    Raises
    ------
    ValueError
        When an activity is unknown, a code is unknown, lengths differ, or weights, margins
        or population do not fit.
    NotComputable
        When the weights can't be raked to the margins.

    Notes
    -----
    Where BCa has nothing to say a labelled interval stands in: Clopper-Pearson for a share
    of all or none, or with a limit too far out for B; Newcombe's paired interval for
    comparison 1 when all units say the same. Where fewer than ten units answered, and where
    there are fewer than ten clusters, the interval is refused in words.

    References
    ----------
    Andfossen (2020), doi 10.1017/S1463423620000341, the comparisons.
    Efron and Tibshirani (1993), An Introduction to the Bootstrap.
    Newcombe (1998), Statistics in Medicine 17, 2635-2650.
    """
    patterns = _counted(answers, clusters, weighting, times)
    required = _chosen(statutory, patterns.activities, "statutory")
    left_out = _chosen(sensitivity, patterns.activities, "sensitivity")
    _check_sensitivity(left_out, required, patterns.activities)
    setting = Setting(check_levels(levels), check_replicates(replicates), check_seed(seed))
    work = _Work(patterns, required, setting, weighting)
    rows = tuple(work.row(activity) for activity in patterns.activities)
    compared = (*(work.within_activity(row) for row in rows), *work.means(()))
    runs = (SensitivityRun(left_out, tuple(c for c, _ in work.means(left_out))),) if left_out else ()
    together = None if several is None else _together(several, compared, setting)
    return CoordinationTable(
        units=patterns.units,
        levels=setting.levels,
        replicates=setting.replicates,
        seed=setting.seed,
        clusters=work.clusters(cluster_name or patterns.cluster_name),
        rows=rows,
        comparisons=tuple(comparison for comparison, _ in compared),
        sensitivity=runs,
        notes=coordination_notes(
            patterns, rows, work.undefined(), setting, weighted=work.weighted, adjustment=together
        ),
        adjustment=together,
        weighted=work.weighted,
    )


def _together(
    method: Adjusting, compared: Sequence[tuple[Comparison, Candidate]], setting: Setting
) -> Adjustment:
    found = adjust(method, [candidate for _, candidate in compared], setting)
    return Adjustment(
        method,
        tuple(
            AdjustedComparison(
                comparison, each.p, each.adjusted, within(each.intervals, -1.0, 1.0), each.reason
            )
            for (comparison, _), each in zip(compared, found, strict=True)
        ),
    )


def _counted(
    answers: Mapping[str, Sequence[str | None]] | Patterns,
    clusters: Sequence[Hashable] | None,
    weighting: Weighting | None,
    times: Sequence[int] | None,
) -> Patterns:
    if isinstance(answers, Patterns):
        if clusters is not None or times is not None:
            raise ValueError("counted patterns carry their clusters and counts; give them there")
        if weighting is None:
            return answers
        return replace(answers, marks=weighting.marks(len(answers.patterns)))
    size = len(next(iter(answers.values()), ()))
    marks = None if weighting is None else weighting.marks(size)
    return Patterns.from_answers(answers, clusters=clusters, marks=marks, times=times)


class _Work:
    """One resample of the patterns, and everything that is read off it."""

    def __init__(
        self,
        patterns: Patterns,
        statutory: tuple[str, ...],
        setting: Setting,
        weighting: Weighting | None = None,
    ) -> None:
        self.patterns = patterns
        self.statutory = statutory
        self.setting = setting
        self.tallies = {activity: patterns.tally(activity) for activity in patterns.activities}
        design, gives, marks = patterns.merged()
        self.groups = design.groups
        scheme = None if weighting is None else scheme_of(weighting, design, marks)
        self.weighted: Weighted | None = None
        self.sizes: dict[str, float] = {}
        if weighting is not None and scheme is not None:
            self.weighted = described(weighting, scheme)
            if weighting.alters_shares:
                answering = gives.sum(axis=0) > 0.0
                self.sizes = {
                    activity: scheme.effective(answering[a]) for a, activity in enumerate(patterns.activities)
                }
        statistic = shares_of(gives)
        self.resampled: Resampled = resample(design, statistic, setting.replicates, setting.seed, scheme)

    def clusters(self, name: str | None) -> Clusters | None:
        return None if self.groups is None else Clusters(name or "cluster", self.groups)

    def n(self, activity: str) -> int:
        return sum(self.tallies[activity][answer] for answer in NAMING)

    def where(self, answer: str, activity: str) -> int:
        """Return the place of a share among the resampled statistics."""
        return NAMING.index(answer) * len(self.tallies) + self.patterns.activities.index(activity)

    def setting_for(self, activities: Sequence[str]) -> Setting:
        """Return the setting with the clusters that bear on all of the activities.

        A municipality where nobody offers an activity says nothing about it, so the rules
        for few clusters ask for those that answered.
        """
        answering = [self.patterns.clusters_answering(activity) for activity in activities]
        known = [count for count in answering if count is not None]
        return replace(self.setting, groups=min(known)) if known else self.setting

    def row(self, activity: str) -> Row:
        tally, n = self.tallies[activity], self.n(activity)
        setting, effective = self.setting_for([activity]), self.sizes.get(activity)
        shares = {}
        for answer in NAMING:
            count = tally[answer]
            column = self.resampled.column({self.where(answer, activity): 1.0})
            found = share_outcomes(column, setting, count, n, effective)
            share = None if not n else count / n if effective is None else column.estimate
            shares[answer] = Share(share, count, found)
        return Row(
            activity=activity,
            statutory=activity in self.statutory,
            n=n,
            other=tally[OTHER],
            unsure=tally[UNSURE],
            not_offered=tally[NOT_OFFERED],
            shares=shares,
        )

    def within_activity(self, row: Row) -> tuple[Comparison, Candidate]:
        """Return comparison 1: unit alone minus organisation alone."""
        first, second, third = (row.shares[a].count for a in (UNIT, ORGANISATION, TOGETHER))
        parts = {self.where(UNIT, row.activity): 1.0, self.where(ORGANISATION, row.activity): -1.0}
        column = self.resampled.column(parts)
        setting, effective = self.setting_for([row.activity]), self.sizes.get(row.activity)
        cells = (first, second, third)
        difference = None if not row.n else (first - second) / row.n
        comparison = Comparison(
            kind="activity",
            name=f"{row.activity}: {WORDS[UNIT]} minus {WORDS[ORGANISATION]}",
            about=row.activity,
            estimate=difference if effective is None or difference is None else column.estimate,
            intervals=paired_outcomes(column, setting, cells, effective),
        )
        stand_in = paired_stand_in(setting, cells, effective) if row.n else None
        return comparison, Candidate(
            column, self.resampled.joint(parts), setting, too_few_words(row.n), stand_in
        )

    def means(self, left_out: tuple[str, ...]) -> list[tuple[Comparison, Candidate]]:
        """Return comparison 2 for each answer: statutory minus the others."""
        others = [a for a in self.tallies if a not in self.statutory and a not in left_out]
        without = f", {' and '.join(left_out)} left out" if left_out else ""
        found = []
        for answer in NAMING:
            name = (
                f"{WORDS[answer].capitalize()}: mean share of the statutory activities "
                f"minus mean share of the others{without}"
            )
            found.append(self._mean_difference(answer, others, name))
        return found

    def _mean_difference(self, answer: str, others: list[str], name: str) -> tuple[Comparison, Candidate]:
        involved = [*self.statutory, *others]
        parts = {self.where(answer, a): 1 / max(len(self.statutory), 1) for a in self.statutory}
        parts |= {self.where(answer, a): -1 / max(len(others), 1) for a in others}
        column, setting = self.resampled.column(parts), self.setting_for(involved)
        estimate, reason = column.estimate if all(self.n(a) for a in involved) else None, None
        fewest = min(involved, key=self.n)
        if not self.statutory or not others:
            estimate, reason = None, say("no-contrast")
        elif too_few_words(self.n(fewest)) is not None:
            reason = say("few-answers-about", n=self.n(fewest), activity=fewest)
        intervals: tuple[Outcome, ...] = (
            within(outcomes(column, setting), -1.0, 1.0)
            if reason is None
            else tuple(Refused(level, reason) for level in setting.levels)
        )
        comparison = Comparison("means", name, answer, estimate, intervals)
        return comparison, Candidate(column, self.resampled.joint(parts), setting, reason)

    def undefined(self) -> dict[str, int]:
        """Return, for each activity with enough answers, the resamples in which nobody answered."""
        lacking = np.count_nonzero(~np.isfinite(self.resampled.values), axis=1)
        return {
            activity: int(lacking[self.where(UNIT, activity)])
            for activity in self.tallies
            if too_few(self.n(activity), self.setting.levels) is None
        }


def shares_of(gives: Floats) -> Statistic:
    """Return the statistic "share of each answer among those that answered".

    Parameters
    ----------
    gives : Floats
        Shape (S, A, k), 1 where pattern j gives answer s in column a; patterns that give
        none of the answers in column a are not part of its denominator.

    Returns
    -------
    callable
        Maps weights (b, k) to (b, S * A), answer by answer.
    """
    answers, columns, k = gives.shape
    chosen = np.ascontiguousarray(gives.reshape(answers * columns, k).T)

    rows = max(1, _ONE_THREAD // chosen.size)

    def statistic(weights: Floats) -> Floats:
        # Sums of whole numbers are exact, whatever order the matrix product takes.
        parts = [weights[start : start + rows] @ chosen for start in range(0, len(weights), rows)]
        held = np.concatenate(parts).reshape(-1, answers, columns)
        return np.asarray((held / held.sum(axis=1, keepdims=True)).reshape(-1, answers * columns))

    return statistic


def _chosen(names: Sequence[str], activities: tuple[str, ...], argument: str) -> tuple[str, ...]:
    if isinstance(names, str):
        raise ValueError(f"{argument} must be a sequence of activities, but is the text {names!r}")  # noqa: TRY004
    for name in names:
        if name not in activities:
            raise ValueError(
                f"{argument} names {name!r}, which is not among the activities {', '.join(activities)}"
            )
    return tuple(activity for activity in activities if activity in names)


def _check_sensitivity(
    left_out: tuple[str, ...], statutory: tuple[str, ...], activities: tuple[str, ...]
) -> None:
    for name in left_out:
        if name in statutory:
            raise ValueError(f"the sensitivity run leaves out other activities, but {name!r} is statutory")
    if left_out and len(left_out) + len(statutory) == len(activities):
        raise ValueError("the sensitivity run would leave out every activity that is not statutory")
