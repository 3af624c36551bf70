"""What the house tests read: the files of the project as they stand."""

import ast
import configparser
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
PRODUCT = SRC / "alongside"
WRITTEN = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".md",
    ".toml",
    ".txt",
    ".svg",
    ".yml",
    ".yaml",
    ".cfg",
    ".sh",
    ".json",
    "",
}
MADE = {".git", ".venv", "build", "data", "demo-data", "test-results", "node_modules"}
NOT_OURS = ("__pycache__", ".egg-info", "_cache", ".hypothesis")


def python(*under: Path) -> Iterator[Path]:
    """Python files we write; migrations are made by Django."""
    for folder in under or (SRC,):
        for file in sorted(folder.rglob("*.py")):
            if "migrations" not in file.parts and "__pycache__" not in file.parts:
                yield file


def templates() -> Iterator[Path]:
    yield from sorted(PRODUCT.rglob("templates/**/*.html"))


def written() -> Iterator[Path]:
    """Every text file a person wrote, anywhere in the project."""
    for file in sorted(ROOT.rglob("*")):
        parts = file.relative_to(ROOT).parts
        if parts[0] in MADE or any(mark in part for part in parts for mark in NOT_OURS):
            continue
        if file.is_file() and file.suffix in WRITTEN:
            yield file


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def module(file: Path) -> str:
    """The dotted name under which a file of src is imported."""
    parts = file.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def contract(which: str) -> list[list[str]]:
    """The layers of a contract, from the top down; parts on one layer stand together."""
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter")
    lines = read[f"importlinter:contract:{which}"]["layers"].split("\n")
    return [[part.strip(" ()") for part in line.split("|")] for line in lines if line.strip()]
