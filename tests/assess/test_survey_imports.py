"""The way of a file of answers: read in steps, asked about, taken in at once; nothing of it halfway."""

import csv
import io
import threading
import time
import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection, transaction

from alongside.assess.surveys import answering, import_actions, import_files, importing, queries, staging
from alongside.assess.surveys.models import AnswersImport, StagedAnswers
from alongside.commons.forms.models import Submission
from alongside.core.access import grants
from alongside.core.access.models import AuditRow, Grant
from alongside.core.kit.refusal import Refused
from alongside.journeys import imports, work
from tests.conftest import NOW
from tests.factories import large
from tests.factories import surveys as made
from tests.factories.house import build


def lines(survey, count, **more):
    return "".join(large.lines(survey, count, **more)).encode()


def hand_in(house, survey, content, **more):
    given = {"name": "answers.csv", **more}
    return importing.hand_in(survey, by=house.as_("researcher"), file=io.BytesIO(content), **given)


def handed_in(house, survey, content, **more):
    """As a large one is, whatever its size."""
    kept = import_files.keep([content])
    given = {"name": "answers.csv", "file": kept, **more}
    return import_actions.hand_in(survey, by=house.as_("researcher"), **given)


def standing(survey):
    return dict(queries.answer_rows(survey))


def fresh(each):
    return AnswersImport.objects.select_related("survey__version", "survey__scope").get(pk=each.pk)


def files():
    return [file for file in import_files.folder().iterdir() if not file.name.endswith(".csv")]


@pytest.fixture(autouse=True)
def empty_folder():
    for file in import_files.folder().iterdir():
        file.unlink()


@pytest.fixture
def survey(house):
    return large.survey(house, 30)


def test_a_small_file_is_through_at_once(house, survey):
    done = hand_in(house, survey, lines(survey, 30))
    assert (done.state, done.rows, done.good, done.added) == ("done", 30, 30, 30)
    assert len(standing(survey)) == 30
    assert not StagedAnswers.objects.exists()
    assert files() == []
    verbs = AuditRow.objects.filter(object_kind__in=["survey", "answersimport"]).order_by("pk")
    assert list(verbs.values_list("verb", flat=True))[-2:] == ["surveys.hand_in", "surveys.take_in"]
    assert set(Submission.objects.values_list("writer", flat=True)) == {house.people["researcher"].pk}


def test_a_large_file_waits_for_the_worker_and_is_taken_in_whole(house):
    count = importing.FEW_ROWS + 1
    survey = large.survey(house, count)
    each = hand_in(house, survey, lines(survey, count))
    assert each.state == "waiting"
    (file,) = files()
    assert file.stat().st_mode & 0o777 == 0o600
    assert import_files.folder().stat().st_mode & 0o777 == 0o700
    assert standing(survey) == {}
    assert work.run_once(NOW).imported == 1
    done = fresh(each)
    assert (done.state, done.rows, done.added, done.share) == ("done", count, count, 1)
    assert len(standing(survey)) == count
    assert files() == []
    assert not StagedAnswers.objects.exists()
    assert not imports.read_due(now=lambda: NOW)


def test_a_file_with_mistakes_asks_and_nothing_counts_until_then(house, survey):
    each = hand_in(house, survey, lines(survey, 30, bad_every=10))
    assert (each.state, each.rows, each.good, each.bad, each.faults) == ("asks", 30, 27, 3, 3)
    assert [(f["row"], f["column"], f["found"]) for f in each.first_faults] == [
        (11, "social", "maybe"), (21, "social", "maybe"), (31, "social", "maybe"),
    ]  # fmt: skip
    assert standing(survey) == {}
    by = house.as_("researcher")
    done = importing.go_on(import_actions.keep_good(each, by=by), by=by)
    assert (done.state, done.added) == ("done", 27)
    assert set(standing(survey)) == {f"{n:03}" for n in range(1, 31) if n % 10}


def test_the_good_rows_are_kept_where_that_was_said_before(house, survey):
    done = hand_in(house, survey, lines(survey, 30, bad_every=10), keep="good")
    assert (done.state, done.added, done.bad) == ("done", 27, 3)


