"""What is held against what: read from the database, and computed without it.

Two sides are compared over the units of which both answered, two years over all units of either. Everything
here is for the worker, which has come through a guard.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, DateField, Exists, F, OuterRef, When
from django.db.models.functions import Coalesce, TruncDate

from alongside.assess.surveys import answers_file, queries
from alongside.assess.surveys.models import Survey
from alongside.assess.surveys.task import Task
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Question
from alongside_evidence import agreement_of_counts, changes

NAMING = ("unit", "together", "organisation")
# Every answer there is, in the order of the full table; the last one: the activity is not offered.
SAID = (*NAMING, "other", "unsure", "")
# A survey is held against so many earlier ones of its owner, the newest first.
MOST_EARLIER = 3
Answers = dict[UUID, dict[str, str]]


@dataclass(frozen=True)
class Given:
    """What one side of one survey has answered, and the fingerprint of its file."""

    answers: Answers
    fingerprint: str


@dataclass(frozen=True)
class ComparisonJob:
    """One comparison to compute: the answers of one revision, and the lease that is held."""

    survey: Survey
    task: Task
    revision: int
    leased_until: datetime
    activities: tuple[str, ...]
    given: Given
    other: Given

    def compute(self) -> dict[str, Any]:
        """The comparison as it is kept; no database is touched."""
        how: dict[str, Any] = {"replicates": self.survey.replicates, "seed": self.survey.seed}
        if self.task.other_side:
            return sides_table(self.given.answers, self.other.answers, self.activities, **how)
        found = changes(self.other.answers, self.given.answers, activities=self.activities, **how)
        return found.as_dict()


def sides_table(
    first: Mapping[UUID, Mapping[str, str]],
    second: Mapping[UUID, Mapping[str, str]],
    activities: Sequence[str],
    *,
    replicates: int,
    seed: int,
) -> dict[str, Any]:
    """Of each activity the table of what both sides said, and how far they agree where both named somebody."""
    both = first.keys() & second.keys()
    rows = []
    for key in activities:
        cells = Counter((first[unit].get(key, ""), second[unit].get(key, "")) for unit in both)
        everybody = all(said.get(key) in NAMING for side in (first, second) for said in side.values())
        row = _row(key, cells, replicates=replicates, seed=seed)
        rows.append({**row, "all_named": everybody and len(both) == len(first) == len(second)})
    return {
        "kind": "sides",
        "units": len(both),
        "answered": [len(first), len(second)],
        "said": list(SAID),
        "levels": [0.95, 0.99],
        "replicates": replicates,
        "seed": seed,
        "rows": rows,
    }


def _row(key: str, cells: Mapping[tuple[str, str], int], *, replicates: int, seed: int) -> dict[str, Any]:
    named = [[cells.get((one, other), 0) for other in NAMING] for one in NAMING]
    n = sum(map(sum, named))
    found = None
    if n:
        found = agreement_of_counts(named, categories=NAMING, replicates=replicates, seed=seed).as_dict()
    return {
        "activity": key,
        "n": n,
        "left_out": sum(cells.values()) - n,
        "named": [sum(n for said, n in cells.items() if said[side] in NAMING) for side in (0, 1)],
        "cross": [[cells.get((one, other), 0) for other in SAID] for one in SAID],
        "agreement": found,
    }


# --- reading -------------------------------------------------------------------------------------------


def read(survey: Survey, task: Task, leased_until: datetime) -> ComparisonJob | None:
    """Both answers of a comparison; None while imports into the earlier survey keep coming in."""
    keys = _keys(survey)
    given = _given(survey, task.side, keys)
    if task.other_side:
        other, activities = _given(survey, task.other_side, keys), keys
    else:
        assert task.earlier is not None
        earlier = Survey.objects.select_related("version", "scope").get(pk=task.earlier)
        earlier_keys = _keys(earlier)
        activities = tuple(key for key in keys if key in earlier_keys)
        other = _given(earlier, task.side, earlier_keys)
        if not Survey.objects.filter(pk=earlier.pk, revision=task.earlier_revision).exists():
            return None
    return ComparisonJob(survey, task, survey.revision, leased_until, activities, given, other)


def _keys(survey: Survey) -> tuple[str, ...]:
    return tuple(activity.key for activity in queries.asked_activities(survey))


def _given(survey: Survey, side: str, keys: tuple[str, ...]) -> Given:
    """One side's answers in one pass, with the fingerprint that its table has as well."""
    answers: Answers = {}
    fingerprint = hashlib.sha256()
    for line in answers_file.lines(keys, _kept(queries.unit_rows(survey, side), keys, answers)):
        fingerprint.update(line)
    return Given(answers, fingerprint.hexdigest())


def _kept(
    rows: Iterable[tuple[str, UUID, dict[str, str]]], keys: tuple[str, ...], answers: Answers
) -> Iterator[tuple[str, dict[str, str]]]:
    """The same rows, kept by unit as they go by."""
    for code, unit, said in rows:
        answers[unit] = {key: said[key] for key in keys if said.get(key)}
        yield code, said


# --- which survey is earlier ---------------------------------------------------------------------------

BEGAN = Coalesce(F("opened_on"), TruncDate("made_at"), output_field=DateField())


def earlier_than(survey: Survey) -> list[Survey]:
    """The owner's surveys that began before this one and ask about one of its activities.

    The one that it repeats comes first, then the newest.
    """
    began = Survey.objects.annotate(began=BEGAN)
    about = Question.objects.filter(kind=QuestionKind.COORDINATION)
    asked = about.filter(version=survey.version_id).values("key")
    same = about.filter(version=OuterRef("version"), key__in=asked)
    repeated = Case(When(pk=survey.repeats_id or 0, then=0), default=1)
    found = began.filter(
        Exists(same), owner_id=survey.owner_id, began__lt=began.filter(pk=survey.pk).values("began")
    ).order_by(repeated, "-began", "-pk")
    return list(found.select_related("version", "scope", "owner")[:MOST_EARLIER])
