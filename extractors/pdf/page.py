"""One page of a PDF to words and grids, in one process.

`open_pdf` opens a document under a name for its errors; `read_page` reads one page. Limits of
memory and time, recognition of scans and whatever goes over several pages lie outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium

from extractors.model import DocumentError
from extractors.pdf.glyphs import PageText, read_glyphs
from extractors.pdf.model import PdfPage
from extractors.pdf.rules import Drawing, read_drawing
from extractors.pdf.segments import DOTS
from extractors.pdf.tables import find_grids
from extractors.pdf.words import runs_of

#: pdfium's error codes (FPDF_ERR_*) as ours, with what to do.
_FAULTS = {
    3: ("pdf-broken", "it is no PDF or a damaged one; get the whole of it"),
    4: ("pdf-encrypted", "it is encrypted with a password; get it without"),
    5: ("pdf-encrypted", "it is encrypted in a way that is not known; get it without"),
}

#: A PDF ends with this within its last kilobyte (ISO 32000, appendix H.3).
_END_MARK, _END_WITHIN = b"%%EOF", 1024

#: pdfium calls a document without pages broken.
_NO_PAGES = re.compile(
    rb"/Type\s*/Pages\b[^>]*/Count\s+0\b|/Count\s+0\b[^>]*/Type\s*/Pages\b"
).search
_EMPTY = "it has no pages; get the whole of it"

#: Above this share of characters without a meaning, what a page says is doubtful.
_MOST_UNMAPPED = 0.02

#: A picture over this part of the page, on a page without text, is a scan.
_SCAN_COVER = 0.5

#: A scan with fewer characters than this has a page number or a stamp set over it, and no text.
_STAMPED = 40

#: A page without text but with so many curves has its letters drawn as outlines.
_OUTLINED = 200


@dataclass(slots=True)
class OpenPdf:
    """An open PDF; ``pages`` is what its page tree says."""

    name: str
    pages: int
    document: pdfium.PdfDocument


@contextmanager
def open_pdf(data: bytes, name: str) -> Iterator[OpenPdf]:
    """Open a PDF from its bytes. Raises `DocumentError`: ``pdf-broken`` (``pdf-truncated`` where
    the end is missing), ``pdf-encrypted``, ``pdf-no-pages``."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _fault(data, name, error) from error
    try:
        pages = len(document)
        if pages < 1:
            raise DocumentError(name, _EMPTY, code="pdf-no-pages")
        yield OpenPdf(name, pages, document)
    finally:
        document.close()


def _fault(data: bytes, name: str, error: pdfium.PdfiumError) -> DocumentError:
    code, reason = _FAULTS.get(error.err_code or 0, _FAULTS[3])
    if _NO_PAGES(data):
        return DocumentError(name, _EMPTY, code="pdf-no-pages")
    cut = data.lstrip()[:5] == b"%PDF-" and _END_MARK not in data[-_END_WITHIN:]
    if code == "pdf-broken" and cut:
        code, reason = "pdf-truncated", "its end is missing; get the whole of it"
    return DocumentError(name, reason, code=code)


def read_page(pdf: OpenPdf, number: int) -> PdfPage:
    """Read page ``number`` (from 1). Raises `DocumentError` ``pdf-broken`` with the page."""
    try:
        page = pdf.document[number - 1]
    except pdfium.PdfiumError as error:
        reason = "the page cannot be read; get the whole of the document"
        raise DocumentError(pdf.name, reason, code="pdf-broken", page=number) from error
    try:
        text = read_glyphs(page)
        drawing = read_drawing(page, text.frame)
    finally:
        page.close()
    return _page_of(number, text, drawing)


def _page_of(number: int, text: PageText, drawing: Drawing) -> PdfPage:
    width, height = text.frame.size
    runs = runs_of(text.glyphs)
    found = PdfPage(number, width, height, turned=text.turned)
    found.words = [run.word() for run in runs]
    found.doubts = _doubts(text)
    is_picture = len(text.glyphs) < _STAMPED and _is_picture(drawing, width * height)
    if is_picture or not runs:
        found.kind = "scan" if is_picture else "blank"
        return found
    found.grids, taken = find_grids(number, runs, drawing)
    found.loose = frozenset(
        place
        for place, run in enumerate(runs)
        if run.text.strip(DOTS) and not any(id(glyph) in taken for glyph in run.glyphs)
    )
    return found


def _doubts(text: PageText) -> list[str]:
    doubts = []
    if text.unmapped > _MOST_UNMAPPED * max(len(text.glyphs), 1):
        doubts.append(f"{text.unmapped} of {len(text.glyphs)} characters have no known meaning")
    if text.unread:
        doubts.append(f"{text.unread} characters beyond the most of a page were not read")
    if text.slanted:
        doubts.append(f"{text.slanted} slanted characters were left out")
    return doubts


def _is_picture(drawing: Drawing, area: float) -> bool:
    covered = sum((b[2] - b[0]) * (b[3] - b[1]) for b in drawing.images)  # scans come in strips
    return covered >= _SCAN_COVER * area or drawing.curves >= _OUTLINED
