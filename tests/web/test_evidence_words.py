"""Each sentence of the evidence library has words of its own here, about the same things, and numbers by locale."""

import re

import pytest
from django.utils import translation

from alongside.web.shell import evidence_words
from alongside.web.shell.evidence_words import ALWAYS_ONE, COUNTED, worded
from alongside_evidence.sentences import SENTENCES, at_level, said, say
from tests.alongside_evidence.test_sentences import about


def refused(sentence, level=0.95):
    return {"level": level, "refused": str(sentence), "why": said(sentence)}


def test_each_code_has_its_words_and_no_word_is_without_a_code():
    assert {*ALWAYS_ONE, *COUNTED} == set(SENTENCES)


def plain(text):
    """Without brackets and quotation marks, and placeholders written one way."""
    return re.sub("[()“”]", "", re.sub(r"%\((\w+)\)s", r"{\1}", re.sub(r"\{(\w+):[^}]*\}", r"{\1}", text)))


@pytest.mark.parametrize("code", SENTENCES)
def test_in_english_it_is_the_library_s_own_sentence(code):
    many = COUNTED[code][-1] if code in COUNTED else ALWAYS_ONE[code]
    assert plain(many.replace("%%", "%")) == plain(SENTENCES[code])


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_can_be_said_in_norwegian(code):
    with translation.override("nb"):
        told = worded(refused(say(code, **about(code))))["refused"]
    assert told != say(code, **about(code))
    assert "%" not in re.sub(r"\d\s%", "", told)


def test_numbers_are_written_by_locale_and_activities_by_name():
    few = say("few-answers-about", n=9, activity="social")
    many = at_level(0.99, [say("lower-needs-more", outside=10, replicates=2000, enough=30000)])
    halved = at_level(0.995, [say("upper-has-no-bca")], say("lower-stands", value=0.1234))
    with translation.override("nb"):
        told = worded(
            [refused(few), refused(many, 0.99), refused(halved, 0.995)], {"social": "Sosiale aktiviteter"}
        )
    assert [each["refused"] for each in told] == [
        "kan ikke sies ut fra 9 svar om «Sosiale aktiviteter»",
        (
            "ved 99\u00a0%: nedre grense ville hatt færre enn 10 av de 2\u00a0000 trekningene utenfor seg; flere "
            "trekninger løser det, minst 30\u00a0000"
        ),
        (
            "ved 99,5\u00a0%: øvre grense har ingen BCa-verdi, siden 1 - a (z0 + z) ikke er over 0; "
            "bare nedre grense står: 0,123"
        ),
    ]


def test_notes_are_worded_too():
    table = {"notes": ["x", "y"], "notes_said": [said(say("clusters", n=1200)), []]}
    with translation.override("nb"):
        assert worded(table)["notes"] == [
            "Enhetene kommer i 1\u00a0200 klynger; hele klynger trekkes, og bare klynger som svarte, teller.",
            "y",
        ]


@pytest.mark.parametrize("why", [None, [], [{"code": "unheard-of", "about": {}}]])
def test_what_has_no_words_here_keeps_the_library_s(why):
    interval = {"level": 0.95, "refused": "something new"} | ({} if why is None else {"why": why})
    assert evidence_words.worded(interval)["refused"] == "something new"
