"""What a reader opens a PDF with: the checks before it, then the pages, one by one."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager

from extractors.pdf.limits import Limits
from extractors.pdf.model import PdfPage
from extractors.pdf.page import OpenPdf, open_pdf, read_page
from extractors.pdf.process_census import check_ends, count
from extractors.pdf.process_reader import ReadPage
from extractors.pdf.process_scales import Scales
from extractors.pdf.scan import SCAN_DPI, is_available, read_scan

#: Points an inch.
POINTS = 72

#: The pixels of an A3 page at `SCAN_DPI`. A picture stored without its resolution makes a page
#: of several feet.
MOST_PIXELS = 7_750_000

_DAMAGED = "the file is damaged here, and was mended as far as can be: print may be missing"


def open_document(data: bytes, name: str, limits: Limits) -> tuple[int, ReadPage]:
    """Open a PDF and see that it is what it says: how many pages it has, and what reads one.

    Raises `DocumentError`.
    """
    check_ends(data, name)
    opened = _Opened(open_pdf(data, name))
    census = count(data, name, opened.pdf.pages, limits.pages)
    if census:
        opened.scales = Scales(census, name, limits.content_bytes)
    return opened.pdf.pages, opened.read


class _Opened:
    """A document that stays open for the life of its reader."""

    def __init__(self, opening: AbstractContextManager[OpenPdf]) -> None:
        self._opening = opening  # it would be closed with this
        self.pdf = opening.__enter__()
        self.scales: Scales | None = None

    def read(self, number: int) -> PdfPage:
        """A page. Raises `DocumentError`."""
        is_sound = self.scales is not None and self.scales.is_sound(number)
        page = read_page(self.pdf, number)
        if page.kind == "scan" and is_available():
            page = self._recognised(number)
        if not is_sound:
            page.doubts.append(_DAMAGED)
        return page

    def _recognised(self, number: int) -> PdfPage:
        """A page that is a picture, read by the extra that can."""
        shown = self.pdf.document[number - 1]
        try:
            width, height = shown.get_size()
            scale = min(SCAN_DPI / POINTS, math.sqrt(MOST_PIXELS / (width * height)))
            picture = shown.render(scale=scale, grayscale=True).to_numpy()
        finally:
            shown.close()
        return read_scan(picture.reshape(picture.shape[:2]).copy(), number, width, height)
