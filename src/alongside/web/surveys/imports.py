"""A file of answers on its way in: handed in, how far it is, what has to be put right, what came of it."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alongside.assess.surveys import file_queries, import_actions, import_files, importing, queries
from alongside.assess.surveys.importing import MOST_BYTES
from alongside.assess.surveys.kinds import ENDED, ImportState, ImportTrouble, Side
from alongside.assess.surveys.sheet import CellReason, listed
from alongside.commons.catalogue.standard import name_of
from alongside.commons.forms.kinds import QuestionKind
from alongside.core.access.permissions import Permission
from alongside.core.kit.refusal import NotVisible, Refused
from alongside.web.shell.bodies import takes_file
from alongside.web.shell.forms import sent, take_up
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked, go, page
from alongside.web.shell.words import number, percent
from alongside.web.surveys.files import CSV
from alongside.web.surveys.forms import ImportForm
from alongside.web.surveys.views import crumbs, sides_of

ROWS_SHOWN = 100
COLUMNS_TOLD = 10
LISTED = 5


@takes_file(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def import_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in a file of answers: a small one is through at once, or each row to put right is named."""
    actor = actor_of(request)
    shown = queries.survey(actor, pk, permission=Permission.SURVEY_IMPORT)
    sides = sides_of(shown)
    form = ImportForm(sent(request), request.FILES if request.method == "POST" else None, sides=sides)
    reasons: list[dict[str, Any]] = []
    total, stuck, refusal = 0, None, 0
    if form.is_valid():
        try:
            done = _hand_in(shown, actor, form)
        except Refused as refused:
            found = [reason for reason in refused.reasons if isinstance(reason, CellReason)]
            take_up(form, Refused(*(reason for reason in refused.reasons if reason not in found)))
            refusal = 409
            reasons, total = [reason_line(reason) for reason in found[:ROWS_SHOWN]], len(found)
        else:
            if done.state not in (ImportState.ASKS, ImportState.FAILED) or done.trouble:
                return _on_its_way(request, done)
            reasons, total, stuck, refusal = lines(done), done.faults, done, 409
    questions = queries.asked_questions(shown)
    return page(
        request,
        "surveys/import.html",
        status=refusal or (422 if form.errors else 200),
        form=form,
        survey=shown,
        columns=[_column(q) for q in questions],
        has_activities=any(q.kind == QuestionKind.COORDINATION for q in questions),
        reasons=reasons,
        total=total,
        stuck=stuck,
        recent=[_listed(each) for each in file_queries.imports(actor, shown)[:LISTED]],
        crumbs=crumbs(shown, _("Read in answers")),
    )


def _column(question: Any) -> dict[str, str]:
    """A question as a column of the file, and what its cells say."""
    codes = ", ".join(question.choices)
    says = {
        QuestionKind.COORDINATION: _("who coordinates it"),
        QuestionKind.CHOICE: _("one of: %(codes)s") % {"codes": codes},
        QuestionKind.SEVERAL: _("any of, with semicolons between them: %(codes)s") % {"codes": codes},
        QuestionKind.NUMBER: _("a number"),
        QuestionKind.TEXT: _("free words"),
    }
    return {"name": name_of(question.text), "says": says[QuestionKind(question.kind)]}


def _hand_in(shown: Any, actor: Any, form: ImportForm) -> Any:
    given = dict(form.cleaned_data)
    file = given.pop("file")
    return importing.hand_in(shown, by=actor, file=file.file, name=file.name, **given)


def _on_its_way(request: HttpRequest, done: Any) -> HttpResponse:
    """To the survey where all went well, else to the import's own page."""
    if done.state == ImportState.DONE:
        _say(request, done)
        if not done.bad:
            return go(reverse("survey", args=[done.survey_id]))
    return go(_url(done))


def _url(each: Any, name: str = "survey-import-progress") -> str:
    return reverse(name, args=[each.survey_id, each.pk])


def _listed(each: Any) -> dict[str, Any]:
    return {
        "url": _url(each),
        "name": each.name or _("a file without a name"),
        "at": each.handed_in_at,
        "state": ImportState(each.state).label,
    }


def reason_line(reason: CellReason) -> dict[str, Any]:
    """What has to be put right, as a row of a table."""
    return _line(reason.row, reason.column, reason.found, reason.expected)


def lines(each: Any) -> list[dict[str, Any]]:
    """The first of what has to be put right in a file, as rows of a table."""
    return [_line(**said) for said in each.first_faults[:ROWS_SHOWN]]


def _line(row: int | None, column: str, found: str, expected: str) -> dict[str, Any]:
    return {
        "row": _("row %(row)s") % {"row": row} if row else _("the whole file"),
        "column": column or "–",
        "found": found or _("nothing"),
        "expected": expected,
    }


