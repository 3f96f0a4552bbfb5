"""Glyphs to words: runs of characters without a gap, on a line."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extractors.model import Box
from extractors.pdf.glyphs import Glyph
from extractors.pdf.model import Word

#: A gap of this share of the type size ends a word: blanks are set 0.2 to 0.33 wide, justified
#: Chinese is spaced by less than 0.15.
_WORD_GAP = 0.17

#: Glyphs that share this part of the smaller one's height stand on one line; a superscript
#: shares half of its own.
_SAME_LINE = 0.45

#: Runs whose gap is at most this share of the type size touch.
_TOUCHES = 0.06


@dataclass(slots=True)
class Run:
    """A word with its glyphs, which is cut where a column boundary runs through it.

    ``turns`` is that of its glyphs: 1 for text that runs upwards.
    """

    text: str
    box: Box
    size: float
    turns: int = 0
    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def x0(self) -> float:
        return self.box[0]

    @property
    def top(self) -> float:
        return self.box[1]

    @property
    def x1(self) -> float:
        return self.box[2]

    @property
    def bottom(self) -> float:
        return self.box[3]

    @property
    def middle(self) -> float:
        """The height of the line's middle."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def centre(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    def word(self) -> Word:
        return Word(self.text, self.box, round(self.size, 2))


def run_of(glyphs: Sequence[Glyph]) -> Run:
    """The run that consecutive glyphs of one direction make."""
    boxes = [glyph.box for glyph in glyphs]
    turns = glyphs[0].turns
    across = 0 if turns % 2 else 1
    size = max(statistics.median_high(box[across + 2] - box[across] for box in boxes), 0.1)
    text = unicodedata.normalize("NFC", "".join(glyph.text for glyph in glyphs))
    return Run(text, union(boxes), size, turns, list(glyphs))


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around ``boxes``, of which there is at least one."""
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def runs_of(glyphs: Sequence[Glyph]) -> list[Run]:
    """The words of a page, line by line from the top.

    Glyphs are taken in the order of the content: cells whose print touches that of the next
    stay words of their own, unless the content sets single letters out of order.
    """
    runs: list[Run] = []
    word: list[Glyph] = []
    for glyph in glyphs:
        blank = not glyph.text.strip()
        if word and (blank or not _continues(word[-1], glyph)):
            runs.append(run_of(word))
            word = []
        if not blank:
            word.append(glyph)
    if word:
        runs.append(run_of(word))
    return [run for line in lines_of(runs) for run in _joined(line)]


def lines_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs that stand on one line, lines from the top, each from left to right.

    A line is as high as its largest type. Text that runs up or down makes lines of its own.
    """
    lines: list[list[Run]] = []
    bands: list[tuple[float, float]] = []
    for run in sorted(runs, key=lambda run: (run.turns % 2, run.middle)):
        place = next(
            (
                index
                for index in range(len(lines) - 1, max(len(lines) - 4, -1), -1)
                if run.turns == lines[index][0].turns
                and not run.turns % 2
                and _shared(bands[index], (run.top, run.bottom)) >= _SAME_LINE
            ),
            None,
        )
        if place is None:
            lines.append([run])
            bands.append((run.top, run.bottom))
            continue
        lines[place].append(run)
        if run.bottom - run.top > bands[place][1] - bands[place][0]:
            bands[place] = (run.top, run.bottom)
    for line in lines:
        line.sort(key=lambda run: run.x0)
    return [line for _, line in sorted(zip(bands, lines, strict=True), key=lambda pair: pair[0])]


def text_of(runs: Iterable[Run]) -> str:
    """The text of a cell: its lines joined, with a blank where the print has a gap."""
    runs = list(runs)
    if len(runs) == 1:
        return runs[0].text
    parts: list[str] = []
    last: Run | None = None
    for line in _cell_lines(runs):
        for run in line:
            if last is not None and _is_apart(last, run, first=run is line[0]):
                parts.append(" ")
            parts.append(run.text)
            last = run
    return "".join(parts).strip()


def is_wide(char: str) -> bool:
    """Whether a character is set in a full square and so without blanks around it."""
    return unicodedata.east_asian_width(char) in "WF"


def _cell_lines(runs: Sequence[Run]) -> list[list[Run]]:
    """The lines of a cell; those of text on its side in the order in which they are read."""
    sideways = [run for run in runs if run.turns % 2]
    lines = lines_of(run for run in runs if not run.turns % 2)
    if not sideways:
        return lines
    turned = [replace(run, box=_upright(run.box, run.turns), turns=0) for run in sideways]
    return lines + lines_of(turned)


def _is_apart(left: Run, right: Run, *, first: bool) -> bool:
    if first:
        # A mail address broken for want of room is one word, and known for what it is.
        return not (is_wide(left.text[-1]) or is_wide(right.text[0]) or "@" in left.text)
    return right.x0 - left.x1 > _WORD_GAP * min(left.size, right.size)


def _continues(last: Glyph, glyph: Glyph) -> bool:
    """Whether a glyph stands directly behind the last one of a word."""
    if last.turns != glyph.turns:
        return False
    a, b = _upright(last.box, last.turns), _upright(glyph.box, glyph.turns)
    size = min(a[3] - a[1], b[3] - b[1])
    gap = b[0] - a[2]
    return -0.5 * size < gap <= _WORD_GAP * max(a[3] - a[1], b[3] - b[1]) and (
        _shared((a[1], a[3]), (b[1], b[3])) >= _SAME_LINE
    )


def _shared(one: tuple[float, float], other: tuple[float, float]) -> float:
    """What part of the smaller extent the two share."""
    smaller = min(one[1] - one[0], other[1] - other[0])
    return (min(one[1], other[1]) - max(one[0], other[0])) / smaller if smaller > 0 else 0.0


def _joined(line: list[Run]) -> list[Run]:
    """The runs of a line, with those that touch made one."""
    out: list[Run] = []
    for run in line:
        if out and out[-1].turns == run.turns == 0:
            gap = (run.x0 - out[-1].x1) / min(run.size, out[-1].size)
            if abs(gap) <= _TOUCHES:
                out[-1] = run_of(out[-1].glyphs + run.glyphs)
                continue
        out.append(run)
    return out


def _upright(box: Box, turns: int) -> Box:
    """A box in a frame in which text that is ``turns`` quarter turns off stands upright."""
    x0, top, x1, bottom = box
    if turns == 0:
        return box
    if turns == 1:
        return -bottom, x0, -top, x1
    if turns == 2:
        return -x1, -bottom, -x0, -top
    return top, -x1, bottom, -x0
