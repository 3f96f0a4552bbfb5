"""The words with which a document speaks of itself, loaded from ``facts.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class FactWords:
    """The words, ready for use; each list is longest first, so that the longest word wins.

    ``roles`` and ``date_labels`` map a word to the role of a body and the kind of a date.
    """

    body_endings: tuple[str, ...]
    short_endings: tuple[str, ...]
    no_body_words: tuple[str, ...]
    no_body_starts: tuple[str, ...]
    red_head: tuple[str, ...]
    roles: Mapping[str, str]
    date_labels: Mapping[str, str]
    issued: tuple[str, ...]
    effective: tuple[str, ...]
    number_labels: tuple[str, ...]
    notices: tuple[str, ...]
    citing: tuple[str, ...]
    attachments: tuple[str, ...]
    ordinals: tuple[str, ...]


def parse_fact_words(data: Mapping[str, Any]) -> FactWords:
    """The words of a loaded ``facts.yaml``; a missing list is a KeyError naming it."""
    lists = {
        name: _longest_first(data[name])
        for name in FactWords.__dataclass_fields__
        if name not in ("roles", "date_labels")
    }
    return FactWords(
        roles=_by_word(data["roles"]), date_labels=_by_word(data["date_labels"]), **lists
    )


def _longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _by_word(lists: Mapping[str, list[str]]) -> dict[str, str]:
    meaning = {word: name for name, words in lists.items() for word in words}
    return {word: meaning[word] for word in _longest_first(list(meaning))}


@lru_cache(maxsize=1)
def fact_words() -> FactWords:
    """The words of the package."""
    text = files("schemas").joinpath("facts.yaml").read_text(encoding="utf-8")
    return parse_fact_words(yaml.safe_load(text))
