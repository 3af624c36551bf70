"""Places by the names that readers of other languages know them by."""

import pytest
from django.utils import translation

from alongside.commons.places import naming, queries


@pytest.mark.parametrize(
    ("language", "name", "kind", "called"),
    [
        ("nb", "Norway", "country", "Norge"),
        ("nb", "Kyrgyzstan", "country", "Kirgisistan"),
        ("nb", "Kosovo", "country", "Kosovo"),
        ("nb", "Norway", "farm", "Norway"),
        ("nb", "Nowhere", "country", "Nowhere"),
        ("en", "Norway", "country", "Norway"),
        ("en", "Türkiye", "country", "Türkiye"),
    ],
)
def test_a_country_is_called_as_its_readers_call_it(language, name, kind, called):
    with translation.override(language):
        assert naming.name_of(name, kind) == called


def test_a_kind_of_place_has_a_word_where_there_is_one():
    with translation.override("nb"):
        told = [naming.kind_of(kind) for kind in ("country", "state", "ward of the old town")]
    assert told == ["land", "delstat", "ward of the old town"]


@pytest.mark.parametrize("words", ["norge", "Norg", "Norway", "NO"])
def test_a_country_is_found_by_either_name(house, words):
    with translation.override("nb"):
        assert next(place.called for place in queries.search(house.as_("coordinator"), words)) == "Norge"


@pytest.mark.parametrize("words", ["Norge", "Norge (NO)", "Norway"])
def test_a_country_is_meant_by_either_name(house, words):
    with translation.override("nb"):
        assert queries.meant(house.as_("coordinator"), words) == [house.norway]
        assert queries.in_words(queries.place(house.as_("coordinator"), house.norway.pk)) == "Norge (NO)"
