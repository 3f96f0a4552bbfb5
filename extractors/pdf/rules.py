"""The rules of a page: the straight lines that are drawn on it, from pdfium's path objects.

Stroked lines, the sides of stroked boxes and boxes too thin to be anything else are rules; a filled
box is not, for page art and zebra stripes are filled boxes.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.model import Box
from extractors.pdf.glyphs import Frame

#: A box at most this thick (points) is a rule; heavy ones are 3.
_THICKEST = 3.2

#: What deviates from an axis by less than this (points) lies along it.
_STRAIGHT = 1.0

#: Rules nearer than this (points) across are one: a double rule, or the two sides of a box
#: that borders on the next.
SAME_PLACE = 2.0

#: Pieces of a rule whose gap is below this (points) are joined: dashes, and corners left out.
_JOINS = 3.0

#: Paths are not looked at beyond these: a map has ten thousand and no table.
MOST_PATHS = 30_000
_MOST_SEGMENTS = 200_000
_DEEPEST_FORM = 6

#: Rules times fills are compared up to this number; beyond it the page is a drawing.
_MOST_PAIRS = 2_000_000

#: A rule this near (points) to the edge of a fill is its border and not under it.
_EDGE = 1.2

#: A fill is opaque from this alpha on.
_OPAQUE = 250

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line at ``at`` from ``start`` to ``end``: y and two x where it is horizontal,
    x and two y where it is vertical."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(slots=True)
class Drawing:
    """What is drawn on a page besides text. ``curves`` counts paths that are no boxes or lines."""

    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    curves: int = 0


def read_drawing(page: pdfium.PdfPage, frame: Frame) -> Drawing:
    """The rules, filled boxes and pictures of a page, in the frame of the page as read."""
    drawing = Drawing()
    reader = _Reader(frame, drawing)
    for item, matrix in _objects(page):
        reader.take(item, matrix)
    fills = reader.covering
    drawing.horizontal = merged(_visible(reader.horizontal, fills, across=1))
    drawing.vertical = merged(_visible(reader.vertical, fills, across=0))
    return drawing


def _visible(
    rules: Sequence[tuple[int, Rule]], fills: Sequence[tuple[int, Box]], across: int
) -> list[Rule]:
    """Rules without what fills that are painted later hide; ``across`` is the axis (0 or 1) of a
    box that runs across the rules."""
    if len(rules) * len(fills) > _MOST_PAIRS:
        return [rule for _, rule in rules]
    along = 1 - across
    seen: list[Rule] = []
    for order, rule in rules:
        pieces = [(rule.start, rule.end)]
        for later, box in fills:
            if later > order and box[across] + _EDGE < rule.at < box[across + 2] - _EDGE:
                pieces = list(_without(pieces, box[along], box[along + 2]))
        seen += [Rule(rule.at, start, end) for start, end in pieces]
    return seen


def _without(
    pieces: Sequence[tuple[float, float]], start: float, end: float
) -> Iterator[tuple[float, float]]:
    for a, b in pieces:
        if end <= a or b <= start:
            yield a, b
            continue
        if start - a > _EDGE:
            yield a, start
        if b - end > _EDGE:
            yield end, b


def merged(rules: Sequence[Rule]) -> list[Rule]:
    """Rules with the pieces of one line joined and doubles dropped, in order of place."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if groups and rule.at - groups[-1][0].at <= SAME_PLACE:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [rule for group in groups for rule in _joined(group)]


def _joined(group: list[Rule]) -> Iterator[Rule]:
    group = sorted(group, key=lambda rule: rule.start)
    piece = [group[0]]
    end = group[0].end
    for rule in group[1:]:
        if rule.start - end <= _JOINS:
            piece.append(rule)
            end = max(end, rule.end)
        else:
            yield _one(piece)
            piece, end = [rule], rule.end
    yield _one(piece)


def _one(piece: list[Rule]) -> Rule:
    total = sum(rule.length for rule in piece) or 1.0
    at = sum(rule.at * rule.length for rule in piece) / total if total > 1 else piece[0].at
    return Rule(at, min(rule.start for rule in piece), max(rule.end for rule in piece))


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[object, pdfium.PdfMatrix]]:
    """The drawn objects of a page and its forms, each with the matrix that places it."""
    left = [MOST_PATHS]

    def within(count, get, matrix: pdfium.PdfMatrix, depth: int):
        for index in range(count):
            item = get(index)
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                own = _matrix_of(item).multiply(matrix)
                yield from within(
                    pdfium_c.FPDFFormObj_CountObjects(item),
                    lambda place, form=item: pdfium_c.FPDFFormObj_GetObject(form, place),
                    own,
                    depth + 1,
                )
            elif kind in (pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE):
                left[0] -= 1
                if left[0] < 0:
                    return
                yield item, matrix

    yield from within(
        pdfium_c.FPDFPage_CountObjects(page.raw),
        lambda place: pdfium_c.FPDFPage_GetObject(page.raw, place),
        pdfium.PdfMatrix(),
        0,
    )


