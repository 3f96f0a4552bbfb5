"""Clean editions give nothing; one fault is found at its row."""

from __future__ import annotations

from random import Random

import pytest

from extractors.areas import Register
from tests.extractors.reconcile.editions import FAULTS, clean, findings


@pytest.fixture(scope="module")
def register() -> Register:
    return Register.load()


def test_two_hundred_clean_editions_give_no_error_and_no_warning(register):
    alarms = [
        (seed, doubt.check, doubt.line, doubt.evidence)
        for seed in range(200)
        for doubt in findings(clean(seed), register)
    ]
    assert alarms == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_at_its_row(fault, register):
    missed = []
    for seed in range(3):
        draft, rng = clean(seed), Random(seed)
        name, row = FAULTS[fault](draft, rng)
        found = findings(draft, register)
        sheet = draft.sheets[name]
        places = {sheet.lines[row]} if row is not None else {sheet.caption_line, sheet.header_line}
        if not any(abs(place - (doubt.line or 0)) <= 2 for place in places for doubt in found):
            missed.append((seed, sorted(places), [(d.check, d.line) for d in found]))
    assert missed == []
