"""Settings of a demonstration whose clock can be put forward: by so many days as a file in its folder says."""

from datetime import datetime, timedelta

from alongside.config.settings import *  # noqa: F403 - the same settings, but for the clock
from alongside.config.settings import DATA_FOLDER
from alongside.core.kit import clock

CLOCK = "tests.stories.later.now"
FILE = "days-later"


def now() -> datetime:
    file = DATA_FOLDER / FILE
    return clock.system() + timedelta(days=int(file.read_text()) if file.exists() else 0)
