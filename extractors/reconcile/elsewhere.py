"""One list printed twice: the first places of a longer one, or the whole of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from extractors.model import Doubt
from extractors.reconcile.finding import at_cell
from extractors.reconcile.ranks import LEAST_ROWS, Entry, Ranked

#: Two lists are one where so many of the shorter one's entities have the same rank.
SAME_LIST = 0.8


def other_lists(lists: Sequence[Ranked], periods: Mapping[int, str | None]) -> Iterator[Doubt]:
    """The first places of a list that is printed again without its scores.

    ``periods`` are those of the lists, by their position.
    """
    for index, short in enumerate(lists):
        if len(short.entries) < LEAST_ROWS or any(e.score is not None for e in short.entries):
            continue
        found: list[tuple[Ranked, list[Entry]]] = []
        for other, long in enumerate(lists):
            if (
                other == index
                or long.table is short.table
                or len(long.entries) < len(short.entries)
            ):
                continue
            if periods[index] != periods[other]:
                continue
            wrong = _otherwise(short, long)
            if wrong is not None:
                found.append((long, wrong))
        # Where one of several longer lists agrees, another of them is what is wrong.
        shared = set.intersection(*(set(wrong) for _, wrong in found)) if found else set()
        if shared:
            long, wrong = found[0]
            yield from _ranked_otherwise(short, long, [e for e in wrong if e in shared])


def _otherwise(short: Ranked, long: Ranked) -> list[Entry] | None:
    """The entries that have another rank in a longer list; None where it is another list."""
    ranks = {_bare(entry.label): entry.rank for entry in long.entries}
    wrong = [entry for entry in short.entries if ranks.get(_bare(entry.label)) != entry.rank]
    same = len(short.entries) - len(wrong)
    return wrong if same >= max(LEAST_ROWS, SAME_LIST * len(short.entries)) else None


def _ranked_otherwise(short: Ranked, long: Ranked, wrong: Sequence[Entry]) -> Iterator[Doubt]:
    ranks = {_bare(entry.label): entry.rank for entry in long.entries}
    for entry in wrong:
        there = ranks.get(_bare(entry.label))
        holders = [other.label for other in long.entries if other.rank == entry.rank]
        yield at_cell(
            "rank-other-list",
            short.table,
            entry.row,
            entry.column,
            printed=f"{entry.rank} {entry.label}",
            expected=str(there) if there else "、".join(holders) or None,
            evidence=f"{long.name}, line {long.table.line}: "
            f"{entry.rank} is {'、'.join(holders) or 'no rank'}",
        )


#: Two whole lists are one where so many of their entities have the same rank.
SAME_WHOLE = 0.95
LEAST_WHOLE = 20


def whole_lists(lists: Sequence[Ranked], periods: Mapping[int, str | None]) -> Iterator[Doubt]:
    """One list of all entities printed twice, in which a few have two ranks."""
    whole = [
        (periods[place], one, {_bare(entry.label): entry for entry in one.entries})
        for place, one in enumerate(lists)
        if len(one.entries) >= LEAST_WHOLE
    ]
    for (period, one, theirs), (other_period, other, ours) in combinations(whole, 2):
        size = len(one.entries)
        if size != len(other.entries) or one.table is other.table or period != other_period:
            continue
        pairs = [(theirs[name], entry) for name, entry in ours.items() if name in theirs]
        odd = [(before, entry) for before, entry in pairs if before.rank != entry.rank]
        if not odd or len(pairs) - len(odd) < SAME_WHOLE * size:
            continue
        for before, entry in odd:
            # The later one is named, unless only the first is out of step with its own list.
            wrong, right, where, there = (entry, before, other, one)
            if not _in_step(before, one) and _in_step(entry, other):
                wrong, right, where, there = before, entry, one, other
            yield at_cell(
                "rank-other-list",
                where.table,
                wrong.row,
                wrong.column,
                printed=f"{wrong.rank} {wrong.label}",
                expected=str(right.rank),
                evidence=f"{there.name}, line {there.table.rows[right.row].line}: {right.rank}",
            )


def _in_step(entry: Entry, ranked: Ranked) -> bool:
    """Whether a rank is one more than the number of better scores."""
    scores = [e.score for e in ranked.entries if e.score is not None]
    return entry.score is None or entry.rank == 1 + sum(s > entry.score for s in scores)


def _bare(label: str) -> str:
    return label.removesuffix("市") if len(label) > 2 else label
