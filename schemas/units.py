"""Facts about units, missing marks, qualifying signs and plans, read from ``units.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_FILE = "units.yaml"

#: Full-width ASCII (U+FF01–FF5E) and the ideographic blank to half-width; the invisible
#: characters that copying from a web page leaves are dropped. Not NFKC, which would also
#: read 10² as 102 and ① as 1.
WIDTHS: dict[int, int | str | None] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3000: " ",
    0x00A0: " ",
    0xFFE5: "¥",
    0xFFE1: "£",
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), None),
}


#: Most texts have nothing wide, and looking costs less than translating.
_HAS_WIDE = re.compile("[" + "".join(map(chr, WIDTHS)) + "]").search


def half_width(text: str) -> str:
    """``text`` with full-width forms made half-width, and nothing else changed."""
    return text.translate(WIDTHS) if _HAS_WIDE(text) else text


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """The whole of ``units.yaml``, ready to be looked up.

    ``codes`` maps a unit word to its unit_measure, without multipliers. ``naming`` are the
    measure words that do not make a cell (3类, 2组) a number. ``missing`` maps a mark to
    (obs_status, how often it must at least be repeated). ``plans`` maps what stands before
    五 in the name of a five-year plan to its first and last year.
    """

    codes: Mapping[str, str]
    naming: frozenset[str]
    multipliers: Mapping[str, int]
    missing: Mapping[str, tuple[str, int]]
    before: tuple[str, ...]
    after: tuple[str, ...]
    negative: frozenset[str]
    unclear: frozenset[str]
    maxima: tuple[str, ...]
    weights: tuple[str, ...]
    plans: Mapping[str, tuple[int, int]]


@cache
def load_units() -> UnitFacts:
    """Read ``units.yaml`` once. Raises ValueError where a word has two meanings."""
    text = files("schemas").joinpath(_FILE).read_text(encoding="utf-8")
    return _facts(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def _facts(raw: Mapping[str, Any]) -> UnitFacts:
    named = [(word, entry["code"]) for entry in raw["units"] for word in entry["words"]]
    counted = [word for line in raw["counted"] for word in line]
    pairs = named + [(word, f"NUMBER_{word}") for word in (*counted, *raw["naming"])]
    codes = _unique((half_width(word), code) for word, code in pairs)
    signs = raw["qualifiers"]
    return UnitFacts(
        codes=codes,
        naming=frozenset(raw["naming"]),
        multipliers=dict(raw["multipliers"]),
        missing=_unique(
            (half_width(mark), (entry["status"], int(entry.get("at_least", 1))))
            for entry in raw["missing"]
            for mark in entry["marks"]
        ),
        before=_signs(signs["before"]),
        after=_signs(signs["after"]),
        negative=frozenset(signs["negative"]),
        unclear=frozenset(signs["unclear"]),
        maxima=_longest_first(raw["maxima"]),
        weights=_longest_first(raw["weights"]),
        plans={name: (first, last) for name, (first, last) in raw["plans"].items()},
    )


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of ``pairs``; a word with two meanings is a mistake in the file."""
    found: dict[str, Any] = {}
    for word, meaning in pairs:
        if found.setdefault(word, meaning) != meaning:
            raise ValueError(f"{_FILE}: {word!r} stands for {found[word]} and {meaning}")
    return found


def _signs(lines: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return _longest_first({half_width(sign) for line in lines for sign in line})


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """Sorted so that an alternation tries 超过 before 超."""
    return tuple(sorted(words, key=lambda word: (-len(word), word)))
