"""From a file to answers that count: rows are laid aside in short steps, and all of them are then taken in.

Nothing here asks for a permission: deeds and the worker's round do, and call this. While rows are laid aside nothing
counts yet. Taking in is one statement of the database; with more than `AT_ONCE` rows it is several, so that nobody
waits for long, and once it has begun it is gone on with to the end, whoever is killed meanwhile: each step says in
its own transaction how far it has come. What units answered meanwhile is found by the number of the last submission
that was compared with.
"""

import csv
import io
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Field, Max, QuerySet
from django.utils.translation import gettext as _

from alongside.assess.surveys import file_queries, import_files, revisions
from alongside.assess.surveys.answer_rows import (
    AnswerReader,
    Copy,
    Layout,
    answered_before,
    laid_out,
    nothing_said,
)
from alongside.assess.surveys.cells import safe
from alongside.assess.surveys.kinds import ImportState, Keep
from alongside.assess.surveys.models import AnswersImport, StagedAnswers, Survey
from alongside.assess.surveys.sheet import CellReason, Unreadable, read_from
from alongside.commons.forms import actions as forms
from alongside.commons.forms.models import Mode, Submission
from alongside.commons.forms.rules import Answer
from alongside.commons.people.models import Party
from alongside_evidence.rows import Row, Rows

# Rows in one step: a step takes about a tenth of a second.
STEP = 2_000
# Rows that are taken in by one statement: others wait for less than a second.
AT_ONCE = 25_000
# What has to be put right is shown up to here; all of it stands in the list.
LISTED = 100


@dataclass
class Counts:
    """Rows so far. `good` are laid aside or say what stands already (`unchanged`); `empty` say nothing."""

    rows: int = 0
    good: int = 0
    bad: int = 0
    empty: int = 0
    unchanged: int = 0


# Called before each step is kept, in its transaction; what it raises ends the reading.
Step = Callable[[Counts, float], None]


class Faults:
    """What has to be put right: the first of it here, all of it in the list on the disk (if there is one)."""

    def __init__(self, name: str = "", *, first: Sequence[CellReason] = (), count: int = 0) -> None:
        self.name, self.count = name, count
        self.first = list(first)
        self._unwritten: list[CellReason] = []

    def add(self, reasons: Collection[CellReason]) -> None:
        self.count += len(reasons)
        if self.name:
            self._unwritten += reasons
            reasons = list(reasons)[: max(0, LISTED - len(self.first))]
        self.first += reasons

    def write(self) -> None:
        """Put what is new onto the list."""
        if self._unwritten:
            written = self.count - len(self._unwritten)
            with import_files.append(self.name) as file:
                file.write(self._lines(with_header=not written).encode())
            self._unwritten = []

    def _lines(self, *, with_header: bool) -> str:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if with_header:
            text.write("\ufeff")  # spreadsheet programs read UTF-8 from a file that begins with this mark
            writer.writerow([_("row"), _("column"), _("what stands there"), _("what was expected")])
        for each in self._unwritten:
            row = "" if each.row is None else str(each.row)
            writer.writerow([row, *(safe(cell) for cell in (each.column, each.found, each.expected))])
        return text.getvalue()

    def rows(self) -> list[dict[str, Any]]:
        """The first of them as they are kept."""
        return [
            {"row": r.row, "column": r.column, "found": r.found, "expected": r.expected} for r in self.first
        ]


@dataclass
class Staged:
    """What reading a file came to. `is_whole` says that all of it was gone through."""

    counts: Counts
    faults: Faults
    through: int = 0
    passed_over: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_whole: bool = False
    header: str = ""

    def fields(self) -> dict[str, Any]:
        """As the import's row keeps it."""
        return {
            **asdict(self.counts),
            "faults": self.faults.count,
            "first_faults": self.faults.rows(),
            "passed_over": list(self.passed_over),
            "notes": list(self.notes),
            "through": self.through,
        }