def _matrix_of(item) -> pdfium.PdfMatrix:
    raw = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(item, ctypes.byref(raw))
    return pdfium.PdfMatrix.from_raw(raw)


class _Reader:
    """Takes drawn objects and sorts them into a `Drawing`."""

    def __init__(self, frame: Frame, drawing: Drawing) -> None:
        self.frame, self.drawing = frame, drawing
        self.horizontal: list[tuple[int, Rule]] = []
        self.vertical: list[tuple[int, Rule]] = []
        self.covering: list[tuple[int, Box]] = []
        self.order = 0
        self.opaque = False

    def take(self, item, matrix: pdfium.PdfMatrix) -> None:
        if pdfium_c.FPDFPageObj_GetType(item) == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            box = self._place(_unit_square(_matrix_of(item).multiply(matrix)))
            if not self._rule_of_box(box):
                self.drawing.images.append(box)
            return
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
        if not (fill.value or stroke.value):
            return
        own = _matrix_of(item).multiply(matrix)
        self.order += 1
        self.opaque = bool(fill.value) and _is_opaque(item)
        for points, closed, curved in _subpaths(item, own):
            self._take_subpath(points, closed, curved, bool(stroke.value))

    def _take_subpath(
        self, points: list[_Point], closed: bool, curved: bool, stroked: bool
    ) -> None:
        box = self._place(points)
        if self._rule_of_box(box):
            return
        if curved or len(points) < 2:
            self.drawing.curves += curved
            return
        if self.opaque and len(points) in (4, 5):
            self.covering.append((self.order, box))
        if stroked:
            self._sides(points, closed)
        elif len(points) >= 4:
            self.drawing.fills.append(box)

    def _sides(self, points: list[_Point], closed: bool) -> None:
        corners = [self.frame.place(*point, *point)[:2] for point in points]
        if closed:
            corners.append(corners[0])
        for (x0, y0), (x1, y1) in pairwise(corners):
            if abs(y1 - y0) <= _STRAIGHT < abs(x1 - x0):
                self._add(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)), across=1)
            elif abs(x1 - x0) <= _STRAIGHT < abs(y1 - y0):
                self._add(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)), across=0)
            elif abs(x1 - x0) > _STRAIGHT:
                self.drawing.curves += 1

    def _rule_of_box(self, box: Box) -> bool:
        """Take a thin box as a rule; whether it was one."""
        wide, high = box[2] - box[0], box[3] - box[1]
        if high <= _THICKEST and wide > 2 * high:
            self._add(Rule((box[1] + box[3]) / 2, box[0], box[2]), across=1)
        elif wide <= _THICKEST and high > 2 * wide:
            self._add(Rule((box[0] + box[2]) / 2, box[1], box[3]), across=0)
        else:
            return wide <= _THICKEST and high <= _THICKEST
        return True

    def _add(self, rule: Rule, across: int) -> None:
        """Keep what of a rule lies on the page; ``across`` is the axis that runs across it."""
        size = self.frame.size
        start, end = max(rule.start, 0.0), min(rule.end, size[1 - across])
        if -1 <= rule.at <= size[across] + 1 and end > start:
            rules = self.horizontal if across else self.vertical
            rules.append((self.order, Rule(rule.at, start, end)))

    def _place(self, points: Sequence[_Point]) -> Box:
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        return self.frame.place(min(xs), min(ys), max(xs), max(ys))


def _is_opaque(item) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    known = pdfium_c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    return bool(known) and alpha.value >= _OPAQUE


def _unit_square(matrix: pdfium.PdfMatrix) -> list[_Point]:
    return [matrix.on_point(x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]


def _subpaths(item, matrix: pdfium.PdfMatrix) -> Iterator[tuple[list[_Point], bool, bool]]:
    """(corners, whether closed, whether curved) of every subpath, in page space."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[_Point] = []
    closed = curved = False
    for index in range(min(pdfium_c.FPDFPath_CountSegments(item), _MOST_SEGMENTS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(item, index)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO and points:
            yield points, closed, curved
            points, closed, curved = [], False, False
        curved = curved or kind == pdfium_c.FPDF_SEGMENT_BEZIERTO
        pdfium_c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        points.append(matrix.on_point(x.value, y.value))
        closed = closed or pdfium_c.FPDFPathSegment_GetClose(segment) == 1
    if points:
        yield points, closed, curved
