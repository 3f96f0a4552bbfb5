"""Tables set with blanks: every document is the smallest that shows one bug; all data is made up."""

from __future__ import annotations

from textwrap import dedent

import pytest

from extractors.model import Extraction, Table
from extractors.pipeline import extract

PROSE = "    本次评估的结果和上年相比有明显的提高，各地的工作都取得了较大的进步。\n"


def read(text: str) -> Extraction:
    return extract(text.encode(), "report.txt")


def tables(text: str) -> list[Table]:
    return read(text).tables


def paths(table: Table) -> list[str]:
    return ["/".join(column.path) for column in table.columns]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


# ---------------------------------------------------------------- columns


def test_right_set_values_of_many_widths_are_one_column():
    (table,) = tables(
        dedent("""\
        表1 得分

        城市            总量（亿元）    得分
        青岛               1,234.50     9.5
        克拉玛依                  7      10
        大连             987,654.25    88.1
        """)
    )
    assert rows(table) == [
        ["青岛", "1,234.50", "9.5"],
        ["克拉玛依", "7", "10"],
        ["大连", "987,654.25", "88.1"],
    ]


def test_letter_spaced_names_stay_one_cell():
    (table,) = tables(
        dedent("""\
        表1 得分

        地 区       得分      排名
        北 京       90.5         1
        黑 龙 江    80.1         2
        内蒙古      70.0         3
        """)
    )
    assert paths(table) == ["地区", "得分", "排名"]
    assert [row[0] for row in rows(table)] == ["北 京", "黑 龙 江", "内蒙古"]


def test_a_blank_value_leaves_its_cell_blank():
    (table,) = tables(
        dedent("""\
        表1 得分

        城市      投入      产出      总分
        青岛      40.1      50.2      90.3
        大连                50.0      80.0
        宁波      30.5                70.5
        厦门      30.0      30.0      60.0
        """)
    )
    assert rows(table)[1:3] == [["大连", "", "50.0", "80.0"], ["宁波", "30.5", "", "70.5"]]


def test_a_last_row_with_a_blank_value_is_a_row():
    (table,) = tables(
        dedent("""\
        表1 收入

        国家        收入（亿元）
        瑞典               12.5
        挪威
        丹麦               30.1
        芬兰
        注：表中数据为年末数。
        """)
    )
    assert rows(table) == [["瑞典", "12.5"], ["挪威", ""], ["丹麦", "30.1"], ["芬兰", ""]]
    assert [note.text for note in table.notes] == ["注：表中数据为年末数。"]


def test_a_column_blank_on_one_page_is_read_by_the_columns_of_the_page_before():
    (table,) = tables(
        "表1 示范项目名单\n\n"
        "序号    类别        项目名称                  申报单位\n"
        "  1     平台        城市管理综合平台          青岛甲网络公司\n"
        "  2                 数据开放平台              大连乙软件公司\n"
        "  3     应用        移动支付系统              宁波丙数据公司\n"
        "\f"
        "  4                 社区治理系统              厦门丁设备公司\n"
        "  5                 电子商务系统              温州戊通信公司\n"
    )
    assert rows(table)[3:] == [
        ["4", "", "社区治理系统", "厦门丁设备公司"],
        ["5", "", "电子商务系统", "温州戊通信公司"],
    ]
    assert [row.cells[1].value for row in table.rows][3:] == ["应用", "应用"]


def test_a_column_that_only_the_header_shows_is_there():
    (table,) = tables(
        dedent("""\
        表1 得分

        排名    城市      备注      得分
          1     青岛                90.1
          2     大连                80.2
        """)
    )
    assert paths(table) == ["排名", "城市", "备注", "得分"]
    assert rows(table)[0] == ["1", "青岛", "", "90.1"]


# ---------------------------------------------------------------- headers


def test_a_header_over_two_lines_is_one_text():
    (table,) = tables(
        dedent("""\
        表1 得分

                          软件业务收入     增长率
        排名    城市
                            （万元）        （%）
          1     青岛            1,234        5.1
          2     大连              987        4.2
        """)
    )
    assert paths(table) == ["排名", "城市", "软件业务收入（万元）", "增长率（%）"]


