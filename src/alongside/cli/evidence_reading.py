"""Reads the file of `alongside evidence`: whole where it is small, by DuckDB where it is not."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alongside_evidence.analytics import Source
    from alongside_evidence.reading import Table

# Where nobody watches a terminal, a line so often (in seconds) is enough for a log.
LINE_EVERY = 10.0


def read_file(
    arguments: argparse.Namespace, count: Callable[[Source], tuple[Table, tuple[int, ...]]]
) -> tuple[Table, tuple[int, ...] | None]:
    """Read the file; DuckDB counts what is too large to be read whole.

    Returns the table and how many rows each of its rows stands for, None where each stands for itself.
    """
    from alongside_evidence.analytics import NoAnalytics, Source, counts_by_duckdb
    from alongside_evidence.reading import read_table

    if not counts_by_duckdb(arguments.file):
        return read_table(arguments.file), None
    progress = Progressing(Path(arguments.file).name)
    try:
        with Source(arguments.file, progress) as source:
            table, times = count(source)
    except NoAnalytics as error:
        raise ValueError(str(error)) from error
    finally:
        progress.end()
    progress.say(f"{sum(times):,} rows read, {len(times):,} different ones.")
    return table, times


class Progressing:
    """Says on standard error how far the reading is: in place on a terminal, now and then in a log."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.in_place = sys.stderr.isatty()
        self.last = time.monotonic()
        self.written = False

    def __call__(self, share: float) -> None:
        """Take note of how much is done."""
        words = f"Reading {self.name}: {share:.0%}"
        if self.in_place:
            sys.stderr.write(f"\r{words}")
            sys.stderr.flush()
            self.written = True
        elif time.monotonic() - self.last >= LINE_EVERY:
            self.last = time.monotonic()
            self.say(words)

    def end(self) -> None:
        """Leave the terminal's line."""
        if self.written:
            sys.stderr.write("\r" + " " * (len(self.name) + 20) + "\r")
            sys.stderr.flush()

    def say(self, words: str) -> None:
        """Write a line."""
        encoding = sys.stderr.encoding or "ascii"
        sys.stderr.write(f"{words}\n".encode(encoding, "replace").decode(encoding))


def counting_answers(arguments: argparse.Namespace) -> Callable[[Source], tuple[Table, tuple[int, ...]]]:
    """Return what `evidence coordination` wants counted."""

    def count(source: Source) -> tuple[Table, tuple[int, ...]]:
        from alongside_evidence.analytics import answers_of

        return answers_of(
            source,
            unit=arguments.unit,
            cluster=arguments.cluster,
            ignore=arguments.ignore,
            aside=weighing(arguments),
        )

    return count


def counting_columns(arguments: argparse.Namespace) -> Callable[[Source], tuple[Table, tuple[int, ...]]]:
    """Return what `evidence shares` wants counted."""

    def count(source: Source) -> tuple[Table, tuple[int, ...]]:
        named = [(arguments.column, "--column"), (arguments.by, "--by"), (arguments.cluster, "--cluster")]
        kept = {header: option for header, option in named if header is not None}
        kept |= dict.fromkeys(weighing(arguments), "--weight or --rake")
        for header, option in kept.items():
            source.inside(header, option)
        groups = source.groups(list(kept))
        return groups.as_table(source.name), tuple(groups.times)

    return count


def weighing(arguments: argparse.Namespace) -> list[str]:
    """Return the columns that say what a row weighs."""
    return [name for name in (arguments.weight, *dict(arguments.rake)) if name is not None]
