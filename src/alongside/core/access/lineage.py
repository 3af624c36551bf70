"""Whose decision a grant goes back to: who gave it, who gave that person hers, and so on."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from alongside.core.access import grants
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import Grant, Scope, ScopeAbove
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import ROLES, Role, carriers, opens_names


def _gives_roles(role: Role) -> bool:
    row = ROLES[role]
    return any(Permission.MEMBERSHIP_EDIT in allowed for allowed in (row.here, *row.below.values()))


# Whoever holds one of these knows people by name or decides who else does.
WEIGHTY = tuple(role for role in Role if opens_names(role) or _gives_roles(role))


def given_in_turn(subject: UUID, scope: Scope) -> QuerySet[Grant]:
    """The weighty grants in `scope` and below it that go back to `subject`: those she gave, and what they gave."""
    inside = ScopeAbove.objects.filter(above=scope).values("below_id")
    there = Grant.objects.filter(scope__in=inside, role__in=WEIGHTY).exclude(subject=subject)
    found: set[int] = set()
    givers, known = {subject}, {subject}
    while givers:
        rows = list(there.filter(given_by__in=givers).values_list("pk", "subject"))
        found |= {pk for pk, _ in rows}
        givers = {to for _, to in rows} - known
        known |= givers
    return Grant.objects.filter(pk__in=found)


def was_taken_away(subject: UUID, scope: Scope, *, at: datetime) -> bool:
    """Whether somebody else ended a weighty grant of hers that reached `scope`, and she has none now."""
    hers = _reaching(scope).filter(subject=subject, role__in=WEIGHTY)
    ended = hers.filter(ends__lte=at, ended_by__isnull=False).exclude(ended_by=subject)
    return ended.exists() and not grants.running(hers, at).exists()


def stands_on(by: Actor, subject: UUID, scope: Scope) -> bool:
    """Whether all that lets `by` give roles in `scope` goes back to what `subject` gave."""
    is_whole = scope.kind == ScopeKind.INSTALLATION
    carrying = _carrying(scope, Permission.INSTALLATION_KEEP if is_whole else Permission.MEMBERSHIP_EDIT)
    mine = list(grants.running(carrying.filter(subject__in=by.subjects), by.at))
    known = {by.subject}

    def goes_back(grant: Grant) -> bool:
        giver = grant.given_by
        if giver is None or giver == subject:
            return giver == subject
        if giver in known:  # a circle: it says nothing new
            return True
        known.add(giver)
        theirs = list(carrying.filter(subject=giver))
        return bool(theirs) and all(goes_back(each) for each in theirs)

    return bool(mine) and all(goes_back(grant) for grant in mine)


def _reaching(scope: Scope) -> QuerySet[Grant]:
    return Grant.objects.filter(scope__in=ScopeAbove.objects.filter(below=scope).values("above_id"))


def _carrying(scope: Scope, permission: Permission) -> QuerySet[Grant]:
    """The grants, of anybody and of any time, that carry `permission` to `scope`."""
    roles = carriers(permission)
    here = Grant.objects.filter(scope=scope, role__in=roles.here)
    above = ScopeAbove.objects.filter(below=scope, depth__gt=0).values("above_id")
    return here | Grant.objects.filter(scope__in=above, role__in=roles.below.get(ScopeKind(scope.kind), ()))
