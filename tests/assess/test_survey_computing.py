"""Computing tables: once each, from the newest answers, repeatable from answers.csv alone."""

import hashlib
import json
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from alongside.assess.surveys import actions, answers_file, computing, queries
from alongside.assess.surveys.models import CoordinationTable, Survey
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow
from alongside_evidence import coordination_table
from alongside_evidence.reading import read_content
from alongside_evidence.survey import read_survey
from tests.conftest import NOW
from tests.factories import surveys as made
from tests.factories.house import build


def answered(house, count=30, **more):
    """A survey of so many units that have all answered."""
    survey = made.survey(house, of=count, **more)
    made.answer(house, survey, made.turns(survey, count))
    survey.refresh_from_db()
    return survey


def state(house, survey, who="researcher"):
    survey.refresh_from_db()
    return queries.table(house.as_(who), survey).state


def csv_of(survey):
    keys = tuple(a.key for a in queries.asked_activities(survey))
    return b"".join(answers_file.lines(keys, queries.answer_rows(survey)))


def test_a_survey_without_answers_has_no_table_and_says_so(house):
    survey = made.survey(house)
    assert computing.compute_due(house.worker) == []
    view = queries.table(house.as_("researcher"), survey)
    assert (view.state, view.result, view.problem) == ("none", None, "")


def test_a_table_is_computed_and_kept_with_how_it_was_made(house):
    survey = answered(house)
    assert state(house, survey) == "computing"
    assert computing.compute_due(house.worker) == [survey.pk]
    table = CoordinationTable.objects.get(survey=survey)
    assert (table.revision, table.asked, table.answered, table.replicates, table.seed) == (1, 30, 30, 1000, 7)
    assert table.scope_id == survey.scope_id
    assert state(house, survey) == "current"
    assert survey.leased_until is None
    assert computing.compute_due(house.worker) == []
    assert AuditRow.objects.filter(verb="surveys.keep_table", actor=house.worker.subject).count() == 1


def test_the_fingerprint_is_that_of_the_answers_given_out(house):
    survey = answered(house)
    computing.compute_due(house.worker)
    table = queries.table(house.as_("researcher"), survey)
    given_out = queries.answers(house.as_("researcher"), survey.pk)
    content = b"".join(answers_file.lines(given_out.keys, given_out.rows))
    assert content.splitlines()[0] == b"unit,day-centre,physical,social"
    assert len(content.splitlines()) == 31
    assert table.fingerprint == hashlib.sha256(content).hexdigest()


def test_the_same_table_comes_out_of_the_file_alone(house):
    survey = answered(house)
    computing.compute_due(house.worker)
    view = queries.table(house.as_("researcher"), survey)
    answers = read_survey(read_content(csv_of(survey), "answers.csv"), unit="unit").answers
    again = coordination_table(
        answers, statutory=["day-centre"], sensitivity=["social"], replicates=1000, seed=7
    )
    assert json.loads(json.dumps(again.as_dict())) == view.result


def test_what_the_table_counts_is_what_was_answered(house):
    survey = answered(house)
    computing.compute_due(house.worker)
    rows = {row["activity"]: row for row in queries.table(house.as_("researcher"), survey).result["rows"]}
    for key in made.ACTIVITIES:
        counts = Counter(answers.get(key, "") for _, answers in queries.answer_rows(survey))
        row = rows[key]
        assert {a: row["shares"][a]["count"] for a in made.CODES} == {a: counts[a] for a in made.CODES}
        assert (row["other"], row["unsure"], row["not_offered"]) == (
            counts["other"], counts["unsure"], counts[""],
        )  # fmt: skip
        assert row["statutory"] is (key == "day-centre")


def test_others_see_it_with_small_cells_closed_and_nothing_to_test_a_guess_with(house):
    survey = answered(house, 12)
    computing.compute_due(house.worker)
    mine = queries.table(house.as_("researcher"), survey)
    others = queries.table(house.as_("evaluator"), survey)
    assert (mine.is_open, others.is_open) == (True, False)
    assert mine.fingerprint
    assert mine.seed == 7
    assert (others.fingerprint, others.seed, others.result["seed"]) == ("", None, None)
    small = [
        (row["activity"], answer)
        for row in mine.result["rows"]
        for answer, share in row["shares"].items()
        if share["count"] < 5
    ]
    shown = {row["activity"]: row for row in others.result["rows"]}
    assert small
    assert all(shown[activity]["shares"][answer]["count"] is None for activity, answer in small)


