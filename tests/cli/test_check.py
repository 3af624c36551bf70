"""`alongside check`: each thing that can be missing or unsafe is named, with what to do."""

from datetime import timedelta

import pytest
from django.db import connection

from alongside.cli import checking, main
from alongside.core.access import append_only, audit
from alongside.core.access.models import AuditRow
from tests.conftest import NOW
from tests.core.outbox.mail_server import mail_server


@pytest.fixture
def sound(db, capsys, settings, tmp_path):
    """An installation in which nothing is to do."""
    main(["setup", "--organisation", "Fjellvik", "--name", "Ada"])
    capsys.readouterr()
    append_only.lock(connection)
    settings.DATA_FOLDER = tmp_path
    settings.ALLOWED_HOSTS = ["localhost"]
    tmp_path.chmod(0o700)
    (tmp_path / "secret-key").write_text("x" * 50)
    (tmp_path / "secret-key").chmod(0o600)
    return tmp_path


def checked(capsys):
    """The exit status, and the lines of what is to do."""
    status = main(["check"])
    said = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("ok ", "DO THIS ")) for line in said[:-1])
    return status, [line.removeprefix("DO THIS ").strip() for line in said if line.startswith("DO THIS")]


def test_all_is_well(sound, capsys):
    assert checked(capsys) == (0, [])
    main(["check"])
    assert capsys.readouterr().out.splitlines()[-1] == "All is well."


def test_a_folder_that_others_can_look_into(sound, capsys):
    sound.chmod(0o750)
    assert checked(capsys) == (1, [f"Others on this machine can look into {sound}. Run: chmod 700 {sound}"])


def test_a_secret_key_that_others_can_read(sound, capsys):
    (sound / "secret-key").chmod(0o644)
    status, to_do = checked(capsys)
    assert (status, len(to_do)) == (1, 1)
    assert "can read the secret key. Run: chmod 600" in to_do[0]


@pytest.mark.parametrize(("key", "status"), [("k" * 10, 1), ("k" * 50, 0)])
def test_a_secret_key_from_the_environment(sound, capsys, monkeypatch, key, status):
    monkeypatch.setenv("ALONGSIDE_SECRET_KEY", key)
    (sound / "secret-key").unlink()
    assert checked(capsys)[0] == status


def test_pages_that_travel_unencrypted(sound, capsys, settings):
    settings.ALLOWED_HOSTS = ["localhost", "care.example"]
    status, to_do = checked(capsys)
    assert (status, len(to_do)) == (1, 1)
    assert "ALONGSIDE_HTTPS=1" in to_do[0]
    settings.SECURE_SSL_REDIRECT = True
    assert checked(capsys) == (0, [])


def test_any_host_at_all(sound, capsys, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_SSL_REDIRECT = True
    status, to_do = checked(capsys)
    assert (status, len(to_do)) == (1, 1)
    assert "ALONGSIDE_HOSTS" in to_do[0]


def test_an_audit_that_could_be_changed(sound, capsys):
    append_only.unlock(connection)
    status, to_do = checked(capsys)
    assert (status, len(to_do)) == (1, 1)
    assert "triggers are gone" in to_do[0]


def test_an_audit_that_was_changed(sound, capsys):
    from alongside.core.access import actor

    audit.seal(actor.worker(NOW))
    append_only.unlock(connection)
    AuditRow.objects.filter(pk=AuditRow.objects.earliest("id").pk).update(verb="other")
    append_only.lock(connection)
    status, to_do = checked(capsys)
    assert (status, len(to_do)) == (1, 1)
    assert "NOT whole" in to_do[0]
    assert "is not what was sealed" in to_do[0]


@pytest.mark.parametrize(("minutes", "status"), [(0, 0), (5, 1)])
def test_a_worker_that_is_behind(sound, capsys, minutes, status):
    from alongside.core.access import actor
    from alongside.core.access.policy import installation

    audit.seal(actor.worker(NOW))
    audit.record(actor.operator(NOW - timedelta(minutes=minutes)), "tests.deed", installation())
    assert checked(capsys)[0] == status


@pytest.mark.django_db
def test_nobody_has_been_set_up(capsys):
    append_only.lock(connection)
    main(["check"])
    assert "DO THIS  There is no organisation and no administrator yet. Run: alongside setup" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(("free", "fine"), [(0, False), (1024**3 - 1, False), (1024**3, True)])
def test_room_for_data(free, fine):
    assert checking.room(free).fine is fine


def test_the_database_is_named_with_how_it_keeps_what_it_acknowledged(sound, capsys):
    main(["check"])
    said = capsys.readouterr().out
    assert ("synchronous FULL" if connection.vendor == "sqlite" else "PostgreSQL") in said


SENDER = "Fjellvik <post@fjellvik.example>"


def test_a_mail_server_that_answers(sound, capsys, settings):
    with mail_server() as server:
        settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{server.port}", SENDER
        assert checked(capsys) == (0, [])
        assert server.conversations == 1


@pytest.mark.parametrize(
    ("url", "sender", "said"),
    [
        (
            "smtp://127.0.0.1:1",
            SENDER,
            "The mail server 127.0.0.1 does not let us in: ConnectionRefusedError.",
        ),
        ("smtp://127.0.0.1", "", "ALONGSIDE_SMTP_URL or ALONGSIDE_MAIL_FROM can't be read."),
        ("mail.example", SENDER, "ALONGSIDE_SMTP_URL or ALONGSIDE_MAIL_FROM can't be read."),
    ],
)
def test_a_mail_server_that_can_t_be_used(sound, capsys, settings, url, sender, said):
    settings.SMTP_URL, settings.MAIL_FROM = url, sender
    status, to_do = checked(capsys)
    assert (status, len(to_do)) == (1, 1)
    assert to_do[0].startswith(said)
