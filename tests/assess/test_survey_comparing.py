"""What is held against what: once each, from the newest answers, and who sees what of it."""

from datetime import timedelta

import pytest

from alongside.assess.surveys import comparison_queries, computing, queries
from alongside.assess.surveys.comparing import earlier_than, sides_table
from alongside.assess.surveys.models import Comparison, CoordinationTable, Problem, Survey
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow
from alongside.core.kit.refusal import NotVisible
from alongside_evidence import agreement
from tests.conftest import NOW
from tests.factories import surveys as made

BOTH = ("staff", "volunteers")
TODAY = NOW.date()


def answered(house, *, staff=30, volunteers=24, shift=0, **more):
    """A survey that asks two sides; volunteers mostly say what staff say."""
    units = more.pop("of", 30)
    survey = made.survey(house, of=units, sides=BOTH, **more)
    made.answer(house, survey, made.turns(survey, staff, start=shift))
    if volunteers:
        rows = made.turns(survey, volunteers, start=shift)
        for code in list(rows)[::4]:
            rows[code] = ["together", "organisation", "unit"]
        made.answer(house, survey, rows, side="volunteers")
    survey.refresh_from_db()
    return survey


@pytest.fixture
def years(house):
    """Two surveys of one owner, a year apart, of mostly the same units; staff of 20 units answered twice."""
    units = made.units(house, 40)
    before = made.survey(house, of=units[:30], title="Last year", opened_on=TODAY - timedelta(days=400))
    made.answer(house, before, made.turns(before, 30))
    now = made.survey(house, of=units[10:], title="This year", opened_on=TODAY)
    made.answer(house, now, made.turns(now, 28, start=1))
    return before, now


def seen(house, survey, who="researcher", pair=BOTH):
    survey.refresh_from_db()
    return comparison_queries.sides(house.as_(who), survey, *pair)


def beside(house, now, before, who="researcher"):
    now.refresh_from_db()
    before.refresh_from_db()
    return comparison_queries.years(house.as_(who), now, before, "staff")


def test_tables_first_then_what_is_held_against_what(house):
    survey = answered(house)
    tasks = [task.key for task in computing.tasks(survey)]
    assert tasks == ["table staff", "table volunteers", "sides staff volunteers"]
    assert computing.compute_due(house.worker) == [survey.pk] * 3
    assert computing.compute_due(house.worker) == []
    kept = Comparison.objects.get()
    tables = {table.side: table.fingerprint for table in CoordinationTable.objects.all()}
    assert (kept.fingerprint, kept.other_fingerprint) == (tables["staff"], tables["volunteers"])
    assert (kept.revision, kept.replicates, kept.seed, kept.scope_id) == (2, 1000, 7, survey.scope_id)
    assert AuditRow.objects.filter(verb="surveys.keep_comparison").count() == 1
    survey.refresh_from_db()
    assert survey.leased_until is None


def test_what_both_said_is_counted_unit_by_unit(house):
    survey = answered(house)
    computing.compute_due(house.worker)
    sides = [{unit: said for _, unit, said in queries.unit_rows(survey, side)} for side in BOTH]
    both = sides[0].keys() & sides[1].keys()
    result = seen(house, survey).result
    assert (result["units"], result["answered"]) == (24, [30, 24])
    for row in result["rows"]:
        said = [[side[unit].get(row["activity"], "") for unit in both] for side in sides]
        for i, one in enumerate(result["said"]):
            for j, other in enumerate(result["said"]):
                pairs = zip(*said, strict=True)
                assert row["cross"][i][j] == sum(pair == (one, other) for pair in pairs)
        named = ("unit", "together", "organisation")
        chosen = [[answer if answer in named else None for answer in side] for side in said]
        alone = agreement(*chosen, categories=named, replicates=1000, seed=7).as_dict()
        assert (row["n"], row["left_out"]) == (alone["n"], alone["left_out"])
        assert row["agreement"]["observed"] == alone["observed"]
        assert row["agreement"]["kappa"] == alone["kappa"]


def test_no_pair_of_answers_is_no_fault():
    result = sides_table({1: {"a": "unit"}}, {2: {"a": "unit"}}, ["a"], replicates=10, seed=1)
    assert (result["units"], result["rows"][0]["n"], result["rows"][0]["agreement"]) == (0, 0, None)


