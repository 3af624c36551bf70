"""Looks into an XLSX file before it is read: a small file can stand for a giant sheet.

The reader sets aside memory for every cell between the first and the last one. A cell in
the last corner of a sheet is a few bytes in the file, and would end the whole process.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO

#: Cells between the first and the last, empty ones included.
MOST_CELLS = 5_000_000
#: Bytes of the file once unpacked.
MOST_UNPACKED = 200_000_000
_CHUNK = 2**20
#: No reference to a cell is longer, quotation marks and blanks included.
_OVERLAP = 64
_PLACE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,3})([0-9]{1,9})\s*[\"']")
_OTHER_FORMATS = ("content.xml", "xl/workbook.bin")


def what_is_wrong(content: bytes) -> str | None:
    """Return why the bytes cannot be read as XLSX, or None.

    Parameters
    ----------
    content : bytes
        A whole file.

    Returns
    -------
    str or None
        Words to follow "found".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names or any(name in names for name in _OTHER_FORMATS):
                return "a file that is neither"
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                return f"a file of more than {MOST_UNPACKED // 1_000_000} MB once unpacked; save it as CSV"
            for member in archive.infolist():
                if member.filename.endswith(".xml"):
                    with archive.open(member) as stream:
                        wrong = _too_wide(stream)
                    if wrong is not None:
                        return wrong
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, ValueError, RuntimeError) as error:
        return f"a file that is neither ({error})"
    except NotImplementedError as error:
        return f"a file packed in a way that cannot be read ({error})"
    return None


def _too_wide(stream: IO[bytes]) -> str | None:
    """Return what is wrong with the places of cells in one part of the file, or None."""
    last_row = last_column = 0
    kept = b""
    while chunk := stream.read(_CHUNK):
        if b"\x00" in chunk:
            return "a sheet in an encoding other than UTF-8"
        kept += chunk
        for column, row in _PLACE.findall(kept):
            last_row = max(last_row, int(row))
            last_column = max(last_column, _number(column))
        kept = kept[-_OVERLAP:]
    if last_row * last_column > MOST_CELLS:
        return (
            f"a sheet that reaches to row {last_row:,} and column {last_column:,}; "
            "delete stray cells far from the table, or save it as CSV"
        )
    return None


def _number(letters: bytes) -> int:
    """Return a column's number: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
