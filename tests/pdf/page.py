"""What stands on the pages of a made PDF, before a backend draws it.

A ``Document`` is a run of blocks that every backend prints alike: the same column widths,
row heights and rules. Lengths are points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["title", "caption", "unit", "prose", "note"]
Align = Literal["left", "center", "right"]

#: A4 upright.
A4 = (595.0, 842.0)
#: Room for the running title and the page number beyond the text.
MARGIN = 54.0
#: Blank inside of a cell's rules: enough that neighbours in an unruled table stand apart.
PADDING = 4.0
#: The distance of two lines of a cell; rows stand ``2 * ROW_GAP`` farther apart than that.
LEADING = 1.25
ROW_GAP = 3.0

#: Sizes of the paragraphs and the blank above and below them.
SIZES: dict[Style, float] = {"title": 15, "caption": 10.5, "unit": 8.5, "prose": 10, "note": 8}
SPACES: dict[Style, tuple[float, float]] = {
    "title": (6, 12),
    "caption": (10, 4),
    "unit": (0, 3),
    "prose": (2, 6),
    "note": (3, 3),
}
ALIGNS: dict[Style, Align] = {
    "title": "center",
    "caption": "center",
    "unit": "right",
    "prose": "left",
    "note": "left",
}


@dataclass(frozen=True, slots=True)
class Edges:
    """The widths of the four rules of a cell, 0 where there is none."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at (row, column), counted from 0, over ``rows`` by ``columns`` places.

    ``lines`` is its text as broken to its width; ``text`` is the same in one piece.
    """

    row: int
    column: int
    lines: tuple[str, ...]
    rows: int = 1
    columns: int = 1
    align: Align = "center"
    edges: Edges = Edges()
    fill: str | None = None

    @property
    def text(self) -> str:
        return "".join(self.lines)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as set. ``repeated``: its header rows stand on every page that it goes on to."""

    cells: tuple[Cell, ...]
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    header_rows: int
    size: float
    repeated: bool = False
    middle: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``kept`` with the block below it on one page."""

    text: str
    style: Style = "prose"
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """The next block stands on a new page."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Prose in a column of ``width``, and blocks to the right of it."""

    prose: tuple[Paragraph, ...]
    blocks: tuple[Grid | Paragraph, ...]
    width: float


Block = Paragraph | Grid | Break | Beside


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks and the pages they stand on.

    ``running`` is the title at the head of every page and ``numbered`` the form of the page
    number at its foot, ``{n}`` being the number; ``footnote`` stands above it below a short rule.
    """

    blocks: tuple[Block, ...]
    width: float = A4[0]
    height: float = A4[1]
    running: str | None = None
    numbered: str | None = None
    footnote: str | None = None

    @property
    def text_width(self) -> float:
        return self.width - 2 * MARGIN

    @property
    def text_height(self) -> float:
        return self.height - 2 * MARGIN