def test_a_header_wrapped_above_a_line_with_the_others():
    (table,) = tables(
        dedent("""\
        表1 得分

                                             综合得分
        排名    城市      创新投入能力     （满分100）
          1     青岛           40.1             90.1
          2     大连           30.2             80.2
        """)
    )
    assert paths(table) == ["排名", "城市", "创新投入能力", "综合得分（满分100）"]
    assert table.caption == "表1 得分"


def test_two_columns_with_all_header_texts_alone_on_their_lines():
    (table,) = tables(
        dedent("""\
        表1 支出

                    电子商务支出
          经济体
                       （万元）
          瑞典              12.5
          挪威              30.1
        """)
    )
    assert paths(table) == ["经济体", "电子商务支出（万元）"]
    assert len(table.rows) == 2


def test_an_upper_header_spans_the_columns_it_is_centred_over():
    (table,) = tables(
        dedent("""\
        表1 得分

                             创新环境                  民生应用
        排名    城市
                       投入能力    产出能力      医疗卫生    教育资源
          1     青岛       10.1        20.1          30.1        40.1
          2     大连       10.0        20.0          30.0        40.0
        """)
    )
    assert paths(table) == [
        "排名", "城市", "创新环境/投入能力", "创新环境/产出能力", "民生应用/医疗卫生",
        "民生应用/教育资源",
    ]  # fmt: skip


def test_single_headers_on_the_lowest_line_stay_outside_the_upper_header():
    (table,) = tables(
        dedent("""\
        表1 得分

                             创新环境                  民生应用
        排名    城市   投入能力    产出能力      医疗卫生    教育资源
          1     青岛       10.1        20.1          30.1        40.1
          2     大连       10.0        20.0          30.0        40.0
        """)
    )
    assert paths(table)[:3] == ["排名", "城市", "创新环境/投入能力"]


def test_an_upper_header_alone_on_its_line_is_no_caption():
    (table,) = tables(
        PROSE + "各地的得分如下：\n"
        "                     创新环境\n"
        "排名    城市                              总分\n"
        "               投入能力    产出能力\n"
        "  1     青岛       10.1        20.1        30.2\n"
        "  2     大连       10.0        20.0        30.0\n"
    )
    assert paths(table) == ["排名", "城市", "创新环境/投入能力", "创新环境/产出能力", "总分"]


def test_a_title_right_above_the_header_is_no_upper_header():
    (table,) = tables(
        PROSE + "          社区治理前2名对比表\n"
        "排序    城市        得分      名次    单位        总分\n"
        "  1     青岛        90.1        1     宁波        95.0\n"
        "  2     大连        80.2        2     厦门        85.0\n"
    )
    assert paths(table) == ["排序", "城市", "得分", "名次", "单位", "总分"]
    assert table.caption == "社区治理前2名对比表"


def test_three_levels_of_which_the_top_one_spans_groups_and_single_columns():
    (table,) = tables(
        dedent("""\
        表1 得分

                                    治理能力                          产业经济
        位次    城市          创新环境                                                       总分
                                                 社区治理      人才引进      公共安全
                       投入能力      产出能力
          1     青岛       10.1          20.1        30.1          40.1          50.1       150.5
          2     大连       10.0          20.0        30.0          40.0          50.0       150.0
        """)
    )
    assert paths(table) == [
        "位次", "城市", "治理能力/创新环境/投入能力", "治理能力/创新环境/产出能力",
        "治理能力/社区治理", "产业经济/人才引进", "产业经济/公共安全", "总分",
    ]  # fmt: skip


def test_years_over_columns_are_a_header():
    (table,) = tables(
        dedent("""\
        表1 收入

        指标         单位      2014      2015
        软件收入     亿元      1200      1300
        用户数       万户       200       250
        """)
    )
    assert paths(table) == ["指标", "单位", "2014", "2015"]
    assert len(table.rows) == 2


def test_a_text_below_the_header_heads_a_section():
    (table,) = tables(
        dedent("""\
        表1 指标

           指标          单位      2014年      2015年
        创新环境
        软件收入         亿元        1200        1300
        用户数           万户         200         250
        民生应用
        网点数           个            20          25
        """)
    )
    assert paths(table) == ["指标", "单位", "2014年", "2015年"]
    assert [(row.kind, row.cells[0].text) for row in table.rows] == [
        ("section", "创新环境"), ("data", "软件收入"), ("data", "用户数"),
        ("section", "民生应用"), ("data", "网点数"),
    ]  # fmt: skip


