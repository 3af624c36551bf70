"""Questions while they are written: what can be asked, and what things are called in files."""

from decimal import Decimal

import pytest

from alongside.commons.forms import making
from alongside.commons.forms.making import Wording


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (Wording("text", "Why?"), []),
        (Wording("text", "  "), ["no-text"]),
        (Wording("coordination", "Who?"), ["kind"]),
        (Wording("poem", "Who?"), ["kind"]),
        (Wording("choice", "Which?", labels=("a", "b")), []),
        (Wording("choice", "Which?", labels=("a",)), ["how-many"]),
        (Wording("several", "Which?", labels=tuple(str(n) for n in range(31))), ["how-many"]),
        (Wording("several", "Which?", labels=("Yes", " yes ")), ["twice"]),
        (Wording("number", "How many?", least=Decimal(1), most=Decimal(1)), []),
        (Wording("number", "How many?", least=Decimal(2), most=Decimal(1)), ["most-below-least"]),
        (Wording("number", "How many?", most=Decimal(1)), []),
    ],
)
def test_what_can_be_asked(said, codes):
    assert [reason.code for reason in making.why_not_ask(said)] == codes


@pytest.mark.parametrize(
    ("text", "taken", "key"),
    [
        ("How many volunteers?", (), "how-many-volunteers"),
        ("How many volunteers?", ("how-many-volunteers",), "how-many-volunteers-2"),
        ("3 meals", (), "question-3-meals"),
        ("Хто допомагає?", (), "question"),
        ("Хто допомагає?", ("question", "question-2"), "question-3"),
        ("=SUM(A1)", (), "suma1"),
        ("a" * 90, (), "a" * 36),
    ],
)
def test_what_a_question_is_called_in_files(text, taken, key):
    assert making.key_for(text, taken) == key
    assert making.why_not_key(key, taken) == []


@pytest.mark.parametrize("key", ["", "9lives", "Boat", "a b", "-a", "=a", "a" * 41])
def test_what_nothing_is_called_in_files(key):
    assert [reason.code for reason in making.why_not_key(key, ())] == ["key"]


YES_NO = [("yes", "Yes"), ("no", "No")]


@pytest.mark.parametrize(
    ("labels", "before", "codes"),
    [
        (["Yes", "No"], [], ["yes", "no"]),
        (["Yes!", "yes?"], [], ["yes", "yes-2"]),
        (["No", "Yes"], YES_NO, ["no", "yes"]),
        # Put into other words: the same answer still.
        (["Yes, often", "No"], YES_NO, ["yes", "no"]),
        # One more, one less: what stands keeps its code.
        (["Yes", "Perhaps", "No"], YES_NO, ["yes", "perhaps", "no"]),
        (["No"], YES_NO, ["no"]),
        # A code that was of another answer is not given to a new one.
        (["Maybe", "Yes 2", "No"], [("maybe", "Sometimes"), ("no", "No")], ["maybe-2", "yes-2", "no"]),
        (["Так", "Ні"], [], ["answer", "answer-2"]),
    ],
)
def test_an_answer_that_stays_keeps_its_code(labels, before, codes):
    assert making.codes_for(labels, before) == codes
