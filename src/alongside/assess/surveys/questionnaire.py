"""A questionnaire in one language, which languages it can be answered in, and what a language still lacks.

What is standard, the catalogue's activities and the answers to who coordinates them, is translated with the
interface where it speaks the language; everything else the survey's team translates.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from babel import Locale, localedata
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from alongside.assess.surveys.sheet import listed
from alongside.commons.catalogue.standard import STANDARD
from alongside.commons.forms import queries as forms
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import FormVersion, Question
from alongside.commons.forms.rules import Asked
from alongside.core.kit.refusal import Reason

NOT_OFFERED = "not-offered"
# The answers to who coordinates an activity, in the order in which they are offered.
CODE_WORDS = {
    NOT_OFFERED: noop("It was not offered here"),
    "unit": noop("The unit alone"),
    "organisation": noop("The voluntary organisation alone"),
    "together": noop("Both together"),
    "other": noop("Somebody else, or another arrangement"),
    "unsure": noop("I am not sure"),
}
_STANDARD = frozenset(kind.name for kind in STANDARD)
# The language in which the interface's own texts are written.
SOURCE = "en"
_LONGEST = {"title": 200, "text": 500, "help": 500, "label": 200}
LISTED = 3


@dataclass(frozen=True)
class Item:
    """One question as a respondent reads it: the words in one language, the answers as (code, words)."""

    key: str
    kind: str
    text: str
    help: str
    choices: tuple[tuple[str, str], ...]
    rules: Asked

    @property
    def required(self) -> bool:
        return self.rules.required

    def words(self, said: str | list[str]) -> str | list[str]:
        """An answer in words: the labels of codes, else what was said."""
        labels = dict(self.choices)
        if isinstance(said, list):
            return [labels.get(code, code) for code in said]
        return labels.get(said, said)


def items(version: FormVersion, questions: Sequence[Question], language: str) -> tuple[Item, ...]:
    """The questions in one language; what it lacks stands in the main one."""
    return tuple(_item(question, language, version.languages[0]) for question in questions)


def _item(question: Question, language: str, main: str) -> Item:
    text = _text(question, language, main) or _text(question, main, main) or question.text
    choices = tuple((code, _label(question, code, language, main)) for code in _codes(question))
    rules = forms.as_asked(question, text)
    if question.kind == QuestionKind.COORDINATION:
        rules = Asked(question.key, tuple(_codes(question)), required=True, kind=question.kind, text=text)
    help_text = question.help.get(language) or question.help.get(main, "")
    return Item(question.key, question.kind, text, help_text, choices, rules)


def _codes(question: Question) -> list[str]:
    if question.kind == QuestionKind.COORDINATION:
        return [code for code in CODE_WORDS if code == NOT_OFFERED or code in question.choices]
    return list(question.choices)


def _text(question: Question, language: str, main: str) -> str:
    """The question in a language, empty where that lacks it."""
    own = question.text if language == main else question.texts.get(language, "")
    if question.text in _STANDARD and (language == main or not own):
        return standard(question.text, language) or own
    return str(own)


def _label(question: Question, code: str, language: str, main: str) -> str:
    found = _own_label(question, code, language) or _own_label(question, code, main)
    return found or (_(CODE_WORDS[code]) if question.kind == QuestionKind.COORDINATION else code)


def _own_label(question: Question, code: str, language: str) -> str:
    said = str(question.labels.get(code, {}).get(language, ""))
    if question.kind == QuestionKind.COORDINATION:
        return said or standard(CODE_WORDS[code], language)
    return said


def standard(text: str, language: str) -> str:
    """A text of the interface in a language, empty where it is not translated."""
    if language == SOURCE:
        return text
    if language not in dict(settings.LANGUAGES):
        return ""
    with translation.override(language):
        found = translation.gettext(text)
    return found if found != text else ""


# --- languages -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """A text that a language lacks: the question's key (none for the title), the part, and the main text."""

    question: str
    part: str
    code: str
    main: str


def missing(version: FormVersion, title: str, questions: Sequence[Question], language: str) -> list[Missing]:
    """Everything a language lacks, in the order in which it is read."""
    return [each for each, said in texts(version, title, questions, language) if not said]


