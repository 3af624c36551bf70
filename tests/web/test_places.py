"""Pages of places."""

from alongside.commons.people import actions as people
from alongside.commons.people.kinds import OrganisationKind
from alongside.commons.places import actions as places
from alongside.commons.places.models import CodeSystem, Place
from alongside.core.access import actor as actors
from alongside.core.access.installing import open_installation
from alongside.core.access.models import User
from alongside.core.access.roles import Role
from tests.conftest import NOW
from tests.factories.house import PLACES, session_of


def text(answer):
    return answer.content.decode()


def more(house, *rows):
    places.import_places(
        house.installation,
        by=house.operator,
        rows=[*PLACES, *rows],
        system=CodeSystem.ISO_3166_2,
        top_system=CodeSystem.ISO_3166_1,
    )


def test_the_top_of_the_tree_with_how_many_lie_below(house, client):
    page = text(house.sign_in(client, "volunteer").get("/places"))
    assert "Norway" in page
    assert "Innlandet" not in page
    assert '<td role="cell" data-label="Places in it" class="is-number"><span>2</span></td>' in page


def test_a_search_finds_by_part_of_a_name_and_by_code(house, client):
    house.sign_in(client, "volunteer")
    assert "Innlandet" in text(client.get("/places?q=nland"))
    assert "Trøndelag" in text(client.get("/places?q=no-50"))
    nothing = text(client.get("/places?q=zzz"))
    assert "No place fits “zzz”" in nothing


def test_what_is_typed_into_a_search_breaks_nothing(house, client):
    house.sign_in(client, "volunteer")
    for words in ("\0", "%", "_" * 500, "'; --", "<b>"):
        answer = client.get("/places", {"q": words})
        assert answer.status_code == 200
        assert "<b>" not in text(answer)


def test_an_installation_without_places_says_how_they_come_here(db, client):
    by = actors.operator(NOW)
    where = open_installation("New", by=by)
    first = people.add_organisation(where, by=by, name="First", kind=OrganisationKind.PUBLIC_BODY)
    person = people.add_person(first, by=by, name="Ada", role=Role.VOLUNTEER)
    begin(client, person)
    assert "alongside places import" in text(client.get("/places"))


def begin(client, person):
    client.cookies["alongside"] = session_of(User.objects.create(subject=person.id), NOW)


def test_a_place_shows_where_it_lies_its_codes_and_who_works_there(house, client):
    page = text(house.sign_in(client, "volunteer").get(f"/places/{house.innlandet.pk}"))
    assert "NO-34" in page
    assert "county" in page
    assert "Fjellvik Red Cross" in page
    assert "Havnes" not in page
    assert f"/organisations?place={house.innlandet.pk}" in page


def test_what_lies_below_counts_for_the_place_above(house, client):
    page = text(house.sign_in(client, "volunteer").get(f"/places/{house.norway.pk}"))
    assert "5 organisations in Norway" in page
    assert "2 places lie in it" in page


def test_a_place_without_organisations_says_how_one_comes_here(house, client):
    more(house, places.PlaceRow("NO-03", "Oslo", "county", "NO"))
    oslo = Place.objects.get(name="Oslo")
    assert "No organisation stands here yet" in text(
        house.sign_in(client, "volunteer").get(f"/places/{oslo.pk}")
    )


def test_a_place_that_is_not_there(house, client):
    house.sign_in(client, "volunteer")
    for pk in (0, 999_999, 10**30):
        assert client.get(f"/places/{pk}").status_code == 404


def test_strangers_are_asked_to_sign_in(house, client):
    for path in ("/places", "/places?q=nor", f"/places/{house.norway.pk}"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in?next=%2Fplaces")


def test_long_lists_are_paged(house, client):
    more(
        house,
        *(places.PlaceRow(f"NO-34-{n:03}", f"Place {n:03}", "municipality", "NO-34") for n in range(60)),
    )
    first = text(house.sign_in(client, "volunteer").get(f"/places/{house.innlandet.pk}"))
    assert "Place 049" in first
    assert "Place 050" not in first
    assert 'href="?page=2"' in first
    assert "Place 059" in text(client.get(f"/places/{house.innlandet.pk}?page=2"))
    assert "page=2" in text(client.get("/places?q=place"))


def test_as_many_questions_for_three_places_as_for_one(house, client, django_assert_num_queries):
    def ask():
        house.sign_in(client, "volunteer")
        with django_assert_num_queries(10):
            client.get("/places?q=n0")
        with django_assert_num_queries(16):
            client.get(f"/places/{house.innlandet.pk}")

    more(house, places.PlaceRow("NO-34-1", "N0 one", "municipality", "NO-34"))
    ask()
    more(house, *(places.PlaceRow(f"NO-34-{n}", f"N0 {n}", "municipality", "NO-34") for n in range(1, 4)))
    ask()
