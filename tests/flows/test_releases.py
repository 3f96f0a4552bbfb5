"""`rankbook releases`, by its command line, on documents that were landed as they are."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows import hold
from flows.rawstore import RawStore
from flows.store import Store
from tests.flows.desk import Desk, score_table

CITIES = {"深圳市": 98.5, "广州市": 91.2, "珠海市": 83.4, "佛山市": 71.9}
NAME = "秘密评估.txt"
#: What stands in the document alone, and in its edition.
CAPTION, EDITION = "表1 秘密试点得分", "hush_press-secret-2019"


def table(add: float, caption: str = CAPTION) -> str:
    return score_table({city: round(score - add, 1) for city, score in CITIES.items()}, caption)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four releases: an open document, a secret one beside it in two revisions, another."""
    desk = Desk(tmp_path_factory.mktemp("landed") / "desk")
    open_one = table(0, "表1 公开得分")
    desk.ingest(desk.put("open.txt", open_one, publisher="press", series="open", year=2019))
    secret = {"publisher": "hush press", "series": "secret", "year": 2019}
    desk.ingest(desk.put(NAME, table(1), **secret))
    [revised] = desk.ingest(desk.put(NAME, table(2), **secret, revision=2))
    assert revised.state == "landed"
    desk.ingest(
        desk.put("other.txt", table(3, "表1 其他"), publisher="press", year=2020, series="x")
    )
    return desk.folder


@pytest.fixture
def desk(landed: Path, tmp_path: Path) -> Desk:
    return Desk(shutil.copytree(landed, tmp_path / "desk"))


