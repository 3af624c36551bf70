"""Which cells are answers, and how everything else is said."""

import pytest

from alongside_evidence import UnreadableTable
from alongside_evidence.reading import read_content
from alongside_evidence.survey import read_survey


def taken(text, **options):
    return read_survey(read_content(text.encode(), "s.csv"), **{"unit": "unit", **options})


def refused(text, **options):
    with pytest.raises(UnreadableTable) as caught:
        taken(text, **options)
    return caught.value


def test_answers_by_activity():
    survey = taken("unit,place,food,social\nA,x,unit,Together\nB,y,,OTHER\n", cluster="place")
    assert survey.answers == {"food": ("unit", ""), "social": ("together", "other")}
    assert survey.clusters == ("x", "y")
    assert taken("unit,food\nA,unit\n").clusters is None


def test_cells_that_are_no_answer_are_all_named():
    error = refused("unit,food,social\nA,unit,yes\nB,both,unsure\n")
    assert error.problems == [
        (2, "social", "unit, organisation, together, other, unsure or an empty cell", "“yes”"),
        (3, "food", "unit, organisation, together, other, unsure or an empty cell", "“both”"),
    ]
    assert "row 2, column “social”: expected unit, organisation" in str(error)


def test_a_column_of_strangers_may_be_ignored():
    text = "unit,staff,food\nA,12,unit\nB,7,together\n"
    error = refused(text)
    assert '--ignore "staff"' in str(error)
    assert taken(text, ignore=["staff"]).answers == {"food": ("unit", "together")}


def test_a_column_with_some_answers_is_not_offered_for_ignoring():
    assert "--ignore" not in str(refused("unit,food\nA,unit\nB,nobody\n"))


def test_units_must_be_named_once():
    error = refused("unit,food\nA,unit\n,unit\nA,unit\n")
    assert error.problems == [
        (3, "unit", "the name of a unit", "an empty cell"),
        (4, "unit", "each unit once", "“A”, which row 2 has already"),
    ]


def test_every_unit_needs_its_cluster():
    error = refused("unit,place,food\nA,x,unit\nB,,unit\n", cluster="place")
    assert error.problems == [(3, "place", "what the unit belongs to", "an empty cell")]


@pytest.mark.parametrize("option", [{"unit": "units"}, {"cluster": "plaec"}, {"ignore": ["fodo"]}])
def test_unknown_columns_are_named_with_the_nearest(option):
    error = refused("unit,place,food\nA,x,unit\n", **option)
    assert "did you mean" in str(error)
    assert f"--{next(iter(option))}" in str(error)


def test_there_must_be_an_activity():
    assert "at least one column an activity" in str(refused("unit\nA\n"))
