"""Pages of organisations, units and groups."""

import re
import uuid

import pytest

from alongside.commons.people import actions as people
from alongside.commons.people.models import Group, Organisation
from alongside.commons.places import actions as places
from alongside.commons.places.models import CodeSystem
from alongside.core.access.models import AuditRow
from alongside.core.access.roles import Role
from tests.factories.house import PLACES


def text(answer):
    return answer.content.decode()


@pytest.fixture
def group(house):
    return people.add_group(house.municipality, by=house.operator, name="Sunday walkers")


def test_the_list_shows_organisations_and_a_search_their_units_too(house, client):
    page = text(house.sign_in(client, "nobody").get("/organisations"))
    assert "Fjellvik Red Cross" in page
    assert "Solbakken" not in page
    found = text(client.get("/organisations?q=solb"))
    assert "Solbakken" in found
    assert re.search(r'data-label="Part of"\s*><span>Fjellvik</span>', found)


def test_the_list_can_be_narrowed(house, client):
    house.sign_in(client, "nobody")
    for query, there, missing in (
        ("kind=voluntary+organisation", "Fjellvik Red Cross", "Havnes"),
        ("kind=nursing+home", "Solbakken", "Havnes"),
        ("q=ministry&kind=public+body", "Ministry of Care", "Havnes"),
        ("q=zzz", "Nothing fits what you are looking for", "Havnes"),
        ("q=%00&kind=%00", "Havnes", "Nothing fits"),
    ):
        page = text(client.get(f"/organisations?{query}"))
        assert there in page, query
        assert missing not in page, query


def test_the_list_can_be_narrowed_to_a_place_and_what_lies_below(house, client):
    page = text(house.sign_in(client, "nobody").get(f"/organisations?place={house.innlandet.pk}"))
    assert "Organisations and units in Innlandet" in page
    assert "Solbakken" in page
    assert "Havnes" not in page
    assert client.get("/organisations?place=999999").status_code == 404


def test_only_those_who_may_add_are_offered_to(house, client):
    assert "Add an organisation" in text(house.sign_in(client, "administrator").get("/organisations"))
    assert "Add an organisation" not in text(house.sign_in(client, "coordinator").get("/organisations"))


def test_as_many_questions_for_three_organisations_as_for_one(house, client, django_assert_num_queries):
    for names in (["Zz 1"], ["Zz 2", "Zz 3"]):
        for name in names:
            people.add_organisation(
                house.installation, by=house.operator, name=name, kind="company", place=house.innlandet
            )
        house.sign_in(client, "nobody")
        with django_assert_num_queries(8):
            client.get("/organisations?q=zz")


def test_an_organisation_with_its_place_units_groups_and_roles(house, client, group):
    page = text(house.sign_in(client, "coordinator").get(f"/organisations/{house.municipality.pk}"))
    for word in ("Fjellvik", "Innlandet", "Norway", "Solbakken", "Sunday walkers", "Siv Supervisor"):
        assert word in page
    for button in ("Change the name", "Add a unit", "Add a group", "Add somebody", "End this role"):
        assert button in page


def test_a_stranger_to_an_organisation_sees_neither_roles_nor_buttons(house, client, group):
    page = text(house.sign_in(client, "nobody").get(f"/organisations/{house.municipality.pk}"))
    assert "Solbakken" in page
    for word in ("Siv Supervisor", "Who has which role", "Change the name", "Add a", "End this role"):
        assert word not in page


def test_whoever_belongs_to_a_unit_sees_roles_by_number(house, client):
    page = text(house.sign_in(client, "volunteer").get(f"/organisations/{house.unit.pk}"))
    assert "Who has which role" in page
    assert house.people["liaison"].number.replace("-", "\u2011") in page
    assert "Lars Liaison" not in page
    assert "Vilde Volunteer" in page
    assert f"/people/{house.people['liaison'].pk}" not in page


