"""Columns of two pieces of a table, told by where they stand."""

from __future__ import annotations

from extractors.alignment import common_columns, spread
from extractors.model import Cell

XS = (50.0, 100.0, 160.0, 220.0, 280.0)


def rows(*texts: tuple[str, ...], first: int = 0, boxed: bool = True) -> list[list[Cell]]:
    """Rows whose columns begin with number ``first`` of ``XS``."""
    return [
        [
            Cell(text, 1, 1, (XS[first + at], 0.0, XS[first + at + 1], 10.0) if boxed else None)
            for at, text in enumerate(row)
        ]
        for row in texts
    ]


def test_a_piece_without_its_first_column_stands_under_the_others():
    whole, piece = rows(("东部", "上海", "1", "2")), rows(("江苏", "3", "4"), first=1)
    assert common_columns(whole, piece) == ([0, 1, 2, 3], [1, 2, 3])
    assert common_columns(piece, whole) == ([1, 2, 3], [0, 1, 2, 3])


def test_rows_are_spread_with_blanks():
    piece = rows(("江苏", "3", "4"), first=1)
    assert [[cell.text for cell in row] for row in spread(piece, [1, 2, 3], 4)] == [
        ["", "江苏", "3", "4"]
    ]


def test_a_merged_cell_does_not_tell_how_wide_its_column_is():
    whole = rows(("东部", "上海", "1", "2"))
    head = [Cell("得分", 1, 1, (100.0, 0.0, 280.0, 10.0)), Cell("", 1), Cell("", 1)]
    assert common_columns(whole, [head, *rows(("江苏", "3", "4"), first=1)]) is not None


def test_nothing_is_said_without_boxes_or_of_columns_that_stand_elsewhere():
    whole = rows(("东部", "上海", "1", "2"))
    assert common_columns(whole, rows(("江苏", "3"), boxed=False)) is None
    assert common_columns(whole, whole) is None
    across = [
        [Cell("江苏", 1, 1, (75.0, 0.0, 130.0, 9.0)), Cell("3", 1, 1, (130.0, 0.0, 190.0, 9.0))]
    ]
    assert common_columns(whole, across) is None
