"""Files of a survey to take out: the list of units to fill in, the answers, the table."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alongside.assess.surveys import answers_file as answers_csv
from alongside.assess.surveys import codebook, file_queries, queries
from alongside.assess.surveys.kinds import Side
from alongside.commons.catalogue.standard import name_of
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked
from alongside.web.surveys import tables
from alongside.web.surveys.workbooks import Sheet, response

CSV = "text/csv; charset=utf-8"
# Spreadsheet programs read UTF-8 from a file that begins with this mark.
MARK = "\ufeff"
LINES_AT_A_TIME = 1_000


def csv_file(content: str | bytes, name: str) -> HttpResponse:
    """A file to save."""
    return HttpResponse(
        content, content_type=CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
def units_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The units that are asked, with their codes and a column a question to fill in."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_IMPORT)
    activities = [name_of(q.text) for q in queries.asked_questions(shown)]
    rows = [["unit", "municipality", "name", "kind", *activities]]
    rows += [[u.code, u.above, u.name, u.kind, *([""] * len(activities))] for u in queries.asked_units(shown)]
    return csv_file(MARK + tables.csv_text(rows), "units.csv")


def _table_lines(view: Any, shown: Any) -> list[list[str]]:
    texts = {a.key: a.text for a in queries.asked_activities(shown)}
    return list(tables.lines(tables.named(view.result, texts))) if view.result else [list(tables.HEADER)]


@require_safe
def table_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as the same reader sees it on its page."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    view = queries.table(actor, shown, asked(request, "side"))
    return csv_file(tables.csv_text(_table_lines(view, shown)), "table.csv")


@require_safe
def table_book(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same as a workbook, with the codebook and how the table came about."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    side = queries.side_of(shown, asked(request, "side"))
    view = queries.table(actor, shown, side)
    head, *rows = _table_lines(view, shown)
    safe = ([tables.safe(cell) for cell in row] for row in rows)
    facts = {"asked": view.asked, "answered": view.answered, "draws": view.replicates, "seed": view.seed}
    sheets = [
        Sheet("table", head, safe, frozenset(range(len(head)))),
        _codebook_sheet(shown),
        _about(actor, shown, side, facts),
    ]
    return response(sheets, "table.xlsx")


# --- answers -------------------------------------------------------------------------------------------


def _answers_name(found: Any, ending: str) -> str:
    return f"answers.{ending}" if found.side == found.survey.sides[0] else f"answers-{found.side}.{ending}"


@require_safe
def answers_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every unit's answers, given out as they are read.

    Where nothing but activities is asked, to the byte that the table's fingerprint was taken of; with
    `only=activities` so also where a survey has questions of its own.
    """
    found = queries.answers(actor_of(request), pk, asked(request, "side"))
    activities = queries.asked_activities(found.survey) if asked(request, "only") == "activities" else ()
    keys = tuple(a.key for a in activities) or found.keys
    answer = StreamingHttpResponse(_chunks(answers_csv.lines(keys, found.rows)), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="{_answers_name(found, "csv")}"'
    return answer


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Some lines at a time: each piece costs the server something of its own."""
    waiting = iter(lines)
    while some := b"".join(islice(waiting, LINES_AT_A_TIME)):
        yield some


@require_safe
def answers_book(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same as a workbook, with the codebook and what the answers are."""
    actor = actor_of(request)
    found = queries.answers(actor, pk, asked(request, "side"))
    numbers = frozenset(place for place, q in enumerate(found.questions, start=1) if q.kind == "number")
    facts = file_queries.counted(found.survey, found.side) | {"seed": found.survey.seed}
    sheets = [
        Sheet(
            _("answers"), [answers_csv.UNIT, *found.keys], answers_csv.table(found.keys, found.rows), numbers
        ),
        _codebook_sheet(found.survey),
        _about(actor, found.survey, found.side, facts),
    ]
    return response(sheets, _answers_name(found, "xlsx"))


@require_safe
def codebook_file(request: HttpRequest, pk: int) -> HttpResponse:
    """What the columns of the answers mean, and each value in them."""
    shown = queries.survey(actor_of(request), pk)
    rows = [codebook.header(shown.version.languages), *codebook.rows(shown, queries.asked_questions(shown))]
    return csv_file(MARK + tables.csv_text(rows), "codebook.csv")


def _codebook_sheet(shown: Any) -> Sheet:
    rows = codebook.rows(shown, queries.asked_questions(shown))
    safe = ([tables.safe(cell) for cell in row] for row in rows)
    return Sheet("codebook", codebook.header(shown.version.languages), safe)


def _about(actor: Actor, shown: Any, side: str, facts: Mapping[str, Any]) -> Sheet:
    """What somebody has to know who finds the file without the survey."""
    days = [str(day) for day in (shown.opened_on, shown.closed_on) if day]
    told = [
        (_("survey"), shown.title),
        (_("owner"), shown.owner.name),
        (_("country"), shown.country.name),
        (_("side"), str(Side(side).label)),
        (_("period"), " – ".join(days)),
        (_("asked"), _fact(facts.get("asked"))),
        (_("answered"), _fact(facts.get("answered"))),
        (_("draws"), _fact(facts.get("draws"))),
        (_("seed"), _fact(facts.get("seed"))),
        (_("made up, for trying out"), _("yes") if shown.synthetic else _("no")),
        (_("taken out"), actor.at.isoformat(timespec="seconds")),
    ]
    rows = [[name, tables.safe(said)] for name, said in told if said]
    return Sheet("about", [_("what"), _("is")], rows, frozenset([1]))


def _fact(value: Any) -> str:
    return "" if value is None else str(value)
