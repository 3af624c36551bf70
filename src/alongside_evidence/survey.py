"""From a table of cells to the answers of units: what counts as an answer, and what not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alongside_evidence.answers import CODES, NOT_OFFERED
from alongside_evidence.reading import Problem, Table, UnreadableTable, quoted
from alongside_evidence.weighting import Weighting

_EXPECTED = ", ".join(code for code in CODES if code) + " or an empty cell"


@dataclass(frozen=True, slots=True)
class Survey:
    """Answers to "who coordinates this?", unit by unit.

    Attributes
    ----------
    answers : dict of str to tuple of str
        From each activity to the code of each unit.
    clusters : tuple of str or None
        The cluster of each unit.
    """

    answers: dict[str, tuple[str, ...]]
    clusters: tuple[str, ...] | None


def read_survey(
    table: Table,
    *,
    unit: str | None,
    cluster: str | None = None,
    ignore: Sequence[str] = (),
    aside: Sequence[str] = (),
    named: Sequence[str] = (),
) -> Survey:
    """Take the answers out of a table with a row a unit and a column an activity.

    Parameters
    ----------
    table : Table
    unit : str or None
        The column that names the unit; no two rows may agree in it. None where that has
        been seen to, or can't be.
    cluster : str, optional
        The column that says what each unit belongs to.
    ignore : sequence of str
        Columns that are not activities.
    aside : sequence of str
        Columns that another option names: weights and margins.
    named : sequence of str
        Columns said to be activities, which no advice leaves out.

    Returns
    -------
    Survey

    Raises
    ------
    UnreadableTable
        Naming every cell that is no answer, every repeated unit, every empty cluster.
    """
    problems = [] if unit is None else _repeated(table, unit)
    clusters = None
    if cluster is not None:
        clusters = table.column(cluster, "--cluster")
        problems += table.empty_cells(cluster)
    for header in ignore:
        table.column(header, "--ignore")
    others = {unit, cluster, *ignore, *aside}
    activities = [header for header in table.columns if header not in others]
    if not activities:
        raise UnreadableTable(table.name, [Problem(1, None, "at least one column an activity", "none")])
    answers = {header: tuple(cell.casefold() for cell in table.columns[header]) for header in activities}
    bad = [found for header in activities for found in _unknown(table, header, answers[header])]
    problems += bad
    if problems:
        problems.sort(key=lambda problem: problem.row or 0)
        raise UnreadableTable(
            table.name, problems, _advice([a for a in activities if a not in named], answers)
        )
    return Survey(answers, clusters)


def _repeated(table: Table, unit: str) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for number, name in zip(table.rows, table.column(unit, "--unit"), strict=True):
        if not name:
            problems.append(Problem(number, unit, "the name of a unit", "an empty cell"))
        elif name in first:
            found = f"{quoted(name)}, which row {first[name]} has already"
            problems.append(Problem(number, unit, "each unit once", found))
        else:
            first[name] = number
    return problems


def _unknown(table: Table, header: str, cells: Sequence[str]) -> list[Problem]:
    given = table.columns[header]
    return [
        Problem(number, header, _EXPECTED, quoted(given[i]))
        for i, (number, cell) in enumerate(zip(table.rows, cells, strict=True))
        if cell not in CODES
    ]


def _advice(activities: Sequence[str], answers: dict[str, tuple[str, ...]]) -> str:
    """Return how to leave out columns that hold no answer at all."""
    strangers = [
        header
        for header in activities
        if any(cell != NOT_OFFERED for cell in answers[header])
        and not any(cell in CODES and cell != NOT_OFFERED for cell in answers[header])
    ]
    if not strangers:
        return ""
    options = " ".join(f'--ignore "{header}"' for header in strangers)
    return (
        "If a column says what units belong to, name it with --cluster. "
        f"If it is no activity, leave it out: {options}"
    )


def read_weighting(
    table: Table,
    *,
    population: int | None = None,
    weight: str | None = None,
    margins: Mapping[str, Table] | None = None,
) -> Weighting | None:
    """Take weights and margins from the columns of a table.

    Parameters
    ----------
    table : Table
    population : int, optional
    weight : str, optional
        The column with a positive number a row.
    margins : mapping, optional
        From a column of categories to a table whose first column names each category and
        whose second says how many of the population are in it.

    Returns
    -------
    Weighting or None
        None where nothing is asked for.

    Raises
    ------
    UnreadableTable
        Naming every cell that is no number above 0, and every row without a category.
    """
    fitted = {
        column: (_categories(table, column), _totals(totals)) for column, totals in (margins or {}).items()
    }
    if population is None and weight is None and not fitted:
        return None
    weights = None
    if weight is not None:
        weights = _numbers(table, weight, table.column(weight, "--weight"))
    return Weighting(population, weights, fitted, weight)


def _numbers(table: Table, header: str, cells: Sequence[str]) -> list[float]:
    numbers, problems = [], []
    for row, cell in zip(table.rows, cells, strict=True):
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if math.isfinite(number) and number > 0:
            numbers.append(number)
        else:
            problems.append(Problem(row, header, "a number above 0, such as 12 or 1.5", quoted(cell)))
    if problems:
        raise UnreadableTable(table.name, problems)
    return numbers


def _categories(table: Table, column: str) -> tuple[str, ...]:
    cells = table.column(column, "--rake")
    problems = [
        Problem(row, column, "a category of the margin", "an empty cell")
        for row, cell in zip(table.rows, cells, strict=True)
        if not cell
    ]
    if problems:
        raise UnreadableTable(table.name, problems)
    return cells


def _totals(table: Table) -> dict[str, float]:
    headers = list(table.columns)
    if len(headers) != 2:
        expected = "two columns: the category, and how many of the population are in it"
        raise UnreadableTable(table.name, [Problem(1, None, expected, f"{len(headers)}")])
    names, cells = table.columns[headers[0]], table.columns[headers[1]]
    totals = dict(zip(names, _numbers(table, headers[1], cells), strict=True))
    if len(totals) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableTable(
            table.name, [Problem(None, headers[0], "each category once", f"{quoted(twice)} twice")]
        )
    return totals
