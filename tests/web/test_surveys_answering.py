"""The pages behind a link: without an account, without JavaScript, with a draft at every step."""

import pytest
from django.urls import reverse

from alongside.assess.surveys import actions, respondent_actions
from alongside.commons.forms.models import Submission
from tests.factories import surveys as made
from tests.web.test_surveys import text


@pytest.fixture
def survey(house):
    return made.survey(house, of=3)


@pytest.fixture
def respondent(house, survey):
    return made.respondent(house, survey)


@pytest.fixture
def code(house, respondent):
    return made.code(house, respondent)


def address(name, *args):
    return reverse(name, args=args)


def follow(response):
    assert response.status_code == 303, response.content.decode()[:2000]
    return response.headers["Location"]


def one_by_one(client, code, *answers):
    """Answers question after question; returns where that leads."""
    onward = address("answer-question", code, 1)
    for key, said in zip(("day-centre", "physical", "social"), answers, strict=True):
        assert client.get(onward).status_code == 200
        onward = follow(client.post(onward, {f"q-{key}": said}))
    return onward


def test_the_first_page_says_who_asks_and_names_nobody(client, code):
    response = client.get(address("answer", code))
    page = text(response)
    assert "Centre for Care Research asks who coordinated each voluntary activity" in page
    assert "Who sees what you answer" in page
    assert "4 minutes" in page
    assert "Solbakken" in page
    assert "Rita" not in page
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response.headers["Cache-Control"]


def test_from_a_letter_s_code_to_the_receipt(client, code):
    typed = f"{code[:4]} {code[4:8].lower()}-{code[8:]}"
    start = follow(client.post(address("answer-code"), {"code": typed}))
    assert start == address("answer", code)
    check = one_by_one(client, code, "unit", "not-offered", "unsure")
    assert check == address("answer-check", code)
    page = text(client.get(check))
    assert "Day centres The unit alone" in page
    assert "It was not offered here" in page
    receipt = text(client.get(follow(client.post(check))))
    assert "Thank you, your answers have arrived" in receipt
    assert "This is version 1" in receipt
    assert Submission.objects.get().answers == {"day-centre": "unit", "social": "unsure"}
    assert "This is what you sent" in text(client.get(start))


def test_a_wrong_code_is_told_kindly(client, code):
    response = client.post(address("answer-code"), {"code": "2222-2222-2222"})
    assert response.status_code == 409
    assert "We don’t know this code" in text(response)
    response = client.get(address("answer", "222222222222"))
    assert response.status_code == 410
    assert "This link opens no questionnaire" in text(response)
    assert client.post(address("answer-code"), {"code": ""}).status_code == 422


def test_a_question_without_an_answer_comes_back(client, code):
    response = client.post(address("answer-question", code, 1), {})
    assert response.status_code == 422
    assert "“I am not sure” is one, too" in text(response)


def test_what_was_begun_goes_on_on_another_device(client, code):
    first = address("answer-question", code, 1)
    stopped = follow(client.post(first, {"q-day-centre": "together", "later": "1"}))
    assert stopped == address("answer", code)
    elsewhere = type(client)()
    page = elsewhere.get(stopped).content.decode()
    assert "You have begun" in page
    assert address("answer-question", code, 2) in page
    kept = elsewhere.get(first).content.decode()
    assert 'value="together" checked' in kept


def test_all_on_one_page_and_what_is_missing_is_named_with_its_way(client, code):
    page = address("answer-questions", code)
    check = follow(client.post(page, {"q-day-centre": "unit", "q-social": "other"}))
    refused = client.post(check)
    assert refused.status_code == 409
    assert "“Physical activities” has no answer yet" in text(refused)
    assert f'href="{address("answer-question", code, 2)}?change"' in refused.content.decode()
    again = follow(client.post(address("answer-question", code, 2) + "?change", {"q-physical": "unit"}))
    assert again == check
    assert follow(client.post(check)) == address("answer-sent", code)


def test_sending_twice_and_going_back_leave_one_that_counts(client, code):
    check = one_by_one(client, code, "unit", "unit", "unit")
    assert follow(client.post(check)) == follow(client.post(check)) == address("answer-sent", code)
    assert client.get(check).headers["Location"] == address("answer-sent", code)
    # Back to a question by the browser's button, and through to the end once more.
    one_by_one(client, code, "unit", "unit", "unit")
    client.post(check)
    assert Submission.objects.count() == 1
    one_by_one(client, code, "unit", "unit", "together")
    assert "version 2" in text(client.get(follow(client.post(check))))
    assert [each.current for each in Submission.objects.order_by("pk")] == [False, True]


def test_a_closed_survey_says_so_and_shows_what_was_sent(house, survey, client, code):
    client.post(one_by_one(client, code, "unit", "unit", "unit"))
    actions.close(survey, by=house.as_("researcher"), reason="Enough have answered")
    page = text(client.get(address("answer", code)))
    assert "This survey is closed" in page
    assert "This is what you sent" in page
    assert "Correct something" not in page
    for name in ("answer-questions", "answer-check"):
        assert follow(client.post(address(name, code))) == address("answer", code)
    assert follow(client.post(address("answer-question", code, 1), {"q-social": "unit"}))


def test_nothing_is_lost_when_the_survey_closes_meanwhile(house, survey, client, code):
    check = one_by_one(client, code, "unit", "unit", "unit")
    actions.close(survey, by=house.as_("researcher"), reason="Enough have answered")
    assert follow(client.post(check)) == address("answer", code)
    actions.reopen(survey, by=house.as_("researcher"), reason="One more day")
    assert follow(client.post(check)) == address("answer-sent", code)


PAGES = {"answer": (), "answer-question": (2,), "answer-questions": (), "answer-check": ()}


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_as_many_queries_for_many_units_as_for_one(
    house, client, count, django_assert_num_queries
):
    survey = made.survey(house, of=count)
    for unit in range(count):
        code = made.code(house, made.respondent(house, survey, unit=f"{unit + 1:03}"))
    one_by_one(client, code, "unit", "unit", "unit")
    for name, more in PAGES.items():
        with django_assert_num_queries(5):
            assert client.get(address(name, code, *more)).status_code == 200


def test_the_code_is_of_no_use_once_somebody_else_answers(house, survey, respondent, client, code):
    respondent_actions.replace_respondent(
        respondent, by=house.as_("researcher"), name="Anna After", channel="none"
    )
    assert client.get(address("answer", code)).status_code == 410