def test_a_file_in_which_nothing_is_good_fails(house, survey):
    for keep in ("all", "good"):
        each = hand_in(house, survey, lines(survey, 30, bad_every=1), keep=keep)
        assert (each.state, each.good, each.bad) == ("failed", 0, 30)
    silent = hand_in(house, survey, b"unit,day-centre,physical,social\n001,,,\n")
    assert (silent.state, silent.first_faults[0]["expected"]) == ("failed", "answers")


def test_every_fault_is_in_the_list_and_the_first_are_in_the_row(house, survey):
    content = b"unit,day-centre,physical,social\n" + b"".join(b"=x%d,a,b,-1+c\n" % n for n in range(50))
    each = hand_in(house, survey, content)
    assert (each.faults, each.bad, len(each.first_faults)) == (200, 50, staging.LISTED)
    with import_files.opened(each.faults_file) as file:
        rows = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))
    assert len(rows) == 201
    assert rows[0] == ["row", "column", "what stands there", "what was expected"]
    assert rows[1][:3] == ["2", "unit", "'=x0"]
    assert rows[4][:3] == ["2", "social", "'-1+c"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"unit,day-centre\n001,unit\n",
        b"PK\x03\x04",
        b"unit,day-centre,physical,social\n001,\xff\xfe\x81,,\n",
    ],
)
def test_what_is_wrong_with_the_whole_file_is_refused_at_once(house, survey, content):
    with pytest.raises(Refused):
        hand_in(house, survey, content)
    assert not AnswersImport.objects.exists()
    assert files() == []


def test_one_file_of_a_survey_at_a_time_and_a_new_one_settles_what_was_asked(house, survey):
    asks = hand_in(house, survey, lines(survey, 30, bad_every=10))
    waiting = handed_in(house, survey, lines(survey, 30))
    assert (fresh(asks).state, fresh(asks).trouble) == ("cancelled", "other file")
    for attempt in (hand_in, handed_in):
        with pytest.raises(Refused) as refused, transaction.atomic():
            attempt(house, survey, lines(survey, 30))
        assert [reason.code for reason in refused.value.reasons] == ["under-way"]
    work.run_once(NOW)
    assert fresh(waiting).state == "done"
    assert not StagedAnswers.objects.exists()


def test_a_file_that_was_called_off_leaves_nothing(house, survey):
    each = handed_in(house, survey, lines(survey, 30))
    import_actions.call_off(each, by=house.as_("researcher"))
    work.run_once(NOW)
    assert fresh(each).state == "cancelled"
    assert files() == []
    with pytest.raises(Refused):
        import_actions.call_off(each, by=house.as_("researcher"))


def test_one_that_is_called_off_while_it_is_read_stops_at_the_next_step(house, survey):
    each = handed_in(house, survey, lines(survey, 30))
    due = importing.begin(house.worker)
    steps = []

    def stop():
        steps.append(1)
        if len(steps) == 1:
            import_actions.call_off(each, by=house.as_("researcher"))
        return False

    importing.work(due, now=lambda: NOW, stop=stop)
    assert len(steps) == 1
    assert (fresh(each).state, standing(survey)) == ("cancelled", {})
    importing.tidy(house.worker)
    assert not StagedAnswers.objects.exists()


def test_a_reader_that_is_told_to_end_gives_its_lease_back_and_the_next_begins_anew(
    house, survey, monkeypatch
):
    monkeypatch.setattr(staging, "STEP", 10)
    each = handed_in(house, survey, lines(survey, 30))
    steps = []
    due = importing.begin(house.worker)
    importing.work(due, now=lambda: NOW, stop=lambda: steps.append(1) or len(steps) > 3)
    left = fresh(each)
    assert (left.state, left.leased_until, StagedAnswers.objects.count() > 0) == ("reading", None, True)
    work.run_once(NOW)
    assert (fresh(each).state, fresh(each).added, len(standing(survey))) == ("done", 30, 30)


