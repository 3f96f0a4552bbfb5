"""What checking costs beside extracting, as a ratio taken in one run (the machines are noisy)."""

from __future__ import annotations

import time

import pytest

from extractors.areas import Register
from extractors.pipeline import extract
from extractors.reconcile import reconcile
from extractors.records import EditionContext, records

pytestmark = pytest.mark.bench

ROUNDS = 5


def _best(work) -> float:
    """The least processor time of some rounds, in seconds: other processes do not count."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def test_checking_takes_at_most_as_long_as_extracting(shared):
    """Over all documents; one of long ranked lists is checked longer than it is read."""
    register = Register.load()
    extracting = checking = 0.0
    for path in sorted((shared / "seeds").glob("*.txt")):
        data = path.read_bytes()
        extraction = extract(data, path.name, is_name=register.is_name)
        rows = records(extraction, EditionContext("a-b-2016", 2016, path.name), register)
        one = _best(lambda: extract(data, path.name, is_name=register.is_name))  # noqa: B023
        other = _best(lambda: reconcile(extraction, rows))  # noqa: B023
        print(f"\n{path.name}: checking {other:.2f} s, extracting {one:.2f} s", end="")
        extracting, checking = extracting + one, checking + other
    print(f"\nchecking / extracting: {checking / extracting:.2f}")
    assert checking <= extracting
