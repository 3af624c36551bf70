"""What every page stands in: errors, methods, caches."""

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from alongside.core.access import actor as actors
from alongside.web.shell.middleware import RefusalMiddleware
from tests.conftest import NOW


@pytest.mark.parametrize("path", ["/sign-out"])
def test_an_address_for_buttons_says_so_when_it_is_opened(house, client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "Go back to the page with the button" in answer.content.decode()


def test_a_database_that_is_too_busy_is_no_fault_of_the_page(db):
    request = RequestFactory().post("/surveys/1/import")
    request.actor = actors.anonymous(NOW)
    answer = RefusalMiddleware(lambda _: None).process_exception(request, OperationalError("locked"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("said", ["http://[bad", "javascript:alert(1)", "http://evil.example/x", ""])
def test_the_way_back_never_leads_elsewhere(house, client, said):
    answer = client.post(f"/people/{house.people['nobody'].pk}/link", HTTP_REFERER=said)
    assert answer.headers["Location"] == "/sign-in?next=%2F"
    house.sign_in(client, "administrator")
    house.account("coordinator")
    refused = client.post(f"/people/{house.people['coordinator'].pk}/invite", HTTP_REFERER=said)
    assert refused.status_code == 409
    assert '<a class="button" href="/">' in refused.content.decode()


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01"])
def test_days_at_the_end_of_time_are_no_fault(house, client, query):
    assert house.sign_in(client, "administrator").get(f"/audit?{query}").status_code == 200


def test_a_day_too_far_off_is_refused_beside_its_field(house, client):
    house.sign_in(client, "coordinator")
    path = f"/organisations/{house.unit.pk}/people/add"
    answer = client.post(path, {"name": "New", "role": "volunteer", "ends": "9999-12-31"})
    assert answer.status_code == 409
    assert "too far off" in answer.content.decode()


def test_pages_are_asked_for_anew(house, client):
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    assert client.get("/sign-in").headers["Cache-Control"].startswith("max-age=0")
    assert house.sign_in(client, "volunteer").get("/").headers["Cache-Control"] == "private, no-store"
