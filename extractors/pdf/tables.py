"""The grids of a page: each region is read by the reader that its rules and print call for.

Crossing rules make a lattice, which print refines; what they leave open, and every region without
them, is read by gaps and lines. Where both can read a region, `choose` says which reading stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors.model import Box
from extractors.pdf.choose import (
    LEAST_FILLED,
    better,
    filled_share,
    is_chart,
    is_inside,
    is_list,
    is_table,
    misses_columns,
    quality,
)
from extractors.pdf.lattice import Filled, Lattice, fill, grid_of
from extractors.pdf.model import Grid
from extractors.pdf.refine import refined, with_open_sides
from extractors.pdf.regions import Region, find_regions, own_rules, without_captions
from extractors.pdf.ruled import overlap, ruled_lattices
from extractors.pdf.rules import Drawing
from extractors.pdf.segments import segments_in, segments_of
from extractors.pdf.unruled import unruled_table
from extractors.pdf.words import Run


def find_grids(number: int, runs: Sequence[Run], drawing: Drawing) -> tuple[list[Grid], set[int]]:
    """The grids of page ``number`` from the top, none of which lies in another, and the ids of
    the glyphs that stand in their cells."""
    taken: set[int] = set()
    grids: list[Grid] = []
    charts: list[Box] = []
    free = list(runs)
    # Rules that part no columns make a list, or close a table, or frame a page: gaps tell these.
    lattices = [
        lattice
        for lattice in ruled_lattices(drawing, runs)
        if len(lattice.xs) > 2 or is_list(fill(lattice, runs))
    ]
    for lattice in lattices:
        others = [other.box for other in lattices if other is not lattice]
        own = [run for run in runs if not any(is_inside(run.box, box) for box in others)]
        filled, reader = _read_lattice(lattice, own, drawing)
        if is_chart(filled):
            charts.append(lattice.box)
            continue
        grid = _grid(filled, number, reader)
        if grid is not None:
            grids.append(grid)
            taken |= _glyphs(filled)
            free = [run for run in free if not is_inside(run.box, grid.box)]
    for region in find_regions(segments_of(free), drawing.horizontal):
        if any(overlap(region.box, chart) > 0 for chart in charts):
            continue
        found = unruled_table(region, drawing.horizontal)
        grid = _grid(found, number, "unruled") if found else None
        if found is not None and grid is not None and is_table(grid, region):
            grids.append(grid)
            taken |= _glyphs(found)
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0])), taken


def _glyphs(filled: Filled) -> set[int]:
    kept = without_captions(filled).runs.values()
    return {id(glyph) for runs in kept for run in runs for glyph in run.glyphs}


def _read_lattice(lattice: Lattice, runs: Sequence[Run], drawing: Drawing) -> tuple[Filled, str]:
    """A lattice read by its rules, or by gaps where these part what the rules leave together."""
    filled = refined(with_open_sides(lattice, runs, drawing.horizontal), runs)
    if not misses_columns(filled):
        return filled, "ruled"
    lines = segments_in(run for run in runs if is_inside(run.box, filled.lattice.box))
    region = Region(lines, own_rules(drawing.horizontal, lattice.box, 2.0))
    other = unruled_table(region, drawing.horizontal) if len(lines) > 1 else None
    if other is not None and better(other, filled):
        return other, "unruled"
    return filled, "ruled"


def _grid(filled: Filled, number: int, reader: str) -> Grid | None:
    """The grid of a reading without captions and notes; None where less than 2 × 2 is left and
    it is no ruled list."""
    filled = without_captions(filled)
    grid = grid_of(filled, number, reader, quality(filled))
    if grid is None or len(grid.rows) < 2:
        return None
    if len(grid.rows[0]) < 2 and not (reader == "ruled" and is_list(filled)):
        return None
    return grid if filled_share(grid) >= LEAST_FILLED else None
