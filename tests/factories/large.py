"""A survey of very many units, laid down straight in the tables: actions are for single ones."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, models

from alongside.assess.surveys.models import Survey, SurveyUnit
from alongside.commons.people.models import Organisation, OrganisationKind, Party, UnitKind
from alongside.core.kit.ids import new_id
from tests.factories import surveys as made
from tests.factories.house import House

CODES = ("unit", "organisation", "together", "other", "unsure", "")
STEP = 20_000


def lay_down(model: type[models.Model], fields: dict[str, Any], rows: Iterable[dict[str, Any]]) -> None:
    """Rows of one table; `fields` are the same in each, a row says the rest."""
    waiting = iter(rows)
    while some := list(islice(waiting, STEP)):
        names = [*fields, *some[0]]
        columns = [model._meta.get_field(name) for name in names]
        fixed = [field.get_db_prep_save(fields[field.name], connection) for field in columns[: len(fields)]]
        free = columns[len(fields) :]
        sql = (
            f"INSERT INTO {model._meta.db_table} ({', '.join(field.column for field in columns)}) "
            f"VALUES ({', '.join(['%s'] * len(columns))})"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                sql, [[*fixed, *(f.get_db_prep_save(row[f.name], connection) for f in free)] for row in some]
            )


def survey(house: House, count: int, **more: Any) -> Survey:
    """A survey of `count` units, codes 1 to `count` with zeros before them, beside the one that it is made with."""
    found = made.survey(house, of=1, **more)
    scope, at = house.municipality.scope_id, house.at
    ids = [new_id() for _ in range(count)]
    lay_down(Party, {"scope": scope, "added": at}, ({"id": one} for one in ids))
    lay_down(
        Organisation,
        {
            "kind": OrganisationKind.PUBLIC_BODY.value,
            "unit_kind": UnitKind.HOME_CARE.value,
            "parent": house.municipality.pk,
            "place": house.municipality.place_id,
        },
        ({"party_ptr": one, "name": f"Large unit {found.pk}-{n:07}"} for n, one in enumerate(ids, start=1)),
    )
    SurveyUnit.objects.filter(survey=found).update(code="first")
    width = max(3, len(str(count)))
    lay_down(
        SurveyUnit,
        {
            "scope": found.scope_id,
            "survey": found.pk,
            "kind": UnitKind.HOME_CARE.value,
            "place": None,
            "size": None,
        },
        ({"unit": one, "code": f"{n:0{width}}"} for n, one in enumerate(ids, start=1)),
    )
    return found


def lines(survey: Survey, count: int, *, width: int = 0, bad_every: int = 0) -> Iterator[str]:
    """A file of answers for all of them as CSV; each so many rows holds a mistake."""
    keys = [question.key for question in survey.version.questions.order_by("position")]
    width = width or max(3, len(str(count)))
    yield ",".join(["unit", *keys]) + "\n"
    for n in range(1, count + 1):
        cells = [CODES[(n * (place + 2)) % 6] for place in range(len(keys))]
        cells[0] = "unit" if not any(cells) else cells[0]
        if bad_every and n % bad_every == 0:
            cells[-1] = "maybe"
        yield ",".join([f"{n:0{width}}", *cells]) + "\n"
