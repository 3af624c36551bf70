"""Files to 400 lines, functions to 40; past that, split by subject."""

import ast

import pytest

from tests.house import tree

FILE, FUNCTION = 400, 40
FOLDERS = (tree.SRC, tree.ROOT / "tests", tree.ROOT / "bench")


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring left out: saying why costs nothing."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    said = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    return lines - (first.end_lineno - first.lineno + 1 if said else 0)


def test_files_can_be_read_in_one_go():
    files = [*tree.python(*FOLDERS), *tree.templates()]
    lines = {tree.name(f): len(f.read_text(encoding="utf-8").splitlines()) for f in files}
    assert {name: n for name, n in lines.items() if n > FILE} == {}


def test_functions_can_be_seen_whole():
    found = {
        f"{tree.name(file)}:{function.lineno} {function.name}": length(function)
        for file in tree.python(*FOLDERS)
        for function in tree.functions(tree.parsed(file))
    }
    assert {name: n for name, n in found.items() if n > FUNCTION} == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def f():\n    return 1\n", 2),
        ('def f():\n    """Why,\n    in two lines."""\n    return 1\n', 2),
        ("@decorated\ndef f(\n    x,\n):\n    return x\n", 4),
    ],
)
def test_a_function_is_measured_without_its_docstring(source, lines):
    (function,) = tree.functions(ast.parse(source))
    assert length(function) == lines
