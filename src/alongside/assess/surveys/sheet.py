"""A file of answers as rows: which column is which, and what each cell says. Values in, values out.

The file is read by the evidence library, so that what a survey takes in and what the command line reads
is the same. Everything a person has to put right is named by row, column, what stands there and what was
expected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from heapq import nsmallest
from itertools import takewhile
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from alongside.core.kit.refusal import Reason
from alongside_evidence.reading import Table, UnreadableTable, read_content

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 500
# A suggestion takes its time for each name and letter it is looked for among.
_MOST_NAMES, _LONGEST_NAME = 200, 100
_SPREADSHEET_START = b"PK\x03\x04"
_LONGEST_SHOWN = 60

# How the column that names the unit may be headed, besides its translation.
UNIT_HEADERS = (noop("unit"), noop("code"), noop("unit code"))
# Columns of the list of units that tell people which unit it is; they are passed over without a word.
ABOUT_HEADERS = (noop("municipality"), noop("name"), noop("kind"))
# What a cell may say, besides the code itself and its translation.
ANSWERS = {
    "unit": (noop("unit alone"), noop("the unit alone")),
    "organisation": (noop("organisation alone"), noop("the voluntary organisation alone")),
    "together": (noop("together"),),
    "other": (noop("other"), noop("another arrangement"), noop("other arrangement")),
    "unsure": (noop("unsure"), noop("not sure")),
}
NOT_OFFERED = (noop("not offered"), "-", "–")


@dataclass(frozen=True)
class AskedUnit:
    """A unit of the frame: `code` is how files name it, `above` the name of its municipality."""

    unit: UUID
    code: str
    name: str
    above: str = ""
    kind: str = ""


@dataclass(frozen=True)
class AskedActivity:
    """An activity of the survey: `key` heads its column in answers.csv, `text` is its name."""

    key: str
    text: str


@dataclass(frozen=True)
class CellReason(Reason):
    """What has to be put right in a file. `row` is None where it is about the whole file."""

    row: int | None = None
    column: str = ""
    found: str = ""
    expected: str = ""


@dataclass(frozen=True)
class SheetRow:
    """One row: its number in the file (the headers are row 1), the cell that names the unit, the answers."""

    number: int
    unit: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A file's rows, its headers by activity key, and the headers that were passed over."""

    unit_header: str
    headers: dict[str, str]
    rows: tuple[SheetRow, ...]
    passed_over: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Reading:
    """A file that has been read: its sheet, or why there is none."""

    sheet: Sheet | None
    reasons: tuple[CellReason, ...] = ()


def bad_cell(
    code: str, *, row: int | None = None, column: str = "", found: str = "", expected: str = ""
) -> CellReason:
    """A reason with its sentence made from its parts."""
    found = found if len(found) <= _LONGEST_SHOWN else found[: _LONGEST_SHOWN - 1] + "…"
    said = {"row": row, "column": column, "found": found or _("nothing"), "expected": expected}
    if row is None:
        text = _("Expected %(expected)s, found %(found)s.") % said
    elif column:
        text = _("Row %(row)s, column “%(column)s”: expected %(expected)s, found %(found)s.") % said
    else:
        text = _("Row %(row)s: expected %(expected)s, found %(found)s.") % said
    return CellReason(code, text, "file", row, column, found, expected)


def fold(text: str) -> str:
    """As two people would call the same: case and spaces don't count."""
    return " ".join(text.casefold().split())


def nearest(text: str, among: Sequence[str]) -> str:
    """What somebody may have meant, or nothing."""
    if len(text) > _LONGEST_NAME:
        return ""
    folded = {fold(name): name for name in _likeliest(text, among)}
    near = get_close_matches(fold(text), list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else ""


def _likeliest(text: str, among: Sequence[str]) -> list[str]:
    """Those that begin alike and are about as long, where there are too many to look at each."""

    def far(name: str) -> tuple[int, int]:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(fold(name), fold(text), strict=False))
        return -len(list(same)), abs(len(name) - len(text))

    short = [name for name in among if len(name) <= _LONGEST_NAME]
    return short if len(short) <= _MOST_NAMES else nsmallest(_MOST_NAMES, short, key=far)


class Hints:
    """`nearest` for the first few questions only: it takes its time, and first mistakes show the pattern."""

    def __init__(self, among: Sequence[str], most: int) -> None:
        self._among, self._left = among, most
        self._known: dict[str, str] = {}

    def near(self, text: str) -> str:
        if text not in self._known and self._left > 0:
            self._left -= 1
            self._known[text] = nearest(text, self._among)
        return self._known.get(text, "")


