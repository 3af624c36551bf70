"""Grants are written and ended here, called from inside actions of the floors above."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import Grant, Scope
from alongside.core.access.roles import ROLES, Role


def give(
    subject: UUID,
    role: Role,
    scope: Scope,
    *,
    starts: datetime,
    ends: datetime | None = None,
    purpose: str = "",
    source: UUID | None = None,
    given_by: UUID | None = None,
) -> Grant:
    """Write a grant. A role on a kind of scope it is not made for is a fault of the program: ValueError."""
    if ScopeKind(scope.kind) not in ROLES[role].held_in:
        raise ValueError(f"{role} can't be held in a scope of kind {scope.kind}")
    return Grant.objects.create(
        subject=subject,
        role=role,
        scope=scope,
        starts=starts,
        ends=ends,
        purpose=purpose,
        source=source,
        given_by=given_by,
    )


def end(grants: QuerySet[Grant], *, at: datetime, ended_by: UUID | None = None) -> int:
    """End what still runs; what has not begun yet ends where it begins. Say whose decision it was, if it was one."""
    if ended_by:
        not_over(grants, at).update(ended_by=ended_by)
    late = grants.filter(starts__gt=at, ends__isnull=True)
    for grant in late:
        grant.ends = grant.starts
        grant.save(update_fields=["ends"])
    return running(grants, at).update(ends=at)


def not_over(grants: QuerySet[Grant], at: datetime) -> QuerySet[Grant]:
    """Those that run or are still to begin."""
    return grants.filter(Q(ends__isnull=True) | Q(ends__gt=at))


def running(grants: QuerySet[Grant], at: datetime) -> QuerySet[Grant]:
    return not_over(grants, at).filter(starts__lte=at)
