"""What printing takes beside Python: the tests of it are skipped, with the reason, without."""

from __future__ import annotations

import shutil
from ctypes.util import find_library
from pathlib import Path

import pytest

_NEEDED = {
    "LibreOffice (libreoffice-writer-nogui)": shutil.which("soffice"),
    "Pango (libpango-1.0-0)": find_library("pango-1.0"),
    "a font (fonts-wqy-microhei)": Path("/usr/share/fonts/truetype/wqy").is_dir(),
}
_PRINTING = ("test_made", "test_rendered")


@pytest.fixture(autouse=True)
def printers(request: pytest.FixtureRequest) -> None:
    """Skips a test that prints where something that prints is missing."""
    missing = [name for name, there in _NEEDED.items() if not there]
    if missing and request.path.stem in _PRINTING:
        pytest.skip(f"not installed: {', '.join(missing)}")
