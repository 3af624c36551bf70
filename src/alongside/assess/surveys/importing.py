"""The way of a file of answers: handed in, read, perhaps asked about, taken in; by the page or by the worker.

A small file is through within the request. A larger one is kept and read by the worker, under a lease that it
renews with each step: one that is killed leaves a lease that runs out, and the next begins to read anew, or goes on
where rows have begun to count. Nothing counts before all of the file has been read.
"""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any

from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from alongside.assess.surveys import import_actions, import_files, staging
from alongside.assess.surveys.import_actions import LEASE
from alongside.assess.surveys.kinds import ENDED, UNDER_WAY, ImportState, ImportTrouble, Keep
from alongside.assess.surveys.models import AnswersImport, StagedAnswers, Survey
from alongside.assess.surveys.sheet import Unreadable, read_from
from alongside.assess.surveys.staging import Counts, Faults, Staged
from alongside.core.access import actor as actors
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside.core.kit.refusal import NotVisible, Refused

log = logging.getLogger(__name__)

# What is larger, in rows or bytes, is read by the worker.
FEW_ROWS = 2_000
SMALL = 20_000_000
MOST_BYTES = 500 * 1024 * 1024
# A step that takes rows in can't renew its lease: the longest it may take.
TAKING_IN = timedelta(minutes=5)
ASKS_FOR = timedelta(days=1)
Clock = Callable[[], datetime]
_HELD = Q(state__in=UNDER_WAY)


class Dropped(Exception):  # noqa: N818 - it is what became of it
    """This reader is not to go on: called off, told to end, or its lease is somebody else's."""


# --- within a request ----------------------------------------------------------------------------------


def hand_in(
    survey: Survey,
    *,
    by: Actor,
    file: IO[bytes],
    name: str,
    side: str = "",
    replace: bool = False,
    keep: str = Keep.ALL,
) -> AnswersImport:
    """Hand in a file; a small one has been read and, where nothing is to be asked, taken in on return.

    What is wrong with the file as a whole, or with its headers, is refused at once, whatever its size.
    """
    given: dict[str, Any] = {"name": name, "side": side, "replace": replace, "keep": keep}
    try:
        few = _look_over(survey, file, name)
    except Unreadable as unreadable:
        raise Refused(*unreadable.reasons) from None
    file.seek(0)
    if few:
        reading = _Reading(import_actions.hand_in(survey, by=by, **given), now=lambda: by.at)
        return _as_it_stands(reading.importing, lambda: reading.through(file))
    kept = import_files.keep(iter(lambda: file.read(2**20), b""))
    try:
        return import_actions.hand_in(survey, by=by, file=kept, **given)
    except BaseException:
        import_files.drop(kept)
        raise


def _look_over(survey: Survey, file: IO[bytes], name: str) -> bool:
    """Whether the file is small enough to be read at once."""
    with read_from(file, name) as rows:
        staging.layout_of(survey, rows)
        return rows.size <= SMALL and sum(1 for _ in islice(rows, FEW_ROWS + 1)) <= FEW_ROWS


def go_on(importing: AnswersImport, *, by: Actor) -> AnswersImport:
    """After the word to keep what is good: take in a small file at once, leave a large one to the worker."""
    if importing.good > FEW_ROWS:
        return importing
    free = AnswersImport.objects.filter(pk=importing.pk, state=ImportState.WRITING, leased_until=None)
    if not free.update(leased_until=by.at + LEASE):
        return importing
    importing.leased_until = by.at + LEASE
    return _as_it_stands(importing, _Reading(importing, now=lambda: by.at).written)


def _as_it_stands(importing: AnswersImport, deed: Callable[[], AnswersImport]) -> AnswersImport:
    """What came of it, also where somebody called it off meanwhile."""
    try:
        return deed()
    except Dropped:
        importing.refresh_from_db()
        return importing


# --- by the worker -------------------------------------------------------------------------------------


def due_imports(actor: Actor) -> QuerySet[AnswersImport]:
    """Files to be read or taken in that nobody is at work on."""
    rows = visible(actor, Permission.SURVEY_FILE_READ, AnswersImport.objects.filter(_HELD))
    return rows.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=actor.at)).order_by("pk")


def is_anything_due(by: Actor) -> bool:
    """Whether there is something to read, to take in or to tidy up."""
    asked = AnswersImport.objects.filter(state__in=[ImportState.ASKS, ImportState.WAITING])
    return (
        due_imports(by).exists()
        or asked.filter(handed_in_at__lte=by.at - ASKS_FOR).exists()
        or _with_files_read().exists()
        or StagedAnswers.objects.filter(importing__state__in=ENDED).exists()
    )


def _with_files_read() -> QuerySet[AnswersImport]:
    return AnswersImport.objects.exclude(file="").exclude(
        state__in=[ImportState.WAITING, ImportState.READING]
    )


def begin(actor: Actor) -> AnswersImport | None:
    """Take the lease of the first one that is due; None where nothing is."""
    for importing in due_imports(actor).select_related("survey__version", "survey__scope"):
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=actor.at)
        until = actor.at + LEASE
        if AnswersImport.objects.filter(free, pk=importing.pk, state=importing.state).update(
            leased_until=until
        ):
            importing.leased_until = until
            return importing
    return None


