"""S6, making a survey: written from scratch in two languages, looked at before anybody is asked, drawn."""

import re

import pytest

pytestmark = pytest.mark.browser

QUESTIONS = {
    "choice": {"What do you ask?": "Is travel paid?", "Which answers are offered?": "Yes\nNo"},
    "several": {
        "What do you ask?": "How do volunteers come?",
        "Which answers are offered?": "By bus\nOn foot",
    },
    "number": {"What do you ask?": "How many came last week?", "What is the least that makes sense?": "0"},
    "text": {"What do you ask?": "What else should we know?"},
}
NORWEGIAN = {
    "The survey’s name": "Reiser til og fra",
    "Question 1": "Blir reisen betalt?",
    "Question 2": "Hvordan kommer de frivillige?",
    "Question 3": "Hvor mange kom forrige uke?",
    "Question 4": "Er det noe annet vi bør vite?",
}
ANSWERS = ("Ja", "Nei", "Med buss", "Til fots")


def become(page, name):
    page.goto("/demo")
    page.get_by_role("button", name=f"Be {name}").click()
    page.wait_for_url("**/")


def begin(page, *, template):
    page.goto("/surveys/add")
    page.get_by_label("What is the survey called?").fill("There and back")
    page.get_by_label(template).check()
    page.get_by_role("button", name="Begin this draft").click()
    page.wait_for_url(re.compile(r"/surveys/\d+/questions$"))
    return page.url.removesuffix("/questions")


def write(page, kind, fields):
    page.goto(page.url.split("/questions")[0] + f"/questions/add?kind={kind}")
    for label, words in fields.items():
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Add this question").click()
    page.wait_for_url("**/questions")


def translate(page, survey):
    """The main language stands on the left; each place on the right says what it is for."""
    page.goto(f"{survey}/languages")
    page.get_by_label("Which language is added?").select_option("nb")
    page.get_by_role("button", name="Add this language").click()
    page.wait_for_url("**/languages/nb")
    assert "9 texts are missing" in page.locator("main").inner_text()
    for what, words in NORWEGIAN.items():
        page.get_by_label(f"{what}, in Norwegian Bokmål", exact=True).fill(words)
    for place, words in zip(page.get_by_label(re.compile("an answer, in")).all(), ANSWERS, strict=True):
        place.fill(words)
    page.get_by_role("button", name="Save these texts").click()
    page.get_by_text("Complete: people can answer in it.").wait_for()


def test_a_survey_is_written_translated_looked_at_and_drawn(visit):
    """All of it without scripts."""
    page = visit(java_script_enabled=False)
    become(page, "Ragnhild Tveit")
    survey = begin(page, template="An empty questionnaire")
    for kind, fields in QUESTIONS.items():
        write(page, kind, fields)
    translate(page, survey)

    page.goto(f"{survey}/preview/questions?language=nb")
    shown = page.locator("main").inner_text()
    assert [words for words in (*NORWEGIAN.values(), *ANSWERS) if words not in shown] == []
    assert page.locator("main form[method=post]").count() == 0

    page.goto(f"{survey}/whom")
    page.get_by_label("Some, drawn out of each kind of unit by its share").check()
    page.get_by_label("If they are drawn: how many?").fill("60")
    page.get_by_label("With which seed?").fill("2027")
    page.get_by_role("button", name="Make this survey").click()
    page.wait_for_url(survey)
    assert re.search(r"60 of 316 units were drawn on .* with seed 2027\.", page.locator("main").inner_text())
    page.goto(f"{survey}/response")
    drawn = page.locator("table").filter(has_text="Could be drawn").first.inner_text()
    assert re.search(r"Nursing home\s+166\s+3[12]\b", drawn), drawn


def test_questions_are_moved_by_keyboard_alone(visit):
    page = visit()
    become(page, "Ragnhild Tveit")
    begin(page, template="An empty questionnaire")
    write(page, "text", {"What do you ask?": "The first?"})
    write(page, "text", {"What do you ask?": "The second?"})
    up = page.get_by_role("button", name=re.compile("Move up.*The second"))
    up.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions#question-the-second")
    names = page.locator(".question-name").all_inner_texts()
    assert [name.split(maxsplit=1)[1] for name in names] == ["The second?", "The first?"]
