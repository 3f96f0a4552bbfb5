"""Tables whose columns no rule parts: three rules, or none, and words that stand in columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import cv2
import numpy as np

from extractors.pdf.scan.drafts import Draft, DraftCell, PixelBox
from extractors.pdf.scan.glyphs import is_number
from extractors.pdf.scan.lines import WORD_GAP, Parts, PrintLine, find_lines, print_size
from extractors.pdf.scan.rules import Rule
from extractors.pdf.scan.settle import Item

#: A table without rules has at least so many lines and columns, and numbers in this share of
#: its words: prose in columns has none.
_FEWEST_LINES, _FEWEST_COLUMNS, _NUMBERS = 3, 3, 0.3

#: Rules of one table start and end within so many points of one another.
_FLUSH = 6.0

#: A line further below the last than so many heights of it begins something else.
_APART = 3.0

#: A run of print so many times its height is a line of prose, beside the table or under it.
_PROSE = 18.0

#: The blank behind a caption's number, in heights of print; columns of two headings are wider.
_CAPTION_GAP = 3.0

#: A line of the body has a word in this share of the columns, or the columns cannot be seen in it.
_FULL = 0.6

#: A heading stands over the middle of its columns, off by this share of a column at most.
_OFF_MIDDLE = 0.35


def free_words(parts: Parts, scale: float) -> list[PrintLine]:
    """Words anywhere on a page: parts nearer to one another than `WORD_GAP`, line by line.

    A word is found by what is near it and not by the line across the page, since the headings
    of neighbouring columns stand at different heights.
    """
    if not len(parts.ids):
        return []
    known = np.zeros(int(parts.labels.max()) + 1, np.uint8)
    known[parts.ids] = 255
    gap = max(3, round(WORD_GAP * print_size(parts, scale)))
    near = cv2.morphologyEx(known[parts.labels], cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    _, blobs = cv2.connectedComponents(cv2.dilate(near, np.ones((3, 1), np.uint8)))
    of_part = np.zeros(len(known), np.int32)
    of_part[parts.labels.ravel()] = blobs.ravel()
    of_blob = of_part[parts.ids]
    words: list[PrintLine] = []
    for blob in np.unique(of_blob):
        words += find_lines(parts.take(of_blob == blob), scale)
    return sorted(words, key=lambda word: (word.box[1], word.box[0]))


def rows_of(items: Sequence[Item]) -> list[list[Item]]:
    """Words gathered into lines across the page, each from left to right."""
    rows: list[list[Item]] = []
    for item in sorted(items, key=_middle):
        if rows:
            height = median(one.line.height for one in rows[-1])
            if _middle(item) - median(map(_middle, rows[-1])) <= 0.5 * max(height, 1):
                rows[-1].append(item)
                continue
        rows.append([item])
    return [sorted(row, key=lambda item: item.line.box[0]) for row in rows]


def find_tables(items: Sequence[Item], rules: Sequence[Rule], scale: float) -> list[Draft]:
    """The tables that words stand in, between flush rules first, then without any."""
    drafts, left = [], list(items)
    for band, heading in _bands(rules, scale):
        inside = [item for item in left if _within(item, band)]
        draft = _draft(inside, band, heading)
        if draft is not None:
            drafts.append(draft)
            left = [item for item in left if not _within(item, band)]
    short = [one for one in left if _width(one) <= _PROSE * one.line.height]
    for run in _runs(rows_of(short)):
        words = [item for row in run for item in row]
        numbers = sum(is_number(item.text) is not None for item in words)
        draft = _draft(words, _around(words), _heading(run))
        if draft and draft.columns >= _FEWEST_COLUMNS and numbers >= _NUMBERS * len(words):
            drafts.append(draft)
    return sorted(drafts, key=lambda draft: draft.box[1])


def _bands(rules: Sequence[Rule], scale: float) -> list[tuple[PixelBox, float]]:
    """The areas between flush rules, with the place of the rule under the header.

    Three rules are a table; where more are flush each three from the top are one, or all of
    them are rules of one.
    """
    runs: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda one: one.place):
        for run in runs:
            if max(abs(run[0].start - rule.start), abs(run[0].end - rule.end)) <= _FLUSH * scale:
                run.append(rule)
                break
        else:
            runs.append([rule])
    found = []
    for run in runs:
        size = 3 if len(run) % 3 == 0 else len(run)
        for index in range(0, len(run) if size > 2 else 0, size):
            first, last = run[index], run[index + size - 1]
            band = (first.start, first.place, first.end, last.place)
            found.append((band, run[index + 1].place))
    return found


def _runs(rows: list[list[Item]]) -> list[list[list[Item]]]:
    """Lines one below another with enough words to be a table's."""
    runs: list[list[list[Item]]] = [[]]
    for row in rows:
        near = runs[-1] and _top(row) - _bottom(runs[-1][-1]) <= _APART * row[0].line.height
        if len(row) < 2:
            runs.append([])
        elif near:
            runs[-1].append(row)
        else:
            runs.append([row])
    for run in runs:  # a line of fewer words may be of the header, not of the foot
        while run and len(run[-1]) < _FEWEST_COLUMNS:
            run.pop()
        while run and len(run[0]) < _FEWEST_COLUMNS and _is_close(run[0]):
            run.pop(0)
    full = [[row for row in run if len(row) >= _FEWEST_COLUMNS] for run in runs]
    return [run for run, rows in zip(runs, full, strict=True) if len(rows) >= _FEWEST_LINES]


