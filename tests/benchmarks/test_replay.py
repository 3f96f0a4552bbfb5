"""What matching a yearbook again costs against ingesting it, by the command line and inside.

`make bench` prints the ratios; both sides are of one run, as the machines are noisy.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from extractors.pipeline import match, recover, register_names
from extractors.recovered import from_json, to_json
from schemas.vocabulary import Vocabulary

pytestmark = pytest.mark.bench

ROOT = Path(__file__).resolve().parents[2]

#: The best of so many: what else the machine does only ever adds.
ROUNDS = 3

#: What a replay may cost of the ingestion of the same document.
MOST = 0.5


def _yearbook(shared) -> Path:
    return max((shared / "seeds").glob("*.txt"), key=lambda path: path.stat().st_size)


def _rankbook(folder: Path, *arguments: str) -> float:
    """The seconds that a command takes as a process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PREFECT_API_URL", None)
    start = time.perf_counter()
    command = [sys.executable, "-m", "flows.cli", *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def test_replaying_the_yearbook_against_ingesting_it(shared, tmp_path):
    source = _yearbook(shared)
    ingested, replayed = [], []
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        (folder / "raw").mkdir(parents=True)
        document = folder / "raw" / source.name
        document.write_bytes(source.read_bytes())
        ingested.append(_rankbook(folder, "ingest", str(document)))
        sidecar = document.with_name(f"{document.name}.yaml")
        words = {"vocabulary": {"fields": {"rank": {"aliases": ["赛位"]}}}}
        with sidecar.open("a", encoding="utf-8") as stream:
            yaml.safe_dump(words, stream, allow_unicode=True)
        replayed.append(_rankbook(folder, "replay"))
    ratio = min(replayed) / min(ingested)
    print(f"\nreplay / ingest: {ratio:.2f} ({min(replayed):.1f} s, {min(ingested):.1f} s)")
    assert ratio <= MOST


def test_matching_a_kept_recovery_against_extracting(shared):
    source = _yearbook(shared)
    data, words, is_name = source.read_bytes(), Vocabulary.load(), register_names()
    kept = to_json(recover(data, source.name, words, is_name))
    match(from_json(kept), words, is_name)
    parsed, matched = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        match(recover(data, source.name, words, is_name), words, is_name)
        parsed.append(time.perf_counter() - start)
        start = time.perf_counter()
        match(from_json(kept), words, is_name)
        matched.append(time.perf_counter() - start)
    ratio = min(matched) / min(parsed)
    print(f"\nkept / parsed: {ratio:.2f} ({min(matched):.2f} s, {min(parsed):.2f} s)")
    assert ratio <= MOST
