"""Every attack ends in time and memory, with pages or a named reason, and runs nothing.

Time and memory are what the tests see from outside, of all processes below this one.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from extractors.model import DocumentError
from extractors.pdf.limits import Limits
from extractors.pdf.process import read_pages
from tests.pdf.hostile import ATTACKS, MARK, honest, mutated

#: What no attack may take: seconds from first to last, bytes resident in any one process.
MOST_SECONDS, MOST_MEMORY = 60, 1 << 30

#: A quarter of the usual processor time, so that those who use up all of it do so within this
#: file's share of CI; memory is what it always is.
QUICK = Limits(page_cpu_seconds=7, excess_seconds=5)

#: Enough to meet every way of damage that is told apart; 5,000 are for a longer run.
MUTATIONS = 500

#: The words of the document that is mutated.
WORDS = 300


@dataclass(slots=True)
class Taken:
    """What was taken, at most, since it was begun to watch."""

    seconds: float = 0.0
    memory: int = 0


@contextmanager
def watched() -> Iterator[Taken]:
    """Watch the processes below this one, from a thread."""
    taken, stop, started = Taken(), threading.Event(), time.monotonic()
    watcher = threading.Thread(target=_watch, args=(taken, stop))
    watcher.start()
    try:
        yield taken
    finally:
        taken.seconds = time.monotonic() - started
        stop.set()
        watcher.join()


def _watch(taken: Taken, stop: threading.Event) -> None:
    me = psutil.Process()
    while not stop.wait(0.005):
        for process in me.children(recursive=True):
            try:
                taken.memory = max(taken.memory, process.memory_info().rss)
            except psutil.NoSuchProcess:
                continue


def outcome(data: bytes, name: str, limits: Limits = QUICK) -> tuple[str, int]:
    """What came of a document: ``read`` or the code of its refusal, and its pages."""
    pages = 0
    try:
        for page in read_pages(data, name, workers=2, limits=limits):
            pages = page.number
    except DocumentError as error:
        assert error.reason and error.document == name
        return error.code, pages
    return "read", pages


@pytest.fixture
def at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, where a document that runs something would leave its mark."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_an_attack_ends_in_time_and_memory_with_a_reason(name: str, at_work: Path) -> None:
    attack = ATTACKS[name]
    data = attack.make()

    with watched() as taken:
        code, pages = outcome(data, f"{name}.pdf")

    assert code in attack.outcomes
    assert code != "read" or pages == attack.pages
    assert taken.seconds < MOST_SECONDS
    assert taken.memory < MOST_MEMORY
    assert not list(at_work.iterdir())


def test_mutated_documents_end_with_pages_or_a_reason(at_work: Path) -> None:
    """And one that lost print says so, but for a page that lost its reference to all of it,
    which is a blank page."""
    codes: Counter[str] = Counter()
    with watched() as taken:
        for seed in range(MUTATIONS):
            try:
                pages = list(read_pages(mutated(seed), f"{seed}.pdf", limits=QUICK))
            except DocumentError as error:
                codes[error.code] += 1
                continue
            is_less = sum(len(page.words) for page in pages) < WORDS
            is_silent = is_less and not any(page.doubts for page in pages)
            codes["silent" if is_silent else "read"] += 1

    assert codes["read"] > MUTATIONS / 5
    assert codes["silent"] <= MUTATIONS / 100
    assert set(codes) <= {"read", "silent", "pdf-broken", "pdf-pages", "pdf-truncated"}
    assert taken.memory < MOST_MEMORY


def test_no_character_map_of_a_document_is_unpickled(at_work: Path) -> None:
    class Run:
        def __reduce__(self):
            return Path.touch, (at_work / MARK,)

    pickled = pickle.dumps(Run())
    for name in (f"{MARK}.cmap", f"{MARK}.cmap.pickle", f"{MARK}.cmap.pickle.gz"):
        (at_work / name).write_bytes(pickled)
    code, _ = outcome(ATTACKS["pickled_character_map"].make(), "report.pdf")

    assert code in ATTACKS["pickled_character_map"].outcomes
    assert not (at_work / MARK).exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "report\u202efdp.exe", "a\nb\0c.pdf", ""])
def test_a_document_may_be_called_anything(name: str, at_work: Path) -> None:
    assert outcome(honest(), name) == ("read", 3)
    assert outcome(honest()[:900], name) == ("pdf-truncated", 0)
    assert not list(at_work.iterdir())


def test_the_watch_sees_what_readers_take() -> None:
    """The tests above would prove nothing if it did not."""
    with watched() as taken:
        assert outcome(ATTACKS["billion_laughs"].make(), "report.pdf", Limits())[0] != "read"
    assert taken.memory > 300_000_000


def test_what_is_read_after_an_attack_is_whole() -> None:
    assert outcome(ATTACKS["content_bomb"].make(), "bomb.pdf")[0] == "pdf-bomb"
    assert outcome(honest(), "report.pdf") == ("read", 3)
