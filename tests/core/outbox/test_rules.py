"""When a message goes, and when it must not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from alongside.core.outbox import rules
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.rules import End
from tests.conftest import NOW

OSLO = ZoneInfo("Europe/Oslo")
SOME_ID = UUID("00000000-0000-4000-8000-000000000001")


def codes(reasons):
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(
    ("put_off", "wait"),
    [
        (1, timedelta(minutes=1)),
        (2, timedelta(minutes=5)),
        (3, timedelta(minutes=30)),
        (4, timedelta(hours=2)),
        (5, timedelta(hours=12)),
        (6, None),
        (7, None),
    ],
)
def test_the_next_try(put_off, wait):
    assert rules.next_try(put_off, NOW) == (NOW + wait if wait else None)


@pytest.mark.parametrize(
    ("end", "failure", "tries", "state", "counted", "why"),
    [
        (End.TAKEN, None, 2, State.SENT, 2, None),
        (End.NOT_NEEDED, None, 0, State.DROPPED, 0, None),
        (End.UNKNOWN, None, 0, State.UNSURE, 0, None),
        (End.REFUSED, Failure.REFUSED, 0, State.FAILED, 0, Failure.REFUSED),
        (End.REFUSED, Failure.NO_ADDRESS, 1, State.FAILED, 1, Failure.NO_ADDRESS),
        (End.PUT_OFF, Failure.UNREACHABLE, 0, State.WAITING, 1, Failure.UNREACHABLE),
        (End.PUT_OFF, Failure.FAULT, 4, State.WAITING, 5, Failure.FAULT),
        (End.PUT_OFF, Failure.UNREACHABLE, 5, State.FAILED, 6, Failure.UNREACHABLE),
    ],
)
def test_what_follows_from_a_try(end, failure, tries, state, counted, why):
    step = rules.after(end, failure, tries=tries, at=NOW)
    assert (step.state, step.tries, step.failure) == (state, counted, why)
    assert (step.due is not None) is (state == State.WAITING)


@pytest.mark.parametrize(
    ("wall_clock", "goes"),
    [
        ((10, 6, 59), (10, 7, 0)),
        ((10, 7, 0), (10, 7, 0)),
        ((10, 12, 30), (10, 12, 30)),
        ((10, 20, 59), (10, 20, 59)),
        ((10, 21, 0), (11, 7, 0)),
        ((10, 23, 59), (11, 7, 0)),
        ((11, 0, 0), (11, 7, 0)),
    ],
)
def test_nobody_is_woken(wall_clock, goes):
    assert rules.after_night(datetime(2027, 5, *wall_clock, tzinfo=OSLO)) == datetime(
        2027, 5, *goes, tzinfo=OSLO
    )


def test_the_morning_is_the_wall_clock_s_when_the_clocks_change():
    """From 27 to 28 March 2027 the night in Oslo is an hour shorter."""
    morning = rules.after_night(datetime(2027, 3, 27, 22, 0, tzinfo=OSLO))
    assert morning.astimezone(UTC) == datetime(2027, 3, 28, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "email", "lines", "can"),
    [
        (Channel.EMAIL, "kari@example.org", (), True),
        (Channel.EMAIL, "kari@blåbær.example", (), True),
        (Channel.EMAIL, "kari", (), False),
        (Channel.EMAIL, "kari@example.org\nBcc: all@example.org", (), False),
        (Channel.EMAIL, "", ("Kari", "Solbakken 3"), False),
        (Channel.LETTER, "kari@example.org", (), False),
        (Channel.LETTER, "", ("", " "), False),
        (Channel.LETTER, "", ("Kari", "Solbakken 3"), True),
    ],
)
def test_whether_somebody_can_be_reached(channel, email, lines, can):
    assert rules.can_be_reached(channel, email=email, lines=lines) is can


def test_a_message_keeps_ids():
    assert rules.ids_only({"survey": 3, "unit": SOME_ID}) == {"survey": 3, "unit": str(SOME_ID)}


@pytest.mark.parametrize("value", ["Kari Nordmann", True, 1.5, ["x"], str(SOME_ID)])
def test_a_message_keeps_nothing_but_ids(value):
    with pytest.raises(TypeError) as caught:
        rules.ids_only({"who": value})
    assert str(value) not in str(caught.value)


@pytest.mark.parametrize("key", ["role:Kari", "role kari", "kari@example.org", "", "ab"])
def test_a_key_has_no_room_for_a_name(key):
    with pytest.raises(ValueError):
        rules.check_names(template="test", key=key)


def test_a_template_s_name_is_checked_as_well():
    with pytest.raises(ValueError):
        rules.check_names(template="Dear Kari", key="role:1")
    rules.check_names(template="role-given", key="role-given:5f0e6a4e-0f4f")


@pytest.mark.parametrize(
    ("days_ago", "code"),
    [
        ((), []),
        ((5,), []),
        ((4,), ["reminded-lately"]),
        ((20, 12, 6), []),
        ((30, 20, 12, 6), ["reminded-enough"]),
    ],
)
def test_reminders_have_limits(days_ago, code):
    written = [NOW - timedelta(days=each) for each in days_ago]
    assert codes(rules.why_not_remind(written, NOW)) == code


@pytest.mark.parametrize(
    ("state", "channel", "held", "fetched", "code"),
    [
        (State.WAITING, Channel.EMAIL, False, False, []),
        (State.WAITING, Channel.EMAIL, True, False, ["in-hand"]),
        (State.HANDING, Channel.EMAIL, False, False, ["in-hand"]),
        (State.FAILED, Channel.EMAIL, False, False, []),
        (State.UNSURE, Channel.EMAIL, False, False, []),
        (State.SENT, Channel.EMAIL, False, False, ["sent"]),
        (State.SENT, Channel.LETTER, False, False, []),
        (State.SENT, Channel.LETTER, False, True, ["fetched"]),
        (State.DROPPED, Channel.EMAIL, False, False, ["dropped"]),
    ],
)
def test_when_a_message_can_be_sent_again(state, channel, held, fetched, code):
    found = rules.why_not_retry(state=state, channel=channel, held=held, fetched=fetched)
    assert codes(found) == code


@pytest.mark.parametrize(
    ("state", "channel", "held", "fetched", "code"),
    [
        (State.WAITING, Channel.EMAIL, False, False, []),
        (State.WAITING, Channel.EMAIL, True, False, ["in-hand"]),
        (State.HANDING, Channel.LETTER, False, False, ["in-hand"]),
        (State.FAILED, Channel.EMAIL, False, False, []),
        (State.UNSURE, Channel.EMAIL, False, False, []),
        (State.SENT, Channel.EMAIL, False, False, ["sent"]),
        (State.SENT, Channel.LETTER, False, False, []),
        (State.SENT, Channel.LETTER, False, True, ["sent"]),
        (State.DROPPED, Channel.LETTER, False, False, ["dropped"]),
    ],
)
def test_when_a_message_can_be_dropped(state, channel, held, fetched, code):
    found = rules.why_not_drop(state=state, channel=channel, held=held, fetched=fetched)
    assert codes(found) == code


def test_what_else_makes_sense_in_which_state():
    arrived = {s for s in State if not rules.why_not_arrived(state=s)}
    bounced = {
        (s, c, f)
        for s in State
        for c in Channel
        for f in (False, True)
        if not rules.why_not_bounce(state=s, channel=c, fetched=f)
    }
    printed = {
        (s, c, f)
        for s in State
        for c in Channel
        for f in (False, True)
        if not rules.why_not_fetch(state=s, channel=c, fetched=f)
    }
    assert arrived == {State.UNSURE}
    assert {s for s, _, _ in bounced} == {State.SENT, State.UNSURE}
    assert {f for _, c, f in bounced if c == Channel.LETTER} == {True}, "a letter nobody printed is here yet"
    assert printed == {(State.SENT, Channel.LETTER, False)}
