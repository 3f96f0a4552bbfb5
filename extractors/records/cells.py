"""Rows of ``tables`` and ``cells``: everything that was printed, under its labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from extractors.model import Cell, Column, Table
from extractors.records.labels import column_label, squeeze
from extractors.records.panels import Grid, row_label


def table_row(table: Table) -> dict[str, Any]:
    """The row of ``tables``: what was recovered, as printed, with how sure the reading is."""
    return {
        "table_id": table.table_id,
        "caption": table.caption,
        "kind": table.kind,
        "group": table.group,
        "unit": table.unit,
        "rows": len(table.rows),
        "columns": len(table.columns),
        "page": table.page,
        "line": table.line,
        "confidence": table.confidence,
        "headings": _json(list(table.headings)),
        "notes": _json([note.text for note in table.notes]),
        "column_fields": _json([_taken_for(column) for column in table.columns]),
    }


def _taken_for(column: Column) -> dict[str, Any]:
    return {
        "label": column_label(column),
        "role": column.role,
        "field": column.field,
        "confidence": column.confidence,
        "reason": column.reason,
    }


def cell_rows(table: Table, grid: Grid) -> Iterator[dict[str, Any]]:
    """A row for every printed cell of every row, and for every blank that a merged cell fills.

    A blank that nothing fills has no row: it prints nothing. A cell is labelled by the stub
    of its own half, and its page and line are those where its row starts, however many
    lines the row takes.
    """
    labels = [column_label(column) for column in table.columns]
    for row_number, row in enumerate(table.rows, start=1):
        stubs: dict[tuple[int, ...], str] = {}
        for index, cell in enumerate(row.cells[: len(labels)]):
            if not cell.text and not cell.filled:
                continue
            columns = grid.stubs[index]
            if columns not in stubs:
                stubs[columns] = row_label(row, columns) if columns else _own_label(row.cells)
            yield {
                "table_id": table.table_id,
                "row_number": row_number,
                "column_number": index + 1,
                "row_label": stubs[columns],
                "column_label": labels[index],
                "value_printed": cell.text,
                "value_filled": cell.filled if not cell.text else None,
                "page": row.page,
                "line": row.line,
                "bbox": _json(list(cell.box)) if cell.box else None,
            }


def _own_label(cells: list[Cell]) -> str:
    """The label of a row without a stub: its first printed cell (a rank before lists of names)."""
    return next((squeeze(cell.text) for cell in cells if cell.text), "")


def _json(value: list[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