def test_one_side_that_fails_holds_back_no_other(house):
    survey = answered(house)
    first = computing.begin(house.worker)
    assert first.task.key == "table staff"
    computing.finish(first, computing.Outcome(None, computing.FAULT, 0.1), by=house.worker)
    assert computing.compute_due(house.worker) == [survey.pk] * 2
    assert Problem.objects.get().task == "table staff"
    by = house.as_("researcher")
    survey.refresh_from_db()
    assert queries.table(by, survey).state == "problem"
    assert queries.table(by, survey, "volunteers").state == "current"
    assert seen(house, survey).state == "current"
    # Answers that come in are a new try.
    made.answer(house, survey, {"030": ["unit"] * 3}, replace=True)
    assert computing.compute_due(house.worker) == [survey.pk] * 3
    survey.refresh_from_db()
    assert queries.table(by, survey).state == "current"


def test_a_comparison_that_fails_says_so_to_those_who_can_mend_it(house):
    survey = answered(house)
    for _ in range(2):
        job = computing.begin(house.worker)
        computing.finish(job, computing.work(job), by=house.worker)
    job = computing.begin(house.worker)
    computing.finish(job, computing.Outcome(None, computing.FAULT, 0.1), by=house.worker)
    assert computing.begin(house.worker) is None
    assert (seen(house, survey).state, seen(house, survey).problem) == ("problem", computing.FAULT)
    assert seen(house, survey, "evaluator").problem == ""


def test_a_survey_with_nothing_left_is_not_looked_at_again(house):
    survey = answered(house)
    computing.compute_due(house.worker)
    assert list(computing.due_surveys(house.worker)) == []
    made.answer(house, survey, {"030": ["together"] * 3}, replace=True)
    assert [each.pk for each in computing.due_surveys(house.worker)] == [survey.pk]


def test_a_lease_is_given_back_when_everything_has_failed(house):
    survey = answered(house)
    Survey.objects.filter(pk=survey.pk).update(statutory=["chess"])
    computing.compute_due(house.worker)
    survey.refresh_from_db()
    assert survey.leased_until is None


def test_others_see_it_once_both_tables_are_released(house):
    survey = answered(house)
    for key in ("table staff", "table volunteers", "sides staff volunteers"):
        assert seen(house, survey, "evaluator").result is None
        job = computing.begin(house.worker)
        assert job.task.key == key
        computing.finish(job, computing.work(job), by=house.worker)
    view = seen(house, survey, "evaluator")
    assert (view.state, view.is_open, view.seed, view.fingerprints) == ("released", False, None, ())
    assert view.released_at == NOW
    assert all("cross" not in row and "agreement" not in row for row in view.result["rows"])


def test_one_unit_s_correction_moves_nothing_for_others(house):
    survey = answered(house)
    computing.compute_due(house.worker)
    before = seen(house, survey, "evaluator")
    mine = seen(house, survey).result
    made.answer(house, survey, {"002": ["organisation"] * 3}, side="volunteers", replace=True)
    computing.compute_due(actors.worker(NOW + timedelta(hours=1)))
    assert seen(house, survey, "evaluator") == before
    assert seen(house, survey).result != mine
    rows = {f"{n:03}": ["organisation"] * 3 for n in range(2, 9)}
    made.answer(house, survey, rows, side="volunteers", replace=True)
    computing.compute_due(actors.worker(NOW + timedelta(hours=2)))
    assert seen(house, survey, "evaluator").released_at == NOW + timedelta(hours=2)


def test_what_was_never_shown_goes_when_something_newer_is_kept(house):
    survey = answered(house)
    computing.compute_due(house.worker)
    for hour, code in enumerate(("002", "003", "004"), start=1):
        made.answer(house, survey, {code: ["organisation"] * 3}, side="volunteers", replace=True)
        computing.compute_due(actors.worker(NOW + timedelta(hours=hour)))
    kept = list(Comparison.objects.order_by("revision").values_list("revision", "released_at"))
    assert kept == [(2, NOW), (5, None)]


def test_a_survey_is_held_against_the_earlier_one_of_its_owner(house, years):
    before, now = years
    assert [each.pk for each in earlier_than(now)] == [before.pk]
    assert earlier_than(before) == []
    assert computing.compute_due(house.worker) == [before.pk, now.pk, now.pk]
    view = beside(house, now, before)
    assert (view.state, view.asked) == ("current", 20)
    found = view.result
    assert (found["earlier_units"], found["later_units"], found["both_units"]) == (30, 28, 20)
    then = {row["activity"]: row for row in queries.table(house.as_("researcher"), before).result["rows"]}
    for row in found["rows"]:
        assert row["earlier_n"] == then[row["activity"]]["n"]
        for answer, change in row["changes"].items():
            assert change["earlier_count"] == then[row["activity"]]["shares"][answer]["count"]


