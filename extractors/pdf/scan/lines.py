"""Lines of print: the glyphs' parts of a page gathered into lines, lines cut at wide gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.pdf.scan.picture import Picture, Straight

#: The height of the smallest print, in points; a part of ink that is lower belongs to a glyph
#: beside it (a point, a dash, a stroke) or is dirt.
_SMALLEST_PRINT = 3.2

#: A part with less ink than this share of its line's height squared is a speck. Measured at 200
#: dpi: decimal points of 6 to 9 point print have 0.012 at least, black pixels 0.009 at most.
_SPECK = 0.0105

#: The share of a speck's ink that is enough for a point where one is expected.
_POINT = 0.5

#: Grey lighter than this is paper's grain.
_GRAIN = 40

#: Ink within this many points of a rule and no further is the rule's rim.
_RIM = 0.8

#: The soft rim of a part, in pixels.
_EDGE = 2

#: Parts whose heights add up to at most this many heights of print are of one line: 二 and 三
#: are of parts that do not overlap.
_ONE_LINE = 1.3

#: Low print that stands alone is a dash, at least this many heights of print wide, or dirt.
_DASH = 0.3

#: What is this small in heights of its line, and this far from the rest, is dirt.
_OFF = 0.3

#: A gap of so many heights of print parts two words: characters of one are nearer, a bracket of
#: full width and its blank half included; columns are not.
WORD_GAP = 1.15


@dataclass(frozen=True, slots=True)
class Parts:
    """Connected parts of ink: ``boxes`` (n, 4) as x0, top, x1, bottom in pixels.

    ``inks`` (n,) is how much ink a part has, in black pixels, its grey rim counted. ``labels``
    is the page with each part's id of ``ids``, so that it can be cut out without its neighbours.
    """

    boxes: NDArray[np.int32]
    inks: NDArray[np.float64]
    ids: NDArray[np.int32]
    labels: NDArray[Any]

    @property
    def heights(self) -> NDArray[np.int32]:
        return self.boxes[:, 3] - self.boxes[:, 1]

    @property
    def widths(self) -> NDArray[np.int32]:
        return self.boxes[:, 2] - self.boxes[:, 0]

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Parts:
        return Parts(self.boxes[which], self.inks[which], self.ids[which], self.labels)

    def within(self, box: tuple[float, float, float, float]) -> Parts:
        """The parts whose middle is in a box."""
        middles_x = (self.boxes[:, 0] + self.boxes[:, 2]) / 2
        middles_y = (self.boxes[:, 1] + self.boxes[:, 3]) / 2
        x0, top, x1, bottom = box
        return self.take(
            (middles_x >= x0) & (middles_x < x1) & (middles_y >= top) & (middles_y < bottom)
        )


@dataclass(frozen=True, slots=True)
class PrintLine:
    """A line of print or a word of it: its box in pixels and its parts from left to right."""

    box: tuple[int, int, int, int]
    parts: Parts

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]


def find_parts(page: Straight, rules: Picture) -> Parts:
    """The parts of a page's ink without its rules (a mask) and their rims."""
    ink = cv2.subtract(page.ink, rules)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    corners = stats[:, :2], stats[:, :2] + stats[:, 2:4]
    boxes = np.concatenate(corners, axis=1)
    reach = 2 * max(1, round(_RIM * page.scale)) + 1
    rim = cv2.dilate(rules, np.ones((reach, reach), np.uint8))
    clear = np.bincount(labels[rim == 0], minlength=count) > 0
    clear[0] = False
    inks = _ink_within(page.grey, boxes, page.ink)
    return Parts(boxes, inks, np.arange(count, dtype=np.int32), labels).take(clear)


def _ink_within(grey: Picture, boxes: NDArray[np.int32], ink: Picture) -> NDArray[np.float64]:
    """The ink in each box and a pixel round it, in pixels as black as the page's print."""
    dark = 255 - _GRAIN - np.minimum(grey, 255 - _GRAIN)
    black = float(np.percentile(dark[ink > 0], 75)) if ink.any() else 255.0
    sums = cv2.integral(dark)
    height, width = grey.shape
    x0, top = np.maximum(boxes[:, 0] - 1, 0), np.maximum(boxes[:, 1] - 1, 0)
    x1, bottom = np.minimum(boxes[:, 2] + 1, width), np.minimum(boxes[:, 3] + 1, height)
    inside = sums[bottom, x1] - sums[top, x1] - sums[bottom, x0] + sums[top, x0]
    return np.asarray(inside / max(black, 1.0), np.float64)


