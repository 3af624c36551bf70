"""Pages for administrators: who keeps the installation, closing an account, helping somebody back in."""

from alongside.commons.people import actions as people
from alongside.commons.people import keeping
from alongside.commons.people.models import Membership
from alongside.core.access.models import User


def text(answer):
    return answer.content.decode()


def shown_number(person):
    return person.number.replace("-", "\u2011")


def test_one_more_administrator_by_the_number_on_her_card(house, client):
    house.sign_in(client, "administrator")
    assert 'href="/administrators"' in text(client.get("/people"))
    page = text(client.get("/administrators"))
    assert "One person keeps this installation" in page
    assert "since" in page.casefold()
    wrong = client.post("/administrators", {"person": "AAAA-AA"})
    assert wrong.status_code == 422
    assert "There is nobody with this number" in text(wrong)
    other = house.people["nobody"]
    answer = client.post("/administrators", {"person": other.number.lower()}, follow=True)
    assert "2 people keep this installation" in text(answer)
    assert shown_number(other) in text(answer)
    assert "Nils Nobody" not in text(answer)
    again = client.post("/administrators", {"person": other.number})
    assert again.status_code == 409
    assert "This person has this role here already." in text(again)


def test_the_list_asks_as_often_for_four_as_for_two(house, client, django_assert_num_queries):
    house.sign_in(client, "administrator")
    for names in (["nobody"], ["relay", "liaison"]):
        for name in names:
            keeping.appoint_administrator(house.installation, by=house.operator, person=house.people[name])
        with django_assert_num_queries(8):
            client.get("/administrators")


def test_the_last_administrator_is_told_why_her_role_can_t_end(house, client):
    house.sign_in(client, "administrator")
    address = f"/administrators/{house.people['administrator'].pk}/end"
    page = text(client.get(address))
    assert " disabled" in page
    assert "She is the last administrator who can sign in." in page
    assert client.post(address).status_code == 409


def test_ending_an_administrator_asks_once(house, client):
    keeping.appoint_administrator(house.installation, by=house.operator, person=house.people["nobody"])
    house.account("nobody")
    house.sign_in(client, "administrator")
    address = f"/administrators/{house.people['nobody'].pk}/end"
    assert f"End the role of Person {shown_number(house.people['nobody'])}" in text(client.get(address))
    answer = client.post(address, follow=True)
    assert "The role is ended." in text(answer)
    assert client.get(address).status_code == 404


def test_giving_up_one_s_own_role_leads_home(house, client):
    keeping.appoint_administrator(house.installation, by=house.operator, person=house.people["nobody"])
    house.account("nobody")
    house.sign_in(client, "administrator")
    address = f"/administrators/{house.people['administrator'].pk}/end"
    assert "This is your own role" in text(client.get(address))
    assert client.post(address).headers["Location"] == "/"
    assert client.get("/administrators").status_code == 404


def test_an_account_is_closed_and_opened_again_with_a_confirm(house, client):
    volunteer = house.people["volunteer"]
    theirs = house.sign_in(type(client)(), "volunteer")
    house.sign_in(client, "administrator")
    page, address = f"/people/{volunteer.pk}", f"/people/{volunteer.pk}/account"
    assert "Close the account" in text(client.get(page))
    assert f"Close the account of Person {shown_number(volunteer)}?" in text(client.get(address))
    assert "The account is closed." in text(client.post(address, follow=True))
    assert theirs.get("/account").status_code == 302
    assert "which is closed" in text(client.get(page))
    assert "again?" in text(client.get(address))
    assert "The account is open again." in text(client.post(address, follow=True))
    assert User.objects.get(subject=volunteer.id).is_active


def test_nothing_is_offered_where_nobody_has_signed_in(house, client):
    house.sign_in(client, "administrator")
    volunteer = house.people["volunteer"]
    assert "Close the account" not in text(client.get(f"/people/{volunteer.pk}"))
    assert " disabled" in text(client.get(f"/people/{volunteer.pk}/account"))
    assert client.post(f"/people/{volunteer.pk}/account").status_code == 409


def test_whoever_has_left_everywhere_gets_a_role_again_from_her_page(house, client):
    volunteer = house.people["volunteer"]
    house.sign_in(client, "administrator")
    page, address = f"/people/{volunteer.pk}", f"/people/{volunteer.pk}/return"
    assert address not in text(client.get(page))
    people.end_membership(Membership.objects.get(member=volunteer), by=house.operator)
    assert address in text(client.get(page))
    assert "This person has left every organisation." in text(client.get(page))
    where = text(client.get(address))
    assert f"?in={house.red_cross.pk}" in where
    answer = client.post(f"{address}?in={house.red_cross.pk}", {"role": "relay"}, follow=True)
    assert "is relay in Fjellvik Red Cross now." in text(answer)
    assert "Vilde" not in text(answer)
    assert address not in text(client.get(page))
    assert client.post(f"{address}?in={house.unit.pk}", {"role": "relay"}).status_code == 409
    house.sign_in(client, "coordinator")
    assert client.get(address).status_code == 404
