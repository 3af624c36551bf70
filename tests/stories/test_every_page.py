"""Every page in a browser: narrow, wide, dark and from right to left, without a fault that axe can find."""

import csv
import io
import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.stories.reached import PAGES, Seen, follow, signed_in

pytestmark = pytest.mark.browser

NARROW, PHONE, DESK = 320, 360, 1280
RIGHT_TO_LEFT = {"name": "alongside_language", "value": "qps-plocm"}
NORWEGIAN = {"name": "alongside_language", "value": "nb"}
SCRIPT = Axe().axe_script
RUN = """(only) => axe.run(document, {resultTypes: ["violations"], ...(only && {runOnly: only})})
  .then(found => found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target)}`))"""


@pytest.fixture(scope="module")
def port(address):
    return urlsplit(address).port


@pytest.fixture(scope="module")
def reached(port):
    return follow(port)


@pytest.fixture(scope="module")
def windows(browser, address, port):
    """Windows by person and language, kept open for the whole file."""
    opened = {}

    def window(who, language=None):
        key = (who, language and language["value"])
        if key not in opened:
            with signed_in(port, who) as client:
                cookies = [{"name": k, "value": v} for k, v in client.cookies.items()]
            context = browser.new_context(base_url=address, reduced_motion="reduce")
            chosen = [language] if language else []
            context.add_cookies([{**c, "url": address} for c in [*cookies, *chosen]])
            opened[key] = context.new_page()
        return opened[key]

    yield window
    for page in opened.values():
        page.context.close()


