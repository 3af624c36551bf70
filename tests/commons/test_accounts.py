"""Accounts: what signing in may tell, and what a link's finder has to put up with."""

from datetime import timedelta

import pytest

from alongside.commons.people import accounts
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow, User
from alongside.core.kit.refusal import NotVisible, Refused
from tests.conftest import NOW

WORDS = "walking in the fjord"


def test_keeping_an_account_makes_one_and_says_nothing_of_the_password(house):
    person = house.people["volunteer"]
    accounts.keep_account(person, by=house.as_("volunteer"), sign_in_name=" Vilde ", password=WORDS)
    user = User.objects.get(subject=person.id)
    assert user.check_password(WORDS)
    row = AuditRow.objects.latest("pk")
    assert (row.verb, row.fields) == ("people.keep_account", ["password", "sign_in_name"])
    assert WORDS not in str(row.__dict__)


def test_an_account_that_is_closed_or_has_no_password_is_not_signed_in(house):
    person = house.people["volunteer"]
    accounts.keep_account(person, by=house.as_("volunteer"), sign_in_name="vilde", password=WORDS)
    anyone = actors.anonymous(NOW)
    User.objects.filter(subject=person.id).update(is_active=False)
    with pytest.raises(Refused):
        accounts.sign_in("vilde", WORDS, door=accounts.Door("10.0.0.1"), by=anyone)
    user = User.objects.get(subject=person.id)
    user.is_active = True
    user.set_unusable_password()
    user.save()
    with pytest.raises(Refused):
        accounts.sign_in("vilde", WORDS, door=accounts.Door("10.0.0.1"), by=anyone)


def test_nobody_keeps_somebody_elses_account(house):
    with pytest.raises(NotVisible):
        accounts.end_sessions(house.people["volunteer"], by=house.as_("coordinator"))
    accounts.end_sessions(house.people["volunteer"], by=house.as_("volunteer"))
    assert not User.objects.filter(subject=house.people["volunteer"].id).exists()


def test_looking_for_links_is_limited_by_address_and_by_the_quarter_of_an_hour(house):
    secret = accounts.make_link(house.people["volunteer"], by=house.as_("coordinator"))
    anyone = actors.anonymous(NOW)
    for n in range(accounts.TRIES_PER_ADDRESS):
        assert accounts.link_behind(f"guess {n}", address="10.0.0.1", by=anyone) is None
    with pytest.raises(Refused) as refused:
        accounts.link_behind("one more guess", address="10.0.0.1", by=anyone)
    assert [r.code for r in refused.value.reasons] == ["too-often"]
    assert accounts.link_behind(secret, address="10.0.0.1", by=anyone)
    later = actors.anonymous(NOW + timedelta(minutes=15))
    assert accounts.link_behind("another guess", address="10.0.0.1", by=later) is None
