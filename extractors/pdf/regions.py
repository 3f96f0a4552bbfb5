"""Where tables without a lattice of rules stand: segments that line up in columns."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extractors.model import Box
from extractors.pdf.lattice import Filled, Lattice
from extractors.pdf.rules import Rule
from extractors.pdf.segments import Segment
from extractors.pdf.words import is_wide, text_of, union

#: Lines of one table follow within this many type sizes; a blank line between groups is 2.
_NEXT_LINE = 3.2

#: Above a header a line in type larger by this is a title, though a frame be around both.
_TITLE = 1.15

#: Up to so many lines of one segment part two lines of one table: what is left of a header cell
#: in several lines, and the head of the first section.
_MOST_SINGLE = 2

#: A rule belongs to a table where this part of it lies over the table, and it over this part.
_RULE_COVER = 0.6

#: How far (in type sizes) from the outermost line of a table its closing rule is looked for.
_RULE_NEAR = 2.5

#: By how much (type sizes) the head of a header may lie above where its stub puts it.
_HEAD = 0.4

#: Rules of one table end within this distance (points) of one another.
_ALIKE = 4.0

#: Between the rules of a table at least this part of the lines has several segments; the others
#: are sections or go on with a cell.
_TABULAR = 0.4

#: With more rules that cross no others a page is a drawing, and they say nothing of tables.
_MOST_RULES = 1_000

#: A header has at most so many lines: three levels, the lowest in narrow columns.
_MOST_HEAD = 10

#: A cell over the whole width with more characters than this is prose and no title of a section.
_LONG_NOTE = 80

#: A caption opens with its number.
_CAPTION = re.compile(
    r"[(（]?\s*(?:[续附]?(?:图表|圖表|[表图圖])\s*[0-9一二三四五六七八九十A-Z]|附[表图]|资料来源|數據來源|数据来源|[注註][:：]|[单單]位[:：]"
    r"|(?:Tab(?:le|\.)|Exhibit|Figure|Fig\.|Chart|Box|Source|Sources|Notes?)\b)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Region:
    """Lines of segments that may be a table, and the long rules that close or part it."""

    lines: list[list[Segment]]
    rules: list[Rule] = field(default_factory=list)

    @property
    def box(self) -> Box:
        return union(piece.box for line in self.lines for piece in line)

    @property
    def size(self) -> float:
        sizes = sorted(piece.size for line in self.lines for piece in line)
        return sizes[len(sizes) // 2]


def find_regions(lines: Sequence[Sequence[Segment]], rules: Sequence[Rule]) -> list[Region]:
    """The regions of a page from the top; outside of rules that frame it prose is part of none."""
    rules = rules if len(rules) <= _MOST_RULES else ()
    regions = [region for chain in _chains(rules) for region in _framed(lines, chain, rules)]
    taken = {id(piece) for region in regions for line in region.lines for piece in line}
    kept = [
        piece for line in lines for piece in line if not piece.is_prose and id(piece) not in taken
    ]
    for group in _linked(kept):
        by_line: dict[int, list[Segment]] = {}
        for piece in group:
            by_line.setdefault(piece.line, []).append(piece)
        ordered = [sorted(by_line[line], key=lambda p: p.x0) for line in sorted(by_line)]
        for part in _parted(ordered):
            region = _closed(part, rules)
            if region is not None:
                regions.append(region)
    return sorted(regions, key=lambda region: region.box[1])


def _chains(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules of one extent, from the top."""
    chains: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        chain = next((c for c in chains if _is_alike(c[0], rule)), None)
        if chain is None:
            chains.append([rule])
        else:
            chain.append(rule)
    return [chain for chain in chains if len(chain) >= 2]


def _is_alike(one: Rule, other: Rule) -> bool:
    return abs(one.start - other.start) <= _ALIKE and abs(one.end - other.end) <= _ALIKE


def _framed(
    lines: Sequence[Sequence[Segment]], chain: Sequence[Rule], rules: Sequence[Rule]
) -> list[Region]:
    """The regions between rules of one extent: neighbouring intervals with columns in them."""
    regions: list[Region] = []
    inside = [
        [piece for piece in line if chain[0].start - 2 <= piece.centre <= chain[0].end + 2]
        for line in lines
    ]
    inside = [line for line in inside if line]
    run: list[Rule] = []
    intervals = [
        [line for line in inside if above.at < line[0].middle < below.at]
        for above, below in pairwise(chain)
    ]
    others = _chains([rule for rule in rules if _is_of_another(rule, chain[0])])
    for place, (above, below) in enumerate(pairwise(chain)):
        heads = intervals[place + 1 : place + 2]
        head = bool(heads) and _is_tabular(heads[0]) and _is_head(intervals[place])
        apart = any(sum(above.at < rule.at < below.at for rule in other) > 1 for other in others)
        if not apart and (head or _is_tabular(intervals[place])):
            run = [*run, below] if run else [above, below]
            continue
        regions += _frame(inside, run)
        run = []
    return regions + _frame(inside, run)


