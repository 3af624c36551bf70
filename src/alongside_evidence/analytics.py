"""Answers of any number, counted by DuckDB: Parquet, or CSV too large to be read whole.

Nothing but distinct combinations of answers ever reaches Python, so memory does not grow
with the rows. DuckDB comes with the extra ``analytics``; everything else here works
without it.
"""

from __future__ import annotations

import csv
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from alongside_evidence.answers import CODES
from alongside_evidence.reading import (
    SPELT_OUT,
    Problem,
    Table,
    UnreadableTable,
    dialect,
    header_problems,
    quoted,
    unknown_column,
)

#: CSV files up to this many bytes are read whole, and need no DuckDB.
LARGEST_READ_WHOLE = 64_000_000
#: What DuckDB may hold; beyond it, it writes to a temporary folder.
MEMORY = "256MB"
#: More distinct combinations than this would fill the memory that DuckDB spares.
MOST_GROUPS = 1_000_000
EACH_ROW = (
    "Each row was taken as one unit; whether one comes twice is looked into where --unit names its column."
)
_PARQUET = b"PAR1"
_LOOKED_AT = 65_536
_FETCHED = 10_000
_ASKED_EVERY = 0.2

#: Called with the share of the work that is done, 0 to 1, a few times a second.
Progress = Callable[[float], None]


class NoAnalytics(RuntimeError):  # noqa: N818 - said of the installation, not of the program
    """DuckDB is not installed; the message says how to get it."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Groups:
    """Distinct rows of some columns, and how often each occurs. Microdata: never written out.

    Attributes
    ----------
    columns : tuple of str
    rows : list of tuple of str
        k rows; empty cells are empty strings, others without surrounding blanks.
    times : list of int
        k counts.
    """

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    times: list[int]

    @property
    def total(self) -> int:
        """How many rows were counted."""
        return sum(self.times)

    def column(self, header: str) -> list[str]:
        """Return one column of the distinct rows."""
        place = self.columns.index(header)
        return [row[place] for row in self.rows]

    def as_table(self, name: str, notes: tuple[str, ...] = ()) -> Table:
        """Return the distinct rows as a table whose rows have no numbers."""
        columns = zip(*self.rows, strict=True)
        return Table(name, dict(zip(self.columns, columns, strict=True)), (0,) * len(self.rows), notes)

    def __repr__(self) -> str:
        """Show sizes only."""
        return f"Groups({len(self.columns)} columns, {len(self.rows)} distinct rows, {self.total} rows)"


def counts_by_duckdb(path: Path | str) -> bool:
    """Whether a file is for DuckDB: Parquet of any size, and CSV too large to read whole."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
        return start == _PARQUET or (start != b"PK\x03\x04" and path.stat().st_size > LARGEST_READ_WHOLE)
    except OSError:
        return False