def test_answers_that_change_in_the_earlier_one_are_counted_anew(house, years):
    before, now = years
    computing.compute_due(house.worker)
    made.answer(house, before, {"001": ["organisation"] * 3}, replace=True)
    assert beside(house, now, before).state == "out_of_date"
    assert computing.compute_due(house.worker) == [before.pk, now.pk]
    assert beside(house, now, before).state == "current"
    assert Comparison.objects.count() == 1


def test_what_is_repeated_comes_first_and_other_owners_never(house, years):
    before, now = years
    units = made.units(house, 1)
    newer = made.survey(house, of=units, title="Spring", opened_on=TODAY - timedelta(days=90))
    made.survey(
        house,
        of=units,
        title="Other questions",
        opened_on=TODAY - timedelta(days=80),
        activities=["meal-delivery"],
        sensitivity=[],
    )
    assert [each.title for each in earlier_than(now)] == ["Spring", "Last year"]
    Survey.objects.filter(pk=now.pk).update(repeats=before)
    now.refresh_from_db()
    assert [each.title for each in earlier_than(now)] == ["Last year", "Spring"]
    Survey.objects.filter(pk=newer.pk).update(owner=house.municipality)
    assert [each.title for each in earlier_than(now)] == ["Last year"]


def test_others_see_of_two_years_what_both_released_tables_say(house, years):
    before, now = years
    computing.compute_due(house.worker)
    view = beside(house, now, before, "evaluator")
    assert (view.state, view.is_open, view.seed, view.fingerprints) == ("released", False, None, ())
    mine = {row["activity"]: row for row in beside(house, now, before).result["rows"]}
    for row in view.result["rows"]:
        assert row["both_n"] is None
        for answer, change in row["changes"].items():
            owner = mine[row["activity"]]["changes"][answer]
            if min(owner["earlier_count"], owner["later_count"]) < 5:
                assert (change["closed"], change["estimate"]) == (True, None)
            for interval in change["intervals"]:
                assert interval.get("method", "newcombe") == "newcombe"


def test_whoever_may_open_one_of_two_surveys_alone_sees_no_more_than_others(house, years):
    before, now = years
    computing.compute_due(house.worker)
    Survey.objects.filter(pk=before.pk).update(owner=house.institute)
    mine = made.survey(house, of=1, by="evaluator", title="Mine", opened_on=TODAY + timedelta(days=1))
    by = house.as_("evaluator")
    assert {each.pk for each in comparison_queries.earlier(by, mine)} == {before.pk, now.pk}
    assert not comparison_queries.years(by, mine, now, "staff").is_open
    assert comparison_queries.earlier(house.as_("nobody"), now) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("", ""), BOTH),
        (("volunteers", ""), BOTH),
        (("volunteers", "staff"), BOTH),
        (("served", ""), ("staff", "served")),
        (("served", "volunteers"), ("volunteers", "served")),
    ],
)
def test_which_pair_is_meant(house, asked, found):
    survey = made.survey(house, sides=("staff", "volunteers", "served"))
    assert comparison_queries.pair_of(survey, *asked) == found


def test_a_pair_that_is_not_asked_is_not_there(house):
    survey = made.survey(house, of=[house.unit], sides=BOTH)
    for asked in (("served", ""), ("staff", "staff")):
        with pytest.raises(NotVisible):
            comparison_queries.pair_of(survey, *asked)
    one_side = made.survey(house, of=[house.unit])
    assert comparison_queries.pair_of(one_side, "staff", "volunteers") is None


@pytest.mark.parametrize("count", [2, 30])
def test_answers_of_both_are_read_in_as_many_queries_however_many_there_are(
    house, count, django_assert_num_queries
):
    answered(house, staff=count, volunteers=count)
    for _ in range(2):
        job = computing.begin(house.worker)
        computing.finish(job, computing.work(job), by=house.worker)
    with django_assert_num_queries(14):
        job = computing.begin(house.worker)
    with django_assert_num_queries(0):
        assert computing.work(job).problem == ""
