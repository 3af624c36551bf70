"""Finds every guard of the product in its source, and says what the source is without it.

A guard is a decorator `@action(Permission.X)`, a filter `visible(actor, permission, rows)`, a check
`can(actor, permission, row)`, and every other mention of a permission as an argument or a default.

What only decides whether a button or a menu is shown guards nothing, and is left alone: `holds_anywhere()`
and `holds_which()`; in a page `can()` unless it raises, `may()` and what is looked for in its answer. So is
the command line: whoever is at the machine is the operator, and what the operator may is guarded by the deeds;
the demonstration's data is made the same way.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alongside.core.access.permissions import Permission
from alongside.core.access.roles import ROLES, Role

# Where permissions are named, not asked for.
TABLES = {"permissions.py", "roles.py", "permissions_page.py", "lineage.py"}
OPERATORS = {"cli", "demo"}
# What takes the place of a permission; WEAKENED_POLICY knows them.
WEAK = ("anybody", "everybody signed in")
ANYBODY, SIGNED_IN = (f'"{each}"' for each in WEAK)
EVERY_MEMBER = ROLES[Role.MEMBER].here.union(*ROLES[Role.MEMBER].below.values())

WEAKENED_POLICY = """

# ---- what follows is added by tests/house/remove_guards.py, in a copy of the sources ----

_asked = visible


def _answered(actor, permission, rows):
    if permission == "anybody" or (permission == "everybody signed in" and actor.is_signed_in):
        return rows
    return rows.none() if permission == "everybody signed in" else _asked(actor, permission, rows)


# Under a name of its own: what is grafted goes by names.
visible = _answered


def _unguarded(permission):
    def decorate(deed):
        verb = f"{deed.__module__.split('.')[-2]}.{deed.__name__}"

        @wraps(deed)
        def act(guarded, /, *args, **given):
            with transaction.atomic():
                permission  # a guarded deed has room for it, and keeps it
                result = deed(guarded, *args, **given)
                made = result if isinstance(result, models.Model) else None
                audit.record(given["by"], verb, guarded, made=made, fields=sorted(set(given) - {"by"}))
            return result

        act.permission = permission
        return act

    return decorate


action.unguarded = _unguarded
"""


@dataclass(frozen=True)
class Removal:
    """One guard, and the source of its file without it.

    `within` is the function it stands in, and `at` which part of that: its decorator, a default or its body.
    """

    file: Path
    line: int
    within: str
    says: str
    source: str
    at: str = "body"

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.within}: {self.says}"


class _Finder(ast.NodeVisitor):
    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text = path, text.encode()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.within: list[str] = []
        self.raising = 0
        self.at = "body"
        self.found: list[Removal] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.within.append(node.name)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and _name(decorator.func) == "action":
                self.at = "decorator"
                self.remove(
                    decorator.func, "action.unguarded", f"@action({self.of(decorator.args[0])}) asks nothing"
                )
            else:
                self.visit(decorator)
        self.at = "default"
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None:
                self.visit(default)
        self.at = "body"
        for statement in node.body:
            self.visit(statement)
        self.within.pop()

    def visit_If(self, node: ast.If) -> None:
        raises = any(isinstance(n, ast.Raise) for s in node.body for n in ast.walk(s))
        self.raising += raises
        self.visit(node.test)
        self.raising -= raises
        for statement in [*node.body, *node.orelse]:
            self.visit(statement)

    def visit_Call(self, node: ast.Call) -> None:
        asked = _name(node.func)
        if asked in {"holds_anywhere", "holds_which"} or (
            asked in {"can", "may"} and self.is_page and not self.raising
        ):
            return
        if asked == "visible":
            self.remove(node, f"({self.of(node.args[2])})", "visible() filters nothing")
        if asked == "can":
            # What it asked stays written there: a function holds on to the names it had.
            self.remove(node, f"(True or {self.of(node)})", "can() is always so")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if not (self.is_page and isinstance(node.ops[0], ast.In)):
            self.generic_visit(node)

    @property
    def is_page(self) -> bool:
        return "web" in self.path.parts

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if self.is_page and not self.within:
            return  # a list of what buttons stand for; whoever asks for one of them names it there
        if isinstance(node.value, ast.Name) and node.value.id in {"Permission", "P"}:
            held = Permission[node.attr] in EVERY_MEMBER
            weak = ANYBODY if held else SIGNED_IN
            self.remove(node, weak, f"{node.attr} is held by {weak.strip(chr(34))}")
        self.generic_visit(node)

    def offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column

    def span(self, node: ast.expr) -> tuple[int, int]:
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def of(self, node: ast.expr) -> str:
        start, end = self.span(node)
        return self.text[start:end].decode()

    def remove(self, node: ast.expr, instead: str, says: str) -> None:
        start, end = self.span(node)
        source = (self.text[:start] + instead.encode() + self.text[end:]).decode()
        self.found.append(Removal(self.path, node.lineno, ".".join(self.within), says, source, self.at))


def _name(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def removals(path: Path, text: str) -> list[Removal]:
    """Every way to take one guard out of this source, in the order of its lines."""
    finder = _Finder(path, text)
    finder.visit(ast.parse(text))
    return finder.found


def all_removals(source: Path) -> Iterator[Removal]:
    for file in sorted((source / "alongside").rglob("*.py")):
        part = file.relative_to(source / "alongside").parts[0]
        if file.name not in TABLES and part not in OPERATORS and "migrations" not in file.parts:
            yield from removals(file.relative_to(source), file.read_text(encoding="utf-8"))
