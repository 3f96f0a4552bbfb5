"""Numbers checked against their glyphs: how many there are, where they stand, what they look like.

This is a second witness that knows nothing of the network: a lost decimal point leaves a part of
ink, or a gap wider than digits leave; an added one has neither; a digit taken for another looks
like the page's other ones of its kind and not like those it was taken for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.pdf.scan.lines import Parts, PrintLine
from extractors.pdf.scan.picture import Picture

#: A text that is one printed number, with its sign, grouping and percent.
is_number = re.compile(r"[-+−–]?\d+(?:[.,]\d+)*%?").fullmatch

#: Below this share of the line's height a glyph is a point, a comma or a dash.
_LOW = 0.45

#: Digits of a font stand at one pitch; with a point or a comma between them they are 1.4
#: pitches apart or more, without one 1.15 at most (a 1 sits askew in its place).
_PARTED = 1.27

#: Wider than so many pitches a glyph is several that touch.
_TOUCHING = 1.15

#: Pieces of one digit are this near, and together this wide at most, in its heights.
_CRACK, _DIGIT = 0.15, 0.74

#: A glyph is looked at in a frame of so many pixels, as wide as the digits are high and reaching
#: a third of that below the foot, where commas end.
_FRAME_HEIGHT, _FRAME_WIDTH, _FRAME_FOOT = 26, 20, 20

#: Neighbours of a label that have to be near: one alike may itself be misread.
_NEAREST = 3

#: So many glyphs of a label show all that its print varies; more only cost time.
_KEPT = 150

#: Another label's neighbours this much nearer than the claimed one's contradict it.
_NEARER = 0.8


_Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Glyph:
    """Parts that stand over one another: its box in pixels and whether it is as high as a digit."""

    box: tuple[int, int, int, int]
    tall: bool

    @property
    def middle(self) -> float:
        return (self.box[0] + self.box[2]) / 2


@dataclass(frozen=True, slots=True)
class GlyphLine:
    """A line's glyphs from left to right, ``head`` and ``foot`` of its digits in pixels."""

    glyphs: tuple[Glyph, ...]
    head: float
    foot: float

    @property
    def height(self) -> float:
        return self.foot - self.head


def glyphs_of(line: PrintLine) -> GlyphLine | None:
    """The glyphs of a line; None where nothing in it is as high as print."""
    boxes = _stacked(line.parts)
    heights = [bottom - top for _, top, _, bottom in boxes]
    size = max(heights)
    tall = [box for box, height in zip(boxes, heights, strict=True) if height > _LOW * size]
    head = float(np.median([box[1] for box in tall]))
    foot = float(np.median([box[3] for box in tall]))
    if foot - head < _LOW * size:
        return None
    mended = _mended(boxes, head, foot - head)
    glyphs = (Glyph(box, box[3] - box[1] > _LOW * (foot - head)) for box in mended)
    return GlyphLine(tuple(glyphs), head, foot)


def _mended(boxes: list[_Box], head: float, height: float) -> list[_Box]:
    """Boxes with the pieces joined that thin strokes fell into.

    Two upright pieces side by side are no wider than a digit together; and no sign of a number
    hangs at its head, so that what does is the flag of a 5 or a 7.
    """
    mended: list[_Box] = []
    for box in boxes:
        if mended:
            last = mended[-1]
            near = box[0] - last[2] <= _CRACK * height and box[2] - last[0] <= height * _DIGIT
            low = [one[3] - one[1] <= _LOW * height for one in (last, box)]
            hung = [one[3] < head + 0.4 * height for one in (last, box)]
            if near and (not any(low) or any(a and b for a, b in zip(low, hung, strict=True))):
                mended[-1] = _both(last, box)
                continue
        mended.append(box)
    return mended


def _stacked(parts: Parts) -> list[_Box]:
    """Boxes of the parts, those that stand over one another as one."""
    boxes: list[_Box] = []
    for x0, top, x1, bottom in parts.boxes.tolist():
        if boxes:
            last = boxes[-1]
            shared = min(last[2], x1) - max(last[0], x0)
            if shared > 0.5 * min(last[2] - last[0], x1 - x0):
                boxes[-1] = _both(last, (x0, top, x1, bottom))
                continue
        boxes.append((x0, top, x1, bottom))
    return boxes


def _both(one: _Box, other: _Box) -> _Box:
    x0, top = min(one[0], other[0]), min(one[1], other[1])
    return (x0, top, max(one[2], other[2]), max(one[3], other[3]))


def fits(text: str, line: GlyphLine, pitch: float) -> bool:
    """Whether a number has the glyphs, the gaps and the width that are printed.

    ``pitch`` is the distance of two digits in heights of the line. Glyphs that touch may be as
    many characters as their width holds.
    """
    printed = text.rstrip("%")
    claimed = "".join("d" if one.isdigit() else "s" for one in printed)
    # A percent sign is of one to three parts.
    shape = "".join(_shape(glyph, pitch * line.height) for glyph in line.glyphs)
    signs = (claimed + "%" * count for count in ((1, 2, 3) if len(printed) < len(text) else (0,)))
    if not any(re.fullmatch(shape, one) for one in signs):
        return False
    if len(printed) == len(line.glyphs):
        return _gaps_fit(printed, line, pitch)
    return len(printed) < len(text) or _width_fits(claimed, line, pitch)


def _shape(glyph: Glyph, step: float) -> str:
    """The pattern of what a glyph may be: d a digit, s a sign."""
    if not glyph.tall:
        return "[s%]"
    wide = (glyph.box[2] - glyph.box[0]) / step
    if wide <= _TOUCHING:
        return "[d%]"
    return f"[ds%]{{{max(1, int(wide))},{round(wide) + 1}}}"


