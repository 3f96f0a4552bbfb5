"""Rankings and score tables: indicators, chapters, totals, halves and lists."""

from __future__ import annotations

import pytest

from tests.extractors.records.making import column, pick, row, table

RANKED = [column("排名", "rank"), column("城市", "stub", field="area")]
CITIES = ["南京", "无锡", "徐州", "常州"]


def ranked(*headers: str, rows: list[str], **more):
    """A ranking of cities with these value columns; a row is its values."""
    columns = [*RANKED, *(column(header, "value") for header in headers)]
    texts = [
        f"{number}|{city}|{values}"
        for number, (city, values) in enumerate(zip(CITIES, rows, strict=False), start=1)
    ]
    return table(columns, texts, **{"kind": "scores", **more})


def test_a_score_has_its_place_indicator_time_maximum_and_unit(landed):
    one = ranked("数字基础(20)", "总分(100)", rows=["15.48|76.59", "15.03|75.1"])
    observations = landed(one)["observations"]
    names = ("row_label", "ref_area", "indicator", "measure", "time_period", "obs_value")
    assert pick(observations, *names)[:2] == [
        ("南京", "CN320100", "数字基础", "value", "2016", 15.48),
        ("南京", "CN320100", "总分", "value", "2016", 76.59),
    ]
    assert pick(observations, "column_label", "max_score", "unit_measure", "value_printed")[:1] == [
        ("数字基础(20)", 20.0, "POINTS", "15.48")
    ]


def test_a_ranking_has_entity_rank_and_the_total_as_its_score(landed):
    one = ranked("数字基础", "总分", rows=["15.48|76.59", "15.03|75.1"], caption="表3 得 分 排名")
    names = ("list", "row_label", "ref_area", "rank_printed", "rank", "score", "indicator")
    assert pick(landed(one)["rankings"], *names) == [
        ("表3得分排名", "南京", "CN320100", "1", 1, 76.59, "总分"),
        ("表3得分排名", "无锡", "CN320200", "2", 2, 75.1, "总分"),
    ]


def test_ranks_serials_and_classes_are_no_observations(landed):
    columns = [*RANKED, column("地区", "class"), column("序号", "serial"), column("总分", "value")]
    one = table(columns, ["1|南京|华东|1|70", "2|无锡|华东|2|60"], kind="ranking")
    assert set(pick(landed(one)["observations"], "column_label")) == {"总分"}


def test_a_rate_is_of_the_score_beside_it(landed):
    one = ranked("创新得分", "得分率", rows=["4.80|96.07%", "4.70|94.00%"], kind="ranking")
    assert pick(landed(one)["observations"], "indicator", "measure", "unit_measure")[:2] == [
        ("创新", "value", "POINTS"),
        ("创新", "rate", "PERCENT"),
    ]


def chapter(**more):
    return ranked(
        "数字服务/在线水平",
        "数字服务/平台",
        "总分",
        "得分率",
        rows=["3|4|7|70%", "2|4|6|60%"],
        **{"caption": "表2 2016年数字服务结果与排名", **more},
    )


def test_the_total_of_a_chapter_is_the_chapter(landed):
    rows = landed(chapter())
    found = pick(rows["observations"], "column_label", "indicator", "measure", row_label="南京")
    assert found == [
        ("数字服务/在线水平", "数字服务/在线水平", "value"),
        ("数字服务/平台", "数字服务/平台", "value"),
        ("总分", "数字服务", "value"),
        ("得分率", "数字服务", "rate"),
    ]
    assert pick(rows["rankings"], "indicator", "score")[0] == ("数字服务", 7.0)


def test_the_total_of_the_whole_is_not_a_chapters(landed):
    whole = ranked("数字服务", "数字治理", "总分", rows=["7|8|15", "6|8|14"], line=30)
    assert pick(landed(chapter(), whole)["observations"], "indicator", table_id="t30")[:3] == [
        "数字服务",
        "数字治理",
        "总分",
    ]


def test_a_part_printed_without_its_chapter_is_the_part_of_the_chapter(landed):
    single = ranked("平台得分", "得分率", rows=["4|80%", "4|80%"], line=30, kind="ranking")
    rows = landed(chapter(), single)
    assert set(pick(rows["observations"], "indicator", table_id="t30")) == {"数字服务/平台"}
    assert pick(rows["indicators"], "indicator", "name", "parent", "level", "kind") == [
        ("数字服务", "数字服务", None, 1, "score"),
        ("数字服务/在线水平", "在线水平", "数字服务", 2, "score"),
        ("数字服务/平台", "平台", "数字服务", 2, "score"),
    ]


