"""Makes a scan of a PDF: pages that are pictures, skewed, blurred and noisy.

python -m tests.pdf.scans IN.pdf OUT.pdf [--skew 2] [--seed 0]
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

#: What an office scanner is set to. A PDF point is 1/72 inch.
DPI = 200
POINTS_AN_INCH = 72


@dataclass(frozen=True, slots=True)
class Scanner:
    """How a page is scanned.

    ``skew`` is the greatest angle in degrees, either way; ``noise`` the standard deviation of
    a pixel's grey (of 255); ``blur`` the radius in pixels; ``paper`` and ``ink`` the greys
    that white and black become; ``quality`` that of the JPEG, as scanners store pages.
    """

    dpi: int = DPI
    skew: float = 2.0
    noise: float = 6.0
    blur: float = 0.5
    paper: int = 248
    ink: int = 28
    quality: int = 85


CLEAN = Scanner(skew=0.0, noise=0.0, blur=0.0, paper=255, ink=0, quality=95)


def scan(data: bytes, scanner: Scanner = Scanner(), seed: int = 0) -> bytes:
    """A PDF of pictures of the pages of ``data``, each as large as its page is.

    The same input gives the same bytes. Pages are skewed by different angles, up to
    ``scanner.skew``; the first one by the whole of it.
    """
    rng = numpy.random.default_rng(seed)
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    document = pypdfium2.PdfDocument(data)
    try:
        for number in range(len(document)):
            page = document[number]
            width, height = page.get_size()
            bitmap = page.render(scale=scanner.dpi / POINTS_AN_INCH, grayscale=True)
            angle = scanner.skew if number == 0 else float(rng.uniform(-1, 1)) * scanner.skew
            picture = _scanned(bitmap.to_pil(), scanner, angle, rng)
            canvas.setPageSize((width, height))
            canvas.drawImage(ImageReader(_jpeg(picture, scanner)), 0, 0, width, height)
            canvas.showPage()
    finally:
        document.close()
    canvas.save()
    return stream.getvalue()


def _scanned(
    page: Image.Image, scanner: Scanner, angle: float, rng: numpy.random.Generator
) -> Image.Image:
    """A page as the scanner sees it: turned on white, blurred, with less contrast and noise."""
    if angle:
        page = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    if scanner.blur:
        page = page.filter(ImageFilter.GaussianBlur(scanner.blur))
    grey = numpy.asarray(page, dtype=numpy.float32) / 255
    grey = scanner.ink + grey * (scanner.paper - scanner.ink)
    if scanner.noise:
        grey = grey + rng.normal(0, scanner.noise, grey.shape)
    return Image.fromarray(numpy.clip(grey, 0, 255).astype(numpy.uint8))


def _jpeg(picture: Image.Image, scanner: Scanner) -> io.BytesIO:
    stream = io.BytesIO()
    dpi = (scanner.dpi, scanner.dpi)
    picture.convert("L").save(stream, "JPEG", quality=scanner.quality, dpi=dpi)
    stream.seek(0)
    return stream


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("document", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--skew", type=float, default=2.0, help="degrees at most")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    scanner = Scanner(skew=options.skew)
    options.output.write_bytes(scan(options.document.read_bytes(), scanner, options.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
