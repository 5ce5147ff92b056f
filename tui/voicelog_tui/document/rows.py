"""What stands on each row: a line, or a fold in which many lines lie; lines are counted from 0."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Literal, NamedTuple

FoldKind = Literal["dull", "frames", "traceback"]


class Fold(NamedTuple):
    """Lines that can be put away behind one row."""

    first: int
    last: int
    kind: FoldKind
    label: str = ""
    """The packages whose frames they are, or the exception that the traceback ends in."""

    @property
    def length(self) -> int:
        """Lines in it."""
        return self.last - self.first + 1


class Rows:
    """The rows of a log of `total` lines in which some folds are closed."""

    def __init__(self, total: int, closed: Iterable[Fold] = ()) -> None:
        self.total = total
        self._folds: list[Fold] = []
        self._rows: list[int] = []
        hidden = 0
        for fold in sorted(closed, key=lambda fold: (fold.first, -fold.last)):
            if fold.last >= total or (self._folds and fold.first <= self._folds[-1].last):
                continue  # inside a larger one that is closed too
            self._rows.append(fold.first - hidden)
            self._folds.append(fold)
            hidden += fold.length - 1
        self._hidden = hidden

    @property
    def count(self) -> int:
        return self.total - self._hidden

    def at(self, row: int) -> int | Fold:
        """The line on a row, or the fold."""
        at = bisect_right(self._rows, row) - 1
        if at < 0:
            return row
        fold = self._folds[at]
        if row == self._rows[at]:
            return fold
        return fold.last + row - self._rows[at]

    def line_at(self, row: int) -> int:
        """The line on a row, the first one of a fold."""
        found = self.at(row)
        return found if isinstance(found, int) else found.first

    def row_of(self, line: int) -> int:
        """The row on which a line stands, itself or in a fold."""
        at = bisect_right(self._folds, line, key=lambda fold: fold.first) - 1
        if at < 0:
            return line
        fold = self._folds[at]
        return self._rows[at] if line <= fold.last else self._rows[at] + line - fold.last