def _gaps_fit(text: str, line: GlyphLine, pitch: float) -> bool:
    """Whether digits are further apart just where the text has a sign between them."""
    places = [
        (index, glyph.middle) for index, glyph in enumerate(line.glyphs) if text[index].isdigit()
    ]
    return all(
        ((right - left) / (pitch * line.height) > _PARTED) == (j - i > 1)
        for (i, left), (j, right) in pairwise(places)
    )


def _width_fits(claimed: str, line: GlyphLine, pitch: float) -> bool:
    """Whether the line is as wide as its digits at their pitch and its signs are.

    A digit is a tenth narrower than its pitch, a 1 half of that; a sign takes 0.3 to 1.1 of it.
    """
    wide = (line.glyphs[-1].box[2] - line.glyphs[0].box[0]) / (pitch * line.height)
    digits, signs = claimed.count("d"), claimed.count("s")
    return digits - 0.7 + 0.3 * signs <= wide <= digits + 0.15 + 1.1 * signs


def pitch_of(lines: Iterable[tuple[str, GlyphLine]]) -> float:
    """The usual distance of two digits in heights of their line; 0.72 where there are none.

    Digits are some 0.55 em wide and 0.75 em high in most fonts.
    """
    steps = []
    for text, line in lines:
        if len(text) == len(line.glyphs):
            pairs = zip(text, text[1:], line.glyphs, line.glyphs[1:], strict=False)
            steps += [
                (right.middle - left.middle) / line.height
                for one, other, left, right in pairs
                if one.isdigit() and other.isdigit()
            ]
    return float(np.median(steps)) if steps else 0.72


_Table = tuple[NDArray[np.float32], dict[str, NDArray[np.intp]], NDArray[np.float32]]


class GlyphBook:
    """The glyphs of a page's numbers with what they were read as, to hold each against the rest."""

    def __init__(self, grey: Picture) -> None:
        self._grey = grey
        self._patches: list[NDArray[np.float32]] = []
        self._labels: list[str] = []
        self._places: dict[_Box, int] = {}
        self._table: _Table | None = None
        self._seen: dict[GlyphLine, list[dict[str, float]]] = {}

    def add(self, text: str, line: GlyphLine) -> None:
        """Keeps the glyphs of a number that has as many characters as glyphs."""
        if len(text) != len(line.glyphs):
            return
        self._seen.clear()
        for label, glyph in zip(text, line.glyphs, strict=True):
            if self._labels.count(label) >= _KEPT:
                continue
            self._places[glyph.box] = len(self._labels)
            self._labels.append(label)
            self._patches.append(self._patch(glyph, line))

    def looks_like(self, line: GlyphLine) -> list[dict[str, float]]:
        """For each glyph how far it is from the nearest others of each label.

        A glyph is not held against itself; a label has to be known from other glyphs.
        """
        if not self._labels:
            return [{} for _ in line.glyphs]
        if line not in self._seen:
            known, labels, squares = self._known()
            patches = np.stack([self._patch(glyph, line) for glyph in line.glyphs], axis=1)
            distances = squares[:, None] - 2 * (known @ patches) + np.square(patches).sum(axis=0)
            for index, glyph in enumerate(line.glyphs):
                if glyph.box in self._places:
                    distances[self._places[glyph.box], index] = np.inf
            self._seen[line] = [_by_label(one, labels) for one in distances.T]
        return self._seen[line]

    def _known(self) -> _Table:
        """The patches as one array, the places of each label, the patches' squares."""
        if self._table is None or len(self._table[0]) != len(self._labels):
            known, labels = np.stack(self._patches), np.array(self._labels)
            places = {one: np.flatnonzero(labels == one) for one in sorted(set(self._labels))}
            self._table = (known, places, np.square(known).sum(axis=1))
        return self._table

    def _patch(self, glyph: Glyph, line: GlyphLine) -> NDArray[np.float32]:
        """The glyph's ink in a frame hung on the line's head and foot, softened, flat."""
        ratio = _FRAME_FOOT / line.height
        x0, x1 = glyph.box[0] - 1, glyph.box[2] + 1
        matrix = np.array([
            [ratio, 0, _FRAME_WIDTH / 2 - glyph.middle * ratio], [0, ratio, -line.head * ratio],
        ])  # fmt: skip
        ink = 255 - self._grey[:, max(0, x0) : x1]
        matrix[0, 2] += max(0, x0) * ratio
        top, bottom = int(line.head) - 4, int(line.foot + line.height / 2) + 4
        matrix[1, 2] += max(0, top) * ratio
        frame = cv2.warpAffine(
            ink[max(0, top) : bottom], matrix, (_FRAME_WIDTH, _FRAME_HEIGHT), flags=cv2.INTER_LINEAR
        )
        soft = cv2.GaussianBlur(frame, (0, 0), 0.8)
        return np.asarray(soft, np.float32).ravel() / np.float32(255)


def _by_label(
    distances: NDArray[np.float32], labels: dict[str, NDArray[np.intp]]
) -> dict[str, float]:
    looks = {}
    for label, places in labels.items():
        near = np.sort(distances[places])[:_NEAREST]
        if len(near) == _NEAREST and np.isfinite(near[-1]):
            looks[label] = float(near.mean())
    return looks


def contradicted(text: str, looks: list[dict[str, float]]) -> list[int]:
    """The places of a number's characters that look like another label's glyphs."""
    if len(text) != len(looks):
        return []
    wrong = []
    for index, (label, look) in enumerate(zip(text, looks, strict=True)):
        claimed = look.get(label)
        others = [far for other, far in look.items() if other != label]
        if claimed is not None and others and min(others) < _NEARER * claimed:
            wrong.append(index)
    return wrong
