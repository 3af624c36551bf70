"""When answers fit a version's questions, and the form in which they are kept: values in, values out."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from alongside.commons.forms.kinds import QuestionKind
from alongside.core.kit.refusal import Reason

# A code, several codes, a number's digits or words: see Submission.
Answer = str | list[str]

LONGEST_TEXT = 2000
MOST_DIGITS, MOST_DECIMALS = 15, 6
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_NUMBER = re.compile(rf"([+-]?)(\d{{1,{MOST_DIGITS}}})(?:[.,\u066b](\d+))?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Asked:
    """A question as a rule needs it. `text` is what a reason calls it, its key where nothing is given."""

    key: str
    choices: tuple[str, ...] = ()
    required: bool = False
    kind: str = QuestionKind.COORDINATION
    least: Decimal | None = None
    most: Decimal | None = None
    is_whole: bool = False
    text: str = ""

    @property
    def called(self) -> str:
        return self.text or self.key


def why_not_submit(questions: Sequence[Asked], answers: Mapping[str, Answer]) -> list[Reason]:
    """Each reason names the question and what would be right."""
    known = {q.key for q in questions}
    reasons = [
        Reason("unknown-question", _("There is no question “%(key)s” in this form.") % {"key": key}, key)
        for key in answers
        if key not in known
    ]
    return reasons + [reason for q in questions for reason in why_not_answer(q, answers.get(q.key, ""))]


def why_not_answer(question: Asked, said: Answer) -> list[Reason]:
    """Why this is no answer to the question; nothing is one, unless the question needs an answer."""
    if is_empty(said):
        if not question.required:
            return []
        text = _("“%(question)s” needs an answer.") % {"question": question.called}
        return [Reason("missing", text, question.key)]
    if isinstance(said, list) != (question.kind == QuestionKind.SEVERAL):
        return [_not_a_choice(question, said)]
    return _CHECKS[QuestionKind(question.kind)](question, said)


def is_empty(said: Answer) -> bool:
    """Whether nothing has been said."""
    return not (said.strip() if isinstance(said, str) else said)


def _not_a_choice(question: Asked, said: Answer) -> Reason:
    given = said if isinstance(said, str) else ", ".join(said)
    text = _("“%(given)s” is not an answer to “%(question)s”. Possible are: %(choices)s.")
    values = {"given": given, "question": question.called, "choices": ", ".join(question.choices)}
    return Reason("not-a-choice", text % values, question.key)


def _why_not_chosen(question: Asked, said: Answer) -> list[Reason]:
    chosen = [said] if isinstance(said, str) else said
    return [] if all(code in question.choices for code in chosen) else [_not_a_choice(question, said)]


def _why_not_number(question: Asked, said: Answer) -> list[Reason]:
    number = as_number(said) if isinstance(said, str) else None
    if number is None or number != number.quantize(Decimal(1).scaleb(-MOST_DECIMALS)):
        text = _("Write a number with digits alone, such as 12 or 12.5.")
        return [Reason("not-a-number", text, question.key)]
    if question.is_whole and number != number.to_integral_value():
        return [Reason("not-whole", _("Write a whole number, without decimals."), question.key)]
    if question.least is not None and number < question.least:
        text = _("Write %(least)s or more.") % {"least": plain(question.least)}
        return [Reason("too-small", text, question.key)]
    if question.most is not None and number > question.most:
        text = _("Write %(most)s or less.") % {"most": plain(question.most)}
        return [Reason("too-large", text, question.key)]
    return []


def _why_not_text(question: Asked, said: Answer) -> list[Reason]:
    if len(said) <= LONGEST_TEXT:
        return []
    text = _("This is too long: please keep to %(most)s letters.") % {"most": LONGEST_TEXT}
    return [Reason("too-long", text, question.key)]


_CHECKS: Mapping[QuestionKind, Callable[[Asked, Answer], list[Reason]]] = {
    QuestionKind.COORDINATION: _why_not_chosen,
    QuestionKind.CHOICE: _why_not_chosen,
    QuestionKind.SEVERAL: _why_not_chosen,
    QuestionKind.NUMBER: _why_not_number,
    QuestionKind.TEXT: _why_not_text,
}


def as_number(said: str) -> Decimal | None:
    """What somebody typed as a number: with a point or a comma before the decimals, spaces between thousands."""
    found = _NUMBER.fullmatch(_SPACES.sub("", said).replace("\u2212", "-"))
    if found is None:
        return None
    sign, whole, decimals = found.groups()
    return Decimal(f"{sign}{whole}.{decimals or 0}")


def plain(number: Decimal) -> str:
    """A number's digits: no exponent, no zeros that say nothing, no minus before nothing."""
    digits = f"{number:f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in {"-0", ""} else digits


def as_kept(question: Asked, said: Answer) -> Answer:
    """An answer that the rules let pass in the form in which it is kept: equal answers are equal text."""
    if isinstance(said, list):
        return sorted(set(said))
    if question.kind == QuestionKind.NUMBER:
        number = as_number(said)
        return said.strip() if number is None else plain(number)
    if question.kind == QuestionKind.TEXT:
        return cleaned(said)
    return said


def cleaned(said: str) -> str:
    """Words without what no screen shows and no database keeps, their lines ended alike."""
    return _CONTROL.sub("", said.replace("\r\n", "\n").replace("\r", "\n")).strip()


def in_order(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Given answers only, keys sorted: equal answers become equal text."""
    return {key: answers[key] for key in sorted(answers) if answers[key]}
