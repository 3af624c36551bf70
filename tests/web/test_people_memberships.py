"""Pages of roles: who has which, one more, and the end of one."""

import uuid
from datetime import timedelta

from alongside.commons.people import actions as people
from alongside.commons.people.models import Membership
from alongside.core.access.roles import Role
from tests.conftest import NOW

TODAY = NOW.date()


def text(answer):
    return answer.content.decode()


def shown_number(person):
    return person.number.replace("-", "\u2011")


def role_of(house, name):
    return Membership.objects.get(member=house.people[name], role=name)


def test_who_has_which_role_now_and_before(house, client):
    people.end_membership(role_of(house, "relay"), by=house.operator)
    address = f"/organisations/{house.unit.pk}/people"
    now = text(house.sign_in(client, "unit_coordinator").get(address))
    assert "Lars Liaison" in now
    assert "Relay" not in now
    before = text(client.get(f"{address}?past=1"))
    assert "Who has or had which role in Solbakken" in before
    assert "Relay" in before
    assert before.count("End this role") == now.count("End this role")


def test_roles_of_an_organisation_are_hidden_from_who_has_no_part_in_it(house, client):
    assert house.sign_in(client, "nobody").get(f"/organisations/{house.unit.pk}/people").status_code == 404


def test_an_organisation_without_people_says_who_comes_first(house, client):
    page = text(house.sign_in(client, "administrator").get(f"/organisations/{house.red_cross.pk}/people"))
    assert "Nobody has a role here yet" in page


def test_one_more_role_first_where_then_which(house, client):
    volunteer = house.people["volunteer"]
    address = f"/people/{volunteer.pk}/role"
    where = text(house.sign_in(client, "coordinator").get(address))
    assert "Where does Vilde Volunteer get one more role?" in where
    assert f"?in={house.unit.pk}" in where
    assert f"?in={house.other_municipality.pk}" not in where
    which = f"{address}?in={house.municipality.pk}"
    assert "Give Vilde Volunteer a role in Fjellvik" in text(client.get(which))
    answer = client.post(which, {"role": "relay"}, follow=True)
    assert f"Person {shown_number(volunteer)} is relay in Fjellvik now." in text(answer)
    assert Membership.objects.filter(member=volunteer, of=house.municipality, role="relay").exists()
    again = client.post(which, {"role": "relay"})
    assert again.status_code == 409
    assert "This person has this role here already." in text(again)
    later = client.post(which, {"role": "liaison", "starts": "2027-06-01", "ends": "2027-05-01"})
    assert 'value="2027-06-01"' in text(later)
    assert "<details open>" in text(later)


def test_whoever_can_give_roles_in_one_place_goes_straight_on(house, client):
    address = f"/people/{house.people['volunteer'].pk}/role"
    answer = house.sign_in(client, "unit_coordinator").get(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}?in={house.unit.pk}")


def test_a_role_in_an_organisation_that_is_not_there(house, client):
    house.sign_in(client, "coordinator")
    for asked in ("nonsense", uuid.uuid4()):
        assert client.get(f"/people/{house.people['volunteer'].pk}/role?in={asked}").status_code == 404


def test_a_role_is_given_only_where_one_may(house, client):
    address = f"/people/{house.people['volunteer'].pk}/role?in={house.municipality.pk}"
    house.sign_in(client, "unit_coordinator")
    assert client.get(address).status_code == 404
    assert client.post(address, {"role": "coordinator"}).status_code == 404


def test_a_role_that_ends_can_be_given_again_from_the_day_after(house, client):
    membership = role_of(house, "volunteer")
    people.end_membership(membership, by=house.operator, last=TODAY + timedelta(days=5))
    address = f"/people/{house.people['volunteer'].pk}/role?in={house.unit.pk}"
    house.sign_in(client, "coordinator")
    too_early = client.post(address, {"role": "volunteer", "starts": TODAY + timedelta(days=5)})
    assert too_early.status_code == 409
    assert client.post(address, {"role": "volunteer", "starts": TODAY + timedelta(days=6)}).status_code == 303


