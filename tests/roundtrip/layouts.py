"""Tables printed as lines: tab-separated, flattened, aligned with spaces, between pipes.

Every renderer prints what a text layer, an exported web page or a hand-made text file really
looks like, and stays recoverable: the rules that keep a print fair stand with the function
that follows them. A printed line carries what it is (``LineLabel``) and which logical rows
start on it, so that a reader's accounting of lines can be checked as well.
"""

from __future__ import annotations

import codecs
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from tests.roundtrip.tables import Column, Row, Table

LAYOUTS: Sequence[str] = ("tabs", "flat", "aligned", "pipe")

#: What a line may be labelled as; several where careful readers may differ.
Labels = tuple[str, ...]

FORM_FEED = "\f"
#: The rule below a Markdown header is of the table, and neither its words nor its values.
RULE: Labels = ("header", "furniture", "cell")


@dataclass(frozen=True, slots=True)
class Printed:
    """A line. ``rows`` are the logical rows (from 0) of ``table`` that start on it."""

    text: str
    labels: Labels
    table: int | None = None
    rows: tuple[int, ...] = ()


BLANK = Printed("", ())


# --- pages -------------------------------------------------------------------------------

#: Page-number lines; {n} the page, {last} the number of pages.
PAGE_NUMBERS: Sequence[str] = (
    "- {n} -", "-{n}-", "— {n} —", "{n}", "第{n}页", "第 {n} 页", "{n} / {last}", "{n}/{last}",
    "第{n}页 共{last}页", "· {n} ·",
)  # fmt: skip
#: Styles that could be the number cells of a flattened table when no form feed stands by.
BARE_NUMBERS = frozenset(("{n}", "{n} / {last}", "{n}/{last}"))


@dataclass(slots=True)
class Furniture:
    """What a document prints between two pages, and how far its page count has come.

    Fairness: a number that could be a cell of a flattened table (``12``, ``12 / 40``) is
    printed only beside a form feed, and a running title only beside a form feed or a styled
    number; the running title is the document's own title, or a part of it.
    """

    number: str | None
    number_at: Literal["foot", "head"]
    running: str | None
    form_feed: bool
    own_line: bool
    blanks: int
    indent: int
    page: int
    last: int
    change: Callable[[str], str] = str

    @property
    def visible(self) -> bool:
        """Whether a reader sees that a page ended."""
        return self.form_feed or self.number is not None

    def turn(self) -> list[Printed]:
        """The lines between the last line of a page and the first of the next."""
        foot: list[Printed] = []
        head: list[Printed] = []
        if self.number is not None:
            (foot if self.number_at == "foot" else head).append(self._number_line())
        self.page += 1
        if self.running is not None:
            head.insert(0, Printed(" " * self.indent + self.running, ("furniture",)))
        gap = [BLANK] * self.blanks
        feed = [Printed(FORM_FEED, ())] if self.form_feed else []
        return [*gap, *foot, *feed, *head, *(gap if self.form_feed or head else [])]

    def end(self) -> list[Printed]:
        """The foot of the last page."""
        return [self._number_line()] if self.number is not None and self.number_at == "foot" else []

    def _number_line(self) -> Printed:
        shown = self.page if self.number_at == "foot" else self.page + 1
        text = (self.number or "").format(n=shown, last=max(self.last, shown))
        return Printed(" " * self.indent + self.change(text), ("furniture",))


def make_furniture(
    rng: Random, title: str, *, flat: bool, change: Callable[[str], str]
) -> Furniture:
    """Furniture for a document; ``flat`` keeps to what a flattened table can stand."""
    form_feed = rng.random() < 0.5
    styles = [s for s in PAGE_NUMBERS if form_feed or not flat or s not in BARE_NUMBERS]
    number = rng.choice(styles) if rng.random() < 0.6 else None
    running = title if (form_feed or number) and rng.random() < 0.3 else None
    page = rng.choice((1, 1, 1, rng.randint(2, 200)))
    return Furniture(
        number=number,
        number_at=rng.choice(("foot", "foot", "head")),
        running=running,
        form_feed=form_feed,
        own_line=rng.random() < 0.2,
        blanks=rng.choice((0, 1, 1, 2, 3)) if not flat else rng.choice((0, 0, 1)),
        indent=0 if flat else rng.choice((0, 0, 0, 20, 38)),
        page=page,
        last=page + rng.randint(9, 90),
        change=change,
    )


