"""What rules leave out: cells that hold several columns, rows or labels are parted by the print.

Many tables rule only their columns, only their rows, or the header alone. The boundaries that are
there stay; others are added where the print of several cells agrees on them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from extractors.pdf.lattice import Area, Filled, Lattice, fill
from extractors.pdf.rules import Rule
from extractors.pdf.segments import VALUE_KINDS, mark_prose, segments_in
from extractors.pdf.words import Run, lines_of, text_of
from extractors.values import kind_of

#: Lines of neighbouring columns belong to one row where their middles differ by less than this
#: part of the type size.
_LEVEL = 0.35

#: Of the lines in a column, this share must be values for it to show where rows are.
_VALUES = 0.75

#: Lines of a cell further apart than this (type sizes) are labels of their own.
_APART = 1.5

#: A column without rules stands beside at least this part of the rows, and not further from
#: them than this (type sizes).
_BESIDE, _NEAR = 0.75, 12.0


def refined(lattice: Lattice, runs: Sequence[Run]) -> Filled:
    """A lattice with print, its cells parted where the print shows that they are several."""
    filled = fill(lattice, runs)
    filled = _parted_columns(filled, runs)
    filled = _parted_labels(filled, runs)
    return _parted_rows(filled, runs)


def with_open_sides(lattice: Lattice, runs: Sequence[Run], across: Sequence[Rule]) -> Lattice:
    """A lattice with a column more on a side where nearly every row has print beside it.

    Stubs are often set without rules, and the rules of the columns do not reach over them; on the
    right, where a chart may stand, one of the rules ``across`` the page has to. ``runs`` are those
    that lie in no other lattice.
    """
    for left in (True, False):
        beside = _beside(lattice, runs, left)
        if beside is None or not (left or _reaches(across, lattice, beside[1])):
            continue
        edge = beside[0] - 1 if left else beside[1] + 1
        rows = len(lattice.ys) - 1
        if left:
            cells = [(a[0], a[1] + 1, a[2], a[3] + 1) for a in lattice.cells]
            cells += [(row, 0, row, 0) for row in range(rows)]
            lattice = Lattice([edge, *lattice.xs], lattice.ys, sorted(cells))
        else:
            last = len(lattice.xs) - 1
            cells = lattice.cells + [(row, last, row, last) for row in range(rows)]
            lattice = Lattice([*lattice.xs, edge], lattice.ys, sorted(cells))
    return lattice


def _reaches(across: Sequence[Rule], lattice: Lattice, right: float) -> bool:
    _, top, x1, bottom = lattice.box
    return any(
        top - 1 <= rule.at <= bottom + 1 and rule.start < x1 and rule.end >= right - 1
        for rule in across
    )


def _beside(lattice: Lattice, runs: Sequence[Run], left: bool) -> tuple[float, float] | None:
    """The extent (left, right) of the segments that stand beside the rows of a lattice, one a
    row; None where it is less than most rows that have them, or where they are prose."""
    x0, top, x1, bottom = lattice.box
    level = [run for run in runs if top < run.middle < bottom and not run.turns]
    level = [run for run in level if (run.x1 <= x0 + 1 if left else run.x0 >= x1 - 1)]
    lines = segments_in(level)
    mark_prose(lines)
    nearest = [line[-1] if left else line[0] for line in lines]
    rows = {bisect_right(lattice.ys, piece.middle) for piece in nearest if not piece.is_prose}
    count = len(lattice.ys) - 1
    if count < 3 or len(rows) < _BESIDE * count or len(nearest) > len(rows) + 1:
        return None
    start, end = min(piece.x0 for piece in nearest), max(piece.x1 for piece in nearest)
    gap = x0 - end if left else start - x1
    return (start, end) if gap < _NEAR * nearest[0].size else None


def _parted_columns(filled: Filled, runs: Sequence[Run]) -> Filled:
    """Cells over several columns, parted at the boundaries that lie between their segments."""
    lattice = filled.lattice
    cells: list[Area] = []
    for area in lattice.cells:
        inside = filled.runs.get(area, [])
        cuts = _cuts(inside, area, lattice.xs) if area[1] < area[3] and len(inside) > 1 else []
        starts, ends = [area[1], *cuts], [*(cut - 1 for cut in cuts), area[3]]
        cells += [(area[0], a, area[2], b) for a, b in zip(starts, ends, strict=True)]
    return filled if len(cells) == len(lattice.cells) else _refilled(lattice, cells, runs)


def _cuts(runs: Sequence[Run], area: Area, xs: Sequence[float]) -> list[int]:
    """The boundaries inside a cell (the column that begins there) that part its segments.

    Where each stands in one column, all boundaries part; else the one in the middle of a gap.
    """
    lines = segments_in(runs)
    if not any(len(line) > 1 for line in lines):
        return []
    covered = sorted((piece.x0 + 1, piece.x1 - 1) for line in lines for piece in line)
    inner = range(area[1] + 1, area[3] + 1)
    free = [c for c in inner if not any(x0 < xs[c] < x1 for x0, x1 in covered)]
    if len(free) == area[3] - area[1]:
        return free
    cuts: list[int] = []
    end = covered[0][1]
    for x0, x1 in covered[1:]:
        within = [c for c in free if end <= xs[c] <= x0]
        if within:
            middle = (end + x0) / 2
            cuts.append(min(within, key=lambda c: abs(xs[c] - middle)))
        end = max(end, x1)
    return cuts


def _parted_labels(filled: Filled, runs: Sequence[Run]) -> Filled:
    """Cells over many rows with a line in nearly every one, parted into these rows; and such
    with labels far apart, parted where each label begins."""
    lattice = filled.lattice
    cells: list[Area] = []
    for area in lattice.cells:
        starts = [area[0]]
        if area[2] - area[0] >= 2 and _fills_rows(filled, area):
            starts = list(range(area[0], area[2] + 1))
        elif area[2] > area[0]:
            starts = _label_rows(filled, area)
        ends = [*(start - 1 for start in starts[1:]), area[2]]
        cells += [(a, area[1], b, area[3]) for a, b in zip(starts, ends, strict=True)]
    return filled if len(cells) == len(lattice.cells) else _refilled(lattice, cells, runs)


def _label_rows(filled: Filled, area: Area) -> list[int]:
    """The rows of a cell in which a label begins: lines with at least a blank line between."""
    ys = filled.lattice.ys
    starts = [area[0]]
    bottom: float | None = None
    for line in lines_of(filled.runs.get(area, [])):
        top = min(run.top for run in line)
        if bottom is not None and top - bottom > _APART * line[0].size:
            row = bisect_right(ys, line[0].middle) - 1
            if row > starts[-1]:
                starts.append(row)
        bottom = max(run.bottom for run in line)
    return starts


def _fills_rows(filled: Filled, area: Area) -> bool:
    """Whether a cell has a line in nearly every row it covers, at the height of its neighbours."""
    ys = filled.lattice.ys
    lines = lines_of(filled.runs.get(area, []))
    rows = area[2] - area[0] + 1
    if len(lines) < 0.8 * rows:
        return False
    others = [
        run.middle
        for other, runs in filled.runs.items()
        if other != area and area[0] <= other[0] and other[2] <= area[2]
        for run in runs
    ]
    level = taken = 0
    for line in lines:
        middle, size = line[0].middle, line[0].size
        level += any(abs(middle - other) < _LEVEL * size for other in others)
        taken += any(ys[r] < middle < ys[r + 1] for r in range(area[0], area[2] + 1))
    return level >= 0.8 * len(lines) and taken == len(lines)


def _parted_rows(filled: Filled, runs: Sequence[Run]) -> Filled:
    """Rows in which columns of values run over several lines of the same heights, parted."""
    lattice = filled.lattice
    cuts: dict[int, list[float]] = {}
    by_row: dict[int, list[list[Run]]] = {}
    for area, inside in filled.runs.items():
        if area[0] == area[2] and len(inside) > 1:
            by_row.setdefault(area[0], []).append(inside)
    for row, several in by_row.items():
        heights = _row_heights(several)
        if len(heights) > 1:
            cuts[row] = [(a + b) / 2 for a, b in pairwise(heights)]
    if not cuts:
        return filled
    ys: list[float] = []
    first_of: list[int] = []
    for row, top in enumerate(lattice.ys[:-1]):
        first_of.append(len(ys))
        ys += [top, *cuts.get(row, [])]
    first_of.append(len(ys))
    ys.append(lattice.ys[-1])
    cells: list[Area] = []
    for area in lattice.cells:
        first, last = first_of[area[0]], first_of[area[2] + 1] - 1
        if area[0] == area[2] and first < last and _follows(filled, area, ys[first : last + 2]):
            cells += [(r, area[1], r, area[3]) for r in range(first, last + 1)]
        else:
            cells.append((first, area[1], last, area[3]))
    return _refilled(Lattice(lattice.xs, ys, sorted(cells)), sorted(cells), runs)


def _row_heights(cells: Sequence[Sequence[Run]]) -> list[float]:
    """The middles of the rows that the columns of values within a ruled row agree on."""
    columns: list[list[tuple[float, float]]] = []
    for runs in cells:
        lines = lines_of(run for run in runs if not run.turns)
        if len(lines) < 2:
            continue
        values = sum(kind_of(text_of(line)) in VALUE_KINDS for line in lines)
        if values >= _VALUES * len(lines):
            columns.append([(line[0].middle, line[0].size) for line in lines])
    if len(columns) < 2:
        return []
    heights: list[tuple[float, float]] = []
    for middle, size in sorted(height for column in columns for height in column):
        if not heights or middle - heights[-1][0] > max(_LEVEL, 0.5) * size:
            heights.append((middle, size))
    agreeing = sum(len(column) for column in columns)
    if agreeing < 1.5 * len(heights):
        return []
    return [middle for middle, _ in heights]


def _follows(filled: Filled, area: Area, ys: Sequence[float]) -> bool:
    """Whether a cell has its print where the new rows are: no line lies across a new boundary
    and there are as many lines as fill half of the rows."""
    lines = lines_of(filled.runs.get(area, []))
    if not lines:
        return True
    for line in lines:
        middle, size = line[0].middle, line[0].size
        if any(abs(middle - y) < 0.15 * size for y in ys[1:-1]):
            return False
    return len(lines) > 1 or len(ys) > 3


def _refilled(lattice: Lattice, cells: Iterable[Area], runs: Sequence[Run]) -> Filled:
    return fill(Lattice(lattice.xs, lattice.ys, sorted(cells)), runs)


def glued(filled: Filled) -> float:
    """What share of the cells with print hold segments that should be cells of their own."""
    cells = [runs for runs in filled.runs.values() if runs]
    several = sum(
        any(len(line) > 1 for line in segments_in(runs)) for runs in cells if len(runs) > 1
    )
    return several / max(len(cells), 1)
