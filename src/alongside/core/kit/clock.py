"""The clock is a setting, so that a test or a demonstration can stand on any day."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.utils.module_loading import import_string


def system() -> datetime:
    """The machine's own time, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The instant by ``settings.CLOCK``; asked once at the edge (a request, a command), then passed on."""
    clock: Callable[[], datetime] = import_string(settings.CLOCK)
    return clock()