def test_an_upper_header_as_well_over_other_columns_is_reported():
    extraction = read(
        dedent("""\
        表1 得分

                              能力
        甲项    乙项    丙项    丁项    戊项
        10.1    20.1    30.1    40.1    50.1
        10.0    20.0    30.0    40.0    50.0
        """)
    )
    assert [(doubt.check, doubt.line) for doubt in extraction.doubts][:1] == [("header-unclear", 4)]
    assert extraction.tables[0].confidence <= 0.5


#: Where parents stand off the left edge of their first column: over it, or centred over both.
@pytest.mark.parametrize("shift", [-4, -2, -1, 0, 1, 2, 4, 5])
def test_upper_headers_are_all_set_alike(shift: int):
    names = ["宽带普及", "网络覆盖", "电商销售", "移动支付", "政务上网", "村务公开"]
    parents = ["数字基建", "数字经济", "数字治理"]
    places = [18, 28, 40, 50, 62, 72]
    upper = [(place + shift, name) for place, name in zip(places[::2], parents, strict=True)]
    rows = [
        [(0, f"{n}"), (6, city), *((place, f"{n + place}.5") for place in places), (82, "300.5")]
        for n, city in enumerate(["青岛", "大连", "宁波"], start=1)
    ]
    header = [
        [(0, "排名"), (6, "城市"), *upper, (82, "总分")],
        list(zip(places, names, strict=True)),
    ]
    (table,) = tables("表1 得分\n\n" + "".join(map(set_line, [*header, *rows])))
    below = [f"{parents[at // 2]}/{name}" for at, name in enumerate(names)]
    assert paths(table) == ["排名", "城市", *below, "总分"]


def set_line(texts: list[tuple[int, str]]) -> str:
    """Texts at display columns; a Chinese character is two wide."""
    line = ""
    for start, text in texts:
        line += " " * (start - sum(1 + (letter > "一") for letter in line)) + text
    return line + "\n"


def test_an_upper_header_that_may_end_before_a_single_header_is_reported():
    extraction = read(
        dedent("""\
        表1 得分

                      创新环境              民生应用
        排名  城市    投入能力  产出能力    医疗卫生  教育资源  综合总分
        1     青岛    10.1      20.1        30.1      40.1      100.4
        2     大连    10.0      20.0        30.0      40.0      100.0
        """)
    )
    assert [doubt.check for doubt in extraction.doubts] == ["header-unclear"]
    assert extraction.tables[0].confidence <= 0.5


def test_columns_below_different_upper_headers_are_headed_alike():
    (table,) = tables(
        dedent("""\
        表1 得分

         2012年              2013年
          排名   城市   得分   排名   城市   得分
           1     青岛   90.1    1     大连   95.2
           2     宁波   80.2    2     厦门   85.4
        """)
    )
    assert paths(table) == [
        "2012年/排名", "2012年/城市", "2012年/得分", "2013年/排名", "2013年/城市", "2013年/得分",
    ]  # fmt: skip


# ---------------------------------------------------------------- pages


def test_one_row_on_the_last_page_belongs_to_the_table():
    (table,) = tables(
        "表1 得分\n\n"
        "排名    城市          得分\n"
        "  1     青岛          90.1\n"
        "  2     大连          80.2\n"
        "\f"
        "  3     克拉玛依      70.3\n"
    )
    assert rows(table)[2] == ["3", "克拉玛依", "70.3"]


def test_one_row_on_the_first_page_is_read_with_the_next():
    (table,) = tables(
        "表1 收入\n\n"
        "指标          单位      2014年      2015年\n"
        "创新环境\n"
        "软件收入      亿元        1200        1300\n"
        "\f"
        "用户数        万户         200         250\n"
        "网点数        个            20          25\n"
    )
    assert [row[0] for row in rows(table)] == ["创新环境", "软件收入", "用户数", "网点数"]
    assert paths(table) == ["指标", "单位", "2014年", "2015年"]


