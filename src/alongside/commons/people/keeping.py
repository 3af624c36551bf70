"""Who keeps the installation, and closing accounts. Order of locks: the installation before persons and accounts."""

from django.db.models import QuerySet

from alongside.commons.people import rules
from alongside.commons.people.actions import today
from alongside.commons.people.models import Person
from alongside.core.access import grants, lineage, links, sessions
from alongside.core.access.actor import Actor
from alongside.core.access.models import Grant, Installation, User
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action, installation
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import Reason, Refused


@action(Permission.INSTALLATION_KEEP)
def appoint_administrator(where: Installation, *, by: Actor, person: Person) -> Person:
    """Somebody who keeps this installation."""
    held = _running(by).filter(subject=person.id)
    taken_away = lineage.was_taken_away(person.id, where.scope, at=by.at)
    _refuse(
        rules.why_not_join(
            role=Role.ADMINISTRATOR,
            roles=[Role.ADMINISTRATOR],
            held=list(held.values_list("role", flat=True)),
            starts=today(by),
            ends=None,
            oneself=person.id == by.subject,
        )
        + rules.why_not_given_back(
            taken_away=taken_away,
            stands_on_her=taken_away and lineage.stands_on(by, person.id, where.scope),
        )
    )
    links.end_all(person.id, at=by.at)
    grants.give(
        person.id,
        Role.ADMINISTRATOR,
        where.scope,
        starts=by.at,
        purpose="keeps the installation",
        given_by=by.subject,
    )
    return person


@action(Permission.INSTALLATION_KEEP)
def end_administrator(where: Installation, *, by: Actor, person: Person) -> Person:
    """End the role of an administrator, never of the last who can sign in."""
    _hold(where)
    held = _running(by).filter(subject=person.id)
    _refuse(rules.why_not_end_administrator(is_one=held.exists(), others=_others(person, by)))
    grants.end(held, at=by.at, ended_by=by.subject)
    return person


@action(Permission.ACCOUNT_CLOSE)
def close_account(person: Person, *, by: Actor) -> Person:
    """Nobody signs in with it any more: sessions and links end at once. The person and her roles stay."""
    _hold(installation())
    user = User.objects.select_for_update().filter(subject=person.id).first()
    keeps = _running(by).filter(subject=person.id).exists()
    _refuse(
        rules.why_not_close(
            has_account=user is not None,
            is_closed=bool(user and not user.is_active),
            is_last=keeps and not _others(person, by),
        )
    )
    User.objects.filter(subject=person.id).update(is_active=False)
    sessions.end_all(person.id, at=by.at)
    links.end_all(person.id, at=by.at)
    return person


@action(Permission.ACCOUNT_CLOSE)
def open_account(person: Person, *, by: Actor) -> Person:
    """Let somebody sign in again as she did before."""
    if not User.objects.filter(subject=person.id, is_active=False).update(is_active=True):
        raise Refused(*rules.why_not_open())
    return person


def why_not_end_administrator(person: Person, *, by: Actor) -> list[Reason]:
    is_one = _running(by).filter(subject=person.id).exists()
    return rules.why_not_end_administrator(is_one=is_one, others=_others(person, by))


def _running(by: Actor) -> QuerySet[Grant]:
    return grants.running(Grant.objects.filter(role=Role.ADMINISTRATOR), by.at)


def _others(person: Person, by: Actor) -> int:
    """How many other administrators can sign in."""
    keep = _running(by).exclude(subject=person.id).values("subject")
    return User.objects.filter(subject__in=keep, is_active=True).count()


def _hold(where: Installation) -> None:
    """Two who end each other at once wait here, so that one of them stays."""
    Installation.objects.select_for_update().get(pk=where.pk)


def _refuse(reasons: list[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)
