"""The rooms of a part are where docs/house.md says, and each does what it is for."""

import ast
import importlib

import pytest
from django.apps import apps

from alongside.core.access.permissions import Permission
from tests.house import tree

VAGUE = {
    "util", "utils", "utilities", "helper", "helpers", "common", "misc", "shared", "stuff", "tool", "tools",
    "lib", "libs", "general", "various", "other", "base", "manager", "managers", "service", "services",
    "mixins",
}  # fmt: skip

# Functions of actions.py that guard nothing themselves: other actions call them, inside their own guard.
INSIDE_ACTIONS = {
    "alongside.commons.places.actions.scope_of": "opens a place's scope for the action that needs it",
    "alongside.commons.forms.actions.open_form": "a survey opens its own form",
    "alongside.commons.forms.actions.fix": "a code is made, or answers are handed in",
    "alongside.commons.forms.actions.submit": "whoever answers hands them in",
    "alongside.commons.forms.actions.submit_staged": "an import of answers hands them in",
    "alongside.commons.people.actions.bare_persons": "a survey keeps those who answer it in scopes of their own",
    "alongside.core.outbox.actions.queue": "a message is queued by the deed that it tells of",
    "alongside.core.outbox.actions.queue_many": "so are many messages at once",
    "alongside.commons.people.actions.running_memberships": "reads; queries.py asks the same",
    "alongside.commons.people.actions.today": "a day, from the actor's instant",
}

# Tables whose rows are reached only through a row that carries a scope, or that say nothing about anybody.
WITHOUT_SCOPE = {
    "Scope": "is the scope",
    "ScopeAbove": "the closure that visible() asks",
    "User": "an account: reached by sign-in, which checks itself",
    "SignIn": "a session: reached by the session itself, or by whose it is",
    "RateWindow": "keyed hashes and counts",
    "Receipt": "a form's number and a keyed hash of what it held",
    "AuditSeal": "numbers and hashes",
    "PlaceCode": "a place's code: seen with the place",
    "Above": "what lies in what: seen with the place",
    "ActivityKind": "the catalogue: one permission on the installation",
    "Statutory": "the catalogue: one permission on the installation",
    "StagedAnswers": "on their way in: read by the import that they belong to, and by nobody else",
    "FormVersion": "seen with its form",
    "Question": "seen with its form",
}

WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "select_for_update"}


def ours():
    return [m for m in apps.get_models() if m.__module__.startswith("alongside.")]


def test_no_room_has_a_vague_name():
    paths = [p.relative_to(tree.SRC) for p in tree.SRC.rglob("*") if p.suffix == ".py" or p.is_dir()]
    assert [str(p) for p in paths if p.with_suffix("").name.strip("_") in VAGUE] == []


def test_every_part_says_what_it_owns():
    silent = [
        tree.name(file)
        for file in tree.python()
        if file.name == "__init__.py" and not (ast.get_docstring(tree.parsed(file)) or "").strip()
    ]
    assert silent == []


def public_functions(room: str):
    for file in tree.python(tree.PRODUCT):
        if file.name == room:
            module = importlib.import_module(tree.module(file))
            for node in tree.parsed(file).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{module.__name__}.{node.name}", getattr(module, node.name)


def test_every_public_deed_asks_a_permission():
    found = dict(public_functions("actions.py"))
    assert len(found) > 10
    unguarded = {name for name, deed in found.items() if not hasattr(deed, "permission")}
    assert unguarded == set(INSIDE_ACTIONS)


def test_every_permission_is_asked_somewhere():
    """One that nothing asks is a promise in docs/permissions.md that nothing keeps."""
    tables = {"permissions.py", "roles.py"}
    asked = {
        node.attr
        for file in tree.python(tree.PRODUCT)
        if file.name not in tables
        for node in ast.walk(tree.parsed(file))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"Permission", "P"}
    }
    assert {p.name for p in Permission} - asked == set()


def test_every_table_carries_a_scope_or_is_known_not_to():
    without = {
        m.__name__ for m in ours() if not any(f.attname == "scope_id" for f in m._meta.concrete_fields)
    }
    assert without == set(WITHOUT_SCOPE)


def writes(tree_of_file: ast.Module) -> list[str]:
    """Calls that write rows: `X.objects.create(...)`, `row.save()`, and those with a telling name."""
    found = []
    for node in ast.walk(tree_of_file):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            deed, on = node.func.attr, ast.unparse(node.func.value)
            telling = deed in WRITES or (deed in {"create", "update", "delete"} and ".objects" in on)
            if telling or (deed == "save" and "session" not in on):
                found.append(f"{on.splitlines()[0]}.{deed}")
    return found


def test_reads_and_faces_write_nothing():
    reading = [f for f in tree.python(tree.PRODUCT) if f.name in {"queries.py", "rules.py"}]
    reading += list(tree.python(tree.PRODUCT / "web"))
    assert {tree.name(f): w for f in reading if (w := writes(tree.parsed(f)))} == {}


def test_rules_know_no_tables():
    wrong = {
        tree.name(file): line
        for file in tree.python(tree.PRODUCT)
        if file.name == "rules.py"
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith(("from", "import")) and (".models" in line or "django.db" in line)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Person.objects.create(added=at)", ["Person.objects.create"]),
        ("Person.objects.filter(pk=1).delete()", ["Person.objects.filter(pk=1).delete"]),
        ("row.save(update_fields=['x'])", ["row.save"]),
        ("rows.bulk_create([])", ["rows.bulk_create"]),
        ("values.update(x=1)", []),
        ("request.session.save()", []),
    ],
)
def test_a_write_is_known_when_seen(source, found):
    assert writes(ast.parse(source)) == found
