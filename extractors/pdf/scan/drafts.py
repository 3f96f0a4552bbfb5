"""Tables of a scanned page before their texts are settled: lines of print placed in cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from extractors.pdf.scan.glyphs import is_number
from extractors.pdf.scan.lines import Parts, PrintLine, find_lines
from extractors.pdf.scan.rules import Frame
from extractors.pdf.scan.settle import Item

PixelBox = tuple[float, float, float, float]

#: The share of a row's cells that have to hold as many lines as the others, and of the lines
#: that have to be numbers, for the lines to be rows without rules between them.
_ALIKE, _NUMBERS = 0.6, 0.4


@dataclass(slots=True)
class DraftCell:
    """A cell with its lines, the units it spans beyond its own, and its box in pixels."""

    box: PixelBox | None
    items: list[Item] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0


@dataclass(slots=True)
class Draft:
    """A table: cells by (row, column) of their top left unit, in ``rows`` by ``columns`` units."""

    box: PixelBox
    rows: int
    columns: int
    cells: dict[tuple[int, int], DraftCell]

    def spans(self) -> tuple[tuple[int, int, int, int], ...]:
        return tuple(
            (row, column, cell.last_row, cell.last_column)
            for (row, column), cell in sorted(self.cells.items())
            if (row, column) != (cell.last_row, cell.last_column)
        )


def lines_in(frame: Frame, parts: Parts, scale: float) -> list[list[PrintLine]]:
    """The lines of each cell of a frame."""
    return [find_lines(parts.within(frame.box(cell)), scale) for cell in frame.cells]


def draft_of(frame: Frame, items: Iterable[list[Item]]) -> Draft:
    """The table of a frame with the items of each of its cells."""
    cells = {
        (cell.row, cell.column): DraftCell(frame.box(cell), found, cell.last_row, cell.last_column)
        for cell, found in zip(frame.cells, items, strict=True)
    }
    box = (frame.xs[0], frame.ys[0], frame.xs[-1], frame.ys[-1])
    return _with_rows_split(Draft(box, len(frame.ys) - 1, len(frame.xs) - 1, cells))


def _with_rows_split(draft: Draft) -> Draft:
    """The table with a row made of each line where rules part only the columns."""
    bands = {row: _line_places(draft, row) for row in range(draft.rows)}
    first, starts = 0, {}
    for row in range(draft.rows):
        starts[row] = first
        first += max(1, len(bands[row]))
    starts[draft.rows] = first
    cells: dict[tuple[int, int], DraftCell] = {}
    for (row, column), cell in draft.cells.items():
        if bands[row] and cell.last_row == row:
            cells |= _cells_of_lines(cell, column, starts[row], bands[row])
        else:
            moved = DraftCell(cell.box, cell.items, starts[cell.last_row + 1] - 1, cell.last_column)
            cells[starts[row], column] = moved
    return Draft(draft.box, first, draft.columns, cells)


def _line_places(draft: Draft, row: int) -> list[float]:
    """The middles of the lines that are rows of their own within a row of cells, if they are."""
    filled = [
        cell
        for (at, _), cell in draft.cells.items()
        if at == row and cell.last_row == row and cell.items
    ]
    counts = Counter(len(cell.items) for cell in filled)
    if len(filled) < 2 or not counts:
        return []
    usual, often = max(counts.items(), key=lambda one: (one[1], one[0]))
    alike = [cell for cell in filled if len(cell.items) == usual]
    texts = [item.text for cell in alike for item in cell.items]
    numbers = sum(is_number(text) is not None for text in texts)
    if usual < 2 or often < _ALIKE * len(filled) or numbers < _NUMBERS * len(texts):
        return []
    middles = [[_middle(item) for item in cell.items] for cell in alike]
    return np.median(np.array(middles), axis=0).tolist()


def _cells_of_lines(
    cell: DraftCell, column: int, first: int, places: list[float]
) -> dict[tuple[int, int], DraftCell]:
    made: dict[tuple[int, int], DraftCell] = {}
    edges = [(a + b) / 2 for a, b in pairwise(places)]
    x0, top, x1, bottom = cell.box or (0.0, 0.0, 0.0, 0.0)
    tops, bottoms = [top, *edges], [*edges, bottom]
    for index in range(len(places)):
        box = (x0, tops[index], x1, bottoms[index])
        made[first + index, column] = DraftCell(box, [], first + index, cell.last_column)
    for item in cell.items:
        index = int(np.argmin([abs(_middle(item) - place) for place in places]))
        made[first + index, column].items.append(item)
    return made


def _middle(item: Item) -> float:
    return (item.line.box[1] + item.line.box[3]) / 2
