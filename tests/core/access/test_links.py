"""One-time links, and what they may hand over; rate limits."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from alongside.commons.people import accounts, rules
from alongside.commons.people import actions as people
from alongside.core.access import actor as actors
from alongside.core.access import limits, links
from alongside.core.access.models import AuditRow, OneTimeLink, RateWindow, User
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import NotVisible, Refused
from tests.conftest import NOW
from tests.factories.house import build


def codes(refused):
    return [r.code for r in refused.value.reasons]


def test_a_link_signs_in_once_and_only_its_hash_is_kept(house):
    secret = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    link, holder = links.find(secret, actor=actors.anonymous(NOW))
    assert secret not in str(OneTimeLink.objects.values())
    user = links.use(link, by=holder)
    assert user.subject == house.people["volunteer"].id
    assert not user.has_usable_password()
    assert links.find(secret, actor=actors.anonymous(NOW)) is None
    with pytest.raises((Refused, NotVisible)):
        links.use(link, by=holder)
    assert AuditRow.objects.filter(verb="access.use", actor_kind="link holder").count() == 1


def test_a_new_link_ends_the_one_before(house):
    first = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    assert links.find(first, actor=actors.anonymous(NOW)) is None


def test_a_link_runs_out_after_two_days(house):
    secret = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    assert links.find(secret, actor=actors.anonymous(NOW + links.GOOD_FOR - timedelta(seconds=1)))
    assert links.find(secret, actor=actors.anonymous(NOW + links.GOOD_FOR)) is None


def test_a_link_stands_in_that_persons_log(house):
    accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    row = AuditRow.objects.latest("id")
    assert (row.verb, row.object_id) == ("people.make_link", str(house.people["volunteer"].id))
    assert row.scope_id == house.people["volunteer"].scope_id


def test_a_link_never_hands_over_what_its_maker_lacks(house):
    """The official belongs to the ministry as well; its coordinator can't become her."""
    boss = people.add_person(house.ministry, by=house.operator, name="Mona Ministry", role=Role.COORDINATOR)
    with pytest.raises(Refused) as refused:
        accounts.make_link(house.people["official"], by=actors.user(boss.id, NOW))
    assert codes(refused) == ["more-than-you"]


def test_a_coordinator_of_a_unit_makes_no_link_for_the_coordinator_above(house):
    people.join(house.unit, by=house.operator, person=house.people["coordinator"], role=Role.VOLUNTEER)
    with pytest.raises(Refused) as refused:
        accounts.make_link(house.people["coordinator"], by=house.as_("unit_coordinator"))
    assert codes(refused) == ["more-than-you"]


def test_a_link_is_only_for_members_of_ones_own_organisation(house):
    with pytest.raises(NotVisible):
        accounts.make_link(house.people["nobody"], by=house.as_("coordinator"))
    with pytest.raises(NotVisible):
        accounts.make_link(house.people["volunteer"], by=house.as_("supervisor"))


def test_an_administrator_invites_whoever_never_signed_in_and_nobody_else(house):
    assert accounts.invite(house.people["coordinator"], by=house.as_("administrator"))
    User.objects.create(subject=house.people["volunteer"].id)
    with pytest.raises(Refused) as refused:
        accounts.invite(house.people["volunteer"], by=house.as_("administrator"))
    assert codes(refused) == ["has-account"]
    with pytest.raises(NotVisible):
        accounts.make_link(house.people["volunteer"], by=house.as_("administrator"))


def test_a_closed_account_is_not_opened_by_a_link(house):
    secret = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    User.objects.create(subject=house.people["volunteer"].id, is_active=False)
    link, holder = links.find(secret, actor=actors.anonymous(NOW))
    with pytest.raises(Refused) as refused:
        links.use(link, by=holder)
    assert codes(refused) == ["account-closed"]


def test_of_many_who_use_a_link_at_once_one_gets_in(committed):
    house = build(NOW)
    secret = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    link, holder = links.find(secret, actor=actors.anonymous(NOW))
    barrier, won, lost = Barrier(8), [], []

    def go():
        try:
            barrier.wait(timeout=20)
            won.append(links.use(link, by=holder))
        except (Refused, NotVisible) as refused:
            lost.append(refused)
        finally:
            connections.close_all()

    threads = [Thread(target=go) for _ in range(8)]
    [t.start() for t in threads]
    [t.join(timeout=60) for t in threads]
    assert (len(won), len(lost)) == (1, 7)


