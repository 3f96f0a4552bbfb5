"""Sentences against themselves and against made tables: each check found once, and silent."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.model import Block, Document, Extraction, Line
from extractors.reconcile.headings import heading_errors
from extractors.reconcile.matrices import coefficients, marks
from extractors.reconcile.prose import prose_errors
from extractors.reconcile.prose.paragraphs import paragraphs_of
from extractors.reconcile.sheets import Sheet
from tests.extractors.records.making import SHA, column, table


def told(*texts: str, sheets: tuple[Sheet, ...] = ()) -> list[tuple]:
    """(check, line, printed, expected) of what lines of prose, one below the other, give."""
    blocks = [Block(text, line, line) for line, text in enumerate(texts, start=1)]
    extraction = Extraction(
        Document("t.txt", SHA, "text/plain", None, None, None, ()), [], blocks, []
    )
    return [(d.check, d.line, d.printed, d.expected) for d in prose_errors(extraction, sheets)]


# --- paragraphs ----------------------------------------------------------------------------


def test_a_sentence_that_a_page_breaks_is_one_paragraph_with_its_lines():
    first = "各市在本年度评估中的总体得分普遍较上一年度有所提高,其中平均"
    blocks = [
        Block(first, 3, 3),
        Block("得分为 40.05 分。", 6, 6),
        Block("表1 得分", 9, 9, kind="caption"),
    ]
    (paragraph,) = paragraphs_of(blocks)
    assert paragraph.text.endswith("平均得分为40.05分。")
    assert paragraph.place(paragraph.text.index("平均"))[0] == 3
    assert paragraph.place(paragraph.text.index("40.05"))[0] == 6


# --- what a sentence says by itself --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("甲指数为80.01,比2015年的77.61上升2.40个点。", None),
        ("甲指数为80.01,比2015年的77.61上升2.41个点。", None),  # rounded before
        ("甲指数为80.01,比2015年的77.61上升9.74个点。", ("prose-change", "9.74", "2.40")),
        ("甲指数为70.00,比2015年的77.61上升7.61个点。", ("prose-change", "7.61", "-7.61")),
        ("投资从2013年的3754.7亿元增长至2016年的4350亿元,年均增长5%。", None),
        ("收入由200亿元增长到300亿元,增长50%。", None),
        ("收入由200亿元增长到300亿元,增长5.0%。", ("prose-change", "5.0", "50.0")),
        ("普及率由50.3%提高到53.2%,提高了2.9个百分点。", None),
        ("普及率由50.3%提高到53.2%,提高了3.9个百分点。", ("prose-change", "3.9", "2.9")),
        ("三次产业结构调整为8.9:39.1:52.0。", None),
        ("三次产业结构由9.9:40.1:50.0调整为8.9:39.1:62.0。",
         ("prose-structure", "8.9:39.1:62.0", "100")),
        ("收到项目1095个,其中,重点项目173个,一般项目313个,其他项目609个。", None),
        ("收到项目1075个,其中,重点项目173个,一般项目313个,其他项目609个。",
         ("prose-parts", "1075", "1095")),
        ("收到项目1300个,其中,重点项目173个,一般项目313个,其他项目609个。", None),
        ("一是甲;二是乙;三是丙;四是丁。", None),
        ("一是甲;二是乙;三是丙;三是丁。", ("prose-enumeration", "三是", "4")),
        ("二是乙;二是丙。", None),
        ("各城市的的成绩均有提高。", ("word-twice", "的的", "的")),
        ("目的的实现和参与与合作都实实在在。", None),
    ],
)  # fmt: skip
def test_a_sentence_by_itself(text, finding):
    found = [(check, printed, expected) for check, _, printed, expected in told(text)]
    assert found == ([] if finding is None else [finding])


def test_a_word_set_twice_is_told_from_two_words_that_share_letters():
    assert told("信息技术和信息信息技术服务。信息化。信息。") == [
        ("word-twice", 1, "信息信息", "信息")
    ]
    assert told("企业发展,企业服务,企业创新,企业创业创新基地,创业。") == []


# --- what it says of a table ---------------------------------------------------------------

NAMES = "甲乙丙丁戊己庚辛壬癸"
SCORES = (9.41, 8.72, 8.15, 7.66, 7.03, 6.58, 5.97, 5.24, 4.63, 3.81)  # mean 6.72


def scores() -> Sheet:
    rows = [
        f"{place}|{'东部' if place % 2 else '西部'}|{name}城|{score:.2f}|{10 * score:.1f}%"
        for place, (name, score) in enumerate(zip(NAMES, SCORES, strict=True), start=1)
    ]
    columns = [column("排名", "rank"), column("地区", "class"), column("城市", "stub"),
               column("服务能力得分", "value", field="score"),
               column("得分率", "value", field="rate", unit="%")]  # fmt: skip
    return Sheet(table(columns, rows, kind="ranking", caption="表1 2016年服务能力排名", line=20))


RIGHT = (
    "2016年服务能力的全国平均得分为6.72分,得分率为67.2%,最高分为9.41分,最低分为3.81分,"
    "分差为5.60分,其中东部地区平均得分为7.04分,西部地区平均得分为6.40分。"
)


def test_a_text_that_gives_what_the_table_gives():
    assert told(RIGHT, sheets=(scores(),)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ("6.72", "6.27", ("prose-mean", 1, "6.27", "6.72")),
        ("67.2%", "57.2%", ("prose-rate", 1, "57.2", "67.2")),
        ("9.41", "9.14", ("prose-extreme", 1, "9.14", "9.41")),
        ("3.81", "3.18", ("prose-extreme", 1, "3.18", "3.81")),
        ("5.60", "5.06", ("prose-range", 1, "5.06", "5.60")),
        ("7.04", "7.40", ("prose-mean", 1, "7.40", "7.04")),
    ],
)
def test_a_number_that_the_table_does_not_give(right, wrong, finding):
    assert told(RIGHT.replace(right, wrong), sheets=(scores(),)) == [finding]


def test_numbers_of_another_year_are_left_alone():
    for other in ("2013年服务能力平均得分为5.11分。", "上届服务能力的平均得分为5.11分。"):
        assert told(RIGHT + other, sheets=(scores(),)) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("得分前三名的城市分别是甲城、乙城和丙城。", None),
        ("得分前三名的城市分别是甲城、乙城、丙城和丁城。", ("prose-list-length", "前三", "4")),
        ("得分前四名的城市分别是甲城、乙城、丙城和戊城。", ("prose-list-member", "戊城", "丁城")),
        ("得分最后三名的城市分别是癸城、壬城和辛城。", None),
        ("乙城、丙城、丁城分别位列第二名、第三名和第四名。", None),
        ("乙城、丙城、丁城分别位列第二名、第三名和第六名。", ("prose-place", "丁城 6", "4")),
        ("8-10分的城市有3个,占总体的30%;4-8分的城市有6个,占总体的60%。", None),
        ("8-10分的城市有3个,占总体的30%;4-8分的城市有5个,占总体的60%。", ("prose-count", "5", "6")),
        ("8-10分的城市有3个,占总体的30%;4-8分的城市有6个,占总体的66%。",
         ("prose-share", "66%", "60.0%")),
    ],
)  # fmt: skip
def test_lists_places_and_bands(text, finding):
    found = [
        (check, printed, expected) for check, _, printed, expected in told(text, sheets=(scores(),))
    ]
    assert found == ([] if finding is None else [finding])


# --- matrices and headings -----------------------------------------------------------------


def matrix(first: str, chance: str = "0.001") -> Sheet:
    rows = [
        f"甲|相关性|1|{first}",
        f"甲|显著性||{chance}",
        f"乙|相关性|{first}|1",
        f"乙|显著性|{chance}|",
    ]
    columns = [column("", "stub"), column("", "stub"), column("甲", "value"), column("乙", "value")]
    return Sheet(table(columns, rows, kind="correlation"))


def test_a_mark_that_its_own_significance_denies():
    assert list(marks(matrix("0.144**"))) == []
    found = list(marks(matrix("0.144**", "0.078")))
    assert [(d.check, d.row_number, d.column_number) for d in found] == [
        ("matrix-mark", 1, 4), ("matrix-mark", 3, 3)
    ]  # fmt: skip


def test_a_coefficient_that_its_columns_do_not_give():
    values = [(n, (n * 7) % 11, (n * 5) % 13) for n in range(12)]
    columns = [column("城市", "stub"), *(column(name, "value") for name in "甲乙丙")]
    source = Sheet(table(columns, [f"{n}城|{a}|{b}|{c}" for n, (a, b, c) in enumerate(values)]))
    names = [column("", "stub"), *(column(name, "value") for name in "甲乙丙")]
    computed = np.corrcoef(np.array(values).T)
    rows = [
        f"{name}|" + "|".join("1" if i == j else f"{computed[i][j]:.3f}" for j in range(3))
        for i, name in enumerate("甲乙丙")
    ]
    right = Sheet(table(names, rows, kind="correlation", line=40))
    assert list(coefficients([source, right])) == []
    rows[0] = rows[0].rsplit("|", 1)[0] + "|0.911"
    wrong = Sheet(table(names, rows, kind="correlation", line=40))
    assert [(d.check, d.row_number) for d in coefficients([source, wrong])] == [
        ("matrix-columns", 1)
    ]


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [
        ("一二三四五", []),
        ("一二四五", ["四"]),
        ("一二四三五", ["四", "三"]),
        ("一二三三四", ["三"]),
        ("一二三五四", []),  # one of a quoted text
        ("一二一二三", []),
    ],
)
def test_numbers_of_headings(numbers, wrong):
    lines = tuple(Line(n, f"({one})加强组织领导") for n, one in enumerate(numbers, start=1))
    document = Document("t.txt", SHA, "text/plain", None, None, None, lines)
    found = heading_errors(document, ["prose"] * len(lines))
    assert [doubt.printed.strip("()") for doubt in found if doubt.printed] == wrong
