"""What stands beside what: two sides of the same units, and this survey beside an earlier one."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alongside.assess.surveys import comparison_queries, queries
from alongside.assess.surveys.comparison_queries import ComparisonView
from alongside.assess.surveys.kinds import Side
from alongside.commons.catalogue.standard import name_of
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.kit.refusal import NotVisible
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked, page
from alongside.web.surveys import comparison_tables as tables
from alongside.web.surveys.files import MARK, csv_file
from alongside.web.surveys.tables import csv_text
from alongside.web.surveys.views import crumbs, in_side, sides_of

LEVELS = (0.95, 0.99)


# --- two sides -----------------------------------------------------------------------------------------


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What two sides say of the same units: how often the same, and the full table for those who may see it."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    pair = _pair(request, shown)
    view = comparison_queries.sides(actor, shown, *pair) if pair else None
    rows = _sides_rows(shown, view)
    return page(
        request,
        "surveys/compare.html",
        survey=shown,
        pair=[str(Side(side).label) for side in pair or ()],
        chosen=pair or (),
        options=sides_of(shown),
        rows=rows,
        most_agree=_most_agree(rows),
        said=tables.said_words,
        how_url=reverse("survey-how", args=[pk]),
        csv_url=_address("survey-compare-csv", pk, one=pair[0], other=pair[1]) if pair and rows else "",
        **_values(shown, view),
        crumbs=crumbs(shown, _("What two sides say")),
    )


def _pair(request: HttpRequest, shown: Any) -> tuple[str, str] | None:
    return comparison_queries.pair_of(shown, asked(request, "one"), asked(request, "other"))


def _sides_rows(shown: Any, view: ComparisonView | None) -> list[dict[str, Any]]:
    if view is None or view.result is None:
        return []
    return tables.sides_rows(view.result, _names(shown), shown.statutory)


def _most_agree(rows: list[dict[str, Any]]) -> tuple[int, int]:
    """In how many activities both surely say the same of more than half of the units; of how many in all."""
    known = [row["observed"]["intervals"] for row in rows if row["observed"]]
    lows = [each[0].get("low") for each in known if each]
    return sum(low is not None and low > 0.5 for low in lows), len(rows)


def _names(shown: Any) -> dict[str, str]:
    return {each.key: name_of(each.text) for each in queries.asked_activities(shown)}


@require_safe
def compare_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The comparison of two sides as the same reader sees it on its page."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    pair = _pair(request, shown)
    view = comparison_queries.sides(actor, shown, *pair) if pair else None
    lines = tables.sides_lines(_sides_rows(shown, view), LEVELS)
    return csv_file(MARK + csv_text(lines), "-".join(["compare", *(pair or ())]) + ".csv")


# --- two years -----------------------------------------------------------------------------------------


@require_safe
def years(request: HttpRequest, pk: int) -> HttpResponse:
    """This survey beside an earlier one of the same owner, of those that the reader may see."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    found = comparison_queries.earlier(actor, shown)
    before, side, view = _years(request, actor, shown, found)
    rows = _years_rows(shown, view)
    return page(
        request,
        "surveys/years.html",
        survey=shown,
        before=before,
        options=[(str(each.pk), each.title) for each in found],
        side=str(Side(side).label) if len(shown.sides) > 1 else "",
        sides=_side_links(shown, before, side),
        rows=rows,
        totals=_totals(view),
        levels=LEVELS,
        how_url=reverse("survey-how", args=[pk]),
        csv_url=_years_address(shown, before, side, "survey-years-csv") if rows else "",
        **_values(shown, view),
        crumbs=crumbs(shown, _("Beside an earlier survey")),
    )


def _years(
    request: HttpRequest, actor: Actor, shown: Any, found: list[Any]
) -> tuple[Any, str, ComparisonView | None]:
    """The earlier survey that is meant, the first where nothing is said; one that can't be seen is not there."""
    wanted = asked(request, "with")
    before = next((each for each in found if not wanted or str(each.pk) == wanted), None)
    if wanted and before is None:
        raise NotVisible("survey", wanted)
    side = queries.side_of(shown, asked(request, "side"))
    if before is None or side not in before.sides:
        return before, side, None
    return before, side, comparison_queries.years(actor, shown, before, side)


def _years_rows(shown: Any, view: ComparisonView | None) -> list[dict[str, Any]]:
    if view is None or view.result is None:
        return []
    return tables.years_rows(view.result, _names(shown), shown.statutory)


def _totals(view: ComparisonView | None) -> dict[str, Any]:
    """How many answered in each year, in both, and how many were asked both times; what isn't open is None."""
    result = (view.result if view else None) or {}
    found = {key: result.get(key) for key in ("earlier_units", "later_units", "both_units")}
    return {**found, "asked": view.asked if view else None}


def _side_links(shown: Any, before: Any, side: str) -> list[dict[str, Any]]:
    links = [
        {"label": label, "url": _years_address(shown, before, each), "current": each == side}
        for each, label in sides_of(shown)
    ]
    return links if len(links) > 1 and before is not None else []


def _years_address(shown: Any, before: Any, side: str, name: str = "survey-years") -> str:
    return in_side(_address(name, shown.pk, **{"with": str(before.pk)}), shown, side) if before else ""


@require_safe
def years_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The comparison of two years as the same reader sees it on its page."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    view = _years(request, actor, shown, comparison_queries.earlier(actor, shown))[2]
    return csv_file(MARK + csv_text(tables.years_lines(_years_rows(shown, view), LEVELS)), "years.csv")


# --- both ----------------------------------------------------------------------------------------------


def _address(name: str, pk: int, **query: str) -> str:
    return f"{reverse(name, args=[pk])}?{urlencode(query)}"


def _values(shown: Any, view: ComparisonView | None) -> dict[str, Any]:
    """How the figures came about and where their computation stands, for `_comparison.html`."""
    view = view or ComparisonView("none", is_open=False)
    return {
        "synthetic": shown.synthetic,
        "state": view.state,
        "is_open": view.is_open,
        "problem": _(view.problem) if view.problem else "",
        "computed_at": view.computed_at,
        "released_at": view.released_at,
        "replicates": view.replicates,
        "seed": view.seed,
        "fingerprints": view.fingerprints,
        "units": (view.result or {}).get("units"),
        "answered": (view.result or {}).get("answered"),
    }
