"""Rows made once through the real actions, and laid down again as they are for each further test."""

import pickle
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection

OURS = "alongside."
_kept: dict[str, tuple[dict[str, Any], bytes]] = {}


def once(name: str, make: Callable[[], Any]) -> Any:
    """What `make()` returns: made the first time, afterwards its rows are put back and it is unpickled.

    Ids may repeat because each test takes its rows back; what counts them (sequences) only goes up.
    """
    if name in _kept:
        rows, made = _kept[name]
        for table, held in rows.items():
            _lay_down(table, held)
        return pickle.loads(made)
    made = make()
    _kept[name] = ({table: _taken(table) for table in _tables()}, pickle.dumps(made))
    return made


def _tables() -> list[str]:
    models = [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith(OURS)]
    return [m._meta.db_table for m in models]


def _taken(table: str) -> Any:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT json_agg(t)::text FROM {table} t")
            return cursor.fetchone()[0]
        cursor.execute(f"SELECT * FROM {table}")
        return cursor.fetchall()


def _lay_down(table: str, held: Any) -> None:
    if not held:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s::json)", [held]
            )
        else:
            marks = ", ".join(["%s"] * len(held[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", held)