def read_sheet(
    content: bytes, name: str, activities: Sequence[AskedActivity]
) -> tuple[Sheet | None, list[CellReason]]:
    """The rows of a file, or why there are none."""
    table, reasons = read_table(content, name)
    return (None, reasons) if table is None else _laid_out(table, activities)


def read_table(content: bytes, name: str) -> tuple[Table | None, list[CellReason]]:
    """The columns of a file as they stand there, or why it can't be read."""
    if len(content) > MOST_BYTES or _lines(content) > MOST_ROWS:
        expected = _("a file of at most 5 MB and 100,000 rows")
        return None, [bad_cell("too-large", found=_("a larger one"), expected=expected)]
    if content.startswith(_SPREADSHEET_START):
        expected = _("a CSV file (in the spreadsheet program: Save as, CSV)")
        return None, [bad_cell("not-csv", found=_("a spreadsheet or an archive"), expected=expected)]
    if (wide := _widest_header(content)) > MOST_COLUMNS:
        return None, [_too_wide(wide)]
    try:
        table = read_content(content, name)
    except UnreadableTable as unreadable:
        return None, [
            bad_cell("unreadable", row=p.row, column=p.column or "", found=p.found, expected=p.expected)
            for p in unreadable.problems
        ]
    return (table, []) if len(table.columns) <= MOST_COLUMNS else (None, [_too_wide(len(table.columns))])


def _lines(content: bytes) -> int:
    """However lines end: CR alone ends one too."""
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")


def _widest_header(content: bytes) -> int:
    """How many columns the first line that says something may have, whatever stands between the cells."""
    first = content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00\r\n \t").partition(b"\n")[0].partition(b"\r")[0]
    return 1 + max(first.count(mark) for mark in (b",", b";", b"\t"))


def _too_wide(columns: int) -> CellReason:
    expected = _("at most %(most)s columns") % {"most": MOST_COLUMNS}
    return bad_cell("too-wide", row=1, found=_("%(count)s of them") % {"count": columns}, expected=expected)


def _laid_out(table: Table, activities: Sequence[AskedActivity]) -> tuple[Sheet | None, list[CellReason]]:
    by_fold = {fold(header): header for header in table.columns}
    unit_header = next((by_fold[n] for n in names_in_every_language(UNIT_HEADERS) if n in by_fold), "")
    headers = {a.key: h for a in activities if (h := _header_of(a, by_fold))}
    reasons = [] if unit_header else [_no_unit_column(list(table.columns))]
    spare = [h for h in table.columns if h != unit_header and h not in headers.values()]
    reasons += [_no_activity_column(a, spare) for a in activities if a.key not in headers]
    if reasons:
        return None, reasons
    about = set(names_in_every_language(ABOUT_HEADERS)) | set(names_in_every_language(UNIT_HEADERS))
    rows = tuple(
        SheetRow(number, table.columns[unit_header][i], {k: table.columns[h][i] for k, h in headers.items()})
        for i, number in enumerate(table.rows)
    )
    passed = tuple(header for header in spare if fold(header) not in about)
    return Sheet(unit_header, headers, rows, passed, table.notes), []


def _header_of(activity: AskedActivity, by_fold: dict[str, str]) -> str:
    return next(
        (by_fold[n] for n in names_in_every_language([activity.key, activity.text]) if n in by_fold), ""
    )


def _no_unit_column(headers: list[str]) -> CellReason:
    near = nearest(UNIT_HEADERS[0], headers)
    expected = _("a column “unit” with the code of each unit")
    if near:
        expected = _("a column “unit” with the code of each unit (did you mean “%(near)s”?)") % {"near": near}
    return bad_cell("no-unit-column", row=1, found=_listed(headers), expected=expected)


def _no_activity_column(activity: AskedActivity, spare: list[str]) -> CellReason:
    text = translation.gettext(activity.text)
    near = nearest(text, spare) or nearest(activity.key, spare)
    if near:
        expected = _("a column “%(activity)s” (did you mean “%(near)s”?)") % {"activity": text, "near": near}
    else:
        expected = _("a column “%(activity)s”") % {"activity": text}
    return bad_cell("no-column", row=1, column=text, found=_("no such column"), expected=expected)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def names_in_every_language(texts: Sequence[str | Promise]) -> Iterator[str]:
    """Each text as it stands and in every language of the installation, folded."""
    for text in texts:
        yield fold(str(text))
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for text in texts:
                yield fold(str(text) if isinstance(text, Promise) else translation.gettext(text))


def known_answers() -> dict[str, str]:
    """What a cell may say, folded, to the code it means; the empty code is "not offered"."""
    said = {name: code for code, words in ANSWERS.items() for name in names_in_every_language([code, *words])}
    return said | dict.fromkeys(names_in_every_language(NOT_OFFERED), "")
