"""The demonstration's survey: made, answered and opened by the researcher, computed as by the worker."""

import csv
import io
import random
from datetime import timedelta

from django.utils import timezone

from alongside.assess.surveys import actions, answering, queries, respondent_actions, respondent_queries
from alongside.assess.surveys.kinds import Channel, Side
from alongside.assess.surveys.models import Respondent, Survey
from alongside.core.access import actor
from alongside.core.access.actor import Actor
from alongside.core.kit import clock
from alongside.demo import draw, world
from alongside.demo.made import Made
from alongside.journeys import work

TITLE = "Who coordinates voluntary activities in care?"
UNDER_WAY = "Voluntary activities in Nordljos, asked from two sides"
# What has come in so far, of those who are named.
SHARE_ANSWERED = {Side.STAFF.value: 0.6, Side.VOLUNTEERS.value: 0.35}
FIRST_NAMES = ("Alma", "Borghild", "Cato", "Dorte", "Embla", "Folke", "Gerd", "Halvor", "Inger", "Jostein")
FAMILY_NAMES = ("Bergtun", "Dalmo", "Engvik", "Fossheim", "Granlid", "Haugmo", "Iversli", "Kvamdal")
LEFT_OUT = ("social",)


def ask(made: Made) -> Survey:
    """316 units are asked for four weeks; the answers come in as a file, as they would in life."""
    # A moment later than the one under way, so that the one with the table stands first in the list.
    by = actor.user(made.people["researcher"].id, clock.now())
    closed_on = timezone.localdate(by.at) - timedelta(days=10)
    survey = actions.make_survey(
        made.others["institute"],
        by=by,
        title=TITLE,
        country=made.norway,
        activities=draw.ACTIVITIES,
        units=[made.units[u.code] for u in world.units()],
        sensitivity=LEFT_OUT,
        synthetic=True,
        opened_on=closed_on - timedelta(days=27),
        closed_on=closed_on,
        seed=world.SEED,
    )
    actions.import_answers(survey, by=by, content=answers_file(made, survey), name="answers.csv")
    return actions.publish(survey, by=by, to="signed in")


def ask_again(made: Made) -> Survey:
    """One under way beside the closed one: staff and volunteers of one region, some by letter, some by phone.

    Who answers is named from a file, each answers with a code of her own, and the rest waits to be called.
    """
    by = actor.user(made.people["researcher"].id, made.by.at)
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
        synthetic=True,
        opened_on=today - timedelta(days=10),
        closed_on=today + timedelta(days=18),
        seed=world.SEED,
    )
    respondent_actions.import_respondents(survey, by=by, content=respondents_file(survey), name="people.csv")
    actions.appoint_interviewer(survey, by=by, person=made.people["interviewer"])
    dice = random.Random(world.SEED)  # noqa: S311 - a demonstration, not a secret
    for respondent in respondent_queries.respondents(by, survey):
        if dice.random() < SHARE_ANSWERED[respondent.side]:
            _answer(survey, respondent, dice, by=by)
    return survey


def respondents_file(survey: Survey) -> bytes:
    """Somebody for each side of each unit but a few; how she is reached changes from row to row."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(
        [
            "unit",
            "side",
            "respondent",
            "channel",
            "e-mail",
            "telephone",
            "address",
            "checked",
            "people served",
        ]
    )
    dice = random.Random(world.SEED)  # noqa: S311 - a demonstration, not a secret
    for number, asked in enumerate(queries.asked_units(survey)):
        size = dice.randint(8, 90)
        for side in survey.sides:
            name = f"{dice.choice(FIRST_NAMES)} {dice.choice(FAMILY_NAMES)}"
            channel = dice.choice(list(Channel)[:3])
            if side == Side.VOLUNTEERS and number % 9 == 0:
                continue
            mail = f"answers-{asked.code}-{side}@example.org" if channel == Channel.EMAIL else ""
            checked = "yes" if number % 3 else ""
            phone = f"+47 5551 {dice.randint(1000, 9999)}"
            post = f"Storgata {number + 1}; 2600 {asked.above}" if channel == Channel.LETTER else ""
            table.writerow([asked.code, side, name, channel, mail, phone, post, checked, size])
    return text.getvalue().encode()


def _answer(survey: Survey, respondent: Respondent, dice: random.Random, *, by: Actor) -> None:
    """As she would: with a code, which is told nobody here."""
    code = respondent_actions.make_code(respondent, by=by)
    holder = answering.holder(code, address="demonstration", by=actor.anonymous(by.at))
    if holder is not None:
        said = {a.key: dice.choice(answering.CHOICES) for a in queries.asked_activities(survey)}
        answering.send(respondent, by=holder, answers=said)


def answers_file(made: Made, survey: Survey) -> bytes:
    """The drawn answers as a CSV file: a row a unit, a column an activity, empty where it is not offered."""
    given = draw.answers(world.units())
    codes = {asked.unit: asked.code for asked in queries.asked_units(survey)}
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["unit", *draw.ACTIVITIES])
    for code, answers in given.items():
        table.writerow([codes[made.units[code].id], *(answers.get(a, "") for a in draw.ACTIVITIES)])
    return text.getvalue().encode()


def compute() -> None:
    """What the worker does in the background, done once before anybody looks."""
    work.run_once(clock.now())
