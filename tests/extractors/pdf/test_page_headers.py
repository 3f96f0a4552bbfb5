"""Where a table begins on its page: heads of sections, titles, frames; and lists of one column."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from tests.extractors.pdf.test_page import (
    HIGH,
    ROWS,
    SIZE,
    STEP,
    TOP,
    XS,
    across,
    cells,
    one_grid,
    print_rows,
    put,
    read,
    upright,
)


def test_head_of_a_section_below_the_header_is_the_first_row():
    def draw(canvas: Canvas) -> None:
        put(canvas, 95, TOP, "城市")
        for x, text in zip(XS[1:], ["总分", "基础", "服务"], strict=False):
            put(canvas, x + 28, TOP, text)
        put(canvas, XS[0] + 4, TOP + STEP + 4, "东部地区")
        for number, row in enumerate(ROWS[1:], start=2):
            put(canvas, XS[0] + 4, TOP + STEP * number + 4, row[0])
            for x, text in zip(XS[1:], row[1:], strict=False):
                put(canvas, x + 4, TOP + STEP * number + 4, text)

    assert cells(one_grid(draw)) == [ROWS[0], ["东部地区", "", "", ""], *ROWS[1:]]


def test_title_in_larger_type_in_a_frame_around_the_page_is_no_header():
    def draw(canvas: Canvas) -> None:
        canvas.rect(40, HIGH - 500, 420, 400)
        put(canvas, 180, TOP - 16, "各市得分", size=14)
        print_rows(canvas, ROWS, top=TOP + 10)

    assert cells(one_grid(draw)) == ROWS


def test_rules_of_two_tables_of_one_width_do_not_frame_what_stands_between():
    def draw(canvas: Canvas) -> None:
        for top, xs in ((TOP, XS), (TOP + 150, (30, 150, 260, 370, 480)), (TOP + 300, XS)):
            put(canvas, 200, top - 20, "各市得分情况汇总")
            print_rows(canvas, ROWS, xs=xs, top=top)
            for row in (0, 1, len(ROWS)):
                y = HIGH - top - STEP * row
                canvas.line(xs[0], y, xs[-1], y)

    assert [cells(grid) for grid in read(draw).grids] == [ROWS] * 3


def test_long_cell_between_values_is_no_prose():
    long = "上海、深圳、长春、大连、南京、青岛、贵阳、珠海、舟山、秦皇岛、万宁、寿光"

    def draw(canvas: Canvas) -> None:
        xs = (40, 80, 480, 540)
        rows = [["排名", "城市", "得分"]] + [[str(n), "宁波", f"9{n}.0"] for n in range(1, 5)]
        print_rows(canvas, [*rows, ["5", long, "70.0"]], xs=xs)

    assert cells(one_grid(draw))[-1] == ["5", long, "70.0"]


def test_ruled_list_of_one_column_is_a_table():
    names = [["城市名单"], *([name] for name in ("北京", "上海", "深圳", "杭州", "南京"))]

    def draw(canvas: Canvas) -> None:
        print_rows(canvas, names)
        across(canvas, *range(len(names) + 1), x1=XS[1])
        upright(canvas, XS[0], XS[1], last=len(names))

    assert cells(one_grid(draw)) == names


def test_boxes_around_prose_one_below_another_are_no_list():
    def draw(canvas: Canvas) -> None:
        for box in range(6):
            for line in range(3):
                put(canvas, 64, TOP + 60 * box + 16 * line + 4, "各地把信息化放在更加重要的位置")
            canvas.rect(60, HIGH - TOP - 60 * (box + 1), SIZE * 20, 60)

    assert read(draw).grids == []
