"""Each sentence is plain text that knows its code and its numbers."""

import json
import string

import pytest

from alongside_evidence.sentences import SENTENCES, at_level, said, say

NUMBERS = {
    "value": 0.25,
    "subject": "food",
    "activity": "food",
    "answer": "n/a",
    "by": "region",
    "raked": "region",
}


def about(code):
    names = [name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name]
    return {name: NUMBERS.get(name, 1234) for name in names}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_says_what_it_is_about(code):
    sentence = say(code, **about(code))
    assert said(sentence) == [{"code": code, "about": about(code)}]
    assert "{" not in sentence
    assert json.loads(json.dumps({"refused": sentence})) == {"refused": str(sentence)}


def test_one_is_no_plural():
    assert say("few-answers", n=1) == "can't be said from 1 answer"
    assert say("few-answers", n=2) == "can't be said from 2 answers"


def test_what_holds_at_one_level_is_one_sentence_of_several_parts():
    reasons = [say("lower-has-no-bca"), say("upper-too-far", outside=10, replicates=1000)]
    whole = at_level(0.99, reasons, say("lower-stands", value=0.123456))
    assert whole == (
        "at 99 % the lower limit has no BCa value, since 1 - a (z0 + z) is not above 0; the upper limit would have "
        "fewer than 10 of the 1,000 resamples outside it, and no larger number of replicates that could be drawn "
        "would mend it (the lower limit alone stands: 0.1235)"
    )
    assert [part["code"] for part in said(whole)] == ["lower-has-no-bca", "upper-too-far", "lower-stands"]


def test_any_other_text_is_made_of_nothing():
    assert said("can't be said") == []
