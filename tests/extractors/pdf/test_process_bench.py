"""What reading pages in processes costs: start-up, two cores against one, memory."""

from __future__ import annotations

import threading
import time
from typing import Self

import psutil
import pytest

from extractors.pdf.process import read_pages
from tests.pdf.hostile import honest

pytestmark = pytest.mark.bench

_MB = 1_000_000


class Peaks:
    """The most memory that each process below this one had, while it is watched."""

    def __init__(self) -> None:
        self.by_process: dict[int, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(0.02):
            for process in (me, *me.children(recursive=True)):
                try:
                    now = process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
                self.by_process[process.pid] = max(self.by_process.get(process.pid, 0), now)


def _seconds(data: bytes, workers: int = 1) -> float:
    started = time.perf_counter()
    for _ in read_pages(data, "report.pdf", workers=workers):
        pass
    return time.perf_counter() - started


def test_start() -> None:
    data = honest(1)
    first, later = _seconds(data), min(_seconds(data) for _ in range(5))
    print(f"\nfirst document {first:.3f} s, later ones {later:.3f} s, of one page")
    assert first < 1


def test_two_cores_against_one() -> None:
    data = honest(240)
    _seconds(honest(1))
    one, two = (min(_seconds(data, workers) for _ in range(2)) for workers in (1, 2))
    print(f"\n240 pages: {one:.2f} s on one core, {two:.2f} s on two: {one / two:.2f} times")
    assert one / two >= 1.7


def test_a_thousand_pages() -> None:
    data = honest(1000)
    with Peaks() as peaks:
        seconds = _seconds(data, workers=2)
    sizes = sorted((size // _MB for size in peaks.by_process.values()), reverse=True)
    print(f"\n1,000 pages in {seconds:.1f} s; MB at most, by process: {sizes}")
    assert sizes[0] < 700
