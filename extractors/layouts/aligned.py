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
from statistics import median

from extractors.layouts.fragment import VALUE_KINDS, Fragment, Page, only_bracketed
from extractors.lines import Lines
from extractors.model import Cell, Line
from extractors.values import kind_of
from schemas.vocabulary import fold

_SEGMENT = re.compile(r"\S+(?:[  ]\S+)*")
_SINGLE = re.compile(r"\S+")
#: A gap of two blanks (or one as wide as a character) parts two cells.
_GAP = re.compile(r"\S[  ]*(?:[  ]{2}|　)[  　]*\S")

#: Leader dots of a contents page, close or with blanks between.
_LEADERS = re.compile(r"\.{4,}|(?:\s[.·…]){3,}|…{2,}|·{4,}")

#: Rows with values that make a set of columns believable.
FEWEST_ROWS = 2

#: A cell of a row set with single blanks is shorter than this; longer ones are prose.
LONGEST_CELL = 24

#: Kinds that no list mark (-, 1、, ①) can be taken for.
SOLID_KINDS = VALUE_KINDS - {"missing", "rank_like"}

#: The share of rows with one number of cells that makes the order of cells tell the columns.
MOSTLY_FULL = 0.8


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
    blocks = list(_blocks(page, Lines(page, page.vocabulary)))
    heads = Counter(_key(block[0]) for block in blocks if block)
    last: Fragment | None = None
    for block in blocks:
        # A page may carry a single row: its header or its columns are those of another page.
        least = 1 if block and heads[_key(block[0])] > 1 else FEWEST_ROWS
        fragment = _fragment(block, least) or _continued(block, last)
        if fragment:
            last = fragment
            yield fragment
    yield from _single_blank_runs(page)


def _key(setting: Setting) -> str:
    return fold("".join(segment.text for segment in setting.segments))


def _continued(block: list[Setting], last: Fragment | None) -> Fragment | None:
    """Rows too few to tell columns by, read by those of the fragment before them."""
    if last is None or not block or len(block) >= FEWEST_ROWS:
        return None
    pattern = [kind_of(cell.text) in VALUE_KINDS for cell in last.rows[-1]]
    for setting in block:
        kinds = [kind_of(segment.text) in VALUE_KINDS for segment in setting.segments]
        if kinds != pattern or not any(kinds):
            return None
    rows = [
        [Cell(segment.text, setting.line.number, setting.line.page) for segment in setting.segments]
        for setting in block
    ]
    return Fragment("aligned", rows, block[0].line.number, block[-1].line.number, header_rows=0)


def _blocks(page: Page, lines: Lines) -> Iterator[list[Setting]]:
    """Runs of lines of which nearly all have a wide gap in them."""
    block: list[Setting] = []
    for index, line in enumerate(page.lines):
        text = line.text
        if block and (line.page != block[-1].line.page or fold(text) == _key(block[0])):
            yield _trimmed(block)  # a new page, or the header again
            block = []
        usable = (
            page.texts[index]
            and not page.claimed[index]
            and not page.is_furniture(index)
            and not _LEADERS.search(text)
        )
        if usable and "\t" not in text and _GAP.search(text) and not _is_title(page, lines, index):
            if not block:
                block = _upper_headers(page, lines, index)
            block.append(Setting(line, segments_of(text)))
        elif usable and block and _may_continue(page, index):
            block.append(Setting(line, segments_of(text)))
        else:
            if block:
                yield _trimmed(block)
            block = []
    if block:
        yield _trimmed(block)


def _is_title(page: Page, lines: Lines, index: int) -> bool:
    """A caption or unit line that is set with wide gaps is no row."""
    text = page.texts[index]
    return lines.is_strong_caption(text) or bool(lines.unit_of(text)) or lines.is_note(text)


