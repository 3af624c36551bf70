"""Every language is complete, and says what the English says: the same placeholders, numbers and mark-up."""

import re
from collections import Counter
from functools import partial

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils import translation

from alongside.web.shell import messages
from alongside.web.shell.messages import LOCALE

LANGUAGES = messages.languages()
KEPT = re.compile(r"%\([a-z_0-9]+\)[a-z]|\{[a-z_0-9]*\}|<[^<>]*>|&[a-z0-9#]+;|%%|\n")
ENDS = ".:?!…"
# Words that are the same in Norwegian: names, and a few that both languages have.
SAME = {
    "nb": {
        "%(count)s MB",
        "%(count)s kB",
        "Alongside",
        "Amina Osei",
        "Bjørn",
        "Fjordby",
        "Newcombe 1998",
        "Skogly",
        "Start",
        "administrator",
        "bootstrap, BCa",
        "evaluator",
        "for %(place)s",
        "n under 5",
        "person",
        "Person",
        "Person %(number)s",
        "problem",
        "region",
    }
}


def texts(language):
    """Each text with its translation, singular and plural apart."""
    for text in messages.translations(language):
        if text.id:
            one = isinstance(text.id, str)
            yield from zip([text.id] if one else text.id, [text.string] if one else text.string, strict=True)


def test_each_language_of_the_settings_has_its_folder():
    named = {code for code, _ in settings.LANGUAGES} - {settings.PSEUDO_LOCALE, "en"}
    assert named == {language.lower().replace("_", "-") for language in LANGUAGES} == {"nb"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_and_nothing_is_left_over(language):
    assert list(messages.missing(language)) == []
    assert list(messages.gone(language)) == []
    assert [text.id for text in messages.translations(language) if text.id and text.fuzzy] == []
    assert list(messages.translations(language).obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_mark_up_come_through(language):
    assert [
        (text, told)
        for text, told in texts(language)
        if Counter(KEPT.findall(text)) != Counter(KEPT.findall(told))
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_stays_a_sentence(language):
    """It ends with the same sign and begins with as large a letter, and quotes as the language does."""
    wrong = [
        (text, told)
        for text, told in texts(language)
        if (text[-1] if text[-1] in ENDS else "") != (told[-1] if told[-1] in ENDS else "")
        or (text[0].isalpha() and told[0].isalpha() and text[0].isupper() != told[0].isupper())
        or re.search('[“”"]', re.sub("<[^>]*>", "", told))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_was_left_in_english(language):
    same = {text for text, told in texts(language) if text == told and re.search(r"[^\W\d_]{2}", told)}
    in_words = {text for text in same if re.search(r"[^\W\d_]{2}", KEPT.sub("", text))}
    assert in_words == SAME[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_program_says_what_the_catalogue_says(language):
    with translation.override(language):
        for text in messages.translations(language):
            if isinstance(text.id, str):
                told = (
                    translation.gettext if not text.context else partial(translation.pgettext, text.context)
                )
                assert not text.id or told(text.id) == text.string
            else:
                assert tuple(translation.ngettext(*text.id, number) for number in (1, 2)) == text.string


def catalogue(*rows, **more):
    made = Catalog(locale="nb")
    for text, told in rows:
        made.add(text, told, **more)
    return made


def test_a_translation_is_kept_as_long_as_its_text_stands():
    known = catalogue(
        ("Kept", "Beholdt"), ("Gone", "Borte"), (("%(n)s row", "%(n)s rows"), ("%(n)s rad", "%(n)s rader"))
    )
    now = catalogue(("Kept", ""), ("New", ""), (("%(n)s row", "%(n)s rows"), ("", "")))
    made = messages.brought_up_to_date(known, now)
    assert {text.id: text.string for text in made if text.id} == {
        "Kept": "Beholdt",
        "New": "",
        ("%(n)s row", "%(n)s rows"): ("%(n)s rad", "%(n)s rader"),
    }
    assert [text.id for text in made if text.id and messages.is_missing(text)] == ["New"]


def test_a_guess_is_no_translation_and_neither_is_one_form_of_two():
    guessed = messages.brought_up_to_date(
        catalogue(("Text", "Tekst"), flags=["fuzzy"]), catalogue(("Text", ""))
    )
    assert guessed.get("Text").string == ""
    halved = messages.brought_up_to_date(catalogue(("row", "rad")), catalogue((("row", "rows"), ("", ""))))
    assert halved.get("row").string == ("", "")


def test_checking_writes_nothing_and_says_what_is_to_be_done(tmp_path, capsys):
    file = tmp_path / "nb" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    whole = (LOCALE / "nb" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    file.write_text(whole.replace('msgstr "Hjem"', 'msgstr ""'), encoding="utf-8")
    assert messages.main(["--check"], tmp_path) == 1
    said = capsys.readouterr().out
    assert re.search(r"web/shell/frame\.py:\d+: 'Home' is not translated into nb", said)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["django.po"]
    assert messages.main([], tmp_path) == 0
    assert {path.name for path in tmp_path.rglob("*.*")} == {"django.pot", "django.po", "django.mo"}
    file.write_text(whole, encoding="utf-8")
    messages.main([], tmp_path)
    capsys.readouterr()
    assert messages.main(["--check"], tmp_path) == 0
    assert capsys.readouterr().out == ""
