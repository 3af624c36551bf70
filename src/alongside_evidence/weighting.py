"""Units that do not count alike: survey weights, a known population, margins to fit.

Resampling follows Rao and Wu: n - 1 of n units are drawn (of G clusters, G - 1), and the
weight of each is scaled by how often it came and by what share of the population was not
asked. Raking is done anew in each replicate, since it is part of how the figure is made.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from alongside_evidence.arrays import Floats, Integers, Statistic
from alongside_evidence.counting import Design, check_replicates, check_seed
from alongside_evidence.limits import NOBODY
from alongside_evidence.raking import Margin, Raking, check_weights, margin
from alongside_evidence.results import Json

#: More different combinations of answers and weights than this take too long to resample.
MOST_CELLS = 20_000
_NOT_RAKED = "unraked-resamples"

#: A unit's weight and its category in each margin.
Mark = tuple[float, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """How units stand for a population.

    Attributes
    ----------
    population : int, optional
        How many units there are in all, answering or not. Asks for the finite population
        factor: the intervals narrow, since the units that answered are no longer in doubt.
    weights : sequence of float, optional
        One positive weight a unit (a pattern, where patterns are given).
    margins : mapping
        From a name to one label a unit (or pattern) and the population's total of each
        category, to which the weights are raked.
    name : str, optional
        What the weights are, such as the column they come from.
    """

    population: int | None = None
    weights: Sequence[float] | None = None
    margins: Mapping[str, tuple[Sequence[Hashable], Mapping[str, float]]] = field(default_factory=dict)
    name: str | None = None

    @property
    def alters_shares(self) -> bool:
        """Whether units count differently, so that shares are weighted."""
        return self.weights is not None or bool(self.margins)

    def marks(self, size: int) -> list[Mark]:
        """Return the weight and categories of each of `size` units; ValueError where they do not fit."""
        weights = np.ones(size) if self.weights is None else check_weights(self.weights)
        lengths = {"weights": weights.size} | {
            name: len(labels) for name, (labels, _) in self.margins.items()
        }
        for name, length in lengths.items():
            if length != size:
                raise ValueError(f"{name} must have one entry a unit (or pattern), {size}, but has {length}")
        labels = [tuple(str(label) for label in given) for given, _ in self.margins.values()]
        rows = zip(*labels, strict=True) if labels else iter([()] * size)
        return [(float(weight), tuple(row)) for weight, row in zip(weights, rows, strict=True)]


@dataclass(frozen=True, slots=True)
class Weighted:
    """What a table says about how it was weighted.

    Attributes
    ----------
    name : str or None
        What the weights are; None where units count alike.
    population : int or None
    fraction : float or None
        The share of the population that answered, where the factor was asked for.
    raked : tuple of str
        The margins that the weights fit.
    effective : float
        So many units with equal weights would tell as much (Kish).
    """

    name: str | None
    population: int | None
    fraction: float | None
    raked: tuple[str, ...]
    effective: float

    def as_dict(self) -> dict[str, Json]:
        """Return plain values for JSON."""
        return {
            "weights": self.name,
            "population": self.population,
            "fraction": self.fraction,
            "raked": list(self.raked),
            "effective_units": self.effective,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """From counts of resampled cells to weights.

    Attributes
    ----------
    weights : Floats
        Shape (k,), the weight of one unit of each cell.
    fraction : float
        The share of the population that answered; 0 where it does not count.
    raking : Raking or None
    counts : Integers
        Shape (k,), of the data.
    """

    weights: Floats
    fraction: float
    raking: Raking | None
    counts: Integers

    @property
    def because(self) -> str:
        """The code of why a resample may lack a value."""
        return NOBODY if self.raking is None else _NOT_RAKED

    def weigh(self, counts: Floats) -> Floats:
        """Return the weights of counted cells, shape (b, k), raked where that is asked for."""
        weights = counts * self.weights
        return weights if self.raking is None else self.raking(weights)

    def of(self, statistic: Statistic) -> Statistic:
        """Return the statistic as a function of counts."""
        return lambda counts: statistic(self.weigh(counts))

    def rescaled(self, drawn: Floats, scale: float) -> Floats:
        """Return resampled counts with the part of the population that is not in doubt held fast.

        Parameters
        ----------
        drawn : Floats
            Shape (b, k), counts of n - 1 drawn units.
        scale : float
            n / (n - 1).
        """
        if self.fraction == 0.0:
            return drawn * scale
        moved = math.sqrt(1.0 - self.fraction)
        return (1.0 - moved) * self.counts + (moved * scale) * drawn

    def effective(self, inside: npt.NDArray[np.bool_]) -> float:
        """Return how many units with equal weights would tell as much as those of some cells."""
        return effective_units(np.where(inside, self.counts, 0), self.unit_weights())

    def unit_weights(self) -> Floats:
        """Return the final weight of one unit of each cell, shape (k,); 0 where there is none.

        Raises
        ------
        NotComputable
            When no weights fit the margins.
        """
        given = self.counts * self.weights
        final = given if self.raking is None else self.raking.checked(given)
        return np.divide(final, self.counts, out=np.zeros(final.size), where=self.counts > 0)


def effective_units(counts: npt.ArrayLike, unit_weights: Floats) -> float:
    """Return Kish's effective number, (sum w)**2 / sum w**2, of units with these weights.

    References
    ----------
    Kish (1965), Survey Sampling, section 11.7.
    """
    times = np.asarray(counts, dtype=np.float64)
    squares = float((times * unit_weights**2).sum())
    return float((times * unit_weights).sum()) ** 2 / squares if squares else 0.0


def scheme_of(weighting: Weighting, design: Design, marks: Sequence[Mark]) -> Scheme:
    """Fit a weighting to counted cells.

    Parameters
    ----------
    weighting : Weighting
    design : Design
        Counts of k cells; units of a cell answer, weigh and belong alike.
    marks : sequence of Mark
        Of the k cells.

    Returns
    -------
    Scheme

    Raises
    ------
    ValueError
        When the population is not larger than the units, or is given together with
        clusters, or there are too many cells.
    NotComputable
        When a category of a margin is empty, or no weights fit all margins.
    """
    if design.counts.size > MOST_CELLS and (weighting.weights is not None or weighting.margins):
        raise ValueError(
            f"there are {design.counts.size:,} different combinations of answers and weights, more than "
            f"{MOST_CELLS:,}; round the weights so that fewer differ"
        )
    weights = np.array([weight for weight, _ in marks])
    positive = np.flatnonzero(design.counts)
    margins = [
        # Cells that nobody is in do not fill a category.
        _margin(name, [marks[j][1][i] for j in range(len(marks))], totals, positive)
        for i, (name, (_, totals)) in enumerate(weighting.margins.items())
    ]
    return Scheme(weights, _fraction(weighting, design), Raking(margins) if margins else None, design.counts)


def described(weighting: Weighting, scheme: Scheme) -> Weighted:
    """Return what a table says about its weights."""
    everybody = np.ones(scheme.counts.size, dtype=bool)
    return Weighted(
        name=(weighting.name or "weight") if weighting.weights is not None else None,
        population=weighting.population,
        fraction=scheme.fraction if weighting.population is not None else None,
        raked=tuple(weighting.margins),
        effective=scheme.effective(everybody),
    )


def _margin(name: str, labels: list[str], totals: Mapping[str, float], positive: Integers) -> Margin:
    margin(name, [labels[j] for j in positive], totals)
    return margin(name, labels, totals)


def _fraction(weighting: Weighting, design: Design) -> float:
    population = weighting.population
    if population is None:
        return 0.0
    if isinstance(population, bool) or int(population) != population or population < 1:
        raise ValueError(f"a population is a whole number from 1 up, but here is {population}")
    if design.clusters is not None:
        raise ValueError(
            "the finite population factor is for units drawn one by one; with clusters it would make "
            "the intervals too narrow, so give one or the other"
        )
    if population <= design.units:
        raise ValueError(
            f"the population must be larger than the {design.units:,} units that answered, but is "
            f"{population:,}; where all answered there is no chance in the figures, and no interval"
        )
    return design.units / population


def replicate_weights(
    weights: npt.ArrayLike,
    *,
    strata: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    fractions: Mapping[Hashable, float] | None = None,
    margins: Mapping[str, tuple[Sequence[Hashable], Mapping[str, float]]] | None = None,
    replicates: int = 1_000,
    seed: int | None = None,
) -> Floats:
    """Return Rao-Wu bootstrap replicate weights, raked anew in each replicate.

    Parameters
    ----------
    weights : array_like
        Shape (n,), positive.
    strata : sequence, optional
        n labels; each stratum is resampled by itself.
    clusters : sequence, optional
        n labels; whole clusters of a stratum are drawn, one fewer than it has.
    fractions : mapping, optional
        From a stratum (None where there are no strata) to the share of its units, or
        clusters, that was drawn, in [0, 1). Left out, the shares count as 0.
    margins : mapping, optional
        From a name to n labels and the total of each category.
    replicates : int
        B.
    seed : int, optional
        Repeats the replicates.

    Returns
    -------
    Floats
        Shape (B, n). The variance of a weighted total over them is, on the average over
        replicates, the textbook variance of the design. NaN throughout a replicate that
        can't be raked.

    Raises
    ------
    ValueError
        When lengths differ, a weight or fraction does not fit, or a stratum holds a single
        unit (or cluster).
    NotComputable
        When the weights themselves can't be raked.

    References
    ----------
    Rao and Wu (1988), Journal of the American Statistical Association 83, 231-241.
    Rao, Wu and Yue (1992), Survey Methodology 18, 209-217.
    """
    given = check_weights(weights)
    n = given.size
    strata = [None] * n if strata is None else list(strata)
    drawn_from = list(range(n)) if clusters is None else list(clusters)
    if len(strata) != n or len(drawn_from) != n:
        raise ValueError(f"strata and clusters must have one label a weight, {n}")
    rng = np.random.default_rng(check_seed(seed))
    made = np.empty((check_replicates(replicates), n))
    for stratum in dict.fromkeys(strata):
        inside = np.array([label == stratum for label in strata])
        labels = [drawn_from[i] for i in np.flatnonzero(inside)]
        fraction = (fractions or {}).get(stratum, 0.0)
        made[:, inside] = given[inside] * _factors(rng, labels, fraction, stratum, len(made))
    if margins:
        raking = Raking([margin(name, labels, totals) for name, (labels, totals) in margins.items()])
        raking.checked(given)
        return raking(made)
    return made


def _factors(
    rng: np.random.Generator, labels: Sequence[Hashable], fraction: float, stratum: Hashable, replicates: int
) -> Floats:
    """Return what the weights of one stratum are multiplied with, shape (B, units of it)."""
    place = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    groups = len(place)
    if groups < 2:
        where = "" if stratum is None else f" of stratum {stratum}"
        raise ValueError(f"one unit (or cluster){where} says nothing about its spread; join it with others")
    if not 0.0 <= fraction < 1.0:
        raise ValueError(f"a sampling fraction is at least 0 and below 1, but one is {fraction}")
    times = rng.multinomial(groups - 1, np.full(groups, 1.0 / groups), size=replicates)
    moved = math.sqrt(1.0 - fraction)
    factors = (1.0 - moved) + moved * groups / (groups - 1) * times
    return np.asarray(factors[:, [place[label] for label in labels]])