def test_the_lease_of_a_reader_that_was_killed_runs_out(house, survey):
    each = handed_in(house, survey, lines(survey, 30))
    importing.begin(house.worker)
    assert importing.begin(house.worker) is None
    assert work.run_once(NOW).imported == 0
    work.run_once(NOW + importing.LEASE)
    assert fresh(each).state == "done"


def test_a_reader_whose_lease_was_taken_over_writes_nothing_more(house, survey):
    each = handed_in(house, survey, lines(survey, 30))
    slow = importing.begin(house.worker)
    later = house.worker.__class__(house.worker.kind, house.worker.subject, NOW + importing.LEASE)
    assert importing.begin(later).pk == each.pk
    importing.work(slow, now=lambda: NOW)
    assert (fresh(each).state, StagedAnswers.objects.count()) == ("waiting", 0)


def test_a_file_that_is_gone_and_one_left_by_a_page_that_died(house, survey):
    each = handed_in(house, survey, lines(survey, 30))
    for file in files():
        file.unlink()
    work.run_once(NOW)
    assert (fresh(each).state, fresh(each).trouble) == ("failed", "gone")
    died = import_actions.hand_in(survey, by=house.as_("researcher"), name="a.csv")
    work.run_once(NOW)
    assert fresh(died).state == "reading"
    work.run_once(NOW + importing.LEASE)
    assert (fresh(died).state, fresh(died).trouble) == ("failed", "gone")


def test_what_nobody_answers_within_a_day_is_called_off_and_old_files_go(house, survey):
    asks = hand_in(house, survey, lines(survey, 30, bad_every=10))
    orphan = import_files.keep([b"x"])
    imports.read_due(now=lambda: NOW + timedelta(days=1))
    assert (fresh(asks).state, fresh(asks).trouble) == ("cancelled", "late")
    assert not StagedAnswers.objects.exists()
    far = time.time() + 2 * 86_400
    assert importing.sweep(type(NOW).fromtimestamp(far, NOW.tzinfo)) == 1
    assert not (import_files.folder() / orphan).exists()
    assert (import_files.folder() / asks.faults_file).exists()


def test_whoever_may_not_import_any_more_by_then_imports_nothing(house, survey):
    each = handed_in(house, survey, lines(survey, 30))
    grants.end(Grant.objects.filter(scope=survey.scope, subject=house.people["researcher"].pk), at=NOW)
    work.run_once(NOW)
    assert (fresh(each).state, fresh(each).trouble, standing(survey)) == ("failed", "not allowed", {})


def test_a_file_s_fault_stops_no_other(house, survey):
    each = handed_in(house, survey, lines(survey, 30))
    due = importing.begin(house.worker)
    due.survey = None  # nothing that a file could bring about
    importing.work(due, now=lambda: NOW)
    assert (fresh(each).state, fresh(each).trouble) == ("failed", "fault")


# --- beside answers of others --------------------------------------------------------------------------


def read_only(house, each):
    """Everything but the last step."""
    due = importing.begin(house.worker)
    reading = importing._Reading(due, now=lambda: NOW)
    reading.written = lambda: due
    with import_files.opened(due.file) as file:
        reading.through(file)
    AnswersImport.objects.filter(pk=each.pk).update(leased_until=None)
    return fresh(each)


def answer_herself(house, survey, unit, *codes):
    code = made.code(house, made.respondent(house, survey, unit=unit))
    holder = made.holder(house, code)
    return answering.send(answering.sheet(holder).respondent, by=holder, answers=made.said(survey, *codes))


def test_an_answer_given_meanwhile_stands_and_the_row_is_named(house, survey):
    each = read_only(house, handed_in(house, survey, lines(survey, 30)))
    assert each.state == "writing"
    sent = answer_herself(house, survey, "007", "unsure")
    work.run_once(NOW)
    asks = fresh(each)
    assert (asks.state, asks.good, asks.bad, asks.first_faults[0]["row"]) == ("asks", 29, 1, 8)
    assert set(standing(survey)) == {"007"}
    by = house.as_("researcher")
    done = importing.go_on(import_actions.keep_good(asks, by=by), by=by)
    assert (done.state, done.added) == ("done", 29)
    assert standing(survey)["007"] == sent.answers
    assert len(standing(survey)) == 30