def with_password(house, name="volunteer"):
    accounts.keep_account(
        house.people[name], by=house.as_(name), sign_in_name="Vilde", password="walking in the fjord"
    )


def tried(password, *, address, at=NOW, name="vilde", browser=None):
    try:
        door = accounts.Door(address, browser)
        accounts.sign_in(name, password, door=door, by=actors.anonymous(at))
    except Refused as refused:
        return refused.reasons[0].code
    return "in"


def test_sign_in_by_password(house):
    with_password(house)
    assert tried("walking in the fjord", address="10.0.0.1", name="VILDE ") == "in"
    for name, password in [("vilde", "wrong"), ("nobody at all", "walking in the fjord"), ("", "")]:
        assert tried(password, address="10.0.0.1", name=name) == "wrong"
    assert "vilde" not in str(RateWindow.objects.values())


def test_guessing_is_stopped_without_shutting_the_person_out(house):
    with_password(house)
    for _ in range(accounts.TRIES):
        assert tried("wrong", address="10.0.0.2") == "wrong"
    assert tried("walking in the fjord", address="10.0.0.2") == "too-often"
    assert tried("walking in the fjord", address="10.0.0.1") == "in"
    assert tried("walking in the fjord", address="10.0.0.2", at=NOW + accounts.WINDOW) == "in"


def guessed_at(account):
    """As many failures as make an account one that is guessed at, from as many addresses."""
    for _ in range(accounts.GUESSED):
        limits.allow("sign-in account", account, at=NOW, most=1, within=accounts.WINDOW)


@pytest.mark.parametrize("name", ["vilde", "nobody at all"])
def test_many_who_guess_from_everywhere_have_few_tries_each(house, name):
    """The same where nobody has this name: else it would tell who is here."""
    with_password(house)
    guessed_at(str(house.people["volunteer"].id) if name == "vilde" else name)
    for _ in range(accounts.TRIES_WHILE_GUESSED):
        assert tried("wrong", address="10.0.0.9", name=name) == "wrong"
    assert tried("walking in the fjord", address="10.0.0.9", name=name) == "too-often"
    assert tried("wrong", address="10.0.0.10", name=name) == "wrong"


def test_whoever_is_guessed_at_from_everywhere_gets_in_all_the_same(house):
    with_password(house)
    guessed_at(str(house.people["volunteer"].id))
    assert tried("walking in the fjord", address="10.0.0.1") == "in"


def test_a_stranger_at_her_own_address_does_not_shut_her_out_of_her_own_browser(house):
    with_password(house)
    hers = house.people["volunteer"].id
    for n in range(accounts.TRIES_PER_ADDRESS):
        tried("wrong", address="10.0.0.1", name="vilde" if n % 2 else f"n{n}")
    assert tried("walking in the fjord", address="10.0.0.1") == "too-often"
    assert tried("walking in the fjord", address="10.0.0.1", browser=(hers, "a")) == "in"
    # What is hers opens no other account, and is counted as well.
    others = (house.people["relay"].id, "b")
    assert tried("walking in the fjord", address="10.0.0.1", browser=others) == "too-often"
    for _ in range(accounts.TRIES):
        assert tried("wrong", address="10.0.0.1", browser=(hers, "a")) == "wrong"
    assert tried("walking in the fjord", address="10.0.0.1", browser=(hers, "a")) == "too-often"


def test_good_links_open_where_others_have_guessed(house):
    secret = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    anyone = actors.anonymous(NOW)
    for _ in range(accounts.TRIES_PER_ADDRESS):
        assert accounts.link_behind("guess", address="10.0.0.3", by=anyone) is None
    with pytest.raises(Refused) as refused:
        accounts.link_behind("guess", address="10.0.0.3", by=anyone)
    assert codes(refused) == ["too-often"]
    assert accounts.link_behind(secret, address="10.0.0.3", by=anyone)


def test_a_link_made_before_a_role_was_given_hands_nothing_over(house):
    secret = accounts.make_link(house.people["volunteer"], by=house.as_("unit_coordinator"))
    people.join(
        house.municipality,
        by=house.as_("coordinator"),
        person=house.people["volunteer"],
        role=Role.COORDINATOR,
    )
    assert links.find(secret, actor=actors.anonymous(NOW)) is None


def test_a_role_that_is_still_to_begin_counts_as_well(house):
    people.join(
        house.municipality,
        by=house.as_("coordinator"),
        person=house.people["volunteer"],
        role=Role.COORDINATOR,
        starts=NOW.date() + timedelta(days=30),
    )
    with pytest.raises(Refused) as refused:
        accounts.make_link(house.people["volunteer"], by=house.as_("unit_coordinator"))
    assert codes(refused) == ["more-than-you"]