def _is_of_another(rule: Rule, own: Rule) -> bool:
    """Whether a rule is as long as those of a table and begins and ends elsewhere: two of one
    extent close another table, which stands between two tables of one width."""
    return (
        abs(rule.start - own.start) > _ALIKE
        and abs(rule.end - own.end) > _ALIKE
        and min(rule.end, own.end) - max(rule.start, own.start) >= _RULE_COVER * own.length
    )


def _is_tabular(lines: Sequence[Sequence[Segment]]) -> bool:
    """Whether lines stand in columns: several segments, not all of them prose."""
    several = [line for line in lines if len(line) >= 2 and not all(p.is_prose for p in line)]
    if any(len(line) <= 2 and any(is_caption(p.text) for p in line) for line in lines):
        return False
    return bool(lines) and len(several) >= _TABULAR * len(lines)


def _is_head(lines: Sequence[Sequence[Segment]]) -> bool:
    """Whether lines may be a header: few, no prose, no caption, somewhere in columns."""
    pieces = [piece for line in lines for piece in line]
    return (
        0 < len(lines) <= _MOST_HEAD
        and any(len(line) >= 2 for line in lines)
        and not any(piece.is_prose or is_caption(piece.text) for piece in pieces)
    )


def _frame(lines: list[list[Segment]], run: Sequence[Rule]) -> list[Region]:
    """The region that a run of rules frames, with a header that stands above its first rule."""
    if not run:
        return []
    within = [index for index, line in enumerate(lines) if run[0].at < line[0].middle < run[-1].at]
    several = [index for index in within if len(lines[index]) >= 2]
    if len(within) < 2 or not several:
        return []
    size = lines[several[0]][0].size
    first = within[0]
    if len(run) == 2:
        first = _with_tabular(lines, first, -1, size)
    last = _with_tabular(lines, within[-1], 1, size)
    while len(lines[first]) == 1 and lines[first][0].size > _TITLE * size:
        first += 1
    return [Region(part, list(run)) for part in _parted(lines[first : last + 1])]


def without_captions(filled: Filled) -> Filled:
    """A table without the captions above and the notes below that stand in its frame: rows of
    one cell over the whole width at its edges that say what they are, or are prose."""
    lattice = filled.lattice
    first, last = 0, len(lattice.ys) - 2
    while first < last and _is_apart(filled, first):
        first += 1
    while last > first and _is_apart(filled, last):
        last -= 1
    if (first, last) == (0, len(lattice.ys) - 2):
        return filled
    kept = [area for area in lattice.cells if first <= area[0] and area[2] <= last]
    moved = {area: (area[0] - first, area[1], area[2] - first, area[3]) for area in kept}
    runs = {moved[area]: found for area, found in filled.runs.items() if area in moved}
    ys = lattice.ys[first : last + 2]
    header = None if filled.header_rows is None else max(filled.header_rows - first, 0)
    lattice = Lattice(lattice.xs, ys, list(moved.values()))
    return replace(filled, lattice=lattice, runs=runs, header_rows=header)


def _is_apart(filled: Filled, row: int) -> bool:
    """Whether a row is one cell over the whole width with a caption, a note or prose, or blank."""
    columns = len(filled.lattice.xs) - 1
    areas = [area for area in filled.lattice.cells if area[0] <= row <= area[2]]
    if len(areas) != 1 or columns < 2:
        return False
    text = text_of(filled.runs.get(areas[0], []))
    return not text or is_caption(text) or len(text) > _LONG_NOTE


def is_caption(text: str) -> bool:
    """Whether a line names a table or a figure, or gives its source."""
    return _CAPTION.match(text) is not None


