"""What a table says of its own numbers: decimals of a column, sums, orders.

A rule holds for a table when nearly all of its rows keep it; then a cell that breaks it is
looked at again, and one that keeps a sum is confirmed. Nothing is changed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: A rule needs so many cells that could break it, and this share that keep it. The last
#: tenths are what is misread, misprinted or really an exception.
_FEWEST, _MOST = 5, 0.8

#: A sum over columns is looked for among this many neighbours.
_LONGEST_SUM = 12

_number = re.compile(r"([-+−–]?)(\d+(?:,\d{3})*)(\.\d+)?%?").fullmatch
_year = re.compile(r"(?:19|20)\d\d").fullmatch

#: Letters and signs that digits are taken for.
_confused = re.compile(
    r"[-+−–\dIlOoDQSsBZzGgqb|!丨〇.,:%]*[\dIlOoDQSsBZzGgqb|!丨〇][-+−–\d.,:%]*"
).fullmatch

#: A number whose points and commas cannot be right: 0,93 or 1234,567 or 1.234.5.
_odd = re.compile(
    r"[-+−–]?(?:\d{4,},.*|0,.*|.*,\d{1,2}|.*,\d{1,2}[^\d].*|.*,\d{4,}.*|.*\..*\..*)%?"
)


@dataclass(frozen=True, slots=True)
class Sum:
    """Total = the parts from ``first`` to ``last``, along a row (or down a column)."""

    down: bool
    total: int
    first: int
    last: int


def is_odd(text: str) -> bool:
    """Whether a number's points and commas stand where no number has them."""
    return _odd.fullmatch(text) is not None


def value_of(text: str) -> float:
    """The number in a text, NaN where it is none."""
    match = _number(text)
    if match is None:
        return float("nan")
    value = float(match[2].replace(",", "") + (match[3] or ""))
    return -value if match[1] in ("-", "−", "–") and match[1] else value


def decimals_of(text: str) -> int:
    """How many decimals a number is printed with."""
    return len(text.rstrip("%").rpartition(".")[2]) if "." in text else 0


