"""Headers: how many rows of a grid head it, and the path of every column from the top."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extractors.layouts.fragment import VALUE_KINDS, are_year_labels, only_bracketed
from extractors.model import Cell
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold, squeeze

#: No published table has more header levels than this.
MOST_LEVELS = 4

#: With these begins a bracketed addition to the header above it.
OPENING = ("(", "（", "[", "【")

_LATIN_GAP = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")

Grid = Sequence[Sequence[Cell]]


def tidy(text: str) -> str:
    """Header text without the blanks of letter-spacing and wrapping; Latin words stay apart."""
    return _LATIN_GAP.sub("", text.strip())


def header_depth(grid: Grid, vocabulary: Vocabulary, known: Mapping[tuple[str, ...], int]) -> int:
    """The number of header rows at the top of a grid.

    The header ends where values begin. Rows of text before that are header rows as long as
    their stub is blank or repeats the one above; a row with nothing but a stub heads a
    section and belongs to the body. In a grid of text alone the first row is the header
    where its words are known or where it comes again on another page (``known``: the first
    header row -> the depth of the header).
    """
    first = next((i for i, row in enumerate(grid) if _is_body(grid, i)), None)
    if first is None and row_key(grid[0]) in known:
        return min(known[row_key(grid[0])], len(grid))
    if first is None:
        return _text_depth(grid, vocabulary)
    if first > MOST_LEVELS + 1:
        first = 1 if _text_depth(grid, vocabulary) else 0
    depth = first
    for index in range(1, first):
        if not _continues_header(grid, index, vocabulary):
            depth = index
            break
    return depth


def row_key(row: Sequence[Cell]) -> tuple[str, ...]:
    """A row for comparing headers, blind to width, blanks and trailing blank cells."""
    key = [fold(cell.text) for cell in row]
    while key and not key[-1]:
        key.pop()
    return tuple(key)


def build_paths(header: Grid, layout: str) -> list[tuple[str, ...]]:
    """The header levels of every column from the top.

    A blank right of a text belongs to its span where a lower level goes on below it.
    """
    if not header:
        return []
    width = len(header[0])
    levels = [[tidy(cell.value) for cell in row] for row in header]
    spans_told = any(cell.filled for row in header for cell in row)
    if layout == "aligned" or spans_told:  # the print has told the spans, the cells hold them
        return [_path(levels, column) for column in range(width)]
    for depth, level in enumerate(levels[:-1]):
        for column in range(1, width):
            if level[column] or not _goes_on_below(levels, depth, column):
                continue
            left = column - 1
            same_parent = all(levels[u][column] == levels[u][left] for u in range(depth))
            if level[left] and same_parent and _goes_on_below(levels, depth, left):
                level[column] = level[left]
    return [_path(levels, column) for column in range(width)]


def _path(levels: list[list[str]], column: int) -> tuple[str, ...]:
    path: list[str] = []
    for level in levels:
        if level[column] and (not path or path[-1] != level[column]):
            path.append(level[column])
    return tuple(path)


def _goes_on_below(levels: list[list[str]], depth: int, column: int) -> bool:
    return any(level[column] for level in levels[depth + 1 :])


def _is_body(grid: Grid, index: int) -> bool:
    row = grid[index]
    values = [cell.text for cell in row if kind_of(cell.text) in VALUE_KINDS]
    if not values:
        return False
    following = grid[index + 1] if index + 1 < len(grid) else ()
    if are_year_labels([cell.text for cell in row], [cell.text for cell in following]):
        return False
    return not (index and not row[0].text.strip() and only_bracketed(values))


def _text_depth(grid: Grid, vocabulary: Vocabulary) -> int:
    """Header rows of a grid that holds text alone."""
    row = grid[0]
    if len(grid) < 2:
        return 0
    filled = [cell.text for cell in row if cell.text]
    if (
        any(is_header_word(text, vocabulary) for text in filled)
        or len(filled) == 1
        and len(row) > 2
    ):
        depth = 1
    else:
        return 0
    while depth < min(len(grid) - 1, MOST_LEVELS) and _fills_spans(grid, depth, vocabulary):
        depth += 1
    return depth


def is_header_word(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is a header that the vocabulary lists."""
    return bool(vocabulary.fields_of(text)) or fold(text) in vocabulary.scheme_words


def _fills_spans(grid: Grid, index: int, vocabulary: Vocabulary) -> bool:
    """Whether a row of text stands under blanks of the header row above and has no stub."""
    above, row = grid[index - 1], grid[index]
    under = [
        c for c in range(1, len(row)) if row[c].text and not above[c].text and above[c - 1].text
    ]
    return (
        bool(under)
        and not row[0].text
        and any(is_header_word(cell.text, vocabulary) for cell in row if cell.text)
    )


def _continues_header(grid: Grid, index: int, vocabulary: Vocabulary) -> bool:
    """Whether a row of text below a header row is a further level of it.

    It is where its stub is blank or repeats the one above, and where it fills columns that
    the rows above have left without a header.
    """
    row, above = grid[index], grid[index - 1]
    filled = [column for column, cell in enumerate(row) if cell.text]
    if not filled:
        return False
    if not row[0].text:
        return not _heads_section(grid, index, filled, vocabulary)
    if len(filled) == 1:
        return False
    if fold(row[0].text) == fold(above[0].text):
        return True
    bare = [c for c in range(len(row)) if not any(level[c].text for level in grid[:index])]
    if bare and sum(c in filled for c in bare) * 2 >= len(bare):
        return True
    known = sum(is_header_word(row[column].text, vocabulary) for column in filled)
    return known * 2 >= len(filled)


def _heads_section(grid: Grid, index: int, filled: list[int], vocabulary: Vocabulary) -> bool:
    """Whether a row's only text stands among names: under a header of its own, in a column
    that holds text where the values begin."""
    column = filled[0]
    text = grid[index][column].text
    body = next((row for i, row in enumerate(grid) if i > index and _is_body(grid, i)), None)
    return (
        len(filled) == 1
        and body is not None
        and bool(grid[index - 1][column].text)
        and kind_of(body[column].text) == "text"
        and not text.startswith(OPENING)
        and not is_header_word(text, vocabulary)
    )


def first_text(row: Sequence[Cell]) -> str:
    """The only text of a row with a single filled cell, else nothing."""
    filled = [cell.text for cell in row if cell.text]
    return squeeze(filled[0]) if len(filled) == 1 else ""
