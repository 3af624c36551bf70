"""A file of respondents as rows: values in, rows and what has to be put right out."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from alongside.assess.surveys import asking
from alongside.assess.surveys.cells import as_meant
from alongside.assess.surveys.kinds import Channel, Side
from alongside.assess.surveys.sheet import (
    MOST_BYTES,
    MOST_ROWS,
    CellReason,
    Unreadable,
    as_reason,
    bad_cell,
    fold,
    listed,
    names_in_every_language,
    read_from,
)
from alongside.assess.surveys.unit_index import UnitIndex
from alongside.core.kit.refusal import Reason
from alongside_evidence.rows import Row as FileRow

# A column and how it may be headed, besides the translations.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "unit": (noop("unit"), noop("code"), noop("unit code")),
    "side": (noop("side"),),
    "name": (noop("respondent"), noop("contact person"), noop("person")),
    "channel": (noop("reached by"), noop("channel")),
    "email": (noop("e-mail"), noop("email")),
    "phone": (noop("telephone"), noop("phone")),
    "postal": (noop("postal address"), noop("address")),
    "language": (noop("language"),),
    "checked": (noop("checked"),),
    "size": (noop("people served"), noop("size")),
}
NEEDED = ("unit", "name")
MOST_DIGITS = 6
# Of a spreadsheet, which is packed small.
MOST_UNPACKED = 50_000_000
YES = (noop("yes"), "x", "1")


@dataclass(frozen=True)
class Row:
    """One respondent; `number` is the row in the file, `code` the unit's."""

    number: int
    code: str
    side: str
    name: str
    channel: str
    email: str
    phone: str
    checked: bool
    size: int | None = None
    postal: str = ""
    language: str = ""


@dataclass(frozen=True)
class Reading:
    """A file that has been read: its rows, and everything that has to be put right in the others."""

    rows: tuple[Row, ...]
    reasons: tuple[CellReason, ...] = ()


def read(content: bytes, name: str, index: UnitIndex, sides: Sequence[str]) -> Reading:
    """The rows that can be understood, and everything that has to be put right in the others."""
    rows: list[Row] = []
    reasons: list[CellReason] = []
    if len(content) > MOST_BYTES:
        return Reading((), (_too_large(),))
    try:
        with read_from(io.BytesIO(content), name) as found:
            places = _places(found.headers)
            words = _Words()
            for count, line in enumerate(found):
                if count == MOST_ROWS or found.size > MOST_UNPACKED:
                    return Reading((), (_too_large(),))
                row, wrong = _understood(line, places, index, sides, words)
                reasons += wrong
                rows += [row] if row and not wrong else []
    except Unreadable as unreadable:
        return Reading((), unreadable.reasons)
    if not rows and not reasons:
        expected = _("at least one row under the headers")
        reasons.append(bad_cell("no-rows", row=2, expected=expected))
    reasons += _twice(rows)
    return Reading(tuple(rows), tuple(sorted(reasons, key=lambda reason: reason.row or 0)))


def _too_large() -> CellReason:
    return bad_cell(
        "too-large", found=_("a larger one"), expected=_("a file of at most 5 MB and 100,000 rows")
    )


def _places(headers: Sequence[str]) -> dict[str, int]:
    """Where each column stands, by what it is here."""
    by_fold = {fold(header): place for place, header in enumerate(headers) if header}
    found = {
        key: next((by_fold[n] for n in names_in_every_language(texts) if n in by_fold), None)
        for key, texts in HEADERS.items()
    }
    expected = _("a column “%(column)s”")
    missing = [
        bad_cell(
            "no-column",
            row=1,
            found=listed([header for header in headers if header]),
            expected=expected % {"column": _(HEADERS[key][0])},
        )
        for key in NEEDED
        if found[key] is None
    ]
    if missing:
        raise Unreadable(*missing)
    return {key: place for key, place in found.items() if place is not None}


class _Words:
    """What cells may say in every language, looked up once a file."""

    def __init__(self) -> None:
        self.sides, self.channels = _said(Side.choices), _said(Channel.choices)
        self.yes = set(names_in_every_language(YES))


def _said(choices: Sequence[tuple[str, object]]) -> dict[str, str]:
    return {name: code for code, label in choices for name in names_in_every_language([code, str(label)])}


def _understood(
    line: FileRow, places: Mapping[str, int], index: UnitIndex, sides: Sequence[str], words: _Words
) -> tuple[Row | None, list[CellReason]]:
    if line.problems:
        return None, [as_reason(problem) for problem in line.problems]
    cells = {key: as_meant(line.cells[place]) for key, place in places.items()}
    units = index.all(cells["unit"])
    contact = {key: cells.get(key, "") for key in ("email", "phone")} | {"postal": _lines(cells)}
    side = _meant(cells.get("side", ""), words.sides, sides[0])
    channel = _meant(cells.get("channel", ""), words.channels, _usual(contact))
    reasons = asking.why_no_unit(len(units)) + asking.why_not_name(
        name=cells["name"], side=side, sides=sides, channel=channel, **contact
    )
    size = cells.get("size", "")
    if size and not (size.isdecimal() and len(size) <= MOST_DIGITS):
        reasons.append(Reason("size", _("How many people the unit serves is a whole number."), "size"))
    if reasons:
        return None, [_wrong(each, line.number, cells) for each in reasons]
    row = Row(
        number=line.number,
        code=units[0].code,
        side=side,
        name=cells["name"],
        channel=channel,
        checked=fold(cells.get("checked", "")) in words.yes,
        size=int(size) if size else None,
        language=cells.get("language", "").casefold()[:12],
        **contact,
    )
    return row, []


def _wrong(reason: Reason, number: int, cells: Mapping[str, str]) -> CellReason:
    found = cells.get(reason.field, "")
    return bad_cell(reason.code, row=number, column=reason.field, found=found, expected=str(reason.text))


def _lines(cells: Mapping[str, str]) -> str:
    """An address line by line: in a cell that holds no line ends, a semicolon or a bar stands for one."""
    told = cells.get("postal", "").replace("|", "\n").replace(";", "\n")
    return "\n".join(part.strip() for part in told.splitlines())


def _usual(contact: Mapping[str, str]) -> Channel:
    """How somebody is reached of whom nothing else is said."""
    ways = {"email": Channel.EMAIL, "postal": Channel.LETTER, "phone": Channel.TELEPHONE}
    return next((channel for key, channel in ways.items() if contact[key]), Channel.NONE)


def _meant(cell: str, said: Mapping[str, str], otherwise: str) -> str:
    """The code of what a cell says: the code itself or its name; what is unknown stays as it is."""
    return said.get(fold(cell), cell) if cell else otherwise


def _twice(rows: Sequence[Row]) -> Iterator[CellReason]:
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        earlier = first.setdefault((row.code, row.side), row.number)
        if earlier != row.number:
            expected = _("one person a side and unit; row %(row)s has one already") % {"row": earlier}
            yield bad_cell("twice", row=row.number, column=_("unit"), found=row.code, expected=expected)


def why_taken(rows: Sequence[Row]) -> list[CellReason]:
    """Rows of sides for which somebody else is named, where the file may not replace her."""
    expected = _("a side for which nobody is named yet, or your word that the file replaces people")
    return [
        bad_cell("taken", row=row.number, column=_("unit"), found=row.code, expected=expected) for row in rows
    ]
