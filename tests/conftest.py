"""What all tests share. Time is given, never patched; the network stays on loopback."""

import os
from datetime import UTC, datetime

import pytest

# The instant of the acceptance scenarios.
NOW = datetime(2027, 5, 10, 9, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """For the long form of the crash test: see docs/operate.md."""
    parser.addoption("--crash-rounds", type=int, default=25, help="kills of the server")
    parser.addoption("--crash-writes", type=int, default=1000, help="acknowledged writes meanwhile")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CLOCK = "tests.conftest.clock"
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        # A file, not memory: only a file has the locks and the log that an installation has.
        settings.DATABASES["default"]["TEST"]["NAME"] = str(settings.STATIC_ROOT.parent / "test.sqlite3")


def clock() -> datetime:
    return NOW


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses the database runs on both: the marker `either` is given here, not by hand."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live", "house"}:
            item.add_marker(pytest.mark.either)


def _forbid_skipping(report):
    if report.skipped and os.environ.get("ALONGSIDE_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where skipping is forbidden: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    return _forbid_skipping((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    return _forbid_skipping((yield))


@pytest.fixture(autouse=True)
def english():
    """Each test begins in English, whatever language the one before has left on."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def committed(transactional_db):
    """A database whose writes are committed, for threads and live servers; the audit is locked as ever."""
    from django.db import connection

    from alongside.core.access import append_only

    append_only.lock(connection)
    yield
    append_only.unlock(connection)


@pytest.fixture
def house(db):
    """A small installation with its people: see tests/factories/house.py."""
    from tests.factories.house import build
    from tests.factories.snapshot import once

    return once("house", lambda: build(NOW))
