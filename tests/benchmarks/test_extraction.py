"""What extraction costs, as ratios taken in one run (the machines are noisy).

`make bench` prints them. The yearbook of 2.3 MB lies in ``../shared``.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time

import pytest

from extractors.areas import Register
from extractors.pipeline import extract
from extractors.records import EditionContext, meaning

pytestmark = pytest.mark.bench

ROUNDS = 5


def _yearbook(shared) -> bytes:
    return max((shared / "seeds").glob("*.txt"), key=lambda path: path.stat().st_size).read_bytes()


def _best(work) -> float:
    """The least processor time of some rounds, in seconds: other processes do not count."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def _work(data: bytes) -> None:
    """Recover, match and resolve: everything between the bytes and the rows of datasets, but
    for the checks, which `test_checks` holds against this."""
    extraction = extract(data, "yearbook.txt")
    context = EditionContext("a-b-2017", 2017, "yearbook.txt", None, {})
    meaning(extraction, context, Register.load())


def test_extraction_against_cutting_the_same_text_with_jieba(shared):
    import jieba

    jieba.setLogLevel(logging.ERROR)
    data = _yearbook(shared)
    text = data.decode()
    jieba.lcut(text[:1000])
    _work(data)
    ours, theirs = _best(lambda: _work(data)), _best(lambda: jieba.lcut(text))
    print(f"\nextraction / jieba.lcut: {ours / theirs:.2f} ({ours:.2f} s, {theirs:.2f} s)")


def test_ten_copies_against_one(shared):
    data = _yearbook(shared)
    _work(data)
    one, ten = _best(lambda: _work(data)), _best(lambda: _work(data * 10))
    print(f"\nten copies / one: {ten / one:.1f} ({one:.2f} s, {ten:.2f} s)")


def test_peak_memory_of_extracting_the_yearbook(shared):
    path = max((shared / "seeds").glob("*.txt"), key=lambda path: path.stat().st_size)
    script = (
        "import re, sys; from tests.benchmarks.test_extraction import _work;"
        "_work(open(sys.argv[1], 'rb').read());"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read()).group(1))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    print(f"\npeak memory of extraction, pytest included: {int(done.stdout) // 1024} MB")
    assert int(done.stdout) < 500 * 1024
