"""When a survey makes sense: values in, reasons or values out."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from alongside.assess.surveys.kinds import Side
from alongside.assess.surveys.sheet import UNIT_HEADERS
from alongside.commons.forms import rules as form_rules
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.rules import Answer, Asked
from alongside.core.kit.refusal import Reason

CODES = ("unit", "organisation", "together", "other", "unsure")
OPEN_TO = ("nobody", "signed in", "anyone")
# Keys head the columns of files: none may look like a formula, or like the column of the units.
_KEY = re.compile(r"[a-z][a-z0-9-]*")
FEWEST_LETTERS = 5
FEWEST_REPLICATES, MOST_REPLICATES = 1_000, 1_000_000


def why_not_call_it(*, title: str, opened_on: date | None, closed_on: date | None) -> list[Reason]:
    """Why a survey can't have this name and these days."""
    reasons = []
    if not title.strip():
        reasons.append(Reason("no-title", _("Give the survey a name."), "title"))
    if opened_on and closed_on and closed_on < opened_on:
        reasons.append(
            Reason("closes-first", _("The last day lies before the first. Change one of them."), "closed_on")
        )
    return reasons


def why_not_ask_about(*, activities: Sequence[str], known: Collection[str]) -> list[Reason]:
    """Why these activities can't be asked about; `known` are the keys that may be."""
    reasons = []
    if len(set(activities)) < len(activities):
        reasons.append(Reason("twice", _("Each activity can be asked about once."), "activities"))
    reasons += [
        Reason("unknown-activity", _("There is no activity “%(key)s”.") % {"key": key}, "activities")
        for key in activities
        if key not in known
    ]
    reasons += [
        Reason(
            "bad-key",
            _("A key has small letters, digits and hyphens, and begins with a letter."),
            "activities",
        )
        for key in activities
        if not _KEY.fullmatch(key) or key in UNIT_HEADERS
    ]
    return reasons


def why_not_ask_units(units: int) -> list[Reason]:
    """Why so many units can't be asked."""
    if units:
        return []
    return [Reason("no-units", _("No unit would be asked. Choose a larger place or more kinds."), "units")]


def why_not_open(questions: int) -> list[Reason]:
    """Why a survey can't be put to anybody."""
    return [] if questions else [Reason("no-questions", _("Ask at least one question first."))]


def why_not_drop(*, is_draft: bool) -> list[Reason]:
    """Why a survey can't be thrown away."""
    if is_draft:
        return []
    return [Reason("no-draft", _("Only a draft can be thrown away. Close this survey instead."))]


def why_not_choose_again(*, named: bool, is_fixed: bool) -> list[Reason]:
    """Why the units that are asked can't be chosen (anew)."""
    if not (named or is_fixed):
        return []
    text = _("People are named or have answered: the units stay as they are.")
    return [Reason("units-stand", text)]


def why_not_make(
    *,
    title: str,
    activities: Sequence[str],
    known: Collection[str],
    units: int,
    opened_on: date | None,
    closed_on: date | None,
    own: int = 0,
) -> list[Reason]:
    """Why a survey can't be made like this at once; `own` is how many questions of its own it asks."""
    reasons = why_not_call_it(title=title, opened_on=opened_on, closed_on=closed_on)
    if not activities and not own:
        reasons.append(Reason("no-activities", _("Choose at least one activity to ask about."), "activities"))
    return [*reasons, *why_not_ask_about(activities=activities, known=known), *why_not_ask_units(units)]


def why_not_compute_so(
    *,
    activities: Sequence[str],
    statutory: Collection[str],
    sensitivity: Collection[str],
    replicates: int,
    seed: int,
) -> list[Reason]:
    """Why a table can't be computed with these definitions."""
    reasons = []
    others = [key for key in activities if key not in statutory]
    if any(key not in others for key in sensitivity):
        reasons.append(
            Reason(
                "not-to-leave-out",
                _("The second look can leave out activities that are asked about and not required by law."),
                "sensitivity",
            )
        )
    elif sensitivity and len(set(sensitivity)) == len(others):
        reasons.append(
            Reason(
                "leaves-nothing", _("Leave at least one activity that is not required by law."), "sensitivity"
            )
        )
    if not FEWEST_REPLICATES <= replicates <= MOST_REPLICATES:
        reasons.append(Reason("replicates", _("Choose between 1,000 and 1,000,000 draws."), "replicates"))
    if not 0 <= seed < 2**31:
        reasons.append(Reason("seed", _("The seed is a whole number from 0 to 2,147,483,647."), "seed"))
    return reasons


def why_not_ask_sides(sides: Sequence[str]) -> list[Reason]:
    """Why these sides can't be asked."""
    if not sides:
        return [Reason("no-sides", _("Choose at least one side to ask."), "sides")]
    if any(side not in Side.values for side in sides):
        return [Reason("unknown-side", _("Choose sides from the list."), "sides")]
    return []


def why_not_publish(to: str) -> list[Reason]:
    """Why the table can't be opened to them."""
    return [] if to in OPEN_TO else [Reason("to-whom", _("Choose who may see the table."), "to")]


def why_not_send(questions: Sequence[Asked], said: Mapping[str, Answer]) -> list[Reason]:
    """Why answers can't be sent yet. To who coordinates an activity, “not sure” is an answer."""
    text = _("“%(question)s” has no answer yet. “I am not sure” is an answer, too.")
    reasons = []
    for question in questions:
        given = said.get(question.key, "")
        if question.kind == QuestionKind.COORDINATION and given not in question.choices:
            reasons.append(Reason("missing", text % {"question": question.called}, question.key))
        else:
            reasons += form_rules.why_not_answer(question, given)
    return reasons


def why_not_close(*, reason: str, is_closed: bool, closing: bool) -> list[Reason]:
    """Why a survey can't be closed, or opened again."""
    if is_closed == closing:
        text = _("This survey is closed already.") if closing else _("This survey is open already.")
        return [Reason("already", text)]
    if len(reason.strip()) < FEWEST_LETTERS:
        return [
            Reason(
                "reason",
                _("Say why, in a few words: whoever answers for the survey reads it later."),
                "reason",
            )
        ]
    return []


def why_not_interview(*, belongs: bool, held: bool) -> list[Reason]:
    """Why somebody can't telephone for a survey."""
    if held:
        return [Reason("held", _("This person telephones for the survey already."), "person")]
    if not belongs:
        return [Reason("outsider", _("Choose somebody of the organisation whose survey it is."), "person")]
    return []


def why_not_hand_in(*, under_way: bool) -> list[Reason]:
    """Why no file of answers can be handed in."""
    text = _("Another file of this survey is being read in. Wait until it is through, or call it off.")
    return [Reason("under-way", text, "file")] if under_way else []


def why_not_take_in(*, asks: bool) -> list[Reason]:
    """Why the good rows of a file can't be taken in."""
    return [] if asks else [Reason("asks-nothing", _("Nothing waits for your word here any more."))]


def why_not_call_off(*, ended: bool, begun: bool) -> list[Reason]:
    """Why a file that is being read in can't be called off."""
    if ended:
        return [Reason("ended", _("It is through already: nothing is left to call off."))]
    if begun:
        return [
            Reason(
                "begun", _("Part of it counts already. It is taken in to the end; that does not take long.")
            )
        ]
    return []


def why_not_take_out(*, being_written: bool) -> list[Reason]:
    """Why answers can't be taken out now."""
    text = _("A file of answers is being taken in: a part of it is missing yet. Try again in a minute.")
    return [Reason("being-written", text)] if being_written else []
