"""Who is to be asked, who is to be reminded, and when somebody can be named: values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alongside.assess.surveys.kinds import CallResult, Channel, Fate, Round, Side
from alongside.core.kit.refusal import Reason
from alongside.core.outbox.rules import why_not_remind

OVER = frozenset({CallResult.REFUSED, CallResult.WRONG_NUMBER})
# Half a minute a question, and two for reading what it is about.
SECONDS_A_QUESTION, SECONDS_BEFORE = 30, 120
LONGEST_ADDRESS = 400


@dataclass(frozen=True)
class Reachable:
    """A respondent as far as asking her matters.

    `written` holds when messages to her went out. `under_way`: one has not gone out yet. `failed`: the last
    one did not arrive, and how she is reached has not changed since.
    """

    respondent: int
    channel: str
    has_answered: bool
    call_result: str = ""
    written: tuple[datetime, ...] = ()
    refused: bool = False
    under_way: bool = False
    failed: bool = False
    person: UUID | None = None


def fate(each: Reachable, of: Round, at: datetime) -> Fate:
    """What becomes of her when this round is sent now."""
    found = _why_never(each)
    if found is None:
        found = _why_not_invited(each) if of is Round.INVITATION else _why_not_reminded(each, at)
    return found or Fate(each.channel)


def _why_never(each: Reachable) -> Fate | None:
    """What keeps anybody from being written to at all."""
    if each.has_answered:
        return Fate.ANSWERED
    if each.refused or each.call_result == CallResult.REFUSED:
        return Fate.REFUSED
    if each.call_result == CallResult.WRONG_NUMBER:
        return Fate.WRONG_NUMBER
    if each.failed:
        return Fate.NOT_REACHED
    unwritten = {Channel.TELEPHONE: Fate.TELEPHONE, Channel.NONE: Fate.NO_WAY}
    return unwritten.get(Channel(each.channel))


def _why_not_invited(each: Reachable) -> Fate | None:
    return Fate.WRITTEN if each.written or each.under_way else None


def _why_not_reminded(each: Reachable, at: datetime) -> Fate | None:
    if each.under_way:
        return Fate.UNDER_WAY
    if not each.written:
        return Fate.NOT_INVITED
    codes = {reason.code for reason in why_not_remind(each.written, at)}
    if "reminded-enough" in codes:
        return Fate.ENOUGH
    return Fate.LATELY if codes else None


def to_ask(rows: Iterable[Reachable], at: datetime) -> list[Reachable]:
    """Those who have not been written to yet and can be."""
    return [each for each in rows if fate(each, Round.INVITATION, at) in WRITES]


def to_remind(rows: Iterable[Reachable], at: datetime) -> list[Reachable]:
    """Those who were asked, have not answered, and were last written to some days ago, a few times at most."""
    return [each for each in rows if fate(each, Round.REMINDER, at) in WRITES]


WRITES = (Fate.EMAIL, Fate.LETTER)


def why_not_write(
    *, is_closed: bool, opened_on: date | None, closed_on: date | None, today: date
) -> list[Reason]:
    """Why nobody is written to about a survey now."""
    if is_closed or (closed_on and today > closed_on):
        return [Reason("closed", _("This survey is closed, so nobody is written to. Open it again first."))]
    if opened_on and today < opened_on:
        return [
            Reason("not-open-yet", _("This survey has not begun: write to people from its first day on."))
        ]
    return []


def why_not_contact(contact: str) -> list[Reason]:
    """Why nobody could turn to anybody with a question."""
    if contact.strip():
        return []
    return [
        Reason("contact", _("Say whom people can ask: a name, a telephone number or an address."), "contact")
    ]


def why_more(*, agreed: int | None, now: int) -> list[Reason]:
    """Why nobody is written to when more would be than somebody agreed to; fewer are fine."""
    if agreed is None or now <= agreed:
        return []
    text = ngettext(
        "One person would be written to by now, more than stood here. Look once more.",
        "%(count)s people would be written to by now, more than stood here. Look once more.",
        now,
    )
    return [Reason("more", text % {"count": now})]


def why_not_refuse(*, has_answered: bool) -> list[Reason]:
    """Why somebody can't say any more that she does not want to take part."""
    if not has_answered:
        return []
    return [
        Reason(
            "answered", _("You have answered already. Whoever wrote to you can tell you what can be done.")
        )
    ]


def minutes(questions: int) -> int:
    """How long so many questions take."""
    return max(1, round((SECONDS_BEFORE + SECONDS_A_QUESTION * questions) / 60))


def why_not_name(
    *, name: str, side: str, sides: Sequence[str], channel: str, email: str, phone: str, postal: str = ""
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
    if channel == Channel.LETTER and not postal.strip():
        reasons.append(Reason("no-postal", _("To reach her by letter, give her postal address."), "postal"))
    if len(postal) > LONGEST_ADDRESS:
        reasons.append(Reason("long-postal", _("This address is too long. Please shorten it."), "postal"))
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


def why_not_call(*, is_called: bool) -> list[Reason]:
    """Why somebody isn't called now."""
    return [Reason("being-called", _("Somebody else is calling this person now."))] if is_called else []


def why_ended(*, has_ended: bool) -> list[Reason]:
    """Why nothing is changed about somebody who answers no more."""
    return [Reason("ended", _("Somebody else has taken this person’s place."))] if has_ended else []


def why_not_in(language: str, offered: Sequence[str]) -> list[Reason]:
    """Why nobody can answer in this language."""
    if language in offered:
        return []
    return [Reason("language", _("This questionnaire is not there in that language."), "language")]


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
