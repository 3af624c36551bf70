"""Signing in by password and by link, and one's own account."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings

from alongside.commons.people import accounts
from alongside.core.access import actor as actors
from alongside.core.access import links
from alongside.core.access.models import AuditRow, OneTimeLink, SignIn, User
from alongside.web.shell.middleware import SESSION_SIGN_IN
from tests.conftest import NOW

WORDS = "walking in the fjord"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def kept(house):
    """A volunteer who has chosen a name and a password."""
    accounts.keep_account(
        house.people["volunteer"], by=house.as_("volunteer"), sign_in_name="vilde", password=WORDS
    )
    return house


@pytest.fixture
def link(house):
    """A fresh link for the relay, as an address."""
    return f"/link/{accounts.make_link(house.people['relay'], by=house.as_('coordinator'))}"


def signed_in_as(client):
    found = SignIn.objects.filter(pk=client.session.get(SESSION_SIGN_IN), ended_at=None).first()
    return found.user.subject if found else None


def test_signing_in_leads_to_where_one_wanted(kept, client):
    asked = client.get("/people")
    assert asked.headers["Location"] == "/sign-in?next=%2Fpeople"
    page = text(client.get(asked.headers["Location"]))
    assert '<input type="hidden" name="next" value="/people">' in page
    answer = client.post("/sign-in", {"name": "Vilde", "password": WORDS, "next": "/people"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert signed_in_as(client) == kept.people["volunteer"].id
    assert client.get("/people").status_code == 200


def test_signing_in_leads_nowhere_else(kept, client):
    for onward in ("//elsewhere.example/", "https://elsewhere.example/", "javascript:x", "", "/\\x"):
        answer = client.post("/sign-in", {"name": "vilde", "password": WORDS, "next": onward})
        assert answer.headers["Location"] == "/", onward


def test_a_wrong_name_and_a_wrong_password_look_the_same(kept, client):
    for name, password in (("vilde", "not the one"), ("nobody", WORDS)):
        answer = client.post("/sign-in", {"name": name, "password": password, "next": "/people"})
        assert answer.status_code == 409
        assert "Name and password don&#39;t belong together" in text(answer)
        assert f'value="{name}"' in text(answer)
        assert password not in text(answer)
        assert 'name="next" value="/people"' in text(answer)
        assert signed_in_as(client) is None


def test_empty_fields_are_named(kept, client):
    answer = client.post("/sign-in", {})
    assert answer.status_code == 422
    assert "The sign-in name is missing" in text(answer)
    assert "The password is missing" in text(answer)


def test_too_many_tries_have_to_wait(kept, client):
    for _ in range(accounts.TRIES):
        client.post("/sign-in", {"name": "vilde", "password": "wrong"})
    answer = client.post("/sign-in", {"name": "vilde", "password": WORDS})
    assert answer.status_code == 409
    assert "Wait a quarter of an hour" in text(answer)


@pytest.mark.parametrize(("trusted", "refused"), [(None, True), (("HTTP_X_FORWARDED_PROTO", "https"), False)])
def test_behind_a_trusted_proxy_each_sender_is_counted_alone(kept, client, trusted, refused):
    with override_settings(SECURE_PROXY_SSL_HEADER=trusted):
        for n in range(accounts.TRIES_PER_ADDRESS):
            client.post(
                "/sign-in", {"name": f"n{n}", "password": "x"}, headers={"x-forwarded-for": "10.0.0.1"}
            )
        answer = client.post(
            "/sign-in",
            {"name": "vilde", "password": WORDS},
            headers={"x-forwarded-for": "10.0.0.1, 10.0.0.2"},
        )
    assert (answer.status_code == 409) is refused


def test_signing_in_begins_a_fresh_session(kept, client):
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["alongside"] = before = session.session_key
    client.post("/sign-in", {"name": "vilde", "password": WORDS})
    assert client.session.session_key != before
    assert "planted" not in client.session


def test_pasting_and_password_managers_are_welcome(house, client):
    page = text(client.get("/sign-in"))
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_whoever_is_signed_in_goes_on(house, client):
    house.sign_in(client, "volunteer")
    assert client.get("/sign-in?next=/places").headers["Location"] == "/places"


def test_signing_out_is_a_button(house, client):
    house.sign_in(client, "volunteer")
    assert client.get("/sign-out").status_code == 405
    answer = client.post("/sign-out", follow=True)
    assert "You are signed out." in text(answer)
    assert signed_in_as(client) is None


def test_forms_carry_a_token_that_is_asked_for(kept):
    strict = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(strict.get("/sign-in")))[1]
    given = {"name": "vilde", "password": WORDS}
    assert strict.post("/sign-in", given).status_code == 403
    assert strict.post("/sign-in", {**given, "csrfmiddlewaretoken": token}).status_code == 303


def test_looking_at_a_link_spends_nothing(house, client, link):
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "This link signs you in" in text(page)
        assert "Wednesday 12 May 2027, 09:00" in text(page)
        assert "Randi" not in text(page)
    assert signed_in_as(client) is None
    assert OneTimeLink.objects.get().used_at is None


def test_a_link_signs_in_once_and_asks_how_to_go_on(house, client, link):
    answer = client.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?first=1")
    assert signed_in_as(client) == house.people["relay"].id
    page = text(client.get("/account?first=1"))
    assert "How do you want to sign in next time?" in page
    assert "Go on without" in page
    again = Client().post(link)
    assert again.status_code == 410
    assert "This link does not work any more" in text(again)


def spent(house, link):
    Client().post(link)
    return link


def replaced(house, link):
    accounts.make_link(house.people["relay"], by=house.as_("coordinator"))
    return link


def run_out(house, link):
    OneTimeLink.objects.update(expires=NOW)
    return link


def mistyped(house, link):
    return link[:-1]


@pytest.mark.parametrize("how", [spent, replaced, run_out, mistyped])
def test_links_of_no_use_all_look_the_same_and_say_what_to_do(house, client, link, how):
    address = how(house, link)
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 410
        assert "Ask whoever gave it to you for a new one" in text(answer)
        assert "Randi" not in text(answer)
        assert signed_in_as(client) is None


def test_the_link_of_a_closed_account_says_that_it_is_closed(house, client, link):
    User.objects.create(subject=house.people["relay"].id, is_active=False)
    answer = client.post(link)
    assert answer.status_code == 409
    assert "This account is closed" in text(answer)


def test_guessing_links_is_limited(house, client, link):
    for n in range(accounts.TRIES_PER_ADDRESS):
        client.get(f"/link/guess-{n}")
    answer = client.get("/link/one-more-guess")
    assert answer.status_code == 409
    assert "Too many tries" in text(answer)
    assert client.get(link).status_code == 200


def test_a_links_secret_is_told_to_nobody(house, client, link):
    secret = link.removeprefix("/link/")
    for answer in (client.get(link), client.post(link), Client().get(link)):
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer.headers["Cache-Control"]
    written = [*AuditRow.objects.values(), *OneTimeLink.objects.values()]
    assert secret not in str(written)
    assert not re.search(r'(src|href)="https?://', text(Client().get(link)))


def test_ones_own_account_is_for_oneself(house, client):
    assert client.get("/account").headers["Location"].startswith("/sign-in")
    page = text(house.sign_in(client, "volunteer").get("/account"))
    assert 'value="Vilde Volunteer"' in page
    assert house.people["volunteer"].number in page


def test_choosing_a_name_and_a_password(house, client):
    house.sign_in(client, "volunteer")
    answer = client.post("/account", {"keep": "1", "sign_in_name": "Vilde", "password": WORDS}, follow=True)
    assert "From now on you can sign in" in text(answer)
    assert 'value="vilde"' in text(answer)
    other = Client()
    other.post("/sign-in", {"name": "vilde", "password": WORDS})
    assert signed_in_as(other) == house.people["volunteer"].id


def test_a_name_that_is_taken_and_a_weak_password_are_refused_beside_their_fields(kept, client):
    kept.sign_in(client, "relay")
    answer = client.post("/account", {"keep": "1", "sign_in_name": "VILDE", "password": "short"})
    page = text(answer)
    assert answer.status_code == 409
    assert "Somebody else uses this name" in page
    assert 'href="#id_password"' in page
    assert 'value="VILDE"' in page
    assert "short" not in re.findall(r'value="([^"]*)"', page)


def test_changing_ones_own_card(house, client):
    house.sign_in(client, "volunteer")
    wrong = client.post("/account", {"card": "1", "name": "Vilde V.", "phone": "1", "email": "no address"})
    assert wrong.status_code == 422
    assert "It needs an @ and no spaces" in text(wrong)
    assert 'value="Vilde V."' in text(wrong)
    right = client.post("/account", {"card": "1", "name": "Vilde V.", "phone": "1", "email": ""}, follow=True)
    assert "Your card is changed." in text(right)
    assert "You are Vilde V." in text(right)


def test_no_message_keeps_a_name(house, client):
    """Messages wait in the session, which is no place for what identifies a person."""
    house.sign_in(client, "volunteer")
    client.post("/account", {"card": "1", "name": "Vilde Unique", "phone": "", "email": ""})
    assert "Unique" not in str(dict(client.session.items()))


def test_signing_out_everywhere(kept, client):
    here, there = kept.sign_in(Client(), "volunteer"), kept.sign_in(Client(), "volunteer")
    answer = here.post("/account/sessions", {"everywhere": "1"}, follow=True)
    assert "You are signed out everywhere, here too." in text(answer)
    assert there.get("/account").status_code == 302


def test_whoever_has_no_password_is_warned_before_signing_out_everywhere(kept, client):
    assert "you would need a new link" in text(kept.sign_in(client, "relay").get("/account/sessions"))
    assert "you would need a new link" not in text(
        kept.sign_in(Client(), "volunteer").get("/account/sessions")
    )


def test_a_button_nobody_knows_changes_nothing(house, client):
    house.sign_in(client, "volunteer")
    before = AuditRow.objects.count()
    assert client.post("/account", {"name": "x"}).status_code == 200
    assert AuditRow.objects.count() == before


def test_the_link_behind_a_secret_is_found_by_its_holder_alone(house, link):
    found = accounts.link_behind(link.removeprefix("/link/"), address="10.0.0.1", by=actors.anonymous(NOW))
    assert found is not None
    assert found[0].subject == house.people["relay"].id
    assert links.find("", actor=actors.anonymous(NOW)) is None


def test_a_button_pressed_too_late_leads_back_to_its_page(kept, client):
    """The session ran out meanwhile: what answers to POST alone must not be asked for afterwards."""
    address = f"/people/{kept.people['relay'].pk}"
    for sent_from, onward in (
        (f"http://testserver{address}?x=1", f"{address}?x=1"),
        ("http://elsewhere.example/people", "/"),
        ("http://testserver//elsewhere.example/", "//elsewhere.example/"),
        ("", "/"),
    ):
        answer = client.post(f"{address}/link", headers={"referer": sent_from})
        assert answer.headers["Location"] == f"/sign-in?{urlencode({'next': onward})}"
        signed_in = Client().post("/sign-in", {"name": "vilde", "password": WORDS, "next": onward})
        assert signed_in.headers["Location"] == (onward if not onward.startswith("//") else "/")
