"""The worker's sending: which carrier takes what, and that the rounds go on meanwhile."""

import email
import email.policy
import threading
import time
from datetime import timedelta

import pytest
from django.db import connections

from alongside.commons.people import actions as people
from alongside.commons.people import identity
from alongside.commons.people.models import Membership
from alongside.core.access import actor as actors
from alongside.core.access.models import AuditRow, AuditSeal
from alongside.core.access.roles import Role
from alongside.core.outbox.carriers import EmailFiles, LetterFiles
from alongside.core.outbox.kinds import Channel, State
from alongside.core.outbox.models import Message
from alongside.core.outbox.passing import Address
from alongside.core.outbox.smtp import Smtp
from alongside.journeys import sending, wordings, work
from tests.conftest import NOW
from tests.core.outbox import post
from tests.core.outbox.mail_server import mail_server
from tests.factories.house import build
from tests.house.texts import only_english, without, words

SENDER = "Fjellvik <post@fjellvik.example>"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path


def add(house, email="kari@example.org", **more):
    by = house.as_("unit_coordinator")
    return people.add_person(house.unit, by=by, name="Kari Nordmann", role=Role.RELAY, email=email, **more)


@pytest.mark.parametrize(
    ("demo", "url", "expected"),
    [
        (True, "smtp://mail.example", EmailFiles),
        (False, "smtp://mail.example", Smtp),
        (False, "", type(None)),
        (False, "nonsense://mail.example", type(None)),
    ],
)
def test_e_mail_goes_by_what_is_set(settings, demo, url, expected):
    """Never by a real server from the demonstration; and what has no carrier waits."""
    settings.DEMO, settings.SMTP_URL, settings.MAIL_FROM = demo, url, SENDER
    found = sending.carriers()
    assert isinstance(found.get(Channel.EMAIL), expected)
    assert isinstance(found[Channel.LETTER], LetterFiles)


def test_without_a_mail_server_e_mails_wait(house):
    add(house)
    assert work.run_once(NOW).sent == 0
    assert Message.objects.get().state == State.WAITING


def test_an_address_is_for_the_worker_alone(house):
    person = add(house, postal="Solbakken 3\n2600 Fjellvik", language="en")
    wanted = Address(
        "Kari Nordmann", "kari@example.org", ("Kari Nordmann", "Solbakken 3", "2600 Fjellvik"), "en"
    )
    assert identity.address_of(house.worker, person.pk) == wanted
    for who in ("administrator", "coordinator", "unit_coordinator", "volunteer"):
        assert identity.address_of(house.as_(who), person.pk) is None
    assert identity.address_of(actors.user(person.pk, NOW), person.pk) is None


def test_old_news_of_a_role_is_dropped(house, settings):
    settings.DEMO = True
    add(house)
    work.run_once(NOW + wordings.ROLE_IS_NEWS + timedelta(minutes=1))
    assert Message.objects.get().state == State.DROPPED


def test_whoever_can_sign_in_is_told_where(house, settings):
    settings.DEMO, settings.ADDRESS = True, "https://fjellvik.example"
    person = house.people["specialist"]
    house.account("specialist")
    people.change_card(person, by=house.as_("unit_coordinator"), name="Sara", email="sara@example.org")
    people.join(house.unit, by=house.as_("unit_coordinator"), person=person, role=Role.RELAY)
    assert work.run_once(NOW).sent == 1
    [file] = (settings.DATA_FOLDER / "mail").iterdir()
    assert "https://fjellvik.example" in file.read_text()


def test_a_message_is_written_in_the_recipient_s_language(house, settings):
    settings.DEMO = True
    add(house, language=settings.PSEUDO_LOCALE)
    add(house, email="nn@example.org", language="xx")
    work.run_once(NOW)
    languages = {
        line.partition(": ")[2]
        for file in (settings.DATA_FOLDER / "mail").iterdir()
        for line in file.read_text().splitlines()
        if line.startswith("Content-Language")
    }
    assert languages == {settings.PSEUDO_LOCALE, "en"}


def test_an_e_mail_in_norwegian_is_norwegian_throughout(house, settings):
    settings.DEMO = True
    add(house, language="nb")
    work.run_once(NOW)
    [file] = (settings.DATA_FOLDER / "mail").iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    said = mail.get_body().get_content()
    assert mail["Content-Language"] == "nb"
    assert mail["Subject"] == "Du har fått en ny rolle i Test installation"
    assert "fra mandag 10. mai 2027" in said
    known = frozenset({"Test installation", house.unit.name, house.municipality.name, SENDER})
    assert words(without(said, known)) & only_english("nb") == set()


def test_a_locked_telephone_shows_neither_a_topic_nor_a_name(house):
    """What a screen shows of a message: its subject and how it begins."""
    person = add(house)
    role = Membership.objects.get(member=person)
    message = Message.objects.get()
    occasion = wordings.Occasion(message, Address(name="Kari Nordmann"), "en", house.worker)
    words = wordings.TEMPLATES["role-given"].write(occasion)
    seen = f"{words.subject} {words.paragraphs[0]}"
    for secret in ("Kari", "Nordmann", "Solbakken", "Fjellvik", role.role):
        assert secret not in seen


def test_every_template_that_is_queued_is_there():
    from alongside.commons.people.kinds import ROLE_GIVEN

    assert ROLE_GIVEN in wordings.TEMPLATES
    assert all(str(template.called) for template in wordings.TEMPLATES.values())


def test_files_that_nobody_needs_any_more_are_swept_with_the_rest(house, folder):
    (folder / "letters").mkdir()
    (folder / "letters" / f"{post.PEOPLE}.pdf").write_bytes(b"%PDF of a message that is gone")
    (folder / "mail").mkdir()
    (folder / "mail" / ".aside-left").write_bytes(b"half an e-mail")
    (folder / "mail" / f"{post.PEOPLE}.eml").write_bytes(b"an e-mail of the demonstration")
    assert work.run_once(NOW).swept.files == 2
    assert [f.name for f in folder.rglob("*.*")] == [f"{post.PEOPLE}.eml"]


def rounds(stop):
    try:
        work.run(stop.is_set, lambda: NOW, 0.05)
    finally:
        connections.close_all()


def run_until(done, stop):
    until = time.monotonic() + 30
    while not done() and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()


def test_the_rounds_go_on_while_a_mail_server_hangs(committed, settings):
    """The audit is sealed within a second though the server does not answer; told to end, the worker ends."""
    house = build(NOW)
    with mail_server() as server:
        settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{server.port}", SENDER
        add(house, email="hang-rcpt@example.org")
        stop = threading.Event()
        worker = threading.Thread(target=rounds, args=(stop,))
        began = time.monotonic()
        worker.start()
        run_until(
            lambda: server.conversations and AuditSeal.objects.count() == AuditRow.objects.count(), stop
        )
        assert time.monotonic() - began < 15
        worker.join(20)
        assert not worker.is_alive()
        assert time.monotonic() - began < 30
        assert Message.objects.get().state == State.HANDING


def test_the_worker_sends_while_it_runs(committed, settings):
    house = build(NOW)
    with mail_server() as server:
        settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{server.port}", SENDER
        add(house)
        stop = threading.Event()
        worker = threading.Thread(target=rounds, args=(stop,))
        worker.start()
        run_until(lambda: Message.objects.filter(state=State.SENT).exists(), stop)
        worker.join(20)
    assert Message.objects.get().state == State.SENT
    assert [who for who, _ in server.taken] == ["kari@example.org"]
