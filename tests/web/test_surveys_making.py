"""Making a survey in three steps."""

import re

import pytest
from django.urls import reverse

from alongside.assess.surveys import queries
from alongside.assess.surveys.models import Survey
from tests.factories import surveys as made
from tests.web.test_surveys import text


@pytest.fixture
def said(house):
    """Everything that the three steps ask for."""
    return {
        "title": "Spring",
        "owner": str(house.institute.pk),
        "country": str(house.norway.pk),
        "opened_on": "2027-04-01",
        "closed_on": "2027-04-28",
        "activities": ["day-centre", "social", "physical"],
        "sensitivity": ["social"],
        "place": str(house.innlandet.pk),
        "kinds": ["nursing home", "nursing home and home care"],
    }


def only(said, *names):
    return {name: said[name] for name in names}


def step(client, name, values):
    return client.get(reverse("survey-add"), {"step": name, **values})


NAME = ("title", "owner", "country", "opened_on", "closed_on")


def hidden(page):
    return set(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))


def test_three_steps_lead_to_a_survey(house, client, said):
    made.units(house, 9)
    house.sign_in(client, "researcher")
    assert "What is the survey called?" in text(client.get(reverse("survey-add")))
    second = step(client, "activities", only(said, *NAME))
    assert "Required by law in Norway" in text(second)
    assert ("title", "Spring") in hidden(second)
    third = step(client, "units", only(said, *NAME, "activities", "sensitivity"))
    page = third.content.decode()
    assert "Norway (units: 9)" in page
    assert "Innlandet (units: 5)" in page
    assert len(re.findall(r'name="kinds" value="[^"]+" checked', page)) == 4
    assert {("activities", "social"), ("sensitivity", "social"), ("title", "Spring")} <= hidden(third)
    response = client.post(reverse("survey-add"), said)
    survey = Survey.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, reverse("survey", args=[survey.pk]))
    assert (survey.title, survey.owner_id, survey.country_id) == (
        "Spring",
        house.institute.pk,
        house.norway.pk,
    )
    assert [a.key for a in queries.asked_activities(survey)] == ["day-centre", "social", "physical"]
    assert (survey.statutory, survey.sensitivity) == (["day-centre"], ["social"])
    asked = queries.asked_units(survey)
    assert {unit.above for unit in asked} == {"Fjellvik"}
    assert {unit.kind for unit in asked} == {"nursing home", "nursing home and home care"}
    assert [unit.name for unit in asked] == sorted(unit.name for unit in asked)


def test_what_was_said_before_is_checked_before_the_next_step(house, client, said):
    house.sign_in(client, "researcher")
    values = {**only(said, *NAME), "title": ""}
    page = step(client, "activities", values)
    assert page.status_code == 422
    assert "Give the survey a name." in text(page)
    assert "Which activities" not in text(page)
    page = step(client, "units", only(said, *NAME))
    assert page.status_code == 422
    assert "Choose at least one activity" in text(page)
    assert ("opened_on", "2027-04-01") in hidden(page)


def test_going_back_loses_nothing(house, client, said):
    house.sign_in(client, "researcher")
    third = step(client, "units", only(said, *NAME, "activities", "sensitivity")).content.decode()
    back = re.findall(r'href="([^"]+step=name[^"]*)"', third)[0].replace("&amp;", "&")
    first = client.get(back)
    assert 'value="Spring"' in first.content.decode()
    assert ("activities", "physical") in hidden(first)


@pytest.mark.parametrize(
    ("changed", "status", "words", "shown"),
    [
        ({"title": ""}, 422, "Give the survey a name.", "What is the survey called?"),
        (
            {"closed_on": "2027-03-01"},
            409,
            "The last day lies before the first.",
            "What is the survey called?",
        ),
        ({"opened_on": "soon"}, 422, "This is not a date.", "What is the survey called?"),
        ({"activities": ["chess"]}, 422, "Choose activities from the list.", "Which activities"),
        ({"sensitivity": ["visiting"]}, 409, "The second look can leave out", "Which activities"),
        ({"place": "999999"}, 422, "Choose a place from the list.", "Which kinds of unit"),
        ({"kinds": []}, 422, "Choose at least one kind of unit.", "Which kinds of unit"),
    ],
)
def test_what_is_wrong_is_shown_in_its_step(house, client, said, changed, status, words, shown):
    house.sign_in(client, "researcher")
    page = client.post(
        reverse("survey-add"), {**said, **changed, "kinds": changed.get("kinds", ["nursing home"])}
    )
    assert page.status_code == status
    assert words in text(page)
    assert shown in text(page)
    assert not Survey.objects.exists()


def test_a_place_without_such_units_is_refused(house, client, said):
    made.units(house, 4)
    house.sign_in(client, "researcher")
    page = client.post(reverse("survey-add"), {**said, "kinds": ["other care unit"]})
    assert page.status_code == 409
    assert "No unit would be asked" in text(page)


def test_those_who_make_none_find_nothing(house, client, said):
    for who in ("coordinator", "administrator", "volunteer"):
        house.sign_in(client, who)
        assert client.get(reverse("survey-add")).status_code == 404
        assert client.post(reverse("survey-add"), said).status_code == 404
    assert not Survey.objects.exists()


def test_nobody_makes_one_for_an_organisation_that_is_not_hers(house, client, said):
    house.sign_in(client, "researcher")
    page = client.post(
        reverse("survey-add"), {**said, "owner": str(house.municipality.pk), "kinds": ["nursing home"]}
    )
    assert page.status_code == 404
    assert not Survey.objects.exists()


@pytest.mark.parametrize("count", [1, 9])
def test_the_steps_take_as_many_queries_for_many_units_as_for_one(
    house, client, said, count, django_assert_num_queries
):
    made.units(house, count)
    house.sign_in(client, "researcher")
    with django_assert_num_queries(12):
        assert client.get(reverse("survey-add")).status_code == 200
    with django_assert_num_queries(12):
        assert step(client, "units", only(said, *NAME, "activities")).status_code == 200