def _say(request: HttpRequest, done: Any) -> None:
    """What was taken in, in units."""
    messages.success(request, " ".join([_("The file has been read in."), *_told(done)]))
    if done.passed_over:
        columns = listed([header[:60] for header in done.passed_over[:COLUMNS_TOLD]])
        messages.info(request, _("Columns that were not read: %(columns)s.") % {"columns": columns})
    for note in done.notes:
        messages.warning(request, _(note))


def _told(done: Any) -> list[str]:
    said = [
        (done.added, ngettext("One unit has answered.", "%(count)s units have answered.", done.added)),
        (
            done.replaced,
            ngettext("One unit was corrected.", "%(count)s units were corrected.", done.replaced),
        ),
        (
            done.unchanged,
            ngettext(
                "One unit had given the same answers before.",
                "%(count)s units had given the same answers before.",
                done.unchanged,
            ),
        ),
        (
            done.empty,
            ngettext(
                "One row had no answers and was passed over.",
                "%(count)s rows had no answers and were passed over.",
                done.empty,
            ),
        ),
        (
            done.bad,
            ngettext(
                "One row could not be read and was left out.",
                "%(count)s rows could not be read and were left out.",
                done.bad,
            ),
        ),
    ]
    return [text % {"count": number(count)} for count, text in said if count]


# --- one import ----------------------------------------------------------------------------------------


@require_safe
def progress(request: HttpRequest, pk: int, n: int) -> HttpResponse:
    """How far a file is, or what came of it."""
    each = file_queries.answers_import(actor_of(request), pk, n)
    return page(
        request,
        "surveys/import_progress.html",
        survey=each.survey,
        reasons=lines(each),
        crumbs=_way(each, each.name or _("a file without a name")),
        **_values(each),
    )


@require_safe
def state(request: HttpRequest, pk: int, n: int) -> HttpResponse:
    """The same in short, for the page that asks again and again; what comes next is told by the whole page."""
    each = file_queries.answers_import(actor_of(request), pk, n)
    answer = page(request, "surveys/_import_state.html", **_values(each))
    if each.state != asked(request, "was"):
        answer["HX-Refresh"] = "true"
    return answer


def _values(each: Any) -> dict[str, Any]:
    return {
        "importing": each,
        "state": each.state,
        "is_moving": each.state in (ImportState.WAITING, ImportState.READING, ImportState.WRITING),
        "may_call_off": each.state not in ENDED,
        "share": percent(each.share, 0),
        "side": capfirst(str(Side(each.side).label)),
        "told": _told(each) if each.state == ImportState.DONE else [],
        "trouble": ImportTrouble(each.trouble).label if each.trouble else "",
        "urls": {
            "state": f"{_url(each, 'survey-import-state')}?was={each.state}",
            "here": _url(each),
            "keep": _url(each, "survey-import-keep"),
            "call_off": _url(each, "survey-import-call-off"),
            "faults": _url(each, "survey-import-faults") if each.faults and each.faults_file else "",
        },
    }


def _way(each: Any, *further: str) -> list[dict[str, str]]:
    line = crumbs(each.survey)
    line.append({"label": _("Read in answers"), "url": reverse("survey-import", args=[each.survey_id])})
    return line + [{"label": label, "url": ""} for label in further]


@require_safe
def faults(request: HttpRequest, pk: int, n: int) -> HttpResponseBase:
    """Everything that has to be put right in a file, as a file."""
    each = file_queries.answers_import(actor_of(request), pk, n)
    file = import_files.opened(each.faults_file)
    if file is None:
        raise NotVisible("import", n)
    return FileResponse(file, as_attachment=True, filename="to-put-right.csv", content_type=CSV)


@require_POST
def keep(request: HttpRequest, pk: int, n: int) -> HttpResponse:
    """Take in the rows that could be read."""
    actor = actor_of(request)
    each = file_queries.answers_import(actor, pk, n)
    done = importing.go_on(import_actions.keep_good(each, by=actor), by=actor)
    if done.state == ImportState.DONE:
        _say(request, done)
    return go(_url(each))


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, pk: int, n: int) -> HttpResponse:
    """Take nothing in of a file, after having asked once."""
    actor = actor_of(request)
    each = file_queries.answers_import(actor, pk, n)
    if request.method == "POST":
        import_actions.call_off(each, by=actor)
        messages.success(request, _("The file was called off. Nothing of it was taken in."))
        return go(_url(each))
    return page(
        request,
        "surveys/import_call_off.html",
        survey=each.survey,
        may_call_off=each.state not in ENDED,
        back_url=_url(each),
        crumbs=_way(each, _("Call it off")),
    )
