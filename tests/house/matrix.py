"""The matrix of addresses: each URL, the objects it is tried on, and what each method needs there.

Whether somebody may is worked out by tests/house/reach.py; the permissions stand here once more, by hand. An
address that is not listed fails the test, and so does a method that answers without being listed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from alongside.commons.people.models import Organisation
from alongside.core.access.permissions import Permission as P
from alongside.core.access.roles import Role
from tests.house.world import (
    ANSWERS,
    FEW,
    IMPORTS,
    MEMBERSHIPS,
    MESSAGES,
    ORGANISATIONS,
    PERSONS,
    RESPONDENTS,
    SURVEYS,
    World,
)

NOTICE = b"Subject: Hello\n\nThis is no notice.\n"
Row = models.Model | None
Need = Callable[[World, str, Row], bool]
EVERY_ADDRESS = "alongside.config.urls_demo"


def public(world: World, who: str, row: Row) -> bool:
    return True


def signed_in(world: World, who: str, row: Row) -> bool:
    return world.actors[who].is_signed_in


def may(permission: P, at: str = "") -> Need:
    """The permission on the object itself, or on the one named `at`."""
    return lambda world, who, row: world.may(who, permission, world.rows[at] if at else row)


def own(permission: P) -> Need:
    """The permission on the row of the person who asks."""
    return lambda world, who, row: who in world.house.people and world.may(who, permission, world.rows[who])


def anywhere(permission: P) -> Need:
    """The permission on any organisation at all."""
    return lambda world, who, row: any(
        world.may(who, permission, each) for each in Organisation.objects.all()
    )


def all_of(*needs: Need) -> Need:
    return lambda world, who, row: all(need(world, who, row) for need in needs)


@dataclass(frozen=True)
class Visit:
    """What a method needs. `body` and `query` may hold names of the world's rows: `"*nobody"` is her id.

    Where `few` is set, some actors are enough.
    """

    need: Need
    body: dict[str, Any] | None = None
    query: dict[str, Any] | None = None
    few: bool = False

    def actors(self, world: World) -> list[str]:
        return [who for who in world.by_web if who in FEW or not self.few]


@dataclass(frozen=True)
class Route:
    """`on` names the objects; `kwargs` says how one of them stands in the address, its id if nothing is said.

    A page with several forms has several `posts`.
    """

    get: Visit | None = None
    posts: tuple[Visit, ...] = ()
    on: tuple[str, ...] = ("",)
    kwargs: Callable[[World, Row], dict[str, Any]] = lambda _, row: {"pk": row.pk} if row else {}

    @property
    def visits(self) -> list[tuple[str, Visit]]:
        return [("GET", self.get)] * bool(self.get) + [("POST", post) for post in self.posts]

    @property
    def methods(self) -> set[str]:
        return ({"GET", "HEAD"} if self.get else set()) | ({"POST"} if self.posts else set())


def page(need: Need, *on: str, **more: Any) -> Route:
    """A page that is only read."""
    visit = Visit(need, query=more.pop("query", None), few=need is public)
    return Route(get=visit, on=on or ("",), **more)


def button(need: Need, *on: str, body: dict[str, Any] | None = None, **more: Any) -> Route:
    """A form of one button somewhere else."""
    return Route(posts=(Visit(need, body or {}),), on=on or ("",), **more)


def form(
    need: Need, *on: str, body: dict[str, Any], query: dict[str, Any] | None = None, **more: Any
) -> Route:
    """A page with a form: who may see it may send it, and nobody else."""
    posts = (Visit(need, body, query), *([Visit(need, {}, query, few=True)] if body else []))
    return Route(get=Visit(need, query=query), posts=posts, on=on or ("",), **more)


def filled(world: World, values: dict[str, Any] | None) -> dict[str, Any]:
    """The values with the ids of the rows that they name; bytes become a file."""

    def one(value: Any) -> Any:
        if isinstance(value, bytes):
            return SimpleUploadedFile("answers.csv", value, "text/csv")
        return str(world.rows[value[1:]].pk) if isinstance(value, str) and value.startswith("*") else value

    return {key: one(value) for key, value in (values or {}).items()}


@dataclass(frozen=True)
class Address:
    name: str
    view: str
    pattern: str


def addresses(urlconf: str = EVERY_ADDRESS) -> Iterator[Address]:
    """Every address of a URLconf, with the module and name of its view."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, before + str(each.pattern))
            else:
                view = f"{each.callback.__module__.removeprefix('alongside.')}.{each.callback.__name__}"
                yield Address(each.name or "", view, before + str(each.pattern))

    yield from walk(get_resolver(urlconf).url_patterns, "/")


