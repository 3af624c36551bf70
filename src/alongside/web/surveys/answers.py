"""Answering with a link or a code, without an account. Every page works without JavaScript and keeps a draft."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alongside.assess.surveys import answering, asking, questionnaire
from alongside.assess.surveys.answering import Sheet
from alongside.assess.surveys.kinds import Side
from alongside.assess.surveys.questionnaire import Item
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.rules import Answer, is_empty, why_not_answer
from alongside.core.access.actor import Actor
from alongside.core.kit.ids import as_typed
from alongside.core.kit.refusal import NotVisible, Reason, Refused
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.jinja import HTML_LANG
from alongside.web.shell.middleware import actor_of, address_of
from alongside.web.shell.pages import go, page
from alongside.web.surveys.forms import CodeForm

Page = Callable[[HttpRequest, str, Actor, Sheet], HttpResponse]


def _held(shown: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The page for whoever holds the code; a kind word for a code that is of no use (any more)."""

    @never_cache
    @wraps(shown)
    def held(request: HttpRequest, code: str, **more: Any) -> HttpResponse:
        try:
            holder = answering.holder(code, address=address_of(request), by=actor_of(request))
            if holder is None:
                answer = page(request, "answers/spent.html", status=410, reasons=[])
            else:
                sheet = answering.sheet(holder)
                with questionnaire.spoken(sheet.language):
                    answer = shown(request, code, holder, sheet, **more)
        except NotVisible:
            answer = page(request, "answers/spent.html", status=410, reasons=[])
        except Refused as refused:
            answer = page(
                request, "answers/spent.html", status=409, reasons=[str(r) for r in refused.reasons]
            )
        # As for sign-in links: of this address nothing but the host is told to anyone.
        answer["Referrer-Policy"] = "strict-origin"
        return answer

    return held


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Type the code from a letter; small letters, spaces and hyphens make no difference."""
    form = CodeForm(sent(request))
    by = actor_of(request)

    def find(said: Any) -> str:
        if answering.holder(said["code"], address=address_of(request), by=by) is None:
            text = _(
                "We don’t know this code. Look at the letter once more: it has twelve letters and digits."
            )
            raise Refused(Reason("unknown", text, "code"))
        return as_typed(said["code"])

    found = attempt(form, find)
    if found:
        return go(reverse("answer", args=[found]))
    return page(request, "answers/code.html", status=status_of(form), form=form)


def _about(code: str, sheet: Sheet) -> dict[str, Any]:
    """What every page says of the survey. No name stands here: letters are read over shoulders."""
    survey, asked = sheet.respondent.survey, sheet.respondent.asked
    return {
        "code": code,
        "unit": asked.unit,
        "side": capfirst(str(Side(sheet.respondent.side).label)),
        "closed": [str(reason) for reason in sheet.closed],
        "answers": [(q, sheet.said.get(q.key, "")) for q in sheet.questions],
        "sent": sheet.sent,
        "version": sheet.version,
        "has_draft": sheet.draft is not None,
        "has_refused": sheet.respondent.refused_at is not None,
        "asked_languages": other_languages(sheet.languages, sheet.language),
        # The questionnaire has a choice of languages of its own.
        "languages": [],
        **of_survey(survey, sheet.questions, sheet.language),
    }


def of_survey(survey: Any, questions: Sequence[Item], language: str) -> dict[str, Any]:
    """What the pages of a questionnaire say of its survey, in the language of its questions."""
    return {
        "survey": survey,
        "survey_title": survey.version.titles.get(language) or survey.title,
        "minutes": asking.minutes(len(questions)),
        "only_coordination": all(q.kind == QuestionKind.COORDINATION for q in questions),
        "has_text": any(q.kind == QuestionKind.TEXT for q in questions),
        "has_coordination": any(q.kind == QuestionKind.COORDINATION for q in questions),
        "asked_in": asked_in(language),
    }


def asked_in(language: str) -> dict[str, str]:
    """A language as HTML wants it, for words that stand in it."""
    return {"lang": HTML_LANG.get(language, language), "dir": questionnaire.direction(language)}


def other_languages(offered: Sequence[str], language: str) -> list[dict[str, Any]]:
    """The languages to choose from, each by its own name; none where there is no choice."""
    return [
        {
            "code": each,
            "name": questionnaire.language_name(each, own=True),
            **asked_in(each),
            "current": each == language,
        }
        for each in offered
        if len(offered) > 1
    ]


@require_POST
@_held
def language(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """Answer in another language from here on."""
    answering.choose_language(sheet.respondent, by=holder, language=request.POST.get("language", ""))
    return go(reverse("answer", args=[code]))


@require_safe
@_held
def start(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """Who asks, for what, who sees it, how long it takes; afterwards what was sent."""
    if sheet.sent and sheet.draft is None:
        return receipt_page(request, code, sheet)
    return page(request, "answers/start.html", onward=_first_open(sheet), **_about(code, sheet))


def _first_open(sheet: Sheet) -> int:
    """The number of the question to go on with: the first that needs an answer, else the one after the last."""
    numbered = list(enumerate(sheet.questions, 1))
    needed = next((n for n, q in numbered if q.required and q.key not in sheet.said), 0)
    last = max((n for n, q in numbered if q.key in sheet.said), default=0)
    return needed or min(last + 1, len(numbered))


def _closed(request: HttpRequest, code: str, sheet: Sheet) -> HttpResponse | None:
    return go(reverse("answer", args=[code])) if sheet.closed else None


@require_http_methods(["GET", "HEAD", "POST"])
@_held
def questions(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """All questions on one page, for people who fill in such things daily. What fits is kept at once."""
    if closed := _closed(request, code, sheet):
        return closed
    errors: dict[str, str] = {}
    about = _about(code, sheet)
    if request.method == "POST":
        said = said_in(request.POST, sheet.questions)
        answering.save_draft(sheet.respondent, by=holder, answers=said)
        errors = not_answers(sheet.questions, said)
        if not errors and "later" in request.POST:
            messages.success(request, _("Kept. The same link goes on from here, on any device."))
            return go(reverse("answer", args=[code]))
        if not errors:
            return go(reverse("answer-check", args=[code]))
        about["answers"] = [(q, said[q.key]) for q in sheet.questions]
    return page(request, "answers/questions.html", status=422 if errors else 200, errors=errors, **about)


def said_in(sent: QueryDict, asked: Sequence[Item]) -> dict[str, Answer]:
    """What a form says to each of these questions; nothing said is an empty answer."""
    return {
        q.key: sent.getlist(f"q-{q.key}") if q.kind == QuestionKind.SEVERAL else sent.get(f"q-{q.key}", "")
        for q in asked
    }


def not_answers(asked: Sequence[Item], said: Mapping[str, Answer]) -> dict[str, str]:
    """What has been said and is no answer, by question; what is left out is asked for at the end."""
    wrong = {q.key: why_not_answer(q.rules, said[q.key]) for q in asked if not is_empty(said[q.key])}
    return {key: str(reasons[0]) for key, reasons in wrong.items() if reasons}


@require_http_methods(["GET", "HEAD", "POST"])
@_held
def question(request: HttpRequest, code: str, holder: Actor, sheet: Sheet, *, number: int) -> HttpResponse:
    """One question; what is said is kept before the next one comes."""
    if closed := _closed(request, code, sheet):
        return closed
    if not 1 <= number <= len(sheet.questions):
        return go(reverse("answer", args=[code]))
    asked = sheet.questions[number - 1]
    error, said = "", sheet.said.get(asked.key, "")
    if request.method == "POST":
        said = said_in(request.POST, [asked])[asked.key]
        error = _why_not(asked, said)
        if not error:
            answering.save_draft(sheet.respondent, by=holder, answers={asked.key: said})
            return go(_next_url(request, code, sheet, number))
    return page(
        request,
        "answers/question.html",
        status=422 if error else 200,
        position=number,
        total=len(sheet.questions),
        question=asked,
        said=said,
        error=error,
        back_url=reverse("answer-question", args=[code, number - 1])
        if number > 1
        else reverse("answer", args=[code]),
        all_url=reverse("answer-questions", args=[code]),
        **_about(code, sheet),
    )


def _why_not(asked: Item, said: Answer) -> str:
    if asked.kind == QuestionKind.COORDINATION and is_empty(said):
        return _("Choose an answer. “I am not sure” is one, too.")
    return next((str(reason) for reason in why_not_answer(asked.rules, said)), "")


def _next_url(request: HttpRequest, code: str, sheet: Sheet, number: int) -> str:
    if "later" in request.POST:
        messages.success(request, _("Kept. The same link goes on from here, on any device."))
        return reverse("answer", args=[code])
    if number == len(sheet.questions) or "change" in request.GET:
        return reverse("answer-check", args=[code])
    return reverse("answer-question", args=[code, number + 1])


@require_http_methods(["GET", "HEAD", "POST"])
@_held
def check(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """Everything once more, and the button that sends it. Sending the same twice sends it once."""
    if closed := _closed(request, code, sheet):
        return closed
    if sheet.draft is None:
        return go(reverse("answer-sent" if sheet.sent else "answer", args=[code]))
    reasons: list[Reason] = []
    if request.method == "POST":
        try:
            answering.send(sheet.respondent, by=holder, answers=sheet.draft)
        except Refused as refused:
            reasons = list(refused.reasons)
        else:
            return go(reverse("answer-sent", args=[code]))
    numbers = {q.key: n for n, q in enumerate(sheet.questions, 1)}
    return page(
        request,
        "answers/check.html",
        status=409 if reasons else 200,
        reasons=[
            {
                "text": str(r.text),
                "href": reverse("answer-question", args=[code, numbers[r.field]]) + "?change",
            }
            if r.field in numbers
            else {"text": str(r.text)}
            for r in reasons
        ],
        **_about(code, sheet),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@_held
def refuse(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """Asks once; afterwards nobody writes or rings any more. To answer takes it back."""
    if closed := _closed(request, code, sheet):
        return closed
    reasons: list[Reason] = []
    if request.method == "POST":
        try:
            answering.refuse(sheet.respondent, by=holder)
        except Refused as refused:
            reasons = list(refused.reasons)
        else:
            messages.success(request, _("Noted. Nobody writes to you about this survey any more."))
            return go(reverse("answer", args=[code]))
    return page(
        request,
        "answers/refuse.html",
        status=409 if reasons else 200,
        reasons=[{"text": str(reason)} for reason in reasons],
        **_about(code, sheet),
    )


@require_safe
@_held
def receipt(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """That it has arrived, when, and what was sent."""
    if sheet.sent is None:
        return go(reverse("answer", args=[code]))
    return receipt_page(request, code, sheet)


def receipt_page(request: HttpRequest, code: str, sheet: Sheet) -> HttpResponse:
    said = [(q, sheet.as_sent.get(q.key, "")) for q in sheet.questions]
    return page(request, "answers/sent.html", **{**_about(code, sheet), "answers": said})
