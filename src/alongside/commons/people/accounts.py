"""Signing in by password, and what a person does with her own account."""

from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alongside.commons.people import identity, rules
from alongside.commons.people.models import Person
from alongside.core.access import limits, links
from alongside.core.access.actor import Actor
from alongside.core.access.models import OneTimeLink, User
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action
from alongside.core.kit.refusal import Reason, Refused

TRIES_PER_NAME = 10
TRIES_PER_NAME_ANYWHERE = 200
TRIES_PER_ADDRESS = 60
WINDOW = timedelta(minutes=15)
_nobody_has_this = ""


def sign_in(name: str, password: str, *, address: str, by: Actor) -> User:
    """The account behind a name and a password. Wrong name and wrong password look and last the same."""
    tries = _tries(name, address)
    if any(limits.is_spent(what, whose, at=by.at, most=most, within=WINDOW) for what, whose, most in tries):
        raise Refused(Reason("too-often", _("Too many tries. Wait a quarter of an hour, or ask for a link.")))
    subject = identity.subject_of_sign_in(name)
    user = User.objects.for_subject(subject) if subject else None
    right = check_password(password, user.password if user and user.has_usable_password() else _decoy())
    if not (user and right and user.is_active and user.has_usable_password()):
        for what, whose, most in tries:
            limits.allow(what, whose, at=by.at, most=most, within=WINDOW)
        raise Refused(
            Reason("wrong", _("Name and password don't belong together. Check both, or ask for a link."))
        )
    return user


def _tries(name: str, address: str) -> list[tuple[str, str, int]]:
    """What failures are counted by. A name alone counts high: else anybody could shut anybody else out."""
    name = name.strip().casefold()
    return [
        ("sign-in address", address, TRIES_PER_ADDRESS),
        ("sign-in name from address", f"{name}\n{address}", TRIES_PER_NAME),
        ("sign-in name", name, TRIES_PER_NAME_ANYWHERE),
    ]


def _decoy() -> str:
    global _nobody_has_this  # noqa: PLW0603 - made once, because hashing is slow on purpose
    _nobody_has_this = _nobody_has_this or make_password("nobody signs in with this")
    return _nobody_has_this


@action(Permission.ACCOUNT_KEEP)
def keep_account(person: Person, *, by: Actor, sign_in_name: str, password: str) -> Person:
    """Choose the name and password to sign in with next time; whatever was signed in before is out."""
    taken = identity.is_taken(sign_in_name, by_other_than=person.id)
    reasons = rules.why_not_sign_in_name(name=sign_in_name.strip(), taken=taken)
    try:
        validate_password(password)
    except ValidationError as wrong:
        reasons += [Reason(f"password-{e.code}", m, "password") for e in wrong.error_list for m in e.messages]
    if reasons:
        raise Refused(*reasons)
    identity.store_sign_in_name(person, sign_in_name.strip())
    user, _new = User.objects.get_or_create(subject=person.id)
    user.set_password(password)
    user.sessions_end_before = by.at
    user.save(update_fields=["password", "sessions_end_before"])
    links.end_all(person.id, at=by.at)
    return person


@action(Permission.ACCOUNT_KEEP)
def end_sessions(person: Person, *, by: Actor) -> Person:
    """Sign out everywhere: sessions begun before this instant are over, and links not used yet."""
    links.end_all(person.id, at=by.at)
    User.objects.filter(subject=person.id).update(sessions_end_before=by.at)
    return person


@action(Permission.ACCOUNT_INVITE)
def invite(person: Person, *, by: Actor) -> str:
    """A one-time link for somebody who has never signed in; returns its secret, shown once."""
    reasons = why_no_invitation(person)
    if reasons:
        raise Refused(*reasons)
    return links.issue(person.id, person.scope, by=by)


def why_no_invitation(person: Person) -> list[Reason]:
    return rules.why_no_link(has_account=_has_account(person), inviting=True, lacks=False)


@action(Permission.ACCOUNT_LINK)
def make_link(person: Person, *, by: Actor) -> str:
    """A one-time link for a member who holds nothing that the maker lacks; returns its secret, shown once."""
    reasons = why_no_link(person, by=by)
    if reasons:
        raise Refused(*reasons)
    return links.issue(person.id, person.scope, by=by)


def why_no_link(person: Person, *, by: Actor) -> list[Reason]:
    lacks = links.lacks(by, person.id)
    return rules.why_no_link(has_account=_has_account(person), inviting=False, lacks=lacks)


@action(Permission.ACCOUNT_RECOVER)
def recover(person: Person, *, by: Actor) -> str:
    """A one-time link made on the machine itself, for somebody who can't get in any other way."""
    return links.issue(person.id, person.scope, by=by)


def link_behind(secret: str, *, address: str, by: Actor) -> tuple[OneTimeLink, Actor] | None:
    """A link and its holder, None where it is of no use any more; guessing is limited by address."""
    found = links.find(secret, actor=by)
    # Only misses count: whoever shares an address with a guesser still gets in with a link that is good.
    if found is None and not limits.allow(
        "link address", address, at=by.at, most=TRIES_PER_ADDRESS, within=WINDOW
    ):
        raise Refused(
            Reason("too-often", _("Too many tries. Wait a quarter of an hour, then open the link again."))
        )
    return found


def _has_account(person: Person) -> bool:
    return User.objects.for_subject(person.id) is not None
