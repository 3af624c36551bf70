"""What is open of two sides gives no cell away: every table that fits it is tried, or looked for."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from alongside.assess.surveys.comparing import NAMING, SAID, sides_table
from alongside.assess.surveys.small_cells import FEWEST, close_small_cells
from alongside.assess.surveys.small_comparisons import close_sides, released_changes, rounded, tells_nothing
from alongside_evidence import coordination_table, newcombe

from .test_small_cells import compositions, row, table

DRAWS = range(10)
ORDER = ("unit", "organisation", "together")


def as_table(counts):
    """A side's table from its counts in the order of NAMING, everybody having named somebody."""
    unit, together, organisation = (int(count) for count in counts)
    return table([row((unit, organisation, together, 0, 0, 0))])


@cache
def seen_of_a_side(counts):
    """What others see of one side's table, and which of its counts are closed."""
    shown = close_small_cells(as_table(counts))
    shares = shown["rows"][0]["shares"]
    return repr(shown), tuple(shares[answer]["count"] is None for answer in NAMING)


def seen_together(cells):
    """What others see of both: the tables of the two sides, and of about how many units both say the same."""
    a, b, c, d, e, f, g, h, i = map(int, cells)
    rows, columns = (a + b + c, d + e + f, g + h + i), (a + d + g, b + e + h, c + f + i)
    is_open = tells_nothing(((a, b, c), (d, e, f), (g, h, i)))
    return (
        seen_of_a_side(rows)[0],
        seen_of_a_side(columns)[0],
        sum(rows),
        rounded(a + e + i) if is_open else None,
    )


@pytest.mark.parametrize("units", [10, 12])
def test_no_small_cell_follows_from_what_is_open(units):
    """Every pair of sides of so many units that all named somebody; the reader knows the rule."""
    assert pinned_among(compositions(units, 9)) == set()


@pytest.mark.parametrize("first", [(5, 5, 5), (6, 5, 5), (5, 7, 6), (9, 5, 5)])
def test_nor_where_the_whole_table_of_one_side_is_open(first):
    rows = product(*(list(compositions(count, 3)) for count in first))
    assert pinned_among([sum(cells, ()) for cells in rows]) == set()


def pinned_among(tables):
    """Cells and margins under 5 that have one value in all of these tables that look alike, once open."""
    every = np.array(list(tables))
    squares = every.reshape(-1, 3, 3)
    figures = np.column_stack((every, squares.sum(axis=2), squares.sum(axis=1)))
    alike, places, is_open = {}, np.empty(len(every), np.int64), []
    for place, cells in enumerate(every):
        seen = seen_together(cells)
        if seen not in alike:
            alike[seen] = len(alike)
            is_open.append(seen[3] is not None)
        places[place] = alike[seen]
    assert any(is_open)
    least, most = (np.full((len(alike), figures.shape[1]), fill) for fill in (99, -1))
    np.minimum.at(least, places, figures)
    np.maximum.at(most, places, figures)
    pinned = (least == most) & (most < FEWEST) & np.array(is_open)[:, None]
    groups = list(alike)
    return {groups[group] for group in np.flatnonzero(pinned.any(axis=1))}


def drawn(rng, units):
    """Two sides of so many units in which everything can occur, often alike, some answers rare."""
    chances = rng.dirichlet(np.full(len(SAID), rng.choice([0.3, 0.7, 2.0])))
    first = rng.choice(SAID, units, p=chances)
    second = np.where(rng.random(units) < rng.uniform(0.2, 0.95), first, rng.choice(SAID, units, p=chances))
    return [
        {unit: {"a": str(said)} for unit, said in enumerate(side) if said}
        | {u: {} for u in range(units) if not side[u]}
        for side in (first, second)
    ]


