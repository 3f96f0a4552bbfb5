"""Personal data is withheld, and figures that look like it are not. All contacts are made up."""

from __future__ import annotations

import re
import sys
import time
import unicodedata

import pytest

from extractors.pipeline import extract
from extractors.reading import LONGEST_LINE
from extractors.withhold import Withholding
from schemas.vocabulary import Vocabulary

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


# ------------------------------------------------- the words around tables, and their headers

MOBILE = "13812345678"
AROUND = {
    "caption": f"某报告\n\n表1 各城市得分（咨询王小明{MOBILE}）\n{SCORES}",
    "note": f"某报告\n\n表1 得分\n{SCORES}注：咨询王小明，{MOBILE}\n",
    "title that is a note": f"{SCORES}注：咨询王小明，{MOBILE}\n",
    "header": "表1 得分\n" + SCORES.replace("得分", "得分（联系王小明010-62345678）"),
    "title": f"王小明 {MOBILE} wang@x.com\n\n表1 得分\n{SCORES}",
    "heading": f"某报告\n\n一、王小明{MOBILE}\n\n表1 得分\n{SCORES}",
    "unit": f"表1 得分\n单位：分（王小明{MOBILE}）\n{SCORES}",
}


@pytest.mark.parametrize("place", AROUND)
def test_a_contact_around_a_table_is_withheld_and_the_table_is_not(place):
    extraction = read(AROUND[place])
    assert [len(table.rows) for table in extraction.tables] == [3]
    assert extraction.withheld == {"tables": 0, "rows": 0, "lines": 1}
    assert not [one for one in ("王小明", MOBILE, "62345678", "wang@") if one in str(extraction)]


def test_what_stands_around_a_contact_stays():
    extraction = read(AROUND["note"])
    assert extraction.document.title == "某报告"
    assert extraction.tables[0].caption == "表1 得分"
    extraction = read(AROUND["header"])
    assert [column.path for column in extraction.tables[0].columns] == [("排名",), ("城市",), ()]


@pytest.mark.parametrize(
    "line",
    [
        f"微博@智慧城市 王小明 {MOBILE}",
        "王小明 138.1234.5678",
        "王小明 400-810-1234",
        "王小明 QQ:12345678",
        "王小明 ＱＱ：12345678",
        "王小明 +86 (10) 6234 5678",
        "聯絡人：王小明",
        "联络人：王小明",
        "字" * 3000 + f"王小明{MOBILE}",
    ],
)
def test_a_line_with_a_contact_in_other_print_is_withheld(line):
    extraction = read(f"{SCORES}\n{line}\n")
    assert extraction.labels[-1] == "withheld"
    assert len(extraction.tables) == 1
    assert "王小明" not in str(extraction)


@pytest.mark.parametrize("part", ["字", "0", "86 ", "a@", "@a", "a.", "010 ", "+86(", "QQ "])
def test_the_longest_line_is_tested_in_reasonable_time(part):
    withholding = Withholding(Vocabulary.load(), lambda text: False)
    start = time.perf_counter()
    assert not withholding.is_withheld_line(part * (LONGEST_LINE // len(part)))
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "table",
    [
        f"城市\t得分\t备注\n青岛\t90.1\t王小明{MOBILE}\n大连\t80.0\t无\n宁波\t70.5\t无\n",
        "城市\t得分\t备注\n青岛\t90.1\t王小明 138.1234.5678\n大连\t80.0\t无\n宁波\t70.5\t无\n",
        "部门\t办公电话\n甲处\t62345678\n乙处\t62345679\n丙处\t6234567\n",
        "單位\t委員\t職稱\n甲大學\t陳大文\t教授\n乙大學\t劉小明\t教授\n丙大學\t鄭小明\t教授\n",
        "单位\t专家\t职称\n甲大学\t王小明\t教授\n乙大学\t李小明\t讲师\n",
    ],
)
def test_a_table_of_contacts_or_persons_in_other_print_is_withheld(table):
    extraction = read(table)
    assert extraction.tables == []
    assert extraction.withheld["tables"] == 1


@pytest.mark.parametrize(
    "table",
    [
        f"城市\t人口\n青岛\t{MOBILE}\n大连\t15\n宁波\t22\n",
        f"指标\t说明\n收入\t共{MOBILE}元\n支出\t15\n结余\t22\n",
        "城市\t用户数\n青岛\t62345678\n大连\t62345679\n宁波\t62345670\n",
        "城市\t职称\n金华\t120\n安阳\t130\n",
    ],
)
def test_a_count_that_looks_like_a_number_to_call_stays(table):
    extraction = read(table)
    assert extraction.withheld == {"tables": 0, "rows": 0, "lines": 0}
    assert len(extraction.tables) == 1


#: Of every form that tells a contact one, in its shortest print.
SHORTEST_CONTACTS = [
    "13800000000",
    "138.0000.0000",
    "010-0000000",
    "+86-10-0000000",
    "400-000-0000",
    "400-0000-000",
    "QQ:10000",
    "微信:abcdef",
    "WeChat:abcdef",
    "a@example.org",
]


@pytest.mark.parametrize("contact", SHORTEST_CONTACTS)
def test_a_contact_is_found_however_one_of_its_characters_is_printed(contact):
    """Each character in every compatibility form that Unicode has of it."""
    withholding = Withholding(Vocabulary.load(), lambda _: False)
    forms: dict[str, list[str]] = {}
    for code in range(0x80, sys.maxunicode + 1):
        folded = unicodedata.normalize("NFKC", chr(code))
        if folded in contact and len(folded) == 1 and folded != chr(code):
            forms.setdefault(folded, []).append(chr(code))
    assert any(re.match(r"[\d@A-Za-z]", folded) for folded in forms)
    printed = [
        contact[:at] + form + contact[at + 1 :]
        for at, sign in enumerate(contact)
        for form in forms.get(sign, ())
    ]
    missed = [text for text in (contact, *printed) if not withholding.is_contact(text)]
    assert not missed, missed[:5]
