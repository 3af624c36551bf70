"""The tables are those of the models, and the audit is locked by the migration itself."""

import importlib

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.operations import RunPython

from alongside.core.access import append_only


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    assert "No changes detected" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_migration_locks_the_audit():
    """Run again after the triggers were taken away: other tests may have done that to empty the database."""
    append_only.unlock(connection)
    assert not append_only.are_set(connection)
    migration = importlib.import_module("alongside.core.access.migrations.0002_append_only").Migration
    for operation in migration.operations:
        assert isinstance(operation, RunPython)
        operation.code(apps, connection.schema_editor())
    assert append_only.are_set(connection)
