"""Header lines set over columns: which columns every header text stands over.

One dynamic programme from the left column to the right: at each column upper headers may
begin, the column takes the texts that are its own, and upper headers may end. The cheapest
reading of all header lines together wins, so it does not matter on which of the lines the
header of a single column stands (at the top, at half height, at the bottom).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nsmallest
from itertools import combinations, pairwise
from math import inf
from typing import Literal

from extractors.layouts.columns import DRIFT, Segment, Span, distance

#: Costs are display columns of misfit. A column without any header is rarer than a header
#: set off its column by a whole word; the first one (the stub) has none more often.
UNHEADED, UNHEADED_STUB = 12.0, 4.0

#: A header broken over lines is rarer than one that stands a little off its place, but for
#: one whose next line is its unit or its maximum in brackets.
WRAPPED, WRAPPED_BRACKET = 4.5, 0.25

#: A line is broken where it is full: one shorter than the next costs this a display column.
SHORT_ABOVE = 0.5

#: A header that stands inside the cell of its column costs this share of its misfit.
INSIDE_CELL = 0.5

#: A column whose header is nothing but a bracket has lost the words above it.
BRACKET_ALONE = 1.5

#: Upper headers are centred over their columns, all of them, or else all set over the first
#: of their columns, which costs this.
FIRST_SET = 2.0

#: Where they are set over their first column and begin left of it, the text of that column is
#: short in a wide cell: it costs this for every display column between.
LEFT_OF_FIRST = 0.25

#: Single headers are as high as the whole header and stand on one of its lines, all of them;
#: a text that stands elsewhere costs this.
ELSEWHERE = 6.0

#: Where they stand on the lowest line, beside those with an upper header, they are the fewer;
#: the first column and those of names hardly ever have one.
UNCOVERED = 1.0

#: Names, a rank or a total below an upper header: only the parts of a comparison have those.
COVERED = 0.5

#: The most lines that the header of one column is broken over, and levels that begin at once.
MOST_WRAPPED, MOST_NESTED = 3, 3

#: A reading that leads by less than this may as well be the other one.
SURE_LEAD = 1.25

#: An upper header set off its columns by more than this is none of theirs, and a reading
#: this much worse than the best of the same columns (two without header) is given up.
FARTHEST, HOPELESS = 12.0, 24.0

#: Two columns headed alike below one upper header cost this: it is there to tell them apart.
TWICE = 2.0

#: Readings kept from one column to the next: a few dozen are near the best in a real header.
KEPT = 100


_OPENING = "（([【"

#: A left or a right edge as printed, and as it is where the header is centred over a column
#: wider than what this page prints in it.
Edges = tuple[float, float]

Uppers = Literal["none", "centred", "first"]

#: How upper headers may be set, and what that costs by itself.
UPPERS: tuple[tuple[Uppers, float], ...] = (("none", 0.0), ("centred", 0.0), ("first", FIRST_SET))


@dataclass(frozen=True, slots=True)
class Head:
    """A header text over the columns from ``start`` to ``end`` (exclusive); ``last`` is the
    line where it ends, below ``line`` where it is broken."""

    text: str
    line: int
    start: int
    end: int
    last: int

    @property
    def is_upper(self) -> bool:
        return self.end - self.start > 1


@dataclass(frozen=True, slots=True)
class _Open:
    """An upper header whose last column is still to come, with the edges of its first and the
    line of the single headers right below it."""

    line: int
    start: int
    segment: Segment
    first: tuple[Edges, Edges] | None = None
    below: int | None = None

    def over(self, lefts: Edges, rights: Edges) -> _Open:
        """The upper header with its first column, where it had none."""
        return self if self.first else replace(self, first=(lefts, rights))


@dataclass(frozen=True, slots=True)
class _State:
    """How many texts of every line are used, and the upper headers open from the outermost."""

    used: tuple[int, ...]
    open: tuple[_Open, ...] = ()

    @property
    def floor(self) -> int:
        """The line of the innermost open header: what belongs to it stands below."""
        return self.open[-1].line if self.open else -1


@dataclass(frozen=True, slots=True)
class Reading:
    """Header texts with their columns. ``misfit`` is what the reading costs, and ``rival`` what
    the next best costs, which has some text elsewhere."""

    misfit: float
    heads: tuple[Head, ...]
    rival: float = inf

    @property
    def lead(self) -> float:
        """How much better the reading is than the next best."""
        return self.rival - self.misfit

    def gone_on(self, more: float, found: tuple[Head, ...]) -> Reading:
        """The reading with one more column."""
        return Reading(self.misfit + more, (*self.heads, *found), self.rival + more)

    def against(self, other: Reading | None) -> Reading:
        """The better of two readings of the same texts."""
        if other is None:
            return self
        best, worse = (self, other) if self.misfit < other.misfit else (other, self)
        return replace(best, rival=min(best.rival, worse.misfit))


@lru_cache(maxsize=256)  # a header is printed again on every page
def read_heads(
    lines: tuple[tuple[Segment, ...], ...],
    columns: tuple[Span, ...],
    named: tuple[bool, ...],
    apart: frozenset[str],
) -> Reading | None:
    """The reading of header lines with least misfit; None where some text fits no column.

    ``named`` tells which columns hold names rather than values, ``apart`` are header words of
    columns (a rank, a total) that stand beside upper headers more often than below them.
    """
    found: list[Reading] = []
    for uppers, least in UPPERS:
        for level in range(len(lines)):
            bound = min((reading.misfit for reading in found), default=inf) + SURE_LEAD
            if bound <= least or len(lines) == 1 and uppers != "none":
                break
            reading = _Reader(lines, columns, named, apart, level, uppers, bound).read()
            if reading is not None:
                found.append(_told_apart(reading, len(columns)))
    if not found:
        return None
    best = _best(found)
    if _has_one_below(best.heads):
        best = replace(best, rival=best.misfit)
    return replace(best, heads=_unbroken(best.heads))


def _told_apart(reading: Reading, width: int) -> Reading:
    """A reading with upper headers that costs more where two columns are headed alike on all
    their levels, or one beside upper headers as others are below them."""
    if not any(head.is_upper for head in reading.heads):
        return reading
    heads = sorted(reading.heads, key=lambda head: head.line)
    paths = [
        tuple(head.text for head in heads if head.start <= column < head.end)
        for column in range(width)
    ]
    below = {path[-1] for path in paths if len(path) > 1}
    alike = len(paths) - len(set(paths)) + sum(len(p) == 1 and p[0] in below for p in paths)
    return reading.gone_on(TWICE * alike, ())


def _has_one_below(heads: Sequence[Head]) -> bool:
    """Whether a header broken over lines may as well be an upper header over one column: it
    begins where upper headers stand and ends where the headers below those do."""
    uppers = [head for head in heads if head.is_upper]
    below = {
        (upper.line, head.line)
        for upper in uppers
        for head in heads
        if not head.is_upper and upper.start <= head.start < upper.end
    }
    return any((h.line, h.last) in below and not _ends_in_bracket(h) for h in heads)


def _ends_in_bracket(head: Head) -> bool:
    return head.text.rpartition(" ")[2][:1] in _OPENING


def _unbroken(heads: Sequence[Head]) -> tuple[Head, ...]:
    """The heads; upper headers over the same columns are one that is broken over lines."""
    whole: dict[tuple[int, int], Head] = {}
    for head in sorted(heads, key=lambda head: head.line):
        above = whole.get((head.start, head.end))
        if above is not None:
            head = replace(above, text=f"{above.text} {head.text}", last=head.last)
        whole[head.start, head.end] = head
    return tuple(whole.values())


def _best(found: Sequence[Reading]) -> Reading:
    """The best of several readings, with the next best of other spans as its rival."""
    best = min(found, key=lambda reading: reading.misfit)
    others = [r.misfit for r in found if set(r.heads) != set(best.heads)]
    return replace(best, rival=min([best.rival, *others]))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads header lines with upper headers among them; ``level`` is the line where single
    headers stand. Where it is None there are no upper headers, but texts broken over lines."""

    lines: Sequence[Sequence[Segment]]
    columns: Sequence[Span]
    named: Sequence[bool]
    apart: frozenset[str]
    level: int
    uppers: Uppers
    bound: float

    def read(self) -> Reading | None:
        start = Reading(dict(UPPERS)[self.uppers], ())
        states: dict[_State, Reading] = {_State((0,) * len(self.lines)): start}
        for column in range(len(self.columns)):
            following: dict[_State, Reading] = {}
            for state, known in states.items():
                if self._is_left_behind(state, column):
                    continue
                for after, more, found in self._steps(state, column):
                    reading = known.gone_on(more, found)
                    if reading.misfit > self.bound:
                        continue
                    following[after] = reading.against(following.get(after))
            best = nsmallest(KEPT, following.items(), key=lambda item: item[1].misfit)
            if not best:
                return None
            states = {s: r for s, r in best if r.misfit <= best[0][1].misfit + HOPELESS}
        return states.get(_State(tuple(len(line) for line in self.lines)))

    def _steps(
        self, state: _State, column: int
    ) -> Iterator[tuple[_State, float, tuple[Head, ...]]]:
        """All that may stand at a column: the state after it, its cost, the heads it closes.

        An upper header spans two columns or more, and not all: that would be a title.
        """
        for opened in self._openings(state, column):
            for chosen in self._own_texts(opened, column):
                parts = [self._next(opened, line) for line in chosen]
                used = _moved(opened.used, chosen)
                closed = _own_head(parts, chosen, column)
                cost = self._own_cost(parts, column)
                lefts, rights = _edges(parts, self.columns[column])
                stack = tuple(group.over(lefts, rights) for group in opened.open)
                if len(parts) == 1:
                    cost += self._place_cost(column, chosen[0], parts[0].text, stack)
                    stack = _with_single(stack, chosen[0])
                yield _State(used, stack), cost, closed
                while stack and 0 < column - stack[-1].start < len(self.columns) - 1:
                    group, stack = stack[-1], stack[:-1]
                    misfit = self._misfit(group, rights)
                    if misfit > FARTHEST:
                        break
                    cost += misfit
                    text, line = group.segment.text, group.line
                    closed += (Head(text, line, group.start, column + 1, line),)
                    yield _State(used, stack), cost, closed

    def _place_cost(self, column: int, line: int, text: str, above: tuple[_Open, ...]) -> float:
        """The cost of a text that does not stand where others of its height do.

        ``above`` are the upper headers that it is below, the innermost last.
        """
        last = len(self.lines) - 1
        if not above:
            own = not column or self.named[column] or text in self.apart
            rare = line == last and not own and self.uppers != "none"
            return ELSEWHERE if line != self.level else UNCOVERED * rare
        upper = above[-1]
        if upper.below is not None:
            misplaced = line != upper.below
        elif self.level in (0, last):  # cells are set at their top or at their bottom
            misplaced = line != (last if self.level else upper.line + 1)
        else:
            misplaced = line <= self.level
        return ELSEWHERE * misplaced + COVERED * (text in self.apart or self.named[column])

    def _own_cost(self, parts: Sequence[Segment], column: int) -> float:
        """The cost of the texts that head one column alone: none, one, or one that is broken."""
        if not parts:
            return UNHEADED if column else UNHEADED_STUB
        first = parts[0]
        whole = Segment("", min(p.start for p in parts), max(p.end for p in parts))
        cost = self._off_column(whole, column)
        if len(parts) == 1 and _is_bracket(first):
            cost += BRACKET_ALONE
        for above, part in pairwise(parts):
            cost += WRAPPED_BRACKET if _is_bracket(part) else WRAPPED
            if not _is_bracket(part):
                cost += SHORT_ABOVE * max(0, _width(part) - _width(above))
            cost += distance(part, (first.start, first.end))
        return cost

    def _off_column(self, text: Segment, column: int) -> float:
        """How far a header is set off its column. A cell is as wide as the gaps beside it let
        it be: within those the header may be centred over more than the rows show."""
        spans = self.columns
        misfit = distance(text, spans[column])
        left = spans[column - 1][1] if column else 0
        right = spans[column + 1][0] if column + 1 < len(spans) else text.end + 1
        return misfit * (INSIDE_CELL if left < text.start and text.end < right else 1.0)

    def _next(self, state: _State, line: int) -> Segment:
        return self.lines[line][state.used[line]]

    def _free(self, state: _State) -> list[int]:
        """The lines below the innermost open header that have texts left."""
        return [
            line
            for line in range(state.floor + 1, len(self.lines))
            if state.used[line] < len(self.lines[line])
        ]

    def _openings(self, state: _State, column: int) -> Iterator[_State]:
        """The state with the upper headers that may begin at a column: none, one, or nested."""
        if self.uppers == "none":
            yield state
            return
        free = [
            line
            for line in self._free(state)
            if line + 1 < len(self.lines)  # below an upper header is a line yet
            and self._may_begin(line, state.used[line], column)
        ]
        for count in range(min(len(free), MOST_NESTED) + 1):
            for chosen in combinations(free, count):
                groups = tuple(_Open(n, column, self._next(state, n)) for n in chosen)
                yield _State(_moved(state.used, chosen), (*state.open, *groups))

    def _may_begin(self, line: int, position: int, column: int) -> bool:
        """Whether an upper header may begin at a column: it ends at the next one at the
        earliest, and before the next text of its line at the latest."""
        spans, texts = self.columns, self.lines[line]
        if column + 1 == len(spans):
            return False
        most = float(spans[-1][1])
        if position + 1 < len(texts):
            most = texts[position + 1].centre
            if most <= sum(spans[column + 1]) / 2:
                return False
        left = spans[column - 1][1] if column else 0
        if self.uppers == "first":
            return left - DRIFT <= texts[position].start < spans[column + 1][0]
        least = (left + spans[column + 1][1]) / 2
        return (
            least - FARTHEST <= texts[position].centre <= (spans[column][0] + most) / 2 + FARTHEST
        )

    def _misfit(self, group: _Open, rights: Edges) -> float:
        """How far an upper header is set off the columns it would span, or off the first."""
        assert group.first is not None
        segment, (lefts, own) = group.segment, group.first
        if self.uppers == "centred":
            return _off_centre(segment, lefts, rights)
        edges = abs(segment.start - lefts[0]), abs(segment.end - own[0])
        misfit = min(*edges, _off_centre(segment, lefts, own))
        before = self.columns[group.start - 1][1] if group.start else 0
        if before < segment.start < lefts[0]:
            misfit = min(misfit, LEFT_OF_FIRST * (lefts[0] - segment.start))
        return misfit

    def _is_left_behind(self, state: _State, column: int) -> bool:
        """Whether some text stands too far left to head this column or any that follows."""
        left = self.columns[column - 1][1] if column else 0
        least = left - max(DRIFT, FARTHEST)
        return any(
            used < len(line) and line[used].centre < least
            for used, line in zip(state.used, self.lines, strict=True)
        )

    def _own_texts(self, state: _State, column: int) -> Iterator[tuple[int, ...]]:
        """The lines whose next texts may be the header of one column: none, one, or wrapped.

        Its own header stands between the columns beside it.
        """
        spans = self.columns
        before = spans[column - 1][1] - DRIFT if column else float("-inf")
        after = spans[column + 1][0] + DRIFT if column + 1 < len(spans) else inf
        free = [
            line for line in self._free(state) if before <= self._next(state, line).centre <= after
        ]
        for count in range(min(len(free), MOST_WRAPPED) + 1):
            yield from combinations(free, count)


