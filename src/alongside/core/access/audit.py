"""The audit: append-only, in the writer's own transaction, sealed afterwards into a hash chain.

Writers never wait for one head of the chain: they only append. The worker seals what it finds, and a
seal's number has no gaps, so a row that vanished leaves a seal pointing at nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Max

from alongside.core.access.actor import Actor
from alongside.core.access.kinds import ANYONE
from alongside.core.access.models import AuditRow, AuditSeal

# Rows committed late, by a long transaction, get a lower id than rows sealed already: look back this far.
LOOK_BACK = 100_000
START = "0" * 64


def record(
    by: Actor,
    verb: str,
    guarded: models.Model,
    *,
    made: models.Model | None = None,
    fields: Sequence[str] = (),
    outcome: str = "done",
) -> None:
    """Append one row in the running transaction."""
    AuditRow.objects.create(
        at=by.at,
        actor_kind=by.kind,
        actor=by.subject,
        verb=verb,
        outcome=outcome,
        object_kind=guarded._meta.model_name or "",
        object_id=str(guarded.pk),
        made_kind=(made._meta.model_name or "") if made else "",
        made_id=str(made.pk) if made else "",
        scope_id=guarded.scope_id,  # type: ignore[attr-defined]  # every guarded row carries its scope
        fields=list(fields),
    )


def seen(by: Actor, verb: str, guarded: models.Model, *, fields: Sequence[str] = ()) -> None:
    """A sensitive read leaves a row as well: names opened, answers taken out, the audit itself."""
    record(by, verb, guarded, fields=fields, outcome="seen")


def not_allowed(by: Actor, kind: str, key: str, *, scope_id: int) -> None:
    """Somebody signed in asked for what is not there for them."""
    if by.subject == ANYONE:
        return
    AuditRow.objects.create(
        at=by.at,
        actor_kind=by.kind,
        actor=by.subject,
        verb="access.ask",
        outcome="not allowed",
        object_kind=kind[:40],
        object_id=key[:40],
        scope_id=scope_id,
        fields=[],
    )


def failed(by: Actor, verb: str, guarded: models.Model) -> None:
    """Somebody tried and was not let in: noted on what she tried it on."""
    record(by, verb, guarded, outcome="not allowed")


def _digest(previous: str, row: AuditRow) -> str:
    said = [
        row.pk,
        row.at.isoformat(),
        row.actor_kind,
        str(row.actor),
        row.verb,
        row.outcome,
        row.object_kind,
        row.object_id,
        row.made_kind,
        row.made_id,
        row.scope_id,
        row.fields,
    ]
    return hashlib.sha256((previous + json.dumps(said, separators=(",", ":"))).encode()).hexdigest()


def seal(by: Actor, *, at_most: int = 1000) -> int:
    """Seal what is not sealed yet, oldest first; returns how many. Two sealers at once: one loses, harmlessly."""
    with transaction.atomic():
        last = AuditSeal.objects.order_by("-number").first()
        newest = AuditSeal.objects.aggregate(row=Max("row"))["row"] or 0
        sealed = AuditSeal.objects.filter(row__gt=newest - LOOK_BACK).values("row")
        rows = (
            AuditRow.objects.filter(pk__gt=newest - LOOK_BACK).exclude(pk__in=sealed).order_by("pk")[:at_most]
        )
        number, digest = (last.number, last.digest) if last else (0, START)
        seals = []
        for row in rows:
            number, digest = number + 1, _digest(digest, row)
            seals.append(AuditSeal(number=number, row=row.pk, digest=digest, sealed_at=by.at))
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


@dataclass(frozen=True)
class Alarm:
    number: int
    says: str


def verify() -> list[Alarm]:
    """Walk the whole chain; what is wrong comes back in words. An empty list is a sound audit."""
    alarms = []
    digest, expected = START, 1
    for seals in _batches():
        rows = AuditRow.objects.in_bulk([s.row for s in seals])
        for s in seals:
            if s.number != expected:
                alarms.append(Alarm(expected, f"seal {expected} is missing"))
                expected = s.number
            row = rows.get(s.row)
            if row is None:
                alarms.append(Alarm(s.number, f"audit row {s.row} was sealed and is gone"))
            elif _digest(digest, row) != s.digest:
                alarms.append(Alarm(s.number, f"audit row {s.row} is not what was sealed"))
            digest, expected = s.digest, expected + 1
    return alarms


def _batches(size: int = 2000) -> Iterable[list[AuditSeal]]:
    after = 0
    while batch := list(AuditSeal.objects.filter(number__gt=after).order_by("number")[:size]):
        yield batch
        after = batch[-1].number
