"""The world of the matrix is made once a file and never changed: each attempt is taken back."""

import os

import pytest
from django.db import transaction
from django.test import override_settings

from tests.conftest import NOW


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    from alongside.demo import folder
    from tests.house.world import make

    data = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), override_settings(DATA_FOLDER=data), transaction.atomic():
        made = make(NOW)
        folder.claim(data)
        folder.mark_filled(data, {"researcher": str(made.house.people["researcher"].id)})
        yield made
        transaction.set_rollback(True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make guards` says which module it has weakened: what is likely to notice comes first."""
    suspect = os.environ.get("ALONGSIDE_SUSPECT", "")
    if suspect:
        items.sort(key=lambda item: suspect not in item.nodeid)
