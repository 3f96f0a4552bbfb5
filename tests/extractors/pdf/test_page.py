"""One page of a PDF: words, grids, and what is no table. Each PDF is made in its test."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence

import pikepdf
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from extractors.model import DocumentError
from extractors.pdf.model import Grid, PdfPage
from extractors.pdf.page import open_pdf, read_page

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

WIDE, HIGH = 595.0, 842.0
#: Of the tables drawn here: where columns begin, how far rows stand apart, the size of the type.
XS = (60.0, 180.0, 260.0, 340.0, 420.0)
TOP, STEP, SIZE = 120.0, 20.0, 10.0

HEADER = ["城市", "总分", "基础", "服务"]
ROWS = [HEADER, ["北京", "88.5", "12.1", "7.3"], ["上海", "87.2", "11.9", "6.8"]]
ROWS += [["深圳", "86.0", "12.4", "6.1"], ["杭州", "85.7", "10.2", "7.0"]]


def made(draw: Callable[[Canvas], None], **options) -> bytes:
    """A PDF of what ``draw`` puts on its one page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDE, HIGH), **options)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def read(draw: Callable[[Canvas], None]) -> PdfPage:
    with open_pdf(made(draw), "made.pdf") as pdf:
        return read_page(pdf, 1)


def one_grid(draw: Callable[[Canvas], None]) -> Grid:
    (grid,) = read(draw).grids
    return grid


def put(canvas: Canvas, x: float, top: float, text: str, size: float = SIZE) -> None:
    canvas.setFont("STSong-Light", size)
    canvas.drawString(x, HIGH - top - size, text)


def print_rows(
    canvas: Canvas, rows: Sequence[Sequence[str]], xs: Sequence[float] = XS, top: float = TOP
) -> None:
    for number, row in enumerate(rows):
        for x, text in zip(xs, row, strict=False):
            put(canvas, x + 4, top + STEP * number + 4, text)


def across(canvas: Canvas, *rows: float, x0: float = XS[0], x1: float = XS[-1]) -> None:
    for row in rows:
        y = HIGH - TOP - STEP * row
        canvas.line(x0, y, x1, y)


def upright(canvas: Canvas, *xs: float, first: float = 0, last: float = len(ROWS)) -> None:
    for x in xs:
        canvas.line(x, HIGH - TOP - STEP * first, x, HIGH - TOP - STEP * last)


def cells(grid: Grid) -> list[list[str]]:
    return [list(row) for row in grid.rows]


def test_ruled_table_has_cells_and_their_boxes():
    def draw(canvas: Canvas) -> None:
        print_rows(canvas, ROWS)
        across(canvas, *range(len(ROWS) + 1))
        upright(canvas, *XS)

    grid = one_grid(draw)
    assert cells(grid) == ROWS
    assert grid.reader == "ruled" and grid.spans == ()
    assert grid.boxes[1][0] == pytest.approx((XS[0], TOP + STEP, XS[1], TOP + 2 * STEP), abs=0.6)


def test_merged_header_is_a_span_with_its_text_at_the_top_left():
    rows = [["城市", "得分", "", ""], ["", "总分", "基础", "服务"], *ROWS[1:]]

    def draw(canvas: Canvas) -> None:
        print_rows(canvas, rows)
        across(canvas, 0, *range(2, len(rows) + 1))
        across(canvas, 1, x0=XS[1])
        upright(canvas, XS[0], XS[1], XS[4], last=len(rows))
        upright(canvas, XS[2], XS[3], first=1, last=len(rows))

    grid = one_grid(draw)
    assert cells(grid) == rows
    assert grid.spans == ((0, 0, 1, 0), (0, 1, 0, 3))


def test_three_line_table_leaves_caption_and_note_out():
    def draw(canvas: Canvas) -> None:
        put(canvas, 200, TOP - 16, "表1 各市得分")
        print_rows(canvas, ROWS)
        across(canvas, 0, 1, len(ROWS))
        put(canvas, XS[0], TOP + STEP * len(ROWS) + 6, "注：数据来源于各市统计局。")

    page = read(draw)
    (grid,) = page.grids
    assert cells(grid) == ROWS and grid.reader == "unruled"
    assert any(word.text.startswith("注：") for word in page.words)


def test_titles_of_a_three_line_header_span_the_columns_of_their_rule():
    rows = [["", "得分", "", ""], *ROWS]

    def draw(canvas: Canvas) -> None:
        print_rows(canvas, [["城市"], ["", *HEADER[1:]], *ROWS[1:]])
        put(canvas, (XS[1] + XS[4]) / 2 - SIZE, TOP + 4, "得分")
        across(canvas, 0, 2, len(rows))
        across(canvas, 1, x0=XS[1])

    grid = one_grid(draw)
    assert cells(grid)[:2] == [["城市", "得分", "", ""], ["", "总分", "基础", "服务"]]
    assert (0, 1, 0, 3) in grid.spans and (0, 0, 1, 0) in grid.spans


def test_unruled_columns_of_numbers():
    assert cells(one_grid(lambda canvas: print_rows(canvas, ROWS))) == ROWS


