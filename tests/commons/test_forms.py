"""Forms: versions that are fixed, copies that are corrected and kept."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from alongside.commons.forms import actions, queries, rules
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.models import Mode, Question, Submission
from alongside.commons.forms.rules import Asked

QUESTIONS = [
    Asked("day-centre", ("unit", "together"), required=True),
    Asked("remark", kind=QuestionKind.TEXT),
]
TRANSPORT = Asked("transport", ("bus", "car", "foot"), kind=QuestionKind.SEVERAL)
BOAT = Asked("boat", ("yes", "no"), kind=QuestionKind.CHOICE)
HOURS = Asked("hours", kind=QuestionKind.NUMBER, least=Decimal(0), most=Decimal(168))
VOLUNTEERS = Asked("volunteers", kind=QuestionKind.NUMBER, is_whole=True)
REMARK = Asked("remark", kind=QuestionKind.TEXT)


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


@pytest.mark.parametrize(
    ("question", "said", "reasons"),
    [
        (BOAT, "yes", []),
        (BOAT, "", []),
        (BOAT, "perhaps", ["not-a-choice"]),
        (BOAT, ["yes"], ["not-a-choice"]),
        (TRANSPORT, ["car", "bus"], []),
        (TRANSPORT, [], []),
        (TRANSPORT, ["car", "plane"], ["not-a-choice"]),
        (TRANSPORT, "car", ["not-a-choice"]),
        (HOURS, "12", []),
        (HOURS, " 12,5 ", []),
        (HOURS, "1.000001", []),
        (HOURS, "1.0000001", ["not-a-number"]),
        (HOURS, "168", []),
        (HOURS, "168.1", ["too-large"]),
        (HOURS, "-1", ["too-small"]),
        (HOURS, "many", ["not-a-number"]),
        (HOURS, "1e3", ["not-a-number"]),
        (HOURS, "NaN", ["not-a-number"]),
        (HOURS, "1.000,5", ["not-a-number"]),
        (HOURS, "1" * 16, ["not-a-number"]),
        (VOLUNTEERS, "12", []),
        (VOLUNTEERS, "12.0", []),
        (VOLUNTEERS, "12.5", ["not-whole"]),
        (REMARK, "x" * 2000, []),
        (REMARK, "x" * 2001, ["too-long"]),
    ],
)
def test_each_kind_of_question_knows_its_answers(question, said, reasons):
    found = rules.why_not_answer(question, said)
    assert [reason.code for reason in found] == reasons
    assert all(reason.field == question.key and str(reason.text) for reason in found)


@pytest.mark.parametrize(
    ("question", "said", "kept"),
    [
        (BOAT, "yes", "yes"),
        (TRANSPORT, ["foot", "bus", "foot"], ["bus", "foot"]),
        (HOURS, "+12,50", "12.5"),
        (HOURS, "012", "12"),
        (HOURS, "100", "100"),
        (HOURS, "\u22120.0", "0"),
        (HOURS, "1\u00a0000", "1000"),
        (HOURS, "0.30", "0.3"),
        (HOURS, "٣٫٥", "3.5"),
        (HOURS, "many", "many"),
        (REMARK, "  two\r\nlines\x00 ", "two\nlines"),
    ],
)
def test_the_same_answer_is_kept_as_the_same_text(question, said, kept):
    assert rules.as_kept(question, said) == kept
    assert rules.as_kept(question, kept) == kept


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


def test_answers_of_every_kind_come_back_as_they_were_kept(house, version):
    answers = {"transport": ["bus", "foot"], "hours": "12.5", "remark": "Well…", "none": [], "empty": ""}
    submit(house, version, volunteer=answers)
    kept = queries.current(version, house.institute.scope).get().answers
    assert kept == {"hours": "12.5", "remark": "Well…", "transport": ["bus", "foot"]}


def test_a_question_is_kept_with_all_that_belongs_to_it(house):
    asked = actions.NewQuestion(
        "boat",
        "Do you come by boat?",
        ("yes", "no"),
        kind=QuestionKind.CHOICE,
        texts={"nb": "Kommer du med båt?"},
        help={"en": "Any boat.", "nb": "Alle båter."},
        labels={"yes": {"en": "Yes", "nb": "Ja"}, "no": {"en": "No", "nb": "Nei"}},
        required=True,
    )
    version = actions.open_form(
        house.institute.scope,
        title="Boats",
        questions=[asked],
        languages=["en", "nb"],
        titles={"nb": "Båter"},
    )
    version.refresh_from_db()
    assert (version.languages, version.titles) == (["en", "nb"], {"nb": "Båter"})
    row = queries.questions(version).get()
    assert (row.kind, row.texts["nb"], row.help["nb"]) == ("choice", "Kommer du med båt?", "Alle båter.")
    assert [row.labels[code]["nb"] for code in row.choices] == ["Ja", "Nei"]
    assert queries.as_asked(row) == Asked("boat", ("yes", "no"), required=True, kind="choice")


def test_the_most_lies_not_below_the_least(version):
    more = {"key": "hours", "kind": "number", "text": "Hours", "position": 9, "version": version}
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.create(least=3, most=2, **more)
    assert Question.objects.create(least=2, most=2, **more).pk


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
