"""The words of ``measures.yaml``."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

from schemas.measures import measure_words, parse_measure_words


def package_data() -> dict:
    return yaml.safe_load(files("schemas").joinpath("measures.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("label", "measure"),
    [
        ("年均增长率", "change"),
        ("得分率", "rate"),
        ("用户占总用户的比率", "share"),
        ("规划目标", "target"),
        ("汇率", None),
        ("网民数", None),
    ],
)
def test_the_first_measure_that_fits_is_taken(label, measure):
    assert measure_words().measure_of(label) == measure


def test_words_are_compared_without_white_space_so_none_has_any():
    def texts(node):
        if isinstance(node, dict):
            node = [*node, *node.values()]
        return [text for part in node for text in texts(part)] if isinstance(node, list) else [node]

    assert [text for text in texts(package_data()) if "".join(text.split()) != text] == []


def test_the_longest_word_is_tried_first():
    words = measure_words().subject_ends
    assert list(map(len, words)) == sorted(map(len, words), reverse=True)


def test_a_missing_list_is_named():
    data = package_data()
    del data["totals"]
    with pytest.raises(KeyError, match="totals"):
        parse_measure_words(data)