def test_line_that_goes_on_with_a_label_is_no_row():
    def draw(canvas: Canvas) -> None:
        print_rows(canvas, [*ROWS, ["长三角其他地区及", "70.1", "9.9", "5.5"]])
        put(canvas, XS[0] + 4, TOP + STEP * len(ROWS) + 15, "长江中游")
        print_rows(canvas, [["成都", "69.0", "9.0", "5.1"]], top=TOP + STEP * (len(ROWS) + 1) + 12)

    rows = cells(one_grid(draw))
    assert rows[-2:] == [
        ["长三角其他地区及长江中游", "70.1", "9.9", "5.5"],
        ["成都", "69.0", "9.0", "5.1"],
    ]


def test_missing_top_rule_loses_no_row():
    def draw(canvas: Canvas) -> None:
        print_rows(canvas, ROWS)
        across(canvas, *range(1, len(ROWS) + 1))
        upright(canvas, *XS)

    assert cells(one_grid(draw)) == ROWS


def test_stub_beside_the_rules_is_a_column():
    def draw(canvas: Canvas) -> None:
        print_rows(canvas, ROWS)
        across(canvas, *range(len(ROWS) + 1), x0=XS[1])
        upright(canvas, *XS[1:])

    assert cells(one_grid(draw)) == ROWS


def test_labels_in_cells_without_a_bottom_line_stay_apart():
    rows = [["类别", "城市", "总分"], ["东部", "北京", "88.5"], ["", "上海", "87.2"]]
    rows += [["", "杭州", "86.0"], ["西部", "成都", "80.1"], ["", "西安", "79.8"]]

    def draw(canvas: Canvas) -> None:
        print_rows(canvas, rows)
        across(canvas, 0, 1, len(rows), x1=XS[3])
        across(canvas, *range(2, len(rows)), x0=XS[1], x1=XS[3])
        upright(canvas, *XS[:4], last=len(rows))

    assert cells(one_grid(draw)) == rows


def test_rows_without_rules_between_ruled_columns():
    def draw(canvas: Canvas) -> None:
        print_rows(canvas, ROWS)
        across(canvas, 0, 1, len(ROWS))
        upright(canvas, *XS)

    assert cells(one_grid(draw)) == ROWS


def test_columns_ruled_in_the_header_only():
    def draw(canvas: Canvas) -> None:
        print_rows(canvas, ROWS)
        across(canvas, *range(len(ROWS) + 1))
        upright(canvas, XS[0], XS[4])
        upright(canvas, *XS[1:4], last=1)

    assert cells(one_grid(draw)) == ROWS


def test_number_that_overflows_its_cell_is_cut_at_the_rule():
    rows = [HEADER, ["北京", "1234567890123456", "12.1", "7.3"], *ROWS[2:]]

    def draw(canvas: Canvas) -> None:
        print_rows(canvas, rows)
        across(canvas, *range(len(rows) + 1))
        upright(canvas, *XS)

    assert "".join(cells(one_grid(draw))[1]) == "".join(rows[1])


def test_fake_bold_is_read_once():
    def draw(canvas: Canvas) -> None:
        for shift in (0.0, 0.3):
            print_rows(canvas, ROWS, [x + shift for x in XS])
        across(canvas, *range(len(ROWS) + 1))
        upright(canvas, *XS)

    assert cells(one_grid(draw)) == ROWS


def test_doubled_digits_are_two():
    page = read(lambda canvas: put(canvas, 60, 100, "1100 llama 和和美美"))
    assert [word.text for word in page.words] == ["1100", "llama", "和和美美"]


def ruled(canvas: Canvas) -> None:
    print_rows(canvas, ROWS)
    across(canvas, *range(len(ROWS) + 1))
    upright(canvas, *XS)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotated_page(degrees: int):
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(degrees)  # reportlab then lays a sheet of 90 or 270 on its side
        turn(canvas, degrees, *((WIDE, HIGH) if degrees == 180 else (HIGH, WIDE)))
        ruled(canvas)

    page = read(draw)
    assert cells(page.grids[0]) == ROWS
    assert page.turned == 0


def turn(canvas: Canvas, degrees: int, wide: float = WIDE, high: float = HIGH) -> None:
    """Turn what follows counter-clockwise on a sheet, so that one turned back shows it upright."""
    canvas.translate(*{90: (wide, 0), 180: (wide, high), 270: (0, high)}[degrees])
    canvas.rotate(degrees)
    canvas.translate(0, (high if degrees == 180 else wide) - HIGH)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_content_on_its_side_without_the_flag(degrees: int):
    def draw(canvas: Canvas) -> None:
        turn(canvas, degrees)
        ruled(canvas)

    page = read(draw)
    assert cells(page.grids[0]) == ROWS
    assert page.turned == degrees
    assert (page.width > page.height) == (degrees != 180)


