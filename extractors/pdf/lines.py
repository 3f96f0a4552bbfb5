"""From the pages of a PDF to the lines and fragments that every document has.

A row of a grid is one line, its cells with tabs between them, whatever lines its cells were
set in; print outside of grids is set in lines again, and the lines of a paragraph are one, as
they are in a text. The lines of a page come in reading order, with two liberties: what stands
beside a grid follows it, and a caption or unit below a grid is read before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
_SENTENCE_END = ("。", "！", "？", "：", ":", "；")


@dataclass(frozen=True, slots=True)
class Print:
    """Words that were set on one line outside of grids, or the lines of a paragraph."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a document, its grids as fragments, and what reading the pages doubts."""

    lines: tuple[Line, ...]
    fragments: list[Fragment]
    grids: list[Grid]
    doubts: list[Doubt]
    pages: int


def layout(pages: Iterable[PdfPage], vocabulary: Vocabulary) -> Layout:
    """The lines and fragments of the pages of a document, in their order."""
    lines: list[Line] = []
    fragments: list[Fragment] = []
    grids: list[Grid] = []
    doubts: list[Doubt] = []
    count = 0
    for page in pages:
        count += 1
        for item in _in_order(page, vocabulary):
            if isinstance(item, Print):
                lines.append(Line(len(lines) + 1, item.text, page.number, item.box))
            elif item is None:
                lines.append(Line(len(lines) + 1, "", page.number))
            else:
                rows = _lines_of(item, len(lines))
                fragments.append(_fragment(item, rows))
                grids.append(item)
                lines += rows
        if page.kind == "scan":
            doubts.append(Doubt(PAGE_NOT_READ, "error", None, page.number, evidence=NOT_READ))
        doubts += [
            Doubt("page-unsure", "warning", None, page.number, evidence=reason)
            for reason in page.doubts
        ]
    return Layout(tuple(lines), fragments, grids, doubts, count)


# ---------------------------------------------------------------- reading order


def _in_order(page: PdfPage, vocabulary: Vocabulary) -> Iterator[Print | Grid | None]:
    """The grids and lines of a page from top to bottom; None where a blank line parts blocks."""
    grids = sorted(page.grids, key=lambda grid: (grid.box[1], grid.box[0]))
    outside = [word for word in page.words if not any(_holds(g.box, word.box) for g in grids)]
    prints = _titles_first(grids, _paragraphs(_set_in_lines(outside)), vocabulary)
    items: list[Print | Grid] = [*grids, *prints]
    before: Print | Grid | None = None
    for item in sorted(items, key=lambda item: _place(item, grids)):
        if isinstance(item, Print) and isinstance(before, Print) and _is_apart(before, item):
            yield None
        yield item
        before = item


def _place(item: Print | Grid, grids: Sequence[Grid]) -> tuple[float, int, float, float]:
    """What stands beside a grid follows it, in its own order."""
    x0, top, _, bottom = item.box
    if isinstance(item, Print):
        for grid in grids:
            if grid.box[1] <= (top + bottom) / 2 <= grid.box[3]:
                return grid.box[1], 1, top, x0
    return top, 0, top, x0


def _holds(outer: Box, inner: Box) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _is_apart(before: Print, after: Print) -> bool:
    height = min(before.size, after.size) or 1.0
    return after.box[1] - before.box[3] > BLOCK_GAP * height


def _titles_first(
    grids: Sequence[Grid], prints: Sequence[Print], vocabulary: Vocabulary
) -> list[Print]:
    """The prints, a numbered caption that belongs to the grid above it set before that grid.

    It does where the grid above is nearer than the one below, and has no caption above it.
    """
    texts = [Line(number, print_.text) for number, print_ in enumerate(prints, start=1)]
    lines = Lines(Page(texts, vocabulary), vocabulary)
    captions = [print_ for print_ in prints if lines.is_strong_caption(print_.text)]
    moved: dict[int, Print] = {}
    for caption in captions:
        above = _nearest(caption, grids, -1)
        below = _nearest(caption, grids, 1)
        if above is None or (below and below[0] <= above[0]):
            continue
        distance, grid = above
        if distance > 4 * caption.size or _is_captioned(grid, caption, captions, grids):
            continue
        x0, top, x1, _ = grid.box
        moved[id(caption)] = replace(caption, box=(x0, top - 0.2, x1, top - 0.1))
    return [moved.get(id(print_), print_) for print_ in prints]


def _nearest(caption: Print, grids: Iterable[Grid], side: int) -> tuple[float, Grid] | None:
    """The distance to the nearest grid above (-1) or below (1) a line, and the grid."""
    found = []
    for grid in grids:
        if min(caption.box[2], grid.box[2]) <= max(caption.box[0], grid.box[0]):
            continue
        gap = caption.box[1] - grid.box[3] if side < 0 else grid.box[1] - caption.box[3]
        if gap >= -caption.size / 2:
            found.append((gap, grid))
    return min(found, key=lambda one: one[0], default=None)


def _is_captioned(
    grid: Grid, caption: Print, captions: Iterable[Print], grids: Sequence[Grid]
) -> bool:
    """Whether another caption stands right above a grid, nearer to it than to any other."""
    for other in captions:
        below = _nearest(other, grids, 1)
        if other is not caption and below and below[1] is grid and below[0] < 4 * other.size:
            above = _nearest(other, grids, -1)
            if above is None or below[0] <= above[0]:
                return True
    return False


# ---------------------------------------------------------------- print outside of grids


def _set_in_lines(words: Iterable[Word]) -> list[Print]:
    """Words joined to lines: those that stand at one height and near to one another."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word.box[1] + word.box[3]) / 2, word.box[0])):
        if rows and _is_level(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [part for row in rows for part in _parts(sorted(row, key=lambda word: word.box[0]))]


def _is_level(row: Sequence[Word], word: Word) -> bool:
    """Whether the middle of a word lies within the heights of the row's first, or the reverse."""
    first = row[0].box
    middle, own = (word.box[1] + word.box[3]) / 2, (first[1] + first[3]) / 2
    return first[1] <= middle <= first[3] and (
        word.box[1] <= own <= word.box[3] or word.box[3] - word.box[1] < first[3] - first[1]
    )


def _parts(row: Sequence[Word]) -> Iterator[Print]:
    """The words of one height, parted where the gap is wide."""
    part = [row[0]]
    for before, word in pairwise(row):
        if word.box[0] - before.box[2] > WIDEST_GAP * max(_height(before), _height(word)):
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
    last: Print | None = None  # the line that the paragraph in the making ends with
    for line in sorted(prints, key=lambda line: (line.box[1], line.box[0])):
        if last is not None and _goes_on(found[-1], last, line, prints):
            text = f"{found[-1].text}{between(found[-1].text, line.text)}{line.text}"
            box = _union([found[-1].box, line.box])
            found[-1] = Print(text, box, found[-1].size)
        else:
            found.append(line)
        last = line
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
    edges = [other for other in alike if _overlap(other, last)]
    right, left = max(o.box[2] for o in edges), min(o.box[0] for o in edges)
    is_wide = right - left > 12 * size  # a column of short lines is a list
    return is_wide and right - last.box[2] <= RAGGED * size and line.box[0] - left <= size / 2


def _overlap(one: Print, other: Print) -> bool:
    return min(one.box[2], other.box[2]) > max(one.box[0], other.box[0])


def between(before: str, after: str) -> str:
    """What parts two lines of one text: nothing beside Chinese, else a blank."""
    if not before or not after or _WIDE.match(before[-1]) or _WIDE.match(after[0]):
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
