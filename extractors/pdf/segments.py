"""Words of a line to segments, which no column parts, and the segments that are prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.pdf.words import Run, is_wide, lines_of, run_of, text_of, union
from extractors.values import NUMBER_KINDS, kind_of

#: A gap of this many type sizes parts segments. Blanks between words are a third of it.
SEGMENT_GAP = 0.75

#: Two numbers are parted by less: a dense table sets its columns two thirds of a digit apart.
_NUMBER_GAP = 0.28

#: Chinese sets no blank between words, and at most a quarter of the type size beside a number.
_WIDE_GAP = 0.45

#: Single Chinese characters are set up to this far apart to fill a column (合  计).
_SPACED_GAP = 2.2

#: A leader is at least this many dots in a row, set close or with blanks; within a word, more.
_LEADER = 3
DOTS = ".．·…"
_DOTTED = re.compile(rf"[{DOTS}]{{5}}").search
_PARTS = re.compile(rf"[{DOTS}]{{5,}}|(?:(?![{DOTS}]{{5}}).)+").finditer

#: Latin prose has at least this many words a line of a narrow column, Chinese so many characters.
_PROSE_WORDS, _PROSE_WIDE = 4, 11

#: Lines of prose reach this part of their column's width, all but the last of a paragraph.
_PROSE_FULL, _PROSE_SHARE = 0.8, 0.6

#: Lines of prose beside something else fill this part of their column, all but the last.
_JUSTIFIED = 0.95

#: The texts of a narrow table take up to so many lines.
_CELL_LINES = 3

#: So many texts with keys, and this part of their lines, make a column of a table.
_KEYS, _KEYED = 3, 0.35

#: What begins within this distance (points) is flush.
_FLUSH = 3.0

_LIST_MARK = re.compile(
    r"[(（\[]?[0-9a-zA-Z一二三四五六七八九十①-⑳]{1,4}[)）\].、．:：]*|[•·■▪●○◆◇\u2013\u2014-]+"
).fullmatch

_THOUSAND = re.compile(r"[0-9]{3}(?:[.,][0-9]+)?").fullmatch
_HEAD_GROUP = re.compile(r"[-+]?[0-9]{1,3}(?: [0-9]{3})*").fullmatch
_DIGITS = re.compile(r"[0-9]").search

#: What numbers stand in a column as: values, and the marks that stand for one.
VALUE_KINDS = NUMBER_KINDS | {"missing", "pair", "year", "rank_like"}


@dataclass(slots=True)
class Segment:
    """Runs of one line without a wide gap. ``line`` is the index of its line on the page;
    ``has_leader`` is told of the first segment of a line."""

    runs: list[Run]
    line: int
    text: str = ""
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    size: float = 0.0
    is_value: bool = False
    is_prose: bool = False
    has_leader: bool = False

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
        kept, has_leader = _without_leaders(line)
        pieces = [segment(piece, len(found)) for piece in _pieces(kept)]
        if pieces:
            pieces[0].has_leader = has_leader
            found.append(pieces)
    return found


def _without_leaders(line: list[Run]) -> tuple[list[Run], bool]:
    """A line without its leaders, be they one run or many; and whether it had one."""
    kept: list[Run] = []
    dots: list[Run] = []
    has_leader = False
    parts = [part for whole in line for part in _around_dots(whole)]
    for run in [*parts, None]:
        if run is not None and not run.text.strip(DOTS):
            dots.append(run)
            continue
        if sum(len(dot.text) for dot in dots) < _LEADER:
            kept += dots
        else:
            has_leader = True
            kept[-1:] = [_without_dot(last) for last in kept[-1:]]
        dots = []
        if run is not None:
            kept.append(run)
    return kept, has_leader


def _without_dot(run: Run) -> Run:
    """A run without the dot of a leader that touches it."""
    letters = len(run.text.rstrip(DOTS))
    return run_of(run.glyphs[:letters]) if 0 < letters < len(run.glyphs) == len(run.text) else run


def _around_dots(run: Run) -> list[Run]:
    """A run, parted where a leader touches the words beside it."""
    if not _DOTTED(run.text) or len(run.text) != len(run.glyphs):
        return [run]
    return [run_of(run.glyphs[match.start() : match.end()]) for match in _PARTS(run.text)]


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
    if gap > (_WIDE_GAP if any(wide) else SEGMENT_GAP):
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
    prose = [stack for stack in stacks if _is_prose(stack)]
    words = {id(piece) for stack in prose for piece in stack}
    while prose:
        left = prose[0][0].x0
        column = [stack for stack in prose if abs(stack[0].x0 - left) < _FLUSH]
        prose = [stack for stack in prose if stack not in column]
        pieces = [piece for stack in column for piece in stack]
        keyed = _is_keyed(pieces, lines, words)
        for stack in column:
            is_prose = not keyed and not _are_labels(stack, lines)
            for piece in stack:
                piece.is_prose = is_prose


def _is_keyed(stack: Sequence[Segment], lines: list[list[Segment]], prose: set[int]) -> bool:
    """Whether texts stand beside keys: short segments to their left, flush with one another, that
    are no marks of a list. Such texts are the cells of a table."""
    keys: list[float] = []
    for piece in stack:
        left = [other for other in lines[piece.line] if other.x1 <= piece.x0]
        if not left or id(left[-1]) in prose or _is_wordy(left[-1]):
            continue
        if not _LIST_MARK(left[-1].text):
            keys.append(left[-1].x0)
    flush = sum(abs(key - min(keys)) < _FLUSH for key in keys) if keys else 0
    return flush >= _KEYS and flush >= _KEYED * len(stack)


def _are_labels(stack: Sequence[Segment], lines: list[list[Segment]]) -> bool:
    """Whether texts are cells of rows: few with values on both sides of one of them, or such
    that end where they like, with values to the right of each."""
    lefts = [[o.is_value for o in lines[piece.line] if o.x1 <= piece.x0] for piece in stack]
    rights = [[o.is_value for o in lines[piece.line] if o.x0 >= piece.x1] for piece in stack]
    between = any(any(left) and any(right) for left, right in zip(lefts, rights, strict=True))
    if between and len(stack) <= _CELL_LINES:
        return True
    left, right = min(piece.x0 for piece in stack), max(piece.x1 for piece in stack)
    ragged = any(piece.x1 - left < _JUSTIFIED * (right - left) for piece in stack[:-1])
    return ragged and all(map(any, rights))


def _is_wordy(piece: Segment) -> bool:
    wide = sum(map(is_wide, piece.text))
    words = [word for word in piece.text.split() if any(map(str.isalpha, word))]
    long = wide >= _PROSE_WIDE / 2 and wide + len(piece.text) >= 2 * _PROSE_WIDE
    return not piece.is_value and (long or len(words) >= _PROSE_WORDS)


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
