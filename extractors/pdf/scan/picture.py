"""A scanned page made straight: even paper, black ink, lines of print level and upright.

Pictures are greyscale (height, width) uint8 arrays, 255 paper; ink masks are the same with 255
for ink. Angles are degrees, counterclockwise as seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

#: uint8 throughout; cv2's stubs promise only some number.
Picture = NDArray[Any]

#: A hand lays a sheet within 2 degrees; the search goes a little over, so that 2 is no edge of it.
_MAX_SKEW = 3.0

#: Pixels a point for finding the skew: at 1 (72 dpi) lines of 6 point are still apart, and at 2
#: a hundredth of a degree moves the end of a rule by a tenth of a pixel.
_COARSE, _FINE = 1.0, 2.0

#: The paper is evened in squares of this many points, larger than any glyph or rule is thick,
#: smaller than the shade of a book's fold.
_PAPER_SQUARE = 12.0

#: Blur before the threshold, in points: less and the thin strokes of serif print fall
#: apart in the grain of a scan at 200 dpi, more and its glyphs touch (measured on 6 and 7 point).
_SOFTEN = 0.25

#: The faintest print is this much darker than its paper, of 255; grain is not.
_FAINTEST = 30

#: A pixel so much darker than each neighbour is dirt: the soft edge of print never is.
_ALONE = 50


@dataclass(frozen=True, slots=True)
class Straight:
    """A straightened page. ``scale`` is pixels a point; ``turned`` quarter turns in degrees."""

    grey: Picture
    ink: Picture
    scale: float
    skew: float = 0.0
    turned: int = 0


def straighten(picture: Picture, scale: float) -> Straight:
    """The page with even paper and its skew undone about its middle; not turned yet."""
    even = even_paper(picture, scale)
    skew = find_skew(ink_of(even, scale), scale)
    level = rotate(even, -skew) if skew else even
    return Straight(level, ink_of(level, scale), scale, skew)


def turn(page: Straight, degrees: int) -> Straight:
    """The page turned counterclockwise by a multiple of 90 degrees."""
    quarters = degrees // 90 % 4
    grey, ink = (np.ascontiguousarray(np.rot90(one, quarters)) for one in (page.grey, page.ink))
    return Straight(grey, ink, page.scale, page.skew, degrees % 360)


def even_paper(picture: Picture, scale: float) -> Picture:
    """The picture over its paper, so that shade, yellowing and stains are white.

    The paper is the brightest of a square, smoothed: print never fills one.
    """
    side = max(3, round(_PAPER_SQUARE * scale))
    height, width = picture.shape
    small = cv2.resize(
        picture,
        (max(1, width * 4 // side), max(1, height * 4 // side)),
        interpolation=cv2.INTER_AREA,
    )
    paper = cv2.dilate(small, np.ones((5, 5), np.uint8))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 5), (0, 0), 2)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return without_specks(cv2.divide(picture, np.maximum(paper, 1), scale=250))


def without_specks(picture: Picture) -> Picture:
    """The picture with single pixels healed that are darker or lighter than all round them.

    A plain median filter would take the decimal points of small print with them; a point is
    at least two pixels wide at 150 dpi, and one of its pixels has a dark neighbour.
    """
    ring = np.ones((3, 3), np.uint8)
    ring[1, 1] = 0
    darkest, lightest = cv2.erode(picture, ring), cv2.dilate(picture, ring)
    alone = (cv2.subtract(darkest, picture) > _ALONE) | (cv2.subtract(picture, lightest) > _ALONE)
    return np.where(alone, cv2.medianBlur(picture, 3), picture)


def ink_of(grey: Picture, scale: float) -> Picture:
    """The mask of what is printed, by the threshold that parts paper and ink best (Otsu).

    Nothing is printed where that threshold parts only the paper's own grain.
    """
    soft = cv2.GaussianBlur(grey, (0, 0), _SOFTEN * scale)
    ink = cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    if ink.any() and np.median(soft) - np.median(soft[ink > 0]) < _FAINTEST:
        return np.zeros_like(ink)
    return ink


def rotate(picture: Picture, degrees: float) -> Picture:
    """The picture rotated about its middle, its size kept, paper coming in at the corners."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)


def find_skew(ink: Picture, scale: float) -> float:
    """The angle at which rows and columns of ink stand out most, to a hundredth of a degree.

    Both ways are looked at, since the page may lie on its side; a rule or a line of print
    makes a step in the profile across it, and the squares of the steps add up.
    """
    coarse = _sized(ink, _COARSE / scale)
    found = _sharpest(coarse, np.arange(-_MAX_SKEW, _MAX_SKEW + 0.05, 0.1))
    fine = _sized(ink, min(1.0, _FINE / scale))
    return float(round(_sharpest(fine, found + np.arange(-0.1, 0.105, 0.01)), 2))


def _sized(ink: Picture, ratio: float) -> Picture:
    return cv2.resize(ink, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)


def _sharpest(ink: Picture, angles: NDArray[np.float64]) -> float:
    scores = [_steps(rotate(255 - ink, -angle)) for angle in angles]
    return float(angles[int(np.argmax(scores))])


def _steps(picture: Picture) -> float:
    rows = picture.mean(axis=1, dtype=np.float64)
    columns = picture.mean(axis=0, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum() + np.square(np.diff(columns)).sum())