def test_names_that_were_read_stand_in_the_audit(house, client):
    before = AuditRow.objects.filter(verb="people.names").count()
    house.sign_in(client, "volunteer").get(f"/organisations/{house.unit.pk}")
    assert AuditRow.objects.filter(verb="people.names").count() == before
    house.sign_in(client, "coordinator").get(f"/organisations/{house.unit.pk}")
    row = AuditRow.objects.get(verb="people.names")
    assert (row.outcome, row.object_id, row.fields) == ("seen", str(house.unit.pk), ["name"])


def test_as_many_questions_for_three_units_and_roles_as_for_one(house, client, django_assert_num_queries):
    for more in (0, 2):
        for n in range(more):
            people.add_unit(house.municipality, by=house.operator, name=f"Unit {n}")
            people.add_person(house.municipality, by=house.operator, name=f"P {n}", role=Role.RELAY)
        house.sign_in(client, "coordinator")
        with django_assert_num_queries(18):
            client.get(f"/organisations/{house.municipality.pk}")


def test_more_roles_than_fit_are_a_page_of_their_own(house, client):
    for n in range(10):
        people.add_person(house.municipality, by=house.operator, name=f"P {n}", role=Role.RELAY)
    page = text(house.sign_in(client, "coordinator").get(f"/organisations/{house.municipality.pk}"))
    assert "See everybody who has a role here" in page


def test_an_organisation_that_is_not_there(house, client):
    assert house.sign_in(client, "administrator").get(f"/organisations/{uuid.uuid4()}").status_code == 404


def test_adding_an_organisation(house, client):
    house.sign_in(client, "administrator")
    assert "Add this organisation" in text(client.get("/organisations/add"))
    answer = client.post(
        "/organisations/add",
        {"name": "Havnes Choir", "kind": "informal group", "place": "innlandet"},
        follow=True,
    )
    made = Organisation.objects.get(name="Havnes Choir")
    assert answer.redirect_chain == [(f"/organisations/{made.pk}", 303)]
    assert made.place == house.innlandet
    assert "It stands here now" in text(answer)


def test_a_refusal_keeps_what_was_typed(house, client):
    house.sign_in(client, "administrator")
    for given, status, says in (
        ({}, 422, "The name is missing"),
        ({"name": "Fjellvik", "kind": "public body"}, 409, "There is one of this name here already"),
        ({"name": "New", "kind": "a king"}, 422, "Choose a kind from the list"),
        ({"name": "New", "kind": "company", "place": "Nowhere"}, 422, "There is no place called “Nowhere”"),
        ({"name": "x" * 300, "kind": "company"}, 422, "This is too long"),
    ):
        answer = client.post("/organisations/add", given)
        assert answer.status_code == status, given
        assert says in text(answer)
        assert "error-summary" in text(answer)
        for field in {"name", "place"} & set(given):
            assert f'value="{given[field]}"' in text(answer)


def test_a_place_that_can_be_several_is_asked_for_by_its_code(house, client):
    rows = [places.PlaceRow(f"NO-34-{n}", "Os", "municipality", "NO-34") for n in (1, 2)]
    places.import_places(
        house.installation,
        by=house.operator,
        rows=[*PLACES, *rows],
        system=CodeSystem.ISO_3166_2,
        top_system=CodeSystem.ISO_3166_1,
    )
    house.sign_in(client, "administrator")
    page = text(client.post("/organisations/add", {"name": "New", "kind": "company", "place": "os"}))
    assert (
        "“os” can mean several places: Os (NO-34-1); Os (NO-34-2). Write the code of the right one." in page
    )
    client.post("/organisations/add", {"name": "New", "kind": "company", "place": "no-34-2"})
    assert Organisation.objects.get(name="New").place.codes.get().value == "NO-34-2"


def test_changing_an_organisation(house, client):
    house.sign_in(client, "coordinator")
    address = f"/organisations/{house.unit.pk}/change"
    page = text(client.get(address))
    assert 'value="Solbakken"' in page
    assert 'value="Innlandet (NO-34)"' in page
    taken = people.add_unit(house.municipality, by=house.operator, name="Solsiden").name
    refused = client.post(address, {"name": taken, "unit_kind": "home care", "place": "NO-34"})
    assert refused.status_code == 409
    assert 'value="Solsiden"' in text(refused)
    done = client.post(
        address, {"name": "Solvang", "unit_kind": "home care", "place": "Innlandet (NO-34)"}, follow=True
    )
    assert "The change is saved." in text(done)
    assert "Home care" in text(done)


