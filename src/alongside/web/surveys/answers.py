"""Answering with a link or a code, without an account. Every page works without JavaScript and keeps a draft."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alongside.assess.surveys import answering, asking
from alongside.assess.surveys.answering import Sheet
from alongside.assess.surveys.kinds import Side
from alongside.commons.catalogue.standard import name_of
from alongside.core.access.actor import Actor
from alongside.core.kit.ids import as_typed
from alongside.core.kit.refusal import NotVisible, Reason, Refused
from alongside.web.shell.forms import attempt, sent, status_of
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
                answer = shown(request, code, holder, answering.sheet(holder), **more)
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
        "survey": survey,
        "unit": asked.unit,
        "side": capfirst(str(Side(sheet.respondent.side).label)),
        "minutes": asking.minutes(len(sheet.activities)),
        "closed": [str(reason) for reason in sheet.closed],
        "answers": [(a.key, name_of(a.text), sheet.said.get(a.key, "")) for a in sheet.activities],
        "sent": sheet.sent,
        "version": sheet.version,
        "has_draft": bool(sheet.draft),
        "has_refused": sheet.respondent.refused_at is not None,
    }


@require_safe
@_held
def start(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """Who asks, for what, who sees it, how long it takes; afterwards what was sent."""
    if sheet.sent and not sheet.draft:
        return receipt_page(request, code, sheet)
    return page(request, "answers/start.html", onward=_first_open(sheet), **_about(code, sheet))


def _first_open(sheet: Sheet) -> int:
    """The number of the first question without an answer."""
    return next((n for n, a in enumerate(sheet.activities, 1) if a.key not in sheet.said), 1)


def _closed(request: HttpRequest, code: str, sheet: Sheet) -> HttpResponse | None:
    return go(reverse("answer", args=[code])) if sheet.closed else None


@require_http_methods(["GET", "HEAD", "POST"])
@_held
def questions(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """All questions on one page, for people who fill in such things daily."""
    if closed := _closed(request, code, sheet):
        return closed
    if request.method == "POST":
        answering.save_draft(sheet.respondent, by=holder, answers=_said(request, sheet))
        if "later" in request.POST:
            messages.success(request, _("Kept. The same link goes on from here, on any device."))
            return go(reverse("answer", args=[code]))
        return go(reverse("answer-check", args=[code]))
    return page(request, "answers/questions.html", **_about(code, sheet))


def _said(request: HttpRequest, sheet: Sheet) -> dict[str, str]:
    given = {a.key: request.POST.get(f"q-{a.key}", "") for a in sheet.activities}
    return {key: said for key, said in given.items() if said in answering.CHOICES}


@require_http_methods(["GET", "HEAD", "POST"])
@_held
def question(request: HttpRequest, code: str, holder: Actor, sheet: Sheet, *, number: int) -> HttpResponse:
    """One question; what is chosen is kept before the next one comes."""
    if closed := _closed(request, code, sheet):
        return closed
    if not 1 <= number <= len(sheet.activities):
        return go(reverse("answer", args=[code]))
    error = ""
    if request.method == "POST":
        said = _said(request, sheet)
        if said:
            answering.save_draft(sheet.respondent, by=holder, answers=said)
            return go(_next_url(request, code, sheet, number))
        error = _("Choose an answer. “I am not sure” is one, too.")
    key, text, said_before = _about(code, sheet)["answers"][number - 1]
    return page(
        request,
        "answers/question.html",
        status=422 if error else 200,
        position=number,
        total=len(sheet.activities),
        key=key,
        text=text,
        said=said_before,
        error=error,
        back_url=reverse("answer-question", args=[code, number - 1])
        if number > 1
        else reverse("answer", args=[code]),
        changing="change" in request.GET,
        **_about(code, sheet),
    )


def _next_url(request: HttpRequest, code: str, sheet: Sheet, number: int) -> str:
    if "later" in request.POST:
        messages.success(request, _("Kept. The same link goes on from here, on any device."))
        return reverse("answer", args=[code])
    if number == len(sheet.activities) or "change" in request.GET:
        return reverse("answer-check", args=[code])
    return reverse("answer-question", args=[code, number + 1])


@require_http_methods(["GET", "HEAD", "POST"])
@_held
def check(request: HttpRequest, code: str, holder: Actor, sheet: Sheet) -> HttpResponse:
    """Everything once more, and the button that sends it. Sending the same twice sends it once."""
    if closed := _closed(request, code, sheet):
        return closed
    if not sheet.draft:
        return go(reverse("answer-sent" if sheet.sent else "answer", args=[code]))
    reasons: list[Reason] = []
    if request.method == "POST":
        try:
            answering.send(sheet.respondent, by=holder, answers=sheet.draft)
        except Refused as refused:
            reasons = list(refused.reasons)
        else:
            return go(reverse("answer-sent", args=[code]))
    numbers = {a.key: n for n, a in enumerate(sheet.activities, 1)}
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
    said = [(a.key, name_of(a.text), sheet.as_sent[a.key]) for a in sheet.activities]
    return page(request, "answers/sent.html", **{**_about(code, sheet), "answers": said})
