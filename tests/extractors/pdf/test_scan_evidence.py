"""What a table says of its own numbers, on tables written here."""

import pytest

from extractors.pdf.scan.evidence import TableRules, is_odd


def table(rows: int = 14) -> list[list[str]]:
    """Rank, two parts and their total, a falling score with two decimals."""
    made = [["排名", "2014", "2015", "合计", "得分"]]
    for row in range(rows):
        first, second = 10 + 7 * row, 90 - 3 * row
        made.append(
            [str(row + 1), str(first), str(second), str(first + second), f"{99.5 - row:.2f}"]
        )
    return made


def test_a_table_breaks_none_of_its_own_rules():
    texts = table()
    rules = TableRules(texts)
    assert [
        (r, c) for r, row in enumerate(texts) for c, text in enumerate(row)
        if rules.broken_by(r, c, text)
    ] == []  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "text", "broken"),
    [
        (3, 3, "1111", ["order", "sum"]),
        (3, 1, "29", ["sum"]),
        (3, 0, "8", ["rank"]),
        (3, 4, "9750", ["decimals", "order"]),
        (3, 4, "91.50", ["order"]),
        (3, 0, "I", ["number"]),
    ],
)
def test_a_wrong_text_breaks_the_rule_it_is_under(row, column, text, broken):
    assert TableRules(table()).broken_by(row, column, text) == broken


def test_the_rule_holds_with_one_row_wrong_and_confirms_the_right_text():
    texts = table()
    right, texts[4][3] = texts[4][3], "118"
    rules = TableRules(texts)
    assert "sum" in rules.broken_by(4, 3, "118")
    assert rules.confirms(4, 3, right)
    assert not rules.confirms(4, 3, "118")
    assert rules.partners(4, 3) >= {(4, 1), (4, 2)}


def test_missing_marks_and_words_are_no_misread_numbers():
    rules = TableRules(table())
    assert [rules.broken_by(3, 4, text) for text in ("—", "…", "", "合计", "12.3*")] == [[]] * 5


@pytest.mark.parametrize("text", ["0,93", "910,19", "1234,567", "1.234.5", "-6,7"])
def test_odd_points_and_commas(text):
    assert is_odd(text)


@pytest.mark.parametrize("text", ["0.93", "1,234", "12,345.6", "-6.7", "2016", "100%"])
def test_usual_points_and_commas(text):
    assert not is_odd(text)
