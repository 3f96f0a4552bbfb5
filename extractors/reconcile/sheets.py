"""Tables as the checks see them: numbers with the rounding they were printed with."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from extractors.model import Column, Row, Table
from extractors.periods import parse_period
from extractors.records.labels import column_label, name_of, squeeze
from extractors.records.panels import Grid, Panel, grid_of, header_period, row_label
from extractors.values import parse_value

_DECIMALS = re.compile(r"\d[\d,]*(?:\.(\d+))?")

#: Adding binary fractions is off by less than this share of the numbers.
NOISE = 1e-9

#: Rows that say what they are about; the rest heads or changes others.
DATA_ROWS = frozenset(("data", "total", "part"))


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number; ``half`` is half a unit of the last decimal that is printed."""

    value: float
    half: float
    text: str
    qualifier: str | None = None

    @property
    def low(self) -> float:
        """The least number that prints so."""
        return self.value - self.half

    @property
    def high(self) -> float:
        """The greatest number that prints so."""
        return self.value + self.half

    @property
    def units(self) -> float:
        """How many units of its last decimal it is: 75.10 is 7510."""
        return abs(self.value) / (2 * self.half)


@dataclass(eq=False)
class Sheet:
    """A table with its panels and the numbers of its value columns."""

    table: Table
    grid: Grid = field(init=False)

    def __post_init__(self) -> None:
        self.grid = grid_of(self.table)

    @cached_property
    def numbers(self) -> dict[int, list[Number | None]]:
        """The numbers of every value column, row by row; None where none is printed.

        A table that prints trailing zeros (38.0) prints every decimal that it knows. One that
        leaves them out (75.1 beside 76.59) has those of its column or of its row, whichever
        are fewer.
        """
        table = self.table
        wanted = [i for i, column in enumerate(table.columns) if column.role == "value"]
        texts = {i: [_text(row, i) for row in table.rows] for i in wanted}
        counts = {i: [_decimals(text) for text in texts[i]] for i in wanted}
        exact = any(_ends_in_zero(text) for column in texts.values() for text in column)
        by_column = {i: 0 if exact else max(counts[i], default=0) for i in wanted}
        by_row = [max((counts[i][r] for i in wanted), default=0) for r in range(len(table.rows))]
        return {
            i: [_number(text, min(by_column[i], by_row[r])) for r, text in enumerate(texts[i])]
            for i in wanted
        }

    @cached_property
    def labels(self) -> list[str]:
        """The label of every row by the stub of the first panel."""
        stubs = self.grid.panels[0].stubs if self.grid.panels else ()
        return [row_label(row, stubs) for row in self.table.rows]

    @cached_property
    def prints(self) -> list[tuple[str, ...]]:
        """What every row prints, without its serial numbers and ranks."""
        columns = [
            (i, column.role == "stub")
            for i, column in enumerate(self.table.columns)
            if column.role not in ("serial", "rank")
        ]
        return [
            tuple(
                squeeze(row.cells[i].value if carried else row.cells[i].text)
                for i, carried in columns
                if i < len(row.cells)
            )
            for row in self.table.rows
        ]

    @cached_property
    def imprint(self) -> Hashable:
        """What the value columns say; equal for tables that are copies of one another."""
        heads = (
            (i, self.names[i], self.unit(i), self.table.columns[i].field) for i in self.numbers
        )
        rates = (is_rate(self.table.columns[i]) for i in self.numbers)
        texts = (_text(row, i) for row in self.table.rows for i in self.numbers)
        return tuple(heads), tuple(rates), tuple(texts)

    @cached_property
    def names(self) -> list[str]:
        """The headers of the columns, levels joined, without white space."""
        return [column_label(column) for column in self.table.columns]

    @cached_property
    def periods(self) -> list[str | None]:
        """The period in the header of every column."""
        return [header_period(column) for column in self.table.columns]

    @cached_property
    def data_rows(self) -> list[int]:
        """The indexes of rows that carry values of their own."""
        return [i for i, row in enumerate(self.table.rows) if row.kind in DATA_ROWS]

    @property
    def panels(self) -> Sequence[Panel]:
        return self.grid.panels

    def row_period(self, index: int) -> str | None:
        """The period that a row's label is; None where it is more than a period."""
        label = self.labels[index]
        return parse_period(label) if label and not name_of(label).text else None

    def unit(self, index: int) -> str:
        """The unit of a column, as printed, ``""`` where none is."""
        column = self.table.columns[index]
        return squeeze(column.unit or "")

    def row_unit(self, row: Row) -> str:
        """The unit in a row's own unit column or in the brackets of its label."""
        unit = self.grid.panels[0].unit if self.grid.panels else None
        if unit is not None:
            return squeeze(_value(row, unit))
        label = row_label(row, self.grid.panels[0].stubs) if self.grid.panels else ""
        found = name_of(label).unit
        return found.text if found else ""


def is_rate(column: Column) -> bool:
    """Whether the column gives percentages."""
    return column.field == "rate" or column.measure in ("rate", "share") or column.unit == "%"


def _text(row: Row, index: int) -> str:
    return row.cells[index].text if index < len(row.cells) else ""


def _value(row: Row, index: int) -> str:
    return row.cells[index].value if index < len(row.cells) else ""


def _decimals(text: str) -> int:
    found = _DECIMALS.search(text)
    return len(found[1] or "") if found else 0


def _ends_in_zero(text: str) -> bool:
    found = _DECIMALS.search(text)
    return bool(found and found[1] and found[1].endswith("0"))


def _number(text: str, decimals: int) -> Number | None:
    if not text:
        return None
    value = parse_value(text)
    if value.number is None:
        return None
    own = max(decimals, _decimals(text))
    return Number(value.number, 0.5 * 10.0**-own, text, value.qualifier)
