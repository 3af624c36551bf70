"""Where a computation stands: of a table, or of what is held against what."""

from datetime import datetime
from typing import Literal

from alongside.assess.surveys.models import Problem, Survey

State = Literal["none", "computing", "out_of_date", "resting", "current", "problem", "released"]


def problem_of(survey: Survey, key: str) -> str:
    """Why this table or comparison of the newest answers could not be computed; empty where nothing failed."""
    found = Problem.objects.filter(survey=survey, task=key, revision=survey.revision)
    return found.values_list("text", flat=True).first() or ""


def state_of(
    survey: Survey, *, has_answers: bool, table_revision: int | None, at: datetime, has_failed: bool = False
) -> State:
    """Where the computation of the table of the newest answers stands."""
    if not has_answers:
        return "none"
    if table_revision == survey.revision:
        return "current"
    if has_failed:
        return "problem"
    is_worked_on = survey.leased_until is not None and survey.leased_until > at
    if not is_worked_on and survey.rests_until is not None and survey.rests_until > at:
        return "resting"
    return "computing" if table_revision is None or is_worked_on else "out_of_date"
