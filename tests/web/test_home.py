"""Where one starts, the language, the health check, and who may see and do what."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import override_settings
from django.urls import reverse

from alongside.commons.people import actions as people
from alongside.core.access import audit
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import ROLES, Role
from tests.conftest import NOW


def text(answer):
    return answer.content.decode()


def test_a_stranger_is_told_in_two_sentences_what_this_is(house, client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "agree who does what, do it side by side, and show honestly what came of it" in text(answer)
    assert "Test installation" in text(answer)
    assert f'href="{reverse("sign-in")}"' in text(answer)


@pytest.mark.urls("alongside.config.urls_demo")
@override_settings(DEMO=True)
def test_in_the_demonstration_a_stranger_chooses_whom_to_be(house, client):
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("demo-people"))
    assert client.get(answer.headers["Location"]).status_code == 200


def test_before_it_is_set_up_the_start_page_says_so(db, client):
    answer = client.get("/")
    assert answer.status_code == 503
    assert "not set up yet" in text(answer)


def test_the_start_page_says_what_one_does_here(house, client):
    page = text(house.sign_in(client, "volunteer").get("/"))
    assert "Good to see you, Vilde Volunteer" in page
    assert "Solbakken, Fjellvik" in page
    assert "Volunteer" in page
    assert "Kari Coordinator" not in page


def test_the_start_page_names_roles_for_a_place_and_for_the_whole_installation(house, client):
    official = text(house.sign_in(client, "official").get("/"))
    assert "for Norway" in official
    administrator = text(house.sign_in(client, "administrator").get("/"))
    assert "keeps the installation: organisations, roles, sign-in links" in administrator


def test_somebody_without_any_role_is_told_who_can_give_one(house, client):
    membership = house.people["volunteer"].memberships.get()
    people.end_membership(membership, by=house.operator)
    assert "You have no role at the moment" in text(house.sign_in(client, "volunteer").get("/"))


def test_roles_that_end_soon_wait_for_those_who_can_give_them_again(house, client):
    today = NOW.date()
    for days in (5, 40):
        people.add_person(
            house.unit,
            by=house.operator,
            name=f"Ends In {days}",
            role=Role.VOLUNTEER,
            ends=today + timedelta(days=days),
        )
    page = text(house.sign_in(client, "coordinator").get("/"))
    assert "One role ends within a month" in page
    assert "Ends In 5" in page
    assert "Ends In 40" not in page
    assert "within a month" not in text(house.sign_in(client, "other_coordinator").get("/"))


def test_a_new_installation_shows_its_administrator_the_first_steps(house, client):
    page = text(house.sign_in(client, "administrator").get("/"))
    assert "Four steps, and others can begin" in page
    assert page.count("is-done") == 3
    assert "is-now" in page
    assert "Four steps" not in text(house.sign_in(client, "coordinator").get("/"))


def test_an_administrator_hears_when_the_audit_is_not_sealed(house, client):
    row_of_an_hour_ago(house)
    assert "The audit is not being sealed" in text(house.sign_in(client, "administrator").get("/"))
    audit.seal(house.worker)
    assert "not being sealed" not in text(house.sign_in(client, "administrator").get("/"))


def row_of_an_hour_ago(house):
    audit.seal(house.worker)
    audit.record(replace(house.operator, at=NOW - timedelta(hours=1)), "people.join", house.unit)


def test_the_start_page_asks_as_often_for_three_roles_as_for_one(house, client, django_assert_num_queries):
    for more in range(2):
        if more:
            for unit in ("A", "B"):
                added = people.add_unit(house.municipality, by=house.operator, name=unit)
                people.join(added, by=house.operator, person=house.people["volunteer"], role=Role.RELAY)
        house.sign_in(client, "volunteer")
        with django_assert_num_queries(11):
            client.get("/")


def test_the_language_is_kept_and_one_stays_where_one_was(client, db):
    answer = client.get("/language/qps-plocm?next=/who-sees-what")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/who-sees-what")
    assert client.cookies["alongside_language"].value == "qps-plocm"
    assert client.get("/language/xx").status_code == 404


def test_the_language_leads_nowhere_else(db, client):
    for onward in ("//elsewhere.example", "https://elsewhere.example/", "javascript:alert(1)"):
        assert client.get("/language/en", {"next": onward}).headers["Location"] == "/"


def test_the_page_is_mirrored_in_a_language_from_right_to_left(house, client):
    client.cookies["alongside_language"] = "qps-plocm"
    assert 'dir="rtl"' in text(client.get("/"))


def test_a_link_to_a_language_leads_back_with_what_was_looked_for(house, client):
    page = text(house.sign_in(client, "coordinator").get("/places?q=inn"))
    assert "/language/qps-plocm?next=%2Fplaces%3Fq%3Dinn" in page


def test_health_is_good_while_the_database_answers(db, client):
    answer = client.get("/health")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer.headers["Cache-Control"]


def test_health_is_bad_when_the_database_does_not_answer(db, client):
    def broken(*_):
        raise DatabaseError

    with connection.execute_wrapper(broken):
        answer = client.get("/health")
    assert (answer.status_code, answer.content) == (503, b"no database")


def test_anybody_may_read_who_may_see_and_do_what(house, client):
    page = text(client.get("/who-sees-what"))
    for role in Role:
        assert role in page.casefold()
    for permission in Permission:
        assert str(permission).replace("'", "&#39;") in page
    for row in ROLES.values():
        assert row.says[1:].replace("'", "&#39;") in page


def test_the_page_of_roles_says_who_knows_names(house, client):
    assert "in your own organisation by: Coordinator, Supervisor." in text(client.get("/who-sees-what"))


def test_every_page_links_to_who_sees_what(house, client):
    assert f'href="{reverse("who-sees-what")}"' in text(house.sign_in(client, "volunteer").get("/places"))