# --- how a document prints its tables ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manner:
    """The habits of one document; the same for all its tables."""

    layout: str
    caption_gap: int
    caption_indent: int
    table_gap: int
    indent: int
    ragged: bool
    stub_at: Literal["top", "middle", "bottom"]
    gap: int
    text_align: Literal["left", "centre"]
    number_align: Literal["left", "right", "centre"]
    ambiguous: int
    outer_bars: bool
    padding: bool
    ruled: Literal["none", "plain", "colons", "short"]
    squared: bool
    wrapped: bool
    upper_at: Literal["group", "left", "first"]
    head_align: Literal["centre", "cells"]
    frame: Literal["bars", "box", "wide"]


def make_manner(rng: Random, layout: str) -> Manner:
    return Manner(
        layout=layout,
        caption_gap=rng.choice((0, 0, 1)) if layout == "flat" else rng.choice((0, 1, 1, 2)),
        caption_indent=rng.choice((0, 0, 12, 24)) if layout == "aligned" else 0,
        table_gap=rng.choice((0, 0, 1)) if layout == "flat" else rng.choice((1, 1, 2)),
        indent=rng.choice((0, 0, 2, 4, 8)) if layout == "aligned" else 0,
        ragged=rng.random() < 0.3,
        stub_at=rng.choice(("top", "middle", "bottom")),
        gap=rng.choice((2, 2, 3, 4, 6)),
        text_align=rng.choice(("left", "left", "centre")),
        number_align=rng.choice(("right", "right", "centre", "left")),
        ambiguous=rng.choice((1, 2)),
        outer_bars=rng.random() < 0.85,
        padding=rng.random() < 0.7,
        ruled=rng.choice(("none", "plain", "plain", "colons", "short")),
        squared=rng.random() < 0.3,
        wrapped=rng.random() < 0.15,
        upper_at=rng.choice(("group", "group", "group", "left", "first")),
        head_align=rng.choice(("centre", "centre", "cells")),
        frame=rng.choice(("bars", "bars", "bars", "bars", "box", "wide")),
    )


# --- fragments ---------------------------------------------------------------------------

CONTINUATION_MARKS: Sequence[str] = (
    "续表",
    "续表{n}",
    "续表 {n}",
    "（续）",
    "{caption}（续）",
    "续 表",
)


@dataclass(frozen=True, slots=True)
class Continuation:
    """What stands above a fragment that continues a table on the next page."""

    mark: str | None
    header: bool

    def line(self, table: Table) -> str | None:
        if self.mark is None:
            return None
        if "{n}" in self.mark and table.number is None:
            return "续表"
        if "{caption}" in self.mark and table.caption is None:
            return "（续）"
        return self.mark.format(n=table.number, caption=table.caption)


