"""Pages of what stands beside what: two sides, two years, those who answered and the rest."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alongside.assess.surveys import actions, comparison_queries
from alongside.assess.surveys.models import Survey, SurveyUnit
from alongside.journeys import work
from tests.conftest import NOW
from tests.factories import surveys as made

BOTH = ("staff", "volunteers")
TODAY = NOW.date()
PAGES = ("survey-compare", "survey-compare-csv", "survey-years", "survey-years-csv")


def two_sided(house, units, *, staff, volunteers, **more):
    """Both sides answered; every fourth pair differs."""
    survey = made.survey(house, of=units, sides=BOTH, opened_on=TODAY, **more)
    made.answer(house, survey, made.turns(survey, staff))
    rows = made.turns(survey, volunteers)
    for code in list(rows)[::4]:
        rows[code] = ["together", "organisation", "unit"]
    made.answer(house, survey, rows, side="volunteers")
    return survey


@pytest.fixture
def years(house):
    """A survey of two sides, and the one of the year before."""
    units = made.units(house, 40)
    before = made.survey(house, of=units[:30], title="Last year", opened_on=TODAY - timedelta(days=400))
    made.answer(house, before, made.turns(before, 30))
    now = two_sided(house, units, staff=36, volunteers=24, title="This year")
    work.run_once(NOW)
    now.refresh_from_db()
    return before, now


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def read(client, page, survey, **query):
    response = client.get(reverse(page, args=[survey.pk]), query)
    assert response.status_code == 200
    return response


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))


def test_who_sees_which_page(house, years, client):
    _before, now = years
    expected = {"researcher": 200, "evaluator": 200, "nobody": 404, "administrator": 404}
    for who, status in expected.items():
        house.sign_in(client, who)
        found = {page: client.get(reverse(page, args=[now.pk])).status_code for page in PAGES}
        assert found == dict.fromkeys(PAGES, status), who


def test_two_sides_for_those_who_answer_for_the_survey(house, years, client):
    _before, now = years
    page = text(read(house.sign_in(client, "researcher"), "survey-compare", now))
    view = comparison_queries.sides(house.as_("researcher"), now, *BOTH)
    first = view.result["rows"][0]
    same = first["agreement"]["observed"]["count"]
    assert f"Staff of the unit and volunteers say the same of {same} of {first['n']} units" in page
    assert "24 units have answers of both." in page
    assert "what both said of the same units" in page
    assert "Cohen’s kappa" in page
    assert "with seed 7" in page
    assert all(print_ in page for print_ in view.fingerprints)


def test_two_sides_for_others(house, years, client):
    _before, now = years
    page = text(read(house.sign_in(client, "evaluator"), "survey-compare", now))
    assert "About 25 units have answers of both." in page
    assert "Small numbers are closed" in page
    for word in ("seed", "kappa", "what both said", "Fingerprint"):
        assert word not in page, word


def test_the_full_table_sums_up(house, years, client):
    _before, now = years
    lines = rows_of(read(house.sign_in(client, "researcher"), "survey-compare-csv", now))
    cells = [line for line in lines if line["line"] == "cell"]
    by_activity = {}
    for line in cells:
        by_activity[line["activity"]] = by_activity.get(line["activity"], 0) + int(line["count"])
    assert set(by_activity.values()) == {24}
    observed = [line for line in lines if line["line"] == "observed"]
    for line in observed:
        said = ("unit", "together", "organisation")
        held = [
            int(c["count"])
            for c in cells
            if c["activity"] == line["activity"] and c["first"] == c["second"] and c["first"] in said
        ]
        assert int(line["count"]) == sum(held)


def test_the_file_for_others_holds_no_cell(house, years, client):
    _before, now = years
    lines = rows_of(read(house.sign_in(client, "evaluator"), "survey-compare-csv", now))
    assert {line["line"] for line in lines} == {"observed"}
    assert {int(line["n"]) % 5 for line in lines if line["n"].isdigit()} <= {0}


def test_one_side_alone_says_what_would_stand_there(house, client):
    survey = made.survey(house)
    page = text(read(house.sign_in(client, "researcher"), "survey-compare", survey))
    assert "This survey asks one side alone: staff of the unit." in page
    assert "Two sides will stand beside each other here" in page


def test_no_answers_of_both_sides_yet(house, client):
    survey = made.survey(house, of=12, sides=BOTH)
    made.answer(house, survey, made.turns(survey, 12))
    work.run_once(NOW)
    page = text(read(house.sign_in(client, "researcher"), "survey-compare", survey))
    assert "There are no answers of both sides yet" in page
    others = text(read(house.sign_in(client, "evaluator"), "survey-compare", survey))
    assert "shown once both their tables are released" in others


def test_too_few_pairs_are_said_in_words(house, client):
    units = made.units(house, 12)
    survey = two_sided(house, units, staff=12, volunteers=6)
    work.run_once(NOW)
    page = text(read(house.sign_in(client, "researcher"), "survey-compare", survey))
    assert re.search(r"can&#39;t be said from \d pairs?", page)
    assert "say the same of" not in page.split("In all")[0].split("How often")[1]


def test_two_of_three_sides_are_picked(house, client):
    survey = made.survey(house, sides=(*BOTH, "served"))
    page = read(
        house.sign_in(client, "researcher"), "survey-compare", survey, one="served", other="volunteers"
    )
    chosen = re.findall(r'value="(\w+)" selected', page.content.decode())
    assert chosen == ["volunteers", "served"]
    wrong = client.get(reverse("survey-compare", args=[survey.pk]), {"one": "organisation"})
    assert wrong.status_code == 404


def test_this_year_beside_last(house, years, client):
    before, now = years
    page = text(read(house.sign_in(client, "researcher"), "survey-years", now))
    assert "What has changed since the earlier survey" in page
    assert "30 units answered then, 36 now; 30 of them answered both times." in page
    assert "in both" in page
    lines = rows_of(read(client, "survey-years-csv", now, **{"with": str(before.pk)}))
    assert len(lines) == 9
    for line in lines:
        if line["earlier_share"] and line["later_share"]:
            change = float(line["later_share"]) - float(line["earlier_share"])
            assert float(line["difference"]) == pytest.approx(change, abs=2e-6)


def test_this_year_beside_last_for_others(house, years, client):
    _before, now = years
    page = text(read(house.sign_in(client, "evaluator"), "survey-years", now))
    assert "30 units were asked both times." in page
    assert "a little too wide" in page
    assert "in both" not in page
    assert "seed" not in page


def test_an_earlier_survey_that_may_not_be_seen_is_not_there(house, years, client):
    before, now = years
    Survey.objects.filter(pk=before.pk).update(scope=house.municipality.scope)
    house.sign_in(client, "researcher")
    page = text(read(client, "survey-years", now))
    assert "An earlier survey will stand beside this one here" in page
    assert "Last year" not in page
    asked = client.get(reverse("survey-years", args=[now.pk]), {"with": before.pk})
    assert asked.status_code == 404


def test_no_earlier_survey(house, client):
    survey = made.survey(house)
    page = text(read(house.sign_in(client, "researcher"), "survey-years", survey))
    assert "There is no earlier survey of the same owner" in page


def test_a_side_that_was_not_asked_before(house, years, client):
    before, now = years
    query = {"with": str(before.pk), "side": "volunteers"}
    page = text(read(house.sign_in(client, "researcher"), "survey-years", now, **query))
    assert "An earlier survey will stand beside this one here" in page


def test_a_problem_is_told_to_those_who_can_mend_it(house, years, client):
    _before, now = years
    task = "sides staff volunteers"
    actions.keep_problem(now, by=house.worker, task=task, revision=now.revision + 1, text="It went wrong.")
    Survey.objects.filter(pk=now.pk).update(revision=now.revision + 1)
    assert "It went wrong." in text(read(house.sign_in(client, "researcher"), "survey-compare", now))
    assert "It went wrong." not in text(read(house.sign_in(client, "evaluator"), "survey-compare", now))


QUERIES = {
    "survey-compare": 9,
    "survey-compare-csv": 7,
    "survey-years": 13,
    "survey-years-csv": 11,
    "survey-response-csv": 6,
}


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_as_many_queries_for_many_units_as_for_one(house, client, count):
    units = made.units(house, count)
    before = made.survey(house, of=units, title="Last year", opened_on=TODAY - timedelta(days=400))
    made.answer(house, before, made.turns(before, count))
    now = two_sided(house, units, staff=count, volunteers=count)
    work.run_once(NOW)
    house.sign_in(client, "researcher")
    taken = {}
    for page in QUERIES:
        with CaptureQueriesContext(connection) as captured:
            read(client, page, now)
        taken[page] = len(captured)
    assert taken == QUERIES


# --- those who answered and the rest -------------------------------------------------------------------


@pytest.fixture
def uneven(house):
    """Sixty units of known size, of which the small ones answered less."""
    survey = made.survey(house, of=60)
    asked = list(SurveyUnit.objects.filter(survey=survey).order_by("code"))
    for place, unit in enumerate(asked):
        unit.size = 10 if place < 30 else 60
    SurveyUnit.objects.bulk_update(asked, ["size"])
    rows = made.turns(survey, 60)
    answered = [code for place, code in enumerate(rows) if place >= 30 or place % 3 == 0]
    made.answer(house, survey, {code: rows[code] for code in answered[:-5]})
    work.run_once(NOW)
    return survey


def test_small_units_that_answered_less_are_named(house, uneven, client):
    page = text(read(house.sign_in(client, "researcher"), "survey-response", uneven))
    assert "“Up to 19 people” answered less than “50 people and more”: 33 % against 83 %." in page
    assert "Evenness 0.50 of 1" in page
    assert "a large difference" in page
    assert "all 25 units that have not answered" in page
    assert "at least" in page


def test_others_see_the_groups_of_the_last_release_and_no_sizes(house, uneven, client):
    page = text(read(house.sign_in(client, "evaluator"), "survey-response", uneven))
    assert "33 % against 83 %" in page
    assert "standard deviations" not in page


def test_closed_groups_are_not_compared(house, client):
    survey = made.computed(house)
    page = text(read(house.sign_in(client, "evaluator"), "survey-response", survey))
    assert "The groups are closed here" in page
    assert "Evenness" not in page


def test_nobody_is_missing_where_all_have_answered(house, client):
    survey = made.survey(house, of=12)
    made.answer(house, survey, made.turns(survey, 12))
    work.run_once(NOW)
    page = text(read(house.sign_in(client, "researcher"), "survey-response", survey))
    assert "Every unit has answered, so nobody is missing." in page


def test_who_answered_as_a_file(house, uneven, client):
    lines = rows_of(read(house.sign_in(client, "researcher"), "survey-response-csv", uneven))
    small = next(line for line in lines if line["group"] == "Up to 19 people")
    assert (small["by"], small["asked"], small["answered"]) == ("size", "30", "10")
    assert small["method"] == "clopper-pearson"
    assert any(line["by"] == "place" for line in lines)
    others = rows_of(read(house.sign_in(client, "evaluator"), "survey-response-csv", uneven))
    assert not any(line["by"] == "place" for line in others)