def work(importing: AnswersImport, *, now: Clock, stop: Callable[[], bool] = lambda: False) -> None:
    """Read a file whose lease is held, or take it in where it has been read."""
    reading = _Reading(importing, now=now, stop=stop)
    try:
        with translation.override(importing.language):
            if importing.state == ImportState.WRITING:
                reading.written()
            else:
                with_file = import_files.opened(importing.file)
                if with_file is None:
                    reading.end(ImportState.FAILED, trouble=ImportTrouble.GONE)
                    return
                with closing(with_file):
                    reading.through(with_file)
    except Dropped:
        reading.let_go()
    except (DatabaseTrouble, NotVisible):
        raise
    except Exception as fault:  # noqa: BLE001 - one file's fault must not stop the others
        # The fault's own text could hold answers: its kind is all that is told.
        log.error("import %s: failed with %s", importing.pk, type(fault).__name__)  # noqa: TRY400 - see above
        reading.end(ImportState.FAILED, trouble=ImportTrouble.FAULT)


def tidy(by: Actor, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Settle what was asked a day ago, take away files that have been read and rows of what has ended."""
    asked = AnswersImport.objects.filter(state__in=[ImportState.ASKS, ImportState.WAITING])
    asked.filter(handed_in_at__lte=by.at - ASKS_FOR).update(
        state=ImportState.CANCELLED, trouble=ImportTrouble.LATE, ended_at=by.at, leased_until=None
    )
    gone = 0
    for importing in _with_files_read():
        import_files.drop(importing.file)
        gone += AnswersImport.objects.filter(pk=importing.pk).update(file="")
    left = StagedAnswers.objects.filter(importing__state__in=ENDED)
    try:
        while first := left.values_list("importing_id", flat=True).first():
            gone += staging.clear(AnswersImport(pk=first), step=_or_drop(stop))
    except Dropped:
        log.info("tidying up goes on in the next round")
    return gone


def _or_drop(stop: Callable[[], bool]) -> Callable[[], None]:
    def step() -> None:
        if stop():
            raise Dropped

    return step


def sweep(at: datetime) -> int:
    """Files that no import asks for, and lists that have lain there long enough."""
    under_way = AnswersImport.objects.filter(_HELD).exclude(file="").values_list("file", flat=True)
    return import_files.sweep(at, under_way=set(under_way))


# --- the way itself ------------------------------------------------------------------------------------


@dataclass
class _Reading:
    """One reader at work on one import; every note it makes holds only while the lease is its own."""

    importing: AnswersImport
    now: Clock
    stop: Callable[[], bool] = lambda: False

    def through(self, file: IO[bytes]) -> AnswersImport:
        """Read from the beginning, whatever an earlier reader had come to; then go on as was asked."""
        importing = self.importing
        fresh = Staged(Counts(), Faults()).fields()
        self.note(ImportState.WAITING, ImportState.READING, state=ImportState.READING, share=0, **fresh)
        staging.clear(importing, step=self._beat)
        importing.faults_file = importing.faults_file or import_files.new_faults()
        import_files.drop(importing.faults_file)
        self.note(ImportState.READING, faults_file=importing.faults_file)
        found = staging.stage(importing, file, Faults(importing.faults_file), step=self._step)
        state = _next(importing, found)
        self.note(ImportState.READING, state=state, share=1, **found.fields())
        if state == ImportState.WRITING:
            return self.written()
        self.end(state)
        return importing

    def _step(self, counts: Counts, share: float) -> None:
        if self.stop():
            raise Dropped
        self.note(ImportState.READING, until=LEASE, share=share, rows=counts.rows, bad=counts.bad)

    def _beat(self) -> None:
        if self.stop():
            raise Dropped
        self.note(ImportState.READING, until=LEASE)

    def written(self) -> AnswersImport:
        """Take it in, in the name of whoever handed it in; what has begun to count is gone on with to the end."""
        importing = self.importing
        self.note(ImportState.WRITING, until=TAKING_IN)
        if not importing.taken_through:
            try:
                importing = import_actions.take_in(importing, by=actors.user(importing.by, self.now()))
            except Refused as called_off:
                raise Dropped from called_off
            except NotVisible:
                self.end(ImportState.FAILED, trouble=ImportTrouble.NOT_ALLOWED)
                return importing
        while importing.state == ImportState.WRITING:
            self.importing = importing
            if self.stop():
                raise Dropped
            self.note(ImportState.WRITING, until=TAKING_IN)
            with transaction.atomic():
                importing = import_actions.locked(importing)
                staging.take_in(importing, at=self.now())
        if importing.state in ENDED and importing.rows <= FEW_ROWS:
            staging.clear(importing)
        return importing

    def note(self, *states: str, until: timedelta | None = None, **fields: Any) -> None:
        """Write down how far it is, if the lease is still held."""
        if until:
            fields["leased_until"] = self.now() + until
        held = AnswersImport.objects.filter(pk=self.importing.pk, leased_until=self.importing.leased_until)
        if not held.filter(state__in=states).update(**fields):
            raise Dropped
        for name, value in fields.items():
            setattr(self.importing, name, value)

    def end(self, state: str, *, trouble: str = "") -> None:
        """Nothing more is done: it failed, or somebody is asked."""
        ended_at = self.now() if state in ENDED else None
        fields = {"state": state, "trouble": trouble, "ended_at": ended_at, "leased_until": None}
        held = AnswersImport.objects.filter(pk=self.importing.pk, leased_until=self.importing.leased_until)
        held.exclude(state__in=ENDED).update(**fields)
        for name, value in fields.items():
            setattr(self.importing, name, value)

    def let_go(self) -> None:
        """Give the lease back, so that the next reader can begin at once."""
        held = AnswersImport.objects.filter(pk=self.importing.pk, leased_until=self.importing.leased_until)
        held.filter(_HELD).update(leased_until=None)


def _next(importing: AnswersImport, found: Staged) -> str:
    """What follows the reading."""
    if not found.is_whole or (found.faults.count and not found.counts.good):
        return ImportState.FAILED
    if found.faults.count and importing.keep == Keep.ALL:
        return ImportState.ASKS
    return ImportState.WRITING
