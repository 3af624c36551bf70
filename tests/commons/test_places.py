"""Places: what an import accepts, what it writes, and what can be asked of the tree."""

import pytest

from alongside.commons.places import actions, iso, queries, rules
from alongside.commons.places.actions import Imported, PlaceRow
from alongside.commons.places.models import Above, CodeSystem, Hierarchy, Place, PlaceCode
from alongside.core.access import actor as actors
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import AuditRow, ScopeAbove
from alongside.core.kit.refusal import NotVisible, Refused
from tests.factories.house import PLACES

ISO_2, ISO_1 = CodeSystem.ISO_3166_2, CodeSystem.ISO_3166_1


def load(house, *rows, **given):
    given = {"system": ISO_2, "top_system": ISO_1} | given
    return actions.import_places(house.installation, by=house.operator, rows=rows, **given)


def names(places):
    return [p.name for p in places]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], []),
        ([("NO", ""), ("NO-34", "NO")], []),
        ([("NO-34", "NO"), ("NO", "")], []),
        ([("", "")], ["no-code"]),
        ([("NO", ""), ("NO", "")], ["twice"]),
        ([("NO-34", "NO")], ["no-parent"]),
        ([("A", "B"), ("B", "A")], ["circle", "circle"]),
        ([("A", "A")], ["circle"]),
        ([("", "X"), ("B", "Y")], ["no-code", "no-parent", "no-parent"]),
    ],
)
def test_what_an_import_accepts(codes, expected):
    assert [r.code for r in rules.why_not_import(codes)] == expected


@pytest.mark.parametrize(
    ("fitting", "expected"),
    [([], ["no-such-place"]), (["Os (1)"], []), (["Os (1)", "Os (2)"], ["several-places"])],
)
def test_when_words_name_a_place(fitting, expected):
    reasons = rules.why_not_clear(words="os", fitting=fitting)
    assert [r.code for r in reasons] == expected
    for reason in reasons:
        assert "os" in str(reason)
        assert all(place in str(reason) for place in fitting)


def test_importing_again_changes_nothing(house):
    before = list(Place.objects.values()), list(PlaceCode.objects.values()), list(Above.objects.values())
    assert load(house, *PLACES) == Imported(added=0, changed=0, unchanged=3)
    assert before == (
        list(Place.objects.values()),
        list(PlaceCode.objects.values()),
        list(Above.objects.values()),
    )


def test_a_new_name_is_taken_over_and_a_new_place_is_added(house):
    county = PlaceRow("NO-34", "Innlandet fylke", "county", "NO")
    town = PlaceRow("NO-34-1", "Hamar", "municipality", "NO-34")
    assert load(house, PLACES[0], county, PLACES[2], town) == Imported(added=1, changed=1, unchanged=2)
    hamar = Place.objects.get(name="Hamar")
    assert names(queries.path(hamar)) == ["Norway", "Innlandet fylke", "Hamar"]


def test_a_place_that_moves_takes_what_lies_below_along(house):
    town = PlaceRow("T", "Town", "town", "NO-34")
    quarter = PlaceRow("Q", "Quarter", "quarter", "T")
    load(house, *PLACES, town, quarter)
    load(house, *PLACES, PlaceRow("T", "Town", "town", "NO-50"), quarter)
    assert names(queries.path(Place.objects.get(name="Quarter"))) == [
        "Norway",
        "Trøndelag",
        "Town",
        "Quarter",
    ]
    innlandet = house.innlandet
    assert list(queries.inside(innlandet).values_list("below_id", flat=True)) == [innlandet.pk]


def test_levels_can_be_skipped_and_several_hierarchies_share_a_place(house):
    load(house, PLACES[0], PlaceRow("NO-3", "Svalbard", "arctic region", "NO"), *PLACES[1:])
    load(
        house,
        PlaceRow("H1", "Health region south", "health region"),
        PlaceRow("NO-34", "Innlandet", "county", "H1"),
        hierarchy=Hierarchy.HEALTH,
        top_system=CodeSystem.LOCAL,
    )
    place = Place.objects.get(codes__value="NO-34")
    assert place == house.innlandet
    assert names(queries.path(place)) == ["Norway", "Innlandet"]
    assert names(queries.path(place, hierarchy=Hierarchy.HEALTH)) == ["Health region south", "Innlandet"]


