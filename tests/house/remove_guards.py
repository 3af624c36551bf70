"""Takes away each guard in turn and sees the authorisation matrix fail.

    python -m tests.house.remove_guards [--jobs N] [--only WORDS] [--share N --turn K] [--list]

Each removal is tried in a copy of the sources, in a process of its own, with the tests that are most likely
to notice first. What nobody notices is named by file and line, and the command ends with 1.
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.guards import WEAKENED_POLICY, Removal, all_removals
from tests.house.tree import ROOT

MATRIX = "tests/house/test_matrix.py"
POLICY = "src/alongside/core/access/policy.py"
SECONDS = 150
PRELOADED = (
    "babel.dates",
    "babel.numbers",
    "django.contrib.auth.hashers",
    "django.core.management",
    "django.forms",
    "django.test.client",
    "jinja2.ext",
    "numpy",
    "pytest",
)
NOTICED, UNNOTICED, BROKEN = 1, 0, 2


@dataclass
class Slot:
    """A copy of the project for one process at a time."""

    folder: Path
    pid: int = 0
    began: float = 0
    removal: Removal | None = None


@dataclass
class Outcome:
    survivors: list[str] = field(default_factory=list)
    done: int = 0


def copy_to(folder: Path) -> None:
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    for name in ("pyproject.toml", ".importlinter"):
        shutil.copy(ROOT / name, folder)
    with (folder / POLICY).open("a") as opened:
        opened.write(WEAKENED_POLICY)


def write(folder: Path, file: Path, source: str) -> None:
    """Write a source file; what was compiled from the one before goes, whatever its time stamp says."""
    path = folder / "src" / file
    if path.name == Path(POLICY).name and path.parent.name == "access":
        source += WEAKENED_POLICY
    path.write_text(source, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def preload() -> None:
    """What every run needs and no removal changes is imported once; each process starts from there.

    Not Django's SQLite: the settings put another build in its place first.
    """
    for name in PRELOADED:
        importlib.import_module(name)


def run(folder: Path, suspect: str) -> int:
    """In a process of its own: the matrix on this copy, until the first failure. Returns pytest's answer."""
    pid = os.fork()
    if pid:
        return pid
    answer = BROKEN
    try:
        os.chdir(folder)
        with (folder / "said").open("w") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        os.environ["ALONGSIDE_SUSPECT"] = suspect
        kept = [p for p in sys.path if p and not Path(p).is_relative_to(ROOT / "src") and Path(p) != ROOT]
        sys.path[:] = [str(folder / "src"), str(folder), *kept]
        for name in [n for n in sys.modules if n.split(".")[0] in {"alongside", "tests"}]:
            del sys.modules[name]
        import pytest

        answer = int(
            pytest.main(["-q", "-x", "-p", "no:randomly", "--tb=line", f"--rootdir={folder}", MATRIX])
        )
        sys.stdout.flush()
    finally:
        os._exit(answer)


def suspect_of(removal: Removal) -> str:
    """The dotted name that the likeliest tests carry in theirs: a function, after a module."""
    module = ".".join(removal.file.with_suffix("").parts[1:])
    return f"{module}.{removal.within.split('.')[0]}"


def end(slot: Slot, answer: int, outcome: Outcome, total: int) -> None:
    removal, slot.removal = slot.removal, None
    outcome.done += 1
    seconds = time.monotonic() - slot.began
    words = {NOTICED: "noticed", UNNOTICED: "NOT NOTICED"}.get(answer, f"BROKEN ({answer})")
    print(f"{outcome.done:4}/{total} {words:12} {seconds:5.1f} s  {removal}", flush=True)
    if answer != NOTICED:
        outcome.survivors.append(f"{removal} - {words}")
        if answer != UNNOTICED:
            print((slot.folder / "said").read_text()[-2000:])
    original = (ROOT / "src" / removal.file).read_text(encoding="utf-8")
    write(slot.folder, removal.file, original)


def wait(slots: list[Slot]) -> tuple[Slot, int]:
    """The next process that ends, and its answer; one that takes too long is ended."""
    while True:
        for slot in slots:
            if slot.removal is None:
                continue
            pid, status = os.waitpid(slot.pid, os.WNOHANG)
            if pid:
                return slot, os.waitstatus_to_exitcode(status)
            if time.monotonic() - slot.began > SECONDS:
                os.kill(slot.pid, 9)
        time.sleep(0.02)


def baseline(slot: Slot) -> bool:
    """The matrix has to hold before anything is taken away."""
    _, status = os.waitpid(run(slot.folder, ""), 0)
    if os.waitstatus_to_exitcode(status) == 0:
        return True
    print((slot.folder / "said").read_text())
    print("The matrix fails as it stands; nothing was taken away.")
    return False


def try_all(removals: list[Removal], slots: list[Slot]) -> Outcome:
    outcome, waiting = Outcome(), list(reversed(removals))
    while waiting or any(slot.removal for slot in slots):
        free = next((slot for slot in slots if slot.removal is None), None)
        if waiting and free:
            free.removal, free.began = waiting.pop(), time.monotonic()
            write(free.folder, free.removal.file, free.removal.source)
            free.pid = run(free.folder, suspect_of(free.removal))
        else:
            end(*wait(slots), outcome, len(removals))
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="removals whose line in the report holds these words")
    parser.add_argument("--list", action="store_true", help="name them and try none")
    parser.add_argument("--share", type=int, default=1, help="try one of so many, beginning at --turn")
    parser.add_argument("--turn", type=int, default=0, help="another turn tries others")
    given = parser.parse_args()
    removals = [r for r in all_removals(ROOT / "src") if given.only in str(r)]
    removals = removals[given.turn % given.share :: given.share]
    if given.list:
        print(*removals, sep="\n")
        return 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="alongside-guards-") as folder:
        slots = [Slot(Path(folder) / f"copy-{n}") for n in range(max(1, given.jobs))]
        for slot in slots:
            copy_to(slot.folder)
        preload()
        if not baseline(slots[0]):
            return 1
        outcome = try_all(removals, slots)
    print(f"\n{len(removals)} guards taken away in {time.monotonic() - began:.0f} s.")
    if outcome.survivors:
        print(f"{len(outcome.survivors)} were not missed:", *outcome.survivors, sep="\n  ")
        return 1
    print("Each one was missed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
