"""What others see moves on only when at least 5 units answer otherwise than in every release before it.

Whoever holds two releases against each other learns of 5 units together or of none, never of one alone.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from alongside.assess.surveys.models import Comparison, CoordinationTable, Survey
from alongside.assess.surveys.small_cells import FEWEST
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Question, Submission

Version = tuple[int, Mapping[str, str]]


def release_if_due(survey: Survey, table: CoordinationTable, at: datetime) -> None:
    """Show others the new table, or leave them with the one before. The survey is locked."""
    before = list(
        CoordinationTable.objects.filter(survey=survey, side=table.side, released_at__isnull=False)
        .order_by("revision")
        .defer("result")
    )
    if before and before[-1].revision >= table.revision:
        return
    changed = changed_since(_histories(survey, table), [each.through for each in before])
    if any(0 < units < FEWEST for units in changed):
        return
    if before and changed[-1] == 0:  # the same answers: who is reached how may have changed for one unit
        table.response = before[-1].response
    table.released_at = at
    table.save(update_fields=["released_at", "response"])


def release_comparisons(survey: Survey, revision: int, at: datetime) -> None:
    """Show others what two sides say in common, once both tables of the same answers are shown.

    So two releases of it differ as those of the tables do: by 5 units of a side, or by none.
    """
    shown = CoordinationTable.objects.filter(survey=survey, revision=revision, released_at__isnull=False)
    sides = list(shown.values_list("side", flat=True))
    waiting = Comparison.objects.filter(survey=survey, revision=revision, earlier=None, released_at=None)
    waiting.filter(side__in=sides, other_side__in=sides).update(released_at=at)


def _histories(survey: Survey, table: CoordinationTable) -> Iterable[list[Version]]:
    rows = (
        Submission.objects.filter(
            scope_id=survey.scope_id, version_id=survey.version_id, side=table.side, pk__lte=table.through
        )
        .order_by("subject", "pk")
        .values_list("subject", "pk", "answers")
    )
    # What somebody writes in her own words is shown to nobody: to change it changes nothing that others see.
    unseen = set(
        Question.objects.filter(version=survey.version_id, kind=QuestionKind.TEXT).values_list(
            "key", flat=True
        )
    )
    for _unit, versions in groupby(rows, key=lambda row: row[0]):
        yield [
            (pk, {k: said for k, said in answers.items() if k not in unseen}) for _, pk, answers in versions
        ]


def changed_since(histories: Iterable[Sequence[Version]], through: Sequence[int]) -> list[int]:
    """For each release, in order, how many units answer otherwise now; `through` was its last submission."""
    marks, steps = sorted(through), [0] * (len(through) + 1)
    for versions in histories:
        now: Any = versions[-1][1]
        starts = [0, *(bisect_left(marks, pk) for pk, _ in versions)]
        said: list[Any] = [None, *(answers for _, answers in versions)]
        for start, end, then in zip(starts, [*starts[1:], len(marks)], said, strict=True):
            if then != now:
                steps[start] += 1
                steps[end] -= 1
    changed = [sum(steps[: place + 1]) for place in range(len(marks))]
    return [changed[marks.index(each)] for each in through]
