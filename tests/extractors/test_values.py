"""What a cell is, and the number it shows."""

from __future__ import annotations

import math
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.values import (
    NUMBER_KINDS,
    chinese_number,
    kind_of,
    parse_rank,
    parse_value,
    print_value,
)
from schemas.units import load_units

KINDS = {
    "blank": ["", " ", "\u3000", "\n", "\u200b"],
    "missing": [*"—–－-…/／无", "——", "— —", "--", "……", "...", "．．．", "N/A", "n.a.", "缺"],
    "integer": ["0", "12", "-3", "+7", "2016", "007", "64,160", "６４，１６０", "13800000000"],
    "decimal": ["0.50", "64,160,228.4", "-3.2", "−3.2", "－3.2", "–3.2", ".5", "1.2E+05", "3．5"],
    "percent": ["12.5%", "12.5％", "100 %", "-3%", "3‰"],
    "quantity": ["3.8万亿元", "12万", "150家", "480.00 元", "￥480.00", "12（个）", "10GB", "5年"],
    "marked": [">2.7", "＞2.7", "0.477**", "（55）", "(30)", "( 55 )", "(>15)", "↑6.94", "↓ 3.11"]
    + ["12*", "12 *", "≥5", "约3", "150余家", "50%以上", "12[1]", "12①", "12（注1）", "12（并列）"]
    + ["（55）*", "~20", "50+", "超过 3.2亿元"],
    "pair": ["32/28", "32 / 28", "25 (甲局 12 次, 乙局 13 次)", "18(甲局4次,乙局14次)", "10—20"]
    + ["10-20", "5%~10%", "12、34", "78/100分", "12(34.5%)", "100（2015年）", "12, 34"],
    "year": [
        "2016年",
        "2016 年",
        "２０１６年",
        "2016年度",
        "2015—2016年",
        "2016-2017",
        "二〇一六年",
    ],
    "rank_like": ["第3名", "第 3 名", "3名", "并列第3名", "No.3", "①", "第十名", "3、", "3rd"],
    "text": ["深圳", "第一届", "第二批", "4G", "3类", "2组", "1线", "L1P1", "1 234.5", "76. 38"]
    + ["12,34", "0755", "000001", "010-00000000", "2017-5-22", "2016年11月22日", "22-14 纳米技术"]
    + ["1/n", "1E5", "192.0.2.1", "123456789012345678", "(55", "55)", "( )", "*", "- 3.2", "1e999"]
    + ["一", "附件1", "a 12", "12 34"],
}


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in KINDS.items() for text in texts]
)
def test_kind(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "number", "qualifier", "unit"),
    [
        ("76.38%", 76.38, None, "%"),
        ("64,160,228.4", 64160228.4, None, None),
        ("5.10", 5.1, None, None),
        ("−3.2", -3.2, None, None),
        ("1.2E+05", 120000.0, None, None),
        (">2.7", 2.7, ">", None),
        ("＞103.6", 103.6, ">", None),
        ("0.477**", 0.477, "**", None),
        ("（55）", 55.0, "（ ）", None),
        ("(20.8)", 20.8, "（ ）", None),
        ("(>15)", 15.0, "（ ）>", None),
        ("（55）*", 55.0, "（ ）*", None),
        ("↑6.94", 6.94, "↑", None),
        ("↓ 3.11", -3.11, "↓", None),
        ("↓-3.11", -3.11, "↓", None),
        ("2.5%↓", -2.5, "↓", "%"),
        ("3.8万亿元", 3.8, None, "万亿元"),
        ("12（个）", 12.0, None, "个"),
        ("12（并列）", 12.0, "（并列）", None),
        ("150余家", 150.0, "余", "家"),
        ("约3.5 亿 元", 3.5, "约", "亿 元"),
        ("￥480.00", 480.0, None, "¥"),
        ("US$-3", -3.0, None, "US$"),
        ("第十名", 10.0, None, "名"),
    ],
)
def test_number(text: str, number: float, qualifier: str | None, unit: str | None) -> None:
    value = parse_value(text)
    assert (value.number, value.qualifier, value.unit) == (number, qualifier, unit)
    assert (value.status, value.reason) == ("A", None)
    assert value.is_percent == (unit == "%")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("32/28", "more than one number"),
        ("25 (甲局 12 次, 乙局 13 次)", "more than one number"),
        ("2016年", "a year"),
        ("1 234.5", "blanks inside"),
        ("76. 38", "blanks inside"),
        ("12,34", "groups of three"),
        ("1,2345", "groups of three"),
        ("000001", "identifier"),
        ("123456789012345678", "identifier"),
        ("4G", "digits inside a text"),
        ("①", "a number of a list"),
        ("深圳", "a text"),
        ("一" * 100 + "1", "a text"),
    ],
)
def test_no_number_says_why(text: str, words: str) -> None:
    value = parse_value(text)
    assert value.number is None
    assert value.status is None
    assert value.reason and words in value.reason


@pytest.mark.parametrize(
    ("text", "status"),
    [("—", "O"), ("——", "O"), ("-", "O"), ("…", "L"), ("……", "L"), ("/", "M"), ("N/A", "O")]
    + [("保密", "Q"), ("不适用", "M"), ("未统计", "L")],
)
def test_missing_marks_have_an_sdmx_status(text: str, status: str) -> None:
    value = parse_value(text)
    assert (value.number, value.status) == (None, status)
    assert parse_value(f" {text}\u3000") == value


