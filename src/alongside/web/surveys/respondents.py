"""Who answers: the list, somebody new, one respondent, a file of them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alongside.assess.surveys import queries, respondent_actions
from alongside.assess.surveys import respondent_queries as reads
from alongside.assess.surveys.kinds import CallResult, Channel, Round, Side
from alongside.assess.surveys.sheet import MOST_BYTES, CellReason
from alongside.commons.people import identity
from alongside.core.access.permissions import Permission
from alongside.core.kit.ids import in_groups
from alongside.core.kit.refusal import Refused
from alongside.core.outbox.kinds import Channel as ByPost
from alongside.core.outbox.kinds import Failure, State
from alongside.core.outbox.rules import why_not_bounce
from alongside.web.shell.bodies import takes_file
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.once import attempt_once
from alongside.web.shell.pages import PAGE_SIZE, asked, go, page, sent_words, slice_of
from alongside.web.shell.words import date_words, datetime_words, number, somebody
from alongside.web.surveys.imports import ROWS_SHOWN, reason_line
from alongside.web.surveys.respondent_forms import (
    CheckedRespondentForm,
    NewRespondentForm,
    RespondentForm,
    RespondentsFileForm,
)
from alongside.web.surveys.views import crumbs, sides_of


@require_http_methods(["GET", "HEAD", "POST"])
def respondents(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who is named, with what they are asked for and whether they have answered.

    A name that is looked for is sent, never put into the address, where a browser would keep it.
    """
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.RESPONDENT_EDIT)
    said = {
        key: sent_words(request, key) or asked(request, key) for key in ("side", "channel", "answered")
    } | {"q": sent_words(request, "q")}
    if request.method == "POST" and not said["q"]:
        kept = urlencode({key: words for key, words in said.items() if words})
        return go(reverse("survey-respondents", args=[pk]) + (f"?{kept}" if kept else ""))
    rows = reads.respondents(
        actor, shown, words=said["q"], side=said["side"], channel=said["channel"], answered=said["answered"]
    )
    found = slice_of(request, rows, size=identity.NAMED_AT_MOST if said["q"] else PAGE_SIZE)
    shown_here = reads.in_full(found.rows)
    names = reads.names(actor, shown_here, shown)
    return page(
        request,
        "surveys/respondents.html",
        survey=shown,
        said=said,
        found=found,
        rows=[_row(each, names) for each in shown_here],
        named=[(capfirst(str(Side(each.side).label)), each) for each in reads.named(shown)],
        sides=sides_of(shown),
        channels=_channels(),
        may_write=bool(queries.may(actor, shown, [Permission.SURVEY_WRITE])),
        crumbs=crumbs(shown, _("Who answers")),
    )


def _channels() -> list[tuple[str, str]]:
    return [(value, capfirst(str(label))) for value, label in Channel.choices]


def _row(each: Any, names: dict[Any, str]) -> dict[str, Any]:
    return {
        "name": {
            "text": somebody(names.get(each.person_id, ""), each.person.number),
            "href": reverse("survey-respondent", args=[each.pk]),
        },
        "unit": unit_words(each),
        "side": capfirst(str(Side(each.side).label)),
        "channel": capfirst(str(Channel(each.channel).label)),
        "checked": date_words(each.checked_on) if each.checked_on else _("not yet"),
        "state": state_words(each),
    }


def unit_words(each: Any) -> str:
    """A unit as people call it, with the code that files call it by."""
    return _("%(code)s %(unit)s") % {"code": each.asked.code, "unit": each.asked.unit.name}


def state_words(each: Any) -> str:
    """Answered, refused, not reached, or what came of the last call."""
    if each.has_answered:
        return _("answered")
    if each.refused_at:
        return str(CallResult.REFUSED.label)
    if each.call_result and each.call_result != CallResult.ANSWERED:
        return str(CallResult(each.call_result).label)
    return _("not reached") if each.is_not_reached else _("not yet")


@require_http_methods(["GET", "HEAD", "POST"])
def respondent_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Name somebody for a side of a unit."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.RESPONDENT_EDIT)
    form = NewRespondentForm(sent(request), sides=sides_of(shown), initial={"unit": asked(request, "unit")})
    onward = reverse("survey-respondents", args=[pk])
    if attempt_once(
        request,
        form,
        lambda given: respondent_actions.name_respondent(shown, by=actor, **given),
        leads_to=lambda _made: onward,
    ):
        messages.success(request, _("She is named. Nobody has been written to."))
        return go(onward)
    return page(
        request,
        "surveys/respondent_add.html",
        status=status_of(form),
        form=form,
        survey=shown,
        crumbs=_way(shown, _("Name somebody")),
    )


def _way(shown: Any, *further: str) -> list[dict[str, str]]:
    line = [
        *crumbs(shown),
        {"label": _("Who answers"), "url": reverse("survey-respondents", args=[shown.pk])},
    ]
    return line + [{"label": label, "url": ""} for label in further]


