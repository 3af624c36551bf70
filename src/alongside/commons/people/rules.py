"""When a role, an organisation or a link makes sense: values in, reasons out."""

import unicodedata
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from alongside.commons.people.kinds import MEMBERSHIP_ROLES, OrganisationKind
from alongside.core.access.roles import Role
from alongside.core.kit.refusal import Reason

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
LONGEST_SIGN_IN_NAME = 60
# Control and format characters can make two names look alike, or one name look empty.
UNSEEN = ("Cc", "Cf", "Co", "Cs")
# These two are part of how some scripts are written (Persian, Indic).
JOINERS = "\u200c\u200d"


def roles_in(kind: str) -> tuple[Role, ...]:
    """The roles that joining such an organisation can give: officials answer for public bodies only."""
    if kind == OrganisationKind.PUBLIC_BODY:
        return MEMBERSHIP_ROLES
    return tuple(role for role in MEMBERSHIP_ROLES if role is not Role.OFFICIAL)


def why_not_join(
    *,
    role: str,
    roles: Collection[str],
    held: Collection[str],
    starts: date,
    ends: date | None,
    oneself: bool,
) -> list[Reason]:
    """Why a person can't get `role` here. `held` are the roles she holds here at that time."""
    reasons = []
    if role not in roles:
        reasons.append(Reason("no-such-role", _("Choose a role from the list."), "role"))
    if role in held:
        reasons.append(Reason("held", _("This person has this role here already."), "role"))
    if oneself:
        reasons.append(Reason("oneself", _("Nobody can give a role to herself. Ask somebody else."), "role"))
    if ends and ends < starts:
        reasons.append(
            Reason("ends-first", _("The last day lies before the first. Change one of them."), "ends")
        )
    return reasons + _far_off("starts", starts) + (_far_off("ends", ends) if ends else [])


def _far_off(field: str, day: date) -> list[Reason]:
    if EARLIEST <= day <= LATEST:
        return []
    return [Reason("far-off", _("This day is too far off. Check the year."), field)]


def why_not_appoint(*, reaches_names: bool, somebody_does: bool, has_it: bool) -> list[Reason]:
    """Why a role that opens names can't be given by this actor.

    The first coordinator is appointed from outside; from then on those who know the people decide who
    else may know them.
    """
    if reaches_names and somebody_does and not has_it:
        return [
            Reason(
                "ask-inside",
                _("This role opens names. A coordinator of the organisation itself has to give it."),
                "role",
            )
        ]
    return []


def why_not_given_back(*, taken_away: bool, stands_on_her: bool) -> list[Reason]:
    """Why somebody can't give a role that opens names to whom she has her own role from.

    Else whoever appoints a puppet has her role back the minute after it was ended.
    """
    if taken_away and stands_on_her:
        return [
            Reason(
                "from-her",
                _(
                    "Somebody else ended such a role of hers, and you have your own role from her. "
                    "Somebody who doesn’t has to give it back."
                ),
                "role",
            )
        ]
    return []


def why_not_return(*, belongs: bool) -> list[Reason]:
    """Why somebody can't be given a role by who does not know her."""
    if belongs:
        return [
            Reason(
                "belongs",
                _("This person has a role here. Those who run her organisation can give her one more."),
            )
        ]
    return []


def why_not_end_administrator(*, is_one: bool, others: int) -> list[Reason]:
    """Why an administrator's role can't end; `others` are those who can sign in."""
    if not is_one:
        return [Reason("no-administrator", _("This person is no administrator."))]
    if not others:
        return [
            Reason(
                "last-administrator",
                _(
                    "She is the last administrator who can sign in. Appoint another one first, who signs in once."
                ),
            )
        ]
    return []


def why_not_close(*, has_account: bool, is_closed: bool, is_last: bool) -> list[Reason]:
    """Why an account can't be closed."""
    if not has_account:
        return [Reason("no-account", _("This person has never signed in, so there is no account to close."))]
    if is_closed:
        return [Reason("closed", _("This account is closed already."))]
    if is_last:
        return [
            Reason(
                "last-administrator",
                _(
                    "She is the last administrator who can sign in. Appoint another one first, who signs in once."
                ),
            )
        ]
    return []


def why_not_open() -> list[Reason]:
    """Why an account can't be opened again: it is not closed."""
    return [Reason("open", _("This account is not closed."))]


def why_not_official(*, belongs: bool) -> list[Reason]:
    """Why somebody can't answer for a place in the name of an organisation."""
    if not belongs:
        return [
            Reason(
                "outsider", _("This person does not belong to that organisation yet. Give her a role there.")
            )
        ]
    return []


def why_not_end(*, starts: date, ends: date | None, last: date) -> list[Reason]:
    """Why a membership can't end on the day `last`."""
    if last < starts:
        return [Reason("ends-first", _("The last day lies before the first. Choose a later one."), "ends")]
    if ends and ends <= last:
        return [Reason("ended", _("This role ends on that day or earlier already."), "ends")]
    return _far_off("ends", last)


def why_not_named(*, name: str, others: Collection[str]) -> list[Reason]:
    """Why an organisation or unit can't carry `name`; `others` stand beside it."""
    if not name.strip():
        return [Reason("no-name", _("Give a name."), "name")]
    if any(unicodedata.category(c) in UNSEEN for c in name if c not in JOINERS):
        return [Reason("unseen", _("The name holds signs that can't be seen. Type it anew."), "name")]
    if name.strip().casefold() in {other.casefold() for other in others}:
        return [
            Reason("name-taken", _("There is one of this name here already. Choose another name."), "name")
        ]
    return []


def why_not_under(*, unit: UUID, parents: Collection[UUID]) -> list[Reason]:
    """Why a unit can't hang under the organisation whose line upwards is `parents`."""
    if unit in parents:
        return [Reason("circle", _("An organisation can't be a unit of its own unit."), "parent")]
    return []


def why_no_link(*, has_account: bool, inviting: bool, lacks: bool, is_closed: bool) -> list[Reason]:
    """Why this person can't be sent a sign-in link by this actor."""
    if is_closed:
        return [Reason("closed", _("Her account is closed. An administrator can open it again."))]
    if inviting and has_account:
        return [
            Reason(
                "has-account",
                _(
                    "This person has signed in before. A new link is made by a coordinator of an organisation "
                    "that the person belongs to or, where there is none, on the machine itself."
                ),
            )
        ]
    if not inviting and lacks:
        return [
            Reason(
                "more-than-you",
                _("This person has a role that you don't have. Somebody who has it can make the link."),
            )
        ]
    return []


def why_not_sign_in_name(*, name: str, taken: bool) -> list[Reason]:
    """Why somebody can't sign in under this name."""
    if len(name) < 3 or any(c.isspace() for c in name):
        return [Reason("too-short", _("Use at least three characters and no spaces."), "sign_in_name")]
    if len(name.casefold()) > LONGEST_SIGN_IN_NAME:
        return [Reason("too-long", _("Use a shorter name, of 60 letters at most."), "sign_in_name")]
    if taken:
        return [Reason("name-taken", _("Somebody else uses this name. Choose another."), "sign_in_name")]
    return []
