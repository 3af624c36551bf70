"""The worker is killed in the middle of a file, again and again: each row counts once, and never half of a step."""

import multiprocessing
import os
import random
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections

from alongside.assess.surveys import computing, import_actions, import_files, staging
from alongside.assess.surveys.models import AnswersImport, StagedAnswers
from alongside.commons.forms.models import Submission
from alongside.core.access import actor as actors
from alongside.journeys import imports, work
from tests.conftest import NOW
from tests.factories import large
from tests.factories.house import build

SEED = 20270510
ROWS, STEP = 600, 20


def live(database, folder, minute, at_once, begun):
    """A worker's life: reads what is due and tidies up, in short steps."""
    from django.conf import settings

    connections["default"].settings_dict["NAME"] = database
    settings.DATA_FOLDER = folder
    staging.STEP, staging.AT_ONCE = STEP, at_once
    begun.set()
    imports.read_due(now=lambda: NOW + timedelta(minutes=minute))


def begin(context, folder, minute, at_once):
    begun = context.Event()
    args = (connection.settings_dict["NAME"], folder, minute, at_once, begun)
    process = context.Process(target=live, args=args)
    process.start()
    assert begun.wait(60)
    return process


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path


@pytest.mark.parametrize(("at_once", "keep"), [(ROWS, "all"), (45, "good")], ids=["at once", "by steps"])
def test_a_worker_that_is_killed_leaves_no_half_import(committed, folder, at_once, keep):
    house = build(NOW)
    survey = large.survey(house, ROWS)
    mistakes = {"bad_every": 100} if keep == "good" else {}
    kept = import_files.keep([line.encode() for line in large.lines(survey, ROWS, **mistakes)])
    by = house.as_("researcher")
    each = import_actions.hand_in(survey, by=by, name="a.csv", file=kept, keep=keep)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.core.outbox.begin"])
    dice, minute, kills = random.Random(SEED), 0, 0
    good = ROWS - (ROWS // 100 if mistakes else 0)
    while True:
        minute += 10
        process = begin(context, folder, minute, at_once)
        process.join(0.01 + dice.random() * 0.1 * 1.4**kills)
        if process.exitcode is not None:
            break
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        kills += 1
        found = AnswersImport.objects.get(pk=each.pk)
        counted = Submission.objects.filter(current=True).count()
        assert counted == found.added
        assert counted in {0, good} if at_once == ROWS else counted == good or counted % at_once == 0
        if found.state == "writing":
            assert not computing.due_surveys(actors.worker(NOW + timedelta(days=1))).exists()
    assert kills > 1, "nothing was killed"
    done = AnswersImport.objects.get(pk=each.pk)
    assert (done.state, done.added, done.bad) == ("done", good, ROWS - good)
    assert Submission.objects.count() == Submission.objects.values("subject").distinct().count() == good
    assert not StagedAnswers.objects.exists()
    assert [file for file in import_files.folder().iterdir() if not file.name.endswith(".csv")] == []
    assert computing.due_surveys(actors.worker(NOW + timedelta(days=1))).exists()


def test_reading_goes_on_beside_the_rounds_and_ends_when_the_worker_is_told(committed, folder, monkeypatch):
    """Rows are laid aside in small steps: the worker seals meanwhile, and the reader lets go at once."""
    monkeypatch.setattr(staging, "STEP", 5)
    house = build(NOW)
    survey = large.survey(house, ROWS)
    kept = import_files.keep([line.encode() for line in large.lines(survey, ROWS)])
    each = import_actions.hand_in(survey, by=house.as_("researcher"), name="a.csv", file=kept)
    until = time.monotonic() + 60
    told = threading.Event()

    def stop():
        rows = AnswersImport.objects.values_list("rows", flat=True).get(pk=each.pk)
        if rows > 20 or time.monotonic() > until:
            told.set()
        return told.is_set()

    def now():
        """Each step of the reader asks for the time: it has to wait for us, and can't be through by then."""
        if threading.current_thread() is not threading.main_thread():
            rows = AnswersImport.objects.values_list("rows", flat=True).get(pk=each.pk)
            if rows > 20:
                told.wait(60)
                time.sleep(0.1)
        return NOW

    work.run(stop, now, pause=0.01)
    left = AnswersImport.objects.get(pk=each.pk)
    assert 20 < left.rows < ROWS
    assert (left.state, left.leased_until) == ("reading", None)
    assert not Submission.objects.exists()