def test_a_worker_that_was_killed_leaves_a_lease_that_runs_out(house):
    survey = answered(house)

    def worker(seconds):
        return actors.worker(NOW + timedelta(seconds=seconds))

    first = computing.begin(worker(0))
    assert first.survey.pk == survey.pk
    assert state(house, survey) == "computing"
    assert computing.begin(worker(59)) is None
    second = computing.begin(worker(61))
    computing.finish(second, computing.work(second), by=worker(62))
    # The first was not dead but slow: what it brings is there already.
    computing.finish(first, computing.work(first), by=worker(63))
    assert CoordinationTable.objects.count() == 1
    assert state(house, survey) == "current"


def test_a_lease_is_renewed_while_the_work_goes_on(house):
    answered(house)
    job = computing.begin(house.worker)
    job = computing.renew(job, NOW + timedelta(seconds=50))
    assert computing.begin(actors.worker(NOW + timedelta(seconds=100))) is None
    computing.release(job.survey, job.leased_until)
    assert computing.begin(actors.worker(NOW + timedelta(seconds=101))) is not None


def test_two_workers_compute_a_table_once(committed):
    house = build(NOW)
    answered(house)
    barrier = threading.Barrier(4)
    jobs = []

    def begin() -> None:
        try:
            barrier.wait()
            jobs.append(computing.begin(house.worker))
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs) == 4
    assert sum(job is not None for job in jobs) == 1


def test_answers_that_come_in_meanwhile_are_computed_next(house):
    survey = made.survey(house, of=30)
    rows = made.turns(survey, 30)
    made.answer(house, survey, dict(list(rows.items())[:20]))
    slow = computing.begin(house.worker)
    made.answer(house, survey, rows)
    computing.finish(slow, computing.work(slow), by=house.worker)
    assert CoordinationTable.objects.get().revision == 1
    assert state(house, survey) == "out_of_date"
    assert queries.table(house.as_("researcher"), survey).answered == 20
    quick = computing.begin(house.worker)
    assert state(house, survey) == "computing"
    computing.finish(quick, computing.work(quick), by=house.worker)
    assert state(house, survey) == "current"
    assert queries.table(house.as_("researcher"), survey).answered == 30


def test_a_slow_worker_gives_back_its_own_lease_only(house):
    survey = answered(house)
    slow = computing.begin(house.worker)
    actions.change_definitions(survey, by=house.as_("researcher"), replicates=1000, seed=8, sensitivity=[])
    other = computing.begin(actors.worker(NOW + timedelta(seconds=1)))
    computing.finish(slow, computing.work(slow), by=house.worker)
    survey.refresh_from_db()
    assert survey.leased_until == other.leased_until


def test_what_can_t_be_computed_is_said_in_words_and_not_tried_again_and_again(house):
    survey = answered(house)
    Survey.objects.filter(pk=survey.pk).update(statutory=["chess"])
    assert computing.compute_due(house.worker) == [survey.pk]
    assert computing.compute_due(actors.worker(NOW + timedelta(days=9))) == []
    assert state(house, survey) == "problem"
    view = queries.table(house.as_("researcher"), survey)
    assert view.problem == computing.NOT_COMPUTABLE
    assert queries.table(house.as_("evaluator"), survey).problem == ""
    # The owner asks for it once more, now that it has been put right.
    Survey.objects.filter(pk=survey.pk).update(statutory=["day-centre"])
    by = house.as_("researcher")
    actions.change_definitions(survey, by=by, replicates=1000, seed=7, sensitivity=["social"])
    assert state(house, survey) == "computing"
    computing.compute_due(house.worker)
    assert state(house, survey) == "current"


def test_a_fault_of_the_program_stops_no_other_table_and_tells_no_answer(house, caplog):
    broken, sound = answered(house), answered(house, 1, title="Another")
    job = replace(computing.begin(house.worker), patterns="what no table can be made of")
    assert job.survey.pk == broken.pk
    outcome = computing.work(job)
    assert (outcome.result, outcome.problem) == (None, computing.FAULT)
    assert f"survey {broken.pk}" in caplog.text
    assert "day-centre" not in caplog.text
    computing.finish(job, outcome, by=house.worker)
    assert computing.compute_due(house.worker) == [sound.pk]


def test_nobody_but_the_worker_finds_anything_due(house):
    answered(house)
    for who in ("researcher", "administrator"):
        assert computing.begin(house.as_(who)) is None
    assert computing.begin(house.operator) is None


@pytest.mark.parametrize("count", [2, 30])
def test_answers_are_read_in_one_query_however_many_there_are(house, count, django_assert_num_queries):
    survey = answered(house, count)
    with django_assert_num_queries(1):
        assert len(list(queries.answer_rows(survey))) == count
