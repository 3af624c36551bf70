"""Reads the first sheet of an XLSX file row by row, in the same room however long it is.

Formulas are not read: what a program computed when the file was last saved, if anything, is not what
stands in the cell. Numbers with a date's format come out as ISO dates.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO
from xml.parsers import expat

#: Bytes of the file once unpacked.
MOST_UNPACKED = 2_000_000_000
#: Characters of the texts that cells share, each counted with what it takes to hold it.
MOST_SHARED = 200_000_000
#: Characters in one cell: what spreadsheet programs allow.
MOST_IN_CELL = 32_767
#: Rows and columns of a sheet, as its format allows.
MOST_ROWS, MOST_ACROSS = 1_048_576, 16_384
MOST_PARTS = 5_000
_HELD = 57
_CHUNK = 2**18
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_OF_A_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_OTHER_FORMATS = ("content.xml", "xl/workbook.bin")


class NoSheet(ValueError):  # noqa: N818 - said of the file, not of the program
    """The file is no workbook that can be read; says why, in words to follow "found"."""


@dataclass(slots=True)
class SheetRow:
    """A row: its number on the screen, its cells by place, and what can't be read, by place."""

    number: int
    cells: dict[int, str] = field(default_factory=dict)
    wrong: dict[int, tuple[str, str]] = field(default_factory=dict)


FORMULA = "a value instead of a formula"
NO_ERROR = "a value instead of an error"
SHORTER = "at most 32,767 characters"


class Workbook:
    """The first sheet of a file, to be read once from top to bottom."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
            self._look_over()
            paths, self.other_sheets, is_1904 = _sheets(self._archive)
            self._sheet = self._archive.getinfo(paths)
            self._shared = _shared(self._archive)
            self._dates = _date_styles(self._archive)
        except _FAULTS as error:
            raise NoSheet(_why(error)) from error
        self._start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - no zone
        self.size = self._sheet.file_size
        self.read = 0

    def _look_over(self) -> None:
        members = self._archive.infolist()
        names = {member.filename for member in members}
        if "xl/workbook.xml" not in names or names & set(_OTHER_FORMATS):
            raise NoSheet("a file that is neither")
        if len(members) > MOST_PARTS or sum(member.file_size for member in members) > MOST_UNPACKED:
            raise NoSheet(
                f"a file of more than {MOST_UNPACKED // 1_000_000:,} MB once unpacked; save it as CSV"
            )

    def rows(self) -> Iterator[SheetRow]:
        """Every row that has cells, as it is read."""
        reader = _SheetReader(self._text, most=MOST_IN_CELL)
        try:
            with self._archive.open(self._sheet) as stream:
                while chunk := stream.read(_CHUNK):
                    self.read += len(chunk)
                    reader.feed(chunk)
                    yield from reader.taken()
                reader.feed(b"", last=True)
                yield from reader.taken()
        except _FAULTS as error:
            raise NoSheet(_why(error)) from error

    def _text(self, kind: str, style: str, said: str) -> str:
        """What a reader of the sheet sees in a cell."""
        if kind == "s":
            return self._shared[int(said)]
        if kind in {"inlineStr", "str"}:
            return _unescaped(said)
        if kind == "b":
            return "TRUE" if said == "1" else "FALSE"
        if kind == "d" or not said:
            return said
        if style.isdigit() and int(style) in self._dates:
            return self._date(float(said))
        return said if said.isdecimal() else _number(said)

    def _date(self, days: float) -> str:
        when = self._start + timedelta(seconds=round(days * 86_400))
        if 0 <= days < 1:
            return when.time().isoformat()
        return when.date().isoformat() if when.time() == datetime.min.time() else when.isoformat()


def _number(said: str) -> str:
    """Digits alone: 3.0 is 3, 1E+3 is 1000."""
    value = float(said)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return text if "e" not in text else f"{value:.15f}".rstrip("0").rstrip(".") or "0"


def _unescaped(said: str) -> str:
    """`_x000D_` stands for a character that XML can't hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said) if "_x" in said else said


_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    expat.ExpatError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    KeyError,
    IndexError,
    OverflowError,
)


def _why(error: Exception) -> str:
    if isinstance(error, NoSheet):
        return str(error)
    return (
        "a damaged file"
        if not isinstance(error, NotImplementedError | RuntimeError)
        else "a file that is locked"
    )


