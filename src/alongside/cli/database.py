"""`alongside migrate`."""

import argparse

from alongside.cli import starting


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "migrate",
        help="make the database's tables, or bring them up to date",
        description="Makes the database's tables, or brings them up to date. Run it after each upgrade.",
    )
    command.set_defaults(func=migrate)


def migrate(_args: argparse.Namespace) -> int:
    starting.django_ready()
    steps = starting.migrate()
    print(
        f"The database is up to date now ({steps} steps)."
        if steps
        else "The database was up to date already."
    )
    return 0
