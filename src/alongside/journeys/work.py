"""What the worker does, round after round: seal the audit, close ended roles, read files, compute tables, send, sweep.

The rounds are short. A table, which can take seconds, is computed beside them in a thread that touches no
database, so that rows are sealed within a second all the while and the worker ends at once when it is told
to: a computation under way is dropped and its lease given back. A worker that is killed outright leaves a
lease, which runs out after `computing.LEASE`. Everything here can be done twice without harm.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import Error as DatabaseTrouble
from django.db import IntegrityError, connections
from django.utils import timezone

from alongside.assess.surveys import computing
from alongside.commons.people import actions as people
from alongside.commons.people.models import Membership
from alongside.core.access import actor as actors
from alongside.core.access import audit
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside.core.kit import clock
from alongside.core.kit.refusal import NotVisible
from alongside.journeys import imports, sending
from alongside.journeys.sweeping import Swept, sweep

log = logging.getLogger(__name__)

SWEEP_EVERY = timedelta(days=1)
# How long to wait for a database that is away: doubled each time, up to the last figure.
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
# The longest sleep between two looks at whether to stop.
GLANCE = 0.2
TIDY_AT_MOST = 100


@dataclass(frozen=True)
class Done:
    """What a round did: rows sealed, roles closed, files read, surveys computed by number, messages sent, swept."""

    sealed: int = 0
    tidied: int = 0
    imported: int = 0
    computed: tuple[int, ...] = ()
    sent: int = 0
    swept: Swept = field(default_factory=Swept)

    def __bool__(self) -> bool:
        return bool(self.sealed or self.tidied or self.imported or self.computed or self.sent or self.swept)


def run_once(at: datetime) -> Done:
    """One whole round, tables and sweeping included, for whoever waits for it."""
    by = actors.worker(at)
    sealed, tidied = _duties(by)
    imported = imports.read_due(now=lambda: at)
    computed = computing.compute_due(by)
    sent = sending.send_due(now=lambda: at)
    more, _ = _duties(by)
    return Done(sealed + more, tidied, imported, tuple(computed), sent, sweep(at))


def run(stop: Callable[[], bool], now: Callable[[], datetime] = clock.now, pause: float = 0.5) -> None:
    """Round after round until `stop()` says so, with a rest of `pause` seconds between rounds."""
    beside, post, reader = _Beside(), sending.Beside(now), imports.Beside(now)
    swept_at: datetime | None = None
    wait = 0.0
    while not stop():
        try:
            at = now()
            by = actors.worker(at)
            _duties(by)
            beside.look(by)
            post.look(by)
            reader.look(by)
            if swept_at is None or at - swept_at >= SWEEP_EVERY:
                sweep(at)
                swept_at = at
            wait = 0.0
        except (DatabaseTrouble, NotVisible) as trouble:
            wait = min(wait * 2 or FIRST_WAIT, LONGEST_WAIT)
            # The trouble's own text could hold values of a row: its kind is all that is told.
            log.warning("the database does not answer (%s); next try in %.0f s", type(trouble).__name__, wait)
            _let_go_of_connections()
        _rest(wait or pause, stop)
    beside.drop()
    post.drop()
    reader.drop()


def _duties(by: Actor) -> tuple[int, int]:
    """What every round does: seal the audit, close the roles whose last day has passed."""
    tidied = 0
    for membership in _past(by):
        people.tidy(membership, by=by)
        tidied += 1
    sealed = 0
    while count := _sealed(by):
        sealed += count
    return sealed, tidied


def _past(by: Actor) -> list[Membership]:
    over = Membership.objects.filter(ends__lt=timezone.localdate(by.at), tidied=False)
    rows = visible(by, Permission.MEMBERSHIP_TIDY, over.select_related("member", "of", "scope"))
    return list(rows.order_by("ends", "pk")[:TIDY_AT_MOST])


def _sealed(by: Actor) -> int:
    try:
        return audit.seal(by)
    except IntegrityError:  # another worker has sealed the same rows
        return 0


class _Beside:
    """The one computation that goes on beside the rounds."""

    def __init__(self) -> None:
        self.job: computing.AnyJob | None = None
        self.renewed: datetime | None = None
        self.outcome: computing.Outcome | None = None

    def look(self, by: Actor) -> None:
        """Begin what is due, hold the lease of what goes on, keep what is finished."""
        if self.job is None:
            self.job = computing.begin(by)
            if self.job:
                self.renewed = by.at
                log.info("survey %s: computing “%s”", self.job.survey.pk, self.job.task.key)
                threading.Thread(target=self._work, args=(self.job,), daemon=True).start()
        elif self.outcome is not None:
            computing.finish(self.job, self.outcome, by=by)
            log.info("survey %s: computed in %.1f s", self.job.survey.pk, self.outcome.seconds)
            self.job = self.outcome = None
        elif self.renewed and by.at - self.renewed >= computing.RENEW_AFTER:
            self.job, self.renewed = computing.renew(self.job, by.at), by.at

    def _work(self, job: computing.AnyJob) -> None:
        self.outcome = computing.work(job)

    def drop(self) -> None:
        """The worker ends: give the lease back, so that the next one can begin at once."""
        if self.job is None:
            return
        try:
            computing.release(self.job.survey, self.job.leased_until)
        except DatabaseTrouble as trouble:
            log.warning(
                "survey %s: its lease runs out by itself (%s)", self.job.survey.pk, type(trouble).__name__
            )


def _let_go_of_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()


def _rest(seconds: float, stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stop() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, GLANCE))
