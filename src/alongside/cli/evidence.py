"""`alongside evidence`: tables from a file, with no database and no settings.

Everything is computed by `alongside_evidence`; here are only the arguments, where the
result goes, and sentences for what went wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alongside.cli.evidence_reading import counting_answers, counting_columns, read_file, weighing

if TYPE_CHECKING:
    from alongside_evidence import CoordinationTable, SharesTable, Weighting
    from alongside_evidence.analytics import Source
    from alongside_evidence.reading import Table

    # How many rows each row of a table stands for; None where each stands for itself.
    Times = tuple[int, ...] | None

_STANDARD_OUTPUT = "-"
_FAILED = 2
# With fewer, the ends of an interval are chance.
FEWEST_REPLICATES = 1000


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `evidence` with its two tables; each sets `run` (and `func`), which returns the exit code."""
    evidence = subparsers.add_parser(
        "evidence",
        help="compute tables with honest intervals from a CSV, XLSX or Parquet file",
        description=(
            "Compute tables with honest intervals from a CSV, XLSX or Parquet file. Needs no database. "
            "Parquet, and CSV over 64 MB, are counted by DuckDB: pip install 'alongside[analytics]'."
        ),
    )
    tables = evidence.add_subparsers(dest="table", required=True, metavar="TABLE")
    _add_coordination(tables)
    _add_shares(tables)


def _add_coordination(tables: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = tables.add_parser(
        "coordination",
        help="who coordinates what",
        description=(
            "One row a unit, one column an activity. A cell is unit, organisation, together, other or "
            "unsure; empty where the unit does not offer the activity."
        ),
    )
    parser.add_argument(
        "--unit",
        metavar="COL",
        help="the column that names the unit; for Parquet and very large files it may be left out",
    )
    parser.add_argument(
        "--statutory",
        required=True,
        action="append",
        metavar="A,B",
        help="the activities that the law requires; quote a name that holds a comma",
    )
    parser.add_argument(
        "--sensitivity",
        action="append",
        default=[],
        metavar="C",
        help="activities to leave out of a second run of the comparison of means",
    )
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="COL", help="a column that is no activity"
    )
    parser.add_argument(
        "--together",
        choices=("holm", "max-t"),
        help="look at all comparisons as one family: Holm's p values, or intervals that hold at once",
    )
    _add_common(parser)
    parser.set_defaults(func=coordination, run=coordination)


def _add_shares(tables: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = tables.add_parser(
        "shares",
        help="the share of each answer to one question",
        description="The share of each answer to one question, of everybody and by group.",
    )
    parser.add_argument("--column", required=True, metavar="COL", help="the column with the answers")
    parser.add_argument("--by", metavar="COL", help="the column with the groups to compare")
    parser.add_argument(
        "--missing", default="", metavar="NA,99", help="codes that stand for no answer or no group"
    )
    _add_common(parser)
    parser.set_defaults(func=shares, run=shares)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="CSV, XLSX or Parquet; headers in the first row")
    parser.add_argument("--cluster", metavar="COL", help="what units belong to, such as a municipality")
    parser.add_argument(
        "--population", type=_population, metavar="N", help="how many units there are, answering or not"
    )
    parser.add_argument("--weight", metavar="COL", help="the column with a weight for each row")
    parser.add_argument(
        "--rake",
        type=_margin,
        action="append",
        default=[],
        metavar="COL=FILE",
        help="fit weights to a margin: FILE has each category of COL and how many are in it",
    )
    parser.add_argument(
        "--replicates", type=_replicates, default=100_000, metavar="N", help="resamples (100,000)"
    )
    parser.add_argument("--seed", type=_seed, metavar="S", help="repeats an earlier result exactly")
    parser.add_argument(
        "--level", type=_levels, default=(0.95, 0.99), metavar=".95,.99", help="levels (.95,.99)"
    )
    out = parser.add_mutually_exclusive_group()
    out.add_argument("--json", metavar="OUT", help="write JSON to OUT; - is standard output")
    out.add_argument(
        "--html", metavar="OUT", help="write one self-contained page to OUT; - is standard output"
    )


def coordination(arguments: argparse.Namespace) -> int:
    """Run `evidence coordination`; return the exit code."""

    def compute(table: Table, times: Times) -> CoordinationTable:
        from alongside_evidence import coordination_table
        from alongside_evidence.survey import read_survey

        statutory = _columns(table, arguments.statutory, "--statutory")
        sensitivity = _columns(table, arguments.sensitivity, "--sensitivity")
        survey = read_survey(
            table,
            # What is counted by DuckDB it has looked at already, and left aside.
            unit=_unit(arguments) if times is None else None,
            cluster=arguments.cluster,
            ignore=arguments.ignore if times is None else (),
            aside=weighing(arguments),
            named=[*statutory, *sensitivity],
        )
        return coordination_table(
            survey.answers,
            statutory=statutory,
            sensitivity=sensitivity,
            clusters=survey.clusters,
            cluster_name=arguments.cluster,
            levels=arguments.level,
            replicates=arguments.replicates,
            seed=arguments.seed,
            several=arguments.together,
            weighting=_weighting(table, arguments),
            times=times,
        )

    return _run(arguments, counting_answers(arguments), compute)


