"""Surveys of the small installation, made through the real actions."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from alongside.assess.surveys import actions, answering, making, queries, respondent_actions
from alongside.assess.surveys.models import Respondent, Survey
from alongside.assess.surveys.questionnaire import CODE_WORDS
from alongside.commons.forms.actions import NewQuestion
from alongside.commons.people import actions as people
from alongside.commons.people.models import Organisation, UnitKind
from alongside.core.access import actor as actors
from alongside.core.access.actor import Actor
from alongside.journeys import work
from tests.factories.house import House

ACTIVITIES = ("day-centre", "physical", "social")
CODES = ("unit", "together", "organisation")


def units(house: House, count: int) -> list[Organisation]:
    """The one unit that stands, and as many more as it takes, in both municipalities."""
    found = [house.unit]
    kinds = list(UnitKind)
    for number in range(2, count + 1):
        parent = (house.municipality, house.other_municipality)[number % 2]
        kind = kinds[number % len(kinds)]
        found.append(people.add_unit(parent, by=house.operator, name=f"Unit {number}", unit_kind=kind))
    return found[:count]


def survey(house: House, *, of: int | Sequence[Organisation] = 3, by: str = "researcher", **more) -> Survey:
    """A survey of the institute, which `by` answers for; few draws, so that its table is there at once."""
    given = {
        "title": "Who coordinates what 2027",
        "country": house.norway,
        "activities": ACTIVITIES,
        "sensitivity": ["social"],
        "replicates": 1000,
        "seed": 7,
        **more,
    }
    asked = units(house, of) if isinstance(of, int) else of
    return actions.make_survey(house.institute, by=house.as_(by), units=asked, **given)


OWN = (
    NewQuestion(
        key="boat",
        text="Do you come by boat?",
        texts={"nb": "Kommer du med båt?"},
        kind="choice",
        choices=("yes", "no"),
        labels={"yes": {"en": "Yes", "nb": "Ja"}, "no": {"en": "No", "nb": "Nei"}},
        required=True,
    ),
    NewQuestion(
        key="transport",
        text="How do volunteers get there?",
        texts={"nb": "Hvordan kommer de frivillige dit?"},
        kind="several",
        choices=("bus", "car", "foot"),
        labels={
            "bus": {"en": "By bus", "nb": "Med buss"},
            "car": {"en": "By car", "nb": "Med bil"},
            "foot": {"en": "On foot", "nb": "Til fots"},
        },
    ),
    NewQuestion(
        key="hours",
        text="How many hours a week?",
        texts={"nb": "Hvor mange timer i uka?"},
        kind="number",
        least=Decimal(0),
        most=Decimal(168),
    ),
    NewQuestion(key="remark", text="What else?", texts={"nb": "Noe annet?"}, kind="text"),
)


def own_questions(house: House, *, of: int = 3, activities: Sequence[str] = ("social",), **more) -> Survey:
    """A survey that asks about one activity and then a question of each other kind, in two languages."""
    made = survey(
        house,
        of=of,
        title="Boats",
        activities=activities,
        sensitivity=[],
        questions=OWN,
        languages=["en", "nb"],
        titles={"nb": "Båter"},
        **more,
    )
    if activities:
        asked = {("social", "text", ""): "Sosiale aktiviteter"}
        asked |= {("social", "label", code): f"{words} (nb)" for code, words in CODE_WORDS.items()}
        making.translate(made, by=house.as_("researcher"), language="nb", texts=asked)
    return made


def draft(house: House, *, by: str = "researcher") -> Survey:
    """One that is being made: two activities, nobody asked yet."""
    who = house.as_(by)
    begun = making.begin_survey(
        house.institute, by=who, title="Being made", country=house.norway, language="en"
    )
    return making.ask_activities(begun, by=who, activities=["day-centre", "social"])


def computed(house: House) -> Survey:
    """Twenty units asked, sixteen have answered, the table is computed."""
    made = survey(house, of=20)
    answer(house, made, turns(made, 16))
    work.run_once(house.at)
    made.refresh_from_db()
    return made


def file(
    survey: Survey, rows: Mapping[str, Sequence[str]], *, headers: Sequence[str] = (), delimiter: str = ","
) -> bytes:
    """A file of answers: unit's code (or what else stands in its column) to the cells of its row."""
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=delimiter)
    table.writerow(headers or ["unit", *(a.key for a in queries.asked_activities(survey))])
    table.writerows([unit, *cells] for unit, cells in rows.items())
    return text.getvalue().encode()


def turns(survey: Survey, count: int, *, start: int = 0) -> dict[str, list[str]]:
    """Answers of the first `count` units in which everything occurs, empty cells too."""

    def cells(number: int) -> Iterator[str]:
        for place, _ in enumerate(queries.asked_activities(survey)):
            yield (*CODES, "other", "unsure", "", "unit", "unit")[(number * (place + 1) + start) % 8]

    codes = [u.code for u in queries.asked_units(survey)][:count]
    return {code: list(cells(number)) for number, code in enumerate(codes)}


def answer(
    house: House, survey: Survey, rows: Mapping[str, Sequence[str]], *, by: str = "researcher", **more
):
    return actions.import_answers(survey, by=house.as_(by), content=file(survey, rows), **more)


def respondent(
    house: House, survey: Survey, *, unit: str = "001", by: str = "researcher", **more
) -> Respondent:
    """Somebody who answers for the first side of a unit."""
    given = {
        "side": survey.sides[0],
        "name": "Rita Respondent",
        "channel": "telephone",
        "phone": "555 01",
        **more,
    }
    return respondent_actions.name_respondent(survey, by=house.as_(by), unit=unit, **given)


def code(house: House, respondent: Respondent, *, by: str = "researcher") -> str:
    """A code with which she answers."""
    return respondent_actions.make_code(respondent, by=house.as_(by))


def holder(house: House, code: str) -> Actor:
    """Who holds this code."""
    return answering.holder(code, address="127.0.0.1", by=actors.anonymous(house.at))


def said(survey: Survey, *codes: str) -> dict[str, str]:
    """Answers to every question, the codes in turn."""
    keys = [a.key for a in queries.asked_activities(survey)]
    return {key: codes[place % len(codes)] for place, key in enumerate(keys)}
