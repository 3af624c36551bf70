"""The SQLite build: a fixed one stands in for the system's, and a faulty one is refused.

Versions 3.7.0 to 3.51.2 can reset a WAL that another connection still needs; fixed in 3.51.3, 3.50.7
and 3.44.6. Losing an acknowledged write is the one thing this product may not do.
"""

import importlib
import sys

Version = tuple[int, int, int]


def stand_in() -> None:
    """Put pysqlite3 in the place of sqlite3; must run before Django opens its SQLite backend."""
    build = importlib.import_module("pysqlite3")
    sys.modules["sqlite3"] = build
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")


def is_safe(version: Version) -> bool:
    """Whether a SQLite of this version is free of the WAL-reset fault."""
    if version >= (3, 51, 3):
        return True
    return (version[:2] == (3, 50) and version[2] >= 7) or (version[:2] == (3, 44) and version[2] >= 6)


def refuse_faulty() -> None:
    """Stop, with a sentence, where the SQLite in use has the WAL-reset fault."""
    import sqlite3

    version = sqlite3.sqlite_version_info
    if not is_safe((version[0], version[1], version[2])):
        raise SystemExit(
            f"This SQLite ({sqlite3.sqlite_version}) can lose writes (WAL-reset fault). Alongside needs 3.51.3 "
            "or later, 3.50.7 or 3.44.6: run `make env`, which installs pysqlite3 with a fixed one."
        )
