"""The evidence library on files that are not read whole: a million rows, and a hundred million.

Run with ``python -m bench.evidence_large``. For 1,000,000 rows, Parquet and CSV, it takes
the bare scan (``SELECT ..., count(*) ... GROUP BY ALL`` in DuckDB), the table from counts
that stand ready, and the whole way from file to table, in turn in one run; the whole must
stay within the scan and 1.2 times the table, by the median of the rounds. For 100,000,000 rows it runs
the command in a process of its own and reads its peak memory; for as many counts, the whole
table. Files are made in a temporary folder and go with it. Exits 1 where a target is missed.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np

from alongside_evidence import Patterns, coordination_table
from alongside_evidence.analytics import Source, answers_of

ACTIVITIES = tuple("abcdef")
STATUTORY = ["a", "b"]
CODES = ("unit", "organisation", "together", "other", "unsure", "")
PATTERNS = 81
ROUNDS = {10_000: 31, 100_000: 9}


def patterns() -> list[list[str]]:
    rng = np.random.default_rng(11)
    drawn = np.unique(rng.choice(len(CODES), size=(2_000, len(ACTIVITIES))), axis=0)
    return [[CODES[code] for code in row] for row in drawn[rng.permutation(len(drawn))[:PATTERNS]]]


def made(folder: Path, n: int, kind: str) -> Path:
    """Write n rows of 81 patterns, in portions, and return where."""
    path = folder / f"answers-{n}.{kind}"
    cells = [
        f"({[row[a] for row in patterns()]})[1 + (hash(i) % {PATTERNS})::int] AS {name}"
        for a, name in enumerate(ACTIVITIES)
    ]
    options = "FORMAT parquet" if kind == "parquet" else "FORMAT csv, HEADER"
    with duckdb.connect(config={"memory_limit": "300MB"}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"COPY (SELECT {', '.join(cells)} FROM range({n}) t(i)) TO '{path}' ({options})")
    return path


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare_scan(path: Path) -> list[tuple[object, ...]]:
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    options = "" if path.suffix == ".parquet" else ", all_varchar = true, header = true, delim = ','"
    with duckdb.connect() as connection:
        query = f"SELECT {', '.join(ACTIVITIES)}, count(*) FROM {reader}('{path}'{options}) GROUP BY ALL"
        return connection.execute(query).fetchall()


def whole_way(path: Path, replicates: int) -> object:
    with Source(path) as source:
        table, times = answers_of(source)
    return coordination_table(table.columns, times=times, statutory=STATUTORY, replicates=replicates, seed=1)


def a_million(path: Path, replicates: int) -> bool:
    with Source(path) as source:
        table, times = answers_of(source)
    ready = Patterns(ACTIVITIES, list(zip(*table.columns.values(), strict=True)), times)
    found: dict[str, list[float]] = {"scan": [], "table": [], "whole": []}
    for _ in range(ROUNDS[replicates]):
        found["scan"].append(seconds(lambda: bare_scan(path)))
        found["table"].append(
            seconds(lambda: coordination_table(ready, statutory=STATUTORY, replicates=replicates, seed=1))
        )
        found["whole"].append(seconds(lambda: whole_way(path, replicates)))
    scan, table_s, whole = (statistics.median(found[name]) for name in ("scan", "table", "whole"))
    # Each round by itself, so that what else the machine does weighs on all three alike.
    ratio = statistics.median(
        w / (s + 1.2 * t) for s, t, w in zip(found["scan"], found["table"], found["whole"], strict=True)
    )
    verdict = "ok" if ratio <= 1 else "MISSED"
    print(f"n = {sum(times):,} rows of {path.suffix[1:]}, B = {replicates:,}, {len(times)} patterns")
    print(f"    scan {1e3 * scan:.0f} ms   table {1e3 * table_s:.0f} ms   whole {1e3 * whole:.0f} ms", end="")
    print(f"   whole / (scan + 1.2 x table) {ratio:.2f}, at most 1: {verdict}", flush=True)
    return ratio <= 1


def run_apart(program: str) -> tuple[float, float]:
    """Run a program in a process of its own; return its seconds and its peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("the command failed")
    return time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e6


def a_hundred_million_rows(path: Path) -> bool:
    program = (
        "import sys; from alongside.cli import main; sys.exit(main(['evidence', 'coordination', "
        f"{str(path)!r}, '--statutory', 'a,b', '--json', '-']))"
    )
    scan = statistics.median(seconds(lambda: bare_scan(path)) for _ in range(3))
    runs = [run_apart(program) for _ in range(3)]
    took, held = statistics.median(s for s, _ in runs), max(m for _, m in runs)
    verdict = "ok" if held < 500 else "MISSED"
    print(f"n = 100,000,000 rows of Parquet ({path.stat().st_size / 1e6:.0f} MB), B = 100,000, the command")
    print(
        f"    scan {scan:.1f} s   whole {took:.1f} s   peak {held:.0f} MB   under 500 MB: {verdict}",
        flush=True,
    )
    return held < 500


def a_hundred_million_counts() -> bool:
    program = f"""
from alongside_evidence import Patterns, coordination_table
rows = {json.dumps(patterns())}
counts = [1_234_567 + i for i in range(len(rows) - 1)]
counts.append(10**8 - sum(counts))
table = Patterns({ACTIVITIES!r}, rows, counts)
for replicates in (10_000, 100_000):
    coordination_table(table, statutory={STATUTORY!r}, sensitivity=["f"], replicates=replicates, seed=1)
"""
    runs = [run_apart(program) for _ in range(3)]
    took, held = statistics.median(s for s, _ in runs), max(m for _, m in runs)
    reached = took < 3 and held < 300
    print("n = 100,000,000 as counts, the whole table at B = 10,000 and once more at 100,000, with its start")
    print(
        f"    {took:.2f} s   peak {held:.0f} MB   under 3 s and 300 MB: {'ok' if reached else 'MISSED'}",
        flush=True,
    )
    return reached


def main() -> int:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.machine()},", end=" ")
    print(
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}; "
        f"medians of {min(ROUNDS.values())} and more runs"
    )
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as folder:
        reached = [
            a_million(made(Path(folder), 10**6, kind), replicates)
            for kind in ("parquet", "csv")
            for replicates in (10_000, 100_000)
        ]
        reached.append(a_hundred_million_counts())
        reached.append(a_hundred_million_rows(made(Path(folder), 10**8, "parquet")))
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"load afterwards {os.getloadavg()[0]:.1f}; this process held at most {largest:.0f} MB")
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
