"""Persons' names, telephones and mail of the real documents: nowhere in what is written.

The secrets are read from the documents themselves, so that none stands in the project: the
contact table, and every number and address that the text shows.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

_CONTACTS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\d.])0\d{2,3}-\d{7,8}(?!\d)"),
    re.compile(r"(?<![\d.])1[3-9]\d{9}(?![\d.])"),
)


def _secrets(seeds: Path) -> set[str]:
    """Every contact of the documents, and the persons of their contact table."""
    found: set[str] = set()
    for path in seeds.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        for pattern in _CONTACTS:
            found.update(pattern.findall(text))
        for line in text.split("\n"):
            cells = line.split("\t")
            if len(cells) > 4 and any(pattern.search(line) for pattern in _CONTACTS):
                found.add(cells[1])
    return found


@pytest.fixture(scope="module")
def landed(shared, tmp_path_factory) -> tuple[Path, str]:
    """The real documents, landed by the command line; all that it wrote and printed."""
    folder = tmp_path_factory.mktemp("landing")
    (folder / "in").mkdir()
    for path in (shared / "seeds").glob("*.txt"):
        shutil.copyfile(path, folder / "in" / path.name)
    command = [sys.executable, "-m", "flows.cli", "backfill", str(folder / "in"), "--json"]
    command += ["--raw", str(folder / "raw"), "--curated", str(folder / "curated")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout + done.stderr


def _written(folder: Path) -> str:
    """Everything below a folder as text: Parquet files column by column, the rest as it is."""
    parts = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        if path.suffix == ".parquet":
            parts.append(str(pq.read_table(path).to_pylist()))
        else:
            parts.append(path.read_bytes().decode("utf-8", errors="replace"))
    return "\n".join(parts)


def test_no_contact_and_no_name_of_the_contact_table_was_ever_written(shared, landed):
    folder, printed = landed
    secrets = _secrets(shared / "seeds")
    assert len(secrets) > 30
    curated = _written(folder / "curated")
    assert len(curated) > 1_000_000
    assert not [secret for secret in secrets if secret in curated]
    assert not [secret for secret in secrets if secret in printed]


def test_what_is_withheld_is_counted(landed):
    _, printed = landed
    assert '"withheld": {"tables": 1, "rows": 12' in printed.replace("'", '"')


def test_the_bytes_that_are_kept_are_for_their_owner_alone(landed):
    folder, _ = landed
    store = folder / "raw" / ".store"
    assert store.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in store.iterdir())