def test_who_opens_names_is_decided_inside_once_there_is_a_coordinator(house):
    """Otherwise an administrator could appoint a puppet and read every name."""
    for role in (Role.SUPERVISOR, Role.COORDINATOR):
        with pytest.raises(Refused) as refused:
            people.add_person(house.municipality, by=house.as_("administrator"), name="Puppet", role=role)
        assert codes(refused) == ["ask-inside"]
        assert people.add_person(house.red_cross, by=house.as_("administrator"), name="First", role=role)
    assert people.add_person(
        house.municipality, by=house.as_("coordinator"), name="Second", role=Role.COORDINATOR
    )


def test_a_new_password_and_a_used_link_put_out_whoever_was_in(house, client):
    house.sign_in(client, "volunteer")
    later = replace(house.as_("volunteer"), at=NOW + timedelta(minutes=1))
    link = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    accounts.keep_account(
        house.people["volunteer"], by=later, sign_in_name="Vilde", password="walking in the fjord"
    )
    assert client.get("/account").headers["Location"].startswith("/sign-in")
    assert links.find(link, actor=actors.anonymous(NOW)) is None
    house.sign_in(client, "relay")
    found = links.find(
        accounts.make_link(house.people["relay"], by=house.as_("coordinator")),
        actor=actors.anonymous(later.at),
    )
    links.use(found[0], by=found[1])
    assert client.get("/account").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("name", "code"), [("ab", "too-short"), ("a b c", "too-short"), ("ß" * 40, "too-long"), ("vilde", None)]
)
def test_sign_in_names(name, code):
    found = rules.why_not_sign_in_name(name=name, taken=False)
    assert [r.code for r in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "no-name"), ("\u200b", "unseen"), ("An\u202ena", "unseen"), ("می\u200cخواهم", None), ("Åse", None)],
)
def test_names_can_be_seen(name, code):
    assert [r.code for r in rules.why_not_named(name=name, others=())] == ([code] if code else [])


def test_a_weak_password_or_a_taken_name_is_refused_beside_its_field(house):
    accounts.keep_account(
        house.people["volunteer"],
        by=house.as_("volunteer"),
        sign_in_name="walker",
        password="walking in the fjord",
    )
    with pytest.raises(Refused) as refused:
        accounts.keep_account(
            house.people["relay"], by=house.as_("relay"), sign_in_name="WALKER", password="password"
        )
    assert {(r.field, r.code) for r in refused.value.reasons} >= {
        ("sign_in_name", "name-taken"),
        ("password", "password-password_too_short"),
    }
    with pytest.raises(NotVisible):
        accounts.keep_account(
            house.people["relay"],
            by=house.as_("volunteer"),
            sign_in_name="x123",
            password="walking in the fjord",
        )


@pytest.mark.django_db
def test_attempts_are_counted_by_window():
    def tries(at, n):
        return [limits.allow("thing", "me", at=at, most=3, within=timedelta(minutes=1)) for _ in range(n)]

    assert tries(NOW, 5) == [True, True, True, False, False]
    assert limits.allow("thing", "you", at=NOW, most=3, within=timedelta(minutes=1))
    assert tries(NOW + timedelta(minutes=1), 2) == [True, True]


def test_parallel_attempts_are_all_counted(committed):
    allowed = []

    def go():
        allowed.append(limits.allow("thing", "me", at=NOW, most=5, within=timedelta(minutes=1)))
        connections.close_all()

    threads = [Thread(target=go) for _ in range(12)]
    [t.start() for t in threads]
    [t.join(timeout=60) for t in threads]
    assert sum(allowed) == 5, connection.vendor


def test_sessions_begun_before_signing_out_everywhere_are_over(house, client):
    house.sign_in(client, "volunteer")
    assert client.get("/account").status_code == 200
    later = replace(house.as_("volunteer"), at=NOW + timedelta(hours=1))
    accounts.end_sessions(house.people["volunteer"], by=later)
    assert client.get("/account").headers["Location"].startswith("/sign-in")


def test_a_closed_account_is_out_at_the_next_request(house, client):
    house.sign_in(client, "volunteer")
    assert client.get("/account").status_code == 200
    User.objects.filter(subject=house.people["volunteer"].id).update(is_active=False)
    assert client.get("/account").headers["Location"].startswith("/sign-in")
