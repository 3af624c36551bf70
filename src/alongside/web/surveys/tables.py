"""A computed table on its way to a reader: activities by name, and the same numbers as lines of a file."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from alongside.commons.catalogue.standard import name_of
from alongside.web.shell.evidence_words import worded

_NUMERIC = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
# At the start of a cell; or inside, after what a program set to another list separator takes for a new cell.
_RUN_BY_SPREADSHEETS = re.compile(
    r"""\A(?=[\t\r\n])|(?:\A;?|(?<=[\s\S])[;\t\r\n])[ ]*"?(?=[=+\-@\uff1d\uff0b\uff0d\uff20])"""
)
HEADER = ("activity", "statutory", "n", "excluded", "answer", "count", "share")
BESIDE = ("method", "line", "other", "unsure", "not_offered")


def named(result: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """The table with names in the reader's language in the place of keys; each row keeps its `key`."""
    names = {key: name_of(text) for key, text in texts.items()}
    told = worded(result, names)
    return {
        **told,
        "rows": [{**row, "key": row["activity"], "activity": names[row["activity"]]} for row in told["rows"]],
        "comparisons": [_comparison(each, names) for each in told["comparisons"]],
        "sensitivity": [
            {**run, "keys": run["left_out"], "left_out": [names[key] for key in run["left_out"]]}
            for run in told["sensitivity"]
        ],
    }


def _comparison(each: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {**each, "name": names[each["activity"]]} if each["kind"] == "activity" else {**each}


def lines(table: Mapping[str, Any]) -> Iterator[list[str]]:
    """The table as lines of a file: a header, one line an activity and answer, one a comparison.

    What is closed says so; what was refused has its reason in the place of the method.
    """
    levels = table["levels"]
    limits = [f"{side}{level * 100:g}" for level in levels for side in ("low", "high")]
    yield [*HEADER, *limits, *BESIDE]
    for row in table["rows"]:
        front = [
            row["activity"],
            "yes" if row["statutory"] else "no",
            cell(row["n"]),
            cell(row["excluded"]),
        ]
        beside = [cell(row[key]) for key in ("other", "unsure", "not_offered")]
        for answer, share in row["shares"].items():
            yield [*front, answer, cell(share["count"]), *figures(share, levels), "share", *beside]
    for each in table["comparisons"]:
        about = (each["name"], "") if each["kind"] == "activity" else ("", each["answer"])
        line = "comparison 1" if each["kind"] == "activity" else "comparison 2"
        yield [about[0], "", "", "", about[1], "", *figures(each, levels), line, "", "", ""]
    for run in table["sensitivity"]:
        without = _("without %(activities)s") % {"activities": ", ".join(run["left_out"])}
        for each in run["comparisons"]:
            yield [
                without,
                "",
                "",
                "",
                each["answer"],
                "",
                *figures(each, levels),
                "sensitivity",
                "",
                "",
                "",
            ]


def figures(each: Mapping[str, Any], levels: Sequence[float]) -> list[str]:
    """Estimate, limits and method of one share or difference."""
    found = {interval["level"]: interval for interval in each["intervals"]}
    limits = [cell(found.get(level, {}).get(side), none="") for level in levels for side in ("low", "high")]
    methods = [i.get("refused") or i["method"] for i in each["intervals"]]
    is_closed = each.get("closed", False)
    estimate = cell(each["estimate"], none="closed" if is_closed else "")
    return [estimate, *limits, "closed" if is_closed else "; ".join(dict.fromkeys(methods))]


def cell(value: float | None, none: str = "closed") -> str:
    """A number as files hold it; what is not there is closed unless something else is said."""
    return (
        none if value is None else f"{round(value, 6):g}" if isinstance(value, int) else repr(round(value, 6))
    )


def safe(cell: str) -> str:
    """A cell that no spreadsheet program runs as a formula: an apostrophe before what could be one."""
    return cell if _NUMERIC.fullmatch(cell) else _RUN_BY_SPREADSHEETS.sub(r"\g<0>'", cell)


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Rows as the text of a CSV file, each cell safe to open."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return written.getvalue()
