"""Halves side by side: continued rankings are unfolded, comparisons stay as they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from os.path import commonprefix

from extractors.layouts.fragment import VALUE_KINDS
from extractors.model import Cell
from extractors.values import kind_of
from schemas.vocabulary import Vocabulary, fold

Paths = list[tuple[str, ...]]
Body = list[list[Cell]]

#: The share of steps down that a ranking in its right order may have: printed rankings
#: have a few ranks out of step, a wrong order has one at every seam.
MOST_DESCENTS = 0.05

#: The least share of different names in a column of a grid of names.
MOSTLY_ONCE = 0.9


def unfold(
    paths: Paths, pages: Sequence[Body], vocabulary: Vocabulary
) -> tuple[Paths, Body, list[int]]:
    """The columns, rows and panels of a table, its halves unfolded where they continue.

    Halves have the same header. They continue one list where their ranks count on, either
    over the whole table (the left column of every page first) or page by page; where each
    half counts from the same number they are things compared, and stay.
    """
    rows = [row for page in pages for row in page]
    groups = _groups(paths)
    if groups == 1:
        return paths, rows, _panels(paths, rows)
    width = len(paths) // groups
    orders = [
        [_half(page, g, width) for g in range(groups) for page in pages],
        [_half(page, g, width) for page in pages for g in range(groups)],
        [
            [cells]
            for page in pages
            for row in page
            for g in range(groups)
            if _filled(cells := row[g * width : (g + 1) * width])
        ],
    ]
    flat = [[row for half in order for row in half] for order in orders]
    column, rising = _order_column(paths[:width], flat, vocabulary)
    if column is None:
        return paths[:width], flat[1], [0] * width
    if rising:
        flat.append(_by_seams(rows, groups, width, column))
    descents = [_descents(body, column, rising) for body in flat]
    best = min(range(len(flat)), key=lambda k: descents[k])
    if descents[best] > max(1, MOST_DESCENTS * len(flat[best])) or _start_alike(
        pages, groups, width, column
    ):
        return paths, rows, [position // width for position in range(len(paths))]
    return paths[:width], flat[best], [0] * width


def name_grid(
    paths: Paths, pages: Sequence[Body], is_name: Callable[[str], bool]
) -> tuple[Paths, Body] | None:
    """A grid of names under one header as a list, row by row; broken names made whole."""
    labels = {path for path in paths if path}
    width = len(paths)
    if len(labels) != 1 or width < 3:
        return None
    cells = [cell for page in pages for row in page for cell in row if cell.text]
    if any(kind_of(cell.text) != "text" or len(cell.text) > 20 for cell in cells):
        return None
    if len(cells) * 2 < width * sum(len(page) for page in pages):
        return None
    if not all(_names_alone(pages, column, is_name) for column in range(width)):
        return None
    joined: Body = []
    for cell in cells:
        before = joined[-1][0] if joined else None
        if (
            before is not None
            and before.line != cell.line
            and not is_name(before.text)
            and is_name(before.text + cell.text)
        ):
            before.text += cell.text
        else:
            joined.append([cell])
    return [next(iter(labels))], joined


def _names_alone(pages: Sequence[Body], column: int, is_name: Callable[[str], bool]) -> bool:
    """Whether a column holds names, hardly one of them twice: what comes again tells a group."""
    texts = [row[column].text for page in pages for row in page if row[column].text]
    names = [text for text in texts if is_name(text)]
    return len(names) * 2 >= len(texts) and len(set(names)) >= MOSTLY_ONCE * len(names)


def _half(page: Body, group: int, width: int) -> Body:
    return [half for row in page if _filled(half := row[group * width : (group + 1) * width])]


def _by_seams(rows: Body, groups: int, width: int, column: int) -> Body:
    """Page by page, where nothing but the ranks shows that a page ended.

    A page begins where the left half counts on from the last half of the row above, not
    from its own row above.
    """
    pages: list[Body] = []
    last = (groups - 1) * width + column
    for row in rows:
        number = _number(row[column].text)
        above = pages[-1][-1] if pages else None
        if above is None or (
            _counts_on(_number(above[last].text), number, _times(pages[-1], last))
            and not _counts_on(_number(above[column].text), number)
        ):
            pages.append([])
        pages[-1].append(row)
    return [cells for page in pages for g in range(groups) for cells in _half(page, g, width)]


def _counts_on(before: float | None, after: float | None, times: int = 1) -> bool:
    """Whether one rank may follow another that stands so many times: the same in a tie, the
    next, or the next after all of a tie (5, 5, 7)."""
    return before is not None and after is not None and after - before in (0, 1, times)


def _times(page: Body, column: int) -> int:
    """How often the last number of a column stands at its end."""
    numbers = [row[column].text for row in page]
    return len(list(itertools.takewhile(lambda text: text == numbers[-1], reversed(numbers))))


def _filled(cells: list[Cell]) -> bool:
    return any(cell.text for cell in cells)


def _groups(paths: Paths) -> int:
    """How often the whole header comes side by side (1 where it does not)."""
    width = len(paths)
    for size in range(1, width // 2 + 1):
        if width % size or not all(paths[:size]):
            continue
        if all(paths[column] == paths[column % size] for column in range(size, width)):
            return width // size
    return 1


def _order_column(
    paths: Paths, orders: list[Body], vocabulary: Vocabulary
) -> tuple[int | None, bool]:
    """The column that tells the order: a rank or number going up, else a score going down."""
    rows = orders[0]
    for column, path in enumerate(paths):
        label = fold("".join(path))
        names = set(vocabulary.fields_of(label))
        if names & {"rank", "serial"} or "排名" in label or label.endswith(("名次", "位次")):
            return column, True
    numeric = [
        column
        for column in range(len(paths))
        if sum(kind_of(row[column].text) in VALUE_KINDS for row in rows) * 2 > len(rows)
    ]
    for column in numeric:
        if _ranks(rows, column) and min(_descents(body, column, True) for body in orders) <= max(
            1, MOST_DESCENTS * len(rows)
        ):
            return column, True
    return (numeric[-1], False) if numeric else (None, True)


def _ranks(rows: Body, column: int) -> bool:
    return all(row[column].text.isdecimal() for row in rows if row[column].text)


def _number(text: str) -> float | None:
    try:
        return float(
            text.replace("%", "").replace("％", "").replace(",", "").lstrip("第").rstrip("名")
        )
    except ValueError:
        return None


def _descents(rows: Body, column: int, rising: bool) -> int:
    """Steps against the order."""
    numbers = [n for row in rows if (n := _number(row[column].text)) is not None]
    pairs = itertools.pairwise(numbers)
    return sum(b < a if rising else b > a for a, b in pairs)


def _start_alike(pages: Sequence[Body], groups: int, width: int, column: int) -> bool:
    """Whether every half begins with the same number: then each is a ranking of its own."""
    firsts = []
    for group in range(groups):
        half = next((h for page in pages if (h := _half(page, group, width))), [])
        firsts.append(_number(half[0][column].text) if half else None)
    lasts = [_number(half[-1][column].text) if (half := _half(pages[-1], 0, width)) else None]
    return len(set(firsts)) == 1 and firsts[0] != lasts[0]


def _panels(paths: Paths, rows: Body) -> list[int]:
    """The panel of every column: halves alike but for what tells them apart, each with a stub.

    What tells them apart is an upper header level (2014年 / 城市) or the beginning of every
    label of the half (2014年城市).
    """
    lowest = [path[-1] if path else "" for path in paths]
    width = len(paths)
    for size in range(2, width // 2 + 1):
        if width % size or not all(lowest):
            continue
        halves = [_cores(lowest[start : start + size]) for start in range(0, width, size)]
        if any(half != halves[0] for half in halves):
            continue
        if any(_is_text(rows, column) for column in range(size)):
            return [column // size for column in range(width)]
    return [0] * width


def _cores(labels: list[str]) -> list[str]:
    """The labels of a half without what they all begin with."""
    common = commonprefix(labels)
    return [label[len(common) :] for label in labels]


def _is_text(rows: Body, column: int) -> bool:
    texts = [row[column].text for row in rows if row[column].text]
    return sum(kind_of(text) == "text" for text in texts) * 2 > len(texts)
