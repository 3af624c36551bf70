"""Making Django ready, for the commands that need it."""

import errno
import os
import socket
import sys
import time
import warnings
import zoneinfo
from pathlib import Path

from alongside.cli.sentences import Stop, command


def django_ready() -> None:
    """Set Django up; the data folder is made for its owner alone where there is none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alongside.config.settings")
    if not sys.warnoptions:  # warnings are for developers; the person at the terminal reads sentences
        warnings.simplefilter("ignore")
    _check_time_zone()
    keep_to_owner()
    home = Path(os.environ.get("ALONGSIDE_DATA", "data"))
    try:
        if not home.exists():
            home.mkdir(mode=0o700, parents=True)
        (home / "static").mkdir(exist_ok=True)
    except OSError as wrong:
        raise Stop(f"{home} can't be the data folder: {wrong.strerror}. Set ALONGSIDE_DATA.") from None
    import django

    try:
        django.setup()
    except ValueError as wrong:
        raise Stop(f"A setting is not right: {wrong}") from None


def keep_to_owner() -> None:
    """What is written from here on, the database too, is its owner's alone."""
    os.umask(0o077)


def _check_time_zone() -> None:
    given = os.environ.get("ALONGSIDE_TIME_ZONE")
    if given is None:
        return
    try:
        zoneinfo.ZoneInfo(given)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise Stop(
            f"ALONGSIDE_TIME_ZONE is {given!r}, which is no time zone. "
            "Give a name such as Europe/Oslo, or leave it unset for UTC."
        ) from None


def is_bare() -> bool:
    """Whether nothing has ever been made in this database."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return not MigrationRecorder(connection).applied_migrations()


def what_to_run_first() -> str:
    """What a database without its tables, or with old ones, needs; empty where nothing."""
    pending = pending_migrations()
    if not pending:
        return ""
    if is_bare():
        return f"This installation is not set up yet. Run: {command('setup')}"
    return f"The database's tables are not up to date ({len(pending)} steps). Run: {command('migrate')}"


def pending_migrations() -> list[str]:
    """Names of the migrations that this database still lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def migrate() -> int:
    """Bring the tables up to date; returns how many steps that took."""
    from django.core.management import call_command

    steps = len(pending_migrations())
    if steps:
        call_command("migrate", verbosity=0, interactive=False)
    return steps


def let_go() -> None:
    """Close what this process holds of the database, before others are started."""
    from django.db import connections

    connections.close_all()


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except (socket.gaierror, OverflowError):
            raise Stop(f"{host} is not an address of this machine.") from None
        except OSError as wrong:
            if wrong.errno == errno.EADDRINUSE:
                return False
            raise Stop(f"{host} port {port} can't be listened on: {wrong.strerror}.") from None
    return True


def wanted_port(host: str, port: int, *, patience: float = 1.0) -> int:
    """A port that was asked for: waited for a little, since a server that has just ended lets go late."""
    until = time.monotonic() + patience
    while not is_free(host, port):
        if time.monotonic() > until:
            raise Stop(f"Port {port} on {host} is taken. Choose another with --port.")
        time.sleep(0.1)
    return port


def port_number(text: str) -> int:
    """For argparse: a port, or an error that says what one is."""
    import argparse

    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)
