"""Statistics: what rows and columns are, units, periods, measures, breakdowns."""

from __future__ import annotations

import pytest

from extractors.records import EditionContext
from tests.extractors.records.making import column, pick, row, table

YEARS = [column("2015 年", "value", period="2015"), column("2016 年", "value", period="2016")]
INDICATOR = column("指 标", "stub", field="indicator")
AREA = column("地 区", "stub", field="area")


def by_year(rows, **more):
    """Indicators as rows, two years as columns."""
    return table([INDICATOR, *YEARS], rows, **{"caption": "2015—2016年全国用户情况", **more})


def test_indicators_are_rows_where_the_stub_says_so(landed):
    one = table(
        [INDICATOR, column("单 位", "unit"), *YEARS],
        ["宽带用户*|万户|17518.3|—", "网站收入|亿元|10.1|11.9"],
        caption="2015—2016 年全国用户情况",
    )
    names = ("row_label", "indicator", "time_period", "obs_value", "unit_measure", "unit_mult")
    found = pick(landed(one)["observations"], *names)
    assert found[0] == ("宽带用户*", "宽带用户", "2015", 17518.3, "NUMBER_户", 4)
    assert found[3] == ("网站收入", "网站收入", "2016", 11.9, "CNY", 8)
    assert set(pick(landed(one)["observations"], "ref_area")) == {"CHN"}


def test_a_missing_mark_is_an_observation_and_a_blank_is_none(landed):
    rows = landed(by_year(["宽带用户|—|", "网站数|…|3"]))["observations"]
    assert pick(rows, "value_printed", "obs_value")[:1] == [("—", None)]
    assert pick(rows, "column_number", row_number=1) == [2]
    assert all(status for status in pick(rows, "obs_status", row_number=1))


def test_two_numbers_or_none_give_null_with_the_reason(landed):
    rows = landed(by_year(["制程（纳米）|32/28|未公布"]))["observations"]
    assert pick(rows, "obs_value") == [None, None]
    assert all(pick(rows, "reason"))
    assert pick(rows, "value_printed") == ["32/28", "未公布"]


def test_the_unit_of_the_column_goes_before_the_rows_and_the_tables(landed):
    columns = [INDICATOR, column("2016年", "value"), column("2016年/占比(%)", "value", unit="%")]
    one = table(columns, ["收入（万元）|10|20", "人数|30|40"], unit="人", caption="2016年全国情况")
    rows = landed(one)["observations"]
    assert pick(rows, "unit_measure", "unit_mult") == [
        ("CNY", 4),
        ("PERCENT", 0),
        ("PERSON", 0),
        ("PERCENT", 0),
    ]


def test_a_printed_percent_sign_says_more_than_any_header(landed):
    one = by_year(["消费规模(万亿)|29%|1.5"])
    assert pick(landed(one)["observations"], "unit_measure", "unit_mult") == [
        ("PERCENT", 0),
        (None, 12),
    ]


def test_section_rows_are_the_parents_of_the_rows_below(landed):
    one = by_year([row("信息设施||", 11, "section"), "1. 网民数量（亿）|6.5|6.9"])
    rows = landed(one)
    names = ("row_label", "indicator", "unit_mult")
    assert pick(rows["observations"], *names)[:1] == [("1.网民数量（亿）", "信息设施/网民数量", 8)]
    assert pick(rows["indicators"], "indicator", "name", "parent", "level", "kind") == [
        ("信息设施", "信息设施", None, 1, "group"),
        ("信息设施/网民数量", "网民数量", "信息设施", 2, "statistic"),
    ]


def test_parts_break_the_row_above_down(landed):
    rows = [
        "固定电话|41.6|48.2",
        row("其中：城镇居民|48.6|55.5", 12, "part"),
        "农村居民|32.6|38.9",
        "移动电话|203|216",
        row("其中：城镇居民|206|217", 15, "part"),
        "农村居民|199|215",
        "计算机|49|53",
    ]
    found = pick(landed(by_year(rows))["observations"], "indicator", "breakdown", column_number=2)
    assert found == [
        ("固定电话", None),
        ("固定电话", "城镇居民"),
        ("固定电话", "农村居民"),
        ("移动电话", None),
        ("移动电话", "城镇居民"),
        ("移动电话", "农村居民"),
        ("计算机", None),
    ]


