"""Tables with tabs and bars: every document is the smallest that shows one bug; all made up."""

from __future__ import annotations

import pytest

from extractors.model import DocumentError, Table
from extractors.pipeline import extract

PROSE = "本次评估的结果和上年相比有明显的提高，各地的工作都取得了较大的进步。"


def tables(text: str) -> list[Table]:
    return extract(text.encode(), "report.txt").tables


def paths(table: Table) -> list[str]:
    return ["/".join(column.path) for column in table.columns]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


CITIES = [["1", "青岛", "90.1"], ["2", "大连", "80.2"]]


# ---------------------------------------------------------------- bars


@pytest.mark.parametrize("rule", ["|---|---|---|", "| :---: | :--- | ---: |", "|:-:|:-:|:-:|"])
def test_the_rule_of_a_markdown_table_is_no_row(rule: str):
    (table,) = tables(f"| 排名 | 城市 | 得分 |\n{rule}\n| 1 | 青岛 | 90.1 |\n| 2 | 大连 | 80.2 |\n")
    assert (paths(table), rows(table)) == (["排名", "城市", "得分"], CITIES)


def test_box_drawings_frame_cells():
    (table,) = tables(
        "┌────┬────┬────┐\n"
        "│排名│城市│得分│\n"
        "├────┼────┼────┤\n"
        "│ 1  │青岛│90.1│\n"
        "│ 2  │大连│80.2│\n"
        "└────┴────┴────┘\n"
    )
    assert (paths(table), rows(table)) == (["排名", "城市", "得分"], CITIES)


def test_bars_without_outer_bars():
    (table,) = tables("排名 | 城市 | 得分\n--- | --- | ---\n1 | 青岛 | 90.1\n2 | 大连 | 80.2\n")
    assert (paths(table), rows(table)) == (["排名", "城市", "得分"], CITIES)


def test_a_blank_cell_between_outer_bars_stays():
    (table,) = tables("|排名|城市|得分|备注|\n|---|---|---|---|\n|1|青岛||新|\n|2|大连|80.2||\n")
    assert rows(table) == [["1", "青岛", "", "新"], ["2", "大连", "80.2", ""]]


def test_rows_of_a_name_and_a_number_between_bars_are_no_page_numbers():
    (table,) = tables("地区 | 支出（亿元）\n--- | ---\n澳门 | 480\n上海 | 368\n江苏 | 576\n")
    assert rows(table) == [["澳门", "480"], ["上海", "368"], ["江苏", "576"]]


def test_a_number_and_a_title_between_a_bar_alone_on_their_line_are_page_furniture():
    text = f"{PROSE}\n\n12 | 城市发展报告\n\f{PROSE}\n\n13 | 城市发展报告\n\f{PROSE}\n"
    extraction = extract(text.encode(), "report.txt")
    assert extraction.tables == []
    assert [label for label in extraction.labels if label == "furniture"]
    assert extraction.labels[2] == "furniture"


def test_an_upper_header_between_bars_spans_the_blanks_right_of_it():
    (table,) = tables(
        "| 排名 | 城市 | 创新环境 | | 总分 |\n"
        "|  |  | 投入 | 产出 |  |\n"
        "|---|---|---|---|---|\n"
        "| 1 | 青岛 | 40.1 | 50.0 | 90.1 |\n"
        "| 2 | 大连 | 40.2 | 40.0 | 80.2 |\n"
    )
    assert paths(table) == ["排名", "城市", "创新环境/投入", "创新环境/产出", "总分"]


# ---------------------------------------------------------------- tabs


def test_trailing_tabs_may_be_trimmed():
    (table,) = tables("排名\t城市\t得分\t备注\n1\t青岛\t90.1\t新\n2\t大连\t80.2\n3\t宁波\t70.3\n")
    assert rows(table) == [
        ["1", "青岛", "90.1", "新"], ["2", "大连", "80.2", ""], ["3", "宁波", "70.3", ""],
    ]  # fmt: skip


