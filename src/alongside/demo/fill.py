"""Filling the demonstration, through the same actions that people use."""

import random
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from alongside.commons.catalogue import actions as catalogue
from alongside.commons.people import accounts, keeping
from alongside.commons.people import actions as people
from alongside.commons.people.kinds import OrganisationKind
from alongside.commons.people.models import Organisation, Person
from alongside.commons.places import actions as places
from alongside.commons.places import iso
from alongside.commons.places import queries as place_queries
from alongside.commons.places.models import CodeSystem, Place
from alongside.core.access import actor, links
from alongside.core.access.actor import Actor
from alongside.core.access.installing import open_installation
from alongside.core.access.roles import Role
from alongside.core.kit import clock
from alongside.demo import world
from alongside.demo.made import Made
from alongside.demo.own_questions import begin_next_year
from alongside.demo.people import PEOPLE
from alongside.demo.survey import ask, ask_before, compute
from alongside.demo.under_way import ask_again

# Where the practice that this product grew from was seen; Norway stands for the survey.
COUNTRIES = frozenset({"NO", "LB", "SN", "CN", "KZ", "KG", "ZM", "BD", "PE", "XK"})
ASSOCIATIONS = ("Lantern Fellowship", "Open Door League", "Sunday Walkers")
BRANCHES = 14
FIRST_NAMES = (
    "Aslaug", "Birk", "Dagny", "Eskil", "Frøydis", "Gaute", "Hedda", "Idar", "Jorunn", "Ketil", "Liv", "Mons",
    "Nanna", "Oddvar", "Pernille", "Runar", "Solveig", "Torbjørn", "Ulrikke", "Vilde", "Yngvar", "Åshild",
)  # fmt: skip
# The last one was written down wrongly: so there is a message that does not arrive.
EMAILS = {
    "Aslaug": "aslaug@example.org",
    "Jorunn": "jorunn@example.org",
    "Nanna": "nanna@example.org",
    "Solveig": "solveig.example.org",
}
# So long ago everything was set up; since then a survey has been under way.
SET_UP = timedelta(days=12)
FAMILY_NAMES = ("Bakketun", "Elvestad", "Furulien", "Holmsen", "Kvisteng", "Løvdal", "Moldskred")


def fill(*, progress: Callable[[str], None]) -> dict[str, str]:
    """All of it, each step in one transaction; returns who is who, handle to person's id."""
    progress("Places: Norway with fifty municipalities that do not exist, and nine other countries")
    with transaction.atomic():
        made = _open()
    progress("Organisations: the municipalities with their 316 care units, and voluntary organisations")
    with transaction.atomic():
        _add_organisations(made)
    progress("People: one for every role, and some volunteers")
    with transaction.atomic():
        _add_people(made)
        _add_volunteers(made)
    progress("Survey: 316 units asked, 244 answers drawn")
    with transaction.atomic():
        ask_before(made)
        begin_next_year(made, ask(made))
    progress("Survey under way: invitations and reminders by e-mail and letter, and first answers")
    with transaction.atomic():
        ask_again(made)
    progress("Table: who coordinates what, with its intervals")
    compute()
    return {handle: str(person.id) for handle, person in made.people.items()}


def _open() -> Made:
    by = actor.operator(clock.now() - SET_UP)
    where = open_installation("Alongside demonstration", by=by)
    places.import_places(
        where, by=by, rows=iso.subdivisions(COUNTRIES), system=iso.SYSTEM, top_system=iso.TOP_SYSTEM
    )
    catalogue.keep_kinds(where, by=by)
    norway = place_queries.by_code(CodeSystem.ISO_3166_1, "NO")
    if norway is None:
        raise LookupError("ISO 3166 has lost Norway")
    rows = [places.PlaceRow("NO", norway.name, norway.kind)]
    for i, region in enumerate(world.REGIONS, 1):
        rows.append(places.PlaceRow(f"X{i}", region, "fictional region", "NO"))
    for m in world.municipalities():
        rows.append(places.PlaceRow(m.code, m.name, "fictional municipality", m.region_code))
    places.import_places(where, by=by, rows=rows, system=CodeSystem.LOCAL, top_system=iso.TOP_SYSTEM)
    return Made(by, where, norway)


