"""Computing tables and comparisons: which are due, who computes them, and what comes out.

Each side's table is a task, and so is each comparison: one that fails holds back no other. What is left to do
is worked out from what is kept; a survey with nothing left carries the mark of the answers that it is done with.

A lease keeps two workers from computing the same. It is short, and renewed while the work goes on:
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
from itertools import combinations
from typing import Any, TypeVar

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop as noop

from alongside.assess.surveys import (
    actions,
    answers_file,
    comparing,
    comparison_actions,
    own_results,
    queries,
)
from alongside.assess.surveys import response as responding
from alongside.assess.surveys.comparing import BEGAN, ComparisonJob
from alongside.assess.surveys.kinds import ImportState
from alongside.assess.surveys.models import AnswersImport, Comparison, CoordinationTable, Problem, Survey
from alongside.assess.surveys.own_results import Tallies
from alongside.assess.surveys.task import Task
from alongside.commons.forms.kinds import QuestionKind
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
    """One table to compute: the answers of one revision as counted patterns, and the lease that is held.

    A survey without coordination questions has no patterns; its own questions are counted in `tallies`.
    """

    survey: Survey
    side: str
    revision: int
    leased_until: datetime
    fingerprint: str
    asked: int
    patterns: Patterns | None
    tallies: Tallies
    through: int = 0
    response: dict[str, Any] = field(default_factory=dict)

    @property
    def task(self) -> Task:
        return Task(self.side)

    def compute(self) -> dict[str, Any]:
        """The table as it is kept; no database is touched."""
        survey = self.survey
        if self.patterns is None:
            return {}
        return coordination_table(
            self.patterns,
            statutory=survey.statutory,
            sensitivity=survey.sensitivity,
            replicates=survey.replicates,
            seed=survey.seed,
        ).as_dict()

    def compute_own(self) -> dict[str, Any]:
        """What came of the survey's own questions, as it is kept beside the table."""
        return own_results.computed(self.tallies, replicates=self.survey.replicates, seed=self.survey.seed)


AnyJob = Job | ComparisonJob
J = TypeVar("J", bound=AnyJob)


@dataclass(frozen=True)
class Outcome:
    """What the work came to: a result, or a problem in words."""

    result: dict[str, Any] | None
    problem: str
    seconds: float
    own: dict[str, Any] = field(default_factory=dict)


def due_surveys(actor: Actor) -> QuerySet[Survey]:
    """Surveys with answers that something is left to compute of, and that nobody is computing."""
    given = Submission.objects.filter(scope=OuterRef("scope"), version=OuterRef("version"), current=True)
    return (
        visible(actor, Permission.SURVEY_TABLE_COMPUTE, Survey.objects.all())
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=actor.at))
        .filter(Q(rests_until__isnull=True) | Q(rests_until__lte=actor.at))
        .exclude(pk__in=AnswersImport.objects.filter(state=ImportState.WRITING).values("survey"))
        .annotate(began=BEGAN)
        .annotate(mark=_mark())
        .exclude(settled=F("mark"))
        .filter(Exists(given))
        .order_by("pk")
    )


def _mark() -> Combinable:
    """Counts the revisions of a survey and of the earlier ones of its owner, with which it is compared."""
    before = Survey.objects.annotate(began=BEGAN).filter(owner=OuterRef("owner"), began__lt=OuterRef("began"))
    revisions = before.order_by().values("owner").annotate(n=Sum("revision")).values("n")
    return F("revision") + Coalesce(Subquery(revisions), 0)


def begin(actor: Actor) -> AnyJob | None:
    """Take the lease of the first survey that is due and read its answers; None where nothing is due."""
    for survey in due_surveys(actor).select_related("scope", "version"):
        until = actor.at + LEASE
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=actor.at)
        if Survey.objects.filter(free, pk=survey.pk).update(leased_until=until):
            job = None
            try:
                job = _read(survey, until)
            finally:
                if job is None:
                    release(survey, until)
            if job is not None:
                return job
    return None


def _read(survey: Survey, leased_until: datetime) -> AnyJob | None:
    """What is to be computed next. None where nothing is left, and while imports keep coming in."""
    for _ in range(TRIES):
        survey.refresh_from_db(fields=["revision", "replicates", "seed", "statutory", "sensitivity"])
        marked = Survey.objects.annotate(began=BEGAN).annotate(mark=_mark())
        mark = marked.filter(pk=survey.pk).values_list("mark", flat=True).get()
        task = next(iter(tasks(survey)), None)
        if task is None:
            Survey.objects.filter(pk=survey.pk).update(settled=mark)
            return None
        job = (
            _read_table(survey, task.side, leased_until)
            if task.is_table
            else comparing.read(survey, task, leased_until)
        )
        # An import moves the revision in its own transaction: unmoved on both sides, it is these answers'.
        if job is not None and Survey.objects.filter(pk=survey.pk, revision=survey.revision).exists():
            return job
    return None


def _read_table(survey: Survey, side: str, leased_until: datetime) -> Job | None:
    """The answers in one pass: their fingerprint and their patterns."""
    questions = queries.asked_questions(survey)
    keys = tuple(q.key for q in questions if q.kind == QuestionKind.COORDINATION)
    tallies = Tallies(questions)
    fingerprint = hashlib.sha256()
    patterns: Counter[tuple[str, ...]] = Counter()
    rows = _counting(queries.answer_rows(survey, side), keys, patterns, tallies)
    for line in answers_file.lines(keys, rows):
        fingerprint.update(line)
    if not patterns:
        return None
    return Job(
        survey=survey,
        side=side,
        revision=survey.revision,
        leased_until=leased_until,
        fingerprint=fingerprint.hexdigest(),
        asked=survey.units.count(),
        patterns=Patterns(keys, tuple(patterns), tuple(patterns.values())) if keys else None,
        tallies=tallies,
        through=_through(survey, side),
        response=responding.snapshot(survey, side),
    )


