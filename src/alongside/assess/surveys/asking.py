"""Who is to be asked, who is to be reminded, and when somebody can be named: values in, values out.

Sending is not here. Whoever sends takes `to_ask` and `to_remind` with the rows of
`respondent_queries.reachable`, makes a code for each with `respondent_actions.make_code`, and queues one
message a row by its channel; letters print the code in groups, e-mails hold the link.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from alongside.assess.surveys.kinds import CallResult, Channel, Side
from alongside.core.kit.refusal import Reason

MOST_REMINDERS = 3
BETWEEN_REMINDERS = timedelta(days=5)
OVER = frozenset({CallResult.REFUSED, CallResult.WRONG_NUMBER})
WRITTEN = frozenset({Channel.EMAIL, Channel.LETTER})


@dataclass(frozen=True)
class Reachable:
    """A respondent as far as asking her matters; `written` holds when she was written to, in order."""

    respondent: int
    channel: str
    has_answered: bool
    call_result: str = ""
    written: tuple[datetime, ...] = ()


def to_ask(rows: Iterable[Reachable]) -> list[Reachable]:
    """Those who have not been written to yet and can be."""
    return [each for each in rows if _is_open(each) and not each.written]


def to_remind(rows: Iterable[Reachable], at: datetime) -> list[Reachable]:
    """Those who were asked, have not answered, and were last written to some days ago, a few times at most."""
    return [
        each
        for each in rows
        if _is_open(each)
        and 1 <= len(each.written) <= MOST_REMINDERS
        and at - each.written[-1] >= BETWEEN_REMINDERS
    ]


def _is_open(each: Reachable) -> bool:
    return not each.has_answered and each.channel in WRITTEN and each.call_result not in OVER


def why_not_name(
    *, name: str, side: str, sides: Sequence[str], channel: str, email: str, phone: str
) -> list[Reason]:
    """Why somebody can't be named as a respondent like this."""
    reasons = []
    if not name.strip():
        reasons.append(Reason("no-name", _("Give the name of the person who answers."), "name"))
    if side not in sides:
        reasons.append(Reason("side", _("This survey does not ask that side. Choose another."), "side"))
    if channel not in Channel.values:
        reasons.append(Reason("channel", _("Choose how she is reached from the list."), "channel"))
    if channel == Channel.EMAIL and not email.strip():
        reasons.append(Reason("no-email", _("To reach her by e-mail, give her address."), "email"))
    if channel == Channel.TELEPHONE and not phone.strip():
        reasons.append(Reason("no-phone", _("To reach her by telephone, give her number."), "phone"))
    if email.strip() and ("@" not in email or any(c.isspace() for c in email.strip())):
        reasons.append(
            Reason("email", _("This is not an e-mail address. It needs an @ and no spaces."), "email")
        )
    return reasons


def why_no_unit(found: int) -> list[Reason]:
    """Why a unit isn't known by what was typed, which fits `found` units."""
    if found == 1:
        return []
    text = (
        _("Several units have this name. Give the code of the one you mean.")
        if found
        else _("No unit that is asked has this code or name.")
    )
    return [Reason("unit", text, "unit")]


def why_ended(*, has_ended: bool) -> list[Reason]:
    """Why nothing is changed about somebody who answers no more."""
    return [Reason("ended", _("Somebody else has taken this person’s place."))] if has_ended else []


def why_taken(*, standing: bool) -> list[Reason]:
    """Why nobody can be named where somebody stands already."""
    if not standing:
        return []
    text = _("Somebody is named for this side of the unit. Open her page to let another take her place.")
    return [Reason("taken", text, "unit")]


def why_no_answers_now(
    *, is_closed: bool, opened_on: date | None, closed_on: date | None, today: date
) -> list[Reason]:
    """Why a survey takes no answers today."""
    if is_closed or (closed_on and today > closed_on):
        return [Reason("closed", _("This survey is closed. Thank you for wanting to answer."))]
    if opened_on and today < opened_on:
        return [
            Reason("not-open-yet", _("This survey has not begun yet. Your link works from its first day on."))
        ]
    return []


def why_not_result(*, result: str, again_on: date | None, today: date) -> list[Reason]:
    """Why a call can't have ended so."""
    if result not in {CallResult.AGAIN, *OVER}:
        return [Reason("result", _("Choose what came of the call."), "result")]
    if again_on and (result != CallResult.AGAIN or again_on < today):
        return [
            Reason(
                "again-on", _("Choose today or a later day, and only if somebody calls again."), "again_on"
            )
        ]
    return []


def side_names(sides: Sequence[str]) -> list[tuple[str, str]]:
    """The sides by name, in their order."""
    return [(side, str(Side(side).label)) for side in sides]
