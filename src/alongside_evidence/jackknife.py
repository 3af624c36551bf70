"""Leave-one-out values and the acceleration they give."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from alongside_evidence.arrays import Floats, Integers, Statistic
from alongside_evidence.counting import Design, check_design
from alongside_evidence.resample import SLICE
from alongside_evidence.results import NotComputable

#: Leave-one-out values nearer to each other than this, relative to their size, are rounding.
ROUNDING = 1e-13


def influence(left_out: Floats, times: Integers) -> Floats:
    """Return mean minus value of the leave-one-out values, shape (J,).

    R's ``usual.jack`` centres on the estimate instead, which shifts the acceleration.
    """
    return np.asarray(np.average(left_out, weights=times) - left_out)


def is_flat(left_out: Floats) -> bool:
    """Whether no unit (or cluster) moves the statistic by more than rounding."""
    spread = float(left_out.max() - left_out.min())
    return spread <= ROUNDING * float(np.abs(left_out).max())


def acceleration_from(left_out: Floats, times: Integers) -> float:
    """Return sum U**3 / (6 (sum U**2)**1.5) over units, U being :func:`influence`."""
    u = influence(left_out, times)
    u /= np.abs(u).max()  # n = 1e8 would otherwise cube numbers of 1e-8
    return float((times * u**3).sum() / (6.0 * (times * u**2).sum() ** 1.5))


def standard_error(left_out: Floats, times: Integers) -> float:
    """Return the jackknife standard error from values without one unit (or cluster) each."""
    u = influence(left_out, times)
    size = int(times.sum())
    return float(np.sqrt((size - 1) / size * (times * u**2).sum()))


def leave_one_out(design: Design, statistic: Statistic, block: int) -> Floats:
    """Return the statistic without one unit of each pattern (or without one cluster).

    Parameters
    ----------
    design : Design
        Counts (k,), with or without clusters.
    statistic : Statistic
        Maps weights (..., k) to (...,) or (..., m).
    block : int
        Numbers held at once.

    Returns
    -------
    Floats
        Shape (J,) or (J, m), J as in :meth:`Design.left_out`.
    """
    indices, _ = design.left_out()
    size = max(1, block // design.counts.size)
    parts = [
        np.asarray(statistic(design.without(indices[start : start + size])), dtype=np.float64)
        for start in range(0, len(indices), size)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def acceleration(
    counts: npt.ArrayLike, statistic: Statistic, *, strata: npt.ArrayLike | None = None
) -> float:
    """Return the acceleration of a statistic of pattern counts.

    Parameters
    ----------
    counts : array_like
        Shape (k,), non-negative whole numbers.
    statistic : Statistic
        Maps weights (..., k) to (...,).
    strata : array_like, optional
        Shape (k,), which sample each pattern belongs to. Samples of a size fixed in advance
        are jackknifed each by itself, U counting (n_j - 1) / n_j of its size; with one
        sample this is the plain acceleration.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When counts or strata do not fit.
    NotComputable
        When no unit moves the statistic, or a leave-one-out value does not exist.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, equation 14.15.
    """
    design = check_design(counts)
    labels = np.zeros(design.counts.size, np.int64) if strata is None else np.asarray(strata)
    if labels.shape != design.counts.shape:
        raise ValueError(f"strata must have shape {design.counts.shape}, but have {labels.shape}")
    indices, times = design.left_out()
    with np.errstate(all="ignore"):
        values = leave_one_out(design, statistic, SLICE)
    if not np.isfinite(values).all():
        raise NotComputable("without one of the units the statistic has no value")
    if is_flat(values):
        raise NotComputable("no unit moves the statistic")
    thirds = seconds = 0.0
    for label in np.unique(labels[indices]):
        inside = labels[indices] == label
        n = times[inside].sum()
        u = influence(values[inside], times[inside]) * ((n - 1) / n)
        thirds += float((times[inside] * u**3).sum())
        seconds += float((times[inside] * u**2).sum())
    return thirds / (6.0 * math.pow(seconds, 1.5))
