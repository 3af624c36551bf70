"""A file of rows from somebody's spreadsheet: what is wrong with it, in words, and what its columns are called.

The file is read by the evidence library, row by row, so that what a survey takes in and what the command line
reads is the same. Everything a person has to put right is named by row, column, what stands there and what was
expected.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nsmallest
from itertools import takewhile
from typing import IO
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from alongside.core.kit.refusal import Reason
from alongside_evidence.reading import Problem, UnreadableTable
from alongside_evidence.rows import Rows, open_rows

# A file of people, all of which is held at once; answers come row by row and have no such limit.
MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 100_000
# A suggestion takes its time for each name and letter it is looked for among.
_MOST_NAMES, _LONGEST_NAME = 200, 100
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


# What the evidence library says of files, for translation; a test sees that it says nothing else.
SAID = (
    noop("Only the first sheet was read."),
    noop("The file is not UTF-8; its letters were read as Windows-1252. Check names with accents."),
    noop("headers in the first row"),
    noop("headers"),
    noop("an empty file"),
    noop("an empty row"),
    noop("each header once"),
    noop("as many cells as there are headers"),
    noop("an empty cell, as there is no header"),
    noop("cells in matching quotation marks"),
    noop("a row of at most two million characters"),
    noop("a longer one"),
    noop("CSV or XLSX"),
    noop("a spreadsheet"),
    noop("a value instead of a formula"),
    noop("a value instead of an error"),
    noop("at most 32,767 characters"),
    noop("at most 500 columns"),
    noop("a formula"),
    noop("a damaged file"),
    noop("a file that is locked"),
    noop("a file that is neither"),
    noop("an older Excel format or a locked file; save it as XLSX"),
    noop("a file that is no spreadsheet, whatever its name says; if it is CSV, name it .csv"),
    noop("a file with a document type, which no spreadsheet program writes"),
    noop("a file of more than 2,000 MB once unpacked; save it as CSV"),
    noop("more text than can be held; save it as CSV"),
    noop("letters in UTF-8, as in the rest of the file"),
    noop("text in UTF-8, UTF-16 or Windows-1252"),
    noop("bytes that are none"),
    noop("bytes that look like none of these"),
)


class Unreadable(Exception):  # noqa: N818 - it is what the file is
    """The file as a whole can't be read; `reasons` say why."""

    def __init__(self, *reasons: CellReason) -> None:
        super().__init__("; ".join(reason.code for reason in reasons))
        self.reasons = reasons


@contextmanager
def read_from(file: IO[bytes], name: str) -> Iterator[Rows]:
    """The rows of a file while they are gone through, `Unreadable` where that can't be done."""
    try:
        yield open_rows(file, name)
    except UnreadableTable as unreadable:
        raise Unreadable(*(as_reason(problem) for problem in unreadable.problems)) from None


def as_reason(problem: Problem) -> CellReason:
    """What the library found, in the reader's language."""
    return bad_cell(
        "unreadable",
        row=problem.row,
        column=problem.column or "",
        found=translation.gettext(problem.found) if problem.found else "",
        expected=translation.gettext(problem.expected),
    )


def listed(names: Sequence[str]) -> str:
    """Names beside each other, each in the quotation marks of the reader's language."""
    return ", ".join(_("“%(word)s”") % {"word": name} for name in names)


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
