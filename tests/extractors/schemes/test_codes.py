"""Codes in any grammar."""

from __future__ import annotations

import pytest

from extractors.schemes.codes import above, codes_in, grammar, shape, whole_code


@pytest.mark.parametrize(
    ("codes", "child", "parent"),
    [
        (["L1", "L1P1", "L1P10", "L1P1-A1"], "L1P1-A1", "L1P1"),
        (["A1", "A1.2", "A1.2.3"], "A1.2.3", "A1.2"),
        (["1", "1.1", "1.10", "1.1.1"], "1.1.1", "1.1"),
        (["A", "A1", "B", "B1"], "B1", "B"),
        (["A1", "B1", "C-01"], "C-01", None),
        (["L1", "L10", "L10P1"], "L10P1", "L10"),
    ],
)
def test_what_is_above_a_code(codes, child, parent):
    assert above(child, codes) == parent


def test_a_shape_that_only_one_code_has_is_no_grammar():
    found = [code.text for code in codes_in("A1.1 网络 A1.2 PM2.5浓度 4G覆盖 GB/T33171 A1.3 IPv6")]
    assert "PM2.5" not in found or shape("PM2.5") not in grammar(found)
    assert shape("A1.1") in grammar(found)
    assert grammar(["A1"]) == frozenset()


def test_the_stem_of_codes_belongs_to_the_grammar_although_it_is_alone():
    assert grammar(["L1", "L1P1", "L1P2"]) >= {"X9", "X9X9"}


def test_decimals_and_shares_are_no_codes():
    assert [code.text for code in codes_in("减0.5分，占12.5%，第1.2.3条")] == ["0.5", "1.2.3"]
    assert whole_code("C-01、") == "C-01"
    assert whole_code("C-01 覆盖") is None
