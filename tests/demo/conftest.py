"""The demonstration's data, made once a file in a transaction that is taken back."""

import pytest
from django.db import transaction
from django.test import override_settings


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, tmp_path_factory):
    """What `fill` returned, handle to person's id, and the steps it told of."""
    from alongside.demo.fill import fill

    steps = []
    here = override_settings(DEMO=True, DATA_FOLDER=tmp_path_factory.mktemp("demonstration"))
    with here, django_db_blocker.unblock(), transaction.atomic():
        yield fill(progress=steps.append), steps
        transaction.set_rollback(True)
