"""Pages to lines and fragments: reading order, paragraphs, captions, merged cells."""

from __future__ import annotations

from extractors.model import Box
from extractors.pdf.lines import LAYOUT, layout, one_line
from extractors.pdf.model import Grid, PdfPage, Word
from schemas.vocabulary import Vocabulary

VOCABULARY = Vocabulary.load()


def word(text: str, x: float, top: float, size: float = 10.0) -> Word:
    return Word(text, (x, top, x + size * len(text), top + size), size)


def grid(box: Box, *rows: str, spans=(), doubtful=frozenset()) -> Grid:
    cells = tuple(tuple(row.split("|")) for row in rows)
    return Grid(1, box, cells, spans=spans, reader="test", doubtful=doubtful)


def page(words=(), grids=(), number: int = 1, **more) -> PdfPage:
    return PdfPage(number, 600, 800, words=list(words), grids=list(grids), **more)


def texts(*pages: PdfPage) -> list[str]:
    return [line.text for line in layout(pages, VOCABULARY).lines if line.text]


TABLE = grid((50, 100, 300, 160), "排名|城市|得分", "1|青岛|90.1", "2|大连|80.2")


def test_a_row_of_a_grid_is_one_line_with_its_cells_and_its_box():
    found = layout([page(grids=[TABLE])], VOCABULARY)
    assert [line.text for line in found.lines] == [
        "排名\t城市\t得分",
        "1\t青岛\t90.1",
        "2\t大连\t80.2",
    ]
    (fragment,) = found.fragments
    assert (fragment.layout, fragment.first, fragment.last) == (LAYOUT, 1, 3)
    assert {cell.line for cell in fragment.rows[2]} == {3}
    assert found.lines[0].box == TABLE.box
    assert found.lines[0].page == 1


def test_words_on_one_height_are_a_line_and_far_apart_two():
    words = [word("表1", 50, 80), word("得分", 90, 80.5), word("单位：分", 260, 80)]
    assert texts(page(words, [TABLE])) == [
        "表1 得分",
        "单位：分",
        "排名\t城市\t得分",
        "1\t青岛\t90.1",
        "2\t大连\t80.2",
    ]


def test_what_stands_beside_a_grid_follows_it():
    beside = [word("旁边的文字", 400, 105), word("还有一行", 400, 125)]
    found = texts(page([*beside, word("下面", 50, 300)], [TABLE]))
    assert found[3:] == ["旁边的文字", "还有一行", "下面"]


def test_words_inside_a_grid_are_no_lines():
    assert len(texts(page([word("青岛", 100, 122)], [TABLE]))) == 3


def test_the_lines_of_a_paragraph_are_one():
    words = [
        word("　本次评估的结果和上年相比有明显的提高各地的工作都取得", 50, 400),
        word("了较大的进步但是仍有不少城市没有达到要求需要继续努力才能", 50, 416),
        word("赶上其他地方。", 50, 432),
        word("　下一年的工作要更好。", 50, 448),
    ]
    found = texts(page(words))
    assert len(found) == 2
    assert found[0].endswith(
        "各地的工作都取得了较大的进步但是仍有不少城市没有达到要求需要继续努力才能赶上其他地方。"
    )


def test_short_lines_are_no_paragraph():
    words = [word("第一章", 50, 400), word("总则", 50, 416), word("第二章", 50, 432)]
    assert texts(page(words)) == ["第一章", "总则", "第二章"]


def test_captions_below_their_grids_are_told():
    other = grid((50, 300, 300, 340), "名称|数量", "甲|1")
    words = [word("表1 各市得分", 80, 164), word("表2 各市数量", 80, 344)]
    found = layout([page(words, [TABLE, other])], VOCABULARY)
    assert [found.lines[n - 1].text for n in sorted(found.captions_below)] == [
        "表1 各市得分",
        "表2 各市数量",
    ]


def test_captions_above_their_grids_are_told_from_those_below_others():
    other = grid((50, 200, 300, 240), "名称|数量", "甲|1")
    words = [word("表1 各市得分", 80, 86), word("表2 各市数量", 80, 186)]
    found = layout([page(words, [TABLE, other])], VOCABULARY)
    assert found.captions_below == frozenset()


def test_the_edge_of_a_grid_parts_a_caption_from_prose_beside_it():
    words = [word("左边的一行文字没有写完", 50, 88), word("表1 各市得分", 172, 88)]
    beside = grid((165, 100, 300, 160), "排名|城市", "1|青岛")
    assert texts(page(words, [beside]))[::3] == ["表1 各市得分", "左边的一行文字没有写完"]


def test_a_caption_in_two_centred_lines_is_one():
    words = [word("表1 全国各地级以上城市综合得分以及排", 75, 64), word("名表", 160, 78)]
    assert texts(page(words, [TABLE]))[0] == "表1 全国各地级以上城市综合得分以及排名表"


def test_merged_cells_fill_what_they_cover():
    table = grid(
        (50, 100, 300, 160),
        "城市|得分|",
        "|2015|2016",
        "青岛|1|2",
        spans=((0, 0, 1, 0), (0, 1, 0, 2)),
    )
    (fragment,) = layout([page(grids=[table])], VOCABULARY).fragments
    top, second, _ = fragment.rows
    assert [cell.value for cell in top] == ["城市", "得分", "得分"]
    assert second[0].value == "城市"
    assert [cell.text for cell in top] == ["城市", "得分", ""]


def test_a_cell_over_a_whole_row_fills_nothing():
    table = grid((50, 100, 300, 160), "甲类||", "青岛|1|2", spans=((0, 0, 0, 2),))
    (fragment,) = layout([page(grids=[table])], VOCABULARY).fragments
    assert [cell.value for cell in fragment.rows[0]] == ["甲类", "", ""]


def test_a_doubtful_cell_says_so():
    table = grid((50, 100, 300, 160), "城市|得分", "青岛|1", doubtful=frozenset({(1, 1)}))
    (fragment,) = layout([page(grids=[table])], VOCABULARY).fragments
    assert fragment.rows[1][1].confidence < 1
    assert fragment.rows[1][0].confidence == 1


def test_a_page_that_was_not_read_is_named():
    found = layout([page(number=7, kind="scan")], VOCABULARY)
    (doubt,) = found.doubts
    assert (doubt.check, doubt.severity, doubt.page) == ("page-not-read", "error", 7)


def test_the_lines_of_a_cell_are_one_text():
    assert one_line("智慧\n基础") == "智慧基础"
    assert one_line("New\nYork") == "New York"
