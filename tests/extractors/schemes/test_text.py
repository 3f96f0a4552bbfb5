"""The text of a cell: tags, underlining, LaTeX, sentences cut in two."""

from __future__ import annotations

import pytest

from extractors.schemes.text import Marked, clauses, joined_name, plain_math


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        (r"得分 $= 30\% \times (b1+b2)$。", "得分 = 30%  × (b1+b2)。"),
        (r"$\frac{\text{甲}}{\text{乙}} \times 100$", "(甲)/(乙)  × 100"),
        (r"$$x_{1} \leq 5$$", "x1  ≤ 5"),
        ("则 $b1 = 0$。", "则 b1 = 0。"),
        ("售价 $5 与 $6", "售价 $5 与 $6"),
    ],
)
def test_latex_becomes_plain_text_and_money_stays(printed, plain):
    assert "".join(plain_math(printed).split()) == "".join(plain.split())


def test_paragraphs_and_underlining_are_read_out_of_tags():
    cell = Marked.of("<p>甲项：<u>乙</u>。</p> <p><u>丙项</u></p>")
    assert cell.text == "甲项：乙。\n丙项"
    assert cell.underlined() == ["乙", "丙项"]


def test_underlining_survives_a_cut_inside_of_it():
    cell = Marked.of("<p><u>甲乙丙</u></p>")
    assert cell[1:3].underlined() == ["乙丙"]


def test_a_sentence_cut_by_a_paragraph_is_one_again():
    assert Marked.of("<p>推动效率变革的情</p><p>况。</p>").text == "推动效率变革的情况。"
    assert Marked.of("<p>得分×100</p><p>总数为0时得满分。</p>").text.count("\n") == 1


def test_names_lose_the_blanks_of_wrapping_only():
    assert joined_name("宽带网络 设施") == "宽带网络设施"
    assert joined_name("5G 用户占比") == "5G 用户占比"


def test_clauses_are_told_by_their_numbers():
    assert list(clauses("1.甲2.5%。 2.乙。3.丙")) == ["1.甲2.5%。", "2.乙。", "3.丙"]
