"""A survey while it runs: who has answered, closing and reopening, who telephones."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alongside.assess.surveys import actions, making_queries, queries
from alongside.assess.surveys import response as responding
from alongside.assess.surveys.kinds import Side
from alongside.commons.people import identity
from alongside.commons.people import queries as people
from alongside.core.access.permissions import Permission
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked, go, page
from alongside.web.shell.words import number, percent, somebody
from alongside.web.surveys import bias
from alongside.web.surveys.asking import left_alone
from alongside.web.surveys.forms import ReasonForm, ReopenForm, TeamForm
from alongside.web.surveys.making import drawn_words
from alongside.web.surveys.views import crumbs, in_side, sides_of
from alongside.web.surveys.words import group_words


@require_safe
def response(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has answered so far, by everything that might make those who answer different from the rest."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk)
    side = queries.side_of(shown, asked(request, "side"))
    found = responding.response_by(actor, shown, side)
    may = queries.may(actor, shown, [Permission.SURVEY_CLOSE, Permission.SURVEY_TABLE_OPEN])
    url = reverse("survey-response", args=[pk])
    beside = bias.values(actor, shown, side, found)
    return page(
        request,
        "surveys/response.html",
        survey=shown,
        total=found.total,
        released_at=found.released_at,
        groups=[
            (
                title,
                [
                    _row(each, group_words(by, each.group), beside["intervals"].get(by, {}).get(each.group))
                    for each in found.groups[by]
                ],
                _is_closed(found.groups[by]),
            )
            for by, title in _titles().items()
            if by in found.groups
        ],
        side=capfirst(str(Side(side).label)),
        sides=[
            {"label": label, "url": in_side(url, shown, each), "current": each == side}
            for each, label in sides_of(shown)
        ],
        others=left_alone(shown, actor),
        drawn=_drawn(shown, with_seed=Permission.SURVEY_TABLE_OPEN in may),
        is_over=responding.is_over(shown, actor.at),
        closings=responding.closings(shown),
        may_close=Permission.SURVEY_CLOSE in may,
        csv_url=in_side(reverse("survey-response-csv", args=[pk]), shown, side) if found.groups else "",
        crumbs=crumbs(shown, _("Who has answered")),
        **beside,
    )


def _drawn(survey: Any, *, with_seed: bool) -> dict[str, Any] | None:
    """How the units were drawn, and out of which: the frame beside the sample."""
    found = making_queries.drawn(survey)
    if found is None:
        return None
    titles = {by: title for by, title in _titles().items() if by in found.groups}
    return {
        "words": drawn_words(found, with_seed=with_seed),
        "how": capfirst(str(found.drawing.get_by_groups_display())),
        "groups": [
            (title, [_drawn_row(each, group_words(by, each.group)) for each in found.groups[by]])
            for by, title in titles.items()
        ],
    }


def _drawn_row(each: queries.Answering, name: str) -> dict[str, Any]:
    drawn = each.answered or 0
    share = percent(drawn / each.asked) if each.asked else "–"
    return {"group": name, "frame": number(each.asked), "drawn": number(drawn), "share": share}


def _titles() -> dict[str, str]:
    return {
        "kind": _("By kind of unit"),
        "size": _("By size of unit"),
        "channel": _("By how people are reached"),
        "place": _("By place"),
    }


def _is_closed(rows: Any) -> bool:
    return any(each.answered is None for each in rows)


def _row(each: queries.Answering, name: str, interval: dict[str, Any] | None) -> dict[str, Any]:
    closed = each.answered is None
    return {
        "group": name,
        "asked": number(each.asked),
        "answered": _("closed") if each.answered is None else number(each.answered),
        "rate": "–" if closed or not each.asked else percent((each.answered or 0) / each.asked),
        "interval": interval,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Who telephones: people of the owner's own organisation, by number where a name may not be seen."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TEAM_EDIT)
    candidates = list(people.role_lines(actor, shown.owner))
    telephones = responding.interviewers(shown, actor.at)
    names = identity.shown(actor, [each.member_id for each in candidates], on=shown)
    known = {each.member.person: _member_words(each, names) for each in candidates}
    free = [(str(person.pk), words) for person, words in known.items() if person.pk not in telephones]
    ends = "ends" in request.POST
    held = [(str(person.pk), words) for person, words in known.items() if person.pk in telephones]
    form = TeamForm(sent(request), people=held if ends else free)
    deed = actions.dismiss_interviewer if ends else actions.appoint_interviewer
    chosen = {str(person.pk): person for person in known}
    if attempt(form, lambda given: deed(shown, by=actor, person=chosen[given["person"]])):
        messages.success(request, _("Noted. It holds from the next click."))
        return go(reverse("survey-team", args=[pk]))
    return page(
        request,
        "surveys/team.html",
        status=status_of(form),
        form=form,
        free=free,
        held=held,
        survey=shown,
        crumbs=crumbs(shown, _("Who telephones")),
    )


def _member_words(membership: Any, names: Any) -> str:
    who = somebody(names.get(membership.member_id, ""), membership.member.person.number)
    return _("%(person)s, %(role)s") % {"person": who, "role": _(membership.role)}


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no more answers, or take them again; both with a reason that is kept."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_CLOSE)
    is_over = responding.is_over(shown, actor.at)
    form = ReopenForm(sent(request)) if is_over else ReasonForm(sent(request))
    turn = actions.reopen if is_over else actions.close
    if attempt(form, lambda given: turn(shown, by=actor, **given)):
        messages.success(
            request,
            _("The survey is open again: links and codes work.")
            if is_over
            else _("The survey is closed. Links and codes say so; you can open it again."),
        )
        return go(reverse("survey-response", args=[pk]))
    return page(
        request,
        "surveys/close.html",
        status=status_of(form),
        form=form,
        survey=shown,
        is_over=is_over,
        crumbs=crumbs(shown, _("Open it again") if is_over else _("Close it")),
    )
