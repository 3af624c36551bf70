"""Finds the unit that a cell of a file means, in little room: a frame can hold a million units."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID

import numpy as np

from alongside.assess.surveys.sheet import AskedUnit, Hints, fold

# Names of more units than these are not gone through for a hint.
MOST_HINTED = 20_000
_UUID = 16


class FoundUnit(NamedTuple):
    """A unit of the frame. `place` is where it stands in the index: a number below `len(index)`."""

    place: int
    unit: UUID
    code: str


class _Places:
    """Places by a text's hash: twelve bytes a text, whatever its length."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        hashes, places = array("q"), array("i")
        for text, place in texts:
            hashes.append(hash(text))
            places.append(place)
        order = (
            np.argsort(np.frombuffer(hashes, dtype=np.int64), kind="stable") if hashes else np.empty(0, int)
        )
        self._hashes = array("q", np.frombuffer(hashes, dtype=np.int64)[order].tobytes() if hashes else b"")
        self._places = array("i", np.frombuffer(places, dtype=np.int32)[order].tobytes() if hashes else b"")

    def of(self, text: str) -> list[int]:
        wanted = hash(text)
        start = bisect_left(self._hashes, wanted)
        found = []
        while start < len(self._hashes) and self._hashes[start] == wanted:
            found.append(self._places[start])
            start += 1
        return found


class UnitIndex:
    """By code, by name, or by “Municipality / Name”.

    `names` gives the same units in the same order once more, with their names, when the first cell comes that
    is no code: most files name units by their codes.
    """

    def __init__(
        self, units: Iterable[AskedUnit], names: Callable[[], Iterable[AskedUnit]] | None = None
    ) -> None:
        if names is None:
            held = list(units)
            units, names = held, lambda: held
        self._read_names = names
        self._by_name: _Places | None = None
        self._ids, self._codes = bytearray(), bytearray()
        self._ends = array("L", [0])
        for each in units:
            self._ids += each.unit.bytes
            self._codes += each.code.encode()
            self._ends.append(len(self._codes))
        self._by_code = _Places((_number(fold(self.code(place))), place) for place in range(len(self)))
        self._hints: Hints | None = None

    def __len__(self) -> int:
        return len(self._ends) - 1

    def code(self, place: int) -> str:
        return self._codes[self._ends[place] : self._ends[place + 1]].decode()

    def unit(self, place: int) -> UUID:
        return UUID(bytes=bytes(self._ids[place * _UUID : (place + 1) * _UUID]))

    def all(self, cell: str) -> list[FoundUnit]:
        """Every unit the cell could mean."""
        said = fold(cell)
        if not said:
            return []
        places = self._coded(said) or self._named(said)
        return [FoundUnit(place, self.unit(place), self.code(place)) for place in places]

    def _coded(self, said: str) -> list[int]:
        """A code as it stands, else a number without its zeros: spreadsheet programs write 001 as 1."""
        found = self._by_code.of(_number(said))
        if len(found) < 2:
            return found
        return [place for place in found if fold(self.code(place)) == said] or found

    def _named(self, said: str) -> list[int]:
        if self._by_name is None:
            self._by_name = _Places(
                (text, place)
                for place, each in enumerate(self._read_names())
                for text in {_as_name(each.name), _as_name(f"{each.above} / {each.name}")}
            )
        return self._by_name.of(_as_name(said))

    def near(self, cell: str) -> str:
        """The name of a unit that somebody may have meant, for the first few questions only."""
        if self._hints is None:
            few = len(self) <= MOST_HINTED
            self._hints = Hints([each.name for each in self._read_names()] if few else [], most=10)
        return self._hints.near(cell)


def _number(code: str) -> str:
    return code.lstrip("0") if code.isdigit() else code


def _as_name(text: str) -> str:
    return fold(text).replace(" / ", "/")
