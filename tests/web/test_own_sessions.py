"""What signing in and out leaves behind, where one is signed in, and a new password."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from alongside.commons.people import accounts
from alongside.core.access import sessions
from alongside.core.access.kinds import ANYONE, SignInWay
from alongside.core.access.models import AuditRow, SignIn
from alongside.journeys import sweeping
from alongside.web.shell import browsers
from tests.conftest import NOW
from tests.factories.house import session_of

WORDS, OTHERS = "walking in the fjord", "rowing to the island"
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def kept(house):
    """A volunteer who has chosen a name and a password."""
    accounts.keep_account(
        house.people["volunteer"], by=house.as_("volunteer"), sign_in_name="vilde", password=WORDS
    )
    return house


def sign_in(client, password=WORDS, name="vilde", **more):
    return client.post("/sign-in", {"name": name, "password": password}, **more)


def rows(verb):
    return list(
        AuditRow.objects.filter(verb=verb)
        .order_by("pk")
        .values_list("actor", "outcome", "object_id", "fields")
    )


def test_signing_in_and_out_stand_in_the_audit(kept, client):
    her = kept.people["volunteer"].id
    sign_in(client)
    client.post("/sign-out")
    assert rows("people.sign_in") == rows("people.sign_out") == [(her, "done", str(her), [])]
    client.post("/sign-out")
    assert len(rows("people.sign_out")) == 1


def test_a_failure_is_noted_for_the_account_and_nothing_that_was_typed(kept, client):
    her, where = kept.people["volunteer"].id, kept.installation.pk
    sign_in(client, password="typed by mistake")
    sign_in(client, name="typed.by.mistake")
    assert rows("people.sign_in") == [
        (ANYONE, "not allowed", str(her), []),
        (ANYONE, "not allowed", str(where), []),
    ]
    assert "mistake" not in str(list(AuditRow.objects.values()))


def test_strangers_do_not_fill_the_audit(kept, client):
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        for n in range(accounts.NOTED + 3):
            sign_in(client, password="wrong", headers={"x-forwarded-for": f"10.0.0.{n}"})
            sign_in(client, password="wrong", name=f"n{n}", headers={"x-forwarded-for": f"10.0.0.{n}"})
    assert len(rows("people.sign_in")) == accounts.NOTED * 2


def test_a_session_knows_how_and_with_what_it_began(kept, client):
    sign_in(client, headers={"user-agent": FIREFOX})
    found = SignIn.objects.get()
    assert (found.way, found.browser, found.began) == ("password", "Firefox, Android", NOW)
    page = text(client.get("/account/sessions"))
    assert "You are signed in here and nowhere else" in page
    assert "Firefox, Android" in page
    assert "with your password" in page
    assert "Sign out there" not in page


def test_one_of_several_can_be_ended_from_another(kept, client):
    other = Client()
    for each in (client, other):
        sign_in(each)
    assert "You are signed in with 2 browsers" in text(client.get("/account/sessions"))
    there = SignIn.objects.get(pk=other.session["_alongside_sign_in"])
    answer = client.post("/account/sessions", {"session": there.pk}, follow=True)
    assert "You are signed out there." in text(answer)
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200
    assert client.post("/account/sessions", {"session": there.pk}).status_code == 409


def test_nobody_ends_somebody_elses_session(kept, client):
    theirs = Client()
    sign_in(theirs)
    kept.sign_in(client, "relay")
    pk = SignIn.objects.get(user__subject=kept.people["volunteer"].id).pk
    assert client.post("/account/sessions", {"session": pk}).status_code == 409
    assert theirs.get("/account").status_code == 200
    assert "2 browsers" not in text(client.get("/account/sessions"))


def test_the_page_asks_as_much_for_one_session_as_for_three(kept, client, django_assert_num_queries):
    kept.sign_in(client, "volunteer")
    client.get("/account/sessions")
    for more in (0, 2):
        for _ in range(more):
            sign_in(Client())
        with django_assert_num_queries(7):
            client.get("/account/sessions")


def hours_later(hours):
    return NOW + timedelta(hours=hours)


def an_hour_later():
    return hours_later(1)


def test_last_use_is_kept_to_the_hour(kept, client, django_assert_max_num_queries):
    kept.sign_in(client, "volunteer")
    client.get("/account")
    assert SignIn.objects.get().seen_at == NOW
    with override_settings(CLOCK="tests.web.test_own_sessions.an_hour_later"):
        client.get("/account")
        assert SignIn.objects.get().seen_at == an_hour_later()


def test_a_session_that_was_long_unused_is_neither_shown_nor_kept(kept):
    session_of(kept.account("volunteer"), NOW - sessions.UNUSED)
    assert list(sessions.own(kept.as_("volunteer"))) == []
    assert sweeping.sweep(NOW + sweeping.SIGN_INS_KEPT).sign_ins == 1


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox, Android"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36", "Chrome, Linux"),
        ("curl/8.0 on Linux", "Linux"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_browsers_by_the_names_people_know(agent, said):
    assert browsers.called(agent) == said


def change(client, password=OTHERS, **more):
    return client.post("/account", {"keep": "1", "sign_in_name": "vilde", "password": password, **more})


def test_a_new_password_asks_for_the_one_before(kept, client):
    sign_in(client)
    assert "The password you have now" in text(client.get("/account"))
    missing = change(client)
    assert missing.status_code == 422
    assert "The password you have now is missing" in text(missing)
    wrong = change(client, old_password="not this one")
    assert wrong.status_code == 409
    assert "This is not the password you have now." in text(wrong)
    assert "not this one" not in text(wrong)
    her = kept.people["volunteer"].id
    assert rows("people.keep_account")[-1] == (her, "not allowed", str(her), [])
    assert change(client, old_password=WORDS).status_code == 303
    assert client.get("/account").status_code == 200
    assert sign_in(Client(), OTHERS).status_code == 303


def test_a_new_password_puts_out_every_other_session(kept, client):
    other = Client()
    for each in (client, other):
        sign_in(each)
    change(client, old_password=WORDS)
    assert other.get("/account").status_code == 302


def test_guessing_the_password_from_an_open_session_is_limited(kept, client):
    sign_in(client)
    for _ in range(accounts.TRIES):
        change(client, old_password="wrong")
    answer = change(client, old_password=WORDS)
    assert answer.status_code == 409
    assert "Too many tries" in text(answer)


def test_whoever_came_by_a_link_has_forgotten_it_and_is_not_asked(kept, client):
    link = accounts.make_link(kept.people["volunteer"], by=kept.as_("coordinator"))
    client.post(f"/link/{link}")
    assert SignIn.objects.get().way == SignInWay.LINK
    assert "The password you have now" not in text(client.get("/account"))
    with override_settings(CLOCK="tests.web.test_own_sessions.an_hour_later"):
        assert "The password you have now" in text(client.get("/account"))
    assert change(client).status_code == 303
    assert "The password you have now" in text(client.get("/account"))


def test_whoever_has_no_password_yet_is_not_asked_for_it(house, client):
    house.sign_in(client, "relay")
    assert "The password you have now" not in text(client.get("/account"))


def test_a_browser_is_known_again_and_only_for_whom_it_signed_in(kept, client):
    sign_in(client)
    cookie = client.cookies[browsers.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    client.post("/sign-out")
    for _ in range(accounts.TRIES_PER_ADDRESS):
        sign_in(Client(), name="nobody.at.all", password="x")
        sign_in(Client(), password="x")
    assert sign_in(Client()).status_code == 409
    assert sign_in(client).status_code == 303
    assert client.cookies[browsers.COOKIE].value == cookie.value


def test_a_forged_mark_is_none(kept):
    forged = Client()
    forged.cookies[browsers.COOKIE] = "eyJ3aG8iOiJ4In0:1:x"
    assert sign_in(forged).status_code == 303
    assert forged.cookies[browsers.COOKIE].value != "eyJ3aG8iOiJ4In0:1:x"
