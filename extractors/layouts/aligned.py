"""Columns set with blanks, as the text layer of a PDF prints them.

Positions are display columns: a Chinese character is two wide. The columns are the gaps
that run through the rows with values; a header cell belongs to the column it stands over,
and one that stands over several spans them. Rows set with single blanks only are taken
where every row splits into the same number of cells of the same kinds.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extractors.layouts.fragment import VALUE_KINDS, Fragment, Page
from extractors.model import Cell, Line
from extractors.values import kind_of
from schemas.vocabulary import fold

_SEGMENT = re.compile(r"\S+(?:[  ]\S+)*")
_SINGLE = re.compile(r"\S+")
#: A gap of two blanks (or one as wide as a character) parts two cells.
_GAP = re.compile(r"\S[  ]*(?:[  ]{2}|　)[  　]*\S")

#: Rows with values that make a set of columns believable.
FEWEST_ROWS = 2

#: A cell of a row set with single blanks is shorter than this; longer ones are prose.
LONGEST_CELL = 24

#: Kinds that no list mark (-, 1、, ①) can be taken for.
SOLID_KINDS = VALUE_KINDS - {"missing", "rank_like"}

#: A display column's worth of overlap that a ragged print may have between two columns.
SLACK = 1


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


def find(page: Page) -> Iterator[Fragment]:
    """Fragments of tables set with blanks."""
    for block in _blocks(page):
        fragment = _fragment(block)
        if fragment:
            yield fragment
    for run in _single_blank_runs(page):
        yield run


def _blocks(page: Page) -> Iterator[list[Setting]]:
    """Runs of lines of which nearly all have a wide gap in them."""
    block: list[Setting] = []
    for index, line in enumerate(page.lines):
        text = line.text
        usable = page.texts[index] and not page.claimed[index] and not page.is_furniture(index)
        if usable and "\t" not in text and _GAP.search(text):
            block.append(Setting(line, segments_of(text)))
        elif usable and block and _may_continue(page, index):
            block.append(Setting(line, segments_of(text)))
        else:
            if block:
                yield _trimmed(block)
            block = []
    if block:
        yield _trimmed(block)


def _may_continue(page: Page, index: int) -> bool:
    """A line of one segment inside a block: indented, or the block goes on behind it."""
    text = page.lines[index].text
    following = page.lines[index + 1].text if index + 1 < len(page.lines) else ""
    return len(text.strip()) <= 24 and bool(_GAP.search(following)) and text[-1] not in "。；：:"


def _trimmed(block: list[Setting]) -> list[Setting]:
    """The block without leading and trailing lines of one segment at the left edge."""
    while block and len(block[-1].segments) < 2:
        block.pop()
    return block


def _fragment(block: list[Setting]) -> Fragment | None:
    body = [setting for setting in block if len(setting.segments) >= 2 and setting.values]
    if len(body) < FEWEST_ROWS:
        return None
    columns = _columns(body)
    if len(columns) < 2:
        return None
    first_body = next(i for i, setting in enumerate(block) if setting is body[0])
    head = block[:first_body]
    while head and len(head[0].segments) == 1 and not _over_columns(head[0].segments[0], columns):
        head = head[1:]
    rows = [_placed(setting, columns) for setting in block[first_body:]]
    if not _believable(rows):
        return None
    rows = _header_rows(head, columns) + rows
    lines = [cell.line for row in rows for cell in row]
    return Fragment("aligned", rows, first=min(lines), last=max(lines),
                    header_rows=len(head) if head else None)


def _columns(body: list[Setting]) -> list[tuple[int, int]]:
    """The display columns that rows with values fill, as (start, end)."""
    filled: Counter[int] = Counter()
    for setting in body:
        for segment in setting.segments:
            for column in range(segment.start, segment.end):
                filled[column] += 1
    # A column is parted from the next by a gap that hardly any row fills: a text that
    # overflows in one row of twenty must not glue two columns together.
    least = max(1, len(body) // 20 + 1) if len(body) >= 20 else 1
    spans: list[tuple[int, int]] = []
    start = previous = None
    for column in sorted(column for column, count in filled.items() if count >= least):
        if previous is None or column > previous + 1:
            if start is not None:
                spans.append((start, previous + 1))
            start = column
        previous = column
    if start is not None:
        spans.append((start, previous + 1))
    return _reglued(spans, body)


def _reglued(spans: list[tuple[int, int]], body: list[Setting]) -> list[tuple[int, int]]:
    """Letter-spaced names (北 京) leave gaps of one blank inside a column: close them."""
    glued: list[tuple[int, int]] = []
    for span in spans:
        if glued and span[0] - glued[-1][1] < 2 and not _parted(glued[-1], span, body):
            glued[-1] = (glued[-1][0], span[1])
        else:
            glued.append(span)
    return glued


def _parted(left: tuple[int, int], right: tuple[int, int], body: list[Setting]) -> bool:
    """Whether some row has two segments on the two sides of a narrow gap."""
    return any(
        any(s.start < left[1] and s.end <= right[0] for s in setting.segments)
        and any(s.start >= left[1] and s.start < right[1] for s in setting.segments)
        for setting in body
    )


def _column_of(segment: Segment, columns: list[tuple[int, int]]) -> int:
    """The column with most overlap, else the nearest."""
    def distance(position: int) -> tuple[float, float]:
        start, end = columns[position]
        overlap = min(segment.end, end) - max(segment.start, start)
        return (-max(overlap, 0), abs(segment.centre - (start + end) / 2))

    return min(range(len(columns)), key=distance)


def _placed(setting: Setting, columns: list[tuple[int, int]]) -> list[Cell]:
    texts = [""] * len(columns)
    for segment in setting.segments:
        position = _column_of(segment, columns)
        texts[position] = f"{texts[position]} {segment.text}".strip()
    return [Cell(text, setting.line.number, setting.line.page) for text in texts]


def _over_columns(segment: Segment, columns: list[tuple[int, int]]) -> bool:
    """Whether a lone segment stands inside the table rather than at its left edge or outside."""
    return segment.start > columns[0][1]


def _believable(rows: list[list[Cell]]) -> bool:
    """Prose with wide gaps has no column in which nearly every row has a value."""
    for column in range(len(rows[0])):
        kinds = [kind_of(row[column].text) for row in rows if row[column].text]
        if not SOLID_KINDS.intersection(kinds):
            continue
        if len(kinds) * 2 > len(rows) and sum(k in VALUE_KINDS for k in kinds) >= 0.8 * len(kinds):
            return True
    return False


def _header_rows(head: list[Setting], columns: list[tuple[int, int]]) -> list[list[Cell]]:
    """Header lines as rows; a text over several columns stands at its first and spans the rest."""
    if not head:
        return []
    placed: list[dict[int, str]] = [{} for _ in head]
    bounds = list(columns)
    for level in range(len(head) - 1, -1, -1):
        setting = head[level]
        if level == len(head) - 1:
            taken = _assign(setting.segments, bounds)
        else:
            below = {column for lower in placed[level + 1 :] for column in lower}
            taken = _assign_spans(setting.segments, bounds, below)
        placed[level] = taken
        bounds = _widened(bounds, setting.segments, taken)
    return [
        [Cell(texts.get(column, ""), setting.line.number, setting.line.page)
         for column in range(len(columns))]
        for setting, texts in zip(head, placed, strict=True)
    ]


def _widened(
    bounds: list[tuple[int, int]], segments: tuple[Segment, ...], taken: dict[int, str]
) -> list[tuple[int, int]]:
    """Columns made as wide as their own header where that does not reach the next column."""
    by_text = {segment.text: segment for segment in segments}
    widened = []
    for column, (start, end) in enumerate(bounds):
        segment = by_text.get(taken.get(column, ""))
        if segment and len(segments) == len(bounds):
            start, end = min(start, segment.start), max(end, segment.end)
        widened.append((start, end))
    return widened


def _assign(segments: tuple[Segment, ...], columns: list[tuple[int, int]]) -> dict[int, str]:
    """The lowest header line: each text to the column it stands over, in order."""
    if len(segments) == len(columns):
        return {column: segment.text for column, segment in enumerate(segments)}
    best = _in_order(segments, columns)
    taken: dict[int, str] = {}
    for segment, column in zip(segments, best, strict=True):
        taken[column] = f"{taken[column]} {segment.text}" if column in taken else segment.text
    return taken


def _in_order(segments: tuple[Segment, ...], columns: list[tuple[int, int]]) -> list[int]:
    """An assignment of segments to columns from left to right that costs least distance."""
    if len(segments) > len(columns):
        return [_column_of(segment, columns) for segment in segments]
    infinity = float("inf")
    costs = [[infinity] * (len(columns) + 1) for _ in range(len(segments) + 1)]
    costs[0] = [0.0] * (len(columns) + 1)
    for i, segment in enumerate(segments, start=1):
        for j, column in enumerate(columns, start=1):
            costs[i][j] = min(costs[i][j - 1], costs[i - 1][j - 1] + _distance(segment, column))
    chosen: list[int] = []
    i, j = len(segments), len(columns)
    while i:
        if costs[i][j] == costs[i][j - 1]:
            j -= 1
        else:
            chosen.append(j - 1)
            i, j = i - 1, j - 1
    return chosen[::-1]


def _distance(segment: Segment, column: tuple[int, int]) -> float:
    """How far a text is set off a column: by its centre, its left or its right edge."""
    start, end = column
    return min(
        abs(segment.centre - (start + end) / 2), abs(segment.start - start), abs(segment.end - end)
    )


def _assign_spans(
    segments: tuple[Segment, ...], columns: list[tuple[int, int]], below: set[int]
) -> dict[int, str]:
    """An upper header line: each text to a run of columns that have a header below, or to one
    column that has none. Chosen together, so that the texts are set off their runs least."""
    count = len(columns)
    infinity = float("inf")
    memo: dict[tuple[int, int], tuple[float, tuple[tuple[int, int], ...]]] = {}

    def best(segment: int, column: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if segment == len(segments):
            return 0.2 * sum(1 for c in range(column, count) if c in below and c), ()
        key = (segment, column)
        if key in memo:
            return memo[key]
        found: tuple[float, tuple[tuple[int, int], ...]] = (infinity, ())
        skipped = 0.0
        for start in range(column, count):
            for end in range(start + 1, count + 1):
                covered = [c in below for c in range(start, end)]
                if end - start > 1 and not all(covered):
                    break
                span = (columns[start][0], columns[end - 1][1])
                cost = _distance(segments[segment], span) + (0.0 if all(covered) else 0.1)
                if end - start == 1 and all(covered):
                    cost += 0.6  # one text right over another is rarer than a span
                rest, path = best(segment + 1, end)
                total = skipped + cost + rest
                if total < found[0]:
                    found = (total, ((start, end), *path))
            skipped += 0.2 if start in below and start else 0.0
        memo[key] = found
        return found

    _, spans = best(0, 0)
    if len(spans) != len(segments):
        return _assign(segments, columns)
    return {start: segment.text for segment, (start, _) in zip(segments, spans, strict=True)}


def _single_blank_runs(page: Page) -> Iterator[Fragment]:
    """Runs of rows set with single blanks: same number of cells, same kinds, every row."""
    run: list[Setting] = []
    for index, line in enumerate(page.lines):
        text = page.texts[index]
        usable = (
            text and len(text) <= 160 and not page.claimed[index] and not page.is_furniture(index)
            and " " in text and "\t" not in text
        )
        setting = Setting(line, _joined_letters(text)) if usable else None
        if setting and len(setting.segments) >= 3 and (
            not run or len(run[-1].segments) == len(setting.segments)
        ):
            run.append(setting)
            continue
        yield from _single_blank_fragment(run)
        run = [setting] if setting and len(setting.segments) >= 3 else []
    yield from _single_blank_fragment(run)


def _joined_letters(text: str) -> tuple[Segment, ...]:
    """Cells between single blanks; single Chinese letters in a row are one name (北 京)."""
    segments: list[Segment] = []
    for segment in segments_of(text, _SINGLE):
        last = segments[-1] if segments else None
        if last and len(segment.text) == 1 and segment.text > "一" and len(
            last.text.replace(" ", "")
        ) * 2 == last.end - last.start - last.text.count(" ") and all(
            len(part) == 1 for part in last.text.split(" ")
        ):
            segments[-1] = Segment(f"{last.text} {segment.text}", last.start, segment.end)
        else:
            segments.append(segment)
    return tuple(segments)


def _single_blank_fragment(run: list[Setting]) -> Iterator[Fragment]:
    body = [setting for setting in run if setting.values]
    if len(body) < 3 or len(run) - len(body) > 1 or run[0].values and len(run) != len(body):
        return
    width = len(run[0].segments)
    if any(len(segment.text) > LONGEST_CELL for setting in run for segment in setting.segments):
        return
    solid = False
    for column in range(width):
        kinds = {kind_of(setting.segments[column].text) for setting in body}
        if len({kind in VALUE_KINDS for kind in kinds}) > 1:
            return
        solid = solid or bool(kinds & SOLID_KINDS)
    if not solid:
        return
    if not any(kind_of(body[0].segments[c].text) not in VALUE_KINDS for c in range(width)):
        return
    rows = [
        [Cell(segment.text, setting.line.number, setting.line.page) for segment in setting.segments]
        for setting in run
    ]
    yield Fragment("aligned", rows, run[0].line.number, run[-1].line.number,
                   header_rows=len(run) - len(body))


__all__ = ["find", "fold", "segments_of"]