def make_continuation(rng: Random, table: Table, furniture: Furniture) -> Continuation:
    """续表 in one of its styles, a repeated header, both, or neither.

    Fairness: a header repeated without 续表 continues a table for sure only when its ranks run
    on or when the page visibly ended; else a mark says so. A table printed under the header of
    an earlier one continues without a header. Where nothing shows that a page ended and
    nothing else stands between two fragments, nothing is printed between them at all.
    """
    if not table.header:
        return Continuation(None, False)
    marked, header = rng.choice(
        ((True, True), (True, True), (False, True), (False, True), (False, False), (True, False))
    )
    if header and not marked and not (table.ranked or furniture.visible):
        marked = True
    mark = rng.choice(CONTINUATION_MARKS) if marked else None
    return Continuation(mark, header)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Printed rows of one page: cells, and the logical rows that each of them holds."""

    cells: list[tuple[str, ...]]
    rows: list[tuple[int, ...]]


def _sizes(rng: Random, total: int, pieces: int, least: int, step: int = 1) -> list[int]:
    """``total`` cut into up to ``pieces`` runs of at least ``least``, all but the last a
    multiple of ``step``."""
    sizes = []
    left = total
    for _ in range(pieces - 1):
        most = (left - least) // step
        if most * step < least:
            break
        size = rng.randint(-(-least // step), most) * step
        sizes.append(size)
        left -= size
    return [*sizes, left]


def _side_by_side(rows: Sequence[tuple[int, Row]], parts: int, width: int) -> Fragment:
    """Rows printed down the first part, then down the next; the last part may be shorter."""
    height = -(-len(rows) // parts)
    cells, numbers = [], []
    for line in range(height):
        held = [rows[at] for at in range(line, len(rows), height)]
        printed = [cell for _, row in held for cell in row.cells]
        cells.append(tuple(printed + [""] * (parts * width - len(printed))))
        numbers.append(tuple(number for number, _ in held))
    return Fragment(cells, numbers)


def fragments(rng: Random, table: Table, pieces: int) -> list[Fragment]:
    """The pages of a table.

    Fairness: every part side by side has at least one row on each page where parts continue
    page by page; a section row is never the last row of a page nor the first below no header.
    """
    numbered = list(enumerate(table.rows))
    width = len(table.columns)
    if table.parts > 1 and table.unfold == "page":
        sizes = _sizes(rng, len(numbered), pieces, 3 * table.parts, table.parts)
        pages, at = [], 0
        for size in sizes:
            pages.append(_side_by_side(numbered[at : at + size], table.parts, width))
            at += size
        return pages
    whole = _side_by_side(numbered, table.parts, width)
    pages, at = [], 0
    for size in _sizes(rng, len(whole.cells), pieces, 2):
        pages.append(Fragment(whole.cells[at : at + size], whole.rows[at : at + size]))
        at += size
    return _joined_at_sections(table, pages)


def _joined_at_sections(table: Table, pages: list[Fragment]) -> list[Fragment]:
    """Undoes page breaks next to a section row."""
    kept = pages[:1]
    for page in pages[1:]:
        beside = (kept[-1].rows[-1][0], page.rows[0][0])
        if any(table.rows[row].kind == "section" for row in beside):
            kept[-1] = Fragment(kept[-1].cells + page.cells, kept[-1].rows + page.rows)
        else:
            kept.append(page)
    return kept


# --- headers -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A header cell: header rows and columns that it covers, both ends included."""

    text: str
    top: int
    bottom: int
    left: int
    right: int

    @property
    def is_group(self) -> bool:
        return self.right > self.left


def spans(columns: Sequence[Column]) -> list[Span]:
    """Header cells of columns; equal neighbours are one cell above the lowest level."""
    levels = max(len(column.printed) for column in columns)
    found: list[Span] = []
    for at, column in enumerate(columns):
        for level, text in enumerate(column.printed):
            leaf = level == len(column.printed) - 1
            before = columns[at - 1].printed if at else ()
            shared = len(before) > level + 1 and before[: level + 1] == column.printed[: level + 1]
            if not leaf and shared:
                continue
            right = at
            while not leaf and right + 1 < len(columns) and _same_group(columns, at, right, level):
                right += 1
            bottom = levels - 1 if leaf else level
            found.append(Span(text, level, bottom, at, right))
    return found


def _same_group(columns: Sequence[Column], at: int, right: int, level: int) -> bool:
    ours, following = columns[at].printed, columns[right + 1].printed
    return len(following) > level + 1 and following[: level + 1] == ours[: level + 1]


