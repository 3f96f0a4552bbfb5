"""Draws a document with WeasyPrint: HTML tables, OpenType outlines, rules as filled boxes."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import weasyprint

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

FAMILY = "Noto Sans CJK SC"


def draw(documents: Sequence[Document]) -> list[bytes]:
    """Each document as the bytes of a PDF, the same for the same document."""
    with _no_clock():
        return [weasyprint.HTML(string=_html(document)).write_pdf() for document in documents]


@contextmanager
def _no_clock() -> Iterator[None]:
    """The embedded font is dated by this variable, or else by the clock."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _html(document: Document) -> str:
    body = "".join(piece for block in document.blocks for piece in _block(block))
    return f"<html lang=zh-CN><style>{_style(document)}</style><body>{body}</body></html>"


def _style(document: Document) -> str:
    paragraphs = "".join(
        f"p.{style}{{font-size:{size}pt;text-align:{ALIGNS[style]};"
        f"margin:{SPACES[style][0]}pt 0 {SPACES[style][1]}pt}}"
        for style, size in SIZES.items()
    )
    boxes = ""
    if document.running:
        boxes += f"@top-center{{content:'{document.running}';font-size:9pt}}"
    if document.numbered:
        boxes += f"@bottom-center{{content:{_counted(document.numbered)};font-size:9pt}}"
    if document.footnote:
        boxes += (
            f"@bottom-left{{content:{_counted(document.footnote)};font-size:7.5pt;"
            "vertical-align:top;border-top:.5pt solid;width:120pt;white-space:nowrap}"
        )
    return (
        f"@page{{size:{document.width}pt {document.height}pt;margin:{MARGIN}pt;{boxes}}}"
        f"body{{font-family:'{FAMILY}';margin:0;line-height:1.5}}"
        f"{paragraphs}"
        "table{border-collapse:collapse;table-layout:fixed;margin:0 auto}"
        "td{overflow-wrap:normal;white-space:pre;box-sizing:border-box}"
        "tr{break-inside:avoid}.flat thead{display:table-row-group}"
        ".kept{break-after:avoid}.break{break-before:page}"
        ".beside{display:flex}.beside>div:first-child{flex:none;margin-right:20pt}"
    )


def _counted(text: str) -> str:
    """A CSS content with the page number where {n} stands."""
    before, after = text.split("{n}")
    return f"'{before}' counter(page) '{after}'"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Break):
        yield "<div class=break></div>"
    elif isinstance(block, Paragraph):
        kept = " kept" * block.kept
        yield f"<p class='{block.style}{kept}'>{html.escape(block.text)}</p>"
    elif isinstance(block, Grid):
        yield from _table(block)
    else:
        yield from _beside(block)


def _beside(block: Beside) -> Iterator[str]:
    yield f"<div class=beside><div style='width:{block.width}pt'>"
    for text in block.prose:
        yield from _block(text)
    yield "</div><div>"
    for inner in block.blocks:
        yield from _block(inner)
    yield "</div></div>"


def _table(grid: Grid) -> Iterator[str]:
    flat = "" if grid.repeated else " class=flat"
    yield (
        f"<table{flat} style='width:{sum(grid.widths):.2f}pt;font-size:{grid.size}pt;"
        f"line-height:{grid.size * LEADING:.2f}pt'>"
    )
    yield "".join(f"<col style='width:{width:.2f}pt'>" for width in grid.widths)
    rows: list[list[Cell]] = [[] for _ in grid.heights]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    for number, cells in enumerate(rows):
        if number == 0 and grid.header_rows:
            yield "<thead>"
        if number == grid.header_rows:
            yield "</thead><tbody>" if number else "<tbody>"
        middle = grid.middle or number < grid.header_rows
        yield f"<tr style='height:{grid.heights[number]:.2f}pt'>"
        yield from (_cell(cell, middle) for cell in sorted(cells, key=lambda c: c.column))
        yield "</tr>"
    yield "</tbody></table>"


def _cell(cell: Cell, middle: bool) -> str:
    edges = cell.edges
    widths = (edges.top, edges.right, edges.bottom, edges.left)
    style = [
        f"text-align:{cell.align}",
        f"vertical-align:{'middle' if middle else 'top'}",
        f"padding:{ROW_GAP}pt {PADDING - 0.5}pt",  # half a rule is inside of a collapsed cell
        "border-style:solid",
        "border-width:" + " ".join(f"{width}pt" for width in widths),
    ]
    if cell.fill:
        style.append(f"background:{cell.fill}")
    text = "\n".join(map(html.escape, cell.lines))
    return f"<td rowspan={cell.rows} colspan={cell.columns} style='{';'.join(style)}'>{text}</td>"
