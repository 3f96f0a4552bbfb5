"""Ruled tables: rules that cross, and the cells between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractors.model import Box
from extractors.pdf.lattice import Lattice, tiles
from extractors.pdf.rules import Drawing, Rule
from extractors.pdf.words import Run

#: Rules whose ends miss one another by less than this (points) meet.
_MEETS = 3.0

#: Boundaries nearer than this (points) are one: no line of print stands between them.
_SAME_BOUNDARY = 3.0

#: A rule this near (in type sizes) to the middle of a word runs through it.
_STRUCK = 0.2

#: Trimming settles in two or three rounds; art may hang on art.
_ROUNDS = 6

#: Above so many pairs of rules a page is a map or a plan. The densest tables have 60 by 40.
_MOST_CROSSINGS = 200_000

#: A boundary is there where rules cover this part of it.
_COVERED = 0.55

#: Rules that stick out by more than this (points) beyond the outermost boundary that crosses
#: them leave the table open on that side.
_OPEN_SIDE = 8.0


def ruled_lattices(drawing: Drawing, runs: Sequence[Run]) -> list[Lattice]:
    """The lattices of all groups of crossing rules on a page that part at least two cells."""
    lattices = []
    if len(drawing.horizontal) * len(drawing.vertical) > _MOST_CROSSINGS:
        return []
    across = [rule for rule in drawing.horizontal if not _strikes(rule, runs)]
    across, upright = trimmed(across, drawing.vertical)
    for horizontal, vertical in _groups(across, upright):
        lattice = lattice_of(horizontal, vertical, runs)
        if lattice is not None:
            lattices.append(lattice)
    return lattices


def lattice_of(
    horizontal: Sequence[Rule], vertical: Sequence[Rule], runs: Sequence[Run]
) -> Lattice | None:
    """The lattice of one group of rules; None where they part nothing."""
    xs = _boundaries([rule.at for rule in vertical], horizontal)
    ys = _boundaries([rule.at for rule in horizontal], vertical)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2:
        return None
    right = [
        [_is_covered(vertical, xs[c + 1], ys[r], ys[r + 1]) for c in range(columns)]
        for r in range(rows)
    ]
    below = [
        [_is_covered(horizontal, ys[r + 1], xs[c], xs[c + 1]) for c in range(columns)]
        for r in range(rows)
    ]
    cells = tiles(rows, columns, right, below)
    return Lattice(xs, ys, cells) if len(cells) > 1 else None


def _strikes(rule: Rule, runs: Sequence[Run]) -> bool:
    """Whether a rule runs through the middle of a word, as no rule of a table does."""
    return any(
        abs(run.middle - rule.at) < _STRUCK * run.size
        and min(run.x1, rule.end) - max(run.x0, rule.start) > 0.6 * (run.x1 - run.x0)
        for run in runs
        if not run.turns
    )


def trimmed(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Rules cut back to where they end in a table, so that page art under it drops out.

    A rule of a table ends at one that crosses it or, on an open side, where others end too.
    """
    across, upright = list(horizontal), list(vertical)
    for _ in range(_ROUNDS):
        kept_across = _cut_back(across, upright)
        kept_upright = _cut_back(upright, kept_across)
        if (kept_across, kept_upright) == (across, upright):
            break
        across, upright = kept_across, kept_upright
    return across, upright


def _cut_back(rules: Sequence[Rule], crossing: Sequence[Rule]) -> list[Rule]:
    kept = []
    for rule in rules:
        meets = [
            other.at
            for other in crossing
            if rule.start - _MEETS <= other.at <= rule.end + _MEETS
            and other.start - _MEETS <= rule.at <= other.end + _MEETS
        ]
        if not meets:
            continue
        start, end = rule.start, rule.end
        if min(meets) - start > _MEETS and not _is_shared(rule, "start", rules):
            start = min(meets)
        if end - max(meets) > _MEETS and not _is_shared(rule, "end", rules):
            end = max(meets)
        if end - start > 2 * _MEETS:
            kept.append(Rule(rule.at, start, end))
    return kept


def _is_shared(rule: Rule, side: str, rules: Sequence[Rule]) -> bool:
    """Whether two other rules end at the same place, or one that has the same extent."""
    shared = 0
    for other in rules:
        if other is rule or abs(getattr(other, side) - getattr(rule, side)) > _MEETS:
            continue
        shared += 1
        if abs(other.start - rule.start) <= _MEETS and abs(other.end - rule.end) <= _MEETS:
            return True
    return shared >= 2


def _boundaries(places: Iterable[float], crossing: Sequence[Rule]) -> list[float]:
    """Boundaries across rules that cross them; open sides are closed where those end."""
    bounds: list[float] = []
    for place in sorted(places):
        if not bounds or place - bounds[-1] > _SAME_BOUNDARY:
            bounds.append(place)
    if not crossing:
        return bounds
    start, end = min(rule.start for rule in crossing), max(rule.end for rule in crossing)
    if not bounds or start < bounds[0] - _OPEN_SIDE:
        bounds.insert(0, start)
    if end > bounds[-1] + _OPEN_SIDE:
        bounds.append(end)
    return bounds


def _is_covered(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
    """Whether rules at a place cover most of the way from ``start`` to ``end``."""
    covered = sum(
        max(0.0, min(rule.end, end) - max(rule.start, start))
        for rule in rules
        if abs(rule.at - at) <= _SAME_BOUNDARY
    )
    return covered >= _COVERED * (end - start)


def _groups(
    horizontal: Sequence[Rule], vertical: Sequence[Rule]
) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that hang together by crossing or meeting."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for h, across in enumerate(horizontal):
        for v, upright in enumerate(vertical, start=len(horizontal)):
            if _meet(across, upright):
                parent[root(h)] = root(v)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*horizontal, *vertical]):
        group = groups.setdefault(root(index), ([], []))
        group[index >= len(horizontal)].append(rule)
    return [group for group in groups.values() if group[0] and group[1]]


def _meet(across: Rule, upright: Rule) -> bool:
    return (
        across.start - _MEETS <= upright.at <= across.end + _MEETS
        and upright.start - _MEETS <= across.at <= upright.end + _MEETS
    )


def overlap(one: Box, other: Box) -> float:
    """What part of the smaller box the two share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return wide * high / smaller if smaller > 0 else 0.0
