"""A form that makes something makes it once: pressed twice, sent again after going back, sent by two at once."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse

from alongside.assess.surveys.models import Respondent, Survey
from alongside.commons.people.models import Group, Membership, Organisation, Person
from alongside.core.access.models import Receipt
from alongside.journeys.sweeping import RECEIPTS_KEPT, sweep
from alongside.web.shell.once import FIELD, GOOD_FOR
from tests.conftest import NOW
from tests.factories import surveys as made
from tests.factories.house import build

UNIT = {"name": "Solglimt", "unit_kind": "nursing home"}


def text(answer):
    return answer.content.decode()


def number_on(page):
    found = re.search(rf'name="{FIELD}" value="([^"]+)"', text(page))
    assert found, "this form has no number"
    return found[1]


def organisation(house):
    return "administrator", reverse("organisation-add"), {"name": "New", "kind": "company"}, Organisation


def unit(house):
    return "coordinator", reverse("unit-add", args=[house.municipality.pk]), UNIT, Organisation


def group(house):
    return "coordinator", reverse("group-add", args=[house.municipality.pk]), {"name": "Walkers"}, Group


def person(house):
    return (
        "coordinator",
        reverse("person-add", args=[house.unit.pk]),
        {"name": "Berit", "role": "relay"},
        Person,
    )


def next_person(house):
    who, address, said, model = person(house)
    return who, address, {**said, "again": "1"}, model


def role(house):
    address = reverse("role-add", args=[house.people["volunteer"].pk])
    return "coordinator", f"{address}?in={house.municipality.pk}", {"role": "relay"}, Membership


def survey(house):
    said = {
        "title": "Who coordinates what",
        "owner": str(house.institute.pk),
        "country": str(house.norway.pk),
        "language": "en",
        "begins": "activities",
    }
    return "researcher", reverse("survey-add"), said, Survey


def respondent(house):
    address = reverse("survey-respondent-add", args=[made.survey(house, of=2).pk])
    said = {"unit": "002", "side": "staff", "name": "Berit", "channel": "none"}
    return "researcher", address, said, Respondent


def another_respondent(house):
    named = made.respondent(house, made.survey(house, of=2))
    address = reverse("survey-respondent-replace", args=[named.pk])
    return "researcher", address, {"name": "Berit", "channel": "none"}, Respondent


FORMS = (organisation, unit, group, person, next_person, role, survey, respondent, another_respondent)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_form_sent_twice_makes_it_once_and_leads_to_it_again(house, client, form):
    who, address, said, model = form(house)
    house.sign_in(client, who)
    page = client.get(address)
    said = {**said, FIELD: number_on(page)}
    before = model.objects.count()
    first, second = client.post(address, said), client.post(address, said)
    assert (first.status_code, second.status_code) == (303, 303), text(first)
    assert first.headers["Location"] == second.headers["Location"]
    assert model.objects.count() == before + 1
    assert Receipt.objects.get().repeats == 1, "an acknowledgement that commits nothing"


@pytest.fixture
def page(house, client):
    """Where units are added, opened."""
    house.sign_in(client, "coordinator")
    return client.get(reverse("unit-add", args=[house.municipality.pk]))


@pytest.fixture
def address(house):
    return reverse("unit-add", args=[house.municipality.pk])


def test_going_back_and_writing_something_else_is_asked_about(house, client, page, address):
    number = number_on(page)
    client.post(address, {**UNIT, FIELD: number})
    other = {**UNIT, "name": "Solvang", FIELD: number}
    answer = client.post(address, other)
    assert answer.status_code == 409
    assert "This form was sent before, with other words, and that is done." in text(answer)
    assert 'value="Solvang"' in text(answer)
    assert house.municipality.units.count() == 2
    assert client.post(address, {**other, FIELD: number_on(answer)}).status_code == 303
    assert house.municipality.units.count() == 3


def test_a_form_that_was_refused_can_be_put_right_with_the_number_it_has(house, client, page, address):
    number = number_on(page)
    assert client.post(address, {"name": "Solbakken", FIELD: number}).status_code == 409
    assert not Receipt.objects.exists()
    assert client.post(address, {"name": "Solglimt", FIELD: number}).status_code == 303


def forged(house, client, number):
    return number[:-2] + ("aa" if number[-2:] != "aa" else "bb")


def of_somebody_else(house, client, number):
    house.sign_in(client, "administrator")
    return number


def of_another_page(house, client, number):
    return number_on(client.get(reverse("group-add", args=[house.municipality.pk])))


@pytest.mark.parametrize("how", [forged, of_somebody_else, of_another_page])
def test_a_number_that_is_not_this_form_s_is_asked_for_anew_and_nothing_is_lost(
    house, client, page, address, how
):
    answer = client.post(address, {**UNIT, FIELD: how(house, client, number_on(page))})
    assert answer.status_code == 409
    assert "Nothing is lost: send it once more." in text(answer)
    assert 'value="Solglimt"' in text(answer)
    assert client.post(address, {**UNIT, FIELD: number_on(answer)}).status_code == 303


def much_later():
    return NOW + GOOD_FOR + timedelta(seconds=1)


def test_a_number_is_good_for_as_long_as_a_session(house, client, page, address):
    number = number_on(page)
    with override_settings(CLOCK="tests.web.test_once.much_later"):
        answer = client.post(address, {**UNIT, FIELD: number})
    assert answer.status_code == 409
    assert house.municipality.units.count() == 1


def test_two_forms_are_two(house, client, page, address):
    again = client.get(address)
    assert number_on(page) != number_on(again)
    client.post(address, {**UNIT, FIELD: number_on(page)})
    client.post(address, {**UNIT, "name": "Solvang", FIELD: number_on(again)})
    assert house.municipality.units.count() == 3


def test_receipts_are_swept_away_later_than_their_forms_are_taken(house, client, page, address):
    client.post(address, {**UNIT, FIELD: number_on(page)})
    assert RECEIPTS_KEPT > GOOD_FOR
    assert sweep(NOW + RECEIPTS_KEPT).receipts == 0
    assert sweep(NOW + RECEIPTS_KEPT + timedelta(seconds=1)).receipts == 1
    assert not Receipt.objects.exists()


@pytest.mark.usefixtures("committed")
def test_pressed_ten_times_at_once_it_is_made_once():
    house = build(NOW)
    address = reverse("person-add", args=[house.unit.pk])
    clients = [house.sign_in(Client(), "coordinator") for _ in range(10)]
    said = {"name": "Berit", "role": "relay", FIELD: number_on(clients[0].get(address))}
    before, gate, answers = Person.objects.count(), Barrier(len(clients)), []

    def press(client):
        try:
            gate.wait()
            answers.append(client.post(address, said))
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {
        (303, answers[0].headers["Location"])
    }
    assert Person.objects.count() == before + 1
    assert Receipt.objects.get().repeats == 9
