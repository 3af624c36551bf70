"""Computing tables: which are due, who computes them, and what comes out.

A lease keeps two workers from computing the same table. It is short, and renewed while the work goes on:
a worker that is killed leaves nothing behind but a lease that runs out. Neither taking a lease nor the
computation itself is a deed; what it comes to, a table or a problem, is kept by an action.

The work itself touches no database, so that it can run beside the loop that renews the lease.
"""

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop as noop

from alongside.assess.surveys import actions, answers_file, queries
from alongside.assess.surveys import response as responding
from alongside.assess.surveys.models import CoordinationTable, Survey
from alongside.commons.forms.models import Submission
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside_evidence import Patterns, coordination_table

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
RENEW_AFTER = timedelta(seconds=15)
# How often answers are read again when an import comes in between, before it is left to the next round.
TRIES = 3

NOT_COMPUTABLE = noop("The table could not be computed from these answers. Look at the answers once more.")
FAULT = noop("The program failed while it computed this table. Whoever runs it finds more in its log.")


@dataclass(frozen=True)
class Job:
    """One table to compute: the answers of one revision as counted patterns, and the lease that is held."""

    survey: Survey
    side: str
    revision: int
    leased_until: datetime
    fingerprint: str
    asked: int
    patterns: Patterns
    through: int = 0
    response: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What the work came to: a result, or a problem in words."""

    result: dict[str, Any] | None
    problem: str
    seconds: float


def due_surveys(actor: Actor) -> QuerySet[Survey]:
    """Surveys with answers and without a table of their newest revision, that nobody is computing."""
    kept = CoordinationTable.objects.filter(
        survey__scope=OuterRef("scope"), revision=F("survey__revision"), side=OuterRef("side")
    )
    waiting = Submission.objects.filter(
        ~Exists(kept), scope=OuterRef("scope"), version=OuterRef("version"), current=True
    )
    return (
        visible(actor, Permission.SURVEY_TABLE_COMPUTE, Survey.objects.all())
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=actor.at))
        .filter(Q(rests_until__isnull=True) | Q(rests_until__lte=actor.at))
        .exclude(problem_revision=F("revision"))
        .filter(Exists(waiting))
        .order_by("pk")
    )


def begin(actor: Actor) -> Job | None:
    """Take the lease of the first survey that is due and read its answers; None where nothing is due."""
    for survey in due_surveys(actor).select_related("scope", "version"):
        until = actor.at + LEASE
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=actor.at)
        if Survey.objects.filter(free, pk=survey.pk).update(leased_until=until):
            job = _read(survey, until)
            if job is not None:
                return job
            release(survey, until)
    return None


def _read(survey: Survey, leased_until: datetime) -> Job | None:
    """The answers in one pass: their fingerprint and their patterns. None while imports keep coming in."""
    for _ in range(TRIES):
        side = _waiting_side(survey)
        if side is None:
            return None
        survey.refresh_from_db(fields=["revision", "replicates", "seed", "statutory", "sensitivity"])
        keys = tuple(activity.key for activity in queries.asked_activities(survey))
        fingerprint = hashlib.sha256()
        patterns: Counter[tuple[str, ...]] = Counter()
        for line in answers_file.lines(keys, _counting(queries.answer_rows(survey, side), keys, patterns)):
            fingerprint.update(line)
        # An import moves the revision in its own transaction: unmoved on both sides, it is these answers'.
        if not patterns:
            return None
        asked, through = survey.units.count(), _through(survey, side)
        response = responding.snapshot(survey, side)
        if Survey.objects.filter(pk=survey.pk, revision=survey.revision).exists():
            return Job(
                survey=survey,
                side=side,
                revision=survey.revision,
                leased_until=leased_until,
                fingerprint=fingerprint.hexdigest(),
                asked=asked,
                patterns=Patterns(keys, tuple(patterns), tuple(patterns.values())),
                through=through,
                response=response,
            )
    return None


def _through(survey: Survey, side: str) -> int:
    """The last submission so far; they are written one after the other, under the survey's lock."""
    given = Submission.objects.filter(scope_id=survey.scope_id, version_id=survey.version_id, side=side)
    return given.aggregate(last=Max("pk"))["last"] or 0


def _waiting_side(survey: Survey) -> str | None:
    """The first side with answers and without a table of the newest revision."""
    newest = CoordinationTable.objects.filter(survey=survey, revision=F("survey__revision"))
    given = Submission.objects.filter(scope_id=survey.scope_id, version_id=survey.version_id, current=True)
    waiting = given.exclude(side__in=newest.values("side")).order_by().values_list("side", flat=True)
    found = set(waiting.distinct())
    return next((side for side in survey.sides if side in found), None)


def _counting(
    rows: Iterable[tuple[str, dict[str, str]]], keys: tuple[str, ...], patterns: Counter[tuple[str, ...]]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The same rows, counted as they go by."""
    for code, answers in rows:
        patterns[tuple(answers.get(key, "") for key in keys)] += 1
        yield code, answers


def work(job: Job) -> Outcome:
    """Compute the table; no database is touched. A failure comes back as a problem, never as an exception."""
    began = time.perf_counter()
    result, problem = None, ""
    try:
        result = coordination_table(
            job.patterns,
            statutory=job.survey.statutory,
            sensitivity=job.survey.sensitivity,
            replicates=job.survey.replicates,
            seed=job.survey.seed,
        ).as_dict()
    except ValueError:
        problem = NOT_COMPUTABLE
    except Exception as fault:  # noqa: BLE001 - one survey's fault must not stop the others' tables
        # The fault's own text could hold answers: its kind is all that is told.
        log.error(  # noqa: TRY400 - see above
            "survey %s: computing the table failed with %s", job.survey.pk, type(fault).__name__
        )
        problem = FAULT
    return Outcome(result, problem, time.perf_counter() - began)


def renew(job: Job, at: datetime) -> Job:
    """Hold the lease for longer. Where it is gone, answers have changed; the work goes on all the same."""
    until = at + LEASE
    held = Survey.objects.filter(pk=job.survey.pk, leased_until=job.leased_until).update(leased_until=until)
    return replace(job, leased_until=until) if held else job


def release(survey: Survey, leased_until: datetime) -> None:
    """Give the lease back, unless somebody else has taken it meanwhile."""
    Survey.objects.filter(pk=survey.pk, leased_until=leased_until).update(leased_until=None)


def finish(job: Job, outcome: Outcome, *, by: Actor) -> None:
    """Keep what came out under the revision that was read, and give the lease back."""
    if outcome.result is None:
        actions.keep_problem(job.survey, by=by, revision=job.revision, problem=outcome.problem)
    else:
        actions.keep_table(
            job.survey,
            by=by,
            revision=job.revision,
            side=job.side,
            fingerprint=job.fingerprint,
            asked=job.asked,
            answered=job.patterns.units,
            replicates=job.survey.replicates,
            seed=job.survey.seed,
            result=outcome.result,
            seconds=round(outcome.seconds, 3),
            through=job.through,
            response=job.response,
        )
    release(job.survey, job.leased_until)


def compute_due(by: Actor) -> list[int]:
    """Compute everything that is due, one after the other; returns the surveys' numbers."""
    done: list[int] = []
    while job := begin(by):
        finish(job, work(job), by=by)
        done.append(job.survey.pk)
    return done
