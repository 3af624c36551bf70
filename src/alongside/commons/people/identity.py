"""The one accessor of the one table that says who people are. Nothing else imports `Identity`.

Reading goes through `visible()`. Whatever shows names of others to somebody leaves an audit row: `shown` for a page
that lists people, `card` for one card. `names` and `search` put people in order and find them, below the faces, which
then show them through one of these two. One's own name leaves no row.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import models

from alongside.commons.people.models import Identity, Person
from alongside.core.access import audit
from alongside.core.access.actor import Actor
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import visible
from alongside.core.outbox.passing import Address

# Sorting and searching by name stops here: longer lists page by number, role or place.
NAMED_AT_MOST = 500


@dataclass(frozen=True)
class Card:
    name: str
    email: str
    phone: str
    sign_in_name: str
    postal: str
    language: str


def names(actor: Actor, people: Collection[UUID]) -> dict[UUID, str]:
    """The names that `actor` may see of these people; the others are missing from the answer."""
    rows = visible(actor, Permission.IDENTITY_VIEW, Identity.objects.filter(person__in=people))
    return {row.person_id: row.name for row in rows if row.name}


def own_name(actor: Actor) -> str:
    return names(actor, [actor.subject]).get(actor.subject, "") if actor.is_signed_in else ""


def shown(actor: Actor, people: Collection[UUID], *, on: models.Model) -> dict[UUID, str]:
    """The same for a page that lists people: names of others leave one audit row on what was opened."""
    found = names(actor, people)
    if found.keys() - {actor.subject}:
        audit.seen(actor, "people.names", on, fields=["name"])
    return found


def card(actor: Actor, person: Person) -> Card | None:
    """Name and contacts of one person, None where `actor` may not see them. Leaves an audit row."""
    row = visible(actor, Permission.IDENTITY_VIEW, Identity.objects.filter(person=person)).first()
    if row is None:
        return None
    if actor.subject != person.id:
        audit.seen(actor, "people.card", person, fields=["name", "email", "phone", "postal"])
    return Card(row.name, row.email, row.phone, row.sign_in_name or "", row.postal, row.language)


def address_of(actor: Actor, subject: UUID) -> Address | None:
    """Where messages to somebody go: for the worker that sends them, which leaves an audit row for each."""
    row = visible(actor, Permission.IDENTITY_REACH, Identity.objects.filter(person=subject)).first()
    if row is None:
        return None
    lines = tuple(row.postal.splitlines())
    return Address(row.name, row.email, (row.name, *lines) if lines else (), row.language)


def has_email(subject: UUID) -> bool:
    """Whether an e-mail can be queued; called from inside actions."""
    return Identity.objects.filter(person=subject).exclude(email="").exists()


def search(actor: Actor, words: str) -> list[UUID]:
    """People whose name holds each of these words, of those whose names `actor` may see."""
    rows = visible(actor, Permission.IDENTITY_VIEW, Identity.objects.all())
    for word in words.split():
        rows = rows.filter(name__icontains=word)
    return list(rows.order_by("name").values_list("person_id", flat=True)[:NAMED_AT_MOST])


def store(person: Person, **fields: str) -> None:
    """Write fields of a card; called from inside actions."""
    Identity.objects.update_or_create(person=person, defaults={**fields, "scope_id": person.scope_id})


def store_new(cards: Iterable[tuple[Person, Mapping[str, str]]]) -> None:
    """The same for many persons who have no card yet."""
    rows = [Identity(person=person, scope_id=person.scope_id, **fields) for person, fields in cards]
    Identity.objects.bulk_create(rows, batch_size=500)


def store_sign_in_name(person: Person, name: str) -> None:
    Identity.objects.update_or_create(
        person=person, defaults={"sign_in_name": name.casefold(), "scope_id": person.scope_id}
    )


def subject_of_sign_in(name: str) -> UUID | None:
    """Who signs in under this name: the sign-in itself is the only one who may ask."""
    name = name.strip().casefold()
    return (
        Identity.objects.filter(sign_in_name=name).values_list("person_id", flat=True).first()
        if name
        else None
    )


def is_taken(sign_in_name: str, *, by_other_than: UUID) -> bool:
    rows = Identity.objects.filter(sign_in_name=sign_in_name.strip().casefold())
    return rows.exclude(person=by_other_than).exists()
