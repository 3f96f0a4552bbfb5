"""The patterns of schemas/formulas.yaml are well formed, and each finds what it is written for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from extractors.formulas.wording import compiled
from schemas.formulas import load_formulas

_FACTS = load_formulas()
_SAMPLES = {
    "n": "7", "a": "5", "b": "9", "k": "三", "interval": "[5,9)", "circled": "①",
    "symbol": "b1", "act": "新接入",
}  # fmt: skip


def _patterns() -> Iterator[str]:
    for group in (_FACTS.bounds, _FACTS.rules, _FACTS.quantities):
        for patterns in group.values():
            yield from patterns
    yield from _FACTS.chained.values()
    for several in (_FACTS.exactly, _FACTS.for_each, _FACTS.for_one, _FACTS.reached):
        yield from several
    yield from (*_FACTS.meaning, *_FACTS.harmless)


@pytest.mark.parametrize("pattern", sorted(set(_patterns())))
def test_a_pattern_finds_its_own_wording(pattern: str) -> None:
    """The first synonym of each word, and a sample in each slot."""
    printed = re.sub(r"\{(\w+)\??\}", lambda word: _FACTS.words[word[1]][0], pattern)
    printed = re.sub(r"<([a-z]\w*)\*?>", lambda slot: _SAMPLES.get(slot[1], "某某"), printed)
    assert compiled(pattern).fullmatch(printed)


def test_a_word_that_nobody_listed() -> None:
    with pytest.raises(KeyError):
        compiled("{nonsense}<n>")
