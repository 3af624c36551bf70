"""Keeping what was held against what. Order of locks: the survey first."""

from typing import Any

from alongside.assess.surveys import releasing
from alongside.assess.surveys.models import Comparison, Survey
from alongside.assess.surveys.task import Task
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action


@action(Permission.SURVEY_TABLE_COMPUTE)
def keep_comparison(
    survey: Survey,
    *,
    by: Actor,
    task: Task,
    revision: int,
    fingerprint: str,
    other_fingerprint: str,
    replicates: int,
    seed: int,
    result: dict[str, Any],
    seconds: float,
) -> Comparison:
    """Keep what was computed from the answers of `revision`; a second worker with the same finds it kept.

    What it takes the place of goes, but for what others have been shown.
    """
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    of: dict[str, Any] = {
        "survey": survey,
        "side": task.side,
        "other_side": task.other_side,
        "earlier_id": task.earlier,
    }
    kept, is_new = Comparison.objects.get_or_create(
        **of,
        revision=revision,
        earlier_revision=task.earlier_revision,
        defaults={
            "scope_id": survey.scope_id,
            "fingerprint": fingerprint,
            "other_fingerprint": other_fingerprint,
            "replicates": replicates,
            "seed": seed,
            "result": result,
            "computed_at": by.at,
            "seconds": seconds,
        },
    )
    if is_new:
        older = Comparison.objects.filter(**of, released_at=None, pk__lt=kept.pk)
        older.filter(revision__lte=revision).delete()
        releasing.release_comparisons(survey, revision, by.at)
    return kept
