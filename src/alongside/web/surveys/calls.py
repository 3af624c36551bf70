"""By telephone: whom to call next, what came of it, the questionnaire filled in while somebody speaks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alongside.assess.surveys import answering, calling, queries
from alongside.assess.surveys import respondent_queries as reads
from alongside.assess.surveys.kinds import CallResult, Side
from alongside.commons.forms.rules import Answer
from alongside.commons.people import identity
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.kit.ids import short_number
from alongside.core.kit.refusal import Refused
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import go, page, slice_of
from alongside.web.shell.words import datetime_words, number, somebody
from alongside.web.surveys.answers import asked_in, said_in
from alongside.web.surveys.forms import CallForm
from alongside.web.surveys.respondents import unit_words
from alongside.web.surveys.views import crumbs


@require_safe
def calls(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to telephone, the longest waiting first."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_CALL)
    found = slice_of(request, reads.to_call(actor, shown))
    names = reads.names(actor, found.rows, shown)
    busy = _busy(actor, found.rows)
    return page(
        request,
        "surveys/calls.html",
        survey=shown,
        found=found,
        rows=[_row(each, names, busy.get(each.pk, "")) for each in found.rows],
        next_url=_next_url([each for each in found.rows if each.pk not in busy]),
        crumbs=crumbs(shown, _("Telephone list")),
    )


def _busy(actor: Actor, rows: Sequence[Any]) -> dict[int, str]:
    """Whom somebody else is calling now, with words for who does."""
    callers = {row.pk: calling.other_caller(row, by=actor.subject, at=actor.at) for row in rows}
    found = {pk: caller for pk, caller in callers.items() if caller}
    names = identity.shown(actor, set(found.values()), on=rows[0].survey) if found else {}
    return {pk: somebody(names.get(who, ""), short_number(who)) for pk, who in found.items()}


def _next_url(rows: Any) -> str:
    return reverse("survey-call", args=[rows[0].pk]) if rows else ""


def _row(each: Any, names: dict[Any, str], caller: str) -> dict[str, Any]:
    last = datetime_words(each.called_at) if each.called_at else _("not called yet")
    return {
        "name": {
            "text": somebody(names.get(each.person_id, ""), each.person.number),
            "href": reverse("survey-call", args=[each.pk]),
        },
        "unit": unit_words(each),
        "side": capfirst(str(Side(each.side).label)),
        "calls": number(each.calls),
        "last": _("%(person)s is calling now") % {"person": caller} if caller else last,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, respondent: int) -> HttpResponse:
    """One call: the number, what is said, and the button that sends it. Opening it holds it for a while."""
    actor = actor_of(request)
    sheet = answering.sheet_for(actor, respondent)
    said, reasons, errors = _said(request, sheet), [], {}
    if request.method == "GET":
        try:
            calling.begin_call(sheet.respondent, by=actor)
        except Refused:
            return _busy_page(request, sheet.respondent)
    if request.method == "POST":
        try:
            answering.answer_by_telephone(sheet.respondent, by=actor, answers=said)
        except Refused as refused:
            errors = {r.field: str(r) for r in refused.reasons if r.field}
            reasons = [{"text": str(r), "href": f"#q-{r.field}" if r.field else ""} for r in refused.reasons]
        else:
            messages.success(request, _("The answers have arrived. Here is the list for the next call."))
            return go(reverse("survey-calls", args=[sheet.respondent.survey_id]))
    status = 409 if reasons else 200
    return _call_page(request, sheet, CallForm(), said=said, reasons=reasons, errors=errors, status=status)


def _busy_page(request: HttpRequest, respondent: Any) -> HttpResponse:
    """Somebody else is calling her: who, until when, and the way to go on all the same."""
    actor = actor_of(request)
    names = reads.names(actor, [respondent], respondent.survey)
    return page(
        request,
        "surveys/call_busy.html",
        status=409,
        respondent=respondent,
        called=somebody(names.get(respondent.person_id, ""), respondent.person.number),
        caller=_busy(actor, [respondent]).get(respondent.pk, ""),
        unit=unit_words(respondent),
        crumbs=_way(respondent),
    )


def _way(respondent: Any) -> list[dict[str, str]]:
    return [
        *crumbs(respondent.survey),
        {"label": _("Telephone list"), "url": reverse("survey-calls", args=[respondent.survey_id])},
        {"label": respondent.person.number, "url": ""},
    ]


@require_POST
def call_take(request: HttpRequest, respondent: int) -> HttpResponse:
    """Go on with a call that somebody else has opened."""
    actor = actor_of(request)
    sheet = answering.sheet_for(actor, respondent)
    calling.take_over_call(sheet.respondent, by=actor)
    return go(reverse("survey-call", args=[respondent]))


def _said(request: HttpRequest, sheet: answering.Sheet) -> dict[str, Answer]:
    return said_in(request.POST, sheet.questions) if request.method == "POST" else sheet.as_sent


def _call_page(
    request: HttpRequest,
    sheet: answering.Sheet,
    form: CallForm,
    *,
    said: Mapping[str, Answer],
    status: int,
    reasons: Sequence[Any] = (),
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    respondent = sheet.respondent
    card = identity.card(actor_of(request), respondent.person)
    last = CallResult(respondent.call_result).label if respondent.call_result else ""
    return page(
        request,
        "surveys/call.html",
        status=status,
        respondent=respondent,
        survey=respondent.survey,
        called=somebody(card.name if card else "", respondent.person.number),
        phone=card.phone if card else "",
        unit=unit_words(respondent),
        side=capfirst(str(Side(respondent.side).label)),
        last=last,
        closed=[str(reason) for reason in sheet.closed],
        answers=[(q, said.get(q.key, "")) for q in sheet.questions],
        asked_in=asked_in(sheet.language),
        reasons=reasons,
        errors=errors or {},
        form=form,
        crumbs=_way(respondent),
    )


@require_POST
def call_result(request: HttpRequest, respondent: int) -> HttpResponse:
    """What came of a call that brought no answers; then the list again."""
    actor = actor_of(request)
    sheet = answering.sheet_for(actor, respondent)
    form = CallForm(sent(request))
    if attempt(form, lambda given: answering.record_call(sheet.respondent, by=actor, **given)):
        messages.success(request, _("Noted. Here is the list for the next call."))
        return go(reverse("survey-calls", args=[sheet.respondent.survey_id]))
    return _call_page(request, sheet, form, said=sheet.as_sent, status=status_of(form))
