"""The words with which an edition speaks of the one before, loaded from ``crosswalk.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

import yaml

from schemas.fields import DictionaryError

#: How two indicators are related, seen from the later edition.
Relation = Literal["kept", "renamed", "changed", "added", "dropped"]


@dataclass(frozen=True)
class CrosswalkWords:
    """The words, ready for use. ``relations`` are tried in order."""

    relations: tuple[tuple[Relation, tuple[str, ...]], ...]
    names: tuple[str, ...]
    not_names: tuple[str, ...]
    before: tuple[str, ...]
    now: tuple[str, ...]
    becomes: tuple[str, ...]
    editions: tuple[str, ...]
    last_year: tuple[str, ...]
    marks: tuple[str, ...]
    differ: tuple[str, ...]
    unmarked: tuple[str, ...]
    same: tuple[str, ...]

    def relation_of(self, text: str) -> Relation | None:
        """The relation that a change word names (原有指标修改 is changed), None for other text."""
        return next(
            (relation for relation, words in self.relations if any(word in text for word in words)),
            None,
        )


def parse_crosswalk_words(data: Mapping[str, Any]) -> CrosswalkWords:
    """The words of a loaded ``crosswalk.yaml``; raises `DictionaryError` for no relation."""
    for entry in data["relations"]:
        if entry["relation"] not in get_args(Relation):
            raise DictionaryError(f"crosswalk: {entry['relation']!r} is no relation")
    relations = tuple(
        (cast(Relation, entry["relation"]), tuple(entry["words"])) for entry in data["relations"]
    )
    lists = {name: tuple(words) for name, words in data.items() if name != "relations"}
    return CrosswalkWords(relations=relations, **lists)


@lru_cache(maxsize=1)
def crosswalk_words() -> CrosswalkWords:
    """The words of the package."""
    text = files("schemas").joinpath("crosswalk.yaml").read_text(encoding="utf-8")
    return parse_crosswalk_words(yaml.safe_load(text))
