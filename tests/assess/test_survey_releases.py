"""Two looks at what others see never differ by fewer than five units."""

from datetime import timedelta

import pytest

from alongside.assess.surveys import computing, queries
from alongside.assess.surveys.models import CoordinationTable, SurveyUnit
from alongside.assess.surveys.releasing import changed_since
from alongside.assess.surveys.response import response_by
from alongside.commons.people.models import Organisation
from alongside.core.access import actor as actors
from tests.conftest import NOW
from tests.factories import surveys as made


@pytest.fixture
def survey(house):
    survey = made.survey(house, of=40)
    made.answer(house, survey, made.turns(survey, 30))
    computing.compute_due(house.worker)
    return survey


def seen(house, survey, who="evaluator"):
    """Everything that tells how many answered what."""
    by = house.as_(who)
    survey.refresh_from_db()
    (listed,) = queries.surveys(by)
    return (
        queries.table(by, survey).result,
        queries.table(by, survey).answered,
        queries.response(by, survey),
        response_by(by, survey),
        listed.answered_when_released,
    )


def correct(house, survey, *codes, to="organisation", hours=1):
    made.answer(house, survey, {code: [to, to, to] for code in codes}, replace=True)
    computing.compute_due(actors.worker(NOW + timedelta(hours=hours)))


def test_one_unit_s_correction_is_seen_by_the_owner_alone(house, survey):
    before, mine = seen(house, survey), seen(house, survey, "researcher")
    assert before[1] == 30
    correct(house, survey, "001")
    assert seen(house, survey) == before
    assert seen(house, survey, "researcher")[0] != mine[0]
    assert queries.table(house.as_("evaluator"), survey).state == "released"


def test_nor_do_others_see_that_one_more_has_answered(house, survey):
    before = seen(house, survey)
    correct(house, survey, "031")
    assert seen(house, survey) == before
    assert queries.response(house.as_("researcher"), survey).answered == 31


def test_five_units_move_what_others_see(house, survey):
    before = seen(house, survey)
    for place, code in enumerate(("031", "032", "033", "034")):
        correct(house, survey, code, hours=place + 1)
        assert seen(house, survey) == before
    correct(house, survey, "035", hours=5)
    after = seen(house, survey)
    assert (after[1], after[2].answered, after[3].total.answered, after[4]) == (35, 35, 35, 35)
    assert queries.table(house.as_("evaluator"), survey).released_at == NOW + timedelta(hours=5)


def test_going_back_to_an_earlier_release_but_for_one_unit_shows_nothing(house, survey):
    said = {code: cells for code, cells in made.turns(survey, 30).items() if code <= "004"}
    correct(house, survey, "001", "002", "003", "004", "005")
    second = seen(house, survey)
    made.answer(house, survey, said, replace=True)
    correct(house, survey, "006", to="unit", hours=2)
    assert CoordinationTable.objects.filter(released_at__isnull=False).count() == 2
    assert seen(house, survey) == second


def test_how_many_units_answer_otherwise_since_each_release():
    a, b = {"x": "unit"}, {"x": "together"}
    histories = [[(1, a)], [(2, a), (5, b)], [(3, a), (4, b), (6, a)], [(7, a)]]
    assert changed_since(histories, [3, 4, 6, 7]) == [2, 3, 1, 0]
    assert changed_since([], [1]) == [0]


def test_a_unit_that_changes_its_kind_later_moves_no_count(house, survey):
    before = seen(house, survey), seen(house, survey, "researcher")
    unit = SurveyUnit.objects.get(survey=survey, code="001")
    assert unit.kind == unit.unit.unit_kind
    Organisation.objects.filter(pk=unit.unit_id).update(unit_kind="", place=None)
    assert (seen(house, survey), seen(house, survey, "researcher")) == before
