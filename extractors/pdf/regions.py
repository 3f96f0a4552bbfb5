"""Where tables without a lattice of rules stand: segments that line up in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extractors.model import Box
from extractors.pdf.lattice import Filled, Lattice
from extractors.pdf.rules import Rule
from extractors.pdf.segments import Segment
from extractors.pdf.words import text_of, union

#: Lines of one table follow within this many type sizes; a blank line between groups is 2.
_NEXT_LINE = 3.2

#: A rule belongs to a table where this part of it lies over the table, and it over this part.
_RULE_COVER = 0.6

#: How far (in type sizes) from the outermost line of a table its closing rule is looked for.
_RULE_NEAR = 2.5

#: A cell over the whole width with more characters than this is prose and no title of a section.
_LONG_NOTE = 80

#: A caption opens with its number.
_CAPTION = re.compile(
    r"[(（]?\s*(?:续?[表图圖]\s*[0-9一二三四五六七八九十A-Z]|附[表图]|资料来源|數據來源|数据来源|[注註][:：]|[单單]位[:：]"
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
    """The regions of a page from the top; prose is no part of any."""
    kept = [piece for line in lines for piece in line if not piece.is_prose]
    regions: list[Region] = []
    for group in _linked(kept, rules):
        by_line: dict[int, list[Segment]] = {}
        for piece in group:
            by_line.setdefault(piece.line, []).append(piece)
        ordered = [sorted(by_line[line], key=lambda p: p.x0) for line in sorted(by_line)]
        for part in _parted(ordered, rules):
            region = _closed(part, rules)
            if region is not None:
                regions.append(region)
    return sorted(regions, key=lambda region: region.box[1])


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
    return replace(filled, lattice=Lattice(lattice.xs, ys, list(moved.values())), runs=runs)


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


def _linked(pieces: Sequence[Segment], rules: Sequence[Rule]) -> list[list[Segment]]:
    """Segments that stand beside one another on a line or above one another."""
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
        for below in order[place + 1 :]:
            first, second = pieces[by_line[above][0]], pieces[by_line[below][0]]
            if second.middle - first.middle > _NEXT_LINE * max(first.size, second.size):
                break
            for one in by_line[above]:
                for other in by_line[below]:
                    if min(pieces[one].x1, pieces[other].x1) > max(
                        pieces[one].x0, pieces[other].x0
                    ):
                        parent[root(one)] = root(other)
    groups: dict[int, list[Segment]] = {}
    for index, piece in enumerate(pieces):
        groups.setdefault(root(index), []).append(piece)
    return list(groups.values())


def _parted(lines: list[list[Segment]], rules: Sequence[Rule]) -> list[list[list[Segment]]]:
    """A group of lines cut where a caption or a source line stands."""
    parts: list[list[list[Segment]]] = [[]]
    for line in lines:
        if len(line) <= 2 and any(is_caption(piece.text) for piece in line):
            parts.append([])
            continue
        parts[-1].append(line)
    return [part for part in parts if part]


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
            first = _with_tabular(lines, first, -1, several, size)
            last = _with_tabular(lines, last, 1, several, size)
    return Region(lines[first : last + 1], own)


def _with_tabular(
    lines: list[list[Segment]], at: int, step: int, several: list[int], size: float
) -> int:
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
