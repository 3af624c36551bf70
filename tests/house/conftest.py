"""The world of the matrix is made once a file and never changed: each attempt is taken back."""

import gc

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.conftest import NOW


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    from alongside.demo import folder
    from tests.house.world import make

    data = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), override_settings(DATA_FOLDER=data), transaction.atomic():
        folder.claim(data)
        made = make(NOW)
        folder.mark_filled(data, {"researcher": str(made.house.people["researcher"].id)})
        gc.freeze()  # more than a thousand requests follow, and what is loaded by now stays
        yield made
        gc.unfreeze()
        transaction.set_rollback(True)


# Which rows come back depends on the database, and so do deeds: those run on both. What an address asks for, and
# in which words, does not.
ON_ONE_DATABASE = (
    "test_an_address_lets_in_those_who_may",
    "test_no_other_method_is_answered",
    "test_every_word_of_a_page_went_through_a_translation",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each test on the databases that it can tell something about."""
    if connection.vendor != "sqlite":
        left_out = [item for item in items if getattr(item, "originalname", "") in ON_ONE_DATABASE]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
