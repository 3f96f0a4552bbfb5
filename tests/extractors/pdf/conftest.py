"""What making scans takes beside Python: their tests are skipped, with the reason, without."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.pdf.scan import is_available
from tests.extractors.pdf.scan_pages import SANS, SERIF

_NEEDED = {
    "fonts-noto-cjk": Path(SERIF[0]).exists(),
    "fonts-wqy-microhei": Path(SANS[0]).exists(),
    "the extra [ocr]": is_available(),
}


@pytest.fixture(autouse=True)
def scanning(request: pytest.FixtureRequest) -> None:
    """Skips a test of scans where something that it takes is missing."""
    missing = [name for name, there in _NEEDED.items() if not there]
    if missing and request.path.stem.startswith("test_scan"):
        pytest.skip(f"not installed: {', '.join(missing)}")
