"""The flow on a real Prefect API, with real child processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from flows import runs
from flows.runs import Call, run
from flows.store import Store
from flows.workers import WorkerDiedError, Workers, workers

REPORT = "2018年{}城市评估报告\n\n表1 得分\n排名\t城市\t得分\n1\t深圳市\t76.5\n2\t广州市\t75.1\n3\t成都市\t70.2\n"


@pytest.fixture
def inbox(tmp_path):
    """Five documents, the second of them empty."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number, series in enumerate("甲乙丙丁戊"):
        text = REPORT.format(series) if number != 1 else ""
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return sorted(str(path) for path in folder.iterdir())


@pytest.fixture
def call(tmp_path):
    return Call(raw=str(tmp_path / "raw"), curated=str(tmp_path / "curated"), processes=2)


def _flow_runs() -> list:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return client.read_flow_runs()


def _task_names(flow_run_ids: set) -> list[str]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        runs = client.read_task_runs()
    return sorted(one.name for one in runs if one.flow_run_id in flow_run_ids)


def test_batches_land_one_release_each_and_a_rerun_starts_no_flow(
    prefect_api, inbox, call, monkeypatch
):
    monkeypatch.setattr(runs, "BATCH", 3)
    before = {one.id for one in _flow_runs()}
    seen = []
    report = run(inbox, call, seen.append)
    states = ["landed", "refused", "landed", "landed", "landed"]
    assert [one.state for one in report.outcomes] == states
    assert [one.document for one in report.outcomes] == [f"{n}.txt" for n in range(5)]
    assert sorted(one.document for one in seen) == [f"{n}.txt" for n in range(5)]
    assert not report.is_clean

    store = Store(call.curated)
    assert [release.release for release in store.releases()] == report.releases
    assert len(report.releases) == 2
    assert store.read("cells").num_rows == 4 * 9

    new = {one.id for one in _flow_runs()} - before
    assert len(new) == 2
    assert _wait_for(lambda: _task_names(new) == ["0.txt", "2.txt", "3.txt", "4.txt"])

    again = run(inbox, call)
    assert [one.state for one in again.outcomes] == [
        "unchanged" if state == "landed" else state for state in states
    ]
    assert not again.releases
    assert {one.id for one in _flow_runs()} - before == new


def _wait_for(condition, seconds=20.0) -> bool:
    """The API takes the events of task runs in its own time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def _die_on_one(number: int) -> int:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)
    return number


def test_a_worker_that_dies_takes_no_other_document_with_it():
    from concurrent.futures import ThreadPoolExecutor

    def outcome(number: int) -> int | str:
        try:
            return pool.run(_die_on_one, number)
        except WorkerDiedError:
            return "died"

    pool = Workers(2)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(outcome, range(4))) == [0, "died", 2, 3]
    finally:
        pool.close()


def test_a_pool_is_shared_by_who_is_inside_its_block():
    with workers(1) as outer, workers(5) as inner:
        assert inner is outer
    with workers(1) as later:
        assert later is not outer


ORPHANS = """
import os, sys, time
from flows.workers import Workers
if __name__ == "__main__":
    pool = Workers(1)
    print(pool.run(os.getenv, "HOME") and pool.run(str, "up"), flush=True)
    import psutil
    print(*(c.pid for c in psutil.Process().children(recursive=True)), flush=True)
    time.sleep(600)
"""


def test_children_do_not_outlive_a_parent_that_was_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(ORPHANS)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().strip() == "up"
        children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        assert children
        parent.kill()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
