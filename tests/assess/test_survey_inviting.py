"""Invitations and reminders: who gets one, nobody twice, and who is left alone."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from alongside.assess.surveys import actions, answering, asking, asking_queries, inviting
from alongside.assess.surveys import respondent_actions as naming
from alongside.assess.surveys import respondent_queries as respondents
from alongside.assess.surveys.asking import Reachable
from alongside.assess.surveys.kinds import INVITATION, REMINDER, Fate, Round
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow
from alongside.core.kit.refusal import NotVisible, Refused
from alongside.core.outbox import actions as outbox
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from tests.conftest import NOW
from tests.factories import surveys as made
from tests.factories.house import build

CONTACT = "Rita, telephone 555 01"
EMAIL = {"channel": "e-mail", "email": "a@example.org"}
LETTER = {"channel": "letter", "postal": "Lia 3\n2600 Fjellvik"}


def days(count):
    return NOW + timedelta(days=count)


def researcher(house, at=NOW):
    return actors.user(house.as_("researcher").subject, at)


@pytest.fixture
def survey(house):
    return made.survey(house, of=6)


@pytest.fixture
def people(house, survey):
    """Two by e-mail, two by letter, one by telephone; the sixth unit has nobody."""
    ways = (EMAIL, EMAIL, LETTER, LETTER, {"channel": "telephone"})
    return [made.respondent(house, survey, unit=f"00{n}", **way) for n, way in enumerate(ways, 1)]


def invite(house, survey, at=NOW, **more):
    return inviting.invite(survey, by=researcher(house, at), contact=CONTACT, **more)


def remind(house, survey, at, **more):
    return inviting.remind(survey, by=researcher(house, at), contact=CONTACT, **more)


def send(at=NOW, **which):
    """As if the worker and the printer had done their part."""
    waiting = Message.objects.filter(state=State.WAITING, **which)
    waiting.filter(channel=Channel.LETTER).update(fetched_at=at, fetched_in="0" * 32)
    waiting.update(state=State.SENT, settled_at=at)


def fates(house, survey, of, at=NOW):
    return dict(asking_queries.plans(researcher(house, at), survey)[of].fates)


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


BASE = Reachable(1, "e-mail", False)
ONCE = (days(-6),)


@pytest.mark.parametrize(
    ("changes", "invited", "reminded"),
    [
        ({}, Fate.EMAIL, Fate.NOT_INVITED),
        ({"channel": "letter"}, Fate.LETTER, Fate.NOT_INVITED),
        ({"channel": "telephone"}, Fate.TELEPHONE, Fate.TELEPHONE),
        ({"channel": "none"}, Fate.NO_WAY, Fate.NO_WAY),
        ({"has_answered": True, "refused": True}, Fate.ANSWERED, Fate.ANSWERED),
        ({"refused": True}, Fate.REFUSED, Fate.REFUSED),
        ({"call_result": "refused", "written": ONCE}, Fate.REFUSED, Fate.REFUSED),
        ({"call_result": "wrong number", "written": ONCE}, Fate.WRONG_NUMBER, Fate.WRONG_NUMBER),
        ({"call_result": "call again", "written": ONCE}, Fate.WRITTEN, Fate.EMAIL),
        ({"failed": True}, Fate.NOT_REACHED, Fate.NOT_REACHED),
        ({"under_way": True}, Fate.WRITTEN, Fate.UNDER_WAY),
        ({"under_way": True, "written": ONCE}, Fate.WRITTEN, Fate.UNDER_WAY),
        ({"written": (days(-5),)}, Fate.WRITTEN, Fate.EMAIL),
        ({"written": (days(-9), days(-4))}, Fate.WRITTEN, Fate.LATELY),
        ({"written": (days(-30), days(-20), days(-10))}, Fate.WRITTEN, Fate.EMAIL),
        ({"written": (days(-40), days(-30), days(-20), days(-10))}, Fate.WRITTEN, Fate.ENOUGH),
    ],
)
def test_what_becomes_of_one(changes, invited, reminded):
    each = replace(BASE, **changes)
    assert asking.fate(each, Round.INVITATION, NOW) == invited
    assert asking.fate(each, Round.REMINDER, NOW) == reminded
    assert asking.to_ask([each], NOW) == [each] * (invited in asking.WRITES)
    assert asking.to_remind([each], NOW) == [each] * (reminded in asking.WRITES)


def test_each_gets_one_message_by_her_channel(house, survey, people):
    assert fates(house, survey, Round.INVITATION) == {Fate.EMAIL: 2, Fate.LETTER: 2, Fate.TELEPHONE: 1}
    assert asking_queries.plans(researcher(house), survey)[Round.INVITATION].unnamed == 1
    assert invite(house, survey) == inviting.Queued(emails=2, letters=2)
    found = {(m.recipient, m.channel, m.template) for m in Message.objects.all()}
    assert found == {(p.person_id, p.channel, INVITATION) for p in people[:4]}
    survey.refresh_from_db()
    assert survey.contact == CONTACT
    assert AuditRow.objects.get(verb="surveys.invite").fields == ["contact"]


def test_pressed_once_more_nobody_gets_a_second_one(house, survey, people):
    invite(house, survey)
    assert invite(house, survey).all == 0
    send()
    assert invite(house, survey, days(30)).all == 0
    new = made.respondent(house, survey, unit="006", **EMAIL)
    assert invite(house, survey).all == 1
    assert Message.objects.filter(recipient=new.person_id).count() == 1
    assert Message.objects.count() == 5


def test_a_row_of_a_message_holds_ids_alone(house, survey, people):
    invite(house, survey)
    for message in Message.objects.all():
        said = str(vars(message))
        assert message.about == {"respondent": next(p.pk for p in people if p.person_id == message.recipient)}
        for secret in ("Rita", "example.org", "Lia 3", survey.title):
            assert secret not in said


def test_reminders_go_to_those_who_have_not_answered_and_not_too_often(house, survey, people):
    invite(house, survey)
    assert fates(house, survey, Round.REMINDER, days(9))[Fate.UNDER_WAY] == 4
    assert remind(house, survey, days(9)).all == 0, "what has not gone out yet needs no reminder"
    send()
    assert remind(house, survey, days(4)).all == 0
    answers = made.said(survey, "unit")
    answering.send(people[0], by=made.holder(house, made.code(house, people[0])), answers=answers)
    at = 5
    for round_ in (1, 2, 3):
        assert remind(house, survey, days(at)) == inviting.Queued(emails=1, letters=2), round_
        send(days(at))
        assert remind(house, survey, days(at + 4)).all == 0
        at += 5
    assert fates(house, survey, Round.REMINDER, days(at)) == {
        Fate.ANSWERED: 1,
        Fate.ENOUGH: 3,
        Fate.TELEPHONE: 1,
    }
    assert remind(house, survey, days(at)).all == 0
    assert Message.objects.filter(template=REMINDER).count() == 9


def test_a_letter_that_nobody_has_printed_is_still_on_its_way(house, survey, people):
    invite(house, survey)
    send(channel=Channel.EMAIL)
    Message.objects.filter(channel=Channel.LETTER).update(state=State.SENT, settled_at=NOW)
    assert remind(house, survey, days(6)) == inviting.Queued(emails=2, letters=0)


def test_whoever_refuses_is_left_alone_until_she_answers(house, survey, people):
    invite(house, survey)
    send()
    holder = made.holder(house, made.code(house, people[0]))
    answering.save_draft(people[0], by=holder, answers={"social": "unit"})
    answering.refuse(people[0], by=holder)
    answering.refuse(people[0], by=holder)
    assert answering.sheet(holder).draft is None
    by = researcher(house)
    assert fates(house, survey, Round.REMINDER, days(6))[Fate.REFUSED] == 1
    assert [r.pk for r in respondents.respondents(by, survey, answered="refused")] == [people[0].pk]
    assert people[0].pk not in {r.pk for r in respondents.to_call(by, survey)}
    remind(house, survey, days(6))
    assert not Message.objects.filter(template=REMINDER, recipient=people[0].person_id).exists()
    answering.send(people[0], by=holder, answers=made.said(survey, "unit"))
    people[0].refresh_from_db()
    assert people[0].refused_at is None
    assert not respondents.respondents(by, survey, answered="refused").exists()
    with pytest.raises(Refused) as refused:
        answering.refuse(people[0], by=holder)
    assert codes(refused) == ["answered"]


def test_a_refusal_over_the_telephone_counts_as_much(house, survey, people):
    answering.record_call(people[0], by=researcher(house), result="refused")
    answering.record_call(people[2], by=researcher(house), result="wrong number")
    assert invite(house, survey) == inviting.Queued(emails=1, letters=1)


def fail(respondent, at, failure=Failure.BOUNCED):
    rows = Message.objects.filter(recipient=respondent.person_id)
    rows.update(state=State.FAILED, failure=failure, settled_at=at)


def test_whoever_is_not_reached_is_written_to_again_once_that_has_changed(house, survey, people):
    invite(house, survey)
    send()
    fail(people[0], days(1))
    by = researcher(house, days(2))
    assert [r.pk for r in respondents.respondents(by, survey, answered="not-reached")] == [people[0].pk]
    assert fates(house, survey, Round.INVITATION, days(2))[Fate.NOT_REACHED] == 1
    assert invite(house, survey, days(2)).all == 0
    card = {"name": "Rita Respondent", "phone": "555 01"}
    naming.change_respondent(people[0], by=by, **card, **EMAIL, checked=True)
    assert invite(house, survey, days(2)).all == 0, "the same address would fail again"
    naming.change_respondent(people[0], by=by, **card, channel="e-mail", email="new@example.org")
    assert not respondents.respondents(by, survey, answered="not-reached").exists()
    assert invite(house, survey, days(2)).emails == 1
    assert Message.objects.filter(recipient=people[0].person_id, state=State.WAITING).count() == 1


def test_a_reminder_that_came_back_goes_another_way(house, survey, people):
    invite(house, survey)
    send()
    remind(house, survey, days(5))
    fail(people[0], days(5))
    Message.objects.filter(template=INVITATION).update(state=State.SENT, failure="")
    assert remind(house, survey, days(10)).all == 0
    by = researcher(house, days(10))
    naming.change_respondent(people[0], by=by, name="Rita", **LETTER)
    assert remind(house, survey, days(10)) == inviting.Queued(emails=0, letters=1)


def test_what_was_dropped_does_not_stand_in_the_way(house, survey, people):
    """Closed while messages waited, then opened again."""
    invite(house, survey)
    by = researcher(house)
    for message in Message.objects.all():
        outbox.drop(message, by=by)
    assert invite(house, survey).all == 4
    assert Message.objects.filter(state=State.WAITING).count() == 4


@pytest.mark.parametrize(("opened", "closed", "code"), [(-9, -1, "closed"), (1, 9, "not-open-yet")])
def test_before_and_after_its_days_nobody_is_written_to(house, opened, closed, code):
    day = NOW.date()
    survey = made.survey(
        house, of=1, opened_on=day + timedelta(days=opened), closed_on=day + timedelta(days=closed)
    )
    made.respondent(house, survey, **EMAIL)
    with pytest.raises(Refused) as refused:
        invite(house, survey)
    assert codes(refused) == [code]
    assert not Message.objects.exists()


def test_a_closed_survey_writes_to_nobody(house, survey, people):
    actions.close(survey, by=researcher(house), reason="Enough have answered")
    with pytest.raises(Refused) as refused:
        invite(house, survey)
    assert codes(refused) == ["closed"]


def test_nobody_is_written_to_without_a_word_whom_to_ask(house, survey, people):
    with pytest.raises(Refused) as refused:
        inviting.invite(survey, by=researcher(house), contact="  ")
    assert codes(refused) == ["contact"]


def test_not_more_are_written_to_than_somebody_agreed_to(house, survey, people):
    with pytest.raises(Refused) as refused:
        invite(house, survey, agreed=3)
    assert codes(refused) == ["more"]
    assert not Message.objects.exists()
    assert invite(house, survey, agreed=5).all == 4


def test_only_those_who_answer_for_a_survey_send(house, survey, people):
    for who in ("evaluator", "coordinator", "administrator"):
        with pytest.raises(NotVisible):
            inviting.invite(survey, by=house.as_(who), contact=CONTACT)


def test_an_e_mail_waits_for_the_morning(house, survey, people):
    invite(house, survey, NOW.replace(hour=22))
    due = {m.channel: m.due_at for m in Message.objects.all()}
    assert due[Channel.EMAIL] == days(1).replace(hour=7)
    assert due[Channel.LETTER] == NOW.replace(hour=22)


def test_two_surveys_do_not_count_each_other_s_messages(house, survey, people):
    invite(house, survey)
    other = made.survey(house, of=[house.unit], title="Another")
    made.respondent(house, other, **EMAIL)
    assert invite(house, other).all == 1


@pytest.mark.parametrize(("deed", "at"), [(inviting.invite, NOW), (inviting.remind, days(6))])
@pytest.mark.usefixtures("committed")
def test_twenty_presses_at_once_send_one_message_each(deed, at):
    house = build(NOW)
    survey = made.survey(house, of=12)
    for number in range(1, 13):
        made.respondent(house, survey, unit=f"{number:03}", **(LETTER if number % 3 else EMAIL))
    if deed is inviting.remind:
        invite(house, survey)
        send()
    before = set(Message.objects.values_list("pk", flat=True))
    gate, queued = Barrier(20), []

    def press():
        gate.wait()
        try:
            queued.append(deed(survey, by=researcher(house, at), contact=CONTACT).all)
        finally:
            connections.close_all()

    hands = [Thread(target=press) for _ in range(20)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(queued) == [0] * 19 + [12]
    made_now = Message.objects.exclude(pk__in=before)
    assert made_now.count() == made_now.values("recipient").distinct().count() == 12
