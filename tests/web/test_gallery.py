"""The gallery shows every component there is; one that can't be shown there fails here."""

import re

import pytest
from django.template import engines
from django.urls import Resolver404, resolve

from alongside.web.demonstration import gallery

COMPONENTS = gallery.components()
FOLDERS = sorted(path.name for path in gallery.FOLDER.iterdir())
# Named in the look of things.
LOOK = {
    "thread_badge", "thread_bar", "interval_plot", "summary_list", "question", "error_summary", "notice",
    "person_line", "place_path", "when", "progress", "empty_state", "stepper",
}  # fmt: skip
HERE = "/gallery"


def macros(name):
    """What the file of a component defines, by name; what only itself uses begins otherwise."""
    module = engines["jinja2"].get_template(f"components/{name}/{name}.html").template.module
    return {key: value for key, value in vars(module).items() if hasattr(value, "arguments")}


def test_each_folder_is_a_component_with_a_macro_and_an_example():
    assert [each.name for each in COMPONENTS] == FOLDERS
    assert set(FOLDERS) >= LOOK
    assert [name for name in FOLDERS if not (gallery.FOLDER / name / "example.html").exists()] == []


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda c: c.name)
def test_the_signature_on_top_is_the_macro_s(component):
    written = re.match(r"(\w+)\(([^)]*)\)", component.about)
    assert written, component.about
    macro = macros(component.name)[written[1]]
    told = re.sub(r"\[[^\]]*\]|\{[^}]*\}|\"[^\"]*\"", "", written[2])
    assert (
        tuple(part.partition("=")[0].strip() for part in told.split(",") if part.strip()) == macro.arguments
    )


@pytest.mark.urls("alongside.config.urls_demo")
def test_every_component_is_shown_in_both_directions(house, client):
    page = client.get(HERE).content.decode()
    for component in COMPONENTS:
        [section] = re.findall(
            rf'<section aria-labelledby="part-{component.name}">(.*?)</section>',
            page,
            re.DOTALL,
        )
        assert f"{component.about.splitlines()[0].partition('(')[0]}(" in section
        here, there = section.split('<div class="sample"')[1:]
        assert there.startswith(' lang="ar-XB" dir="rtl">')
        assert "⟦" not in here
        assert len(here) > 30


@pytest.mark.urls("alongside.config.urls_demo")
def test_nothing_on_the_page_has_a_name_twice(house, client):
    names = re.findall(r'\sid="([^"]+)"', client.get(HERE).content.decode())
    assert len(names) > 50
    assert sorted(names) == sorted(set(names))


@pytest.mark.urls("alongside.config.urls_demo")
def test_read_from_right_to_left_it_shows_the_other_direction_too(house, client):
    client.cookies["alongside_language"] = "qps-plocm"
    assert '<div class="sample" lang="en" dir="ltr">' in client.get(HERE).content.decode()


@pytest.mark.urls("alongside.config.urls_demo")
def test_a_button_of_an_example_does_nothing(house, client):
    answer = client.post(HERE)
    assert (answer.status_code, answer.headers["Location"]) == (303, HERE)


def test_no_other_installation_has_it():
    with pytest.raises(Resolver404):
        resolve(HERE, "alongside.config.urls")
