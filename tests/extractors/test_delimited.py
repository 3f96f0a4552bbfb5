"""Tables with tabs: rows that are short, and lines between rows that are none."""

from __future__ import annotations

import pytest

from extractors.model import DocumentError, Table
from extractors.pipeline import extract


def tables(text: str) -> list[Table]:
    return extract(text.encode(), "report.txt").tables


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


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
