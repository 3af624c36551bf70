"""Shares of each answer to one question, and how they differ between groups."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from alongside_evidence.bootstrap import Resampled, resample
from alongside_evidence.coordination import shares_of
from alongside_evidence.counting import Design, check_levels, check_replicates, check_seed
from alongside_evidence.limits import Setting
from alongside_evidence.notes import (
    CHANCE,
    INDEPENDENT_ROWS,
    cluster_note,
    exact_notes,
    undefined_notes,
    weighting_notes,
)
from alongside_evidence.patterns import Mark
from alongside_evidence.sentences import say
from alongside_evidence.standins import independent_outcomes, share_outcomes, too_few
from alongside_evidence.tables import Clusters, Difference, GroupShares, Share, SharesTable
from alongside_evidence.weighting import Scheme, Weighted, Weighting, described, scheme_of

#: More different answers than this is a measurement or free text, not a question with answers.
MOST_ANSWERS = 30
MOST_GROUPS = 20
_LOOKS_MISSING = frozenset({"na", "n/a", "#n/a", "nan", "null", ".", "-"})
#: Shares resampled at once; beyond it the same resamples are drawn again, not kept.
_COLUMNS = 64


def shares(
    values: Sequence[str | None],
    *,
    by: Sequence[str | None] | None = None,
    clusters: Sequence[Hashable] | None = None,
    column: str = "answer",
    by_name: str = "group",
    cluster_name: str = "cluster",
    levels: Sequence[float] = (0.95, 0.99),
    replicates: int = 100_000,
    seed: int | None = None,
    weighting: Weighting | None = None,
    times: Sequence[int] | None = None,
) -> SharesTable:
    """Return the share of each answer, of everybody and by group, with differences.

    Parameters
    ----------
    values : sequence of str or None
        One answer a row; None or an empty string where there is none.
    by : sequence of str or None, optional
        The group of each row. Rows without a group count for everybody only.
    clusters : sequence, optional
        The cluster of each row, such as its municipality.
    column, by_name, cluster_name : str
        What the answers, groups and clusters are called in the result.
    levels : sequence of float
        Nominal coverages in (0, 1).
    replicates : int
        Resamples, B.
    seed : int, optional
        Repeats the resamples; without it one is drawn and reported.
    weighting : Weighting, optional
        Survey weights and margins, an entry for each row with or without an answer, and the
        size of a finite population. Margins are fitted by the rows that have an answer.
    times : sequence of int, optional
        How many rows each entry stands for; one each unless said.

    Returns
    -------
    SharesTable
        Rows without an answer are counted as missing and belong to no share.

    Raises
    ------
    ValueError
        When lengths differ, nobody answered, there are more than 30 different answers or 20
        groups, or weights, margins or population do not fit.
    NotComputable
        When the weights can't be raked to the margins.

    Notes
    -----
    All shares and differences rest on the same resamples. Clopper-Pearson stands in for a
    share of all or none, Newcombe's interval for a difference of two such shares.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap.
    Newcombe (1998), Statistics in Medicine 17, 873-890.
    """
    setting = Setting(check_levels(levels), check_replicates(replicates), check_seed(seed))
    marks = [()] * len(values) if weighting is None else weighting.marks(len(values))
    named = by_name if by is not None else None
    cells = _counted(values, by, clusters, marks, times=times, column=column, by_name=named)
    scheme = (
        None if weighting is None else scheme_of(weighting, cells.design, [key.mark for key in cells.keys])
    )
    weighted = None if weighting is None or scheme is None else described(weighting, scheme)
    work = _Work(cells, setting, scheme, alters=weighting is not None and weighting.alters_shares)
    groups, differences, lacking = work.tables()
    return SharesTable(
        column=column,
        by=by_name if by is not None else None,
        groups=groups,
        differences=differences,
        missing=cells.missing,
        levels=setting.levels,
        replicates=setting.replicates,
        seed=setting.seed,
        clusters=None if cells.design.groups is None else Clusters(cluster_name, cells.design.groups),
        notes=_notes(cells, groups, lacking, setting, by_name=by_name, weighted=weighted),
        weighted=weighted,
    )


def _notes(
    cells: _Cells,
    groups: Sequence[GroupShares],
    lacking: Mapping[str, int],
    setting: Setting,
    *,
    by_name: str,
    weighted: Weighted | None,
) -> tuple[str, ...]:
    clusters = cells.design.groups
    given = [i for group in groups for share in group.shares.values() for i in share.intervals]
    notes = [
        *weighting_notes(weighted, cells.design.units),
        *undefined_notes(lacking, setting.replicates),
        *exact_notes(given, clustered=clusters is not None),
    ]
    doubtful = [answer for answer in cells.answers if answer.casefold() in _LOOKS_MISSING]
    notes += [say("doubtful", answer=answer) for answer in doubtful]
    if cells.ungrouped:
        notes.append(say("ungrouped", n=cells.ungrouped, by=by_name))
    notes.append(INDEPENDENT_ROWS if clusters is None else cluster_note(clusters))
    return (*notes, CHANCE)


class _Key(NamedTuple):
    """Rows that are alike: in group, answer, and what sets them apart otherwise."""

    group: str | None
    answer: str
    mark: Mark


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Rows counted by group and answer; `keys` says what each pattern is."""

    answers: tuple[str, ...]
    groups: tuple[str, ...]
    keys: tuple[_Key, ...]
    design: Design
    missing: int

    @property
    def ungrouped(self) -> int:
        return self.count([key.group is None for key in self.keys]) if self.groups else 0

    def members(self, group: str | None, answer: str | None = None) -> npt.NDArray[np.bool_]:
        """Return which patterns belong to a group (None: everybody), of one answer or all."""
        return np.array(
            [(group is None or key.group == group) and answer in {None, key.answer} for key in self.keys]
        )

    def count(self, inside: npt.ArrayLike) -> int:
        return int(self.design.counts[np.asarray(inside, dtype=bool)].sum())

    def clusters_answering(self, group: str | None) -> int | None:
        if self.design.clusters is None:
            return None
        inside = self.design.clusters[:, self.members(group)]
        return int(np.count_nonzero(inside.any(axis=1)))


