"""Header lines set over columns: which columns every header text stands over.

One dynamic programme from the left column to the right: at each column upper headers may
begin, the column takes the texts that are its own, and upper headers may end. The cheapest
reading of all header lines together wins, so it does not matter on which of the lines the
header of a single column stands (at the top, at half height, at the bottom).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import combinations

from extractors.layouts.columns import DRIFT, Segment, Span, distance

#: Costs are display columns of misfit. A column without any header is rarer than a header
#: set off its column by a whole word; the first one (the stub) has none more often.
UNHEADED, UNHEADED_STUB = 12.0, 4.0

#: A header broken over lines is rarer than one that stands a little off its place, but for
#: one whose next line is its unit or its maximum in brackets.
WRAPPED, WRAPPED_BRACKET = 3.0, 0.25

#: A column whose header is nothing but a bracket has lost the words above it.
BRACKET_ALONE = 1.5

#: Upper headers are centred; one set at the left edge of its columns costs this.
LEFT_SET = 3.0

#: Single headers are as high as the whole header and stand on one of its lines, all of them;
#: a text that stands elsewhere costs this.
ELSEWHERE = 1.0

#: Where they stand on the lowest line, beside those with an upper header, they are the fewer;
#: the first column, the stub, hardly ever has one.
UNCOVERED = 1.0

#: The most lines that the header of one column is broken over, and levels that begin at once.
MOST_WRAPPED, MOST_NESTED = 3, 3

#: A reading that leads by less than this may as well be the other one.
SURE_LEAD = 0.5

#: An upper header set off its columns by more than this is none of theirs, and a reading
#: this much worse than the best of the same columns (two without header) is given up.
FARTHEST, HOPELESS = 12.0, 24.0

#: Readings kept from one column to the next: a few dozen are near the best in a real header.
KEPT = 100


@dataclass(frozen=True, slots=True)
class Head:
    """A header text over the columns from ``start`` to ``end`` (exclusive)."""

    text: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Open:
    """An upper header whose last column is still to come, with the edges of its first."""

    line: int
    start: int
    segment: Segment
    lefts: tuple[float, float] | None = None

    def with_lefts(self, lefts: tuple[float, float]) -> _Open:
        return self if self.lefts else _Open(self.line, self.start, self.segment, lefts)


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
    rival: float = float("inf")

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


def read_heads(lines: Sequence[Sequence[Segment]], columns: Sequence[Span]) -> Reading | None:
    """The reading of header lines with least misfit; None where some text fits no column."""
    levels = [*range(len(lines)), None] if len(lines) > 1 else [None]
    found = [r for level in levels if (r := _Reader(lines, columns, level).read()) is not None]
    if not found:
        return None
    best = min(found, key=lambda reading: reading.misfit)
    others = [r.misfit for r in found if set(r.heads) != set(best.heads)]
    return replace(best, rival=min([best.rival, *others]))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads header lines with upper headers among them; ``level`` is the line where single
    headers stand. Where it is None there are no upper headers, but texts broken over lines."""

    lines: Sequence[Sequence[Segment]]
    columns: Sequence[Span]
    level: int | None

    def read(self) -> Reading | None:
        states: dict[_State, Reading] = {_State((0,) * len(self.lines)): Reading(0.0, ())}
        for column in range(len(self.columns)):
            following: dict[_State, Reading] = {}
            for state, known in states.items():
                if self._is_left_behind(state, column):
                    continue
                for after, more, found in self._steps(state, column):
                    reading = known.gone_on(more, found)
                    following[after] = reading.against(following.get(after))
            best = nsmallest(KEPT, following.items(), key=lambda item: item[1].misfit)
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
                cost = _own_cost(parts, self.columns[column], column)
                if len(parts) == 1:
                    cost += self._place_cost(column, chosen[0], opened.floor)
                lefts, rights = _edges(parts, self.columns[column])
                stack = tuple(group.with_lefts(lefts) for group in opened.open)
                yield _State(used, stack), cost, closed
                while stack and 0 < column - stack[-1].start < len(self.columns) - 1:
                    group, stack = stack[-1], stack[:-1]
                    misfit = _misfit(group, rights)
                    if misfit > FARTHEST:
                        break
                    cost += misfit
                    closed += (Head(group.segment.text, group.line, group.start, column + 1),)
                    yield _State(used, stack), cost, closed

    def _place_cost(self, column: int, line: int, above: int) -> float:
        """The cost of a text that does not stand where others of its height do.

        ``above`` is the line of the upper header that it is below, -1 where there is none.
        """
        last = len(self.lines) - 1
        if self.level is None:
            return 0.0
        if above < 0:
            return ELSEWHERE if line != self.level else UNCOVERED * (line == last and column > 0)
        if self.level in (0, last):  # cells are set at their top or at their bottom
            return ELSEWHERE * (line != (last if self.level else above + 1))
        return ELSEWHERE * (line <= self.level)

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
        if self.level is None:
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
        least = (left + spans[column + 1][1]) / 2
        return (
            least - FARTHEST <= texts[position].centre <= (spans[column][0] + most) / 2 + FARTHEST
        )

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
        after = spans[column + 1][0] + DRIFT if column + 1 < len(spans) else float("inf")
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
    return (Head(" ".join(part.text for part in parts), lines[0], column, column + 1),)


def _own_cost(parts: Sequence[Segment], span: Span, column: int) -> float:
    if not parts:
        return UNHEADED if column else UNHEADED_STUB
    first = parts[0]
    whole = Segment("", min(p.start for p in parts), max(p.end for p in parts))
    cost = distance(whole, span)
    if len(parts) == 1 and _is_bracket(first):
        cost += BRACKET_ALONE
    for part in parts[1:]:
        cost += WRAPPED_BRACKET if _is_bracket(part) else WRAPPED
        cost += distance(part, (first.start, first.end))
    return cost


def _is_bracket(part: Segment) -> bool:
    """Whether a text begins as a unit or a maximum does that goes on with the line above."""
    return part.text[0] in "（([【"


Edges = tuple[float, float]


def _edges(parts: Sequence[Segment], span: Span) -> tuple[Edges, Edges]:
    """The left and the right edges of a column with its header, each as printed, and as it is
    where the header is centred over a column wider than what this page prints in it."""
    left = min([span[0], *(part.start for part in parts)])
    right = max([span[1], *(part.end for part in parts)])
    centre = parts[0].centre if parts else (left + right) / 2
    half = max(centre - left, right - centre)
    return (left, centre - half), (right, centre + half)


def _misfit(group: _Open, rights: Edges) -> float:
    """How far an upper header is set off the columns it would span."""
    assert group.lefts is not None
    segment = group.segment
    return min(
        *(abs(segment.centre - (left + right) / 2) for left in group.lefts for right in rights),
        abs(segment.start - group.lefts[0]) + LEFT_SET,
    )
