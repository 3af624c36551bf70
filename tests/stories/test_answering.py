"""S6's first lines: the survey that is under way is answered without JavaScript, by keyboard, on the telephone."""

import re

import pytest
from playwright.sync_api import expect

from alongside.demo.under_way import UNDER_WAY
from tests.stories.test_every_page import RIGHT_TO_LEFT, look_at
from tests.stories.test_s6_table import become, press, tab_to

pytestmark = pytest.mark.browser
# So many ask who coordinates an activity; after them come one with answers of its own and one for free words.
QUESTIONS = 6
OWN_WORDS = "What would make working together easier?"


def under_way(page, name):
    become(page, name)
    page.goto("/surveys")
    page.get_by_role("link", name=UNDER_WAY).click()


@pytest.fixture
def code(visit):
    """A code for somebody who has not answered, made by the researcher's button."""

    def make(place):
        page = visit()
        under_way(page, "Ragnhild Tveit")
        page.goto(f"{page.url}/respondents?answered=no")
        page.locator("main tbody th a").nth(place).click()
        page.get_by_role("button", name="Make a link and a code").click()
        link = page.get_by_text(re.compile(r"/a/[0-9A-Z]{12}$")).inner_text()
        return link.rpartition("/")[2]

    return make


def test_one_question_a_page_on_a_narrow_phone_without_javascript(visit, code):
    secret = code(0)
    page = visit(width=320, java_script_enabled=False)
    page.goto("/a")
    page.get_by_label("The code from your letter").fill(f"{secret[:4]} {secret[4:8]}-{secret[8:].lower()}")
    page.get_by_role("button", name="Open the questionnaire").click()
    page.get_by_role("link", name="Begin, one question a page").click()
    for number in range(QUESTIONS):
        page.wait_for_url(f"**/questions/{number + 1}")
        page.get_by_label(("Both together", "I am not sure", "It was not offered here")[number % 3]).check()
        if number == 2:
            page.get_by_role("button", name="Keep this and stop for now").click()
            expect(page.get_by_text("Kept. The same link goes on from here")).to_be_visible()
            page.get_by_role("link", name="Go on where you stopped").click()
        else:
            page.get_by_role("button", name="Keep this and go on").click()
    page.wait_for_url(f"**/questions/{QUESTIONS + 1}")
    page.get_by_label("As much as today").check()
    page.get_by_role("button", name="Keep this and go on").click()
    page.wait_for_url(f"**/questions/{QUESTIONS + 2}")
    page.get_by_label(OWN_WORDS).fill("A key for the side door")
    page.get_by_role("button", name="Keep this and go on").click()
    page.get_by_role("button", name="Send these answers").click()
    expect(page.get_by_role("heading", name="Thank you, your answers have arrived")).to_be_visible()
    page.go_back()
    page.goto(f"/a/{secret}")
    expect(page.get_by_text("This is version 1")).to_be_visible()


def test_all_questions_by_keyboard_alone_and_a_correction(visit, code):
    page = visit()
    secret = code(1)
    page.goto(f"/a/{secret}")
    press(page, "All questions on one page")
    page.wait_for_url("**/questions")
    for _ in range(QUESTIONS):
        tab_to(page, "It was not offered here")
        page.keyboard.press("ArrowDown")
    tab_to(page, "Yes, more")
    page.keyboard.press("Space")
    press(page, "Look at your answers")
    page.wait_for_url("**/check")
    expect(page.get_by_text("The unit alone")).to_have_count(QUESTIONS)
    expect(page.get_by_text("No answer", exact=True)).to_have_count(1)
    press(page, "Send these answers")
    page.wait_for_url("**/sent")
    press(page, "Correct something")
    page.wait_for_url("**/questions")
    tab_to(page, "The unit alone")
    page.keyboard.press("ArrowDown")
    press(page, "Look at your answers")
    page.wait_for_url("**/check")
    press(page, "Send the corrected answers")
    page.wait_for_url("**/sent")
    expect(page.get_by_text("This is version 2")).to_be_visible()


def test_on_the_telephone_by_somebody_who_sees_nothing_else(visit):
    page = visit()
    under_way(page, "Ingrid Solli")
    survey = page.url
    page.get_by_role("link", name="Open the telephone list").click()
    page.get_by_role("link", name="Call the first one").click()
    page.wait_for_url("**/calls/*")
    first = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("radio", name="call again").check()
    page.get_by_role("button", name="Note this and go on to the next").click()
    page.get_by_role("link", name="Call the first one").click()
    page.wait_for_url("**/calls/*")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    for each in page.get_by_label("The voluntary organisation alone").all():
        each.check()
    page.get_by_label("As much as today").check()
    page.get_by_role("button", name="Send what was said").click()
    expect(page.get_by_text("The answers have arrived")).to_be_visible()
    for closed in ("/respondents", "/answers.csv", "/close"):
        assert page.request.get(f"{survey}{closed}").status == 404


@pytest.mark.parametrize("right_to_left", [False, True])
def test_every_page_behind_a_code(visit, code, address, right_to_left):
    secret = code(3 if right_to_left else 2)
    page = visit(reduced_motion="reduce")
    if right_to_left:
        page.context.add_cookies([{**RIGHT_TO_LEFT, "url": address}])
    for path in ("", "/refuse", "/questions/1", "/questions", "/check", "/sent"):
        if path == "/check":
            for radio in page.locator("input[value=unsure], input[value=as-today]").all():
                radio.check()
            page.locator("main form button").first.click()
        elif path == "/sent":
            page.locator("main form button").first.click()
        else:
            page.goto(f"/a/{secret}{path}")
        page.wait_for_url(f"**/a/{secret}{path}")
        assert look_at(page) == [], path
        assert page.locator("h1").count() == 1