def test_the_captions_spelling_of_an_indicator_links_a_header_with_another(landed):
    wide = ranked(
        "数字服务/信息资源建设与共享", "数字服务/平台", "总分", rows=["3|4|7", "2|4|6"], line=50
    )
    single = ranked(
        "信息资源建设共享得分", rows=["3", "2"], caption="表9 2016年信息资源建设与共享得分排名表"
    )
    assert pick(landed(wide, single)["observations"], "indicator", table_id="t10")[0] == (
        "数字服务/信息资源建设与共享"
    )


def test_a_part_below_another_chapter_than_elsewhere_is_landed_and_reported(landed):
    wrong = ranked("数字治理/在线水平", "总分", rows=["9|9", "8|8"], line=70)
    rows = landed(chapter(), chapter(line=30, caption="表3 附表"), wrong)
    assert "数字治理/在线水平" in pick(rows["observations"], "indicator", table_id="t70")
    names = ("table_id", "column_number", "printed", "expected", "severity")
    assert pick(rows["findings"], *names, check="indicator-parent") == [
        ("t70", 3, "数字治理/在线水平", "数字服务/在线水平", "warning")
    ]


def test_a_total_of_other_parts_is_a_whole_of_its_own(landed):
    first = ranked("数字基础", "数字服务", "总分", rows=["7|8|15", "6|8|14"])
    other = ranked(
        "网页内容",
        "互动交流",
        "总分",
        rows=["1|2|3", "1|1|2"],
        line=30,
        caption="表4 2016年门户绩效排名",
    )
    rows = landed(first, other)["observations"]
    assert set(pick(rows, "indicator", column_label="总分")) == {"总分", "门户绩效/总分"}


def halves(**more):
    columns = [
        column("排名", "rank"),
        column("2015年数字服务/城市", "stub", field="area", period="2015"),
        column("2015年数字服务/得分率", "value", period="2015", unit="%"),
        column("排名", "rank", panel=1),
        column("2016年数字服务/城市", "stub", field="area", period="2016", panel=1),
        column("2016年数字服务/得分率", "value", period="2016", unit="%", panel=1),
    ]
    rows = ["1|南京|80.1%|1|无锡|90.2%", "2|徐州|70.1%|2|常州|80.2%", "|||3|扬州|70.2%"]
    return table(columns, rows, caption="表5 2015年与2016年前十名对比表", kind="comparison", **more)


def test_a_value_belongs_to_the_stub_of_its_own_half(landed):
    rows = landed(halves())
    names = ("row_label", "ref_area", "indicator", "measure", "time_period", "obs_value")
    assert pick(rows["observations"], *names) == [
        ("南京", "CN320100", "数字服务", "rate", "2015", 80.1),
        ("无锡", "CN320200", "数字服务", "rate", "2016", 90.2),
        ("徐州", "CN320300", "数字服务", "rate", "2015", 70.1),
        ("常州", "CN320400", "数字服务", "rate", "2016", 80.2),
        ("扬州", "CN321000", "数字服务", "rate", "2016", 70.2),
    ]
    assert [cell["row_label"] for cell in rows["cells"][:6]] == ["南京"] * 3 + ["无锡"] * 3


def test_halves_of_two_years_are_lists_of_their_own(landed):
    found = pick(landed(halves())["rankings"], "list", "time_period", "row_label", "rank", "score")
    assert found[:2] == [
        ("表52015年与2016年前十名对比表/2015年数字服务", "2015", "南京", 1, 80.1),
        ("表52015年与2016年前十名对比表/2016年数字服务", "2016", "无锡", 1, 90.2),
    ]
    assert len(found) == 5


def by_year():
    columns = [
        column("排名", "rank"),
        column("第一届(2015 年)", "text", field="area", period="2015"),
        column("第二届(2016 年)", "text", field="area", period="2016"),
    ]
    return table(
        columns, ["1|南京市|无 锡市", "2|徐州市|南京市"], caption="历届对比表", kind="ranking"
    )


