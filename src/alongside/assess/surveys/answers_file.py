"""answers.csv, to the byte: what is given out, and what the fingerprint of a table is taken of."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from alongside.assess.surveys.cells import written
from alongside.commons.forms.rules import Answer

UNIT = "unit"


def lines(keys: Sequence[str], rows: Iterable[tuple[str, Mapping[str, Answer]]]) -> Iterator[bytes]:
    """A header and a line a unit: its code, then one cell a question; empty where there is no answer.

    What has come in through a file of these lines is the same once more: `cells` reads what it writes.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    yield _line(writer, text, [UNIT, *keys])
    for row in table(keys, rows):
        yield _line(writer, text, row)


def table(keys: Sequence[str], rows: Iterable[tuple[str, Mapping[str, Answer]]]) -> Iterator[list[str]]:
    """The same without the header, as cells."""
    for code, answers in rows:
        yield [code, *(written(answers.get(key)) for key in keys)]


def _line(writer: Any, text: io.StringIO, cells: Sequence[str]) -> bytes:
    writer.writerow(cells)
    line = text.getvalue()
    text.seek(0)
    text.truncate()
    return line.encode()
