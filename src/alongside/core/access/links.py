"""One-time links: made for one person, good once, for two days; a new one ends the others."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alongside.core.access import grants, sessions
from alongside.core.access.actor import Actor, link_holder
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import Grant, OneTimeLink, Scope, ScopeAbove, User
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.access.roles import ROLES, Role, Row
from alongside.core.kit.ids import secret_token
from alongside.core.kit.refusal import Reason, Refused

GOOD_FOR = timedelta(days=2)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(subject: UUID, scope: Scope, *, by: Actor) -> str:
    """A fresh secret for `subject`; earlier links are ended. Called from inside an action."""
    end_all(subject, at=by.at)
    secret = secret_token()
    link = OneTimeLink.objects.create(
        subject=subject, scope=scope, secret_hash=hash_of(secret), made_at=by.at, expires=by.at + GOOD_FOR
    )
    grants.give(link.pk, Role.LINK_HOLDER, scope, starts=by.at, ends=link.expires, purpose="sign in once")
    return secret


def end_all(subject: UUID, *, at: datetime) -> None:
    """End the links of `subject` that could still be used."""
    for old in OneTimeLink.objects.filter(subject=subject, used_at__isnull=True, ended_at__isnull=True):
        old.ended_at = at
        old.save(update_fields=["ended_at"])
        grants.end(Grant.objects.filter(subject=old.pk), at=at)


def lacks(by: Actor, subject: UUID) -> bool:
    """Whether `subject` holds, or will hold, anything that `by` does not: then a link would hand it over."""
    theirs = grants.not_over(Grant.objects.filter(subject=subject).exclude(role=Role.SELF), by.at)
    return any(not has_as_much(by, Role(grant.role), grant.scope) for grant in theirs.select_related("scope"))


def has_as_much(by: Actor, role: Role, scope: Scope) -> bool:
    """Whether `by` may do in `scope`, and below it, all that `role` held there allows."""
    mine = grants.running(Grant.objects.filter(subject__in=by.subjects), by.at)
    above = dict(ScopeAbove.objects.filter(below=scope).values_list("above_id", "depth"))
    held = [(above[g.scope_id], ROLES[Role(g.role)]) for g in mine if g.scope_id in above]
    return _covers(ROLES[role], ScopeKind(scope.kind), held)


def _covers(wanted: Row, kind: ScopeKind, held: list[tuple[int, Row]]) -> bool:
    here: set[Permission] = set()
    below: dict[ScopeKind, set[Permission]] = {}
    for depth, row in held:
        here |= row.here if depth == 0 else row.below.get(kind, frozenset())
        for each, permissions in row.below.items():
            below.setdefault(each, set()).update(permissions)
    return wanted.here <= here and all(may <= below.get(each, set()) for each, may in wanted.below.items())


def usable(actor: Actor) -> QuerySet[OneTimeLink]:
    return OneTimeLink.objects.filter(used_at__isnull=True, ended_at__isnull=True, expires__gt=actor.at)


def find(secret: str, *, actor: Actor) -> tuple[OneTimeLink, Actor] | None:
    """The link behind a secret and the actor its holder is; None where it is unknown, used, ended or old."""
    link = usable(actor).filter(secret_hash=hash_of(secret)).select_related("scope").first()
    return (link, link_holder(link.pk, actor.at)) if link else None


@action(Permission.SIGN_IN_BY_LINK)
def use(link: OneTimeLink, *, by: Actor) -> User:
    """Spend the link; the account is made where the person had none. Order: link before account."""
    spent = usable(by).filter(pk=link.pk).update(used_at=by.at)
    if not spent:
        raise Refused(Reason("link-used", _("This link has been used or has run out. Ask for a new one.")))
    grants.end(Grant.objects.filter(subject=link.pk), at=by.at)
    user, new = User.objects.get_or_create(subject=link.subject)
    if new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    # Whoever needed a link may have lost the device that is still signed in.
    sessions.end_all(user.subject, at=by.at)
    if not user.is_active:
        raise Refused(
            Reason("account-closed", _("This account is closed. Ask the people who run this site."))
        )
    return user
