"""The triggers that make the audit append-only: the database itself refuses to change or remove a row."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("access_auditrow", "access_auditseal")
SAYS = "the audit is append-only"

_SQLITE_LOCK = """CREATE TRIGGER IF NOT EXISTS {table}_no_{deed} BEFORE {deed} ON {table}
BEGIN SELECT RAISE(ABORT, '{says}'); END"""
_SQLITE_UNLOCK = "DROP TRIGGER IF EXISTS {table}_no_{deed}"
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION access_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{says}'; END $$"""
_POSTGRES_LOCK = """CREATE OR REPLACE TRIGGER {table}_no_{deed} BEFORE {deed} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION access_append_only()"""
_POSTGRES_UNLOCK = "DROP TRIGGER IF EXISTS {table}_no_{deed} ON {table}"


def lock(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers; those that stand already stay."""
    if connection.vendor == "sqlite":
        _each(connection, _SQLITE_LOCK, ("UPDATE", "DELETE"))
        return
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES_FUNCTION.format(says=SAYS))
    _each(connection, _POSTGRES_LOCK, ("UPDATE", "DELETE", "TRUNCATE"))


def unlock(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: to undo the migration, and to empty a database between tests."""
    if connection.vendor == "sqlite":
        _each(connection, _SQLITE_UNLOCK, ("UPDATE", "DELETE"))
    else:
        _each(connection, _POSTGRES_UNLOCK, ("UPDATE", "DELETE", "TRUNCATE"))


def are_set(connection: BaseDatabaseWrapper) -> bool:
    """Whether every trigger stands; `alongside check` asks."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = {row[0].lower() for row in cursor.fetchall()}
    return all(f"{table}_no_{deed}" in names for table in TABLES for deed in ("update", "delete"))


def _each(connection: BaseDatabaseWrapper, statement: str, deeds: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            for deed in deeds:
                cursor.execute(statement.format(table=table, deed=deed, says=SAYS))
