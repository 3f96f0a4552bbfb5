"""The command line as a caller meets it: a process, its exit status and its two streams."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "报告.txt"
TEXT = (
    "某某研究院\n2018年某某城市发展评估报告\n\n表1 城市得分\n"
    "排名\t城市\t得分(100)\n1\t深圳市\t76.5\n2\t广州市\t75.1\n3\t成都市\t70.2\n"
)

#: Writes down every address that a process of ours reaches for beyond this machine.
WATCH = """
import os, sys
def hook(event, arguments):
    if event == "socket.connect":
        host = arguments[1][0] if isinstance(arguments[1], tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in ("127.0.0.1", "::1", "localhost", None, b"localhost", b"127.0.0.1"):
        with open(os.environ["WATCH_FILE"], "a") as stream:
            stream.write(f"{event} {host}\\n")
sys.addaudithook(hook)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / NAME).write_text(TEXT, encoding="utf-8")
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    (tmp_path / "empty.txt").touch()
    return tmp_path


def rankbook(folder, *arguments, status=0, **environment):
    """Run a command in a folder; its standard output and error."""
    path = os.pathsep.join([str(folder / "watch"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        capture_output=True,
        check=False,
        text=True,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": path,
            "WATCH_FILE": str(folder / "reached"),
            **environment,
        },
    )
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr


def _json(folder, *arguments, status=0, **environment):
    """The one JSON object that a command prints, and nothing else with it."""
    out, _ = rankbook(folder, *arguments, "--json", status=status, **environment)
    return json.loads(out)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("serve", "--raw", "no-such-folder"),
        ("serve", "--workers", "none"),
        ("explain", "x"),
        ("extract",),
        ("ingest",),
        ("ingest", "a.txt", "--revision", "0"),
        ("ingest", "a.txt", "--raw", "nosuch://bucket"),
        ("backfill", "no-such-folder"),
        ("backfill", "--workers", "many"),
        ("backfill", "--revision", "2"),
        ("extract", "empty.txt", "--format", "xml"),
        ("extract", "empty.txt", "--format", "csv", "--grids"),
        ("status", "--curate", "x"),
        ("status", "--curated", "http://example.org/x"),
    ],
)
def test_a_wrong_call_is_2_and_prints_no_result(folder, arguments):
    out, said = rankbook(folder, *arguments, status=2)
    assert out == "" and "rankbook" in said and "Traceback" not in said


def test_a_wrong_call_is_one_json_object_where_json_is_asked_for(folder):
    for arguments in (("ingest",), ("status", "--curated", "nonexistent")):
        error = _json(folder, *arguments, status=2)["error"]
        assert error["exit"] == 2 and error["reason"]


def test_status_of_a_folder_that_is_no_store_is_a_wrong_call(folder):
    assert rankbook(folder, "status")[0] == "nothing has landed in curated\n"
    assert _json(folder, "status")["releases"] == []
    for name in ("nonexistent", "watch"):
        out, said = rankbook(folder, "status", "--curated", name, status=2)
        assert out == "" and name in said
    assert not (folder / "nonexistent").exists()


def test_extract_prints_tables_in_every_form(folder):
    path = f"raw/{NAME}"
    document = _json(folder, "extract", path)
    [table] = document["tables"]
    assert document["document"]["title"] == "2018年某某城市发展评估报告"
    assert [column["path"] for column in table["columns"]] == [["排名"], ["城市"], ["得分(100)"]]
    assert table["columns"][2]["max_score"] == 100
    assert table["rows"][0] == {"cells": ["1", "深圳市", "76.5"], "page": None, "line": 6}
    assert json.loads(rankbook(folder, "extract", path, "--format", "json")[0]) == document

    read = list(
        csv.DictReader(io.StringIO(rankbook(folder, "extract", path, "--format", "csv")[0]))
    )
    assert len(read) == 9
    assert (read[2]["header"], read[2]["value"], read[2]["line"]) == ("得分(100)", "76.5", "6")

    assert "| 1 | 深圳市 | 76.5 |" in rankbook(folder, "extract", path, "--format", "markdown")[0]
    assert "1\t深圳市\t76.5\n" in rankbook(folder, "extract", path)[0]
    assert not (folder / "curated").exists()


def test_extract_prints_grids(folder):
    found = json.loads(rankbook(folder, "extract", f"raw/{NAME}", "--grids")[0])
    assert set(found) == {"tables", "pages", "seconds", "pages_not_read"}
    assert found["tables"][0]["rows"][1] == ["1", "深圳市", "76.5"]
    assert set(found["tables"][0]) == {"page", "rows", "spans", "bbox", "reader", "confidence"}


def test_extract_names_what_it_refuses(folder):
    found = _json(folder, "extract", "empty.txt", status=1)
    assert found["error"]["code"] == "empty"
    out, said = rankbook(folder, "extract", "empty.txt", status=1)
    assert out == "" and said == "refused: empty.txt: the document is empty\n"