def _counted(
    values: Sequence[str | None],
    by: Sequence[str | None] | None,
    clusters: Sequence[Hashable] | None,
    marks: Sequence[Mark],
    *,
    times: Sequence[int] | None,
    column: str,
    by_name: str | None,
) -> _Cells:
    lengths = {len(given) for given in (values, by, clusters, times) if given is not None}
    if len(lengths) > 1:
        raise ValueError(
            f"answers, groups and clusters must be equally many, but lengths are {sorted(lengths)}"
        )
    groups = by if by is not None else [None] * len(values)
    labels = clusters if clusters is not None else [None] * len(values)
    each = times if times is not None else [1] * len(values)
    joint: Counter[tuple[_Key, Hashable]] = Counter()
    for value, group, mark, label, count in zip(values, groups, marks, labels, each, strict=True):
        if value is not None and value != "":
            joint[_Key(group or None, value, mark), label] += count
    if not joint:
        raise ValueError(f"nobody answered {column!r}: every row is empty")
    answers = _ordered({key.answer for key, _ in joint}, MOST_ANSWERS, f"{column!r} has", "answers")
    named = {key.group for key, _ in joint if key.group is not None}
    if by is not None and not named:
        raise ValueError(f"no row with an answer has a {by_name}: that column is empty")
    found = _ordered(named, MOST_GROUPS, f"{by_name!r} has", "groups")
    keys = tuple(sorted({key for key, _ in joint}, key=lambda key: (key.group or "", key.answer, key.mark)))
    design = _design(joint, keys, clustered=clusters is not None)
    return _Cells(answers, found, keys, design, sum(each) - design.units)


def _ordered(found: set[str], most: int, subject: str, noun: str) -> tuple[str, ...]:
    """Return answers in numeric order where all are numbers, else by alphabet."""
    if len(found) > most:
        raise ValueError(
            f"{subject} {len(found)} different {noun}, and at most {most} can be compared; "
            "choose a column with few of them, or put them into classes first"
        )
    try:
        numbers = {value: float(value) for value in found}
    except ValueError:
        return tuple(sorted(found, key=lambda value: (value.casefold(), value)))
    if not all(map(math.isfinite, numbers.values())):
        return tuple(sorted(found))
    return tuple(sorted(found, key=lambda value: (numbers[value], value)))


def _design(
    joint: Mapping[tuple[_Key, Hashable], int],
    keys: tuple[_Key, ...],
    *,
    clustered: bool,
) -> Design:
    place = {key: j for j, key in enumerate(keys)}
    rows = {label: g for g, label in enumerate(dict.fromkeys(label for _, label in joint))}
    grouped = np.zeros((len(rows), len(keys)), np.int64)
    for (key, label), times in joint.items():
        grouped[rows[label], place[key]] = times
    if not clustered:
        return Design(grouped.sum(axis=0), None)
    # Sorted, so that the order of rows and the names of clusters do not matter.
    return Design(grouped.sum(axis=0), grouped[np.lexsort(grouped.T[::-1])])


