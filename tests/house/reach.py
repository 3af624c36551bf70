"""Who may do what where, worked out anew from the grants, the parents of scopes and the table of roles.

The product asks one query over a closure; here each scope is climbed from, by hand. The two know nothing of
each other, so what they agree on is not an accident.
"""

from dataclasses import dataclass, field
from uuid import UUID

from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ScopeKind
from alongside.core.access.models import Grant, Scope, ScopeParent
from alongside.core.access.permissions import Permission
from alongside.core.access.roles import ROLES, Role


@dataclass
class Reach:
    kinds: dict[int, ScopeKind]
    parents: dict[int, list[int]]
    grants: dict[UUID, list[Grant]]
    known: dict[int, set[int]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Reach":
        parents: dict[int, list[int]] = {}
        for link in ScopeParent.objects.all():
            parents.setdefault(link.scope_id, []).append(link.parent_id)
        grants: dict[UUID, list[Grant]] = {}
        for grant in Grant.objects.all():
            grants.setdefault(grant.subject, []).append(grant)
        return cls({s.pk: ScopeKind(s.kind) for s in Scope.objects.all()}, parents, grants)

    def above(self, scope: int) -> set[int]:
        """Every scope over this one, itself left out."""
        if scope in self.known:
            return self.known[scope]
        found = self.known[scope] = set()
        waiting = list(self.parents.get(scope, ()))
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += self.parents.get(at, ())
        return found

    def may(self, actor: Actor, permission: Permission, scope: int) -> bool:
        above = self.above(scope)
        for subject in actor.subjects:
            for grant in self.grants.get(subject, ()):
                begun = grant.starts <= actor.at and (grant.ends is None or grant.ends > actor.at)
                row = ROLES[Role(grant.role)]
                if begun and grant.scope_id == scope and permission in row.here:
                    return True
                if begun and grant.scope_id in above and permission in row.below.get(self.kinds[scope], ()):
                    return True
        return False

    def relation(self, actor: Actor, scope: int) -> str:
        """How a scope lies to what was granted to this actor: her own, below it, above it, elsewhere."""
        mine = {grant.scope_id for grant in self.grants.get(actor.subject, ()) if grant.ends is None}
        over = self.above(scope)
        if scope in mine:
            return "own"
        if mine & over:
            return "below"
        return "above" if any(scope in self.above(held) for held in mine) else "elsewhere"
