"""From tables and a layout to the blocks of a document.

What is printed is decided here, once for all backends: where cells are merged, where rules
run, where a table goes on over a page and how it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random

from tests.pdf.layouts import Layout, first_value, group_columns
from tests.pdf.measure import broken, column_widths
from tests.pdf.page import (
    A4,
    LEADING,
    PADDING,
    ROW_GAP,
    Align,
    Beside,
    Block,
    Break,
    Cell,
    Document,
    Edges,
    Grid,
    Paragraph,
)
from tests.roundtrip.layouts import Span, spans
from tests.roundtrip.prose import sentence
from tests.roundtrip.tables import Column, Row, Table

THICK, THIN, FINE = 1.5, 0.5, 0.75
#: Sizes of type tried from the largest until the columns fit.
SIZES = (9.0, 8.0, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5)
SHADED, STRIPE = "#d9e2f3", "#f2f2f2"
#: The column of prose beside a table, and the room between the two.
PROSE_WIDTH, GUTTER = 150.0, 20.0
#: Room of a page that stays free where we count the rows ourselves: captions and rounding.
SLACK = 0.86
#: Heads set over the columns of values where a layout wants more levels than the table has.
ABOVE = ("评估情况", "分项结果")

NOTE = "注：各项数据以当年公布的口径为准。"
FOOTNOTE = "① 指标口径见第{n}页的说明。"


class NoRoomError(ValueError):
    """A table that no size of type can set on the page without breaking a number."""


def compose(tables: Sequence[Table], layout: Layout) -> Document:
    """The document of some tables. Raises `NoRoomError` where one does not fit."""
    width, height = reversed(A4) if layout.landscape else A4
    document = Document(
        (),
        width,
        height,
        running=layout.running,
        numbered="— {n} —" if layout.running else None,
        footnote=FOOTNOTE if layout.footnotes else None,
    )
    rng = Random(len(tables))
    blocks: list[Block] = []
    if layout.prose:
        blocks += [*_prose_page(rng), Break()]
    for number, table in enumerate(tables):
        if number and layout.apart:
            blocks.append(Break())
        elif number and not layout.beside:
            blocks.append(Paragraph(sentence(rng)))
        blocks += _table_blocks(as_printed(table, layout), layout, document, rng)
    if layout.prose:
        blocks += [Break(), *_prose_page(rng)]
    return replace(document, blocks=tuple(blocks))


def as_printed(table: Table, layout: Layout) -> Table:
    """The table with what a layout adds to it: parts, header levels, a note."""
    if layout.levels > table.levels:
        table = replace(table, columns=_deepened(table, layout.levels - table.levels))
    if layout.footnotes and not table.notes:
        table = replace(table, notes=(NOTE,))
    return replace(table, parts=layout.parts, unfold=layout.unfold)


def _deepened(table: Table, more: int) -> tuple[Column, ...]:
    """The columns, those of values with ``more`` heads over all of them."""
    first = first_value(table)
    if first is None:
        return table.columns
    above = ABOVE[:more]
    return tuple(
        replace(column, printed=(*above, *column.printed)) if at >= first else column
        for at, column in enumerate(table.columns)
    )


def _prose_page(rng: Random) -> Iterator[Paragraph]:
    yield Paragraph("总体情况分析", "title")
    for _ in range(9):
        yield Paragraph("".join(sentence(rng) for _ in range(3)))


# --- one table ---------------------------------------------------------------------------


def _table_blocks(table: Table, layout: Layout, document: Document, rng: Random) -> Iterator[Block]:
    room = document.text_width - (PROSE_WIDTH + GUTTER if layout.beside else 0)
    grids = _grids(table, layout, room, document.text_height)
    caption = [Paragraph(table.caption, "caption", kept=True)] if table.caption else []
    unit = [Paragraph(table.unit, "unit", kept=True)] if table.unit else []
    above: list[Paragraph] = [*(() if layout.caption_below else caption), *unit]
    below = [*(caption if layout.caption_below else ()), *map(_note, table.notes)]
    blocks: list[Grid | Paragraph | Break] = [*above, grids[0]]
    for grid in grids[1:]:
        again = layout.continued == "again"
        blocks += [Break(), *([Paragraph(f"续表{table.number or ''}", "caption", True)] * again)]
        blocks.append(grid)
    blocks += below
    if layout.beside:
        prose = tuple(Paragraph(sentence(rng) + sentence(rng)) for _ in range(3))
        yield Beside(prose, tuple(b for b in blocks if not isinstance(b, Break)), PROSE_WIDTH)
        return
    yield from blocks


def _note(text: str) -> Paragraph:
    return Paragraph(text, "note")


def _grids(table: Table, layout: Layout, room: float, height: float) -> list[Grid]:
    """The table as one grid that a backend may break, or broken by us into a grid a page."""
    size, widths = _fitting(table, room)
    whole = _Setter(table, layout, size, widths)
    by_page = table.parts > 1 and table.unfold == "page"
    if not by_page and layout.continued != "again":
        return [whole.grid(_folded(table.rows, table.parts), first=True)]
    chunks = whole.chunks(height * SLACK)
    return [whole.grid(chunk, first=number == 0) for number, chunk in enumerate(chunks)]


def _fitting(table: Table, room: float) -> tuple[float, tuple[float, ...]]:
    """The largest size at which the columns fit, and their widths."""
    cells = [[row.cells[at] for row in table.rows] for at in range(len(table.columns))]
    heads = _narrow_heads(table.columns)
    for size in SIZES:
        widths = column_widths(cells, heads, room / table.parts, size)
        if widths is not None:
            return size, widths * table.parts
    raise NoRoomError(f"{table.caption}: {len(table.columns)} columns do not fit {room:.0f} points")


def _narrow_heads(columns: Sequence[Column]) -> list[list[str]]:
    """The header texts that stand over one column alone."""
    found: list[list[str]] = [[] for _ in columns]
    for span in spans(list(columns)):
        if span.left == span.right:
            found[span.left].append(span.text)
    return found


def _folded(rows: Sequence[Row], parts: int) -> list[tuple[str, ...]]:
    """Rows of one ranking in parts side by side; the last part may end with blanks."""
    length = -(-len(rows) // parts)
    blank = ("",) * len(rows[0].cells)
    return [
        tuple(
            cell
            for part in range(parts)
            for cell in (
                rows[at + part * length].cells if at + part * length < len(rows) else blank
            )
        )
        for at in range(length)
    ]


class _Setter:
    """Sets rows of one table at one size."""

    def __init__(
        self, table: Table, layout: Layout, size: float, widths: tuple[float, ...]
    ) -> None:
        self.table, self.layout, self.size, self.widths = table, layout, size, widths
        self.heads = spans([*table.columns] * table.parts) if table.header else []
        self.levels = table.levels if self.heads else 0
        self.groups = group_columns(table) if table.parts == 1 else []
        self.aligns = _aligns(table) * table.parts

    def lines(self, text: str, left: int, right: int) -> tuple[str, ...]:
        width = sum(self.widths[left : right + 1]) - 2 * PADDING
        return broken(text, width, self.size)

    def row_height(self, lines: int) -> float:
        return lines * self.size * LEADING + 2 * ROW_GAP

    def chunks(self, height: float) -> list[list[tuple[str, ...]]]:
        """The printed rows of every page; parts go on side by side on each."""
        head = sum(self._header_heights())
        pages: list[list[Row]] = [[]]
        filled = 0.0
        for row in self.table.rows:
            tall = self._height_of(row.cells) / self.table.parts
            if pages[-1] and head + filled + tall > height:
                pages.append([])
                filled = 0.0
            pages[-1].append(row)
            filled += tall
        return [_folded(page, self.table.parts) for page in pages]

    def _height_of(self, cells: Sequence[str]) -> float:
        return self.row_height(max(len(self.lines(c, at, at)) for at, c in enumerate(cells)))

    def _header_heights(self) -> list[float]:
        lines = [1] * self.levels
        for head in self.heads:
            needed = len(self.lines(head.text, head.left, head.right))
            over = needed - sum(lines[head.top : head.bottom + 1])
            lines[head.bottom] += max(0, over)
        return [self.row_height(count) for count in lines]

    def grid(self, rows: Sequence[tuple[str, ...]], *, first: bool) -> Grid:
        """The header and some rows; a page after the first has the header where wanted."""
        headed = first or self.layout.continued != "nothing"
        levels = self.levels if headed else 0
        heights = [*self._header_heights()[:levels], *map(self._height_of, rows)]
        cells = [self._head(span) for span in self.heads] if headed else []
        cells += [c for number, row in enumerate(rows) for c in self._row(number, row, levels)]
        cells = self._merged(cells, rows, levels) if self.layout.merged else cells
        rule = _RULES[self.layout.rules]
        labels = frozenset(self.groups)
        ruled = [
            replace(cell, edges=rule(cell, levels, len(heights), len(self.widths), labels))
            for cell in cells
        ]
        return Grid(
            cells=tuple(_shared(ruled)),
            widths=self.widths,
            heights=tuple(heights),
            header_rows=levels,
            size=self.size,
            repeated=self.layout.continued != "nothing",
            middle=self.layout.rules in ("all", "no top"),
        )

    def _head(self, span: Span) -> Cell:
        return Cell(
            span.top,
            span.left,
            self.lines(span.text, span.left, span.right),
            span.bottom - span.top + 1,
            span.right - span.left + 1,
            fill=SHADED if self.layout.zebra else None,
        )

    def _row(self, number: int, row: Sequence[str], levels: int) -> Iterator[Cell]:
        fill = STRIPE if self.layout.zebra and number % 2 else None
        for at, text in enumerate(row):
            lines = self.lines(text, at, at)
            yield Cell(number + levels, at, lines, align=self.aligns[at], fill=fill)

    def _merged(
        self, cells: Sequence[Cell], rows: Sequence[Sequence[str]], levels: int
    ) -> list[Cell]:
        """Cells with the blanks below a group's label taken into the label's cell."""
        label: dict[int, int] = {}
        extra: dict[tuple[int, int], int] = {}
        for number, row in enumerate(rows):
            for at in self.groups:
                if at in label and not row[at] and any(row[at + 1 :]):
                    extra[label[at], at] = extra.get((label[at], at), 1) + 1
                else:
                    label[at] = number
        gone = {
            (first + below, at) for (first, at), count in extra.items() for below in range(1, count)
        }
        return [
            replace(cell, rows=extra.get((cell.row - levels, cell.column), cell.rows))
            for cell in cells
            if (cell.row - levels, cell.column) not in gone
        ]


def _aligns(table: Table) -> list[Align]:
    """Names stand at the left where they are long, numbers at the right of wide columns."""
    aligns: list[Align] = []
    for at, column in enumerate(table.columns):
        longest = max((len(row.cells[at]) for row in table.rows), default=0)
        if column.role in ("value", "total"):
            aligns.append("right")
        else:
            aligns.append("left" if longest > 8 else "center")
    return aligns


# --- rules -------------------------------------------------------------------------------


def _shared(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Cells whose upper rule is the lower one of the cell above: an office prints the thinner."""
    below = {
        (cell.row + cell.rows, at): cell.edges.bottom
        for cell in cells
        for at in range(cell.column, cell.column + cell.columns)
    }
    for cell in cells:
        top = max(cell.edges.top, below.get((cell.row, cell.column), 0.0))
        yield replace(cell, edges=replace(cell.edges, top=top))


