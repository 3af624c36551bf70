"""Pages of people: the list, one person, somebody new, links."""

import re
import uuid

import pytest

from alongside.commons.people import accounts
from alongside.commons.people import actions as people
from alongside.commons.people.models import Identity, Membership, Person
from alongside.core.access.models import AuditRow
from alongside.core.access.roles import Role
from tests.conftest import NOW

TODAY = NOW.date()


def text(answer):
    return answer.content.decode()


def shown_number(person):
    return person.number.replace("-", "\u2011")


def role_of(house, name):
    return Membership.objects.get(member=house.people[name], role=name)


def test_a_coordinator_sees_her_people_by_name_and_in_that_order(house, client):
    page = text(house.sign_in(client, "coordinator").get("/people"))
    names = re.findall(r'href="/people/[\w-]+">([^<]+)<', page)
    assert len(names) == 8
    assert names == sorted(names)
    assert "volunteer in Solbakken, Fjellvik" in page
    assert "Odd Other" not in page


def test_an_administrator_sees_everybody_by_number(house, client):
    page = text(house.sign_in(client, "administrator").get("/people"))
    for person in house.people.values():
        assert person.number in page
    assert [n for n in Identity.objects.values_list("name", flat=True) if n in page] == ["Ada Admin"]
    assert shown_number(house.people["coordinator"]) in page


def test_a_volunteer_knows_of_herself(house, client):
    page = text(house.sign_in(client, "volunteer").get("/people"))
    assert "One person" in page
    assert "Vilde Volunteer" in page


def test_people_are_found_by_name_where_it_may_be_seen_and_by_number_always(house, client):
    def looked_for(words):
        return text(client.post("/people", {"q": words}))

    volunteer = house.people["volunteer"]
    house.sign_in(client, "coordinator")
    assert "One person" in looked_for("vilde")
    assert "Nobody fits" in looked_for("odd")
    house.sign_in(client, "administrator")
    assert "Nobody fits" in looked_for("vilde")
    for spelled in (volunteer.number, volunteer.number.lower().replace("-", " "), shown_number(volunteer)):
        assert str(volunteer.pk) in looked_for(spelled)


def test_a_name_that_is_looked_for_stands_in_no_address(house, client):
    house.sign_in(client, "coordinator")
    assert 'method="post" action="/people"' in text(client.get("/people"))
    assert "Vilde" in text(client.get("/people?q=odd"))
    assert client.post("/people", {"role": "relay"}).headers["Location"] == "/people?role=relay"
    assert "Nobody fits" in text(client.post("/people", {"q": "vilde", "role": "relay"}))


def test_people_can_be_narrowed_to_a_role(house, client):
    page = text(house.sign_in(client, "coordinator").get("/people?role=relay"))
    assert "Randi Relay" in page
    assert "Lars Liaison" not in page
    assert "Nobody fits" in text(client.get("/people?role=king"))


def test_reading_names_of_others_leaves_a_row(house, client):
    house.sign_in(client, "volunteer").get("/people")
    assert not AuditRow.objects.filter(verb="people.names").exists()
    house.sign_in(client, "coordinator").get("/people")
    assert AuditRow.objects.get(verb="people.names").outcome == "seen"


def test_as_many_questions_for_three_people_as_for_one(house, client, django_assert_num_queries):
    for names in (["Zz One"], ["Zz Two", "Zz Three"]):
        for name in names:
            people.add_person(house.unit, by=house.operator, name=name, role=Role.VOLUNTEER)
        house.sign_in(client, "coordinator")
        with django_assert_num_queries(13):
            client.post("/people", {"q": "zz"})
        with django_assert_num_queries(12):
            client.get(f"/organisations/{house.unit.pk}/people")


def test_a_person_with_card_roles_and_account(house, client):
    page = text(house.sign_in(client, "coordinator").get(f"/people/{house.people['volunteer'].pk}"))
    assert "Vilde Volunteer" in page
    assert page.count("not told") == 3
    assert "Has never signed in" in page
    for button in ("Change the card", "Give one more role", "End this role", "Make a sign-in link"):
        assert button in page
    assert "Make a first sign-in link" not in page
    assert "<title>Person " in page
    row = AuditRow.objects.get(verb="people.card")
    assert row.object_id == str(house.people["volunteer"].pk)


def test_an_administrator_sees_a_person_without_her_name(house, client):
    page = text(house.sign_in(client, "administrator").get(f"/people/{house.people['volunteer'].pk}"))
    assert "Vilde" not in page
    assert "Your role does not show you who this is" in page
    assert "Make a first sign-in link" in page
    for button in ("Change the card", "Give one more role", "Make a sign-in link"):
        assert button not in page


