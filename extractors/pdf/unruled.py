"""Tables with few rules or none: columns from the gaps, rows from the lines.

Three-line tables are these too: their rules close the region and part header from body.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.pdf.header import Columns, Header, body_start, header_of, nearest
from extractors.pdf.lattice import Area, Filled, Lattice
from extractors.pdf.regions import Region
from extractors.pdf.rules import Rule
from extractors.pdf.segments import Segment
from extractors.pdf.words import Run

#: Of the lines that have several segments, this share may run through a gap of columns: section
#: titles and totals that are set over them.
_CROSSING = 0.04

#: A gap between columns is at least this many type sizes wide.
_COLUMN_GAP = 0.2

#: Lines nearer than this part of the usual distance belong to one row.
_TIGHT = 0.75

#: Up to this part of it a line may go on with the row above, if it is indented or says so.
_CLOSE, _INDENT = 0.92, 0.15

#: Lines nearer than this part of the usual distance have no blank between.
_SAME = 1.05

#: A segment lies over a column it shares this part of its own or the column's width with.
_FRINGE = 0.15

#: The head of a section begins as near as this (type sizes) to the rows below it, and the lines
#: of one cell of a header are less than this apart.
_FLUSH, _LEADING = 1.2, 0.45

#: A year, or a span of years, as a header prints it: 2024E, 2003–04, 2019年.
_IS_YEAR = re.compile(
    r"(?:19|20)[0-9]{2}(?:[-–—/][0-9]{2,4})?\s*年?[度末]?\s*[AEFPaefp*†‡]?"
).fullmatch

#: What goes on with the line above: a lower-case word or a bracket.
_GOES_ON = re.compile(r"[a-z(（]").match


@dataclass(slots=True)
class _Row:
    """The segments of a row by the columns (first, last) they stand in."""

    cells: dict[tuple[int, int], list[Segment]]
    top: float
    bottom: float


def unruled_table(region: Region, rules: Sequence[Rule]) -> Filled | None:
    """The table in a region; None where no gaps part it into columns."""
    columns = _columns(region)
    if len(columns) < 2:
        return None
    ruled = body_start(region.lines, region.rules, _is_value_line)
    body = ruled or _with_sections(region.lines, _first_values(region), columns)
    if body >= len(region.lines):
        return None
    header = header_of(region.lines[:body], columns, rules)
    rows = _body_rows([_placed(line, columns) for line in region.lines[body:]], region)
    filled = _filled(header, rows, columns, region)
    filled.header_rows = header.rows if ruled else None
    return filled


def _columns(region: Region) -> list[tuple[float, float]]:
    """The extents (left, right) of the columns, from gaps that nearly no line runs through."""
    lines = [line for line in region.lines if len(line) >= 2]
    body = [
        line for line in lines if any(piece.is_value for piece in line[1:]) and not _is_years(line)
    ]
    if len(body) < 2:
        body = lines
    if not body:
        return []
    most = max(len(line) for line in body)
    full = [line for line in body if len(line) >= max(2, most // 2)]
    spans = [(piece.x0, piece.x1) for line in full for piece in line]
    allowed = int(_CROSSING * len(full))
    columns: list[tuple[float, float]] = []
    for left, right, depth in _profile(spans):
        if depth <= allowed:
            continue
        if columns and left - columns[-1][1] < _COLUMN_GAP * region.size:
            columns[-1] = (columns[-1][0], right)
        else:
            columns.append((left, right))
    return columns


def _profile(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float, int]]:
    """(from, to, number of spans that cover it) along the line."""
    events = sorted([(x0, 1) for x0, _ in spans] + [(x1, -1) for _, x1 in spans])
    profile = []
    depth = 0
    for (at, step), (following, _) in pairwise(events):
        depth += step
        if following > at:
            profile.append((at, following, depth))
    return profile


def _first_values(region: Region) -> int:
    """The first line with values in half of its columns but the first; where there is none, the
    first that begins with a number, and else the second."""
    for is_body in (_is_value_line, _is_numbered_line):
        for index, line in enumerate(region.lines):
            if is_body(line):
                return index
    return min(1, len(region.lines) - 1)


def _with_sections(lines: Sequence[Sequence[Segment]], body: int, columns: Columns) -> int:
    """The first line of the body, which the head of a section may come before: a line of one
    segment in the first column, flush with its rows and set off from the header above it."""
    first = body
    while first > 1 and len(lines[first - 1]) == 1:
        piece = lines[first - 1][0]
        above = [
            other
            for line in lines[: first - 1]
            for other in line
            if _over(other, columns) == _over(piece, columns)
        ]
        flush = abs(piece.x0 - columns[0][0]) < _FLUSH * piece.size
        apart = above and piece.box[1] - above[-1].box[3] > _LEADING * piece.size
        if not (flush and apart and _over(piece, columns)[0] == 0):
            break
        first -= 1
    return first


def _is_numbered_line(line: Sequence[Segment]) -> bool:
    return len(line) > 1 and line[0].is_value


def _is_value_line(line: Sequence[Segment]) -> bool:
    values = [piece for piece in line[1:] if piece.is_value]
    return bool(values) and 2 * len(values) >= len(line) - 1 and not _is_years(line)


def _is_years(line: Sequence[Segment]) -> bool:
    """Whether the values of a line are the years of a header."""
    values = [piece for piece in line if piece.is_value]
    return len(values) > 1 and all(_IS_YEAR(piece.text) for piece in values)


def _placed(line: Sequence[Segment], columns: Columns) -> list[tuple[tuple[int, int], Segment]]:
    """The segments of a line of the body with the columns they stand over."""
    return [(_over(piece, columns), piece) for piece in line]


def _over(piece: Segment, columns: Columns) -> tuple[int, int]:
    """The first and last column that a segment shares more than its fringe with."""
    over = [
        index
        for index, (left, right) in enumerate(columns)
        if min(piece.x1, right) - max(piece.x0, left)
        > _FRINGE * min(right - left, piece.x1 - piece.x0)
    ]
    return (over[0], over[-1]) if over else (nearest(piece, columns),) * 2


def _row(line: Sequence[tuple[tuple[int, int], Segment]]) -> _Row:
    cells: dict[tuple[int, int], list[Segment]] = {}
    for columns, piece in line:
        pieces = [piece]
        for key in [key for key in cells if key[0] <= columns[1] and columns[0] <= key[1]]:
            columns = (min(key[0], columns[0]), max(key[1], columns[1]))
            pieces = cells.pop(key) + pieces
        cells[columns] = pieces
    pieces = [piece for _, piece in line]
    return _Row(cells, min(p.box[1] for p in pieces), max(p.box[3] for p in pieces))


def _merged(row: _Row, other: _Row) -> _Row:
    both = [(key, piece) for each in (row, other) for key, ps in each.cells.items() for piece in ps]
    return _row(both)


def _body_rows(lines: list[list[tuple[tuple[int, int], Segment]]], region: Region) -> list[_Row]:
    """Body lines to rows; a line without values that hangs on the one before is part of it."""
    rows = [_row(line) for line in lines if line]
    middles = [(row.top + row.bottom) / 2 for row in rows]
    pitches = [below - above for above, below in pairwise(middles)]
    several = [
        pitch
        for pitch, above, below in zip(pitches, rows, rows[1:], strict=False)
        if len(above.cells) > 1 and len(below.cells) > 1
    ]
    usual = statistics.median(several or pitches or [region.size])
    kept: list[_Row] = []
    for index, row in enumerate(rows):
        pitch = pitches[index - 1] if index else usual
        if kept and _hangs_on(kept[-1], row, pitch, usual):
            kept[-1] = _merged(kept[-1], row)
        else:
            kept.append(row)
    return kept


def _hangs_on(above: _Row, row: _Row, pitch: float, usual: float) -> bool:
    """Whether a line goes on with the row above: set tighter than rows are, and with nothing in
    a column in which both have values."""
    both = set(above.cells) & set(row.cells)
    if any(any(p.is_value for p in above.cells[key] + row.cells[key]) for key in both):
        return False
    if not both:
        return pitch < _TIGHT * usual
    first, last = row.cells[min(both)][0], above.cells[min(both)][-1]
    if pitch < _TIGHT * usual:
        return len(row.cells) > 1 or first.x0 > last.x0 - _INDENT * first.size
    if len(row.cells) == 1 and len(above.cells) > 1:
        indented = first.x0 > above.cells[min(both)][0].x0 + _INDENT * first.size
        return first.text[:1].islower() or (indented and pitch < _CLOSE * usual)
    reach = _SAME if first.text[:1].islower() else _CLOSE
    return len(above.cells) == 1 and pitch < reach * usual and _GOES_ON(first.text) is not None


def _filled(header: Header, rows: list[_Row], columns: Columns, region: Region) -> Filled:
    """Header and rows as a lattice: boundaries in the middle of the gaps."""
    box = region.box
    xs = [box[0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), box[2]]
    gaps = [(above.bottom + below.top) / 2 for above, below in pairwise(rows)]
    ys = [box[1], *header.cuts]
    if header.rows:
        bottoms = [p.box[3] for pieces in header.cells.values() for p in pieces]
        ys.append((max(bottoms, default=rows[0].top) + rows[0].top) / 2)
    ys += [*gaps, box[3]]
    areas: dict[Area, list[Segment]] = dict(header.cells)
    for index, row in enumerate(rows, start=header.rows):
        for (first, last), pieces in row.cells.items():
            areas[(index, first, index, last)] = pieces
    cells = sorted([*areas, *_blanks(areas, header.rows + len(rows), len(columns))])
    runs: dict[Area, list[Run]] = {
        area: [run for piece in pieces for run in piece.runs] for area, pieces in areas.items()
    }
    return Filled(Lattice(xs, ys, cells), runs)


def _blanks(areas: dict[Area, list[Segment]], rows: int, columns: int) -> list[Area]:
    taken = {
        (r, c)
        for area in areas
        for r in range(area[0], area[2] + 1)
        for c in range(area[1], area[3] + 1)
    }
    free = ((r, c) for r in range(rows) for c in range(columns))
    return [(r, c, r, c) for r, c in free if (r, c) not in taken]
