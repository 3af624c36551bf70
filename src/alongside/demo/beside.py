"""What stands beside the demonstration's survey: a second side's answers, and last year's smaller survey.

Both are drawn from the answers of the survey itself, with a fixed seed, and say of themselves that they are
made up: volunteers mostly say what staff say, and most units said last year what they say now.
"""

import random
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from alongside.assess.surveys import actions
from alongside.assess.surveys.models import Survey
from alongside.core.access import actor
from alongside.demo import draw, world
from alongside.demo.made import Made

EARLIER = "Who coordinates voluntary activities in care? Last year"
NAMING = ("unit", "together", "organisation")
SHARE_OF_VOLUNTEERS = 1 / 3
SAME_AS_STAFF, SAME_AS_LAST_YEAR = 0.74, 0.8
ASKED_LAST_YEAR, SHARE_LAST_YEAR = 170, 0.7
Answers = dict[str, dict[str, str]]


def volunteers_answers() -> Answers:
    """By unit's code: of a third of the units that answered somebody volunteers there and answers as well."""
    dice = random.Random(world.SEED)  # noqa: S311 - a demonstration, not a secret
    given = draw.answers(world.units())
    asked = dice.sample(sorted(given), round(len(given) * SHARE_OF_VOLUNTEERS))
    return {code: _alike(given[code], SAME_AS_STAFF, dice) for code in sorted(asked)}


def last_year_answers() -> tuple[list[world.Unit], Answers]:
    """The units that were asked last year, and by code what those said that answered."""
    dice = random.Random(world.SEED + 1)  # noqa: S311 - a demonstration, not a secret
    asked = sorted(dice.sample(world.units(), ASKED_LAST_YEAR), key=lambda unit: unit.code)
    given = draw.answers(world.units())
    by_kind = {kind: [u.code for u in world.units() if u.kind == kind and u.answers] for kind in world.ASKED}
    said: Answers = {}
    for unit in asked:
        like = given.get(unit.code) or given[dice.choice(by_kind[unit.kind])]
        if dice.random() < SHARE_LAST_YEAR:
            said[unit.code] = _alike(like, SAME_AS_LAST_YEAR, dice)
    return asked, said


def _alike(answers: Mapping[str, str], same: float, dice: random.Random) -> dict[str, str]:
    return {
        key: answer if dice.random() < same else dice.choice(NAMING)
        for key, answer in sorted(answers.items())
    }


def ask_before(made: Made) -> tuple[Survey, Answers]:
    """Last year's survey: fewer units, most of which are asked again; open to everybody who signs in."""
    by = actor.user(made.people["researcher"].id, made.by.at)
    closed_on = timezone.localdate(by.at) - timedelta(days=375)
    asked, said = last_year_answers()
    survey = actions.make_survey(
        made.others["institute"],
        by=by,
        title=EARLIER,
        country=made.norway,
        activities=draw.ACTIVITIES,
        units=[made.units[unit.code] for unit in asked],
        sensitivity=("social",),
        synthetic=True,
        opened_on=closed_on - timedelta(days=27),
        closed_on=closed_on,
        seed=world.SEED,
    )
    return actions.publish(survey, by=by, to="signed in"), said
