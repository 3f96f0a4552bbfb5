"""A recovered table as one to print."""

from __future__ import annotations

import re

from extractors.model import Table as Recovered
from tests.roundtrip.tables import Column, Role, Row, Table

#: Roles of recovered columns that printing does not tell from text.
_ROLES: dict[str, Role] = {
    "rank": "rank",
    "serial": "serial",
    "stub": "stub",
    "class": "class",
    "unit": "unit",
    "value": "value",
}

#: The number in a caption: 图表 14, 附件 1, 表3.
_NUMBER = re.compile(r"^(?:续?图?表|附[件表])\s*(\d+(?:[-.]\d+)?)")


def printable(table: Recovered) -> Table:
    """The table as printed: its caption, unit, header levels, cells and notes."""
    number = _NUMBER.match(table.caption or "")
    columns = [
        Column(column.path or ("",), _ROLES.get(column.role, "text")) for column in table.columns
    ]
    return Table(
        columns=tuple(columns),
        rows=tuple(
            Row(
                tuple(cell.text for cell in row.cells),
                row.kind if row.kind in ("section", "total") else "data",
            )
            for row in table.rows
        ),
        caption=table.caption,
        number=number[1] if number else None,
        unit=f"单位：{table.unit}" if table.unit else None,
        notes=tuple(note.text for note in table.notes),
    )