def test_a_link_that_cant_be_made_is_explained_beside_its_button(house, client):
    house.account("volunteer")
    administrator = text(
        house.sign_in(client, "administrator").get(f"/people/{house.people['volunteer'].pk}")
    )
    assert "This person has signed in before. A new link is made by a coordinator" in administrator
    people.join(house.unit, by=house.operator, person=house.people["coordinator"], role=Role.VOLUNTEER)
    unit = text(house.sign_in(client, "unit_coordinator").get(f"/people/{house.people['coordinator'].pk}"))
    assert "This person has a role that you don&#39;t have." in unit
    assert re.search(r'type="submit" disabled>Make a sign-in link', unit)


def test_nobody_gives_herself_a_role(house, client):
    page = text(house.sign_in(client, "coordinator").get(f"/people/{house.people['coordinator'].pk}"))
    assert "This is you." in page
    assert "Nobody can give a role to herself. Ask somebody else." in page


def test_people_one_has_no_part_in_are_not_there(house, client):
    address = f"/people/{house.people['volunteer'].pk}"
    for who in ("other_coordinator", "liaison"):
        house.sign_in(client, who)
        for page in ("", "/card", "/role"):
            assert client.get(address + page).status_code == 404, (who, page)
        for page in ("/card", "/role", "/link", "/invite"):
            assert client.post(address + page, {"name": "Mine"}).status_code == 404, (who, page)
    assert Identity.objects.get(person=house.people["volunteer"]).name == "Vilde Volunteer"
    assert client.get(f"/people/{uuid.uuid4()}").status_code == 404


def test_what_was_before_stands_with_a_person(house, client):
    people.join(house.unit, by=house.operator, person=house.people["volunteer"], role=Role.RELAY)
    people.end_membership(
        Membership.objects.get(member=house.people["volunteer"], role="relay"), by=house.operator
    )
    page = text(house.sign_in(client, "coordinator").get(f"/people/{house.people['volunteer'].pk}"))
    assert "Before" in page
    assert "relay in Solbakken, Fjellvik" in page


def test_changing_a_card(house, client):
    house.sign_in(client, "coordinator")
    address = f"/people/{house.people['volunteer'].pk}/card"
    assert 'value="Vilde Volunteer"' in text(client.get(address))
    wrong = client.post(address, {"name": "", "phone": "900", "email": "x"})
    assert wrong.status_code == 422
    assert 'value="900"' in text(wrong)
    assert "The name is missing" in text(wrong)
    blank = client.post(address, {"name": "V", "email": "vilde@example.org"}, follow=True)
    assert "vilde@example.org" in text(blank)
    assert f"The card of Person {shown_number(house.people['volunteer'])} is changed." in text(blank)


def test_somebody_without_phone_and_e_mail_is_added_by_name_and_role_alone(house, client):
    house.sign_in(client, "coordinator")
    address = f"/organisations/{house.unit.pk}/people/add"
    assert 'value="volunteer" checked' in text(client.get(address))
    answer = client.post(address, {"name": "Berit", "role": "volunteer"}, follow=True)
    person = Identity.objects.get(name="Berit").person
    assert f"Person {shown_number(person)} is written down, as volunteer in Solbakken, Fjellvik." in text(
        answer
    )
    assert "Berit" in text(answer)
    assert person.memberships.get().role == "volunteer"
    assert "Berit" not in str(dict(client.session.items()))


def test_writing_down_many_goes_on_with_the_next_one(house, client):
    house.sign_in(client, "coordinator")
    address = f"/organisations/{house.unit.pk}/people/add"
    answer = client.post(address, {"name": "Berit", "role": "relay", "again": "1"}, follow=True)
    assert answer.redirect_chain == [(f"{address}?role=relay", 303)]
    written = Identity.objects.get(name="Berit").person
    assert f"Person {shown_number(written)} is written down. Who comes next?" in text(answer)
    assert "Berit" not in text(answer)
    assert 'value="relay" checked' in text(answer)


def test_a_namesake_is_asked_about_before_anybody_is_written_down_twice(house, client):
    house.sign_in(client, "coordinator")
    address = f"/organisations/{house.unit.pk}/people/add"
    given = {"name": " vilde  volunteer", "role": "relay", "phone": "900"}
    asked = client.post(address, given)
    page = text(asked)
    assert asked.status_code == 409
    assert "Somebody of this name is here already" in page
    assert f"/people/{house.people['volunteer'].pk}" in page
    assert 'value="900"' in page
    assert client.post(address, {**given, "another": "on"}).status_code == 303


def test_a_namesake_elsewhere_is_nobodys_business(house, client):
    house.sign_in(client, "coordinator")
    address = f"/organisations/{house.unit.pk}/people/add"
    assert client.post(address, {"name": "Odd Other", "role": "relay"}).status_code == 303