@pytest.mark.parametrize("text", [".", "-" * 40, "…" * 12, "—/", "·", "一"])
def test_a_rule_or_a_leader_is_no_missing_mark(text: str) -> None:
    assert kind_of(text) == "text"


def test_a_blank_has_no_status() -> None:
    assert parse_value(" \u3000").status is None
    assert parse_value("").reason is None


@pytest.mark.parametrize(("text", "words"), [("△3.1", "triangle"), ("—3.2", "minus sign")])
def test_a_doubtful_sign_keeps_the_number_and_says_so(text: str, words: str) -> None:
    value = parse_value(text)
    assert value.number in (3.1, -3.2)
    assert value.reason and words in value.reason


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("1", 1),
        ("03", 3),
        ("第3名", 3),
        ("3名", 3),
        ("第十名", 10),
        ("第一百二十名", 120),
        ("十", 10),
    ]
    + [("①", 1), ("⑳", 20), ("No.3", 3), ("并列第3", 3), ("（8）", 8), ("3*", 3), ("3、", 3)]
    + [("0", None), ("-1", None), ("1.5", None), ("2.0", None), ("—", None), ("深圳", None)]
    + [
        ("", None),
        ("↑3", None),
        (">3", None),
        ("=3", 3),
        ("3[1]", 3),
        ("第三届", None),
        ("12%", None),
        ("3家", None),
        ("32/28", None),
        ("2016年", None),
    ],
)
def test_rank(text: str, rank: int | None) -> None:
    assert parse_rank(text) == rank


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百二十", 120),
        ("二〇一五", 2015),
        ("二○一五", 2015),
        ("廿", 20),
        ("百", None),
        ("城", None),
    ],
)
def test_chinese_number(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


numbers = st.decimals(-(10**12), 10**12, allow_nan=False, places=3).map(float)


@given(numbers, st.integers(3, 5), st.booleans())
def test_a_printed_number_is_read_back(number: float, decimals: int, grouped: bool) -> None:
    text = print_value(number, decimals, grouped=grouped)
    assert parse_value(text).number == number
    assert kind_of(text) == "decimal"


@given(st.integers(-(10**14), 10**14), st.booleans())
def test_a_printed_whole_number_is_read_back(number: int, grouped: bool) -> None:
    text = f"{number:,}" if grouped else str(number)
    assert parse_value(text).number == number
    assert kind_of(text) == "integer"


FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(numbers, st.sampled_from(["", "%", "**", "万元", "以上"]), st.sampled_from(["", ">", "约"]))
def test_width_and_outer_blanks_change_nothing(number: float, after: str, before: str) -> None:
    text = before + print_value(number, 3) + after
    wide = "\u3000" + text.translate(FULL_WIDTH) + " "
    assert kind_of(wide) == kind_of(text)
    narrow, widened = parse_value(text), parse_value(wide)
    assert (widened.number, widened.qualifier) == (narrow.number, narrow.qualifier)


@given(numbers.filter(lambda number: number > 0), st.sampled_from(load_units().before))
def test_a_sign_never_hides_the_number(number: float, sign: str) -> None:
    value = parse_value(sign + print_value(number, 3))
    assert value.qualifier == sign
    assert value.number == (-number if sign in load_units().negative else number)


@given(numbers, numbers)
def test_two_numbers_are_never_one(first: float, second: float) -> None:
    text = f"{print_value(abs(first), 3)}/{print_value(abs(second), 3)}"
    assert kind_of(text) == "pair"
    assert parse_value(text).number is None


@given(numbers.filter(lambda number: abs(number) >= 10), st.integers(1, 3))
def test_a_blank_inside_a_number_is_not_closed(number: float, at: int) -> None:
    text = print_value(abs(number), 3)
    split = f"{text[:-at]} {text[-at:]}"
    assert parse_value(split).number is None


@settings(max_examples=300)
@given(
    st.text(alphabet="0123456789.,%-—+()（）/ 年名第万亿元家个*>约①\u3000次eE:、", max_size=24)
    | st.text(max_size=80)
)
def test_anything_is_read_without_error_and_consistently(text: str) -> None:
    value, kind = parse_value(text), kind_of(text)
    assert kind_of(text.strip()) == kind
    if kind in NUMBER_KINDS:
        assert value.number is not None and math.isfinite(value.number)
        assert value.status == "A"
    elif value.number is not None:
        assert kind == "rank_like"
    if kind == "blank":
        assert value.reason is None
    elif value.number is None:
        assert value.reason


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=2))
def test_a_number_keeps_every_printed_digit(number: Decimal) -> None:
    value = parse_value(str(number))
    assert value.number is not None
    assert Decimal(print_value(value.number, 2)) == number


@pytest.mark.parametrize(
    "text",
    ["1" * 10**6, "1 " * 10**6, "(" * 10**6, ">" * 64, ">=" * 32, "1/" * 32, "1  /" * 16, "1~" * 32]
    + ["1" + "(注)" * 20 + "x", "1" + " " * 62 + "x", "1" + "*" * 62 + "x", "1,234" * 12, "-1" * 32]
    + [
        "第" * 60 + "1",
        "1 ." * 21,
        "2016年" + "-" * 59,
        "1" + "万" * 63,
        "(" * 60 + "1",
        "1eE" * 21,
    ],
    ids=lambda text: text[:6],
)
def test_no_cell_takes_long(text: str) -> None:
    """Held because 1/1/1/… once made a pattern try every way to cut it."""
    started = time.perf_counter()
    assert kind_of(text) == "text"
    assert time.perf_counter() - started < 0.2
