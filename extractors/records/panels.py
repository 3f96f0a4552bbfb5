"""The halves of a table and the columns that belong together in each.

A table whose halves stay side by side has one panel a half; any other has one. Where one
rank column stands before several columns of names, each with a period of its own (第一届,
第二届 …), every column of names is a list with its own stub.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.model import Column, Row, Table
from extractors.periods import parse_period
from extractors.records.labels import name_of, squeeze

#: Fields of a text column that holds names of entities, a list of its own.
NAMES = frozenset(("area", "entity"))


@dataclass(frozen=True, slots=True)
class Panel:
    """Indexes of the columns of one half, by what they do. ``unit`` is the unit column."""

    number: int
    ranks: tuple[int, ...] = ()
    stubs: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    periods: tuple[int, ...] = ()
    values: tuple[int, ...] = ()
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's panels, and for every column the stub columns that label its cells.

    ``names`` are the columns of names that share one rank column (empty in most tables).
    """

    panels: tuple[Panel, ...]
    stubs: tuple[tuple[int, ...], ...]
    names: tuple[int, ...] = ()


def grid_of(table: Table) -> Grid:
    """The panels of a table."""
    numbers = sorted({column.panel for column in table.columns})
    panels = [_panel(table.columns, number) for number in numbers]
    panels = _shared(panels)
    names = _name_columns(table.columns)
    by_number = {panel.number: panel for panel in panels}
    stubs = tuple(
        _stubs_of(index, column, names, by_number) for index, column in enumerate(table.columns)
    )
    return Grid(tuple(panels), stubs, names)


def _panel(columns: Sequence[Column], number: int) -> Panel:
    def of(*roles: str) -> tuple[int, ...]:
        return tuple(
            index
            for index, column in enumerate(columns)
            if column.panel == number and column.role in roles
        )

    units = of("unit")
    return Panel(
        number,
        ranks=of("rank"),
        stubs=of("stub"),
        classes=of("class"),
        periods=of("period"),
        values=of("value"),
        unit=units[0] if units else None,
    )


def _shared(panels: list[Panel]) -> list[Panel]:
    """A half without a stub of its own has the first half's; names without a rank beside
    them have the first half's rank, if it has one."""
    first = panels[0] if panels else Panel(0)
    shared = first.ranks if len(first.ranks) == 1 else ()
    return [
        replace(
            panel,
            stubs=panel.stubs or first.stubs or panel.periods or first.periods,
            ranks=panel.ranks or (shared if panel.stubs else ()),
            unit=panel.unit if panel.unit is not None else first.unit,
        )
        for panel in panels
    ]


def _name_columns(columns: Sequence[Column]) -> tuple[int, ...]:
    """The columns of names, where several share the one rank column of the table."""
    if sum(column.role == "rank" for column in columns) != 1:
        return ()
    if any(column.role == "value" for column in columns):
        return ()
    names = tuple(
        index
        for index, column in enumerate(columns)
        if column.role in ("stub", "text")
        and (header_period(column) or column.role == "text" and column.field in NAMES)
    )
    return names if len(names) > 1 else ()


def _stubs_of(
    index: int, column: Column, names: tuple[int, ...], panels: dict[int, Panel]
) -> tuple[int, ...]:
    if not names:
        return panels[column.panel].stubs
    return (index,) if index in names else ()


def header_period(column: Column) -> str | None:
    """The period in a column's header, from the match or from the innermost level that has one."""
    if column.period:
        return parse_period(column.period) or column.period
    levels = (name_of(level).period for level in reversed(column.path))
    return next((period for period in levels if period), None)


def row_label(row: Row, stubs: Sequence[int]) -> str:
    """The text of the stub without white space; several stub columns are joined by ``/``.

    A stub that is carried down from a merged cell counts; one that stays blank is left out.
    """
    if len(stubs) == 1:
        index = stubs[0]
        return squeeze(row.cells[index].value) if index < len(row.cells) else ""
    parts = (squeeze(row.cells[index].value) for index in stubs if index < len(row.cells))
    return "/".join(part for part in parts if part)


def labels_of(table: Table, stubs: Sequence[int]) -> tuple[str, ...]:
    """The distinct labels of the rows with values, in order."""
    labels = (row_label(row, stubs) for row in table.rows if row.kind in ("data", "total"))
    return tuple(dict.fromkeys(label for label in labels if label))
