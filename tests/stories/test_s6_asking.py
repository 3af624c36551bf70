"""S6, the first lines: 316 units are asked for four weeks, by e-mail, by letter, on the telephone; then reminded.

The clock of this demonstration is put forward by six days once, between the invitations and the reminder.
"""

import csv
import io
import os
import re
import sys
from email import message_from_bytes
from email.policy import default

import pypdf
import pytest
from playwright.sync_api import expect

from tests.running import Server, environment, free_port
from tests.stories import later
from tests.stories.test_every_page import look_at
from tests.stories.test_s6_table import become, press, tab_to

pytestmark = pytest.mark.browser
TITLE = "Who coordinates what, in four weeks"
UNITS, LETTERS, CALLS, ACTIVITIES = 316, 5, 6, 3
EMAILS = UNITS - LETTERS - CALLS
CONTACT = "Ragnhild Tveit, telephone 555 01"
ASKED = ("Day centres", "Physical activities", "Social activities")
SENDING = 300_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("later") / "data"


@pytest.fixture(scope="module")
def address(folder):
    """A demonstration of its own, whose clock is put forward."""
    arguments = ("demo", "--no-browser", "--data", str(folder), "--port", str(free_port()))
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.stories.later",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with Server(*arguments, env=environment(folder, **settings)) as server:
        yield server.wait_ready(120).address
        server.end()


@pytest.fixture
def researcher(visit):
    page = visit(reduced_motion="reduce")
    become(page, "Ragnhild Tveit")
    return page


def four_weeks(page):
    """The survey, for 316 units: open from today for 28 days."""
    page.goto("/surveys/add")
    page.get_by_label("What is the survey called?").fill(TITLE)
    page.get_by_label("In which country?").select_option(label="Norway")
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    last = page.evaluate("new Date(Date.now() + 27 * 864e5).toISOString().slice(0, 10)")
    page.get_by_label("From which day do people answer?").fill(today)
    page.get_by_label("Until which day?").fill(last)
    page.get_by_label("Who coordinates what").check()
    page.get_by_role("button", name="Begin this draft").click()
    asked = page.get_by_role("group", name="Which activities does it ask about?")
    for name in ASKED:
        asked.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Ask about these").click()
    page.get_by_role("link", name="Go on to who is asked").click()
    page.get_by_role("button", name="Make this survey").click()
    page.wait_for_url(re.compile(r"/surveys/\d+$"))
    return page.url


