"""What is done to a drawn PDF, the same way for every backend.

Page art, fake bold, turned content, the /Rotate flag, a page with a chart; and bytes that are
the same for the same input: backends write dates and random identifiers.
"""

from __future__ import annotations

import io

import pikepdf

from tests.pdf.layouts import Layout

#: How far the second print of fake bold stands to the right of the first.
BOLD_SHIFT = 0.25

_Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


def finish(data: bytes, layout: Layout, chart: bytes | None) -> bytes:
    """The pages of a PDF as a layout wants them."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if chart:
            with pikepdf.open(io.BytesIO(chart)) as other:
                pdf.pages.extend(other.pages)
        for page in pdf.pages:
            if layout.art:
                _underlay(pdf, page)
            if layout.doubled:
                page.Contents = pdf.make_stream(_doubled(page))
            if layout.turned or layout.rotate:
                _turn(pdf, page, layout.turned or layout.rotate)
            if layout.rotate:
                page.Rotate = layout.rotate
        del pdf.docinfo
        if "/Metadata" in pdf.Root:
            del pdf.Root.Metadata
        for key in ("/DocChecksum", "/ID"):  # LibreOffice's, of a document that had a date
            if key in pdf.trailer:
                del pdf.trailer[key]
        stream = io.BytesIO()
        pdf.save(stream, deterministic_id=True, compress_streams=True)
        return stream.getvalue()


def _underlay(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Fills and strokes below the print: a band, a side strip, a tint, a frame, dots."""
    width, height = (float(value) for value in page.mediabox[2:])
    dots = "".join(f"{width - 40 - 9 * i:.1f} {height - 22} 4 4 re f\n" for i in range(6))
    art = (
        f"q 0.20 0.36 0.62 rg 0 {height - 14} {width} 14 re f\n"
        f"0.85 0.89 0.95 rg 0 0 22 {height} re f\n"
        f"0.97 0.98 1 rg 40 40 {width - 80} {height - 80} re f\n"
        f"0.6 0.7 0.85 RG 0.75 w 40 40 {width - 80} {height - 80} re S\n"
        f"2 w {width - 60} 30 m {width - 30} 60 l S\n0.95 0.6 0.2 rg {dots}Q\n"
    )
    page.contents_add(pdf.make_stream(art.encode()), prepend=True)


def _doubled(page: pikepdf.Page) -> bytes:
    """The page's content with every text object printed again a little to the right."""
    out: list[_Instruction] = []
    block: list[_Instruction] = []
    inside = False
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(getattr(instruction, "operator", ""))
        inside = inside or operator == "BT"
        (block if inside else out).append(instruction)
        if operator == "ET":
            out += [*block, _instruction("q"), _shift(), *block, _instruction("Q")]
            block, inside = [], False
    return pikepdf.unparse_content_stream(out)


def _instruction(operator: str, *operands: float) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))


def _shift() -> pikepdf.ContentStreamInstruction:
    return _instruction("cm", 1, 0, 0, 1, BOLD_SHIFT, 0)


def _turn(pdf: pikepdf.Pdf, page: pikepdf.Page, degrees: int) -> None:
    """Turns the content counterclockwise, which a /Rotate of as many degrees undoes."""
    width, height = (float(value) for value in page.mediabox[2:])
    matrix = {
        90: f"0 1 -1 0 {height} 0",
        180: f"-1 0 0 -1 {width} {height}",
        270: f"0 -1 1 0 0 {width}",
    }[degrees]
    page.contents_add(pdf.make_stream(f"q {matrix} cm\n".encode()), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ"))
    if degrees != 180:
        page.mediabox = pikepdf.Array([0, 0, height, width])
        for box in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
            if box in page.obj:
                del page.obj[box]
