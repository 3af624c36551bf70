"""The page of a survey's own questions, for its team and for others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.assess.surveys import actions
from tests.assess.test_own_results import answer, compute
from tests.factories import surveys as made
from tests.web.test_surveys import text


@pytest.fixture
def survey(house):
    survey = made.own_questions(house, of=24, replicates=1000, seed=7)
    answer(house, survey, 21)
    compute(house, survey)
    return survey


def results(survey):
    return reverse("survey-results", args=[survey.pk])


def test_the_team_sees_every_figure(house, client, survey):
    house.sign_in(client, "researcher")
    assert results(survey) in client.get(reverse("survey", args=[survey.pk])).content.decode()
    page = text(client.get(results(survey)))
    assert "21 of 24 units answered (87.5" in page
    assert "Yes 66.7 % 14 of 21" in page
    assert "Mean 10 Median: half lie below it 10" in page
    assert "The most 20" in page
    assert "1,000 resamples with seed 7" in page
    assert "Read what people wrote" in page
    words = text(client.get(reverse("survey-words", args=[survey.pk, "remark"])))
    assert "21 units wrote something." in words
    assert "001 · Solbakken Remark 0" in words


def test_others_see_what_is_open_and_no_words(house, client, survey):
    house.sign_in(client, "volunteer")
    assert client.get(results(survey)).status_code == 404
    actions.publish(survey, by=house.as_("researcher"), to="signed in")
    page = text(client.get(results(survey)))
    assert "Small numbers are closed" in page
    assert "The most closed" in page
    assert "seed" not in page
    assert "is read by those who answer for the survey alone" in page
    assert "Remark" not in page
    assert client.get(reverse("survey-words", args=[survey.pk, "remark"])).status_code == 404


def test_before_anything_is_computed_the_page_says_so(house, client):
    survey = made.own_questions(house)
    house.sign_in(client, "researcher")
    assert "Not counted yet." in text(client.get(results(survey)))
    assert "Nobody has written anything" in text(
        client.get(reverse("survey-words", args=[survey.pk, "remark"]))
    )
    plain = made.survey(house, of=1)
    assert "This survey has no questions of its own" in text(client.get(results(plain)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_take_as_many_queries_for_many_units_as_for_one(house, client, count):
    survey = made.own_questions(house, of=count, replicates=1000)
    answer(house, survey, count)
    compute(house, survey)
    house.sign_in(client, "researcher")
    taken = {}
    for url in (results(survey), reverse("survey-words", args=[survey.pk, "remark"])):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        taken[url.rsplit("/", 1)[-1]] = len(captured)
    assert taken == {"results": 9, "remark": 9}
