"""How a read is tried: by whom, what comes back, and what should."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.kit.refusal import NotVisible
from tests.house.world import World

Ids = set[Any]


@dataclass(frozen=True)
class Read:
    """`ask` gives the ids that came back; `rows` are all there are.

    Each row's own scope decides, or the object named by `on` for all of them; `also` says what more is needed
    of a row.
    """

    permission: Permission
    rows: Callable[[World], QuerySet[Any] | list[Any]]
    ask: Callable[[Actor, World], Ids]
    on: str = ""
    also: Callable[[World, str, Any], bool] = lambda _world, _who, _row: True

    def expected(self, who: str, world: World) -> Ids:
        return {
            row.pk
            for row in self.rows(world)
            if world.may(who, self.permission, world.rows[self.on] if self.on else row)
            and self.also(world, who, row)
        }


def found(rows: Any) -> Ids:
    return {row.pk for row in rows}


def each(one: Callable[[Actor, Any], Any], *names: str) -> Callable[[Actor, World], Ids]:
    """Asks for each of these objects alone; what is not there for the actor is left out."""

    def ask(actor: Actor, world: World) -> Ids:
        ids = set()
        for name in names:
            try:
                if one(actor, world.rows[name]) is not None:
                    ids.add(world.rows[name].pk)
            except NotVisible:
                pass
        return ids

    return ask


def these(*names: str) -> Callable[[World], list[Any]]:
    return lambda world: [world.rows[name] for name in names]


def every(model: Any, **only: Any) -> Callable[[World], QuerySet[Any]]:
    return lambda world: model.objects.filter(**only)