def in_any_scope(permission: P) -> Need:
    return lambda world, who, row: any(
        world.reach.may(world.actors[who], permission, scope) for scope in world.reach.kinds
    )


def respondent(_world: World, row: Row) -> dict[str, Any]:
    return {"respondent": row.pk} if row else {}


def one_import(_world: World, row: Row) -> dict[str, Any]:
    return {"pk": row.survey_id, "n": row.pk} if row else {}


def code(world: World, _row: Row) -> dict[str, Any]:
    return {"code": world.secrets["respondent"]}


def cost(_world: World, row: Row) -> dict[str, Any]:
    """The question of the draft's own."""
    return {"pk": row.pk, "key": "cost"} if row else {}


MADE = ("draft survey", *SURVEYS)
ROUTES: dict[str, Route] = {
    # open to anyone at all
    "home": page(public),
    "health": page(public),
    "language": form(public, body={}, kwargs=lambda _world, _row: {"code": "en"}),
    "who-sees-what": page(public),
    "how-we-compute": page(public),
    # the demonstration's own: whoever is there may be anybody
    "demo-people": page(public),
    "gallery": form(public, body={}),
    "demo-as": button(public, kwargs=lambda _world, _row: {"handle": "researcher"}),
    "audit": page(in_any_scope(P.AUDIT_VIEW)),
    # signing in
    "sign-in": form(public, body={"name": "nobody.at.all", "password": "not this one"}),
    "sign-out": button(public),
    "link": form(public, "link", body={}, kwargs=lambda world, _: {"secret": world.secrets["link"]}),
    "account": Route(
        get=Visit(own(P.PERSON_VIEW)),
        posts=(
            Visit(own(P.IDENTITY_EDIT), {"card": "", "name": "New"}, few=True),
            Visit(
                own(P.ACCOUNT_KEEP), {"keep": "", "sign_in_name": "new.name", "password": "a good long one"}
            ),
        ),
    ),
    "own-sessions": Route(
        get=Visit(own(P.PERSON_VIEW)),
        posts=(
            Visit(own(P.ACCOUNT_KEEP), {"everywhere": ""}),
            Visit(own(P.ACCOUNT_KEEP), {"session": "1"}, few=True),
        ),
    ),
    # messages
    "messages": page(in_any_scope(P.OUTBOX_VIEW)),
    "message-retry": button(may(P.OUTBOX_RETRY), *MESSAGES),
    "message-arrived": button(may(P.OUTBOX_RETRY), *MESSAGES),
    "message-drop": form(may(P.OUTBOX_RETRY), *MESSAGES, body={}),
    "message-returned": button(may(P.OUTBOX_RETRY), *MESSAGES),
    "messages-returned": form(in_any_scope(P.OUTBOX_VIEW), body={"notices": NOTICE}),
    "message-letters": button(in_any_scope(P.OUTBOX_PRINT)),
    # places
    "places": page(may(P.PLACE_VIEW, "installation")),
    "place": page(may(P.PLACE_VIEW, "installation"), "norway", "innlandet"),
    # organisations, units, groups
    "organisations": page(signed_in),
    "organisation": page(may(P.ORGANISATION_VIEW), *ORGANISATIONS),
    "organisation-add": form(
        may(P.ORGANISATION_ADD, "installation"), body={"name": "New", "kind": "voluntary organisation"}
    ),
    "organisation-change": form(may(P.ORGANISATION_EDIT), *ORGANISATIONS, body={"name": "New"}),
    "unit-add": form(may(P.UNIT_ADD), *ORGANISATIONS, body={"name": "New"}),
    "group-add": form(may(P.UNIT_ADD), *ORGANISATIONS, body={"name": "New"}),
    "group": page(may(P.ORGANISATION_VIEW), "group"),
    "organisation-people": page(may(P.MEMBERSHIP_VIEW), *ORGANISATIONS),
    # people and roles
    "people": form(signed_in, body={"q": "Vilde"}),
    "person": page(may(P.PERSON_VIEW), *PERSONS),
    "person-card": form(may(P.IDENTITY_EDIT), *PERSONS, body={"name": "New"}),
    "person-add": form(
        may(P.MEMBERSHIP_EDIT), *ORGANISATIONS, "group", body={"name": "New", "role": Role.RELAY}
    ),
    "role-add": form(
        all_of(may(P.MEMBERSHIP_EDIT), may(P.MEMBERSHIP_EDIT, "unit")),
        *PERSONS,
        query={"in": "*unit"},
        body={"role": Role.RELAY},
    ),
    "person-return": form(
        all_of(may(P.MEMBERSHIP_RETURN), may(P.MEMBERSHIP_EDIT, "unit")),
        *PERSONS,
        query={"in": "*unit"},
        body={"role": Role.RELAY},
    ),
    "person-account": form(may(P.ACCOUNT_CLOSE), *PERSONS, body={}),
    "administrators": form(may(P.INSTALLATION_KEEP, "installation"), body={"person": "7KQ2-MX"}),
    "administrator-end": form(may(P.INSTALLATION_KEEP, "installation"), "administrator", body={}),
    "person-invite": button(may(P.ACCOUNT_INVITE), *PERSONS),
    "person-link": button(may(P.ACCOUNT_LINK), *PERSONS),
    # surveys
    "surveys": Route(get=Visit(public)),
    "survey-add": form(
        anywhere(P.SURVEY_ADD),
        body={
            "title": "New",
            "owner": "*institute",
            "country": "*norway",
            "language": "en",
            "begins": "activities",
        },
    ),
    "survey-name": form(may(P.SURVEY_EDIT), *MADE, body={"title": "New"}),
    "survey-activities": form(may(P.SURVEY_EDIT), *MADE, body={"activities": ["social"]}),
    "survey-questions": page(may(P.SURVEY_EDIT), *MADE),
    "survey-question-add": form(
        may(P.SURVEY_EDIT), *MADE, query={"kind": "text"}, body={"text": "What else?"}
    ),
    "survey-question": form(may(P.SURVEY_EDIT), "draft survey", body={"text": "What else?"}, kwargs=cost),
    "survey-question-remove": form(may(P.SURVEY_EDIT), "draft survey", body={}, kwargs=cost),
    "survey-question-move": button(may(P.SURVEY_EDIT), "draft survey", body={"way": "up"}, kwargs=cost),
    "survey-languages": form(may(P.SURVEY_EDIT), *MADE, body={"language": "uk"}),
    "survey-language": form(
        may(P.SURVEY_EDIT),
        "draft survey",
        body={"t-title": "Hva det koster"},
        kwargs=lambda _, row: {"pk": row.pk, "language": "nb"},
    ),
    "survey-whom": form(
        may(P.SURVEY_EDIT), *MADE, body={"place": "*norway", "kinds": ["nursing home"], "how": "all"}
    ),
    "survey-copy": form(
        all_of(may(P.SURVEY_EDIT), may(P.SURVEY_ADD, "institute")), *MADE, body={"title": "Once more"}
    ),
    "survey-drop": form(may(P.SURVEY_EDIT), *MADE, body={}),
    "survey-preview": page(may(P.SURVEY_EDIT), *MADE),
    "survey-preview-questions": page(may(P.SURVEY_EDIT), *MADE),
    "survey-preview-question": page(
        may(P.SURVEY_EDIT), *MADE, kwargs=lambda _, row: {"pk": row.pk, "number": 1}
    ),
    "survey": page(may(P.SURVEY_VIEW), *SURVEYS),
    "survey-units": page(may(P.SURVEY_IMPORT), *SURVEYS),
    "survey-import": form(may(P.SURVEY_IMPORT), *SURVEYS, body={"file": ANSWERS, "replace": "on"}),
    "survey-import-progress": page(may(P.SURVEY_IMPORT), *IMPORTS, kwargs=one_import),
    "survey-import-state": page(may(P.SURVEY_IMPORT), *IMPORTS, kwargs=one_import),
    "survey-import-faults": page(may(P.SURVEY_IMPORT), *IMPORTS, kwargs=one_import),
    "survey-import-keep": button(may(P.SURVEY_IMPORT), *IMPORTS, kwargs=one_import),
    "survey-import-call-off": form(may(P.SURVEY_IMPORT), *IMPORTS, body={}, kwargs=one_import),
    "survey-table": page(may(P.SURVEY_TABLE_VIEW), *SURVEYS),
    "survey-table-csv": page(may(P.SURVEY_TABLE_VIEW), *SURVEYS),
    "survey-table-xlsx": page(may(P.SURVEY_TABLE_VIEW), *SURVEYS),
    "survey-answers": page(may(P.SURVEY_ANSWERS_EXPORT), *SURVEYS),
    "survey-answers-xlsx": page(may(P.SURVEY_ANSWERS_EXPORT), *SURVEYS),
    "survey-codebook": page(may(P.SURVEY_VIEW), *SURVEYS),
    "survey-results": page(may(P.SURVEY_TABLE_VIEW), *SURVEYS, "survey with words"),
    "survey-words": page(may(P.SURVEY_ANSWERS_EXPORT), "survey with words", kwargs=cost),
    "survey-how": Route(
        get=Visit(may(P.SURVEY_TABLE_VIEW)),
        posts=(
            Visit(may(P.SURVEY_IMPORT), {"replicates": "2000", "seed": "2"}),
            Visit(may(P.SURVEY_IMPORT), {}, few=True),
        ),
        on=SURVEYS,
    ),
    "survey-publish": form(may(P.SURVEY_PUBLISH), *SURVEYS, body={"to": "anyone"}),
    "survey-response": page(may(P.SURVEY_VIEW), *SURVEYS),
    "survey-response-csv": page(may(P.SURVEY_VIEW), *SURVEYS),
    "survey-compare": page(may(P.SURVEY_TABLE_VIEW), *SURVEYS),
    "survey-compare-csv": page(may(P.SURVEY_TABLE_VIEW), *SURVEYS),
    "survey-years": page(may(P.SURVEY_TABLE_VIEW), *SURVEYS),
    "survey-years-csv": page(may(P.SURVEY_TABLE_VIEW), *SURVEYS),
    "survey-close": form(may(P.SURVEY_CLOSE), *SURVEYS, body={"reason": "Enough have answered"}),
    "survey-team": form(may(P.SURVEY_TEAM_EDIT), *SURVEYS, body={"person": "*evaluator"}),
    # writing to those who answer
    "survey-asking": page(may(P.SURVEY_WRITE), *SURVEYS),
    "survey-asking-state": page(may(P.SURVEY_WRITE), *SURVEYS),
    "survey-invite": form(may(P.SURVEY_WRITE), *SURVEYS, body={"contact": "Rita, 555 01", "agreed": "9"}),
    "survey-remind": form(may(P.SURVEY_WRITE), *SURVEYS, body={"contact": "Rita, 555 01", "agreed": "9"}),
    # who answers
    "survey-respondents": form(may(P.RESPONDENT_EDIT), *SURVEYS, body={"q": "Rita"}),
    "survey-respondent-add": form(
        may(P.RESPONDENT_EDIT),
        *SURVEYS,
        body={"unit": "002", "side": "staff", "name": "New", "channel": "none"},
    ),
    "survey-respondents-import": form(
        may(P.RESPONDENT_EDIT), *SURVEYS, body={"file": b"unit,respondent\n002,New\n"}
    ),
    "survey-respondent": form(
        may(P.RESPONDENT_EDIT), *RESPONDENTS, body={"name": "New", "channel": "none"}, kwargs=respondent
    ),
    "survey-respondent-replace": form(
        may(P.RESPONDENT_EDIT), *RESPONDENTS, body={"name": "New", "channel": "none"}, kwargs=respondent
    ),
    "survey-respondent-code": button(may(P.RESPONDENT_INVITE), *RESPONDENTS, kwargs=respondent),
    # by telephone
    "survey-calls": page(may(P.SURVEY_CALL), *SURVEYS),
    "survey-call": form(
        may(P.SURVEY_ANSWER_FOR),
        *RESPONDENTS,
        body={"q-social": "unit", "q-walking-group": "other"},
        kwargs=respondent,
    ),
    "survey-call-take": button(may(P.SURVEY_ANSWER_FOR), *RESPONDENTS, kwargs=respondent),
    "survey-call-result": button(
        may(P.SURVEY_ANSWER_FOR), *RESPONDENTS, body={"result": "refused"}, kwargs=respondent
    ),
    # answering with a code: whoever has it is let in
    "answer-code": form(public, body={"code": "2222 2222 2222"}),
    "answer": page(public, "respondent", kwargs=code),
    "answer-questions": form(public, "respondent", body={"q-social": "unit"}, kwargs=code),
    "answer-question": form(
        public, "respondent", body={"q-social": "unit"}, kwargs=lambda w, row: {**code(w, row), "number": 1}
    ),
    "answer-language": button(public, "respondent", body={"language": "en"}, kwargs=code),
    "answer-check": form(public, "respondent", body={}, kwargs=code),
    "answer-refuse": form(public, "respondent", body={}, kwargs=code),
    "answer-sent": page(public, "respondent", kwargs=code),
    "survey-state": page(may(P.SURVEY_VIEW), *SURVEYS),
    "membership-end": form(may(P.MEMBERSHIP_EDIT), *MEMBERSHIPS, body={}),
}