def _add_organisations(made: Made) -> None:
    local = {m.code: place_queries.by_code(CodeSystem.LOCAL, m.code) for m in world.municipalities()}

    def add(name: str, kind: OrganisationKind, place: Place | None) -> Organisation:
        return people.add_organisation(made.installation, by=made.by, name=name, kind=kind, place=place)

    public = OrganisationKind.PUBLIC_BODY
    made.others["institute"] = add("Aurora Institute for Care Research", public, made.norway)
    made.others["directorate"] = add("Directorate of Neighbourly Care", public, made.norway)
    for m in world.municipalities():
        made.municipalities[m.code] = add(f"{m.name} municipality", public, local[m.code])
    sizes = random.Random(world.SEED)  # noqa: S311 - a demonstration, not a secret
    for unit in world.units():
        made.units[unit.code] = people.add_unit(
            made.municipalities[unit.municipality],
            by=made.by,
            name=unit.name,
            unit_kind=unit.kind,
            size=sizes.randint(8, 90),
        )
    dice = random.Random(world.SEED)  # noqa: S311 - a demonstration, not a secret
    at_home, *elsewhere = world.municipalities()
    for name in ASSOCIATIONS:
        made.others[name] = whole = add(name, OrganisationKind.VOLUNTARY, made.norway)
        for m in [at_home, *dice.sample(elsewhere, BRANCHES - 1)]:
            made.others[f"{name}, {m.name}"] = people.add_unit(
                whole, by=made.by, name=f"{m.name} branch", place=local[m.code]
            )


def _add_people(made: Made) -> None:
    home = world.municipalities()[0]
    municipality = made.municipalities[home.code]
    unit = made.units[next(u.code for u in world.units() if u.municipality == home.code)]
    whole = made.others[ASSOCIATIONS[0]]
    branch = made.others[f"{ASSOCIATIONS[0]}, {home.name}"]
    institute, directorate = made.others["institute"], made.others["directorate"]
    where = {
        "researcher": (institute, Role.EVALUATOR),
        "evaluator": (institute, Role.EVALUATOR),
        "interviewer": (institute, Role.SPECIALIST),
        "coordinator": (municipality, Role.COORDINATOR),
        "unit-coordinator": (unit, Role.COORDINATOR),
        "supervisor": (unit, Role.SUPERVISOR),
        "specialist": (unit, Role.SPECIALIST),
        "personal-coordinator": (municipality, Role.PERSONAL_COORDINATOR),
        "organisation-coordinator": (whole, Role.COORDINATOR),
        "volunteer": (branch, Role.VOLUNTEER),
        "relay": (branch, Role.RELAY),
        "liaison": (branch, Role.LIAISON),
        "official": (directorate, Role.SPECIALIST),
        "administrator": (directorate, Role.SPECIALIST),
    }
    for each in PEOPLE:
        to, role = where[each.handle]
        made.people[each.handle] = person = people.add_person(to, by=made.by, name=each.name, role=role)
        _open_account(person, made.by)
    people.join(unit, by=made.by, person=made.people["volunteer"], role=Role.VOLUNTEER)
    visitors = people.add_group(branch, by=made.by, name="Thursday visitors")
    people.join(visitors, by=made.by, person=made.people["volunteer"], role=Role.VOLUNTEER)
    keeping.appoint_administrator(made.installation, by=made.by, person=made.people["administrator"])
    region = place_queries.by_code(CodeSystem.LOCAL, home.region_code)
    if region is not None:
        people.appoint_official(
            made.installation, by=made.by, place=region, person=made.people["official"], of=directorate
        )


def _open_account(person: Person, by: Actor) -> None:
    """As everybody gets in at first: by a link, which is spent here."""
    found = links.find(accounts.recover(person, by=by), actor=by)
    if found is not None:
        link, holder = found
        links.use(link, by=holder)


def _add_volunteers(made: Made) -> None:
    """Volunteers without an account: in the branches and units of the first municipality."""
    home = world.municipalities()[0]
    dice = random.Random(world.SEED)  # noqa: S311 - a demonstration, not a secret
    homes = [made.units[u.code] for u in world.units() if u.municipality == home.code]
    homes += [made.others[f"{name}, {home.name}"] for name in ASSOCIATIONS]
    for i, first in enumerate(FIRST_NAMES):
        name = f"{first} {dice.choice(FAMILY_NAMES)}"
        phone = f"+47 5550 {1000 + i}" if i % 3 else ""
        people.add_person(
            homes[i % len(homes)],
            by=made.by,
            name=name,
            role=Role.VOLUNTEER,
            phone=phone,
            email=EMAILS.get(first, ""),
            postal=f"Lia {i}\n0000 {home.name}" if i % 4 == 1 else "",
        )
