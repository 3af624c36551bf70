"""What a cell says and how an answer is written into one: for every kind of question, both ways."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alongside.assess.surveys.cells import AskedColumn, NotUnderstood, as_meant, reader, safe, written
from alongside.commons.forms.rules import Asked, as_kept, why_not_answer

CODES = ("unit", "organisation", "together", "other", "unsure")
LABELS = {"often": ("Often", "Ofte"), "seldom": ("Seldom; or never", "Sjelden")}
ASKED = {
    "coordination": Asked("social", CODES),
    "choice": Asked("how", ("often", "seldom"), kind="choice"),
    "several": Asked("which", ("often", "seldom"), kind="several"),
    "number": Asked("many", kind="number", least=Decimal(0), most=Decimal(100)),
    "whole": Asked("many", kind="number", is_whole=True),
    "text": Asked("words", kind="text"),
}


def said(kind, cell):
    return reader(AskedColumn("key", "Text", ASKED[kind], labels=LABELS))(cell)


@pytest.mark.parametrize(
    ("kind", "cell", "answer"),
    [
        ("coordination", "Together", "together"),
        ("coordination", "not offered", ""),
        ("coordination", "-", ""),
        ("choice", "often", "often"),
        ("choice", " OFTE ", "often"),
        ("choice", "Seldom; or never", "seldom"),
        ("several", "often", ["often"]),
        ("several", "Sjelden; Ofte;", ["often", "seldom"]),
        ("several", "often | seldom | often", ["often", "seldom"]),
        ("several", "Seldom; or never", ["seldom"]),
        ("several", "often\nseldom", ["often", "seldom"]),
        ("number", "12,50", "12.5"),
        ("number", "12.0", "12"),
        ("number", "0", "0"),
        ("whole", "-1 000", "-1000"),
        ("text", "  two\r\nlines ", "two\nlines"),
        ("text", "-", "-"),
        ("text", "'=1+1", "=1+1"),
        ("text", "'t was so", "'t was so"),
    ],
)
def test_what_a_cell_says(kind, cell, answer):
    assert said(kind, cell) == answer
    assert not said(kind, "")


@pytest.mark.parametrize(
    ("kind", "cell", "code", "expected"),
    [
        ("coordination", "togethr", "not-a-choice", "did you mean “together”?"),
        ("choice", "sometimes", "not-a-choice", "often, seldom or an empty cell"),
        ("several", "often; sometimes", "not-a-choice", "any of often, seldom with semicolons between them"),
        ("number", "many", "not-a-number", "Write a number"),
        ("number", "101", "too-large", "Write 100 or less."),
        ("whole", "1.5", "not-whole", "Write a whole number"),
        ("text", "x" * 2001, "too-long", "too long"),
    ],
)
def test_what_does_not_fit_is_said_with_what_would(kind, cell, code, expected):
    with pytest.raises(NotUnderstood) as caught:
        said(kind, cell)
    assert caught.value.code == code
    assert expected in caught.value.expected


@given(some.text())
def test_a_safe_cell_means_what_it_meant(cell):
    assert as_meant(safe(cell)) == cell


@given(
    some.lists(some.sampled_from(["'", "=", "+", "-", "@", ";", '"', " ", "\n", "1", "a", "＝"]), max_size=8)
)
def test_so_does_one_of_nothing_but_trouble(signs):
    cell = "".join(signs)
    assert as_meant(safe(cell)) == cell


@pytest.mark.parametrize("cell", ["=1", "+1-1", "-x", "@x", "a\n=1", "a; @x", "'=1"])
def test_no_cell_is_run(cell):
    assert "'" in safe(cell)


@given(some.data())
def test_every_answer_that_is_kept_is_read_again(data):
    kind = data.draw(some.sampled_from(sorted(ASKED)))
    asked = ASKED[kind]
    if kind in ("coordination", "choice"):
        answer = data.draw(some.sampled_from(asked.choices))
    elif kind == "several":
        answer = data.draw(some.lists(some.sampled_from(asked.choices), min_size=1))
    elif kind == "text":
        answer = data.draw(some.text(max_size=200))
    else:
        answer = data.draw(some.decimals(-100, 100, places=0 if kind == "whole" else 6).map(str))
    if why_not_answer(asked, answer):
        return
    kept = as_kept(asked, answer)
    # A file's reader takes surrounding blanks away.
    assert (said(kind, written(kept).strip()) or "") == (kept or "")