def people_of(units_csv):
    """One respondent a unit: most by e-mail, some by letter, some on the telephone."""
    rows = list(csv.DictReader(io.StringIO(units_csv.removeprefix("\ufeff"))))
    assert len(rows) == UNITS
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["unit", "respondent", "channel", "e-mail", "postal address", "telephone"])
    for number, row in enumerate(rows):
        way = "letter" if number < LETTERS else "telephone" if number < LETTERS + CALLS else "e-mail"
        mail = f"unit-{row['unit']}@example.org" if way == "e-mail" else ""
        postal = f"{row['name']};0000 {row['municipality']}" if way == "letter" else ""
        table.writerow([row["unit"], f"Person {row['unit']}", way, mail, postal, "555 01"])
    return {"name": "people.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def name_everybody(page, survey):
    page.goto(survey)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the list of units (CSV)").click()
    people = people_of(download.value.path().read_text(encoding="utf-8"))
    page.goto(f"{survey}/respondents/import")
    page.get_by_label("The file with the respondents").set_input_files(people)
    page.get_by_role("button", name="Read this file in").click()
    expect(page.get_by_text("316 people are named.")).to_be_visible(timeout=60_000)


def send(page, survey, kind, *, words, button):
    """What is said before the button is pressed, and after it."""
    page.goto(f"{survey}/{kind}")
    for line in words:
        expect(page.locator("main")).to_contain_text(line)
    page.get_by_label("Whom can people ask?").fill(CONTACT)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/asking")


def mail(folder, subject):
    """E-mails of this survey by address."""
    found = {}
    for file in (folder / "mail").glob("[!.]*.eml"):
        parsed = message_from_bytes(file.read_bytes(), policy=default)
        if parsed["Subject"] == subject and "unit-" in parsed["To"]:
            assert parsed["To"] not in found, "nobody twice"
            found[parsed["To"]] = parsed.get_content()
    return found


def link_in(text):
    return re.search(r"http\S+/a/\w{12}", text)[0]


def by_keyboard(page, link):
    page.goto(link)
    press(page, "All questions on one page")
    page.wait_for_url("**/questions")
    for _ in range(ACTIVITIES):
        tab_to(page, "It was not offered here")
        page.keyboard.press("ArrowDown")
    press(page, "Look at your answers")
    page.wait_for_url("**/check")
    press(page, "Send these answers")
    page.wait_for_url("**/sent")


def codes_of(page):
    """The codes in the file for the printer: as somebody reads them off the letters on the table."""
    page.goto("/messages")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Make the file for the printer").click()
    letters = pypdf.PdfReader(download.value.path()).pages
    texts = [" ".join(letter.extract_text().split()) for letter in letters]
    return [
        re.search(r"\b([0-9A-Z]{4}) ([0-9A-Z]{4}) ([0-9A-Z]{4})\b", text)[0]
        for text in texts
        if TITLE in text
    ]


def without_javascript(page, code):
    page.goto("/a")
    page.get_by_label("The code from your letter").fill(code.lower())
    page.get_by_role("button", name="Open the questionnaire").click()
    page.get_by_role("link", name="Begin, one question a page").click()
    for number in range(1, ACTIVITIES + 1):
        expect(page.get_by_text(f"Question {number} of {ACTIVITIES}")).to_be_visible()
        page.get_by_label("Both together").check()
        page.get_by_role("button", name="Keep this and go on").click()
    page.get_by_role("button", name="Send these answers").click()
    expect(page.get_by_role("heading", name="Thank you, your answers have arrived")).to_be_visible()


def refuse(page, link):
    page.goto(link)
    page.get_by_role("link", name="I don’t want to take part").click()
    page.get_by_role("button", name="I don’t want to take part").click()
    expect(page.get_by_text("Nobody writes to you about this survey any more.")).to_be_visible()


def on_the_telephone(page, survey):
    page.goto(f"{survey}/calls")
    page.get_by_role("link", name="Person 006").click()
    for each in page.get_by_label("The unit alone").all():
        each.check()
    page.get_by_role("button", name="Send what was said").click()
    expect(page.get_by_text("The answers have arrived")).to_be_visible()


def rate(page, survey, answered):
    """Live: each answer is counted at the next look."""
    page.goto(f"{survey}/response")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{answered} of {UNITS} units have answered")
    share = f"{100 * answered / UNITS:.1f}"
    expect(page.locator("main")).to_contain_text(share)


def everybody_is_invited(page, survey, folder):
    words = (f"{EMAILS + LETTERS} people get an invitation", "Gets an e-mail", "Is asked on the telephone")
    send(page, survey, "invite", words=words, button=f"Send {EMAILS + LETTERS} invitations")
    assert look_at(page) == []
    gone = page.get_by_text(f"{EMAILS} of {EMAILS + LETTERS} have gone out")
    expect(gone).to_be_visible(timeout=SENDING)  # the page looks again by itself while the worker sends
    invited = mail(folder, "Would you answer a few questions?")
    assert len(invited) == EMAILS
    return invited


def the_others_are_reminded(page, survey, folder, others):
    page.goto(f"{survey}/remind")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody can be reminded now")
    (folder / later.FILE).write_text("6")
    words = (f"{others} people get a reminder", "Has answered", "Does not want to take part")
    send(page, survey, "remind", words=words, button=f"Send {others} reminders")
    all_of = EMAILS + LETTERS + others
    expect(page.get_by_text(f"{all_of - LETTERS + 1} of {all_of} have gone out")).to_be_visible(
        timeout=SENDING
    )
    return mail(folder, "A few questions still wait for you")


def test_asked_answered_three_ways_and_only_the_others_reminded(visit, researcher, folder):
    page = researcher
    survey = four_weeks(page)
    name_everybody(page, survey)
    invited = everybody_is_invited(page, survey, folder)
    first, second, *_ = sorted(invited)
    rate(page, survey, 0)
    by_keyboard(visit(), link_in(invited[first]))
    rate(page, survey, 1)
    codes = codes_of(page)
    assert len(set(codes)) == LETTERS
    without_javascript(visit(width=360, java_script_enabled=False), codes[0])
    rate(page, survey, 2)
    on_the_telephone(page, survey)
    rate(page, survey, 3)
    refuse(visit(), link_in(invited[second]))
    reminded = the_others_are_reminded(page, survey, folder, EMAILS - 2 + LETTERS - 1)
    assert set(reminded) == set(invited) - {first, second}
    fresh = codes_of(page)
    assert len(fresh) == LETTERS - 1
    without_javascript(visit(java_script_enabled=False), fresh[0])
    rate(page, survey, 4)
