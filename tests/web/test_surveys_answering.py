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


# --- questions of other kinds --------------------------------------------------------------------------


@pytest.fixture
def own(house):
    """One question of each kind, in two languages, and the code of somebody who answers them."""
    return made.own_questions(house)


@pytest.fixture
def own_code(house, own):
    return made.code(house, made.respondent(house, own))


FILLED = {
    "q-social": "together",
    "q-boat": "yes",
    "q-transport": ["foot", "bus"],
    "q-hours": "12,50",
    "q-remark": "A key for\r\nthe side door ",
}
KEPT = {
    "boat": "yes",
    "hours": "12.5",
    "remark": "A key for\nthe side door",
    "social": "together",
    "transport": ["bus", "foot"],
}


def test_every_kind_is_answered_one_by_one(client, own, own_code):
    onward = address("answer-question", own_code, 1)
    for place, (name, said) in enumerate(FILLED.items(), start=1):
        page = client.get(onward)
        assert f"Question {place} of 5" in text(page)
        assert f'name="{name}"' in page.content.decode()
        onward = follow(client.post(onward, {name: said}))
    check = text(client.get(onward))
    assert "Do you come by boat? Yes" in check
    assert "By bus On foot" in check
    receipt = text(client.get(follow(client.post(onward))))
    assert "How many hours a week? 12.5" in receipt
    assert "A key for the side door" in receipt
    assert Submission.objects.get().answers == KEPT


def test_every_kind_is_answered_on_one_page(client, own, own_code):
    page = address("answer-questions", own_code)
    html = client.get(page).content.decode()
    assert 'inputmode="decimal"' in html
    assert html.count("<fieldset") == 3
    assert "(optional)" in html
    check = follow(client.post(page, FILLED))
    follow(client.post(check))
    assert Submission.objects.get().answers == KEPT
    again = client.get(page).content.decode()
    for typed in ('value="yes" checked', 'value="bus" checked', 'value="12.5"', "the side door</textarea>"):
        assert typed in again


def test_what_may_be_left_out_may_be_left_out(client, own, own_code):
    start = address("answer-questions", own_code)
    refused = client.post(follow(client.post(start, {"q-transport": ["bus"]})))
    assert refused.status_code == 409
    assert "“Social activities” has no answer yet" in text(refused)
    assert "“Do you come by boat?” needs an answer" in text(refused)
    assert "hours" not in text(refused).split("Are these your answers?")[0]
    check = follow(client.post(start, {"q-social": "not-offered", "q-boat": "no"}))
    follow(client.post(check))
    assert Submission.objects.get().answers == {"boat": "no"}  # what was chosen before is taken away


def test_an_optional_question_is_passed_over_one_by_one(client, own, own_code):
    third = address("answer-question", own_code, 3)
    assert follow(client.post(third, {})) == address("answer-question", own_code, 4)
    assert client.post(address("answer-question", own_code, 2), {}).status_code == 422


@pytest.mark.parametrize(
    ("name", "said", "words"),
    [
        ("q-hours", "many", "Write a number with digits alone"),
        ("q-hours", "169", "Write 168 or less."),
        ("q-hours", "-1", "Write 0 or more."),
        ("q-boat", "plane", "is not an answer to"),
        ("q-remark", "x" * 2001, "This is too long"),
    ],
)
def test_what_is_no_answer_stands_beside_its_field_and_nothing_is_lost(
    client, own, own_code, name, said, words
):
    number = list(FILLED).index(name) + 1
    for page, more in (("answer-question", [number]), ("answer-questions", [])):
        url = address(page, own_code, *more)
        response = client.post(url, {**FILLED, name: said} if not more else {name: said})
        assert response.status_code == 422
        html = response.content.decode()
        assert words in text(response)
        assert f'href="#{name}"' in html
        if name != "q-boat":
            assert said in html
    # What fits is kept all the same.
    kept = client.get(address("answer-question", own_code, 3)).content.decode()
    assert 'value="foot" checked' in kept


def test_people_choose_the_language_they_answer_in(client, own, own_code):
    start = address("answer", own_code)
    page = client.get(start)
    assert "norsk bokmål" in text(page)
    assert follow(client.post(address("answer-language", own_code), {"language": "nb"})) == start
    elsewhere = type(client)()
    page = elsewhere.get(address("answer-questions", own_code)).content.decode()
    assert "Kommer du med båt?" in page
    assert "Til fots" in page
    assert 'lang="nb"' in page
    refused = client.post(address("answer-language", own_code), {"language": "uk"})
    assert refused.status_code == 409
    check = follow(client.post(address("answer-questions", own_code), {"q-social": "unit"}))
    refused = text(client.post(check))
    assert refused.count("Kommer du med båt?") == 3  # the reason, what was asked, and the way to change it
    assert "Er dette svarene dine?" in refused  # the page around it speaks the same language


def test_a_caller_fills_in_every_kind(house, client, own):
    respondent = made.respondent(house, own)
    house.sign_in(client, "researcher")
    url = address("survey-call", respondent.pk)
    assert "Do you come by boat?" in text(client.get(url))
    refused = client.post(url, {**FILLED, "q-hours": "many"})
    assert refused.status_code == 409
    assert 'value="many"' in refused.content.decode()
    assert 'id="q-hours-error"' in refused.content.decode()
    assert "side door" in refused.content.decode()
    follow(client.post(url, FILLED))
    assert Submission.objects.get().answers == KEPT


def test_a_preview_shows_the_same_pages_and_sends_nothing(house, client, own):
    house.sign_in(client, "researcher")
    start = client.get(address("survey-preview", own.pk))
    assert "This is a preview" in text(start)
    assert "5 minutes for “Boats”" in text(start) or "4 minutes for “Boats”" in text(start)
    for number in range(1, 6):
        page = client.get(address("survey-preview-question", own.pk, number)).content.decode()
        assert "This is a preview" in page
        assert '<form method="post"' not in page.split("<main")[1].split("</main>")[0]
    assert follow(client.get(address("survey-preview-question", own.pk, 6))).startswith(
        address("survey-preview", own.pk)
    )
    page = client.get(address("survey-preview-questions", own.pk), {"language": "nb", "side": "volunteers"})
    assert "Kommer du med båt?" in text(page)
    assert Submission.objects.count() == 0
