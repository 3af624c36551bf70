"""What people wrote in their own words: for the survey's team alone, and each reading is written down."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT

from alongside.assess.surveys import queries
from alongside.assess.surveys.models import Survey, SurveyUnit
from alongside.commons.forms import queries as forms
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Question
from alongside.core.access import audit
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.kit.refusal import NotVisible


@dataclass(frozen=True)
class Words:
    """One question, and the rows of those who answered it: `code`, `unit` and `words` of each, by code."""

    survey: Survey
    question: Question
    side: str
    rows: QuerySet[Any, Any]


def words(actor: Actor, pk: int, key: str, side: str = "") -> Words:
    """What one side wrote in answer to a question. A sensitive read: it leaves an audit row."""
    found = queries.survey(actor, pk, permission=Permission.SURVEY_ANSWERS_EXPORT)
    side = queries.side_of(found, side)
    question = forms.questions(found.version).filter(key=key, kind=QuestionKind.TEXT).first()
    if question is None:
        raise NotVisible("question", key)
    audit.seen(actor, "surveys.words", found, fields=["answers"])
    asked = SurveyUnit.objects.filter(survey=found, unit=OuterRef("subject"))
    given = forms.current(found.version, found.scope, side=side).filter(answers__has_key=key)
    rows = (
        given.annotate(code=Subquery(asked.values("code")[:1]), unit=Subquery(asked.values("unit__name")[:1]))
        .annotate(words=KT(f"answers__{key}"))
        .order_by(F("code").asc(nulls_last=True))
        .values("code", "unit", "words")
    )
    return Words(found, question, side, rows)