def test_where_corrections_replace_answers_both_are_in_the_record(house, survey):
    each = read_only(house, handed_in(house, survey, lines(survey, 30), replace=True))
    sent = answer_herself(house, survey, "007", "unsure")
    work.run_once(NOW)
    assert (fresh(each).state, fresh(each).added, fresh(each).replaced) == ("done", 29, 1)
    later = Submission.objects.get(replaces=sent.pk)
    assert later.current
    assert not Submission.objects.get(pk=sent.pk).current


def test_the_same_answer_given_meanwhile_is_no_change(house, survey):
    content = lines(survey, 30)
    row = content.decode().splitlines()[7].split(",")
    each = read_only(house, handed_in(house, survey, content))
    answer_herself(house, survey, "007", *(cell or "not-offered" for cell in row[1:]))
    work.run_once(NOW)
    done = fresh(each)
    assert (done.state, done.added, done.unchanged) == ("done", 29, 1)
    assert Submission.objects.filter(current=True).count() == 30


def test_reading_in_once_more_changes_nothing_and_corrections_need_a_word(house, survey):
    hand_in(house, survey, lines(survey, 30))
    revision = survey.__class__.objects.get(pk=survey.pk).revision
    again = hand_in(house, survey, lines(survey, 30))
    assert (again.state, again.added, again.unchanged) == ("done", 0, 30)
    assert survey.__class__.objects.get(pk=survey.pk).revision == revision
    other = lines(survey, 30).replace(b"together", b"unit")
    asks = hand_in(house, survey, other)
    assert asks.state == "asks"
    assert {f["found"] for f in asks.first_faults} == {"other answers than those this unit has given"}
    done = hand_in(house, survey, other, replace=True)
    assert (done.state, done.replaced, done.replaced + done.unchanged) == ("done", asks.bad, 30)
    replaced = Submission.objects.filter(current=False)
    assert replaced.count() == done.replaced
    assert set(Submission.objects.exclude(replaces=None).values_list("replaces", flat=True)) == set(
        replaced.values_list("pk", flat=True)
    )


def test_sides_are_kept_apart(house):
    survey = large.survey(house, 5, sides=["staff", "volunteers"])
    hand_in(house, survey, lines(survey, 5))
    done = hand_in(house, survey, lines(survey, 5), side="volunteers")
    assert (done.added, done.unchanged) == (5, 0)


def test_answers_and_imports_at_once_lose_neither(committed):
    """Somebody answers while a file is taken in by the worker: each of them is there, once."""
    house = build(NOW)
    count = importing.FEW_ROWS + 500
    survey = large.survey(house, count)
    answerers = [made.code(house, made.respondent(house, survey, unit=f"{n:04}")) for n in range(1, 13)]
    each = hand_in(house, survey, lines(survey, count), keep="good")
    sent, begun = [], threading.Event()

    def answer():
        begun.wait(20)
        for code in answerers:
            holder = made.holder(house, code)
            kept = answering.send(
                answering.sheet(holder).respondent, by=holder, answers=made.said(survey, "unsure")
            )
            sent.append(kept.pk)
        connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    until = time.monotonic() + 60
    begun.set()
    work.run(lambda: fresh(each).state == "done" or time.monotonic() > until, lambda: NOW, pause=0.01)
    thread.join(60)
    done = fresh(each)
    assert done.state == "done"
    assert len(sent) == 12
    assert set(sent) <= set(Submission.objects.filter(current=True).values_list("pk", flat=True))
    assert done.added + 12 >= count
    assert Submission.objects.filter(current=True).count() == count


def test_memory_grows_by_little_more_than_the_unit_s_code(house):
    """Twenty thousand rows: what is held of each would be a quarter of the room there is for a million."""

    def peak(count, title):
        survey = large.survey(house, count, title=title)
        each = handed_in(house, survey, lines(survey, count))
        due = importing.begin(house.worker)
        tracemalloc.start()
        importing.work(due, now=lambda: NOW)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert fresh(each).added == count
        return found

    few, many = peak(5_000, "Few"), peak(20_000, "Many")
    assert (many - few) / 15_000 < 125
