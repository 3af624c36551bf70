"""The whole suite: once on SQLite, what touches the database once more on PostgreSQL, then in a browser."""

import argparse
import os
import subprocess
import sys
import time

from tests import browser, postgres


def main() -> int:
    """Run every part, even after a failure, and say at the end which ones failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", default="2")
    jobs = parser.parse_args().jobs
    failed = []
    failed += part("SQLite", ["-m", "not browser and not slow", "-n", jobs, "--dist", "loadfile"])
    with postgres.server() as url:
        args = ["-m", "either and not browser and not slow", "-n", jobs, "--dist", "loadfile"]
        failed += part("PostgreSQL", args, DATABASE_URL=url)
    if browser.find() or os.environ.get("ALONGSIDE_NO_SKIPS"):
        failed += part("browser", ["-m", "browser and not slow", "-n", jobs, "--dist", "loadfile"])
    else:
        print(f"\nBrowser tests were left out: {browser.MISSING}")
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nEverything passed.")
    return 1 if failed else 0


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
