"""Which cells everybody but a survey's owner may see. Values in, values out.

A count under 5, zero included, is closed: it would say of a handful of units, which those who know the
place can name, what they answered. Closing one cell is not enough where it can be found by subtraction,
so further ones are closed with it, and every figure that was made from a closed one. The rule for a row is
`alongside_evidence.close_row`: it closes more than it must, and holds against readers who know it. Tables that
share totals need `alongside_evidence.close_tables`. What is left is tested by a program that tries every table
that fits the open figures.
"""

from collections.abc import Collection, Mapping
from typing import Any

from alongside_evidence import closing
from alongside_evidence.notes import CHANCE, INDEPENDENT
from alongside_evidence.sentences import said

FEWEST = closing.FEWEST
closed_among = closing.close_row
NAMING = ("unit", "organisation", "together")
# Sentences under a table that are the same under every table. The others may speak of closed cells.
_SAFE_NOTES = (INDEPENDENT, CHANCE)
_SAFE_SAID = tuple(said(note) for note in _SAFE_NOTES)
# Each of these is made of every cell, closed or not.
_TOLD_TO_NOBODY_ELSE = ("adjustment", "weighting")
_KEPT_OF_AN_INTERVAL = ("level", "low", "high", "method", "refused", "why")


def close_small_cells(result: Mapping[str, Any]) -> dict[str, Any]:
    """The table as others see it. Closed figures are None and marked; nothing is left to compute them from.

    The seed goes as well: with it and the limits in full, a guess at the answers could be tested.
    """
    rows = [_row(row) for row in result["rows"]]
    shut = {row["activity"]: {a for a, share in row["shares"].items() if share.get("closed")} for row in rows}
    required = [row["activity"] for row in rows if row["statutory"]]
    others = [row["activity"] for row in rows if not row["statutory"]]

    def means_closed(answer: str, left_out: Collection[str] = ()) -> bool:
        return any(answer in shut[a] for a in [*required, *others] if a not in left_out)

    return {
        **{key: value for key, value in result.items() if key not in _TOLD_TO_NOBODY_ELSE},
        "seed": None,
        "rows": rows,
        "comparisons": [
            _difference(
                each,
                closed=bool(shut[each["activity"]] & {"unit", "organisation"})
                if each["kind"] == "activity"
                else means_closed(each["answer"]),
            )
            for each in result["comparisons"]
        ],
        "sensitivity": [
            {
                **run,
                "comparisons": [
                    _difference(c, closed=means_closed(c["answer"], run["left_out"]))
                    for c in run["comparisons"]
                ],
            }
            for run in result["sensitivity"]
        ],
        "notes": [note for note in result["notes"] if note in _SAFE_NOTES],
        "notes_said": [note for note in result.get("notes_said", ()) if note in _SAFE_SAID],
        "closed": any(row["closed"] for row in rows),
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    # How many units answered is open: what n leaves of them is a handful as well.
    if row["n"] < FEWEST or 0 < row["excluded"] + row["not_offered"] < FEWEST:
        beside = dict.fromkeys(("n", "excluded", "other", "unsure", "excluded_share", "not_offered"))
        shares = {answer: closed_share() for answer in row["shares"]}
        return {**row, **beside, "shares": shares, "closed": True}
    closed = closed_among({answer: row["shares"][answer]["count"] for answer in NAMING})
    shares = {
        answer: closed_share() if answer in closed else open_share(share)
        for answer, share in row["shares"].items()
    }
    return {**row, **_beside(row), "shares": shares, "closed": bool(closed)}


def _beside(row: Mapping[str, Any]) -> dict[str, Any]:
    """The figures beside the shares. n + excluded + not offered is the open number of units.

    Here the two sum to 5 or more, or to nothing. So they are open or closed together; where both are
    nothing, that is no secret.
    """
    excluded, not_offered = row["excluded"], row["not_offered"]
    if excluded + not_offered == 0:
        return {}
    if min(excluded, not_offered) < FEWEST:
        return dict.fromkeys(("excluded", "other", "unsure", "excluded_share", "not_offered"))
    if min(row["other"], row["unsure"]) < FEWEST:
        return dict.fromkeys(("other", "unsure"))
    return {}


def closed_share() -> dict[str, Any]:
    return {"closed": True, "estimate": None, "count": None, "intervals": []}


def _difference(each: Mapping[str, Any], *, closed: bool) -> dict[str, Any]:
    if closed:
        return {**each, "estimate": None, "intervals": [], "closed": True}
    return open_share(each)


def open_share(each: Mapping[str, Any]) -> dict[str, Any]:
    """An open figure without what was only of use for making it again."""
    return {**each, "intervals": [_interval(interval) for interval in each["intervals"]]}


def _interval(interval: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: interval[key] for key in _KEPT_OF_AN_INTERVAL if key in interval}
    return {key: round(value, 3) if key in {"low", "high"} else value for key, value in kept.items()}