def stage(importing: AnswersImport, file: IO[bytes], faults: Faults, *, step: Step) -> Staged:
    """Read a file from beginning to end and lay aside what it says."""
    survey = importing.survey
    found = Staged(Counts(), faults, through=through(survey, importing.side))
    try:
        with read_from(file, importing.name) as rows:
            layout = layout_of(survey, rows)
            found.passed_over, found.notes, found.header = layout.passed_over, rows.notes, layout.unit_header
            index = file_queries.unit_index(survey, beat=lambda: step(found.counts, 0))
            reader = AnswerReader(layout, index)
            lines = iter(rows)
            while batch := list(islice(lines, STEP)):
                copies = _understood(reader, batch, found)
                with transaction.atomic():
                    laid_aside = _changed(importing, copies, found)
                    step(found.counts, rows.share)
                    _lay_aside(importing, laid_aside)
                faults.write()
    except Unreadable as unreadable:
        faults.add(unreadable.reasons)
    else:
        found.is_whole = True
        if not found.counts.good and not faults.count:
            faults.add([nothing_said()])
    faults.write()
    return found


def layout_of(survey: Survey, rows: Rows) -> Layout:
    """Which column of the file is which question; `Unreadable` where some are missing."""
    layout, reasons = laid_out(rows.headers, file_queries.asked_columns(survey))
    if layout is None:
        raise Unreadable(*reasons)
    return layout


def through(survey: Survey, side: str) -> int:
    """The last submission there is: they are written one after the other, under the survey's lock."""
    with transaction.atomic():
        Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
        return _last(survey, side)


def _last(survey: Survey, side: str) -> int:
    found: int | None = _given(survey, side).aggregate(last=Max("pk"))["last"]
    return found or 0


def _given(survey: Survey, side: str) -> QuerySet[Submission]:
    return Submission.objects.filter(scope_id=survey.scope_id, version_id=survey.version_id, side=side)


def _understood(reader: AnswerReader, rows: Sequence[Row], found: Staged) -> list[Copy]:
    """What these rows say; what has to be put right in the others is noted."""
    copies = []
    reasons: list[CellReason] = []
    for row in rows:
        understood = reader.read(row)
        if understood.copy:
            copies.append(understood.copy)
        elif understood.reasons:
            reasons += understood.reasons
            found.counts.bad += 1
        else:
            found.counts.empty += 1
    found.faults.add(reasons)
    found.counts.rows += len(rows)
    return copies


Aside = tuple[int, UUID, dict[str, Answer], int | None]


def _changed(importing: AnswersImport, copies: Sequence[Copy], found: Staged) -> list[Aside]:
    """The copies that say something new, with the submission each replaces; those that may not are noted."""
    standing = _standing(importing, [copy.unit for copy in copies], found.through)
    aside: list[Aside] = []
    reasons = []
    for copy in copies:
        earlier, answers = standing.get(copy.unit, (None, None))
        if answers == copy.answers:
            found.counts.unchanged += 1
        elif earlier is not None and not importing.replace:
            reasons.append(answered_before(copy.row, found.header))
            continue
        else:
            aside.append((copy.row, copy.unit, copy.answers, earlier))
        found.counts.good += 1
    found.counts.bad += len(reasons)
    found.faults.add(reasons)
    return aside


def _lay_aside(importing: AnswersImport, rows: Sequence[Aside]) -> None:
    """Straight into the table: a model object for each of a million rows takes longer than all the rest."""
    if not rows:
        return
    names = ("importing", "row", "subject", "answers", "replaces")
    fields = [cast("Field[Any, Any]", StagedAnswers._meta.get_field(name)) for name in names]
    columns = ", ".join(str(field.column) for field in fields)
    subject = fields[2].get_db_prep_save
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {StagedAnswers._meta.db_table} ({columns}) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608 - names
            [
                (importing.pk, row, subject(unit, connection), json.dumps(answers), earlier)
                for row, unit, answers, earlier in rows
            ],
        )