def test_a_bare_number_between_rows_with_tabs_is_a_page_number():
    (table,) = tables(
        "指标\t2014年\t2015年\n软件收入\t1200\t1300\n用户数\t200\t250\n\n5\n\n网点数\t20\t25\n设备数\t40\t45\n"
    )
    assert [row[0] for row in rows(table)] == ["软件收入", "用户数", "网点数", "设备数"]


@pytest.mark.parametrize("furniture", ["3\n{title}", "{title}\n3"])
def test_the_title_of_the_document_and_a_bare_number_are_a_page_break(furniture: str):
    title = "2017年城市发展报告"
    (table,) = tables(
        f"{title}\n{PROSE}\n表1 收入\n\n指标\t2014年\t2015年\n软件收入\t1200\t1300\n用户数\t200\t250\n\n"
        f"{furniture.format(title=title)}\n\n"
        "指标\t2014年\t2015年\n网点数\t20\t25\n设备数\t40\t45\n"
    )
    assert len(table.rows) == 4
    assert table.caption == "表1 收入"


def test_a_caption_printed_again_between_pages_joins_them():
    (table,) = tables(
        "一、城市排名前4名：\n\n排名\t城市\t得分\n1\t青岛\t90.1\n2\t大连\t80.2\n\n"
        "一、城市排名前4名：（续）\n排名\t城市\t得分\n3\t宁波\t70.3\n4\t厦门\t60.4\n"
    )
    assert table.caption == "一、城市排名前4名："
    assert [row[0] for row in rows(table)] == ["1", "2", "3", "4"]


def test_a_row_with_its_first_cell_alone_needs_no_tabs():
    (table,) = tables(
        "排名\t城市\t得分\n1\t青岛\t9.5\n2\t大连\t9.0\n东部地区\n3\t宁波\t8.0\n4\t厦门\t7.0\n合计\n"
    )
    assert table.caption is None
    assert rows(table) == [
        ["1", "青岛", "9.5"],
        ["2", "大连", "9.0"],
        ["东部地区", "", ""],
        ["3", "宁波", "8.0"],
        ["4", "厦门", "7.0"],
        ["合计", "", ""],
    ]
    assert [row.kind for row in table.rows][2] == "section"


@pytest.mark.parametrize(
    "between",
    [
        "表2 得分\n排名\t城市\t得分",
        "东部地区\n排名\t城市\t得分",
        "\n东部地区",
        "以下各市得分较低。",
    ],
)
def test_a_caption_or_prose_between_tables_is_no_row(between):
    found = tables(
        "排名\t城市\t得分\n1\t青岛\t9.5\n2\t大连\t9.0\n"
        + between
        + "\n3\t宁波\t8.0\n4\t厦门\t7.0\n"
    )
    words = {cell for table in found for row in rows(table) for cell in row}
    assert not words & {"表2 得分", "东部地区", "以下各市得分较低。"}


@pytest.mark.parametrize("last", ["合计\t\n", "合计\t40", "合计", "合计\t40\n", "厦门\t20\n"])
def test_a_document_that_ends_with_a_short_row_is_whole(last):
    (table,) = tables("城市\t得分\t名次\n青岛\t50\t1\n大连\t40\t2\n宁波\t30\t4\n" + last)
    assert len(table.rows) == 4


@pytest.mark.parametrize("last", ["厦门\t20", "厦门\t"])
def test_a_document_that_ends_inside_a_row_is_refused(last):
    with pytest.raises(DocumentError) as caught:
        tables("城市\t得分\t名次\n青岛\t50\t1\n大连\t40\t2\n宁波\t30\t4\n" + last)
    assert (caught.value.code, caught.value.line) == ("table-cut", 5)


# ---------------------------------------------------------------- no tables


def test_numbered_paragraphs_with_tabs_are_no_table():
    assert tables("".join(f"{number}.\t{PROSE}\n" for number in range(1, 6))) == []


def test_a_contents_page_with_tabs_is_no_table():
    assert tables("目录\n一、总体情况\t1\n二、主要特点\t4\n三、对策建议\t9\n\n" + PROSE) == []


def test_one_bar_in_prose_makes_no_table():
    assert tables(f"{PROSE}\n全年 | {PROSE}\n{PROSE}\n") == []
