"""Personal data is withheld, and figures that look like it are not. All contacts are made up."""

from __future__ import annotations

import pytest

from extractors.pipeline import extract

SCORES = "排名\t城市\t得分\n1\t青岛\t90.1\n2\t大连\t80.0\n3\t宁波\t70.5\n"


def read(text: str):
    return extract(text.encode(), "report.txt")


@pytest.mark.parametrize(
    "contact",
    [
        "010-00000000",
        "０１０－００００００００",
        "010 0000 0000",
        "（010）00000000",
        "+86 138 0000 0000",
        "+86-10-00000000",
        "name@example.org",
        "ｎａｍｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
    ],
)
def test_a_table_with_a_contact_in_any_print_is_withheld(contact):
    extraction = read(f"{SCORES}\n单位\t联系\n甲单位\t{contact}\n乙单位\t见网站\n")
    assert [table.columns[1].path for table in extraction.tables] == [("城市",)]
    assert extraction.withheld["tables"] == 1
    assert contact not in str(extraction)


@pytest.mark.parametrize("header", ["姓名", "联系人", "负责人"])
def test_a_column_of_persons_is_withheld_by_its_header(header):
    extraction = read(f"单位\t{header}\n甲单位\t某某甲\n乙单位\t某某乙\n")
    assert extraction.tables == []
    assert extraction.withheld["rows"] == 2


def test_a_list_of_persons_without_header_is_told_by_their_posts():
    people = "甲委员会\t主任\t王某某\n乙委员会\t副处长\t李某\n丙委员会\t厅长\t张某某\n"
    assert read(people).withheld["tables"] == 1


def test_cities_that_look_like_persons_are_no_persons():
    cities = ["常山", "金华", "安阳", "温州", "高安", "万宁", "常州", "许昌"]
    rows = "".join(f"{number}\t{city}\n" for number, city in enumerate(cities, start=1))
    extraction = read("序号\t城市\n" + rows)
    assert [row.cells[1].text for row in extraction.tables[0].rows] == cities
    extraction = read("参评城市如下\n" + "\n".join(cities) + "\n")
    assert extraction.withheld == {"tables": 0, "rows": 0, "lines": 0}


def test_amounts_of_eleven_digits_are_no_mobile_numbers():
    extraction = read(
        "指标\t单位\t2015年\t2016年\n总收入\t元\t13812345678\t15912345678\n"
        "支出\t元\t13712345678\t18912345678\n余额\t元\t13612345678\t17912345678\n"
    )
    assert len(extraction.tables[0].rows) == 3


@pytest.mark.parametrize(
    "line",
    ["联系人：某某某", "传真 (010)00000000", "手机13800000000", "报名 +86-10-00000000 转 1", "组 长：某某某 某某"],
)  # fmt: skip
def test_a_contact_line_is_withheld_and_the_table_beside_it_is_not(line):
    extraction = read(f"{SCORES}\n{line}\n")
    assert len(extraction.tables) == 1
    assert extraction.labels[-1] == "withheld"
    assert line not in [block.text for block in extraction.blocks]


def test_lines_of_names_set_to_one_width_are_a_list_of_persons():
    names = "王 某 李某某 张某某 刘 某\n陈某某 杨 某 黄某某 赵 某\n"
    extraction = read(f"{SCORES}\n编写组\n{names}")
    assert extraction.labels[-2:] == ["withheld", "withheld"]
    assert "李某某" not in str(extraction)
