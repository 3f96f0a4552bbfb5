"""A slice of the harness: clean editions are silent, one fault is found at its row."""

from __future__ import annotations

import pytest

from tests.faults.faults import FAULTS
from tests.faults.run import check_clean, check_fault, report, run

#: Clean editions in this slice; the whole run (see tests/faults/run.py) takes a thousand.
CLEAN = 15


def test_clean_editions_give_no_error_and_no_warning():
    alarms = [(seed, one.checks) for seed in range(CLEAN) if (one := check_clean(seed)).checks]
    assert alarms == []


@pytest.mark.parametrize("kind", FAULTS)
def test_a_planted_fault_is_found_at_its_row(kind):
    one = check_fault(len(kind), kind)
    assert one.found, one.checks


def test_the_report_counts_what_was_planted_and_missed():
    results = run(count=1, seed=7, workers=1)
    text = report(results)
    assert "false alarms on 1 clean editions: 0" in text
    assert text.count("seeds missed") == 1
