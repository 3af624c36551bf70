"""What went wrong, in sentences for the person at the terminal."""

import shlex
import shutil
import sys
from pathlib import Path

DRIVER = "psycopg[binary,pool]==3.3.9"  # as pyproject.toml has it


def command(*words: str) -> str:
    """A next step that can be pasted: the command as it was started, with these words."""
    started = sys.argv[0]
    if Path(started).name != "alongside" or shutil.which("alongside") == started:
        started = "alongside"  # found by its name, or started by another program
    return " ".join([shlex.quote(started), *words])


class Stop(Exception):  # noqa: N818 - the command stops; that is no error of the program
    """Stop here: a sentence that says what to do, and the exit status."""

    def __init__(self, sentence: str, status: int = 2) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def in_words(wrong: Exception) -> str | None:
    """A sentence for what a person can put right; None for a fault of the program."""
    if isinstance(wrong, PermissionError):
        return f"{wrong.filename} can't be opened: this user may not. Check who owns it."
    return _django_in_words(wrong) if "django" in sys.modules else None


def _django_in_words(wrong: Exception) -> str | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    from alongside.core.kit.refusal import NotVisible, Refused

    said = str(wrong).strip().split("\n", 1)[0]
    if isinstance(wrong, Refused):
        return "\n".join(str(reason) for reason in wrong.reasons)
    if isinstance(wrong, NotVisible) and wrong.kind == "installation":
        return f"This installation is not set up yet. Run: {command('setup')}"
    if isinstance(wrong, ImproperlyConfigured) and "psycopg" in said:
        return (
            "DATABASE_URL names a PostgreSQL database, but the driver for it is not installed. Run: "
            f"{shlex.quote(sys.executable)} -m pip install '{DRIVER}'"
        )
    if isinstance(wrong, ImproperlyConfigured):
        return f"A setting is not right: {said}"
    if isinstance(wrong, OperationalError | ProgrammingError):
        return (
            f"The database did not answer as it should: {said}\n"
            f"Check DATABASE_URL or ALONGSIDE_DATA, and that this has run: {command('migrate')}"
        )
    return None