def test_a_header_printed_again_right_below_the_rows_heads_no_new_table():
    header = "                   创新环境\n排名    城市\n              投入能力  产出能力\n"
    (table,) = tables(
        f"表1 得分\n\n{header}"
        "  1     青岛      10.1      20.1\n"
        "  2     大连      10.0      20.0\n"
        f"{header}"
        "  3     宁波       9.1       9.2\n"
        "  4     厦门       8.1       8.2\n"
    )
    assert paths(table) == ["排名", "城市", "创新环境/投入能力", "创新环境/产出能力"]
    assert [row[0] for row in rows(table)] == ["1", "2", "3", "4"]


def test_a_bare_number_between_rows_is_a_page_number():
    (table,) = tables(
        "表1 收入\n\n"
        "指标          2014年      2015年\n"
        "软件收入        1200        1300\n"
        "用户数           200         250\n"
        "\n"
        "                  5\n"
        "\n"
        "网点数            20          25\n"
        "设备数            40          45\n"
    )
    assert [row[0] for row in rows(table)] == ["软件收入", "用户数", "网点数", "设备数"]


def test_a_caption_printed_again_between_rows_is_no_row():
    (table,) = tables(
        dedent("""\
        （二）2012年区县得分排名

        排序    单位      得分
          1     甲区      9.1
          2     乙区      8.1
        （二）2012年区县得分排名（续）
          3     丙区      7.1
          4     丁区      6.1
        """)
    )
    assert rows(table)[2] == ["3", "丙区", "7.1"]
    assert len(table.rows) == 4


def test_a_second_table_under_the_header_of_the_first_has_its_columns():
    first, second = tables(
        dedent("""\
        （一）城市得分排名

        名次    单位          得分
          1     青岛          90.1
          2     大连          80.2

        （二）区县得分排名

          1     甲区          70.3
          2     乙区          60.4
        """)
    )
    assert (first.caption, second.caption) == ("（一）城市得分排名", "（二）区县得分排名")
    assert paths(second) == paths(first) == ["名次", "单位", "得分"]
    assert rows(second) == [["1", "甲区", "70.3"], ["2", "乙区", "60.4"]]


# ---------------------------------------------------------------- side by side

THREE = "排名    城市      得分        排名    城市      得分        排名    城市      得分\n"


def test_three_parts_that_count_on_are_one_ranking():
    (table,) = tables(
        f"表1 得分\n\n{THREE}"
        "  1     青岛      90.1          3     宁波      70.1          5     温州      50.1\n"
        "  2     大连      80.1          4     厦门      60.1          6     金华      40.1\n"
    )
    assert [row[0] for row in rows(table)] == ["1", "2", "3", "4", "5", "6"]
    assert paths(table) == ["排名", "城市", "得分"]


def test_three_rankings_from_one_stay_side_by_side():
    (table,) = tables(
        f"表1 前2名对比表\n\n{THREE}"
        "  1     青岛      90.1          1     宁波      70.1          1     温州      50.1\n"
        "  2     大连      80.1          2     厦门      60.1          2     金华      40.1\n"
    )
    assert [column.panel for column in table.columns] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert rows(table)[0] == ["1", "青岛", "90.1", "1", "宁波", "70.1", "1", "温州", "50.1"]


# ---------------------------------------------------------------- no tables


def test_a_contents_page_is_no_table():
    text = (
        "目  录\n"
        "第一章  总体情况 . . . . . . . . . .  1\n"
        "第二章  主要特点 . . . . . . . . . .  7\n"
        "第三章  对策建议 . . . . . . . . . .  12\n"
    )
    assert tables(text + PROSE) == []


def test_a_ranking_below_a_contents_page_is_a_table():
    (table,) = tables(
        "目  录\n"
        "第一章  总体情况 . . . . . . . . . .  1\n"
        "第二章  主要特点 . . . . . . . . . .  7\n\n"
        "第一章  总体情况\n"
        f"{PROSE}"
        "2018年城市得分排名\n"
        "    单位              得分      名次\n"
        "  青岛甲公司          26.4         1\n"
        "  大连乙公司          22.0         2\n"
        "  宁波丙公司          21.4         3\n"
    )
    assert paths(table) == ["单位", "得分", "名次"]


def test_prose_with_wide_gaps_is_no_table():
    text = "".join(f"{PROSE.strip()}    {PROSE}" for _ in range(3))
    assert tables(text) == []
