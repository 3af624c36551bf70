"""E-mail against a mail server that takes, refuses, puts off, hangs and breaks off at each step."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from alongside.core.access import actor as actors
from alongside.core.outbox import sending, smtp
from alongside.core.outbox.carriers import email_of
from alongside.core.outbox.kinds import Channel, Failure, State
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address, Parcel, Words
from alongside.core.outbox.rules import End
from tests.conftest import NOW
from tests.core.outbox import post
from tests.core.outbox.mail_server import mail_server

SENDER = "Fjellvik kommune <post@fjellvik.example>"


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


def carrier(server, **more):
    return smtp.Smtp("127.0.0.1", server.port, SENDER, timeout=0.4, **more)


def parcel(to="kari@example.org", **more):
    words = {
        "language": "nb",
        "sender": ("Fjellvik kommune",),
        "subject": "En melding til deg",
        "paragraphs": ("Blåbærsyltetøy.", ".en linje som begynner med punktum"),
        **more,
    }
    return Parcel(post.somebody(1), 1, Address("Kari", to), Words(**words), NOW)


def test_what_is_taken_is_what_was_written(server):
    outcome = carrier(server).hand_over(
        parcel(link="https://fjellvik.example/s", link_words="Åpne:", code="7KQ2")
    )
    assert outcome.end is End.TAKEN
    [(to, text)] = server.taken
    mail = message_from_bytes(text.replace(b"\r\n..", b"\r\n.").removesuffix(b".\r\n"), policy=default)
    assert to == mail["To"] == "kari@example.org"
    assert mail["From"] == SENDER
    assert mail["Subject"] == "En melding til deg"
    assert mail["Message-ID"] == f"<{post.somebody(1)}@fjellvik.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "nb"
    assert mail["Date"].datetime == NOW
    said = mail.get_content().replace("\r\n", "\n").strip()
    assert said.split("\n\n") == [
        "Blåbærsyltetøy.",
        ".en linje som begynner med punktum",
        "Åpne:\nhttps://fjellvik.example/s\n 7KQ2",
        "Fjellvik kommune",
    ]


@pytest.mark.parametrize(
    ("local", "end", "failure"),
    [
        ("kari", End.TAKEN, None),
        ("refused", End.REFUSED, Failure.REFUSED),
        ("refused-text", End.REFUSED, Failure.REFUSED),
        ("later", End.PUT_OFF, Failure.UNREACHABLE),
        ("later-data", End.PUT_OFF, Failure.UNREACHABLE),
        ("later-text", End.PUT_OFF, Failure.UNREACHABLE),
        ("hang-rcpt", End.PUT_OFF, Failure.UNREACHABLE),
        ("cut-rcpt", End.PUT_OFF, Failure.UNREACHABLE),
        ("cut-data", End.PUT_OFF, Failure.UNREACHABLE),
        ("hang-text", End.UNKNOWN, None),
        ("cut-text", End.UNKNOWN, None),
    ],
)
def test_what_each_answer_means(server, local, end, failure):
    outcome = carrier(server).hand_over(parcel(f"{local}@example.org"))
    assert (outcome.end, outcome.failure) == (end, failure)
    assert len(server.taken) == (1 if end is End.TAKEN else 0)


def test_a_server_that_does_not_take_us_is_no_recipient_s_fault(server):
    server.refuse_sender = True
    outcome = carrier(server).hand_over(parcel())
    assert (outcome.end, outcome.failure) == (End.PUT_OFF, Failure.UNREACHABLE)


def test_a_server_that_is_away_puts_it_off(server):
    away = smtp.Smtp("127.0.0.1", 1, SENDER, timeout=0.4)
    assert away.hand_over(parcel()).end is End.PUT_OFF


@pytest.mark.parametrize("more", [{"security": "smtp+starttls"}, {"user": "post", "password": "a long one"}])
def test_nothing_goes_unencrypted_or_unknown_where_that_was_asked_for(server, more):
    """The test server speaks neither TLS nor knows anybody: then nothing is sent."""
    assert carrier(server, **more).hand_over(parcel()).end is End.PUT_OFF
    assert server.taken == []


def test_a_name_from_far_away_is_written_as_servers_read_it(server):
    assert carrier(server).hand_over(parcel("kari@blåbær.example")).end is End.TAKEN
    assert server.taken[0][0] == "kari@xn--blbr-roah.example"


def test_a_subject_can_add_no_header():
    mail = email_of(parcel(subject="Hei\r\nBcc: all@example.org"), SENDER)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hei Bcc: all@example.org"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "smtp", "", "")),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "smtp", "", "")),
        (
            "smtp+starttls://{}:p%40ss@mail.example".format("post"),
            ("mail.example", 587, "smtp+starttls", "post", "p@ss"),
        ),
        ("smtps://post@mail.example:4650", ("mail.example", 4650, "smtps", "post", "")),
    ],
)
def test_the_address_of_a_mail_server(url, expected):
    made = smtp.from_url(url, SENDER)
    assert (made.host, made.port, made.security, made.user, made.password) == expected


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example", SENDER),
        ("smtp://", SENDER),
        ("smtp://mail.example:port", SENDER),
        ("smtp://mail.example", ""),
        ("smtp://mail.example", "Fjellvik"),
    ],
)
def test_settings_that_can_t_be_read(url, sender):
    with pytest.raises(smtp.UnreadableError) as caught:
        smtp.from_url(url, sender)
    assert str(caught.value) == ""


def queue_to(*locals_):
    book = post.Book()
    for number, local in enumerate(locals_):
        book.known[post.somebody(number)] = Address("Kari", f"{local}@example.org")
        post.queue(NOW, number=number)
    return book


def states(minute, the_post):
    while sending.send_next(the_post, by=actors.worker(NOW + timedelta(minutes=minute))):
        pass
    rows = Message.objects.order_by("key").values_list("state", "failure", "tries")
    return [tuple(row) for row in rows]


def test_each_message_stands_where_its_answer_puts_it(house, server):
    """And what was perhaps sent is not sent again, however long one waits."""
    book = queue_to("kari", "refused", "later", "cut-text", "hang-text")
    the_post = sending.Post(book, post.Template(), {Channel.EMAIL: carrier(server)})
    now = [
        (State.SENT, "", 0),
        (State.FAILED, Failure.REFUSED, 0),
        (State.WAITING, Failure.UNREACHABLE, 1),
        (State.UNSURE, "", 0),
        (State.UNSURE, "", 0),
    ]
    assert states(0, the_post) == now
    assert server.conversations == 5
    book.known[post.somebody(2)] = Address("Kari", "kari@example.org")
    now[2] = (State.SENT, "", 1)
    assert states(600, the_post) == now
    assert server.conversations == 6
    assert len(server.taken) == 2


def test_a_worker_that_died_while_it_handed_over_leaves_it_to_a_person(house, server):
    post.queue(NOW)
    assert sending._begin(sending.take(actors.worker(NOW), [Channel.EMAIL]))
    the_post = sending.Post(post.Book(), post.Template(), {Channel.EMAIL: carrier(server)})
    assert states(4, the_post) == [(State.HANDING, "", 0)]
    assert states(5, the_post) == [(State.UNSURE, "", 0)]
    assert states(9999, the_post) == [(State.UNSURE, "", 0)]
    assert server.conversations == 0