# Names of columns and files go into the queries below as quoted identifiers and texts.
class Source:
    """A file that DuckDB reads; a context manager.

    Parameters
    ----------
    path : Path or str
        Parquet, or CSV in UTF-8 with headers.
    progress : callable, optional
        Told how far a pass over the file is.

    Raises
    ------
    NoAnalytics
        When DuckDB is not installed.
    UnreadableTable
        When the file can't be opened, or its headers can't be used.
    """

    def __init__(self, path: Path | str, progress: Progress | None = None) -> None:
        try:
            import duckdb
        except ImportError as error:
            raise NoAnalytics(
                f"{path} is for DuckDB, which is not installed here. Install it with: "
                "pip install 'alongside[analytics]'"
            ) from error
        self.name = str(path)
        self.progress = progress
        self._errors = (duckdb.Error,)
        self._temporary = tempfile.TemporaryDirectory(prefix="alongside-", ignore_cleanup_errors=True)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": self._temporary.name,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        self._connection = duckdb.connect(config=settings)
        if progress is not None:
            self._connection.execute("SET enable_progress_bar = true")
            self._connection.execute("SET enable_progress_bar_print = false")
        try:
            self._file = self._plainly_named(Path(path))
            self._from, self.columns = self._reader(Path(path))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Give the source itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the file and of what was set aside."""
        self._connection.close()
        self._temporary.cleanup()

    def _plainly_named(self, path: Path) -> str:
        """Return a name for the file without characters that DuckDB takes for a pattern."""
        link = Path(self._temporary.name) / "answers"
        try:
            link.symlink_to(path.resolve())
        except OSError:
            return str(path)
        return str(link)

    def _reader(self, path: Path) -> tuple[str, dict[str, str]]:
        """Return what stands after FROM, and the columns, from what a reader calls them to what DuckDB does."""
        try:
            with path.open("rb") as file:
                start = file.read(_LOOKED_AT)
        except OSError as error:
            raise UnreadableTable(
                self.name, [Problem(None, None, "a file that can be opened", error.strerror or str(error))]
            ) from error
        if start.startswith(_PARQUET):
            reader = f"read_parquet({_text(self._file)})"
            found = [str(row[0]) for row in self._run(f"DESCRIBE SELECT * FROM {reader}")]  # noqa: S608
            return reader, {name: name for name in found}
        if b"\x00" in start:
            raise UnreadableTable(
                self.name, [Problem(None, None, "UTF-8, as the file is too large to be read whole", "UTF-16")]
            )
        return self._csv(start.decode("utf-8-sig", errors="replace"))

    def _csv(self, start: str) -> tuple[str, dict[str, str]]:
        delimiter, quote = dialect(start)
        first = next(csv.reader(start.splitlines(keepends=True), delimiter=delimiter, quotechar=quote), [])
        headers = [header.strip() for header in first]
        problems = header_problems(headers)
        if problems or not any(headers):
            raise UnreadableTable(self.name, problems or [Problem(1, None, "headers", "an empty row")])
        inside = [f"c{place}" for place in range(len(headers))]
        typed = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in inside)
        reader = (
            f"read_csv({_text(self._file)}, auto_detect = false, header = true, columns = {{{typed}}}, "
            f"delim = {_text(delimiter)}, quote = {_text(quote)}, escape = {_text(quote)})"
        )
        return reader, {header: name for header, name in zip(headers, inside, strict=True) if header}

    def inside(self, header: str, option: str) -> str:
        """Return DuckDB's name of a column that an option named, quoted; UnreadableTable if there is none."""
        if header not in self.columns:
            raise UnreadableTable(self.name, [unknown_column(header, list(self.columns), option)])
        return _identifier(self.columns[header])

    def groups(self, headers: Sequence[str]) -> Groups:
        """Count the distinct rows of some columns, in one pass.

        Raises
        ------
        UnreadableTable
            When the file can't be read, has no rows, or has more than a million distinct
            rows in these columns.
        """
        named = ", ".join(self.inside(header, "an option") for header in headers)
        query = f"SELECT {named}, count(*) FROM {self._from} GROUP BY ALL"  # noqa: S608
        tally: dict[tuple[str, ...], int] = {}
        cells: dict[Any, str] = {None: ""}
        for row in self._run(query):
            *given, times = row
            for cell in given:
                if cell not in cells:
                    cells[cell] = str(cell).strip()
            key = tuple([cells[cell] for cell in given])
            tally[key] = tally.get(key, 0) + int(times)
            if len(tally) > MOST_GROUPS:
                raise UnreadableTable(
                    self.name,
                    [
                        Problem(
                            None, None, f"at most {MOST_GROUPS:,} different combinations of answers", "more"
                        )
                    ],
                )
        if not tally:
            raise UnreadableTable(
                self.name, [Problem(2, None, "at least one row under the headers", "nothing")]
            )
        return Groups(tuple(headers), list(tally), list(tally.values()))

    def repeated(self, unit: str) -> list[Problem]:
        """Return a problem for each unit that is named twice, or not at all; one more pass."""
        column = self.inside(unit, "--unit")
        query = (
            f"SELECT {column}, count(*) FROM {self._from} GROUP BY 1 "  # noqa: S608
            f"HAVING count(*) > 1 OR {column} IS NULL LIMIT {SPELT_OUT + 1}"
        )
        return [
            Problem(None, unit, "the name of a unit in each row", f"{times:,} without")
            if name is None
            else Problem(None, unit, "each unit once", f"{quoted(str(name))} {times:,} times")
            for name, times in self._run(query)
        ]

    def places(self, header: str, wrong: Sequence[str], expected: str) -> list[Problem]:
        """Return where cells with one of some values stand; one more pass."""
        column = f"trim(CAST({self.inside(header, 'an option')} AS VARCHAR))"
        listed = ", ".join(_text(value) for value in wrong)
        query = (
            "SELECT number, cell FROM ("  # noqa: S608
            f"SELECT row_number() OVER () + 1 AS number, coalesce({column}, '') AS cell FROM {self._from}"
            f") WHERE cell IN ({listed}) LIMIT {SPELT_OUT + 1}"
        )
        return [
            Problem(int(number), header, expected, quoted(str(cell))) for number, cell in self._run(query)
        ]

    def _run(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, telling how far it is while it runs."""
        failed: list[BaseException] = []

        def work() -> None:
            try:
                self._connection.execute(query)
            except BaseException as error:  # noqa: BLE001 - told to the thread that waits
                failed.append(error)

        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        try:
            while worker.is_alive():
                worker.join(_ASKED_EVERY)
                if self.progress is not None and worker.is_alive():
                    self.progress(max(0.0, self._connection.query_progress()) / 100)
        except BaseException:
            self._connection.interrupt()
            worker.join()
            raise
        try:
            if failed:
                raise failed[0]
            while rows := self._connection.fetchmany(_FETCHED):
                yield from rows
        except self._errors as error:
            raise UnreadableTable(self.name, [self._problem(error)]) from error

    def _problem(self, error: Exception) -> Problem:
        said = str(error)
        if "utf-8" in said.casefold() or "unicode" in said.casefold():
            return Problem(
                None, None, "UTF-8, as the file is too large to be read whole", "bytes that are not"
            )
        line = next((line.strip() for line in said.splitlines() if line.strip()), "something else")
        return Problem(None, None, "Parquet, or CSV with as many cells in each row as headers", line[:200])


def answers_of(
    source: Source,
    *,
    unit: str | None = None,
    cluster: str | None = None,
    ignore: Sequence[str] = (),
    aside: Sequence[str] = (),
) -> tuple[Table, tuple[int, ...]]:
    """Count answers to "who coordinates this?", with what sets units apart otherwise.

    Parameters
    ----------
    source : Source
    unit : str, optional
        The column that names the unit: no two rows may agree in it, which takes a pass of
        its own. Without it each row is taken as a unit.
    cluster : str, optional
        The column that says what each unit belongs to.
    ignore, aside : sequence of str
        Columns that are no activities; those aside, such as weights, are counted with them.

    Returns
    -------
    tuple
        A table of the distinct rows of activities, cluster and columns aside, and how
        often each occurs.

    Raises
    ------
    UnreadableTable
        Naming cells that are no answer, rows without a cluster and units that come twice.
    """
    others = {unit, cluster, *ignore, *aside}
    for header, option in (
        *((header, "--ignore") for header in ignore),
        *((header, "an option") for header in aside),
        (unit, "--unit"),
        (cluster, "--cluster"),
    ):
        if header is not None:
            source.inside(header, option)
    activities = [header for header in source.columns if header not in others]
    if not activities:
        raise UnreadableTable(source.name, [Problem(1, None, "at least one column an activity", "none")])
    kept = list(dict.fromkeys([*activities, *([cluster] if cluster is not None else []), *aside]))
    groups = source.groups(kept)
    problems = _unknown(source, groups, activities)
    if cluster is not None and "" in groups.column(cluster):
        problems += source.places(cluster, [""], "what the unit belongs to")
    if unit is not None and not problems:
        problems += source.repeated(unit)
    if problems:
        raise UnreadableTable(source.name, problems)
    note = () if unit is not None else (EACH_ROW,)
    return groups.as_table(source.name, note), tuple(groups.times)


def _unknown(source: Source, groups: Groups, activities: Sequence[str]) -> list[Problem]:
    expected = ", ".join(code for code in CODES if code) + " or an empty cell"
    problems: list[Problem] = []
    for header in activities:
        wrong = sorted({cell for cell in groups.column(header) if cell.casefold() not in CODES})
        if wrong:
            problems += source.places(header, wrong[:SPELT_OUT], expected)
    return sorted(problems, key=lambda problem: problem.row or 0)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