def test_targets_and_mean_changes_of_a_plan(landed):
    columns = [
        INDICATOR,
        column("规划目标/2015年", "value", period="2015"),
        column("规划目标/年均增长(%)", "value", unit="%"),
        column("实现情况/2015年", "value", period="2015"),
        column("实现情况/年均增长(%)", "value", unit="%"),
    ]
    rows = ["宽带用户（亿户）|>2.7|>15.7|2.1|10.1", "广播双向化率（%）|80|（55）|53|（28）"]
    one = table(columns, rows, caption="表1 “十二五”全国发展基本情况")
    names = ("measure", "time_period", "obs_value", "qualifier", "unit_measure")
    assert pick(landed(one)["observations"], *names) == [
        ("target", "2015", 2.7, ">", "NUMBER_户"),
        ("target", "2011/2015", 15.7, ">", "PERCENT"),
        ("value", "2015", 2.1, None, "NUMBER_户"),
        ("change", "2011/2015", 10.1, None, "PERCENT"),
        ("target", "2015", 80.0, None, "PERCENT"),
        ("target", "2011/2015", 55.0, "（ ）", "PERCENT"),
        ("rate", "2015", 53.0, None, "PERCENT"),
        ("change", "2011/2015", 28.0, "（ ）", "PERCENT"),
    ]


def test_a_number_for_a_time_after_the_edition_is_a_target(landed):
    columns = [INDICATOR, YEARS[1], column("2020年", "value", period="2020")]
    one = table(columns, ["网民数量|6.9|10"], caption="全国主要指标")
    assert pick(landed(one)["observations"], "measure", "time_period") == [
        ("value", "2016"),
        ("target", "2020"),
    ]


@pytest.mark.parametrize(
    ("label", "measure"),
    [
        ("消费增长率", "change"),
        ("普及率", "rate"),
        ("通村比重", "share"),
        ("网民数", "value"),
        ("发电功率", "value"),
        ("专利授权数", "value"),
        ("一级指标权重", "weight"),
    ],
)
def test_the_measure_in_the_words_of_a_row(landed, label, measure):
    assert set(pick(landed(by_year([f"{label}|1|2"]))["observations"], "measure")) == {measure}


def test_years_as_rows_with_the_change_between_them(landed):
    columns = [column("", "stub"), column("环境指数", "value"), column("总指数", "value")]
    rows = ["2015年|52.9|52.7", row("增长量|5.4|6.3", 12, "change"), "2016年|58.3|59.0"]
    one = table(columns, rows, caption="2015—2016年全国指数比较", kind="scores")
    names = ("row_label", "indicator", "measure", "time_period", "obs_value")
    assert pick(landed(one)["observations"], *names, column_number=2) == [
        ("2015年", "环境指数", "value", "2015", 52.9),
        ("增长量", "环境指数", "change", "2016", 5.4),
        ("2016年", "环境指数", "value", "2016", 58.3),
    ]


def test_a_change_column_has_the_later_year_of_those_beside_it(landed):
    columns = [
        INDICATOR,
        column("2015年指数", "value", period="2015"),
        column("2016年指数", "value", period="2016"),
        column("变化情况", "value"),
    ]
    one = table(
        columns,
        ["基础环境|97.0|103.9|↑6.9", "总指数|91|90|↓1"],
        kind="scores",
        caption="表1 2015—2016年北京市指数情况",
    )
    rows = landed(one)["observations"]
    assert pick(rows, "ref_area", "indicator", "measure", "time_period", "obs_value")[2:] == [
        ("CN110000", "基础环境", "change", "2016", 6.9),
        ("CN110000", "总指数", "value", "2015", 91.0),
        ("CN110000", "总指数", "value", "2016", 90.0),
        ("CN110000", "总指数", "change", "2016", -1.0),
    ]