def _standing(
    importing: AnswersImport, units: Sequence[UUID], last: int
) -> dict[UUID, tuple[int, dict[str, Answer]]]:
    """What these units had answered when the reading began."""
    if not last:
        return {}
    rows = _given(importing.survey, importing.side).filter(current=True, pk__lte=last, subject__in=units)
    return {
        subject: (pk, answers) for subject, pk, answers in rows.values_list("subject_id", "pk", "answers")
    }


def take_in(held: AnswersImport, *, at: datetime) -> None:
    """One step: some of what was laid aside counts from now on. The survey is locked, and the import after it.

    Where all of the file was wanted and units have answered otherwise since it was read, nothing is taken in and it
    asks. Later than the first step it is too late to ask: such rows are named and left out.
    """
    late = _without_late(held)
    held.good, held.bad = held.good - len(late), held.bad + len(late)
    note_late(held, late)
    if late and held.keep == Keep.ALL and not held.taken_through:
        held.state, held.leased_until = ImportState.ASKS, None
    elif _take_some(held, at=at):
        held.state, held.leased_until, held.ended_at, held.share = ImportState.DONE, None, at, 1
    else:
        held.share = (held.added + held.replaced) / max(1, held.good - held.unchanged)
    held.save()


def _take_some(held: AnswersImport, *, at: datetime) -> bool:
    """The next rows, at most `AT_ONCE`; whether they were the last."""
    left = StagedAnswers.objects.filter(importing=held, pk__gt=held.taken_through).order_by("pk")
    until = left.values_list("pk", flat=True)[AT_ONCE - 1 : AT_ONCE].first()
    some = left.filter(pk__lte=until) if until else left
    replaced = some.filter(replaces__isnull=False).count()
    count = some.count()
    if count:
        survey = held.survey
        forms.submit_staged(
            survey.version,
            survey.scope,
            some,
            at=at,
            side=held.side,
            writer=Party.objects.filter(pk=held.by).first(),
            mode=Mode.PROXY,
        )
        revisions.begin(survey)
        held.through = _last(survey, held.side)
    held.taken_through = until or held.taken_through
    held.added, held.replaced = held.added + count - replaced, held.replaced + replaced
    return until is None


def note_late(importing: AnswersImport, late: Sequence[CellReason]) -> None:
    """Name these rows too; the list on the disk is added to once that is certain."""
    if not late:
        return
    importing.faults_file = importing.faults_file or import_files.new_faults()
    faults = Faults(importing.faults_file, count=importing.faults)
    faults.add(late)
    importing.faults = faults.count
    importing.first_faults = [*importing.first_faults, *faults.rows()][:LISTED]
    transaction.on_commit(faults.write)


def _without_late(held: AnswersImport) -> list[CellReason]:
    """Compare once more, with what units have answered since: that is the later word, unless it is to be replaced."""
    late = []
    since = _given(held.survey, held.side).filter(current=True, pk__gt=held.through)
    rows = since.values_list("subject_id", "pk", "answers").iterator(chunk_size=STEP)
    left = StagedAnswers.objects.filter(importing=held, pk__gt=held.taken_through)
    while fresh := {subject: (pk, answers) for subject, pk, answers in islice(rows, STEP)}:
        gone = []
        for each in left.filter(subject__in=list(fresh)):
            earlier, answers = fresh[each.subject]
            if answers == each.answers:
                held.unchanged += 1
                gone.append(each.pk)
            elif held.replace:
                StagedAnswers.objects.filter(pk=each.pk).update(replaces=earlier)
            else:
                late.append(answered_before(each.row, _("unit")))
                gone.append(each.pk)
        StagedAnswers.objects.filter(pk__in=gone).delete()
    return late


def clear(importing: AnswersImport, *, step: Callable[[], None] = lambda: None) -> int:
    """Take away what was laid aside, in short steps; returns how many rows."""
    gone = 0
    aside = StagedAnswers.objects.filter(importing=importing)
    while rows := list(aside.order_by("pk").values_list("pk", flat=True)[:STEP]):
        with transaction.atomic():
            step()
            gone += aside.filter(pk__lte=rows[-1]).delete()[0]
    return gone
