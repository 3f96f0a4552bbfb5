"""Any expression printed and read again has its value; hostile texts end quickly."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.formulas import Formula, FormulaError, evaluate, parse_formula
from extractors.formulas.model import MAX_TEXT

NAMES = ("甲", "城市人口(常住)", "4G用户数", "b1", "L1P1-A1", "1:500图数", "API总数")
#: How an operator may be printed.
PRINTED = {"+": "+＋", "-": "-−", "*": "×*", "/": "/÷／"}

values = st.integers(-50, 50)
given_values = st.fixed_dictionaries({name: values for name in NAMES})
numbers = st.decimals(0, 999, places=2).map(lambda number: f"{number:f}")


@st.composite
def printed(draw: st.DrawFn, depth: int = 0) -> tuple[str, str]:
    """(as print has it, as Python has it): two writings of one expression."""
    shape = draw(st.sampled_from(("number", "percent", "name", "group", "chain", "chain")))
    if depth > 4 or shape in ("number", "percent", "name"):
        if shape == "name":
            place = draw(st.integers(0, len(NAMES) - 1))
            return NAMES[place], f"v[{place}]"
        number = draw(numbers)
        if shape == "percent":
            return f"{number}%", f"(F('{number}')/100)"
        return number, f"F('{number}')"
    if shape == "group":
        inner, python = draw(printed(depth + 1))
        opening, closing = draw(st.sampled_from(("()", "[]", "（）", "【】")))
        return f"{opening}{inner}{closing}", f"({python})"
    text, python = draw(printed(depth + 1))
    text, python = f"({text})", f"({python})"
    for _ in range(draw(st.integers(1, 3))):
        operator = draw(st.sampled_from(tuple(PRINTED)))
        right, right_python = draw(printed(depth + 1))
        blank = draw(st.sampled_from(("", " ")))
        sign = draw(st.sampled_from(PRINTED[operator]))
        text += f"{blank}{sign}{blank}({right})"
        python += f"{operator}({right_python})"
    return text, python


@settings(max_examples=150, deadline=None)
@given(printed(), given_values)
def test_printed_read_evaluated(pair: tuple[str, str], given_values: dict[str, int]) -> None:
    text, python = pair
    result = parse_formula(f"得分={text}")
    assert result.formula is not None, (text, result.reason)
    formula = Formula.from_json(result.formula.to_json())
    assert formula == result.formula
    operands = {"F": Fraction, "v": [Fraction(given_values[name]) for name in NAMES]}
    try:
        expected = eval(python, {"__builtins__": {}}, operands)  # the test's own text
    except ZeroDivisionError:
        with pytest.raises(FormulaError, match="division_by_zero"):
            evaluate(formula, given_values)
        return
    assert evaluate(formula, given_values) == float(expected)


shares = st.integers(1, 99)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(shares, min_size=1, max_size=5, unique=True).map(lambda b: sorted(b, reverse=True)),
    st.lists(st.integers(1, 100), min_size=6, max_size=6),
    st.integers(0, 100),
)
def test_printed_grades(bounds: list[int], points: list[int], share: int) -> None:
    """不低于…, 介于[…,…), 低于… cover everything: one grade holds any share."""
    clauses = [f"合格率不低于{bounds[0]}%时{points[0]}分"]
    clauses += [
        f"介于[{low}%,{high}%)时{score}分"
        for high, low, score in zip(bounds, bounds[1:], points[1:], strict=False)
    ]
    clauses.append(f"低于{bounds[-1]}%时{points[len(bounds)]}分")
    formula = parse_formula("，".join(clauses)).formula
    assert formula is not None
    rank = sum(share < bound for bound in bounds)
    assert evaluate(formula, {"合格率": share / 100}) == points[rank]


@settings(max_examples=60, deadline=None)
@given(
    st.text("得分甲乙0123456789%.,，。;；:：()（）[]=+-×÷/每个项满最高不低于是否未 b", max_size=120)
)
def test_any_text_gives_a_formula_or_a_reason(text: str) -> None:
    result = parse_formula(text)
    assert (result.formula is None) != (result.reason is None)
    if result.formula is not None:
        assert Formula.from_json(result.formula.to_json()) == result.formula


HOSTILE = [
    "(" * 9_000,
    "(" * 4_000 + "甲" + ")" * 4_000,
    "得分=" + "(" * 45 + "甲" + ")" * 45 + "/乙" * 3_000,
    "得分=" + "-" * 9_000 + "甲",
    "得分=" + "甲+" * 4_000 + "甲",
    "得分=" + "甲/" * 4_000 + "甲",
    "得分=" + "甲(" * 40 + "×" + ")" * 40,
    "得分=" + "9" * 9_000,
    "得分=" + "\\frac{" * 1_500,
    "得分=a0 " + " ".join(f"a{n}=a{n + 1}+a{n + 1}" for n in range(99)),
    "得分=甲0 " + "".join(f"，甲{n}=甲{n + 1}+甲{n + 1}" for n in range(600)),
    "甲得1分;" * 2_000,
    "不低于9%得1分," * 1_000,
    "每" * 9_000,
    "设备(1分)" * 1_400,
    "得分=甲/乙," + "为0" * 4_000,
    "得分=甲/乙," + "如果" * 4_000,
    "最高1," * 2_500,
    "b1:" * 3_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_texts_end_quickly(text: str) -> None:
    begun = time.process_time()
    result = parse_formula(text)
    assert time.process_time() - begun < 5  # 0.1–1.5 s on a slow machine
    if result.formula is not None:
        assert evaluate(result.formula, {"甲": 1}) in (1, 4_001)


def test_shared_definitions_are_computed_once() -> None:
    """Forty definitions, each twice the next: 2⁴⁰ additions if they were unfolded."""
    chain = "".join(f"，甲{n}=甲{n + 1}+甲{n + 1}" for n in range(40))
    formula = parse_formula(f"得分=甲0{chain}").formula
    assert formula is not None
    assert evaluate(formula, {"甲40": 1}) == 2**40


def test_a_text_that_is_too_long() -> None:
    result = parse_formula("得分=" + "甲+" * (MAX_TEXT // 2) + "甲")
    assert result.reason is not None
    assert result.reason.code == "too_long"


def test_brackets_that_are_too_deep() -> None:
    result = parse_formula("得分=" + "(" * 51 + "甲" + ")" * 51)
    assert result.reason is not None
    assert result.reason.code == "too_deep"
    shallow = parse_formula("得分=" + "(" * 50 + "甲" + ")" * 50)
    assert shallow.formula is not None
