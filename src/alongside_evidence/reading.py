"""Reads CSV and XLSX tables; what it cannot read it answers by row and column."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from alongside_evidence.spreadsheet import what_is_wrong

#: Problems spelt out in a message; the rest is a number.
SPELT_OUT = 20
_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_LINES = 20
_XLSX_START = b"PK\x03\x04"
_OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"
_LONGEST_SHOWN = 60


class Problem(NamedTuple):
    """One thing that stands wrong in a table.

    Attributes
    ----------
    row : int or None
        As a spreadsheet numbers it, the headers being row 1; None for the whole file, 0
        for rows that were counted together.
    column : str or None
        The header; None for the whole row.
    expected, found : str
    """

    row: int | None
    column: str | None
    expected: str
    found: str

    def __str__(self) -> str:
        """Return the problem as one line."""
        place = [f"row {self.row}"] if self.row else []
        if self.column is not None:
            place.append(f"column {_quoted(self.column)}")
        words = f"expected {self.expected}, found {self.found}"
        return f"{', '.join(place)}: {words}" if place else words


class UnreadableTable(ValueError):  # noqa: N818 - said of the file, not of the program
    """A table that cannot be used as asked; names every problem.

    Attributes
    ----------
    name : str
        The file.
    problems : list of Problem
        Tuples (row, column, expected, found), in the order of the rows.
    """

    def __init__(self, name: str, problems: Sequence[Problem], advice: str = "") -> None:
        self.name = name
        self.problems = list(problems)
        lines = [f"  {problem}" for problem in self.problems[:SPELT_OUT]]
        if len(self.problems) > SPELT_OUT:
            lines.append(f"  and {len(self.problems) - SPELT_OUT:,} more")
        if advice:
            lines.append(advice)
        super().__init__("\n".join([f"{name} cannot be used:", *lines]))


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of a file, every cell as text without surrounding blanks.

    Attributes
    ----------
    name : str
        The file, for messages.
    columns : dict of str to tuple of str
        In the order of the file.
    rows : tuple of int
        The number of each row as a spreadsheet shows it; 0 where equal rows were counted
        together.
    notes : tuple of str
        What the reader should know about how the file was read.
    """

    name: str
    columns: dict[str, tuple[str, ...]]
    rows: tuple[int, ...]
    notes: tuple[str, ...] = ()

    def column(self, header: str, option: str) -> tuple[str, ...]:
        """Return a column that an option named; UnreadableTable lists those there are."""
        if header in self.columns:
            return self.columns[header]
        raise UnreadableTable(self.name, [unknown_column(header, list(self.columns), option)])

    def filled(self, header: str, option: str) -> tuple[str, ...]:
        """Return a column in which no cell may be empty."""
        cells = self.column(header, option)
        problems = self.empty_cells(header)
        if problems:
            raise UnreadableTable(self.name, problems)
        return cells

    def empty_cells(self, header: str) -> list[Problem]:
        """Return a problem for each empty cell of a column."""
        return [
            Problem(number, header, "what the unit belongs to", "an empty cell")
            for number, cell in zip(self.rows, self.columns[header], strict=True)
            if not cell
        ]


def unknown_column(header: str, known: Sequence[str], option: str) -> Problem:
    """Return the problem of a column that does not exist, with the nearest that does."""
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(header.casefold(), folded, n=1, cutoff=0.6)
    hint = f" (did you mean {_quoted(folded[near[0]])}?)" if near else ""
    listed = ", ".join(_quoted(name) for name in known)
    return Problem(
        1, None, f"a column named {_quoted(header)} as {option} says{hint}", f"only the columns {listed}"
    )


def read_table(path: Path | str) -> Table:
    """Read a CSV or XLSX file with headers in its first row.

    Parameters
    ----------
    path : Path or str
        CSV with commas, semicolons, tabs or bars between cells, in UTF-8, UTF-16 or Windows-1252;
        or XLSX, of which the first sheet is read.

    Returns
    -------
    Table

    Raises
    ------
    UnreadableTable
        When the file is missing, empty or not a table, naming each problem.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableTable(
            str(path), [Problem(None, None, "a file that can be opened", reason)]
        ) from error
    return read_content(content, str(path))


def read_content(content: bytes, name: str) -> Table:
    """Read the bytes of a CSV or XLSX file, as :func:`read_table` does.

    Parameters
    ----------
    content : bytes
    name : str
        What to call the file in messages.

    Returns
    -------
    Table

    Raises
    ------
    UnreadableTable
        Naming each problem.
    """
    if not content.strip():
        raise UnreadableTable(name, [Problem(None, None, "headers in the first row", "an empty file")])
    if content.startswith(_OLD_EXCEL_START):
        found = "an older Excel format or a locked file"
        raise UnreadableTable(
            name, [Problem(None, None, "CSV or XLSX", f"{found}; save it as XLSX without a password")]
        )
    if content.startswith(_XLSX_START):
        cells, notes = _spreadsheet(content, name)
    elif name.lower().endswith(".xlsx"):
        found = "a file that is no spreadsheet, whatever its name says; if it is CSV, name it .csv"
        raise UnreadableTable(name, [Problem(None, None, "a spreadsheet", found)])
    else:
        text, notes = _decoded(content, name)
        cells = _csv_rows(text, name)
    return _table(name, cells, notes)


def _spreadsheet(content: bytes, name: str) -> tuple[list[list[str]], list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    wrong = what_is_wrong(content)
    if wrong is not None:
        raise UnreadableTable(name, [Problem(None, None, "CSV or XLSX", wrong)])
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        # With its empty rows and columns, so that row 5 here is row 5 on the screen.
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise UnreadableTable(
            name, [Problem(None, None, "CSV or XLSX", f"a file that is neither ({error})")]
        ) from error
    notes = []
    if len(book.sheet_names) > 1:
        others = len(book.sheet_names) - 1
        notes.append(
            f"Read from the first sheet, {_quoted(book.sheet_names[0])}; "
            f"{others} other sheet{'' if others == 1 else 's'} not read."
        )
    return [[_as_text(cell) for cell in row] for row in rows], notes


def _as_text(cell: object) -> str:
    """Return a spreadsheet's cell as its reader sees it: 3.0 is 3, dates are ISO."""
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(cell).strip()


