"""What the words of a scheme of indicators say, loaded from ``schemes.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class SchemeWords:
    """The words, ready for use. ``fields`` maps a header word to the column it heads, longest
    word first; ``kinds`` is a kind with the words that tell it."""

    levels: frozenset[str]
    parts: frozenset[str]
    fields: Mapping[str, str]
    points: frozenset[str]
    underline_words: tuple[str, ...]
    changed_words: tuple[str, ...]
    kinds: Mapping[str, tuple[str, ...]]
    scoring_words: tuple[str, ...]
    statistics: tuple[str, ...]

    def field_of(self, text: str) -> str | None:
        """The field that a header part without white space and brackets names."""
        exact = self.fields.get(text)
        if exact:
            return exact
        return next((field for word, field in self.fields.items() if text.endswith(word)), None)


def parse_scheme_words(data: dict[str, Any]) -> SchemeWords:
    """The words of a loaded ``schemes.yaml``; a missing list is a KeyError naming it."""
    words = [(word, field) for field, listed in data["fields"].items() for word in listed]
    return SchemeWords(
        levels=frozenset(data["levels"]),
        parts=frozenset(data["parts"]),
        fields=dict(sorted(words, key=lambda pair: (-len(pair[0]), pair[0]))),
        points=frozenset(data["points"]),
        underline_words=tuple(data["underline_words"]),
        changed_words=tuple(data["changed_words"]),
        kinds={kind: tuple(listed) for kind, listed in data["kinds"].items()},
        scoring_words=tuple(data["scoring_words"]),
        statistics=tuple(data["statistics"]),
    )


@lru_cache(maxsize=1)
def scheme_words() -> SchemeWords:
    """The words of the package."""
    text = files("schemas").joinpath("schemes.yaml").read_text(encoding="utf-8")
    return parse_scheme_words(yaml.safe_load(text))
