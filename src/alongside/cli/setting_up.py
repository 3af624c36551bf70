"""`alongside setup`: the first organisation and its administrator, who signs in by a one-time link."""

import argparse
import sys

from alongside.cli import starting
from alongside.cli.sentences import Stop, command

KINDS = {
    "public": "public body",
    "voluntary": "voluntary organisation",
    "informal": "informal group",
    "company": "company",
}


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "setup",
        help="make the first organisation and its administrator",
        description=(
            "Makes the tables, the first organisation and its administrator, who is its coordinator too, "
            "and prints a link with which she signs in once. What is not given is asked for."
        ),
    )
    parser.add_argument("--organisation", metavar="NAME", help="the first organisation")
    parser.add_argument("--kind", choices=sorted(KINDS), help="what it is (default: public)")
    parser.add_argument("--name", help="the administrator's name, or what she is called")
    parser.add_argument(
        "--installation-name", metavar="NAME", help="shown on top of pages (default: the organisation)"
    )
    parser.add_argument("--address", metavar="URL", help="where people reach this installation, for the link")
    parser.add_argument("--new-link", metavar="NUMBER", help="a new link for the person with this number")
    parser.set_defaults(func=setup)


def setup(args: argparse.Namespace) -> int:
    starting.django_ready()
    if args.new_link:
        return _new_link(args.new_link, address=_address(args.address))
    starting.migrate()
    address = _address(args.address)
    if _is_set_up():
        print("This installation is set up already; nothing was changed.")
        print(f"If nobody can sign in any more: {command('setup')} --new-link NUMBER")
        return 0
    organisation = _asked(args.organisation, "The organisation's name: ", "--organisation")
    kind = KINDS[args.kind or "public"]
    name = _asked(args.name, "The administrator's name: ", "--name")
    number, secret = _make(args.installation_name or organisation, organisation, kind, name)
    print(f"{organisation} is set up. Its administrator's number is {number}; write it down.")
    _print_link(address, secret)
    print(f"Next: {command('serve')}, and {command('check')}")
    return 0


def _asked(given: str | None, question: str, option: str) -> str:
    answer = given if given is not None else ""
    if given is None and sys.stdin.isatty():
        answer = input(question)
    if not answer.strip():
        raise Stop(f"A name is missing: say {option} NAME.")
    return answer.strip()


def _address(given: str | None) -> str:
    from django.conf import settings

    if given:
        if not given.startswith(("http://", "https://")):
            raise Stop(f"{given} is not an address: begin it with http:// or https://")
        return given.rstrip("/")
    if settings.SECURE_SSL_REDIRECT:
        named = [h for h in settings.ALLOWED_HOSTS if h not in {"localhost", "127.0.0.1", "[::1]", "*"}]
        return f"https://{(named or ['localhost'])[0].lstrip('.')}"
    return "http://localhost:8000"


def _is_set_up() -> bool:
    from alongside.core.access.policy import installation
    from alongside.core.kit.refusal import NotVisible

    try:
        installation()
    except NotVisible:
        return False
    return True


def _make(installation_name: str, organisation: str, kind: str, name: str) -> tuple[str, str]:
    """Everything or nothing; returns the administrator's number and the secret of her link."""
    from django.db import transaction

    from alongside.commons.catalogue import actions as catalogue
    from alongside.commons.people import accounts, keeping
    from alongside.commons.people import actions as people
    from alongside.commons.people.kinds import OrganisationKind
    from alongside.core.access import actor
    from alongside.core.access.installing import open_installation
    from alongside.core.access.roles import Role
    from alongside.core.kit import clock

    by = actor.operator(clock.now())
    with transaction.atomic():
        where = open_installation(installation_name, by=by)
        catalogue.keep_kinds(where, by=by)
        first = people.add_organisation(where, by=by, name=organisation, kind=OrganisationKind(kind))
        person = people.add_person(first, by=by, name=name, role=Role.COORDINATOR)
        keeping.appoint_administrator(where, by=by, person=person)
        return person.number, accounts.recover(person, by=by)


def _new_link(number: str, *, address: str) -> int:
    from alongside.commons.people import accounts, queries
    from alongside.core.access import actor
    from alongside.core.access.permissions import Permission
    from alongside.core.access.policy import installation
    from alongside.core.kit import clock
    from alongside.core.kit.refusal import NotVisible

    installation()
    by = actor.operator(clock.now())
    try:
        person = queries.by_number(by, number, permission=Permission.ACCOUNT_RECOVER)
    except NotVisible:
        raise Stop(f"There is nobody with the number {number}. It looks like 7KQ2-MX.") from None
    _print_link(address, accounts.recover(person, by=by))
    return 0


def _print_link(address: str, secret: str) -> None:
    print("This link signs her in once, within two days. Whoever has it gets in, so hand it over with care:")
    print(f"{address}/link/{secret}")
