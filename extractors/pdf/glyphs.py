"""The printed characters of a page, with places, from pdfium's text layer.

A glyph's place is its cell: from its origin over its advance, and as high as its type. That tells gaps between words better than the ink, which is narrow for ``1`` and ``，``.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.model import Box

#: A sheet holds at most some 20,000 characters of 4-point print; more is a bomb or a map.
MOST_GLYPHS = 200_000

#: Text whose direction is further from an axis than this (degrees) is a watermark or part of a
#: drawing; scans that were recognised and skewed stay below it.
_MOST_SLANT = 8.0

#: The page is read turned where this share of its characters lies on its side. Tall headers
#: that run upwards and chart axes reach a third.
_TURNED_SHARE = 0.6

#: Copies of a character stand within this part of its height. An l is wider than that.
_DOUBLED = 0.2

#: Of what a font's ascent and descent exceed its type size by, this part lies above.
_ABOVE = 0.62

#: pdfium writes this for a hyphen at the end of a line.
_SOFT_HYPHEN = "\ufffe\u0002\u00ad"


@dataclass(slots=True)
class Glyph:
    """A character. ``box`` is in the frame of the page as read; ``turns`` counts the quarter
    turns, counter-clockwise, by which it is not upright there."""

    text: str
    box: Box
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """How page space (origin at the lower left, unrotated) becomes the page as it is read.

    ``turns`` counts clockwise quarter turns, ``bounds`` is (left, bottom, right, top).
    """

    bounds: Box
    turns: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points as read."""
        left, bottom, right, top = self.bounds
        wide, high = right - left, top - bottom
        return (high, wide) if self.turns % 2 else (wide, high)

    def place(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A box of page space as (x0, top, x1, bottom) of the page as read."""
        left, bottom, right, top = self.bounds
        if self.turns == 0:
            return x0 - left, top - y1, x1 - left, top - y0
        if self.turns == 1:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if self.turns == 2:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        return top - y1, right - x1, top - y0, right - x0


@dataclass(slots=True)
class PageText:
    """The glyphs of a page in the order of its content, and what was odd about them."""

    frame: Frame
    glyphs: list[Glyph]
    turned: int = 0
    unmapped: int = 0
    slanted: int = 0
    unread: int = 0


def read_glyphs(page: pdfium.PdfPage) -> PageText:
    """The glyphs of a page; where most lie on their side, the page is turned to read them."""
    raw, unmapped, slanted, unread = _raw_glyphs(page)
    rotation = page.get_rotation() // 90
    turns = _reading_turns((turns for _, turns, _ in raw), rotation)
    frame = Frame(tuple(page.get_bbox()), turns)
    placed = [Glyph(text, frame.place(*box), (own - turns) % 4) for text, own, box in raw]
    glyphs = [glyph for glyph in placed if _is_on(glyph.box, frame.size)]
    return PageText(
        frame,
        _single(glyphs),
        90 * ((turns - rotation) % 4),
        unmapped=unmapped,
        slanted=slanted,
        unread=unread,
    )


def _is_on(box: Box, size: tuple[float, float]) -> bool:
    """Whether the middle of a box lies on the page: what a crop box hides is no print of it."""
    return 0 <= box[0] + box[2] <= 2 * size[0] and 0 <= box[1] + box[3] <= 2 * size[1]


def _reading_turns(directions: Iterable[int], rotation: int) -> int:
    counts = Counter(directions)
    if not counts:
        return rotation
    turns, most = counts.most_common(1)[0]
    return turns if most >= _TURNED_SHARE * counts.total() else rotation


def _raw_glyphs(page: pdfium.PdfPage) -> tuple[list[tuple[str, int, Box]], int, int, int]:
    """(character, clockwise turns that make it upright, box in page space) of every glyph, and
    how many have no meaning, are slanted, and are beyond what is read."""
    text_page = page.get_textpage()
    handle = text_page.raw
    found: list[tuple[str, int, Box]] = []
    unmapped = slanted = 0
    rect = pdfium_c.FS_RECTF()
    place = ctypes.byref(rect)
    code_of, box_of = pdfium_c.FPDFText_GetUnicode, pdfium_c.FPDFText_GetLooseCharBox
    size_of = pdfium_c.FPDFText_GetFontSize
    last_kind: tuple[float, int, int] | None = None
    trim: Box | None = None
    angle_of, is_error = pdfium_c.FPDFText_GetCharAngle, pdfium_c.FPDFText_HasUnicodeMapError
    for index in range(min(text_page.count_chars(), MOST_GLYPHS)):
        code = code_of(handle, index)
        if 0xD800 <= code < 0xDC00:  # pdfium gives UTF-16: the other half comes next
            low = code_of(handle, index + 1)
            if 0xDC00 <= low < 0xE000:
                code = 0x10000 + ((code - 0xD800) << 10) + low - 0xDC00
        # Only blanks and line ends are made up by pdfium.
        if code <= 0x20 and code and pdfium_c.FPDFText_IsGenerated(handle, index) == 1:
            continue
        turns = 0 if angle_of(handle, index) == 0.0 else _turns_of(handle, index)
        if turns is None:
            slanted += 1
            continue
        box_of(handle, index, place)
        box = (rect.left, rect.bottom, rect.right, rect.top)
        high = box[2] - box[0] if turns % 2 else box[3] - box[1]
        kind = (size_of(handle, index), turns, int(16 * high))
        if kind != last_kind:
            last_kind, trim = kind, _trim(handle, index, box, turns)
        if trim is not None:
            box = (box[0] + trim[0], box[1] + trim[1], box[2] + trim[2], box[3] + trim[3])
        if code in (0, 0xFFFD) or is_error(handle, index) == 1:
            unmapped += 1
        text = _printed(code)
        if text and all(map(math.isfinite, box)):
            found.append((text, turns, box))
    unread = max(0, text_page.count_chars() - MOST_GLYPHS)
    text_page.close()
    return found, unmapped, slanted, unread


def _trim(handle, index: int, box: Box, turns: int) -> Box | None:
    """What to add to the sides of a glyph's box so that it is as high as its type size.

    Fonts differ in what they call ascent and descent: together they are 0.9 to 1.5 type sizes.
    """
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(handle, index, ctypes.byref(matrix))
    size = pdfium_c.FPDFText_GetFontSize(handle, index) * math.hypot(matrix.c, matrix.d)
    high = box[2] - box[0] if turns % 2 else box[3] - box[1]
    over = high - size
    if not 0.05 * size < over < 1.5 * size:
        return None
    above, below = _ABOVE * over, (1 - _ABOVE) * over
    if turns == 0:
        return 0.0, below, 0.0, -above
    if turns == 1:
        return above, 0.0, -below, 0.0
    if turns == 2:
        return 0.0, above, 0.0, -below
    return below, 0.0, -above, 0.0


def _turns_of(handle, index: int) -> int | None:
    """The counter-clockwise quarter turns of a character's direction; None if it is slanted.

    pdfium's own angle is that of the upright stroke, which leans in a made-up italic.
    """
    turns = _quarter_turns(-pdfium_c.FPDFText_GetCharAngle(handle, index))
    if turns is not None:
        return turns
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(handle, index, ctypes.byref(matrix))
    return _quarter_turns(math.atan2(matrix.b, matrix.a))


def _quarter_turns(angle: float) -> int | None:
    """An angle (radians, counter-clockwise) in quarter turns; None away from the axes."""
    degrees = math.degrees(angle) % 360
    turns = round(degrees / 90)
    return turns % 4 if abs(degrees - 90 * turns) <= _MOST_SLANT else None


def _printed(code: int) -> str:
    """The character of a code; "" for controls and halves of surrogate pairs."""
    if 0x20 <= code < 0x7F or 0x4E00 <= code < 0xA000:
        return chr(code)
    if code == 0:
        return "\ufffd"
    text = chr(code) if code <= 0x10FFFF else ""
    if text and text in _SOFT_HYPHEN:
        return "-"
    return "" if code < 0x20 or 0xD800 <= code < 0xE000 or code == 0x7F else text


def _has_doubles(glyphs: list[Glyph]) -> bool:
    """Whether a character may stand twice in one place; a cheap look before the exact one."""
    for shift in (0.0, 1.0):
        order = sorted(
            [(g.text, (g.box[1] + shift) // 2, g.box[0], g.box[3] - g.box[1]) for g in glyphs]
        )
        if any(_is_double(one, other) for one, other in pairwise(order)):
            return True
    return False


def _is_double(
    one: tuple[str, float, float, float], other: tuple[str, float, float, float]
) -> bool:
    """Whether two (character, line, x, height) that follow in this order may be one, doubled."""
    return (
        one[:2] == other[:2]
        and other[2] - one[2] <= _DOUBLED * max(one[3], other[3])
        and one[0] > " "
    )


def _single(glyphs: list[Glyph]) -> list[Glyph]:
    """Glyphs without the copies by which a fake bold is printed: the same character within a
    fifth of its height of an earlier one."""
    if not _has_doubles(glyphs):
        return glyphs
    kept: list[Glyph] = []
    places: dict[tuple[str, int, int], list[Box]] = {}
    for glyph in glyphs:
        x0, top, x1, bottom = glyph.box
        high, wide = (bottom - top, x1 - x0) if glyph.turns % 2 == 0 else (x1 - x0, bottom - top)
        near = max(min(_DOUBLED * high, 0.5 * wide), 0.1)
        column, row = round(x0 / 4), round(top / 4)
        around = (
            box
            for c in (column - 1, column, column + 1)
            for r in (row - 1, row, row + 1)
            for box in places.get((glyph.text, c, r), ())
        )
        if any(abs(b[0] - x0) <= near and abs(b[1] - top) <= near for b in around):
            continue
        places.setdefault((glyph.text, column, row), []).append(glyph.box)
        kept.append(glyph)
    return kept
