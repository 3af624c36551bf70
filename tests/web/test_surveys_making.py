"""Making a survey, page by page: a draft, its questions, whom it asks."""

import re

import pytest
from django.urls import reverse

from alongside.assess.surveys import making, making_queries, queries
from alongside.assess.surveys.models import Survey
from tests.factories import surveys as made
from tests.web.test_surveys import text


@pytest.fixture
def named(house):
    """What the first page asks for."""
    return {
        "title": "Spring",
        "owner": str(house.institute.pk),
        "country": str(house.norway.pk),
        "opened_on": "2027-04-01",
        "closed_on": "2027-04-28",
        "language": "en",
        "begins": "activities",
    }


@pytest.fixture
def draft(house):
    return made.draft(house)


@pytest.fixture
def researcher(house, client):
    return house.sign_in(client, "researcher")


def address(name, *args):
    return reverse(name, args=args)


def follow(response):
    assert response.status_code == 303, response.content.decode()[:3000]
    return response.headers["Location"]


def keys(survey):
    return [q.key for q in queries.asked_questions(survey)]


def whom(house, **more):
    return {"place": str(house.innlandet.pk), "kinds": ["nursing home"], "how": "all", **more}


def test_the_steps_lead_to_a_survey(house, researcher, named):
    made.units(house, 9)
    assert "What is the survey called?" in text(researcher.get(address("survey-add")))
    second = follow(researcher.post(address("survey-add"), named))
    draft = Survey.objects.get()
    assert (second, draft.is_draft) == (address("survey-activities", draft.pk), True)
    assert "Required by law in Norway" in text(researcher.get(second))
    asked = {"activities": ["day-centre", "social", "physical"], "sensitivity": ["social"]}
    third = follow(researcher.post(second, asked))
    assert "3 questions are asked" in text(researcher.get(third))
    assert address("survey-whom", draft.pk) in researcher.get(third).content.decode()
    page = researcher.get(address("survey-whom", draft.pk)).content.decode()
    assert "Norway (units: 9)" in page
    assert "Innlandet (units: 5)" in page
    assert "Size not told (units: 9)" in page
    assert len(re.findall(r'name="kinds" value="[^"]+" checked', page)) == 4
    said = whom(house, kinds=["nursing home", "nursing home and home care"])
    assert follow(researcher.post(address("survey-whom", draft.pk), said)) == address("survey", draft.pk)
    draft.refresh_from_db()
    assert (draft.title, draft.owner_id, draft.is_draft) == ("Spring", house.institute.pk, False)
    assert [a.key for a in queries.asked_activities(draft)] == asked["activities"]
    assert (draft.statutory, draft.sensitivity) == (["day-centre"], ["social"])
    units = queries.asked_units(draft)
    assert {unit.above for unit in units} == {"Fjellvik"}
    assert {unit.kind for unit in units} == {"nursing home", "nursing home and home care"}
    assert [unit.name for unit in units] == sorted(unit.name for unit in units)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"title": ""}, 422, "Give the survey a name."),
        ({"title": "   "}, 422, "Give the survey a name."),
        ({"closed_on": "2027-03-01"}, 409, "The last day lies before the first."),
        ({"opened_on": "soon"}, 422, "This is not a date."),
        ({"language": "xx"}, 422, "Choose a language from the list."),
        ({"begins": ""}, 422, "Choose what it begins with."),
    ],
)
def test_what_is_wrong_with_a_name_is_told(researcher, house, named, changed, status, words):
    made.units(house, 1)
    page = researcher.post(address("survey-add"), {**named, **changed})
    assert page.status_code == status
    assert words in text(page)
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"activities": ["chess"]}, 422, "Choose activities from the list."),
        ({"activities": ["social"], "sensitivity": ["visiting"]}, 409, "The second look can leave out"),
        ({"activities": ["social"], "sensitivity": ["social"]}, 409, "Leave at least one activity"),
    ],
)
def test_what_is_wrong_with_activities_is_told(researcher, draft, said, status, words):
    before = keys(draft)
    page = researcher.post(address("survey-activities", draft.pk), said)
    assert page.status_code == status
    assert words in text(page)
    assert keys(draft) == before


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"place": "999999"}, 422, "Choose a place from the list."),
        ({"kinds": []}, 422, "Choose at least one kind of unit."),
        ({"kinds": ["other care unit"]}, 409, "No unit would be asked"),
        ({"how": "simple", "number": ""}, 409, "Draw at least 1 and at most"),
        ({"how": "simple", "number": "400"}, 409, "Draw at least 1 and at most"),
        ({"how": "before"}, 422, "Choose from the list."),
    ],
)
def test_what_is_wrong_with_the_units_is_told(house, researcher, draft, said, status, words):
    made.units(house, 4)
    page = researcher.post(address("survey-whom", draft.pk), whom(house, **said))
    assert page.status_code == status
    assert words in text(page)
    assert Survey.objects.get(pk=draft.pk).is_draft


