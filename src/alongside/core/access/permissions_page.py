"""docs/permissions.md, made from the table of roles: `python -m alongside.core.access.permissions_page`.

A house test fails when the page and the table differ. It needs neither settings nor a database.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping

from alongside.core.access.kinds import ScopeKind
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import ROLES, Role, Row, carriers

HEAD = """# Who may see and do what

Made from `src/alongside/core/access/roles.py` by `make permissions`; a test fails when this page and the
table differ. A role is held in a scope, from a day on, perhaps to a day. What it allows, it allows in that
scope; it reaches the scopes below only where the table says so. What a role does not allow is answered as
if it were not there.
"""


def _of(each: Iterable[str]) -> str:
    return ", ".join(sorted(each)) or "nothing"


def _kinds(kinds: Iterable[ScopeKind]) -> str:
    wanted = set(kinds)
    return " or ".join(f"{kind}" for kind in ScopeKind if kind in wanted)


def _role(role: Role, row: Row) -> Iterator[str]:
    yield f"### {role.capitalize()}"
    yield ""
    yield f"{row.says[0].upper()}{row.says[1:]}. Held in a scope of kind: {_kinds(row.held_in)}."
    yield ""
    yield f"- there: {_of(row.here)}"
    for kind in ScopeKind:
        if row.below.get(kind):
            yield f"- in each scope of kind {kind} below it: {_of(row.below[kind])}"
    yield ""


def _reach(below: Mapping[ScopeKind, frozenset[Role]]) -> str:
    return "; ".join(f"{kind}: {_of(below[kind])}" for kind in ScopeKind if kind in below) or "-"


def _permission(permission: Permission) -> str:
    found = carriers(permission)
    return f"| {permission} | {_of(found.here) if found.here else '-'} | {_reach(found.below)} |"


def page() -> str:
    """The whole page as Markdown."""
    lines = [HEAD, "## Roles", ""]
    for role, row in ROLES.items():
        lines += _role(role, row)
    lines += ["## Permissions", ""]
    lines += [
        "| Permission | Roles that have it where they are held | Roles that have it below, by kind of scope |"
    ]
    lines += ["|---|---|---|"]
    lines += [_permission(permission) for permission in Permission]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