def test_a_refusal_keeps_what_was_typed(house, client):
    house.sign_in(client, "coordinator")
    days = {"starts": "2027-05-12", "ends": "2027-05-11"}
    for given, status, says in (
        ({"role": "volunteer"}, 422, "The name is missing"),
        ({"name": "B", "role": "administrator"}, 422, "Choose a role from the list"),
        ({"name": "B", "role": "relay", "email": "x"}, 422, "It needs an @ and no spaces"),
        ({"name": "B", "role": "relay", "starts": "soon"}, 422, "This is not a date"),
        ({"name": "B", "role": "relay", **days}, 409, "The last day lies before the first"),
    ):
        answer = client.post(f"/organisations/{house.unit.pk}/people/add", given)
        assert answer.status_code == status, given
        assert says in text(answer)
        for value in given.values():
            assert f'value="{value}"' in text(answer) or value == "administrator"


def test_officials_are_of_public_bodies(house, client):
    public = text(
        house.sign_in(client, "administrator").get(f"/organisations/{house.ministry.pk}/people/add")
    )
    voluntary = text(client.get(f"/organisations/{house.red_cross.pk}/people/add"))
    assert 'value="official"' in public
    assert 'value="official"' not in voluntary


def test_nobody_else_adds_people(house, client):
    before = Person.objects.count()
    for who in ("volunteer", "supervisor", "other_coordinator"):
        house.sign_in(client, who)
        address = f"/organisations/{house.unit.pk}/people/add"
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "B", "role": "relay"}).status_code == 404
    assert Person.objects.count() == before


def test_pages_about_one_person_are_told_apart_by_their_titles(house, client):
    house.sign_in(client, "coordinator")
    person = house.people["volunteer"]
    which = f"role?in={house.unit.pk}"
    for page, title in (
        ("card", "Change the card – Person "),
        ("role", "One more role: where – Person "),
        (which, "One more role: which – Person "),
    ):
        assert f"<title>{title}{person.number} – Alongside</title>" in text(
            client.get(f"/people/{person.pk}/{page}")
        )
    wrong = text(client.post(f"/people/{person.pk}/card", {"name": ""}))
    assert "<title>To put right: Change the card – Person " in wrong


def test_a_page_speaks_to_oneself_and_of_others(house, client):
    house.sign_in(client, "coordinator")
    assert "What you do here" in text(client.get(f"/people/{house.people['coordinator'].pk}"))
    other = text(client.get(f"/people/{house.people['volunteer'].pk}"))
    assert "Roles here" in other
    assert "What you do here" not in other


def test_what_was_done_can_be_focused_before_the_page(house, client):
    house.sign_in(client, "coordinator")
    address = f"/people/{house.people['volunteer'].pk}/card"
    assert 'class="told"' not in text(client.get(address))
    done = text(client.post(address, {"name": "V"}, follow=True))
    assert '<div class="told" role="status" tabindex="-1">' in done


@pytest.mark.parametrize(
    ("who", "page", "called"),
    [("coordinator", "link", "Vilde Volunteer"), ("administrator", "invite", "Person ")],
)
def test_a_link_is_shown_once_and_works(house, client, who, page, called):
    house.sign_in(client, who)
    answer = client.post(f"/people/{house.people['volunteer'].pk}/{page}")
    assert answer.status_code == 200
    assert f"The link for {called}" in text(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "until Wednesday 12 May 2027, 09:00" in re.sub(r"<[^>]*>", "", text(answer))
    link = re.search(r"http://testserver(/link/[\w-]+)", text(answer))[1]
    client.logout()
    client.post(link)
    assert "You are Vilde Volunteer" in text(client.get("/"))
    assert ("Vilde" in text(answer)) is (who == "coordinator")


def test_a_link_that_is_refused_says_why(house, client):
    house.account("volunteer")
    answer = house.sign_in(client, "administrator").post(f"/people/{house.people['volunteer'].pk}/invite")
    assert answer.status_code == 409
    assert "A new link is made by a coordinator" in text(answer)


def test_links_are_made_by_buttons_alone(house, client):
    house.sign_in(client, "coordinator")
    for page in ("link", "invite"):
        assert client.get(f"/people/{house.people['volunteer'].pk}/{page}").status_code == 405


def test_the_reasons_of_a_button_are_those_of_the_deed(house):
    volunteer = house.people["volunteer"]
    assert accounts.why_no_invitation(volunteer) == []
    house.account("volunteer")
    assert [r.code for r in accounts.why_no_invitation(volunteer)] == ["has-account"]
    assert accounts.why_no_link(volunteer, by=house.as_("coordinator")) == []
