"""S6, from answers to the table: the researcher asks, reads answers in, sees the table; others see less."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from alongside.demo import draw, world

pytestmark = pytest.mark.browser

TITLE = "Who coordinates what, spring"
PERIOD = ("2027-04-01", "2027-04-28")
# Per cent as published (Andfossen 2020): activity, then unit, organisation, together; None is not pinned.
PUBLISHED = {
    "Day centres": (95, None, 5),
    "Meal delivery, home care": (62, 15, None),
    "Culture, nursing homes": (49, None, None),
    "Culture, home care": (None, 42, None),
    "Physical activities": (60, None, None),
    "Social activities": (None, 51, None),
}


def tab_to(page, name):
    """Press Tab until the thing with this name has the focus; it has to show that it has."""
    for _ in range(120):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => { const it = document.activeElement, style = getComputedStyle(it);
            return [it.innerText || it.labels?.[0]?.innerText || it.value || "",
                    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2]; }"""
        )
        if " ".join(focus[0].split()) == name:
            assert focus[1], f"“{name}” has the focus and does not show it"
            return
    raise AssertionError(f"“{name}” can't be reached by Tab on {page.url}")


def press(page, name):
    """Follow a link or push a button by keyboard alone."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def become(page, name):
    page.goto("/demo")
    page.get_by_role("button", name=f"Be {name}").click()
    page.wait_for_url("**/")


def answers_for(units_csv):
    """The drawn answers in the file that the survey gave out."""
    rows = list(csv.DictReader(io.StringIO(units_csv.removeprefix("\ufeff"))))
    towns = {m.code: f"{m.name} municipality" for m in world.municipalities()}
    by_name = {(towns[u.municipality], u.name): u.code for u in world.units()}
    given = draw.answers(world.units())
    columns = dict(zip(draw.ACTIVITIES, PUBLISHED, strict=True))
    for row in rows:
        answers = given.get(by_name[row["municipality"], row["name"]], {})
        for activity, column in columns.items():
            row[column] = answers.get(activity, "")
    return rows


def as_file(rows, name="answers.csv"):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return {"name": name, "mimeType": "text/csv", "buffer": text.getvalue().encode()}


def shares_on(page):
    """Each row of the table of shares as it is read: activity, then answer to (share, units)."""
    found = {}
    for group in page.locator("table.interval-table").first.locator("tbody").all():
        name = group.locator(".group-name").inner_text().split("\n")[0]
        name = next(activity for activity in PUBLISHED if name.startswith(activity))
        found[name] = [row.inner_text() for row in group.locator("tr:not(.group-row)").all()]
    return found


def make_the_survey(page):
    """What it is called, what it asks, whom: each one form."""
    page.get_by_role("link", name="Surveys", exact=True).first.click()
    page.get_by_role("link", name="Make a survey").click()
    page.get_by_label("What is the survey called?").fill(TITLE)
    page.get_by_label("In which country?").select_option(label="Norway")
    page.get_by_label("From which day do people answer?").fill(PERIOD[0])
    page.get_by_label("Until which day?").fill(PERIOD[1])
    page.get_by_label("Who coordinates what").check()
    page.get_by_role("button", name="Begin this draft").click()
    asked = page.get_by_role("group", name="Which activities does it ask about?")
    for name in PUBLISHED:
        asked.get_by_label(name, exact=True).check()
    again = page.get_by_role("group", name="Should the comparison be looked at a second time")
    again.get_by_label("Social activities").check()
    page.get_by_role("button", name="Ask about these").click()
    page.get_by_role("link", name="Go on to who is asked").click()
    page.get_by_role("button", name="Make this survey").click()
    page.wait_for_url(re.compile(r"/surveys/\d+$"))


def test_from_answers_to_the_table(visit):
    page = visit()
    become(page, "Ragnhild Tveit")
    make_the_survey(page)
    survey = page.url
    expect(page.get_by_text("316", exact=True).first).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Save the list of units (CSV)").click()
    rows = answers_for(download.value.path().read_text(encoding="utf-8"))

    a_mistake = [dict(rows[0], **{"Day centres": "the kitchen"}), *rows[1:]]
    page.get_by_role("link", name="Read in a file of answers").first.click()
    page.get_by_label("The file with the answers").set_input_files(as_file(a_mistake))
    page.get_by_role("button", name="Read this file in").click()
    expect(page.get_by_text("the kitchen")).to_be_visible()
    expect(page.get_by_text("row 2", exact=True)).to_be_visible()
    expect(page.get_by_role("alert").or_(page.locator(".error-summary"))).to_contain_text(
        "Nothing was read in"
    )
    page.goto(survey)
    expect(page.get_by_role("heading", name="No unit has answered yet")).to_be_visible()

    page.get_by_role("link", name="Read in a file of answers").first.click()
    page.get_by_label("The file with the answers").set_input_files(as_file(rows))
    page.get_by_role("button", name="Read this file in").click()
    page.wait_for_url(survey)
    expect(page.get_by_role("status").first).to_contain_text("244 units have answered.")
    expect(page.locator("main")).to_contain_text("77.2")

    page.get_by_role("link", name="See the new table").click()  # the page notices by itself when it is ready
    the_table_is_as_published(page)
    how = page.get_by_role("link", name="How was this computed?")
    how.click()
    expect(page.locator("main")).to_contain_text("100,000")

    others_see_less(visit, page, survey)


def the_table_is_as_published(page):
    expect(page.locator("main")).to_contain_text("244 of 316 units answered (77.2")
    for name, (unit, organisation, together) in PUBLISHED.items():
        row = page.locator("li.bar-row").filter(has=page.get_by_role("heading", name=name))
        text = row.inner_text()
        for per_cent in (unit, organisation, together):
            if per_cent is not None:
                assert re.search(rf"\b{per_cent}\s%", text), f"{name}: {per_cent} % is not in {text!r}"
        assert re.search(r"\d+ units counted", text), f"{name}: no n in {text!r}"
    lines = shares_on(page)
    assert set(lines) == set(PUBLISHED)
    assert all(len(answers) == 3 for answers in lines.values())
    expect(page.locator("main")).to_contain_text("without Social activities")


def others_see_less(visit, page, survey):
    """The official sees nothing before the table is opened, then the table with small cells closed."""
    official = visit()
    become(official, "Olaug Strand")
    assert official.goto(f"{survey}/table").status == 404
    page.goto(survey)
    page.get_by_role("link", name="who may see the table").click()
    page.get_by_label("Everybody who can sign in here").check()
    page.get_by_role("button", name="Let them see it from now on").click()
    page.wait_for_url(survey)
    assert official.goto(f"{survey}/table").status == 200
    text = official.locator("main").inner_text()
    assert "Small numbers are closed" in text
    day = shares_on(official)["Day centres"]
    assert [("closed" in line) for line in day] == [False, True, True], day
    assert official.get_by_role("link", name="Save the answers (CSV)").count() == 0
    assert official.goto(f"{survey}/answers.csv").status == 404
    assert official.goto(f"{survey}/import").status == 404


def test_by_keyboard_alone(visit):
    """Sign in, find the table, see how it was computed, read a file in, sign out: no pointer is touched."""
    page = visit()
    page.goto("/")
    press(page, "Be Ragnhild Tveit")
    page.wait_for_url("**/")
    press(page, "Who coordinates voluntary activities in care?")
    page.wait_for_url(re.compile(r"/surveys/\d+$"))
    survey = page.url
    press(page, "See who coordinates what")
    page.wait_for_url("**/table")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Go to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    press(page, "How was this computed?")
    page.wait_for_url("**/how")
    page.goto(f"{survey}/import")
    tab_to(page, "The file with the answers")
    page.get_by_label("The file with the answers").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": b"unit,Day centres\n001,unit\n"}
    )  # the dialogue for choosing a file belongs to the machine, not to the page
    press(page, "Read this file in")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.classList.contains('error-summary')")
    press(page, "Sign out")
    page.wait_for_url("**/sign-in")
    press(page, "Be somebody else")
    page.wait_for_url("**/demo")


def test_it_works_without_scripts(visit):
    page = visit(java_script_enabled=False)
    become(page, "Ragnhild Tveit")
    page.get_by_role("link", name="Who coordinates voluntary activities in care?", exact=True).click()
    page.get_by_role("link", name="See who coordinates what").click()
    the_table_is_as_published(page)
