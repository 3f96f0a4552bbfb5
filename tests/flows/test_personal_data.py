"""Persons' names, telephones and mail of the real documents: nowhere in what is written.

The secrets are read from the documents themselves, so that none stands in the project: the
contact table, and every number and address that the text shows.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

#: Two or three characters that stand as a name behind 联系人, or before a number to call.
_NAMED = (
    re.compile(r"联系人\s*[:：]\s*([\u4e00-\u9fff、，\s]{2,20})$", re.MULTILINE),
    re.compile(r"^([\u4e00-\u9fff]{2,3})[ \t][^\n]{0,30}(?:电话|手机)[:：]", re.MULTILINE),
)

_CONTACTS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\d.])0\d{2,3}-\d{7,8}(?!\d)"),
    re.compile(r"(?<![\d.])1[3-9]\d{9}(?![\d.])"),
    re.compile(r"[（(]0\d{2,3}[)）]\s?\d{7,8}"),
    re.compile(r"(?<=电话[:：])\s?\d{7,8}(?!\d)"),
)


def _secrets(seeds: Path) -> set[str]:
    """Every contact of the documents, the persons to be called, and those of the contact table."""
    found: set[str] = set()
    for path in seeds.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        for pattern in _CONTACTS:
            found.update(one.strip() for one in pattern.findall(text))
        for pattern in _NAMED:
            for names in pattern.findall(text):
                found.update(name for name in re.split(r"[、，\s]+", names) if name)
        for line in text.split("\n"):
            cells = line.split("\t")
            if len(cells) > 4 and any(pattern.search(line) for pattern in _CONTACTS):
                found.add(cells[1])
    return found


def _run(folder: Path, *arguments: str | Path) -> str:
    """All that the command line prints, with Prefect's home below the folder."""
    command = [sys.executable, "-m", "flows.cli", *map(str, arguments)]
    environment = {
        **os.environ,
        "PREFECT_HOME": str(folder / "prefect"),
        "TMPDIR": str(folder / "tmp"),
    }
    (folder / "tmp").mkdir(exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def landed(shared, tmp_path_factory) -> tuple[Path, str]:
    """The real documents, landed by the command line; all that it wrote and printed.

    The log says all it can, as it does for who looks for a fault.
    """
    folder = tmp_path_factory.mktemp("landing")
    (folder / "in").mkdir()
    for path in (shared / "seeds").glob("*.txt"):
        shutil.copyfile(path, folder / "in" / path.name)
    places = ["--raw", folder / "raw", "--curated", folder / "curated"]
    return folder, _run(folder, "backfill", folder / "in", "--json", "-v", *places)


def _found(secrets: set[str], text: str) -> list[str]:
    """The secrets that a text holds, as they are or as JSON escapes them."""
    return [one for one in secrets if one in text or json.dumps(one)[1:-1] in text]


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
    assert not _found(secrets, curated)
    assert not _found(secrets, printed)


def test_prefect_keeps_no_contact_in_its_home_and_nothing_stays_among_temporary_files(
    shared, landed
):
    folder, _ = landed
    kept = _written(folder / "prefect") + _written(folder / "tmp")
    assert len(kept) > 10_000  # its database, which holds parameters, states and artifacts
    assert not _found(_secrets(shared / "seeds"), kept)


@pytest.mark.parametrize(
    ("form", "documents"),
    [
        (["--json"], "*.txt"),
        (["--grids"], "*.txt"),
        # The same tables in other words: the documents that have tables of contacts.
        (["--format", "csv"], "00[14]_*.txt"),
        (["--format", "markdown"], "00[14]_*.txt"),
    ],
)
def test_extract_prints_no_contact_in_any_form(shared, tmp_path, form, documents):
    secrets = _secrets(shared / "seeds")
    paths = sorted((shared / "seeds").glob(documents))
    assert len(paths) > 1
    for path in paths:
        printed = _run(tmp_path, "extract", path, *form)
        assert not _found(secrets, printed), path.name


def test_what_is_withheld_is_counted(landed):
    _, printed = landed
    assert '"withheld": {"tables": 1, "rows": 12' in printed.replace("'", '"')


def test_the_bytes_that_are_kept_are_for_their_owner_alone(landed):
    folder, _ = landed
    store = folder / "raw" / ".store"
    assert store.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in store.iterdir())
