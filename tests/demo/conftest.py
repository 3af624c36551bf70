"""The demonstration's data, made once a file in a transaction that is taken back."""

from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, tmp_path_factory):
    """What `fill` returned, handle to person's id, and the steps it told of."""
    from alongside.demo.fill import fill

    steps = []
    here = override_settings(DEMO=True, DATA_FOLDER=tmp_path_factory.mktemp("demonstration"))
    with here, django_db_blocker.unblock(), transaction.atomic():
        yield fill(progress=steps.append), steps
        transaction.set_rollback(True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The demonstration stands on SQLite, whatever the environment says: there is nothing to see on another."""
    if connection.vendor != "sqlite":
        here = [item for item in items if item.path.parent == HERE]
        config.hook.pytest_deselected(items=here)
        items[:] = [item for item in items if item not in here]
