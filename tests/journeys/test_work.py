"""The worker's round: seal, tidy, compute, sweep; and the loop around it."""

import logging
import threading
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from alongside.assess.surveys import computing
from alongside.assess.surveys.models import CoordinationTable, Survey
from alongside.commons.people import accounts
from alongside.commons.people import actions as people
from alongside.commons.people.models import Membership
from alongside.core.access import audit, limits
from alongside.core.access.models import AuditRow, AuditSeal, OneTimeLink, RateWindow
from alongside.core.access.permissions import Permission as P
from alongside.core.access.policy import can
from alongside.core.access.roles import Role
from alongside.journeys import work
from tests.conftest import NOW
from tests.factories import surveys as made
from tests.factories.house import build


def answered(house, count=12, **more):
    survey = made.survey(house, of=count, **more)
    made.answer(house, survey, made.turns(survey, count))
    return survey


def test_a_round_seals_every_row_and_computes_every_table(house):
    first, second = answered(house), answered(house, 1, title="Another")
    done = work.run_once(NOW)
    assert done.computed == (first.pk, second.pk)
    assert done.sealed == AuditRow.objects.count() == AuditSeal.objects.count()
    assert audit.verify() == []
    assert not work.run_once(NOW)


def test_a_role_whose_last_day_has_passed_is_closed(house):
    day = NOW.date()
    volunteer = house.people["volunteer"]
    people.end_membership(
        Membership.objects.get(member=volunteer),
        by=house.as_("unit_coordinator"),
        last=day + timedelta(days=1),
    )
    assert work.run_once(NOW + timedelta(days=1)).tidied == 0
    assert can(house.as_("unit_coordinator"), P.IDENTITY_VIEW, volunteer)
    assert work.run_once(NOW + timedelta(days=2)).tidied == 1
    assert not can(house.as_("unit_coordinator"), P.IDENTITY_VIEW, volunteer)
    assert work.run_once(NOW + timedelta(days=2)).tidied == 0


def test_a_role_that_has_no_end_is_left_alone(house):
    people.add_person(house.unit, by=house.as_("unit_coordinator"), name="New", role=Role.VOLUNTEER)
    assert work.run_once(NOW + timedelta(days=999)).tidied == 0


def test_what_nobody_needs_any_more_is_swept(house):
    def attempt(at, whose):
        limits.allow("sign-in", whose, at=at, most=1, within=timedelta(minutes=15))

    attempt(NOW, "old")
    attempt(NOW + timedelta(days=39), "new")
    accounts.recover(house.people["volunteer"], by=house.operator)
    Session.objects.create(session_key="old", session_data="", expire_date=NOW)
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + timedelta(days=90))
    assert not work.run_once(NOW - timedelta(days=1)).swept
    swept = work.run_once(NOW + timedelta(days=40)).swept
    assert (swept.windows, swept.links, swept.sessions) == (1, 1, 1)
    assert RateWindow.objects.count() == 1
    assert not OneTimeLink.objects.exists()
    assert Session.objects.get().session_key == "new"


def test_attempts_are_still_counted_within_their_window(house):
    said = [limits.allow("sign-in", "me", at=NOW, most=2, within=timedelta(minutes=15)) for _ in range(3)]
    work.run_once(NOW)
    said.append(limits.allow("sign-in", "me", at=NOW, most=2, within=timedelta(minutes=15)))
    later = NOW + timedelta(minutes=15)
    said.append(limits.allow("sign-in", "me", at=later, most=2, within=timedelta(minutes=15)))
    assert said == [True, True, False, False, True]


class Until:
    """Says stop once something has come about, or after so many seconds; and how often it was asked."""

    def __init__(self, come_about, seconds=30.0):
        self.come_about, self.ends = come_about, time.monotonic() + seconds
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return time.monotonic() > self.ends or self.come_about()


def test_the_loop_computes_what_is_due_and_ends_when_told(committed):
    house = build(NOW)
    survey = answered(house)
    stop = Until(lambda: CoordinationTable.objects.filter(survey=survey).exists())
    work.run(stop, lambda: NOW, pause=0.01)
    assert CoordinationTable.objects.get().revision == 1
    assert AuditSeal.objects.exists()
    survey.refresh_from_db()
    assert survey.leased_until is None


def test_a_computation_under_way_holds_up_neither_sealing_nor_stopping(committed):
    """Far more draws than can be done in the time: the worker ends all the same, and gives the lease back."""
    house = build(NOW)
    survey = answered(house, 30, replicates=1_000_000)
    began = threading.Event()
    done_at = []

    def stop():
        if Survey.objects.get(pk=survey.pk).leased_until and not began.is_set():
            began.set()
            people.add_unit(house.municipality, by=house.operator, name="Meanwhile")
        if began.is_set() and AuditRow.objects.count() == AuditSeal.objects.count():
            done_at.append(time.monotonic())
        return bool(done_at)

    work.run(Until(stop), lambda: NOW, pause=0.01)
    assert time.monotonic() - done_at[0] < 5
    survey.refresh_from_db()
    assert not CoordinationTable.objects.exists()
    assert survey.leased_until is None


def test_a_lease_is_held_for_as_long_as_the_work_takes(committed):
    """The clock jumps ahead of the lease between rounds: no other worker can begin meanwhile."""
    house = build(NOW)
    survey = answered(house, 30, replicates=1_000_000)
    times = iter([NOW + timedelta(seconds=20 * n) for n in range(10_000)])
    seen = []

    def stop():
        until = Survey.objects.get(pk=survey.pk).leased_until
        if until:
            seen.append(until)
        return len(set(seen)) > 5

    work.run(Until(stop), lambda: next(times), pause=0.01)
    assert seen == sorted(seen)
    assert max(seen) - min(seen) > computing.LEASE


def test_the_loop_survives_a_database_that_is_away_for_a_moment(committed, caplog):
    """A table is taken away for real, and comes back once the worker has noticed."""
    house = build(NOW)
    survey = answered(house)
    caplog.set_level(logging.INFO, "alongside")

    def rename(old, new):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename("surveys_coordinationtable", "away")
    state = {"away": True}

    def stop():
        if state["away"] and "does not answer" in caplog.text:
            rename("away", "surveys_coordinationtable")
            state["away"] = False
        return not state["away"] and CoordinationTable.objects.filter(survey=survey).exists()

    work.run(Until(stop), lambda: NOW, pause=0.01)
    warnings = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert [r.name for r in warnings] == ["alongside.journeys.work"]
    assert "try in 1 s" in warnings[0].getMessage()
    assert CoordinationTable.objects.get().survey_id == survey.pk


@pytest.mark.parametrize("wait", [0.0, 3.0])
def test_rest_ends_at_once_when_told(wait):
    began = time.monotonic()
    work._rest(wait, lambda: True)
    assert time.monotonic() - began < 2


def test_logs_carry_numbers_only(committed, caplog):
    house = build(NOW)
    survey = answered(house, title="Canary title")
    caplog.set_level(logging.INFO, "alongside")
    work.run(Until(CoordinationTable.objects.exists), lambda: NOW, pause=0.01)
    assert f"survey {survey.pk}" in caplog.text
    assert "Canary" not in caplog.text
    assert "Solbakken" not in caplog.text
