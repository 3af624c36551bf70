"""The questionnaire as those who answer see it, in each language and for each side. Nothing is sent."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alongside.assess.surveys import making_queries, queries, questionnaire
from alongside.assess.surveys.kinds import Side
from alongside.web.shell.middleware import actor_of
from alongside.web.shell.pages import asked, go, page
from alongside.web.surveys.answers import of_survey, other_languages

QUESTION, ALL, START = "survey-preview-question", "survey-preview-questions", "survey-preview"


class Preview:
    """One look at a questionnaire: of which survey, in which language, for which side."""

    def __init__(self, request: HttpRequest, pk: int) -> None:
        self.survey = making_queries.survey(actor_of(request), pk)
        self.rows = queries.asked_questions(self.survey)
        every = questionnaire.offered(self.survey.version, self.survey.title, self.rows)
        self.languages = [*every, *(each for each in self.survey.version.languages if each not in every)]
        self.language = questionnaire.chosen(asked(request, "language"), self.languages)
        wanted = asked(request, "side")
        self.side = wanted if wanted in Side.values else self.survey.sides[0]
        self.items = questionnaire.items(self.survey.version, self.rows, self.language)
        self.path = request.path

    def url(self, view: str, *more: int) -> str:
        return f"{reverse(view, args=[self.survey.pk, *more])}?{urlencode(self.kept)}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [("language", self.language), ("side", self.side)]

    def here(self, **changed: str) -> str:
        return f"{self.path}?{urlencode({**dict(self.kept), **changed})}"

    def values(self, next_url: str) -> dict[str, Any]:
        """What the answering pages need, and the notice that says what this is."""
        links = other_languages(self.languages, self.language)
        return {
            **of_survey(self.survey, self.items, self.language),
            "languages": [],
            "asked_languages": [{**each, "url": self.here(language=each["code"])} for each in links],
            "unit": None,
            "side": capfirst(str(Side(self.side).label)),
            "closed": [],
            "answers": [(item, "") for item in self.items],
            "sent": None,
            "has_draft": False,
            "errors": {},
            "all_url": self.url(ALL),
            "preview": {
                "back_url": reverse("survey-questions", args=[self.survey.pk]),
                "start_url": self.url(START),
                "all_url": self.url(ALL),
                "next_url": next_url.partition("?")[0],
                "kept": self.kept,
                "languages": [{**each, "url": self.here(language=each["code"])} for each in links],
                "sides": [
                    {
                        "name": capfirst(str(Side(each).label)),
                        "url": self.here(side=each),
                        "current": each == self.side,
                    }
                    for each in self.survey.sides
                ],
            },
            "crumbs": [],
        }


@require_safe
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """The first page behind a link."""
    look = Preview(request, pk)
    with questionnaire.spoken(look.language):
        values = look.values(look.url(QUESTION, 1))
        values["preview"]["next_url"] = look.url(QUESTION, 1) if look.items else look.url(ALL)
        return page(request, "answers/start.html", **values)


@require_safe
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """All questions on one page."""
    look = Preview(request, pk)
    with questionnaire.spoken(look.language):
        return page(request, "answers/questions.html", **look.values(look.url(START)))


@require_safe
def question(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One question a page; the last leads back to the first page."""
    look = Preview(request, pk)
    if not 1 <= number <= len(look.items):
        return go(look.url(START))
    with questionnaire.spoken(look.language):
        is_last = number == len(look.items)
        onward = look.url(START) if is_last else look.url(QUESTION, number + 1)
        return page(
            request,
            "answers/question.html",
            page_title_prefix=_("Preview:"),
            position=number,
            total=len(look.items),
            question=look.items[number - 1],
            said="",
            error="",
            back_url=look.url(QUESTION, number - 1) if number > 1 else look.url(START),
            **look.values(onward),
        )
