"""Flattened tables: one cell a line. Each test is named after the misreading it holds off.

Documents are small and made up; ``|`` parts the lines of one block, so that a row reads as a
row here. Grids are compared exactly: header, rows and their order.
"""

from __future__ import annotations

import pytest

from extractors.model import DocumentError, Extraction, Table
from extractors.pipeline import extract

Grid = list[list[str]]


def document(*blocks: str) -> str:
    """The blocks one below the other, each cell on a line of its own."""
    return "".join(f"{line}\n" for block in blocks for line in block.split("|"))


def read(*blocks: str) -> Extraction:
    return extract(document(*blocks).encode(), "report.txt")


def grid(table: Table) -> Grid:
    """The header and below it the rows, as printed."""
    header = ["/".join(column.path) for column in table.columns]
    return [header, *([cell.text for cell in row.cells] for row in table.rows)]


def grids(*blocks: str) -> list[Grid]:
    return [grid(table) for table in read(*blocks).tables]


def split(*rows: str) -> Grid:
    return [row.split("|") for row in rows]


HEADER = "排名|城市|创新能力|总分"
FIVE = (
    "1|青岛|9.5|90.1",
    "2|大连|9.4|80.2",
    "3|宁波|9.3|70.3",
    "4|厦门|9.2|60.4",
    "5|温州|9.1|50.5",
)
TITLE = "城市发展评估报告"
CAPTION = "表1 得分"
PROSE = "以上结果由模拟数据算出。"


def test_page_furniture_inside_a_row_is_no_cell():
    found = grids(
        CAPTION, HEADER, *FIVE[:2], "3|宁波|- 1 -", f"\f{TITLE}|9.3|70.3", *FIVE[3:], "- 2 -",
        f"\f{TITLE}", PROSE,
    )  # fmt: skip
    assert found == [split(HEADER, *FIVE)]


@pytest.mark.parametrize("front", [(), (TITLE, PROSE)])
def test_a_header_repeated_at_the_head_of_pages_is_no_running_title(front: tuple[str, ...]):
    header = "县（市、区）|创新能力|总分"
    rows = [row.partition("|")[2] for row in FIVE]
    pages = [rows[:2], ["第1页", f"\f{header}"], rows[2:4], ["第2页", f"\f{header}"], rows[4:]]
    found = grids(*front, CAPTION, header, *(block for page in pages for block in page), PROSE)
    assert found == [split(header, *rows)]


def test_a_rank_at_the_head_of_two_pages_is_no_page_number():
    found = grids(
        CAPTION, HEADER, *FIVE[:2], "7", f"\f{FIVE[2]}", "8", f"\f{FIVE[3]}", "9", f"\f{FIVE[4]}",
        PROSE, "10",
    )  # fmt: skip
    assert found == [split(HEADER, *FIVE)]


@pytest.mark.parametrize("on_a_page", [1, 2])
def test_a_rank_at_the_foot_of_pages_is_no_page_number(on_a_page: int):
    """Ranks that stand last end every page; with one row a page they count as pages do."""
    header = "城市|创新能力|总分|排名"
    rows = [f"{city}|{score}|{rank}" for rank, city, score in (r.split("|", 2) for r in FIVE)]
    blocks = rows[:2]
    for page, start in enumerate(range(2, len(rows), on_a_page)):
        blocks += [f"\f{3 + page}", *rows[start : start + on_a_page]]
    assert grids(CAPTION, header, *blocks, PROSE) == [split(header, *rows)]


def test_one_bare_number_at_a_page_break_is_left_out_and_doubted():
    extraction = read(CAPTION, HEADER, *FIVE[:3], "\f2", *FIVE[3:], PROSE)
    assert [grid(table) for table in extraction.tables] == [split(HEADER, *FIVE)]
    (doubt,) = (d for d in extraction.doubts if d.check == "number-left-out")
    assert (doubt.severity, doubt.printed, doubt.line) == ("warning", "2", 18)
    assert doubt.table_id == extraction.tables[0].table_id


def test_a_page_number_behind_a_rank_cut_off_its_row_is_not_the_rank():
    found = grids(CAPTION, HEADER, *FIVE[:3], "4|\f2|厦门|9.2|60.4", FIVE[4], PROSE)
    assert found == [split(HEADER, *FIVE)]


@pytest.mark.parametrize("mark", ["续表", "续表1", "（续）", "表1 得分（续）"])
def test_a_repeated_header_is_no_row(mark: str):
    found = grids(CAPTION, HEADER, *FIVE[:3], mark, HEADER, *FIVE[3:], PROSE)
    assert found == [split(HEADER, *FIVE)]


def test_a_caption_that_is_continued_is_no_label_of_the_row_below():
    header = "指标|单位|2014年|2015年"
    rows = ["企业数|家|120|130", "从业人员|万人|4.5|4.6", "销售额|亿元|88.1|90.2", "设备数|台|7|8"]
    title = "2015年主要城市统计表"
    found = read(title, header, *rows[:2], "第1页", f"{title}（续）", *rows[2:], PROSE).tables
    assert [grid(table) for table in found] == [split(header, *rows)]
    assert found[0].caption == title


