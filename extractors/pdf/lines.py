"""From the pages of a PDF to the lines and fragments that every document has.

A row of a grid is one line, its cells with tabs between them, whatever lines its cells were
set in; print outside of grids is set in lines again, and the lines of a paragraph are one, as
they are in a text. The lines of a page come in reading order, with one liberty: what stands
beside a grid follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.layouts.fragment import Fragment, Page
from extractors.lines import Lines
from extractors.model import PAGE_NOT_READ, Box, Cell, Doubt, Line
from extractors.pdf.model import Grid, PdfPage, Word
from schemas.vocabulary import Vocabulary

#: The layout of every fragment that was a grid, whatever read it: a table may be read by one
#: reader on its first page and by another on its next.
LAYOUT = "grid"

#: Words further apart than this, in letter heights, are of two lines: columns of prose, or a
#: caption and the unit at the other edge of the page.
WIDEST_GAP = 3.0

#: The same where the edge of a grid stands in the gap, and how near that grid must be.
EDGE_GAP = 0.6
EDGE_REACH = 6.0

#: How far from its grid a caption may stand, in letter heights: a unit may come between.
CAPTION_REACH = 4.0

#: How far apart the lines above a grid may stand, in letter heights.
LINE_REACH = 2.0

#: A line this much as wide as its grid may have been broken for want of room.
FULL_WIDTH = 0.75

#: Words nearer than this, in letter heights, are set without a gap.
NARROWEST_GAP = 0.2

#: Lines further apart than this, in letter heights, are of two blocks: a blank line parts them.
BLOCK_GAP = 1.2

#: How far a full line may end before the edge of its block, in letter heights: one letter that
#: did not fit and punctuation that may not begin a line.
RAGGED = 2.2

#: Lines of sizes that differ by more than this share are no one paragraph.
SAME_SIZE = 0.08

#: Why a scanned page has nothing.
NOT_READ = "the page is a picture; reading it takes the extra [ocr]"

_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
#: A mail address broken for want of room: in two words it would not be known, and withheld.
_MAIL_BEGUN = re.compile(r"@[\w.-]*$")
_SENTENCE_END = ("。", "！", "？", "：", ":", "；")


@dataclass(frozen=True, slots=True)
class Print:
    """Words that were set on one line outside of grids, or the lines of a paragraph."""

    text: str
    box: Box
    size: float


#: What stands on a page; None is a blank line.
Item = Print | Grid | None

#: Whether a grid is near above a line, and near below it.
Sides = tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a document, its grids as fragments, and what reading the pages doubts.

    ``captions_below`` are the numbers of lines that caption the table above them.
    """

    lines: tuple[Line, ...]
    fragments: list[Fragment]
    grids: list[Grid]
    doubts: list[Doubt]
    pages: int
    captions_below: frozenset[int]


def layout(pages: Iterable[PdfPage], vocabulary: Vocabulary) -> Layout:
    """The lines and fragments of the pages of a document, in their order."""
    lines: list[Line] = []
    fragments: list[Fragment] = []
    grids: list[Grid] = []
    doubts: list[Doubt] = []
    captions: dict[int, Sides] = {}
    count = 0
    reader = Lines(Page((), vocabulary), vocabulary)
    for page in pages:
        count += 1
        items = _in_order(page, reader)
        sides = _captions(items, reader)
        for item in items:
            if isinstance(item, Print):
                lines.append(Line(len(lines) + 1, item.text, page.number, item.box))
                if id(item) in sides:
                    captions[len(lines)] = sides[id(item)]
            elif item is None:
                lines.append(Line(len(lines) + 1, "", page.number))
            else:
                rows = _lines_of(item, len(lines))
                fragments.append(_fragment(item, rows))
                grids.append(item)
                lines += rows
        doubts += _doubts(page)
    below = captions_below(captions)
    return Layout(tuple(lines), fragments, grids, doubts, count, below)


def _doubts(page: PdfPage) -> Iterator[Doubt]:
    """What reading a page doubts, and that it was not read."""
    if page.kind == "scan":
        yield Doubt(PAGE_NOT_READ, "error", None, page.number, evidence=NOT_READ)
    for reason in page.doubts:
        yield Doubt("page-unsure", "warning", None, page.number, evidence=reason)


