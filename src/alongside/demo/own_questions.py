"""What the demonstration's surveys ask besides who coordinates what, in English and Norwegian; and a draft."""

import random
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from alongside.assess.surveys import answering, making, queries
from alongside.assess.surveys.models import Survey
from alongside.commons.forms.actions import NewQuestion
from alongside.commons.forms.kinds import QuestionKind
from alongside.commons.forms.rules import Answer
from alongside.core.access import actor
from alongside.demo.made import Made

LANGUAGES = ("en", "nb")
UNDER_WAY_IN_NORWEGIAN = "Frivillige aktiviteter i Nordljos, sett fra to sider"
NEXT_YEAR = "Who coordinates voluntary activities in care, next year?"
MORE_TIME = NewQuestion(
    key="more-time",
    text="Would you like to do more together than today?",
    texts={"nb": "Vil dere gjøre mer sammen enn i dag?"},
    help={
        "en": "The unit’s staff and volunteers, within the same activity.",
        "nb": "Ansatte og frivillige i samme aktivitet.",
    },
    kind=QuestionKind.CHOICE,
    choices=("more", "as-today", "less"),
    labels={
        "more": {"en": "Yes, more", "nb": "Ja, mer"},
        "as-today": {"en": "As much as today", "nb": "Like mye som i dag"},
        "less": {"en": "No, less", "nb": "Nei, mindre"},
    },
    required=True,
)
WISH = NewQuestion(
    key="wish",
    text="What would make working together easier?",
    texts={"nb": "Hva ville gjøre samarbeidet enklere?"},
    help={"en": "Please name nobody.", "nb": "Ikke nevn noen ved navn."},
    kind=QuestionKind.TEXT,
)
WISHES = (
    "Somebody to call when a volunteer falls ill.",
    "A key for the side door.",
    "To know by Monday who comes that week.",
    "En felles kalender.",
)


def said(survey: Survey, dice: random.Random) -> dict[str, Answer]:
    """Something to every question; half of them write nothing in their own words."""
    found: dict[str, Answer] = {
        a.key: dice.choice(answering.CHOICES) for a in queries.asked_activities(survey)
    }
    found[MORE_TIME.key] = dice.choice(MORE_TIME.choices)
    found[WISH.key] = dice.choice([*WISHES, *[""] * len(WISHES)])
    return found


def begin_next_year(made: Made, survey: Survey) -> Survey:
    """A draft that repeats an earlier survey, with one more question and Norwegian not quite finished."""
    by = actor.user(made.people["researcher"].id, made.by.at)
    begins = timezone.localdate(by.at) + timedelta(days=340)
    draft = making.copy_survey(
        made.others["institute"],
        by=by,
        earlier=survey,
        title=NEXT_YEAR,
        opened_on=begins,
        closed_on=begins + timedelta(days=27),
    )
    making.add_question(
        draft,
        by=by,
        kind=QuestionKind.NUMBER,
        text="How many volunteers came in a usual week?",
        help="About as many is enough.",
        least=Decimal(0),
        is_whole=True,
        key="volunteers",
    )
    making.choose_languages(draft, by=by, languages=LANGUAGES[1:])
    texts = {("volunteers", "text", ""): "Hvor mange frivillige kom i en vanlig uke?"}
    return making.translate(draft, by=by, language="nb", texts=texts)
