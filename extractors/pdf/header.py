"""The header of a table without a lattice of rules: levels, and what each title spans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.pdf.lattice import Area
from extractors.pdf.rules import Rule
from extractors.pdf.segments import Segment, segment

#: A title stands over a column where it covers this part of it or lies in it by this part.
_OVER = 0.4

#: A rule under a title is looked for so many type sizes below it.
_RULE_BELOW = 1.1

#: A title is moved over one more column where that centres it by this many type sizes more.
_CENTRED = 0.5

#: The lines of one cell are less than this (type sizes) apart.
_LEADING = 0.45

#: A blank between words is at most this wide (type sizes), where it is not stretched.
_BLANK = 0.38

#: What is nearer than this (type sizes) to half the height of the header stands in its middle.
_HALF = 0.3

#: A header takes at most this share of the lines of a table, if it has more than two.
_HEADER_SHARE = 0.5

Columns = Sequence[tuple[float, float]]


@dataclass(slots=True)
class Header:
    """The cells of the header's rows, and the heights between these rows."""

    cells: dict[Area, list[Segment]] = field(default_factory=dict)
    cuts: list[float] = field(default_factory=list)
    rows: int = 0


@dataclass(slots=True)
class _Title:
    """A title over several columns; ``lines`` are the header lines (first, last) it takes."""

    columns: tuple[int, int]
    lines: tuple[int, int]
    pieces: list[Segment]
    underlined: bool


def header_of(
    lines: Sequence[Sequence[Segment]], columns: Columns, rules: Sequence[Rule]
) -> Header:
    """Lines above the first row as a header: a row a level of titles, and one of what is left.

    What stands in one column below the last title over it is one cell, however many lines it
    takes, and reaches down to the body.
    """
    if not lines:
        return Header()
    lines = [[part for piece in line for part in _parted(piece, columns)] for line in lines]
    titles: list[_Title] = []
    single: dict[int, list[tuple[int, Segment]]] = {}
    for index, line in enumerate(lines):
        for piece in line:
            over, underlined = _columns_of(piece, line, columns, rules, lines[index + 1 :])
            title = next((t for t in titles if _goes_on(t, piece, rules)), None)
            if title is not None:
                title.pieces.append(piece)
                title.lines = (title.lines[0], index)
                title.underlined = underlined
                title.columns = over if underlined else title.columns
            elif over[0] == over[1]:
                single.setdefault(over[0], []).append((index, piece))
            else:
                titles.append(_with_lines_above(over, index, piece, underlined, single, rules))
    _raise_titles(titles, single, columns)
    return _levelled(lines, titles, single)


def _parted(piece: Segment, columns: Columns) -> list[Segment]:
    """A segment, parted where a gap wider than a blank lies between two columns."""
    gaps = [(one[1] + other[0]) / 2 for one, other in pairwise(columns)]
    parts = [[piece.runs[0]]]
    for run in piece.runs[1:]:
        last = parts[-1][-1]
        wide = run.x0 - last.x1 > _BLANK * piece.size
        if wide and any(last.x1 <= gap <= run.x0 for gap in gaps):
            parts.append([])
        parts[-1].append(run)
    return [segment(part, piece.line) for part in parts] if len(parts) > 1 else [piece]


def _with_lines_above(
    over: tuple[int, int],
    index: int,
    piece: Segment,
    underlined: bool,
    single: dict[int, list[tuple[int, Segment]]],
    rules: Sequence[Rule],
) -> _Title:
    """A title that its last line tells, with the lines above that were taken for single cells."""
    title = _Title(over, (index, index), [piece], underlined)
    for column in range(over[0], over[1] + 1):
        while column in single:
            line, above = single[column][-1]
            upper = _Title(over, (line, line), [above], False)
            if not _goes_on(upper, title.pieces[0], rules):
                break
            title.pieces.insert(0, above)
            title.lines = (line, index)
            single[column].pop()
            if not single[column]:
                del single[column]
    return title


def _goes_on(title: _Title, piece: Segment, rules: Sequence[Rule]) -> bool:
    """Whether a segment is the next line of a title: close below it and set about its middle."""
    last = title.pieces[-1]
    gap = piece.box[1] - last.box[3]
    return (
        not title.underlined
        and -0.5 * last.size < gap < _LEADING * last.size
        and abs(piece.centre - last.centre) < _CENTRED * last.size
        and not any(
            last.middle < rule.at < piece.middle and rule.start < piece.centre < rule.end
            for rule in rules
        )
    )


