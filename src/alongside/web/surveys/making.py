"""Making a survey: its name, the activities it asks about, whom it asks; asking it again, throwing it away."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import localedata
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alongside.assess.surveys import making, making_queries, queries, questionnaire
from alongside.assess.surveys.kinds import Side
from alongside.commons.catalogue import queries as catalogue
from alongside.commons.catalogue.standard import name_of
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.people import queries as people
from alongside.commons.people.kinds import UnitKind
from alongside.commons.places import queries as places
from alongside.core.access.actor import Actor
from alongside.core.kit.refusal import NotVisible
from alongside.web.shell.forms import attempt, sent, status_of
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.once import attempt_once
from alongside.web.shell.pages import go, page
from alongside.web.shell.words import date_words, number
from alongside.web.surveys.making_forms import EVERYWHERE, ActivitiesForm, BeginForm, NameForm, WhomForm
from alongside.web.surveys.words import size_words

form_page = require_http_methods(["GET", "HEAD", "POST"])


def draft_crumbs(survey: Any, *further: str) -> list[dict[str, str]]:
    """The way to a survey that is being made, or to one that stands."""
    url = reverse("survey-questions" if survey.is_draft else "survey", args=[survey.pk])
    line = [
        {"label": _("Surveys"), "url": reverse("surveys")},
        {"label": survey.title, "url": url if further else ""},
    ]
    return line + [{"label": label, "url": ""} for label in further]


def about(actor: Actor, survey: Any, step: str) -> dict[str, Any]:
    """What every page of the making says of a survey: its steps, and whether anything changes any more."""
    return {
        "survey": survey,
        "may_copy": making_queries.may_copy(actor, survey),
        "steps": _steps(step, survey),
        "fixed": survey.version.fixed_at is not None,
    }


def _steps(step: str, survey: Any = None) -> list[dict[str, Any]]:
    """The three steps; those of a survey that stands already are all open."""
    names = {
        "name": (_("Its name"), "survey-name"),
        "questions": (_("What it asks"), "survey-questions"),
        "whom": (_("Who is asked"), "survey-whom"),
    }
    here = list(names).index(step)
    found = []
    for place, (each, (name, view)) in enumerate(names.items()):
        state = "now" if each == step else "done" if place < here else "later"
        href = reverse(view, args=[survey.pk]) if survey and each != step else ""
        found.append({"name": name, "state": state, "href": href})
    return found


def language_choices(*without: str) -> list[tuple[str, str]]:
    """Every language by name, those of the interface first."""
    own = [code for code, _name in settings.LANGUAGES if questionnaire.is_language(code)]
    all_of_them = {code for code in localedata.locale_identifiers() if questionnaire.is_language(code)}
    others = sorted((questionnaire.language_name(code), code) for code in all_of_them - {*own, *without})
    named = [(code, questionnaire.language_name(code)) for code in own if code not in without]
    return named + [(code, capfirst(name)) for name, code in others]


@form_page
def survey_add(request: HttpRequest) -> HttpResponse:
    """A draft with a name; what it asks comes next."""
    actor = actor_of(request)
    owners = queries.owners(actor)
    frame = frame_of(actor)
    form = BeginForm(sent(request), languages=language_choices())

    def begin(said: Mapping[str, Any]) -> Any:
        given = {key: said[key] for key in ("title", "opened_on", "closed_on", "language")}
        owner = people.organisation(actor, said["owner"])
        return making.begin_survey(owner, by=actor, country=places.place(actor, said["country"]), **given)

    def onward(made: Any) -> str:
        view = "survey-activities" if form.cleaned_data["begins"] == "activities" else "survey-questions"
        return reverse(view, args=[made.pk])

    made = attempt_once(request, form, begin, leads_to=onward)
    if made:
        return go(onward(made))
    form.initial = {"begins": "activities", "language": settings.LANGUAGE_CODE}
    return page(
        request,
        "surveys/survey_add.html",
        status=status_of(form),
        form=form,
        steps=_steps("name"),
        owners=[(owner.pk, owner.name) for owner in owners],
        countries=frame.countries,
        crumbs=[{"label": _("Surveys"), "url": reverse("surveys")}, {"label": _("Make one")}],
    )


@form_page
def survey_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name or other days."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    form = NameForm(sent(request))
    if attempt(form, lambda said: making.name_survey(shown, by=actor, **said)):
        messages.success(request, _("The change is saved."))
        return go(reverse("survey-questions", args=[pk]))
    form.initial = {"title": shown.title, "opened_on": shown.opened_on, "closed_on": shown.closed_on}
    return page(
        request,
        "surveys/survey_name.html",
        status=status_of(form),
        form=form,
        crumbs=draft_crumbs(shown, _("Its name")),
        **about(actor, shown, "name"),
    )


@form_page
def activities(request: HttpRequest, pk: int) -> HttpResponse:
    """Which activities it asks about; what the law requires stands first."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    kinds = list(catalogue.kinds(actor))
    required = {kind.pk for kind in kinds for law in kind.statutory_in.all() if law.country == shown.country}
    kinds.sort(key=lambda kind: (kind.pk not in required, name_of(kind.name)))
    known = {kind.key for kind in kinds}
    asked = [q for q in queries.asked_questions(shown) if q.kind == QuestionKind.COORDINATION]
    more = [(q.key, q.text) for q in asked if q.key not in known]
    form = ActivitiesForm(
        sent(request),
        activities=[*((kind.key, name_of(kind.name)) for kind in kinds), *more],
        not_required=[*((k.key, name_of(k.name)) for k in kinds if k.pk not in required), *more],
    )
    if attempt(form, lambda said: making.ask_activities(shown, by=actor, **said)):
        messages.success(request, _("These activities are asked about."))
        return go(reverse("survey-questions", args=[pk]))
    form.initial = {"activities": [q.key for q in asked], "sensitivity": shown.sensitivity}
    return page(
        request,
        "surveys/activities.html",
        status=status_of(form),
        form=form,
        activities=_activity_options(kinds, required, shown.country)
        + [{"value": key, "label": text, "help": ""} for key, text in more],
        crumbs=draft_crumbs(shown, _("Activities")),
        **about(actor, shown, "questions"),
    )


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


