"""What everybody but a survey's owner may see of a comparison. Values in, values out.

The table of what two sides said of the same units is next to their answers themselves: whoever knows one side's
answer of a unit reads the other's off a small cell. So others never see it. They see of how many units both
named somebody and of how many both said the same, each rounded to a multiple of 5, and what follows from the
two; and not even that where it would still pin down a small cell of the table behind it, or of the tables of
the two sides, which are open. The rule closes more than it must; it is tested by programs that look for every
table that fits what is open.

Of two years others see nothing but what follows from the two tables that are open to them already.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from alongside.assess.surveys.small_cells import FEWEST, closed_among
from alongside_evidence import Refused, clopper_pearson, newcombe
from alongside_evidence.arrays import Floats, Integers
from alongside_evidence.sentences import say

FEWEST_PAIRS = 10
LEVELS = (0.95, 0.99)
# How many values more than one a count has to be able to take where it may be small: whoever knows what one of
# the units answered still can't tell.
ENOUGH = 2
_ROUNDING = 1e-6
_KEPT = ("level", "low", "high", "method", "refused", "why")


def close_sides(result: Mapping[str, Any]) -> dict[str, Any]:
    """What two sides say in common, as others see it: no table, no kappa, no seed."""
    return {
        "kind": result["kind"],
        "units": rounded(result["units"]),
        "levels": list(LEVELS),
        "replicates": None,
        "seed": None,
        "rows": [_sides_row(row, result["units"]) for row in result["rows"]],
    }


def rounded(count: int) -> int:
    """To the nearest multiple of 5, so that it stands for five counts."""
    return FEWEST * ((count + FEWEST // 2) // FEWEST)


def _sides_row(row: Mapping[str, Any], units: int) -> dict[str, Any]:
    shut: dict[str, Any] = {"activity": row["activity"], "closed": True, "n": None, "observed": None}
    if row["n"] < FEWEST_PAIRS or not _n_tells_nothing(row, units):
        return {**shut, "few": row["n"] < FEWEST_PAIRS}
    n = rounded(row["n"])
    table = row["agreement"]["table"]
    if not tells_nothing(table):
        return {**shut, "n": n, "few": False}
    same = rounded(_diagonal(table))
    intervals = [_interval(clopper_pearson(same, n, level).as_dict()) for level in LEVELS]
    observed = {"estimate": same / n, "count": same, "intervals": intervals}
    return {"activity": row["activity"], "closed": False, "few": False, "n": n, "observed": observed}


def _diagonal(table: Sequence[Sequence[int]]) -> int:
    return sum(row[place] for place, row in enumerate(table))


def _n_tells_nothing(row: Mapping[str, Any], units: int) -> bool:
    """Whether the rounded number of units both named somebody of leaves open how many only one side did.

    Where every unit there is was answered for by both, and each named somebody, that is open already.
    """
    n, (first, second) = int(row["n"]), map(int, row["named"])
    if n == units and row["all_named"]:
        return True
    least, most = max(0, first + second - units), min(first, second)
    low, high = max(least, rounded(n) - FEWEST // 2), min(most, rounded(n) + FEWEST // 2)
    return high - low >= ENOUGH


def tells_nothing(table: Sequence[Sequence[int]]) -> bool:
    """Whether the rounded number of units of which both say the same pins down no small cell of this table.

    How often each side gave each answer can be open, small counts and what follows from them closed. Whatever
    may be under 5 beside that - a cell, or a closed count - must be able to take a few values still, or as many
    as it could without the number. What is decided follows from open figures alone, so that it tells nothing
    itself.
    """
    rows = tuple(map(sum, table))
    columns = tuple(map(sum, zip(*table, strict=True)))
    same, n = rounded(_diagonal(table)), rounded(sum(rows))
    if not FEWEST <= same <= n - FEWEST:
        return False
    known = _groups(rows), _groups(columns)
    sums = tuple(_summed(counts, groups) for counts, groups in zip((rows, columns), known, strict=True))
    return _is_wide(known[0], known[1], (*sums[0], *sums[1][:-1]), same)


Groups = tuple[tuple[int, ...], ...]


def _groups(counts: tuple[int, ...]) -> Groups:
    """Counts that are open one by one, and those that are closed as one sum."""
    shut = closed_among({str(place): count for place, count in enumerate(counts)})
    single = tuple((place,) for place in range(len(counts)) if str(place) not in shut)
    return (*single, tuple(place for place in range(len(counts)) if str(place) in shut)) if shut else single


def _summed(counts: tuple[int, ...], groups: Groups) -> tuple[int, ...]:
    return tuple(sum(counts[place] for place in group) for group in groups)


@lru_cache(maxsize=4096)
def _is_wide(rows: Groups, columns: Groups, sums: tuple[int, ...], same: int) -> bool:
    """Whether all that may be small can take a few values where the diagonal sums up to about `same`."""
    free = _corners(rows, columns, sums, None)
    k = sum(map(len, rows))
    low, high = same - FEWEST // 2, same + FEWEST // 2
    diagonal = free[:, :: k + 1][:, :k].sum(axis=1)
    inside = free[(diagonal >= low - _ROUNDING) & (diagonal <= high + _ROUNDING)]
    bound = [inside, *(_corners(rows, columns, sums, end) for end in (low, high))]
    least, most = _reach(np.concatenate(bound), k)
    before = np.subtract(*reversed(_reach(free, k)))
    wide = most - least >= np.minimum(before, ENOUGH) - _ROUNDING
    return bool(np.all(wide | (least >= FEWEST - _ROUNDING)))


def _reach(corners: Floats, k: int) -> tuple[Floats, Floats]:
    """The least and the most of each cell and each margin."""
    squares = corners.reshape(-1, k, k)
    figures = np.concatenate((corners, squares.sum(axis=2), squares.sum(axis=1)), axis=1)
    return figures.min(axis=0), figures.max(axis=0)


def _corners(rows: Groups, columns: Groups, sums: tuple[int, ...], same: int | None) -> Floats:
    """The corners of all tables that these sums leave, which are a polytope, shape (c, k * k).

    All are found by trying which cells may be above 0.
    """
    places, solved = _bases(rows, columns, diagonal=same is not None)
    filled = np.einsum("bij,j->bi", solved, np.array([*sums, *([] if same is None else [same])], dtype=float))
    found = np.flatnonzero(filled.min(axis=1) >= -_ROUNDING)
    cells = np.zeros((len(found), sum(map(len, rows)) ** 2))
    np.put_along_axis(cells, places[found], filled[found], axis=1)
    return cells


@cache
def _bases(rows: Groups, columns: Groups, *, diagonal: bool) -> tuple[Integers, Floats]:
    """Which cells may be above 0 in a corner, and what gives them from the sums."""
    k = sum(map(len, rows))
    square = np.arange(k * k).reshape(k, k)
    lines = [np.isin(square // k, group) for group in rows]
    lines += [np.isin(square % k, group) for group in columns[:-1]]
    if diagonal:
        lines.append(np.eye(k, dtype=bool))
    tried = np.array(list(combinations(range(k * k), len(lines))))
    parts = np.moveaxis(np.array([line.ravel() for line in lines], dtype=float)[:, tried], 1, 0)
    sound = np.abs(np.linalg.det(parts)) > _ROUNDING
    return tried[sound], np.linalg.inv(parts[sound])


def _interval(interval: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: interval[key] for key in _KEPT if key in interval}
    return {key: round(value, 3) if key in {"low", "high"} else value for key, value in kept.items()}


def released_changes(
    earlier: Mapping[str, Any], later: Mapping[str, Any], activities: Collection[str]
) -> dict[str, Any]:
    """Two closed tables held against each other, as if other units had been asked in each year.

    What units of both years have in common would make the intervals narrower, and would tell of it.
    """
    then = {row["activity"]: row for row in earlier["rows"]}
    rows = [
        _changes_row(then[row["activity"]], row) for row in later["rows"] if row["activity"] in activities
    ]
    return {"kind": "changes", "rows": rows, "levels": list(LEVELS), "replicates": None, "seed": None}


def _changes_row(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "activity": now["activity"],
        "earlier_n": then["n"],
        "later_n": now["n"],
        "both_n": None,
        "changes": {
            answer: _change(then["shares"][answer], share, then["n"], now["n"])
            for answer, share in now["shares"].items()
        },
    }


def _change(
    then: Mapping[str, Any], now: Mapping[str, Any], earlier_n: int | None, later_n: int | None
) -> dict[str, Any]:
    known = {
        "earlier": then["estimate"],
        "later": now["estimate"],
        "earlier_count": then["count"],
        "later_count": now["count"],
    }
    closed = bool(then.get("closed") or now.get("closed") or earlier_n is None or later_n is None)
    if closed or not earlier_n or not later_n:
        return {**known, "estimate": None, "intervals": [], "closed": closed}
    return {
        **known,
        "estimate": now["estimate"] - then["estimate"],
        "intervals": [_independent(then, now, earlier_n, later_n, level) for level in LEVELS],
        "closed": False,
    }


def _independent(
    then: Mapping[str, Any], now: Mapping[str, Any], earlier_n: int, later_n: int, level: float
) -> dict[str, Any]:
    fewest = min(earlier_n, later_n)
    if fewest < FEWEST_PAIRS:
        return dict(Refused(level, say("few-answers", n=fewest)).as_dict())
    return _interval(newcombe(now["count"], later_n, then["count"], earlier_n, level).as_dict())
