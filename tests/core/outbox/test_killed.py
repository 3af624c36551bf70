"""The worker is killed in the middle of sending, again and again: each message goes out once."""

import json
import multiprocessing
import os
import random
import re
import signal
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection, connections

from alongside.assess.surveys import inviting
from alongside.assess.surveys.models import AnswerCode
from alongside.core.outbox.kinds import Channel, State
from alongside.core.outbox.models import Message
from tests.conftest import NOW
from tests.core.outbox import post
from tests.factories import surveys
from tests.factories.house import build

SEED = 20270510
# The folder of the product's own post, with its address book, its wordings and its codes.
PRODUCT = "product"
# One letter in so many messages: a letter takes longer, so it is killed more often.
LETTERS = 6


def live(database, folder, minute, begun, most):
    """A worker's life: sends up to `most` messages and then waits to be killed; 0 is no limit, and an end."""
    from alongside.core.access import actor as actors
    from alongside.core.outbox import sending

    connections["default"].settings_dict["NAME"] = database
    the_post = the_post_of(folder)
    by = actors.worker(NOW + timedelta(minutes=minute))
    begun.set()
    sent = 0
    while sending.send_next(the_post, by=by):
        sent += 1
        if sent == most:
            time.sleep(600)


def the_post_of(folder):
    """The post of the product where its folder is called so, else one that says the same to everybody."""
    if folder.name != PRODUCT:
        return post.files(folder)
    from django.conf import settings

    from alongside.journeys import sending as journey

    settings.DATA_FOLDER, settings.DEMO = folder, True
    return journey.post()


def processes():
    """Real processes, begun from one that has imported everything: a new one within milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.core.outbox.begin"])
    return context


def begin(context, folder, minute, most=0):
    begun = context.Event()
    name = connection.settings_dict["NAME"]
    process = context.Process(target=live, args=(name, folder, minute, begun, most))
    process.start()
    assert begun.wait(60)
    return process


def left():
    return Message.objects.exclude(state=State.SENT).count()


def kill_among(context, folder, kills):
    """Kill `kills` workers while there is something to send; the moments are drawn, and follow the pace."""
    dice, pace, minute, where = random.Random(SEED), 0.02, 0, Counter()
    for number in range(kills):
        before = left()
        assert before, f"everything was sent after {number} kills: there was nothing left to be killed in"
        minute, most = minute + 10, max(1, before // (kills - number + 1))
        process = begin(context, folder, minute, most)
        life = dice.random() * 1.2 * pace * most
        time.sleep(life)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        where.update(cut_off(folder))
        sent = before - left()
        pace = 0.7 * pace + 0.3 * min(0.2, life / sent) if sent else pace * 1.1
    return minute, where


def cut_off(folder):
    """Where a kill has fallen: into the hand-over, before its file was there or after it."""
    for message in Message.objects.filter(state=State.HANDING):
        kind = ("mail", "eml") if message.channel == Channel.EMAIL else ("letters", "pdf")
        yield "file is there" if (folder / kind[0] / f"{message.pk}.{kind[1]}").exists() else "no file yet"


def send_the_rest(context, folder, minute):
    process = begin(context, folder, minute + 10)
    process.join(300)
    assert process.exitcode == 0


def send_through_kills(folder, *, messages, kills):
    build(NOW)
    for number in range(messages):
        channel = Channel.EMAIL if number % LETTERS else Channel.LETTER
        post.queue(NOW, number=number, channel=channel)
    return send_all(folder, kills, "Fjellvik municipality")


def send_all(folder, kills, last_words):
    context = processes()
    minute, where = kill_among(context, folder, kills)
    send_the_rest(context, folder, minute)
    compare(folder, last_words)
    return where


def whole(folder, suffix):
    """The files under their final names: what a kill has left aside is hidden, and swept later."""
    return sorted(f for f in folder.iterdir() if f.suffix == suffix and not f.name.startswith("."))


def compare(folder, last_words):
    """The rows against the files: one file a message, and each of them whole."""
    assert left() == 0
    wanted = {}
    for channel in Channel:
        wanted[channel] = set(Message.objects.filter(channel=channel).values_list("pk", flat=True))
    mail = whole(folder / "mail", ".eml")
    assert [f.name for f in mail] == sorted(f"{pk}.eml" for pk in wanted[Channel.EMAIL])
    for file in mail:
        parsed = message_from_bytes(file.read_bytes(), policy=default)
        assert parsed["Message-ID"] == f"<{file.stem}@localhost>"
        assert parsed.get_content().rstrip().endswith(last_words)
    letters = whole(folder / "letters", ".pdf")
    assert [f.name for f in letters] == sorted(f"{pk}.pdf" for pk in wanted[Channel.LETTER])
    for file in letters:
        assert file.read_bytes().rstrip().endswith(b"%%EOF")
    assert Message.objects.filter(tries__gt=0).count() == 0


def test_a_worker_killed_fifteen_times_sends_each_message_once(committed, tmp_path):
    send_through_kills(tmp_path, messages=60, kills=15)


def test_an_invitation_that_was_written_in_between_holds_the_one_code_of_its_message(committed, tmp_path):
    """Each respondent gets one message, and what it holds opens her questionnaire, whenever a kill fell."""
    house = build(NOW)
    survey = surveys.survey(house, of=30)
    for number in range(1, 31):
        way = (
            {"channel": "letter", "postal": "Lia 3"}
            if number % 3
            else {"channel": "e-mail", "email": "a@b.no"}
        )
        surveys.respondent(house, survey, unit=f"{number:03}", **way)
    inviting.invite(survey, by=house.as_("researcher"), contact="Rita, 555 01")
    (folder := tmp_path / PRODUCT).mkdir()
    send_all(folder, 12, "Centre for Care Research")
    printed = [json.loads(file.read_text())["link"] for file in whole(folder / "letters", ".json")]
    mailed = [
        re.search(r"\S+/a/\w{12}", message_from_bytes(file.read_bytes(), policy=default).get_content())[0]
        for file in whole(folder / "mail", ".eml")
    ]
    codes = [link[-12:] for link in printed + mailed]
    assert (len(printed), len(mailed)) == (20, 10)
    opened = {surveys.holder(house, code).subject for code in codes}
    assert opened == set(AnswerCode.objects.values_list("pk", flat=True)), (
        "and no code is left that nobody has"
    )
    assert AnswerCode.objects.values("respondent").distinct().count() == 30


@pytest.mark.slow
def test_a_worker_killed_two_hundred_times_sends_each_message_once(committed, tmp_path, capsys):
    where = send_through_kills(tmp_path, messages=300, kills=200)
    with capsys.disabled():
        print(f"\n200 kills: {where.total()} in the middle of a hand-over ({dict(where)})")
    assert where["file is there"] > 0, "no kill fell between a file and its row: nothing was shown"
    assert where["no file yet"] > 0
