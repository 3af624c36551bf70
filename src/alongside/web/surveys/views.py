"""Surveys to look at: the list, one survey, its table and how it came about; and who else may see it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alongside.assess.surveys import actions, making_queries, queries, states
from alongside.assess.surveys.kinds import Side
from alongside.commons.catalogue.standard import name_of
from alongside.commons.people.kinds import UnitKind
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import Slice, asked, go, page, slice_of
from alongside.web.shell.words import date_words, number, percent
from alongside.web.surveys.forms import DefinitionsForm, PublishForm
from alongside.web.surveys.tables import named

MOVING = ("computing", "out_of_date")
OWNERS_DEEDS = (
    Permission.SURVEY_IMPORT,
    Permission.SURVEY_PUBLISH,
    Permission.SURVEY_ANSWERS_EXPORT,
)
# So many drafts are shown; whoever makes more finds the older ones once these are done.
DRAFTS = 20
TEAMS_DEEDS = (
    Permission.RESPONDENT_EDIT,
    Permission.SURVEY_WRITE,
    Permission.SURVEY_CALL,
    Permission.SURVEY_EDIT,
)


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """Every survey the reader may see, the newest first."""
    actor = actor_of(request)
    words, having = asked(request, "q"), asked(request, "having")
    found: Slice[Any] = slice_of(request, queries.surveys(actor, words=words, having=having))
    seen_whole = queries.open_among(actor, found.rows)
    return page(
        request,
        "surveys/surveys.html",
        words=words,
        having=having,
        found=found,
        rows=[_row(each, actor, is_open=each.pk in seen_whole) for each in found.rows],
        drafts=making_queries.drafts(actor)[:DRAFTS],
        may_add=queries.may_make(actor),
    )


def _row(each: Any, actor: Actor, *, is_open: bool) -> dict[str, Any]:
    answered = each.answered if is_open else each.answered_when_released
    state = states.state_of(
        each,
        has_answers=each.answered > 0,
        table_revision=each.table_revision,
        at=actor.at,
        has_failed=each.has_failed,
    )
    return {
        "title": {"text": each.title, "href": reverse("survey", args=[each.pk])},
        "owner": each.owner.name,
        "asked": number(each.asked),
        "answered": "–" if answered is None else number(answered),
        "rate": percent(answered / each.asked) if each.asked and answered is not None else "–",
        "table": state_words(state),
    }


def state_words(state: str) -> str:
    """Where the table stands, in a word or two."""
    return {
        "none": _("no answers yet"),
        "computing": _("being computed"),
        "out_of_date": _("out of date"),
        "resting": _("answers come in"),
        "current": _("up to date"),
        "problem": _("not computed"),
        "released": _("released"),
    }[state]


def crumbs(survey: Any, *further: str) -> list[dict[str, str]]:
    """The way to a survey's page."""
    line = [{"label": _("Surveys"), "url": reverse("surveys")}]
    line.append({"label": survey.title, "url": reverse("survey", args=[survey.pk])})
    return line + [{"label": label, "url": ""} for label in further]


def sides_of(survey: Any) -> list[tuple[str, str]]:
    """The sides that a survey asks, by name."""
    return [(side, capfirst(str(Side(side).label))) for side in survey.sides]


def in_side(url: str, shown: Any, side: str) -> str:
    """The address of one side's page; the first side's goes without saying."""
    return url if side == shown.sides[0] else f"{url}?{urlencode({'side': side})}"


@require_safe
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is asked, who answered, where the table stands, and what the owner can do next."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk)
    response = queries.response(actor, shown)
    may = queries.may(actor, shown, [*OWNERS_DEEDS, *TEAMS_DEEDS])
    return page(
        request,
        "surveys/survey.html",
        survey=shown,
        crumbs=[*crumbs(shown)[:1], {"label": shown.title}],
        response=response,
        side=sides_of(shown)[0][1] if len(shown.sides) > 1 else "",
        period=_period(shown),
        kinds=[_group(each, _kind_words(each.group)) for each in response.by_kind],
        regions=[_group(each, each.group or _("place not told")) for each in response.by_place or ()],
        may_import=Permission.SURVEY_IMPORT in may,
        may_publish=Permission.SURVEY_PUBLISH in may,
        may_name=Permission.RESPONDENT_EDIT in may,
        may_write=Permission.SURVEY_WRITE in may,
        may_call=Permission.SURVEY_CALL in may,
        kinds_asked=queries.kinds_asked(shown),
        may_edit=Permission.SURVEY_EDIT in may,
        may_copy=Permission.SURVEY_EDIT in may and making_queries.may_copy(actor, shown),
        may_take_out=Permission.SURVEY_ANSWERS_EXPORT in may,
        open_to=queries.open_to(shown, actor.at),
        **state_values(shown, queries.table(actor, shown), request),
    )


def _period(shown: Any) -> str:
    days = {"opened": shown.opened_on, "closed": shown.closed_on}
    said = {key: date_words(day) for key, day in days.items() if day}
    if len(said) == 2:
        return _("Answers from %(opened)s to %(closed)s") % said
    if "opened" in said:
        return _("Answers from %(opened)s") % said
    return _("Answers until %(closed)s") % said if said else ""


def _kind_words(kind: str) -> str:
    return capfirst(str(UnitKind(kind).label)) if kind in UnitKind.values else _("Kind not told")


