"""The JSON form: what it is, both ways, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractors.formulas import Formula, FormulaError, evaluate, parse_formula

TEXTS = [
    "得分=30%×[(甲+乙)/(丙-2)]×100。比率如超过1则按1取值。",
    "得分=b1+b2 b1: 合格率不低于95%时20分，介于[90%,95%)时15分，其他0分 b2: 是否公开，公开得5分，未公开得0分",
    "得分=5%×三个分项分数之和",
    "评定等级：优秀得10分，良好得8分，其他得0分",
    "每发生一起事故扣2分，最多扣10分",
    "得分=各分项得分的平均值×10%。备注：取年底数。",
    "得分=甲/乙×20。若乙为零，则得满分；甲为年底数，乙为年初数",
]


def _formula(text: str) -> Formula:
    result = parse_formula(text)
    assert result.formula is not None, result.reason
    return result.formula


@pytest.mark.parametrize("text", TEXTS)
def test_there_and_back_through_json(text: str) -> None:
    formula = _formula(text)
    assert Formula.from_json(json.loads(json.dumps(formula.to_json()))) == formula


def test_the_form_itself() -> None:
    text = "C1得分=40%×b b: 合格率不低于95%时20分，低于95%时5.5分"
    assert _formula(text).to_json() == {
        "version": 1,
        "text": text,
        "name": "C1得分",
        "score": {"multiply": [{"percent": 40}, {"part": "b"}]},
        "parts": {
            "b": {"grades": [["[0.95,)", 20], ["[,0.95)", 5.5]], "of": {"input": "合格率"}},
        },
        "inputs": [{"name": "合格率", "kind": "share"}],
    }


def _nested(levels: int) -> Any:
    form: Any = 1
    for _ in range(levels):
        form = {"negate": form}
    return form


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"text": None},
        {"score": "1+1"},
        {"score": None},
        {"score": True},
        {"score": float("nan")},
        {"score": 10**400},
        {"score": {"power": [2, 3]}},
        {"score": {"input": "丁"}},
        {"score": {"part": "b9"}},
        {"score": {"add": []}},
        {"score": {"add": 1}},
        {"score": {"divide": [1, 2, 3]}},
        {"score": {"sum": {"input": "甲"}, "count": 0}},
        {"score": {"if": {"input": "甲"}, "then": 1, "else": 0}},
        {"score": {"if": 1, "then": 1, "else": 0}},
        {"score": {"grades": [], "of": 1}},
        {"score": {"grades": [["[0,1", 1]], "of": 1}},
        {"score": {"grades": [["[zero,1]", 1]], "of": 1}},
        {"score": {"choice": {"优": 1}, "of": {"input": "甲"}}},
        {"score": {"choice": {}, "of": {"input": "甲"}}},
        {"score": _nested(101)},
        {"score": _nested(50_000)},
        {"parts": {"b1": {"part": "b2"}, "b2": {"part": "b1"}}},
        {"parts": [1]},
        {"inputs": [{"name": "甲", "kind": "colour"}]},
        {"inputs": "甲"},
    ],
)
def test_what_is_no_form(change: dict[str, Any]) -> None:
    form = {"version": 1, "text": "", "score": {"input": "甲"}, "inputs": [{"name": "甲"}]}
    Formula.from_json(form)
    with pytest.raises(FormulaError) as caught:
        Formula.from_json(form | change)
    assert caught.value.code == "bad_form"


@pytest.mark.parametrize(
    ("text", "given", "code"),
    [
        ("得分=甲/乙", {"甲": 1}, "missing_input"),
        ("得分=甲/乙", {"甲": 1, "乙": 0}, "division_by_zero"),
        ("得分=甲/乙", {"甲": True, "乙": 1}, "bad_input"),
        ("得分=甲/乙", {"甲": "1", "乙": 1}, "bad_input"),
        ("得分=甲/乙", {"甲": float("inf"), "乙": 1}, "bad_input"),
        ("得分=甲×甲", {"甲": 1e200}, "overflow"),
        ("每建成1处得5分", {"建成": 2.5}, "bad_input"),
        ("每建成1处得5分", {"建成": -1}, "bad_input"),
        ("是否公开，公开得5分，未公开得0分", {"是否公开": 1}, "bad_input"),
        ("评定等级：优秀得10分，良好得8分", {"评定等级": "一般"}, "bad_input"),
        ("评定等级：优秀得10分，良好得8分", {"评定等级": 1}, "bad_input"),
        ("得分=各项得分的平均值", {"项得分": []}, "bad_input"),
        ("管理不善的，最高减2分", {"管理不善": -1}, "bad_input"),
        ("甲率不低于9%得3分，介于[5%,9%)得1分", {"甲率": 0.01}, "no_grade"),
    ],
)
def test_what_cannot_be_evaluated(text: str, given: dict[str, Any], code: str) -> None:
    formula = _formula(text)
    with pytest.raises(FormulaError) as caught:
        evaluate(formula, given)
    assert caught.value.code == code


def test_all_missing_inputs_are_named() -> None:
    with pytest.raises(FormulaError, match="甲; 丙"):
        evaluate(_formula("得分=甲+乙×丙"), {"乙": 1})


def test_decimals_are_exact_at_a_bound() -> None:
    formula = _formula("甲率不低于30%得3分，低于30%得1分")
    assert evaluate(formula, {"甲率": 0.3}) == 3
    computed = _formula("合格率=甲+乙，合格率高于30%得3分，不高于30%得1分")
    assert evaluate(computed, {"甲": 0.1, "乙": 0.2}) == 1  # in floats 0.30000000000000004
