"""What columns are matched to: running numbers, ranks and counts told apart."""

from __future__ import annotations

import pytest

from extractors.pipeline import extract


def read(text: str):
    return extract(text.encode(), "report.txt")


def roles(text: str) -> list[list[str]]:
    return [[column.role for column in table.columns] for table in read(text).tables]


def test_counts_under_a_year_are_values_and_not_doubted():
    found = read("指标\t2014\t2015\n甲指标\t1\t2\n乙指标\t2\t4\n丙指标\t3\t7\n")
    assert [column.role for column in found.tables[0].columns] == ["stub", "value", "value"]
    assert found.doubts == []


def test_counts_right_of_the_stub_are_values_and_doubted():
    found = read("城市\t医院数\t学校数\n青岛\t1\t8\n大连\t2\t9\n宁波\t3\t4\n厦门\t5\t6\n")
    assert [column.role for column in found.tables[0].columns] == ["stub", "value", "value"]
    assert [(doubt.check, doubt.column_number) for doubt in found.doubts] == [("column-unclear", 2)]


def test_counts_before_remarks_are_values():
    text = "城市\t医院数\t说法\n青岛\t1\t其一\n大连\t2\t其二\n宁波\t3\t其三\n"
    assert roles(text)[0][:2] == ["stub", "value"]


@pytest.mark.parametrize(
    ("header", "last", "role"),
    [("次第", "7.5", "rank"), ("", "7.5", "rank"), ("次第", "20", "serial"), ("序号", "20", "serial")],
)  # fmt: skip
def test_numbers_left_of_the_names_count_or_rank(header: str, last: str, role: str):
    text = f"{header}\t城市\t得分\n1\t青岛\t9.5\n2\t大连\t8.5\n3\t宁波\t{last}\n"
    assert roles(text) == [[role, "stub", "value"]]


def test_a_number_behind_a_class_counts():
    text = "类别\t次第\t城市\t得分\n甲类\t1\t青岛\t7.5\n\t2\t大连\t8.5\n乙类\t3\t宁波\t1.5\n\t4\t厦门\t2\n"
    assert roles(text)[0][1] == "serial"


def test_a_second_part_under_the_same_header_is_matched_like_the_first():
    header = "次第\t城区\t生气度\n"
    text = f"表1 城区\n{header}1\t青岛\t9.5\n2\t大连\t8.5\n3\t宁波\t7.5\n\n县区情况\n{header}4\t厦门\t6.5\n5\t温州\t5.5\n"
    assert roles(text) == [["rank", "stub", "value"]] * 2
