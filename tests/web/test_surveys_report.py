"""One self-contained page for the command line."""

import re
import subprocess
import sys

import pytest
from django.utils import translation

from alongside.web.report import render_report
from alongside_evidence import coordination_table, shares

COLUMNS = {
    "day": ["unit"] * 30 + ["together"] * 4 + ["other"] * 6,
    "physical": ["unit"] * 12 + ["together"] * 12 + ["organisation"] * 10 + [""] * 6,
    "<script>alert(1)</script>": ["unit"] * 20 + ["organisation"] * 20,
}


@pytest.fixture(scope="module")
def coordination():
    table = coordination_table(COLUMNS, statutory=["day"], sensitivity=["physical"], replicates=1000, seed=3)
    with translation.override("en"):
        return render_report(table.as_dict(), "my answers.csv")


@pytest.fixture(scope="module")
def answer_shares():
    table = shares(
        ["yes"] * 20 + ["no"] * 15 + [None] * 3,
        by=["a", "b"] * 19,
        column="Do you sing?",
        by_name="place",
        replicates=1000,
        seed=3,
    )
    with translation.override("en"):
        return render_report(table.as_dict(), "songs.csv")


@pytest.mark.parametrize("page", ["coordination", "answer_shares"])
def test_the_page_asks_nothing_of_any_server(request, page):
    html = request.getfixturevalue(page)
    assert html.startswith("<!doctype html>")
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', html)
    assert "<link" not in html
    assert 'id="al-unit"' in html
    assert "--unit: #2f3e8f" in html
    assert "@import" not in html


def test_it_shows_the_table_and_how_to_make_it_again(coordination):
    assert "88.2" in coordination
    assert "How this was computed" in coordination
    assert "--seed 3" in coordination
    assert "my answers.csv" in coordination


def test_what_stands_in_the_file_is_never_run(coordination):
    assert "<script>alert(1)</script>" not in coordination
    assert "&lt;script&gt;" in coordination


@pytest.mark.parametrize(
    ("way", "words"), [("holm", "adjusted for their number"), ("max-t", "intervals that hold all at once")]
)
def test_comparisons_taken_together_have_a_table_of_their_own(way, words):
    table = coordination_table(
        {**COLUMNS, "few": ["unit"] * 4 + [""] * 36}, statutory=["day"], replicates=1000, seed=3, several=way
    )
    with translation.override("en"):
        html = render_report(table.as_dict(), "a.csv")
    assert words in html
    assert "Here 3 of them are looked at as one family." in html
    assert html.count("from 4 answers") > 2
    assert ("p adjusted" in html) == (way == "holm")


def test_a_small_p_is_never_rounded_to_nothing():
    answers = {"a": ["unit"] * 150 + ["organisation"] * 50, "b": ["organisation"] * 100 + ["unit"] * 100}
    table = coordination_table(answers, statutory=["a"], replicates=20_000, seed=3, several="holm").as_dict()
    small = table["adjustment"]["comparisons"][0]
    small.update(p=2e-6, adjusted_p=0.00312)
    with translation.override("en"):
        html = render_report(table, "a.csv")
    assert "below 0.0001" in html
    assert "at most 0.0032" in html
    assert "at most 0<" not in html


def test_shares_are_shown_with_their_question(answer_shares):
    assert "Do you sing?" in answer_shares
    assert "57.1" in answer_shares


def test_answers_are_counted_once_however_they_are_shown(answer_shares):
    assert "35 answers counted." in answer_shares


def test_pictures_beside_their_numbers_are_not_read_out_again(answer_shares):
    assert 'aria-hidden="true" focusable="false"' in answer_shares
    assert "<title>All answers: yes</title>" not in answer_shares


def test_it_needs_neither_database_nor_data_folder(tmp_path):
    """In a process that knows nothing of Django yet, and in a folder where nothing may be left."""
    program = (
        "from alongside.web.report import render_report; from alongside_evidence import coordination_table;"
        "t = coordination_table({'a': ['unit'] * 12, 'b': ['unit', 'together'] * 6}, statutory=['a'], "
        "replicates=1000, seed=1); print(len(render_report(t.as_dict(), 'x.csv')))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, env={}
    )
    assert ended.stderr == ""
    assert int(ended.stdout) > 20_000
    assert list(tmp_path.iterdir()) == []