def _group(each: queries.Answering, name: str) -> dict[str, Any]:
    closed = each.answered is None
    return {
        "group": name,
        "closed": closed,
        "asked": number(each.asked),
        "answered": _("closed") if each.answered is None else number(each.answered),
        "rate": "–" if closed or not each.asked else percent((each.answered or 0) / each.asked),
    }


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The coordination table: all of it for the owner, small cells closed for others."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    side = queries.side_of(shown, asked(request, "side"))
    view = queries.table(actor, shown, side)
    may = queries.may(actor, shown, OWNERS_DEEDS)
    texts = {a.key: a.text for a in queries.asked_activities(shown)}
    urls: dict[str, Any] = {
        "how_url": reverse("survey-how", args=[pk]),
        "compare_url": reverse("survey-compare", args=[pk]),
        "years_url": reverse("survey-years", args=[pk]),
        "csv_url": in_side(reverse("survey-table-csv", args=[pk]), shown, side) if view.result else None,
        "xlsx_url": in_side(reverse("survey-table-xlsx", args=[pk]), shown, side) if view.result else None,
        "answers_url": in_side(reverse("survey-answers", args=[pk]), shown, side)
        if Permission.SURVEY_ANSWERS_EXPORT in may
        else None,
        "import_url": reverse("survey-import", args=[pk]) if Permission.SURVEY_IMPORT in may else None,
    }
    return page(
        request,
        "surveys/table.html",
        survey_name=shown.title,
        sides=_side_links(shown, side),
        table=named(view.result, texts) if view.result else None,
        asked=view.asked,
        answered=view.answered,
        computed_at=view.computed_at,
        released_at=view.released_at,
        fingerprint=view.fingerprint,
        replicates=view.replicates,
        seed=view.seed,
        synthetic=shown.synthetic,
        is_open=view.is_open,
        crumbs=crumbs(shown, _("Who coordinates what")),
        **urls,
        **state_values(shown, view, request),
    )


def _side_links(shown: Any, side: str) -> list[dict[str, Any]]:
    """The way to each side's table, where there is more than one."""
    url = reverse("survey-table", args=[shown.pk])
    links = [
        {"label": label, "url": in_side(url, shown, each), "current": each == side}
        for each, label in sides_of(shown)
    ]
    return links if len(links) > 1 else []


def state_values(shown: Any, view: queries.TableView, request: HttpRequest) -> dict[str, Any]:
    """What `_state.html` needs: where the computation stands, and where to ask again."""
    return {
        "state": view.state,
        "has_table": bool(view.result or view.own),
        "problem": _(view.problem) if view.problem else "",
        "is_moving": view.state in MOVING,
        "was": request.GET.get("was", ""),
        "state_url": f"{reverse('survey-state', args=[shown.pk])}?was={view.state}",
        "table_url": reverse("survey-table", args=[shown.pk]),
    }


@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the computation stands, for pages that ask again and again; nothing where nothing has changed."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk)
    view = queries.table(actor, shown)
    if request.GET.get("was") == view.state and view.state in MOVING:
        return HttpResponse(status=204)
    return page(request, "surveys/_state.html", **state_values(shown, view, request))


@require_http_methods(["GET", "HEAD", "POST"])
def how(request: HttpRequest, pk: int) -> HttpResponse:
    """How the table is computed; its owner can have it computed in another way."""
    actor = actor_of(request)
    permission = Permission.SURVEY_IMPORT if request.method == "POST" else Permission.SURVEY_TABLE_VIEW
    shown = queries.survey(actor, pk, permission=permission)
    texts = {a.key: a.text for a in queries.asked_activities(shown)}
    others = [(key, name_of(text)) for key, text in texts.items() if key not in shown.statutory]
    form = DefinitionsForm(sent(request), activities=others)
    if attempt(form, lambda said: actions.change_definitions(shown, by=actor, **said)):
        messages.success(request, _("The table is computed anew. It takes less than a minute."))
        return go(reverse("survey-table", args=[pk]))
    view = queries.table(actor, shown)
    form.initial = {"replicates": shown.replicates, "seed": shown.seed, "sensitivity": shown.sensitivity}
    return page(
        request,
        "surveys/how_computed.html",
        status=status_of(form),
        table=named(view.result, texts) if view.result else None,
        replicates=view.replicates or shown.replicates,
        seed=(view.seed if view.result else shown.seed) if view.is_open else None,
        fingerprint=view.fingerprint,
        is_open=view.is_open,
        command=_command(shown) if view.is_open else "",
        table_url=reverse("survey-table", args=[pk]),
        crumbs=[*crumbs(shown), {"label": _("How the table is computed")}],
        form=form,
        may_change=bool(queries.may(actor, shown, [Permission.SURVEY_IMPORT])),
    )


def _command(shown: Any) -> str:
    """The line that makes the same table from answers.csv, without a database."""
    parts = ["alongside evidence coordination answers.csv --unit unit"]
    if shown.statutory:
        parts.append(f"--statutory {','.join(shown.statutory)}")
    if shown.sensitivity:
        parts.append(f"--sensitivity {','.join(shown.sensitivity)}")
    return " ".join([*parts, f"--replicates {shown.replicates} --seed {shown.seed}"])


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else may see the table. It can be closed again on the same page."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_PUBLISH)
    form = PublishForm(sent(request))
    if attempt(form, lambda said: actions.publish(shown, by=actor, **said)):
        to = form.cleaned_data["to"]
        messages.success(
            request,
            _("The table is closed to others from now on.")
            if to == "nobody"
            else _("The table can be seen from now on. You can close it again whenever you want."),
        )
        return go(reverse("survey", args=[pk]))
    form.initial = {"to": queries.open_to(shown, actor.at)}
    return page(
        request,
        "surveys/publish.html",
        status=status_of(form),
        form=form,
        survey=shown,
        crumbs=crumbs(shown, _("Who may see the table")),
    )
