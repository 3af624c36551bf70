"""`alongside check`: what is missing or unsafe in this installation, in plain words."""

import argparse
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alongside.cli import starting
from alongside.cli.sentences import command

ROOM_WANTED = 1024**3
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}


@dataclass(frozen=True)
class Line:
    fine: bool
    says: str


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "check",
        help="say what is missing or unsafe in this installation",
        description="Says what is missing or unsafe here. Exit status 0: all is well; 1: something to do.",
    )
    parser.set_defaults(func=check)


def check(_args: argparse.Namespace) -> int:
    starting.django_ready()
    found = list(_lines())
    for line in found:
        print(f"{'ok      ' if line.fine else 'DO THIS '} {line.says}", flush=True)
    to_do = sum(not line.fine for line in found)
    print("All is well." if not to_do else f"{to_do} to do." if to_do > 1 else "One thing to do.")
    return 1 if to_do else 0


def _lines() -> Iterator[Line]:
    """From the ground up: where the tables are missing, what stands on them is not asked."""
    yield from _settings()
    yield from _folder()
    yield from _build()
    yield _mail()
    first = starting.what_to_run_first()
    if first:
        yield Line(False, first)
        return
    yield Line(True, "The database's tables are up to date.")
    for each in (_set_up, _triggers, _chain, _worker):
        yield each()


def _settings() -> Iterator[Line]:
    from django.conf import settings

    hosts = set(settings.ALLOWED_HOSTS)
    away = sorted(hosts - LOOPBACK)
    if "*" in hosts:
        yield Line(False, "Any host name is accepted. Name your own in ALONGSIDE_HOSTS, separated by commas.")
    elif not away:
        yield Line(True, "Only this machine is served. To serve others, name the hosts in ALONGSIDE_HOSTS.")
    else:
        yield Line(True, f"Served as {', '.join(away)}.")
    if away and not settings.SECURE_SSL_REDIRECT:
        yield Line(False, "Pages travel unencrypted. Put an HTTPS proxy before it and set ALONGSIDE_HTTPS=1.")
    elif away:
        yield Line(True, "Pages travel encrypted (ALONGSIDE_HTTPS).")
    other = " If yours begin otherwise, set ALONGSIDE_TIME_ZONE, e.g. Europe/Oslo."
    yield Line(True, f"Days begin by {settings.TIME_ZONE}.{other if settings.TIME_ZONE == 'UTC' else ''}")


def _folder() -> Iterator[Line]:
    from django.conf import settings

    home = Path(settings.DATA_FOLDER)
    if stat.S_IMODE(home.stat().st_mode) & 0o077:
        yield Line(False, f"Others on this machine can look into {home}. Run: chmod 700 {home}")
    else:
        yield Line(True, f"{home} is its owner's alone.")
    yield _secret_key(home / "secret-key")
    yield room(shutil.disk_usage(home).free)


def room(free: int) -> Line:
    """Whether so many free bytes are enough."""
    said = f"{free / 1024**3:.1f} GiB"
    if free >= ROOM_WANTED:
        return Line(True, f"{said} are free for data.")
    return Line(False, f"Only {said} are free for data. Make room.")


def _secret_key(file: Path) -> Line:
    if os.environ.get("ALONGSIDE_SECRET_KEY"):
        long_enough = len(os.environ["ALONGSIDE_SECRET_KEY"]) >= 40
        return Line(
            long_enough,
            "The secret key comes from the environment."
            if long_enough
            else "ALONGSIDE_SECRET_KEY is short. Use at least 40 random characters, or leave it unset.",
        )
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Line(False, f"Others on this machine can read the secret key. Run: chmod 600 {file}")
    return Line(True, "The secret key is its owner's alone.")


def _build() -> Iterator[Line]:
    """The database itself: that it is a build, and has the settings, that keep what was acknowledged."""
    from django.db import connection

    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            answer = str(cursor.fetchone()[0])
            cursor.execute("SHOW server_version")
            version = str(cursor.fetchone()[0]).split(" ")[0]
        safe = answer != "off"
        yield Line(
            safe,
            f"PostgreSQL {version} writes before it acknowledges."
            if safe
            else "PostgreSQL acknowledges before it writes. Set synchronous_commit to on.",
        )
        return
    import sqlite3

    yield Line(True, f"SQLite {sqlite3.sqlite_version} has no known fault that loses writes.")
    with connection.cursor() as cursor:
        values = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    safe = values == ["wal", 2]
    yield Line(
        safe,
        "SQLite writes before it acknowledges (WAL, synchronous FULL)."
        if safe
        else f"SQLite can lose what was acknowledged (journal {values[0]}, synchronous {values[1]}). "
        "Is its folder on a network drive? Keep ALONGSIDE_DATA on a local disk.",
    )


def _mail() -> Line:
    """The mail server is greeted and left; what it answers could hold an address and is not repeated."""
    import smtplib

    from django.conf import settings

    from alongside.core.outbox import smtp

    if not settings.SMTP_URL:
        return Line(True, "No mail server is set, so e-mails wait. To send them, set ALONGSIDE_SMTP_URL.")
    try:
        server = smtp.from_url(settings.SMTP_URL, settings.MAIL_FROM)
    except smtp.UnreadableError:
        return Line(
            False,
            "ALONGSIDE_SMTP_URL or ALONGSIDE_MAIL_FROM can't be read. They look like "
            "smtp+starttls://user:password@host and “Fjellvik <post@fjellvik.example>”.",
        )
    try:
        server.connect().quit()
    except (OSError, smtplib.SMTPException) as trouble:
        return Line(
            False,
            f"The mail server {server.host} does not let us in: {type(trouble).__name__}. E-mails wait.",
        )
    return Line(True, f"The mail server {server.host} answers.")


def _set_up() -> Line:
    from alongside.core.access.policy import installation
    from alongside.core.kit.refusal import NotVisible

    try:
        return Line(True, f"{installation().name} is set up.")
    except NotVisible:
        return Line(False, f"There is no organisation and no administrator yet. Run: {command('setup')}")


def _triggers() -> Line:
    from django.db import connection

    from alongside.core.access import append_only

    if append_only.are_set(connection):
        return Line(True, "The database refuses to change the audit.")
    return Line(
        False,
        "The audit could be changed: its triggers are gone. Find out who removed them.",
    )


def _chain() -> Line:
    from alongside.core.access import audit

    alarms = audit.verify()
    if not alarms:
        return Line(True, "The audit is whole: every sealed row is as it was.")
    first = alarms[0].says
    return Line(
        False, f"The audit is NOT whole: {first} ({len(alarms)} alarms). Somebody has changed the database."
    )


def _worker() -> Line:
    from alongside.core.access import queries
    from alongside.core.kit import clock

    sealed = queries.sealed(clock.now())
    if not sealed.late:
        return Line(True, "The worker keeps up.")
    last = f"the last was sealed {sealed.at:%Y-%m-%d %H:%M} UTC" if sealed.at else "none has been sealed yet"
    return Line(
        False,
        f"The worker is behind: audit rows wait to be sealed; {last}. "
        f"Is `{command('serve')}` or `{command('worker')}` running?",
    )