#: The edges of a cell of a grid of (header rows, rows, columns) with some label columns.
_Rule = Callable[[Cell, int, int, int, frozenset[int]], Edges]


def _all(cell: Cell, levels: int, rows: int, columns: int, labels: frozenset[int]) -> Edges:
    return Edges(THIN, THIN, THIN, THIN)


def _none(cell: Cell, levels: int, rows: int, columns: int, labels: frozenset[int]) -> Edges:
    return Edges()


def _three(cell: Cell, levels: int, rows: int, columns: int, labels: frozenset[int]) -> Edges:
    last = cell.row + cell.rows
    bottom = 0.0
    if last == rows:
        bottom = THICK
    elif last == levels:
        bottom = FINE
    elif last < levels and cell.columns > 1:
        bottom = THIN  # the short rule below a head that others share
    return Edges(top=THICK if cell.row == 0 else 0.0, bottom=bottom)


def _no_top(cell: Cell, levels: int, rows: int, columns: int, labels: frozenset[int]) -> Edges:
    return Edges(THIN, 0.0 if cell.row == 0 else THIN, THIN, THIN)


def _open(cell: Cell, levels: int, rows: int, columns: int, labels: frozenset[int]) -> Edges:
    if cell.column not in labels or cell.row < levels:
        return Edges(THIN, THIN, THIN, THIN)
    return Edges(THIN, THIN if cell.row == levels else 0.0, THIN, 0.0)


_RULES: dict[str, _Rule] = {
    "all": _all,
    "three": _three,
    "none": _none,
    "no top": _no_top,
    "open": _open,
}
