"""What nobody needs any more is taken away: counted attempts, spent links, old sessions, files of letters and answers.

The audit keeps what was done with a link; the link itself holds a hash and a date.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from alongside.assess.surveys import importing
from alongside.core.access.models import OneTimeLink, RateWindow, Receipt, SignIn
from alongside.journeys import sending

# Longer than any window in which attempts are counted.
WINDOWS_KEPT = timedelta(days=2)
SIGN_INS_KEPT = timedelta(days=30)
LINKS_KEPT = timedelta(days=30)
# Longer than a form that was handed out is taken back.
RECEIPTS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Swept:
    windows: int = 0
    links: int = 0
    sessions: int = 0
    sign_ins: int = 0
    receipts: int = 0
    files: int = 0

    def __bool__(self) -> bool:
        return any((self.windows, self.links, self.sessions, self.sign_ins, self.receipts, self.files))


def sweep(at: datetime) -> Swept:
    """Take away what has run out before `at`; returns how many rows of each kind."""
    return Swept(
        windows=RateWindow.objects.filter(window__lt=int((at - WINDOWS_KEPT).timestamp())).delete()[0],
        links=OneTimeLink.objects.filter(expires__lt=at - LINKS_KEPT).delete()[0],
        sessions=Session.objects.filter(expire_date__lt=at).delete()[0],
        sign_ins=SignIn.objects.filter(seen_at__lt=at - SIGN_INS_KEPT).delete()[0],
        receipts=Receipt.objects.filter(at__lt=at - RECEIPTS_KEPT).delete()[0],
        files=sending.sweep(at) + importing.sweep(at),
    )
