"""Files that appear whole or not at all, and once: written aside, synced, linked under their final name."""

import contextlib
import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from uuid import UUID

from alongside.core.kit.ids import new_id

ASIDE = ".aside-"


def place(folder: Path, name: str, content: bytes) -> None:
    """Make the file `name`; where it is there already, it stays as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f"{ASIDE}{new_id()}-{name}"
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        _name(aside, folder / name)
    finally:
        aside.unlink(missing_ok=True)
    _sync(folder)


def _name(aside: Path, final: Path) -> None:
    try:
        os.link(aside, final)
    except FileExistsError:
        return
    except (PermissionError, NotImplementedError):  # a file system without links: a rename is whole as well
        if not final.exists():
            aside.rename(final)


def _sync(folder: Path) -> None:
    """The name itself has to be on the disk, not only what it names."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sweep(folder: Path, *, before: datetime, keep: Collection[UUID] | None = None) -> int:
    """Take away what was left aside before an instant and, with `keep`, files of messages not in it."""
    gone = 0
    for file in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            old = file.stat().st_mtime < before.timestamp()
            if old and (file.name.startswith(ASIDE) or (keep is not None and _message(file) not in keep)):
                file.unlink()
                gone += 1
    return gone


def _message(file: Path) -> UUID | None:
    try:
        return UUID(file.name[:36])
    except ValueError:
        return None