# ---------------------------------------------------------------- reading order


def _in_order(page: PdfPage, lines: Lines) -> list[Item]:
    """The grids and lines of a page from top to bottom; None where a blank line parts blocks."""
    grids = sorted(page.grids, key=lambda grid: (grid.box[1], grid.box[0]))
    outside = [
        word
        for place, word in enumerate(page.words)
        if place in page.loose or not any(_holds(grid.box, word.box) for grid in grids)
    ]
    prints = _paragraphs(_set_in_lines(outside, grids))
    found: list[Item] = []
    for item in _arranged(prints, grids, lines):
        before = found[-1] if found else None
        if isinstance(item, Print) and isinstance(before, Print) and _is_apart(before, item):
            found.append(None)
        found.append(item)
    return found


def _arranged(prints: Sequence[Print], grids: Sequence[Grid], lines: Lines) -> list[Print | Grid]:
    """The print of a page in reading order: a grid with what stands right above it is one
    block, and what stands beside a block follows it."""
    left = sorted(prints, key=lambda print_: -print_.box[3])
    blocks: list[tuple[Box, list[Print | Grid]]] = []
    for grid in grids:
        head = _head(grid, left, grids)
        left = [print_ for print_ in left if print_ not in head]
        items: list[Print | Grid] = [*_whole_captions(head, grid, lines), grid]
        blocks.append((_union([item.box for item in items]), items))
    placed: list[tuple[tuple[float, int, float, float], list[Print | Grid]]] = [
        ((box[1], 0, box[1], box[0]), items) for box, items in blocks
    ]
    for print_ in left:
        x0, top, _, bottom = print_.box
        beside = (b[1] for b, _ in blocks if b[1] <= (top + bottom) / 2 <= b[3])
        start = next(beside, None)
        key = (top, 0, top, x0) if start is None else (start, 1, top, x0)
        placed.append((key, [print_]))
    return [item for _, items in sorted(placed, key=lambda one: one[0]) for item in items]


def _head(grid: Grid, prints: Sequence[Print], grids: Iterable[Grid]) -> list[Print]:
    """What stands right above a grid and over it, from its lowest line up."""
    head: list[Print] = []
    ceiling = max((g.box[3] for g in grids if g.box[3] <= grid.box[1] + 1), default=0.0)
    edge = grid.box[1]
    for print_ in prints:
        reach = (LINE_REACH if head else CAPTION_REACH) * print_.size
        is_above = ceiling - 1 <= print_.box[1] and print_.box[3] <= grid.box[1] + print_.size / 2
        is_near = edge - print_.box[3] <= reach
        if is_above and is_near and _overlap(print_.box, grid.box):
            head.append(print_)
            edge = min(edge, print_.box[1])
    return head


def _whole_captions(head: Sequence[Print], grid: Grid, lines: Lines) -> list[Print]:
    """The lines above a grid, from the top; a caption set in two centred lines is one."""
    found: list[Print] = []
    for line in sorted(head, key=lambda print_: (print_.box[1], print_.box[0])):
        if found and _wraps(found[-1], line, grid) and lines.is_strong_caption(found[-1].text):
            text = f"{found[-1].text}{between(found[-1].text, line.text)}{line.text}"
            found[-1] = Print(text, _union([found[-1].box, line.box]), line.size)
        else:
            found.append(line)
    return found


def _wraps(upper: Print, lower: Print, grid: Grid) -> bool:
    """Whether two lines are one that was too long for the grid below: centred, the first as
    wide as the grid allows, and the second what was left over."""
    size = max(upper.size, lower.size)
    width, rest = upper.box[2] - upper.box[0], lower.box[2] - lower.box[0]
    centres = (upper.box[0] + upper.box[2] - lower.box[0] - lower.box[2]) / 2
    return (
        abs(upper.size - lower.size) <= SAME_SIZE * size
        and abs(centres) <= size
        and lower.box[1] - upper.box[3] <= size
        and rest < width
        and width >= FULL_WIDTH * (grid.box[2] - grid.box[0])
        and not lower.text.startswith(("（", "(", "单位", "單位"))
    )


