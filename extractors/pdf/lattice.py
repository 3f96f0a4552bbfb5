"""A grid of cells over a region: boundaries, which of them are printed where, and the cells.

A `Lattice` is all lines that part columns or rows anywhere in a table. Between two neighbours
of the finest grid a boundary is either there or not; cells that it does not part are one merged
cell. Readers make lattices; `fill` puts the print in and gives the `Grid`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extractors.model import Box
from extractors.pdf.model import Grid
from extractors.pdf.words import Run, run_of, text_of, union

#: (first row, first column, last row, last column) of a cell, counted from 0.
Area = tuple[int, int, int, int]


@dataclass(slots=True)
class Lattice:
    """``xs`` and ``ys`` are the boundaries from left and top, outer ones included. ``cells``
    tile it without overlap."""

    xs: list[float]
    ys: list[float]
    cells: list[Area]

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]


@dataclass(slots=True)
class Filled:
    """A lattice with the runs of every cell; ``taken`` counts the runs that lie in it, ``cut``
    those of them that a boundary runs through. ``header_rows`` is None where it is not known."""

    lattice: Lattice
    runs: dict[Area, list[Run]] = field(default_factory=dict)
    taken: int = 0
    cut: int = 0
    header_rows: int | None = None

    def cut_share(self) -> float:
        """What share of the runs a boundary cuts."""
        return self.cut / self.taken if self.taken else 0.0

    def texts(self) -> dict[Area, str]:
        return {area: text_of(runs) for area, runs in self.runs.items()}


def tiles(
    rows: int, columns: int, right: Sequence[Sequence[bool]], below: Sequence[Sequence[bool]]
) -> list[Area]:
    """The cells that boundaries part: ``right[r][c]`` says whether (r, c) is parted from its right
    neighbour, ``below[r][c]`` from the one below.

    What hangs together without being a rectangle is cut into rectangles from the top left,
    each first as wide and then as high as it goes.
    """
    taken = [[False] * columns for _ in range(rows)]
    cells: list[Area] = []
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            last = column
            while last + 1 < columns and not right[row][last] and not taken[row][last + 1]:
                last += 1
            end = row
            while end + 1 < rows and _hangs(end, column, last, columns, right, below, taken):
                end += 1
            for r in range(row, end + 1):
                taken[r][column : last + 1] = [True] * (last + 1 - column)
            cells.append((row, column, end, last))
    return cells


def _hangs(end: int, first: int, last: int, columns: int, right, below, taken) -> bool:
    """Whether the row below ``end`` belongs to a cell that spans these columns."""
    span = range(first, last + 1)
    if any(below[end][c] or taken[end + 1][c] for c in span):
        return False
    if any(right[end + 1][c] for c in range(first, last)):
        return False
    opens = first > 0 and not right[end + 1][first - 1] and not taken[end + 1][first - 1]
    return not opens and (last + 1 >= columns or right[end + 1][last])


def fill(lattice: Lattice, runs: Iterable[Run]) -> Filled:
    """Put runs into the cells in which their middle lies; a run through a boundary is cut there."""
    filled = Filled(lattice)
    index = {
        (r, c): area
        for area in lattice.cells
        for r in range(area[0], area[2] + 1)
        for c in range(area[1], area[3] + 1)
    }
    for run in runs:
        row = _slot(lattice.ys, run.middle)
        if row is None:
            continue
        pieces = list(_cut(run, lattice.xs, row, index))
        filled.taken += _slot(lattice.xs, run.centre) is not None
        filled.cut += len(pieces) > 1
        for piece in pieces:
            column = _slot(lattice.xs, piece.centre)
            if column is None:
                continue
            place = _slot(lattice.ys, piece.middle)
            area = index[(place if place is not None else row, column)]
            filled.runs.setdefault(area, []).append(piece)
    return filled


def _cut(
    run: Run, xs: Sequence[float], row: int, index: dict[tuple[int, int], Area]
) -> Iterable[Run]:
    """A run in pieces, one a cell of its row; whole where it lies in one."""
    first, last = _slot(xs, run.x0 + 0.2 * run.size), _slot(xs, run.x1 - 0.2 * run.size)
    if first is None or last is None or first >= last or run.turns % 2:
        return [run]
    if index[(row, first)] == index[(row, last)]:
        return [run]
    pieces: dict[Area | None, list] = {}
    for glyph in run.glyphs:
        slot = _slot(xs, (glyph.box[0] + glyph.box[2]) / 2)
        pieces.setdefault(None if slot is None else index[(row, slot)], []).append(glyph)
    return [run_of(glyphs) for glyphs in pieces.values()]


def _slot(bounds: Sequence[float], at: float) -> int | None:
    """Between which two of the bounds a place lies; None outside."""
    place = bisect_right(bounds, at) - 1
    if place == len(bounds) - 1 and at <= bounds[-1] + 0.01:
        place -= 1
    return place if 0 <= place < len(bounds) - 1 else None


def grid_of(filled: Filled, page: int, reader: str, confidence: float) -> Grid | None:
    """The grid, without rows and columns in which no cell with print begins."""
    texts = {area: text for area, text in filled.texts().items() if text}
    if not texts:
        return None
    lattice = filled.lattice
    rows = sorted({area[0] for area in texts})
    columns = sorted({area[1] for area in texts})
    cells = [["" for _ in columns] for _ in rows]
    boxes: list[list[Box | None]] = [[None for _ in columns] for _ in rows]
    spans: list[Area] = []
    for area, text in texts.items():
        r, c = rows.index(area[0]), columns.index(area[1])
        last_r = _last(rows, area[2])
        last_c = _last(columns, area[3])
        # Titles that were taken to overlap keep their print.
        cells[r][c] = f"{cells[r][c]} {text}".strip()
        boxes[r][c] = _cell_box(lattice, area)
        if (last_r, last_c) != (r, c):
            spans.append((r, c, last_r, last_c))
    return Grid(
        page=page,
        box=union([lattice.box] + [run.box for runs in filled.runs.values() for run in runs]),
        rows=tuple(map(tuple, cells)),
        spans=tuple(sorted(spans)),
        boxes=tuple(map(tuple, boxes)),
        reader=reader,
        confidence=round(confidence, 3),
        header_rows=(
            None if filled.header_rows is None else sum(row < filled.header_rows for row in rows)
        ),
    )


def _last(kept: Sequence[int], index: int) -> int:
    return bisect_right(kept, index) - 1


def _cell_box(lattice: Lattice, area: Area) -> Box:
    return (
        lattice.xs[area[1]],
        lattice.ys[area[0]],
        lattice.xs[area[3] + 1],
        lattice.ys[area[2] + 1],
    )
