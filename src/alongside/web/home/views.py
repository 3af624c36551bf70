"""Where one starts: a welcome for anybody, and what is there to do for who has signed in."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alongside.assess.surveys import queries as surveys
from alongside.commons.people import identity
from alongside.commons.people import queries as people
from alongside.commons.places import queries as places
from alongside.core.access import queries as access
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import can, installation
from alongside.core.access.roles import ROLES
from alongside.core.kit.ids import short_number
from alongside.web.shell import languages
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import go, page, safe_next
from alongside.web.shell.words import somebody

SURVEYS_SHOWN = 5
ENDING_SHOWN, ENDING_COUNTED = 5, 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not actor.is_signed_in:
        if settings.DEMO:
            return go(reverse("demo-people"))
        return page(request, "home/welcome.html", installation=installation())
    me = actor.subject
    keeps = can(actor, Permission.ORGANISATION_ADD, installation())
    found = list(surveys.surveys(actor)[: SURVEYS_SHOWN + 1])
    return page(
        request,
        "home/start.html",
        called=somebody(identity.own_name(actor), short_number(me)),
        roles=_roles(actor),
        surveys=found[:SURVEYS_SHOWN],
        more_surveys=len(found) > SURVEYS_SHOWN,
        ending=_ending(actor),
        seal_is_late=keeps and access.sealed(actor.at).late,
        first_steps=_first_steps(actor) if keeps and not found else [],
    )


def _roles(actor: Actor) -> list[dict[str, Any]]:
    """What she does here, in words and where: in organisations, and for the whole installation."""
    whole = [
        {"role": _(r), "says": _(ROLES[r].says)} for r in access.own_roles(actor, ScopeKind.INSTALLATION)
    ]
    held = people.roles_of(actor, [actor.subject])[actor.subject]
    return whole + [{"role": _(m.role), "where": people.where(m.of), "place": m.place} for m in held]


def _ending(actor: Actor) -> dict[str, Any]:
    soon = list(people.ending_soon(actor)[:ENDING_COUNTED])
    if not soon:
        return {"rows": [], "total": 0}
    shown = soon[:ENDING_SHOWN]
    names = identity.shown(actor, [m.member_id for m in shown], on=installation())
    rows = [
        {
            "called": somebody(names.get(m.member_id, ""), m.member.person.number),
            "person": m.member_id,
            "role": _(m.role),
            "where": people.where(m.of),
            "ends": m.ends,
        }
        for m in shown
    ]
    return {"rows": rows, "total": len(soon)}


def _first_steps(actor: Actor) -> list[dict[str, str]]:
    """What a new installation needs, in this order. The last of them is a survey: then they go."""
    steps = [
        (places.top(actor).exists(), _("Read in the places where you work"), "places"),
        (people.organisations(actor).count() > 1, _("Add the organisations that take part"), "organisations"),
        (
            people.people(actor).count() > 1,
            _("Give each of them a coordinator, who adds the others"),
            "people",
        ),
        (False, _("Ask the units who coordinates what: make the first survey"), "surveys"),
    ]
    now = next(i for i, (done, _name, _url) in enumerate(steps) if not done)
    return [
        {"name": name, "href": reverse(url), "state": "done" if done else "now" if i == now else "later"}
        for i, (done, name, url) in enumerate(steps)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Reads on in this language, where one was. By the button of somebody signed in it becomes her own."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    if request.method == "POST":
        languages.choose_for_oneself(actor_of(request), code)
    answer = go(safe_next(request, reverse("home")))
    languages.keep(answer, code)
    return answer


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For what watches over the machine: "ok" only when the database answers."""
    well = access.database_answers()
    return HttpResponse(
        "ok" if well else "no database", status=200 if well else 503, content_type="text/plain"
    )
