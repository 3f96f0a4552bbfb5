"""The formulas of the real scheme: how many evaluate, and twelve values worked out by hand."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from extractors.formulas import Formula, FormulaError, evaluate, parse_formula

#: Of 52 items. Changes only with a reason; the one left out is in `test_what_is_refused`.
EVALUATING = 51


def _rows(shared: Path) -> dict[str, dict[str, str]]:
    with (shared / "truth" / "truth_indicators.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row for row in csv.DictReader(stream) if row["formula_text"]}


def _formula(shared: Path, code: str) -> Formula:
    row = _rows(shared)[code]
    result = parse_formula(row["formula_text"], row["data_requirement"])
    assert result.formula is not None, result.reason
    return result.formula


def _given(formula: Formula, *values: Any) -> dict[str, Any]:
    """Inputs in the order of `Formula.inputs`: that of the text, a tested divisor first."""
    assert len(formula.inputs) == len(values), [item.name for item in formula.inputs]
    return {item.name: value for item, value in zip(formula.inputs, values, strict=True)}


def test_items_that_evaluate(shared: Path) -> None:
    samples: dict[str, Any] = {"yes_no": True, "list": [3.0], "choice": "", "share": 0.9}
    scores = {}
    for code, row in _rows(shared).items():
        formula = parse_formula(row["formula_text"]).formula
        if row["level"] == "3" and formula is not None:
            given = {item.name: samples.get(item.kind, 3) for item in formula.inputs}
            scores[code] = evaluate(formula, given)
    assert len(scores) == EVALUATING
    assert {code for code, score in scores.items() if score < 0} == {"L6P1-A1", "L6P2-A1"}


def test_what_is_refused(shared: Path) -> None:
    refused = {
        code: (result.reason.code, row["level"])
        for code, row in _rows(shared).items()
        if (result := parse_formula(row["formula_text"])).reason
    }
    assert refused == {
        # Prints (1/n)×2(…): a misread Σ, or a 2 that somebody has to explain.
        "L1P4-A3": ("syntax", "3"),
        # Deductions are points of their items; the survey scores by its questionnaire.
        "L6P1": ("no_formula", "2"),
        "L6P2": ("no_formula", "2"),
        "L8P1": ("no_formula", "2"),
    }


BY_HAND = [
    # 30% × (120 / 200) × 100 = 0.3 × 0.6 × 100
    ("L1P1-A2", (120, 200), 18.0),
    # A node: 5% × (18 + 20 + 32) = 0.05 × 70
    ("L1P1", ([18, 20, 32],), 3.5),
    # b1 = 15 + 10 + 5 + 0 + 10 + 0 = 40; b2 = 6 + min(2 + 4, 5) + 4 + 0 + 2 = 17;
    # b3 = 5 + 5 + 0 = 10; 40% × (40 + 17 + 10) = 0.4 × 67
    (
        "L1P2-A1",
        (*(True, True, True, False, True, False), *(True, True, 4, True, False, True))
        + (True, True, False),
        26.8,
    ),
    # The same without the first item, without which there is nothing: 0
    (
        "L1P2-A1",
        (*(False, True, True, False, True, False), *(True, True, 4, True, False, True))
        + (True, True, False),
        0.0,
    ),
    # No street at all: b1 = 0; b2 = (30 / 40) × 50 = 37.5; 40% × 37.5
    ("L1P3-A1", (0, 7, 30, 40), 15.0),
    # min(6 × 20, 100) = 100 (the maximum stands in the data requirement); 20% × 100
    ("L1P3-A3", (6,), 20.0),
    # (80 + 970) / (100 + 900) = 1.05, counted as 1; 40% × 1 × 100
    ("L1P5-A2", (80, 970, 100, 900), 40.0),
    # min(12 × 2, 30) = 24; min(40 × 2, 70) = 70; 30% × 94
    ("L1P7-A1", (12, 40), 28.2),
    # b1 = 50; b2: 60% is in the second grade, 20; b3: two of them, 10; 100% × 80
    ("L1P8-A1", (True, 0.6, 2), 80.0),
    # b1: 95% 20; b2: 89.99% 15; b3: 64% 0; b4: 75% 5; b5: 85/100 15; 20% × 55
    ("L2P1-A1", (0.95, 0.8999, 0.64, 0.75, 85, 100), 11.0),
    # 0.6 × (30 / 120) × 100 = 15; four others 60, 0.4 × 60 = 24; 30% × 39
    ("L2P2-A3", (30, 120, 4), 11.7),
    # 40% × 12 / (600 / 30) × 100 = 0.4 × 0.6 × 100
    ("L3P1-A1", (12, 600), 24.0),
    # Nothing was reported: the full mark, 30% × 100
    ("L3P1-A3", (0, 0), 30.0),
    # 50% × (0.25 × 80 + 0.25 × 40 + 0.5 × (1 / 2) × 100) = 0.5 × (20 + 10 + 25)
    ("L4P2-A1", (80, 100, 40, 100, 2), 27.5),
    # −min(0.8, 0.5) − min(4 × 0.3, 1.5) = −0.5 − 1.2
    ("L6P1-A1", (0.8, 4), -1.7),
    # −min(12 × 0.2, 2)
    ("L6P2-A1", (12,), -2.0),
]


@pytest.mark.parametrize(("code", "values", "score"), BY_HAND)
def test_values_worked_out_by_hand(
    shared: Path, code: str, values: tuple[Any, ...], score: float
) -> None:
    formula = _formula(shared, code)
    assert evaluate(formula, _given(formula, *values)) == score


def test_a_divisor_of_zero_without_a_rule_is_an_error(shared: Path) -> None:
    formula = _formula(shared, "L1P1-A2")
    with pytest.raises(FormulaError) as caught:
        evaluate(formula, _given(formula, 0, 0))
    assert caught.value.code == "division_by_zero"
    assert caught.value.detail == "政务服务事项总数"
