"""`alongside places import`: real codes, and importing again changes nothing."""

import pytest

from alongside.cli import main
from alongside.commons.catalogue.models import Statutory
from alongside.commons.places import queries
from alongside.commons.places.models import Above, Place, PlaceCode


@pytest.fixture
def installed(db, capsys):
    main(["setup", "--organisation", "Fjellvik", "--name", "Ada"])
    capsys.readouterr()


def test_some_countries_with_their_subdivisions(installed, capsys):
    assert main(["places", "import", "--only", "no, XK"]) == 0
    said = capsys.readouterr().out
    assert f"{Place.objects.count()} added, 0 changed, 0 unchanged." in said
    oslo = queries.by_code("iso-3166-2", "NO-03")
    assert [p.name for p in queries.path(oslo)] == ["Norway", "Oslo"]
    assert queries.by_code("iso-3166-1", "XK").name == "Kosovo"


def test_again_changes_nothing(installed, capsys):
    main(["places", "import", "--only", "NO,SN"])
    before = (
        set(PlaceCode.objects.values_list("place", "value")),
        set(Above.objects.values_list("above", "below")),
    )
    capsys.readouterr()
    assert main(["places", "import", "--only", "NO,SN"]) == 0
    assert f"0 added, 0 changed, {Place.objects.count()} unchanged." in capsys.readouterr().out
    assert before == (
        set(PlaceCode.objects.values_list("place", "value")),
        set(Above.objects.values_list("above", "below")),
    )


def test_what_the_source_has_changed_is_changed(installed, capsys):
    main(["places", "import", "--only", "NO"])
    Place.objects.filter(codes__value="NO-03").update(name="Kristiania")
    capsys.readouterr()
    main(["places", "import", "--only", "NO"])
    assert "0 added, 1 changed," in capsys.readouterr().out
    assert queries.by_code("iso-3166-2", "NO-03").name == "Oslo"


def test_the_law_of_a_country_comes_with_it(installed):
    main(["places", "import", "--only", "SN"])
    assert not Statutory.objects.exists()
    main(["places", "import", "--only", "NO"])
    assert set(Statutory.objects.values_list("kind__key", flat=True)) == {"day-centre", "meal-delivery"}


@pytest.mark.parametrize("only", ["ZZ", "NO,Norway"])
def test_a_country_that_is_none(installed, only, capsys):
    assert main(["places", "import", "--only", only]) == 2
    assert "ISO 3166-1 has no country" in capsys.readouterr().err
    assert not Place.objects.exists()


@pytest.mark.django_db
def test_before_anything_is_set_up(capsys):
    assert main(["places", "import", "--only", "NO"]) == 2
    assert "alongside setup" in capsys.readouterr().err