@form_page
def whom(request: HttpRequest, pk: int) -> HttpResponse:
    """Which units and sides are asked; afterwards the survey is no draft any more."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    frame = frame_of(actor, shown.country.pk)
    form = WhomForm(
        sent(request), places=frame.places, kinds=frame.kinds, sizes=frame.sizes, repeats=bool(shown.repeats)
    )
    if attempt(form, lambda said: _ask_units(actor, shown, said)):
        _say_who_is_asked(request, shown)
        return go(reverse("survey", args=[pk]))
    form.initial = {
        "place": shown.country.pk,
        "kinds": [value for value, _label in frame.kinds],
        "sides": [] if shown.is_draft and not shown.repeats else shown.sides,
        "how": "before" if shown.repeats else "all",
    }
    return page(
        request,
        "surveys/whom.html",
        status=status_of(form),
        form=form,
        has_units=bool(frame.kinds),
        stand=making_queries.units_stand(shown),
        crumbs=draft_crumbs(shown, _("Who is asked")),
        **about(actor, shown, "whom"),
    )


def _ask_units(actor: Actor, survey: Any, said: Mapping[str, Any]) -> Any:
    how = said["how"]
    if how == "before":
        units = making_queries.units_as_before(actor, survey.repeats)
    else:
        place = places.place(actor, said["place"])
        units = making_queries.units_to_ask(actor, place=place, kinds=said["kinds"], sizes=said["sizes"])
    drawn = {} if how in EVERYWHERE else {"by_groups": how, "number": said["number"], "seed": said["seed"]}
    return making.ask_units(survey, by=actor, units=units, sides=said["sides"] or [Side.STAFF], **drawn)


def _say_who_is_asked(request: HttpRequest, survey: Any) -> None:
    messages.success(
        request, _("The survey stands here now. The next step is to name people, or to send out the list.")
    )
    found = making_queries.drawn(survey)
    if found:
        messages.info(request, drawn_words(found))


def drawn_words(found: making_queries.Drawn, *, with_seed: bool = True) -> str:
    """How the units were drawn; the seed, with which it can be worked out who is asked, is the team's."""
    said = {
        "drawn": number(found.drawing.drawn),
        "of": number(found.of),
        "day": date_words(localdate(found.drawing.drawn_at)),
        "seed": found.drawing.seed,
    }
    if with_seed:
        return _("%(drawn)s of %(of)s units were drawn on %(day)s with seed %(seed)s.") % said
    return _("%(drawn)s of %(of)s units were drawn on %(day)s.") % said