def test_a_question_is_added_changed_moved_and_removed(researcher, draft):
    add = f"{address('survey-question-add', draft.pk)}?kind=choice"
    assert "Which answers are offered?" in text(researcher.get(add))
    back = follow(
        researcher.post(add, {"text": "Do you pay for travel?", "labels": "Yes\n\n No \nSometimes"})
    )
    assert back == address("survey-questions", draft.pk)
    row = queries.asked_questions(draft)[-1]
    assert (row.key, row.choices) == ("do-you-pay-for-travel", ["yes", "no", "sometimes"])
    assert "One answer out of 3 · may be left out · in files: do-you-pay-for-travel" in text(
        researcher.get(back)
    )
    change = address("survey-question", draft.pk, row.key)
    assert "Sometimes</textarea>" in researcher.get(change).content.decode()
    follow(researcher.post(change, {"text": "Is travel paid?", "labels": "No\nYes", "required": "on"}))
    row = queries.asked_questions(draft)[-1]
    assert (row.key, row.text, row.choices) == ("do-you-pay-for-travel", "Is travel paid?", ["no", "yes"])
    assert row.required
    move = address("survey-question-move", draft.pk, row.key)
    assert follow(researcher.post(move, {"way": "up"})).endswith(f"#question-{row.key}")
    assert keys(draft)[-2] == row.key
    remove = address("survey-question-remove", draft.pk, row.key)
    assert "Take this question away?" in text(researcher.get(remove))
    follow(researcher.post(remove))
    assert row.key not in keys(draft)


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        ("choice", {"text": "", "labels": "Yes\nNo"}, "Write the question."),
        ("choice", {"text": "Yes?", "labels": "Yes"}, "Offer from 2 to 30 answers"),
        ("several", {"text": "Yes?", "labels": "Yes\nyes"}, "Each answer can be offered once."),
        ("number", {"text": "How many?", "least": "3", "most": "2"}, "The most lies below the least."),
        ("number", {"text": "How many?", "least": "few"}, "Write a number with digits alone"),
        ("text", {"text": "Why?", "key": "9 lives"}, "A name in files has small letters"),
        ("text", {"text": "Why?", "key": "unit"}, "Something else is called so in files already."),
        ("text", {"text": "Why?", "key": "social"}, "Something else is called so in files already."),
    ],
)
def test_what_is_wrong_with_a_question_is_told_and_nothing_typed_is_lost(
    researcher, draft, kind, said, words
):
    before = keys(draft)
    page = researcher.post(f"{address('survey-question-add', draft.pk)}?kind={kind}", said)
    assert page.status_code in {409, 422}
    assert words in text(page)
    assert all(typed.split("\n")[0] in page.content.decode() for typed in said.values())
    assert keys(draft) == before


def test_once_somebody_is_asked_every_page_says_that_it_is_fixed(house, researcher):
    survey = made.survey(house, of=2)
    assert "This questionnaire is fixed" not in text(researcher.get(address("survey-questions", survey.pk)))
    made.code(house, made.respondent(house, survey))
    before = keys(survey)
    for name in (
        "survey-questions",
        "survey-question-add",
        "survey-activities",
        "survey-languages",
        "survey-name",
    ):
        page = researcher.get(address(name, survey.pk))
        assert "This questionnaire is fixed" in text(page), name
        assert address("survey-copy", survey.pk) in page.content.decode()
    refused = [
        researcher.post(f"{address('survey-question-add', survey.pk)}?kind=text", {"text": "Why?"}),
        researcher.post(address("survey-activities", survey.pk), {"activities": ["visiting"]}),
        researcher.post(address("survey-languages", survey.pk), {"language": "nb"}),
        researcher.post(address("survey-name", survey.pk), {"title": "Another"}),
        researcher.post(address("survey-question-move", survey.pk, "social"), {"way": "up"}),
        researcher.post(address("survey-question-remove", survey.pk, "social")),
    ]
    assert {page.status_code for page in refused} == {409}
    assert all("its questions stay as they are" in text(page) for page in refused)
    assert keys(survey) == before


def test_units_stay_once_somebody_is_named(house, researcher):
    survey = made.survey(house, of=2)
    page = address("survey-whom", survey.pk)
    assert follow(researcher.post(page, whom(house))) == address("survey", survey.pk)
    made.respondent(house, survey)
    assert "the units stay as they are" in text(researcher.get(page))
    assert researcher.post(page, whom(house)).status_code == 409


