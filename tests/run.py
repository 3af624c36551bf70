"""The whole suite: once on SQLite, what touches the database once more on PostgreSQL, then in a browser."""

import argparse
import os
import subprocess
import sys
import tempfile
import time

from tests import browser, postgres
from tests.house.tree import ROOT

# Where no test touches a database, and the only place where one needs a browser: what is left out need not even be
# read in. tests/house/test_parts.py sees that it is so.
WITHOUT_DATABASE = ("alongside_evidence",)
IN_A_BROWSER = "stories"


def main() -> int:
    """Run every part, even after a failure, and say at the end which ones failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", default="2")
    spread = ["-n", parser.parse_args().jobs, "--dist", "loadfile"]
    failed = []
    # Compiled once for all parts, and for the commands that the tests start; nothing of it is left behind.
    with tempfile.TemporaryDirectory(prefix="alongside-compiled-") as compiled:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = compiled
        failed += part("SQLite", ["-m", "not browser and not slow", *without(IN_A_BROWSER), *spread])
        with postgres.server() as url:
            left = without(IN_A_BROWSER, *WITHOUT_DATABASE)
            only = ["-m", "either and not browser and not slow"]
            failed += part("PostgreSQL", [*only, *left, *spread], DATABASE_URL=url)
        if browser.find() or os.environ.get("ALONGSIDE_NO_SKIPS"):
            failed += part("browser", [f"tests/{IN_A_BROWSER}", "-m", "browser and not slow", *spread])
        else:
            print(f"\nBrowser tests were left out: {browser.MISSING}")
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nEverything passed.")
    return 1 if failed else 0


def without(*folders: str) -> list[str]:
    return [f"--ignore={ROOT / 'tests' / folder}" for folder in folders]


def part(name: str, arguments: list[str], **environment: str) -> list[str]:
    """One run of pytest; its name comes back when it failed."""
    print(f"\n== {name} ==", flush=True)
    began = time.monotonic()
    clean = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments], env={**clean, **environment}, check=False
    )
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return [] if ended.returncode == 0 else [name]


if __name__ == "__main__":
    sys.exit(main())
