"""The script that takes guards away finds each of them, and takes away nothing else."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.house import tree
from tests.house.deeds import DEEDS
from tests.house.guards import all_removals, removals

QUERY = Path("alongside/commons/people/queries.py")
PAGE = Path("alongside/web/people/persons.py")


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        (
            QUERY,
            "@action(Permission.UNIT_ADD)\ndef add(row, *, by): ...\n",
            ["@action.unguarded(Permission.UNIT_ADD)\ndef add(row, *, by): ...\n"],
        ),
        (
            QUERY,
            "def f(a):\n    return visible(a, Permission.UNIT_ADD, rows.all())\n",
            [
                "def f(a):\n    return (rows.all())\n",
                'def f(a):\n    return visible(a, "everybody signed in", rows.all())\n',
            ],
        ),
        (
            QUERY,
            "def f(a, *, permission=Permission.PLACE_VIEW): ...\n",
            ['def f(a, *, permission="anybody"): ...\n'],
        ),
        (
            QUERY,
            "def f(a):\n    return can(a, p, row)\n",
            ["def f(a):\n    return (True or can(a, p, row))\n"],
        ),
        (
            PAGE,
            "def f(a):\n    return queries.party(a, pk, permission=Permission.UNIT_ADD)\n",
            ['def f(a):\n    return queries.party(a, pk, permission="everybody signed in")\n'],
        ),
        (
            PAGE,
            "def f(a):\n    if not can(a, p, row):\n        raise NotVisible\n",
            ["def f(a):\n    if not (True or can(a, p, row)):\n        raise NotVisible\n"],
        ),
        (PAGE, "def f(a):\n    return {'may': can(a, Permission.UNIT_ADD, row)}\n", []),
        (PAGE, "def f(a):\n    return Permission.UNIT_ADD in may(a, row, [Permission.UNIT_ADD])\n", []),
        (QUERY, "def f(a):\n    return holds_anywhere(a, Permission.UNIT_ADD)\n", []),
        (QUERY, "def f(a):\n    return holds_which(a, Permission.UNIT_ADD, Permission.AUDIT_VIEW)\n", []),
        (QUERY, "def f(æ):\n    return ä(visible(æ, p, ø)), 1\n", ["def f(æ):\n    return ä((ø)), 1\n"]),
    ],
)
def test_each_guard_is_found_and_taken_away_alone(path, source, found):
    assert [r.source for r in removals(path, source)] == found


@cache
def every():
    return list(all_removals(tree.SRC))


def test_every_deed_and_every_filter_of_the_product_is_among_them():
    deeds = {
        f"{'.'.join(r.file.with_suffix('').parts[1:])}.{r.within}"
        for r in every()
        if r.says.startswith("@action")
    }
    assert deeds == set(DEEDS)
    filters = sum(
        isinstance(node, ast.Call) and getattr(node.func, "id", "") == "visible"
        for file in tree.python(tree.PRODUCT)
        for node in ast.walk(tree.parsed(file))
    )
    assert sum(r.says == "visible() filters nothing" for r in every()) == filters > 20


def test_what_is_left_can_be_read_by_python():
    for removal in every():
        ast.parse(removal.source)
