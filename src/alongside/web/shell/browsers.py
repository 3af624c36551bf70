"""Browsers: what one is called, and the mark by which one is known that somebody has signed in with before."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

COOKIE = "alongside_browser"
SALT = "alongside.browser"
KEPT = timedelta(days=365)

# The first that fits: most browsers say that they are others, too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def called(agent: str) -> str:
    """A browser by the names that people know, e.g. ``Firefox, Android``; empty where it can't be told."""
    found = (next((name for mark, name in names if mark in agent), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)


def remember(request: HttpRequest, answer: HttpResponse, subject: UUID) -> None:
    """Mark this browser as one that `subject` signs in with. It opens nothing: it only counts her tries apart."""
    if known_number(request, subject):
        return
    said = {"who": str(subject), "number": get_random_string(16)}
    answer.set_cookie(
        COOKIE,
        signing.dumps(said, salt=SALT),
        max_age=KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known(request: HttpRequest) -> tuple[UUID, str] | None:
    """Who has signed in with this browser before, and its number."""
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return UUID(said["who"]), said["number"]


def known_number(request: HttpRequest, subject: UUID) -> str:
    found = known(request)
    return found[1] if found and found[0] == subject else ""
