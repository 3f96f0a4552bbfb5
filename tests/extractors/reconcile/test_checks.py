"""Each check found once where a small table is broken, and silent where it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extractors.areas import Register
from extractors.model import Document, Extraction, Line, Table
from extractors.reconcile import reconcile
from extractors.records import records
from tests.extractors.records.making import EDITION, SHA, column, extraction, table


@pytest.fixture(scope="module")
def register() -> Register:
    return Register.load()


@pytest.fixture
def found(register):
    """``found(table, …)``: (check, row_number, column_number, expected) of every warning."""

    def find(*tables: Table) -> list[tuple]:
        read = extraction(*tables)
        rows = records(read, EDITION, register)
        return [
            (doubt.check, doubt.row_number, doubt.column_number, doubt.expected)
            for doubt in reconcile(read, rows)
        ]

    return find


def broken(rows: list[str], number: int, old: str, new: str) -> list[str]:
    """The rows with one text in one of them (from 1) replaced."""
    assert old in rows[number - 1]
    return [
        row.replace(old, new, 1) if place == number else row
        for place, row in enumerate(rows, start=1)
    ]


def value(header: str, **more):
    return column(header, "value", **more)


# --- arithmetic ----------------------------------------------------------------------------

SUMS = [f"城市{n}|{a / 100:.2f}|{b / 100:.2f}|{(a + b) / 100:.2f}"
        for n, a, b in zip("甲乙丙丁戊己", (1234, 2345, 3456, 1567, 2678, 3789),
                           (4321, 5432, 6543, 1765, 2876, 3987), strict=True)]  # fmt: skip


def test_a_total_across_a_row(found):
    columns = [column("城市", "stub"), value("甲项"), value("乙项"), value("总分", field="total")]
    assert found(table(columns, SUMS)) == []
    wrong = broken(SUMS, 3, "99.99", "99.89")
    assert found(table(columns, wrong)) == [("parts-total", 3, 4, "99.99")]


def test_sums_are_off_by_rounding(found):
    columns = [column("城市", "stub"), value("甲项"), value("乙项"), value("总分", field="total")]
    assert found(table(columns, broken(SUMS, 3, "99.99", "100.00"))) == []


MATRIX = ["甲|1|0.31|0.42", "乙|0.31|1|0.53", "丙|0.42|0.53|1"]


def test_a_matrix_of_correlations(found):
    columns = [column("", "stub"), value("甲"), value("乙"), value("丙")]
    assert found(table(columns, MATRIX, kind="correlation")) == []
    wrong = broken(MATRIX, 3, "0.53", "0.35")
    assert found(table(columns, wrong, kind="correlation")) == [("matrix-symmetry", 3, 3, "0.53")]


SHARES = ["甲|10|20.0%", "乙|20|40.0%", "丙|30|60.0%", "丁|40|80.0%", "戊|45|90.0%", "己|5|10.0%"]


def test_a_rate_and_the_maximum_that_the_column_implies(found):
    columns = [column("城市", "stub"), value("得分", field="score"), value("得分率", unit="%")]
    assert found(table(columns, SHARES, kind="scores")) == []
    wrong = broken(SHARES, 2, "40.0", "44.0")
    assert found(table(columns, wrong, kind="scores")) == [("rate-score", 2, 3, "40.0%")]
    above = broken(SHARES, 5, "45", "54")
    assert found(table(columns, above, kind="scores")) == [("value-max", 5, 2, "at most 50")]


def test_two_levels_with_their_growths_start_from_one_number(found):
    columns = [column("指标", "stub"), value("目标/2015年", period="2015"),
               value("目标/年均增长", measure="change"), value("实现/2015年", period="2015"),
               value("实现/年均增长", measure="change")]  # fmt: skip
    rows = ["甲|161.05|10.0|176.23|12.0", "乙|161.05|10.0|201.14|15.0",
            "丙|127.63|5.0|161.05|10.0", "丁|110.41|2.0|115.93|3.0"]  # fmt: skip
    assert found(table(columns, rows)) == []
    assert found(table(columns, broken(rows, 2, "15.0", "25.0"))) == [("growth-base", 2, 5, None)]


REGIONS = ["北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆"]  # fmt: skip


def test_the_nation_and_its_regions(found):
    columns = [column("地区", "stub", field="area"), *(value(f"{y}年") for y in range(2012, 2017))]
    rows = [
        "|".join([name, *(str(100 + 7 * n + y) for y in range(5))])
        for n, name in enumerate(REGIONS)
    ]
    sums = [sum(100 + 7 * n + y for n in range(31)) for y in range(5)]
    nation = table(
        [column("指标", "stub"), *(value(f"{y}年") for y in range(2012, 2017))],
        ["移动电话用户|" + "|".join(map(str, sums))],
        caption="2012—2016年全国移动电话用户情况",
    )
    regions = table(columns, rows, caption="2012—2016年各地区移动电话用户", line=40)
    assert found(nation, regions) == []
    wrong = table(columns, broken(rows, 9, "158", "118"), caption=regions.caption, line=40)
    assert ("area-sum", 0, 4, str(sums[2] - 40)) in found(nation, wrong)


def test_a_place_in_another_class_than_its_province(found):
    columns = [column("类别", "class"), column("城市", "stub", field="area"), value("得分")]
    names = {"华东": ["杭州", "宁波", "温州", "嘉兴", "南京", "无锡", "徐州", "常州", "济南", "青岛", "淄博", "烟台"],
             "华南": ["广州", "深圳", "珠海", "汕头", "佛山"]}  # fmt: skip
    rows = [
        f"{region}|{city}|{n}" for region, cities in names.items() for n, city in enumerate(cities)
    ]
    assert found(table(columns, rows)) == []
    assert found(table(columns, broken(rows, 3, "华东", "华南"))) == [("class-other", 3, 1, "华东")]


# --- ranks ---------------------------------------------------------------------------------

SCORES = (90, 80, 80, 70, 60, 60, 50, 40, 30, 20)
STYLES = {
    "competition": (1, 2, 2, 4, 5, 5, 7, 8, 9, 10),
    "dense": (1, 2, 2, 3, 4, 4, 5, 6, 7, 8),
    "ordinal": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
}
RANKED = [column("排名", "rank"), column("城市", "stub"), value("得分", field="score")]
NAMES = "甲乙丙丁戊己庚辛壬癸"


def ranked(ranks, scores=SCORES) -> list[str]:
    return [f"{r}|{n}城|{s}" for r, n, s in zip(ranks, NAMES, scores, strict=True)]


@pytest.mark.parametrize("style", STYLES)
def test_ranks_in_each_style_of_ties(found, style):
    assert found(table(RANKED, ranked(STYLES[style]), kind="ranking")) == []


@pytest.mark.parametrize("style", ["competition", "dense"])
def test_a_rank_that_is_not_its_places(found, style):
    ranks = list(STYLES[style])
    ranks[8] += 1
    assert found(table(RANKED, ranked(ranks), kind="ranking")) == [
        ("rank-place", 9, 1, str(STYLES[style][8]))
    ]


def test_a_tie_that_breaks_the_tables_own_way(found):
    ranks, scores = [1, 1, 1, 1, 5, 6, 6, 6, 10, 10], [9, 9, 9, 9, 8, 7, 7, 7, 7, 5]
    assert found(table(RANKED, ranked(ranks, scores), kind="ranking")) == [("rank-tie", 9, 1, "6")]


def test_a_score_out_of_step_with_its_rank(found):
    scores = [*SCORES[:6], 95, *SCORES[7:]]
    assert [one[:3] for one in found(table(RANKED, ranked(STYLES["ordinal"], scores)))] == [
        ("rank-value", 7, 1)
    ]


def test_ties_by_what_is_not_printed_are_left_alone(found):
    scores = [90, 80, 80, 80, 80, 60, 60, 60, 30, 20]
    ranks = [1, 2, 2, 4, 5, 6, 6, 8, 9, 10]
    assert found(table(RANKED, ranked(ranks, scores), kind="ranking")) == []


def test_a_row_out_of_the_order_of_ranks(found):
    rows = ranked(STYLES["ordinal"], (90, 85, 80, 70, 65, 60, 50, 40, 30, 20))
    rows[4], rows[5] = rows[5], rows[4]
    assert [one[0] for one in found(table(RANKED, rows, kind="ranking"))] == ["row-order"]


@pytest.mark.parametrize(("caption", "right"), [
    ("表1 2016年得分前10名", True), ("表1 2016年得分前十强", True), ("表1 2016年得分(前20强)", False),
    ("表1 2016年百强名单", False),
])  # fmt: skip
def test_how_many_a_caption_promises(found, caption, right):
    rows = table(RANKED, ranked(STYLES["competition"]), kind="ranking", caption=caption)
    assert found(rows) == ([] if right else [("list-length", 0, None, "10")])


# --- years and values ----------------------------------------------------------------------


def test_years_of_rows_that_repeat(found):
    columns = [column("", "stub"), value("总指数")]
    rows = ["2012年|51.2", "2013年|55.1", "2014年|59.3", "2015年|60.4"]
    caption = "表1 2012—2015年全国指数"
    assert found(table(columns, rows, caption=caption)) == []
    wrong = broken(rows, 3, "2014", "2013")
    assert ("year-sequence", 3, 1, "2014") in found(table(columns, wrong, caption=caption))


SERIES = [column("国家", "stub", field="area"), *(value(f"{y}年") for y in range(2012, 2017))]


@pytest.mark.parametrize(
    ("printed", "finding"),
    [
        ("10.8", None),
        ("108", "value-magnitude"),
        ("1.08", "value-magnitude"),
        ("0.0", "zero-missing"),
    ],
)
def test_one_year_among_others(found, printed, finding):
    rows = [f"法国|10.1|10.5|{printed}|11.2|11.5"]
    wanted = [] if finding is None else [finding]
    caption = "2012—2016年宽带用户数"
    assert [one[0] for one in found(table(SERIES, rows, caption=caption))] == wanted


def test_a_series_that_begins_small_is_no_error(found):
    assert found(table(SERIES, ["法国|0.46|3.02|3.13|3.26|3.44"], caption="用户数")) == []


def test_entities_that_one_of_several_tables_lacks(found):
    def lists(names: str, line: int) -> Table:
        rows = [f"{n}城|{i + line}" for i, n in enumerate(names)]
        return table([column("城市", "stub"), value(f"项目{line}")], rows, line=line,
                     caption=f"项目{line}情况")  # fmt: skip

    all_names = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
    assert found(*(lists(all_names, line) for line in (10, 50, 90))) == []
    lacking = lists(all_names.replace("卯", "甲"), 130)
    assert ("entity-missing", 0, None, "卯城") in found(
        *(lists(all_names, line) for line in (10, 50, 90)), lacking
    )


# --- captions ------------------------------------------------------------------------------


def document(*lines: str) -> Extraction:
    placed = tuple(Line(n, text) for n, text in enumerate(lines, start=1))
    read = Document("test.txt", SHA, "text/plain", "utf-8", None, None, placed)
    return Extraction(read, [], [], ["prose"] * len(lines))


EMPTY = {"observations": [], "rankings": [], "entities": []}
TITLES = ("总体排名表", "基础设施得分表", "公共管理得分表", "惠民服务得分表", "保障体系得分表")
CONTENTS = [f"图表 {n} 2016年{title}..... - {n + 10} -" for n, title in enumerate(TITLES, start=1)]
BODY = [f"图表 {n} 2016年{title}" for n, title in enumerate(TITLES, start=1)]


def told(*lines: str) -> list[tuple]:
    return [(d.check, d.line, d.printed, d.expected) for d in reconcile(document(*lines), EMPTY)]


def test_captions_that_count_on_say_nothing():
    assert told(*CONTENTS, "", *BODY) == []


def test_a_caption_number_that_repeats():
    body = broken(BODY, 3, "图表 3", "图表 2")
    assert told(*body) == [("caption-number", 3, "图表2", "图表3")]


def test_a_caption_number_that_the_contents_do_not_give():
    body = [line.replace(f"图表 {n}", f"图表 {n + 1}") for n, line in enumerate(BODY, start=1)]
    assert told(*CONTENTS, "", *body)[0] == ("caption-number-contents", 7, "图表2", "图表1")


def test_numbers_begin_again_in_every_article():
    assert (
        told("表1 甲情况", "表2 乙情况", "表1 丙情况", "表2 丁情况", "图1 戊情况", "图2 己情况")
        == []
    )


def test_a_title_that_belongs_to_another_figure():
    body = broken(BODY, 4, "惠民服务", "公共管理")
    assert [one[:2] for one in told(*body)] == [("caption-title-twice", 4)]


def test_a_title_that_the_contents_word_otherwise():
    contents = [f"{title}\t{n}" for n, title in enumerate(
        ("工业互联重塑企业能力", "信息化发展概况", "电子商务发展情况", "网络安全情况综述", "云计算应用情况"), start=3
    )]  # fmt: skip
    body = (
        "工业互联网重塑企业能力",
        "信息化发展概况",
        "电子商务发展情况",
        "网络安全情况综述",
        "云计算应用情况",
    )
    assert told(*contents, "正文。", *body) == [
        ("contents-title", 1, "工业互联重塑企业能力", "工业互联网重塑企业能力")
    ]


def test_pages_of_contents_that_fall():
    pages = (3, 8, 6, 12, 15)
    lines = [f"第{n}章发展情况综述\t{page}" for n, page in enumerate(pages)]
    assert [one[:2] for one in told(*lines) if one[0] == "contents-page"] == [("contents-page", 3)]


def test_withheld_lines_are_not_read():
    read = document(*CONTENTS, "", *broken(BODY, 3, "图表 3", "图表 2"))
    hidden = replace(read, labels=["withheld"] * len(read.labels))
    assert reconcile(hidden, EMPTY) == []