def _may_stand_low(cells: Sequence[Span], columns: Sequence[Column]) -> bool:
    """Whether single headers may stand in the lowest row without joining a group.

    Fairness: right of a group's cell another group has to begin (or the table to end), and
    left of it a group or a column that no group would hold (rank, stub, class, unit).
    """
    for group in (span for span in cells if span.is_group):
        beside = [s for s in cells if s.is_group and s.top == group.top]
        right_is_group = any(s.left == group.right + 1 for s in beside)
        left_is_group = any(s.right == group.left - 1 for s in beside)
        at_end = group.right == len(columns) - 1
        left_is_value = group.left > 0 and columns[group.left - 1].role in ("value", "total")
        if not (at_end or right_is_group) or (left_is_value and not left_is_group):
            return False
    return True


def _none_alone(cells: Sequence[Span]) -> bool:
    """Whether no upper header would be alone on its line, where it could be a caption."""
    tops = [span.top for span in cells if span.is_group]
    return all(tops.count(top) > 1 for top in tops)


_TRAILING_BRACKET = re.compile(r"(.+?)\s?([（(][^（）()、]*[）)])")


def _wrapped_span(span: Span) -> list[Span]:
    """A single-level header cell over two lines, its unit or maximum in brackets below.

    Fairness: a line of a header that begins with a bracket goes on with the cell above it;
    names are wrapped nowhere else (not in 县（市、区） either), or they would look like two
    levels.
    """
    match = _TRAILING_BRACKET.fullmatch(span.text)
    if match is None:
        return [replace(span, bottom=1)]
    name, bracket = match.groups()
    return [replace(span, text=name), replace(span, text=bracket, top=1, bottom=1)]


def _header_rows(columns: Sequence[Column], stub_at: str) -> list[list[str]]:
    """Header rows with merged cells' text once: at the first column, and at the first or
    the last of the rows that it covers."""
    cells = spans(columns)
    low = stub_at == "bottom" and _may_stand_low(cells, columns)
    rows = [[""] * len(columns) for _ in range(max(span.bottom for span in cells) + 1)]
    for span in cells:
        rows[span.bottom if low else span.top][span.left] = span.text
    return rows


# --- the four layouts --------------------------------------------------------------------


def _tab_lines(manner: Manner, rows: Iterable[Sequence[str]]) -> list[str]:
    """Cells between tabs; blank cells at the end of a row may lose their tabs."""
    lines = ["\t".join(row) for row in rows]
    return [line.rstrip("\t") for line in lines] if manner.ragged else lines


def display_width(text: str, ambiguous: int) -> int:
    """Columns that a text takes; East Asian wide characters two, ambiguous ones as given."""
    sizes = {"W": 2, "F": 2, "A": ambiguous}
    return sum(sizes.get(unicodedata.east_asian_width(letter), 1) for letter in text)