def test_two_tables_beside_one_another_stay_two():
    def draw(canvas: Canvas) -> None:
        for shift in (0.0, 260.0):
            xs = [XS[0] + shift, XS[0] + shift + 80, XS[0] + shift + 160]
            print_rows(canvas, [row[:2] for row in ROWS], xs)
            across(canvas, *range(len(ROWS) + 1), x0=xs[0], x1=xs[-1])
            upright(canvas, *xs)

    grids = read(draw).grids
    assert [cells(grid) for grid in grids] == [[row[:2] for row in ROWS]] * 2


LINE = "各地要把城市运行管理服务平台建设作为提升治理能力的重要抓手，统筹推进"


def test_prose_is_no_table():
    def draw(canvas: Canvas) -> None:
        for number in range(20):
            put(canvas, 60, 100 + 16 * number, LINE)

    assert read(draw).grids == []


def test_prose_in_two_columns_is_no_table():
    def draw(canvas: Canvas) -> None:
        for number in range(20):
            put(canvas, 60, 100 + 16 * number, LINE[:22])
            put(canvas, 310, 100 + 16 * number, LINE[8:30])

    assert read(draw).grids == []


def test_table_beside_prose_has_none_of_it():
    def draw(canvas: Canvas) -> None:
        for number in range(12):
            put(canvas, 60, TOP + 4 + STEP * number, LINE[:18])
        print_rows(canvas, ROWS, [x + 220 for x in XS[:4]])
        across(canvas, 0, 1, len(ROWS), x0=XS[0] + 215, x1=XS[3] + 260)

    (grid,) = read(draw).grids
    assert cells(grid) == ROWS


def test_contents_are_no_table():
    def draw(canvas: Canvas) -> None:
        for number, title in enumerate(["总则", "评价体系", "评价结果", "附则"] * 3):
            put(canvas, 60, 100 + 18 * number, title + "." * 60)
            put(canvas, 420, 100 + 18 * number, str(1 + 3 * number))

    assert read(draw).grids == []


def test_bar_chart_is_no_table():
    def draw(canvas: Canvas) -> None:
        for line in range(7):
            canvas.line(150 + 40 * line, HIGH - 100, 150 + 40 * line, HIGH - 400)
        for row in range(16):
            y = HIGH - 100 - 20 * row
            canvas.line(150, y, 390, y)
        for row in range(15):
            put(canvas, 90, 103 + 20 * row, f"项目{row}")
            canvas.rect(150, HIGH - 115 - 20 * row, 12 + 13 * row, 8, fill=1)
            put(canvas, 164 + 13 * row, 103 + 20 * row, f"{6.5 + 7.1 * row:.2f}%")

    assert read(draw).grids == []


def test_art_below_a_fill_parts_no_cells():
    def draw(canvas: Canvas) -> None:
        for x in range(70, 420, 25):
            canvas.line(x, HIGH - TOP + 30, x, HIGH - TOP - 160)
        canvas.setFillColorRGB(0.9, 0.9, 0.95)
        canvas.rect(XS[0], HIGH - TOP - STEP * len(ROWS), XS[4] - XS[0], STEP * len(ROWS), fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        ruled(canvas)

    assert cells(one_grid(draw)) == ROWS


def test_map_is_no_table_and_costs_little():
    def draw(canvas: Canvas) -> None:
        for step in range(4000):
            x, y = 37.7 * step % 560, 53.3 * step % 800
            canvas.line(x, y, x + (step % 2) * 30, y + (1 - step % 2) * 30)
        for step in range(300):
            put(canvas, 91.3 * step % 560, 61.1 * step % 800, str(step))

    start = time.process_time()
    assert read(draw).grids == []
    assert time.process_time() - start < 3  # 4 million crossings would take longer


def test_zebra_stripes_are_no_rules():
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.9, 0.9, 0.9)
        for row in range(1, len(ROWS), 2):
            y = HIGH - TOP - STEP * (row + 1)
            canvas.rect(XS[0], y, XS[4] - XS[0], STEP, fill=1, stroke=0)
        canvas.setFillColorRGB(0, 0, 0)
        print_rows(canvas, ROWS)

    grid = one_grid(draw)
    assert cells(grid) == ROWS and grid.reader == "unruled"


def test_page_without_print_is_blank():
    page = read(lambda canvas: canvas.line(10, 10, 20, 20))
    assert page.kind == "blank" and page.words == [] and page.grids == []


def test_page_that_is_a_picture_is_a_scan():
    from PIL import Image

    def draw(canvas: Canvas) -> None:
        canvas.drawInlineImage(Image.new("L", (60, 80), 128), 0, 0, WIDE, HIGH)

    assert read(draw).kind == "scan"


def refused(data: bytes) -> str:
    with pytest.raises(DocumentError) as error, open_pdf(data, "bad.pdf") as pdf:
        read_page(pdf, 1)
    assert error.value.document == "bad.pdf"
    return error.value.code


def test_faults_have_names():
    locked = made(ruled, encrypt=StandardEncryption("secret", ownerPassword="other"))
    assert refused(locked) == "pdf-encrypted"
    assert refused(b"no PDF at all") == "pdf-broken"
    assert refused(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog") == "pdf-truncated"
    empty = io.BytesIO()
    pikepdf.new().save(empty)
    assert refused(empty.getvalue()) == "pdf-no-pages"