def _linked(pieces: Sequence[Segment]) -> list[list[Segment]]:
    """Segments that stand beside one another on a line, and lines that run over one another."""
    parent = list(range(len(pieces)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    by_line: dict[int, list[int]] = {}
    for index, piece in enumerate(pieces):
        by_line.setdefault(piece.line, []).append(index)
    order = sorted(by_line)
    for indexes in by_line.values():
        for one, other in pairwise(indexes):
            parent[root(one)] = root(other)
    for place, above in enumerate(order):
        for below in _next_lines(pieces, by_line, order[place:]):
            upper, lower = by_line[above], by_line[below]
            left = max(pieces[upper[0]].x0, pieces[lower[0]].x0)
            if min(pieces[upper[-1]].x1, pieces[lower[-1]].x1) > left:
                parent[root(upper[0])] = root(lower[0])
    groups: dict[int, list[Segment]] = {}
    for index, piece in enumerate(pieces):
        groups.setdefault(root(index), []).append(piece)
    return list(groups.values())


def _next_lines(
    pieces: Sequence[Segment], by_line: dict[int, list[int]], order: Sequence[int]
) -> Iterator[int]:
    """The lines near below the first of ``order``. The next ones of one segment, ends of a
    header and heads of sections, count for nothing in how far the others are."""
    last = pieces[by_line[order[0]][0]]
    skipped = 0
    for below in order[1:]:
        second = pieces[by_line[below][0]]
        if second.middle - last.middle > _NEXT_LINE * max(last.size, second.size):
            break
        yield below
        if skipped < _MOST_SINGLE and len(by_line[below]) == 1:
            last = second
            skipped += 1


def _parted(lines: list[list[Segment]]) -> list[list[list[Segment]]]:
    """A group of lines cut where a caption, a source line or a sentence stands."""
    parts: list[list[list[Segment]]] = [[]]
    left = min(piece.x0 for line in lines for piece in line)
    for line in lines:
        names = len(line) <= 2 and any(is_caption(piece.text) for piece in line)
        if names or (len(line) == 1 and _is_sentence(line[0], left)):
            parts.append([])
            continue
        parts[-1].append(line)
    return [part for part in parts if part]


def _is_sentence(piece: Segment, left: float) -> bool:
    """Whether a segment at the left edge is a whole sentence, as no label of a row is."""
    return (
        piece.x0 - left < 3 * piece.size
        and piece.text[-1] in "。."
        and (sum(map(is_wide, piece.text)) >= 10 or len(piece.text.split()) >= 8)
    )


def _closed(lines: list[list[Segment]], rules: Sequence[Rule]) -> Region | None:
    """The lines between the closing rules where there are such; else without the single
    segments before the first and after the last line that has several."""
    several = [index for index, line in enumerate(lines) if len(line) >= 2]
    if not several:
        return None
    box = union(piece.box for index in several for piece in lines[index])
    size = max(piece.size for piece in lines[several[0]])
    own = own_rules(rules, box, _RULE_NEAR * size)
    first, last = several[0], several[-1]
    if len(own) >= 2:
        top, bottom = own[0].at, own[-1].at
        inside = [
            index for index, line in enumerate(lines) if top - 1 <= line[0].middle <= bottom + 1
        ]
        if inside and sum(index in several for index in inside) >= 2:
            first, last = inside[0], inside[-1]
            first = _with_tabular(lines, first, -1, size)
            last = _with_tabular(lines, last, 1, size)
    top = _spanner_top(lines, _header_top(lines, first, own), own_rules(rules, box, math.inf))
    return Region(lines[top : last + 1], own)


def _spanner_top(lines: list[list[Segment]], first: int, rules: Sequence[Rule]) -> int:
    """The first line of a header above whose line ``first`` further titles stand, each right
    below a rule and right above one that leaves out the stub, as none below a caption does."""
    left = min(piece.x0 for line in lines[first:] for piece in line)
    while first > 0:
        pieces = lines[first - 1]
        top, bottom = min(p.box[1] for p in pieces), max(p.box[3] for p in pieces)
        size = pieces[0].size
        above = any(0 <= top - rule.at + 1 < size for rule in rules)
        below = any(0 <= rule.at - bottom + 1 < size and rule.start > left + size for rule in rules)
        if not (above and below):
            break
        first -= 1
    return first


def _header_top(lines: list[list[Segment]], first: int, rules: Sequence[Rule]) -> int:
    """The first line of a header of which ``first`` is the first with several segments.

    Lines of one segment above it are part of it below a closing rule, where they overlap with
    the next in height, and where a cell of the stub stands as much above the foot of the header
    as it then stands below its head.
    """
    header: list[Segment] = []
    for line in lines[first:]:
        if header and any(piece.is_value for piece in line):
            break
        header += line
    stub = min(header, key=lambda piece: piece.x0)
    head = 2 * stub.middle - max(piece.box[3] for piece in header) - _HEAD * stub.size
    while first > 0:
        above, next_line = lines[first - 1][0], lines[first]
        top = min(piece.box[1] for piece in next_line)
        ruled = any(
            rule.at < above.middle and above.box[1] - rule.at < 3 * above.size for rule in rules
        )
        if not (above.box[1] >= head or above.box[3] > top + 1 or ruled):
            break
        first -= 1
    return first


def _with_tabular(lines: list[list[Segment]], at: int, step: int, size: float) -> int:
    """The furthest line beyond a closing rule that goes on with the table: the next lines as
    long as they hold three segments or more, most of them values."""
    while 0 <= at + step < len(lines):
        line = lines[at + step]
        gap = abs(line[0].middle - lines[at][0].middle)
        values = sum(piece.is_value for piece in line)
        if len(line) < 3 or gap > 2.2 * size or (step > 0 and values < 2):
            break
        at += step
    return at


def own_rules(rules: Sequence[Rule], box: Box, near: float) -> list[Rule]:
    """The rules that run over most of a box, from just above it to just below."""
    wide = box[2] - box[0]
    own = []
    for rule in rules:
        if not box[1] - near <= rule.at <= box[3] + near:
            continue
        shared = min(rule.end, box[2]) - max(rule.start, box[0])
        if shared >= _RULE_COVER * wide and shared >= 0.5 * rule.length:
            own.append(rule)
    return own
