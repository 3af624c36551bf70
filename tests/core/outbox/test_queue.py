"""Queuing: with the deed or not at all, once a key, and without a word about anybody."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from alongside.commons.people import actions as people
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow, Installation
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import NotVisible, Refused
from alongside.core.outbox import actions, queries, sending
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from tests.conftest import NOW
from tests.core.outbox import post
from tests.factories.house import build


def test_a_deed_that_is_taken_back_leaves_no_message(committed):
    build(NOW)
    with transaction.atomic():
        post.queue(NOW)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_a_message_is_queued_with_the_role_it_tells_of(house):
    person = people.add_person(
        house.unit, by=house.as_("coordinator"), name=post.NAME, role=Role.VOLUNTEER, email=post.EMAIL
    )
    message = Message.objects.get()
    assert (message.recipient, message.channel, message.template) == (person.pk, "e-mail", "role-given")
    assert message.scope_id == house.unit.scope_id
    with pytest.raises(Refused):
        people.join(house.unit, by=house.as_("coordinator"), person=person, role=Role.VOLUNTEER)
    assert Message.objects.count() == 1


def test_whoever_has_no_e_mail_is_written_nothing(house):
    people.add_person(
        house.unit, by=house.as_("coordinator"), name="Kari", role=Role.RELAY, postal="Solbakken 3"
    )
    assert not Message.objects.exists()


def test_the_same_key_twice_is_one_message(house):
    first, second = post.queue(NOW, key="one:1"), post.queue(NOW + timedelta(days=1), key="one:1")
    assert first.pk == second.pk
    assert Message.objects.get().queued_at == NOW


def test_a_key_that_is_another_message_s_is_a_fault(house):
    post.queue(NOW, key="one:1", number=1)
    with pytest.raises(ValueError):
        post.queue(NOW, key="one:1", number=2)


def test_the_database_itself_keeps_a_key_to_one_message(house):
    post.queue(NOW, key="one:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            scope=house.unit.scope, recipient=post.somebody(2), channel=Channel.EMAIL, template="test",
            key="one:1", queued_at=NOW, due_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": State.FAILED},
        {"state": State.HANDING},
        {"fetched_at": NOW},
        {"channel": Channel.LETTER, "fetched_at": NOW},
    ],
)
def test_the_database_refuses_what_makes_no_sense(house, wrong):
    message = post.queue(NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**wrong)


def test_an_e_mail_waits_for_the_morning_and_a_letter_does_not(house):
    night = NOW.replace(hour=23)
    assert post.queue(night).due_at == NOW.replace(hour=7) + timedelta(days=1)
    assert post.queue(night, number=2, at_night=True).due_at == night
    assert post.queue(night, channel=Channel.LETTER).due_at == night
    later = NOW + timedelta(days=3)
    assert post.queue(NOW, number=3, not_before=later).due_at == later


def test_many_are_queued_at_once_and_a_key_that_is_there_stays(house):
    scope = Installation.objects.get().scope
    first = post.queue(NOW, number=3, key="test:many:3")
    wanted = [
        actions.ToQueue(post.somebody(n), Channel.EMAIL, f"test:many:{n}", {"unit": n})
        for n in range(1, actions.BATCH + 3)
    ]
    by = actors.operator(NOW.replace(hour=23))
    assert actions.queue_many(wanted, by=by, scope=scope, template="test") == actions.BATCH + 1
    assert actions.queue_many(wanted, by=by, scope=scope, template="test") == 0
    assert Message.objects.get(key="test:many:3").pk == first.pk
    made = Message.objects.get(key="test:many:5")
    assert (made.recipient, made.about, made.state) == (post.somebody(5), {"unit": 5}, State.WAITING)
    assert made.due_at == NOW.replace(hour=7) + timedelta(days=1), "an e-mail waits for the morning"


def test_what_was_written_to_somebody_and_what_of_it_is_out(house):
    scope, out = Installation.objects.get().scope, {}
    post.queue(NOW, number=1, key="invite:1", template="invite")
    post.queue(NOW + timedelta(days=7), number=1, key="remind:1", template="remind")
    letter = post.queue(NOW, number=1, key="invite:l", template="invite", channel=Channel.LETTER)
    post.queue(NOW, number=2, key="invite:2", template="invite")
    post.queue(NOW, number=1, key="other:1", template="other")
    actions.drop(letter, by=house.as_("administrator"))
    rows = queries.written(post.somebody(1), ["invite", "remind"])
    for state in (State.WAITING, State.SENT, State.UNSURE, State.FAILED):
        rows.exclude(pk=letter.pk).update(state=state, failure=Failure.FAULT if state == State.FAILED else "")
        out[state.value] = (rows.filter(queries.GONE).count(), rows.filter(queries.UNDER_WAY).count())
    assert out == {"waiting": (0, 2), "sent": (2, 0), "perhaps sent": (2, 0), "failed": (0, 0)}
    rows.filter(pk=letter.pk).update(state=State.SENT)
    assert rows.filter(queries.UNDER_WAY).get().pk == letter.pk, "not printed is not out"
    assert queries.how_often(scope, "invite") == {post.somebody(1): 2, post.somebody(2): 1}


def raw_rows() -> bytes:
    """Everything the table of messages holds, and the audit with it, as the database has it."""
    said = b""
    with connection.cursor() as cursor:
        for table in ("outbox_message", "access_auditrow"):
            cursor.execute(f"SELECT * FROM {table}")
            said += repr(cursor.fetchall()).encode()
    return said


def test_nothing_personal_is_kept_whatever_becomes_of_a_message(house, tmp_path):
    by, admin = house.worker, house.as_("administrator")
    for number in range(5):
        post.queue(NOW, number=number, about={"unit": house.unit.pk})
    letter = post.queue(NOW, channel=Channel.LETTER, scope=house.unit.scope)
    while sending.send_next(post.files(tmp_path), by=by):
        pass
    sent = list(Message.objects.filter(channel=Channel.EMAIL))
    actions.note_bounce(sent[0], by=admin)
    actions.retry(sent[0], by=admin)
    actions.drop(sent[0], by=admin)
    actions.fetch(letter, by=house.as_("coordinator"), run=post.PEOPLE)
    rows = raw_rows()
    assert len(rows) > 1000
    for canary in (post.NAME, post.EMAIL, post.STREET, post.SAID, "Kanari"):
        assert canary.encode() not in rows
        assert canary.encode().hex().encode() not in rows
    written = b"".join(f.read_bytes() for f in (tmp_path / "mail").iterdir())
    assert b"Kanari sang her" in written, "the canary sings where it may"


@pytest.mark.parametrize("deed", [actions.retry, actions.drop])
def test_a_deed_on_a_message_leaves_its_row_or_nothing(house, deed):
    message = post.queue(NOW)
    with pytest.raises(NotVisible):
        deed(message, by=house.as_("volunteer"))
    deed(message, by=house.as_("administrator"))
    row = AuditRow.objects.filter(verb=f"outbox.{deed.__name__}").get()
    assert (row.object_kind, row.object_id, row.fields) == ("message", str(message.pk), [])


def test_a_bounce_is_noted_and_can_be_sent_once_more(house):
    message = post.queue(NOW)
    with pytest.raises(Refused):
        actions.note_bounce(message, by=house.as_("administrator"))
    Message.objects.update(state=State.SENT)
    actions.note_bounce(message, by=house.as_("administrator"))
    actions.note_bounce(message, by=house.as_("administrator"))
    message.refresh_from_db()
    assert (message.state, message.failure) == (State.FAILED, Failure.BOUNCED)
    actions.retry(message, by=house.as_("administrator"))
    message.refresh_from_db()
    assert (message.state, message.failure, message.turn, message.tries) == (State.WAITING, "", 2, 0)
