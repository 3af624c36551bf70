"""How a survey comes to stand: called from inside the actions that make one, at once or step by step."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from alongside.assess.surveys import rules
from alongside.assess.surveys.models import Survey, SurveyUnit
from alongside.commons.catalogue import queries as catalogue
from alongside.commons.catalogue.models import ActivityKind
from alongside.commons.forms import actions as forms
from alongside.commons.people.models import Organisation
from alongside.commons.places.models import Place
from alongside.core.access import grants
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.roles import Role
from alongside.core.access.scopes import open_scope

REPLICATES = 100_000
BATCH = 1000


def open_survey(
    owner: Organisation,
    questions: Sequence[forms.NewQuestion],
    *,
    by: Actor,
    languages: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
    **fields: Any,
) -> Survey:
    """The survey's scope under its owner's, its form in it, its row; whoever makes it answers for it."""
    scope = open_scope(ScopeKind.SURVEY, [owner.scope])
    version = forms.open_form(
        scope, title=fields["title"], questions=questions, languages=languages, titles=titles
    )
    survey = Survey.objects.create(scope=scope, owner=owner, version=version, made_at=by.at, **fields)
    if by.is_signed_in:
        grants.give(by.subject, Role.SURVEY_OWNER, scope, starts=by.at, purpose="made the survey")
    return survey


def definitions(
    country: Place,
    keys: Sequence[str],
    *,
    sensitivity: Sequence[str] = (),
    replicates: int = REPLICATES,
    seed: int | None = None,
) -> dict[str, Any]:
    """How the table is computed: what the law requires now, what the second look leaves out, draws, seed."""
    return {
        "statutory": sorted(catalogue.statutory_keys(country) & set(keys)),
        "sensitivity": list(sensitivity),
        "replicates": replicates,
        "seed": secrets.randbits(31) if seed is None else seed,
    }


def coordination(activities: Sequence[str | tuple[str, str]]) -> list[forms.NewQuestion]:
    """A question for each activity: a key of the catalogue, or (key, text) for one that it does not have."""
    pairs = [(each, "") if isinstance(each, str) else each for each in activities]
    kinds = {kind.key: kind for kind in ActivityKind.objects.filter(key__in=[key for key, _ in pairs])}
    return [
        forms.NewQuestion(
            key=key,
            text=text or (kinds[key].name if key in kinds else ""),
            choices=rules.CODES,
            activity=kinds.get(key),
            required=True,
        )
        for key, text in pairs
    ]


def keep_frame(survey: Survey, asked: Sequence[Organisation]) -> None:
    """The units that are asked, in this order: their codes are 001, 002 and so on."""
    width = max(3, len(str(len(asked))))
    SurveyUnit.objects.bulk_create(
        [
            SurveyUnit(
                scope_id=survey.scope_id,
                survey=survey,
                unit=unit,
                code=f"{number:0{width}}",
                kind=unit.unit_kind,
                place_id=unit.place_id,
                size=unit.size,
            )
            for number, unit in enumerate(asked, start=1)
        ],
        batch_size=BATCH,
    )