class _Parser:
    """Expat with its guards: no document type, hence no entities of its own."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = _no_doctype
        self._expat.StartElementHandler = self.start
        self._expat.EndElementHandler = self.end
        self._expat.CharacterDataHandler = self.said

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        self._expat.Parse(chunk, last)

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def said(self, text: str) -> None: ...


def _no_doctype(*_: object) -> None:
    raise NoSheet("a file with a document type, which no spreadsheet program writes")


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


class _SheetReader(_Parser):
    """Rows of one sheet: cells in pieces go in, whole rows come out."""

    def __init__(self, text: Callable[[str, str, str], str], *, most: int) -> None:
        super().__init__()
        self._text, self._most = text, most
        self._done: list[SheetRow] = []
        self._row = SheetRow(0)
        self._place = -1
        self._places: dict[str, int] = {}
        self._kind = self._style = ""
        self._words: list[str] = []
        self._length = 0
        self._takes = self._is_formula = self._is_phonetic = False

    def taken(self) -> list[SheetRow]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "c":
            self._cell(attributes)
        elif name in {"v", "t"}:
            self._takes = not self._is_phonetic
        elif name == "f":
            self._is_formula = True
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row = SheetRow(int(number) if number else self._row.number + 1)
            self._place = -1
            if not 0 < self._row.number <= MOST_ROWS:
                raise NoSheet("a damaged file")

    def _cell(self, attributes: dict[str, str]) -> None:
        self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
        letters = attributes.get("r", "").rstrip("0123456789")
        if letters not in self._places:
            self._places[letters] = column_number(letters) - 1
        self._place = self._places[letters] if letters else self._place + 1
        self._words, self._length, self._is_formula = [], 0, False

    def said(self, text: str) -> None:
        if self._takes:
            self._length += len(text)
            if self._length <= self._most:
                self._words.append(text)

    def end(self, name: str) -> None:
        name = _local(name)
        if name == "c":
            self._close()
        elif name in {"v", "t"}:
            self._takes = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "row" and (self._row.cells or self._row.wrong):
            self._done.append(self._row)

    def _close(self) -> None:
        said = "".join(self._words)
        if self._is_formula:
            self._row.wrong[self._place] = (FORMULA, "a formula")
        elif self._kind == "e":
            self._row.wrong[self._place] = (NO_ERROR, said)
        elif self._length > self._most:
            self._row.wrong[self._place] = (SHORTER, f"{self._length:,}")
        elif text := self._text(self._kind, self._style, said).strip():
            self._row.cells[self._place] = text
        if len(self._row.cells) + len(self._row.wrong) > MOST_ACROSS:
            raise NoSheet("a damaged file")


def column_number(letters: str) -> int:
    """Return a column's number: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class _Texts(_Parser):
    """The texts that cells share, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._words: list[str] = []
        self._takes = self._is_phonetic = False
        self._held = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as expat calls it
        name = _local(name)
        if name == "si":
            self._words = []
        self._is_phonetic |= name == "rPh"
        self._takes = name == "t" and not self._is_phonetic

    def said(self, text: str) -> None:
        if self._takes:
            self._held += len(text)
            if self._held > MOST_SHARED:
                raise NoSheet("more text than can be held; save it as CSV")
            self._words.append(text)

    def end(self, name: str) -> None:
        name = _local(name)
        self._takes = False
        if name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self._held += _HELD
            self.texts.append(_unescaped("".join(self._words)))


class _Elements(_Parser):
    """The small parts: every element with its attributes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.found) > 200_000:
            raise NoSheet("a damaged file")
        self.found.append((_local(name), {_local(key): value for key, value in attributes.items()}))


def _parse(archive: zipfile.ZipFile, name: str, parser: _Parser) -> None:
    if name in archive.namelist():
        with archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                parser.feed(chunk)
            parser.feed(b"", last=True)


def _elements(archive: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    parser = _Elements()
    _parse(archive, name, parser)
    return parser.found


def _shared(archive: zipfile.ZipFile) -> list[str]:
    parser = _Texts()
    _parse(archive, "xl/sharedStrings.xml", parser)
    return parser.texts


def _sheets(archive: zipfile.ZipFile) -> tuple[str, int, bool]:
    """The part that holds the first sheet, how many others there are, and whether days count from 1904."""
    found = _elements(archive, "xl/workbook.xml")
    sheets = [attributes for name, attributes in found if name == "sheet"]
    targets = {
        attributes["Id"]: attributes["Target"]
        for name, attributes in _elements(archive, "xl/_rels/workbook.xml.rels")
        if name == "Relationship"
    }
    target = targets[sheets[0]["id"]]
    path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    is_1904 = any(name == "workbookPr" and a.get("date1904") in {"1", "true"} for name, a in found)
    return path, len(sheets) - 1, is_1904


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The styles whose number is a date or a time."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    is_cell = False
    for name, attributes in _elements(archive, "xl/styles.xml"):
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            is_cell = name == "cellXfs"
        elif name == "xf" and is_cell:
            styles.append(attributes.get("numFmtId", "0"))
    return frozenset(place for place, number in enumerate(styles) if _is_date(number, formats))


def _is_date(number: str, formats: dict[str, str]) -> bool:
    if number in formats:
        code = _NOT_OF_A_FORMAT.sub("", formats[number])
        return "general" not in code.casefold() and bool(set(code.casefold()) & set("ymdhs"))
    return number.isdigit() and int(number) in _BUILT_IN_DATES
