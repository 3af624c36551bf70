"""Pages of surveys: who sees which, what stands on them, how many queries they take."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.assess.surveys import actions
from alongside.assess.surveys.models import Survey
from alongside.core.access.models import Grant
from alongside.journeys import work
from tests.conftest import NOW
from tests.factories import surveys as made


@pytest.fixture
def survey(house):
    return made.computed(house)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


PAGES = ("survey", "survey-table", "survey-how", "survey-state", "survey-table-csv")
OWNERS_PAGES = ("survey-import", "survey-publish", "survey-units", "survey-answers")


def statuses(client, survey):
    """What each page answers this reader."""
    return {page: client.get(reverse(page, args=[survey.pk])).status_code for page in PAGES + OWNERS_PAGES}


def test_who_sees_which_page(house, survey, client):
    none = dict.fromkeys(PAGES + OWNERS_PAGES, 404)
    some = none | dict.fromkeys(PAGES, 200)
    every = dict.fromkeys(PAGES + OWNERS_PAGES, 200)
    expected = {"researcher": every, "evaluator": some, "nobody": none, "administrator": none}
    for who, pages in expected.items():
        assert statuses(house.sign_in(client, who), survey) == pages, who
    actions.publish(survey, by=house.as_("researcher"), to="signed in")
    assert statuses(house.sign_in(client, "nobody"), survey) == some


def test_a_visitor_is_asked_to_sign_in_unless_the_table_is_open_to_anyone(house, survey, client):
    closed = client.get(reverse("survey", args=[survey.pk]))
    assert closed.headers["Location"].partition("?")[0] == "/sign-in"
    away = dict.fromkeys(PAGES + OWNERS_PAGES, 302)
    assert statuses(client, survey) == away
    actions.publish(survey, by=house.as_("researcher"), to="anyone")
    assert statuses(client, survey) == away | dict.fromkeys(PAGES, 200)


def test_the_list_shows_a_survey_with_its_numbers(house, survey, client):
    page = text(house.sign_in(client, "researcher").get(reverse("surveys")))
    assert "Who coordinates what 2027" in page
    assert "20 16 80.0 % up to date" in page
    assert "Make a survey" in page
    assert "No survey fits" in text(client.get(reverse("surveys"), {"q": "nothing of the kind"}))


def test_an_empty_list_says_what_will_stand_there(house, client):
    page = text(house.sign_in(client, "nobody").get(reverse("surveys")))
    assert "Surveys will stand here" in page
    assert "Make the first survey" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_many_as_for_one(house, client, count, django_assert_num_queries):
    units = made.units(house, 3)
    for number in range(count):
        made.survey(house, of=units, title=f"Survey {number}")
    house.sign_in(client, "researcher")
    with django_assert_num_queries(9):
        assert client.get(reverse("surveys")).status_code == 200


QUERIES = {
    "survey": 20,
    "survey-table": 11,
    "survey-how": 9,
    "survey-state": 6,
    "survey-units": 5,
    "survey-import": 7,
    "survey-publish": 6,
    "survey-answers": 6,
    "survey-table-csv": 6,
}


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_as_many_queries_for_many_units_as_for_one(house, client, count):
    survey = made.survey(house, of=count)
    made.answer(house, survey, made.turns(survey, count))
    work.run_once(NOW)
    house.sign_in(client, "researcher")
    taken = {}
    for page in QUERIES:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(page, args=[survey.pk])).status_code == 200
        taken[page] = len(captured)
    assert taken == QUERIES


def test_the_survey_s_page_for_its_owner(house, survey, client):
    response = house.sign_in(client, "researcher").get(reverse("survey", args=[survey.pk]))
    page = text(response)
    assert "16 units have answered" in page
    assert "80.0 %" in page
    assert "Innlandet" in page
    assert "Read in a file of answers" in page
    assert "Nobody outside your organisation" in page
    assert 'value="16" max="20"' in response.content.decode()


def test_the_survey_s_page_for_others_tells_nothing_by_place(house, survey, client):
    page = text(house.sign_in(client, "evaluator").get(reverse("survey", args=[survey.pk])))
    assert "16 units have answered" in page
    assert "Innlandet" not in page
    assert "Read in" not in page
    assert "answers.csv" not in page


def test_a_survey_without_answers_says_what_comes_first(house, client):
    survey = made.survey(house)
    page = text(house.sign_in(client, "researcher").get(reverse("survey", args=[survey.pk])))
    assert "No unit has answered yet" in page
    assert "The table will stand here" in page
    table = text(client.get(reverse("survey-table", args=[survey.pk])))
    assert "No answers have come in yet" in table
    assert client.get(reverse("survey-table-csv", args=[survey.pk])).content.startswith(
        b"activity,statutory,n"
    )


def test_the_table_s_page_speaks_of_activities_by_name(house, survey, client):
    page = text(house.sign_in(client, "researcher").get(reverse("survey-table", args=[survey.pk])))
    assert "Day centres" in page
    assert "day-centre" not in page
    assert "16 of 20 units answered (80.0 %)" in page
    assert "Up to date" in page
    assert "with seed 7" in page
    assert "Small numbers are closed" not in page
    assert "without Social activities" in page


def test_others_see_the_table_with_small_numbers_closed(house, survey, client):
    page = text(house.sign_in(client, "evaluator").get(reverse("survey-table", args=[survey.pk])))
    assert "Small numbers are closed" in page
    assert "closed, so that no small number can be worked out" in page
    assert "seed" not in page
    how = text(client.get(reverse("survey-how", args=[survey.pk])))
    assert "a guess at what one unit answered could be tested" in how
    assert "--seed" not in how
    assert "Compute it this way" not in how


def test_a_synthetic_survey_says_so_on_every_page(house, client):
    survey = made.survey(house, synthetic=True)
    made.answer(house, survey, made.turns(survey, 3))
    work.run_once(NOW)
    house.sign_in(client, "researcher")
    for page in ("survey", "survey-table"):
        assert "These data are made up" in text(client.get(reverse(page, args=[survey.pk])))


def test_the_state_is_asked_for_until_the_table_stands(house, client):
    survey = made.survey(house)
    made.answer(house, survey, made.turns(survey, 3))
    house.sign_in(client, "researcher")
    page = client.get(reverse("survey", args=[survey.pk])).content.decode()
    (url,) = re.findall(r'hx-get="([^"]+)"', page)
    assert 'hx-trigger="every 2s"' in page
    assert "htmx" in page
    assert client.get(url).status_code == 204
    work.run_once(NOW)
    house.sign_in(client, "researcher")
    ready = client.get(url)
    assert "The new table is ready" in text(ready)
    assert "hx-get" not in ready.content.decode()
    after = client.get(reverse("survey", args=[survey.pk])).content.decode()
    assert "hx-get" not in after
    assert "htmx" not in after


def test_answers_that_came_in_since_are_spoken_of(house, survey, client):
    made.answer(house, survey, {"020": ["unit", "", "other"]})
    house.sign_in(client, "researcher")
    assert "Answers have changed since" in text(client.get(reverse("survey-table", args=[survey.pk])))
    assert "out of date" in text(client.get(reverse("surveys")))


def test_why_there_is_no_table_is_for_those_who_can_mend_it(house, client):
    survey = made.survey(house)
    made.answer(house, survey, made.turns(survey, 3))
    Survey.objects.filter(pk=survey.pk).update(statutory=["chess"])
    work.run_once(NOW)
    url = reverse("survey", args=[survey.pk])
    assert "Look at the answers once more" in text(house.sign_in(client, "researcher").get(url))
    others = text(house.sign_in(client, "evaluator").get(url))
    assert "The table could not be computed" in others
    assert "Look at the answers once more" not in others


def test_a_table_is_published_and_closed_again_on_one_page(house, survey, client):
    url = reverse("survey-publish", args=[survey.pk])
    house.sign_in(client, "researcher")
    assert 'value="nobody" checked' in client.get(url).content.decode()
    for to, sees in [("anyone", 200), ("nobody", 404)]:
        response = client.post(url, {"to": to})
        assert (response.status_code, response.headers["Location"]) == (
            303,
            reverse("survey", args=[survey.pk]),
        )
        assert f'value="{to}" checked' in client.get(url).content.decode()
        other = house.sign_in(client.__class__(), "nobody")
        assert other.get(reverse("survey-table", args=[survey.pk])).status_code == sees
    for wrong in ({}, {"to": "everyone"}):
        response = client.post(url, wrong)
        assert response.status_code == 422
        assert "Choose who may see the table" in text(response)


def test_others_can_send_nothing(house, survey, client):
    actions.publish(survey, by=house.as_("researcher"), to="anyone")
    before = Grant.objects.count()
    for who in ("evaluator", "nobody"):
        house.sign_in(client, who)
        for page in ("survey-publish", "survey-import", "survey-how"):
            assert client.post(reverse(page, args=[survey.pk]), {"to": "nobody"}).status_code == 404
    assert Grant.objects.count() == before


def test_the_owner_has_the_table_computed_in_another_way(house, survey, client):
    url = reverse("survey-how", args=[survey.pk])
    house.sign_in(client, "researcher")
    page = text(client.get(url))
    assert "--statutory day-centre --sensitivity social --replicates 1000 --seed 7" in page
    assert client.post(url, {"replicates": "many", "seed": "7"}).status_code == 422
    refused = client.post(url, {"replicates": "5", "seed": "7"})
    assert refused.status_code == 409
    assert "between 1,000 and 1,000,000" in text(refused)
    assert client.post(url, {"replicates": "2000", "seed": "8"}).status_code == 303
    survey.refresh_from_db()
    assert (survey.revision, survey.replicates, survey.seed, survey.sensitivity) == (2, 2000, 8, [])


def test_pages_can_be_translated_and_run_from_right_to_left(house, survey, client):
    client.cookies["alongside_language"] = "qps-plocm"
    house.sign_in(client, "researcher")
    for page in ("survey", "survey-table", "survey-how", "survey-import", "survey-publish"):
        content = client.get(reverse(page, args=[survey.pk])).content.decode()
        assert 'dir="rtl"' in content
        assert content.count("⟦") > 20, page