def _is_close(row: list[Item]) -> bool:
    """Whether the words of a line are near enough for a caption's (表 1  …)."""
    gaps = [right.line.box[0] - left.line.box[2] for left, right in pairwise(row)]
    return max(gaps, default=0) <= _CAPTION_GAP * row[0].line.height


def _heading(run: list[list[Item]]) -> float:
    """Where the header of lines without rules ends: above the first line that is mostly numbers."""
    for row in run:
        if sum(is_number(item.text) is not None for item in row) >= 0.5 * len(row):
            return _top(row)
    return _top(run[0])


def _draft(items: list[Item], box: PixelBox, heading: float | None) -> Draft | None:
    """The table of words in an area; ``heading`` is where its header ends, if a rule says so."""
    header = [item for item in items if heading is not None and _middle(item) < heading]
    body = rows_of([item for item in items if heading is None or _middle(item) >= heading])
    columns = _columns(body)
    if len(body) < 2 or len(columns) < 2:
        return None
    cells = _header_cells(header, columns)
    first = max((cell.last_row for cell in cells.values()), default=-1) + 1
    for row, words in enumerate(body, start=first):
        for word in words:
            column = _column_of(word, columns)
            cell = cells.setdefault((row, column), DraftCell(None, [], row, column))
            cell.items.append(word)
    for cell in cells.values():
        cell.box = _around(cell.items)
    return Draft(box, first + len(body), len(columns), cells)


def _columns(rows: list[list[Item]]) -> list[tuple[float, float]]:
    """Where the words of full lines leave no gap from top to bottom: (left, right) of columns."""
    most = max(map(len, rows), default=0)
    spans = sorted(
        (item.line.box[0], item.line.box[2])
        for row in rows
        if len(row) >= _FULL * most
        for item in row
    )
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _column_of(item: Item, columns: list[tuple[float, float]]) -> int:
    """The column that a word overlaps most, or the nearest one."""
    x0, _, x1, _ = item.line.box
    return max(
        range(len(columns)),
        key=lambda index: min(x1, columns[index][1]) - max(x0, columns[index][0]),
    )


def _header_cells(
    items: list[Item], columns: list[tuple[float, float]]
) -> dict[tuple[int, int], DraftCell]:
    """The headings in their levels: one alone over its column spans them all."""
    stacks: dict[int, list[Item]] = {}
    for item in sorted(items, key=_middle):
        stacks.setdefault(_column_of(item, columns), []).append(item)
    levels = max(map(len, stacks.values()), default=0)
    lowest = max((_middle(stack[-1]) for stack in stacks.values()), default=0.0)
    cells: dict[tuple[int, int], DraftCell] = {}
    below = {  # columns with a heading in the lowest level
        column
        for column, stack in stacks.items()
        if lowest - _middle(stack[-1]) <= 0.3 * stack[-1].line.height
    }
    for column, stack in stacks.items():
        if len(stack) == 1 and column not in below:
            cells[0, column] = DraftCell(None, stack, levels - 1, column)
            continue
        for level, item in enumerate(reversed(stack)):
            row = levels - 1 - level
            first, last = _spread(item, column, columns, stacks, below) if level else (column,) * 2
            cells[row, first] = DraftCell(None, [item], row, last)
    return cells


def _spread(
    item: Item,
    column: int,
    columns: list[tuple[float, float]],
    stacks: dict[int, list[Item]],
    below: set[int],
) -> tuple[int, int]:
    """The widest run of columns with a single heading whose middle a higher heading stands over."""
    middle = (item.line.box[0] + item.line.box[2]) / 2
    best = (column, column)
    free = {one for one in below if len(stacks[one]) == 1} | {column}
    for first in range(len(columns)):
        for last in range(max(first, column), len(columns)):
            if first > column or not free.issuperset(range(first, last + 1)):
                continue
            left, right = columns[first][0], columns[last][1]
            step = (right - left) / (last - first + 1)
            if abs((left + right) / 2 - middle) <= _OFF_MIDDLE * step and (
                last - first > best[1] - best[0]
            ):
                best = (first, last)
    return best


def _middle(item: Item) -> float:
    return (item.line.box[1] + item.line.box[3]) / 2


def _width(item: Item) -> float:
    return item.line.box[2] - item.line.box[0]


def _top(row: list[Item]) -> float:
    return min(item.line.box[1] for item in row)


def _bottom(row: list[Item]) -> float:
    return max(item.line.box[3] for item in row)


def _within(item: Item, box: PixelBox) -> bool:
    x0, _, x1, _ = item.line.box
    return box[1] <= _middle(item) <= box[3] and box[0] <= (x0 + x1) / 2 <= box[2]


def _around(items: Sequence[Item]) -> PixelBox:
    boxes = [item.line.box for item in items]
    return (
        float(min(box[0] for box in boxes)),
        float(min(box[1] for box in boxes)),
        float(max(box[2] for box in boxes)),
        float(max(box[3] for box in boxes)),
    )
