"""Units, maxima and weights, and the file that lists the words."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.units import find_unit_line, is_unit, parse_unit, split_label, split_units
from schemas.units import _facts, half_width, load_units


@pytest.mark.parametrize(
    ("text", "measure", "mult"),
    [
        ("元", "CNY", 0),
        ("万元", "CNY", 4),
        ("万 元", "CNY", 4),
        ("亿美元", "USD", 8),
        ("万亿元", "CNY", 12),
        ("亿元人民币", "CNY", 8),
        ("万亿", None, 12),
        ("亿", None, 8),
        ("%", "PERCENT", 0),
        ("％", "PERCENT", 0),
        ("‰", "PERMILLE", 0),
        ("个百分点", "PERCENTAGE_POINT", 0),
        ("万人", "PERSON", 4),
        ("亿人次", "PERSON_TIME", 8),
        ("亿分钟", "MINUTE", 8),
        ("分", "POINTS", 0),
        ("万台", "NUMBER_台", 4),
        ("万户", "NUMBER_户", 4),
        ("万路端", "NUMBER_路端", 4),
        ("千瓦", "KW", 0),
        ("万千瓦", "KW", 4),
        ("千米", "KM", 0),
        ("万公里", "KM", 4),
        ("千人", "PERSON", 3),
        ("纳米", "NM", 0),
        ("Mbps", "MBPS", 0),
        ("MBPS", "MBPS", 0),
        ("块/32", "IPV6_BLOCK_32", 0),
        ("部/百人", "NUMBER_部_PER_100_PERSON", 0),
        ("台/百户", "NUMBER_台_PER_100_户", 0),
        ("万元/人", "CNY_PER_PERSON", 4),
        ("人/平方公里", "PERSON_PER_KM2", 0),
        ("万吨标准煤", "TCE", 4),
    ],
)
def test_unit(text: str, measure: str | None, mult: int) -> None:
    unit = parse_unit(text)
    assert (unit.unit_measure, unit.unit_mult, unit.text) == (measure, mult, text)
    assert unit.known and unit.reason is None


@pytest.mark.parametrize(
    ("text", "measure", "mult", "words"),
    [
        ("万芯对", "芯对", 4, "not listed: 芯对"),
        ("mb", "mb", 0, "not listed"),
        ("国", "国", 0, "not listed"),
        ("万元、%", None, 0, "several units"),
        (" ", None, 0, "no unit"),
    ],
)
def test_an_unknown_unit_is_kept_and_reported(
    text: str, measure: str | None, mult: int, words: str
) -> None:
    unit = parse_unit(text)
    assert (unit.unit_measure, unit.unit_mult, unit.known) == (measure, mult, False)
    assert unit.reason and words in unit.reason


@pytest.mark.parametrize(
    "text", ["某某大学", "省", "局", "国家", "甲单位", "", "部委", "单位", "2016年"]
)
def test_an_organisation_is_no_unit(text: str) -> None:
    assert not is_unit(text)


def test_split_units() -> None:
    assert split_units("万元、%") == ["万元", "%"]
    assert split_units("亿元, 万户；%") == ["亿元", "万户", "%"]
    assert split_units("台/百户") == ["台/百户"]


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("软件业务收入（万元）", "软件业务收入", "万元"),
        ("软件业务收入 （万元）", "软件业务收入", "万元"),
        ("网民数 (万人)", "网民数", "万人"),
        ("普及率（%）", "普及率", "%"),
        ("（%）", "", "%"),
        ("信息消费规模 (万亿)", "信息消费规模", "万亿"),
        ("关键工序数(自)控化率 (%)", "关键工序数(自)控化率", "%"),
        ("IPv6 地址数（块/32）", "IPv6 地址数", "块/32"),
        ("收入（单位：万芯对）", "收入", "万芯对"),
        ("收入（亿元，2016年）", "收入", "亿元"),
        ("收入（亿元，含税）", "收入（亿元，含税）", "亿元"),
        ("电话（万户）年末用户", "电话年末用户", "万户"),
        ("2012年/网民数(万人)", "2012年/网民数", "万人"),
        ("GDP/亿元", "GDP", "亿元"),
        ("销售额 亿元", "销售额", "亿元"),
        ("增速%", "增速", "%"),
        ("比上年增长±%", "比上年增长", "±%"),
        ("2016年/指数", "2016年/指数", None),
        ("省（自治区、直辖市）", "省（自治区、直辖市）", None),
        ("省会(国家)", "省会(国家)", None),
        ("地市(前30强)", "地市(前30强)", None),
        ("第一届 (2011 年)", "第一届 (2011 年)", None),
        ("管理（人、财、物）", "管理（人、财、物）", None),
        ("GB/T 2260", "GB/T 2260", None),
        ("年末 用户", "年末 用户", None),
        ("（十）安全体系", "（十）安全体系", None),
        ("达标[80%,85%)", "达标[80%,85%)", None),
        ("定价：480.00 元", "定价：480.00 元", None),
        ("万元", "", "万元"),
        ("%", "", "%"),
        ("单位：台/百户", "", "台/百户"),
        ("部/百人", "", "部/百人"),
        ("指数", "指数", None),
        ("家", "家", None),
        ("", "", None),
    ],
)
def test_label_unit(label: str, name: str, unit: str | None) -> None:
    read = split_label(label)
    assert read.name == name
    assert (read.unit.text if read.unit else None) == unit
    assert (read.max_score, read.weight) == (None, None)


@pytest.mark.parametrize(
    ("label", "name", "max_score", "weight"),
    [
        ("智慧基础运营(20)", "智慧基础运营", 20, None),
        ("智慧基础运营（20.5）", "智慧基础运营", 20.5, None),
        ("管理( 35 )", "管理", 35, None),
        ("管理(30分)", "管理", 30, None),
        ("管理（满分30）", "管理", 30, None),
        ("管理（满分：30分）", "管理", 30, None),
        ("得分（百分制）", "得分", 100, None),
        ("得分 满分30分", "得分", 30, None),
        ("权重30%", "", None, 30),
        ("服务 权重30%", "服务", None, 30),
        ("服务(权重：20%)", "服务", None, 20),
        ("服务（权重0.3）", "服务", None, 30),
        ("政务服务 L1P1 (5%)", "政务服务 L1P1", None, 5),
        ("得分(20%，满分30分)", "得分", 30, 20),
        ("信息安全 (0%) (作为扣分项)", "信息安全 (作为扣分项)", None, 0),
        ("评价指标 (2018)", "评价指标 (2018)", None, None),
        ("(20)", "(20)", None, None),
        ("总分", "总分", None, None),
        ("失分（最高减2分）", "失分（最高减2分）", None, None),
    ],
)
def test_label_maximum_and_weight(
    label: str, name: str, max_score: float | None, weight: float | None
) -> None:
    assert tuple(split_label(label)) == (name, None, max_score, weight)


@pytest.mark.parametrize(
    ("label", "name", "marks"),
    [
        ("数字激光视盘机*", "数字激光视盘机", ("*",)),
        ("邮政业务收入**", "邮政业务收入", ("**",)),
        ("指标①", "指标", ("①",)),
        ("指标[1]", "指标", ("1",)),
        ("指标（注1）", "指标", ("注1",)),
        ("指标注1)", "指标", ("注1)",)),
        ("收入（万元）*", "收入", ("*",)),
        ("收入*（万元）", "收入", ("*",)),
        ("*", "*", ()),
    ],
)
def test_label_marks(label: str, name: str, marks: tuple[str, ...]) -> None:
    read = split_label(label)
    assert (read.name, read.marks) == (name, marks)


def test_a_second_unit_or_maximum_is_a_doubt() -> None:
    units = split_label("收入(万元、%)")
    assert units.unit is not None and units.unit.unit_measure is None
    assert units.reason == "more than one unit in the label"
    maxima = split_label("得分（30分）（满分40）")
    assert (maxima.max_score, maxima.reason) == (30, "more than one maximum in the label")
    assert split_label("得分（100）（满分100分）").reason is None


def test_prose_is_no_label() -> None:
    text = "得分按下列各项相加（15分）；" * 10
    assert split_label(text).name == text
    assert split_label(text).max_score is None


def test_bracket_texts_are_what_only_explains() -> None:
    assert split_label("产量（不含乙类）（万台）").bracket_texts == ("不含乙类",)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：亿元", "亿元"),
        ("（单位：%）", "%"),
        ("计量单位: 万人", "万人"),
        ("单位:万元、%", "万元、%"),
        ("单 位：亿 元", "亿 元"),
        ("单位：台/百户", "台/百户"),
        ("表1 收入情况 单位：亿元", "亿元"),
        ("单位：亿元 2016年", "亿元"),
        ("单位：分（满分100）", "分"),
        ("表1（单位：万芯对）", "万芯对"),
        ("主办单位：某某局", None),
        ("单位：某某大学", None),
        ("【颁布单位】某某局", None),
        ("单位", None),
        ("（单位）", None),
        ("单位：", None),
        ("各单位：现将有关事项通知如下", None),
    ],
)
def test_unit_line(line: str, unit: str | None) -> None:
    assert find_unit_line(line) == unit


FACTS = load_units()
words = st.sampled_from(sorted(FACTS.codes))
powers = st.sampled_from(["", *FACTS.multipliers])


@given(powers, words)
def test_every_listed_word_is_read_with_every_multiplier(power: str, word: str) -> None:
    unit = parse_unit(power + word)
    if power + word in FACTS.codes:  # 千瓦 is a unit of its own
        assert (unit.unit_measure, unit.unit_mult) == (FACTS.codes[power + word], 0)
    else:
        assert unit.unit_measure == FACTS.codes[word]
        assert unit.unit_mult == FACTS.multipliers.get(power, 0)
    assert unit.known


@given(powers, words, st.sampled_from(["（{}）", "({})", " （{}）", "（ {} ）", "[{}]"]))
def test_a_unit_in_brackets_leaves_the_name(power: str, word: str, bracket: str) -> None:
    unit = power + word
    if "(" in unit:
        return
    read = split_label("某项指标" + bracket.format(unit))
    assert read.name == "某项指标"
    assert read.unit is not None
    assert read.unit.unit_measure == parse_unit(unit).unit_measure


@given(st.integers(1, 1000).filter(lambda n: n < 1900), st.sampled_from(["（{}）", "({}分)"]))
def test_a_maximum_in_brackets_leaves_the_name(maximum: int, bracket: str) -> None:
    read = split_label("智慧管理" + bracket.format(maximum))
    assert (read.name, read.max_score) == ("智慧管理", maximum)


@given(
    st.text(alphabet="万亿元（）()[]分满权重%20.3个人/、：: 年*①注位单", max_size=40)
    | st.text(max_size=40)
)
def test_any_label_is_read_without_error(label: str) -> None:
    read = split_label(label)
    assert len(read.name) <= len(label.strip())
    assert set("".join(read.name.split())) <= set(label)
    find_unit_line(label)
    parse_unit(label)


@pytest.mark.parametrize(
    "text", ["（" * 5000, "(a" * 5000, "1 " * 5000, "单位：" * 3000, "*" * 5000]
)
def test_no_label_takes_long(text: str) -> None:
    started = time.perf_counter()
    split_label(text)
    find_unit_line(text)
    assert time.perf_counter() - started < 0.5


def test_a_word_with_two_meanings_is_refused() -> None:
    entries = [{"code": "A", "words": ["甲"]}, {"code": "B", "words": ["甲"]}]
    raw = {
        "units": entries,
        "counted": [],
        "naming": [],
        "multipliers": {},
        "missing": [],
        "qualifiers": {"before": [], "after": [], "negative": [], "unclear": []},
        "maxima": [],
        "weights": [],
        "plans": {},
    }
    with pytest.raises(ValueError, match="甲"):
        _facts(raw)


def test_the_facts_hang_together() -> None:
    assert set(FACTS.naming) <= set(FACTS.codes)
    assert FACTS.negative | FACTS.unclear <= set(FACTS.before)
    assert {status for status, _ in FACTS.missing.values()} <= set("OLMQ")
    spans = list(FACTS.plans.values())
    assert all(last - first == 4 for first, last in spans)
    assert all(one[1] < two[0] for one, two in pairwise(spans))


def test_half_width_leaves_powers_and_circled_numbers() -> None:
    assert half_width("ＡＢ１２（％）\u3000x\ufeff") == "AB12(%) x"
    assert half_width("10² ①") == "10² ①"
