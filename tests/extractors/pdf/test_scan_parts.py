"""The steps before recognition: paper, skew, rules, lines and glyphs of made scans."""

import numpy as np
import pytest

from extractors.pdf.scan.glyphs import GlyphBook, contradicted, fits, glyphs_of, pitch_of
from extractors.pdf.scan.lines import find_lines, find_parts
from extractors.pdf.scan.picture import Straight, straighten, without_specks
from extractors.pdf.scan.rules import find_frames, find_rules
from tests.extractors.pdf.scan_pages import (
    SANS,
    SERIF,
    Dirt,
    Line,
    Page,
    Sheet,
    statistics_sheet,
)

SCALE = 200 / 72
DIGITS = ["13,805.27", "49.60", "7,126.38", "905.41", "88.02", "3,714.95", "62.50", "1,998.36"]


def straight(page: Page, dirt: Dirt) -> Straight:
    return straighten(page.scan(dirt), SCALE)


@pytest.mark.parametrize(("skew", "turn"), [(1.97, 0), (-2.0, 0), (0.33, 1), (0.0, 0)])
def test_the_skew_is_found_to_a_twentieth_of_a_degree(skew, turn):
    page = Page()
    page.sheet(statistics_sheet(12, style="three-line"))
    assert straight(page, Dirt(skew=skew, turn=turn)).skew == pytest.approx(skew, abs=0.05)


def test_a_speck_goes_and_a_point_of_two_pixels_stays():
    picture = np.full((20, 20), 240, np.uint8)
    picture[5, 5] = 20
    picture[12:14, 12:14] = 60
    healed = without_specks(picture)
    assert healed[5, 5] == 240
    assert (healed[12:14, 12:14] == 60).all()


@pytest.mark.parametrize("style", ["ruled", "open"])
def test_cells_and_spans_are_those_drawn(style):
    page, sheet = Page(size=7), statistics_sheet(10, style=style)
    box = page.sheet(sheet)
    seen = straight(page, Dirt(skew=0.0))
    (frame,) = find_frames(find_rules(seen.ink, seen.scale), seen.scale)
    spans = {(c.row, c.column, c.last_row, c.last_column) for c in frame.cells}
    assert (len(frame.ys) - 1, len(frame.xs) - 1) == (12, 8)
    assert {one for one in spans if one[:2] != one[2:]} == set(sheet.spans)
    assert [v / SCALE for v in (frame.xs[0], frame.ys[0], frame.xs[-1], frame.ys[-1])] == (
        pytest.approx(box, abs=1)
    )


def test_a_rule_that_is_missing_at_the_top_is_found_by_those_that_run_up_to_it():
    page, sheet = Page(), statistics_sheet(6)
    box = page.sheet(sheet)
    picture = page.scan(Dirt(specks=0))
    top = round(box[1] * SCALE)
    picture[top - 3 : top + 4] = 240
    seen = straighten(picture, SCALE)
    (frame,) = find_frames(find_rules(seen.ink, seen.scale), seen.scale)
    assert len(frame.ys) - 1 == 8


def test_three_rules_and_prose_are_no_frame():
    page = Page()
    page.sheet(statistics_sheet(6, style="three-line"))
    page.line(Line("人口按常住地统计，与户籍人口不同。"))
    seen = straight(page, Dirt(skew=1))
    assert find_frames(find_rules(seen.ink, seen.scale), seen.scale) == []


def numbers(font: tuple[str, int], size: float):
    """The glyphs of printed numbers, with the page they stand on."""
    page = Page(font=font, size=size)
    page.sheet(Sheet([[text] for text in DIGITS], style="unruled"), leading=2.5)
    seen = straight(page, Dirt())
    rules = find_rules(seen.ink, seen.scale)
    lines = find_lines(find_parts(seen, rules.mask), seen.scale)
    found = [glyphs_of(line) for line in lines]
    assert len(found) == len(DIGITS)
    return seen, [one for one in found if one is not None]


@pytest.mark.parametrize(("font", "size"), [(SANS, 8), (SERIF, 8), (SERIF, 10)])
def test_glyphs_tell_a_lost_an_added_and_a_misplaced_point(font, size):
    _, lines = numbers(font, size)
    pitch = pitch_of(zip(DIGITS, lines, strict=True))
    for text, line in zip(DIGITS, lines, strict=True):
        assert fits(text, line, pitch)
        assert not fits(text.replace(".", ""), line, pitch)
        assert not fits(text.replace(".", "1"), line, pitch)
        whole, _, decimals = text.partition(".")
        assert not fits(f"{whole[:-1]}.{whole[-1]}{decimals}", line, pitch)
        assert not fits(text[1:], line, pitch)


def test_a_glyph_that_looks_like_others_of_another_digit_contradicts():
    seen, lines = numbers(SANS, 9)
    book = GlyphBook(seen.grey)
    for text, line in zip(DIGITS, lines, strict=True):
        book.add(text, line)
    assert contradicted(DIGITS[0], book.looks_like(lines[0])) == []
    wrong = DIGITS[0].replace("8", "3")
    assert contradicted(wrong, book.looks_like(lines[0])) == [DIGITS[0].index("8")]
