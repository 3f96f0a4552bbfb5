"""Rows whose cells stand in other columns than their headers say.

Two accidents of conversion are undone, both by evidence of the row itself: a row moved
sideways, told by its codes, which stand in a column where no code of their shape stands; and
cells beyond the last header, told by the blanks that they left below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.model import Table
from extractors.schemes.codes import shape
from extractors.schemes.declare import declared_in
from extractors.schemes.headers import SchemeColumn
from extractors.schemes.text import Marked

#: A column that has fewer than this share of the codes of a shape has them by accident.
BY_ACCIDENT = 0.2


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its cells under the headers they belong to.

    ``moved`` is by how many columns cells were moved (0: none), ``beyond`` whether some stood
    beyond the header.
    """

    cells: list[Marked]
    moved: int = 0
    beyond: bool = False


def place_rows(
    table: Table, columns: Sequence[SchemeColumn], shapes: frozenset[str]
) -> list[Placed]:
    """The rows of a table, each cell in the column whose header it belongs to."""
    rows = [[Marked.of(cell.text) for cell in row.cells] for row in table.rows]
    usual = _usual_columns(rows, columns, shapes)
    headed = max((c.index for c in columns if table.columns[c.index].path), default=-1) + 1
    return [_without_overflow(_unshifted(cells, columns, shapes, usual), headed) for cells in rows]


def _usual_columns(
    rows: Sequence[Sequence[Marked]], columns: Sequence[SchemeColumn], shapes: frozenset[str]
) -> dict[str, Counter[int]]:
    usual: dict[str, Counter[int]] = {}
    for cells in rows:
        for column in columns:
            for node in declared_in(
                cells[column.index], shapes, column, elsewhere=_names_no(column)
            ):
                if node.code:
                    usual.setdefault(shape(node.code), Counter())[column.index] += 1
    return usual


def _names_no(column: SchemeColumn) -> bool:
    return not column.level and "code" not in column.fields


def _unshifted(
    cells: list[Marked],
    columns: Sequence[SchemeColumn],
    shapes: frozenset[str],
    usual: dict[str, Counter[int]],
) -> Placed:
    """A row moved back: everything from its first displaced code on."""
    for column in columns:
        for node in declared_in(cells[column.index], shapes, column, elsewhere=_names_no(column)):
            counts = usual.get(shape(node.code)) if node.code else None
            if not counts:
                continue
            best, most = counts.most_common(1)[0]
            step = best - column.index
            if step and counts[column.index] < BY_ACCIDENT * most:
                moved = _moved(cells, column.index, step)
                if moved is not None:
                    return Placed(moved, moved=step)
    return Placed(list(cells))


def _moved(cells: Sequence[Marked], start: int, step: int) -> list[Marked] | None:
    """The cells with those from ``start`` on moved by ``step``; None where one would be lost."""
    result = [cell if index < start else Marked("", "") for index, cell in enumerate(cells)]
    for index in range(start, len(cells)):
        if not cells[index]:
            continue
        target = index + step
        if not 0 <= target < len(cells) or result[target]:
            return None
        result[target] = cells[index]
    return result


def _without_overflow(row: Placed, headed: int) -> Placed:
    """Cells beyond the last header moved into the blanks that they left, ends kept in line."""
    cells = list(row.cells)
    width = len(cells) - headed
    beyond = [index for index in range(headed, len(cells)) if cells[index]]
    if not beyond or width > headed or any(cells[index - width] for index in beyond):
        return row
    for index in beyond:
        cells[index - width], cells[index] = cells[index], Marked("", "")
    return Placed(cells, row.moved, beyond=True)