def _through(survey: Survey, side: str) -> int:
    """The last submission so far; they are written one after the other, under the survey's lock."""
    given = Submission.objects.filter(scope_id=survey.scope_id, version_id=survey.version_id, side=side)
    return given.aggregate(last=Max("pk"))["last"] or 0


def tasks(survey: Survey) -> list[Task]:
    """What is left to compute of the newest answers: tables, then sides of each other, then earlier surveys."""
    answered = _answered(survey)
    sides = [side for side in survey.sides if side in answered]
    wanted = [Task(side) for side in sides]
    compares = bool(queries.asked_activities(survey))
    wanted += [Task(one, other) for one, other in combinations(sides, 2) if compares]
    for earlier in comparing.earlier_than(survey) if sides and compares else ():
        before = _answered(earlier)
        wanted += [Task(side, "", earlier.pk, earlier.revision) for side in sides if side in before]
    tables = CoordinationTable.objects.filter(survey=survey, revision=survey.revision)
    kept = {Task(side) for side in tables.values_list("side", flat=True)}
    compared = Comparison.objects.filter(survey=survey, revision=survey.revision)
    columns = ("side", "other_side", "earlier_id", "earlier_revision")
    kept |= {Task(*row) for row in compared.values_list(*columns)}
    failed = Problem.objects.filter(survey=survey, revision=survey.revision)
    without = set(failed.values_list("task", flat=True))
    return [task for task in wanted if task not in kept and task.key not in without]


def _answered(survey: Survey) -> set[str]:
    """The sides of which there are answers."""
    given = Submission.objects.filter(scope_id=survey.scope_id, version_id=survey.version_id, current=True)
    return set(given.order_by().values_list("side", flat=True).distinct())


def _counting(
    rows: Iterable[tuple[str, dict[str, str]]],
    keys: tuple[str, ...],
    patterns: Counter[tuple[str, ...]],
    tallies: Tallies,
) -> Iterator[tuple[str, dict[str, str]]]:
    """The same rows, counted as they go by."""
    for code, answers in rows:
        patterns[tuple(answers.get(key, "") for key in keys)] += 1
        tallies.add(code, answers)
        yield code, answers


def work(job: AnyJob) -> Outcome:
    """Compute it; no database is touched. A failure comes back as a problem, never as an exception."""
    began = time.perf_counter()
    result, problem = None, ""
    own: dict[str, Any] = {}
    try:
        result = job.compute()
        own = job.compute_own() if isinstance(job, Job) else {}
    except ValueError:
        problem = NOT_COMPUTABLE
    except Exception as fault:  # noqa: BLE001 - one survey's fault must not stop the others' tables
        # The fault's own text could hold answers: its kind is all that is told.
        log.error(  # noqa: TRY400 - see above
            "survey %s: computing “%s” failed with %s", job.survey.pk, job.task.key, type(fault).__name__
        )
        problem = FAULT
    return Outcome(result, problem, time.perf_counter() - began, own)


def renew(job: J, at: datetime) -> J:
    """Hold the lease for longer. Where it is gone, answers have changed; the work goes on all the same."""
    until = at + LEASE
    held = Survey.objects.filter(pk=job.survey.pk, leased_until=job.leased_until).update(leased_until=until)
    return replace(job, leased_until=until) if held else job


def release(survey: Survey, leased_until: datetime) -> None:
    """Give the lease back, unless somebody else has taken it meanwhile."""
    Survey.objects.filter(pk=survey.pk, leased_until=leased_until).update(leased_until=None)


def finish(job: AnyJob, outcome: Outcome, *, by: Actor) -> None:
    """Keep what came out under the revision that was read, and give the lease back."""
    if outcome.result is None:
        key = job.task.key
        actions.keep_problem(job.survey, by=by, task=key, revision=job.revision, text=outcome.problem)
    else:
        how: dict[str, Any] = {
            "revision": job.revision,
            "replicates": job.survey.replicates,
            "seed": job.survey.seed,
            "result": outcome.result,
            "seconds": round(outcome.seconds, 3),
        }
        _keep(job, how, outcome.own, by=by)
    release(job.survey, job.leased_until)


def _keep(job: AnyJob, how: dict[str, Any], own: dict[str, Any], *, by: Actor) -> None:
    if isinstance(job, ComparisonJob):
        comparison_actions.keep_comparison(
            job.survey,
            by=by,
            task=job.task,
            fingerprint=job.given.fingerprint,
            other_fingerprint=job.other.fingerprint,
            **how,
        )
    else:
        actions.keep_table(
            job.survey,
            by=by,
            side=job.side,
            fingerprint=job.fingerprint,
            asked=job.asked,
            answered=job.tallies.units,
            own=own,
            through=job.through,
            response=job.response,
            **how,
        )


def compute_due(by: Actor) -> list[int]:
    """Compute everything that is due, one after the other; returns the surveys' numbers."""
    done: list[int] = []
    while job := begin(by):
        finish(job, work(job), by=by)
        done.append(job.survey.pk)
    return done
