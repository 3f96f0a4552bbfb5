"""A table cut into sheets: pages of a bounded size, each with its rows and their lines.

Everything on a sheet is linked within it: a row to the line it starts in, a finding to the
line it is about, so that a click works from disk and without a script.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import escape

from extractors.model import Table
from flows.report.gather import Mark, TableRows
from flows.report.source import Source, SourceLine

#: What the rows of a sheet may weigh, in bytes as escaped: half of the 2 MB that no page may pass.
SHEET = 1_000_000

#: The bytes that stand around the text of a cell or a line, and around a mark: it stands in the
#: list, on its cell and on its line.
AROUND = 120
AROUND_MARK = 1_500

#: The most characters shown of a text; what is longer is cut, and says how much is missing. A
#: row of very many columns has less for each, so that no row alone fills a page.
LONGEST = 2_000
LONGEST_ROW = 50_000

#: The most characters shown of what a mark says.
LONGEST_MARK = 500

#: The most marks about a whole table that its first sheet lists.
MOST_OF_TABLE = 100

#: Lines shown before and after those of a row on a sheet that starts within a table.
CONTEXT = 1


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: its text, whether that was carried into a blank, and its marks."""

    column: int
    text: str
    is_filled: bool
    line: int | None
    box: str | None
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row with its number, the line it starts in and the marks that are about all of it."""

    number: int
    page: int | None
    line: int | None
    cells: Sequence[CellView]
    marks: Sequence[Mark]


@dataclass(slots=True)
class Sheet:
    """One page of a table: ``number`` counts from 1. ``marks`` are all that stand on it.

    ``of_table`` are those about no row of it, on the first sheet; ``untold`` counts the others.
    """

    number: int
    rows: list[RowView]
    marks: list[Mark] = field(default_factory=list)
    of_table: list[Mark] = field(default_factory=list)
    untold: int = 0
    lines: list[SourceLine] = field(default_factory=list)

    def line_of(self, mark: Mark) -> int | None:
        """The line that a mark leads to: its own, else that of its row, else the first."""
        own = {row.number: row.line for row in self.rows}.get(mark.row)
        return mark.line or own or (self.lines[0].number if self.lines else None)


def cut(text: str | None, longest: int = LONGEST) -> str:
    """A text as long as a page can carry; what is missing is said."""
    text = text or ""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… (+{len(text) - longest})"


def sheets(rows: TableRows, source: Source) -> list[Sheet]:
    """A table as sheets, in the order of its rows; one at least."""
    found = [Sheet(number, views) for number, views in enumerate(_runs(_rows(rows)), start=1)] or [
        Sheet(1, [])
    ]
    sheet_of = {row.number: sheet for sheet in found for row in sheet.rows}
    for mark in rows.marks:
        sheet = sheet_of.get(mark.row, found[0])
        if mark.row in sheet_of or len(sheet.of_table) < MOST_OF_TABLE:
            (sheet.marks if mark.row in sheet_of else sheet.of_table).append(mark)
        else:
            sheet.untold += 1
    found[0].marks[:0] = found[0].of_table
    numbers = _line_numbers(rows, found, source.table(rows.table["table_id"]))
    for sheet, mine in zip(found, numbers, strict=True):
        sheet.lines = source.lines(mine)
    return found


def _rows(rows: TableRows) -> list[RowView]:
    marks: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in rows.marks:
        marks[mark.row, mark.column].append(mark)
    cells: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for cell in rows.cells:
        cells[cell["row_number"]].append(cell)
    return [
        _row(number, sorted(cells[number], key=lambda cell: int(cell["column_number"])), marks)
        for number in sorted(cells)
    ]


def _row(
    number: int,
    cells: Sequence[Mapping[str, Any]],
    marks: Mapping[tuple[int, int], Sequence[Mark]],
) -> RowView:
    lines = [cell["line"] for cell in cells if cell["line"]]
    longest = min(LONGEST, LONGEST_ROW // len(cells))
    return RowView(
        number=number,
        page=next((cell["page"] for cell in cells if cell["page"]), None),
        line=min(lines, default=None),
        cells=[
            CellView(
                column=cell["column_number"],
                text=cut(cell["value_printed"] or cell["value_filled"], longest),
                is_filled=not cell["value_printed"] and bool(cell["value_filled"]),
                line=cell["line"],
                box=cell["bbox"],
                marks=marks.get((number, cell["column_number"]), ()),
            )
            for cell in cells
        ],
        marks=marks.get((number, 0), ()),
    )


def _runs(rows: Iterable[RowView]) -> Iterable[list[RowView]]:
    """Rows in runs that a page can carry."""
    run: list[RowView] = []
    weight = 0
    for row in rows:
        more = _weight(row)
        if run and weight + more > SHEET:
            yield run
            run, weight = [], 0
        run.append(row)
        weight += more
    if run:
        yield run


def _weight(row: RowView) -> int:
    """What a row may weigh, in bytes: its cells, as much again for its lines, and its marks."""
    cells = sum(2 * (_bytes(cell.text) + AROUND) for cell in row.cells)
    marks = [*row.marks, *(mark for cell in row.cells for mark in cell.marks)]
    told = [text for mark in marks for text in (mark.printed, mark.expected, mark.evidence)]
    return cells + sum(_bytes(cut(text, LONGEST_MARK)) for text in told) + AROUND_MARK * len(marks)


def _bytes(text: str) -> int:
    return len(escape(text).encode("utf-8", "replace"))


def _line_numbers(rows: TableRows, found: Sequence[Sheet], table: Table | None) -> list[set[int]]:
    """The lines that each sheet shows.

    Those of its rows and marks, of the header on every sheet, and what stands between the
    rows (page furniture, repeated headers) where the row before it is.
    """
    numbers: list[set[int]] = [set() for _ in found]
    sheet_of_line: dict[int, int] = {}
    for position, sheet in enumerate(found):
        mine = {cell.line for row in sheet.rows for cell in row.cells if cell.line}
        for line in sorted(mine):
            sheet_of_line.setdefault(line, position)
        around = {n + d for n in mine for d in range(-CONTEXT, CONTEXT + 1)} if position else mine
        numbers[position] |= around | {mark.line for mark in sheet.marks if mark.line}
    numbers[0].add(rows.table["line"] or 1)
    if table is None:
        return numbers
    for shown in numbers:
        shown.update(table.header_lines[: len(rows.columns)])
    numbers[0] |= {table.caption_line} if table.caption_line else set()
    numbers[-1] |= {note.line for note in table.notes}
    position = 0
    for first, last in sorted(table.lines):
        for line in range(first, last + 1):
            position = sheet_of_line.get(line, position)
            numbers[position].add(line)
    return numbers
