"""Forms: versions that are fixed, copies that are corrected and kept."""

import pytest

from alongside.commons.forms import actions, queries, rules
from alongside.commons.forms.models import Mode, Submission
from alongside.commons.forms.rules import Asked

QUESTIONS = [Asked("day-centre", ("unit", "together"), required=True), Asked("remark", ())]


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        ({"day-centre": "unit"}, []),
        ({"day-centre": "unit", "remark": "any words at all"}, []),
        ({}, [("missing", "day-centre")]),
        ({"day-centre": ""}, [("missing", "day-centre")]),
        ({"day-centre": "maybe"}, [("not-a-choice", "day-centre")]),
        ({"day-centre": "unit", "chess": "x"}, [("unknown-question", "chess")]),
    ],
)
def test_when_answers_fit_the_questions(answers, reasons):
    assert [(r.code, r.field) for r in rules.why_not_submit(QUESTIONS, answers)] == reasons


def test_equal_answers_become_equal_text():
    first = rules.in_order({"b": "unit", "a": "together", "c": ""})
    assert first == {"a": "together", "b": "unit"}
    assert list(first) == ["a", "b"]


@pytest.fixture
def version(house):
    questions = [
        actions.NewQuestion("day-centre", "Day centres", ("unit", "together")),
        actions.NewQuestion("social", "Social activities", ("unit", "together")),
    ]
    return actions.open_form(house.institute.scope, title="Who coordinates", questions=questions)


def submit(house, version, **answers):
    filled = [actions.Filled(house.people[who].id, given) for who, given in answers.items()]
    return actions.submit(version, house.institute.scope, filled, at=house.at, mode=Mode.PROXY)


def test_questions_stand_in_the_order_they_were_given(version):
    assert [(q.position, q.key) for q in queries.questions(version)] == [(1, "day-centre"), (2, "social")]


def test_the_first_copy_fixes_a_version(house, version):
    assert version.fixed_at is None
    assert submit(house, version) == 0
    assert version.fixed_at is None
    submit(house, version, volunteer={"social": "unit"})
    version.refresh_from_db()
    assert version.fixed_at == house.at


def test_a_correction_replaces_and_keeps_what_stood_before(house, version):
    assert submit(house, version, volunteer={"social": "unit"}, relay={"social": "unit"}) == 2
    submit(house, version, volunteer={"social": "together", "day-centre": ""})
    current = queries.current(version, house.institute.scope)
    volunteer = current.get(subject=house.people["volunteer"].id)
    assert volunteer.answers == {"social": "together"}
    assert volunteer.replaces.answers == {"social": "unit"}
    assert not volunteer.replaces.current
    assert current.count() == 2
    assert Submission.objects.count() == 3
