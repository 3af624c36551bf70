"""Who acts, and when: made once at the edge and passed down as `by` or `actor`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from alongside.core.access.kinds import ANYONE, OPERATOR, SIGNED_IN, WORKER, ActorKind


@dataclass(frozen=True)
class Actor:
    """`subjects` are all ids whose grants hold for this actor; `at` is the instant it acts at."""

    kind: ActorKind
    subject: UUID
    at: datetime

    @property
    def subjects(self) -> tuple[UUID, ...]:
        if self.kind is ActorKind.USER:
            return (self.subject, SIGNED_IN, ANYONE)
        if self.kind is ActorKind.ANONYMOUS:
            return (ANYONE,)
        return (self.subject,)

    @property
    def is_signed_in(self) -> bool:
        return self.kind is ActorKind.USER


def user(subject: UUID, at: datetime) -> Actor:
    return Actor(ActorKind.USER, subject, at)


def anonymous(at: datetime) -> Actor:
    return Actor(ActorKind.ANONYMOUS, ANYONE, at)


def link_holder(link: UUID, at: datetime) -> Actor:
    return Actor(ActorKind.LINK, link, at)


def worker(at: datetime) -> Actor:
    return Actor(ActorKind.SYSTEM, WORKER, at)


def operator(at: datetime) -> Actor:
    return Actor(ActorKind.SYSTEM, OPERATOR, at)
