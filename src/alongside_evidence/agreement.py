"""How far two sides say the same of the same units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from alongside_evidence.arrays import Floats, Integers
from alongside_evidence.bootstrap import Resampled, resample
from alongside_evidence.comparisons import Agreement, Measure
from alongside_evidence.counting import Design, check_design, check_levels, check_replicates, check_seed
from alongside_evidence.limits import FEWEST_CLUSTERS, MOST_UNDEFINED, Column, Setting, outcomes
from alongside_evidence.notes import CHANCE, INDEPENDENT, cluster_note, exact_notes
from alongside_evidence.results import NotComputable, Outcome, Refused
from alongside_evidence.sentences import Sentence, say
from alongside_evidence.standins import FEWEST_ANSWERS, share_outcomes, within
from alongside_evidence.tables import Clusters, Share

MOST_CATEGORIES = 30
ONE_CATEGORY = say("one-category")
NOBODY = say("nobody-named-it")
FLAT = say("flat")
OFTEN_UNDEFINED = say("often-undefined")


def agreement(
    first: Sequence[str | None],
    second: Sequence[str | None],
    *,
    categories: Sequence[str],
    clusters: Sequence[Hashable] | None = None,
    cluster_name: str = "cluster",
    levels: Sequence[float] = (0.95, 0.99),
    replicates: int = 100_000,
    seed: int | None = None,
) -> Agreement:
    """Return how far two sides agree, from what each said of the same units.

    Parameters
    ----------
    first, second : sequence of str or None
        n answers of each side, the units in the same order. None or an empty string where a
        side did not answer: such a unit is no pair.
    categories : sequence of str
        The k >= 2 answers that there are, also those that nobody gave.
    clusters : sequence, optional
        n labels, which cluster each unit belongs to.
    cluster_name : str
        What a cluster is.
    levels : sequence of float
        Nominal coverages in (0, 1).
    replicates : int
        Resamples, B.
    seed : int, optional
        Repeats the resamples; without it one is drawn and reported.

    Returns
    -------
    Agreement
        Shares in 0..1; kappa and AC1 in -1..1, without a unit.

    Raises
    ------
    ValueError
        When lengths differ, an answer is not among the categories, or a category comes twice.
    NotComputable
        When there is no pair at all.

    Notes
    -----
    The observed agreement has BCa limits, and Clopper-Pearson's where BCa has none. Kappa and
    AC1 are refused where chance alone would agree (one category), and where no unit moves them.
    Below 10 pairs nothing has an interval. All of it rests on the same resamples.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20, 37-46 (kappa).
    Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48 (AC1).
    Spitzer and Fleiss (1974), British Journal of Psychiatry 125, 341-347 (agreement by category).
    """
    names = _checked(categories)
    lengths = {len(given) for given in (first, second, clusters) if given is not None}
    if len(lengths) > 1:
        raise ValueError(f"both sides (and clusters) must be equally long, but lengths are {sorted(lengths)}")
    labels = clusters if clusters is not None else [None] * len(first)
    pairs: Counter[tuple[int, Hashable]] = Counter()
    for one, other, label in zip(first, second, labels, strict=True):
        if one and other:
            pairs[_place(one, names) * len(names) + _place(other, names), label] += 1
    rows = {label: g for g, label in enumerate(dict.fromkeys(label for _, label in pairs))}
    grouped = np.zeros((max(len(rows), 1), len(names) ** 2), np.int64)
    for (cell, label), times in pairs.items():
        grouped[rows[label], cell] = times
    table = grouped.sum(axis=0).reshape(len(names), len(names))
    # Sorted, so that the order of units and the names of clusters do not matter.
    given = None if clusters is None else grouped[np.lexsort(grouped.T[::-1])]
    setting = Setting(check_levels(levels), check_replicates(replicates), check_seed(seed))
    found = _agreement(table, names, setting, grouped=given, cluster_name=cluster_name)
    return replace(found, left_out=len(first) - found.n)


def agreement_of_counts(
    counts: npt.ArrayLike,
    *,
    categories: Sequence[str],
    levels: Sequence[float] = (0.95, 0.99),
    replicates: int = 100_000,
    seed: int | None = None,
) -> Agreement:
    """Return how far two sides agree, from the table of what both said.

    Parameters
    ----------
    counts : array_like
        Shape (k, k): of how many units the first side gave the answer of the row and the
        second that of the column; whole numbers, none negative.
    categories : sequence of str
        The k >= 2 answers, in the order of rows and columns.
    levels, replicates, seed
        As for :func:`agreement`.

    Returns
    -------
    Agreement
        The same as :func:`agreement` gives for these units without clusters.

    Raises
    ------
    ValueError
        When the shape does not fit the categories, or a count is no whole number.
    NotComputable
        When there is no pair at all.

    References
    ----------
    As for :func:`agreement`.
    """
    names = _checked(categories)
    table = np.asarray(counts)
    if table.shape != (len(names), len(names)):
        raise ValueError(f"counts must have shape {(len(names), len(names))}, but have {table.shape}")
    setting = Setting(check_levels(levels), check_replicates(replicates), check_seed(seed))
    return _agreement(table, names, setting)


def _agreement(
    table: npt.NDArray[np.generic],
    names: tuple[str, ...],
    setting: Setting,
    *,
    grouped: Integers | None = None,
    cluster_name: str = "cluster",
) -> Agreement:
    if not table.any():
        raise NotComputable("no unit has answers of both sides")
    design = check_design(table.ravel(), grouped)
    work = _Work(design, len(names), setting)
    observed = work.observed()
    groups = design.groups
    return Agreement(
        categories=names,
        table=tuple(tuple(int(cell) for cell in row) for row in design.counts.reshape(len(names), -1)),
        left_out=0,
        observed=observed,
        kappa=work.measure(1, ONE_CATEGORY),
        ac1=work.measure(2, ONE_CATEGORY),
        specific={name: work.measure(3 + place, NOBODY, low=0.0) for place, name in enumerate(names)},
        levels=setting.levels,
        replicates=setting.replicates,
        seed=setting.seed,
        clusters=None if groups is None else Clusters(cluster_name, groups),
        notes=(
            *exact_notes(observed.intervals, clustered=groups is not None),
            INDEPENDENT if groups is None else cluster_note(groups),
            CHANCE,
        ),
    )


class _Work:
    """One resample of the pairs, and everything that is read off it."""

    def __init__(self, design: Design, k: int, setting: Setting) -> None:
        self.n = design.units
        self.same = int(np.trace(design.counts.reshape(k, k)))
        self.setting = Setting(setting.levels, setting.replicates, setting.seed, design.groups)
        self.resampled: Resampled = resample(design, _Measures(k), setting.replicates, setting.seed)

    def observed(self) -> Share:
        few = self.too_few()
        column = self.resampled.column({0: 1.0})
        found = few or share_outcomes(column, self.setting, self.same, self.n)
        return Share(self.same / self.n, self.same, found)

    def measure(self, place: int, undefined: Sentence, *, low: float = -1.0) -> Measure:
        """Return one coefficient; `undefined` says why it may have no value."""
        column = self.resampled.column({place: 1.0})
        estimate = column.estimate if np.isfinite(column.estimate) else None
        few = self.too_few()
        if few is not None:
            return Measure(estimate, few)
        reason = self._reason(column, undefined)
        if reason is not None:
            return Measure(estimate, tuple(Refused(level, reason) for level in self.setting.levels))
        return Measure(estimate, within(outcomes(column, self.setting), low, 1.0))

    def _reason(self, column: Column, undefined: Sentence) -> Sentence | None:
        if self.setting.groups is not None and self.setting.groups < FEWEST_CLUSTERS:
            return None  # the outcomes say so themselves
        if not np.isfinite(column.estimate):
            return undefined
        if column.constant:
            return FLAT
        drawn = column.values.size + column.undefined
        return OFTEN_UNDEFINED if column.undefined > MOST_UNDEFINED * drawn else None

    def too_few(self) -> tuple[Outcome, ...] | None:
        if self.n >= FEWEST_ANSWERS:
            return None
        reason = say("few-pairs", n=self.n)
        return tuple(Refused(level, reason) for level in self.setting.levels)


class _Measures:
    """Observed agreement, kappa, AC1 and the agreement by category of weights (b, k * k)."""

    def __init__(self, k: int) -> None:
        self.k = k

    def __call__(self, weights: Floats) -> Floats:
        cells = weights.reshape(-1, self.k, self.k)
        n = cells.sum(axis=(1, 2))
        same = np.einsum("bii->bi", cells)
        rows, columns = cells.sum(axis=2), cells.sum(axis=1)
        p = same.sum(axis=1) / n
        by_chance = (rows * columns).sum(axis=1) / n**2
        named = (rows + columns) / (2 * n[:, None])
        by_gwet = (named * (1 - named)).sum(axis=1) / (self.k - 1)
        return np.column_stack((p, _beyond(p, by_chance), _beyond(p, by_gwet), 2 * same / (rows + columns)))


def _beyond(p: Floats, by_chance: Floats) -> Floats:
    """Return the part of the agreement that chance leaves open and that is reached; NaN where it leaves none."""
    rest = 1 - by_chance
    return np.where(rest > 1e-12, (p - by_chance) / np.where(rest > 1e-12, rest, 1.0), np.nan)


def _checked(categories: Sequence[str]) -> tuple[str, ...]:
    if isinstance(categories, str):
        raise ValueError(f"categories must be a sequence of answers, but is the text {categories!r}")  # noqa: TRY004
    names = tuple(categories)
    if not 2 <= len(names) <= MOST_CATEGORIES:
        raise ValueError(f"there must be 2 to {MOST_CATEGORIES} categories, but there are {len(names)}")
    if len(set(names)) < len(names):
        raise ValueError("each category must be named once, but one comes twice")
    return names


def _place(answer: str, names: tuple[str, ...]) -> int:
    if answer not in names:
        raise ValueError(f"an answer is one of {', '.join(names)}, but one is {answer!r}")
    return names.index(answer)
