"""answers.csv, to the byte: what is given out, and what the fingerprint of a table is taken of."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

UNIT = "unit"


def lines(keys: Sequence[str], rows: Iterable[tuple[str, Mapping[str, str]]]) -> Iterator[bytes]:
    """A header and a line a unit: its code, then one code an activity; empty where it is not offered.

    Codes and keys are the installation's own, so no cell can begin with what a spreadsheet would run.
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    yield _line(writer, written, [UNIT, *keys])
    for code, answers in rows:
        yield _line(writer, written, [code, *(answers.get(key, "") for key in keys)])


def _line(writer: Any, written: io.StringIO, cells: Sequence[str]) -> bytes:
    writer.writerow(cells)
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text.encode()
