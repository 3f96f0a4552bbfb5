"""A store in a temporary folder, and the helpers beside this file for the tests to import."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from flows.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that does not exist yet; its folder's name is not ASCII."""
    return Store(tmp_path / "数据 curated")
