"""Answering with a code: what is kept, what counts, and what is told once the survey is over."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction

from alongside.assess.surveys import actions, answering, asking, computing, queries, respondent_actions, rules
from alongside.assess.surveys.models import AnswerCode, AnswerDraft, Survey
from alongside.commons.forms.models import Submission
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow
from alongside.core.kit.refusal import NotVisible, Refused
from tests.conftest import NOW
from tests.factories import surveys as made
from tests.factories.house import build

DAY = NOW.date()


@pytest.fixture
def survey(house):
    return made.survey(house, of=3, sides=["staff", "volunteers"])


@pytest.fixture
def respondent(house, survey):
    return made.respondent(house, survey)


@pytest.fixture
def holder(house, respondent):
    return made.holder(house, made.code(house, respondent))


def codes_of(refused):
    return [reason.code for reason in refused.value.reasons]


def test_only_a_keyed_hash_of_a_code_is_kept(house, respondent):
    code = made.code(house, respondent)
    (row,) = AnswerCode.objects.all()
    assert len(code) == 12
    assert code not in str(vars(row))
    assert made.holder(house, f" {code[:4].lower()}-{code[4:8]} {code[8:]} ").subject == row.pk


def test_a_code_opens_one_questionnaire_and_nothing_else(house, survey, respondent, holder):
    other = made.respondent(house, survey, unit="002")
    assert answering.sheet(holder).respondent == respondent
    with pytest.raises(NotVisible):
        answering.send(other, by=holder, answers=made.said(survey, "unit"))
    with pytest.raises(NotVisible):
        respondent_actions.make_code(respondent, by=holder)
    with pytest.raises(NotVisible):
        queries.survey(holder, survey.pk)


def test_a_code_runs_out(house, respondent):
    code = made.code(house, respondent)
    late = actors.anonymous(NOW + respondent_actions.GOOD_FOR)
    assert answering.holder(code, address="127.0.0.1", by=late) is None


def test_misses_are_limited_and_hits_are_not(house, respondent):
    code = made.code(house, respondent)
    by = actors.anonymous(NOW)
    for _ in range(answering.MISSES + 1):
        assert answering.holder(code, address="10.0.0.1", by=by)
    for number in range(answering.MISSES):
        assert answering.holder(f"{number}", address="10.0.0.2", by=by) is None
    with pytest.raises(Refused) as refused:
        answering.holder(code, address="10.0.0.2", by=by)
    assert codes_of(refused) == ["too-often"]
    assert answering.holder(code, address="10.0.0.1", by=by)


def test_what_is_sent_counts_for_the_unit_and_says_who_spoke(survey, respondent, holder):
    sent = answering.send(respondent, by=holder, answers=made.said(survey, "unit", "not-offered", "unsure"))
    assert sent.answers == {"day-centre": "unit", "social": "unsure"}
    assert (sent.subject_id, sent.side) == (respondent.asked.unit_id, "staff")
    assert (sent.speaker_id, sent.writer_id, sent.mode) == (
        respondent.person_id,
        respondent.person_id,
        "self",
    )
    assert dict(queries.answer_rows(survey)) == {"001": sent.answers}


def test_a_question_without_an_answer_is_named_and_nothing_is_sent(survey, respondent, holder):
    said = made.said(survey, "unit") | {"social": "", "physical": "nonsense"}
    with pytest.raises(Refused) as refused:
        answering.send(respondent, by=holder, answers=said)
    assert sorted(reason.field for reason in refused.value.reasons) == ["physical", "social"]
    assert not Submission.objects.exists()


def test_the_same_once_more_changes_nothing_and_a_correction_is_a_new_version(survey, respondent, holder):
    first = answering.send(respondent, by=holder, answers=made.said(survey, "unit"))
    assert answering.send(respondent, by=holder, answers=made.said(survey, "unit")) == first
    second = answering.send(respondent, by=holder, answers=made.said(survey, "together"))
    assert second.replaces == first
    assert list(Submission.objects.filter(current=True)) == [second]
    sheet = answering.sheet(holder)
    assert (sheet.sent, sheet.version) == (second, 2)


def test_a_draft_is_kept_question_by_question_and_gone_once_it_is_sent(survey, respondent, holder):
    answering.save_draft(
        respondent, by=holder, answers={"social": "unit", "nothing": "unit", "physical": "x"}
    )
    answering.save_draft(respondent, by=holder, answers={"physical": "together"})
    assert answering.sheet(holder).draft == {"social": "unit", "physical": "together"}
    answering.send(respondent, by=holder, answers=made.said(survey, "unit"))
    assert not AnswerDraft.objects.exists()


def test_a_correction_begins_with_what_was_sent(survey, respondent, holder):
    answering.send(respondent, by=holder, answers=made.said(survey, "unit", "not-offered", "other"))
    answering.save_draft(respondent, by=holder, answers={"social": "together"})
    said = {"day-centre": "unit", "physical": "not-offered", "social": "together"}
    assert answering.sheet(holder).said == said


def test_somebody_else_s_answers_are_not_shown(house, survey, respondent, holder):
    answering.send(respondent, by=holder, answers=made.said(survey, "unit"))
    after = respondent_actions.replace_respondent(
        respondent, by=house.as_("researcher"), name="Anna After", channel="none"
    )
    with pytest.raises(NotVisible):
        answering.sheet(holder)
    successor = made.holder(house, made.code(house, after))
    assert answering.sheet(successor).sent is None
    again = answering.send(after, by=successor, answers=made.said(survey, "together"))
    assert list(Submission.objects.filter(current=True)) == [again]


@pytest.mark.parametrize(
    ("is_closed", "opened", "closed", "codes"),
    [
        (False, None, None, []),
        (False, 0, 0, []),
        (True, None, None, ["closed"]),
        (False, -9, -1, ["closed"]),
        (False, 1, None, ["not-open-yet"]),
    ],
)
def test_when_answers_are_taken(is_closed, opened, closed, codes):
    days = [None if each is None else DAY + timedelta(days=each) for each in (opened, closed)]
    reasons = asking.why_no_answers_now(is_closed=is_closed, opened_on=days[0], closed_on=days[1], today=DAY)
    assert [reason.code for reason in reasons] == codes


def test_closing_and_opening_again(house, survey, respondent, holder):
    by = house.as_("researcher")
    with pytest.raises(Refused) as refused:
        actions.close(survey, by=by, reason="  ")
    assert codes_of(refused) == ["reason"]
    actions.close(survey, by=by, reason="Enough have answered")
    with pytest.raises(Refused) as refused:
        answering.send(respondent, by=holder, answers=made.said(survey, "unit"))
    assert codes_of(refused) == ["closed"]
    assert answering.sheet(holder).closed
    actions.reopen(survey, by=by, reason="One more week", closed_on=DAY)
    assert answering.send(respondent, by=holder, answers=made.said(survey, "unit"))
    assert [each.closes for each in survey.closings.order_by("pk")] == [True, False]


@pytest.mark.parametrize(
    ("is_closed", "closing", "reason", "codes"),
    [
        (False, True, "Enough now", []),
        (True, True, "Enough now", ["already"]),
        (True, False, "Once more", []),
        (False, False, "Once more", ["already"]),
        (False, True, "no", ["reason"]),
    ],
)
def test_when_a_survey_can_be_closed(is_closed, closing, reason, codes):
    found = rules.why_not_close(reason=reason, is_closed=is_closed, closing=closing)
    assert [each.code for each in found] == codes


def test_answers_one_by_one_do_not_start_a_computation_each(house, survey, respondent, holder):
    answering.send(respondent, by=holder, answers=made.said(survey, "unit"))
    survey.refresh_from_db()
    assert queries.table(house.as_("researcher"), survey).state == "resting"
    assert computing.compute_due(house.worker) == []
    assert computing.compute_due(actors.worker(NOW + timedelta(minutes=10))) == [survey.pk]


def test_by_telephone_it_is_her_word_and_the_caller_s_hand(house, survey, respondent):
    caller = house.as_("evaluator")
    with pytest.raises(NotVisible):
        answering.record_call(respondent, by=caller, result="call again")
    person = house.people["evaluator"]
    actions.appoint_interviewer(survey, by=house.as_("researcher"), person=person)
    again = answering.record_call(respondent, by=caller, result="call again", again_on=DAY)
    assert (again.calls, again.call_result) == (1, "call again")
    sent = answering.answer_by_telephone(respondent, by=caller, answers=made.said(survey, "other"))
    assert (sent.mode, sent.speaker_id, sent.writer_id) == ("proxy", respondent.person_id, person.pk)
    actions.dismiss_interviewer(survey, by=house.as_("researcher"), person=person)
    with pytest.raises(NotVisible):
        answering.sheet_for(caller, respondent.pk)


def test_an_outsider_does_not_telephone(house, survey):
    with pytest.raises(Refused) as refused:
        actions.appoint_interviewer(survey, by=house.as_("researcher"), person=house.people["nobody"])
    assert codes_of(refused) == ["outsider"]


@pytest.mark.parametrize(
    ("result", "again", "codes"),
    [
        ("call again", None, []),
        ("call again", 0, []),
        ("call again", -1, ["again-on"]),
        ("refused", None, []),
        ("refused", 3, ["again-on"]),
        ("answered", None, ["result"]),
    ],
)
def test_what_can_come_of_a_call(result, again, codes):
    day = None if again is None else DAY + timedelta(days=again)
    assert [r.code for r in asking.why_not_result(result=result, again_on=day, today=DAY)] == codes


def test_an_answer_that_can_t_be_written_down_is_undone(survey, respondent, holder):
    """The audit's table is broken for real: nothing of the answer may stay."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE access_auditrow RENAME COLUMN verb TO verb_gone")
        with pytest.raises(Exception, match="verb"), transaction.atomic():
            answering.send(respondent, by=holder, answers=made.said(survey, "unit"))
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE access_auditrow RENAME COLUMN verb_gone TO verb")
    assert not Submission.objects.exists()


@pytest.mark.usefixtures("committed")
def test_two_hundred_at_once_leave_one_that_counts():
    house = build(NOW)
    survey = made.survey(house, of=1)
    respondent = made.respondent(house, survey)
    holder = made.holder(house, made.code(house, respondent))
    said = [made.said(survey, code) for code in ("unit", "together", "other", "unsure")]
    hands, each = 10, 20
    gate = Barrier(hands)
    faults = []

    def send(hand):
        try:
            gate.wait()
            for number in range(each):
                answering.send(respondent, by=holder, answers=said[(hand + number) % len(said)])
        except Exception as fault:  # noqa: BLE001 - shown by the assertion below
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=(hand,)) for hand in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert AuditRow.objects.filter(verb="surveys.send").count() == hands * each
    versions = Submission.objects.order_by("pk")
    assert versions.filter(current=True).count() == 1
    assert versions.last().current
    assert {v.replaces_id for v in versions[1:]} == {v.pk for v in versions[: versions.count() - 1]}
    assert Survey.objects.get().revision == versions.count()