def _holds(outer: Box, inner: Box) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _is_apart(before: Print, after: Print) -> bool:
    height = min(before.size, after.size) or 1.0
    return after.box[1] - before.box[3] > BLOCK_GAP * height


def _captions(items: Sequence[Item], lines: Lines) -> dict[int, Sides]:
    """The captions of a page that say they are, by id: whether a grid is near above, and below."""
    prints = [item for item in items if isinstance(item, Print)]
    grids = [item for item in items if isinstance(item, Grid)]
    return {
        id(print_): (_is_near(print_, grids, -1), _is_near(print_, grids, 1))
        for print_ in prints
        if lines.is_strong_caption(print_.text) or lines.is_table_title(print_.text)
    }


def captions_below(found: Mapping[int, Sides]) -> frozenset[int]:
    """The lines that caption the table above them, of those with a grid near above and below.

    A document sets its captions in one way: where most that have a grid on one side only have
    it above, they stand below their tables.
    """
    below = sum(sides == (True, False) for sides in found.values())
    above = sum(sides == (False, True) for sides in found.values())
    if below <= above:
        return frozenset()
    return frozenset(line for line, (near_above, _) in found.items() if near_above)


def _is_near(caption: Print, grids: Iterable[Grid], side: int) -> bool:
    """Whether a grid stands right above (-1) or right below (1) a line."""
    for grid in grids:
        if not _overlap(caption.box, grid.box):
            continue
        gap = caption.box[1] - grid.box[3] if side < 0 else grid.box[1] - caption.box[3]
        if -caption.size / 2 <= gap <= CAPTION_REACH * caption.size:
            return True
    return False


# ---------------------------------------------------------------- print outside of grids


def _set_in_lines(words: Iterable[Word], grids: Sequence[Grid]) -> list[Print]:
    """Words joined to lines: those that stand at one height and near to one another, and not
    on two sides of the edge of a grid that is near."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word.box[1] + word.box[3]) / 2, word.box[0])):
        if rows and _is_level(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [
        part
        for row in rows
        for part in _parts(sorted(row, key=lambda word: word.box[0]), _edges(row[0], grids))
    ]


def _edges(word: Word, grids: Iterable[Grid]) -> list[float]:
    """The left and right edges of the grids beside, right above or right below a word."""
    reach = EDGE_REACH * _height(word)
    return [
        grid.box[side]
        for grid in grids
        if grid.box[1] - reach <= word.box[1] <= grid.box[3] + reach
        for side in (0, 2)
    ]


def _is_level(row: Sequence[Word], word: Word) -> bool:
    """Whether the middle of a word lies within the heights of the row's first, or the reverse."""
    first = row[0].box
    middle, own = (word.box[1] + word.box[3]) / 2, (first[1] + first[3]) / 2
    return first[1] <= middle <= first[3] and (
        word.box[1] <= own <= word.box[3] or word.box[3] - word.box[1] < first[3] - first[1]
    )


def _parts(row: Sequence[Word], edges: Sequence[float]) -> Iterator[Print]:
    """The words of one height, parted where the gap is wide, or holds the edge of a grid."""
    part = [row[0]]
    for before, word in pairwise(row):
        height = max(_height(before), _height(word))
        gap = (before.box[2], word.box[0])
        at_edge = any(gap[0] - height / 2 <= edge <= gap[1] + height / 2 for edge in edges)
        if gap[1] - gap[0] > (EDGE_GAP if at_edge else WIDEST_GAP) * height:
            yield _joined(part)
            part = []
        part.append(word)
    yield _joined(part)


def _joined(words: Sequence[Word]) -> Print:
    text = words[0].text
    for before, word in pairwise(words):
        gap = word.box[0] - before.box[2]
        text += (" " if gap > NARROWEST_GAP * _height(word) else "") + word.text
    boxes = [word.box for word in words]
    return Print(text, _union(boxes), max(_height(word) for word in words))


def _height(word: Word) -> float:
    return word.size or word.box[3] - word.box[1] or 1.0


