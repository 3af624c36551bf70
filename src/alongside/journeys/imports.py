"""Files of answers are read beside the worker's rounds, in a thread with a connection of its own.

A large file takes minutes; the audit is sealed within a second all the while. When the worker is told to end, the
reader stops at the next step and gives its lease back.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import Error as DatabaseTrouble
from django.db import connections

from alongside.assess.surveys import importing
from alongside.core.access import actor as actors
from alongside.core.access.actor import Actor
from alongside.core.kit.refusal import NotVisible

log = logging.getLogger(__name__)

# How long the worker, told to end, waits for the step that is being written.
TIME_TO_FINISH = 2.0


def read_due(*, now: Callable[[], datetime], stop: Callable[[], bool] = lambda: False) -> int:
    """Read everything that is due, one file after the other, then tidy up; returns how many files."""
    count = 0
    while not stop() and (due := importing.begin(actors.worker(now()))):
        importing.work(due, now=now, stop=stop)
        count += 1
    if not stop():
        importing.tidy(actors.worker(now()), stop=stop)
    return count


class Beside:
    """The one thread that reads while the rounds go on."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._told = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self, by: Actor) -> None:
        """Begin to read where something is due and nothing is being read."""
        if self._thread and self._thread.is_alive():
            return
        if importing.is_anything_due(by):
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        try:
            read_due(now=self._now, stop=self._told.is_set)
        except (DatabaseTrouble, NotVisible) as trouble:
            # The trouble's own text could hold values of a row: its kind is all that is told.
            log.warning("reading a file stopped (%s); the next round begins again", type(trouble).__name__)
        finally:
            connections.close_all()

    def drop(self) -> None:
        """The worker ends: the step that is being written may finish, nothing more is begun."""
        self._told.set()
        if self._thread:
            self._thread.join(TIME_TO_FINISH)