def test_places_as_rows_and_units_in_the_headers(landed):
    columns = [AREA, column("软件收入（万元）", "value"), column("出口额（万美元）", "value")]
    one = table(columns, ["北 京|64|25", "西 藏|1|—"], caption="2016年全国各省软件业发展情况")
    names = ("row_label", "ref_area", "indicator", "unit_measure", "unit_mult", "time_period")
    assert pick(landed(one)["observations"], *names)[:2] == [
        ("北京", "CN110000", "软件收入", "CNY", 4, "2016"),
        ("北京", "CN110000", "出口额", "USD", 4, "2016"),
    ]


def test_columns_that_are_only_years_are_of_the_captions_subject(landed):
    one = table(
        [column("国家和地区", "stub", field="area"), *YEARS],
        ["世界|11.0|11.2", "法国|3.6|2.9", "中国香港|9.8|—"],
        caption="2015—2016年世界主要国家和地区研发支出占国内生产总值的比重",
        unit="%",
    )
    names = ("ref_area", "indicator", "measure", "time_period", "unit_measure")
    found = pick(landed(one)["observations"], *names)
    assert found[0] == ("WORLD", "研发支出占国内生产总值的比重", "share", "2015", "PERCENT")
    assert [area for area, *_ in found] == ["WORLD", "WORLD", "FRA", "FRA", "HKG", "HKG"]


def test_headers_of_two_levels_give_year_and_indicator(landed):
    columns = [
        AREA,
        column("2015年/网民数(万人)", "value", period="2015", unit="万人"),
        column("2015年/普及率(%)", "value", period="2015", unit="%"),
    ]
    one = table(columns, ["北京|1458|72.2", "天津|793|58.5", "河北|3008|41.5"])
    names = ("column_label", "indicator", "measure", "time_period", "unit_measure", "unit_mult")
    assert pick(landed(one)["observations"], *names)[:2] == [
        ("2015年/网民数(万人)", "网民数", "value", "2015", "PERSON", 4),
        ("2015年/普及率(%)", "普及率", "rate", "2015", "PERCENT", 0),
    ]


def test_industries_are_a_breakdown_and_their_total_is_none(landed):
    columns = [
        column("行 业", "stub", field="indicator"),
        column("企业数 (个)", "value"),
        column("有网上交易/企业数(个)", "value"),
        column("有网上交易/比重(%)", "value"),
    ]
    rows = [row("总计|9438|1027|10.9", 11, "total"), "采矿业|119|38|3.2", "制造业|348|39|11.3"]
    one = table(columns, rows, caption="2016年全国按行业分企业情况")
    names = ("ref_area", "indicator", "measure", "breakdown")
    found = pick(landed(one)["observations"], *names)
    assert found[0] == ("CHN", "企业数", "value", None)
    assert found[3:6] == [
        ("CHN", "企业数", "value", "采矿业"),
        ("CHN", "有网上交易/企业数", "value", "采矿业"),
        ("CHN", "有网上交易", "share", "采矿业"),
    ]


def test_a_sum_and_its_parts_side_by_side_are_one_indicator(landed):
    columns = [AREA, *(column(f"电话用户/{part}", "value") for part in ("合计", "城市", "农村"))]
    one = table(columns, ["北京|9|6|3", "天津|7|5|2", "河北|8|4|4"], caption="2016年各省情况")
    assert pick(landed(one)["observations"], "indicator", "breakdown", row_number=1) == [
        ("电话用户", None),
        ("电话用户", "城市"),
        ("电话用户", "农村"),
    ]


