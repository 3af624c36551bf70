"""The codebook: one row a variable and value, so that somebody else can read the answers years later."""

from collections.abc import Iterator, Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from alongside.assess.surveys import questionnaire
from alongside.assess.surveys.answers_file import UNIT
from alongside.assess.surveys.models import Survey
from alongside.assess.surveys.questionnaire import NOT_OFFERED, Item
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Question
from alongside.commons.forms.rules import Asked, plain

UNIT_WORDS = noop("the unit’s code, as in the list of units")


def header(languages: Sequence[str]) -> list[str]:
    """`question` and `label` stand there once for each language."""
    texts = [f"question {language}" for language in languages]
    labels = [f"label {language}" for language in languages]
    return ["variable", "kind", *texts, "value", *labels, "statutory", "missing"]


def rows(survey: Survey, questions: Sequence[Question]) -> Iterator[list[str]]:
    """The unit's code first, then the questions in the order they are asked, each with its answers."""
    languages = survey.version.languages
    spoken = [questionnaire.items(survey.version, questions, language) for language in languages]
    unit = [_in(language, UNIT_WORDS) for language in languages]
    yield [UNIT, "code", *unit, "", *[""] * len(languages), "", ""]
    for question, *items in zip(questions, *spoken, strict=True):
        statutory = ("yes" if question.key in survey.statutory else "no") if _is_activity(question) else ""
        front = [question.key, question.kind, *(item.text for item in items)]
        for value, labels in _values(question, items):
            yield [*front, value, *labels, statutory, "" if value else _missing(question)]
        if not _is_activity(question):
            yield [*front, "", *[""] * len(languages), "", _missing(question)]


def _is_activity(question: Question) -> bool:
    return question.kind == QuestionKind.COORDINATION


def _in(language: str, text: str) -> str:
    with translation.override(language):
        return _(text)


def _values(question: Question, items: Sequence[Item]) -> Iterator[tuple[str, list[str]]]:
    """Each code with its labels; for a number what it may be. An activity that was not offered is an empty cell."""
    if question.kind == QuestionKind.NUMBER:
        yield from _range(items[0].rules, len(items))
        return
    for place, (code, _words) in enumerate(items[0].choices):
        value = "" if code == NOT_OFFERED else code
        yield value, [item.choices[place][1] for item in items]


def _range(asked: Asked, languages: int) -> Iterator[tuple[str, list[str]]]:
    ends = {"least": asked.least, "most": asked.most}
    for name, end in ends.items():
        if end is not None:
            yield f"{name} {plain(end)}", [""] * languages
    if asked.is_whole:
        yield "whole", [""] * languages


def _missing(question: Question) -> str:
    return "empty: not offered" if _is_activity(question) else "empty: no answer"