def _raise_titles(
    titles: list[_Title], single: dict[int, list[tuple[int, Segment]]], columns: Columns
) -> None:
    """Find the titles that cover one column only but stand over several: set off from what is
    below by more than the lines of a cell, with neighbours that begin below them as well."""
    for column in sorted(single):
        placed = single[column]
        for place, ((_, upper), (_, lower)) in enumerate(pairwise(placed), start=1):
            if lower.box[1] - upper.box[3] <= _LEADING * upper.size:
                continue
            line = placed[0][0]
            taken = {
                c
                for title in titles
                if title.lines[0] <= line <= title.lines[1]
                for c in range(title.columns[0], title.columns[1] + 1)
            }
            over = _neighbours(upper, column, single, columns, taken)
            if over[0] == over[1]:
                break
            pieces = [piece for _, piece in placed[:place]]
            titles.append(_Title(over, (line, placed[place - 1][0]), pieces, False))
            single[column] = placed[place:]
            break


def _neighbours(
    title: Segment,
    column: int,
    single: dict[int, list[tuple[int, Segment]]],
    columns: Columns,
    taken: set[int],
) -> tuple[int, int]:
    """The columns around one that begin below a title, as many as keep it in the middle, but
    those ``taken`` by other titles.

    What stands at half the height of the header spans all its rows and is under no title.
    """
    blocks = {index: [piece for _, piece in placed] for index, placed in single.items()}
    blocks[column] = [piece for piece in blocks[column] if piece.box[1] >= title.box[3]]
    bottom = title.box[3] - 0.2 * title.size
    half = (title.box[1] + max(piece.box[3] for ps in blocks.values() for piece in ps)) / 2

    def is_below(index: int) -> bool:
        if index in taken or index not in blocks or blocks[index][0].box[1] < bottom:
            return False
        middle = (blocks[index][0].box[1] + blocks[index][-1].box[3]) / 2
        return abs(middle - half) > _HALF * title.size

    first = last = column
    while first - 1 >= 0 and is_below(first - 1):
        first -= 1
    while last + 1 < len(columns) and is_below(last + 1):
        last += 1

    def offset(a: int, b: int) -> float:
        left = min([columns[a][0], *(piece.x0 for piece in blocks[a])])
        right = max([columns[b][1], *(piece.x1 for piece in blocks[b])])
        return abs((left + right) / 2 - title.centre) / title.size

    spans = [(a, b) for a in range(first, column + 1) for b in range(column, last + 1)]
    return min(spans, key=lambda span: (round(offset(*span)), span[0] - span[1]))


def _levelled(
    lines: Sequence[Sequence[Segment]],
    titles: list[_Title],
    single: dict[int, list[tuple[int, Segment]]],
) -> Header:
    lasts = sorted({title.lines[1] for title in titles})
    levels = [last for last in lasts if last + 1 < len(lines) or not single]
    level_of = {last: min(index, len(levels)) for index, last in enumerate(lasts)}
    rows = len(levels) + (1 if not levels or levels[-1] + 1 < len(lines) else 0)
    header = Header(rows=rows)
    header.cuts = [_between(lines, level) for level in levels if level + 1 < len(lines)]
    free_from: dict[int, int] = {}
    for title in sorted(titles, key=lambda title: title.lines[1]):
        level = min(level_of[title.lines[1]], rows - 1)
        area = (level, title.columns[0], level, title.columns[1])
        header.cells.setdefault(area, []).extend(title.pieces)
        for column in range(title.columns[0], title.columns[1] + 1):
            free_from[column] = level + 1
    for column, placed in single.items():
        first = min(free_from.get(column, 0), rows - 1)
        starts = [first]
        blocks: list[list[Segment]] = [[]]
        for index, piece in placed:
            row = sum(level < index for level in levels)
            below = blocks[-1] and piece.box[1] - blocks[-1][-1].box[3] > _LEADING * piece.size
            if below and row > starts[-1]:
                starts.append(starts[-1] + 1)
                blocks.append([])
            blocks[-1].append(piece)
        ends = [*(start - 1 for start in starts[1:]), rows - 1]
        for start, end, block in zip(starts, ends, blocks, strict=True):
            header.cells.setdefault((start, column, end, column), []).extend(block)
    return header


def _between(lines: Sequence[Sequence[Segment]], index: int) -> float:
    bottom = max(piece.box[3] for piece in lines[index])
    top = min(piece.box[1] for piece in lines[index + 1])
    return (bottom + top) / 2


