"""Scanned pages: the extra ``[ocr]``, imported only when a page is read."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from extractors.pdf.model import PdfPage

#: Dots an inch at which a page is best rendered for `read_scan`: the resolution of most scans,
#: at which every threshold was measured. Finer ones are slower and no better.
SCAN_DPI = 200


def is_available() -> bool:
    """Whether the extra is installed, with the network that it carries."""
    return model_path() is not None


def model_path() -> Path | None:
    """The recognition network in the installed package ``rapidocr``, None without the extra.

    Nothing of either package is imported for it.
    """
    found = importlib.util.find_spec("rapidocr")
    if found is None or not found.submodule_search_locations:
        return None
    if any(importlib.util.find_spec(name) is None for name in ("onnxruntime", "cv2")):
        return None
    models = Path(found.submodule_search_locations[0]) / "models"
    return next(iter(sorted(models.glob("*_rec_*.onnx"))), None)


def read_scan(picture: NDArray[np.uint8], number: int, width: float, height: float) -> PdfPage:
    """A page that is a picture: see `extractors.pdf.scan.page.read_scan`."""
    from extractors.pdf.scan import page

    return page.read_scan(picture, number, width, height)
