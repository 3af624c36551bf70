"""Opening an installation: its scope, and the grants that everybody and the machines hold."""

from django.db import transaction

from alongside.core.access import audit, grants
from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ANYONE, OPERATOR, SIGNED_IN, WORKER, ScopeKind
from alongside.core.access.models import Installation
from alongside.core.access.roles import Role
from alongside.core.access.scopes import open_scope

EVERYBODY = (
    (ANYONE, Role.VISITOR),
    (SIGNED_IN, Role.MEMBER),
    (WORKER, Role.WORKER),
    (OPERATOR, Role.OPERATOR),
)


@transaction.atomic
def open_installation(name: str, *, by: Actor) -> Installation:
    """The first write of all, so nothing can guard it yet: called by `setup`, the demonstration and tests."""
    scope = open_scope(ScopeKind.INSTALLATION, [])
    made = Installation.objects.create(name=name, scope=scope)
    for subject, role in EVERYBODY:
        grants.give(subject, role, scope, starts=by.at, purpose="held from the start")
    audit.record(by, "access.open_installation", made)
    return made
