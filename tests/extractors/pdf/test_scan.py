"""Made scans read whole: every digit right or flagged, whatever the layout and however it lies."""

import os
import subprocess
import sys
from difflib import SequenceMatcher

import pytest

from extractors.pdf.model import Grid, PdfPage
from extractors.pdf.scan import SCAN_DPI, is_available, read_scan
from tests.extractors.pdf.scan_pages import (
    A4,
    SANS,
    SERIF,
    Dirt,
    Line,
    Page,
    Sheet,
    ranking_sheet,
    statistics_sheet,
)


def read(page: Page, dirt: Dirt) -> PdfPage:
    size = (page.width, page.height)
    return read_scan(page.scan(dirt), 1, *(size if dirt.turn % 2 == 0 else size[::-1]))


def same(text: str) -> str:
    """Texts as they are compared: brackets of one width, the traditional 厦 as the simplified."""
    return text.replace("(", "（").replace(")", "）").replace("廈", "厦")


def wrong_cells(grid: Grid, sheet: Sheet) -> dict[tuple[int, int], tuple[str, str]]:
    assert (len(grid.rows), len(grid.rows[0])) == (len(sheet.rows), len(sheet.rows[0]))
    return {
        (r, c): (printed, grid.rows[r][c])
        for r, row in enumerate(sheet.rows)
        for c, printed in enumerate(row)
        if same(grid.rows[r][c]) != same(printed)
    }


def digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


@pytest.mark.parametrize(
    ("font", "size", "dirt"),
    [
        (SANS, 7.5, Dirt(skew=2.0, seed=3)),
        (SERIF, 7.0, Dirt(skew=-1.7, specks=0.001, seed=4)),
    ],
)
def test_small_print_skewed_and_dirty(font, size, dirt):
    page, sheet = Page(font=font, size=size), statistics_sheet(30, seed=dirt.seed)
    page.sheet(sheet)
    (grid,) = read(page, dirt).grids
    wrong = wrong_cells(grid, sheet)
    printed = sum(len(digits(text)) for row in sheet.rows for text in row)
    lost = sum(_lost(digits(right), digits(got)) for right, got in wrong.values())
    assert lost <= 0.005 * printed
    assert set(wrong) <= grid.doubtful
    assert len(grid.doubtful) <= 8
    assert sorted(grid.spans) == sorted(sheet.spans)


def _lost(right: str, got: str) -> int:
    kept = sum(block.size for block in SequenceMatcher(None, right, got).get_matching_blocks())
    return max(len(right), len(got)) - kept


@pytest.mark.parametrize(
    ("style", "turn", "turned"),
    [("three-line", 0, 0), ("open", 1, 90), ("columns", 2, 180), ("unruled", 0, 0)],
)
def test_layouts_and_pages_that_lie_on_their_side(style, turn, turned):
    page, sheet = Page(), statistics_sheet(7, style=style)
    page.line(Line("表 1　各市人口与收入", None))
    page.sheet(sheet)
    page.line(Line("注：增速按可比价格计算。"))
    found = read(page, Dirt(skew=0.8, turn=turn))
    (grid,) = found.grids
    assert set(wrong_cells(grid, sheet)) <= grid.doubtful
    assert len(grid.doubtful) <= 2
    assert sorted(grid.spans) == sorted(sheet.spans)
    assert (found.turned, found.kind) == (turned, "ocr")
    assert (found.width, found.height) == A4
    texts = [word.text for word in found.words]
    assert any("各市人口与收入" in text for text in texts)
    assert any("增速按可比价格计算" in text for text in texts)


def test_what_the_print_itself_has_wrong_stays_as_printed_and_is_no_doubt():
    sheet = ranking_sheet(12)
    sheet.rows[5][2] = "99.99"  # out of its falling order
    page = Page()
    page.sheet(sheet)
    (grid,) = read(page, Dirt()).grids
    assert grid.rows[5][2] == "99.99"
    assert (5, 2) not in grid.doubtful


def test_a_digit_blotted_out_is_doubted():
    page, sheet = Page(), ranking_sheet(12)
    page.sheet(sheet)
    picture = page.scan(Dirt(specks=0))
    (grid,) = read_scan(picture, 1, *A4).grids
    assert not wrong_cells(grid, sheet)
    scale = SCAN_DPI / 72
    x0, top, x1, bottom = (round(one * scale) for one in grid.boxes[6][4])
    middle, reach = (x0 + x1) // 2, round(2.2 * scale)
    picture[top + 3 : bottom - 3, middle + 2 : middle + reach] = 60
    (blotted,) = read_scan(picture, 1, *A4).grids
    assert (6, 4) in blotted.doubtful
    assert set(wrong_cells(blotted, sheet)) <= blotted.doubtful


def test_prose_and_white_paper_hold_no_table():
    page = Page()
    for number in range(12):
        page.line(Line(f"第{number}段：评价结果按得分排列，数据来自各市统计部门发布的公报。"))
    assert read(page, Dirt(skew=-1)).grids == []
    assert read(Page(), Dirt()).kind == "blank"


def test_the_extra_is_installed_here():
    assert is_available()


def test_without_the_extra_it_says_so():
    program = "from extractors.pdf.scan import is_available; print(is_available())"
    # -S: an interpreter without any package that was installed.
    said = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"


def test_the_network_is_loaded_without_leaving_anything_behind(tmp_path):
    program = "from extractors.pdf.scan.recognise import recogniser; recogniser()"
    places = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-B", "-c", program], env=places, check=True)
    assert list(tmp_path.rglob("*")) == []
