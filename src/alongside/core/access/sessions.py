"""Whose a session is: asked at each request, so that a closed account is out at the next one."""

from uuid import UUID

from alongside.core.access.models import User


def subject_of(account: int, *, began: float) -> UUID | None:
    """The subject behind an account's session begun at `began` (seconds); None where the session is over."""
    user = User.objects.filter(pk=account, is_active=True).first()
    if user is None or (user.sessions_end_before and began < user.sessions_end_before.timestamp()):
        return None
    return user.subject