@pytest.mark.parametrize("mark", ["—", "…", "-", "－"])
def test_missing_marks_keep_the_rhythm(mark: str):
    rows = ["1|青岛|9.5|90.1", f"2|大连|{mark}|80.2", "3|宁波|9.3|70.3", f"4|厦门|9.2|{mark}"]
    assert grids(CAPTION, HEADER, *rows, PROSE) == [split(HEADER, *rows)]


def test_a_province_beside_the_city_is_a_column():
    header = "排名|城市|所属省份|总分"
    rows = ["1|青岛|山东|90.1", "2|大连|辽宁|80.2", "3|宁波|浙江|70.3"]
    assert grids(CAPTION, header, *rows, PROSE) == [split(header, *rows)]


def test_without_a_total_the_last_part_ends_the_row():
    header = "排名|城市|基础设施（20分）|公共服务（30分）|产业经济（10分）"
    rows = ["1|青岛|19.1|28.2|9.3", "2|大连|18.1|27.2|8.3", "3|宁波|17.1|26.2|7.3"]
    assert grids(CAPTION, header, *rows, PROSE) == [split(header, *rows)]


def test_the_rank_may_stand_last():
    header = "城市|省份|创新能力|总分|排名"
    rows = ["青岛|山东|9.5|90.1|1", "大连|辽宁|9.4|80.2|2", "宁波|浙江|9.3|70.3|3"]
    assert grids(CAPTION, header, *rows, PROSE) == [split(header, *rows)]


def test_a_ranked_list_of_scores_below_the_contents_is_no_contents_page():
    header = "城市|创新能力|排名"
    rows = ["青岛|9.5|1", "大连|9.4|2", "宁波|9.3|3", "厦门|9.2|4"]
    found = grids("目录", "一、总体情况……………………3", CAPTION, header, *rows, PROSE)
    assert found == [split(header, *rows)]


def test_a_unit_line_or_a_title_is_no_header_of_a_narrow_table():
    """Title, unit, header and first row are as regular as two columns set twice."""
    header = "国家或地区|企业占比（%）"
    rows = [f"国家{chr(0x7532 + place)}|{place}.55" for place in range(10)]
    for above in (["2010年各地区主要指标"], ["2010年各地区主要指标", "（单位：万元）"]):
        assert grids(*above, header, *rows, PROSE) == [split(header, *rows)]


def test_six_groups_under_headers_of_their_own_are_six_tables():
    names = ("直辖市", "副省级市", "省会城市", "地级市", "县级市", "市辖区")
    blocks = []
    for number, name in enumerate(names, start=1):
        blocks += [f"{number}、{name}得分排名：", HEADER, *FIVE[: 2 + number % 3]]
    extraction = read(*blocks, PROSE)
    assert [(table.caption, len(table.rows)) for table in extraction.tables] == [
        (f"{number}、{name}得分排名：", 2 + number % 3)
        for number, name in enumerate(names, start=1)
    ]
    assert all(grid(table)[0] == HEADER.split("|") for table in extraction.tables)


def test_two_groups_under_one_header_are_two_tables():
    second = ["1|金华|8.8|88.8", "2|嘉兴|8.7|77.7", "3|绍兴|8.6|66.6"]
    extraction = read("（一）地级市得分排名", HEADER, *FIVE, "（二）县级市得分排名", *second, PROSE)
    assert [grid(table) for table in extraction.tables] == [
        split(HEADER, *FIVE), split(HEADER, *second),
    ]  # fmt: skip
    assert [table.caption for table in extraction.tables] == [
        "（一）地级市得分排名", "（二）县级市得分排名",
    ]  # fmt: skip


def test_the_caption_of_a_group_may_begin_with_its_year():
    """一、2015年… is numbered, though a digit follows as it does in a decimal number."""
    caption = "一、2015年县级市排名前5名："
    (table,) = read("报告说明如下。", caption, "单位：分", HEADER, *FIVE, PROSE).tables
    assert (table.caption, table.unit) == (caption, "分")


def test_halves_of_one_ranking_are_unfolded():
    header = "排名|城市|总分"
    printed = ["1|青岛|90.1|3|宁波|70.3", "2|大连|80.2|4|厦门|60.4"]
    assert grids(CAPTION, f"{header}|{header}", *printed, PROSE) == [
        split(header, "1|青岛|90.1", "2|大连|80.2", "3|宁波|70.3", "4|厦门|60.4")
    ]


def test_halves_whose_words_nobody_has_listed_are_seen_by_the_header_printed_twice():
    header = "甲栏|乙栏|丙栏|丁栏|戊栏"
    printed = ["1|青岛|9.5|9.6|8.1|3|宁波|9.3|9.4|7.1", "2|大连|9.4|9.5|8.0|4|厦门|9.2|9.3|7.0"]
    assert grids(CAPTION, f"{header}|{header}", *printed, PROSE) == [
        split(
            header,
            "1|青岛|9.5|9.6|8.1",
            "2|大连|9.4|9.5|8.0",
            "3|宁波|9.3|9.4|7.1",
            "4|厦门|9.2|9.3|7.0",
        )
    ]


