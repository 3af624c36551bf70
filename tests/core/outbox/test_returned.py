"""What a returned e-mail says, and everything that is none."""

import random

import pytest

from alongside.core.outbox import returned
from alongside.core.outbox.returned import Notice, Says
from tests.core.outbox import notices, post

OURS = post.somebody(7)


@pytest.mark.parametrize("original", [notices.WHOLE, notices.HEADERS], ids=["whole", "its headers alone"])
def test_a_notice_names_our_message(original):
    assert returned.read(notices.notice(OURS, original=original)) == Notice(Says.FAILED, OURS)


def test_a_server_that_still_tries_has_given_nothing_back():
    assert returned.read(notices.notice(OURS, action="delayed", status="4.4.7")) == Notice(Says.LATER, OURS)


def test_somebody_else_s_e_mail_is_none_of_ours():
    assert returned.read(notices.notice("20270510.abc")) == Notice(Says.FAILED, None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: I am away until Monday\r\n\r\nSee you.",
        f"Subject: Re: a few questions\r\nIn-Reply-To: <{OURS}@x>\r\n\r\nNo, thank you.".encode(),
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: multipart/report\r\n\r\nno boundary",
        notices.notice(OURS) + b" " * returned.MOST_BYTES,
    ],
)
def test_anything_else_is_no_notice(content):
    assert returned.read(content).says is Says.NO_NOTICE


def test_a_notice_that_was_damaged_is_read_or_not_but_breaks_nothing():
    dice, whole = random.Random(20270510), notices.notice(OURS)
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 40)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        found = returned.read(bytes(content[: dice.randint(1, len(content))]))
        assert found.message in {OURS, None} or found.says is Says.FAILED