def faults(page, width, *, only=None):
    """What axe finds at this width, and whether the page can be pushed sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    found = [f"{width}: {fault}" for fault in page.evaluate(RUN, only)]
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    return found + ([f"{width}: {wide} px wide"] if wide > width else [])


def look_at(page):
    """At three widths, and dark; the page is loaded already."""
    page.evaluate(SCRIPT)
    found = [fault for width in (NARROW, PHONE, DESK) for fault in faults(page, width)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark {fault}" for fault in faults(page, DESK, only=["color-contrast"])]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page(name, reached, windows):
    assert name in reached, "nobody can get there by following links"
    seen: Seen = reached[name]
    page = windows(seen.who)
    assert page.goto(seen.path).status == 200
    assert look_at(page) == []
    assert page.locator("h1").count() == 1
    page = windows(seen.who, RIGHT_TO_LEFT)
    assert page.goto(seen.path).status == 200
    if not name.startswith("survey-preview"):  # that page stands in a language of its questions
        assert page.evaluate("document.dir") == "rtl"
    page.evaluate(SCRIPT)
    assert [fault for width in (NARROW, DESK) for fault in faults(page, width)] == []


# These stand in the language of their questions.
PREVIEWS = {"survey-preview", "survey-preview-question", "survey-preview-questions"}


@pytest.mark.parametrize("name", [name for name in PAGES if name not in PREVIEWS])
def test_long_words_keep_within_a_page(name, reached, windows):
    """Norwegian has them: nothing may be pushed out at either side."""
    seen: Seen = reached[name]
    page = windows(seen.who, NORWEGIAN)
    assert page.goto(seen.path).status == 200
    assert page.evaluate("document.documentElement.lang") == "nb"
    for width in (NARROW, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [("", "/link/nonsense", 410), ("", "/nowhere", 404), ("volunteer", "/nowhere", 404)],
    ids=["a link that is spent", "nothing there", "nothing there, signed in"],
)
def test_a_page_that_says_no(windows, who, path, status):
    page = windows(who)
    assert page.goto(path).status == status
    assert look_at(page) == []


@pytest.mark.parametrize(
    "name", ["sign-in", "unit-add", "group-add", "person-add", "organisation-add", "survey-import", "account"]
)
def test_a_form_that_was_sent_empty(name, reached, windows):
    seen = reached[name]
    page = windows(seen.who)
    page.goto(seen.path)
    for field in page.locator("main input[type=text], main input:not([type])").all():
        field.fill("")
    with page.expect_navigation() as sent:
        page.locator("main form[method=post] button[type=submit]").first.click()
    assert sent.value.status in {409, 422}
    assert look_at(page) == []


@pytest.mark.parametrize(
    ("who", "button"),
    [("coordinator", "Make a sign-in link"), ("administrator", "Make a first sign-in link")],
)
def test_a_one_time_link(windows, port, who, button):
    """The page on which somebody gets a link to hand over, and the page it leads to."""
    with signed_in(port, who) as client:
        paths = re.findall(r'href="(/people/[0-9a-f-]{36})"', client.get("/people").text)
        offered = re.compile(rf"<button[^>]*(?<!disabled)>{button}")
        path = next(path for path in paths if offered.search(client.get(path).text))
    page = windows(who)
    page.goto(path)
    with page.expect_navigation() as made:
        page.get_by_role("button", name=button, exact=True).click()
    assert made.value.status == 200
    assert look_at(page) == []
    secret = re.search(r"/link/[\w-]{20,}", page.content())[0]
    page = windows("")
    assert page.goto(secret).status == 200
    assert look_at(page) == []


def test_helping_back_in_whoever_has_left(windows, port):
    """Somebody is added, her only role is ended, and the administrator gives her one again, by number."""
    with signed_in(port, "coordinator") as client:
        hers = client.get(re.search(r'href="(/people/[0-9a-f-]{36})"', client.get("/people").text)[1])
        add = re.search(r'href="(/organisations/[0-9a-f-]{36})"', hers.text)[1] + "/people/add"
        sent = {"name": "Gone Again", "role": "relay", "csrfmiddlewaretoken": client.get(add).token()}
        her_page = client.post(add, **sent).location
        end = re.search(r'href="(/memberships/[0-9a-f-]{36}/end)"', client.get(her_page).text)[1]
        assert client.post(end, csrfmiddlewaretoken=client.get(end).token()).status == 303
    page = windows("administrator")
    page.goto(her_page)
    for link in (page.get_by_role("link", name="Give her a role again"), page.locator("main ul a").first):
        with page.expect_navigation() as opened:
            link.click()
        assert opened.value.status == 200
        assert look_at(page) == []
    assert "Gone Again" not in page.content()


def test_closing_an_account(windows, port):
    with signed_in(port, "administrator") as client:
        paths = re.findall(r'href="(/people/[0-9a-f-]{36})"', client.get("/people").text)
        path = next(path for path in paths if f'href="{path}/account"' in client.get(path).text)
    page = windows("administrator")
    assert page.goto(f"{path}/account").status == 200
    assert look_at(page) == []


def test_a_file_of_answers_that_asks_something(reached, windows, port):
    """Two rows, of which one can't be read: what is to become of the other, and calling it off."""
    seen = reached["survey-import"]
    units = seen.path.replace("/import", "/units.csv")
    with signed_in(port, seen.who) as client:
        header, good, bad = client.get(units).text.lstrip("\ufeff").splitlines()[:3]
    rows = [with_answer(good, "unit"), with_answer(bad, "nonsense")]
    page = windows(seen.who)
    page.goto(seen.path)
    page.locator("input[type=file]").set_input_files(
        {"name": "asked.csv", "mimeType": "text/csv", "buffer": "\n".join([header, *rows]).encode()}
    )
    page.locator("input[name=replace]").check()  # some have answered already
    with page.expect_navigation() as sent:
        page.locator("main form[enctype] button[type=submit]").click()
    assert sent.value.status == 409
    assert look_at(page) == []
    page.get_by_role("link", name="asked.csv").click()
    page.wait_for_url("**/imports/*")
    assert page.get_by_role("button", name="Take in the one row").count() == 1
    assert look_at(page) == []
    page.get_by_role("link", name="Call it off").click()
    page.wait_for_url("**/call-off")
    assert look_at(page) == []
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.wait_for_url("**/imports/*")
    assert page.locator("h1").inner_text().startswith("This file was called off")
    assert look_at(page) == []


def with_answer(row, answer):
    """A unit's line of the list of units with the first question answered."""
    [cells] = csv.reader([row])
    cells[4] = answer
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().strip()
