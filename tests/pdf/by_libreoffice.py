"""Draws a document with LibreOffice Writer, from a flat OpenDocument text.

Writer sets the pages as an office does: its tables break by themselves, and its text is cut
into portions where script changes between Chinese and Latin.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

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
    Edges,
    Grid,
    Paragraph,
)

FAMILY = "Noto Serif CJK SC"
#: A conversion takes 1 s and 0.05 s a page; a minute is for a loaded machine's first start.
SECONDS = 60.0
SECONDS_A_DOCUMENT = 30.0

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}"'
    for prefix, name in (
        ("office", "office:1.0"),
        ("style", "style:1.0"),
        ("text", "text:1.0"),
        ("table", "table:1.0"),
        ("fo", "xsl-fo-compatible:1.0"),
        ("svg", "svg-compatible:1.0"),
    )
)


class OfficeError(RuntimeError):
    """LibreOffice is not there or made no PDF."""


@cache
def _profile() -> Path:
    """A profile of this process, so that several may run side by side."""
    folder = Path(tempfile.mkdtemp(prefix="office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def draw(documents: Sequence[Document]) -> list[bytes]:
    """Each document as the bytes of a PDF; all of them in one start of the office."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, document in enumerate(documents):
            (folder / f"{number}.fodt").write_text(_Writer(document).xml(), encoding="utf-8")
        _convert(folder, len(documents))
        return [(folder / f"{number}.pdf").read_bytes() for number in range(len(documents))]


def _convert(folder: Path, count: int) -> None:
    command = [
        "soffice",
        f"-env:UserInstallation={_profile().as_uri()}",
        "--headless",
        "--convert-to",
        "pdf:writer_pdf_Export",
        "--outdir",
        str(folder),
        *(str(folder / f"{number}.fodt") for number in range(count)),
    ]
    limit = SECONDS + SECONDS_A_DOCUMENT * count
    result = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    missing = [n for n in range(count) if not (folder / f"{n}.pdf").is_file()]
    if missing:
        raise OfficeError(f"soffice made no PDF of {missing}: {result.stdout}{result.stderr}")


