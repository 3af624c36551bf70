"""Sending: what a try comes to, who holds a message, and what becomes of one that was cut off."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection

from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow
from alongside.core.kit.refusal import Refused
from alongside.core.outbox import actions, rules, sending
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address, Outcome
from alongside.core.outbox.rules import End
from tests.conftest import NOW
from tests.core.outbox import post
from tests.factories.house import build

EMAIL = [Channel.EMAIL]


@dataclass
class Told:
    """A carrier that does as it is told, and knows what it was given."""

    outcome: Outcome = field(default_factory=lambda: Outcome(End.TAKEN))
    taken: bool | None = None
    given: list = field(default_factory=list)

    def hand_over(self, parcel):
        self.given.append(parcel)
        return self.outcome

    def was_taken(self, message, turn):
        return self.taken


def told(outcome=None, *, taken=None, book=None, template=None):
    carrier = Told(outcome or Outcome(End.TAKEN), taken)
    return sending.Post(book or post.Book(), template or post.Template(), {Channel.EMAIL: carrier}), carrier


def at(minutes):
    return actors.worker(NOW + timedelta(minutes=minutes))


def send_all(the_post, by):
    count = 0
    while sending.send_next(the_post, by=by):
        count += 1
    return count


def stands():
    message = Message.objects.get()
    return message.state, message.failure, message.tries


def test_what_is_due_is_sent_once_and_leaves_an_audit_row(house):
    the_post, carrier = told()
    post.queue(NOW, not_before=NOW + timedelta(minutes=10))
    assert send_all(the_post, at(9)) == 0
    assert send_all(the_post, at(10)) == 1
    assert stands() == (State.SENT, "", 0)
    assert Message.objects.get().settled_at == NOW + timedelta(minutes=10)
    assert len(carrier.given) == 1
    assert send_all(the_post, at(999)) == 0
    assert AuditRow.objects.filter(verb="outbox.settle", actor=house.worker.subject).count() == 1


def test_what_has_no_carrier_waits(house):
    the_post, _ = told()
    post.queue(NOW, channel=Channel.LETTER)
    assert send_all(the_post, at(0)) == 0
    assert stands() == (State.WAITING, "", 0)


def test_it_is_tried_again_ever_later_and_given_up_at_last(house):
    the_post, carrier = told(Outcome(End.PUT_OFF, Failure.UNREACHABLE))
    post.queue(NOW)
    looked_at = (0, 1, 5, 6, 35, 36, 155, 156, 875, 876, 9999)
    assert [m for m in looked_at if send_all(the_post, at(m))] == [0, 1, 6, 36, 156, 876]
    assert len(carrier.given) == 6
    assert stands() == (State.FAILED, Failure.UNREACHABLE, 6)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(End.REFUSED, Failure.REFUSED), State.FAILED),
        (Outcome(End.UNKNOWN), State.UNSURE),
        (Outcome(End.TAKEN), State.SENT),
    ],
)
def test_what_is_settled_is_left_alone(house, outcome, state):
    the_post, carrier = told(outcome)
    post.queue(NOW)
    assert send_all(the_post, at(0)) == 1
    assert Message.objects.get().state == state
    assert send_all(the_post, at(9999)) == 0
    assert len(carrier.given) == 1


@pytest.mark.parametrize("address", [Address("Kari"), Address("Kari", "not an address")])
def test_without_an_address_nothing_is_written(house, address):
    the_post, carrier = told(book=post.Book({post.somebody(1): address}))
    post.queue(NOW)
    send_all(the_post, at(0))
    assert stands() == (State.FAILED, Failure.NO_ADDRESS, 0)
    assert carrier.given == []


def test_whoever_is_not_here_any_more_is_not_written_to(house):
    the_post, carrier = told(book=post.Book({post.somebody(1): None}))
    post.queue(NOW)
    send_all(the_post, at(0))
    assert stands() == (State.DROPPED, "", 0)
    assert carrier.given == []


class Faulty:
    def render(self, message, address, *, by):
        raise KeyError(address.name)


class Silent:
    def render(self, message, address, *, by):
        return None


def test_a_template_s_fault_stops_no_other_and_tells_nothing(house, caplog):
    the_post, carrier = told(template=Faulty())
    post.queue(NOW)
    with caplog.at_level(logging.INFO):
        send_all(the_post, at(0))
    assert stands() == (State.WAITING, Failure.FAULT, 1)
    assert "test failed with KeyError" in caplog.text
    assert "Kanari" not in caplog.text
    assert carrier.given == []


def test_what_is_not_needed_any_more_is_dropped(house):
    the_post, carrier = told(template=Silent())
    post.queue(NOW)
    send_all(the_post, at(0))
    assert stands() == (State.DROPPED, "", 0)
    assert carrier.given == []


def taken(state=State.WAITING):
    """A message that a worker has taken and not let go."""
    post.queue(NOW)
    message = sending.take(at(0), EMAIL)
    if state == State.HANDING:
        assert sending._begin(message)
    return message


def test_a_message_in_hand_is_nobody_else_s_until_the_lease_runs_out(house):
    first = taken()
    assert sending.take(at(4), EMAIL) is None
    second = sending.take(at(5), EMAIL)
    assert (second.pk, second.lease != first.lease) == (first.pk, True)


def test_a_worker_that_was_overtaken_changes_nothing(house):
    the_post, _ = told()
    late = taken()
    assert send_all(the_post, at(5)) == 1
    assert not sending._begin(late)
    with pytest.raises(Refused):
        actions.settle(late, by=at(6), state=State.FAILED, tries=0, failure=Failure.FAULT)
    assert stands() == (State.SENT, "", 0)


@pytest.mark.parametrize(
    ("was_taken", "handed_over", "state"),
    [(True, 0, State.SENT), (False, 1, State.SENT), (None, 0, State.UNSURE)],
)
def test_what_was_cut_off_is_settled_by_the_carrier(house, was_taken, handed_over, state):
    """Found: sent. Not there: sent now. Not to be known: left for a person, never sent blindly."""
    the_post, carrier = told(taken=was_taken)
    taken(State.HANDING)
    assert send_all(the_post, at(4)) == 0
    send_all(the_post, at(5))
    assert len(carrier.given) == handed_over
    assert Message.objects.get().state == state


class Breaking(Told):
    def hand_over(self, parcel):
        super().hand_over(parcel)
        raise KeyError(parcel.address.name)


@pytest.mark.parametrize(
    ("was_taken", "state", "failure", "tries"),
    [(True, State.SENT, "", 0), (False, State.WAITING, Failure.FAULT, 1), (None, State.UNSURE, "", 0)],
)
def test_a_carrier_s_fault_is_settled_by_looking_and_tells_nothing(
    house, caplog, was_taken, state, failure, tries
):
    carrier = Breaking(taken=was_taken)
    post.queue(NOW)
    send_all(sending.Post(post.Book(), post.Template(), {Channel.EMAIL: carrier}), at(0))
    assert stands() == (state, failure, tries)
    assert "its carrier failed with KeyError" in caplog.text
    assert "Kanari" not in caplog.text
    assert len(carrier.given) == 1


def test_a_person_decides_about_what_was_perhaps_sent(house):
    the_post, carrier = told(Outcome(End.UNKNOWN))
    message, admin = post.queue(NOW), house.as_("administrator")
    send_all(the_post, at(0))
    actions.note_arrival(message, by=admin)
    assert stands() == (State.SENT, "", 0)
    with pytest.raises(Refused):
        actions.retry(message, by=admin)
    Message.objects.update(state=State.UNSURE)
    actions.retry(message, by=admin)
    carrier.outcome = Outcome(End.TAKEN)
    send_all(the_post, at(1))
    assert stands() == (State.SENT, "", 0)
    assert {(p.message, p.turn) for p in carrier.given} == {(message.pk, 1)}


def test_what_is_in_hand_can_t_be_dropped_or_hurried(house):
    message, admin = taken(), house.as_("administrator")
    for deed in (actions.retry, actions.drop):
        with pytest.raises(Refused):
            deed(message, by=admin)
    late = actors.user(admin.subject, NOW + timedelta(minutes=5))
    actions.drop(message, by=late)
    assert stands() == (State.DROPPED, "", 0)


def test_a_file_that_is_there_is_not_made_again(house, tmp_path):
    """Killed after the file had its name, before the row said so."""
    the_post = post.files(tmp_path)
    message = taken(State.HANDING)
    parcel = sending._write(message, the_post, by=at(0))
    the_post.carriers[Channel.EMAIL].hand_over(parcel)
    before = {f: f.stat().st_mtime_ns for f in (tmp_path / "mail").iterdir()}
    send_all(the_post, at(5))
    assert stands() == (State.SENT, "", 0)
    the_post.carriers[Channel.EMAIL].hand_over(parcel)
    assert {f: f.stat().st_mtime_ns for f in (tmp_path / "mail").iterdir()} == before
    assert [f.name for f in before] == [f"{message.pk}.eml"]


def test_a_message_that_came_back_and_goes_again_is_a_file_of_its_own(house, tmp_path):
    the_post, message = post.files(tmp_path), post.queue(NOW)
    send_all(the_post, at(0))
    actions.note_bounce(message, by=house.as_("administrator"))
    actions.retry(message, by=house.as_("administrator"))
    send_all(the_post, at(2))
    assert {f.name for f in (tmp_path / "mail").iterdir()} == {f"{message.pk}.eml", f"{message.pk}-2.eml"}


def test_a_folder_that_can_t_be_written_puts_it_off(house, tmp_path):
    (tmp_path / "mail").write_text("a file where the folder should be")
    post.queue(NOW)
    send_all(post.files(tmp_path), at(0))
    assert stands() == (State.WAITING, Failure.UNREACHABLE, 1)


def work(the_post, start, sent):
    start.wait()
    try:
        sent.append(send_all(the_post, at(0)))
    finally:
        connection.close()


def test_fifty_workers_at_once_send_each_message_once(committed, tmp_path):
    build(NOW)
    for number in range(60):
        post.queue(NOW, number=number)
    the_post, start, sent = post.files(tmp_path), threading.Barrier(50), []
    workers = [threading.Thread(target=work, args=(the_post, start, sent)) for _ in range(50)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert sum(sent) == 60
    assert len(sent) == 50
    assert sorted(f.name for f in (tmp_path / "mail").iterdir()) == sorted(
        f"{pk}.eml" for pk in Message.objects.filter(state=State.SENT).values_list("pk", flat=True)
    )
    assert AuditRow.objects.filter(verb="outbox.settle").count() == 60


def test_the_lease_outlasts_every_hand_over():
    """Each step of a conversation with a mail server may take its whole time."""
    from alongside.core.outbox import smtp

    steps = (
        "connect",
        "greeting",
        "ehlo",
        "starttls",
        "ehlo",
        "user",
        "password",
        "mail",
        "rcpt",
        "data",
        "text",
    )
    longest = len(steps) * smtp.TIMEOUT
    assert longest < sending.LEASE.total_seconds()
    assert rules.WAITS[0] < sending.LEASE
