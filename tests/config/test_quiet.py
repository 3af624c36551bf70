"""No log line tells a value: not from an address, not from a database's own words."""

import io
import logging
import logging.config

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.urls import resolve

from alongside.commons.people.models import Identity
from alongside.config import settings

CANARY = "canary-7f3a91"


@pytest.fixture
def said():
    """Everything that the handlers of the real settings write."""
    logging.config.dictConfig(settings.LOGGING)
    out = io.StringIO()
    handlers = {h for name in ("", "django", "django.request") for h in logging.getLogger(name).handlers}
    for handler in handlers:
        if isinstance(handler, logging.StreamHandler) and hasattr(handler, "setStream"):
            handler.setStream(out)
    return out


def test_a_fault_in_a_page_tells_neither_its_address_nor_the_words_of_the_exception(said):
    request = RequestFactory().get(f"/link/{CANARY}")
    request.resolver_match = resolve(f"/link/{CANARY}")
    try:
        raise ValueError(CANARY) from KeyError(CANARY)
    except ValueError:
        logging.getLogger("django.request").exception(
            "Internal Server Error: %s", request.path, extra={"request": request, "status_code": 500}
        )
    assert "500 at [link]" in said.getvalue()
    assert "ValueError" in said.getvalue()
    assert "KeyError" in said.getvalue()
    assert CANARY not in said.getvalue()


def test_the_databases_own_words_stay_out(said, house):
    people = list(house.people.values())
    Identity.objects.filter(person=people[0]).update(sign_in_name=CANARY)
    try:
        with transaction.atomic():
            Identity.objects.filter(person=people[1]).update(sign_in_name=CANARY)
    except IntegrityError:
        logging.getLogger("alongside.web").exception("a write failed")
    assert "a write failed" in said.getvalue()
    assert "IntegrityError" in said.getvalue()
    assert CANARY not in said.getvalue()
