"""Choosing a language: by keyboard alone, without JavaScript, and found again at the next sign-in."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def lang(page):
    return page.locator("html").get_attribute("lang")


def test_by_keyboard_and_without_javascript(visit):
    page = visit(locale="en-GB", java_script_enabled=False, width=320)
    page.goto("/sign-in")
    assert lang(page) == "en"
    page.get_by_text("Languages: English").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Norsk bokmål")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert lang(page) == "nb"
    expect(page.get_by_role("heading", level=1)).to_have_text("Logg inn")


def test_the_first_visit_is_in_the_browser_s_language(visit):
    page = visit(locale="nb-NO")
    page.goto("/demo")
    assert lang(page) == "nb"
    expect(page.get_by_role("heading", level=1)).to_have_text("Hvem vil du være?")


def test_a_choice_goes_with_the_person(visit):
    first = visit(locale="en-GB")
    first.goto("/demo")
    with first.expect_navigation():
        first.locator("form[action='/demo/as/relay'] button").click()
    first.get_by_text("Languages: English").click()
    with first.expect_navigation():
        first.get_by_role("button", name="Norsk bokmål").click()
    assert lang(first) == "nb"
    second = visit(locale="en-GB")
    second.goto("/demo")
    assert lang(second) == "en"
    with second.expect_navigation():
        second.locator("form[action='/demo/as/relay'] button").click()
    assert lang(second) == "nb"
    expect(second.get_by_role("link", name=re.compile("^Du er "))).to_be_visible()
    second.get_by_text("Språk: Norsk bokmål").click()
    with second.expect_navigation():
        second.get_by_role("button", name="English").click()
    assert lang(second) == "en"