def test_a_sample_is_drawn_and_both_it_and_the_frame_are_told(house, researcher, draft):
    made.units(house, 20)
    said = whom(house, place=str(house.norway.pk), kinds=UNIT_KINDS, how="kind", number="8", seed="4")
    page = researcher.get(follow(researcher.post(address("survey-whom", draft.pk), said)))
    assert "8 of 20 units were drawn on Monday 10 May 2027 with seed 4." in text(page)
    assert len(queries.asked_units(draft)) == 8
    response = text(researcher.get(address("survey-response", draft.pk)))
    assert "How the units were drawn" in response
    assert "Home care 4 2 50.0 % Nursing home 6 2 33.3 %" in response
    house.sign_in(researcher, "evaluator")
    assert "with seed" not in text(researcher.get(address("survey-response", draft.pk)))
    drawn = [unit.unit for unit in queries.asked_units(draft)]
    researcher_again = house.as_("researcher")
    again = made.draft(house)
    making.ask_units(
        again,
        by=researcher_again,
        units=making_queries.units_to_ask(researcher_again),
        sides=["staff"],
        number=8,
        by_groups="kind",
        seed=4,
    )
    assert [unit.unit for unit in queries.asked_units(again)] == drawn


UNIT_KINDS = ["nursing home", "home care", "nursing home and home care", "other care unit"]


def test_a_copy_asks_the_same_and_remembers_what_it_repeats(house, researcher):
    survey = made.survey(house, of=3)
    made.answer(house, survey, made.turns(survey, 2))
    page = address("survey-copy", survey.pk)
    assert "Ask it again as a new survey" in text(researcher.get(page))
    questions = follow(researcher.post(page, {"title": "Once more"}))
    copy = Survey.objects.get(title="Once more")
    assert questions == address("survey-questions", copy.pk)
    assert (copy.repeats_id, copy.is_draft) == (survey.pk, True)
    assert keys(copy) == keys(survey)
    assert (copy.statutory, copy.sensitivity, copy.seed) == (
        survey.statutory,
        survey.sensitivity,
        survey.seed,
    )
    whom_page = researcher.get(address("survey-whom", copy.pk)).content.decode()
    assert re.search(r'name="how" value="before" checked', whom_page)
    follow(researcher.post(address("survey-whom", copy.pk), whom(house, how="before")))
    assert {u.unit for u in queries.asked_units(copy)} == {u.unit for u in queries.asked_units(survey)}


def test_a_draft_is_seen_by_those_who_make_surveys_there(house, client, draft):
    pages = ("survey-questions", "survey-activities", "survey-whom", "survey-preview")
    for who, status in {"researcher": 200, "evaluator": 200, "coordinator": 404, "official": 404}.items():
        house.sign_in(client, who)
        assert {client.get(address(name, draft.pk)).status_code for name in pages} == {status}
        assert ("Still being made" in text(client.get(address("surveys")))) is (status == 200)
        assert client.get(address("survey", draft.pk)).status_code == 404
        assert client.get(address("survey-table", draft.pk)).status_code == 404


def test_a_draft_can_be_thrown_away_and_a_survey_can_t(house, researcher, draft):
    survey = made.survey(house, of=1)
    assert "Throw this draft away?" in text(researcher.get(address("survey-drop", draft.pk)))
    assert follow(researcher.post(address("survey-drop", draft.pk))) == address("surveys")
    assert researcher.post(address("survey-drop", survey.pk)).status_code == 409
    assert list(Survey.objects.all()) == [survey]


def test_those_who_make_none_find_nothing(house, client, named):
    for who in ("coordinator", "administrator", "volunteer"):
        house.sign_in(client, who)
        assert client.get(address("survey-add")).status_code == 404
        assert client.post(address("survey-add"), named).status_code == 404
    assert not Survey.objects.exists()


def test_nobody_makes_one_for_an_organisation_that_is_not_hers(house, researcher, named):
    page = researcher.post(address("survey-add"), {**named, "owner": str(house.municipality.pk)})
    assert page.status_code == 404
    assert not Survey.objects.exists()


@pytest.mark.parametrize("count", [1, 9])
def test_the_pages_take_as_many_queries_for_many_units_as_for_one(
    house, researcher, draft, count, django_assert_num_queries
):
    made.units(house, count)
    with django_assert_num_queries(7):
        assert researcher.get(address("survey-add")).status_code == 200
    with django_assert_num_queries(9):
        assert researcher.get(address("survey-whom", draft.pk)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_questions_take_as_many_queries_for_many_as_for_one(
    house, researcher, draft, count, django_assert_num_queries
):
    for number in range(count):
        making.add_question(draft, by=house.as_("researcher"), kind="text", text=f"Question {number}")
    with django_assert_num_queries(7):
        assert researcher.get(address("survey-questions", draft.pk)).status_code == 200
