"""The folder in which files of answers lie while they are read, and the lists of what has to be put right.

For its owner alone, below nothing that is served; names are random, what a file is called stands in its row.
"""

import contextlib
import os
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings

from alongside.core.kit.ids import secret_token

FILE_KEPT = timedelta(days=1)
FAULTS_KEPT = timedelta(days=7)
_FAULTS = ".csv"


def folder() -> Path:
    found = Path(settings.DATA_FOLDER) / "imports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def keep(content: Iterable[bytes]) -> str:
    """Lay a file down; returns its name here. It is on the disk when this returns."""
    name = secret_token()
    try:
        with _new(name) as opened:
            for chunk in content:
                opened.write(chunk)
            opened.flush()
            os.fsync(opened.fileno())
    except BaseException:
        drop(name)
        raise
    return name


def new_faults() -> str:
    """A name for a list that is still to be written."""
    return secret_token() + _FAULTS


def append(name: str) -> IO[bytes]:
    return os.fdopen(os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _new(name: str) -> IO[bytes]:
    return os.fdopen(os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def opened(name: str) -> IO[bytes] | None:
    """The file to be read, None where it is gone."""
    try:
        return (folder() / name).open("rb") if name else None
    except FileNotFoundError:
        return None


def drop(name: str) -> None:
    if name:
        (folder() / name).unlink(missing_ok=True)


def sweep(at: datetime, *, under_way: Collection[str]) -> int:
    """Take away what is older than it may get; returns how many files."""
    gone = 0
    for file in folder().iterdir():
        kept = FAULTS_KEPT if file.name.endswith(_FAULTS) else FILE_KEPT
        with contextlib.suppress(FileNotFoundError):
            if file.name not in under_way and file.stat().st_mtime < (at - kept).timestamp():
                file.unlink()
                gone += 1
    return gone
