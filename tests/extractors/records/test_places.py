"""Whose numbers they are: rows, captions, headings, the publication."""

from __future__ import annotations

from extractors.records import EditionContext
from tests.extractors.records.making import EDITION, column, pick, table

INDICATOR = column("指标", "stub", field="indicator")
NUMBER = column("数量", "value")


def place(landed, caption, *headings, title="测试报告", edition=EDITION) -> tuple:
    one = table([INDICATOR, NUMBER], ["发文|3"], caption=caption, headings=headings)
    rows = landed(one, title=title, edition=edition)
    return (
        pick(rows["observations"], "ref_area")[0],
        pick(rows["findings"], "check", "severity", "expected"),
    )


def test_the_caption_names_the_place(landed):
    assert place(landed, "表1 2015—2016年宁夏回族自治区指数情况") == ("CN640000", [])


def test_the_innermost_heading_that_names_a_place_does_where_the_caption_does_not(landed):
    headings = ("广东省信息化发展概况", "深圳市信息化发展概况", "（一）综合分析")
    assert place(landed, "表1 指数情况", *headings) == ("CN440300", [])


def test_the_caption_of_another_table_is_no_heading(landed):
    assert place(landed, "业务量", "表2 2015年北京市业务量")[0] is None


def test_national_statistics_are_the_countrys(landed):
    assert place(landed, "2016年全国业务量") == ("CHN", [])


def test_the_publications_country_is_assumed_and_said(landed):
    found = place(landed, "业务量", title="中国信息化测试年鉴")
    assert found == ("CHN", [("area-assumed", "info", "CHN")])
    edition = EditionContext("x-y-2016", 2016, "test.txt", publisher="全国测试协会")
    assert place(landed, "业务量", edition=edition)[0] == "CHN"


def test_nothing_is_assumed_where_nothing_names_a_country(landed):
    assert place(landed, "业务量") == (None, [])


def test_an_ordinary_word_at_the_start_of_a_caption_is_no_place(landed):
    assert place(landed, "安康工程业务量")[0] is None


def test_a_class_column_decides_between_places_of_one_name(landed):
    columns = [
        column("名称", "stub", field="area"),
        column("所属城市", "class"),
        column("总分", "value"),
    ]
    one = table(columns, ["鼓楼区|南京市|80", "鼓楼区|福州市|70", "思明区|厦门市|60"])
    assert pick(landed(one)["observations"], "ref_area") == ["CN320106", "CN350102", "CN350203"]


def test_an_unresolved_name_is_null_and_reported_once_a_table(landed):
    columns = [
        column("城市", "stub", field="area"),
        column("总分", "value"),
        column("加分", "value"),
    ]
    one = table(columns, ["南京|1|2", "无锡|1|2", "某某山|1|2", "某某山|3|4"])
    rows = landed(one)
    assert pick(rows["observations"], "ref_area", row_label="某某山") == [None] * 4
    names = ("row_number", "severity", "printed", "line")
    assert pick(rows["findings"], *names, check="area-unresolved") == [(3, "warning", "某某山", 13)]


def test_a_cell_of_several_places_stays_unresolved(landed):
    columns = [column("排名", "rank"), column("城市", "stub", field="area")]
    one = table(columns, ["1|南京", "2|无锡、徐州", "3|常州"], kind="ranking")
    rows = landed(one)
    assert pick(rows["rankings"], "row_label", "ref_area")[1] == ("无锡、徐州", None)
    assert pick(rows["findings"], "printed", check="area-unresolved") == ["无锡、徐州"]


def test_names_have_the_code_of_the_editions_year(landed):
    columns = [column("地区", "stub", field="area"), column("总分", "value")]
    one = table(columns, ["海淀区|1", "闸北区|2", "徐汇区|3"], caption="得分")
    before = landed(one, edition=EditionContext("t-t-2014", 2014, "test.txt"))
    after = landed(one, edition=EditionContext("t-t-2018", 2018, "test.txt"))
    assert pick(before["observations"], "ref_area")[1] == "CN310108"
    assert pick(after["observations"], "ref_area")[1] is None


def test_every_area_in_use_and_what_it_lies_in_is_an_entity(landed):
    columns = [column("城市", "stub", field="area"), column("总分", "value")]
    rows = landed(table(columns, ["深圳市|1", "广州市|2", "珠海市|3"]))
    assert pick(rows["entities"], "ref_area", "name", "kind", "parent")[-1] == (
        "CN440400",
        "珠海市",
        "prefecture",
        "CN440000",
    )
    codes = pick(rows["entities"], "ref_area")
    assert codes == sorted({"CHN", "CN440000", "CN440100", "CN440300", "CN440400"})
