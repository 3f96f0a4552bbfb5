"""Scheduled ingestion as an operator meets it: a process that lands what is copied into raw."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from flows import settle
from flows.store import Store

ROOT = Path(__file__).resolve().parents[2]
TEXT = (
    "2018年某某城市评估报告\n\n表1 得分\n排名\t城市\t得分\n"
    "1\t深圳市\t76.5\n2\t广州市\t75.1\n3\t成都市\t70.2\n"
)
OTHER = TEXT.replace("某某", "另一")

#: With a sixth field, of seconds.
EVERY_FEW_SECONDS = "* * * * * */5"

COMMAND = [sys.executable, "-m", "flows.cli", "serve", "--workers", "1", "--json", "--cron"]


def _wait_for(condition, seconds=120.0):
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.25)
    return found


def _landed(folder: Path) -> dict[str, int]:
    """Landed documents with the rows of cells."""
    counts: dict[str, int] = {}
    for row in Store(str(folder / "curated")).read("cells", columns=["document"]).to_pylist():
        counts[row["document"]] = counts.get(row["document"], 0) + 1
    return counts


@contextmanager
def served(folder: Path):
    """A served folder: the process, all it started, and its start line."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*COMMAND, EVERY_FEW_SECONDS],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
            env={
                **{key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"},
                "PYTHONPATH": str(ROOT),
                "PREFECT_HOME": str(folder / "prefect"),
                "PREFECT_SERVER_API_PORT": "0",
                "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            },
        )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said, (folder / "log").read_text()
        yield process, json.loads(said)
    finally:
        process.kill()
        process.wait()


def _listens_at(processes: list[psutil.Process]) -> set[str]:
    found = set()
    for one in processes:
        with suppress(psutil.NoSuchProcess):  # a run that has just ended
            found |= {c.laddr.ip for c in one.net_connections() if c.status == psutil.CONN_LISTEN}
    return found


def _ask(api: str, path: str, **body):
    import httpx

    answer = httpx.post(f"{api}/{path}", json=body, trust_env=False, timeout=20)
    assert answer.is_success, answer.text
    return answer.json()


def _runs(api: str, state: str) -> list[dict]:
    which = {"state": {"type": {"any_": [state]}}, "parent_task_run_id": {"is_null_": True}}
    return _ask(api, "flow_runs/filter", flow_runs=which)


def test_what_is_copied_into_raw_lands_once_it_is_whole(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "whole.txt").write_text(TEXT, encoding="utf-8")
    with served(tmp_path) as (process, line):
        assert line["deployment"] == "watch/raw" and line["raw"] == str(raw)
        api = line["api"]
        with (raw / "growing.txt").open("w", encoding="utf-8") as growing:
            growing.write(OTHER)

            def whole_has_landed() -> bool:
                growing.write("\n")
                growing.flush()
                return "whole.txt" in _landed(tmp_path)

            _wait_for(whole_has_landed)
            assert _landed(tmp_path) == {"whole.txt": 9}
            growing.write("4\t武汉市\t69.1\n")
        _wait_for(lambda: "growing.txt" in _landed(tmp_path))
        # The looks that growing.txt waited for found nothing new in the other.
        assert _landed(tmp_path) == {"whole.txt": 9, "growing.txt": 12}
        assert len(Store(str(tmp_path / "curated")).releases()) == 2

        expected = {("rankbook-landed", "table"), ("rankbook-landing", "markdown")}
        # The release is there before its artifacts are.
        _wait_for(
            lambda: expected == {(one["key"], one["type"]) for one in _ask(api, "artifacts/filter")}
        )
        keys = [run["idempotency_key"] for run in _runs(api, "COMPLETED")]
        assert all(keys) and len(set(keys)) == len(keys)
        [automation] = _ask(api, "automations/filter")
        assert automation["enabled"] and automation["trigger"]["posture"] == "Proactive"

        started = psutil.Process(process.pid).children(recursive=True)
        assert _listens_at([psutil.Process(process.pid), *started]) == {"127.0.0.1"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0, (tmp_path / "log").read_text()
        _, alive = psutil.wait_procs(started, timeout=10)
        assert not alive


@pytest.fixture
def places(tmp_path):
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw" / "a.txt", (str(tmp_path / "raw"), str(tmp_path / "curated"))


def test_a_document_is_whole_when_two_looks_apart_find_the_same(places, monkeypatch):
    document, where = places
    clock = [1_000_000.0]
    monkeypatch.setattr(settle.time, "time", lambda: clock[0])

    def look_after(seconds: float) -> list[str]:
        clock[0] += seconds
        return settle.look(*where).settled

    document.write_text(TEXT, encoding="utf-8")
    assert not look_after(0)
    assert not look_after(settle.SETTLE_SECONDS / 2)
    document.write_text(TEXT + "\n", encoding="utf-8")
    assert not look_after(settle.SETTLE_SECONDS)
    document.with_name("a.txt.yaml").write_text("title: 报告\n", encoding="utf-8")
    assert not look_after(settle.SETTLE_SECONDS)
    assert look_after(settle.SETTLE_SECONDS) == [str(document)]
    assert not look_after(-9999)  # the clock was set back: what was noted then is no look
    assert look_after(settle.SETTLE_SECONDS) == [str(document)]


def test_what_was_refused_is_told_once_until_it_is_changed(places, monkeypatch):
    from flows.outcome import Outcome

    document, where = places
    monkeypatch.setattr(settle, "SETTLE_SECONDS", 0.0)
    document.write_text(TEXT, encoding="utf-8")
    for state, again in (("failed", True), ("refused", False)):
        looks = settle.look(*where)
        assert looks.settled == [str(document)]
        settle.tell(where[0], looks, [Outcome("a.txt", str(document), state)])
        assert bool(settle.look(*where).settled) == again
    document.write_text(TEXT + "\n", encoding="utf-8")
    assert settle.look(*where).settled == [str(document)]
