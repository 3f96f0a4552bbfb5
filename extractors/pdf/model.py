"""What reading a PDF gives: words with places, and the grids found on a page.

Everything is plain data that pickles, so that a page can be read in a child process.
Boxes are (x0, top, x1, bottom) in points with the origin at the top left of the page as a
reader sees it, ``/Rotate`` applied; where content lies on its side without that flag the
page is read turned, and ``turned`` says by how much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from extractors.model import Box

#: How the print of a page was got at. ``blank`` has none; ``scan`` is a picture that was not
#: read, since the extra for it is not installed; ``ocr`` is one that was.
PageKind = Literal["text", "blank", "scan", "ocr"]


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a gap. ``confidence`` is below 1 where it was recognised."""

    text: str
    box: Box
    size: float = 0.0
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of one table on one page, as printed, before anything is assembled.

    ``rows`` are of one width. A merged cell's text stands once at its top left; ``spans`` are
    (first row, first column, last row, last column) of merged cells, counted from 0. ``boxes``
    and ``doubtful`` go with ``rows``: a box a cell (None where there is none), and the places
    (row, column) of cells that were recognised and may be wrong. ``reader`` names what read it.
    ``header_rows`` is known where the reader can tell and None elsewhere.
    """

    page: int
    box: Box
    rows: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[int, int, int, int], ...] = ()
    boxes: tuple[tuple[Box | None, ...], ...] = ()
    reader: str = ""
    confidence: float = 1.0
    doubtful: frozenset[tuple[int, int]] = frozenset()
    header_rows: int | None = None


@dataclass(slots=True)
class PdfPage:
    """A page: its words outside of grids and in them, in reading order, and its grids."""

    number: int
    width: float
    height: float
    kind: PageKind = "text"
    words: list[Word] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    turned: int = 0
    doubts: list[str] = field(default_factory=list)
    #: The places in ``words`` of those that stand in no cell, be it within the box of a grid.
    loose: frozenset[int] = frozenset()
