"""The evidence library against scipy.stats.bootstrap, in the same run.

Run with ``python -m bench.evidence``. For each piece of work both compute the same BCa
interval from the same data with B = 10,000; the two intervals must agree within Monte Carlo
error, and the ratio of the times must reach the target. Exits 1 where either fails.

SciPy is given its vectorised form and the form of the data that suits it best: scores of
small integers for shares with a varying number of answers, and for answers without gaps one
number a unit. Ours gets pattern counts.
"""

from __future__ import annotations

import os
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy
from scipy import stats

from alongside_evidence import Interval, Patterns, bca, coordination_table

B = 10_000
LEVEL = 0.95
PATTERNS = 81
STATUTORY = 2


@dataclass
class Work:
    """One piece of work: both ways to do it, and the ratio to reach (None: only reported)."""

    name: str
    ours: Callable[[], Interval]
    scipy: Callable[[], tuple[float, float]]
    step: float
    target: float | None
    rounds: int


def one_share(n: int, target: float, rounds: int) -> Work:
    count = round(0.1516 * n)
    answers = np.repeat([1.0, 0.0], [count, n - count])

    def ours() -> Interval:
        return bca([count, n - count], lambda w: w[..., 0] / w.sum(-1), **options())[0]

    return Work(f"n = {n:,}, one share", ours, lambda: by_scipy((answers,), np.mean), 1 / n, target, rounds)


def made_up(n: int, chances: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return 81 patterns of six answers (0: not offered; 1, 2, 3: who coordinates) and counts."""
    rng = np.random.default_rng(11)
    patterns = np.unique(rng.choice(4, size=(2_000, 6), p=chances), axis=0)
    patterns = patterns[rng.permutation(len(patterns))[:PATTERNS]]
    return patterns, 1 + rng.multinomial(n - PATTERNS, rng.dirichlet(np.full(PATTERNS, 2.0)))


def means(n: int, target: float | None, rounds: int, *, gaps: bool) -> Work:
    """Return the difference of mean shares of the unit alone, two activities against four."""
    chances = [0.4, 0.3, 0.2, 0.1] if gaps else [0.0, 0.5, 0.3, 0.2]
    patterns, counts = made_up(n, chances)
    alone, answered = (patterns == 1).astype(float), (patterns > 0).astype(float)

    def statistic(weights: np.ndarray) -> np.ndarray:
        shares = (weights @ alone) / (weights @ answered)
        return shares[..., :STATUTORY].mean(-1) - shares[..., STATUTORY:].mean(-1)

    def ours() -> Interval:
        return bca(counts, statistic, **options())[0]

    rows = np.repeat(patterns, counts, axis=0)
    if gaps:
        columns = [np.ascontiguousarray(column) for column in rows.T.astype(np.int8)]

        def theirs() -> tuple[float, float]:
            return by_scipy(columns, paired_means, paired=True)

        name = f"n = {n:,}, 2-against-4 means, {PATTERNS} patterns, some not offered"
        return Work(name, ours, theirs, 0.0, target, rounds)
    each = (rows[:, :STATUTORY] == 1).mean(axis=1) - (rows[:, STATUTORY:] == 1).mean(axis=1)
    name = f"n = {n:,}, the same with all answered, for SciPy one number a unit"
    return Work(name, ours, lambda: by_scipy((each,), np.mean), 1 / (4 * n), target, rounds)


def paired_means(*columns: np.ndarray, axis: int) -> np.ndarray:
    shares = [(column == 1).sum(axis) / (column > 0).sum(axis) for column in columns]
    return sum(shares[:STATUTORY]) / STATUTORY - sum(shares[STATUTORY:]) / (6 - STATUTORY)


def options() -> dict[str, object]:
    return {"levels": (LEVEL,), "replicates": B, "seed": 1}


def by_scipy(data: object, statistic: Callable[..., np.ndarray], **more: object) -> tuple[float, float]:
    n = len(data[0])
    found = stats.bootstrap(
        data,
        statistic,
        n_resamples=B,
        method="BCa",
        confidence_level=LEVEL,
        vectorized=True,
        batch=None if n < 1_000 else 500,  # all at once would take gigabytes and be slower
        rng=np.random.default_rng(1),
        **more,
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def agree(interval: Interval, theirs: tuple[float, float], step: float) -> bool:
    """Whether limits differ by less than five standard deviations, or a step of the lattice."""
    room = [5 * 2**0.5 * error + 1.01 * step for error in interval.monte_carlo_error]
    gaps = (abs(interval.low - theirs[0]), abs(interval.high - theirs[1]))
    return all(gap <= most for gap, most in zip(gaps, room, strict=True))


def measured(work: Work) -> bool:
    """Print one line; return whether the work reached its target with the right answer."""
    seconds: dict[str, list[float]] = {"ours": [], "scipy": []}
    interval, theirs = work.ours(), None
    for _ in range(work.rounds):
        start = time.perf_counter()
        theirs = work.scipy()
        seconds["scipy"].append(time.perf_counter() - start)
        for _ in range(3):
            start = time.perf_counter()
            interval = work.ours()
            seconds["ours"].append(time.perf_counter() - start)
    ours, scipy_s = min(seconds["ours"]), min(seconds["scipy"])
    ratio, same = scipy_s / ours, agree(interval, theirs, work.step)
    reached = work.target is None or ratio >= work.target
    wanted = "reported only" if work.target is None else f"at least {work.target:g}"
    verdict = "ok" if reached and same else "MISSED" if same else "DIFFERENT LIMITS"
    print(f"{work.name}\n    ours {1e3 * ours:9.2f} ms   scipy {1e3 * scipy_s:9.1f} ms", end="   ")
    print(f"ratio {ratio:7.1f}   {wanted}: {verdict}", flush=True)
    return reached and same


def whole_tables() -> None:
    """Print how long whole tables take at the default B = 100,000, and their memory."""
    rng = np.random.default_rng(3)
    codes = np.array(["unit", "organisation", "together", "other", "unsure", ""])
    rows = rng.choice(codes, size=(244, 6), p=[0.3, 0.15, 0.15, 0.05, 0.05, 0.3])
    distinct, counts = np.unique(rows, axis=0, return_counts=True)
    for name, times in (("244 units", counts), ("100,000,000 units", counts * (10**8 // 244))):
        patterns = Patterns(tuple("abcdef"), distinct.tolist(), times)
        start = time.perf_counter()
        coordination_table(patterns, statutory=["a", "b"], sensitivity=["f"], seed=1)
        seconds = time.perf_counter() - start
        tracemalloc.start()
        coordination_table(patterns, statutory=["a", "b"], sensitivity=["f"], replicates=B, seed=1)
        small = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"whole table, {name}, {len(counts)} patterns, B = 100,000: {seconds:.2f} s", end="; ")
        print(f"at B = {B:,} the peak is {small / 1e6:.0f} MB")


def main() -> int:
    print(f"B = {B:,}, BCa at {100 * LEVEL:g} %, best of several runs; {os.cpu_count()} cores,", end=" ")
    print(f"{platform.machine()}, Python {platform.python_version()},", end=" ")
    print(f"NumPy {np.__version__}, SciPy {scipy.__version__}")
    works = [
        one_share(244, 15, 7),
        means(244, 3, 7, gaps=True),
        means(244, None, 7, gaps=False),
        one_share(10_000, 20, 2),
        means(10_000, 20, 2, gaps=True),
        means(10_000, 20, 2, gaps=False),
    ]
    reached = [measured(work) for work in works]
    whole_tables()
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
