"""Whom somebody is calling, nobody else calls: for a while, and not against agreement."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.assess.surveys import actions, asking, calling
from alongside.assess.surveys.models import Respondent
from alongside.commons.people import actions as people
from alongside.core.access.models import AuditRow
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import Refused
from tests.conftest import NOW
from tests.factories import surveys as made
from tests.factories.house import build
from tests.web.test_surveys import text


def a_quarter_later():
    return NOW + calling.HELD


@pytest.fixture
def survey(house):
    made_survey = made.survey(house, of=3)
    people.add_person(house.institute, by=house.operator, name="Ines", role=Role.VOLUNTEER)
    for name in ("evaluator", "volunteer"):
        if name == "volunteer":
            people.join(house.institute, by=house.operator, person=house.people[name], role=Role.VOLUNTEER)
        actions.appoint_interviewer(made_survey, by=house.as_("researcher"), person=house.people[name])
    return made_survey


@pytest.fixture
def first(house, survey):
    return made.respondent(house, survey, name="Berit Berg", phone="555 77")


@pytest.fixture
def second(house, survey):
    return made.respondent(house, survey, unit="002", name="Cato Dahl")


@pytest.fixture
def one(house, first):
    return house.sign_in(Client(), "evaluator")


@pytest.fixture
def other(house, first):
    return house.sign_in(Client(), "volunteer")


def call(respondent):
    return reverse("survey-call", args=[respondent.pk])


def number_of(house, name):
    return house.people[name].number.replace("-", "\u2011")


def test_whoever_opens_a_call_has_it_for_a_quarter_of_an_hour(house, survey, first, second, one, other):
    assert "555 77" in text(one.get(call(first)))
    busy = other.get(call(first))
    assert busy.status_code == 409
    page = text(busy)
    assert "Somebody else is calling Berit Berg now" in page
    assert f"Person {number_of(house, 'evaluator')} opened this call." in page
    assert "09:15" in page
    assert "555 77" not in page
    assert one.get(call(first)).status_code == 200
    with override_settings(CLOCK="tests.web.test_surveys_calling.a_quarter_later"):
        assert other.get(call(first)).status_code == 200
        assert one.get(call(first)).status_code == 409


def test_the_list_says_who_is_called_and_passes_her_over(house, survey, first, second, one, other):
    listed = reverse("survey-calls", args=[survey.pk])
    one.get(call(first))
    page = other.get(listed).content.decode()
    assert f"Person {number_of(house, 'evaluator')} is calling now" in page
    assert page.count("is calling now") == 1
    assert f'href="{call(second)}">Call the first one' in page
    assert "is calling now" not in text(one.get(listed))


def test_where_everybody_is_called_there_is_nobody_to_begin_with(survey, first, one, other):
    one.get(call(first))
    assert "Call the first one" not in text(other.get(reverse("survey-calls", args=[survey.pk])))


@pytest.mark.parametrize("how", ["answers", "result"])
def test_writing_down_what_came_of_it_ends_it(survey, first, one, other, how):
    one.get(call(first))
    if how == "answers":
        one.post(call(first), {f"q-{key}": "together" for key in made.ACTIVITIES})
    else:
        one.post(reverse("survey-call-result", args=[first.pk]), {"result": "call again"})
    assert other.get(call(first)).status_code == 200


def test_it_is_taken_over_by_a_button_and_what_is_said_counts_from_either(first, one, other):
    one.get(call(first))
    answer = other.post(reverse("survey-call-take", args=[first.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (303, call(first))
    assert "555 77" in text(other.get(call(first)))
    assert one.get(call(first)).status_code == 409
    said = {f"q-{key}": "together" for key in made.ACTIVITIES}
    assert one.post(call(first), said).status_code == 303
    verbs = list(
        AuditRow.objects.filter(verb__endswith="_call").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["surveys.begin_call", "surveys.take_over_call", "surveys.begin_call"]


def test_looking_ahead_without_opening_holds_nothing(first, one, other):
    one.head(call(first))
    assert other.get(call(first)).status_code == 200


@pytest.mark.parametrize(("is_called", "codes"), [(True, ["being-called"]), (False, [])])
def test_the_rule(is_called, codes):
    assert [reason.code for reason in asking.why_not_call(is_called=is_called)] == codes


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(house, survey, one, other, count):
    for unit in range(2, count + 1):
        made.respondent(house, survey, unit=f"{unit:03}", name=f"Person {unit}")
    for respondent in Respondent.objects.all():
        one.get(call(respondent))
    with CaptureQueriesContext(connection) as captured:
        other.get(reverse("survey-calls", args=[survey.pk]))
    assert len(captured) == 11


@pytest.mark.usefixtures("committed")
def test_of_ten_who_begin_at_once_one_calls():
    house = build(NOW)
    respondent = made.respondent(house, made.survey(house, of=1))
    callers = [
        people.add_person(house.institute, by=house.operator, name=f"Caller {n}", role=Role.VOLUNTEER)
        for n in range(10)
    ]
    for person in callers:
        actions.appoint_interviewer(respondent.survey, by=house.as_("researcher"), person=person)
    gate, began, refused = Barrier(10), [], []

    def go(person):
        by = replace(house.as_("researcher"), subject=person.id, at=NOW + timedelta(seconds=1))
        try:
            gate.wait(timeout=20)
            calling.begin_call(respondent, by=by)
            began.append(by.subject)
        except Refused:
            refused.append(by.subject)
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=(person,)) for person in callers]
    [t.start() for t in threads]
    [t.join(timeout=60) for t in threads]
    assert (len(began), len(refused)) == (1, 9)
    assert Respondent.objects.get().called_by == began[0]