def test_ending_a_role_is_asked_once_and_done(house, client):
    membership = role_of(house, "volunteer")
    address = f"/memberships/{membership.pk}/end"
    house.sign_in(client, "coordinator")
    assert "End the role of Vilde Volunteer in Solbakken?" in text(client.get(address))
    early = client.post(address, {"last": TODAY - timedelta(days=1)})
    assert early.status_code == 409
    assert "The last day lies before the first" in text(early)
    assert client.post(address, {"last": "soon"}).status_code == 422
    done = client.post(address, {}, follow=True)
    assert done.redirect_chain == [(f"/organisations/{house.unit.pk}", 303)]
    assert "The role volunteer in Solbakken, Fjellvik is ended." in text(done)
    membership.refresh_from_db()
    assert membership.ends == TODAY


def test_ending_a_role_on_a_later_day_says_so(house, client):
    house.sign_in(client, "coordinator")
    address = f"/memberships/{role_of(house, 'volunteer').pk}/end"
    later = client.post(address, {"last": TODAY + timedelta(days=2)}, follow=True)
    assert "ends with Wednesday 12 May 2027." in text(later)
    assert "is ended" not in text(later)


LAST = "This is the only role of hers that you can see"


def test_ending_the_last_role_one_can_see_of_somebody_comes_with_a_warning(house, client):
    address = f"/memberships/{role_of(house, 'volunteer').pk}/end"
    assert LAST in text(house.sign_in(client, "coordinator").get(address))
    people.join(house.municipality, by=house.operator, person=house.people["volunteer"], role=Role.RELAY)
    assert LAST not in text(client.get(address))
    assert LAST in text(house.sign_in(client, "unit_coordinator").get(address))


def test_an_administrator_keeps_seeing_whoever_has_no_role(house, client):
    membership = role_of(house, "volunteer")
    house.sign_in(client, "administrator")
    assert LAST not in text(client.get(f"/memberships/{membership.pk}/end"))
    people.end_membership(membership, by=house.operator)
    assert client.get(f"/people/{house.people['volunteer'].pk}").status_code == 200


def test_ending_ones_own_role_comes_with_a_warning(house, client):
    membership = role_of(house, "coordinator")
    house.sign_in(client, "coordinator")
    assert "This is your own role" in text(client.get(f"/memberships/{membership.pk}/end"))
    done = client.post(f"/memberships/{membership.pk}/end", {}, follow=True)
    assert done.status_code == 200
    assert client.get(f"/memberships/{membership.pk}/end").status_code == 404


def test_a_role_in_a_group_is_ended_back_to_the_group(house, client):
    group = people.add_group(house.municipality, by=house.operator, name="Walkers")
    held = people.join(group, by=house.operator, person=house.people["volunteer"], role=Role.VOLUNTEER)
    done = house.sign_in(client, "coordinator").post(f"/memberships/{held.pk}/end", {})
    assert done.headers["Location"] == f"/groups/{group.pk}"


def test_nobody_else_ends_roles(house, client):
    membership = role_of(house, "volunteer")
    for who in ("volunteer", "other_coordinator", "supervisor"):
        house.sign_in(client, who)
        assert client.get(f"/memberships/{membership.pk}/end").status_code == 404
        assert client.post(f"/memberships/{membership.pk}/end", {}).status_code == 404
    membership.refresh_from_db()
    assert membership.ends is None


def test_the_roles_she_gave_are_shown_where_hers_ends_and_end_with_it_when_ticked(house, client):
    by = house.as_("coordinator")
    deputy = people.add_person(house.unit, by=by, name="Dag Deputy", role=Role.SUPERVISOR)
    people.add_person(house.unit, by=by, name="Vera Volunteer", role=Role.VOLUNTEER)
    address = f"/memberships/{role_of(house, 'coordinator').pk}/end"
    house.sign_in(client, "administrator")
    page = text(client.get(address))
    assert f"Person {shown_number(deputy)}, supervisor in Solbakken, Fjellvik" in page
    assert page.count('name="also"') == 1
    assert " checked" not in page
    held = Membership.objects.get(member=deputy)
    wrong = client.post(address, {"also": [str(uuid.uuid4())]})
    assert wrong.status_code == 422
    assert "One of these roles has ended meanwhile" in text(wrong)
    client.post(address, {"also": [str(held.pk)]})
    held.refresh_from_db()
    assert held.ends == TODAY
    assert role_of(house, "coordinator").ends == TODAY


def test_where_she_gave_no_role_nothing_is_asked_about_them(house, client):
    house.sign_in(client, "administrator")
    page = text(client.get(f"/memberships/{role_of(house, 'supervisor').pk}/end"))
    assert 'name="also"' not in page