def test_a_unit_without_a_kind_has_not_its_parents(house, client):
    unit = people.add_unit(house.municipality, by=house.operator, name="Bakken")
    page = text(house.sign_in(client, "coordinator").get(f"/organisations/{unit.pk}"))
    assert re.search(r"<dt>Kind</dt>\s*<dd><span class=\"muted\">not told<", page)
    assert "Change the name, the kind or the place" in page
    assert "ublic body" not in text(client.get("/organisations?q=Bakken")).split("<tbody")[1]
    whole = text(client.get(f"/organisations/{house.municipality.pk}"))
    assert re.search(r"<dt>Kind</dt>\s*<dd>Public body<", whole)
    assert "Change the name or the place" in whole


def test_a_whole_organisation_is_not_asked_what_kind_of_unit_it_is(house, client):
    house.sign_in(client, "coordinator")
    assert "unit_kind" not in text(client.get(f"/organisations/{house.municipality.pk}/change"))


def test_adding_a_unit_and_a_group(house, client):
    house.sign_in(client, "coordinator")
    for kind, model in (("units", Organisation), ("groups", Group)):
        address = f"/organisations/{house.municipality.pk}/{kind}/add"
        assert client.get(address).status_code == 200
        empty = client.post(address, {})
        assert empty.status_code == 422
        assert "The name is missing" in text(empty)
        made = client.post(address, {"name": f"New {kind}"})
        row = model.objects.get(name=f"New {kind}")
        assert made.status_code == 303
        assert str(row.pk) in made.headers["Location"]
        again = client.post(address, {"name": f"new {kind}"})
        assert again.status_code == 409
        assert f'value="new {kind}"' in text(again)


def test_nobody_else_finds_these_forms_or_can_send_them(house, client):
    for who in ("volunteer", "other_coordinator", "official"):
        house.sign_in(client, who)
        for page in ("change", "units/add", "groups/add"):
            address = f"/organisations/{house.unit.pk}/{page}"
            assert client.get(address).status_code == 404, (who, page)
            assert client.post(address, {"name": "Mine"}).status_code == 404, (who, page)
    house.unit.refresh_from_db()
    assert house.unit.name == "Solbakken"


def test_an_organisation_is_added_by_administrators_alone(house, client):
    house.sign_in(client, "coordinator")
    assert client.get("/organisations/add").status_code == 404
    assert client.post("/organisations/add", {"name": "Mine", "kind": "company"}).status_code == 404
    assert not Organisation.objects.filter(name="Mine").exists()


def test_a_group_and_who_is_in_it(house, client, group):
    people.join(group, by=house.operator, person=house.people["volunteer"], role=Role.VOLUNTEER)
    page = text(house.sign_in(client, "coordinator").get(f"/groups/{group.pk}"))
    assert "A group of people in Fjellvik" in page
    assert "Vilde Volunteer" in page
    assert f"/organisations/{group.pk}/people/add" in page
    stranger = text(house.sign_in(client, "nobody").get(f"/groups/{group.pk}"))
    assert "Who is in it can be seen by those who belong to it" in stranger
    assert "people/add" not in stranger
    assert client.get(f"/groups/{uuid.uuid4()}").status_code == 404


def test_as_many_questions_for_three_in_a_group_as_for_one(house, client, group, django_assert_num_queries):
    for names in (["volunteer"], ["relay", "liaison"]):
        for name in names:
            people.join(group, by=house.operator, person=house.people[name], role=Role.VOLUNTEER)
        house.sign_in(client, "coordinator")
        with django_assert_num_queries(13):
            client.get(f"/groups/{group.pk}")


def test_strangers_are_asked_to_sign_in(house, client):
    for path in ("/organisations", "/people", "/organisations/add", "/audit"):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/sign-in?next=")
