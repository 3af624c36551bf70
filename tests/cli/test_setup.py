"""`alongside setup`: once, whole, and a way in for whoever is locked out."""

import re

import pytest

from alongside.cli import main
from alongside.commons.people.models import Membership, Organisation, Person
from alongside.core.access import actor, links
from alongside.core.access.models import AuditRow, Grant, Installation, OneTimeLink
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
WORDS = ["--organisation", "Fjellvik", "--kind", "public", "--name", "Ada"]


def secret_in(text):
    return re.search(r"^(\S+)/link/(\S+)$", text, re.MULTILINE).groups()


def test_it_makes_the_organisation_and_its_administrator_who_is_its_coordinator_too(capsys):
    assert main(["setup", *WORDS]) == 0
    said = capsys.readouterr().out
    person = Person.objects.get()
    assert Installation.objects.get().name == "Fjellvik"
    assert (Organisation.objects.get().name, Organisation.objects.get().kind) == ("Fjellvik", "public body")
    assert set(Grant.objects.filter(subject=person.id).values_list("role", flat=True)) == {
        "self", "administrator", "coordinator",
    }  # fmt: skip
    assert person.number in said
    address, secret = secret_in(said)
    assert address == "http://localhost:8000"
    link, holder = links.find(secret, actor=actor.anonymous(NOW))
    assert links.use(link, by=holder).subject == person.id
    assert links.find(secret, actor=actor.anonymous(NOW)) is None


def test_it_is_done_by_actions(capsys):
    main(["setup", *WORDS])
    verbs = list(AuditRow.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == [
        "access.open_installation",
        "catalogue.keep_kinds",
        "people.add_organisation",
        "people.add_person",
        "people.appoint_administrator",
        "people.recover",
    ]


def test_a_second_time_it_says_so_and_changes_nothing(capsys):
    main(["setup", *WORDS])
    capsys.readouterr()
    before = AuditRow.objects.count()
    assert main(["setup", "--organisation", "Other", "--name", "Bo"]) == 0
    assert "set up already" in capsys.readouterr().out
    assert (AuditRow.objects.count(), Organisation.objects.count()) == (before, 1)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (["--name", "Ada"], "--organisation NAME"),
        (["--organisation", "Fjellvik"], "--name NAME"),
        (["--organisation", "  ", "--name", "Ada"], "--organisation NAME"),
    ],
)
def test_without_a_terminal_what_is_missing_is_named(words, missing, capsys):
    assert main(["setup", *words]) == 2
    assert missing in capsys.readouterr().err
    assert not Installation.objects.exists()


def test_the_kind_and_the_name_above_all(capsys):
    main(["setup", *WORDS[:2], "--kind", "voluntary", "--name", "Ada", "--installation-name", "All of us"])
    assert Organisation.objects.get().kind == "voluntary organisation"
    assert Installation.objects.get().name == "All of us"


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        (["--address", "https://care.example/"], "https://care.example/link/"),
        ([], "https://fjellvik.example/link/"),
    ],
    ids=["as told", "from the settings"],
)
def test_the_link_leads_where_people_reach_it(given, begins, capsys, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["localhost", "fjellvik.example"]
    main(["setup", *WORDS, *given])
    assert begins in capsys.readouterr().out


def test_an_address_that_is_none_stops_before_anything_is_made(capsys):
    assert main(["setup", *WORDS, "--address", "care.example"]) == 2
    assert "begin it with http" in capsys.readouterr().err
    assert not Installation.objects.exists()


def test_a_new_link_for_somebody_by_her_number_ends_the_old_one(capsys):
    main(["setup", *WORDS])
    _, old = secret_in(capsys.readouterr().out)
    assert main(["setup", "--new-link", Person.objects.get().number.lower()]) == 0
    _, new = secret_in(capsys.readouterr().out)
    asking = actor.anonymous(NOW)
    assert links.find(old, actor=asking) is None
    assert links.find(new, actor=asking) is not None
    assert AuditRow.objects.latest("id").verb == "people.recover"


def test_a_number_nobody_has(capsys):
    main(["setup", *WORDS])
    capsys.readouterr()
    assert main(["setup", "--new-link", "ZZZZ-ZZ"]) == 2
    assert "nobody with the number ZZZZ-ZZ" in capsys.readouterr().err
    assert OneTimeLink.objects.count() == 1


def test_a_link_before_anything_is_set_up(capsys):
    assert main(["setup", "--new-link", "ZZZZ-ZZ"]) == 2
    assert "not set up yet" in capsys.readouterr().err


def test_the_administrator_is_at_work_from_today(capsys):
    main(["setup", *WORDS])
    membership = Membership.objects.get()
    assert (membership.role, membership.starts, membership.ends) == ("coordinator", NOW.date(), None)