def _questions_of(survey: Any) -> str:
    return reverse("survey-questions", args=[survey.pk])


@form_page
def survey_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the same once more, so that the two compare."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    owner = next((each for each in queries.owners(actor) if each.pk == shown.owner_id), None)
    if owner is None:
        raise NotVisible("survey", pk)
    form = NameForm(sent(request))
    made = attempt_once(
        request,
        form,
        lambda said: making.copy_survey(owner, by=actor, earlier=shown, **said),
        leads_to=_questions_of,
    )
    if made:
        messages.success(
            request, _("The copy stands here as a draft: the same questions, computed in the same way.")
        )
        return go(_questions_of(made))
    form.initial = {"title": shown.title}
    return page(
        request,
        "surveys/survey_copy.html",
        status=status_of(form),
        form=form,
        survey=shown,
        crumbs=draft_crumbs(shown, _("Ask it again")),
    )


@form_page
def survey_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away; asked once more before."""
    actor = actor_of(request)
    shown = making_queries.survey(actor, pk)
    if request.method == "POST":
        making.drop_draft(shown, by=actor)
        messages.success(request, _("The draft is gone."))
        return go(reverse("surveys"))
    return page(
        request, "surveys/survey_drop.html", survey=shown, crumbs=draft_crumbs(shown, _("Throw it away"))
    )


# --- who could be asked --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Frame:
    """Who could be asked: countries with units, and in one of them places, kinds and sizes with counts."""

    countries: list[tuple[int, str]]
    places: list[tuple[int, str]]
    kinds: list[tuple[str, str]]
    sizes: list[tuple[str, str]]


def frame_of(actor: Actor, country: int | None = None) -> Frame:
    """Counts of units by place, summed up along each place's path, by kind and by size."""
    found = making_queries.units_counted(actor)
    paths = places.paths(sorted({each["place_id"] for each in found}))
    countries: Counter[tuple[int, str]] = Counter()
    counts: Counter[int] = Counter()
    kinds: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    steps: dict[int, tuple[tuple[str, ...], Any]] = {}
    for each in found:
        path = paths[each["place_id"]]
        countries.update({(step.pk, step.called): each["count"] for step in path[:1]})
        if not path or path[0].pk != country:
            continue
        kinds[each["unit_kind"]] += each["count"]
        sizes[each["how_large"]] += each["count"]
        for depth, step in enumerate(path):
            counts[step.pk] += each["count"]
            steps[step.pk] = tuple(s.called for s in path[: depth + 1]), step
    ordered = sorted(steps.values(), key=lambda pair: pair[0])
    return Frame(
        countries=[pair for pair, _count in countries.most_common()],
        places=[
            (step.pk, _counted("\u2003" * (len(path) - 1) + path[-1], counts[step.pk]))
            for path, step in ordered
        ],
        kinds=[
            (k.value, _counted(capfirst(str(k.label)), kinds[k.value])) for k in UnitKind if kinds[k.value]
        ],
        sizes=[(size, _counted(words, sizes[size])) for size, words in size_words().items() if sizes[size]],
    )


def _counted(name: str, count: int) -> str:
    return _("%(name)s (units: %(count)s)") % {"name": name, "count": number(count)}
