"""The rules of a page: found as straight runs of ink, joined into frames, and cut into cells.

Everything is in pixels of the straightened page. A frame is a net of rules that touch; its
cells are the rectangles between them, a merged one where no rule parts its units.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from extractors.pdf.scan.picture import Picture

#: A rule is at least this long, in points: longer than the strokes of a heading's characters.
_SHORTEST = 24.0

#: Two ends nearer than this, in points, meet: scanned corners are open by a pixel or two, and
#: no column is so narrow.
_MEET = 4.0

#: A rule is no thicker, in points: thicker ones are bars and fills.
_THICKEST = 5.0

#: How much of a cell's side a rule has to cover to part two cells: a broken rule still does,
#: the end of a neighbour's that reaches in does not.
_COVER = 0.6

#: A net of fewer rules each way is a box round text or a rule under a heading.
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule along one axis: at ``place`` across it, from ``start`` to ``end`` along it."""

    place: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Rules:
    """Horizontal and vertical rules, and the mask of their ink."""

    across: list[Rule]
    down: list[Rule]
    mask: Picture


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell of a frame: the units it spans, counted from 0 and inclusive."""

    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A net of rules: the edges of its rows and columns, and its cells in reading order."""

    xs: list[float]
    ys: list[float]
    cells: list[CellPlace]

    def box(self, cell: CellPlace) -> tuple[float, float, float, float]:
        """(x0, top, x1, bottom) of a cell between the middles of its rules."""
        return (
            self.xs[cell.column],
            self.ys[cell.row],
            self.xs[cell.last_column + 1],
            self.ys[cell.last_row + 1],
        )


def find_rules(ink: Picture, scale: float) -> Rules:
    """All rules of a page."""
    across, across_mask = _runs(ink, scale)
    down, down_mask = _runs(np.ascontiguousarray(ink.T), scale)
    return Rules(across, down, cv2.bitwise_or(across_mask, np.ascontiguousarray(down_mask.T)))