class _Writer:
    """Writes one document; styles are collected while the body is written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.styles: dict[str, str] = {}
        self.tables = 0

    def xml(self) -> str:
        body = "".join(piece for block in self._joined() for piece in self._block(*block))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMESPACES} '
            'office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
            f"<office:font-face-decls><style:font-face style:name='F' "
            f"svg:font-family=\"'{FAMILY}'\"/></office:font-face-decls>"
            f"<office:styles>{_DEFAULTS}</office:styles>"
            f"<office:automatic-styles>{''.join(self.styles.values())}{self._page_layout()}"
            f"</office:automatic-styles>{self._master()}"
            f"<office:body><office:text>{body}</office:text></office:body></office:document>"
        )

    def _joined(self) -> Iterator[tuple[Block, bool]]:
        """The blocks and whether each begins a page: a break is a property of what follows."""
        turned = False
        for block in self.document.blocks:
            if isinstance(block, Break):
                turned = True
            else:
                yield block, turned
                turned = False

    def _style(self, family: str, properties: str, extra: str = "") -> str:
        """The name of an automatic style with these properties."""
        key = f"{family}|{properties}|{extra}"
        name = f"S{list(self.styles).index(key) if key in self.styles else len(self.styles)}"
        self.styles.setdefault(
            key,
            f"<style:style style:name='{name}' style:family='{family}' {extra}>"
            f"{properties}</style:style>",
        )
        return name

    def _block(self, block: Block, turned: bool) -> Iterator[str]:
        if isinstance(block, Paragraph):
            yield self._paragraph(block, turned)
        elif isinstance(block, Grid):
            yield from self._table(block, turned)
        elif isinstance(block, Beside):
            yield from self._beside(block, turned)

    def _paragraph(self, block: Paragraph, turned: bool = False) -> str:
        size = SIZES[block.style]
        above, below = SPACES[block.style]
        kept = "fo:keep-with-next='always'" if block.kept else ""
        page = "fo:break-before='page'" if turned else ""
        name = self._style(
            "paragraph",
            f"<style:paragraph-properties fo:text-align='{ALIGNS[block.style]}' {kept} {page} "
            f"fo:margin-top='{above}pt' fo:margin-bottom='{below}pt' "
            f"fo:line-height='{size * 1.5:.2f}pt'/>{_text_properties(size)}",
        )
        return f"<text:p text:style-name='{name}'>{_escaped(block.text)}</text:p>"

    def _beside(self, block: Beside, turned: bool) -> Iterator[str]:
        """An outer table without rules: prose at the left, the table at the right."""
        room = self.document.text_width - block.width
        top = self._style(
            "table-cell",
            "<style:table-cell-properties fo:padding='0pt' fo:border='none' "
            "style:vertical-align='top'/>",
        )
        yield self._open_table((block.width, room), turned)
        whole = self._style("table-row", "<style:table-row-properties fo:keep-together='always'/>")
        yield f"<table:table-row table:style-name='{whole}'>"
        yield f"<table:table-cell table:style-name='{top}'>"
        yield from (self._paragraph(text) for text in block.prose)
        yield f"</table:table-cell><table:table-cell table:style-name='{top}'>"
        for inner in block.blocks:
            yield from self._block(inner, False)
        yield "<text:p/></table:table-cell></table:table-row></table:table>"

    def _open_table(self, widths: Sequence[float], turned: bool) -> str:
        self.tables += 1
        page = "fo:break-before='page'" if turned else ""
        name = self._style(
            "table",
            f"<style:table-properties style:width='{sum(widths):.2f}pt' table:align='center' "
            f"{page} table:border-model='collapsing' style:may-break-between-rows='true'/>",
        )
        columns = "".join(
            f"<table:table-column table:style-name='{self._column(width)}'/>" for width in widths
        )
        return f"<table:table table:name='T{self.tables}' table:style-name='{name}'>{columns}"

    def _column(self, width: float) -> str:
        properties = f"<style:table-column-properties style:column-width='{width:.2f}pt'/>"
        return self._style("table-column", properties)

    def _table(self, grid: Grid, turned: bool) -> Iterator[str]:
        yield self._open_table(grid.widths, turned)
        starts = {(cell.row, cell.column): cell for cell in grid.cells}
        repeated = grid.repeated and grid.header_rows
        for number, height in enumerate(grid.heights):
            if repeated and number == 0:
                yield "<table:table-header-rows>"
            properties = (
                f"<style:table-row-properties style:min-row-height='{height:.2f}pt' "
                "fo:keep-together='always'/>"
            )
            yield f"<table:table-row table:style-name='{self._style('table-row', properties)}'>"
            middle = grid.middle or number < grid.header_rows
            for at in range(len(grid.widths)):
                cell = starts.get((number, at))
                covered = "<table:covered-table-cell/>"
                yield self._cell(cell, grid.size, middle) if cell else covered
            yield "</table:table-row>"
            if repeated and number == grid.header_rows - 1:
                yield "</table:table-header-rows>"
        yield "</table:table>"

    def _cell(self, cell: Cell, size: float, middle: bool) -> str:
        fill = f"fo:background-color='{cell.fill}'" if cell.fill else ""
        box = self._style(
            "table-cell",
            f"<style:table-cell-properties {_borders(cell.edges)} {fill} "
            f"style:vertical-align='{'middle' if middle else 'top'}' "
            f"fo:padding-left='{PADDING - 0.5}pt' fo:padding-right='{PADDING - 0.5}pt' "
            f"fo:padding-top='{ROW_GAP - 0.5}pt' fo:padding-bottom='{ROW_GAP - 0.5}pt'/>",
        )
        text = self._style(
            "paragraph",
            f"<style:paragraph-properties fo:text-align='{cell.align}' "
            f"fo:line-height='{size * LEADING:.2f}pt'/>{_text_properties(size)}",
        )
        lines = "<text:line-break/>".join(map(_escaped, cell.lines))
        return (
            f"<table:table-cell table:style-name='{box}' table:number-rows-spanned='{cell.rows}' "
            f"table:number-columns-spanned='{cell.columns}'>"
            f"<text:p text:style-name='{text}'>{lines}</text:p></table:table-cell>"
        )

    def _page_layout(self) -> str:
        document = self.document
        size = f"fo:page-width='{document.width}pt' fo:page-height='{document.height}pt'"
        turned = "landscape" if document.width > document.height else "portrait"
        edge = f"<style:header-footer-properties fo:min-height='{MARGIN - 24}pt' {{}}='6pt'/>"
        return (
            f"<style:page-layout style:name='P'><style:page-layout-properties {size} "
            f"style:print-orientation='{turned}' fo:margin-left='{MARGIN}pt' "
            f"fo:margin-right='{MARGIN}pt' fo:margin-top='24pt' fo:margin-bottom='24pt'/>"
            f"<style:header-style>{edge.format('fo:margin-bottom')}</style:header-style>"
            f"<style:footer-style>{edge.format('fo:margin-top')}</style:footer-style>"
            "</style:page-layout>"
        )

    def _master(self) -> str:
        document = self.document
        number = "<text:page-number text:select-page='current'/>"
        head = f"<text:p>{document.running}</text:p>" if document.running else "<text:p/>"
        foot = "".join(
            f"<text:p>{text.format(n=number)}</text:p>"
            for text in (document.footnote, document.numbered)
            if text
        )
        return (
            "<office:master-styles><style:master-page style:name='Standard' "
            f"style:page-layout-name='P'><style:header>{head}</style:header>"
            f"<style:footer>{foot or '<text:p/>'}</style:footer>"
            "</style:master-page></office:master-styles>"
        )


def _text_properties(size: float) -> str:
    fonts = "style:font-name='F' style:font-name-asian='F' style:font-name-complex='F'"
    sizes = f"fo:font-size='{size}pt' style:font-size-asian='{size}pt'"
    return f"<style:text-properties {fonts} {sizes} fo:language='zh' fo:country='CN'/>"


_DEFAULTS = (
    "<style:default-style style:family='paragraph'><style:paragraph-properties "
    f"fo:text-align='center' style:text-autospace='none'/>{_text_properties(9)}"
    "</style:default-style>"
)


def _borders(edges: Edges) -> str:
    sides = {"left": edges.left, "top": edges.top, "right": edges.right, "bottom": edges.bottom}
    return " ".join(
        f"fo:border-{side}='{f'{width}pt solid #000000' if width else 'none'}'"
        for side, width in sides.items()
    )


def _escaped(text: str) -> str:
    """Text as XML; a run of blanks is one to OpenDocument unless each is a ``text:s``."""
    return escape(text).replace("  ", " <text:s/>")
