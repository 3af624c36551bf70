"""The authorisation matrix: every deed, every read and every address, by every role, on objects of every scope.

What should be allowed is worked out anew by tests/house/reach.py from the table of roles; what is allowed is
tried. An action, a query or an address that is not listed fails. `make guards` takes away each guard in turn
and has to see this file fail.
"""

import importlib
import inspect
from functools import cache

import pytest

from alongside.core.kit.refusal import NotVisible, Refused
from tests.house import tree
from tests.house.deeds import DEEDS
from tests.house.reads import DECIDED_BEFORE, READS
from tests.house.world import undone

pytestmark = pytest.mark.django_db


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
    asked = {
        name
        for name, read in functions().items()
        if (name.split(".")[-2] in {"queries", "identity"} and not name.split(".")[-1].startswith("_"))
        and next(iter(inspect.signature(read).parameters), "") == "actor"
    }
    assert asked == set(READS) | set(DECIDED_BEFORE)


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
    wrong, let_in, kept_out = [], 0, 0
    for attempt in DEEDS[name](world):
        for who, actor in world.actors.items():
            expected = all(world.may(who, permission, row) for permission, row in attempt.needs)
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
