"""Ids, the SQLite build, refusals."""

import uuid

import pytest

from alongside.core.kit import ids, sqlite
from alongside.core.kit.refusal import Reason, Refused


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 0), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 49, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_builds_with_the_wal_reset_fault_are_told_apart(version, safe):
    assert sqlite.is_safe(version) is safe


def test_the_build_in_use_is_a_fixed_one():
    import sqlite3

    assert sqlite3.__name__ == "pysqlite3"
    assert sqlite.is_safe(sqlite3.sqlite_version_info[:3])


@pytest.mark.django_db
def test_sqlite_runs_with_the_settings_that_keep_what_was_acknowledged():
    from django.db import connection

    if connection.vendor != "sqlite":
        assert connection.settings_dict["CONN_HEALTH_CHECKS"] is True
        return
    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "secure_delete")
        }
    assert found == {"synchronous": 2, "secure_delete": 1}
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_short_numbers_are_readable_stable_and_differ():
    numbers = {ids.short_number(uuid.UUID(int=i * 7919)) for i in range(5000)}
    assert len(numbers) == 5000
    assert all(len(n) == 7 and set(n) - {"-"} <= set(ids.READABLE) for n in numbers)


def test_tokens_carry_256_bits():
    assert len(ids.secret_token()) >= 43
    assert ids.secret_token() != ids.secret_token()


def test_a_refusal_names_its_reasons():
    refused = Refused(Reason("a", "One.", "name"), Reason("b", "Two."))
    assert str(refused) == "a; b"
    assert [str(r) for r in refused.reasons] == ["One.", "Two."]
