"""Facts about the wording of scoring formulas, read from ``formulas.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_FILE = "formulas.yaml"


@dataclass(frozen=True, slots=True)
class PointWords:
    """Words around a number of points; each longest first."""

    unit: str
    not_before: tuple[str, ...]
    gain: tuple[str, ...]
    lose: tuple[str, ...]
    cap: tuple[str, ...]
    none: tuple[str, ...]
    full: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormulaFacts:
    """The whole of ``formulas.yaml``. Patterns are as written there, uncompiled.

    ``signs`` maps a printed sign to the one that stands for it, ``latex`` a command to its
    sign. ``words`` are the synonyms that a pattern names in braces, ``slots`` the slots that
    hold something else than text, by what they hold.
    """

    signs: Mapping[str, str]
    latex: Mapping[str, str]
    headings: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, str]
    not_defining: tuple[str, ...]
    points: PointWords
    negations: tuple[str, ...]
    nothing: tuple[str, ...]
    others: tuple[str, ...]
    everything: tuple[str, ...]
    ranked: tuple[str, ...]
    acts: tuple[str, ...]
    bounds: Mapping[str, tuple[str, ...]]
    chained: Mapping[str, str]
    and_words: tuple[str, ...]
    exactly: tuple[str, ...]
    for_each: tuple[str, ...]
    for_one: tuple[str, ...]
    reached: tuple[str, ...]
    rules: Mapping[str, tuple[str, ...]]
    divisor: tuple[str, ...]
    quantities: Mapping[str, tuple[str, ...]]
    meaning: tuple[str, ...]
    signals: tuple[str, ...]
    harmless: tuple[str, ...]


@cache
def load_formulas() -> FormulaFacts:
    """Read ``formulas.yaml`` once. Raises ValueError where a sign has two meanings."""
    text = files("schemas").joinpath(_FILE).read_text(encoding="utf-8")
    return _facts(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def _facts(raw: Mapping[str, Any]) -> FormulaFacts:
    points = _point_words(raw["points"])
    words = {name: _longest_first(words) for name, words in raw["words"].items()}
    return FormulaFacts(
        signs=_inverted(raw["signs"]),
        latex=_inverted(raw["latex"]),
        headings=_longest_first(raw["headings"]),
        words={
            **words,
            "act": _longest_first(raw["acts"]),
            "gain": points.gain,
            "none": points.none,
            "full": points.full,
        },
        slots=_inverted(raw["slots"]),
        not_defining=tuple(raw["not_defining"]),
        points=points,
        negations=_longest_first(raw["negations"]),
        nothing=_longest_first(raw["nothing"]),
        others=_longest_first(raw["others"]),
        everything=_longest_first(raw["everything"]),
        ranked=tuple(raw["ranked"]),
        acts=_longest_first(raw["acts"]),
        bounds={kind: tuple(patterns) for kind, patterns in raw["bounds"].items()},
        chained=dict(raw["chained"]),
        and_words=_longest_first(raw["and"]),
        exactly=tuple(raw["exactly"]),
        for_each=tuple(raw["for_each"]),
        for_one=tuple(raw["for_one"]),
        reached=tuple(raw["reached"]),
        rules={name: tuple(patterns) for name, patterns in raw["rules"].items()},
        divisor=tuple(raw["divisor"]),
        quantities={name: tuple(patterns) for name, patterns in raw["quantities"].items()},
        meaning=tuple(raw["meaning"]),
        signals=tuple(raw["signals"]),
        harmless=tuple(raw["harmless"]),
    )


def _point_words(raw: Mapping[str, Any]) -> PointWords:
    return PointWords(
        unit=raw["unit"],
        not_before=_longest_first(raw["not_before"]),
        gain=_longest_first(raw["gain"]),
        lose=_longest_first(raw["lose"]),
        cap=_longest_first(raw["cap"]),
        none=_longest_first(raw["none"]),
        full=_longest_first(raw["full"]),
    )


def _inverted(lists: Mapping[str, list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, signs in lists.items():
        for sign in signs:
            if found.setdefault(sign, meaning) != meaning:
                raise ValueError(f"{_FILE}: {sign!r} stands for {found[sign]} and {meaning}")
    return found


def _longest_first(words: list[str]) -> tuple[str, ...]:
    """Sorted so that an alternation tries 不超过 before 超过."""
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))
