"""Reads CSV and XLSX row by row, so that a file of any length takes the same room.

A CSV file is looked over once before its first row: what letters it is written in, which character separates
its cells. What is wrong with the whole file is raised; what is wrong with one row comes with the row.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import IO, NamedTuple, Protocol

from alongside_evidence.reading import (
    Problem,
    UnreadableTable,
    dialect,
    header_problems,
    letters,
    quoted,
)
from alongside_evidence.workbook import NoSheet, Workbook

MOST_COLUMNS = 500
OTHER_SHEETS = "Only the first sheet was read."
OLD_LETTERS = "The file is not UTF-8; its letters were read as Windows-1252. Check names with accents."
LONGEST = "a row of at most two million characters"
_LONGEST_ROW = 2_000_000
_LOOKED_AT = 200_000
_CHUNK = 2**20
_ARCHIVE_START = b"PK\x03\x04"
_OLD_EXCEL_START = b"\xd0\xcf\x11\xe0"
_ASCII = bytes(range(0x80))
# Where Windows-1252 has letters with accents; where it has none at all.
_ACCENTED, _UNUSED = range(0xC0, 0x100), (0x81, 0x8D, 0x8F, 0x90, 0x9D)
# Marks that its programs put into texts by themselves: quotation marks, dashes, dots, the euro.
_MARKS = (0x80, 0x85, *range(0x91, 0x98), 0xA0, 0xAB, 0xB0, 0xB4, 0xBB)


class Row(NamedTuple):
    """A row under the headers.

    Attributes
    ----------
    number : int
        As a spreadsheet numbers it, the headers being row 1.
    cells : list of str
        As many as there are headers, without surrounding blanks.
    problems : tuple of Problem
        What keeps the row from being read.
    """

    number: int
    cells: list[str]
    problems: tuple[Problem, ...] = ()


class _Source(Protocol):
    notes: tuple[str, ...]
    size: int
    leaves_out: bool

    @property
    def read(self) -> int: ...

    def rows(self) -> Iterator[Row]: ...


class Rows:
    """The rows of an open file, to be gone through once.

    Attributes
    ----------
    headers : tuple of str
        An empty one heads a column that has to be empty.
    notes : tuple of str
        What the reader should know about how the file was read.
    size : int
        Bytes to be gone through.
    """

    def __init__(self, source: _Source, name: str) -> None:
        self._source, self._name = source, name
        self._rows = source.rows()
        first = next(self._rows, None)
        if first is None:
            raise _refused(name, None, "headers in the first row", "an empty file")
        if first.problems:
            raise UnreadableTable(name, first.problems)
        if first.number != 1 or not any(first.cells):
            raise _refused(name, 1, "headers", "an empty row")
        if len(first.cells) > MOST_COLUMNS:
            raise _refused(name, 1, f"at most {MOST_COLUMNS} columns", f"{len(first.cells):,} of them")
        problems = header_problems(first.cells)
        if problems:
            raise UnreadableTable(name, problems)
        self.headers = tuple(first.cells)
        self.notes, self.size = source.notes, source.size

    @property
    def share(self) -> float:
        """How much of the file has been gone through, from 0 to 1."""
        return min(1.0, self._source.read / self.size) if self.size else 1.0

    def __iter__(self) -> Iterator[Row]:
        """Yield every row that says something."""
        width = len(self.headers)
        least = max(place for place, header in enumerate(self.headers, start=1) if header)
        for row in self._rows:
            if len(row.cells) == width and not row.problems and all(self.headers):
                if any(row.cells):
                    yield row
            elif any(row.cells) or row.problems:
                yield self._fitted(row, width, least)

    def _fitted(self, row: Row, width: int, least: int) -> Row:
        problems = list(row.problems)
        if len(row.cells) < least and not self._source.leaves_out:
            problems.append(
                Problem(row.number, None, "as many cells as there are headers", f"{len(row.cells)}")
            )
        stray = [
            Problem(row.number, letters(place), "an empty cell, as there is no header", quoted(cell))
            for place, cell in enumerate(row.cells, start=1)
            if cell and (place > width or not self.headers[place - 1])
        ]
        cells = row.cells[:width] + [""] * (width - len(row.cells))
        return Row(row.number, cells, (*problems, *stray[:3]))


def open_rows(file: IO[bytes], name: str) -> Rows:
    """Open a CSV or XLSX file with headers in its first row.

    Parameters
    ----------
    file : binary file
        Can be read from any place in it; is left open.
    name : str
        What to call the file in messages.

    Returns
    -------
    Rows

    Raises
    ------
    UnreadableTable
        Here and while its rows are gone through, when the file as a whole can't be read.
    """
    file.seek(0)
    start = file.read(len(_ARCHIVE_START))
    file.seek(0)
    if start == _OLD_EXCEL_START:
        raise _refused(name, None, "CSV or XLSX", "an older Excel format or a locked file; save it as XLSX")
    if start == _ARCHIVE_START:
        try:
            return Rows(_Spreadsheet(file, name), name)
        except NoSheet as error:
            raise _refused(name, None, "CSV or XLSX", str(error)) from error
    if name.lower().endswith(".xlsx") and start:
        found = "a file that is no spreadsheet, whatever its name says; if it is CSV, name it .csv"
        raise _refused(name, None, "a spreadsheet", found)
    return Rows(_Text(file, name), name)


def _refused(name: str, row: int | None, expected: str, found: str) -> UnreadableTable:
    return UnreadableTable(name, [Problem(row, None, expected, found)])


class _Spreadsheet:
    leaves_out = True  # cells that are empty

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._book, self._name = Workbook(file), name
        self.notes: tuple[str, ...] = (OTHER_SHEETS,) if self._book.other_sheets else ()
        self.size = self._book.size

    @property
    def read(self) -> int:
        return self._book.read

    def rows(self) -> Iterator[Row]:
        try:
            for row in self._book.rows():
                cells = [""] * (1 + max(row.cells, default=-1))
                for place, cell in row.cells.items():
                    cells[place] = cell
                problems = tuple(
                    Problem(row.number, letters(place + 1), expected, found)
                    for place, (expected, found) in row.wrong.items()
                )
                yield Row(row.number, cells, problems)
        except NoSheet as error:
            raise _refused(self._name, None, "CSV or XLSX", str(error)) from error


class _Text:
    leaves_out = False

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        encoding, self.notes = _encoding(file, name)
        self.size = file.seek(0, io.SEEK_END)
        file.seek(0)
        start = file.read(_LOOKED_AT).decode(encoding, errors="ignore")
        file.seek(0)
        self._delimiter, self._quote = dialect(start)
        self._text = io.TextIOWrapper(file, encoding, newline="")
        self._number = self._since_row = 0

    @property
    def read(self) -> int:
        return self._file.tell()

    def _lines(self) -> Iterator[str]:
        while line := self._text.readline(_LONGEST_ROW):
            self._since_row += len(line)
            if self._since_row > _LONGEST_ROW or (len(line) == _LONGEST_ROW and line[-1] not in "\r\n"):
                raise _refused(self._name, self._number + 1, LONGEST, "a longer one")
            yield line

    def rows(self) -> Iterator[Row]:
        reader = csv.reader(self._lines(), delimiter=self._delimiter, quotechar=self._quote, strict=True)
        try:
            for self._number, cells in enumerate(reader, start=1):
                self._since_row = 0
                yield Row(self._number, [cell.strip() for cell in cells])
        except csv.Error as error:
            found = f"a quotation mark that is not closed or stands inside a cell ({error})"
            raise _refused(
                self._name, self._number + 1, "cells in matching quotation marks", found
            ) from error
        finally:
            with contextlib.suppress(ValueError):  # the file was closed before the last row
                self._text.detach()


def _encoding(file: IO[bytes], name: str) -> tuple[str, tuple[str, ...]]:
    """Which letters the file is written in, after a look at all of it; a note where that is a guess."""
    start = file.read(200)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(file, name, "utf-16")
    if b"\x00" in start:
        return _checked(file, name, "utf-16-le" if start[1:2] == b"\x00" else "utf-16-be")
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, is_plain = 0, True
    while True:
        chunk = file.read(_CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            if is_plain and before.isascii():
                return _old_letters(file, name)
            line = lines + before.count(b"\n") + 1
            found = f"bytes that are none, in line {line:,}"
            raise _refused(name, None, "letters in UTF-8, as in the rest of the file", found) from error
        is_plain &= text.isascii()
        lines += text.count("\n")
        if not chunk:
            return "utf-8-sig", ()


def _checked(file: IO[bytes], name: str, encoding: str) -> tuple[str, tuple[str, ...]]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _refused(name, None, "text in UTF-8, UTF-16 or Windows-1252", "bytes that are none") from error
    return encoding, ()


def _old_letters(file: IO[bytes], name: str) -> tuple[str, tuple[str, ...]]:
    """Windows-1252 where the bytes are clearly its letters; what other tables hold there looks otherwise."""
    file.seek(0)
    counted: Counter[int] = Counter()
    while chunk := file.read(_CHUNK):
        counted.update(chunk.translate(None, _ASCII))
    accented = sum(counted[byte] for byte in (*_ACCENTED, *_MARKS))
    if any(counted[byte] for byte in _UNUSED) or accented < 0.9 * counted.total():
        raise _refused(
            name, None, "text in UTF-8, UTF-16 or Windows-1252", "bytes that look like none of these"
        )
    return "cp1252", (OLD_LETTERS,)
