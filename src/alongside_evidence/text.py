"""Tables as text for a terminal: 80 columns, no colour, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alongside_evidence.answers import NAMING, ORGANISATION, TOGETHER, UNIT, WORDS
from alongside_evidence.picture import FILLS, LAW, PLAIN, bar, padded, paragraph, plot, wrapped

_NAME = 28
_MARKS = {"clopper-pearson": "*", "cluster-t": "†", "newcombe": "‡"}
_MARK_WORDS = {
    "*": "exact limit (Clopper-Pearson)",
    "†": "t interval of the clusters",
    "‡": "Newcombe's interval, as all units say the same",
}


def render_text(result: Mapping[str, Any], *, width: int = 80, ascii_only: bool = False) -> str:
    """Return a finished table as text.

    Parameters
    ----------
    result : mapping
        What ``as_dict()`` of a coordination or shares table returned, or the same read back
        from JSON.
    width : int
        Columns of the terminal, at least 60.
    ascii_only : bool
        Whether to draw without box characters.

    Returns
    -------
    str
        Lines, the last one ended too.

    Raises
    ------
    ValueError
        When the result is of another kind.
    """
    kinds = {"coordination": _coordination, "shares": _shares}
    if result.get("kind") not in kinds:
        raise ValueError(f"a result is of kind coordination or shares, but this is {result.get('kind')!r}")
    lines = [line.rstrip() for line in kinds[result["kind"]](result, max(width, 60))]
    marks = {mark for line in lines for mark in _MARK_WORDS if line.endswith(mark)}
    footer = [f"{mark} {words}" for mark, words in _MARK_WORDS.items() if mark in marks]
    notes = [line for note in result["notes"] for line in ("", *paragraph(note, max(width, 60)))]
    method = ["", *paragraph(_method(result), max(width, 60))]
    text = "\n".join([*lines, *(["", *footer] if footer else []), *method, *notes]) + "\n"
    return text.translate(PLAIN) if ascii_only else text


def _coordination(result: Mapping[str, Any], width: int) -> Iterator[str]:
    rows = result["rows"]
    yield f"Who coordinates what: {result['units']:,} units"
    yield ""
    yield from _overview(rows)
    yield ""
    yield from _bars(rows, width)
    yield ""
    yield from _heading("Shares with their intervals, in per cent")
    for row in rows:
        yield from wrapped(f"{_named(row)}, n = {row['n']:,}, {_left_out_words(row)}", width)
        for answer in NAMING:
            share = row["shares"][answer]
            yield from _measured(f"  {WORDS[answer]}", share, signed=False, width=width)
    first = [c for c in result["comparisons"] if c["kind"] == "activity"]
    second = [c for c in result["comparisons"] if c["kind"] == "means"]
    yield ""
    yield from _heading("Comparison 1: unit alone minus organisation alone, in percentage points")
    yield from _comparisons([(c["activity"], c) for c in first], width)
    yield ""
    yield from _heading("Comparison 2: mean share, statutory minus other activities, in points")
    yield from _comparisons([(WORDS[c["answer"]], c) for c in second], width)
    for run in result["sensitivity"]:
        yield ""
        yield from _heading(f"Comparison 2 again, without {' and '.join(run['left_out'])}")
        yield from _comparisons([(WORDS[c["answer"]], c) for c in run["comparisons"]], width)
    if "adjustment" in result:
        yield from _together(result["adjustment"], width)
    yield ""
    yield from paragraph(
        "Where an interval holds 0, the answers do not tell which of the two is larger.", width
    )


def _together(adjustment: Mapping[str, Any], width: int) -> Iterator[str]:
    """Yield the comparisons as one family: simultaneous intervals, or p values by Holm."""
    holm = adjustment["method"] == "holm"
    way = "p values by Holm's rule" if holm else "intervals that hold all at once, by max-|t|"
    yield ""
    yield from _heading(f"Taken together: {adjustment['family']} comparisons, {way}")
    for c in adjustment["comparisons"]:
        label = c["activity"] if c["kind"] == "activity" else f"means: {WORDS[c['answer']]}"
        if "refused" in c:
            yield from _continued(padded(wrapped(label, _NAME - 1)[0], _NAME), str(c["refused"]), width)
            continue
        if not holm:
            yield from _measured(label, c, signed=True, width=width)
        names = wrapped(label, _NAME - 1) if holm else [""]
        yield from names[:-1]
        number = f"{_percent(c['estimate'], signed=True):>7}  " if holm else " " * 9
        alone = f"p {_p(c['p'], at_most=c['p_at_most'])}, " if holm else ""
        yield (
            padded(names[-1], _NAME)
            + number
            + f"{alone}adjusted p "
            + _p(c["adjusted_p"], at_most=c["adjusted_p_at_most"])
        )


def _p(value: float, *, at_most: bool) -> str:
    """Return a p value with as many digits as tell something."""
    digits = f"{value:.2g}" if value < 0.1 else f"{value:.2f}"
    return f"at most {digits}" if at_most else digits


def _heading(words: str) -> Iterator[str]:
    yield words
    yield "─" * len(words)


def _named(row: Mapping[str, Any]) -> str:
    return f"{row['activity']} {LAW}" if row["statutory"] else str(row["activity"])


def _left_out_words(row: Mapping[str, Any]) -> str:
    return (
        f"left out: {row['other']:,} other, {row['unsure']:,} unsure; {row['not_offered']:,} do not offer it"
    )


def _overview(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield (
        padded("Per cent of n", _NAME)
        + f"{'unit':>7}{'organisation':>14}{'together':>10}{'n':>8}{'left out':>13}"
    )
    for row in rows:
        names = wrapped(_named(row), _NAME - 1)
        shares = row["shares"]
        if _too_few(row):
            cells = f"{_too_few(row):>31}"
        else:
            cells = "".join(
                f"{_percent(shares[answer]['estimate']):>{space}}"
                for answer, space in ((UNIT, 7), (ORGANISATION, 14), (TOGETHER, 10))
            )
        part = row["excluded_share"]
        excluded = f"{row['excluded']:,}" + ("" if part is None else f" ({_percent(part)} %)")
        yield padded(names[0], _NAME) + f"{cells}{row['n']:>8,}{excluded:>13}"
        yield from names[1:]


def _bars(rows: Sequence[Mapping[str, Any]], width: int) -> Iterator[str]:
    length = width - _NAME
    for row in rows:
        names = wrapped(_named(row), _NAME - 1)
        if _too_few(row):
            picture = _too_few(row)
        else:
            order = (UNIT, TOGETHER, ORGANISATION)
            picture = bar([(FILLS[a], row["shares"][a]["estimate"]) for a in order], length)
        yield padded(names[0], _NAME) + picture
        yield from names[1:]
    yield ""
    yield " " * _NAME + "   ".join(f"{fill * 2} {WORDS[answer]}" for answer, fill in FILLS.items())
    yield f"{LAW} required by law.  n: units that named who coordinates."
    yield "left out: other arrangement or unsure, in per cent of those that offer it."


def _too_few(row: Mapping[str, Any]) -> str:
    """Return the words that stand where numbers would, or nothing."""
    intervals = row["shares"][UNIT]["intervals"]
    reasons = [str(i.get("refused", "")) for i in intervals]
    return reasons[0] if reasons and reasons[0].startswith("can't be said") and "answer" in reasons[0] else ""


def _percent(value: float, *, signed: bool = False) -> str:
    text = f"{100 * value:+.1f}" if signed else f"{100 * value:.1f}"
    return "0.0" if text in {"-0.0", "+0.0"} else text


def _measured(
    label: str, measured: Mapping[str, Any], *, signed: bool, width: int, name: int = _NAME
) -> Iterator[str]:
    """Yield an estimate with one interval a line, or the reasons for none."""
    names = wrapped(label, name - 1) if len(label) >= name else [label]
    yield from names[:-1]
    estimate = measured["estimate"]
    intervals = measured["intervals"]
    reasons = {i.get("refused") for i in intervals}
    if len(reasons) == 1 and None not in reasons:
        number = (
            ""
            if estimate is None or "answer" in str(intervals[0]["refused"])
            else _percent(estimate, signed=signed)
        )
        start = padded(names[-1], name) + f"{number:>7}  "
        yield from _continued(start, str(intervals[0]["refused"]), width)
        return
    start = padded(names[-1], name) + f"{_percent(estimate, signed=signed):>7}  "
    for interval in intervals:
        yield from _interval_line(start, interval, signed=signed, width=width)
        start = " " * (name + 9)


def _interval_line(start: str, interval: Mapping[str, Any], *, signed: bool, width: int) -> Iterator[str]:
    level = f"{100 * interval['level']:g} %"
    if "refused" in interval:
        yield from _continued(f"{start}{level:>5}  ", str(interval["refused"]), width)
        return
    low, high = (_percent(interval[side], signed=signed) for side in ("low", "high"))
    line = f"{start}{level:>5}  {low:>6} to {high:>6}"
    error = interval["monte_carlo_error"]
    if error is not None:
        line += f"  ±{100 * error[0]:.1f} ±{100 * error[1]:.1f}"
    mark = next((mark for method, mark in _MARKS.items() if method in interval["method"]), "")
    yield f"{line} {mark}"


def _continued(start: str, words: str, width: int) -> Iterator[str]:
    lines = wrapped(words, max(20, width - len(start)))
    yield start + lines[0]
    for line in lines[1:]:
        yield " " * len(start) + line


def _comparisons(named: Sequence[tuple[str, Mapping[str, Any]]], width: int) -> Iterator[str]:
    for label, comparison in named:
        yield from _measured(label, comparison, signed=True, width=width)
    length = width - _NAME
    drawn = [(label, c) for label, c in named if c["estimate"] is not None and _limits(c)]
    if not drawn:
        return
    reach = _reach([abs(limit) for _, c in drawn for limits in _limits(c) for limit in limits])
    ends = (f"-{100 * reach:g}", f"+{100 * reach:g}")
    yield ""
    yield " " * _NAME + ends[0] + "0".center(length - len("".join(ends))) + ends[1]
    for label, comparison in drawn:
        names = wrapped(label, _NAME - 1)
        picture = plot(comparison["estimate"], _limits(comparison), length, -reach, reach)
        yield padded(names[0], _NAME) + picture
        yield from names[1:]


def _reach(limits: Sequence[float]) -> float:
    """Return the end of an axis, the same on both sides of 0, that holds all limits."""
    return next((end for end in (0.1, 0.2, 0.5) if max(limits) <= end), 1.0)


def _limits(measured: Mapping[str, Any]) -> list[tuple[float, float]]:
    return [(i["low"], i["high"]) for i in measured["intervals"] if "low" in i]


def _shares(result: Mapping[str, Any], width: int) -> Iterator[str]:
    everybody = result["groups"][0]
    yield f"Shares of “{result['column']}”: {everybody['n']:,} answers, {result['missing']:,} missing"
    for group in result["groups"]:
        yield ""
        name = "Everybody" if group["group"] is None else f"{result['by']}: {group['group']}"
        yield from _heading(f"{name}, n = {group['n']:,}, in per cent")
        for answer, share in group["shares"].items():
            yield from _measured(f"  {answer}", share, signed=False, width=width)
        yield ""
        for answer, share in group["shares"].items():
            label = wrapped(f"  {answer}", _NAME - 2)[0]
            yield padded(f"  {label}", _NAME) + "━" * round(share["estimate"] * (width - _NAME))
    if result["differences"]:
        yield ""
        yield from _heading(f"Differences between groups of “{result['by']}”, in percentage points")
        answers = list(everybody["shares"])
        shown = answers[-1:] if len(answers) == 2 else answers
        differences = [d for d in result["differences"] if d["answer"] in shown]
        yield from _comparisons([(d["name"], d) for d in differences], width)
        if shown != answers:
            yield ""
            yield from paragraph(f"For “{answers[0]}” the same holds with the opposite sign.", width)
        yield ""
        yield from paragraph(
            "Where an interval holds 0, the answers do not tell which of the two is larger.", width
        )


def _method(result: Mapping[str, Any]) -> str:
    levels = " and ".join(f"{100 * level:g} %" for level in result["levels"])
    clusters = result["clusters"]
    of = f", resampling the {clusters['count']} clusters of {clusters['name']}" if clusters else ""
    return (
        f"Intervals at {levels}: bootstrap BCa with {result['replicates']:,} resamples{of}, "
        f"seed {result['seed']}, unless marked. After ±: how far each limit moves between seeds."
    )