class _Work:
    """Shares and differences, a few answers at a time so that memory stays bounded."""

    def __init__(self, cells: _Cells, setting: Setting, scheme: Scheme | None, *, alters: bool) -> None:
        self.cells = cells
        self.setting = setting
        self.scheme = scheme
        self.subjects: tuple[str | None, ...] = (None, *cells.groups)
        self.sizes = {group: cells.count(cells.members(group)) for group in self.subjects}
        self.effective: dict[str | None, float] = (
            {group: scheme.effective(cells.members(group)) for group in self.subjects}
            if scheme is not None and alters
            else {}
        )

    def tables(self) -> tuple[tuple[GroupShares, ...], tuple[Difference, ...], dict[str, int]]:
        found: dict[str | None, dict[str, Share]] = {group: {} for group in self.subjects}
        differences: dict[tuple[str, str], list[Difference]] = {
            pair: [] for pair in combinations(self.cells.groups, 2)
        }
        lacking: dict[str, int] = {}
        for batch, resampled in self._batches():
            for s, answer in enumerate(batch):
                for g, group in enumerate(self.subjects):
                    found[group][answer] = self._share(resampled, s, g, answer)
                for pair, listed in differences.items():
                    listed.append(self._difference(resampled, s, pair, answer))
            lacking = self._lacking(resampled)
        groups = tuple(GroupShares(group, self.sizes[group], found[group]) for group in self.subjects)
        return groups, tuple(d for listed in differences.values() for d in listed), lacking

    def _batches(self) -> Iterator[tuple[tuple[str, ...], Resampled]]:
        """Yield answers with their resamples; the seed makes every batch's the same."""
        size = max(1, _COLUMNS // len(self.subjects))
        inside = np.stack([self.cells.members(group) for group in self.subjects])
        for start in range(0, len(self.cells.answers), size):
            batch = self.cells.answers[start : start + size]
            gives = np.stack([inside & self.cells.members(None, answer) for answer in batch])
            # A last layer of everything else keeps the denominator whole.
            rest = inside & ~gives.any(axis=0)
            statistic = shares_of(np.concatenate((gives, rest[None])).astype(np.float64))
            setting = self.setting
            yield (
                batch,
                resample(self.cells.design, statistic, setting.replicates, setting.seed, self.scheme),
            )

    def _setting(self, *groups: str | None) -> Setting:
        answering = [self.cells.clusters_answering(group) for group in groups]
        known = [count for count in answering if count is not None]
        return replace(self.setting, groups=min(known)) if known else self.setting

    def _held(self, group: str | None, answer: str) -> tuple[int, int]:
        return self.cells.count(self.cells.members(group, answer)), self.sizes[group]

    def _share(self, resampled: Resampled, s: int, g: int, answer: str) -> Share:
        group = self.subjects[g]
        count, n = self._held(group, answer)
        column, effective = resampled.column({s * len(self.subjects) + g: 1.0}), self.effective.get(group)
        estimate = count / n if effective is None else column.estimate
        return Share(estimate, count, share_outcomes(column, self._setting(group), count, n, effective))

    def _difference(self, resampled: Resampled, s: int, pair: tuple[str, str], answer: str) -> Difference:
        first, second = (self._held(group, answer) for group in pair)
        places = [s * len(self.subjects) + self.subjects.index(group) for group in pair]
        column = resampled.column({places[0]: 1.0, places[1]: -1.0})
        effective = (self.effective[pair[0]], self.effective[pair[1]]) if self.effective else None
        return Difference(
            name=f"{answer}: {pair[0]} minus {pair[1]}",
            answer=answer,
            groups=pair,
            estimate=column.estimate if effective else first[0] / first[1] - second[0] / second[1],
            intervals=independent_outcomes(column, self._setting(*pair), first, second, effective),
        )

    def _lacking(self, resampled: Resampled) -> dict[str, int]:
        empty = np.count_nonzero(~np.isfinite(resampled.values[: len(self.subjects)]), axis=1)
        return {
            str(group): int(count)
            for group, count in zip(self.subjects, empty, strict=True)
            if group is not None and too_few(self.sizes[group], self.setting.levels) is None
        }
