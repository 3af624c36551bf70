"""Reads for those who make surveys: drafts, what can still be changed, whom one could ask."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Value, When

from alongside.assess.surveys import drawing, queries
from alongside.assess.surveys.models import Drawing, Respondent, Survey, SurveyUnit
from alongside.assess.surveys.queries import Answering
from alongside.commons.people.models import Organisation
from alongside.commons.places import queries as places
from alongside.commons.places.models import Place
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can, visible
from alongside.core.kit.refusal import NotVisible

SIZE = Case(
    When(size__gte=drawing.LARGE, then=Value("large")),
    When(size__gte=drawing.MIDDLE, then=Value("middle")),
    When(size__isnull=False, then=Value("small")),
    default=Value(""),
    output_field=CharField(),
)


def drafts(actor: Actor) -> QuerySet[Survey]:
    """Surveys that are being made, the newest first: for those who may change them."""
    rows = visible(actor, Permission.SURVEY_EDIT, Survey.objects.filter(is_draft=True))
    return rows.select_related("owner").order_by("-made_at", "-pk")


def survey(actor: Actor, pk: int) -> Survey:
    """A survey, draft or not, for those who may change what it asks."""
    rows = Survey.objects.select_related("owner", "country", "version", "scope", "repeats")
    found = visible(actor, Permission.SURVEY_EDIT, rows).filter(pk=pk).first()
    if found is None:
        raise NotVisible("survey", pk)
    return found


def may_copy(actor: Actor, survey: Survey) -> bool:
    """Whether `actor` may ask the same again: for a button, not a decision."""
    return can(actor, Permission.SURVEY_ADD, survey.owner)


def units_stand(survey: Survey) -> bool:
    """Whether people are named or have answered, so that the units stay as they are."""
    named = Respondent.objects.filter(survey=survey)
    return survey.version.fixed_at is not None or named.exists()


def units_to_ask(
    actor: Actor,
    *,
    place: Place | None = None,
    kinds: Collection[str] = (),
    sizes: Collection[str] = (),
) -> QuerySet[Organisation]:
    """Care units, those of one municipality together; `place` takes in everything below it."""
    units = Organisation.objects.filter(parent__isnull=False, place__isnull=False).exclude(unit_kind="")
    rows = visible(actor, Permission.ORGANISATION_VIEW, units)
    if place:
        rows = rows.filter(place__in=places.inside(place).values("below_id"))
    if kinds:
        rows = rows.filter(unit_kind__in=kinds)
    if sizes:
        rows = rows.annotate(how_large=SIZE).filter(how_large__in=sizes)
    return rows.order_by("parent__name", "parent_id", "name", "pk")


def units_as_before(actor: Actor, earlier: Survey) -> QuerySet[Organisation]:
    """The units that an earlier survey asked, as far as they are still there to be asked."""
    asked = SurveyUnit.objects.filter(survey=earlier, unit=OuterRef("pk"))
    return units_to_ask(actor).filter(Exists(asked))


def units_counted(actor: Actor) -> list[dict[str, Any]]:
    """How many care units there are in each place, by kind and size."""
    units = units_to_ask(actor).order_by().annotate(how_large=SIZE)
    return [
        dict(row) for row in units.values("place_id", "unit_kind", "how_large").annotate(count=Count("pk"))
    ]


@dataclass(frozen=True)
class Drawn:
    """How the units of a survey were drawn, and how frame and sample lie to each other by group.

    In `groups`, by what groups them, `asked` counts the units of the frame and `answered` those drawn.
    """

    drawing: Drawing
    of: int
    groups: dict[str, tuple[Answering, ...]]


def drawn(survey: Survey) -> Drawn | None:
    """How the units of a survey that was found were drawn; None where all of them are asked."""
    made = Drawing.objects.filter(survey=survey).first()
    if made is None:
        return None
    counts: dict[str, dict[Any, list[int]]] = {"kind": {}, "size": {}, "place": {}}
    for _unit, kind, size, place, is_drawn in made.frame:
        for by, group in (("kind", kind), ("size", drawing.size_class(size)), ("place", place)):
            count = counts[by].setdefault(group, [0, 0])
            count[0] += 1
            count[1] += is_drawn
    groups = {
        by: tuple(Answering(group, *count) for group, count in sorted(counts[by].items()))
        for by in ("kind", "size")
    }
    groups["place"] = queries.by_region(survey.country, counts["place"])
    return Drawn(made, len(made.frame), groups)
