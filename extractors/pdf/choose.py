"""Whether what a reader made of a region is a table, and which of two readings is the better."""

from __future__ import annotations

import statistics
from itertools import pairwise

from extractors.model import Box
from extractors.pdf.lattice import Filled
from extractors.pdf.model import Grid
from extractors.pdf.refine import glued
from extractors.pdf.regions import Region
from extractors.pdf.segments import is_value
from extractors.pdf.words import lines_of, text_of

#: Boundaries that cut through more than this share of the words are those of a chart. In tables
#: whose print overflows its cells it is a twentieth.
MOST_CUT = 0.15

#: A reading in which more than this share of the cells holds several columns misses columns.
_MOST_GLUED = 0.25

#: Fewer cells with print than this share are the labels in the lines of a chart.
_SPARSEST = 0.2

#: A table of texts without rules fills this part of its columns but the stub.
_FULL = 0.85

#: A list in one column has at least so many rows, this part of them of heights that differ by no
#: more than the next, each with one line of at most so many characters.
_FEWEST_ITEMS, _LISTED, _ALIKE, _LONGEST_ITEM = 5, 0.9, 0.2, 30

#: A table has print in at least this share of its places; labels in the lines of a chart do not.
LEAST_FILLED = 0.12


def is_inside(box: Box, outer: Box) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def is_chart(filled: Filled) -> bool:
    """Whether rules cross as the lines of a chart do: through its labels, or around print that
    stands in no columns."""
    return (
        filled.cut_share() > MOST_CUT
        or glued(filled) > 2 * _MOST_GLUED
        or fullness(filled) < _SPARSEST
    )


def misses_columns(filled: Filled) -> bool:
    """Whether a reading by rules leaves columns together."""
    return glued(filled) > _MOST_GLUED


def better(other: Filled, filled: Filled) -> bool:
    """Whether a reading by gaps parts what a reading by rules leaves together, and is no worse."""
    return glued(other) < 0.5 * glued(filled) and fullness(other) > 0.5


def quality(filled: Filled) -> float:
    """How much speaks for a reading, from 0 to 1: cells that hold one thing, words uncut."""
    return (1 - glued(filled)) * (1 - filled.cut_share())


def fullness(filled: Filled) -> float:
    """What share of the cells has print."""
    return sum(bool(runs) for runs in filled.runs.values()) / max(len(filled.lattice.cells), 1)


def is_list(filled: Filled) -> bool:
    """Whether a lattice of one column is a list: cells of one short line, nearly all filled and
    of one height, which boxes around prose and the boxes of a diagram are not."""
    ys = filled.lattice.ys
    heights = [below - above for above, below in pairwise(ys)]
    usual = statistics.median(heights)
    alike = sum(abs(height - usual) <= _ALIKE * usual for height in heights)
    short = [
        runs
        for runs in filled.runs.values()
        if len(lines_of(runs)) == 1 and len(text_of(runs)) <= _LONGEST_ITEM
    ]
    least = _LISTED * len(heights)
    return len(heights) >= _FEWEST_ITEMS and alike >= least and len(short) >= least


def filled_share(grid: Grid) -> float:
    """What share of the places of a grid has print."""
    return sum(bool(cell) for row in grid.rows for cell in row) / (
        len(grid.rows) * len(grid.rows[0])
    )


def is_table(grid: Grid, region: Region) -> bool:
    """Whether a grid without a lattice of rules has what makes a table: rows that fill their
    columns, with values in them or closed by rules."""
    if _is_contents(grid, region):
        return False
    rows, columns = len(grid.rows), len(grid.rows[0])
    cells = [cell for row in grid.rows for cell in row[1:] if cell]
    filled = filled_share(grid)
    values = sum(map(is_value, cells)) / max(len(cells), 1)
    ruled = len(region.rules) >= 2
    if not ruled and values < 0.5:
        return rows >= 4 and columns >= 3 and len(cells) >= _FULL * rows * (columns - 1)
    if filled < (0.3 if ruled else 0.45):
        return False
    if ruled:
        return values >= 0.3 or (columns >= 3 and filled >= 0.6)
    return rows >= 3


def _is_contents(grid: Grid, region: Region) -> bool:
    """Whether a grid is a table of contents: leaders to page numbers that never fall."""
    leaders = sum(line[0].has_leader for line in region.lines)
    if 2 * leaders < len(region.lines):
        return False
    pages = [row[-1] for row in grid.rows if row[-1]]
    if not all(page.isdecimal() for page in pages):
        return False
    return all(int(a) <= int(b) for a, b in pairwise(pages))
