"""The layouts in which a table is printed, and which tables each can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.roundtrip.tables import Table

#: all: every cell is boxed; three: one rule above, one below the header, one at the end;
#: open: as all, but no rule closes the cells of a column of group labels.
Rules = Literal["all", "three", "none", "no top", "open"]
#: How a table goes on over the page: its header again, 续表 with it, or nothing at all.
Continued = Literal["header", "again", "nothing"]


#: A running title for any document.
TITLE = "城市数据与评价年度报告"


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to print tables.

    ``running`` is a title at the head of every page, with which goes a page number at the foot.
    ``rotate`` is the page's flag, which a reader undoes; ``turned`` turns the content and sets no
    flag. ``parts`` > 1 prints one ranking in as many parts side by side, which ``unfold`` on
    every page or over the whole table. ``levels`` puts so many header levels on every table.
    """

    rules: Rules = "all"
    zebra: bool = False
    art: bool = False
    merged: bool = False
    continued: Continued = "header"
    landscape: bool = False
    rotate: Literal[0, 90, 180, 270] = 0
    turned: Literal[0, 90, 180, 270] = 0
    apart: bool = False
    beside: bool = False
    footnotes: bool = False
    doubled: bool = False
    caption_below: bool = False
    running: str | None = None
    parts: int = 1
    unfold: Literal["page", "table"] = "page"
    levels: int = 1
    prose: bool = False
    chart: bool = False


LAYOUTS: dict[str, Layout] = {
    "ruled": Layout(),
    "three-line": Layout(rules="three"),
    "unruled": Layout(rules="none"),
    "zebra": Layout(rules="none", zebra=True, art=True),
    "page-art": Layout(art=True),
    "no-top-rule": Layout(rules="no top"),
    "merged-groups": Layout(merged=True),
    "open-groups": Layout(rules="open"),
    "continued-again": Layout(continued="again", apart=True),
    "continued-bare": Layout(continued="nothing"),
    "three-line-again": Layout(rules="three", continued="again", apart=True),
    "unruled-bare": Layout(rules="none", continued="nothing"),
    "two-levels": Layout(levels=2),
    "three-levels": Layout(levels=3),
    "three-levels-three-line": Layout(rules="three", levels=3),
    "halves": Layout(parts=2),
    "halves-unruled": Layout(parts=2, rules="none"),
    "halves-over-pages": Layout(parts=2, unfold="table"),
    "thirds": Layout(parts=3, rules="three"),
    "landscape": Layout(landscape=True),
    "rotate-90": Layout(rotate=90),
    "rotate-180": Layout(rotate=180, rules="three"),
    "rotate-270": Layout(rotate=270, landscape=True),
    "turned-90": Layout(turned=90),
    "turned-270": Layout(turned=270, rules="three", landscape=True),
    "beside-prose": Layout(beside=True),
    "beside-prose-three-line": Layout(beside=True, rules="three"),
    "footnotes": Layout(footnotes=True, running=TITLE),
    "doubled": Layout(doubled=True),
    "doubled-unruled": Layout(doubled=True, rules="none"),
    "caption-below": Layout(caption_below=True, apart=True),
    "furniture": Layout(running=TITLE, continued="nothing"),
    "furniture-three-line": Layout(running=TITLE, rules="three"),
    "among-prose": Layout(prose=True, chart=True, running=TITLE),
}


def has_room(table: Table, layout: Layout) -> bool:
    """Whether a layout says what the table says, so that a careful reader can recover it.

    - Parts side by side go on from one to the next, which only a rank or a serial number shows;
      they need columns few and narrow enough to stand beside one another.
    - A column alone, without rules, is a list of lines and no table.
    - A table beside prose is one page long and narrow.
    - Rules that leave group labels open need such labels.
    - A head over all values says nothing where stubs stand among them (two years compared).
    """
    if layout.levels > table.levels and first_value(table) is None:
        return False
    if layout.parts > 1:
        narrow = _width(table) * layout.parts <= 80
        return table.ranked and narrow and len(table.rows) >= 6 * layout.parts
    if layout.beside:
        return _width(table) <= 36 and len(table.columns) > 1 and len(table.rows) <= 32
    if layout.rules == "open" or layout.merged:
        return bool(group_columns(table))
    if layout.rules in ("three", "none"):
        return len(table.columns) > 1
    return True


def first_value(table: Table) -> int | None:
    """Where the values begin, if two or more make up the right of the table."""
    is_value = [column.role in ("value", "total") for column in table.columns]
    if sum(is_value) < 2 or not all(is_value[is_value.index(True) :]):
        return None
    return is_value.index(True)


def _width(table: Table) -> int:
    """The widest cell of every column, in characters."""
    return sum(max(len(row.cells[c]) for row in table.rows) for c in range(len(table.columns)))


def group_columns(table: Table) -> list[int]:
    """Columns left of the values in which a label stands once for the rows below it."""
    found = []
    for at, column in enumerate(table.columns):
        if column.role in ("value", "total"):
            break
        cells = [row.cells[at] for row in table.rows]
        labelled = bool(cells and cells[0])
        beside = [any(row.cells[at + 1 :]) for row in table.rows]
        blank = [not cell and full for cell, full in zip(cells, beside, strict=True)]
        if labelled and any(blank):
            found.append(at)
    return found
