"""Reads a square code (QR, versions 1 to 6) from its drawing, as a telephone does from a clean print.

Written from ISO/IEC 18004: a reader of our own, since one that shared code with the writer would share its faults.
"""

import re
import xml.etree.ElementTree as ET

LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
# Data codewords of each block, by version and level.
BLOCKS = {
    1: {"L": [19], "M": [16], "Q": [13], "H": [9]},
    2: {"L": [34], "M": [28], "Q": [22], "H": [16]},
    3: {"L": [55], "M": [44], "Q": [17] * 2, "H": [13] * 2},
    4: {"L": [80], "M": [32] * 2, "Q": [24] * 2, "H": [9] * 4},
    5: {"L": [108], "M": [43] * 2, "Q": [15, 15, 16, 16], "H": [11, 11, 12, 12]},
    6: {"L": [68] * 2, "M": [27] * 4, "Q": [19] * 4, "H": [15] * 4},
}
MASKS = (
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)


def read(svg: str) -> str:
    """The text that a code holds."""
    dark, size = drawn(svg)
    version = (size - 17) // 4
    level, mask = told_of(dark)
    bits = "".join(
        str(int(((r, c) in dark) != (MASKS[mask](r, c) == 0)))
        for r, c in path(size)
        if not is_function(r, c, size, version)
    )
    words = [int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)]
    return text_of(in_order(words, BLOCKS[version][level]))


def drawn(svg: str) -> tuple[set[tuple[int, int]], int]:
    """The dark modules, from the strokes of the drawing, and how many stand in a line."""
    root = ET.fromstring(svg)
    strokes = "".join(each.get("d") or "" for each in root.iter() if each.tag.endswith("path"))
    dark, x, y = set(), 0.0, 0.0
    for kind, numbers in re.findall(r"([Mmh])([^Mmh]*)", strokes):
        given = [float(each) for each in re.findall(r"-?[\d.]+", numbers)]
        if kind == "h":
            dark |= {(int(y), int(x) + step) for step in range(int(given[0]))}
            x += given[0]
        else:
            x, y = (given[0], given[1]) if kind == "M" else (x + given[0], y + given[1])
    return dark, max(row for row, _ in dark) + 1


def told_of(dark: set[tuple[int, int]]) -> tuple[str, int]:
    """How much damage it stands, and by which mask it was covered."""
    places = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    format_bits = int("".join(str(int(place in dark)) for place in places), 2) ^ 0b101010000010010
    return LEVELS[format_bits >> 13], format_bits >> 10 & 0b111


def path(size: int):
    """Two columns at a time, from the right, up and down in turn; the column of the clock is left out."""
    upwards = True
    for right in (c for c in range(size - 1, 0, -2)):
        column = right if right > 6 else right - 1
        for row in range(size - 1, -1, -1) if upwards else range(size):
            yield row, column
            yield row, column - 1
        upwards = not upwards


def is_function(r: int, c: int, size: int, version: int) -> bool:
    """Whether a module belongs to the pattern instead of the content."""
    corner = (r < 9 and (c < 9 or c >= size - 8)) or (r >= size - 8 and c < 9)
    middle = size - 7
    aligned = version > 1 and abs(r - middle) <= 2 and abs(c - middle) <= 2
    return corner or aligned or r == 6 or c == 6


def in_order(words: list[int], blocks: list[int]) -> list[int]:
    """The blocks were dealt out in turn: back into one row."""
    found = [[] for _ in blocks]
    stream = iter(words)
    for turn in range(max(blocks)):
        for block, length in zip(found, blocks, strict=True):
            if turn < length:
                block.append(next(stream))
    return [word for block in found for word in block]


def text_of(words: list[int]) -> str:
    bits = "".join(f"{word:08b}" for word in words)
    if bits[:4] != "0100":
        raise ValueError("only bytes are read here")
    count = int(bits[4:12], 2)
    return bytes(int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * count, 8)).decode()
