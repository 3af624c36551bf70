"""XLSX files to take out: sheets written row by row into a file without a name, in the same room however long."""

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Digits that a spreadsheet program keeps; longer numbers stay text.
_NUMBER = re.compile(r"-?(?=[^.]{1,15}$|.{3,16}$)(0|[1-9]\d*)(\.\d+)?")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: a heading row, then rows of cells. `numbers` are the columns that hold some."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]
    numbers: frozenset[int] = frozenset()


def written(sheets: Iterable[Sheet]) -> IO[bytes]:
    """The workbook, to be read from its beginning; it is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever gets it closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for each in sheets:
            sheet = book.add_worksheet(each.name)
            sheet.freeze_panes(1, 0)
            for place, cell in enumerate(each.header):
                sheet.write_string(0, place, cell, bold)
            for number, row in enumerate(each.rows, start=1):
                _write(sheet, number, row, each.numbers)
    file.seek(0)
    return file


def _write(sheet: Any, number: int, row: Sequence[str], numbers: frozenset[int]) -> None:
    for place, cell in enumerate(row):
        if not cell:
            continue
        if place in numbers and _NUMBER.fullmatch(cell):
            sheet.write_number(number, place, float(cell))
        else:
            sheet.write_string(number, place, cell)


def response(sheets: Iterable[Sheet], name: str) -> FileResponse:
    """The workbook as a file to save."""
    return FileResponse(written(sheets), as_attachment=True, filename=name, content_type=XLSX)