def test_halves_over_pages_that_nothing_marks_follow_their_ranks():
    header = "排名|城市|总分"
    first = ["1|青岛|90.1|4|厦门|60.4", "2|大连|80.2|5|温州|50.5", "2|宁波|80.2|6|金华|40.6"]
    second = ["7|嘉兴|30.7|9|湖州|10.9", "8|绍兴|20.8|10|衢州|9.8"]
    (found,) = grids(CAPTION, f"{header}|{header}", *first, *second, PROSE)
    assert [row[0] for row in found[1:]] == ["1", "2", "2", "4", "5", "6", "7", "8", "9", "10"]
    assert [row[1] for row in found[1:]] == [
        "青岛", "大连", "宁波", "厦门", "温州", "金华", "嘉兴", "绍兴", "湖州", "衢州",
    ]  # fmt: skip


def test_a_row_of_halves_that_a_page_cuts_is_of_the_page_with_most_of_it():
    header = "甲栏|乙栏|丙栏|丁栏（满分100分）"
    first = ["1|青岛|9.4|9.4|4|厦门|8.7|8.7", "1|大连|9.4|9.4|4|温州|8.7|8.7"]
    cut = "7|第3页|嘉兴|5.5|5.5|9|湖州|3.5|3.5"
    last = "8|绍兴|4.7|4.7|10|衢州|2.9|2.9"
    (found,) = grids(CAPTION, f"{header}|{header}", *first, cut, last, PROSE)
    assert [row[0] for row in found[1:]] == ["1", "1", "4", "4", "7", "8", "9", "10"]
    assert [row[1] for row in found[1:]] == [
        "青岛", "大连", "厦门", "温州", "嘉兴", "绍兴", "湖州", "衢州",
    ]  # fmt: skip


def test_thirds_of_one_ranking_are_unfolded():
    header = "排名|城市|总分"
    printed = ["1|青岛|90.1|3|宁波|70.3|5|温州|50.5", "2|大连|80.2|4|厦门|60.4|6|金华|40.6"]
    (found,) = grids(CAPTION, "|".join([header] * 3), *printed, PROSE)
    assert found == split(
        header,
        "1|青岛|90.1", "2|大连|80.2", "3|宁波|70.3", "4|厦门|60.4", "5|温州|50.5", "6|金华|40.6",
    )  # fmt: skip


@pytest.mark.parametrize(
    "sides", [("2014年", "2015年"), ("2013年", "2014年", "2015年"), ("省会城市", "其他城市")]
)
def test_rankings_compared_stay_side_by_side(sides: tuple[str, ...]):
    header = "|".join(f"{side}{word}" for side in sides for word in ("名次", "城市", "总分"))
    cities = ("青岛", "大连", "宁波", "厦门")
    rows = [
        "|".join(
            f"{place + 1}|{cities[(place + side) % 4]}|{90 - 7 * place - side}.5"
            for side in range(len(sides))
        )
        for place in range(4)
    ]
    (table,) = read("表2 前4名对比表", header, *rows, PROSE).tables
    assert grid(table) == split(header, *rows)
    assert [column.panel for column in table.columns] == [
        panel for panel in range(len(sides)) for _ in range(3)
    ]


def test_a_group_that_promises_more_rows_than_it_has_takes_none_from_the_next():
    found = grids("1、地级市得分排名（前10名）", HEADER, *FIVE[:3], "2、其他", HEADER, *FIVE, PROSE)
    assert found == [split(HEADER, *FIVE[:3]), split(HEADER, *FIVE)]


def test_rows_do_not_go_on_over_the_title_and_header_of_the_next_table():
    """Name, number, number and number, name, number have the same rhythm, one line apart."""
    first, rows = "地区|创新能力|总分", ["青岛|9.5|90.1", "大连|9.4|80.2", "宁波|9.3|70.3"]
    second = "排名|地区|总分"
    others = [f"{place}|{chr(0x7532 + 2 * place)}市|{30 - place}.5" for place in range(1, 16)]
    found = grids(
        "（一）县级市得分排名", first, *rows, "（二）地级市得分排名", second, *others[:9], "续表",
        second, *others[9:], PROSE,
    )  # fmt: skip
    assert found == [split(first, *rows), split(second, *others)]


def test_a_numbered_label_cut_off_its_row_by_a_page_is_no_heading():
    header = "指标|单位|2014年|2015年"
    rows = ["1. 企业数|家|120|130", "2. 从业人员|万人|4.5|4.6", "3. 销售额|亿元|88.1|90.2"]
    found = grids(CAPTION, header, rows[0], "2. 从业人员|第3页|万人|4.5|4.6", rows[2], PROSE)
    assert found == [split(header, *rows)]


def test_a_document_that_ends_inside_a_row_is_refused():
    with pytest.raises(DocumentError, match="table row") as caught:
        read(CAPTION, HEADER, *FIVE[:3], "4|厦门")
    assert (caught.value.code, caught.value.line) == ("table-cut", 19)