def _upper_headers(page: Page, lines: Lines, index: int) -> list[Setting]:
    """Lone texts right above the first line with a gap: upper headers set over their columns.

    They stand indented and directly above; titles of tables stand apart or say what they are.
    """
    found: list[Setting] = []
    position = index - 1
    while position >= 0 and len(found) < 2:
        line, text = page.lines[position], page.texts[position]
        if not text or page.claimed[position] or page.is_furniture(position):
            break
        if line.text[0] not in " 　" or len(text) > LONGEST_CELL or _GAP.search(line.text):
            break
        if kind_of(text) in VALUE_KINDS:
            break
        if _is_title(page, lines, position) or lines.is_title(text) or lines.is_continued(text):
            break
        found.insert(0, Setting(line, segments_of(line.text)))
        position -= 1
    return found


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


def _fragment(block: list[Setting], least: int) -> Fragment | None:
    body = [setting for setting in block if _is_body(setting)]
    if len(body) < least:
        return None
    columns = _columns(body)
    if len(columns) < 2:
        return None
    first_body = next(i for i, setting in enumerate(block) if setting is body[0])
    head = block[:first_body]
    while head and len(head[0].segments) == 1 and not _over_columns(head[0].segments[0], columns):
        head = head[1:]
    columns = _with_blank_columns(head, columns)
    sections = _sections(head, columns)
    head = head[: len(head) - len(sections)]
    rows = [_placed(setting, columns) for setting in [*sections, *block[first_body:]]]
    if not _believable(rows):
        return None
    rows = _header_rows(head, columns) + rows
    lines = [cell.line for row in rows for cell in row]
    return Fragment("aligned", rows, first=min(lines), last=max(lines),
                    header_rows=len(head) if head else None)


