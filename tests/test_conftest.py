"""A skip is a failure in CI, and only there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.mark.parametrize(
    ("strict", "counted"),
    [(None, "1 passed, 2 skipped, 1 xfailed"), ("1", "1 failed, 1 passed, 1 xfailed, 1 error")],
)
def test_a_skip_fails_in_ci(tmp_path, monkeypatch, strict, counted):
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text())
    (tmp_path / "test_some.py").write_text(
        "import pytest\n"
        "def test_skips(): pytest.skip('no such thing')\n"
        "@pytest.mark.xfail(strict=True)\n"
        "def test_expected(): assert False\n"
        "def test_passes(): pass\n"
    )
    (tmp_path / "test_whole.py").write_text(
        "import pytest\npytest.skip('none of it', allow_module_level=True)\n"
    )
    monkeypatch.delenv("RANKBOOK_CI", raising=False)
    if strict:
        monkeypatch.setenv("RANKBOOK_CI", strict)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--continue-on-collection-errors", str(tmp_path)],
        capture_output=True,
        check=False,
        text=True,
        cwd=tmp_path,
    )
    assert counted in done.stdout
    assert bool(done.returncode) == bool(strict)
    assert done.stdout.count("skipped although RANKBOOK_CI is set") == (4 if strict else 0)