def _padded(text: str, width: int, align: str, ambiguous: int) -> str:
    space = max(width - display_width(text, ambiguous), 0)
    before = {"left": 0, "right": space, "centre": space // 2}[align]
    return " " * before + text + " " * (space - before)


def _pipe_lines(manner: Manner, rows: Sequence[Sequence[str]], header_rows: int) -> list[str]:
    """``|a|b|`` or ``a | b``, with or without a rule below the header; or between the lines of
    a box, or between bars as wide as a character.

    Fairness: a Markdown rule stands below the last header row.
    """
    widths = [max(display_width(cell, 2) for cell in column) for column in zip(*rows, strict=True)]
    if manner.squared or manner.frame == "box":
        rows = [[_padded(c, w, "left", 2) for c, w in zip(r, widths, strict=True)] for r in rows]
    if manner.frame == "box":
        return _boxed(rows, widths, header_rows)
    space = " " if manner.padding or not manner.outer_bars else ""
    bar = "｜" if manner.frame == "wide" else "|"
    lines = []
    for at, row in enumerate(rows):
        if at == header_rows and header_rows and manner.ruled != "none" and bar == "|":
            rule = {"plain": "---", "colons": ":---:", "short": ":-:"}[manner.ruled]
            lines.append(_between_bars(manner, [rule] * len(row), space, bar))
        lines.append(_between_bars(manner, row, space, bar))
    return lines


def _boxed(rows: Sequence[Sequence[str]], widths: Sequence[int], header_rows: int) -> list[str]:
    """Cells in a box drawn with lines, one below the header."""
    rules = ["─" * width for width in widths]
    lines = ["┌" + "┬".join(rules) + "┐"]
    for at, row in enumerate(rows):
        if at == header_rows and header_rows:
            lines.append("├" + "┼".join(rules) + "┤")
        lines.append("│" + "│".join(row) + "│")
    return [*lines, "└" + "┴".join(rules) + "┘"]


#: A line that only rules.
_RULED = re.compile(r"[ |:─┌┬┐├┼┤└┴┘-]+$")


def _between_bars(manner: Manner, cells: Sequence[str], space: str, bar: str) -> str:
    inner = f"{space}{bar}{space}".join(cells)
    return f"{bar}{space}{inner}{space}{bar}" if manner.outer_bars else inner


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the columns of an aligned table stand: first column and width of each."""

    starts: list[int]
    widths: list[int]


def _grid(manner: Manner, columns: Sequence[Column], body: Sequence[Sequence[str]]) -> _Grid:
    """Columns wide enough for all they hold, and gaps of at least two between them.

    Fairness: characters whose width depends on the font (—, ↑, ①) shift what follows by one
    column each; where a table has both them and blank cells, gaps are at least four wide.
    """
    cells = spans(columns)
    width_of = manner.ambiguous
    widths = [max(display_width(row[at], width_of) for row in body) for at in range(len(columns))]
    texts = [cell for row in body for cell in row]
    drifts = any(unicodedata.east_asian_width(letter) == "A" for text in texts for letter in text)
    gap = max(manner.gap, 4) if drifts and "" in texts else manner.gap
    for span in sorted(cells, key=lambda span: span.right - span.left):
        last = span.left if manner.upper_at == "first" else span.right
        have = sum(widths[span.left : last + 1]) + gap * (last - span.left)
        widths[last] += max(display_width(span.text, width_of) - have, 0)
    starts = [manner.indent]
    for width in widths[:-1]:
        starts.append(starts[-1] + width + gap)
    return _Grid(starts, widths)


def _aligned_header(manner: Manner, columns: Sequence[Column], grid: _Grid) -> list[str]:
    """Upper headers over their columns; single headers at the top, the bottom or, as a text
    layer has it, on a line of their own at half height.

    Upper headers are centred over all their columns, set at the left edge of those, or
    centred over the first of them, as a merged cell's text is once its columns are unmerged.
    """
    cells = spans(columns)
    stub_at = manner.stub_at
    if stub_at == "bottom" and not (_may_stand_low(cells, columns) and _none_alone(cells)):
        stub_at = "middle"
    if manner.wrapped and not any(span.is_group for span in cells):
        cells = [piece for span in cells for piece in _wrapped_span(span)]
    lines: dict[int, list[tuple[int, str]]] = {}
    for span in cells:
        half_lines = {
            "top": 2 * span.top,
            "middle": span.top + span.bottom,
            "bottom": 2 * span.bottom,
        }
        left = grid.starts[span.left]
        last = span.left if manner.upper_at == "first" else span.right
        right = grid.starts[last] + grid.widths[last]
        align = _head_align(manner, columns[span.left], span)
        text = _padded(span.text, right - left, align, manner.ambiguous)
        blank = len(text) - len(text.lstrip(" "))
        lines.setdefault(half_lines[stub_at], []).append((left + blank, span.text))
    return [_placed(lines[line], manner.ambiguous) for line in sorted(lines)]


def _head_align(manner: Manner, column: Column, span: Span) -> str:
    """How a header cell is set: upper headers in their own manner, single ones in the middle
    or as the cells below them are."""
    if span.is_group:
        return "left" if manner.upper_at == "left" else "centre"
    return "centre" if manner.head_align == "centre" else _align(manner, column)


def _align(manner: Manner, column: Column) -> str:
    """How the cells of a column are set."""
    numeric = column.role in ("rank", "serial", "value", "total")
    return manner.number_align if numeric else manner.text_align


def _placed(texts: Iterable[tuple[int, str]], ambiguous: int) -> str:
    line = ""
    for start, text in sorted(texts):
        line += " " * (start - display_width(line, ambiguous)) + text
    return line


def _aligned_rows(
    manner: Manner, columns: Sequence[Column], grid: _Grid, rows: Iterable[Sequence[str]]
) -> list[str]:
    lines = []
    for row in rows:
        texts = []
        for at, cell in enumerate(row):
            align = _align(manner, columns[at])
            padded = _padded(cell, grid.widths[at], align, manner.ambiguous)
            blank = len(padded) - len(padded.lstrip(" "))
            if cell:
                texts.append((grid.starts[at] + blank, cell))
        lines.append(_placed(texts, manner.ambiguous))
    return lines


# --- a whole table -----------------------------------------------------------------------


@dataclass(slots=True)
class _Printer:
    """Prints one table; ``index`` is its number in the document."""

    table: Table
    index: int
    manner: Manner
    columns: tuple[Column, ...]
    grid: _Grid | None = None

    def header(self) -> list[Printed]:
        if self.manner.layout == "flat":
            texts = [column.printed[-1] for column in self.columns]
        elif self.manner.layout == "tabs":
            texts = _tab_lines(self.manner, _header_rows(self.columns, self.manner.stub_at))
        elif self.grid is not None:
            texts = _aligned_header(self.manner, self.columns, self.grid)
        else:
            return []  # a pipe table prints its header with its rows, to square them
        return [Printed(text, ("header",), self.index) for text in texts]

    def rows(self, page: Fragment, *, header: bool) -> list[Printed]:
        if self.manner.layout == "flat":
            return [
                Printed(cell, ("cell",), self.index, self._starting(rows, at))
                for row, rows in zip(page.cells, page.rows, strict=True)
                for at, cell in enumerate(row)
            ]
        if self.manner.layout == "pipe":
            return self._pipe(page, header)
        if self.grid is not None:
            texts = _aligned_rows(self.manner, self.columns, self.grid, page.cells)
        else:
            texts = _tab_lines(self.manner, page.cells)
        return [
            Printed(text, ("cell",), self.index, rows)
            for text, rows in zip(texts, page.rows, strict=True)
        ]

    def _starting(self, rows: tuple[int, ...], at: int) -> tuple[int, ...]:
        part, inside = divmod(at, len(self.table.columns))
        return (rows[part],) if inside == 0 else ()

    def _pipe(self, page: Fragment, header: bool) -> list[Printed]:
        head = _header_rows(self.columns, self.manner.stub_at) if header else []
        texts = _pipe_lines(self.manner, [*head, *page.cells], len(head))
        kinds = [Printed("", ("header",), self.index) for _ in head]
        kinds += [Printed("", ("cell",), self.index, rows) for rows in page.rows]
        following = iter(kinds)
        return [
            Printed(text, RULE, self.index)
            if _RULED.match(text)
            else replace(next(following), text=text)
            for text in texts
        ]


def render(
    rng: Random, table: Table, index: int, manner: Manner, furniture: Furniture, pieces: int
) -> tuple[list[Printed], frozenset[str]]:
    """The lines of a table from its caption to its notes, and what its print features.

    A table with section rows keeps its trailing tabs: a section label alone on its line would
    look like the caption of the next group.
    """
    if any(row.kind == "section" for row in table.rows):
        manner = replace(manner, ragged=False)
    pages = fragments(rng, table, pieces)
    going_on = make_continuation(rng, table, furniture)
    printer = _Printer(table, index, manner, table.columns * table.parts)
    together = rng.random() < 0.5 or not going_on.header
    features = set()
    lines = _lines_above(table, index, manner)
    for number, page in enumerate(pages):
        first = number == 0
        header = table.header if first else going_on.header
        if manner.layout == "aligned":
            seen = [row for p in pages for row in p.cells] if together else page.cells
            printer.grid = _grid(manner, printer.columns, seen)
        if not first:
            lines += _between(table, index, going_on, furniture)
            features |= _break_features(going_on, furniture)
        if header:
            lines += printer.header()
        lines += printer.rows(page, header=header)
    if len(pages) > 1 and manner.layout == "flat" and not (going_on.mark or going_on.header):
        lines, cut = _cut_inside_row(rng, lines)
        features |= {"row_cut"} if cut else set()
    lines += [Printed(note, ("note",), index) for note in table.notes]
    features.add("one_page" if len(pages) == 1 else "many_pages")
    return lines, frozenset(features)


def _lines_above(table: Table, index: int, manner: Manner) -> list[Printed]:
    margin = " " * (manner.indent + manner.caption_indent)
    lines = []
    if table.caption is not None:
        lines.append(Printed(margin + table.caption, ("caption",), index))
        lines += [BLANK] * manner.caption_gap
    if table.unit is not None:
        lines.append(Printed(margin + table.unit, ("caption", "note", "header"), index))
    return lines


def _between(
    table: Table, index: int, going_on: Continuation, furniture: Furniture
) -> list[Printed]:
    lines = furniture.turn()
    mark = going_on.line(table)
    if mark is not None:
        lines.append(Printed(furniture.change(mark), ("caption", "furniture", "header"), index))
    return lines


def _break_features(going_on: Continuation, furniture: Furniture) -> set[str]:
    marked = "mark" if going_on.mark else "no_mark"
    header = "header" if going_on.header else "no_header"
    return {
        f"continued_{marked}_{header}",
        "form_feed" if furniture.form_feed else "no_form_feed",
        "page_numbers" if furniture.number else "no_page_numbers",
        *(("running_title",) if furniture.running else ()),
    }


def _cut_inside_row(rng: Random, lines: list[Printed]) -> tuple[list[Printed], bool]:
    """Moves the first cells of the row below a page break above it, as a full page does."""
    cells = [at for at, line in enumerate(lines) if line.labels == ("cell",)]
    breaks = [(before, after) for before, after in itertools.pairwise(cells) if after > before + 1]
    if not breaks or rng.random() < 0.6:
        return lines, False
    before, after = rng.choice(breaks)
    moved = 1
    between, rest = lines[before + 1 : after], lines[after:]
    return [*lines[: before + 1], *rest[:moved], *between, *rest[moved:]], True


# --- bytes -------------------------------------------------------------------------------

ENCODINGS: Sequence[str] = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030", "big5")

_FULL_WIDTH = {
    code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))
}
_FULL_WIDTH |= {ord(mark): ord(mark) + 0xFEE0 for mark in "().%,+"}


def widened(text: str) -> str:
    """Digits, letters, brackets and signs of numbers in their full-width forms."""
    return text.translate(_FULL_WIDTH)


def joined(lines: Sequence[Printed], furniture: Furniture) -> list[Printed]:
    """Form feeds put where they stand in a text: before the first line of the new page, or
    on a line of their own."""
    placed: list[Printed] = []
    pending = ""
    for line in lines:
        if line.text == FORM_FEED and not furniture.own_line:
            pending = FORM_FEED
            continue
        placed.append(replace(line, text=pending + line.text))
        pending = ""
    return placed


def encoded(lines: Sequence[Printed], encoding: str, newline: str, *, ended: bool) -> bytes:
    """The bytes of a text, its last line ended or not.

    Raises UnicodeEncodeError where the encoding lacks a letter.
    """
    text = newline.join(line.text for line in lines) + (newline if ended else "")
    if encoding == "utf-16-be":
        return codecs.BOM_UTF16_BE + text.encode(encoding)
    return text.encode(encoding)
