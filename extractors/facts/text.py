"""The text of a document as its facts are read from it.

Facts stand in lines of their own (a number, a date, a body that signs) or in sentences (a
day by which something is due). `Line` is the first, `paragraphs` puts together the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.model import Block

#: Full-width digits, letters and colons are read as half-width ones. Brackets, commas and
#: full stops stay as they are, since titles and actions are shown as printed.
_WIDTHS = {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "（），；！？"
} | {0x3000: " "}
#: Most lines have none, and looking costs less than translating.
_HAS_WIDE = re.compile("[" + "".join(map(chr, _WIDTHS)) + "]").search

#: The cover, the head of a notice and an imprint end within so many lines.
HEAD_LINES = 60

#: Longer lines are prose, in which bodies and dates are spoken of.
LONGEST_LINE = 60

#: A line that the layout broke is at least so long; a shorter one ends where it ends.
SHORTEST_BROKEN = 20

_ENDS = tuple("。！？；：!?;:")
NUMBERING = re.compile(
    r"^[-*◇•\s]*(?:\d{1,2}[、.．)）](?!\d)|[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]"
    r"|[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十]{1,3}[章节条部])"
)
_CONTENTS = frozenset({"目录", "目次", "contents"})
_MARKUP = re.compile(r"\*\*|^#+\s*")
#: A blank beside a Chinese character or sign is how a line was set.
_SET_BLANK = re.compile(
    r"(?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])\s+|\s+(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line: as printed but for emphasis and wide digits, without any blank, and its place."""

    text: str
    bare: str
    number: int


def lines_of(blocks: Iterable[Block]) -> list[Line]:
    """The blocks of a document as lines."""
    found = []
    for block in blocks:
        text = block.text
        if _HAS_WIDE(text):
            text = text.translate(_WIDTHS)
        text = _MARKUP.sub("", text).strip()
        if text:
            found.append(Line(text, "".join(text.split()), block.line))
    return found


def head(lines: Sequence[Line]) -> list[Line]:
    """The short lines of the first page: cover, red head, title, imprint."""
    return [line for line in lines if line.number <= HEAD_LINES and len(line.text) <= LONGEST_LINE]


def cover(lines: Sequence[Line]) -> list[Line]:
    """The head up to where the text begins: a salutation, a first heading, the contents."""
    found: list[Line] = []
    for line in head(lines):
        if found and (line.bare.endswith(":") or NUMBERING.match(line.bare)):
            break
        if line.bare.casefold() in _CONTENTS:
            break
        found.append(line)
    return found


def paragraphs(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines that the layout broke put together; ``number`` is that of the first."""
    held: Line | None = None
    for line in lines:
        if held is not None and _runs_on(held, line):
            held = Line(held.text + line.text, held.bare + line.bare, held.number)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _runs_on(line: Line, after: Line) -> bool:
    if line.bare.endswith(_ENDS) or len(line.bare) < SHORTEST_BROKEN:
        return False
    return not NUMBERING.match(after.bare)


def tidy(text: str) -> str:
    """A title without the blanks that the layout set between Chinese characters."""
    return _SET_BLANK.sub("", text.strip())
