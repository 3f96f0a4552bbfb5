"""Page numbers and the cells and rows that look like them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extractors.model import Table
from extractors.pipeline import extract

NAMES = ["青岛", "大连", "宁波", "厦门", "温州"]


def tables(text: str) -> list[Table]:
    return extract(text.encode(), "report.txt").tables


def batched(cells: list[str]) -> Iterator[tuple[str, str]]:
    """Cells of a flattened table as rows of two."""
    return zip(cells[::2], cells[1::2], strict=True)


def grid(table: Table) -> list[list[str]]:
    """The header and below it the rows, as printed."""
    header = ["/".join(column.path) for column in table.columns]
    return [header, *([cell.text for cell in row.cells] for row in table.rows)]


@pytest.mark.parametrize(
    "text",
    [
        "城市 | 得分\n\n青岛 | 90\n\n大连 | 80\n\n宁波 | 70\n",
        "城市 | 得分\n青岛 | 90\n大连 | 80\n\n宁波 | 70\n",
        "城市 | 得分\n青岛 | 90\n大连 | 80\n宁波 | 70\n",
    ],
)
def test_rows_with_a_bar_are_no_page_numbers_however_they_are_spaced(text):
    found = tables(text)
    assert [grid(table) for table in found] == [
        [["城市", "得分"], ["青岛", "90"], ["大连", "80"], ["宁波", "70"]]
    ]


def test_pairs_are_cells_where_they_do_not_count():
    rows = [["青岛", "32/28", "90.1"], ["大连", "31/27", "80.2"], ["宁波", "30/26", "70.3"]]
    cells = ["城市", "申请/授权", "得分", *(cell for row in rows for cell in row)]
    (table,) = tables("\n".join(cells) + "\n")
    assert grid(table)[1:] == rows


def test_pairs_of_one_total_are_cells_where_they_stand_evenly():
    rows = [[name, f"{rank}/31", f"{90.5 - rank}"] for rank, name in enumerate(NAMES, start=1)]
    cells = ["城市", "位次", "得分", *(cell for row in rows for cell in row)]
    (table,) = tables("\n".join(cells) + "\n")
    assert grid(table)[1:] == rows


def test_a_lone_number_between_dashes_among_flattened_rows_is_a_page_number():
    lines = [
        "城市",
        "得分",
        "青岛",
        "90.1",
        "大连",
        "80.2",
        "- 5 -",
        "宁波",
        "70.3",
        "厦门",
        "60.4",
    ]
    (table,) = tables("\n".join(lines) + "\n")
    assert grid(table) == [["城市", "得分"], *map(list, batched(lines[2:6] + lines[7:]))]


def test_a_lone_pair_close_between_single_cells_is_a_cell():
    rows = [["青岛", "1/20", "90.1"], ["大连", "—", "80.2"], ["宁波", "—", "70.3"]]
    cells = ["城市", "位次", "得分", *(cell for row in rows for cell in row)]
    (table,) = tables("\n".join(cells) + "\n")
    assert grid(table)[1:] == rows


def test_a_lone_pair_at_a_page_turn_is_a_page_number():
    above, below = "城市\n得分\n青岛\n90.1\n大连\n80.2\n", "宁波\n70.3\n厦门\n60.4\n"
    (table,) = tables(f"{above}3/20\n\f{below}")
    assert [row[0] for row in grid(table)] == ["城市", "青岛", "大连", "宁波", "厦门"]


def test_a_lone_pair_between_rows_with_gaps_is_a_page_number():
    above = "城市    得分    名次\n青岛    90.1    1\n大连    80.2    2\n"
    (table,) = tables(f"{above}3/20\n宁波    70.3    3\n厦门    60.4    4\n")
    assert [row[0] for row in grid(table)] == ["城市", "青岛", "大连", "宁波", "厦门"]


@pytest.mark.parametrize("mark", ["{} / 12", "{} | 信息化年鉴", "信息化年鉴 | {}", "- {} -"])
def test_marks_that_count_the_pages_are_no_cells(mark):
    scores = ["90.1", "80.2", "70.3", "60.4", "50.5"]
    rows = [list(row) for row in zip(NAMES, scores, strict=True)]
    lines = ["\n".join(row) for row in rows]
    text = "\n".join(
        ["城市\n得分", *lines[:1], mark.format(7), *lines[1:4], mark.format(8), *lines[4:]]
    )
    (table,) = tables(text + "\n")
    assert grid(table) == [["城市", "得分"], *rows]


@pytest.mark.parametrize("mark", ["{} / 12", "{} | 信息化年鉴"])
def test_a_single_mark_at_the_end_of_its_page_is_furniture(mark):
    found = extract(
        f"城市\t得分\n青岛\t9\n大连\t8\n\n{mark.format(7)}\n\f说明如下。\n".encode(), "a.txt"
    )
    assert found.labels[4] == "furniture"
