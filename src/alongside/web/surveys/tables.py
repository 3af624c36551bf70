"""A computed table on its way to a reader: activities by name, and the same numbers as lines of a file."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

from alongside.commons.catalogue.standard import name_of

# What the evidence library says under a table, for translation; a test sees that it says nothing else.
NOTES = (
    noop(
        "Shares are of the units that named who coordinates (n). Units that answered "
        "“other arrangement” or “unsure” are left out of the shares and counted beside them."
    ),
    noop(
        "Units are taken as independent of each other. Where several belong to one municipality, "
        "the intervals are too narrow unless the municipality is given as the cluster."
    ),
    noop(
        "Limits marked clopper-pearson are exact ones: the share lies so near 0 or 100 % that "
        "resampling cannot give them."
    ),
    noop(
        "Each interval speaks for its own comparison. Where many are looked at together, some "
        "miss the truth by chance alone: at 95 % about one in twenty, at 99 % one in a hundred."
    ),
)
# Why the library gives no interval, likewise.
REASONS = (
    noop("not computable: it needs at least one statutory activity and one other"),
    noop("not computable: the data give no value (nobody answered)"),
    noop("not computable: without one of the units there is no value left"),
    noop("not computable: every unit says the same, so that no resample differs from the data"),
    noop("not computable: no single unit moves the value, so that the acceleration is unknown"),
    noop("not computable: every resample gives the same value"),
    noop("not computable: every resample lies on the same side of the value of the data"),
)
_FEW = re.compile(r"can't be said from (\d+) answers?(?: about (.+))?")
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
    return {
        **result,
        "rows": [
            {**row, "key": row["activity"], "activity": names[row["activity"]], "shares": _shares(row, names)}
            for row in result["rows"]
        ],
        "comparisons": [_comparison(each, names) for each in result["comparisons"]],
        "sensitivity": [
            {
                "keys": run["left_out"],
                "left_out": [names[key] for key in run["left_out"]],
                "comparisons": [_comparison(each, names) for each in run["comparisons"]],
            }
            for run in result["sensitivity"]
        ],
        "notes": [_(note) for note in result["notes"]],
    }


def _shares(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {answer: {**share, "intervals": _told(share, names)} for answer, share in row["shares"].items()}


def _comparison(each: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    told = {**each, "intervals": _told(each, names)}
    return told | {"name": names[each["activity"]]} if each["kind"] == "activity" else told


def _told(each: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {**interval, "refused": _refusal(interval["refused"], names)} if "refused" in interval else interval
        for interval in each["intervals"]
    ]


def _refusal(reason: str, names: Mapping[str, str]) -> str:
    few = _FEW.fullmatch(reason)
    if few is None:
        return _(reason)
    count, about = int(few[1]), few[2]
    if about is None:
        text = ngettext("can't be said from %(count)s answer", "can't be said from %(count)s answers", count)
        return text % {"count": count}
    text = ngettext(
        "can't be said from %(count)s answer about “%(activity)s”",
        "can't be said from %(count)s answers about “%(activity)s”",
        count,
    )
    return text % {"count": count, "activity": names.get(about, about)}


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
            _cell(row["n"]),
            _cell(row["excluded"]),
        ]
        beside = [_cell(row[key]) for key in ("other", "unsure", "not_offered")]
        for answer, share in row["shares"].items():
            yield [*front, answer, _cell(share["count"]), *_figures(share, levels), "share", *beside]
    for each in table["comparisons"]:
        about = (each["name"], "") if each["kind"] == "activity" else ("", each["answer"])
        line = "comparison 1" if each["kind"] == "activity" else "comparison 2"
        yield [about[0], "", "", "", about[1], "", *_figures(each, levels), line, "", "", ""]
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
                *_figures(each, levels),
                "sensitivity",
                "",
                "",
                "",
            ]


def _figures(each: Mapping[str, Any], levels: Sequence[float]) -> list[str]:
    """Estimate, limits and method of one share or difference."""
    found = {interval["level"]: interval for interval in each["intervals"]}
    limits = [_cell(found.get(level, {}).get(side), none="") for level in levels for side in ("low", "high")]
    methods = [i.get("refused") or i["method"] for i in each["intervals"]]
    is_closed = each.get("closed", False)
    estimate = _cell(each["estimate"], none="closed" if is_closed else "")
    return [estimate, *limits, "closed" if is_closed else "; ".join(dict.fromkeys(methods))]


def _cell(value: float | None, none: str = "closed") -> str:
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
