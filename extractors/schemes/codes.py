"""Codes of indicators: which grammar a scheme prints them in, and what is above a code.

``L1P1-A1``, ``A1.2.3``, ``1.1.1``, ``C-01``: a grammar is a shape (letters as ``X``, digits as
``9``), learned from the cells of one table. A shape that only one code has is none (``PM2.5``),
unless it is the stem of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LETTERS = (
    r"(?<![A-Za-z0-9./])[A-Z]{1,2}-?\d{1,3}(?:[-.]?[A-Z]{1,2}\d{1,3}|[-.．]\d{1,3})*(?![A-Za-z0-9])"
)
_DIGITS = r"(?<![\dA-Za-z.])\d{1,2}(?:[.．-]\d{1,2})+(?![\d%％A-Za-z])"
_LETTER = r"(?<![A-Za-z0-9])[A-Z](?![A-Za-z0-9.-])"
_CODE = re.compile(f"{_LETTERS}|{_DIGITS}|{_LETTER}")
_WHOLE = re.compile(f"(?:{_LETTERS}|{_DIGITS}|{_LETTER}|\\d{{1,3}})[.、]?")
_SEGMENT = re.compile(r"[A-Z]+|\d+")

#: Fewer codes of one shape, or of a stem with others below it, are names that look so (PM2.5).
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Code:
    """A code where it stands in a text."""

    text: str
    start: int
    end: int


def codes_in(text: str) -> Iterator[Code]:
    """Everything in a text that could be a code."""
    for match in _CODE.finditer(text):
        yield Code(match.group().replace("．", "."), match.start(), match.end())


def whole_code(text: str) -> str | None:
    """The code that is all of a text: a cell of a column of codes."""
    text = text.strip()
    return text.rstrip(".、") if _WHOLE.fullmatch(text) else None


def shape(code: str) -> str:
    """``X9X9-X9`` of ``L1P1-A1``."""
    return re.sub(r"\d+", "9", re.sub(r"[A-Z]+", lambda m: "X" * len(m.group()), code))


def segments(code: str) -> tuple[str, ...]:
    """``('L', '1', 'P', '1')`` of ``L1P1``; ``('A', '1', '2', '3')`` of ``A1.2.3``."""
    return tuple(_SEGMENT.findall(code))


def above(code: str, known: Iterable[str]) -> str | None:
    """The known code that is the longest true stem of a code."""
    own = segments(code)
    stems = (other for other in known if own[: len(segments(other))] == segments(other))
    return max(
        (stem for stem in stems if len(segments(stem)) < len(own)),
        key=lambda stem: len(segments(stem)),
        default=None,
    )


def grammar(codes: Iterable[str]) -> frozenset[str]:
    """The shapes that the codes of a scheme have."""
    shapes: dict[str, set[str]] = {}
    for code in codes:
        shapes.setdefault(shape(code), set()).add(code)
    accepted = {form for form, listed in shapes.items() if len(listed) >= FEWEST}
    settled = {code for form in accepted for code in shapes[form]}
    stems = {segments(code)[:depth] for code in settled for depth in range(1, len(segments(code)))}
    accepted |= {
        form for form, listed in shapes.items() if any(segments(c) in stems for c in listed)
    }
    roots = [segments(code) for code in settled]
    accepted |= {
        form
        for form, listed in shapes.items()
        if any(segments(c)[: len(root)] == root for c in listed for root in roots)
    }
    return frozenset(accepted)
