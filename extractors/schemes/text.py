"""The text of a printed cell: paragraphs and underlining out of tags, formulas out of LaTeX.

Cells of a converted notice carry ``<p>``, ``<u>`` and ``$…\\times…$`` as characters. The cell
itself is kept as printed; what is read from it is its text, with a mask of what is underlined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(r"<(/?)(p|u|ins|br|div|span|b|strong|i|em|sup|sub)\b[^<>]*>", re.IGNORECASE)
_BREAKS = frozenset(("p", "br", "div"))
_UNDERLINES = frozenset(("u", "ins"))

_MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\((.+?)\\\)", re.DOTALL)
#: Between dollars, what has none of these is money.
_IS_MATH = re.compile(r"[\\=_^{}]")
_GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_FRACTION = re.compile(rf"\\[dt]?frac\s*{_GROUP}\s*{_GROUP}")
_WRAPPED = re.compile(
    rf"\\(?:text|mathrm|textrm|mathbf|mathit|operatorname|mbox|textbf)\s*{_GROUP}"
)
_ROOT = re.compile(rf"\\sqrt\s*{_GROUP}")
_SCRIPT = re.compile(r"([_^])\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s?")
_COMMANDS = {
    "times": " × ", "cdot": " · ", "div": " ÷ ", "pm": " ± ", "leq": " ≤ ", "le": " ≤ ",
    "geq": " ≥ ", "ge": " ≥ ", "neq": " ≠ ", "ne": " ≠ ", "lt": " < ", "gt": " > ",
    "approx": " ≈ ", "sum": "∑", "prod": "∏", "quad": " ", "qquad": " ", "max": "max",
    "min": "min", "ln": "ln", "log": "log", "alpha": "α", "beta": "β", "left": "", "right": "",
}  # fmt: skip
_ESCAPED = re.compile(r"\\([%$#&_{},;:! ])")

_HAN = r"[\u3400-\u9fff\uff08\uff09\u3001\u201c\u201d]"
_WRAP = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
#: A sentence that was cut ends in a word or a comma, and goes on with a word.
_CUT = re.compile(r"[\u3400-\u9fff，,、]$")
_GOES_ON = re.compile(r"^(?![\u4e00-\u9fff]{2,6}[:：])[\u3400-\u9fff]")


def plain_math(text: str) -> str:
    """LaTeX between dollars as plain text; ``\\frac{a}{b}`` becomes ``(a)/(b)``."""
    return _MATH.sub(_as_text, text) if "$" in text or "\\(" in text else text


def _as_text(match: re.Match[str]) -> str:
    math = next(group for group in match.groups() if group is not None)
    if not _IS_MATH.search(math):
        return match.group()
    before = None
    while before != math:
        before = math
        math = _FRACTION.sub(r"(\1)/(\2)", math)
        math = _WRAPPED.sub(r"\1", math)
        math = _ROOT.sub(r"√(\1)", math)
    math = _SCRIPT.sub(lambda m: m.group(2) if m.group(1) == "_" else f"^{m.group(2)}", math)
    math = _ESCAPED.sub(lambda m: m.group(1) if m.group(1) in "%$#&_{}" else " ", math)
    math = _COMMAND.sub(lambda m: _COMMANDS.get(m.group(1), m.group(1)), math)
    return math.replace("_", "").replace("{", "").replace("}", "")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and, character by character, whether it is underlined (``1``) or not (``0``)."""

    text: str
    mask: str

    @classmethod
    def of(cls, printed: str) -> Marked:
        """The text of a cell as printed; paragraphs end with ``\\n``."""
        text: list[str] = []
        mask: list[str] = []
        depth = position = 0
        raw = plain_math(printed)
        for tag in _TAG.finditer(raw):
            _append(text, mask, raw[position : tag.start()], depth)
            name, position = tag.group(2).lower(), tag.end()
            if name in _BREAKS:
                _append(text, mask, "\n", 0)
            elif name in _UNDERLINES:
                depth = max(0, depth + (-1 if tag.group(1) else 1))
        _append(text, mask, raw[position:], depth)
        return cls("".join(text), "".join(mask)).tidy()

    def __getitem__(self, part: slice) -> Marked:
        return Marked(self.text[part], self.mask[part])

    def __bool__(self) -> bool:
        return bool(self.text)

    def joined(self, other: Marked) -> Marked:
        """This text and what follows it: a sentence that was cut goes on in its line."""
        if not self or not other:
            return self or other
        between = "" if _CUT.search(self.text) and _GOES_ON.match(other.text) else "\n"
        return Marked(self.text + between + other.text, self.mask + "0" * len(between) + other.mask)

    def strip(self, also: str = "") -> Marked:
        """Without white space, and without the characters of ``also``, at both ends."""
        drop = " \t\n\r\u3000" + also
        start = len(self.text) - len(self.text.lstrip(drop))
        return self[start : max(start, len(self.text.rstrip(drop)))]

    def tidy(self) -> Marked:
        """Blanks collapsed to one, blank paragraphs dropped, a sentence cut in two healed."""
        whole = Marked("", "")
        for paragraph in self.paragraphs():
            whole = whole.joined(paragraph)
        return whole

    def paragraphs(self) -> list[Marked]:
        """The lines of the text that print anything, blanks inside collapsed."""
        found = []
        start = 0
        for line in self.text.split("\n"):
            part = self[start : start + len(line)].strip()
            start += len(line) + 1
            if part:
                found.append(part._collapsed())
        return found

    def underlined(self) -> list[str]:
        """The runs of underlined text, in order."""
        runs = (self.text[m.start() : m.end()].strip() for m in re.finditer("1+", self.mask))
        return [run for run in runs if run]

    def _collapsed(self) -> Marked:
        keep = [
            position
            for position, letter in enumerate(self.text)
            if not (letter.isspace() and position and self.text[position - 1].isspace())
        ]
        text = "".join(" " if self.text[p].isspace() else self.text[p] for p in keep)
        return Marked(text, "".join(self.mask[p] for p in keep))


EMPTY = Marked("", "")


def _append(text: list[str], mask: list[str], piece: str, depth: int) -> None:
    text.append(piece)
    mask.append(("1" if depth else "0") * len(piece))


def joined_name(text: str) -> str:
    """A name without the blanks that wrapping left between Chinese characters."""
    return _WRAP.sub("", " ".join(text.split())).strip()


def clauses(text: str) -> Iterator[str]:
    """The numbered clauses of a definition (1.… 2.… 3.…), or its paragraphs."""
    starts = [m.start() for m in re.finditer(r"(?:^|(?<=[。；;\s]))\d{1,2}\s*[.、．](?!\d)", text)]
    if not starts:
        yield from text.split("\n")
        return
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start:end].strip()
