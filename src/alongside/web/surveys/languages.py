"""The languages of a survey that is being made: the main one on the left, another on the right."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alongside.assess.surveys import making, making_queries, queries, questionnaire
from alongside.assess.surveys.questionnaire import Missing
from alongside.commons.forms.kinds import QuestionKind
from alongside.core.kit.refusal import NotVisible, Refused
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import go, page
from alongside.web.shell.words import number
from alongside.web.surveys.answers import asked_in
from alongside.web.surveys.making import about, draft_crumbs, form_page, language_choices
from alongside.web.surveys.making_forms import LanguageForm

LISTED = 10


@form_page
def languages(request: HttpRequest, pk: int) -> HttpResponse:
    """In which languages it is asked, what each still lacks; one more, one less."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    main, *others = shown.version.languages
    less = request.POST.get("less", "")
    form = LanguageForm(
        sent(request) if not less else {"language": less},
        languages=[(less, less)] if less else language_choices(main, *others),
    )

    def choose(said: Any) -> Any:
        rest = [each for each in others if each != less]
        wanted = rest if less else [*others, said["language"]]
        return making.choose_languages(shown, by=actor, languages=wanted)

    if attempt(form, choose):
        messages.success(request, _("The change is saved."))
        more = form.cleaned_data["language"]
        view = "survey-languages" if less else "survey-language"
        return go(reverse(view, args=[pk] if less else [pk, more]))
    asked = queries.asked_questions(shown)
    return page(
        request,
        "surveys/languages.html",
        status=status_of(form),
        form=form,
        main_language=questionnaire.language_name(main),
        others=[_language(shown, asked, each) for each in others],
        crumbs=draft_crumbs(shown, _("Languages")),
        **about(actor, shown, "questions"),
    )


def _language(survey: Any, asked: Sequence[Any], code: str) -> dict[str, Any]:
    lacking = questionnaire.missing(survey.version, survey.title, asked, code)
    return {
        "code": code,
        "name": capfirst(questionnaire.language_name(code)),
        "url": reverse("survey-language", args=[survey.pk, code]),
        "words": missing_words(len(lacking)),
    }


def missing_words(count: int) -> str:
    """How many texts a language lacks."""
    if not count:
        return _("Complete: people can answer in it.")
    text = ngettext(
        "One text is missing: nobody can answer in it yet.",
        "%(count)s texts are missing: nobody can answer in it yet.",
        count,
    )
    return text % {"count": number(count)}


@form_page
def language(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Every text in the main language, and beside it the place for the other."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    main, *others = shown.version.languages
    if language not in others:
        raise NotVisible("language", language)
    asked = queries.asked_questions(shown)
    texts = questionnaire.texts(shown.version, shown.title, asked, language)
    reasons: list[dict[str, str]] = []
    if request.method == "POST":
        said = {_part(each): request.POST.get(_name(each), "") for each, _said in texts}
        try:
            making.translate(shown, by=actor, language=language, texts=said)
        except Refused as refused:
            reasons = [{"text": str(r), "href": f"#{r.field}" if r.field else ""} for r in refused.reasons]
        else:
            messages.success(request, _("The texts are saved."))
            return go(reverse("survey-language", args=[pk, language]))
    rows = [_row(each, found, _Beside(shown, asked, language)) for each, found in texts]
    if reasons:
        rows = [{**row, "said": request.POST.get(row["name"], "")} for row in rows]
    lacking = [row for row in rows if row["lacks"]]
    return page(
        request,
        "surveys/language.html",
        status=409 if reasons else 200,
        reasons=reasons,
        rows=rows,
        lacking=lacking[:LISTED],
        lacking_words=missing_words(len(lacking)),
        main={**asked_in(main), "name": questionnaire.language_name(main)},
        other={**asked_in(language), "name": questionnaire.language_name(language)},
        crumbs=draft_crumbs(shown, capfirst(questionnaire.language_name(language))),
        **about(actor, shown, "questions"),
    )


class _Beside:
    """A survey's own texts in one language, and the number of each question."""

    def __init__(self, survey: Any, asked: Sequence[Any], language: str) -> None:
        self.survey, self.language = survey, language
        self.numbers = {q.key: place for place, q in enumerate(asked, 1)}
        self.questions = {q.key: q for q in asked}

    def own(self, each: Missing) -> str:
        """What the team has written; what comes with the interface is not theirs."""
        if each.part == "title":
            return str(self.survey.version.titles.get(self.language, ""))
        question = self.questions[each.question]
        label = question.labels.get(each.code, {})
        found = {"text": question.texts, "help": question.help, "label": label}[each.part]
        return str(found.get(self.language, ""))


def _part(each: Missing) -> tuple[str, str, str]:
    return each.question, each.part, each.code


def _name(each: Missing) -> str:
    return questionnaire.place_of(each.question, each.part, each.code)


def _row(each: Missing, said: str, beside: _Beside) -> dict[str, Any]:
    own = beside.own(each)
    return {
        "name": _name(each),
        "label": _label(each, beside),
        "main": each.main,
        "said": own,
        "lacks": not said,
        "usual": "" if own else said,
        "begins": each.part in {"title", "text"},
    }


def _label(each: Missing, beside: _Beside) -> str:
    if each.part == "title":
        return _("The survey’s name")
    question = beside.questions[each.question]
    if each.part == "label" and question.kind == QuestionKind.COORDINATION:
        return _("An answer to every activity")
    words = {
        "text": _("Question %(number)s"),
        "help": _("Question %(number)s, what explains it"),
        "label": _("Question %(number)s, an answer"),
    }
    return words[each.part] % {"number": number(beside.numbers[each.question])}
