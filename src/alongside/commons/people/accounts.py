"""Signing in by password, and what a person does with her own account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alongside.commons.people import identity, rules
from alongside.commons.people.models import Person
from alongside.core.access import audit, limits, links, sessions
from alongside.core.access.actor import Actor
from alongside.core.access.actor import user as user_actor
from alongside.core.access.kinds import SignInWay
from alongside.core.access.models import OneTimeLink, SignIn, User
from alongside.core.access.permissions import Permission
from alongside.core.access.policy import action, installation
from alongside.core.kit.refusal import Reason, Refused

TRIES = 10
TRIES_WHILE_GUESSED = 3
TRIES_PER_ADDRESS = 60
# From so many failures on, from wherever they come, somebody is guessing at an account.
GUESSED = 100
NOTED = 10
WINDOW = timedelta(minutes=15)
# So long after a one-time link a password can be chosen without the one before.
PROVEN_FOR = timedelta(hours=1)
NOBODY = UUID(int=0)
_nobody_has_this = ""


@dataclass(frozen=True)
class Door:
    """Where a sign-in comes from: an address, and whose browser it is known to be, with its number."""

    address: str
    browser: tuple[UUID, str] | None = None


def sign_in(name: str, password: str, *, door: Door, by: Actor) -> User:
    """The account behind a name and a password. Wrong name and wrong password look and last the same."""
    subject = identity.subject_of_sign_in(name)
    account = str(subject or name.strip().casefold())
    tries = _tries(account, subject, door, by.at)
    if any(limits.is_spent(what, whose, at=by.at, most=most, within=WINDOW) for what, whose, most in tries):
        raise Refused(
            Reason("too-often", _("Too many tries from here. Wait a quarter of an hour, or ask for a link."))
        )
    user = User.objects.for_subject(subject) if subject else None
    right = check_password(password, user.password if user and user.has_usable_password() else _decoy())
    if not (user and right and user.is_active and user.has_usable_password()):
        _count_failure([*tries, ("sign-in account", account, GUESSED)], subject, by=by)
        raise Refused(
            Reason("wrong", _("Name and password don't belong together. Check both, or ask for a link."))
        )
    with transaction.atomic():
        audit.record(user_actor(user.subject, by.at), "people.sign_in", Person.objects.get(pk=user.subject))
    return user


def _tries(account: str, subject: UUID | None, door: Door, at: datetime) -> list[tuple[str, str, int]]:
    """What failures are counted by: never by an account alone, else a stranger could shut its holder out.

    A browser with which its holder has signed in before counts for itself. Others count by address, and have
    fewer tries each while an account is being guessed at from many of them.
    """
    if door.browser and door.browser[0] == subject:
        return [("sign-in browser", f"{account}\n{door.browser[1]}", TRIES)]
    guessed = limits.is_spent("sign-in account", account, at=at, most=GUESSED, within=WINDOW)
    return [
        ("sign-in address", door.address, TRIES_PER_ADDRESS),
        (
            "sign-in account from address",
            f"{account}\n{door.address}",
            TRIES_WHILE_GUESSED if guessed else TRIES,
        ),
    ]


@transaction.atomic  # one commit, whatever is written: it takes as long where there is no such account
def _count_failure(tries: list[tuple[str, str, int]], subject: UUID | None, *, by: Actor) -> None:
    """Count it and write it down for the account: what was typed is kept nowhere.

    The first few of a quarter of an hour leave a row each; more would let strangers fill the audit.
    """
    for what, whose, most in tries:
        limits.allow(what, whose, at=by.at, most=most, within=WINDOW)
    on = Person.objects.filter(pk=subject or NOBODY).first()
    if limits.allow("sign-in failure", str(subject), at=by.at, most=NOTED, within=WINDOW):
        audit.failed(by, "people.sign_in", on or installation())


def _decoy() -> str:
    global _nobody_has_this  # noqa: PLW0603 - made once, because hashing is slow on purpose
    _nobody_has_this = _nobody_has_this or make_password("nobody signs in with this")
    return _nobody_has_this


def sign_out(*, by: Actor, session: int) -> None:
    """Sign out here: the session is over, and the audit says when."""
    with transaction.atomic():
        if SignIn.objects.filter(pk=session, user__subject=by.subject, ended_at__isnull=True).update(
            ended_at=by.at
        ):
            audit.record(by, "people.sign_out", Person.objects.get(pk=by.subject))


def asks_old_password(person: Person, *, way: str, began: datetime, at: datetime) -> bool:
    """Whether the password held so far has to be told: not where there is none, nor just after a link."""
    user = User.objects.for_subject(person.id)
    by_link = way == SignInWay.LINK and at < began + PROVEN_FOR
    return bool(user and user.password and user.has_usable_password()) and not by_link


def prove(person: Person, *, by: Actor, password: str) -> None:
    """See that whoever sits there knows the password held so far; failures count, and are written down."""
    what = ("own password", str(person.id))
    if limits.is_spent(*what, at=by.at, most=TRIES, within=WINDOW):
        raise Refused(Reason("too-often", _("Too many tries. Wait a quarter of an hour."), "old_password"))
    user = User.objects.for_subject(person.id)
    if user and not check_password(password, user.password):
        with transaction.atomic():
            limits.allow(*what, at=by.at, most=TRIES, within=WINDOW)
            audit.failed(by, "people.keep_account", person)
        raise Refused(Reason("old-password", _("This is not the password you have now."), "old_password"))


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
    user.save(update_fields=["password"])
    _end_everything(person, at=by.at)
    return person


def account_of(person: Person) -> User:
    """The account of whoever has just chosen how to sign in."""
    return User.objects.get(subject=person.id)


@action(Permission.ACCOUNT_KEEP)
def end_sessions(person: Person, *, by: Actor) -> Person:
    """Sign out everywhere: every session is over, and links not used yet."""
    _end_everything(person, at=by.at)
    return person


@action(Permission.ACCOUNT_KEEP)
def end_session(person: Person, *, by: Actor, session: int) -> Person:
    """Sign out in one place."""
    found = SignIn.objects.filter(pk=session, user__subject=person.id, ended_at__isnull=True)
    if not found.update(ended_at=by.at):
        raise Refused(Reason("ended", _("You are not signed in there any more.")))
    return person


def _end_everything(person: Person, *, at: datetime) -> None:
    links.end_all(person.id, at=at)
    sessions.end_all(person.id, at=at)


@action(Permission.ACCOUNT_INVITE)
def invite(person: Person, *, by: Actor) -> str:
    """A one-time link for somebody who has never signed in; returns its secret, shown once."""
    reasons = why_no_invitation(person)
    if reasons:
        raise Refused(*reasons)
    return links.issue(person.id, person.scope, by=by)


def why_no_invitation(person: Person) -> list[Reason]:
    return _why_no_link(person, inviting=True, lacks=False)


@action(Permission.ACCOUNT_LINK)
def make_link(person: Person, *, by: Actor) -> str:
    """A one-time link for a member who holds nothing that the maker lacks; returns its secret, shown once."""
    reasons = why_no_link(person, by=by)
    if reasons:
        raise Refused(*reasons)
    return links.issue(person.id, person.scope, by=by)


def why_no_link(person: Person, *, by: Actor) -> list[Reason]:
    return _why_no_link(person, inviting=False, lacks=links.lacks(by, person.id))


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


def _why_no_link(person: Person, *, inviting: bool, lacks: bool) -> list[Reason]:
    user = User.objects.for_subject(person.id)
    return rules.why_no_link(
        has_account=user is not None,
        inviting=inviting,
        lacks=lacks,
        is_closed=user is not None and not user.is_active,
    )
