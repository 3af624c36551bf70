"""What only many surveys can show: how often intervals err. Run by `make evidence`."""

import numpy as np
import pytest

from alongside_evidence import Interval, Weighting, coordination_table

pytestmark = pytest.mark.slow
SURVEYS = 600


def errs(interval, truth=0.0):
    return isinstance(interval, Interval) and not interval.low <= truth <= interval.high


def test_a_family_errs_no_more_often_than_its_level_says():
    """Nine comparisons, in truth all 0, in 600 surveys: by chance at most one in twenty with any error."""
    codes, chances = ["unit", "organisation", "together", "unsure", ""], [0.25, 0.25, 0.2, 0.05, 0.25]
    any_alone = any_together = any_holm = 0
    for seed in range(SURVEYS):
        rng = np.random.default_rng(seed)
        answers = {a: [str(c) for c in rng.choice(codes, 160, p=chances)] for a in "abcdef"}
        options = {"statutory": ["a", "b"], "levels": (0.95,), "replicates": 10_000, "seed": seed}
        found = coordination_table(answers, several="max-t", **options)
        any_alone += any(errs(c.intervals[0]) for c in found.comparisons)
        any_together += any(errs(c.intervals[0]) for c in found.adjustment.comparisons)
        by_holm = coordination_table(answers, several="holm", **options).adjustment
        any_holm += any(c.adjusted.p <= 0.05 for c in by_holm.comparisons)
    print(f"any error: each alone {any_alone / SURVEYS:.3f}, max-|t| {any_together / SURVEYS:.3f}, ", end="")
    print(f"Holm {any_holm / SURVEYS:.3f}")
    most = 0.05 + 3 * (0.05 * 0.95 / SURVEYS) ** 0.5
    assert any_alone / SURVEYS > 0.2
    assert any_holm / SURVEYS > 0.005
    assert any_together / SURVEYS <= most
    assert any_holm / SURVEYS <= most


def test_raked_intervals_hold_the_truth_where_plain_ones_do_not():
    """Units of the north answer half as often and otherwise: 600 surveys of a population of 2,000."""
    rng = np.random.default_rng(1)
    north = np.arange(2_000) < 800
    alone = rng.random(2_000) < np.where(north, 0.7, 0.3)
    truth, answering = alone.mean(), np.where(north, 0.1, 0.2)
    held = {"plain": 0, "raked": 0, "raked of 2,000": 0}
    for seed in range(SURVEYS):
        asked = np.random.default_rng(seed).random(2_000) < answering
        answers = {"food": ["unit" if a else "together" for a in alone[asked]]}
        labels = ["north" if n else "south" for n in north[asked]]
        margins = {"region": (labels, {"north": 800, "south": 1_200})}
        for name, weighting in (
            ("plain", None),
            ("raked", Weighting(margins=margins)),
            ("raked of 2,000", Weighting(margins=margins, population=2_000)),
        ):
            table = coordination_table(
                answers,
                statutory=["food"],
                levels=(0.95,),
                replicates=2_000,
                seed=seed,
                weighting=weighting,
            )
            held[name] += not errs(table.rows[0].shares["unit"].intervals[0], truth)
    print({name: round(times / SURVEYS, 3) for name, times in held.items()})
    assert held["plain"] / SURVEYS < 0.75
    for name in ("raked", "raked of 2,000"):
        assert 0.92 <= held[name] / SURVEYS <= 0.98
