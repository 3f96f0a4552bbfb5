"""Formula texts in one spelling: LaTeX unwrapped, signs and widths made equal, blanks out.

Cells lose their line breaks on the way, so a blank may be the end of a line or nothing at
all. Where only the former makes sense a line break is put back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.formulas.model import MAX_DEPTH
from schemas.formulas import load_formulas
from schemas.units import half_width

_FACTS = load_formulas()
_SIGNS = str.maketrans(dict(_FACTS.signs))
_LETTER = r"[一-鿿“《]"

_TEXT_GROUP = re.compile(r"\\(?:text|mathrm|mathit|mathbf|mbox|operatorname)\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_SUM_RANGE = re.compile(r"(\\sum|∑|Σ)\s*(?:[_^]\s*(?:\{[^{}]*\}|\w)\s*){1,2}")
_SUBSCRIPT = re.compile(r"_\s*(?:\{\s*(\w*)\s*\}|(\w))")
_COMMAND = re.compile(r"\\([A-Za-z]+|[^A-Za-z])")

_HEADING = re.compile(rf"\s*(?:\d+[.、]\s*)?(?:{'|'.join(_FACTS.headings)})\s*:\s*")
#: Times as the letter x: before a bracket, or behind one and before a number; `x2 x1:` is not.
_LETTER_TIMES = re.compile(r"(?<=[\d%)\]])\s*[xX]\s*(?=[(\[])|(?<=[%)\]])\s*[xX]\s*(?=\d)")
_BLANKS = re.compile(r"\s+")
_NEEDLESS_BLANK = re.compile(r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])")
#: ×100 and then words: no quantity begins there, as ×100 is already the factor. Not after a
#: hyphen, which may be 3-4 个.
_AFTER_NUMBER = re.compile(rf"([×/+=]\s*\d+(?:\.\d+)?%?) (?={_LETTER})")
_DEFINITION = re.compile(r"(?<![A-Za-z0-9_])(?P<label>[A-Za-z]\d{0,2}) ?[:=](?!=)")
_INTRODUCED = re.compile(rf"(?:^|[\s。;,)\]]|{'|'.join(_FACTS.words['introducing'])})$")

#: An interval such as [90%,95%) may open and close with different brackets.
OPEN, CLOSE = "([“《", ")]”》"


@dataclass(frozen=True, slots=True)
class Segments:
    """A formula text taken apart: its main definition and those of b1 … bn, in order."""

    main: str
    parts: tuple[tuple[str, str], ...]


def name_key(name: str) -> str:
    """What two spellings of one name have in common."""
    return _BLANKS.sub("", half_width(name).translate(_SIGNS))


def nesting(text: str) -> int:
    """How deep the brackets of ``text`` go."""
    depth = deepest = 0
    for sign in half_width(text):
        if sign in "([{【〔":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in ")]}】〕":
            depth = max(0, depth - 1)
    return deepest


def segments(text: str) -> Segments:
    """Take ``text`` apart. Blanks are left only between Latin letters or digits."""
    spelled = _BLANKS.sub(" ", _signs(_without_latex(half_width(text)))).strip()
    spelled = _HEADING.sub("", spelled, count=1) if _HEADING.match(spelled) else spelled
    cuts = _definitions(spelled)
    ends = [start for _, start, _ in cuts] + [len(spelled)]
    parts = tuple(
        (label, _squeezed(spelled[begin:end]))
        for (label, _, begin), end in zip(cuts, ends[1:], strict=True)
    )
    return Segments(_squeezed(spelled[: ends[0]]), parts)


def _without_latex(text: str) -> str:
    if "\\" not in text and "$" not in text:
        return text
    text = _SUM_RANGE.sub(r"\1 ", text.replace("$", " "))
    # A fraction in a fraction is unwrapped from the inside, one level a round.
    for _ in range(MAX_DEPTH):
        inner = _FRACTION.sub(r"((\1)/(\2))", _TEXT_GROUP.sub(r"\1", text))
        if inner == text:
            break
        text = inner
    text = _COMMAND.sub(lambda found: _FACTS.latex.get(found[1], " "), text)
    return _SUBSCRIPT.sub(r"\1\2", text)


def _signs(text: str) -> str:
    return _LETTER_TIMES.sub("×", text.translate(_SIGNS))


def _definitions(text: str) -> list[tuple[str, int, int]]:
    """(label, where it begins, where its text begins) of `b1:`, `b2=` …

    A label counts once, and only if the text uses it before; `则 b1 = 0` defines nothing.
    """
    found: list[tuple[str, int, int]] = []
    for match in _DEFINITION.finditer(text):
        label, before = match["label"], text[: match.start()]
        used = re.search(rf"(?<![A-Za-z0-9]){label}(?![A-Za-z0-9])", before)
        if used is None or label in {name for name, _, _ in found}:
            continue
        defining = not before.rstrip(" ,").endswith(_FACTS.not_defining)
        if defining and _INTRODUCED.search(before[-6:]):
            found.append((label, match.start(), match.end()))
    return found


def _squeezed(text: str) -> str:
    text = _after_bracket(_AFTER_NUMBER.sub("\\1\n", text.strip()))
    return _NEEDLESS_BLANK.sub("", text).strip("\n")


def _after_bracket(text: str) -> str:
    """A line break after a bracket that is a computation, where words follow a blank.

    A bracket that is part of a name (社区(村) 总数) stays in its line.
    """
    signs: list[str] = []
    opened: list[int] = []
    for place, sign in enumerate(text):
        if sign in OPEN:
            opened.append(place)
        elif sign in CLOSE and opened:
            begin = opened.pop()
            words = not opened and re.match(f" {_LETTER}", text[place + 1 : place + 3])
            if words and _computes(text[:begin], text[begin : place + 1]):
                sign += "\n"
        signs.append(sign)
    return "".join(signs)


def _computes(before: str, group: str) -> bool:
    return before.rstrip()[-1:] in ("", *"×/+-=") or any(sign in group for sign in "×/+")


def split(text: str, separators: str) -> list[str]:
    """``text`` cut at ``separators`` outside brackets; empty pieces are left out."""
    pieces, begin, depth = [], 0, 0
    for place, sign in enumerate(text):
        if sign in OPEN:
            depth += 1
        elif sign in CLOSE:
            depth = max(0, depth - 1)
        elif sign in separators and depth == 0:
            pieces.append(text[begin:place])
            begin = place + 1
    pieces.append(text[begin:])
    return [piece for piece in pieces if piece.strip(" \n,;。、")]


def masked(text: str) -> str:
    """``text`` with what stands in brackets made unreadable, places unchanged."""
    signs, depth = [], 0
    for sign in text:
        if sign in CLOSE:
            depth = max(0, depth - 1)
        signs.append(sign if depth == 0 else "\0")
        if sign in OPEN:
            depth += 1
    return "".join(signs)