def open_facts(sides, units):
    """What others see, as sums of cells of the full table that are known, and what must not follow."""
    k = len(SAID)
    whole = np.ones(k * k)
    facts = [(whole, units)]
    secret = {f"{SAID[i]}/{SAID[j]}": np.eye(k * k)[i * k + j] for i in range(k) for j in range(k)}
    for axis, side in enumerate(sides):
        answers = [side[unit].get("a", "") for unit in range(units)]
        made = coordination_table({"a": answers}, statutory=["a"], replicates=10, seed=1).as_dict()
        shown = close_small_cells(made)["rows"][0]
        margins = [_margin(axis, place) for place in range(k)]
        known = {
            **{answer: shown["shares"][answer]["count"] for answer in NAMING},
            "other": shown["other"], "unsure": shown["unsure"], "": shown["not_offered"],
        }  # fmt: skip
        for place, answer in enumerate(SAID):
            if known[answer] is None:
                secret[f"{axis}: {answer}"] = margins[place]
            else:
                facts.append((margins[place], known[answer]))
        if shown["n"] is not None:
            facts.append((sum(margins[:3]), shown["n"]))
        if shown["excluded"] is not None:
            facts.append((margins[3] + margins[4], shown["excluded"]))
    return facts, secret


def _margin(axis, place):
    cells = np.zeros((len(SAID), len(SAID)))
    cells[(place, slice(None)) if axis == 0 else (slice(None), place)] = 1
    return cells.ravel()


def reach(facts, wanted, units, sign):
    """The least or the most that some sum of cells can be, of all tables that fit the facts."""
    lines = np.array([line for line, *_ in facts])
    least, most = (np.array([fact[end] for fact in facts], dtype=float) for end in (1, -1))
    found = milp(
        sign * wanted,
        constraints=LinearConstraint(lines, least, most),
        integrality=np.ones(lines.shape[1]),
        bounds=Bounds(0, units),
    )
    assert found.success
    return round(sign * found.fun)


@pytest.mark.parametrize("seed", DRAWS)
def test_no_small_cell_of_a_larger_table_can_be_worked_out(seed):
    """All answered for both sides, so that whoever subtracts knows most: each sum of open figures is tried."""
    rng = np.random.default_rng(seed)
    units = int(rng.integers(40, 300))
    sides = drawn(rng, units)
    facts, secret = open_facts(sides, units)
    pinned_before = {name for name, cell in secret.items() if _pinned(facts, cell, units)}
    shown = close_sides(sides_table(*sides, ["a"], replicates=10, seed=1))["rows"][0]
    k = len(SAID)
    inner = np.zeros((k, k))
    inner[:3, :3] = 1
    for line, figure in ((inner, shown["n"]), (np.diag([1.0, 1, 1, 0, 0, 0]), _count(shown))):
        if figure is not None:
            assert rounded(int((line * cells_of(sides, units)).sum())) == figure
            facts.append((line.ravel(), figure - 2, figure + 2))
    pinned = {name for name, cell in secret.items() if _pinned(facts, cell, units)}
    assert pinned == pinned_before


def _count(shown):
    return None if shown["observed"] is None else shown["observed"]["count"]


def cells_of(sides, units):
    """The full table that nobody else sees."""
    cells = np.zeros((len(SAID), len(SAID)))
    for unit in range(units):
        cells[tuple(SAID.index(side[unit].get("a", "")) for side in sides)] += 1
    return cells


def _pinned(facts, cell, units):
    low = reach(facts, cell, units, 1)
    return low < FEWEST and low == reach(facts, cell, units, -1)


def test_some_of_the_drawn_tables_are_open_and_some_are_closed():
    found = []
    for seed in DRAWS:
        rng = np.random.default_rng(seed)
        sides = drawn(rng, int(rng.integers(40, 300)))
        found.append(close_sides(sides_table(*sides, ["a"], replicates=10, seed=1))["rows"][0]["closed"])
    assert 1 < sum(found) < 9


@pytest.mark.parametrize(
    ("named", "tells"),
    [
        ([[20, 5, 5], [5, 20, 5], [5, 5, 20]], False),
        ([[30, 0, 0], [0, 30, 0], [0, 0, 30]], True),  # never apart: one side's answer gives the other's
        ([[30, 2, 0], [2, 30, 0], [0, 0, 30]], False),  # about 90 of about 95
        ([[5, 25, 0], [0, 5, 0], [0, 0, 5]], True),  # as often the same as these margins allow
        ([[0, 20, 0], [20, 0, 0], [0, 0, 0]], True),
    ],
)
def test_how_often_both_say_the_same_is_shown_where_it_does_not_tell(named, tells):
    assert tells_nothing(named) is not tells