@require_http_methods(["GET", "HEAD", "POST"])
def respondent(request: HttpRequest, respondent: int) -> HttpResponse:
    """One respondent: how she is reached, to be corrected."""
    actor = actor_of(request)
    shown = reads.respondent(actor, respondent, permission=Permission.RESPONDENT_EDIT)
    form = CheckedRespondentForm(sent(request))
    if attempt(form, lambda given: respondent_actions.change_respondent(shown, by=actor, **given)):
        messages.success(request, _("What is known of this person has been changed."))
        return go(reverse("survey-respondent", args=[respondent]))
    card = identity.card(actor, shown.person)
    form.initial = {"channel": shown.channel, "checked": bool(shown.checked_on)}
    if card:
        form.initial |= {key: getattr(card, key) for key in ("name", "email", "phone", "postal", "language")}
    return page(
        request,
        "surveys/respondent.html",
        status=status_of(form),
        form=form,
        respondent=shown,
        called=somebody(card.name if card else "", shown.person.number),
        unit=unit_words(shown),
        side=capfirst(str(Side(shown.side).label)),
        state=state_words(shown),
        phone=card.phone if card else "",
        written=[_written(each) for each in reads.written_to(actor, shown)],
        back_url=request.path,
        crumbs=_way(shown.survey, shown.person.number),
    )


def _written(message: Any) -> dict[str, Any]:
    """One message to a respondent: what, when, how it fared, and whether it can have come back."""
    told = {
        "round": capfirst(Round(message.template).label),
        "channel": ByPost(message.channel).label,
        "moment": datetime_words(message.queued_at),
        "state": Failure(message.failure).label if message.failure else State(message.state).label,
    }
    reasons = why_not_bounce(
        state=message.state, channel=message.channel, fetched=message.fetched_at is not None
    )
    words = _("%(moment)s: %(round)s, %(channel)s, %(state)s") % told
    return {"pk": message.pk, "words": words, "may_return": not reasons}


@require_http_methods(["GET", "HEAD", "POST"])
def respondent_replace(request: HttpRequest, respondent: int) -> HttpResponse:
    """Somebody else answers from now on."""
    actor = actor_of(request)
    shown = reads.respondent(actor, respondent, permission=Permission.RESPONDENT_EDIT)
    form = RespondentForm(sent(request))
    made = attempt_once(
        request,
        form,
        lambda given: respondent_actions.replace_respondent(shown, by=actor, **given),
        leads_to=_page_of,
    )
    if made:
        messages.success(
            request, _("From now on this person answers. The links of the one before have ended.")
        )
        return go(_page_of(made))
    return page(
        request,
        "surveys/respondent_replace.html",
        status=status_of(form),
        form=form,
        respondent=shown,
        unit=unit_words(shown),
        side=capfirst(str(Side(shown.side).label)),
        crumbs=_way(shown.survey, _("Somebody else")),
    )


def _page_of(made: Any) -> str:
    return reverse("survey-respondent", args=[made.pk])


@never_cache
@require_POST
def respondent_code(request: HttpRequest, respondent: int) -> HttpResponse:
    """A code to hand over. It is shown once, so the answer is the page itself and no redirect."""
    actor = actor_of(request)
    shown = reads.respondent(actor, respondent)
    code = respondent_actions.make_code(shown, by=actor)
    return page(
        request,
        "surveys/respondent_code.html",
        respondent=shown,
        unit=unit_words(shown),
        code=in_groups(code),
        link=request.build_absolute_uri(reverse("answer", args=[code])),
        typed=request.build_absolute_uri(reverse("answer-code")),
        crumbs=_way(shown.survey, shown.person.number),
    )


@takes_file(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def respondents_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a file of respondents, or say of each row what has to be put right."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.RESPONDENT_EDIT)
    form = RespondentsFileForm(sent(request), request.FILES if request.method == "POST" else None)
    reasons: list[CellReason] = []
    if form.is_valid():
        file, replace = form.cleaned_data["file"], form.cleaned_data["replace"]
        # Read before the deed begins: while it lasts nobody else can write.
        reading = reads.read_file(shown, file.read(MOST_BYTES + 1), file.name)
        try:
            done = respondent_actions.import_respondents(shown, by=actor, content=reading, replace=replace)
        except Refused as refused:
            reasons = [reason for reason in refused.reasons if isinstance(reason, CellReason)]
        else:
            _say(request, done)
            return go(reverse("survey-respondents", args=[pk]))
    return page(
        request,
        "surveys/respondents_import.html",
        status=409 if reasons else 422 if form.errors else 200,
        form=form,
        survey=shown,
        sides=sides_of(shown),
        channels=_channels(),
        reasons=[reason_line(reason) for reason in reasons[:ROWS_SHOWN]],
        total=len(reasons),
        crumbs=_way(shown, _("Read in a file")),
    )


def _say(request: HttpRequest, done: respondent_actions.NamedMany) -> None:
    said = [
        ngettext("One person is named.", "%(count)s people are named.", done.added),
        ngettext("One took another’s place.", "%(count)s took another’s place.", done.replaced),
        ngettext("One was named before.", "%(count)s were named before.", done.unchanged),
    ]
    counts = (done.added, done.replaced, done.unchanged)
    told = [text % {"count": number(count)} for text, count in zip(said, counts, strict=True) if count]
    messages.success(request, " ".join([_("The file has been read in."), *told]))