def _moved(used: tuple[int, ...], chosen: Sequence[int]) -> tuple[int, ...]:
    return tuple(count + (line in chosen) for line, count in enumerate(used))


def _own_head(parts: Sequence[Segment], lines: Sequence[int], column: int) -> tuple[Head, ...]:
    """The header of one column, made whole where it is broken over lines."""
    if not parts:
        return ()
    text = " ".join(part.text for part in parts)
    return (Head(text, lines[0], column, column + 1, lines[-1]),)


def _is_bracket(part: Segment) -> bool:
    """Whether a text begins as a unit or a maximum does that goes on with the line above."""
    return part.text[0] in _OPENING


def _edges(parts: Sequence[Segment], span: Span) -> tuple[Edges, Edges]:
    """The left and the right edges of a column with its header, each as printed, and as it is
    where the header is centred over a column wider than what this page prints in it."""
    left = min([span[0], *(part.start for part in parts)])
    right = max([span[1], *(part.end for part in parts)])
    centre = parts[0].centre if parts else (left + right) / 2
    half = max(centre - left, right - centre)
    return (left, centre - half), (right, centre + half)


def _with_single(stack: tuple[_Open, ...], line: int) -> tuple[_Open, ...]:
    """The open upper headers after a single header right below the innermost."""
    if not stack or stack[-1].below is not None:
        return stack
    return (*stack[:-1], replace(stack[-1], below=line))


def _width(part: Segment) -> int:
    return part.end - part.start


def _off_centre(segment: Segment, lefts: Edges, rights: Edges) -> float:
    """How far a text is from being centred between two edges."""
    return min(abs(segment.centre - (left + right) / 2) for left in lefts for right in rights)
