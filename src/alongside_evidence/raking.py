"""Raking: weights moved until they sum to what is known of the whole population.

Each margin says how many there are in each of its categories (places, sizes, kinds). The
weights are scaled to one margin after the other, again and again, until all of them fit.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alongside_evidence.arrays import Floats, Integers
from alongside_evidence.results import NotComputable

#: Sums fit when they differ from their margin by less than this share of it.
FITS = 1e-9
MOST_ROUNDS = 1_000
#: Margins may differ in their sum by this share: they are often rounded.
_SUMS_AGREE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """What is known of a population, by the categories of one question.

    Attributes
    ----------
    name : str
    categories : tuple of str
        C categories.
    totals : Floats
        Shape (C,), how many of the population are in each; positive.
    codes : Integers
        Shape (k,), the category of each weight.
    """

    name: str
    categories: tuple[str, ...]
    totals: Floats
    codes: Integers


def margin(name: str, labels: Sequence[Hashable], totals: Mapping[str, float]) -> Margin:
    """Fit labels and totals together.

    Parameters
    ----------
    name : str
        What the categories are, for messages.
    labels : sequence
        k labels, the category of each weight.
    totals : mapping
        From each category to how many of the population are in it.

    Returns
    -------
    Margin

    Raises
    ------
    ValueError
        When a total is not a positive number, or a label has no total.
    NotComputable
        When a category of the population holds no weight.
    """
    for category, total in totals.items():
        if not (math.isfinite(total) and total > 0):
            raise ValueError(f"a total of {name} is a number above 0, but that of “{category}” is {total:g}")
    strangers = [str(label) for label in dict.fromkeys(labels) if label not in totals]
    if strangers:
        raise ValueError(f"the totals of {name} do not tell how many are in “{strangers[0]}”")
    present = set(labels)
    for category, total in totals.items():
        if category not in present:
            raise NotComputable(
                f"not computable: no unit that answered is in “{category}” of {name}, which is "
                f"{total:,.6g} of {sum(totals.values()):,.6g}; join it with another category"
            )
    place = {category: i for i, category in enumerate(totals)}
    codes = np.array([place[str(label)] for label in labels], dtype=np.int64)
    return Margin(name, tuple(totals), np.array(list(totals.values()), dtype=np.float64), codes)


class Raking:
    """Scales rows of weights to fit several margins.

    Parameters
    ----------
    margins : sequence of Margin
        At least one, all with codes for the same k weights.

    Raises
    ------
    ValueError
        When the sums of two margins differ.
    """

    def __init__(self, margins: Sequence[Margin]) -> None:
        first = margins[0]
        for other in margins[1:]:
            sums = float(first.totals.sum()), float(other.totals.sum())
            if abs(sums[0] - sums[1]) > _SUMS_AGREE * max(sums):
                raise ValueError(
                    f"margins must tell of the same population, but {first.name} sums to {sums[0]:,.10g} "
                    f"and {other.name} to {sums[1]:,.10g}"
                )
        self.names = tuple(each.name for each in margins)
        # Rounded margins that differ in the last digit would never fit to all digits.
        whole = float(first.totals.sum())
        self.totals = [each.totals * (whole / float(each.totals.sum())) for each in margins]
        # Factors depend on the categories alone, so weights with the same ones move as one.
        cells, self.cell = np.unique(
            np.column_stack([each.codes for each in margins]), axis=0, return_inverse=True
        )
        self.cell = self.cell.reshape(-1)
        self.members = np.eye(len(cells))[self.cell]
        self.codes = list(cells.T)
        self.inside = [
            np.eye(len(totals))[codes] for totals, codes in zip(self.totals, self.codes, strict=True)
        ]

    def __call__(self, weights: Floats) -> Floats:
        """Return the weights raked, shape (b, k); NaN throughout a row that no factors make fit."""
        sums = weights @ self.members
        factors = np.ones_like(sums)
        open_rows = np.arange(len(sums))
        with np.errstate(all="ignore"):
            for _ in range(MOST_ROUNDS):
                held = sums[open_rows] * factors[open_rows]
                worst = self._round(held, factors, open_rows)
                open_rows = open_rows[~(worst <= FITS) & np.isfinite(worst)]
                if not open_rows.size:
                    break
        factors[open_rows] = np.nan
        lost = ~np.isfinite(factors).all(axis=1)
        raked: Floats = weights * factors[:, self.cell]
        raked[lost] = np.nan
        return raked

    def _round(self, held: Floats, factors: Floats, rows: Integers) -> Floats:
        """Scale to each margin once; return how far each row was from fitting."""
        worst = np.zeros(len(rows))
        moved = np.ones_like(held)
        for totals, codes, inside in zip(self.totals, self.codes, self.inside, strict=True):
            factor = totals / (held @ inside)
            worst = np.maximum(worst, np.abs(1.0 / factor - 1.0).max(axis=1))
            step = factor[:, codes]
            held *= step
            moved *= step
        factors[rows] *= moved
        return worst

    def checked(self, weights: Floats) -> Floats:
        """Return one row of weights raked, shape (k,).

        Raises
        ------
        NotComputable
            When no factors make it fit.
        """
        raked = self(weights[None, :])[0]
        if not np.isfinite(raked).all():
            raise NotComputable(
                f"not computable: no weights fit {' and '.join(self.names)} at once; some combination of "
                "their categories, which the population must have, is missing among those that answered"
            )
        return np.asarray(raked)


def rake(
    weights: npt.ArrayLike, margins: Mapping[str, tuple[Sequence[Hashable], Mapping[str, float]]]
) -> Floats:
    """Return weights that sum to every margin.

    Parameters
    ----------
    weights : array_like
        Shape (n,), positive.
    margins : mapping
        From the name of a margin to n labels and the total of each category.

    Returns
    -------
    Floats
        Shape (n,). Odds ratios between combinations of categories stay as they were.

    Raises
    ------
    ValueError
        When lengths differ, a weight is not positive, or margins contradict each other.
    NotComputable
        When a category is empty, or no weights fit all margins.

    References
    ----------
    Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444.
    Deville, Särndal and Sautory (1993), Journal of the American Statistical Association 88,
    1013-1020.
    """
    given = check_weights(weights)
    if not margins:
        raise ValueError("raking needs at least one margin")
    for name, (labels, _) in margins.items():
        if len(labels) != given.size:
            raise ValueError(f"{name} must have one label a weight, {given.size}, but has {len(labels)}")
    fitted = [margin(name, labels, totals) for name, (labels, totals) in margins.items()]
    return np.asarray(Raking(fitted).checked(given))


def check_weights(weights: npt.ArrayLike) -> Floats:
    """Return weights as floats, shape (n,); ValueError unless all are positive and finite."""
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim != 1 or not given.size:
        raise ValueError(f"weights must have shape (n,), but have {given.shape}")
    if not (np.isfinite(given).all() and (given > 0).all()):
        raise ValueError("weights must be numbers above 0; leave out units that have none")
    return given
