"""The authorisation matrix: every deed, read and address, by every role, on objects of every scope.

What should be allowed is worked out anew by tests/house/reach.py from the table of roles; what is allowed is
tried. An action, a query or an address that is not listed fails. `make guards` takes away each guard in turn
and has to see this file fail.
"""

import ast
import importlib
import inspect
import io
import zipfile
from functools import cache
from urllib.parse import urlencode

import pypdf
import pytest
from django.urls import reverse

from alongside.core.access.models import AuditRow
from alongside.core.access.roles import ROLES, Role
from alongside.core.kit.refusal import NotVisible, Refused
from tests.house import tree
from tests.house.deeds import DEEDS
from tests.house.matrix import EVERY_ADDRESS, ROUTES, addresses, filled
from tests.house.reads import DECIDED_BEFORE, NOT_BY_FACES, NOT_SHOWN, READS, WITHOUT_ACTOR
from tests.house.world import LIKE_A_VOLUNTEER, undone

pytestmark = [pytest.mark.django_db, pytest.mark.urls(EVERY_ADDRESS)]
ADDRESSES = [each for each in addresses() if each.name in ROUTES]
# One of these is written wherever somebody reads the name of somebody else.
NAMES_READ = {"people.names", "people.card", "outbox.fetch"}
OTHER_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@cache
def functions():
    """Every function of the product by its dotted name without `alongside.`."""
    found = {}
    for file in tree.python(tree.PRODUCT):
        if file.name.startswith("__") or "cli" in file.parts:
            continue
        module = importlib.import_module(tree.module(file))
        for name, one in vars(module).items():
            if inspect.isfunction(one) and one.__module__ == module.__name__:
                found[f"{module.__name__.removeprefix('alongside.')}.{name}"] = one
    return found


def test_every_deed_is_in_the_matrix():
    assert {name for name, deed in functions().items() if hasattr(deed, "permission")} == set(DEEDS)


def test_every_read_is_in_the_matrix():
    """Whatever an actor asks below the faces: the first argument says so."""
    asked = {
        name
        for name, read in functions().items()
        if name.split(".")[0] not in {"web", "cli", "demo"}
        and not name.split(".")[-1].startswith("_")
        and next(iter(inspect.signature(read).parameters), "") == "actor"
    }
    listed = {name.split("#")[0] for name in READS if not name.split(".")[-1].startswith("_")}
    assert asked == listed | set(DECIDED_BEFORE)


def test_a_read_takes_the_actor_first_or_says_who_has_decided():
    reads = {
        name
        for name in functions()
        if name.split(".")[-2] in {"queries", "identity"} and not name.split(".")[-1].startswith("_")
    }
    guarded = {name.split("#")[0] for name in READS} | set(DECIDED_BEFORE)
    assert reads - guarded == set(WITHOUT_ACTOR) | NOT_BY_FACES


def test_faces_call_no_read_that_is_not_for_them():
    """Imported under whatever name, a module's function is called as one of its attributes."""
    named = {tuple(name.rsplit(".", 2)[-2:]) for name in NOT_BY_FACES | NOT_SHOWN}
    called = []
    for file in tree.python(tree.PRODUCT / "web"):
        parsed = tree.parsed(file)
        modules = {
            alias.asname or alias.name: alias.name
            for node in ast.walk(parsed)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        called += [
            f"{tree.name(file)}:{node.lineno} {ast.unparse(node)}"
            for node in ast.walk(parsed)
            if isinstance(node, ast.Attribute)
            and (modules.get(ast.unparse(node.value), ""), node.attr) in named
        ]
    assert called == []


def test_these_roles_are_a_volunteer_s():
    """The matrix tries them on one object each, because the table makes no difference between them."""
    assert all(ROLES[Role(name.replace("_", " "))] == ROLES[Role.VOLUNTEER] for name in LIKE_A_VOLUNTEER)


def test_no_page_makes_another_actor_than_a_person_or_a_visitor():
    """So the worker, the operator and link holders need no column among the addresses."""
    made = {
        ast.unparse(node.func)
        for file in tree.python(tree.PRODUCT / "web")
        for node in ast.walk(tree.parsed(file))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] in {"actors", "Actor"}
    }
    assert made == {"actors.user", "actors.anonymous"}


def do(deed, attempt, actor) -> bool:
    """Whether the deed let this actor in; a refusal says so as well. Nothing it wrote stays."""
    with undone():
        try:
            deed(attempt.guarded, by=actor, **attempt.given)
        except NotVisible:
            return False
        except Refused:
            return True
        return True


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_is_done_by_those_who_may(world, name):
    deed = functions()[name]
    wrong, let_in, kept_out, tried = [], 0, 0, set()
    for attempt in DEEDS[name](world):
        for who, actor in world.actors.items():
            expected = all(world.may(who, permission, row) for permission, row in attempt.needs)
            alike = (who, expected, *(world.alike(who, row.scope_id) for _, row in attempt.needs))
            if alike in tried:
                continue
            tried.add(alike)
            done = do(deed, attempt, actor)
            let_in, kept_out = let_in + expected, kept_out + (not expected)
            if done != expected:
                wrong.append(f"{who} {'can' if done else 'can not'} {name} on {attempt.guarded}")
    assert wrong == []
    assert let_in, "nobody at all can do this: the entry proves nothing"
    assert kept_out, "everybody can do this: the entry proves nothing"


