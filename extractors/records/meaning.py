"""What the value where a row and a column cross is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractors.areas import Area
from extractors.model import Cell, Row
from extractors.records.subjects import BY_ROW, ColumnSubject, Path, Plan, RowSubject
from extractors.units import Unit, parse_unit
from extractors.values import Value


@dataclass(frozen=True, slots=True)
class Crossing:
    """A printed value of a table with its row and column; numbers count from 1."""

    row_number: int
    column_number: int
    row: Row
    cell: Cell
    row_subject: RowSubject
    column_subject: ColumnSubject


def crossings(plan: Plan) -> Iterator[Crossing]:
    """Every value cell in which something is printed (or carried), row by row.

    A row that heads others has none.
    """
    panels = [(plan.subjects[panel.number], panel.values) for panel in plan.grid.panels]
    for number, row in enumerate(plan.table.rows):
        for subjects, values in panels:
            subject = subjects[number]
            if subject is None:
                continue
            for index in values:
                cell = row.cells[index] if index < len(row.cells) else None
                if cell is not None and cell.value:
                    yield Crossing(number + 1, index + 1, row, cell, subject, plan.columns[index])


def path_of(plan: Plan, row: RowSubject, column: ColumnSubject) -> Path:
    """The indicator of a value: the row names it in tables of indicators, else the column."""
    return row.path if plan.axis in BY_ROW else column.path


def measure_of(plan: Plan, row: RowSubject, column: ColumnSubject) -> str:
    """The column's measure, where it names one (规划目标), else the row's (覆盖率).

    A change row (增长量) and a statistic of a correlation say it of every column.
    """
    if row.measure and (column.measure == "value" or plan.axis != "indicator"):
        return row.measure
    return column.measure


def period_of(plan: Plan, row: RowSubject, column: ColumnSubject) -> str | None:
    """The column's own time, else the row's, else the table's."""
    return column.period or row.period or plan.period


def breakdown_of(row: RowSubject, column: ColumnSubject) -> str | None:
    """What row and column break the indicator down by."""
    if row.breakdown and column.breakdown:
        return f"{row.breakdown}/{column.breakdown}"
    return row.breakdown or column.breakdown


def area_of(plan: Plan, row: RowSubject, column: ColumnSubject) -> Area | None:
    """The column's place, else the row's; the context's only where rows are no entities."""
    if column.place is not None:
        return column.place
    if plan.axis in ("area", "entity"):
        return row.area
    return plan.place


def unit_of(plan: Plan, row: RowSubject, column: ColumnSubject, value: Value) -> Unit | None:
    """The unit in the cell says most; else the header, the row and the table."""
    if value.is_percent:
        return parse_unit("%")
    if value.unit:
        return parse_unit(value.unit)
    return column.unit or row.unit or plan.unit
