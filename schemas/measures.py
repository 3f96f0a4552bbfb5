"""What the words of labels and captions say about a number, loaded from ``measures.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

import yaml


@dataclass(frozen=True)
class MeasureWords:
    """The words, ready for use; each list is longest first, so that the longest word wins."""

    measures: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    quantities: tuple[str, ...]
    caption_measures: frozenset[str]
    generic: frozenset[str]
    score_rates: frozenset[str]
    score_endings: tuple[str, ...]
    rank_endings: tuple[str, ...]
    totals: frozenset[str]
    sums: frozenset[str]
    part_endings: tuple[str, ...]
    points: tuple[str, ...]
    averages: tuple[str, ...]
    indicator_stubs: frozenset[str]
    breakdown_stubs: frozenset[str]
    part_marks: tuple[str, ...]
    part_words: tuple[str, ...]
    national_words: tuple[str, ...]
    national_place: str
    subject_starts: tuple[str, ...]
    subject_ends: tuple[str, ...]

    def measure_of(self, label: str) -> str | None:
        """The measure that a label's words name (``share`` for 比重), None where they name none.

        ``label`` has no white space and no brackets.
        """
        if label.endswith(self.quantities):
            return None
        for measure, ends, holds in self.measures:
            if (ends and label.endswith(ends)) or any(word in label for word in holds):
                return measure
        return None


def _longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


#: Lists that are compared with the end or the start of a text.
_ORDERED = (
    "quantities",
    "score_endings",
    "rank_endings",
    "averages",
    "part_marks",
    "part_words",
    "part_endings",
    "points",
    "subject_starts",
    "subject_ends",
)
#: Lists that are compared with a whole text.
_SETS = (
    "caption_measures",
    "generic",
    "score_rates",
    "totals",
    "sums",
    "indicator_stubs",
    "breakdown_stubs",
)


def parse_measure_words(data: dict[str, Any]) -> MeasureWords:
    """The words of a loaded ``measures.yaml``; a missing list is a KeyError naming it."""
    measures = tuple(
        (name, _longest_first(words.get("ends", [])), _longest_first(words.get("holds", [])))
        for name, words in data["measures"].items()
    )
    ordered = {name: _longest_first(data[name]) for name in _ORDERED}
    sets = {name: frozenset(data[name]) for name in _SETS}
    national = data["national"]
    return MeasureWords(
        measures=measures,
        national_words=_longest_first(national["words"]),
        national_place=national["place"],
        **cast(dict[str, Any], ordered),
        **cast(dict[str, Any], sets),
    )


@lru_cache(maxsize=1)
def measure_words() -> MeasureWords:
    """The words of the package."""
    text = files("schemas").joinpath("measures.yaml").read_text(encoding="utf-8")
    return parse_measure_words(yaml.safe_load(text))