def find_lines(parts: Parts, scale: float) -> list[PrintLine]:
    """The lines of a region from the top, each a run of print over its whole width.

    Tall parts make the lines; low ones (points, dashes, 一) join the line whose height they
    stand in, and make one of their own only where they stand alone.
    """
    if not len(parts.ids):
        return []
    size = print_size(parts, scale)
    large = parts.inks >= _SPECK * size * size
    parts = parts.take(large | _are_points(parts, large, size))
    if not len(parts.ids):
        return []
    tall = parts.heights >= _SMALLEST_PRINT * scale
    bands = _bands([tuple(one) for one in parts.boxes[tall][:, [1, 3]]], size)
    middles = (parts.boxes[:, 1] + parts.boxes[:, 3]) / 2
    home = np.full(len(parts.ids), -1)
    for index, (top, bottom) in enumerate(bands):
        reach = 0.25 * (bottom - top)
        home[(middles >= top - reach) & (middles <= bottom + reach) & (home < 0)] = index
    lines = [_line(parts.take(home == index)) for index in np.unique(home[home >= 0])]
    alone = parts.take((home < 0) & (parts.widths >= _DASH * size))
    for low in _bands([tuple(one) for one in alone.boxes[:, [1, 3]]], size):
        rows = (alone.boxes[:, 1] >= low[0]) & (alone.boxes[:, 3] <= low[1])
        lines.append(_line(alone.take(rows)))
    return sorted(map(_trimmed, lines), key=lambda line: line.box[1])


def _are_points(parts: Parts, large: NDArray[np.bool_], size: float) -> NDArray[np.bool_]:
    """Which of the parts that are small enough for specks stand where a decimal point stands.

    That is at the foot of two tall parts, in a gap wider than is left between digits; a speck
    that falls there too is found out by the glyphs' pitch.
    """
    points = np.zeros(len(parts.ids), bool)
    tall = parts.boxes[large & (parts.heights > 0.6 * size)]
    for index in np.flatnonzero(~large & (parts.inks >= _POINT * _SPECK * size * size)):
        x0, _, x1, bottom = parts.boxes[index]
        level = tall[np.abs(tall[:, 3] - bottom) <= max(1.0, 0.15 * size)]
        before, after = level[level[:, 2] <= x0], level[level[:, 0] >= x1]
        if len(before) and len(after):
            gap = after[:, 0].min() - before[:, 2].max()
            points[index] = 0.25 * size <= gap <= size
    return points


def _trimmed(line: PrintLine) -> PrintLine:
    """The line without specks that stand off its ends."""
    parts, gap = line.parts, _OFF * line.height
    while len(parts.ids) > 1:
        small = (parts.heights <= _OFF * line.height) & (parts.widths <= _OFF * line.height)
        if small[0] and parts.boxes[1:, 0].min() - parts.boxes[0, 2] > gap:
            parts = parts.take(np.arange(1, len(small)))
        elif small[-1] and parts.boxes[-1, 0] - parts.boxes[:-1, 2].max() > gap:
            parts = parts.take(np.arange(len(small) - 1))
        else:
            break
    return line if parts is line.parts else _line(parts)


def print_size(parts: Parts, scale: float) -> float:
    """The height of most tall parts, in pixels: that of capitals, digits and characters."""
    tall = parts.heights[parts.heights >= _SMALLEST_PRINT * scale]
    return float(np.percentile(tall, 75)) if len(tall) else _SMALLEST_PRINT * scale


def _bands(extents: list[tuple[int, ...]], size: float) -> list[tuple[int, int]]:
    """Extents (top, bottom) gathered into bands of one line's height."""
    bands: list[tuple[int, int]] = []
    for top, bottom in sorted(extents):
        if bands:
            first, last = bands[-1]
            overlap = min(last, bottom) - top
            if (
                overlap > 0.4 * min(bottom - top, last - first)
                or bottom - first <= size * _ONE_LINE
            ):
                bands[-1] = (first, max(last, bottom))
                continue
        bands.append((top, bottom))
    return bands


def _line(parts: Parts) -> PrintLine:
    ordered = parts.take(np.argsort(parts.boxes[:, 0], kind="stable"))
    x0, top = ordered.boxes[:, 0].min(), ordered.boxes[:, 1].min()
    x1, bottom = ordered.boxes[:, 2].max(), ordered.boxes[:, 3].max()
    return PrintLine((int(x0), int(top), int(x1), int(bottom)), ordered)


def cut(grey: Picture, line: PrintLine, margin: float, side: float) -> Picture:
    """The line's picture with its own parts only, on white, with margins in line heights.

    What is no part of the line (rules, specks, neighbours, grain) is white, so that nothing
    is read into it.
    """
    x0, top, x1, bottom = line.box
    labels = line.parts.labels[top:bottom, x0:x1]
    known = np.zeros(int(max(labels.max(), line.parts.ids.max())) + 1, np.uint8)
    known[line.parts.ids] = 255
    across, down = round(line.height * side) + _EDGE, round(line.height * margin) + _EDGE
    mask = cv2.copyMakeBorder(
        known[labels], down, down, across, across, cv2.BORDER_CONSTANT, value=0
    )
    mask = cv2.dilate(mask, np.ones((2 * _EDGE + 1,) * 2, np.uint8))
    height, width = grey.shape
    made = np.full(mask.shape, 255, np.uint8)
    left, above = max(0, x0 - across), max(0, top - down)
    seen = grey[above : min(height, bottom + down), left : min(width, x1 + across)]
    oy, ox = above - (top - down), left - (x0 - across)
    made[oy : oy + seen.shape[0], ox : ox + seen.shape[1]] = seen
    made[mask == 0] = 255
    return made
