"""The demonstration's survey that is under way: people named, invited, reminded; one letter in a drawer.

It began ten days ago, so its steps are taken at the instants at which they would have been: invitations on
the second day, answers over a week, a reminder two days ago whose letters wait for the printer.
"""

import csv
import io
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from alongside.assess.surveys import actions, answering, inviting, queries, respondent_actions
from alongside.assess.surveys.kinds import TEMPLATES, Channel, Side
from alongside.assess.surveys.models import Respondent, Survey
from alongside.core.access import actor
from alongside.core.access.actor import Actor
from alongside.core.kit import clock
from alongside.core.outbox import actions as outbox
from alongside.core.outbox import printing
from alongside.core.outbox import queries as messages
from alongside.core.outbox.kinds import State
from alongside.demo import draw, own_questions, world
from alongside.demo.made import Made
from alongside.demo.survey import LEFT_OUT
from alongside.journeys import sending

UNDER_WAY = "Voluntary activities in Nordljos, asked from two sides"
CONTACT = "Ragnhild Tveit, telephone +47 5552 0100"
# What has come in so far, of those who are named.
SHARE_ANSWERED = {Side.STAFF.value: 0.6, Side.VOLUNTEERS.value: 0.35}
# Days before now.
BEGAN, INVITED, PRINTED, ANSWERED, REMINDED = 10, 9, 8, 7, 2
# How people are reached, in turn: letters are few, since each takes a moment to typeset.
CHANNELS = (
    Channel.EMAIL,
    Channel.TELEPHONE,
    Channel.EMAIL,
    Channel.LETTER,
    Channel.TELEPHONE,
    Channel.TELEPHONE,
)
FIRST_NAMES = ("Alma", "Borghild", "Cato", "Dorte", "Embla", "Folke", "Gerd", "Halvor", "Inger", "Jostein")
FAMILY_NAMES = ("Bergtun", "Dalmo", "Engvik", "Fossheim", "Granlid", "Haugmo", "Iversli", "Kvamdal")


def ask_again(made: Made) -> Survey:
    """Staff and volunteers of one region, by e-mail, by letter, by telephone; most answer, one refuses."""
    survey = _make(made)
    inviting.invite(survey, by=_at(made, INVITED), contact=CONTACT)
    _send(INVITED)
    printing.print_letters(_at(made, PRINTED), sending.letter_files(), both_sides=True)
    silent = _answers(survey, _at(made, ANSWERED))
    _returned(silent, by=_at(made, ANSWERED))
    inviting.remind(survey, by=_at(made, REMINDED), contact=CONTACT)
    _send(REMINDED)
    return survey


def _moment(days: int) -> datetime:
    """In the morning, so many days ago."""
    local = timezone.localtime(clock.now()) - timedelta(days=days)
    return local.replace(hour=10, minute=0, second=0, microsecond=0)


def _at(made: Made, days: int) -> Actor:
    """The researcher, so many days ago."""
    return actor.user(made.people["researcher"].id, _moment(days))


def _send(days: int) -> None:
    """As the worker does."""
    at = _moment(days)
    sending.send_due(now=lambda: at)


def _make(made: Made) -> Survey:
    by = _at(made, BEGAN)
    today = timezone.localdate(by.at)
    codes = {m.code for m in world.municipalities() if m.region == next(iter(world.REGIONS))}
    survey = actions.make_survey(
        made.others["institute"],
        by=by,
        title=UNDER_WAY,
        country=made.norway,
        activities=draw.ACTIVITIES,
        units=[made.units[u.code] for u in world.units() if u.municipality in codes],
        sides=[Side.STAFF, Side.VOLUNTEERS],
        sensitivity=LEFT_OUT,
        questions=[own_questions.MORE_TIME, own_questions.WISH],
        languages=own_questions.LANGUAGES,
        titles={"nb": own_questions.UNDER_WAY_IN_NORWEGIAN},
        synthetic=True,
        opened_on=today,
        closed_on=today + timedelta(days=27),
        seed=world.SEED,
    )
    respondent_actions.import_respondents(survey, by=by, content=respondents_file(survey), name="people.csv")
    actions.appoint_interviewer(survey, by=by, person=made.people["interviewer"])
    return survey


def respondents_file(survey: Survey) -> bytes:
    """Somebody for each side of each unit but a few; how she is reached changes from row to row."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(
        ["unit", "side", "respondent", "channel", "e-mail", "postal address", "telephone", "checked", "size"]
    )
    dice = random.Random(world.SEED)  # noqa: S311 - a demonstration, not a secret
    for number, asked in enumerate(queries.asked_units(survey)):
        size = dice.randint(8, 90)
        for side in survey.sides:
            name = f"{dice.choice(FIRST_NAMES)} {dice.choice(FAMILY_NAMES)}"
            channel = dice.choice(CHANNELS)
            if side == Side.VOLUNTEERS and number % 9 == 0:
                continue
            mail = f"answers-{asked.code}-{side}@example.org" if channel == Channel.EMAIL else ""
            town = asked.above.removesuffix(" municipality")
            postal = f"{asked.name};0000 {town}" if channel == Channel.LETTER else ""
            phone = f"+47 5551 {dice.randint(1000, 9999)}"
            checked = "yes" if number % 3 else ""
            table.writerow([asked.code, side, name, channel, mail, postal, phone, checked, size])
    return text.getvalue().encode()


def _answers(survey: Survey, by: Actor) -> list[Respondent]:
    """Most answer, one by e-mail does not want to; returns who has been silent."""
    dice = random.Random(world.SEED)  # noqa: S311 - a demonstration, not a secret
    silent, refused = [], False
    for respondent in Respondent.objects.filter(survey=survey).order_by("asked__code", "side"):
        if dice.random() < SHARE_ANSWERED[respondent.side]:
            answering.send(respondent, by=_holder(respondent, by), answers=own_questions.said(survey, dice))
        elif not refused and respondent.channel == Channel.EMAIL:
            refused = bool(answering.refuse(respondent, by=_holder(respondent, by)))
        else:
            silent.append(respondent)
    return silent


def _holder(respondent: Respondent, by: Actor) -> Actor:
    """As she would: with a code, which is told nobody here."""
    code = respondent_actions.make_code(respondent, by=by)
    found = answering.holder(code, address="demonstration", by=actor.anonymous(by.at))
    if found is None:
        raise LookupError("a code that was made this moment opens nothing")
    return found


def _returned(silent: Sequence[Respondent], *, by: Actor) -> None:
    """One of the e-mails comes back."""
    people = [each.person_id for each in silent if each.channel == Channel.EMAIL]
    sent = messages.messages(by, state=State.SENT).filter(recipient__in=people, template__in=TEMPLATES)
    if message := sent.order_by("key").first():
        outbox.note_bounce(message, by=by)
