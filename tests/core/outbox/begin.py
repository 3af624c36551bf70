"""What a worker's process imports before it begins: loaded once, by the process they are all forked from."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alongside.config.settings")

import django

django.setup()

from tests.core.outbox import test_killed  # noqa: E402 - Django first

__all__ = ["test_killed"]
