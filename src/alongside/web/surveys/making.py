"""A new survey in three steps. What was said before goes along in the address; only the last step writes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alongside.assess.surveys import actions, queries
from alongside.assess.surveys.kinds import Side
from alongside.commons.catalogue import queries as catalogue
from alongside.commons.catalogue.standard import name_of
from alongside.commons.people import queries as people
from alongside.commons.people.kinds import UnitKind
from alongside.commons.places import queries as places
from alongside.core.access.actor import Actor
from alongside.web.shell.forms import status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.once import attempt_once
from alongside.web.shell.pages import go, page
from alongside.web.shell.words import number
from alongside.web.surveys.forms import SurveyForm

STEPS = tuple(SurveyForm.STEPS)


@dataclass(frozen=True)
class Frame:
    """Who could be asked: countries with units, and in one of them its places and kinds with counts."""

    countries: list[tuple[int, str]]
    country: Any
    places: list[tuple[int, str]]
    kinds: list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
def survey_add(request: HttpRequest) -> HttpResponse:
    """Name and country, then activities, then units."""
    actor = actor_of(request)
    owners = queries.owners(actor)
    said = (request.POST if request.method == "POST" else request.GET).copy()
    frame = _frame(actor, said.get("country", ""))
    _suggest(request, said, frame)
    kinds = list(catalogue.kinds(actor))
    required = {kind.pk for kind in kinds for law in kind.statutory_in.all() if law.country == frame.country}
    kinds.sort(key=lambda kind: (kind.pk not in required, name_of(kind.name)))
    form = SurveyForm(
        said if request.method == "POST" or "step" in said else None,
        activities=[(kind.key, name_of(kind.name)) for kind in kinds],
        not_required=[(kind.key, name_of(kind.name)) for kind in kinds if kind.pk not in required],
        places=frame.places,
        kinds=frame.kinds,
    )
    if request.method == "POST":
        made = attempt_once(request, form, lambda valid: _make(actor, frame, valid), leads_to=_page_of)
        if made:
            messages.success(
                request, _("The survey stands here now. The next step is to send out the list of units.")
            )
            return go(_page_of(made))
    step = _step(request, form)
    return page(
        request,
        "surveys/survey_add.html",
        status=status_of(form),
        form=form,
        step=step,
        steps=_steps(step, said),
        next_step=STEPS[STEPS.index(step) + 1] if step != STEPS[-1] else "",
        kept=_kept(said, step),
        owners=[(owner.pk, owner.name) for owner in owners],
        countries=frame.countries,
        country=frame.country,
        activities=_activity_options(kinds, required, frame.country),
        crumbs=[{"label": _("Surveys"), "url": reverse("surveys")}, {"label": _("Make one")}],
    )


def _page_of(made: Any) -> str:
    return reverse("survey", args=[made.pk])


def _make(actor: Actor, frame: Frame, valid: Mapping[str, Any]) -> Any:
    owner = people.organisation(actor, valid["owner"])
    place = places.place(actor, valid["place"])
    return actions.make_survey(
        owner,
        by=actor,
        title=valid["title"],
        country=frame.country,
        activities=valid["activities"],
        units=queries.units_to_ask(actor, place=place, kinds=valid["kinds"]),
        sensitivity=valid["sensitivity"],
        sides=valid["sides"] or [Side.STAFF],
        opened_on=valid["opened_on"],
        closed_on=valid["closed_on"],
    )


def _suggest(request: HttpRequest, said: QueryDict, frame: Frame) -> None:
    """Where the units are first asked about, all of the country's are chosen."""
    if request.method != "POST" and said.get("step") == "units" and frame.country:
        if "place" not in said:
            said["place"] = str(frame.country.pk)
        if "kinds" not in said:
            said.setlist("kinds", [value for value, _label in frame.kinds])


def _step(request: HttpRequest, form: SurveyForm) -> str:
    """The step to show: the first that needs another look, else the one asked for.

    On the way, what has not been asked yet is not wrong.
    """
    if request.method == "POST":
        return form.first_wrong() or STEPS[-1]
    asked = request.GET.get("step", "")
    wanted = asked if asked in STEPS else STEPS[0]
    for later in STEPS[STEPS.index(wanted) :]:
        for name in SurveyForm.STEPS[later]:
            form.errors.pop(name, None)
    return form.first_wrong() or wanted


def _kept(said: QueryDict, step: str) -> list[tuple[str, str]]:
    """What was said in other steps, to go along."""
    elsewhere = [name for each in STEPS if each != step for name in SurveyForm.STEPS[each]]
    return [(name, value) for name in elsewhere for value in said.getlist(name)]


def _steps(step: str, said: QueryDict) -> list[dict[str, Any]]:
    names = {"name": _("Its name"), "activities": _("What it asks about"), "units": _("Who is asked")}
    here = STEPS.index(step)
    back = QueryDict(mutable=True)
    for names_of_step in SurveyForm.STEPS.values():
        for name in names_of_step:
            back.setlist(name, said.getlist(name)) if name in said else None
    found = []
    for place, each in enumerate(STEPS):
        state = "done" if place < here else "now" if place == here else "later"
        back["step"] = each
        href = f"{reverse('survey-add')}?{back.urlencode()}" if state == "done" else ""
        found.append({"name": names[each], "state": state, "href": href})
    return found


def _activity_options(kinds: list[Any], required: set[int], country: Any) -> list[dict[str, str]]:
    """The catalogue's kinds, saying which the country's law requires."""
    return [
        {
            "value": kind.key,
            "label": name_of(kind.name),
            "help": _("Required by law in %(country)s") % {"country": country.called}
            if kind.pk in required
            else name_of(kind.about),
        }
        for kind in kinds
    ]


def _frame(actor: Actor, country: str) -> Frame:
    """Counts of units by place, summed up along each place's path, and by kind."""
    found = queries.units_counted(actor)
    paths = places.paths(sorted({each["place_id"] for each in found}))
    countries: Counter[tuple[int, str]] = Counter()
    for each in found:
        top = paths[each["place_id"]][:1]
        countries.update({(step.pk, step.called): each["count"] for step in top})
    ranked = [pair for pair, _count in countries.most_common()]
    chosen = next((pk for pk, _name in ranked if str(pk) == country), ranked[0][0] if ranked else None)
    counts: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    steps: dict[int, tuple[tuple[str, ...], Any]] = {}
    for each in found:
        path = paths[each["place_id"]]
        if not path or path[0].pk != chosen:
            continue
        kinds[each["unit_kind"]] += each["count"]
        for depth, step in enumerate(path):
            counts[step.pk] += each["count"]
            steps[step.pk] = tuple(s.called for s in path[: depth + 1]), step
    ordered = sorted(steps.values(), key=lambda pair: pair[0])
    return Frame(
        countries=ranked,
        country=next((step for path, step in ordered if len(path) == 1), None),
        places=[(step.pk, _place_words(path, counts[step.pk])) for path, step in ordered],
        kinds=[(k.value, _kind_words(k, kinds[k.value])) for k in UnitKind if kinds[k.value]],
    )


def _place_words(path: tuple[str, ...], count: int) -> str:
    indent = "\u2003" * (len(path) - 1)
    return _("%(place)s (units: %(count)s)") % {"place": indent + path[-1], "count": number(count)}


def _kind_words(kind: UnitKind, count: int) -> str:
    return _("%(kind)s (units: %(count)s)") % {"kind": capfirst(str(kind.label)), "count": number(count)}
