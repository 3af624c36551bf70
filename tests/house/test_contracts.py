"""The contracts of .importlinter hold, and each one would say so if it didn't."""

import os
import shutil
import subprocess
import sys

from tests.house import tree

# A file of the product, and the import that may not stand in it: one for each contract.
PLANTED = {
    "Every import goes down the floors": (
        "alongside/core/kit/ids.py",
        "import alongside.commons.places.rules",
    ),
    "A part of assess knows only those to its left": ("alongside/assess/stray/__init__.py", ""),
    "A part of commons knows only those to its left": (
        "alongside/commons/places/rules.py",
        "import alongside.commons.people.rules",
    ),
    "The outbox knows access and the kit, access the kit, the kit nothing": (
        "alongside/core/kit/clock.py",
        "import alongside.core.access.kinds",
    ),
    "Pages of different parts are blind to each other, and the shell to all of them": (
        "alongside/web/shell/words.py",
        "import alongside.web.places.views",
    ),
    "Faces import no models": ("alongside/web/shell/pages.py", "import alongside.core.access.models"),
    "The evidence library knows neither Django nor the product": (
        "alongside_evidence/arrays.py",
        "import django",
    ),
    "Surveys and the evidence command alone use the evidence library": (
        "alongside/commons/forms/rules.py",
        "import alongside_evidence.arrays",
    ),
}


def lint(folder):
    """What lint-imports says of the sources in `folder`, by contract: True where it is kept."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
    ]
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment = {**clean, "PYTHONPATH": str(folder / "src"), "NO_COLOR": "1", "COLUMNS": "200"}
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    kept = {}
    for line in ended.stdout.splitlines():
        for word in (" KEPT", " BROKEN"):
            if line.endswith(word):
                kept[line.removesuffix(word)] = word == " KEPT"
    assert kept, ended.stdout + ended.stderr
    return kept, ended


def test_every_contract_is_kept():
    kept, ended = lint(tree.ROOT)
    assert all(kept.values()), ended.stdout
    assert ended.returncode == 0
    assert set(kept) == set(PLANTED), "each contract has a planted import below"


def test_every_contract_sees_what_breaks_it(tmp_path):
    shutil.copy(tree.ROOT / ".importlinter", tmp_path)
    shutil.copytree(
        tree.SRC, tmp_path / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__", "*.html")
    )
    for file, statement in PLANTED.values():
        path = tmp_path / "src" / file
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as opened:
            opened.write(f"\n{statement}\n")
    kept, ended = lint(tmp_path)
    assert {name for name, holds in kept.items() if holds} == set()
    assert ended.returncode == 1