def _decoded(content: bytes, name: str) -> tuple[str, list[str]]:
    """Return the text and a note where its encoding was a guess."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\x00" in content[:200]:
        encodings = ["utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        guessed = encoding == "cp1252"
        note = "The file is not UTF-8; its letters were read as Windows-1252. Check names with accents."
        return text, [note] if guessed else []
    raise UnreadableTable(
        name, [Problem(None, None, "text in UTF-8, UTF-16 or Windows-1252", "bytes that are none of these")]
    )


def _csv_rows(text: str, name: str) -> list[list[str]]:
    delimiter, quote = dialect(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        found = f"a quotation mark that is not closed or stands inside a cell ({error})"
        raise UnreadableTable(
            name, [Problem(len(rows) + 1, None, "cells in matching quotation marks", found)]
        ) from error
    return rows


def dialect(text: str) -> tuple[str, str]:
    """Return what stands between the cells of a CSV text, and around them."""
    quote = _quotation_mark(text)
    return _delimiter(text, quote), quote


def _quotation_mark(text: str) -> str:
    """Return the mark around cells: single where every header stands in single ones."""
    first = text.lstrip().split("\n", 1)[0].strip()
    for delimiter in _DELIMITERS:
        headers = [header.strip() for header in first.split(delimiter)]
        if all(len(header) > 1 and header[0] == header[-1] == "'" for header in headers):
            return "'"
    return '"'


def _delimiter(text: str, quote: str) -> str:
    """Return the delimiter that splits the first lines most evenly and most often."""
    lines = list(_outside_quotes(text, quote, _SNIFFED_LINES))

    def fit(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        return (sum(count == counts[0] for count in counts) if counts[0] else 0, counts[0])

    return max(_DELIMITERS, key=fit) if lines else ","


def _outside_quotes(text: str, quote: str, most: int) -> Iterator[str]:
    """Yield the first records without what stands in quotation marks."""
    kept, quoted, found = "", False, 0
    for character in text:
        if character == quote:
            quoted = not quoted
            kept += quote  # so that a record of quoted cells and tabs alone is not blank
        elif character in "\r\n" and not quoted:
            if kept.strip():
                yield kept
                found += 1
            kept = ""
            if found == most:
                return
        elif not quoted:
            kept += character
    if kept.strip():
        yield kept


def _table(name: str, cells: list[list[str]], notes: list[str]) -> Table:
    if not cells or not any(cells[0]):
        raise UnreadableTable(name, [Problem(1, None, "headers", "an empty row")])
    headers = cells[0]
    problems = header_problems(headers)
    kept = [(number, row) for number, row in enumerate(cells[1:], start=2) if any(row)]
    problems += [found for number, row in kept for found in _ragged(number, row, headers)]
    if not kept:
        problems.append(Problem(2, None, "at least one row under the headers", "nothing"))
    if problems:
        raise UnreadableTable(name, problems)
    width = len(headers)
    rows = [row[:width] + [""] * (width - len(row)) for _, row in kept]
    columns = {header: tuple(row[i] for row in rows) for i, header in enumerate(headers) if header}
    return Table(name, columns, tuple(number for number, _ in kept), tuple(notes))


def header_problems(headers: Sequence[str]) -> list[Problem]:
    """Return a problem for each header that stands twice."""
    seen: dict[str, int] = {}
    problems = []
    for place, header in enumerate(headers, start=1):
        if header and header in seen:
            found = f"it in columns {letters(seen[header])} and {letters(place)}"
            problems.append(Problem(1, header, "each header once", found))
        seen.setdefault(header, place)
    return problems


def _ragged(number: int, row: list[str], headers: list[str]) -> Iterator[Problem]:
    width = len(headers)
    while width and not headers[width - 1]:
        width -= 1
    if len(row) < width:
        yield Problem(number, None, f"{width} cells as in the header row", f"{len(row)}")
    for place, cell in enumerate(row, start=1):
        if cell and (place > len(headers) or not headers[place - 1]):
            yield Problem(number, letters(place), "an empty cell, as there is no header", _quoted(cell))


def letters(place: int) -> str:
    """Return a column's letters as a spreadsheet shows them: 1 is A, 27 is AA."""
    text = ""
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _quoted(text: str) -> str:
    short = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return f"“{short}”"


def quoted(text: str) -> str:
    """Return a cell for a message, shortened where it is long."""
    return _quoted(text) if text else "an empty cell"
