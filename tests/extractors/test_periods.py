"""Periods and dates."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.periods import find_years, parse_date, parse_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2016年", "2016"),
        ("2016 年", "2016"),
        ("２０１６年", "2016"),
        ("2016", "2016"),
        ("2016年度", "2016"),
        ("2016年末", "2016"),
        ("二〇一六年", "2016"),
        ("二○一六年", "2016"),
        ("第五届（2015年）", "2015"),
        ("第五届 (2015 年)", "2015"),
        ("2012年/网民数(万人)", "2012"),
        ("1.2016年概况", "2016"),
        ("2016年100强", "2016"),
        ("2016年前十名", "2016"),
        ("2017年上半年", "2017-S1"),
        ("2017 年下半年", "2017-S2"),
        ("2017H1", "2017-S1"),
        ("2017年1—6月", "2017-S1"),
        ("2017年一季度", "2017-Q1"),
        ("2017年第三季度", "2017-Q3"),
        ("2017Q4", "2017-Q4"),
        ("2017年前三季度", "2017-01/2017-09"),
        ("2017年3月", "2017-03"),
        ("2017年3月份", "2017-03"),
        ("2017-03", "2017-03"),
        ("截至2018年12月底", "2018-12"),
        ("2017年1-11月", "2017-01/2017-11"),
        ("2016年3月—2017年2月", "2016-03/2017-02"),
        ("2016年11月22日", "2016-11-22"),
        ("2016-2017", "2016/2017"),
        ("2016—2017年", "2016/2017"),
        ("2012—2016 年全国产量情况", "2012/2016"),
        ("2016/2017", "2016/2017"),
        ("2015-16学年", "2015/2016"),
        ("2015—2016学年", "2015/2016"),
        ("2011-12年", "2011/2012"),
        ("“十三五”", "2016/2020"),
        ("“十二五”信息化发展基本情况", "2011/2015"),
        ("十三五", "2016/2020"),
        ("十五计划", "2001/2005"),
        ("“十五”", "2001/2005"),
        ("“十四五”时期", "2021/2025"),
    ],
)
def test_period(text: str, period: str) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "16年",
        "2016家",
        "2016 家",
        "12016年",
        "2500年",
        "2016年以来",
        "2016年前后",
        "十五",
        "第十五届",
    ]
    + [
        "2014 年与 2015 年前十名",
        "2016年/2015年",
        "2014年/2015年",
        "2016/2015",
        "2016年13月",
        "1-6月",
    ]
    + [
        "“十二五”和“十三五”",
        "2015中国评估",
        "IPv6",
        "GB/T33171—2016",
        "城市",
        "1900-2099",
        "10-20",
    ],
)
def test_no_one_period(text: str) -> None:
    assert parse_period(text) is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2014 年与 2015 年前十名对比表", [2014, 2015]),
        ("图表 25 2014 年与 2015 年对比", [2014, 2015]),
        ("2012—2016年全国产量", [2012, 2016]),
        ("2015中国城市评估", [2015]),
        ("某办发〔2017〕47号", [2017]),
        ("二〇一六年十一月", [2016]),
        ("2016年和2016年", [2016]),
        ("2016家", []),
        ("2000多家", []),
        ("1999 元", []),
        ("2000万", []),
        ("GB/T33171—2016", []),
        ("16年", []),
        ("城市", []),
    ],
)
def test_years(text: str, years: list[int]) -> None:
    assert find_years(text) == years


def test_the_list_of_years_is_the_callers_own() -> None:
    find_years("2016年").append(1)
    assert find_years("2016年") == [2016]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016年11月22日", "2016-11-22"),
        ("2016 年 11 月 22 日", "2016-11-22"),
        ("二〇一六年十一月二十二日", "2016-11-22"),
        ("二〇一五年十一月", "2015-11"),
        ("2016-1-8", "2016-01-08"),
        ("2016.11.22", "2016-11-22"),
        ("2016/11/2", "2016-11-02"),
        ("20161122", "2016-11-22"),
        ("某年鉴 2018年7月第1版", "2018-07"),
        ("（2017年5月2日印发）", "2017-05-02"),
        ("2016年", None),
        ("2016年2月30日", None),
        ("20161322", None),
        ("2016-1.8", None),
        ("010-00000000", None),
        ("", None),
    ],
)
def test_date(text: str, day: str | None) -> None:
    assert parse_date(text) == day


dates = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(dates, st.sampled_from(["{0}年{1}月{2}日", "{0}-{1:02}-{2:02}", "{0} 年 {1} 月 {2} 日"]))
def test_any_date_is_read_back(day: date, form: str) -> None:
    assert parse_date(form.format(day.year, day.month, day.day)) == day.isoformat()


@given(st.integers(1900, 2099), st.integers(1, 12))
def test_any_month_is_read_back(year: int, month: int) -> None:
    assert parse_period(f"{year}年{month}月") == f"{year}-{month:02}"
    assert parse_date(f"{year} 年{month}月") == f"{year}-{month:02}"


@given(st.integers(1900, 2098), st.integers(1, 50), st.sampled_from(["—", "-", "～", "至", "－"]))
def test_any_span_is_read_back(first: int, length: int, joint: str) -> None:
    last = min(first + length, 2099)
    assert parse_period(f"{first}{joint}{last}年") == f"{first}/{last}"
    assert find_years(f"{first}{joint}{last}年") == [first, last]


@given(st.integers(1900, 2099), st.sampled_from("家个台件部项条门户万亿人次篇"))
def test_a_counted_number_is_no_year(number: int, unit: str) -> None:
    assert parse_period(f"{number}{unit}") is None
    assert find_years(f"{number} {unit}") == []


@given(
    st.text(alphabet="20162017年月日上下半季度第一二三十五—-/.～（）“” Q", max_size=40)
    | st.text(max_size=40)
)
def test_anything_is_read_without_error(text: str) -> None:
    period = parse_period(text)
    assert period is None or period[:4].isdecimal()
    day = parse_date(text)
    assert day is None or len(day) in (7, 10)
    assert all(1900 <= year <= 2099 for year in find_years(text))


@pytest.mark.parametrize(
    "text", ["2016年" * 3000, "2016-" * 5000, "一" * 20000, " 1" * 10000, "十" * 20000]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()
    parse_period(text)
    find_years(text)
    parse_date(text)
    assert time.perf_counter() - started < 1
