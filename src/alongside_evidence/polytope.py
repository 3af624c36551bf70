"""The least and the most that each count can be, given sums of counts: exact, without rounding.

All tables that fit what is published form a polytope: x >= 0 with A x = b. The simplex
method walks over its corners. The tableau is kept in whole numbers by Edmonds's integer
pivoting, every entry being a determinant of A, so that no bound hangs on a tolerance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

#: Products of whole numbers up to this fit into 64 bits, with their difference.
_FITS_64 = 2**62
#: So many steps without progress, and the rule that can't go round in circles takes over.
_PATIENCE = 20
#: Ratios nearer to each other than this are compared exactly.
_CLOSE = 1e-9


class NoSuchTable(ValueError):  # noqa: N818 - said of the data, not of the program
    """No counts from 0 up fit all sums."""


class Polytope:
    """Counts x >= 0, shape (n,), with A x = b.

    Parameters
    ----------
    matrix : array_like of int
        Shape (m, n).
    sums : array_like of int
        Shape (m,).

    Attributes
    ----------
    least, most : Integers
        Shape (n,), the smallest and the largest whole number that each count is known to
        reach so far: corners that were passed on the way count for all.

    Raises
    ------
    NoSuchTable
        When nothing fits.

    References
    ----------
    Edmonds (1967), Journal of Research of the National Bureau of Standards 71B, 241-245.
    Bland (1977), Mathematics of Operations Research 2, 103-107.
    """

    def __init__(self, matrix: npt.ArrayLike, sums: npt.ArrayLike) -> None:
        rows = np.asarray(matrix, dtype=np.int64)
        right = np.asarray(sums, dtype=np.int64)
        rows, right = np.where((right < 0)[:, None], -rows, rows), np.abs(right)
        m, self.n = rows.shape
        # Columns: the counts, then the sums. What a row lacks at first never comes back, so
        # it needs no column; its number in the basis is n or above.
        self.table: npt.NDArray[Any] = np.hstack((rows, right[:, None]))
        self.divisor = 1
        self.basis = np.arange(self.n, self.n + m)
        self._fill()
        self.least = np.full(self.n, np.iinfo(np.int64).max)
        self.most = np.zeros(self.n, dtype=np.int64)
        self._witness()

    def _fill(self) -> None:
        """Find a first corner: drive what the rows lack to 0."""
        stalled = 0
        while True:
            lacking = self.basis >= self.n
            cost = self.table[lacking].sum(axis=0)
            if not lacking.any() or cost[-1] == 0:
                break
            column = self._entering(cost[: self.n], careful=stalled > _PATIENCE)
            leaving = None if column is None else self._leaving(column)
            if column is None or leaving is None:
                raise NoSuchTable("no counts from 0 up fit all sums")
            stalled = 0 if self.table[leaving, -1] > 0 else stalled + 1
            self._pivot(leaving, column)
        for row in np.flatnonzero(self.basis >= self.n)[::-1]:
            usable = np.flatnonzero(self.table[row, : self.n])
            if usable.size:
                if self.table[row, usable[0]] < 0:
                    self.table[row] = -self.table[row]  # its sum is 0
                self._pivot(int(row), int(usable[0]))
            else:  # the row follows from the others
                self.table = np.delete(self.table, row, axis=0)
                self.basis = np.delete(self.basis, row)

    def _pivot(self, row: int, column: int) -> None:
        table, pivot = self.table, int(self.table[row, column])
        if table.dtype != object and int(np.abs(table).max()) ** 2 >= _FITS_64:
            table = table.astype(object)
        others = table[:, column] != 0
        others[row] = False
        if pivot == self.divisor:  # as a rule both are 1, and rows without the column stay
            moved = table[others] * pivot - table[others, column][:, None] * table[row]
            table[others] = moved if pivot == 1 else moved // pivot
        else:
            kept = table[row].copy()
            table = (table * pivot - table[:, column][:, None] * kept) // self.divisor
            table[row] = kept
        self.table, self.divisor = table, pivot
        self.basis[row] = column

    def _leaving(self, column: int) -> int | None:
        """Return the row that stops the column from growing; None where nothing does."""
        rows = np.flatnonzero(self.table[:, column] > 0)
        if not rows.size:
            return None
        ratios = (self.table[rows, -1] / self.table[rows, column]).astype(np.float64)
        rows = rows[ratios <= ratios.min() * (1 + _CLOSE) + _CLOSE]
        # The few that are near are compared as whole numbers, by cross-multiplication.
        best = int(rows[0])
        for row in rows[1:]:
            ahead = int(self.table[row, -1]) * int(self.table[best, column])
            behind = int(self.table[best, -1]) * int(self.table[row, column])
            if ahead < behind or (ahead == behind and self.basis[row] < self.basis[best]):
                best = int(row)
        return best

    def _witness(self) -> None:
        """Remember what each count is at this corner; fractions are rounded inwards."""
        down = (self.table[:, -1] // self.divisor).astype(np.int64)
        up = (-(-self.table[:, -1] // self.divisor)).astype(np.int64)
        high = np.zeros(self.n, dtype=np.int64)
        low = np.zeros(self.n, dtype=np.int64)
        high[self.basis], low[self.basis] = down, up
        self.most = np.maximum(self.most, high)
        self.least = np.minimum(self.least, low)

    def greatest(self, i: int, enough: int | None = None) -> int | None:
        """Return the most that count i can be, rounded down; None where there is no bound.

        With `enough`, the walk ends as soon as that much is reached.
        """
        if i not in self.basis:
            row = self._leaving(i)
            if row is None:
                return None
            self._pivot(row, i)
            self._witness()
        stalled = 0
        while enough is None or self.most[i] < enough:
            row = int(np.flatnonzero(self.basis == i)[0])
            column = self._entering(-self.table[row, : self.n], careful=stalled > _PATIENCE)
            if column is None:
                return int(self.table[row, -1]) // self.divisor
            leaving = self._leaving(column)
            if leaving is None:
                return None
            stalled = self._step(leaving, column, stalled)
        return int(self.most[i])

    def smallest(self, i: int, enough: int | None = None) -> int:
        """Return the least that count i can be, rounded up; with `enough`, stop once that little is reached."""
        stalled = 0
        while i in self.basis and (enough is None or self.least[i] > enough):
            row = int(np.flatnonzero(self.basis == i)[0])
            gains = self.table[row, : self.n].copy()
            gains[i] = 0
            column = self._entering(gains, careful=stalled > _PATIENCE)
            if column is None:
                return -(-int(self.table[row, -1]) // self.divisor)
            leaving = self._leaving(column)
            assert leaving is not None  # the row of i itself stops it
            stalled = self._step(leaving, column, stalled)
        return int(self.least[i])

    def _entering(self, gains: npt.NDArray[Any], *, careful: bool) -> int | None:
        gains = gains.copy()
        gains[self.basis[self.basis < self.n]] = 0
        if careful:
            helping = np.flatnonzero(gains > 0)
            return int(helping[0]) if helping.size else None
        column = int(np.argmax(gains))
        return column if gains[column] > 0 else None

    def _step(self, leaving: int, column: int, stalled: int) -> int:
        moved = self.table[leaving, -1] > 0
        self._pivot(leaving, column)
        self._witness()
        return 0 if moved else stalled + 1
