"""One findings type: a `Doubt` whose severity comes from its code."""

from __future__ import annotations

from extractors.model import Doubt, Table
from schemas.findings import FINDINGS


def at_cell(
    code: str,
    table: Table,
    row: int | None = None,
    column: int | None = None,
    *,
    printed: str | None = None,
    expected: str | None = None,
    evidence: str | None = None,
) -> Doubt:
    """A finding in a table; ``row`` and ``column`` are indexes from 0, None for the whole.

    The line is the cell's own where a row takes several, else the row's, else the caption's.
    """
    line, page = table.caption_line or table.line, table.page
    if row is not None:
        line, page = table.rows[row].line, table.rows[row].page
        cells = table.rows[row].cells
        if column is not None and column < len(cells):
            line = cells[column].line
            printed = cells[column].text if printed is None else printed
    elif column is not None:
        line = table.header_lines[0] if table.header_lines else table.line
    return Doubt(
        check=code,
        severity=FINDINGS[code].severity,
        line=line,
        page=page,
        table_id=table.table_id,
        row_number=0 if row is None else row + 1,
        column_number=None if column is None else column + 1,
        printed=printed,
        expected=expected,
        evidence=evidence,
    )


def at_line(
    code: str,
    line: int,
    page: int | None = None,
    *,
    printed: str | None = None,
    expected: str | None = None,
    evidence: str | None = None,
) -> Doubt:
    """A finding outside tables."""
    return Doubt(
        check=code,
        severity=FINDINGS[code].severity,
        line=line,
        page=page,
        printed=printed,
        expected=expected,
        evidence=evidence,
    )


def shown(value: float, half: float = 0.0) -> str:
    """A computed number with as many decimals as the printed one it stands against."""
    decimals = 0
    while half and decimals < 9 and round(0.5 * 10.0**-decimals, 12) > half * 1.000001:
        decimals += 1
    return f"{value:.{decimals}f}" if half else f"{value:.10g}"
