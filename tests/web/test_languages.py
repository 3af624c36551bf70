"""The language one reads in: what the browser asks for, what was chosen in it, what one has told as one's own."""

import re

import pytest
from django.test import Client

from alongside.commons.people import accounts, actions, identity
from alongside.core.access.models import AuditRow

CODE = "7KQ2-MX4T-9WHC"


def lang(answer):
    return re.search(r'<html lang="([\w-]+)"', answer.content.decode())[1]


def offered(answer):
    """The languages that a page offers: what each is called, and in which language it says so."""
    menu = re.search(r'<details class="languages">.*?</details>', answer.content.decode(), re.DOTALL)[0]
    return re.findall(r'<(a|button)[^>]*lang="([\w-]+)"[^>]*>([^<]+)</', menu)


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("", "en"),
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
        ("no", "nb"),
        ("nn-NO,nn;q=0.9", "nb"),
        ("fr-FR,fr;q=0.9,nb;q=0.5,en;q=0.3", "nb"),
        ("fr", "en"),
        ("en-GB,nb;q=0.5", "en"),
    ],
)
def test_the_first_visit_is_in_the_language_that_the_browser_asks_for(house, client, asked, read):
    assert lang(client.get("/sign-in", HTTP_ACCEPT_LANGUAGE=asked)) == read


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/who-sees-what", "/a", f"/a/{CODE}", "/link/nonsense", "/nowhere"]
)
def test_every_page_offers_each_language_in_its_own_name(house, client, path):
    links = offered(client.get(path))
    assert links == [
        ("a", "en", "English"),
        ("a", "nb", "Norsk bokmål"),
        ("a", "ar-XB", "Right-to-left test"),
    ]
    assert (
        client.get(path, headers={"Cookie": "alongside_language=nb"}).content.decode().count("Norsk bokmål")
        > 1
    )


def test_a_choice_holds_in_this_browser(house, client):
    assert client.get("/language/nb?next=/sign-in").headers["Location"] == "/sign-in"
    answer = client.get("/sign-in", HTTP_ACCEPT_LANGUAGE="en")
    assert (lang(answer), answer.headers["Content-Language"]) == ("nb", "nb")
    cookie = client.cookies["alongside_language"]
    assert (cookie["httponly"], cookie["samesite"], int(cookie["max-age"]) > 300 * 24 * 3600) == (
        True,
        "Lax",
        True,
    )


def choose(client, code):
    """Press the button of a language, as the page has it."""
    page = client.get("/places").content.decode()
    action = re.search(rf'action="(/language/{code}[^"]*)"', page)[1]
    return client.post(action.replace("&amp;", "&"))


def test_whoever_is_signed_in_finds_her_language_in_the_next_browser(house, client):
    house.account("volunteer")
    person = house.people["volunteer"]
    accounts.keep_account(person, by=house.as_("volunteer"), sign_in_name="vilde", password="fire ord på rad")
    house.sign_in(client, "volunteer")
    assert {kind for kind, _, _ in offered(client.get("/places"))} == {"button"}
    assert choose(client, "nb").headers["Location"] == "/places"
    assert lang(client.get("/places")) == "nb"
    assert identity.card(house.as_("volunteer"), person).language == "nb"
    elsewhere = Client()
    elsewhere.get("/language/en")
    assert lang(elsewhere.get("/sign-in")) == "en"
    elsewhere.post("/sign-in", {"name": "vilde", "password": "fire ord på rad"})
    assert lang(elsewhere.get("/places")) == "nb"


def test_a_link_to_a_language_changes_this_browser_and_no_card(house, client):
    house.sign_in(client, "volunteer")
    client.get("/language/nb")
    assert lang(client.get("/places")) == "nb"
    assert identity.card(house.as_("volunteer"), house.people["volunteer"]).language == ""
    assert not AuditRow.objects.filter(verb="people.choose_language").exists()


def test_the_test_language_is_nobody_s_own(house, client):
    house.sign_in(client, "volunteer")
    choose(client, "qps-plocm")
    assert lang(client.get("/places")) == "ar-XB"
    assert identity.card(house.as_("volunteer"), house.people["volunteer"]).language == ""


def test_a_card_that_tells_no_language_leaves_the_browser_s(house, client):
    client.get("/language/nb")
    house.sign_in(client, "volunteer")
    assert lang(client.get("/places")) == "nb"


def test_the_language_on_the_card_is_that_of_the_pages(house, client):
    house.sign_in(client, "volunteer")
    client.post("/account", {"card": "1", "name": "Vilde", "language": "nb"})
    assert lang(client.get("/account")) == "nb"


def test_after_a_button_that_was_refused_the_way_leads_back_to_its_page(house, client):
    house.sign_in(client, "administrator")
    house.account("coordinator")
    path = f"/people/{house.people['coordinator'].pk}"
    refused = client.post(f"{path}/invite", HTTP_REFERER=f"http://testserver{path}")
    assert refused.status_code == 409
    assert f"/language/nb?next={path.replace('/', '%2F')}" in refused.content.decode()


def test_choosing_a_language_is_a_deed_that_leaves_a_row(house):
    actions.choose_language(house.people["volunteer"], by=house.as_("volunteer"), language="nb")
    row = AuditRow.objects.filter(verb="people.choose_language").get()
    assert row.fields == ["language"]
