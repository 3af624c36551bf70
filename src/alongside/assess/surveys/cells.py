"""What a cell of a file of answers says, and how an answer is written into one: by kind of question, both ways.

What is written can be read again and means the same; a cell that a spreadsheet program would run as a formula
gets an apostrophe, which is taken away again in reading.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from alongside.assess.surveys.sheet import Hints, fold, known_answers
from alongside.commons.forms import rules
from alongside.commons.forms.kinds import OF_CHOICES, QuestionKind
from alongside.commons.forms.rules import Answer, Asked

BETWEEN = "; "
_BETWEEN = re.compile(r"[;|\n]")
_LISTED = 12
_REMEMBERED = 2_000
_HINTS = 30
_NUMERIC = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
# At the start of a cell; or inside, after what a program set to another list separator takes for a new cell.
_CELL_BEGINS = r'(?:\A;?|(?<=[\s\S])[;\t\r\n])[ ]*"?'
_RUN = r"(?='*[=+\-@\uff1d\uff0b\uff0d\uff20])"
_TO_RUN = re.compile(_CELL_BEGINS + _RUN)
_MADE_SAFE = re.compile(f"({_CELL_BEGINS})'{_RUN}")


def safe(cell: str) -> str:
    """The cell as no spreadsheet program runs it as a formula; `as_meant` is the way back."""
    return cell if _NUMERIC.fullmatch(cell) else _TO_RUN.sub(r"\g<0>'", cell)


def as_meant(cell: str) -> str:
    """The cell without the apostrophes of `safe`."""
    return _MADE_SAFE.sub(r"\1", cell) if "'" in cell else cell


def written(said: Answer | None) -> str:
    """An answer as a cell."""
    if isinstance(said, list):
        return BETWEEN.join(said)
    return safe(said) if said else ""


@dataclass(frozen=True)
class AskedColumn:
    """A question as a column: `key` or one of its `names` heads it; `labels` are words for its codes."""

    key: str
    text: str
    asked: Asked
    names: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class NotUnderstood(Exception):  # noqa: N818 - it is what the cell is
    """The cell says nothing that fits; `expected` is what would."""

    def __init__(self, code: str, expected: str) -> None:
        super().__init__(code)
        self.code, self.expected = code, expected


Reader = Callable[[str], Answer]


def reader(column: AskedColumn) -> Reader:
    """What reads this column's cells: an answer as it is kept, an empty one for nothing, or NotUnderstood."""
    kind = column.asked.kind
    if kind == QuestionKind.COORDINATION:
        return _Choice(known_answers(), column.asked.choices)
    if kind in OF_CHOICES:
        known = dict(_words(column))
        return (
            _Choice(known, column.asked.choices) if kind == QuestionKind.CHOICE else _Several(known, column)
        )
    return _Free(column.asked)


def _words(column: AskedColumn) -> Iterable[tuple[str, str]]:
    """What each answer may be called, codes last: where a code is another's label, the code counts."""
    for code, labels in column.labels.items():
        yield from ((fold(label), code) for label in labels)
    yield from ((fold(code), code) for code in column.asked.choices)


class _Choice:
    """One code; the same few cells come again and again, so that their meaning is remembered."""

    def __init__(self, known: Mapping[str, str], choices: Iterable[str]) -> None:
        self._known, self._choices = known, tuple(choices)
        self._hints = Hints(list(known), most=_HINTS)
        self._remembered: dict[str, str] = {"": ""}

    def __call__(self, cell: str) -> str:
        found = self._remembered.get(cell)
        if found is None:
            found = self._known.get(fold(as_meant(cell)))
            if found is None:
                raise NotUnderstood("not-a-choice", _expected(self._choices, self._hints.near(cell)))
            if len(self._remembered) < _REMEMBERED:
                self._remembered[cell] = found
        return found


class _Several:
    """Codes or labels with semicolons between them; one label may itself hold what stands between others."""

    def __init__(self, known: Mapping[str, str], column: AskedColumn) -> None:
        self._known, self._asked = known, column.asked

    def __call__(self, cell: str) -> Answer:
        if not cell:
            return []
        said = as_meant(cell)
        parts = (
            [said] if fold(said) in self._known else [part for part in _BETWEEN.split(said) if part.strip()]
        )
        codes = [self._known.get(fold(part)) for part in parts]
        if None in codes:
            raise NotUnderstood("not-a-choice", _expected_several(self._asked.choices))
        return rules.as_kept(self._asked, [code for code in codes if code])


class _Free:
    """Numbers and words: the form's own rules say what fits."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def __call__(self, cell: str) -> Answer:
        said = as_meant(cell).strip()
        if not said:
            return ""
        for reason in rules.why_not_answer(self._asked, said):
            raise NotUnderstood(reason.code, str(reason.text))
        return rules.as_kept(self._asked, said)


def _expected(choices: tuple[str, ...], near: str) -> str:
    listed = _listed(choices)
    if near:
        return _("%(choices)s or an empty cell (did you mean “%(near)s”?)") % {
            "choices": listed,
            "near": near,
        }
    return _("%(choices)s or an empty cell") % {"choices": listed}


def _expected_several(choices: tuple[str, ...]) -> str:
    text = _("any of %(choices)s with semicolons between them, or an empty cell")
    return text % {"choices": _listed(choices)}


def _listed(choices: tuple[str, ...]) -> str:
    return ", ".join(choices[:_LISTED]) + (", …" if len(choices) > _LISTED else "")


def why_missing(asked: Asked) -> str:
    """What an empty cell's question expects; nothing where it may be empty: an activity was not offered then."""
    may_be_empty = asked.kind == QuestionKind.COORDINATION or not asked.required
    return "" if may_be_empty else _("an answer: this question needs one")
