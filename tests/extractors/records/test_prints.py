"""Tables and cells: nothing printed is lost, labels are print, lines are the rows'."""

from __future__ import annotations

import json

from extractors.model import Cell, Note, Row
from tests.extractors.records.making import column, pick, table


def test_a_row_of_tables_has_what_is_printed_around_a_table(landed):
    one = table(
        [column("城市", "stub"), column("总分", "value")],
        ["南京|1"],
        caption="表 1 排 名",
        kind="ranking",
        unit="分",
        group="省会",
        headings=("第一章",),
        notes=[Note("注：测试", 20)],
        page=3,
    )
    names = ("caption", "kind", "group", "unit", "rows", "columns", "page", "line")
    found = landed(one)["tables"]
    assert pick(found, *names) == [("表 1 排 名", "ranking", "省会", "分", 1, 2, 3, 10)]
    assert json.loads(found[0]["notes"]) == ["注：测试"]
    assert json.loads(found[0]["headings"]) == ["第一章"]


def test_labels_have_no_white_space_and_all_levels(landed):
    one = table(
        [column("地 区", "stub"), column("2012 年/网民数 (万人)/", "value")], ["北 京|1 458"]
    )
    names = ("row_label", "column_label", "value_printed")
    assert pick(landed(one)["cells"], *names) == [
        ("北京", "地区", "北 京"),
        ("北京", "2012年/网民数(万人)", "1 458"),
    ]


def test_carried_text_is_beside_the_blank_and_blanks_have_no_cell(landed):
    columns = [column("方式", "stub"), column("类别", "stub"), column("内容", "text")]
    one = table(columns, ["线下|规划|甲", "^线下|评测|"], kind="list")
    names = ("row_label", "column_number", "value_printed", "value_filled")
    assert pick(landed(one)["cells"], *names, row_number=2) == [
        ("线下/评测", 1, "", "线下"),
        ("线下/评测", 2, "评测", None),
    ]


def test_a_cell_stands_at_the_line_and_page_where_its_row_starts(landed):
    cells = [Cell("南京", 41), Cell("1", 42), Cell("2", 43, page=9, box=(1.0, 2.0, 3.0, 4.5))]
    columns = [column("城市", "stub"), column("甲", "value"), column("乙", "value")]
    one = table(columns, [Row(cells, 41, page=8)])
    found = landed(one)["cells"]
    assert pick(found, "line", "page") == [(41, 8)] * 3
    assert pick(found, "bbox") == [None, None, "[1.0, 2.0, 3.0, 4.5]"]


def test_section_rows_keep_their_cells(landed):
    section = Row([Cell("一、基础", 11), Cell("", 11)], 11, kind="section")
    one = table([column("指标", "stub"), column("2015年", "value")], [section, "甲|1"])
    rows = landed(one)
    assert pick(rows["cells"], "value_printed") == ["一、基础", "甲", "1"]
    assert len(rows["observations"]) == 1


def test_a_list_has_cells_and_no_meaning(landed):
    columns = [column("序号", "serial"), column("项目", "stub"), column("省", "class")]
    rows = landed(table(columns, ["1|甲|江苏省", "2|乙|广东省"], kind="list"))
    assert len(rows["cells"]) == 6
    assert not rows["observations"] and not rows["rankings"] and not rows["findings"]