def test_an_import_is_all_or_nothing(house):
    before = Place.objects.count(), AuditRow.objects.count()
    with pytest.raises(Refused) as refused:
        load(house, PlaceRow("X", "X", "country"), PlaceRow("Y", "Y", "county", "Z"))
    assert [r.code for r in refused.value.reasons] == ["no-parent"]
    assert (Place.objects.count(), AuditRow.objects.count()) == before


def test_only_the_machine_imports(house):
    with pytest.raises(NotVisible):
        actions.import_places(house.installation, by=house.as_("administrator"), rows=PLACES, system=ISO_2)


def test_all_countries_of_iso_and_kosovo():
    rows = list(iso.countries())
    codes = {row.code for row in rows}
    assert len(codes) == len(rows) > 245
    assert {"NO", "SN", "XK"} <= codes
    assert rules.why_not_import([(r.code, r.parent) for r in rows]) == []


def test_subdivisions_come_after_what_they_lie_in():
    rows = list(iso.subdivisions(frozenset({"NO", "FR"})))
    seen = set()
    for row in rows:
        assert not row.parent or row.parent in seen, row
        seen.add(row.code)
    assert {"NO", "FR", "NO-34"} <= seen
    assert not any(row.code.startswith("SE") for row in rows)


def test_what_can_be_asked_of_the_tree(house):
    me = house.as_("volunteer")
    (top,) = queries.top(me)
    assert (top.name, top.below) == ("Norway", 2)
    assert names(queries.children(me, house.norway)) == ["Innlandet", "Trøndelag"]
    assert names(queries.search(me, " land ")) == ["Innlandet"]
    assert names(queries.search(me, "no-50")) == ["Trøndelag"]
    assert list(queries.search(me, "  ")) == []
    assert queries.country_of(house.innlandet) == house.norway
    assert queries.country_of(house.norway) == house.norway
    paths = queries.paths([house.innlandet.pk, house.norway.pk])
    assert names(paths[house.innlandet.pk]) == ["Norway", "Innlandet"]
    assert names(paths[house.norway.pk]) == ["Norway"]


def test_strangers_see_no_places(house):
    nobody = actors.anonymous(house.at)
    assert not queries.top(nobody).exists()
    assert not queries.search(nobody, "nor").exists()
    assert queries.meant(nobody, "NO") == []
    with pytest.raises(NotVisible):
        queries.place(nobody, house.norway.pk)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("no-34", ["Innlandet"]),
        ("Innlandet", ["Innlandet"]),
        ("Innlandet (NO-34)", ["Innlandet"]),
        ("Anything (no-50)", ["Trøndelag"]),
        ("nland", ["Innlandet"]),
        ("os", ["Os", "Os"]),
        ("Os (NO-34-2)", ["Os"]),
        ("s", ["Os", "Os", "Oslo"]),
        ("  no  ", ["Norway"]),
        ("zzz", []),
    ],
)
def test_what_is_meant_by_a_code_or_a_name(house, words, found):
    load(
        house,
        *PLACES,
        PlaceRow("NO-03", "Oslo", "county", "NO"),
        PlaceRow("NO-34-1", "Os", "municipality", "NO-34"),
        PlaceRow("NO-34-2", "Os", "municipality", "NO-34"),
    )
    assert names(queries.meant(house.as_("volunteer"), words)) == found


def test_a_place_in_words_can_be_written_back(house):
    me = house.as_("volunteer")
    for place in Place.objects.prefetch_related("codes"):
        assert queries.meant(me, queries.in_words(place)) == [place]
    assert queries.in_words(Place.objects.create(name="Nowhere", kind="idea")) == "Nowhere"


def test_scopes_of_places_open_on_first_need_and_hang_as_the_places_do(house):
    house.norway.refresh_from_db()
    house.innlandet.refresh_from_db()
    assert house.innlandet.scope.kind == ScopeKind.PLACE
    assert ScopeAbove.objects.get(above=house.norway.scope, below=house.innlandet.scope).depth == 1
    assert ScopeAbove.objects.get(above=house.installation.scope, below=house.innlandet.scope).depth == 2
    load(house, *PLACES, PlaceRow("NO-03", "Oslo", "county", "NO"))
    assert Place.objects.get(name="Oslo").scope is None
