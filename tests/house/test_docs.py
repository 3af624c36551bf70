"""What the pages of docs/ say is so: a page that drifts from the house fails here."""

import argparse
import re

import pytest

from alongside.cli import parser
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.permissions import Permission
from alongside.core.access.permissions_page import page
from alongside.core.access.roles import Role
from tests.house import tree

PAGES = sorted([*tree.ROOT.glob("*.md"), *(tree.ROOT / "docs").rglob("*.md")])
REQUIREMENTS = sorted(tree.ROOT.glob("requirements*.txt"))
TARGETS = set(re.findall(r"^([a-z-]+):", (tree.ROOT / "Makefile").read_text(), re.MULTILINE))
# Put together here, so that this file names none itself.
REGISTRIES = tuple(
    f"{name}.{end}"
    for name, end in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("unpkg", "com"),
        ("jsdelivr", "net"), ("cdnjs", "com"), ("crates", "io"), ("rubygems", "org"), ("yarnpkg", "com"),
    )
)  # fmt: skip


def text(name: str) -> str:
    return (tree.ROOT / name).read_text(encoding="utf-8")


def test_the_page_of_permissions_is_made_from_the_table():
    assert text("docs/permissions.md") == page(), "run `make permissions`"


@pytest.mark.parametrize("words", [Role, Permission, ScopeKind], ids=lambda w: w.__name__)
def test_the_glossary_names_them_all(words):
    glossary = text("docs/glossary.md").casefold()
    assert [w for w in words if f"`{w}`".casefold() not in glossary] == []


def test_what_the_pages_tell_people_to_make_can_be_made():
    told = {
        (tree.name(p), target)
        for p in PAGES
        for target in re.findall(
            r"(?m)(?:`|^)make ([a-z-]+)(?: [A-Z]+=\S+)?(?=`|$| +#)", p.read_text(encoding="utf-8")
        )
    }
    assert {target for _, target in told} >= {"demo", "test"}
    assert {(name, target) for name, target in told if target not in TARGETS} == set()


def test_what_the_pages_tell_people_to_run_can_be_run():
    actions = parser()._actions
    commands = next(a.choices for a in actions if isinstance(a, argparse._SubParsersAction))
    told = {
        (tree.name(p), command)
        for p in PAGES
        for command in re.findall(r"(?:bin/|`)alongside ([a-z]+)", p.read_text(encoding="utf-8"))
    }
    assert {command for _, command in told} >= {"demo", "setup", "serve", "check", "evidence"}
    assert {(name, command) for name, command in told if command not in commands} == set()


def test_the_pages_name_files_that_are_there():
    told = {
        (tree.name(p), name)
        for p in PAGES
        for name in re.findall(r"`((?:src|tests|docs|bench)/[\w./-]+)`", p.read_text(encoding="utf-8"))
    }
    assert len(told) > 10
    assert {(page, name) for page, name in told if not (tree.ROOT / name).exists()} == set()


def test_links_between_the_pages_lead_somewhere():
    broken = [
        (tree.name(p), link)
        for p in PAGES
        for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", p.read_text(encoding="utf-8"))
        if not (p.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda f: f.name)
def test_requirements_are_hashed_and_hold_no_address(file):
    content = file.read_text()
    assert "://" not in content
    entries = [e for e in re.split(r"\n(?=\S)", content.strip()) if not e.startswith("#")]
    assert len(entries) > 10
    wrong = [
        e
        for e in entries
        if not re.fullmatch(r"[\w.\[\],-]+==\S+[^\n]*(\\\n    --hash=sha256:[0-9a-f]{64} ?)+", e)
    ]
    assert wrong == []


def test_no_file_names_a_package_registry():
    found = [
        (tree.name(file), host)
        for file in tree.written()
        for text in [file.read_text(encoding="utf-8", errors="ignore").casefold()]
        for host in REGISTRIES
        if host in text
    ]
    assert found == []
