"""Rate limits, counted in the database for all processes together."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from alongside.core.access.models import RateWindow


def is_spent(what: str, whose: str, *, at: datetime, most: int, within: timedelta) -> bool:
    """Whether `allow` has counted as many attempts as there may be in this window; counts nothing itself."""
    key, window = _row(what, whose, at, within)
    return RateWindow.objects.filter(key=key, window=window, count__gte=most).exists()


def _row(what: str, whose: str, at: datetime, within: timedelta) -> tuple[str, int]:
    seconds = int(within.total_seconds())
    # The second at which the window began: rows of any length of window can be swept by age.
    window = int(at.timestamp()) // seconds * seconds
    return salted_hmac("alongside.limits", f"{what}\n{whose}", algorithm="sha256").hexdigest(), window


def allow(what: str, whose: str, *, at: datetime, most: int, within: timedelta) -> bool:
    """Count one attempt of `what` by `whose`; False once there have been more than `most` in this window.

    `whose` (an address, a sign-in name) is stored as a keyed hash only.
    """
    key, window = _row(what, whose, at, within)
    for _ in range(2):
        with transaction.atomic():
            if RateWindow.objects.filter(key=key, window=window).update(count=F("count") + 1):
                count = RateWindow.objects.values_list("count", flat=True).get(key=key, window=window)
                return count <= most
        try:
            with transaction.atomic():
                RateWindow.objects.filter(key=key, window__lt=window).delete()
                RateWindow.objects.create(key=key, window=window, count=1)
        except IntegrityError:  # another process was first: count with it
            continue
        return most >= 1
    return False
