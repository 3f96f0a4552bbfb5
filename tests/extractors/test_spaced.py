"""Rows set with single blanks: what may stand above, inside and below them."""

from __future__ import annotations

import pytest

from extractors.model import Table
from extractors.pipeline import extract

HEADER = "排名 城市 得分"
ROWS = ["1 青岛 90.1", "2 大连 80.2", "3 宁波 70.3", "4 厦门 60.4", "5 温州 50.5", "6 苏州 40.6"]


def tables(*lines: str) -> list[Table]:
    return extract("".join(f"{line}\n" for line in lines).encode(), "report.txt").tables


def grid(table: Table) -> list[list[str]]:
    """The header and below it the rows, as printed."""
    header = ["/".join(column.path) for column in table.columns]
    return [header, *([cell.text for cell in row.cells] for row in table.rows)]


def split(*rows: str) -> list[list[str]]:
    return [row.split(" ") for row in rows]


@pytest.mark.parametrize("above", [[], ["本次 评价 结果"], ["以下 各市 得分", "本次 评价 结果"]])
def test_prose_with_as_many_blanks_above_the_header_loses_no_table(above):
    (table,) = tables(*above, HEADER, *ROWS[:4])
    assert grid(table) == split(HEADER, *ROWS[:4])


def test_a_row_without_its_last_cell_parts_no_table():
    (table,) = tables(HEADER, *ROWS[:2], "3 宁波", *ROWS[3:])
    assert grid(table) == [*split(HEADER, *ROWS[:2]), ["3", "宁波", ""], *split(*ROWS[3:])]


def test_a_total_without_a_rank_is_the_last_row():
    (table,) = tables(HEADER, *ROWS[:3], "合计 240.6")
    assert grid(table) == [*split(HEADER, *ROWS[:3]), ["", "合计", "240.6"]]
    assert table.rows[-1].kind == "total"


def test_a_short_line_of_prose_below_is_no_row():
    (table,) = tables(HEADER, *ROWS[:3], "共有 3")
    assert grid(table) == split(HEADER, *ROWS[:3])
