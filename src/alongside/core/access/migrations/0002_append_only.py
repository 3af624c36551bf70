"""The audit refuses UPDATE and DELETE, on both databases, by triggers."""

from django.db import migrations

from alongside.core.access import append_only


def lock(apps, schema_editor):
    append_only.lock(schema_editor.connection)


def unlock(apps, schema_editor):
    append_only.unlock(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunPython(lock, unlock)]