def test_results_that_nobody_takes_are_no_fault_and_a_full_disk_is_one(folder):
    command = f"{sys.executable} -m flows.cli extract raw/{NAME}"
    for shell, status in (
        (f"{command} | true; exit ${{PIPESTATUS[0]}}", 0),
        (f"{command} > /dev/full", 1),
    ):
        done = subprocess.run(
            ["bash", "-c", shell],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr


def test_status_of_nothing_is_no_failure(folder):
    assert _json(folder, "status")["releases"] == []
    assert not (folder / "curated").exists()


def test_a_fault_is_70_and_its_trace_is_for_those_who_ask(folder):
    nowhere = {"PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_CLIENT_MAX_RETRIES": "0"}
    found = _json(folder, "backfill", status=70, **nowhere)
    assert found["error"]["exit"] == 70
    _, said = rankbook(folder, "backfill", status=70, **nowhere)
    assert "a fault of the program" in said and "Traceback" not in said
    _, said = rankbook(folder, "backfill", "-v", status=70, **nowhere)
    assert "Traceback" in said


def test_a_backfill_lands_what_it_can_and_reaches_for_no_other_machine(folder):
    (folder / "raw" / "half.txt").write_bytes(TEXT.encode() + "市".encode()[:2])
    report = _json(folder, "backfill", "--workers", "1", status=1)
    assert report["counts"] == {"landed": 1, "refused": 1}
    refused, landed = report["documents"]
    assert (refused["document"], refused["code"], refused["line"]) == (
        "half.txt",
        "broken-encoding",
        9,
    )
    assert landed["rows"]["cells"] == 9 and landed["edition"].endswith("-2018")
    assert (folder / "raw" / f"{NAME}.yaml").exists()
    assert not (folder / "reached").exists()

    found = _json(folder, "status")
    [document] = found["documents"]
    assert found["sound"] and document["document"] == NAME
    assert document["rows"]["cells"] == 9
    [account] = document["accounts"].values()
    assert account == {"recovered": 3, "withheld": 0, "quarantined": 0, "landed": 3}
    assert sum(document["lines"].values()) == TEXT.count("\n")

    (folder / "raw" / "half.txt").unlink()
    out, _ = rankbook(folder, "backfill")
    assert f"{NAME}\tunchanged" in out

    damaged = next((folder / "curated" / "cells").rglob("*.parquet"))
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    found = _json(folder, "status", status=1)
    assert not found["sound"] and found["damage"][0]["document"] == NAME
    assert not found["documents"]

    assert _json(folder, "backfill", "--again")["counts"] == {"landed": 1}
    assert _json(folder, "status")["sound"]


def test_what_landed_is_explained_compared_checked_and_held(folder):
    (folder / "raw" / NAME).write_text(TEXT + "4\t武汉市\t69.1\n", encoding="utf-8")
    assert _json(folder, "backfill", "--workers", "1")["counts"] == {"landed": 1}
    later = TEXT.replace("2018年", "2019年").replace("深圳市", "苏州市").replace("成都市", "厦门市")
    (folder / "raw" / "later.txt").write_text(later + "4\t大连市\t60.1\n", encoding="utf-8")
    report = _json(folder, "ingest", "raw/later.txt", status=1)
    assert report["counts"] == {"held": 1}
    assert "of the 4 entities" in report["documents"][0]["reasons"][0]
    assert [one["document"] for one in _json(folder, "status")["held"]] == ["later.txt"]
    assert "held: later.txt" in rankbook(folder, "status")[0]
    assert _json(folder, "ingest", "raw/later.txt", "--accept")["counts"] == {"landed": 1}

    status = _json(folder, "status", "--findings", "--checks", "checks")
    assert not status["held"] and isinstance(status["findings"], list)
    assert (folder / "checks" / "index.html").exists() and (
        folder / "checks" / "checks.json"
    ).exists()
    assert "index.html" in rankbook(folder, "status", "--checks", "checks")[0]

    [told] = _json(folder, "explain", f"{NAME}:6")["explained"]
    place = told["cells"][0]
    row = f"{place['table_id']}:{place['row_number']}"
    assert _json(folder, "explain", row)["explained"][0]["rankings"][0]["rank"] == 1
    assert "> 6 cell: 1\t深圳市\t76.5" in rankbook(folder, "explain", row)[0]
    assert "DOCUMENT:LINE" in rankbook(folder, "explain", "x", status=2)[1]

    editions = _json(folder, "status")["releases"][-1]["editions"]
    found = _json(folder, "diff", *sorted(editions))
    assert found["coverage"]["entities"]["shared"] == 1
    assert "entities: lost:" in rankbook(folder, "diff", *sorted(editions))[0]
    assert editions[0] in rankbook(folder, "diff", "x", "y", status=2)[1]
    assert not (folder / "reached").exists()


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGINT])
def test_a_command_that_is_ended_leaves_no_process_and_is_taken_up_again(folder, signal_):
    command = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "backfill", "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    process = psutil.Process(command.pid)
    until = time.monotonic() + 120
    # The API, the fork server, and a child that is about to read the document.
    while len(started := process.children(recursive=True)) < 3:
        assert command.poll() is None and time.monotonic() < until, command.communicate()
        time.sleep(0.05)
    os.killpg(command.pid, signal_)
    out, said = command.communicate(timeout=60)
    _, alive = psutil.wait_procs(started, timeout=30)
    assert not alive and out == ""
    if signal_ == signal.SIGINT:
        # A child that has only just begun may say so too, before it leaves this to its parent.
        assert command.returncode == 130 and "interrupted; what landed stays" in said
    assert _json(folder, "status")["sound"]
    assert _json(folder, "backfill")["counts"] == {"landed": 1}
    assert not list((folder / "curated" / "_staging").iterdir())