def _columns_of(
    piece: Segment,
    line: Sequence[Segment],
    columns: Columns,
    rules: Sequence[Rule],
    below: Sequence[Sequence[Segment]],
) -> tuple[tuple[int, int], bool]:
    """The columns a title stands over, and whether a rule below it says so, which is not one over
    the whole table."""
    first, last = sum(columns[0]) / 2, sum(columns[-1]) / 2
    for rule in rules:
        distance = rule.at - piece.box[3]
        if not (-0.35 * piece.size <= distance <= _RULE_BELOW * piece.size):
            continue
        if not rule.start - 1 <= piece.centre <= rule.end + 1:
            continue
        if rule.start <= first and rule.end >= last:
            continue
        over = covered(rule.start, rule.end, columns)
        if over is None:
            continue
        others = [other for other in line if rule.start - 1 <= other.centre <= rule.end + 1]
        wider = _widened(columns, below)
        return _shared_out(others, over, wider, rule)[others.index(piece)], True
    over = covered(piece.x0, piece.x1, columns)
    if over is None:
        return (nearest(piece, columns),) * 2, False
    return (_centred(piece, line, over, columns) if over[0] < over[1] else over), False


def _widened(columns: Columns, lines: Sequence[Sequence[Segment]]) -> list[tuple[float, float]]:
    """Columns as wide as their titles in ``lines`` and their values together: numbers stand at
    the right of a column, titles in its middle."""
    wider = list(columns)
    for piece in (piece for line in lines for piece in line):
        over = covered(piece.x0, piece.x1, columns)
        if over is not None and over[0] == over[1]:
            left, right = wider[over[0]]
            wider[over[0]] = (min(left, piece.x0), max(right, piece.x1))
    return wider


def _shared_out(
    pieces: Sequence[Segment], over: tuple[int, int], columns: Columns, rule: Rule
) -> list[tuple[int, int]]:
    """The columns that a common rule covers, shared out to the titles above it so that each
    stands as near the middle of its own as can be."""
    first, last = over
    if len(pieces) > last - first + 1:
        return [(nearest(piece, columns),) * 2 for piece in pieces]
    gaps = [(columns[c][1] + columns[c + 1][0]) / 2 for c in range(first, last)]
    bounds = [rule.start, *gaps, rule.end]

    def offset(piece: Segment, a: int, b: int) -> float:
        return abs((bounds[a - first] + bounds[b - first + 1]) / 2 - piece.centre)

    best: dict[int, tuple[float, list[tuple[int, int]]]] = {first: (0.0, [])}
    for piece in pieces:
        step: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        for start, (cost, shares) in best.items():
            for end in range(start, last + 1):
                total = cost + offset(piece, start, end)
                if end + 1 not in step or total < step[end + 1][0]:
                    step[end + 1] = (total, [*shares, (start, end)])
        best = step
    return best[last + 1][1] if last + 1 in best else [over] * len(pieces)


def covered(x0: float, x1: float, columns: Columns) -> tuple[int, int] | None:
    """The columns that a span covers, or in which it lies."""
    over = []
    for index, (left, right) in enumerate(columns):
        share = min(x1, right) - max(x0, left)
        if share > _OVER * (right - left) or (share > 0.6 * (x1 - x0) and share > 0):
            over.append(index)
    return (over[0], over[-1]) if over else None


def nearest(piece: Segment, columns: Columns) -> int:
    """The column with which a segment shares most, or that is nearest to it."""
    return max(
        range(len(columns)),
        key=lambda c: min(piece.x1, columns[c][1]) - max(piece.x0, columns[c][0]),
    )


def _centred(
    piece: Segment, line: Sequence[Segment], over: tuple[int, int], columns: Columns
) -> tuple[int, int]:
    """The columns over which a title stands in the middle, if it may take one more."""
    taken = {nearest(other, columns) for other in line if other is not piece}

    def offset(first: int, last: int) -> float:
        return abs((columns[first][0] + columns[last][1]) / 2 - piece.centre)

    best = over
    for first, last in ((over[0] - 1, over[1]), (over[0], over[1] + 1)):
        if first < 1 or last >= len(columns) or taken & {first, last}:
            continue
        if offset(first, last) < offset(*best) - _CENTRED * piece.size:
            best = (first, last)
    return best


def body_start(
    lines: Sequence[Sequence[Segment]],
    rules: Sequence[Rule],
    is_body: Callable[[Sequence[Segment]], bool],
) -> int:
    """The line with which the body begins: below the first rule over the whole table that lies
    between lines, and below the next ones as long as no values come before them; 0 where no
    rule parts a header off."""
    below = [
        index
        for index in range(1, len(lines))
        if any(
            max(piece.middle for piece in lines[index - 1])
            < rule.at
            < min(piece.middle for piece in lines[index])
            for rule in rules
        )
    ]
    if not below or below[0] > max(_HEADER_SHARE * len(lines), 2):
        return 0
    start = below[0]
    for index in below[1:]:
        if index > _HEADER_SHARE * len(lines) or any(map(is_body, lines[start:index])):
            break
        start = index
    return start
