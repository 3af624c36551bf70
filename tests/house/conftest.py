"""The world of the matrix is made once a file and never changed: each attempt is taken back."""

import os

import pytest
from django.db import transaction

from tests.conftest import NOW


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    from tests.house.world import make

    with django_db_blocker.unblock(), transaction.atomic():
        yield make(NOW)
        transaction.set_rollback(True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make guards` says which module it has weakened: what is likely to notice comes first."""
    suspect = os.environ.get("ALONGSIDE_SUSPECT", "")
    if suspect:
        items.sort(key=lambda item: suspect not in item.nodeid)
