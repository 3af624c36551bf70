"""Reads for files in and out: the frame as cells name it, the questions as columns, imports and how far they are.

The functions without an actor are for actions and the reading of files, which have come through a guard.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from alongside.assess.surveys.cells import AskedColumn
from alongside.assess.surveys.models import AnswersImport, Survey, SurveyUnit
from alongside.assess.surveys.sheet import AskedUnit
from alongside.assess.surveys.unit_index import UnitIndex
from alongside.commons.forms import queries as forms
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside.core.kit.refusal import NotVisible

AT_A_TIME = 5_000


def asked_columns(survey: Survey) -> list[AskedColumn]:
    """The questions as columns of a file, each with all the names that it and its answers go by."""
    return [
        AskedColumn(
            q.key,
            q.text,
            forms.as_asked(q, q.text),
            names=tuple(q.texts.values()),
            labels={code: tuple(words.values()) for code, words in q.labels.items()},
        )
        for q in forms.questions(survey.version)
    ]


def unit_index(survey: Survey, beat: Callable[[], None] = lambda: None) -> UnitIndex:
    """Finds the unit of the frame that somebody means by a code or a name.

    Made in little room; `beat` is called now and then, since a large frame takes its time.
    """
    coded = ("unit_id", "code")
    named = (*coded, "unit__name", "unit__parent__name")
    return UnitIndex(
        (AskedUnit(unit, code, "") for unit, code in _units(survey, coded, beat)),
        lambda: (
            AskedUnit(unit, code, name, above or "")
            for unit, code, name, above in _units(survey, named, beat)
        ),
    )


def _units(survey: Survey, fields: Sequence[str], beat: Callable[[], None]) -> Iterator[Any]:
    """By code, some at a time: SQLite lets nobody write who is still reading from before."""
    rows = SurveyUnit.objects.filter(survey=survey).order_by("code").values_list(*fields)
    last = ""
    while some := list(rows.filter(code__gt=last)[:AT_A_TIME]):
        yield from some
        last = some[-1][1]
        beat()


def counted(survey: Survey, side: str) -> dict[str, int]:
    """How many were asked and answered, of answers that are taken out."""
    answered = forms.current(survey.version, survey.scope, side=side).count()
    return {"asked": survey.units.count(), "answered": answered}


def imports(actor: Actor, survey: Survey) -> QuerySet[AnswersImport]:
    """Files of answers that were handed in for this survey, the newest first."""
    rows = visible(actor, Permission.SURVEY_IMPORT, AnswersImport.objects.filter(survey=survey))
    return rows.defer("first_faults").order_by("-pk")


def answers_import(actor: Actor, survey: int, pk: int) -> AnswersImport:
    """One of them."""
    rows = visible(actor, Permission.SURVEY_IMPORT, AnswersImport.objects.filter(survey=survey, pk=pk))
    found = rows.select_related("survey__version", "survey__scope", "scope").first()
    if found is None:
        raise NotVisible("import", pk)
    return found
