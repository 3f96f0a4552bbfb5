"""Draws a document with reportlab: TrueType outlines, rules as strokes, rows placed by us."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Table,
)
from reportlab.platypus import Paragraph as Text

from tests.pdf.page import (
    ALIGNS,
    LEADING,
    MARGIN,
    PADDING,
    ROW_GAP,
    SIZES,
    SPACES,
    Beside,
    Block,
    Break,
    Cell,
    Document,
    Grid,
    Paragraph,
)

#: WenQuanYi Micro Hei (Debian fonts-wqy-microhei; Apache 2.0 or GPL 3 with font exception).
FONT_FILE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
FONT = "WenQuanYi"
_TEXT_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}


@cache
def register_font() -> str:
    """The name of the font, once it is registered."""
    pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE), subfontIndex=0))
    return FONT


def draw(documents: Sequence[Document]) -> list[bytes]:
    """Each document as the bytes of a PDF, the same for the same document."""
    register_font()
    return [_draw(document) for document in documents]


def _draw(document: Document) -> bytes:
    stream = io.BytesIO()
    template = BaseDocTemplate(
        stream, pagesize=(document.width, document.height), invariant=1, pageCompression=1
    )
    frame = Frame(
        MARGIN,
        MARGIN,
        document.text_width,
        document.text_height,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def furnish(canvas: Canvas, _: BaseDocTemplate) -> None:
        _furnish(canvas, document)

    template.addPageTemplates([PageTemplate("page", [frame], onPage=furnish)])
    template.build([flowable for block in document.blocks for flowable in _flow(block)])
    return stream.getvalue()


def _furnish(canvas: Canvas, document: Document) -> None:
    """The running title, the page number and the footnote of a page."""
    canvas.saveState()
    canvas.setFont(FONT, 9)
    middle, number = document.width / 2, canvas.getPageNumber()
    if document.running:
        canvas.drawCentredString(middle, document.height - MARGIN + 18, document.running)
    if document.numbered:
        canvas.drawCentredString(middle, MARGIN - 30, document.numbered.format(n=number))
    if document.footnote:
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, MARGIN - 4, MARGIN + 120, MARGIN - 4)
        canvas.setFont(FONT, 7.5)
        canvas.drawString(MARGIN, MARGIN - 14, document.footnote.format(n=number))
    canvas.restoreState()


def _flow(block: Block) -> Iterator[Flowable]:
    if isinstance(block, Break):
        yield PageBreak()
    elif isinstance(block, Paragraph):
        yield _paragraph(block)
    elif isinstance(block, Grid):
        yield _table(block)
    else:
        yield _beside(block)


def _paragraph(block: Paragraph) -> Flowable:
    size = SIZES[block.style]
    above, below = SPACES[block.style]
    style = ParagraphStyle(
        block.style,
        fontName=FONT,
        fontSize=size,
        leading=size * 1.5,
        alignment=_TEXT_ALIGN[ALIGNS[block.style]],
        spaceBefore=above,
        spaceAfter=below,
        wordWrap="CJK",
        keepWithNext=block.kept,
    )
    return Text(block.text.replace("&", "&amp;").replace("<", "&lt;"), style)


def _beside(block: Beside) -> Flowable:
    right = [flowable for inner in block.blocks for flowable in _flow(inner)]
    room = max(sum(b.widths) for b in block.blocks if isinstance(b, Grid)) + 12
    table = Table(
        [[[_paragraph(text) for text in block.prose], right]],
        colWidths=[block.width, room + PADDING],
        hAlign="LEFT",
    )
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return table


def _table(grid: Grid) -> Flowable:
    texts: list[list[str]] = [["" for _ in grid.widths] for _ in grid.heights]
    commands: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), FONT, grid.size, grid.size * LEADING),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), ROW_GAP),
        ("BOTTOMPADDING", (0, 0), (-1, -1), ROW_GAP),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE" if grid.middle else "TOP"),
        ("VALIGN", (0, 0), (-1, grid.header_rows - 1), "MIDDLE"),
    ]
    for cell in grid.cells:
        texts[cell.row][cell.column] = "\n".join(cell.lines)
        commands += _commands(cell)
    table = Table(
        texts,
        colWidths=grid.widths,
        rowHeights=grid.heights,
        repeatRows=grid.header_rows if grid.repeated else 0,
    )
    table.setStyle(commands)
    return table


def _commands(cell: Cell) -> Iterator[tuple[Any, ...]]:
    """The style commands of a cell: its span, alignment, fill and rules."""
    first = (cell.column, cell.row)
    last = (cell.column + cell.columns - 1, cell.row + cell.rows - 1)
    if first != last:
        yield ("SPAN", first, last)
    yield ("ALIGN", first, last, cell.align.upper())
    if cell.fill:
        yield ("BACKGROUND", first, last, cell.fill)
    rules = (
        ("LINEBEFORE", first, (first[0], last[1]), cell.edges.left),
        ("LINEABOVE", first, (last[0], first[1]), cell.edges.top),
        ("LINEAFTER", (last[0], first[1]), last, cell.edges.right),
        ("LINEBELOW", (first[0], last[1]), last, cell.edges.bottom),
    )
    for command, start, end, width in rules:
        if width:
            yield (command, start, end, width, "black")
