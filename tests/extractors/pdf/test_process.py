"""Readers that misbehave: each costs a named reason, and nothing else."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from extractors.model import DocumentError
from extractors.pdf.limits import Limits
from extractors.pdf.model import PdfPage
from extractors.pdf.process import read_pages
from extractors.pdf.process_messages import Opened, dump, load
from flows.workers import Workers
from tests.extractors.pdf.process_standin import document

SOURCE = "tests.extractors.pdf.process_standin"
_MB = 1_000_000

#: Tight, so that the tests are short; the readers themselves take some 40 MB.
TIGHT = Limits(memory=200 * _MB, burst=300 * _MB, page_cpu_seconds=1, page_seconds=3)


def read(data: bytes, limits: Limits = TIGHT, **given: Any) -> Iterator[PdfPage]:
    return read_pages(data, "report.pdf", limits=limits, source=SOURCE, **given)


def numbers(pages: Iterator[PdfPage]) -> list[int]:
    return [page.number for page in pages]


def wardens(source: str = SOURCE) -> list[psutil.Process]:
    """The wardens of this process that read with a module."""
    return [one for one in psutil.Process().children() if source in _line(one)]


def readers() -> list[psutil.Process]:
    """Their readers that are alive, whose line is that of their warden."""
    below = psutil.Process().children(recursive=True)
    above = wardens()
    return [one for one in below if one not in above and SOURCE in _line(one)]


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:  # or a zombie: it has ended
        return []


def refusal(pages: Iterator[PdfPage]) -> tuple[list[int], DocumentError]:
    """The pages that come before a document is refused, and why it is."""
    given = []
    with pytest.raises(DocumentError) as caught:
        for page in pages:
            given.append(page.number)
    return given, caught.value


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("count", [1, 4, 5, 57])
def test_pages_come_in_order_and_are_counted(workers: int, count: int) -> None:
    seen: list[tuple[int, int]] = []

    pages = read(document(count), workers=workers, seen=lambda *both: seen.append(both))

    assert numbers(pages) == list(range(1, count + 1))
    assert seen == [(number, count) for number in range(1, count + 1)]


def test_two_readers_share_the_pages() -> None:
    pages = list(read(document(32, each=("spin", 0.02)), workers=2))

    assert len({page.doubts[0] for page in pages}) == 2


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (("spin", 60), "pdf-time"),
        (("hang", None), "pdf-time"),
        (("take", 1000), "pdf-memory"),
        (("take_at_once", 2000), "pdf-memory"),
        (("say", 60), "pdf-bomb"),
        (("die", signal.SIGSEGV), "pdf-crash"),
        (("die", signal.SIGKILL), "pdf-crash"),
        (("leave", 0), "pdf-crash"),
        (("leave", 3), "pdf-crash"),
        (("lie", 9), "pdf-crash"),
        (("smuggle", None), "pdf-fault"),
        (("recurse", None), "pdf-nested"),
        (("fail", None), "pdf-fault"),
        (("refuse", "pdf-broken"), "pdf-broken"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_a_bad_page_is_named_after_those_before_it(
    deed: tuple[str, Any], code: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)

    given, error = refusal(read(document(30, p7=deed), workers=2))

    assert given == [1, 2, 3, 4, 5, 6]
    assert (error.document, error.page, error.code) == ("report.pdf", 7, code)
    assert "words of the document" not in str(error)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (("spin", 60), "pdf-time"),
        (("hang", None), "pdf-time"),
        (("take", 1000), "pdf-memory"),
        (("die", signal.SIGABRT), "pdf-crash"),
        (("refuse", "pdf-encrypted"), "pdf-encrypted"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_document_that_cannot_be_opened_is_named(deed: tuple[str, Any], code: str) -> None:
    given, error = refusal(read(document(9, open=deed), workers=2))

    assert (given, error.page, error.code) == ([], None, code)


def test_the_first_of_two_bad_pages_is_named_whichever_fails_first() -> None:
    bad = {"p2": ("spin", 60), "p6": ("fail", None)}

    given, error = refusal(read(document(12, **bad), workers=2))

    assert (given, error.page, error.code) == ([1], 2, "pdf-time")


def test_many_pages_that_are_each_just_slow_are_too_slow_together() -> None:
    limits = Limits(page_cpu_seconds=5, text_seconds=0.1, excess_seconds=1)

    given, error = refusal(read(document(20, each=("spin", 0.4)), limits))

    assert 3 <= len(given) <= 5
    assert error.code == "pdf-time"


def test_a_page_whose_reader_was_killed_is_read_again(tmp_path: Path) -> None:
    data = document(9, p4=("die_once", str(tmp_path / "died")))

    assert numbers(read(data)) == list(range(1, 10))


@pytest.mark.parametrize("workers", [1, 2])
def test_readers_and_warden_may_be_killed(workers: int) -> None:
    given = []

    for page in read(document(24, each=("spin", 0.05)), workers=workers):
        given.append(page.number)
        if page.number == 5:
            for one in readers():
                one.kill()
        if page.number == 15:
            for one in wardens():
                one.kill()

    assert given == list(range(1, 25))


def test_a_page_is_not_refused_for_what_others_left() -> None:
    pages = list(read(document(7, each=("keep", 40))))

    assert numbers(iter(pages)) == list(range(1, 8))
    assert len({page.doubts[0] for page in pages}) > 1


def test_a_reader_is_replaced_after_so_many_pages_and_when_it_keeps_too_much() -> None:
    limits = Limits(reader_pages=8)
    pages = list(read(document(24), limits))
    assert len({page.doubts[0] for page in pages}) >= 2

    limits = Limits(reader_memory=100 * _MB)
    pages = list(read(document(24, p1=("keep", 100)), limits))
    assert len({page.doubts[0] for page in pages}) == 2


def test_who_takes_pages_slowly_makes_no_page_late() -> None:
    limits = Limits(page_seconds=0.5)
    given = []

    for page in read(document(12), limits):
        given.append(page.number)
        if page.number in (1, 5, 9):
            time.sleep(0.8)

    assert given == list(range(1, 13))


def test_memory_is_flat_over_a_thousand_pages() -> None:
    """A gigabyte of pages goes through; what is held at a time is a few dozen of them."""
    me, before = psutil.Process(), psutil.Process().memory_info().rss
    held = 0
    for page in read(document(1000, each=("say", 1)), Limits(), workers=2):
        if page.number % 50 == 0:
            held = max(held, me.memory_info().rss - before)

    assert held < 100 * _MB


def test_who_stops_early_leaves_no_reader() -> None:
    pages = read(document(500), workers=2)
    assert numbers(itertools.islice(pages, 3)) == [1, 2, 3]
    assert readers()

    pages.close()  # type: ignore[attr-defined]

    _wait_until(lambda: not readers())


def test_the_warden_stays_for_the_next_document_and_has_one_thread() -> None:
    numbers(read(document(1)))
    (first,) = wardens()
    started = time.perf_counter()
    numbers(read(document(1)))
    seconds = time.perf_counter() - started

    assert wardens() == [first]
    assert first.num_threads() == 1
    assert seconds < 1


def test_the_warden_of_the_real_parsers_has_one_thread() -> None:
    """It forks: a second thread of some library could leave its locks held in a reader."""
    refusal(read_pages(b"no PDF", "report.pdf"))

    (warden,) = wardens("extractors.pdf.process_source")
    assert warden.num_threads() == 1


def test_several_threads_may_read_at_once() -> None:
    found: dict[int, list[int]] = {}

    def run(count: int) -> None:
        found[count] = numbers(read(document(count), workers=2))

    threads = [threading.Thread(target=run, args=(count,)) for count in (5, 20, 35)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert found == {count: list(range(1, count + 1)) for count in (5, 20, 35)}


def _read_in_a_child(count: int) -> tuple[list[int], str]:
    given = numbers(read(document(count), workers=2))
    _, error = refusal(read(document(9, p3=("die", signal.SIGSEGV))))
    return given, error.code


def test_a_worker_of_a_backfill_may_read() -> None:
    pool = Workers(2)
    try:
        assert pool.run(_read_in_a_child, 9) == (list(range(1, 10)), "pdf-crash")
    finally:
        pool.close()


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_a_worker_of_a_process_pool_may_read(method: str) -> None:
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        results = list(pool.map(_read_in_a_child, [3, 9, 17]))

    assert results == [(list(range(1, count + 1)), "pdf-crash") for count in (3, 9, 17)]


_READS_FOR_EVER = """
from extractors.pdf.process import read_pages
from flows.workers import Workers
from tests.extractors.pdf.process_standin import document
for page in read_pages(document(9, p2=("{deed}", 600)), "x.pdf", source="{source}"):
    print(page.number, flush=True)
"""


@pytest.mark.parametrize("deed", ["spin", "hang"])
def test_nothing_outlives_a_process_that_is_killed(deed: str) -> None:
    code = _READS_FOR_EVER.format(deed=deed, source=SOURCE)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout and process.stdout.readline() == b"1\n"
        left = psutil.Process(process.pid).children(recursive=True)
        assert len(left) == 2
        process.kill()
    assert psutil.wait_procs(left, timeout=5)[1] == []


def test_an_answer_is_made_of_known_types_only() -> None:
    assert load(dump(Opened(3, 0.1))) == Opened(3, 0.1)
    made = [pickle.dumps(one) for one in (os.system, pickle.Unpickler, Limits(), {"pages": 3})]
    for data in (*made, b"", dump(Opened(3, 0.1))[:-3], b"\x80\x05)R."):
        with pytest.raises(pickle.UnpicklingError):
            load(data)


def test_readers_that_cannot_run_are_a_fault_of_the_program() -> None:
    with pytest.raises(RuntimeError, match="cannot run"):
        numbers(read_pages(b"", "x.pdf", source="tests.extractors.pdf.no_such_module"))


def _wait_until(condition: Any, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