def test_nothing_but_two_numbers_and_an_interval_is_left():
    sides = drawn(np.random.default_rng(5), 200)
    made = sides_table(*sides, ["a"], replicates=1_000, seed=3)
    assert made["seed"] == 3
    table = [[30, 8, 8], [8, 31, 8], [8, 8, 30]]
    row = {"activity": "a", "n": 139, "named": [160, 160], "all_named": False, "agreement": {"table": table}}
    shown = close_sides({**made, "rows": [row]})
    (only,) = shown["rows"]
    assert (shown["units"], only["n"], only["observed"]["count"]) == (200, 140, 90)
    assert only["observed"]["estimate"] == 90 / 140
    assert shown["seed"] is None
    assert set(only) == {"activity", "closed", "few", "n", "observed"}
    assert set(only["observed"]) == {"estimate", "count", "intervals"}
    for interval in only["observed"]["intervals"]:
        assert set(interval) == {"level", "low", "high", "method"}
        assert interval["low"] == round(interval["low"], 3)


@pytest.mark.parametrize(
    ("n", "units", "few", "shows_n"),
    [
        (9, 60, True, False),
        (43, 60, False, False),
        (26, 60, False, False),
        (36, 60, False, True),
        (43, 43, False, True),
    ],
)
def test_few_pairs_are_closed_and_those_of_which_too_much_is_known(n, units, few, shows_n):
    """Of 60 units 43 named somebody on either side, so that both can have done so for 26 to 43."""
    named = [[n, 0, 0], [0, 0, 0], [0, 0, 0]]
    made = {
        "kind": "sides", "units": units, "levels": [], "replicates": 1, "seed": 1,
        "rows": [
            {
                "activity": "a", "n": n, "named": [43, 43], "all_named": units == 43,
                "agreement": {"table": named, "observed": {}},
            }
        ],
    }  # fmt: skip
    (shown,) = close_sides(made)["rows"]
    assert (shown["few"], shown["n"] is not None, shown["observed"]) == (few, shows_n, None)


def of_year(**counts):
    """A year's table as others see it."""
    answers = [answer for answer, times in counts.items() for _ in range(times)]
    made = coordination_table({"a": answers, "b": answers}, statutory=["a"], replicates=10, seed=1)
    return close_small_cells(made.as_dict())


def test_two_released_years_hold_nothing_but_what_both_tables_show():
    then = of_year(unit=30, together=20, organisation=10)
    now = of_year(unit=40, together=20, organisation=4)
    shown = released_changes(then, now, {"a"})
    (only,) = shown["rows"]
    assert (only["earlier_n"], only["later_n"], only["both_n"]) == (60, 64, None)
    unit = only["changes"]["unit"]
    plain = newcombe(40, 64, 30, 60, 0.95)
    assert unit["estimate"] == pytest.approx(40 / 64 - 0.5)
    assert unit["intervals"][0] == {
        "level": 0.95, "low": round(plain.low, 3), "high": round(plain.high, 3), "method": "newcombe",
    }  # fmt: skip
    # Organisation has fewer than five now, and takes the next smallest along.
    assert [only["changes"][answer]["closed"] for answer in ORDER] == [False, True, True]
    assert only["changes"]["organisation"]["estimate"] is None


def test_years_of_fewer_than_ten_are_refused():
    shown = released_changes(of_year(unit=9), of_year(unit=5, together=5, organisation=5), {"a"})
    unit = shown["rows"][0]["changes"]["unit"]
    assert unit["closed"]
    shown = released_changes(of_year(unit=20, together=20, organisation=20), of_year(unit=9), {"a", "b"})
    assert [r["activity"] for r in shown["rows"]] == ["a", "b"]
