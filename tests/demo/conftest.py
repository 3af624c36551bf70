"""The demonstration's data, made once a file in a transaction that is taken back."""

import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """What `fill` returned, handle to person's id, and the steps it told of."""
    from alongside.demo.fill import fill

    steps = []
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill(progress=steps.append), steps
        transaction.set_rollback(True)
