"""What came of a survey's own questions: shares, numbers, and for its team what people wrote."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alongside.assess.surveys import queries, questionnaire, words_queries
from alongside.assess.surveys.kinds import Side
from alongside.assess.surveys.questionnaire import Item
from alongside.commons.forms.kinds import QuestionKind
from alongside.core.access.permissions import Permission
from alongside.web.shell.evidence_words import worded
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked, page, slice_of
from alongside.web.shell.words import number
from alongside.web.surveys.answers import asked_in
from alongside.web.surveys.views import crumbs, in_side, sides_of, state_values

FIGURES = ("mean", "median", "q1", "q3", "least", "most")


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of every question of its own: all of them for the team, small ones closed for others."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    side = queries.side_of(shown, asked(request, "side"))
    view = queries.table(actor, shown, side)
    rows = queries.asked_questions(shown)
    language = questionnaire.chosen("", questionnaire.offered(shown.version, shown.title, rows))
    items = [i for i in questionnaire.items(shown.version, rows, language) if i.kind != "coordination"]
    may = queries.may(actor, shown, [Permission.SURVEY_ANSWERS_EXPORT])
    own = view.own or {}
    figures = {each["key"]: each for each in own.get("results", ())}
    return page(
        request,
        "surveys/results.html",
        survey=shown,
        sides=_sides(shown, side),
        questions=[_shown(item, figures.get(item.key)) for item in items],
        asked_in=asked_in(language),
        levels=own.get("levels", ()),
        is_closed=any(each.get("closed") for each in figures.values()),
        words_url=lambda key: in_side(reverse("survey-words", args=[pk, key]), shown, side) if may else "",
        asked=view.asked,
        answered=view.answered,
        released_at=view.released_at,
        table={"replicates": view.replicates, "seed": view.seed} if figures else None,
        computed_at=view.computed_at,
        fingerprint=own.get("fingerprint", ""),
        crumbs=crumbs(shown, _("Its own questions")),
        **state_values(shown, view, request),
    )


def _sides(shown: Any, side: str) -> list[dict[str, Any]]:
    url = reverse("survey-results", args=[shown.pk])
    links = [
        {"label": label, "url": in_side(url, shown, each), "current": each == side}
        for each, label in sides_of(shown)
    ]
    return links if len(links) > 1 else []


def _shown(item: Item, figures: Mapping[str, Any] | None) -> dict[str, Any]:
    """One question as its page shows it; `n` is None while nothing is computed, or where it is closed."""
    told: dict[str, Any] = {
        "key": item.key,
        "kind": item.kind,
        "text": item.text,
        "known": figures is not None,
    }
    if figures is None:
        return told
    told |= {"n": figures["n"], "missing": figures["missing"], "closed": figures.get("closed", False)}
    if item.kind == QuestionKind.NUMBER:
        return told | {"figures": _figures(figures)}
    shares = worded({"shares": figures["shares"]}, {})["shares"]
    return told | {"shares": [(words, shares[code]) for code, words in item.choices if code in shares]}


def _figures(figures: Mapping[str, Any]) -> list[dict[str, str]]:
    names = {
        "mean": _("Mean"),
        "median": _("Median: half lie below it"),
        "q1": _("A quarter lie below"),
        "q3": _("A quarter lie above"),
        "least": _("The least"),
        "most": _("The most"),
    }
    return [
        {
            "label": names[name],
            "value": _("closed") if figures[name] is None else number(_as_number(figures[name])),
        }
        for name in FIGURES
    ]


def _as_number(digits: str) -> float:
    value = float(digits)
    return int(value) if value.is_integer() else round(value, 2)


@require_safe
def words(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """What people wrote, unit by unit. Each look is written down."""
    found = words_queries.words(actor_of(request), pk, key, asked(request, "side"))
    part = slice_of(request, found.rows)
    main = found.survey.version.languages[0]
    return page(
        request,
        "surveys/words.html",
        survey=found.survey,
        text=found.question.text,
        asked_in=asked_in(main),
        side=capfirst(str(Side(found.side).label)) if len(found.survey.sides) > 1 else "",
        found=part,
        rows=_lines(part.rows),
        total=ngettext("One unit wrote something.", "%(count)s units wrote something.", part.total)
        % {"count": number(part.total)},
        crumbs=[
            *crumbs(found.survey),
            {"label": _("Its own questions"), "url": reverse("survey-results", args=[pk])},
            {"label": _("In their own words"), "url": ""},
        ],
    )


def _lines(rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    return [{"unit": f"{row['code']} · {row['unit']}", "words": row["words"].split("\n")} for row in rows]
