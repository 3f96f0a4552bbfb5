"""Display columns of lines set with blanks: where texts stand, and what columns they make.

Positions are display columns: a Chinese character is two wide. A span is a pair (start, end)
of positions, end exclusive.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from extractors.layouts.fragment import VALUE_KINDS
from extractors.model import Cell, Line
from extractors.values import kind_of

Span = tuple[int, int]

_SEGMENT = re.compile(r"\S+(?: \S+)*")

#: The share of rows with one number of cells that makes the order of cells tell the columns.
MOSTLY_FULL = 0.8

#: How far a text may stand off its column on a page set by itself: a dash or an arrow is one
#: or two wide, as the font has it, and moves all that follows it.
DRIFT = 2


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of characters with its display columns, end exclusive."""

    text: str
    start: int
    end: int

    @property
    def centre(self) -> float:
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Setting:
    """A line and its segments."""

    line: Line
    segments: tuple[Segment, ...]

    @property
    def values(self) -> int:
        """How many of the segments are values."""
        return sum(kind_of(segment.text) in VALUE_KINDS for segment in self.segments)


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def segments_of(text: str, pattern: re.Pattern[str] = _SEGMENT) -> tuple[Segment, ...]:
    """The segments of a line in display columns."""
    text = text.replace("　", "  ").rstrip()
    found = []
    column = position = 0
    for match in pattern.finditer(text):
        column += sum(map(_width, text[position : match.start()]))
        wide = sum(map(_width, match.group()))
        found.append(Segment(match.group(), column, column + wide))
        column, position = column + wide, match.end()
    return tuple(found)


def columns_of(body: Sequence[Setting]) -> list[Span]:
    """The display columns of rows with values.

    Where nearly all rows have the same number of cells, their order tells the columns, however
    ragged they are set; else the columns are what the gaps through all rows leave.
    """
    counts = Counter(len(setting.segments) for setting in body)
    width, full = counts.most_common(1)[0]
    projected = _projected(body)
    if full >= MOSTLY_FULL * len(body) and width >= len(projected):
        rows = [setting.segments for setting in body if len(setting.segments) == width]
        return [
            (int(median(row[c].start for row in rows)), int(median(row[c].end for row in rows)))
            for c in range(width)
        ]
    return projected


def _projected(body: Sequence[Setting]) -> list[Span]:
    """The columns that gaps through the rows leave."""
    filled: Counter[int] = Counter()
    for setting in body:
        for segment in setting.segments:
            filled.update(range(segment.start, segment.end))
    # A text that overflows in one row of twenty must not glue two columns together.
    least = len(body) // 20 + 1 if len(body) >= 20 else 1
    spans: list[Span] = []
    for column in sorted(column for column, count in filled.items() if count >= least):
        if spans and column == spans[-1][1]:
            spans[-1] = (spans[-1][0], column + 1)
        else:
            spans.append((column, column + 1))
    return _reglued(spans, body)


def _reglued(spans: list[Span], body: Sequence[Setting]) -> list[Span]:
    """Letter-spaced names (北 京) leave gaps of one blank inside a column: close them."""
    glued: list[Span] = []
    for span in spans:
        if glued and span[0] - glued[-1][1] < 2 and not _parted(glued[-1], span, body):
            glued[-1] = (glued[-1][0], span[1])
        else:
            glued.append(span)
    return glued


def _parted(left: Span, right: Span, body: Sequence[Setting]) -> bool:
    """Whether some row has two segments on the two sides of a narrow gap."""
    return any(
        any(s.start < left[1] and s.end <= right[0] for s in setting.segments)
        and any(s.start >= left[1] and s.start < right[1] for s in setting.segments)
        for setting in body
    )


def distance(segment: Segment, column: Span) -> float:
    """How far a text is set off a column: by its centre, its left or its right edge."""
    start, end = column
    return min(
        abs(segment.centre - (start + end) / 2), abs(segment.start - start), abs(segment.end - end)
    )


def overlaps(segment: Segment, column: Span, drift: int = 0) -> bool:
    """Whether a text stands over a column."""
    return segment.start < column[1] + drift and segment.end > column[0] - drift


def in_order(segments: Sequence[Segment], columns: Sequence[Span]) -> list[int]:
    """An assignment of segments to columns from left to right that costs least distance.

    Where there are more segments than columns, each goes to the column it overlaps most.
    """
    if len(segments) > len(columns):
        return [_nearest(segment, columns) for segment in segments]
    infinity = float("inf")
    costs = [[infinity] * (len(columns) + 1) for _ in range(len(segments) + 1)]
    costs[0] = [0.0] * (len(columns) + 1)
    for i, segment in enumerate(segments, start=1):
        for j, column in enumerate(columns, start=1):
            costs[i][j] = min(costs[i][j - 1], costs[i - 1][j - 1] + distance(segment, column))
    chosen: list[int] = []
    i, j = len(segments), len(columns)
    while i:
        if costs[i][j] == costs[i][j - 1]:
            j -= 1
        else:
            chosen.append(j - 1)
            i, j = i - 1, j - 1
    return chosen[::-1]


def _nearest(segment: Segment, columns: Sequence[Span]) -> int:
    """The column with most overlap, else the nearest."""

    def away(position: int) -> tuple[float, float]:
        start, end = columns[position]
        overlap = min(segment.end, end) - max(segment.start, start)
        return (-max(overlap, 0), abs(segment.centre - (start + end) / 2))

    return min(range(len(columns)), key=away)


def placed(setting: Setting, columns: Sequence[Span]) -> list[Cell]:
    """The cells of a row, one a column."""
    texts = [""] * len(columns)
    positions = in_order(setting.segments, columns)
    for segment, position in zip(setting.segments, positions, strict=True):
        texts[position] = f"{texts[position]} {segment.text}".strip()
    return [Cell(text, setting.line.number, setting.line.page) for text in texts]


def fits(setting: Setting, columns: Sequence[Span]) -> bool:
    """Whether every text of a row stands over a column of its own."""
    if len(setting.segments) > len(columns):
        return False
    positions = in_order(setting.segments, columns)
    return all(
        overlaps(segment, columns[position], DRIFT)
        for segment, position in zip(setting.segments, positions, strict=True)
    )
