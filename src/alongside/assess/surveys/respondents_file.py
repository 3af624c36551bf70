"""A file of respondents as rows: values in, rows and what has to be put right out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from alongside.assess.surveys import asking
from alongside.assess.surveys.kinds import Channel, Side
from alongside.assess.surveys.rules import UnitIndex
from alongside.assess.surveys.sheet import CellReason, bad_cell, fold, names_in_every_language, read_table
from alongside.core.kit.refusal import Reason
from alongside_evidence.reading import Table

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


def read(
    content: bytes, name: str, index: UnitIndex, sides: Sequence[str]
) -> tuple[list[Row], list[CellReason]]:
    """The rows that can be understood, and everything that has to be put right in the others."""
    table, reasons = read_table(content, name)
    if table is None:
        return [], reasons
    headers = _headers(table)
    if missing := [key for key in NEEDED if key not in headers]:
        found = ", ".join(f"“{header}”" for header in table.columns)
        expected = _("a column “%(column)s”")
        return [], [
            bad_cell("no-column", row=1, found=found, expected=expected % {"column": _(HEADERS[key][0])})
            for key in missing
        ]
    rows: list[Row] = []
    for place, number in enumerate(table.rows):
        cells = {key: table.columns[header][place].strip() for key, header in headers.items()}
        row, wrong = _understood(number, cells, index, sides)
        reasons += wrong
        rows += [row] if row and not wrong else []
    return rows, sorted(reasons + list(_twice(rows)), key=lambda reason: reason.row or 0)


def _headers(table: Table) -> dict[str, str]:
    by_fold = {fold(header): header for header in table.columns}
    found = {
        key: next((by_fold[n] for n in names_in_every_language(texts) if n in by_fold), "")
        for key, texts in HEADERS.items()
    }
    return {key: header for key, header in found.items() if header}


def _understood(
    number: int, cells: Mapping[str, str], index: UnitIndex, sides: Sequence[str]
) -> tuple[Row | None, list[CellReason]]:
    units = index.all(cells["unit"])
    contact = {key: cells.get(key, "") for key in ("email", "phone")} | {"postal": _lines(cells)}
    side = _meant(cells.get("side", ""), dict(Side.choices), sides[0])
    channel = _meant(cells.get("channel", ""), dict(Channel.choices), _usual(contact))
    reasons = asking.why_no_unit(len(units)) + asking.why_not_name(
        name=cells["name"], side=side, sides=sides, channel=channel, **contact
    )
    size = cells.get("size", "")
    if size and not (size.isdecimal() and len(size) <= MOST_DIGITS):
        reasons.append(Reason("size", _("How many people the unit serves is a whole number."), "size"))
    if reasons:
        return None, [_wrong(each, number, cells) for each in reasons]
    row = Row(
        number=number,
        code=units[0].code,
        side=side,
        name=cells["name"],
        channel=channel,
        checked=fold(cells.get("checked", "")) in set(names_in_every_language(YES)),
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


def _meant(cell: str, choices: Mapping[str, str | Promise], otherwise: str) -> str:
    """The code of what a cell says: the code itself or its name; what is unknown stays as it is."""
    if not cell:
        return otherwise
    said = {name: code for code, label in choices.items() for name in names_in_every_language([code, label])}
    return said.get(fold(cell), cell)


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