def test_columns_may_be_the_places(landed):
    columns = [INDICATOR, *(column(name, "value") for name in ("北京", "天津", "河北"))]
    one = table(columns, ["网民数（万人）|1|2|3"], caption="2016年比较")
    assert pick(landed(one)["observations"], "ref_area", "indicator", "breakdown") == [
        ("CN110000", "网民数", None),
        ("CN120000", "网民数", None),
        ("CN130000", "网民数", None),
    ]


def test_tables_that_contradict_each_other_do_not_share_an_indicator(landed):
    exports = by_year(["集成电路|7|8", "手机|10|11"], caption="2015—2016年全国电子产品出口情况")
    output = by_year(["集成电路|779|903"], caption="2015—2016年全国电子产品产量情况", line=30)
    rows = landed(exports, output)
    assert list(dict.fromkeys(pick(rows["observations"], "indicator"))) == [
        "电子产品出口/集成电路",
        "电子产品出口/手机",
        "电子产品产量/集成电路",
    ]
    assert "集成电路" not in pick(rows["indicators"], "indicator")


def test_tables_that_agree_share_the_indicator(landed):
    one = by_year(["网民数|6.88|7.31"], caption="2015—2016年全国网民情况")
    other = by_year(["网民数|6.88|7.3"], caption="2015—2016年全国主要数据", line=30)
    assert set(pick(landed(one, other)["observations"], "indicator")) == {"网民数"}


def test_a_section_that_has_the_name_of_a_score_is_not_the_score(landed):
    plan = by_year([row("信息经济||", 11, "section"), "交易规模|20|30"])
    scores = table(
        [column("国家", "stub", field="area"), column("信息经济", "value"), column("DSI", "value")],
        ["法国|0.8|0.9", "德国|0.7|0.8"],
        caption="2016年世界各国信息社会指数",
        kind="scores",
        line=30,
    )
    found = landed(plan, scores)["indicators"]
    assert pick(found, "parent", indicator="信息经济/交易规模") == ["信息经济"]
    assert pick(found, "kind", indicator="信息社会指数/信息经济") == ["score"]


def test_a_printed_code_is_the_id(landed):
    one = by_year(["惠民服务 L1|1|2", "政务服务 L1P1|3|4", "一站式办理率（L1P1-A2）|5|6"])
    rows = landed(one)
    assert pick(rows["observations"], "indicator", column_number=2) == ["L1", "L1P1", "L1P1-A2"]
    assert pick(rows["indicators"], "indicator", "name", "parent", "level") == [
        ("L1", "惠民服务", None, 1),
        ("L1P1", "政务服务", "L1", 2),
        ("L1P1-A2", "一站式办理率", "L1P1", 3),
    ]


def test_the_time_of_a_table(landed):
    def time(caption: str | None, *headings: str) -> set:
        one = table(
            [INDICATOR, column("数量", "value")], ["发文|3"], caption=caption, headings=headings
        )
        return set(pick(landed(one)["observations"], "time_period"))

    assert time("表3 2017年上半年业务量统计") == {"2017-S1"}
    assert time("业务量统计", "2014年工作", "（一）信息化") == {"2014"}
    assert time("业务量统计", "2014年工作", "表2 2013年业务量统计") == {"2014"}
    assert time("业务量统计") == {"2016"}
    assert time("2011—2015年业务量统计") == {"2011/2015"}


def test_another_tables_caption_among_the_headings_dates_nothing(landed):
    one = table([INDICATOR, column("数量", "value")], ["发文|3"], caption="2014年全国业务情况")
    other = table(
        [INDICATOR, column("数量", "value")],
        ["收文|3"],
        caption="其他业务",
        line=30,
        headings=("2014年全国业务情况",),
    )
    assert pick(landed(one, other)["observations"], "time_period", "ref_area") == [
        ("2014", "CHN"),
        ("2016", None),
    ]


def test_without_a_year_of_the_edition_the_time_stays_open(landed):
    one = table([INDICATOR, column("数量", "value")], ["发文|3"], caption="业务量")
    found = landed(one, edition=EditionContext("test-x", None, "test.txt"))["observations"]
    assert pick(found, "time_period") == [None]
