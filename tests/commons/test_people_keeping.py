"""Administrators, closed accounts, and somebody who has left everywhere."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from alongside.commons.people import accounts, keeping, queries
from alongside.commons.people import actions as people
from alongside.commons.people.models import Membership
from alongside.core.access import actor as actors
from alongside.core.access import links
from alongside.core.access.models import Grant, OneTimeLink, SignIn, User
from alongside.core.access.permissions import Permission as P
from alongside.core.access.policy import can
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import NotVisible, Refused
from tests.conftest import NOW
from tests.factories.house import build, session_of

LATER = NOW + timedelta(hours=1)


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


@pytest.fixture
def two(house):
    """The nobody keeps the installation as well; both can sign in."""
    keeping.appoint_administrator(
        house.installation, by=house.as_("administrator"), person=house.people["nobody"]
    )
    for name in ("administrator", "nobody"):
        house.account(name)
    return house


def end(house, name, by="administrator"):
    keeping.end_administrator(house.installation, by=house.as_(by), person=house.people[name])


def test_an_administrator_s_role_ends_at_once(two):
    end(two, "nobody")
    assert not can(two.as_("nobody"), P.ORGANISATION_ADD, two.installation)
    assert list(queries.administrators(two.installation, NOW)) == [two.people["administrator"]]
    assert can(two.as_("nobody"), P.PERSON_VIEW, two.people["nobody"])


def test_never_that_of_the_last_one_who_can_sign_in(two):
    User.objects.filter(subject=two.people["nobody"].id).update(is_active=False)
    for by in ("administrator", "nobody"):
        with pytest.raises(Refused) as refused:
            end(two, "administrator", by=by)
        assert codes(refused) == ["last-administrator"]
    with pytest.raises(Refused) as refused:
        keeping.close_account(two.people["administrator"], by=two.as_("administrator"))
    assert codes(refused) == ["last-administrator"]
    end(two, "nobody")
    with pytest.raises(Refused) as refused:
        end(two, "nobody")
    assert codes(refused) == ["no-administrator"]


def test_an_administrator_who_has_never_signed_in_is_no_other(house):
    house.account("administrator")
    keeping.appoint_administrator(
        house.installation, by=house.as_("administrator"), person=house.people["nobody"]
    )
    with pytest.raises(Refused) as refused:
        end(house, "administrator")
    assert codes(refused) == ["last-administrator"]


def test_whoever_she_appointed_does_not_give_it_back(two):
    third = two.people["relay"]
    keeping.appoint_administrator(two.installation, by=two.as_("nobody"), person=third)
    end(two, "nobody")
    with pytest.raises(Refused) as refused:
        keeping.appoint_administrator(two.installation, by=two.as_("relay"), person=two.people["nobody"])
    assert codes(refused) == ["from-her"]
    keeping.appoint_administrator(two.installation, by=two.as_("administrator"), person=two.people["nobody"])


@pytest.mark.usefixtures("committed")
def test_two_who_end_each_other_at_once_leave_one():
    house = build(NOW)
    keeping.appoint_administrator(house.installation, by=house.operator, person=house.people["nobody"])
    names = ("administrator", "nobody")
    for name in names:
        house.account(name)
    gate, refused = Barrier(2), []

    def go(who, whom):
        try:
            gate.wait(timeout=20)
            end(house, whom, by=who)
        except (Refused, NotVisible) as no:
            refused.append(no)
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=pair) for pair in (names, names[::-1])]
    [t.start() for t in threads]
    [t.join(timeout=60) for t in threads]
    assert len(refused) == 1
    assert Grant.objects.filter(role=Role.ADMINISTRATOR, ends=None).count() == 1


def test_a_closed_account_has_neither_sessions_nor_links_and_the_person_stays(house):
    volunteer = house.people["volunteer"]
    session_of(house.account("volunteer"), NOW)
    accounts.make_link(volunteer, by=house.as_("coordinator"))
    by = replace(house.as_("administrator"), at=LATER)
    keeping.close_account(volunteer, by=by)
    assert SignIn.objects.get().ended_at == LATER
    assert OneTimeLink.objects.get().ended_at == LATER
    assert Membership.objects.get(member=volunteer).ends is None
    for attempt in (accounts.make_link, accounts.invite):
        with pytest.raises(Refused) as refused:
            attempt(
                volunteer, by=house.as_("coordinator" if attempt is accounts.make_link else "administrator")
            )
        assert codes(refused) == ["closed"]
    with pytest.raises(Refused) as refused:
        keeping.close_account(volunteer, by=by)
    assert codes(refused) == ["closed"]


def test_a_closed_account_is_opened_again_as_it_was(house):
    volunteer = house.people["volunteer"]
    accounts.keep_account(volunteer, by=house.as_("volunteer"), sign_in_name="vilde", password="in the fjord")
    by, anyone = house.as_("administrator"), actors.anonymous(NOW)
    keeping.close_account(volunteer, by=by)
    door = accounts.Door("10.0.0.1")
    with pytest.raises(Refused):
        accounts.sign_in("vilde", "in the fjord", door=door, by=anyone)
    keeping.open_account(volunteer, by=by)
    assert accounts.sign_in("vilde", "in the fjord", door=door, by=anyone).subject == volunteer.id
    with pytest.raises(Refused) as refused:
        keeping.open_account(volunteer, by=by)
    assert codes(refused) == ["open"]


def test_an_account_that_is_not_there_is_not_closed(house):
    with pytest.raises(Refused) as refused:
        keeping.close_account(house.people["volunteer"], by=house.as_("administrator"))
    assert codes(refused) == ["no-account"]


def test_whoever_runs_an_organisation_closes_nobody_s_account(house):
    house.account("volunteer")
    for name in ("coordinator", "volunteer"):
        with pytest.raises(NotVisible):
            keeping.close_account(house.people["volunteer"], by=house.as_(name))


@pytest.fixture
def gone(house):
    """The volunteer has left, and nobody can reach her."""
    volunteer = house.people["volunteer"]
    people.end_membership(Membership.objects.get(member=volunteer), by=house.as_("coordinator"))
    assert not can(house.as_("coordinator"), P.MEMBERSHIP_EDIT, volunteer)
    return volunteer


def test_whoever_has_left_everywhere_comes_back_by_number(house, gone):
    by = house.as_("administrator")
    found = queries.by_number(by, gone.number, permission=P.MEMBERSHIP_RETURN)
    people.return_person(found, by=by, of=house.red_cross, role=Role.VOLUNTEER)
    assert queries.roles_of(by, [gone.pk])[gone.pk][0].of_id == house.red_cross.pk
    assert can(house.as_("volunteer"), P.MEMBERSHIP_VIEW, house.red_cross)
    assert not can(by, P.IDENTITY_VIEW, gone)
    first = people.add_person(house.red_cross, by=by, name="First", role=Role.COORDINATOR)
    assert can(actors.user(first.id, NOW), P.IDENTITY_VIEW, gone)


def test_whoever_belongs_somewhere_is_not_taken_from_there(house):
    with pytest.raises(Refused) as refused:
        people.return_person(
            house.people["relay"], by=house.as_("administrator"), of=house.red_cross, role=Role.VOLUNTEER
        )
    assert codes(refused) == ["belongs"]


def test_a_coordinator_takes_in_nobody_by_number(house, gone):
    with pytest.raises(NotVisible):
        people.return_person(gone, by=house.as_("coordinator"), of=house.unit, role=Role.VOLUNTEER)


def test_the_first_link_of_whoever_returns_is_made_where_she_returns_to(house, gone):
    people.return_person(gone, by=house.as_("administrator"), of=house.municipality, role=Role.VOLUNTEER)
    assert links.find(accounts.make_link(gone, by=house.as_("coordinator")), actor=actors.anonymous(NOW))
