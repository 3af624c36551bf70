"""Files of a survey: the list of units to fill in, answers in, answers and table out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from alongside.assess.surveys import actions, queries
from alongside.assess.surveys import answers_file as answers_csv
from alongside.assess.surveys.sheet import MOST_BYTES, CellReason
from alongside.commons.catalogue.standard import name_of
from alongside.core.access.permissions import Permission
from alongside.core.kit.refusal import Refused
from alongside.web.shell.bodies import takes_file
from alongside.web.shell.forms import sent
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked, go, page
from alongside.web.shell.words import number
from alongside.web.surveys import tables
from alongside.web.surveys.forms import ImportForm
from alongside.web.surveys.views import crumbs, sides_of

CSV = "text/csv; charset=utf-8"
ROWS_SHOWN = 100
COLUMNS_TOLD = 10
# Spreadsheet programs read UTF-8 from a file that begins with this mark.
MARK = "\ufeff"


def csv_file(content: str | bytes, name: str) -> HttpResponse:
    """A file to save."""
    return HttpResponse(
        content, content_type=CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
def units_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The units that are asked, with their codes and a column an activity to fill in."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_IMPORT)
    activities = [name_of(a.text) for a in queries.asked_activities(shown)]
    rows = [["unit", "municipality", "name", "kind", *activities]]
    rows += [[u.code, u.above, u.name, u.kind, *([""] * len(activities))] for u in queries.asked_units(shown)]
    return csv_file(MARK + tables.csv_text(rows), "units.csv")


@require_safe
def table_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as the same reader sees it on its page."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_TABLE_VIEW)
    view = queries.table(actor, shown, asked(request, "side"))
    texts = {a.key: a.text for a in queries.asked_activities(shown)}
    rows = tables.lines(tables.named(view.result, texts)) if view.result else [list(tables.HEADER)]
    return csv_file(tables.csv_text(rows), "table.csv")


@require_safe
def answers_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Every unit's answers, to the byte that the table's fingerprint was taken of."""
    found = queries.answers(actor_of(request), pk, asked(request, "side"))
    name = "answers.csv" if found.side == found.survey.sides[0] else f"answers-{found.side}.csv"
    return csv_file(b"".join(answers_csv.lines(found.keys, found.rows)), name)


@takes_file(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def import_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a file of answers, or say of each row what has to be put right; nothing is half-imported."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_IMPORT)
    sides = sides_of(shown)
    form = ImportForm(sent(request), request.FILES if request.method == "POST" else None, sides=sides)
    reasons: list[CellReason] = []
    if form.is_valid():
        file, replace = form.cleaned_data["file"], form.cleaned_data["replace"]
        # Read before the deed begins: while it lasts nobody else can write.
        reading = queries.read_answers(shown, file.read(MOST_BYTES + 1), file.name)
        try:
            done = actions.import_answers(
                shown,
                by=actor,
                content=reading,
                name=file.name,
                replace=replace,
                side=form.cleaned_data["side"],
            )
        except Refused as refused:
            reasons = [reason for reason in refused.reasons if isinstance(reason, CellReason)]
        else:
            _say(request, done)
            return go(reverse("survey", args=[pk]))
    return page(
        request,
        "surveys/import.html",
        status=409 if reasons else 422 if form.errors else 200,
        form=form,
        survey=shown,
        activities=[name_of(a.text) for a in queries.asked_activities(shown)],
        reasons=[reason_line(reason) for reason in reasons[:ROWS_SHOWN]],
        total=len(reasons),
        crumbs=crumbs(shown, _("Read in answers")),
    )


def reason_line(reason: CellReason) -> dict[str, Any]:
    """What has to be put right, as a row of a table."""
    return {
        "row": _("row %(row)s") % {"row": reason.row} if reason.row else _("the whole file"),
        "column": reason.column or "–",
        "found": reason.found or _("nothing"),
        "expected": reason.expected,
    }


def _say(request: HttpRequest, done: actions.Imported) -> None:
    """What was taken in, in units."""
    said = [
        ngettext("One unit has answered.", "%(count)s units have answered.", done.added),
        ngettext("One unit was corrected.", "%(count)s units were corrected.", done.replaced),
        ngettext(
            "One unit had given the same answers before.",
            "%(count)s units had given the same answers before.",
            done.unchanged,
        ),
        ngettext(
            "One row had no answers and was passed over.",
            "%(count)s rows had no answers and were passed over.",
            done.empty,
        ),
    ]
    counts = (done.added, done.replaced, done.unchanged, done.empty)
    told = [text % {"count": number(count)} for text, count in zip(said, counts, strict=True) if count]
    messages.success(request, " ".join([_("The file has been read in."), *told]))
    if done.passed_over:
        columns = ", ".join(f"“{header[:60]}”" for header in done.passed_over[:COLUMNS_TOLD])
        messages.info(request, _("Columns that were not read: %(columns)s.") % {"columns": columns})
    for note in done.notes:
        messages.warning(request, _(note))
