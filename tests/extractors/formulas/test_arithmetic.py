"""Names and signs in arithmetic."""

from __future__ import annotations

import pytest

from extractors.formulas import evaluate, parse_formula


def _names(text: str) -> list[str]:
    result = parse_formula(text)
    assert result.formula is not None, result.reason
    return [quantity.name for quantity in result.formula.inputs]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("得分=村(社区)数量/村和社区总数", ["村(社区)数量", "村和社区总数"]),
        ("得分=街道(乡镇/社区)数/总数", ["街道(乡镇/社区)数", "总数"]),
        ("得分=(乡镇)街道数/总数", ["(乡镇)街道数", "总数"]),
        ("得分=4G 用户数/90%以上医院数", ["4G用户数", "90%以上医院数"]),
        ("得分=1/城区 1:500 图更新周期", ["城区1:500图更新周期"]),
        ("得分=L1P1-A1+L1P1-A2", ["L1P1-A1", "L1P1-A2"]),
        ("得分=b1-b2", ["b1", "b2"]),
        ("得分=open API 数/API 总数", ["open API数", "API总数"]),
        ("得分=甲/（甲＋乙）", ["甲", "乙"]),
        ("得分=使用数占总数的比例", ["使用数", "总数"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert _names(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "得分=30%×[甲/(乙+丙)]×100",
        "得分 ＝ ３０％ × ［ 甲 ／ （ 乙 ＋ 丙 ） ］ × １００",
        "得分=30%*【甲÷（乙+丙）】*100",
        "得分=30%x(甲/(乙+丙))x100。",
        r"$得分 = 30\% \times \left[\frac{甲}{乙+丙}\right] \times 100$",
        r"$\text{得分}=30\%\cdot\dfrac{\text{甲}}{\text{乙}+\text{丙}}\times100$",
        "计算方法：得分=30%×〔甲/(乙+丙)〕×100 备注：甲取年底数。",
    ],
)
def test_spellings_of_one_formula(text: str) -> None:
    result = parse_formula(text)
    assert result.formula is not None, result.reason
    assert evaluate(result.formula, {"甲": 3, "乙": 2, "丙": 4}) == 15


def test_names_match_in_any_spelling() -> None:
    formula = parse_formula("得分=村（社区）数量/总数").formula
    assert formula is not None
    assert evaluate(formula, {"村 (社区)数量": 1, " 总数": 4}) == 0.25


def test_a_condition_that_looks_like_a_quotient() -> None:
    formula = parse_formula("得分=b1 b1: 是否有A/B测试，有得50分，无得0分").formula
    assert formula is not None
    assert evaluate(formula, {"是否有A/B测试": True}) == 50
