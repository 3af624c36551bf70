"""The demonstration's data folder: made by it, marked by it, and none other is ever touched."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MARKER = "alongside-demonstration.json"
# What a start that was interrupted can have left behind; nothing else is ever removed.
LEFTOVERS = ("alongside.sqlite3", "alongside.sqlite3-wal", "alongside.sqlite3-shm", "secret-key")
LEFTOVER_FOLDERS = ("mail", "letters")


class Foreign(Exception):  # noqa: N818 - it is what the folder is
    """The folder holds something that the demonstration did not make; the text says what to do."""


def claim(folder: Path) -> None:
    """Make the folder ours, or raise `Foreign`. An empty or absent one is fine."""
    if folder.exists() and not folder.is_dir():
        raise Foreign(f"{folder} is a file. Name a folder for the demonstration with --data.")
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    if (folder / MARKER).exists():
        if _read(folder).get("made by") != "alongside demo":
            raise Foreign(
                f"{folder / MARKER} was not written by the demonstration. Name another folder with --data."
            )
        return
    if any(folder.iterdir()):
        raise Foreign(
            f"{folder} holds files that the demonstration did not make. "
            "Name an empty folder, or one that does not exist yet, with --data."
        )
    _write(folder, {"made by": "alongside demo", "filled": False})


def is_filled(folder: Path) -> bool:
    return bool(_read(folder).get("filled"))


def empty(folder: Path) -> None:
    """Take away what an interrupted start has left, so that filling begins anew."""
    for name in LEFTOVERS:
        (folder / name).unlink(missing_ok=True)
    for name in LEFTOVER_FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)


def mark_filled(folder: Path, subjects: Mapping[str, str]) -> None:
    """The very last step of filling. `subjects` says who is who: handle to person's id."""
    _write(folder, {"made by": "alongside demo", "filled": True, "people": dict(subjects)})


def subjects(folder: Path) -> dict[str, str]:
    """Handle to person's id, as the marker keeps them; empty where there is no demonstration."""
    found: dict[str, str] = _read(folder).get("people", {})
    return found


def _read(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MARKER).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(folder: Path, values: dict[str, Any]) -> None:
    fresh = folder / f"{MARKER}.new"
    with fresh.open("w") as opened:
        json.dump(values, opened, indent=1)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(folder / MARKER)
