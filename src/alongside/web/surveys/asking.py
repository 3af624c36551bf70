"""Invitations and reminders: who gets what and who does not, sending them, and how they fare."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from alongside.assess.surveys import asking as rules
from alongside.assess.surveys import asking_queries as reads
from alongside.assess.surveys import inviting, queries
from alongside.assess.surveys.kinds import TEMPLATES, Fate, Round
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.outbox import queries as outbox
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import go, page
from alongside.web.shell.words import number
from alongside.web.surveys.respondent_forms import WriteForm
from alongside.web.surveys.views import crumbs

# Where those stand who get nothing, by the respondents' list and how it is narrowed.
LISTED: Mapping[Fate, str] = {
    Fate.ANSWERED: "?answered=yes",
    Fate.REFUSED: "?answered=refused",
    Fate.NOT_REACHED: "?answered=not-reached",
    Fate.TELEPHONE: "?channel=telephone&answered=no",
    Fate.NO_WAY: "?channel=none&answered=no",
}


@require_safe
def asking(request: HttpRequest, pk: int) -> HttpResponse:
    """How what was sent fares, and what can be sent now."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_WRITE)
    plans = reads.plans(actor, shown)
    return page(
        request,
        "surveys/asking.html",
        survey=shown,
        closed=[str(reason) for reason in inviting.why_not_now(shown, actor)],
        to_invite=plans[Round.INVITATION].writes,
        to_remind=plans[Round.REMINDER].writes,
        not_reached=plans[Round.INVITATION].fates.get(Fate.NOT_REACHED, 0),
        refused=plans[Round.INVITATION].fates.get(Fate.REFUSED, 0),
        crumbs=crumbs(shown, _("Invitations and reminders")),
        **_fares(shown, actor),
    )


@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """How what was sent fares, for a page that asks again and again while something is under way."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_WRITE)
    return page(request, "surveys/_messages.html", survey=shown, **_fares(shown, actor))


def _fares(shown: Any, actor: Actor) -> dict[str, Any]:
    """What `_messages.html` needs."""
    tally = outbox.tally(actor, shown.scope, TEMPLATES)
    lines = [_line(of, channel, tally) for of in Round for channel in Channel]
    return {
        "lines": [line for line in lines if line["all"]],
        "is_moving": any(each.state in {State.WAITING, State.HANDING} for each in tally),
        "gone": sum(each.count for each in tally if each.is_out),
        "wanted": sum(each.count for each in tally if each.state != State.DROPPED),
        "to_print": sum(each.count for each in tally if each.state == State.SENT and not each.is_out),
        "may_see_messages": bool(queries.may(actor, shown, [Permission.OUTBOX_VIEW])),
    }


def _line(of: Round, channel: Channel, tally: Sequence[outbox.Tally]) -> dict[str, Any]:
    """The messages of one round that go one way: in words, and counted by where they stand."""
    mine = [each for each in tally if (each.template, each.channel) == (of.value, channel.value)]

    def count(stands: Callable[[outbox.Tally], bool]) -> int:
        return sum(each.count for each in mine if stands(each))

    returned = count(lambda each: each.failure == Failure.BOUNCED)
    return {
        "what": _("%(round)s, %(channel)s") % {"round": capfirst(of.label), "channel": channel.label},
        "all": sum(each.count for each in mine),
        "queued": number(sum(each.count for each in mine)),
        "waits": number(count(lambda each: each.state in {State.WAITING, State.HANDING})),
        "to_print": number(count(lambda each: each.state == State.SENT and not each.is_out)),
        "gone": number(count(lambda each: each.is_out)),
        "failed": number(count(lambda each: each.state == State.FAILED) - returned),
        "returned": number(returned),
        "dropped": number(count(lambda each: each.state == State.DROPPED)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets an invitation and who gets none; the button sends them."""
    return _send(request, pk, Round.INVITATION, inviting.invite)


@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets a reminder and who gets none; the button sends them."""
    return _send(request, pk, Round.REMINDER, inviting.remind)


def _send(request: HttpRequest, pk: int, of: Round, deed: Callable[..., inviting.Queued]) -> HttpResponse:
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_WRITE)
    form = WriteForm(sent(request))
    queued = attempt(form, lambda given: deed(shown, by=actor, **given))
    if queued is not None:
        messages.success(request, _queued_words(queued))
        return go(reverse("survey-asking", args=[pk]))
    plan = reads.plans(actor, shown)[of]
    form.initial = {"contact": shown.contact}
    return page(
        request,
        "surveys/write.html",
        status=status_of(form),
        form=form,
        survey=shown,
        reminds=of is Round.REMINDER,
        total=plan.writes,
        writes=[_fate(fate, plan.fates[fate]) for fate in rules.WRITES if plan.fates.get(fate)],
        others=_others(shown, plan),
        closed=[str(reason) for reason in inviting.why_not_now(shown, actor)],
        crumbs=[
            *crumbs(shown),
            {"label": _("Invitations and reminders"), "url": reverse("survey-asking", args=[pk])},
            {"label": _("Remind") if of is Round.REMINDER else _("Invite"), "url": ""},
        ],
    )


def _fate(fate: Fate, count: int) -> dict[str, Any]:
    return {"what": capfirst(str(fate.label)), "count": number(count)}


def _others(shown: Any, plan: reads.Plan) -> list[dict[str, Any]]:
    """Who gets nothing, why, and the way to them where they can be seen together."""
    listed = reverse("survey-respondents", args=[shown.pk])
    found = []
    for fate in Fate:
        if fate not in rules.WRITES and (count := plan.fates.get(fate, 0)):
            see = {"text": _("See them"), "href": listed + LISTED[fate]} if fate in LISTED else "–"
            found.append({**_fate(fate, count), "see": see})
    if plan.unnamed > 0:
        see = {"text": _("See who answers"), "href": listed}
        found.append({"what": _("Nobody is named"), "count": number(plan.unnamed), "see": see})
    return found


def left_alone(shown: Any, actor: Actor) -> list[dict[str, Any]] | None:
    """Who refused and who was not reached, with the way to them; None for those who don't write to them."""
    found = reads.left_alone(actor, shown)
    if not found:
        return None
    listed = reverse("survey-respondents", args=[shown.pk])
    return [
        {**_fate(fate, count), "see": {"text": _("See them"), "href": listed + LISTED[fate]}}
        for fate, count in found.items()
        if count
    ]


def _queued_words(queued: inviting.Queued) -> str:
    if not queued.all:
        return _("Everybody who can be written to now had been already. Nobody gets the same twice.")
    said = [
        ngettext("One e-mail goes out.", "%(count)s e-mails go out.", queued.emails),
        ngettext("One letter is written.", "%(count)s letters are written.", queued.letters),
    ]
    counts = (queued.emails, queued.letters)
    return " ".join(text % {"count": number(n)} for text, n in zip(said, counts, strict=True) if n)