def _with_blank_columns(
    head: list[Setting], columns: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The columns, and those that only the header tells since no row on this page fills them."""
    if not head or len(head[-1].segments) <= len(columns):
        return columns
    bounds = [(segment.start, segment.end) for segment in head[-1].segments]
    filled = _in_order(tuple(Segment("", start, end) for start, end in columns), bounds)
    for span, position in zip(columns, filled, strict=True):
        bounds[position] = span
    return bounds


def _sections(head: list[Setting], columns: list[tuple[int, int]]) -> list[Setting]:
    """Lines at the foot of the header that head a section: one text over the first column,
    which has a header already."""
    sections: list[Setting] = []
    rest = list(head)
    while len(rest) > 1 and len(rest[-1].segments) == 1:
        segment = rest[-1].segments[0]
        above = [s for setting in rest[:-1] for s in setting.segments]
        if _column_of(segment, columns) or not any(_column_of(s, columns) == 0 for s in above):
            break
        sections.insert(0, rest.pop())
    return sections


def _is_body(setting: Setting) -> bool:
    """A row with values; maxima in brackets below a header are none."""
    return len(setting.segments) >= 2 and bool(setting.values) and not only_bracketed(
        [segment.text for segment in setting.segments]
    )


def _columns(body: list[Setting]) -> list[tuple[int, int]]:
    """The display columns of the rows with values, as (start, end) of each.

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


def _projected(body: list[Setting]) -> list[tuple[int, int]]:
    """The columns that gaps through the rows leave."""
    filled: Counter[int] = Counter()
    for setting in body:
        for segment in setting.segments:
            for column in range(segment.start, segment.end):
                filled[column] += 1
    # A text that overflows in one row of twenty must not glue two columns together.
    least = len(body) // 20 + 1 if len(body) >= 20 else 1
    spans: list[tuple[int, int]] = []
    for column in sorted(column for column, count in filled.items() if count >= least):
        if spans and column == spans[-1][1]:
            spans[-1] = (spans[-1][0], column + 1)
        else:
            spans.append((column, column + 1))
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
    if len(setting.segments) <= len(columns):
        positions = _in_order(setting.segments, columns)
    else:
        positions = [_column_of(segment, columns) for segment in setting.segments]
    for segment, position in zip(setting.segments, positions, strict=True):
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
        if len(kinds) * 2 >= len(rows) and sum(k in VALUE_KINDS for k in kinds) >= 0.8 * len(kinds):
            return True
    return False


def _header_rows(head: list[Setting], columns: list[tuple[int, int]]) -> list[list[Cell]]:
    """Header lines as rows; a text over several columns stands at its first and fills the rest."""
    rows: list[list[Cell]] = []
    bounds = list(columns)
    tops: dict[int, int] = {}
    for depth, setting in sorted(enumerate(head), reverse=True):
        if tops:
            spans = _spans(setting.segments, bounds, tops)
        else:
            spans = [(c, c + 1) for c in _lowest(setting.segments, bounds)]
        row = [Cell("", setting.line.number, setting.line.page) for _ in columns]
        for segment, (start, end) in zip(setting.segments, spans, strict=True):
            row[start].text = f"{row[start].text} {segment.text}".strip()
            for column in range(start + 1, end):
                row[column].filled = row[start].text
            if end - start == 1:
                bounds[start] = _widened(bounds, start, segment)
        tops.update({column: depth for start, end in spans for column in range(start, end)})
        rows.insert(0, row)
    return rows


def _widened(bounds: list[tuple[int, int]], column: int, segment: Segment) -> tuple[int, int]:
    """A column as wide as its own header too, where that does not reach into the next."""
    start = min(bounds[column][0], segment.start)
    end = max(bounds[column][1], segment.end)
    if column and start < bounds[column - 1][1]:
        start = bounds[column][0]
    if column + 1 < len(bounds) and end > bounds[column + 1][0]:
        end = bounds[column][1]
    return start, end


def _lowest(segments: tuple[Segment, ...], columns: list[tuple[int, int]]) -> list[int]:
    """The columns of the lowest header line: each text over one, in order."""
    if len(segments) <= len(columns):
        return _in_order(segments, columns)
    return [_column_of(segment, columns) for segment in segments]


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


def _off(segment: Segment, columns: list[tuple[int, int]]) -> float:
    """How far a text is set off the columns it may span: a span is headed at its centre."""
    if len(columns) == 1:
        return _distance(segment, columns[0])
    return abs(segment.centre - (columns[0][0] + columns[-1][1]) / 2)


def _spans(
    segments: tuple[Segment, ...], columns: list[tuple[int, int]], tops: dict[int, int]
) -> list[tuple[int, int]]:
    """An upper header line: each text over a run of columns that have a header below, or over
    one column that has none. Chosen together, so that the texts are set off their runs least.

    ``tops`` has the highest header line so far of every column. A run spans columns of one
    top: a header that is set between the levels stands for itself.
    """
    count = len(columns)
    deepest = max(tops.values())
    memo: dict[tuple[int, int], tuple[float, tuple[tuple[int, int], ...]]] = {}

    def passed(start: int, end: int) -> float:
        """The cost of columns that are left without an upper header."""
        return sum(
            (0.6 if c else 0.3) if tops[c] == deepest else 0.05
            for c in range(start, end)
            if c in tops
        )

    def best(segment: int, column: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if segment == len(segments):
            return passed(column, count), ()
        key = (segment, column)
        if key in memo:
            return memo[key]
        found: tuple[float, tuple[tuple[int, int], ...]] = (float("inf"), ())
        for start in range(column, count):
            for end in range(start + 1, count + 1):
                covered = all(c in tops for c in range(start, end))
                if end - start > 1 and (not covered or tops[end - 1] != tops[start]):
                    break
                cost = passed(column, start)
                cost += _off(segments[segment], columns[start:end])
                if end - start == 1 and covered:
                    cost += 1.0  # one text right over another is rarer than a span
                rest, path = best(segment + 1, end)
                if cost + rest < found[0]:
                    found = (cost + rest, ((start, end), *path))
        memo[key] = found
        return found

    _, spans = best(0, 0)
    if len(spans) != len(segments):
        return [(c, c + 1) for c in _lowest(segments, columns)]
    return list(spans)


def _single_blank_runs(page: Page) -> Iterator[Fragment]:
    """Runs of rows set with single blanks: same number of cells, same kinds, every row."""
    run: list[Setting] = []
    for index, line in enumerate(page.lines):
        text = page.texts[index]
        usable = (
            text and len(text) <= 160 and not page.claimed[index] and not page.is_furniture(index)
            and " " in text and "\t" not in text and not _LEADERS.search(text)
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
