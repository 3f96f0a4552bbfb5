"""Widths of text and of columns, the same for every backend and font."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from tests.pdf.page import PADDING

#: A Latin letter or digit is about half as wide as a Chinese character; this is the widest
#: of the fonts used (a digit of WenQuanYi Micro Hei has 0.56), so nothing is cut.
NARROW = 0.58
WIDE_LATIN = 0.85

#: A name of so few characters is not broken in a column of cells.
SHORT = 6

#: What no line breaks in: a number with its signs, a Latin word. Any other character stands alone.
_PIECES = re.compile(r"[!-~À-ÿ％]+|\s+|.", re.DOTALL)
#: No line begins with these, nor ends with those.
_CLOSING = "，。；：、！？）》】”’％%—…"
_OPENING = "（《【“‘"


def width_of(text: str, size: float) -> float:
    """The width of a text in points, at most a little too much."""
    return size * sum(map(_ems, text))


def _ems(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    return WIDE_LATIN if character in "MW@%mw" or character.isupper() else NARROW


def _pieces(text: str) -> list[str]:
    """The parts of a text between which a line may break."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        glued = pieces and (piece[0] in _CLOSING or pieces[-1][-1] in _OPENING)
        if glued:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def narrowest(text: str, size: float) -> float:
    """The width below which a text would have to be broken inside a number or word."""
    return max((width_of(piece, size) for piece in _pieces(text)), default=0.0)


def _least(text: str, size: float) -> float:
    return width_of(text, size) if len(text) <= SHORT else narrowest(text, size)


def broken(text: str, width: float, size: float) -> tuple[str, ...]:
    """A text in lines of at most a width; blanks stay at the ends of their lines."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width_of(lines[-1] + piece.rstrip(), size) > width + 0.01:
            lines.append("")
        lines[-1] += piece
    return tuple(lines)


def column_widths(
    columns: Sequence[Sequence[str]], headers: Sequence[Sequence[str]], room: float, size: float
) -> tuple[float, ...] | None:
    """Widths that fill at most the room, or None where a number or word would break.

    A header wraps before a cell does, and the longest texts wrap first.
    """
    least = [
        max((*(_least(text, size) for text in cells), *(narrowest(text, size) for text in head)))
        + 2 * PADDING
        for cells, head in zip(columns, headers, strict=True)
    ]
    if sum(least) > room:
        return None
    wanted = [
        max(low, *(width_of(text, size) + 2 * PADDING for text in cells), _header_width(head, size))
        for low, cells, head in zip(least, columns, headers, strict=True)
    ]
    if sum(wanted) <= room:
        return tuple(wanted)
    limit = _limit(least, wanted, room)
    return tuple(max(low, min(want, limit)) for low, want in zip(least, wanted, strict=True))


def _header_width(texts: Sequence[str], size: float) -> float:
    """A long header is set in two lines or more, of six characters at least."""
    longest = max((width_of(text, size) for text in texts), default=0.0)
    return min(longest, max(longest / 2, 6 * size)) + 2 * PADDING


def _limit(least: Sequence[float], wanted: Sequence[float], room: float) -> float:
    """The greatest width at which no column is wider than it and all together fit."""
    low, high = 0.0, max(wanted)
    for _ in range(40):
        middle = (low + high) / 2
        total = sum(max(a, min(b, middle)) for a, b in zip(least, wanted, strict=True))
        low, high = (middle, high) if total <= room else (low, middle)
    return low