def texts(
    version: FormVersion, title: str, questions: Sequence[Question], language: str
) -> list[tuple[Missing, str]]:
    """Each text that has to be there, and what a language says for it.

    The answers to who coordinates an activity are the same for all activities: they stand here once.
    """
    main = version.languages[0]
    found = [(Missing("", "title", "", title), str(version.titles.get(language, "")))]
    coordinated: Question | None = None
    for question in questions:
        shown = _text(question, main, main) or question.text
        found.append((Missing(question.key, "text", "", shown), _text(question, language, main)))
        if question.help.get(main):
            told = str(question.help.get(language, ""))
            found.append((Missing(question.key, "help", "", question.help[main]), told))
        if question.kind == QuestionKind.COORDINATION:
            coordinated = coordinated or question
            if question is not coordinated:
                continue
        found += [
            (
                Missing(question.key, "label", code, _label(question, code, main, main)),
                _own_label(question, code, language),
            )
            for code in _codes(question)
        ]
    return found


def place_of(question: str, part: str, code: str) -> str:
    """What a page calls the place of a text."""
    return f"t-{part}-{question}-{code}".rstrip("-")


def why_not_write(said: Mapping[tuple[str, str, str], str]) -> list[Reason]:
    """Why texts can't be kept."""
    text = _("This is too long: please keep to %(most)s letters.")
    return [
        Reason("too-long", text % {"most": _LONGEST[part[1]]}, place_of(*part))
        for part, words in said.items()
        if len(words) > _LONGEST[part[1]]
    ]


def offered(version: FormVersion, title: str, questions: Sequence[Question]) -> list[str]:
    """The languages in which it can be answered, the main one first.

    One with nothing but standard questions speaks every language of the interface.
    """
    main, *others = version.languages
    complete = [each for each in others if not missing(version, title, questions, each)]
    if others or not all(q.kind == QuestionKind.COORDINATION and q.text in _STANDARD for q in questions):
        return [main, *complete]
    return [main, *(code for code, _name in settings.LANGUAGES if code != main)]


def why_not_open(version: FormVersion, title: str, questions: Sequence[Question]) -> list[Reason]:
    """Why a survey can't be opened: a language that it is to be asked in lacks texts."""
    reasons = []
    for language in version.languages[1:]:
        lacking = missing(version, title, questions, language)
        if lacking:
            text = _("%(language)s lacks %(count)s texts, among them: %(texts)s.") % {
                "language": language_name(language),
                "count": len(lacking),
                "texts": listed([each.main for each in lacking[:LISTED]]),
            }
            reasons.append(Reason("incomplete", text, "languages"))
    return reasons


def written_in(version: FormVersion, title: str, questions: Sequence[Question]) -> str:
    """In which language its team reads it: the main one, and what is all standard in the reader's own."""
    languages = offered(version, title, questions)
    return chosen("", languages) if len(version.languages) == 1 else languages[0]


def chosen(wanted: str, languages: Sequence[str]) -> str:
    """In which language to answer: the one that was chosen, else that of the page, else the main one."""
    page = translation.get_language() or ""
    return next((each for each in (wanted, page) if each in languages), languages[0])


def spoken(language: str) -> AbstractContextManager[object]:
    """While it lasts, the page speaks this language, where the interface does."""
    return translation.override(language) if language in dict(settings.LANGUAGES) else nullcontext()


def is_language(code: str) -> bool:
    """Whether there is a language of this code."""
    return len(code) in {2, 3} and code in Locale("en").languages and localedata.exists(code)


def language_name(code: str, *, own: bool = False) -> str:
    """What a language is called: in the reader's language, or in its own."""
    if not is_language(code):
        return dict(settings.LANGUAGES).get(code, code)
    here = (translation.get_language() or "en").split("-")[0]
    among = Locale.parse(code) if own else Locale.parse(here) if is_language(here) else Locale("en")
    return str(among.languages.get(code) or Locale("en").languages[code])


def direction(code: str) -> str:
    """Whether a language is written from left to right or from right to left."""
    if is_language(code):
        return str(Locale.parse(code).text_direction)
    return "rtl" if code.split("-", maxsplit=1)[0] in settings.LANGUAGES_BIDI else "ltr"


def why_not_speak(languages: Sequence[str], main: str) -> list[Reason]:
    """Why these can't be its languages."""
    if all(is_language(code) for code in (main, *languages)):
        return []
    return [Reason("language", _("Choose languages from the list."), "languages")]