def run(desk: Desk, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit status and the JSON of a call."""
    process = subprocess.run(
        [sys.executable, "-m", "flows.cli", "releases", *arguments, "--json"]
        + ["--curated", desk.curated]
        + (["--raw", desk.raw] if "erase" in arguments else []),
        capture_output=True,
        text=True,
        check=False,
    )
    return process.returncode, json.loads(process.stdout)


def documents(desk: Desk, release: str | None = None) -> set[str]:
    rows = Store(desk.curated).read("documents", release, ["document", "revision"]).to_pylist()
    return {f"{row['document']} {row['revision']}" for row in rows}


def test_releases_are_listed_pinned_and_rolled_back(desk: Desk) -> None:
    status, answer = run(desk)
    ids = [one["release"] for one in answer["releases"]]
    assert (status, len(ids), ids) == (0, 4, sorted(ids))
    assert {one["contract_version"] for one in answer["releases"]} == {1}
    assert run(desk, "pin", ids[1], "--name", "paper")[0] == 0
    status, rolled = run(desk, "rollback", "paper")
    assert (status, rolled["restores"]) == (0, ids[1])
    assert documents(desk) == documents(desk, ids[1]) == {"open.txt 1", f"{NAME} 1"}
    status, answer = run(desk, "list")
    told = {one["release"]: one for one in answer["releases"]}
    assert told[rolled["release"]]["restores"] == ids[1]
    assert [one["pin"] for one in told.values()] == [None, "paper", None, None, None]
    assert run(desk, "rollback", ids[1]) == (0, rolled | {"release": None})
    assert run(desk, "unpin", "paper")[1]["was_pinned"]


def test_what_is_rolled_back_can_be_landed_anew(desk: Desk) -> None:
    first = Store(desk.curated).releases()[0].release
    run(desk, "rollback", first)
    assert documents(desk) == {"open.txt 1"}
    [again] = desk.ingest(f"{desk.raw}/{NAME}")
    assert again.state == "landed"
    assert documents(desk) == {"open.txt 1", f"{NAME} 2"}


def test_retention_shows_and_then_does(desk: Desk) -> None:
    ids = [one.release for one in Store(desk.curated).releases()]
    run(desk, "pin", ids[0])
    status, shown = run(desk, "retain", "--keep", "2")
    assert (status, shown["done"], shown["retired"]) == (0, False, [ids[1]])
    assert documents(desk, ids[1]) == {"open.txt 1", f"{NAME} 1"}
    status, done = run(desk, "retain", "--keep", "2", "--yes")
    assert (status, done) == (0, shown | {"done": True})
    assert documents(desk, ids[0]) == {"open.txt 1"}
    told = {one["release"]: one for one in run(desk)[1]["releases"]}
    assert [bool(told[one]["retired_at"]) for one in ids] == [False, True, False, False]
    status, refused = run(desk, "rollback", ids[1])
    assert status == 1 and "was retired on" in refused["error"]["reason"]


def test_what_a_person_reads(desk: Desk) -> None:
    ids = [one.release for one in Store(desk.curated).releases()]

    def told(*arguments: str) -> str:
        call = [sys.executable, "-m", "flows.cli", "releases", "--curated", desk.curated]
        process = subprocess.run([*call, *arguments], capture_output=True, text=True, check=True)
        return process.stdout

    assert told("pin", ids[0], "--name", "paper") == f"pinned {ids[0]} as paper\n"
    shown = told("erase", NAME, "--raw", desk.raw).splitlines()
    assert shown[0].startswith(f"would be erased: {NAME} of {EDITION}: ")
    assert f"would be erased: {desk.raw}/{NAME}" in shown
    assert shown[-1] == "nothing was erased; --yes does it, and there is no way back"
    assert f"retired: {ids[2]}" in told("retain", "--keep", "1", "--yes").splitlines()
    told("rollback", "paper")
    listed = told().splitlines()
    assert listed[0] == f"{ids[0]}\t1 editions\tcontract 1\tpinned as paper"
    assert re.fullmatch(rf"{ids[1]}\t2 editions\tcontract 1\tretired \d{{4}}-\d\d-\d\d", listed[1])
    assert listed[4].endswith(f"\trolled back to {ids[0]}")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("pin", "2020"), "no release or pin 2020; the last ones: 20"),
        (("retain",), "say what stays"),
        (("retain", "--keep", "0"), "--keep is a number from 1 on"),
        (("erase", "none.txt"), "no release ever had a document none.txt"),
        (("erase", NAME, "--edition", "x"), f"{NAME} never landed under x; it did under: hush"),
    ],
)
def test_wrong_calls_say_why(desk: Desk, arguments: tuple[str, ...], reason: str) -> None:
    status, answer = run(desk, *arguments)
    assert status == 2 and reason in answer["error"]["reason"]


def remains(desk: Desk, *marks: str) -> Iterator[str]:
    """Where one of the marks stands, in bytes, names, rows or packed text."""
    for path in sorted(desk.folder.rglob("*")):
        said = str(path.relative_to(desk.folder))
        if path.is_file():
            data = path.read_bytes()
            said += data.decode("utf-8", "replace")
            if path.suffix == ".parquet":
                said += json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False)
            elif path.suffix == ".gz":
                said += gzip.decompress(data).decode()
        escaped = [json.dumps(mark)[1:-1] for mark in marks]
        if any(mark in said for mark in (*marks, *escaped)):
            yield str(path)


def test_an_erased_document_is_gone_everywhere(desk: Desk) -> None:
    copy = Path(desk.raw, "folder", "copy of it.txt")
    copy.parent.mkdir()
    copy.write_bytes(Path(desk.raw, NAME).read_bytes())
    store = Store(desk.curated)
    said = json.dumps({"edition": "b", "document": "b", "reasons": [f"half of {EDITION}"]})
    store.place.write(".held/0.json", said.encode())
    sha256s = {one.sha256s for one in store.traces(NAME)}.pop()
    assert len(sha256s) == 2
    marks = (NAME, EDITION, CAPTION.split()[1], *sha256s)
    assert len(list(remains(desk, *marks))) > 20
    status, shown = run(desk, "erase", NAME)
    assert (status, shown["done"], len(shown["documents"][0]["releases"])) == (0, False, 3)
    assert documents(desk) == {"open.txt 1", f"{NAME} 2", "other.txt 1"}
    status, done = run(desk, "erase", NAME, "--yes")
    assert (status, done["done"], done["stays"]) == (0, True, {})
    assert list(remains(desk, *marks)) == []
    assert not copy.exists()
    assert hold.listed(store) == []
    assert store.verify() == []
    assert documents(desk) == {"open.txt 1", "other.txt 1"}
    told = [one["erased_documents"] for one in run(desk)[1]["releases"]]
    assert told == [None, 1, 1, 1, None]
    assert run(desk, "erase", NAME, "--yes")[0] == 2


def test_bytes_that_are_another_documents_too_stay(desk: Desk) -> None:
    twin = desk.put("twin.txt", table(2), publisher="press", series="twin", year=2019)
    desk.ingest(twin)
    RawStore(desk.raw).make_folder()
    [trace] = Store(desk.curated).traces(NAME)
    _, shown = run(desk, "erase", NAME)
    assert f"{desk.raw}/{NAME}" in shown["raw"] and twin not in shown["raw"]
    assert "the same bytes landed as twin.txt of press-twin-2019" in shown["stays"].values()
    run(desk, "erase", NAME, "--yes")
    assert Path(twin).exists()
    [again] = desk.ingest(twin)
    assert again.state == "unchanged"
    assert trace.sha256s


def test_a_name_of_two_documents_needs_its_edition(desk: Desk) -> None:
    elsewhere = Desk(desk.folder / "elsewhere")
    desk.ingest(elsewhere.put(NAME, table(7), publisher="press", series="b", year=2019))
    status, answer = run(desk, "erase", NAME)
    assert status == 2 and "is a document of each of hush_press" in answer["error"]["reason"]
    status, done = run(desk, "erase", NAME, "--edition", "press-b-2019", "--yes")
    assert (status, [one["edition"] for one in done["documents"]]) == (0, ["press-b-2019"])
    assert list(done["stays"]) == [f"{desk.raw}/{NAME}"]
    assert documents(desk) == {"open.txt 1", f"{NAME} 2", "other.txt 1"}
