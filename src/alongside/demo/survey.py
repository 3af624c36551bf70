"""The demonstration's closed survey: made, answered and opened by the researcher, computed as by the worker."""

import csv
import io
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from alongside.assess.surveys import actions, queries
from alongside.assess.surveys.kinds import Side
from alongside.assess.surveys.models import Survey
from alongside.core.access import actor
from alongside.core.kit import clock
from alongside.demo import beside, draw, world
from alongside.demo.made import Made
from alongside.journeys import work

TITLE = "Who coordinates voluntary activities in care?"
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
        sides=[Side.STAFF, Side.VOLUNTEERS],
        sensitivity=LEFT_OUT,
        synthetic=True,
        opened_on=closed_on - timedelta(days=27),
        closed_on=closed_on,
        seed=world.SEED,
    )
    said = {Side.STAFF: draw.answers(world.units()), Side.VOLUNTEERS: beside.volunteers_answers()}
    for side, given in said.items():
        content = answers_file(made, survey, given)
        actions.import_answers(survey, by=by, content=content, name="answers.csv", side=side)
    return actions.publish(survey, by=by, to="signed in")


def ask_before(made: Made) -> Survey:
    """Last year's survey, beside which this year's stands."""
    survey, given = beside.ask_before(made)
    by = actor.user(made.people["researcher"].id, made.by.at)
    actions.import_answers(survey, by=by, content=answers_file(made, survey, given), name="answers.csv")
    return survey


def answers_file(made: Made, survey: Survey, given: Mapping[str, Mapping[str, str]]) -> bytes:
    """The drawn answers as a CSV file: a row a unit, a column an activity, empty where it is not offered."""
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
