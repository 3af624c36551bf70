"""Comparisons on their way to a reader: names for keys, reasons in words, the same numbers as lines of a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from alongside.web.shell.evidence_words import worded
from alongside.web.surveys.tables import cell, figures

NAMING = ("unit", "together", "organisation")


def said_words(answer: str, short: bool = False) -> str:
    """An answer of the full table; shorter for the heads of rows and columns."""
    if short:
        return {
            "unit": _("unit alone"),
            "together": _("together"),
            "organisation": _("organisation alone"),
            "other": _("other"),
            "unsure": _("not sure"),
            "": _("not offered"),
        }[answer]
    return {
        "unit": _("the unit alone"),
        "together": _("together"),
        "organisation": _("the voluntary organisation alone"),
        "other": _("another arrangement"),
        "unsure": _("not sure"),
        "": _("does not offer it"),
    }[answer]


def sides_rows(
    result: Mapping[str, Any], names: Mapping[str, str], statutory: Sequence[str]
) -> list[dict[str, Any]]:
    """The rows of a comparison of two sides, open or closed, for the page."""
    return [
        {
            "key": row["activity"],
            "activity": names[row["activity"]],
            "statutory": row["activity"] in statutory,
            "n": row["n"],
            "left_out": row.get("left_out"),
            "closed": row.get("closed", False),
            "few": row.get("few", False),
            "observed": worded(_observed(row)),
            "kappa": worded(_of_agreement(row, "kappa")),
            "ac1": worded(_of_agreement(row, "ac1")),
            "specific": _specific(row),
            "cross": cross(row["cross"], result["said"]) if "cross" in row else None,
        }
        for row in result["rows"]
    ]


def _observed(row: Mapping[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = row["observed"] if "observed" in row else _of_agreement(row, "observed")
    return found


def _of_agreement(row: Mapping[str, Any], what: str) -> dict[str, Any] | None:
    found = row.get("agreement")
    return None if found is None else found[what]


def _specific(row: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = _of_agreement(row, "specific") or {}
    return [(answer, worded(found[answer]) or {}) for answer in NAMING if answer in found]


def cross(cells: Sequence[Sequence[int]], said: Sequence[str]) -> dict[str, Any]:
    """The full table with its sums; answers beside the naming ones that nobody gave are left away."""
    used = [
        place
        for place, answer in enumerate(said)
        if answer in NAMING or any(cells[place]) or any(row[place] for row in cells)
    ]
    return {
        "columns": [said[place] for place in used],
        "rows": [
            {
                "answer": said[i],
                "cells": [{"count": cells[i][j], "same": i == j} for j in used],
                "total": sum(cells[i]),
            }
            for i in used
        ],
        "totals": [sum(row[j] for row in cells) for j in used],
        "units": sum(map(sum, cells)),
    }


def years_rows(
    result: Mapping[str, Any], names: Mapping[str, str], statutory: Sequence[str]
) -> list[dict[str, Any]]:
    """The rows of a comparison of two years for the page."""
    return [
        {
            **row,
            "key": row["activity"],
            "activity": names[row["activity"]],
            "statutory": row["activity"] in statutory,
            "changes": [(answer, worded(row["changes"][answer])) for answer in NAMING],
        }
        for row in result["rows"]
    ]


# --- as files ------------------------------------------------------------------------------------------


def _limits(levels: Sequence[float]) -> list[str]:
    return [f"{side}{level * 100:g}" for level in levels for side in ("low", "high")]


def sides_lines(rows: Sequence[Mapping[str, Any]], levels: Sequence[float]) -> Iterator[list[str]]:
    """One line a measure of each activity, then one a cell of its full table where that is open."""
    yield ["activity", "line", "first", "second", "count", "n", "share", *_limits(levels), "method"]
    empty = [""] * (2 * len(levels) + 1)
    for row in rows:
        closed: dict[str, Any] = {"estimate": None, "count": None, "intervals": [], "closed": True}
        for line in ("observed", "kappa", "ac1"):
            if line != "observed" and row[line] is None:
                continue
            found = row[line] or closed
            count = cell(found.get("count")) if line == "observed" else ""
            yield [row["activity"], line, "", "", count, cell(row["n"]), *figures(found, levels)]
        for answer, found in row["specific"]:
            yield [row["activity"], "specific", answer, "", "", cell(row["n"]), *figures(found, levels)]
        for each in row["cross"]["rows"] if row["cross"] else ():
            for column, held in zip(row["cross"]["columns"], each["cells"], strict=True):
                said = [each["answer"] or "not-offered", column or "not-offered"]
                yield [row["activity"], "cell", *said, cell(held["count"]), "", "", *empty]


def years_lines(rows: Sequence[Mapping[str, Any]], levels: Sequence[float]) -> Iterator[list[str]]:
    """One line an activity and answer."""
    shares = [f"{when}_{what}" for when in ("earlier", "later") for what in ("count", "n", "share")]
    yield ["activity", "answer", *shares, "both_n", "difference", *_limits(levels), "method"]
    for row in rows:
        for answer, change in row["changes"]:
            beside = [
                cell(value)
                for when in ("earlier", "later")
                for value in (change[f"{when}_count"], row[f"{when}_n"], change[when])
            ]
            yield [row["activity"], answer, *beside, cell(row["both_n"], none=""), *figures(change, levels)]