@pytest.mark.parametrize("name", READS)
def test_a_read_gives_the_rows_that_are_for_the_reader(world, name):
    read = READS[name]
    wrong, seen, hidden = [], 0, 0
    for who, actor in world.actors.items():
        with undone():
            came = read.ask(actor, world)
        expected = read.expected(who, world)
        seen, hidden = seen + len(expected), hidden + len(list(read.rows(world))) - len(expected)
        if came != expected:
            wrong.append(f"{who} sees {len(came - expected)} too many and {len(expected - came)} too few")
    assert wrong == []
    assert seen, "nobody sees anything: the entry proves nothing"
    assert hidden, "everybody sees everything: the entry proves nothing"


def ask(world, who, method, url, visit=None):
    """One request as `who`; nothing it wrote stays."""
    if visit and visit.query:
        url += "?" + urlencode(filled(world, visit.query))
    client = world.client(who)
    with undone():
        answer = client.generic(method, url) if visit is None else _send(world, client, method, url, visit)
        answer.unwritten = names_of_others(world, who, answer) if answer.status_code < 500 else []
        if answer.unwritten and names_were_noted(world, who):
            answer.unwritten = []
        return answer


def _send(world, client, method, url, visit):
    if method == "POST":
        return client.post(url, filled(world, visit.body))
    return client.get(url)


def was_let_in(world, who, answer) -> bool | str:
    """True or False; a sentence where the answer is neither."""
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    away = answer.status_code in (301, 302, 303) and answer.headers["Location"].startswith("/sign-in?next=")
    if world.actors[who].is_signed_in:
        return "sent to sign in" if away else answer.status_code != 404
    return "told that nothing is there" if answer.status_code == 404 else not away


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda a: f"{a.view}:{a.name}")
def test_an_address_lets_in_those_who_may(world, address):
    route = ROUTES[address.name]
    wrong, expectations = [], set()
    for method, visit in route.visits:
        for who, name in [(w, n) for w in visit.actors(world) for n in world.tried_on(w, route.on)]:
            row = world.rows.get(name)
            expected = visit.need(world, who, row)
            answer = ask(world, who, method, reverse(address.name, kwargs=route.kwargs(world, row)), visit)
            came = was_let_in(world, who, answer)
            expectations.add((method, expected))
            if came is not expected:
                wrong.append(f"{method} {name} as {who}: {came}, not {expected} ({answer.status_code})")
            wrong += [f"{method} {name} as {who} tells {leak}" for leak in leaks(world, who, answer)]
            if answer.unwritten:
                wrong.append(
                    f"{method} {name} as {who} shows {answer.unwritten}, and the audit does not know"
                )
    assert wrong == []
    for method, _ in route.visits:
        assert (method, True) in expectations, "nobody at all is let in: the entry proves nothing"


def leaks(world, who, answer):
    """What stands in an answer though it is not for this reader: names, before all."""
    if answer.status_code in (301, 302, 303):
        return
    text = what_stands_in(answer)
    for mark, permission, row in world.marks:
        if mark in text and not world.may(who, permission, row):
            yield mark


def names_of_others(world, who, answer):
    """Whose names an answer shows, but for one's own."""
    if answer.status_code in (301, 302, 303):
        return []
    text = what_stands_in(answer)
    me = world.actors[who].subject
    return [name for name, _, row in world.marks if row.person_id != me and name in text]


def names_were_noted(world, who):
    rows = AuditRow.objects.filter(pk__gt=world.last_row, actor=world.actors[who].subject)
    return rows.filter(verb__in=NAMES_READ).exists()


def what_stands_in(answer) -> str:
    """Read once: what is given out piece by piece is gone then."""
    if not hasattr(answer, "stands_in_it"):
        answer.stands_in_it = _text_of(answer.getvalue(), answer.headers["Content-Type"])
    return answer.stands_in_it


def _text_of(content: bytes, kind: str) -> str:
    if kind == "application/pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if kind.endswith("spreadsheetml.sheet"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return " ".join(book.read(name).decode() for name in book.namelist())
    return content.decode()


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda a: f"{a.view}:{a.name}")
def test_no_other_method_is_answered(world, address):
    route = ROUTES[address.name]
    url = reverse(address.name, kwargs=route.kwargs(world, world.rows.get(route.on[0])))
    for method in set(OTHER_METHODS) - route.methods:
        for who in ("visitor", "administrator"):
            assert ask(world, who, method, url).status_code == 405, (method, who)
