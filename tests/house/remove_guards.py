"""Takes away each guard in turn and sees the authorisation matrix fail.

    python -m tests.house.remove_guards [--jobs N] [--only WORDS] [--list]

The product is loaded, and the world of the matrix made, once and in memory. Each removal is tried in a fork of that
process, where the functions of the weakened source take the place of the loaded ones (tests/house/grafting.py), with
the tests that are most likely to notice first. What nobody notices is named by file and line, and the command ends
with 1.
"""

import argparse
import importlib
import os
import pickle
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from tests.house import grafting
from tests.house.guards import Removal, all_removals
from tests.house.tree import PRODUCT, ROOT, SRC, module, python

MATRIX = "tests/house/test_matrix.py"
SECONDS = 300
# What goes wrong where a guard was taken away badly, and not because somebody came through.
BOTCHED = ("NameError", "UnboundLocalError", "AttributeError", "TypeError", "RecursionError", "SystemError")
NOTICED, UNNOTICED, BROKEN = 1, 0, 2


@dataclass
class Child:
    """A fork that tries one removal; what it says goes into a file."""

    removal: Removal
    pid: int
    began: float
    said: Path


@dataclass
class Outcome:
    total: int
    survivors: list[str] = field(default_factory=list)
    done: int = 0


class Removing:
    """Takes the place of pytest's own loop over tests."""

    def __init__(self, removals: list[Removal], jobs: int, folder: Path) -> None:
        self.removals, self.jobs, self.folder = removals, jobs, folder
        self.outcome = Outcome(len(removals))
        self.holds = False
        self.crashed = False

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        """In memory a database is forked along with its process."""
        from django.conf import settings

        settings.DATABASES["default"]["TEST"]["NAME"] = ":memory:"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            print(f"\n{report.nodeid}\n{report.longreprtext}")
            crash = getattr(report.longrepr, "reprcrash", None)
            self.crashed = not crash or crash.message.startswith(BOTCHED)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        from alongside.core.outbox import letters

        for file in python(PRODUCT):
            if "cli" not in file.parts and not file.name.startswith("__"):
                importlib.import_module(module(file))
        # It works with threads of its own, and those do not come along into a fork.
        letters.typeset = in_a_fork(letters.typeset)
        in_world = [item for item in session.items if "world" in item.fixturenames]
        run_until_a_failure(session, in_world[:1])  # makes the world
        loaded = grafting.loaded()
        self.holds = not session.testsfailed and self.baseline(session, loaded)
        if self.holds:
            self.try_all(session, loaded)
        return True

    def baseline(self, session: pytest.Session, loaded: grafting.Loaded) -> bool:
        """The matrix has to hold before anything is taken away, every function grafted as it stands."""
        said = self.folder / "baseline"
        files = sorted({removal.file for removal in self.removals})
        pid = self.fork(session, "", said, lambda: [grafting.as_it_stands(file, loaded) for file in files])
        _, status = os.waitpid(pid, 0)
        if os.waitstatus_to_exitcode(status) == UNNOTICED:
            return True
        print(said.read_text())
        print("The matrix fails as it stands; nothing was taken away.")
        return False

    def try_all(self, session: pytest.Session, loaded: grafting.Loaded) -> None:
        waiting, running = list(reversed(self.removals)), []
        while waiting or running:
            if waiting and len(running) < self.jobs:
                removal = waiting.pop()
                said = self.folder / f"said-{len(waiting)}"
                began = time.monotonic()
                pid = self.fork(
                    session, suspect_of(removal), said, lambda r=removal: grafting.graft(r, loaded)
                )
                running.append(Child(removal, pid, began, said))
            else:
                child, answer = wait(running)
                running.remove(child)
                tell(child, answer, self.outcome)

    def fork(self, session: pytest.Session, suspect: str, said: Path, weaken: Callable[[], object]) -> int:
        """A process of its own in which `weaken` is called and the matrix tried until the first failure."""
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            return pid
        answer = BROKEN
        try:
            with said.open("w") as opened:
                os.dup2(opened.fileno(), 1)
                os.dup2(opened.fileno(), 2)
            weaken()
            items = sorted(session.items, key=lambda item: suspect not in item.nodeid)
            run_until_a_failure(session, items)
            if not self.crashed:
                answer = NOTICED if session.testsfailed else UNNOTICED
        except BaseException:  # noqa: BLE001 - told by the parent, with what it says
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(answer)


def in_a_fork(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work done in a process of its own."""

    @wraps(work)
    def apart(*args: Any, **given: Any) -> Any:
        coming, going = os.pipe()
        pid = os.fork()
        if not pid:
            try:
                with os.fdopen(going, "wb") as out:
                    pickle.dump(work(*args, **given), out)
            finally:
                os._exit(0)
        os.close(going)
        with os.fdopen(coming, "rb") as brought:
            done = pickle.load(brought)
        os.waitpid(pid, 0)
        return done

    return apart


def run_until_a_failure(session: pytest.Session, items: list[pytest.Item]) -> None:
    """After the last one pytest is told that more of the same module follows, so that the world is kept."""
    for item, following in zip(
        items, [*items[1:], session.items[items[-1] is session.items[0]]], strict=True
    ):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return


def suspect_of(removal: Removal) -> str:
    """The dotted name that the likeliest tests carry in theirs: a function, after a module."""
    within = ".".join(removal.file.with_suffix("").parts[1:])
    return f"{within}.{removal.within.split('.')[0]}"


def wait(running: Iterable[Child]) -> tuple[Child, int]:
    """The next process that ends, and its answer; one that takes too long is ended."""
    while True:
        for child in running:
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                return child, os.waitstatus_to_exitcode(status)
            if time.monotonic() - child.began > SECONDS:
                os.kill(child.pid, 9)
        time.sleep(0.005)


def tell(child: Child, answer: int, outcome: Outcome) -> None:
    outcome.done += 1
    seconds = time.monotonic() - child.began
    words = {NOTICED: "noticed", UNNOTICED: "NOT NOTICED"}.get(answer, f"BROKEN ({answer})")
    print(f"{outcome.done:4}/{outcome.total} {words:12} {seconds:5.1f} s  {child.removal}", flush=True)
    if answer != NOTICED:
        outcome.survivors.append(f"{child.removal} - {words}")
        if answer != UNNOTICED:
            print(child.said.read_text()[-2000:])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="removals whose line in the report holds these words")
    parser.add_argument("--list", action="store_true", help="name them and try none")
    given = parser.parse_args()
    removals = [r for r in all_removals(SRC) if given.only in str(r)]
    if given.list:
        print(*removals, sep="\n")
        return 0
    began = time.monotonic()
    os.chdir(ROOT)
    grafting.weaken_policy()
    with tempfile.TemporaryDirectory(prefix="alongside-guards-") as folder:
        removing = Removing(removals, max(1, given.jobs), Path(folder))
        pytest.main(["-q", "-s", "-p", "no:xdist", "--tb=line", MATRIX], plugins=[removing])
    if not removing.holds:
        return 1
    survivors = removing.outcome.survivors
    print(f"\n{len(removals)} guards taken away in {time.monotonic() - began:.0f} s.")
    if survivors:
        print(f"{len(survivors)} were not missed:", *survivors, sep="\n  ")
        return 1
    print("Each one was missed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
