"""The printing itself: a fault of it would look like one of the reader's."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from random import Random

import pikepdf
import pypdfium2
import pytest
import yaml
from pypdfium2 import raw

from extractors.model import Cell, Document, Extraction
from extractors.model import Column as GotColumn
from extractors.model import Row as GotRow
from extractors.model import Table as Got
from tests.pdf.compare import compare
from tests.pdf.compose import NoRoomError, as_printed, compose
from tests.pdf.layouts import LAYOUTS, has_room
from tests.pdf.measure import broken, column_widths, width_of
from tests.pdf.page import Grid
from tests.pdf.render import BACKENDS, Backend, render
from tests.pdf.sample import sample, sidecar
from tests.pdf.scans import CLEAN, scan
from tests.roundtrip.tables import Column, Row, Table, make_table, squeezed


def _ranking(rows: int = 12) -> Table:
    """Scores of made-up towns, with a total that is the sum of its parts."""
    columns = [("排名", "rank"), ("城市", "stub"), ("网络水平", "value"), ("总分", "total")]
    return Table(
        columns=tuple(Column((text,), role) for text, role in columns),
        rows=tuple(
            Row((str(n), f"甲{n}市", f"{200 - n}.25", f"{400 - n}.50")) for n in range(1, rows + 1)
        ),
        caption="表3 各市得分排名",
        number="3",
        unit="单位：分",
    )


def _text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def _long_rules(data: bytes) -> tuple[int, int]:
    """Horizontal and vertical strokes and thin fills of the first page, by their form."""
    page = pypdfium2.PdfDocument(data)[0]
    across = down = 0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = item.get_bounds()
        across += top - bottom < 4 and right - left > 10
        down += right - left < 4 and top - bottom > 10
    return across, down


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_cell_stands_in_the_text_layer(backend: Backend) -> None:
    table = _ranking()
    text = squeezed(_text(render(table, "ruled", backend)))
    for row in table.rows:
        assert all(squeezed(cell) in text for cell in row.cells)
    assert squeezed("表3 各市得分排名") in text


@pytest.mark.parametrize("backend", BACKENDS)
def test_rules_are_those_of_the_layout(backend: Backend) -> None:
    table = _ranking()
    ruled, three, none = (
        _long_rules(render(table, layout, backend)) for layout in ("ruled", "three-line", "unruled")
    )
    assert min(ruled) > 2
    assert three[0] >= 3 and three[1] == 0
    assert none == (0, 0)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_same_table_gives_the_same_bytes(backend: Backend) -> None:
    table = _ranking()
    assert render(table, "zebra", backend) == render(table, "zebra", backend)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_the_flag_turns_a_page_upright_again(degrees: int) -> None:
    table = _ranking()
    plain, rotated = (
        pypdfium2.PdfDocument(render(table, layout, "reportlab"))[0]
        for layout in (LAYOUTS["ruled"], replace(LAYOUTS["ruled"], rotate=degrees))
    )
    assert rotated.get_rotation() == degrees
    assert rotated.get_size() == plain.get_size()
    ours, theirs = (page.render(scale=1).to_numpy() for page in (rotated, plain))
    assert (abs(ours.astype(int) - theirs) > 128).mean() < 0.002


def test_turned_content_has_no_flag() -> None:
    page = pypdfium2.PdfDocument(render(_ranking(), "turned-90", "reportlab"))[0]
    assert page.get_rotation() == 0
    assert page.get_width() > page.get_height()


def test_fake_bold_prints_every_text_twice() -> None:
    shown = [
        sum(
            str(instruction.operator) in ("Tj", "TJ")
            for instruction in pikepdf.parse_content_stream(pdf.pages[0])
        )
        for layout in ("ruled", "doubled")
        for pdf in [pikepdf.open(io.BytesIO(render(_ranking(), layout, "reportlab")))]
    ]
    assert shown[1] == 2 * shown[0]


@pytest.mark.parametrize(
    ("layout", "headers", "captions"),
    [("ruled", 3, 1), ("continued-again", 3, 1), ("continued-bare", 1, 1)],
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_long_table_goes_on_as_its_layout_says(
    backend: Backend, layout: str, headers: int, captions: int
) -> None:
    table = _ranking(90)
    data = render(table, layout, backend)
    text = squeezed(_text(data))
    again = text.count("续表3")
    header = "".join(column.path[-1] for column in table.columns[:2])
    assert text.count("各市得分排名") == captions
    assert text.count(header) >= headers if headers > 1 else text.count(header) == 1
    assert again == (len(pypdfium2.PdfDocument(data)) - 1 if layout == "continued-again" else 0)


def test_parts_side_by_side_keep_every_row() -> None:
    table = _ranking(31)
    for name in ("halves", "halves-over-pages", "thirds"):
        layout = LAYOUTS[name]
        assert has_room(table, layout)
        grids = [b for b in compose([as_printed(table, layout)], layout).blocks if type(b) is Grid]
        shown = [cell.text for grid in grids for cell in grid.cells]
        for row in table.rows:
            assert all(cell in shown for cell in row.cells)
        assert len(grids[0].widths) == layout.parts * len(table.columns)


def test_a_table_that_cannot_be_read_in_a_layout_is_not_printed_in_it() -> None:
    unranked = make_table(Random(1), "tabs", kind="regions")
    assert not unranked.ranked
    assert not has_room(unranked, LAYOUTS["halves"])
    assert not has_room(_ranking(60), LAYOUTS["beside-prose"])


def test_a_table_too_wide_for_the_page_is_refused() -> None:
    table = _ranking()
    wide = replace(
        table,
        columns=table.columns * 12,
        rows=tuple(Row(row.cells * 12) for row in table.rows),
    )
    with pytest.raises(NoRoomError, match="各市得分排名"):
        compose([wide], LAYOUTS["ruled"])


def test_no_line_breaks_inside_a_number() -> None:
    lines = broken("规模达到12,345.67亿元。", 40, 9)
    assert "".join(lines) == "规模达到12,345.67亿元。"
    assert any("12,345.67" in line for line in lines)
    assert all(width_of(line.rstrip("。"), 9) <= 55 for line in lines)
    assert column_widths([["12,345.67"]], [["规模"]], 30, 9) is None


def test_a_scan_is_pictures_as_large_as_the_pages() -> None:
    data = render(_ranking(), "landscape", "reportlab")
    pages, pictures = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument(scan(data))
    assert len(pages) == len(pictures)
    assert pages[0].get_size() == pictures[0].get_size()
    assert pictures[0].get_textpage().count_chars() == 0
    (image,) = pictures[0].get_objects()
    assert image.type == raw.FPDF_PAGEOBJ_IMAGE
    assert abs(image.get_px_size()[0] * 72 / pages[0].get_width() - 200) < 1


def test_a_scan_is_skewed_noisy_and_the_same_again() -> None:
    data = render(_ranking(), "ruled", "reportlab")
    assert scan(data) == scan(data)
    assert scan(data) != scan(data, seed=1)
    clean, noisy, skewed = (
        pypdfium2.PdfDocument(scan(data, scanner))[0].render(scale=1, grayscale=True).to_numpy()
        for scanner in (CLEAN, replace(CLEAN, noise=8.0), replace(CLEAN, skew=2.0))
    )
    assert clean[:40].std() < 1 < noisy[:40].std()
    darkest = [page.mean(axis=1).min() for page in (clean.squeeze(), skewed.squeeze())]
    assert darkest[1] > darkest[0] + 15  # a rule lies across several rows of pixels


def test_the_sample_is_small_goes_over_pages_and_says_what_it_is() -> None:
    data = sample()
    assert data == sample()
    assert len(data) < 150_000
    assert len(pypdfium2.PdfDocument(data)) > 3
    facts = yaml.safe_load(sidecar(data))
    assert facts["sha256"] == hashlib.sha256(data).hexdigest()
    assert facts["size"] == len(data)
    assert facts["edition"].endswith("-smart-city-development-print-2015")
    assert "Apache 2.0" in facts["licence"]


def _as_got(table: Table) -> Extraction:
    """What a perfect reading of a table gives."""
    columns = [GotColumn(path=column.path) for column in table.columns]
    rows = [GotRow([Cell(cell.strip(), 1) for cell in row.cells], 1) for row in table.rows]
    got = Got("t", table.caption, 1, "ranking", None, None, 1, 1, columns, rows)
    document = Document("x.pdf", "", "application/pdf", None, 1, None, ())
    return Extraction(document, [got], [], [])


def test_a_perfect_reading_is_exact() -> None:
    table = _ranking()
    results, others = compare([table], _as_got(table))
    assert [result.exact for result in results] == [True]
    assert results[0].cells == results[0].exact_cells
    assert others == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda table: replace(table, rows=table.rows[:-1]),
        lambda table: replace(table, rows=table.rows[::-1]),
        lambda table: replace(table, columns=table.columns[::-1]),
        lambda table: replace(table, caption="表4 别的"),
        lambda table: replace(table, rows=(Row(("?", *table.rows[0].cells[1:])), *table.rows[1:])),
    ],
    ids=["a row lost", "another order", "columns changed", "another caption", "a cell changed"],
)
def test_the_comparison_notices(damage) -> None:
    table = _ranking()
    results, _ = compare([table], _as_got(damage(table)))
    assert not results[0].exact


def test_a_table_that_nobody_printed_is_named() -> None:
    first, second = _ranking(), replace(_ranking(5), caption="表9 多出的表")
    found = _as_got(first)
    found.tables += _as_got(second).tables
    assert compare([first], found)[1] == ["表9 多出的表, page 1, 5 rows"]
