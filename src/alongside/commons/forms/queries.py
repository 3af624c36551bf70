"""Reads of forms, for the parts that own one. Filled copies carry the scope of what they belong to.

Whoever asks has come through the guard of that scope: a survey, later a case or a session.
"""

from django.db.models import QuerySet

from alongside.commons.forms.models import FormVersion, Question, Submission
from alongside.commons.forms.rules import Asked
from alongside.core.access.models import Scope


def questions(version: FormVersion) -> QuerySet[Question]:
    """The questions of a version in the order they are asked."""
    return Question.objects.filter(version=version).order_by("position")


def as_asked(question: Question, text: str = "") -> Asked:
    """A question as the rules need it; `text` is what a reason calls it."""
    return Asked(
        key=question.key,
        choices=tuple(question.choices),
        required=question.required,
        kind=question.kind,
        least=question.least,
        most=question.most,
        is_whole=question.is_whole,
        text=text,
    )


def current(version: FormVersion, scope: Scope, *, side: str = "") -> QuerySet[Submission]:
    """The filled copies of one side that count: the last one of each subject."""
    return Submission.objects.filter(version=version, scope=scope, side=side, current=True)
