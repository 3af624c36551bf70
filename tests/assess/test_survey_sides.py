"""Each side of a unit is asked for itself: its answers, its table, its share that answered."""

import pytest

from alongside.assess.surveys import actions, computing, queries, rules
from alongside.assess.surveys.models import CoordinationTable
from alongside.commons.forms.models import Submission
from alongside.core.kit.refusal import NotVisible, Refused
from tests.factories import surveys as made

pytestmark = pytest.mark.django_db
STAFF, VOLUNTEERS = "staff", "volunteers"


@pytest.fixture
def survey(house):
    return made.survey(house, of=20, sides=[VOLUNTEERS, STAFF])


@pytest.mark.parametrize(
    ("sides", "codes"),
    [([], ["no-sides"]), (["staff"], []), (["staff", "served"], []), (["staff", "press"], ["unknown-side"])],
)
def test_which_sides_can_be_asked(sides, codes):
    assert [reason.code for reason in rules.why_not_ask_sides(sides)] == codes


def test_sides_stand_in_the_order_of_the_list_and_staff_come_first(survey):
    assert survey.sides == [STAFF, VOLUNTEERS]
    assert queries.side_of(survey) == STAFF


def test_a_survey_without_a_side_is_refused(house):
    with pytest.raises(Refused) as refused:
        made.survey(house, sides=[])
    assert [reason.code for reason in refused.value.reasons] == ["no-sides"]


def test_both_sides_of_a_unit_count_and_neither_replaces_the_other(house, survey):
    made.answer(house, survey, {"001": ["unit", "", ""]})
    made.answer(house, survey, {"001": ["together", "", ""]}, side=VOLUNTEERS)
    said = Submission.objects.filter(current=True).values_list("side", "answers")
    assert dict(said) == {STAFF: {"day-centre": "unit"}, VOLUNTEERS: {"day-centre": "together"}}
    assert dict(queries.answer_rows(survey, VOLUNTEERS)) == {"001": {"day-centre": "together"}}
    assert queries.response(house.as_("researcher"), survey).answered == 1
    (row,) = queries.surveys(house.as_("researcher"))
    assert row.answered == 1


def test_each_side_has_a_table_of_its_own(house, survey):
    made.answer(house, survey, made.turns(survey, 16))
    made.answer(house, survey, made.turns(survey, 12, start=3), side=VOLUNTEERS)
    assert computing.compute_due(house.worker) == [survey.pk] * 3  # and the two held against each other
    survey.refresh_from_db()
    by = house.as_("researcher")
    views = {side: queries.table(by, survey, side) for side in survey.sides}
    assert {side: (view.answered, view.state) for side, view in views.items()} == {
        STAFF: (16, "current"),
        VOLUNTEERS: (12, "current"),
    }
    assert views[STAFF].fingerprint != views[VOLUNTEERS].fingerprint
    assert CoordinationTable.objects.count() == 2


def test_a_side_that_is_not_asked_is_not_there(house, survey):
    with pytest.raises(NotVisible):
        queries.table(house.as_("researcher"), survey, "served")
    with pytest.raises(NotVisible):
        made.answer(house, survey, {"001": ["unit", "", ""]}, side="served")


def test_the_page_of_a_side(house, survey, client):
    made.answer(house, survey, made.turns(survey, 16))
    made.answer(house, survey, made.turns(survey, 12, start=3), side=VOLUNTEERS)
    computing.compute_due(house.worker)
    house.sign_in(client, "researcher")
    address = f"/surveys/{survey.pk}/table"
    first = client.get(address).content.decode()
    assert "16 of 20 units answered" in first
    assert f'href="{address}?side=volunteers"' in first
    second = client.get(f"{address}?side=volunteers").content.decode()
    assert "12 of 20 units answered" in second
    assert f'href="{address}.csv?side=volunteers"' in second
    assert client.get(f"{address}?side=served").status_code == 404
    file = client.get(f"/surveys/{survey.pk}/answers.csv?side=volunteers")
    assert len(file.getvalue().splitlines()) == 13
    assert "answers-volunteers.csv" in file.headers["Content-Disposition"]


def test_publishing_opens_every_side_with_small_cells_closed(house, survey):
    made.answer(house, survey, made.turns(survey, 16), side=VOLUNTEERS)
    computing.compute_due(house.worker)
    actions.publish(survey, by=house.as_("researcher"), to="signed in")
    view = queries.table(house.as_("nobody"), survey, VOLUNTEERS)
    assert not view.is_open
    assert view.result["closed"]
