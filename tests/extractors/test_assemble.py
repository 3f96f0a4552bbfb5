"""Fragments to logical tables: what joins, what does not, and what is doubted."""

from __future__ import annotations

from extractors.pipeline import extract


def tables(text: str):
    return extract(text.encode(), "report.txt").tables


def rows(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_two_tables_without_a_line_between_are_two():
    found = tables(
        "排名\t城市\t得分\n1\t青岛\t90.1\n2\t大连\t80\n指标\t单位\t2015年\n收入\t亿元\t1.0\n"
    )
    assert [table.columns[0].path for table in found] == [("排名",), ("指标",)]
    assert [len(table.rows) for table in found] == [2, 1]


def test_a_row_that_lacks_a_cell_all_others_have_is_doubted():
    text = "排名\t城市\t得分\n1\t青岛\t90.1\n2\t大连\n" + "".join(
        f"{n}\t城市{n}\t{90 - n}.0\n" for n in range(3, 14)
    )
    extraction = extract(text.encode(), "report.txt")
    assert [(doubt.check, doubt.row_number, doubt.line) for doubt in extraction.doubts] == [
        ("row-short", 2, 3)
    ]


def test_a_total_row_in_the_middle_is_a_total():
    (table,) = tables("排名\t城市\t得分\n1\t青岛\t90.1\n\t合计\t170.1\n2\t大连\t80\n")
    assert [row.kind for row in table.rows] == ["data", "total", "data"]


def test_a_page_turned_mirror_wise_reads_like_the_others():
    head = "排名\t城市\t得分\n1\t青岛\t90.1\n2\t大连\t80.0\n\n"
    (table,) = tables(head + "得分\t城市\t排名\n70.5\t宁波\t3\n60.0\t厦门\t4\n")
    assert rows(table)[2:] == [["3", "宁波", "70.5"], ["4", "厦门", "60.0"]]


def test_a_header_alone_on_the_last_line_of_a_page_belongs_to_the_next():
    header = "排名\t城市\t创新\t\t总分\n\t\t投入\t产出\t\n"
    text = f"表1 得分\n\n{header}\n{header}1\t青岛\t1.0\t2.0\t3.0\n2\t大连\t0.5\t0.5\t1.0\n"
    (table,) = tables(text)
    assert [column.path for column in table.columns] == [
        ("排名",), ("城市",), ("创新", "投入"), ("创新", "产出"), ("总分",),
    ]  # fmt: skip
    assert (table.caption, len(table.rows)) == ("表1 得分", 2)


def test_a_name_broken_over_two_rows_of_a_grid_is_one():
    (table,) = tables("城市名单\t\t\n青岛\t大连\t朔\n州\t宁波\t厦门\n温州\t金华\t嘉兴\n")
    assert [row[0] for row in rows(table)] == [
        "青岛", "大连", "朔州", "宁波", "厦门", "温州", "金华", "嘉兴",
    ]  # fmt: skip
    assert table.rows[2].line == 2


def test_merged_cells_are_carried_down_and_kept_blank_as_print():
    (table,) = tables(
        "类别\t项目名称\t得分\n甲类\t一号\t1.0\n\t二号\t2.0\n乙类\t三号\t3.0\n\t四号\t4.0\n"
    )
    assert [row.cells[0].text for row in table.rows] == ["甲类", "", "乙类", ""]
    assert [row.cells[0].value for row in table.rows] == ["甲类", "甲类", "乙类", "乙类"]


def test_a_note_inside_the_grid_is_a_note():
    (table,) = tables("指标\t2015年\t2016年\n收入\t1.0\t2.0\n支出\t1.5\t2.5\n注：不含税。\t\t\n")
    assert [note.text for note in table.notes] == ["注：不含税。"]
    assert len(table.rows) == 2


def test_a_table_of_text_under_a_title_is_no_grid_of_names():
    (table,) = tables(
        "试点城市情况\t\t\n青岛\t山东\t第一批\n大连\t辽宁\t第二批\n宁波\t浙江\t第一批\n"
    )
    assert rows(table)[0] == ["青岛", "山东", "第一批"]
    assert len(table.rows) == 3


def test_names_that_come_again_in_their_column_are_no_grid():
    (table,) = tables("试点城市情况\t\t\n青岛\t山东\t济南\n烟台\t山东\t大连\n宁波\t浙江\t厦门\n")
    assert len(table.columns) == 3


def test_two_tables_of_two_columns_without_a_line_between_are_two():
    found = tables("城市\t得分\n青岛\t1.0\n大连\t2.0\n省份\t得分\n山东\t3.0\n辽宁\t4.0\n")
    assert [table.columns[0].path for table in found] == [("城市",), ("省份",)]
    assert [len(table.rows) for table in found] == [2, 2]


def test_a_row_of_words_that_repeats_no_header_stays_a_row():
    (table,) = tables("城市\t得分\n青岛\t1.0\n省份\t\n大连\t2.0\n")
    assert len(table.rows) == 3


PARTS = (
    "城区生气度评价报告2018\n\n表1 城区生气度\n城区\t生气度\n青岛\t9.5\n大连\t8.5\n"
    "\f{head}\n城区\t生气度\n温州\t5.5\n金华\t4.5\n"
)


def test_the_title_at_the_head_of_a_page_does_not_begin_a_table():
    (table,) = tables(PARTS.format(head="城区生气度评价报告"))
    assert (table.caption, len(table.rows)) == ("表1 城区生气度", 4)


def test_a_caption_at_the_head_of_a_page_begins_a_table():
    found = tables(PARTS.format(head="县区情况"))
    assert [(table.caption, len(table.rows)) for table in found] == [
        ("表1 城区生气度", 2),
        ("县区情况", 2),
    ]


def test_a_ranking_that_begins_anew_under_the_running_title_is_another():
    header = "排名\t城区\t生气度\n"
    found = tables(
        f"城区生气度评价报告2018\n\n表1 城区生气度\n{header}1\t青岛\t9.5\n2\t大连\t8.5\n"
        f"\f城区生气度评价报告\n{header}1\t温州\t5.5\n2\t金华\t4.5\n"
    )
    assert [len(table.rows) for table in found] == [2, 2]


def test_a_row_that_heads_a_section_below_a_repeated_header_is_no_header():
    header = "排名\t城市\t得分\t等级\n"
    (table,) = tables(
        f"{header}1\t青岛\t9.5\tA\n2\t大连\t8.5\tA\n\n"
        f"{header}\t其他城市\t\t\n3\t宁波\t7.5\tB\n4\t厦门\t6.5\tB\n"
    )
    assert [column.path for column in table.columns] == [
        ("排名",), ("城市",), ("得分",), ("等级",),
    ]  # fmt: skip
    assert [row[1] for row in rows(table)] == ["青岛", "大连", "其他城市", "宁波", "厦门"]


def test_halves_page_by_page_are_told_by_ranks_though_a_tie_skips_one():
    rows = [(1, 4), (2, 5), (3, 5), (7, 10), (8, 11), (9, 12)]
    lines = [
        f"{a}\t城市{a}甲\t{50 - a}\t{b}\t城市{b}乙{n}\t{50 - b}" for n, (a, b) in enumerate(rows)
    ]
    text = "表1 排名\n" + "\t".join(["排名", "城市", "得分"] * 2) + "\n" + "\n".join(lines) + "\n"
    (table,) = extract(text.encode(), "report.txt").tables
    ranks = [int(row.cells[0].text) for row in table.rows]
    assert ranks == [1, 2, 3, 4, 5, 5, 7, 8, 9, 10, 11, 12]
