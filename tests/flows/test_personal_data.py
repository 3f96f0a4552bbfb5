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
    # Without the address of the session's server, which would keep what the home is to show.
    inherited = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment = {
        **inherited,
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


def _sidecars(raw: Path) -> str:
    """All sidecars beside the raw files, as text."""
    texts = [path.read_text(encoding="utf-8") for path in raw.rglob("*.yaml")]
    assert texts
    return "\n".join(texts)


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


def test_explain_and_the_review_pages_show_no_contact(shared, landed, tmp_path):
    """Every line that has one is asked for by its number, and the pages show all lines."""
    from flows.explain import explain

    folder, _ = landed
    secrets = _secrets(shared / "seeds")
    asked = 0
    for path in sorted((shared / "seeds").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").split("\n")
        for number in [n for n, line in enumerate(lines, start=1) if _found(secrets, line)]:
            told = explain(f"{path.name}:{number}", str(folder / "raw"), str(folder / "curated"))
            shown = json.dumps([one.to_json() for one in told], ensure_ascii=False)
            assert not _found(secrets, shown), (path.name, number)
            asked += 1
    assert asked > 20
    places = ["--raw", folder / "raw", "--curated", folder / "curated"]
    _run(folder, "report", "--out", tmp_path / "pages", *places)
    pages = _written(tmp_path / "pages")
    assert len(pages) > 1_000_000
    assert not _found(secrets, pages)


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


#: Made-up contacts wherever a document may have them: title, caption, header, note, cell, list.
_PLANTED = """王小明 13812345678 wang@x.com

表1 各城市得分（咨询王小明13812345678）
城市\t得分（联系王小明010-62345678）\t排名
青岛\t90.1\t1
大连\t80.0\t2
宁波\t70.5\t3
注：咨询王小明，13812345678

微博@智慧城市 王小明 13812345678

表2 各部门
部门\t办公电话
甲处\t62345678
乙处\t62345678
丙处\t62345678

表3 专家
單位\t委員\t職稱
甲大學\t陳大文\t教授
乙大學\t陳大文\t教授

聯絡人：陳大文
"""


def test_contacts_that_are_planted_land_nowhere(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "planted.txt").write_text(_PLANTED, encoding="utf-8")
    places = ["--raw", tmp_path / "raw", "--curated", tmp_path / "curated"]
    printed = _run(tmp_path, "backfill", tmp_path / "in", "--json", "-v", *places)
    written = _written(tmp_path / "curated")
    assert "青岛" in written
    kept = written + _sidecars(tmp_path / "raw") + printed
    kept += _run(tmp_path, "extract", tmp_path / "in" / "planted.txt", "--json")
    secrets = {"王小明", "13812345678", "62345678", "wang@x.com", "陳大文"}
    assert not _found(secrets, kept)


def test_no_sidecar_of_a_real_document_has_a_contact(shared, landed):
    folder, _ = landed
    assert not _found(_secrets(shared / "seeds"), _sidecars(folder / "raw"))


def test_the_bytes_that_are_kept_are_for_their_owner_alone(landed):
    folder, _ = landed
    store = folder / "raw" / ".store"
    assert store.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in store.iterdir())
