"""The prose of a document in paragraphs, each character with the line that it stands in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from extractors.model import Block, Doubt
from extractors.reconcile.finding import at_line
from schemas.units import half_width

#: A line that the layout broke is at least so long; a shorter one ends where it ends.
SHORTEST_BROKEN = 20

#: A page break takes at most so many lines out of a paragraph.
PAGE_BREAK = 8

_ENDS = tuple("。！？；：!?;:")

#: What begins a paragraph or an item of a list.
_BEGINS = re.compile(
    r"^(?:[-*◇•]|\d{1,2}[、.)](?!\d)|[(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)]"
    r"|[一二三四五六七八九十]{1,3}[、.]|第[一二三四五六七八九十]{1,3}[章节条部]|图?表\d|图\d)"
)

#: A formula in the line of a text: $r=0.685$.
_MARKUP = re.compile(r"\$|\*\*")


@dataclass(slots=True)
class Paragraph:
    """A run of prose without white space, in half-width signs.

    ``starts`` has (offset, line, page) of every printed line of it, ``section`` counts the
    headings before it.
    """

    text: str
    starts: list[tuple[int, int, int | None]] = field(default_factory=list)
    section: int = 0

    @property
    def line(self) -> int:
        """The line in which it begins."""
        return self.starts[0][1]

    @property
    def last_line(self) -> int:
        """The line in which it ends."""
        return self.starts[-1][1]

    def place(self, offset: int) -> tuple[int, int | None]:
        """Line and page of the character at this offset."""
        index = bisect_right(self.starts, offset, key=lambda start: start[0]) - 1
        return self.starts[max(index, 0)][1:]

    def doubt(
        self,
        code: str,
        offset: int,
        *,
        printed: str,
        expected: str | None = None,
        evidence: str | None = None,
    ) -> Doubt:
        """A finding at a character of the paragraph."""
        line, page = self.place(offset)
        return at_line(code, line, page, printed=printed, expected=expected, evidence=evidence)


def paragraphs_of(blocks: Iterable[Block]) -> list[Paragraph]:
    """The paragraphs of a document, in the order of its lines."""
    return list(_joined(blocks))


def _joined(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    held: Paragraph | None = None
    section = 0
    for block in blocks:
        if block.kind != "prose":
            if held is not None:
                yield held
            held = None
            section += block.kind == "heading"
            continue
        text = "".join(half_width(_MARKUP.sub("", block.text)).split())
        if held is not None and _runs_on(held, block.line, text):
            held.starts.append((len(held.text), block.line, block.page))
            held.text += text
            continue
        if held is not None:
            yield held
        held = Paragraph(text, [(0, block.line, block.page)], section)
    if held is not None:
        yield held


def _runs_on(before: Paragraph, line: int, text: str) -> bool:
    """Whether a line goes on with the sentence of the line before it."""
    if before.text.endswith(_ENDS) or line - before.last_line > PAGE_BREAK:
        return False
    last = before.starts[-1][0]
    return len(before.text) - last >= SHORTEST_BROKEN and not _BEGINS.match(text)
