"""A file of answers row by row: which column is which, which unit is meant, what each cell says.

Values in, values out. A row is understood whole or named with everything that has to be put right in it.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from alongside.assess.surveys.cells import AskedColumn, NotUnderstood, Reader, as_meant, reader, why_missing
from alongside.assess.surveys.sheet import (
    ABOUT_HEADERS,
    UNIT_HEADERS,
    CellReason,
    as_reason,
    bad_cell,
    fold,
    listed,
    names_in_every_language,
    nearest,
)
from alongside.assess.surveys.unit_index import UnitIndex
from alongside.commons.forms.rules import Answer
from alongside_evidence.rows import Row


@dataclass(frozen=True)
class Column:
    """A column that is read: its place in the row, its header, and what reads its cells."""

    asked: AskedColumn
    place: int
    header: str
    read: Reader


@dataclass(frozen=True)
class Layout:
    """Which column is which; `passed_over` are the headers that nothing is known of."""

    unit_place: int
    unit_header: str
    columns: tuple[Column, ...]
    passed_over: tuple[str, ...] = ()


def laid_out(headers: Sequence[str], asked: Sequence[AskedColumn]) -> tuple[Layout | None, list[CellReason]]:
    """The layout of a file, or every column that is missing."""
    by_fold = {fold(as_meant(header)): header for header in headers if header}
    unit_header = next((by_fold[n] for n in names_in_every_language(UNIT_HEADERS) if n in by_fold), "")
    found = {each.key: header for each in asked if (header := _header_of(each, by_fold))}
    reasons = [] if unit_header else [_no_unit_column([header for header in headers if header])]
    spare = [h for h in headers if h and h != unit_header and h not in found.values()]
    reasons += [_no_column(each, spare) for each in asked if each.key not in found]
    if reasons:
        return None, reasons
    about = set(names_in_every_language(ABOUT_HEADERS)) | set(names_in_every_language(UNIT_HEADERS))
    columns = tuple(
        Column(each, headers.index(found[each.key]), found[each.key], reader(each)) for each in asked
    )
    passed = tuple(header for header in spare if fold(header) not in about)
    return Layout(headers.index(unit_header), unit_header, columns, passed), []


def _header_of(asked: AskedColumn, by_fold: Mapping[str, str]) -> str:
    names = names_in_every_language([asked.key, asked.text, *asked.names])
    return next((by_fold[name] for name in names if name in by_fold), "")


def _no_unit_column(headers: list[str]) -> CellReason:
    near = nearest(UNIT_HEADERS[0], headers)
    expected = _("a column “unit” with the code of each unit")
    if near:
        expected = _("a column “unit” with the code of each unit (did you mean “%(near)s”?)") % {"near": near}
    return bad_cell("no-unit-column", row=1, found=listed(headers), expected=expected)


def _no_column(asked: AskedColumn, spare: list[str]) -> CellReason:
    text = translation.gettext(asked.text)
    near = nearest(text, spare) or nearest(asked.key, spare)
    if near:
        expected = _("a column “%(activity)s” (did you mean “%(near)s”?)") % {"activity": text, "near": near}
    else:
        expected = _("a column “%(activity)s”") % {"activity": text}
    return bad_cell("no-column", row=1, column=text, found=_("no such column"), expected=expected)


class Copy(NamedTuple):
    """What one row says: the answers of one unit, without what it does not offer."""

    row: int
    unit: UUID
    said: str
    answers: dict[str, Answer]


class Understood(NamedTuple):
    """A row: its copy, or what has to be put right in it, or neither where it is silent."""

    copy: Copy | None = None
    reasons: tuple[CellReason, ...] = ()


class AnswerReader:
    """Reads row after row and remembers which unit each was about, four bytes a unit."""

    def __init__(self, layout: Layout, index: UnitIndex) -> None:
        self.layout, self._index = layout, index
        self._first = array("i", bytes(4 * len(index)))

    def read(self, row: Row) -> Understood:
        cells = row.cells
        said = cells[self.layout.unit_place]
        if not said and not any(cells[column.place] for column in self.layout.columns) and not row.problems:
            return Understood()
        reasons = [as_reason(problem) for problem in row.problems]
        unit, wrong = self._unit(row.number, said)
        reasons += wrong
        answers: dict[str, Answer] = {}
        is_silent = True
        for column in self.layout.columns:
            cell = cells[column.place]
            if cell:
                is_silent = False
                try:
                    if answer := column.read(cell):
                        answers[column.asked.key] = answer
                except NotUnderstood as wrong_cell:
                    reasons.append(self._wrong(row.number, column, cell, wrong_cell))
        if not is_silent:
            reasons += self._missing(row)
        if reasons:
            return Understood(reasons=tuple(reasons))
        if is_silent or unit is None:
            return Understood()
        return Understood(Copy(row.number, unit, said, dict(sorted(answers.items()))))

    def _unit(self, number: int, said: str) -> tuple[UUID | None, list[CellReason]]:
        units = self._index.all(said)
        if len(units) == 1:
            place = units[0].place
            earlier = self._first[place]
            if not earlier:
                self._first[place] = number
                return units[0].unit, []
            code, expected = "twice", _("each unit once; row %(row)s has it already") % {"row": earlier}
        elif units:
            text = _("the code of one unit; %(count)s units have this name")
            code, expected = "which-unit", text % {"count": len(units)}
        elif near := self._index.near(said):
            text = _("the code or name of a unit that is asked (did you mean “%(near)s”?)")
            code, expected = "unknown-unit", text % {"near": near}
        else:
            code, expected = "unknown-unit", _("the code or name of a unit that is asked")
        return None, [
            bad_cell(code, row=number, column=self.layout.unit_header, found=said, expected=expected)
        ]

    @staticmethod
    def _wrong(number: int, column: Column, cell: str, wrong: NotUnderstood) -> CellReason:
        return bad_cell(wrong.code, row=number, column=column.header, found=cell, expected=wrong.expected)

    def _missing(self, row: Row) -> Iterator[CellReason]:
        for column in self.layout.columns:
            if not row.cells[column.place] and (expected := why_missing(column.asked.asked)):
                yield bad_cell("missing", row=row.number, column=column.header, expected=expected)


def answered_before(row: int, header: str) -> CellReason:
    """The unit has answered otherwise, and the file may not correct that."""
    return bad_cell(
        "answered",
        row=row,
        column=header,
        found=_("other answers than those this unit has given"),
        expected=_("a unit that has not answered, or your word that corrections replace answers"),
    )


def nothing_said() -> CellReason:
    """No row holds an answer."""
    return bad_cell("no-answers", found=_("no answer in any row"), expected=_("answers"))