def _union(boxes: Sequence[Box]) -> Box:
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def _paragraphs(prints: Sequence[Print]) -> list[Print]:
    """The lines, those of a paragraph joined: all but its last are full."""
    found: list[Print] = []
    ends: list[Print] = []  # the line that each paragraph ends with so far
    for line in sorted(prints, key=lambda line: (line.box[1], line.box[0])):
        above = [n for n, end in enumerate(ends) if _overlap(end.box, line.box)]
        number = max(above, key=lambda n: ends[n].box[3], default=None)
        if number is None or not _goes_on(found[number], ends[number], line, prints):
            found.append(line)
            ends.append(line)
            continue
        text = found[number].text
        box = _union([found[number].box, line.box])
        found[number] = Print(f"{text}{between(text, line.text)}{line.text}", box, line.size)
        ends[number] = line
    return found


def _goes_on(paragraph: Print, last: Print, line: Print, prints: Sequence[Print]) -> bool:
    """Whether a line goes on the paragraph: that ends at the right edge, this begins at the left."""
    size = max(last.size, line.size)
    if abs(last.size - line.size) > SAME_SIZE * size or line.box[1] <= last.box[1]:
        return False
    if line.box[1] - last.box[3] > BLOCK_GAP * size:
        return False
    if paragraph.text.endswith(_SENTENCE_END) and line.box[0] > paragraph.box[0] + size / 2:
        return False
    alike = [other for other in prints if abs(other.size - size) <= SAME_SIZE * size]
    edges = [other for other in alike if _overlap(other.box, last.box)]
    right, left = max(o.box[2] for o in edges), min(o.box[0] for o in edges)
    is_wide = right - left > 12 * size  # a column of short lines is a list
    return is_wide and right - last.box[2] <= RAGGED * size and line.box[0] - left <= size / 2


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share part of the width of the page."""
    return min(one[2], other[2]) > max(one[0], other[0])


def between(before: str, after: str) -> str:
    """What parts two lines of one text: nothing beside Chinese, else a blank."""
    if not before or not after or _WIDE.match(before[-1]) or _WIDE.match(after[0]):
        return ""
    if _MAIL_BEGUN.search(before):
        return ""
    return " "


# ---------------------------------------------------------------- grids


def one_line(text: str) -> str:
    """The text of a cell as one line."""
    parts = [part.strip() for part in text.replace("\t", " ").splitlines() if part.strip()]
    found = ""
    for part in parts:
        found += between(found, part) + part
    return found


def _lines_of(grid: Grid, count: int) -> list[Line]:
    """A line for every row of a grid, numbered behind the ``count`` before it."""
    lines = []
    for number, row in enumerate(grid.rows):
        boxes = [box for box in _boxes(grid, number) if box]
        box = _union(boxes) if boxes else grid.box
        text = "\t".join(one_line(text) for text in row)
        lines.append(Line(count + number + 1, text, grid.page, box))
    return lines


def _boxes(grid: Grid, row: int) -> tuple[Box | None, ...]:
    return grid.boxes[row] if grid.boxes else (None,) * len(grid.rows[row])


def _fragment(grid: Grid, lines: Sequence[Line]) -> Fragment:
    """A grid as rows of cells; what a merged cell covers is filled with its text."""
    rows = [
        [
            Cell(
                one_line(text), line.number, grid.page, box,
                confidence=0.5 if (number, column) in grid.doubtful else 1.0,
            )
            for column, (text, box) in enumerate(zip(row, _boxes(grid, number), strict=True))
        ]
        for number, (row, line) in enumerate(zip(grid.rows, lines, strict=True))
    ]  # fmt: skip
    for first_row, first_column, last_row, last_column in grid.spans:
        text = rows[first_row][first_column].text
        if last_column - first_column + 1 == len(rows[0]):
            continue  # a title or the head of a section, which fills no column
        for row in rows[first_row : last_row + 1]:
            for cell in row[first_column : last_column + 1]:
                if text and not cell.text:
                    cell.filled = text
    return Fragment(LAYOUT, rows, lines[0].number, lines[-1].number, header_rows=grid.header_rows)