def test_each_column_of_names_beside_one_rank_is_a_list(landed):
    rows = landed(by_year())
    names = ("column_number", "list", "time_period", "row_label", "ref_area", "rank")
    assert pick(rows["rankings"], *names) == [
        (2, "历届对比表/第一届(2015年)", "2015", "南京市", "CN320100", 1),
        (3, "历届对比表/第二届(2016年)", "2016", "无锡市", "CN320200", 1),
        (2, "历届对比表/第一届(2015年)", "2015", "徐州市", "CN320300", 2),
        (3, "历届对比表/第二届(2016年)", "2016", "南京市", "CN320100", 2),
    ]
    assert pick(rows["cells"], "row_label", row_number=1) == ["1", "南京市", "无锡市"]


def test_a_rank_named_after_an_indicator_or_a_year_ranks_that(landed):
    columns = [
        column("国家和地区", "stub", field="area"),
        column("数字生活", "value"),
        column("DSI", "value"),
        column("DSI排名", "rank"),
    ]
    named = table(columns, ["法国|0.8|0.9|1", "德国|0.7|0.8|2"], kind="scores")
    assert pick(landed(named)["rankings"], "score", "indicator")[0] == (0.9, "DSI")
    columns = [
        column("2016年排名", "rank", period="2016"),
        column("国家和地区", "stub", field="area"),
        column("2016年得分", "value", period="2016"),
        column("2015年排名", "rank", period="2015"),
        column("2015年得分", "value", period="2015"),
    ]
    dated = table(columns, ["1|法国|8.84|2|8.78"], caption="2016年世界各国数字发展指数排名")
    rows = landed(dated)
    assert pick(rows["rankings"], "time_period", "rank", "score") == [
        ("2016", 1, 8.84),
        ("2015", 2, 8.78),
    ]
    assert pick(rows["observations"], "indicator", "time_period") == [
        ("数字发展指数", "2016"),
        ("数字发展指数", "2015"),
    ]


@pytest.mark.parametrize(("printed", "rank"), [("—", None), ("第3名", 3), ("07", 7)])
def test_ranks_as_printed(landed, printed, rank):
    one = table([*RANKED, column("总分", "value")], [f"{printed}|南京|70"], kind="ranking")
    assert pick(landed(one)["rankings"], "rank_printed", "rank") == [(printed, rank)]


def test_a_carried_rank_counts_for_every_row_of_the_merged_cell(landed):
    one = table([*RANKED, column("总分", "value")], ["1|南京|70", "^1|无锡|70"], kind="ranking")
    assert pick(landed(one)["rankings"], "row_label", "rank_printed", "rank") == [
        ("南京", "1", 1),
        ("无锡", "", 1),
    ]


def test_companies_are_ranked_without_a_place_and_reported_once(landed):
    columns = [column("排名", "rank"), column("公司名称", "stub", field="entity")]
    rows = landed(table(columns, ["1|甲乙通信公司", "2|丙丁电子公司"], kind="ranking"))
    assert pick(rows["rankings"], "row_label", "ref_area") == [
        ("甲乙通信公司", None),
        ("丙丁电子公司", None),
    ]
    assert pick(rows["findings"], "check", "severity") == [("area-none", "info")]


def test_a_section_row_has_no_rank_and_no_value(landed):
    section = row("一|江苏省|9", 11, "section")
    one = table([*RANKED, column("总分", "value")], [section, "1|南京|70"], kind="ranking")
    rows = landed(one)
    assert pick(rows["rankings"], "row_label") == ["南京"]
    assert pick(rows["observations"], "row_label") == ["南京"]


def test_correlations_have_a_variable_and_a_second_one(landed):
    columns = [
        column("", "stub", field="indicator"),
        column("", "stub", field="indicator"),
        column("数字服务", "value"),
        column("数字治理", "value"),
    ]
    rows = [
        "数字服务|Pearson 相关性|1|0.477**",
        "^数字服务|显著性 (双侧)||0.000",
        "数字治理|Pearson 相关性|0.477**|1",
    ]
    one = table(columns, rows, caption="2016年中国数字指标相关性分析", kind="correlation")
    names = (
        "row_label",
        "indicator",
        "measure",
        "breakdown",
        "statistic",
        "obs_value",
        "qualifier",
    )
    assert pick(landed(one)["observations"], *names)[1:3] == [
        (
            "数字服务/Pearson相关性",
            "数字服务",
            "statistic",
            "数字治理",
            "Pearson相关性",
            0.477,
            "**",
        ),
        ("数字服务/显著性(双侧)", "数字服务", "statistic", "数字治理", "显著性(双侧)", 0.0, None),
    ]
    assert set(pick(landed(one)["observations"], "ref_area")) == {"CHN"}
