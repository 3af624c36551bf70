"""Pictures made of characters: stacked bars, plots of intervals, and columns that line up."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from alongside_evidence.answers import ORGANISATION, TOGETHER, UNIT

#: Two threads and their weave: along, together, across.
FILLS: Mapping[str, str] = {UNIT: "─", TOGETHER: "╪", ORGANISATION: "│"}
LAW = "§"
#: For terminals that know only ASCII.
PLAIN = str.maketrans(
    {
        "─": "-",
        "│": "|",
        "╪": "#",
        "━": "=",
        "├": "[",
        "┤": "]",
        "●": "o",
        "┊": ":",
        "§": "!",
        "†": "+",
        "‡": "x",
        "±": "~",
        "“": '"',
        "”": '"',
        "’": "'",
        "…": "~",
    }
)


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def padded(text: str, width: int) -> str:
    """Return the text filled up with blanks on the right."""
    return text + " " * max(0, width - display_width(text))


def wrapped(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` columns, broken between words if possible."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        rest = word
        if line and display_width(line) + 1 + display_width(rest) <= width:
            line += f" {rest}"
            continue
        if line:
            lines.append(line)
        while display_width(rest) > width:
            cut = max(1, width // 2) if display_width(rest) > len(rest) else width
            lines.append(rest[:cut])
            rest = rest[cut:]
        line = rest
    return [*lines, line] if line or not lines else lines


def paragraph(text: str, width: int, indent: str = "") -> list[str]:
    """Return wrapped lines, each after an indent."""
    return [indent + line for line in wrapped(text, width - len(indent))]


def bar(shares: Sequence[tuple[str, float]], width: int) -> str:
    """Return a stacked bar of exactly `width` characters.

    Parameters
    ----------
    shares : sequence of (str, float)
        The character of each part and its share; shares sum to 1.
    width : int

    Returns
    -------
    str
        Parts rounded so that they fill the bar, by largest remainder.
    """
    wanted = [share * width for _, share in shares]
    lengths = [int(length) for length in wanted]
    by_rest = sorted(range(len(wanted)), key=lambda i: lengths[i] - wanted[i])
    for i in by_rest[: width - sum(lengths)]:
        lengths[i] += 1
    return "".join(fill * length for (fill, _), length in zip(shares, lengths, strict=True))


def plot(
    estimate: float, intervals: Sequence[tuple[float, float]], width: int, low: float, high: float
) -> str:
    """Return an interval plot: ends of the widest, a heavy line for the narrowest, 0 and the estimate.

    Parameters
    ----------
    estimate : float
    intervals : sequence of (float, float)
        Limits, in any order; may be empty.
    width : int
    low, high : float
        What the first and the last character stand for.

    Returns
    -------
    str
    """

    def place(value: float) -> int:
        inside = min(max(value, low), high)
        return round((inside - low) / (high - low) * (width - 1))

    cells = [" "] * width
    cells[place(0.0)] = "┊"
    widest_first = sorted(intervals, key=lambda limits: limits[0] - limits[1])
    for line, (start, end) in zip(("─", "━"), (widest_first[:1] + widest_first[-1:]), strict=False):
        if line == "━" and len(widest_first) == 1:
            break
        cells[place(start) : place(end) + 1] = line * (place(end) - place(start) + 1)
    if widest_first:
        cells[place(widest_first[0][0])] = "├"
        cells[place(widest_first[0][1])] = "┤"
    cells[place(estimate)] = "●"
    return "".join(cells).rstrip()