def _runs(ink: Picture, scale: float) -> tuple[list[Rule], Picture]:
    """Horizontal rules of a mask and their ink.

    Ink is closed along the rule first, by less than the space between two characters, so that
    a speck of paper does not cut it, and thickened by a pixel, so that a rule that steps from
    one row of pixels to the next stays one.
    """
    length, gap = round(_SHORTEST * scale), max(3, round(0.6 * scale) | 1)
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    thick = cv2.dilate(closed, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, middles = cv2.connectedComponentsWithStats(runs, connectivity=8)
    keep = np.zeros(count, np.uint8)
    rules = []
    for index in range(1, count):
        left, _, width, _, area = stats[index]
        if area / width - 2 <= _THICKEST * scale:
            keep[index] = 255
            rules.append(Rule(float(middles[index][1]), float(left), float(left + width)))
    # The rim of a rule is grey and comes and goes along it: the thickening covers it.
    return _joined(rules, _MEET * scale), cv2.bitwise_and(keep[labels], ink)


def _joined(rules: list[Rule], near: float) -> list[Rule]:
    """Rules in one line whose ends meet, as one."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda one: one.start):
        for index, other in enumerate(joined):
            if abs(other.place - rule.place) <= near / 2 and rule.start - other.end <= near:
                longer = max(other, rule, key=lambda one: one.length)
                joined[index] = Rule(longer.place, other.start, max(other.end, rule.end))
                break
        else:
            joined.append(rule)
    return joined


def find_frames(rules: Rules, scale: float) -> list[Frame]:
    """The nets of at least two rules each way, from the top of the page."""
    near = _MEET * scale
    frames = []
    for across, down in _nets(rules, near):
        if len(across) < _FEWEST or len(down) < 1 or len(down) + len(across) < 2 * _FEWEST:
            continue
        ys = _edges(across, down, near)
        xs = _edges(down, across, near)
        if len(xs) > 2 or len(ys) > 2:
            frames.append(Frame(xs, ys, _cells(xs, ys, across, down, near)))
    return sorted(frames, key=lambda frame: (frame.ys[0], frame.xs[0]))


def _nets(rules: Rules, near: float) -> list[tuple[list[Rule], list[Rule]]]:
    """The rules grouped by touching, each group as (horizontal, vertical)."""
    groups: list[tuple[list[Rule], list[Rule]]] = []
    for down in rules.down:
        touched = [
            rule for rule in rules.across
            if rule.start - near <= down.place <= rule.end + near
            and down.start - near <= rule.place <= down.end + near
        ]  # fmt: skip
        if not touched:
            continue
        across, downs = list(touched), [down]
        for group in [one for one in groups if any(rule in one[0] for rule in touched)]:
            across += [rule for rule in group[0] if rule not in across]
            downs += group[1]
            groups.remove(group)
        groups.append((across, downs))
    return groups


def _edges(rules: list[Rule], others: list[Rule], near: float) -> list[float]:
    """The places of the rules, with an edge where the others end that has no rule.

    Many tables have no rule at their sides, and some scans lose the one at the top: the rules
    that run up to it still say where it is. Rules of one edge lie within ``near``.
    """
    places: list[list[float]] = []
    for place in sorted(rule.place for rule in rules):
        if places and place - places[-1][-1] <= near:
            places[-1].append(place)
        else:
            places.append([place])
    edges = [float(np.mean(group)) for group in places]
    first, last = (
        _outer_end([rule.start for rule in others]),
        _outer_end([-rule.end for rule in others]),
    )
    if first is not None and first < edges[0] - 2 * near:
        edges.insert(0, first)
    if last is not None and -last > edges[-1] + 2 * near:
        edges.append(-last)
    return edges


def _outer_end(ends: list[float]) -> float | None:
    """Where at least two rules start, the outermost such place; one alone may be a stray."""
    return sorted(ends)[1] if len(ends) > 1 else None


def _cells(
    xs: list[float], ys: list[float], across: list[Rule], down: list[Rule], near: float
) -> list[CellPlace]:
    """The cells between the edges, units joined where no rule parts them.

    Units that join to another shape than a rectangle stand alone: a rule is missing there, and
    nothing says which cell the text of the whole belongs to.
    """
    columns, rows = len(xs) - 1, len(ys) - 1
    owner = list(range(columns * rows))

    def root(unit: int) -> int:
        while owner[unit] != unit:
            unit = owner[unit]
        return unit

    for row in range(rows):
        for column in range(columns):
            unit, side, foot = row * columns + column, xs[column + 1], ys[row + 1]
            if column + 1 < columns and not _parted(down, side, ys[row], foot, near):
                owner[root(unit + 1)] = root(unit)
            if row + 1 < rows and not _parted(across, foot, xs[column], side, near):
                owner[root(unit + columns)] = root(unit)
    groups: dict[int, list[tuple[int, int]]] = {}
    for unit in range(columns * rows):
        groups.setdefault(root(unit), []).append(divmod(unit, columns))
    return sorted(
        (cell for units in groups.values() for cell in _rectangles(units)),
        key=lambda cell: (cell.row, cell.column),
    )


def _rectangles(units: list[tuple[int, int]]) -> list[CellPlace]:
    top, bottom = min(r for r, _ in units), max(r for r, _ in units)
    left, right = min(c for _, c in units), max(c for _, c in units)
    if (bottom - top + 1) * (right - left + 1) == len(units):
        return [CellPlace(top, left, bottom, right)]
    return [CellPlace(r, c, r, c) for r, c in units]


def _parted(rules: list[Rule], place: float, start: float, end: float, near: float) -> bool:
    """Whether rules at a place cover enough of the side from ``start`` to ``end``."""
    covered = sum(
        max(0.0, min(rule.end, end) - max(rule.start, start))
        for rule in rules
        if abs(rule.place - place) <= near
    )
    return covered >= _COVER * (end - start)