class TableRules:
    """The rules that the numbers of a table keep. ``rows`` are its texts, of one width."""

    def __init__(self, rows: list[list[str]]) -> None:
        self._rows = rows
        self._values = np.array([[value_of(text) for text in row] for row in rows], float)
        self._headers = _header_rows(rows)
        self._values[: self._headers] = np.nan
        columns = self._values.shape[1]
        self._decimals = [self._usual_decimals(column) for column in range(columns)]
        self._finest = max([0, *(d for d in self._decimals if d is not None)])
        self._ranks = [self._rank_offset(column) for column in range(columns)]
        self._orders = [self._order(column) for column in range(columns)]
        self._sums = [*self._find_sums(down=False), *self._find_sums(down=True)]

    def broken_by(self, row: int, column: int, text: str) -> list[str]:
        """Names of the rules that a text breaks in a place: decimals, rank, order, sum."""
        value, usual = value_of(text), self._decimals[column]
        if np.isnan(value):
            return ["number"] if usual is not None and _stray(text) else []
        if row < self._headers:
            return []
        broken = []
        if usual is not None and decimals_of(text) != usual:
            broken.append("decimals")
        if not self._rank_fits(row, column, value):
            broken.append("rank")
        elif not self._order_fits(row, column, value):
            broken.append("order")
        if any(not kept for kept in self._kept(row, column, value)):
            broken.append("sum")
        return broken

    def confirms(self, row: int, column: int, text: str) -> bool:
        """Whether a sum or a rank says that just this number stands in a place."""
        value = value_of(text)
        if np.isnan(value):
            return False
        kept = self._kept(row, column, value)
        if kept:
            return all(kept) and value != 0
        offset = self._ranks[column]
        return offset is not None and value == row + offset

    def partners(self, row: int, column: int) -> set[tuple[int, int]]:
        """The cells that stand in a sum with a cell."""
        found: set[tuple[int, int]] = set()
        for one in self._sums:
            along, across = (row, column) if one.down else (column, row)
            if along == one.total or one.first <= along <= one.last:
                members = [one.total, *range(one.first, one.last + 1)]
                found |= {(m, across) if one.down else (across, m) for m in members}
        return found - {(row, column)}

    def _usual_decimals(self, column: int) -> int | None:
        printed = [
            decimals_of(row[column])
            for row, value in zip(self._rows, self._values[:, column], strict=True)
            if not np.isnan(value)
        ]
        if len(printed) < _FEWEST:
            return None
        usual = max(set(printed), key=printed.count)
        return usual if printed.count(usual) >= _MOST * len(printed) else None

    def _rank_offset(self, column: int) -> float | None:
        """What to add to a row's number for the rank that a column counts up, if it does."""
        values = self._values[:, column]
        known = np.flatnonzero(~np.isnan(values))
        if len(known) < _FEWEST:
            return None
        offsets = (values[known] - known).tolist()
        usual = max(set(offsets), key=offsets.count)
        return usual if offsets.count(usual) >= _MOST * len(known) else None

    def _rank_fits(self, row: int, column: int, value: float) -> bool:
        offset = self._ranks[column]
        if offset is None or value == row + offset:
            return True
        return row > 0 and value == self._values[row - 1, column]  # a tie

    def _order(self, column: int) -> int:
        """1 for a column that rises, -1 for one that falls, 0 for any other."""
        values = self._values[:, column]
        values = values[~np.isnan(values)]
        steps = np.sign(np.diff(values))
        if len(steps) < 2 * _FEWEST:
            return 0
        for order in (1, -1):
            if (steps * order >= 0).mean() >= _MOST and (steps * order > 0).mean() >= 0.5:
                return order
        return 0

    def _order_fits(self, row: int, column: int, value: float) -> bool:
        """Whether a value lies between its neighbours, where they are in order themselves."""
        order = self._orders[column]
        if not order:
            return True
        column_ = self._values[:, column]
        above = column_[:row][~np.isnan(column_[:row])][-1:]
        below = column_[row + 1 :][~np.isnan(column_[row + 1 :])][:1]
        if len(above) and len(below) and (below[0] - above[0]) * order < 0:
            return True  # one of the neighbours is out of order, and says nothing
        return bool(
            (not len(above) or (value - above[0]) * order >= 0)
            and (not len(below) or (below[0] - value) * order >= 0)
        )

    def _find_sums(self, *, down: bool) -> list[Sum]:
        """Totals that stand beside the run of their parts, in most rows (or columns)."""
        values = self._values if not down else self._values.T
        size, found = values.shape[1], []
        for total in range(size):
            ends = [(total + 1, last) for last in range(total + 2, size)]
            ends += [(first, total - 1) for first in range(total - 1)]
            for first, last in ends:
                if last - first < _LONGEST_SUM * (4 if down else 1) and self._adds_up(
                    values, total, first, last
                ):
                    found.append(Sum(down, total, first, last))
        return found

    def _adds_up(self, values: NDArray[np.float64], total: int, first: int, last: int) -> bool:
        parts = values[:, first : last + 1]
        known = ~np.isnan(values[:, total]) & ~np.isnan(parts).any(axis=1)
        known &= (np.nan_to_num(parts) != 0).sum(axis=1) > 1
        if known.sum() < _FEWEST:
            return False
        gap = np.abs(values[known, total] - parts[known].sum(axis=1))
        return float((gap <= self._rounding(last - first + 1)).mean()) >= _MOST

    def _rounding(self, parts: int) -> float:
        """What rounding may add to a sum: half a unit of the last decimal for each part."""
        return 10.0**-self._finest * max(1.0, 0.5 * parts) * 1.01

    def _kept(self, row: int, column: int, value: float) -> list[bool]:
        """For each sum that a cell is in whether it holds with the value."""
        kept = []
        for one in self._sums:
            line = (self._values[:, column] if one.down else self._values[row]).copy()
            place = row if one.down else column
            if place != one.total and not one.first <= place <= one.last:
                continue
            line[place] = value
            parts = line[one.first : one.last + 1]
            if np.isnan(parts).any() or np.isnan(line[one.total]):
                continue
            gap = abs(line[one.total] - parts.sum())
            kept.append(bool(gap <= self._rounding(len(parts))))
        return kept


def _header_rows(rows: list[list[str]]) -> int:
    """Rows from the top whose only numbers are years: they head the columns."""
    for index, row in enumerate(rows):
        numbers = [text for text in row if _number(text)]
        if numbers and not all(_year(text) for text in numbers):
            return index if index <= 3 else 0
    return 0


def _stray(text: str) -> bool:
    """Whether a text may be a number that a letter was read in."""
    return _confused(text) is not None and bool(np.isnan(value_of(text)))
