"""Samples from the literature, and made-up surveys; all of it small."""

import numpy as np

# Efron and Tibshirani (1993), table 14.1: 26 neurologically impaired children, test A.
SPATIAL_A = np.array(
    [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41],
    dtype=float,
)
SIXTEEN = np.array([10, 12, 12.5, 12.5, 13.9, 15, 21, 22, 23, 34, 50, 81, 89, 121, 134, 213])
# Efron and Tibshirani (1993), table 2.1: survival of mice, treated and control.
TREATED = np.array([16, 23, 38, 94, 99, 141, 197], dtype=float)
CONTROL = np.array([10, 27, 31, 40, 46, 50, 52, 104, 146], dtype=float)

CODES = ["unit", "organisation", "together", "other", "unsure", ""]
CHANCES = {
    "day centre": [0.95, 0.0, 0.05, 0.05, 0.05, 2.5],
    "food": [0.60, 0.16, 0.24, 0.1, 0.1, 2.6],
    "culture, nursing home": [0.5, 0.25, 0.25, 0.1, 0.15, 0.9],
    "physical": [0.6, 0.17, 0.23, 0.1, 0.2, 1.2],
    "social": [0.25, 0.5, 0.25, 0.1, 0.1, 0.6],
}


def mean_of(values):
    """The mean of real numbers as a statistic of weights, one pattern a number."""
    return lambda weights: (weights * values).sum(-1) / weights.sum(-1)


def variance_of(values):
    """The variance with divisor n, as a statistic of weights."""

    def statistic(weights):
        n = weights.sum(-1)
        centre = (weights * values).sum(-1) / n
        return (weights * (values - centre[..., None]) ** 2).sum(-1) / n

    return statistic


def share(weights):
    """The share of the first pattern."""
    return weights[..., 0] / weights.sum(-1)


def survey(n=244, seed=1):
    """Answers of n made-up units, independent of each other."""
    rng = np.random.default_rng(seed)
    return {
        activity: [str(code) for code in rng.choice(CODES, n, p=np.array(chances) / sum(chances))]
        for activity, chances in CHANCES.items()
    }
