"""What an installation can set, read once and typed. Names and defaults are told in docs/operate.md."""

import os
import secrets
from pathlib import Path
from typing import Any

import environ

env = environ.Env()

HOME = Path(os.environ.get("ALONGSIDE_DATA", "data")).resolve()
IS_DEMO = env.bool("ALONGSIDE_DEMO", default=False)
# The demonstration never touches a real database, whatever the environment says.
DATABASE_URL: str = "" if IS_DEMO else env.str("DATABASE_URL", default="")
HOSTS: list[str] = env.list("ALONGSIDE_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS = env.bool("ALONGSIDE_HTTPS", default=False)
LANGUAGE: str = env.str("ALONGSIDE_LANGUAGE", default="en")
TIME_ZONE: str = env.str("ALONGSIDE_TIME_ZONE", default="UTC")
PSEUDO_LOCALE = env.bool("ALONGSIDE_PSEUDO_LOCALE", default=IS_DEMO)
BEHIND_PROXY = env.bool("ALONGSIDE_BEHIND_PROXY", default=False)

# Where people reach it from outside: for links in letters and e-mails.
_OUTSIDE = next((host for host in HOSTS if host not in {"localhost", "127.0.0.1", "[::1]", "*"}), "")
ADDRESS: str = env.str(
    "ALONGSIDE_ADDRESS", default=f"http{'s' * HTTPS}://{_OUTSIDE}" if _OUTSIDE else "http://localhost:8000"
).rstrip("/")
# Neither is told to anybody: the first holds a password.
SMTP_URL: str = env.str("ALONGSIDE_SMTP_URL", default="")
MAIL_FROM: str = env.str("ALONGSIDE_MAIL_FROM", default="")


def secret_key() -> str:
    """From the environment, else from a file of the data folder that only its owner can read."""
    given: str = env.str("ALONGSIDE_SECRET_KEY", default="")
    if given:
        return given
    file = HOME / "secret-key"
    if not file.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                opened.write(secrets.token_urlsafe(50))
        except FileExistsError:  # another process of this start was first
            pass
    return file.read_text()


def database() -> dict[str, Any]:
    """Django's settings of the one database: SQLite in the data folder, or PostgreSQL by DATABASE_URL."""
    if DATABASE_URL:
        found: dict[str, Any] = environ.Env.db_url_config(DATABASE_URL)
        if "postgresql" not in found.get("ENGINE", ""):
            raise SystemExit("DATABASE_URL must name a PostgreSQL database; for SQLite leave it unset.")
        return found | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(HOME / "alongside.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
                "PRAGMA mmap_size=0; PRAGMA foreign_keys=ON;"
            ),
        },
    }
