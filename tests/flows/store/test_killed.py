"""A landing that is killed at any moment: readers see the old release or the new one."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from store_child import Landing
from store_rows import Seen, expected, land, seen, sha_of, stage

from flows.store import Store
from flows.store.schema import PINNED

OLD = expected(("a.txt", "one"), ("b.txt", "two"))
NEW = expected(("a.txt", "three"), ("b.txt", "two"))

#: recovered, placed, one landed for each dataset, released, cleaned
STEPS = 2 + len(PINNED) + 2
#: Random moments, as the acceptance has it.
MOMENTS = 20
#: How often all moments are tried until a third of ``MOMENTS`` has struck a commit's middle.
ROUNDS = 4


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the old release, to be copied."""
    folder = tmp_path_factory.mktemp("landed") / "curated"
    land(Store(folder), ("a.txt", "one"), ("b.txt", "two"))
    return folder


@pytest.fixture
def store(landed: Path, tmp_path: Path) -> Store:
    return Store(shutil.copytree(landed, tmp_path / "curated"))


def check_it_converges(store: Store, seen_after: Seen) -> None:
    """Another document, then the same again: neither mixes anything, and all is clean."""
    land(store, ("c.txt", "four"))
    texts = ("a.txt", "three" if seen_after == NEW else "one"), ("b.txt", "two")
    assert seen(store) == expected(*texts, ("c.txt", "four"))
    land(store, ("a.txt", "three"))
    assert seen(store) == expected(("a.txt", "three"), ("b.txt", "two"), ("c.txt", "four"))
    assert land(store, ("a.txt", "three")) is None
    assert store.verify() == []
    assert list(Path(store.url, "_staging").iterdir()) == []


@pytest.mark.parametrize("step", range(STEPS))
def test_killed_between_two_steps(store: Store, step: int) -> None:
    steps, status = Landing(store, "a.txt", "three", step).end()
    assert status == -signal.SIGKILL
    assert len(steps) == step + 1
    after = seen(store)
    assert after == (NEW if "released" in steps else OLD)
    assert store.verify() == []
    check_it_converges(store, after)


def test_the_steps_are_all_there_are(store: Store) -> None:
    steps, status = Landing(store, "a.txt", "three").end()
    assert status == 0
    assert len(steps) == STEPS
    assert seen(store) == NEW


def _moments() -> Iterator[float]:
    """Parts of a commit's duration, spread over it, the same in every run of the tests."""
    chance = random.Random(20)
    for number in range(MOMENTS):
        yield (number + chance.random()) / MOMENTS


@pytest.fixture(scope="module")
def duration(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a commit takes here and now, in seconds."""
    copy = tmp_path_factory.mktemp("duration") / "curated"
    whole = Landing(Store(shutil.copytree(landed, copy)), "a.txt", "three")
    began = time.perf_counter()
    whole.wait_for("cleaned")
    took = time.perf_counter() - began
    whole.end()
    return took


def _killed_after(store: Store, seconds: float) -> list[str]:
    """The steps that a landing had done when it was killed, whatever it was at."""
    killed = Landing(store, "a.txt", "three")
    time.sleep(seconds)
    killed.process.kill()
    steps, _ = killed.end()
    after = seen(store)
    assert after in (OLD, NEW)
    assert after == NEW or "released" not in steps
    assert store.verify() == []
    check_it_converges(store, after)
    return steps


def test_killed_at_any_moment(landed: Path, tmp_path: Path, duration: float) -> None:
    """Enough of the kills must strike in the middle: where the machine has become faster or
    slower since the duration was taken, other delays are tried."""
    struck, scale = [], 1.0
    for number, moment in enumerate(list(_moments()) * ROUNDS):
        if number >= MOMENTS and len(struck) * 3 >= MOMENTS:
            break
        store = Store(shutil.copytree(landed, tmp_path / f"curated{number}"))
        steps = _killed_after(store, duration * moment * scale)
        if steps and steps[-1] != "cleaned":
            struck.append(steps[-1])
        else:
            scale *= 0.9 if steps else 1.1
    assert len(struck) * 3 >= MOMENTS, struck


def _newest(store: Store, dataset: str) -> set[str]:
    """The documents in the newest version of a table, whatever a release pins."""
    rows = DeltaTable(f"{store.url}/{dataset}").scan(columns=["document_sha256"]).read_all()
    return set(pa.table(rows)["document_sha256"].to_pylist())


def test_what_a_dead_landing_left_is_taken_back_without_a_release(store: Store) -> None:
    steps, _ = Landing(store, "a.txt", "three", STEPS - 3).end()
    assert steps[-1] == f"landed {PINNED[-1]}"
    assert (
        DeltaTable(f"{store.url}/cells").scan().read_all()["value_printed"][0].as_py() == "three-1"
    )
    assert store.commit([], code_version="1") is None
    assert len(store.releases()) == 1
    for dataset in set(PINNED) - {"entities"}:
        assert _newest(store, dataset) == {sha_of("one"), sha_of("two")}
    assert list(Path(store.url, "_staging").iterdir()) == []


def test_the_run_of_a_living_process_is_left_alone(store: Store) -> None:
    mine = stage(store, "c.txt", "four")
    land(Store(store.url), ("a.txt", "three"))
    store.commit([mine], code_version="1")
    assert seen(store) == expected(("a.txt", "three"), ("b.txt", "two"), ("c.txt", "four"))
