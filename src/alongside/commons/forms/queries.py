"""Reads of forms, for the parts that own one. Filled copies carry the scope of what they belong to.

Whoever asks has come through the guard of that scope: a survey, later a case or a session.
"""

from django.db.models import QuerySet

from alongside.commons.forms.models import FormVersion, Question, Submission
from alongside.core.access.models import Scope


def questions(version: FormVersion) -> QuerySet[Question]:
    """The questions of a version in the order they are asked."""
    return Question.objects.filter(version=version).order_by("position")


def current(version: FormVersion, scope: Scope, *, side: str = "") -> QuerySet[Submission]:
    """The filled copies of one side that count: the last one of each subject."""
    return Submission.objects.filter(version=version, scope=scope, side=side, current=True)
