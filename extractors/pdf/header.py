"""The header of a table without a lattice of rules: levels, and what each title spans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from extractors.pdf.lattice import Area
from extractors.pdf.rules import Rule
from extractors.pdf.segments import Segment

#: A title stands over a column where it covers this part of it or lies in it by this part.
_OVER = 0.4

#: A rule under a title is looked for so many type sizes below it.
_RULE_BELOW = 1.1

#: A rule over this part of the table parts header from body; a shorter one lies under a title.
_WHOLE = 0.9

#: A title is moved over one more column where that centres it by this many type sizes more.
_CENTRED = 0.5

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
    titles: list[_Title] = []
    single: dict[int, list[tuple[int, Segment]]] = {}
    for index, line in enumerate(lines):
        for piece in line:
            over, underlined = _columns_of(piece, line, columns, rules)
            if over[0] == over[1]:
                single.setdefault(over[0], []).append((index, piece))
            else:
                _add_title(titles, _Title(over, (index, index), [piece], underlined))
    return _levelled(lines, titles, single)


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
        area = (first, column, rows - 1, column)
        header.cells.setdefault(area, []).extend(piece for _, piece in placed)
    return header


def _between(lines: Sequence[Sequence[Segment]], index: int) -> float:
    bottom = max(piece.box[3] for piece in lines[index])
    top = min(piece.box[1] for piece in lines[index + 1])
    return (bottom + top) / 2


def _add_title(titles: list[_Title], title: _Title) -> None:
    """A title that goes on with the one above it over the same columns is part of it."""
    for above in titles:
        goes_on = above.lines[1] == title.lines[0] - 1 and not above.underlined
        if goes_on and above.columns == title.columns:
            above.lines = (above.lines[0], title.lines[1])
            above.pieces += title.pieces
            above.underlined = title.underlined
            return
    titles.append(title)


def _columns_of(
    piece: Segment, line: Sequence[Segment], columns: Columns, rules: Sequence[Rule]
) -> tuple[tuple[int, int], bool]:
    """The columns a title stands over, and whether a rule of its own below it says so."""
    wide = columns[-1][1] - columns[0][0]
    for rule in rules:
        below = rule.at - piece.box[3]
        if not (-0.35 * piece.size <= below <= _RULE_BELOW * piece.size):
            continue
        if not rule.start - 1 <= piece.centre <= rule.end + 1 or rule.length > _WHOLE * wide:
            continue
        over = covered(rule.start, rule.end, columns)
        if over is not None:
            return over, True
    over = covered(piece.x0, piece.x1, columns)
    if over is None:
        return (nearest(piece, columns),) * 2, False
    return (_centred(piece, line, over, columns) if over[0] < over[1] else over), False


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
