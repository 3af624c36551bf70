"""`alongside places import`."""

import argparse
from datetime import datetime

from alongside.cli import starting
from alongside.cli.sentences import Stop


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("places", help="import countries and their regions", description="Places.")
    deeds = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    importing = deeds.add_parser(
        "import",
        help="add or update countries and subdivisions from ISO 3166",
        description=(
            "Adds or updates countries and their subdivisions from ISO 3166-2. All of it or nothing; "
            "importing again changes only what the source has changed."
        ),
    )
    importing.add_argument("--source", choices=["iso"], default="iso", help="where from (default: iso)")
    importing.add_argument(
        "--only", metavar="NO,SN", default="", help="only these countries, by ISO 3166-1 code"
    )
    importing.set_defaults(func=import_places)


def import_places(args: argparse.Namespace) -> int:
    starting.django_ready()
    from alongside.commons.catalogue import actions as catalogue
    from alongside.commons.places import actions, iso
    from alongside.core.access import actor
    from alongside.core.access.policy import installation
    from alongside.core.kit import clock

    only = frozenset(code.strip().upper() for code in args.only.split(",") if code.strip())
    unknown = sorted(only - {row.code for row in iso.countries()})
    if unknown:
        raise Stop(f"ISO 3166-1 has no country {', '.join(unknown)}. Give two-letter codes, like NO,SN.")
    rows = list(iso.subdivisions(only))
    at: datetime = clock.now()
    print(f"Reading {len(rows)} places ...", flush=True)
    by = actor.operator(at)
    done = actions.import_places(
        installation(),
        by=by,
        rows=rows,
        system=iso.SYSTEM,
        top_system=iso.TOP_SYSTEM,
        progress=lambda count: print(f"  {count} of {len(rows)} read, putting them in order ...", flush=True),
    )
    catalogue.keep_kinds(installation(), by=by)  # what the law of a new country requires
    print(f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged.")
    return 0
