"""The page docs/scoring.md, run: what a reader who copies it gets."""

from __future__ import annotations

import contextlib
import re
import runpy
from pathlib import Path
from typing import Any

_PAGE = Path(__file__).resolve().parents[3] / "docs" / "scoring.md"


def run_page(folder: Path, block: int) -> dict[str, Any]:
    """Run a Python block of the page where its files are; the names that it makes."""
    blocks = re.findall(r"```python\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    script = folder / f"block{block}.py"
    script.write_text(blocks[block], encoding="utf-8")
    with contextlib.chdir(folder):
        return runpy.run_path(str(script))
