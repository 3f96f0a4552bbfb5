"""Words of a line to segments, which no column parts, and the segments that are prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extractors.pdf.words import Run, is_wide, lines_of, text_of, union
from extractors.values import NUMBER_KINDS, kind_of

#: A gap of this many type sizes parts segments. Blanks between words are a third of it.
SEGMENT_GAP = 0.75

#: Two numbers are parted by less: a dense table sets its columns two thirds of a digit apart.
_NUMBER_GAP = 0.28

#: Chinese sets no blank between a word and a number, or a quarter of the type size.
_MIXED_GAP = 0.5

#: Single Chinese characters are set up to this far apart to fill a column (合  计).
_SPACED_GAP = 2.2

#: A leader is this many dots in a row, set close or with blanks.
_LEADER = re.compile(r"(?:[.．·…]\s*){3,}$")

#: Latin prose has at least this many words a line of a narrow column, Chinese so many characters.
_PROSE_WORDS, _PROSE_WIDE = 4, 11

#: Lines of prose reach this part of their column's width, all but the last of a paragraph.
_PROSE_FULL, _PROSE_SHARE = 0.8, 0.6

_THOUSAND = re.compile(r"[0-9]{3}(?:[.,][0-9]+)?").fullmatch
_HEAD_GROUP = re.compile(r"[-+]?[0-9]{1,3}(?: [0-9]{3})*").fullmatch
_DIGITS = re.compile(r"[0-9]").search

#: What numbers stand in a column as: values, and the marks that stand for one.
VALUE_KINDS = NUMBER_KINDS | {"missing", "pair", "year", "rank_like"}


@dataclass(slots=True)
class Segment:
    """Runs of one line without a wide gap. ``line`` is the index of its line on the page."""

    runs: list[Run]
    line: int
    text: str = ""
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    size: float = 0.0
    is_value: bool = False
    is_prose: bool = field(default=False)

    @property
    def x0(self) -> float:
        return self.box[0]

    @property
    def x1(self) -> float:
        return self.box[2]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def centre(self) -> float:
        return (self.box[0] + self.box[2]) / 2


def segment(runs: Sequence[Run], line: int) -> Segment:
    """The segment that runs of one line make."""
    text = text_of(runs)
    box = union(run.box for run in runs)
    size = max(run.size for run in runs)
    return Segment(list(runs), line, text, box, size, is_value(text))


def is_value(text: str) -> bool:
    """Whether a cell holds a number, a mark that stands for one, or a sign of significance."""
    return kind_of(text) in VALUE_KINDS or (
        bool(_DIGITS(text)) and sum(c.isalpha() for c in text) <= 0.3 * len(text)
    )


def segments_of(runs: Iterable[Run]) -> list[list[Segment]]:
    """The segments of every line of a page from the top, with prose marked."""
    found = segments_in(runs)
    mark_prose(found)
    return found


def segments_in(runs: Iterable[Run]) -> list[list[Segment]]:
    """The segments of every line; sideways text and leaders are left out."""
    found: list[list[Segment]] = []
    for line in lines_of(run for run in runs if not run.turns):
        pieces = _pieces(_without_leaders(line))
        if pieces:
            found.append([segment(piece, len(found)) for piece in pieces])
    return found


def _without_leaders(line: list[Run]) -> list[Run]:
    """A line without its leaders: dots in a row, be they one run or many."""
    kept: list[Run] = []
    dots: list[Run] = []
    for run in [*line, None]:
        if run is not None and not run.text.strip(".．·…"):
            dots.append(run)
            continue
        if sum(len(dot.text) for dot in dots) < 3:
            kept += dots
        dots = []
        if run is not None:
            kept.append(run)
    return kept


def _pieces(line: list[Run]) -> list[list[Run]]:
    pieces: list[list[Run]] = []
    for run in line:
        if pieces and not _parts(pieces[-1], run):
            pieces[-1].append(run)
        else:
            pieces.append([run])
    return pieces


def _parts(piece: list[Run], run: Run) -> bool:
    """Whether the gap before ``run`` parts it from the piece it would continue."""
    last = piece[-1]
    gap = (run.x0 - last.x1) / min(last.size, run.size)
    wide = is_wide(last.text[-1]), is_wide(run.text[0])
    if all(wide) and len(last.text) == len(run.text) == 1:
        return gap > _SPACED_GAP
    if gap > (_MIXED_GAP if any(wide) and not all(wide) else SEGMENT_GAP):
        return True
    if gap <= _NUMBER_GAP:
        return False
    if not (_DIGITS(last.text) and _DIGITS(run.text)):
        return False
    if _THOUSAND(run.text) and _HEAD_GROUP(" ".join(part.text for part in piece)):
        return False
    return is_value(last.text) and is_value(run.text)


def mark_prose(lines: list[list[Segment]]) -> None:
    """Mark segments that stack into paragraphs: wordy, flush left, filling their column."""
    open_stacks: list[list[Segment]] = []
    stacks: list[list[Segment]] = []
    for line in lines:
        for piece in line:
            if not _is_wordy(piece):
                continue
            stack = next((s for s in open_stacks if _continues(s[-1], piece)), None)
            if stack is None:
                stack = []
                open_stacks.append(stack)
                stacks.append(stack)
            stack.append(piece)
        top = line[0].box[1]
        open_stacks = [s for s in open_stacks if top - s[-1].box[3] < 1.5 * s[-1].size]
    for stack in stacks:
        if _is_prose(stack):
            for piece in stack:
                piece.is_prose = True


def _is_wordy(piece: Segment) -> bool:
    wide = sum(map(is_wide, piece.text))
    words = [word for word in piece.text.split() if any(map(str.isalpha, word))]
    return not piece.is_value and (wide >= _PROSE_WIDE or len(words) >= _PROSE_WORDS)


def _continues(above: Segment, below: Segment) -> bool:
    pitch = below.middle - above.middle
    return (
        0.5 * above.size < pitch < 2.2 * above.size
        and abs(below.x0 - above.x0) < 2.5 * above.size
        and abs(below.size - above.size) < 0.25 * above.size
    )


def _is_prose(stack: list[Segment]) -> bool:
    left, right = min(piece.x0 for piece in stack), max(piece.x1 for piece in stack)
    full = sum(piece.x1 - left >= _PROSE_FULL * (right - left) for piece in stack)
    long = any(
        len(piece.text.split()) > 12 or sum(map(is_wide, piece.text)) > 28 for piece in stack
    )
    return (len(stack) >= 3 or (long and len(stack) >= 1)) and full >= _PROSE_SHARE * len(stack)
