"""Trying the demonstration as one of its people; in an ordinary installation there is no such way."""

import pytest
from django.urls import clear_url_caches, set_urlconf

from alongside.core.access.models import SignIn
from alongside.demo import folder
from alongside.demo.people import PEOPLE, DemoPerson
from alongside.web.shell.middleware import SESSION_SIGN_IN

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(house, settings, tmp_path, client):
    """A demonstration in which the researcher is somebody of the small installation."""
    house.account("researcher")
    folder.claim(tmp_path)
    folder.mark_filled(
        tmp_path, {"researcher": str(house.people["researcher"].id), "relay": str(house.unit.id)}
    )
    settings.DATA_FOLDER = tmp_path
    settings.DEMO = True
    settings.ROOT_URLCONF = "alongside.config.urls_demo"
    clear_url_caches()
    yield house
    set_urlconf(None)
    clear_url_caches()


def test_somebody_who_has_not_signed_in_is_shown_whom_she_can_be(demonstration, client):
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (303, "/demo")
    page = client.get("/demo").content.decode()
    assert "made up" in page
    for person in PEOPLE:
        assert person.name in page
        assert str(person.tries) in page
        assert f'action="/demo/as/{person.handle}"' in page


def signed_in_as(client):
    return SignIn.objects.select_related("user").get(pk=client.session[SESSION_SIGN_IN]).user


def test_a_button_begins_a_session_as_that_person(demonstration, client):
    answer = client.post("/demo/as/researcher")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert signed_in_as(client) == demonstration.account("researcher")
    assert "You are Nina Researcher" in client.get("/").content.decode()


def test_being_somebody_else_begins_a_fresh_session(demonstration, client):
    demonstration.sign_in(client, "coordinator")
    client.get("/")
    before = client.session.session_key
    client.post("/demo/as/researcher")
    assert client.session.session_key != before
    assert signed_in_as(client) == demonstration.account("researcher")


@pytest.mark.parametrize(
    "handle", ["nobody", "volunteer", "relay"], ids=["no such person", "not filled in", "without an account"]
)
def test_a_handle_that_nobody_goes_by(demonstration, client, handle):
    assert client.post(f"/demo/as/{handle}").status_code == 404
    assert SESSION_SIGN_IN not in client.session


def test_only_a_button_signs_in_and_only_from_this_page(demonstration, client):
    assert client.get("/demo/as/researcher").status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post("/demo/as/researcher").status_code == 403


@pytest.mark.parametrize("path", ["/demo", "/demo/as/researcher"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_ordinary_installation_has_no_such_way(house, client, settings, path, method, tmp_path):
    house.account("researcher")
    folder.claim(tmp_path)
    folder.mark_filled(tmp_path, {"researcher": str(house.people["researcher"].id)})
    settings.DATA_FOLDER = tmp_path
    assert getattr(client, method)(path).status_code == 404
    assert SESSION_SIGN_IN not in client.session


def test_handles_are_told_apart():
    assert len({p.handle for p in PEOPLE}) == len({p.name for p in PEOPLE}) == len(PEOPLE) == 14
    assert all(isinstance(p, DemoPerson) and p.thread in {"unit", "organisation", ""} for p in PEOPLE)
