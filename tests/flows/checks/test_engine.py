"""Putting rules to frames: whole answers, faults told from failures, nothing left behind."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pandas as pd

from flows.checks import CheckError
from flows.checks.engine import _suite, run
from flows.checks.rules import ROW_ID, Rule

BETWEEN = Rule(
    "value-range",
    "ExpectColumnValuesToBeBetween",
    {"column": "n", "min_value": 0},
    "at least 0",
    "n",
)


def frame(values: list) -> pd.DataFrame:
    return pd.DataFrame({ROW_ID: range(len(values)), "n": values})


def test_every_failing_row_is_named_however_many_there_are() -> None:
    (outcome,) = run("some", [BETWEEN], frame([-1.0] * 1000 + [1.0]))
    assert outcome.failed == tuple(range(1000))
    assert outcome.to_json()["failed"] == 1000


def test_an_expectation_that_raises_has_not_failed() -> None:
    outcomes = run("some", [BETWEEN], pd.DataFrame({ROW_ID: [0], "other": [1]}))
    assert outcomes[0].status == "raised"
    assert "n" in (outcomes[0].raised or "")


def test_one_that_raises_leaves_the_others_their_answers() -> None:
    missing = Rule("value-null", "ExpectColumnValuesToNotBeNull", {"column": "m"}, "a value", "m")
    outcomes = run("some", [missing, BETWEEN], frame([1.0, -1.0]))
    assert [outcome.status for outcome in outcomes] == ["raised", "failed"]


def test_a_fault_says_that_it_is_one_and_crosses_a_process() -> None:
    (outcome,) = run("some", [BETWEEN], pd.DataFrame({ROW_ID: [0], "other": [1]}))
    fault = pickle.loads(pickle.dumps(CheckError("a.txt", outcome)))
    assert str(fault).startswith("a.txt: check value-range on some.n raised")


def test_a_column_that_raises_while_comparing_is_a_fault_too() -> None:
    (outcome,) = run("some", [BETWEEN], frame([1, "one"]))
    assert outcome.status == "raised"


def test_a_suite_is_built_once() -> None:
    before = _suite.cache_info()
    run("some", [BETWEEN], frame([1.0]))
    run("other", [BETWEEN], frame([2.0]))
    after = _suite.cache_info()
    assert after.hits >= before.hits + 1
    assert after.misses <= before.misses + 1


def test_the_outcome_is_json() -> None:
    (outcome,) = run("some", [BETWEEN], frame([1.0, -2.0]))
    assert json.loads(json.dumps(outcome.to_json())) == {
        "view": "some",
        "check": "value-range",
        "severity": "error",
        "expectation": "ExpectColumnValuesToBeBetween",
        "column": "n",
        "expected": "at least 0",
        "status": "failed",
        "rows": 2,
        "failed": 1,
        "examples": [1],
        "observed": None,
        "raised": None,
    }


PROGRAM = """
import os, socket, sys
import flows.checks
assert "great_expectations" not in sys.modules, "the import of the library is not late"
def refuse(*_):
    raise AssertionError("tried to reach the network")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from flows.checks import check
assert check({"documents": []}).refused
assert "great_expectations" in sys.modules
"""


def test_checking_writes_no_file_and_reaches_no_network(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir(), here.mkdir()
    root = Path(__file__).parents[3]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not list(home.rglob("*")) and not list(here.rglob("*"))
    assert (done.stdout, done.stderr) == ("", "")
