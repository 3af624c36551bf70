"""A questionnaire in several languages: what is translated, what is missing, what is offered."""

import pytest
from django.utils import translation

from alongside.assess.surveys import making, queries, questionnaire
from alongside.core.kit.refusal import NotVisible, Refused
from tests.factories import surveys as made

PSEUDO = "qps-plocm"


@pytest.fixture
def by(house):
    return house.as_("researcher")


@pytest.fixture
def draft(house, by):
    """One activity of the catalogue, and a question of its own."""
    draft = made.draft(house)
    making.ask_activities(draft, by=by, activities=["social"])
    making.add_question(
        draft, by=by, kind="choice", text="Is there enough time?", help="Think of May.", labels=["Yes", "No"]
    )
    return draft


def read(survey):
    survey = type(survey).objects.select_related("version").get(pk=survey.pk)
    return survey, queries.asked_questions(survey)


def missing(survey, language):
    survey, asked = read(survey)
    found = questionnaire.missing(survey.version, survey.title, asked, language)
    return [(each.question, each.part, each.code) for each in found]


def offered(survey):
    survey, asked = read(survey)
    return questionnaire.offered(survey.version, survey.title, asked)


OWN = "is-there-enough-time"
LACKING = [
    ("", "title", ""),
    (OWN, "text", ""),
    (OWN, "help", ""),
    (OWN, "label", "yes"),
    (OWN, "label", "no"),
]


def test_everything_that_the_interface_does_not_say_is_missing(draft, by):
    making.choose_languages(draft, by=by, languages=["uk"])
    codes = [("social", "label", code) for code in questionnaire.CODE_WORDS]
    assert missing(draft, "uk") == [LACKING[0], ("social", "text", ""), *codes, *LACKING[1:]]
    assert missing(draft, PSEUDO) == LACKING  # a language of the interface: what is standard is there


def test_a_language_is_offered_once_nothing_is_missing(draft, by):
    making.choose_languages(draft, by=by, languages=["uk"])
    assert offered(draft) == ["en"]
    texts = dict.fromkeys(missing(draft, "uk"), "…")
    last = texts.popitem()
    making.translate(draft, by=by, language="uk", texts=texts)
    assert missing(draft, "uk") == [last[0]]
    assert offered(draft) == ["en"]
    making.translate(draft, by=by, language="uk", texts=dict([last]))
    assert offered(draft) == ["en", "uk"]
    making.translate(draft, by=by, language="uk", texts={last[0]: " "})
    assert missing(draft, "uk") == [last[0]]


def test_answers_to_who_coordinates_are_translated_once_for_all(draft, by):
    making.choose_languages(draft, by=by, languages=["uk"])
    making.ask_activities(draft, by=by, activities=["social", "physical"])
    making.translate(draft, by=by, language="uk", texts={("social", "label", "unit"): "Установа"})
    _survey, asked = read(draft)
    assert {q.labels["unit"]["uk"] for q in asked if q.kind == "coordination"} == {"Установа"}


def test_a_survey_is_not_opened_in_a_language_that_lacks_texts(draft, by, house):
    making.choose_languages(draft, by=by, languages=["nb"])
    with pytest.raises(Refused) as refused:
        making.ask_units(draft, by=by, units=[house.unit], sides=["staff"])
    (reason,) = refused.value.reasons
    assert reason.code == "incomplete"
    assert "Norwegian Bokmål lacks" in str(reason)
    assert "“Being made”" in str(reason)
    making.choose_languages(draft, by=by, languages=[])
    making.ask_units(draft, by=by, units=[house.unit], sides=["staff"])


def test_standard_questions_alone_speak_every_language_of_the_interface(house):
    survey = made.survey(house)
    assert offered(survey) == ["en", "nb", PSEUDO]
    row, asked = read(survey)
    item = questionnaire.items(row.version, asked, PSEUDO)[0]
    assert item.text.startswith("⟦")
    assert all(words.startswith("⟦") for _code, words in item.choices)


def test_words_stand_in_the_language_asked_for_and_else_in_the_main_one(draft, by):
    making.choose_languages(draft, by=by, languages=["nb"])
    making.translate(
        draft,
        by=by,
        language="nb",
        texts={(OWN, "text", ""): "Er det nok tid?", (OWN, "label", "yes"): "Ja", ("x", "text", ""): "Z"},
    )
    row, asked = read(draft)
    item = questionnaire.items(row.version, asked, "nb")[-1]
    assert (item.text, item.help) == ("Er det nok tid?", "Think of May.")
    assert item.choices == (("yes", "Ja"), ("no", "No"))
    assert item.words("yes") == "Ja"
    assert item.rules.text == "Er det nok tid?"


@pytest.mark.parametrize(("part", "longest"), [("title", 200), ("text", 500), ("label", 200)])
def test_a_text_that_is_too_long_is_refused(draft, by, part, longest):
    making.choose_languages(draft, by=by, languages=["nb"])
    place = next(each for each in LACKING if each[1] == part)
    making.translate(draft, by=by, language="nb", texts={place: "x" * longest})
    with pytest.raises(Refused) as refused:
        making.translate(draft, by=by, language="nb", texts={place: "x" * (longest + 1)})
    assert refused.value.reasons[0].field == questionnaire.place_of(*place)


def test_only_languages_that_there_are(draft, by):
    for wrong in (["xx"], ["english"], [""], ["../x"]):
        with pytest.raises(Refused):
            making.choose_languages(draft, by=by, languages=wrong)
    with pytest.raises(NotVisible):
        making.translate(draft, by=by, language="en", texts={})


@pytest.mark.parametrize(
    ("wanted", "page", "found"),
    [("nb", "en", "nb"), ("", "nb", "nb"), ("", "uk", "en"), ("uk", "nb", "nb"), ("uk", "de", "en")],
)
def test_the_language_that_was_chosen_comes_first(wanted, page, found):
    with translation.override(page):
        assert questionnaire.chosen(wanted, ["en", "nb"]) == found


def test_languages_have_names_and_directions():
    assert questionnaire.language_name("nb") == "Norwegian Bokmål"
    assert questionnaire.language_name("nb", own=True) == "norsk bokmål"
    assert [questionnaire.direction(code) for code in ("en", "ar", PSEUDO)] == ["ltr", "rtl", "rtl"]