def _unit(arguments: argparse.Namespace) -> str:
    if arguments.unit is None:
        raise ValueError("Say with --unit which column names the unit, so that none is counted twice.")
    return str(arguments.unit)


def _weighting(table: Table, arguments: argparse.Namespace) -> Weighting | None:
    from alongside_evidence.reading import read_table
    from alongside_evidence.survey import read_weighting

    return read_weighting(
        table,
        population=arguments.population,
        weight=arguments.weight,
        margins={column: read_table(file) for column, file in arguments.rake},
    )


def shares(arguments: argparse.Namespace) -> int:
    """Run `evidence shares`; return the exit code."""

    def compute(table: Table, times: Times) -> SharesTable:
        from alongside_evidence import shares as shares_table

        by, cluster = arguments.by, arguments.cluster
        none = set(_split(arguments.missing))
        values, groups = (
            None
            if header is None
            else ["" if cell in none else cell for cell in table.column(header, option)]
            for header, option in ((arguments.column, "--column"), (by, "--by"))
        )
        return shares_table(
            values or (),
            by=groups,
            clusters=None if cluster is None else table.filled(cluster, "--cluster"),
            column=arguments.column,
            by_name=by or "group",
            cluster_name=cluster or "cluster",
            levels=arguments.level,
            replicates=arguments.replicates,
            seed=arguments.seed,
            weighting=_weighting(table, arguments),
            times=times,
        )

    return _run(arguments, counting_columns(arguments), compute)


def _run(
    arguments: argparse.Namespace,
    count: Callable[[Source], tuple[Table, tuple[int, ...]]],
    compute: Callable[[Table, Times], CoordinationTable | SharesTable],
) -> int:
    if not Path(arguments.file).exists():
        _complain(f"There is no file {arguments.file} here.")
        return _FAILED
    try:
        table, times = read_file(arguments, count)
        computed = compute(table, times)
        # How the file was read comes first: it bears on everything else.
        result: dict[str, Any] = replace(computed, notes=(*table.notes, *computed.notes)).as_dict()
        if arguments.json is not None:
            _write(arguments.json, json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
        elif arguments.html is not None:
            _write(arguments.html, _page(result, Path(arguments.file).name))
        else:
            _show(result)
    except BrokenPipeError:
        raise
    except (ValueError, OSError, _NoPages) as error:
        _complain(str(error))
        return _FAILED
    return 0


class _NoPages(Exception):  # noqa: N818 - no error of the program
    """Pages cannot be made in this installation."""


def _page(result: dict[str, Any], source_name: str) -> str:
    try:
        from alongside.web.report import render_report
    except ImportError as error:
        raise _NoPages(
            "pages cannot be made here, since part of the installation is missing; use --json"
        ) from error
    return str(render_report(result, source_name))


def _show(result: dict[str, Any]) -> None:
    """Print the table, without box characters where the terminal knows none."""
    from alongside_evidence.text import render_text

    text = render_text(result)
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = render_text(result, ascii_only=True).encode(encoding, "replace").decode(encoding)
    sys.stdout.write(text)


def _write(out: str, content: str) -> None:
    """Write to standard output or, whole or not at all, to a file."""
    if out == _STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content.encode())
        sys.stdout.buffer.flush()
        return
    target = Path(out)
    if target.is_dir():
        raise IsADirectoryError(f"{out} is a folder; name a file in it")
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise OSError(f"{out} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp keeps others out; the file asked for gets what any new file here would.
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _complain(f"Written: {out}")


def _complain(sentence: str) -> None:
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(f"{sentence}\n".encode(encoding, "replace").decode(encoding))


def _columns(table: Table, given: Sequence[str], option: str) -> list[str]:
    """Return the columns that an option names, split at commas outside quotation marks."""
    names = [name.strip() for row in csv.reader(given, skipinitialspace=True) for name in row]
    wanted = [name for name in names if name]
    for whole in given:
        if whole in table.columns:  # a header that holds a comma, given by itself
            wanted = [whole, *(name for name in wanted if name not in _split(whole))]
    for name in wanted:
        table.column(name, option)
    return wanted


def _split(whole: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([whole], skipinitialspace=True), [])]


def _levels(text: str) -> tuple[float, ...]:
    from alongside_evidence.counting import check_levels

    try:
        return check_levels([float(part) for part in text.split(",") if part.strip()])
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"levels lie between 0 and 1, such as .95,.99, but here is {text}"
        ) from None


def _replicates(text: str) -> int:
    try:
        number = int(text.replace("_", "").replace(",", ""))
    except ValueError:
        number = 0
    if number < FEWEST_REPLICATES:
        raise argparse.ArgumentTypeError(
            f"resamples are a whole number from {FEWEST_REPLICATES:,} up, but here is {text}"
        )
    return number


def _seed(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 up, but here is {text}")
    return number


def _population(text: str) -> int:
    try:
        number = int(text.replace("_", "").replace(",", ""))
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a population is a whole number from 1 up, but here is {text}")
    return number


def _margin(text: str) -> tuple[str, str]:
    column, separator, file = text.rpartition("=")
    if not (column and separator and file):
        raise argparse.ArgumentTypeError(
            f"a margin is a column and a file, such as region=regions.csv, but here is {text}"
        )
    return column, file
