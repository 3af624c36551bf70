"""Reads for the pages on access itself: the audit, how far it is sealed, what one holds oneself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from alongside.core.access import grants
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import AuditRow, AuditSeal, Grant, Installation
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import holds_anywhere, visible
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import NotVisible

# The worker seals within a second; a row that waits longer than this is worth a word.
SEALED_WITHIN = timedelta(seconds=10)
OUTCOMES = ("done", "seen", "not allowed")

# Outside these a day bounds nothing, and midnight of it may not exist.
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def installation_for(actor: Actor, permission: Permission) -> Installation:
    """The installation, where `actor` holds `permission` on it: for pages that have no other parent."""
    found = visible(actor, permission, Installation.objects.all()).first()
    if found is None:
        raise NotVisible("page", permission)
    return found


def own_roles(actor: Actor, kind: ScopeKind) -> list[Role]:
    """The roles that `actor` holds herself in scopes of one kind; what she holds is hers to know."""
    held = grants.running(Grant.objects.filter(subject=actor.subject, scope__kind=kind), actor.at)
    return [Role(role) for role in held.order_by("role").values_list("role", flat=True).distinct()]


def audit_rows(
    actor: Actor,
    *,
    verb: str = "",
    outcome: str = "",
    of: Collection[UUID] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditRow]:
    """The rows `actor` may see, newest first. `of` narrows to what these people did and what befell them."""
    rows = visible(actor, Permission.AUDIT_VIEW, AuditRow.objects.all())
    if verb:
        rows = rows.filter(verb=verb)
    if outcome:
        rows = rows.filter(outcome=outcome)
    if of is not None:
        rows = rows.filter(Q(actor__in=of) | Q(object_id__in=[str(pk) for pk in of]))
    if since and since > EARLIEST:
        rows = rows.filter(at__gte=_midnight(since))
    if until and until < LATEST:
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
    return rows.order_by("-pk")


def may_read_audit(actor: Actor) -> bool:
    """Whether there is an audit for `actor` at all; which rows of it, `audit_rows` says."""
    return holds_anywhere(actor, Permission.AUDIT_VIEW)


@dataclass(frozen=True)
class Sealed:
    """How far the audit is sealed: the last number, when, and whether a row waits longer than it should."""

    number: int
    at: datetime | None
    late: bool


def sealed(at: datetime) -> Sealed:
    last = AuditSeal.objects.order_by("-number").first()
    newest = AuditSeal.objects.aggregate(row=Max("row"))["row"] or 0
    waiting = AuditRow.objects.filter(pk__gt=newest).order_by("pk").first()
    late = bool(waiting and waiting.at < at - SEALED_WITHIN)
    return Sealed(last.number, last.sealed_at, late) if last else Sealed(0, None, late)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
