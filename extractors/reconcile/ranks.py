"""Ranks against scores, against places in the list, and against what captions promise."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from extractors.model import Doubt, Table
from extractors.reconcile.finding import at_cell
from extractors.reconcile.sheets import Sheet, is_rate

Row = Mapping[str, Any]

#: What follows a tie of two: 1,1,3 (competition), 1,1,2 (dense), 1,2,3 (ordinal).
Style = Literal["competition", "dense", "ordinal"]
STYLES: tuple[Style, ...] = ("competition", "dense", "ordinal")

#: A list of fewer rows shows no style.
LEAST_ROWS = 5

#: A list whose ranks follow a style in less than this share of its rows follows another rule.
FOLLOWS = 0.75

#: Where more of the equal scores than this go against the rest, ties have no style: ranks
#: were given by decimals that are not printed.
MINORITY = 0.2

#: Scores of which fewer than this tie are finely graded, and equal in print by chance.
FEW_TIES = 0.1

#: Fewer scores are in step but for one by chance.
LEAST_SCORES = 8

#: More rows than this share (and one) out of step: the list is not ranked by this score.
OUT_OF_STEP = 0.04


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a ranked list in print order."""

    row: int
    column: int
    rank: int
    score: float | None
    label: str
    rates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranked list: its table, its column and its entries in print order."""

    table: Table
    name: str
    column: int
    entries: tuple[Entry, ...]


def ranked_lists(sheets: Sequence[Sheet], rankings: Iterable[Row]) -> list[Ranked]:
    """The lists of a document with a rank in every row that counts."""
    tables = {sheet.table.table_id: sheet.table for sheet in sheets}
    rates = {sheet.table.table_id: _rate_columns(sheet) for sheet in sheets}
    groups: dict[tuple[str, int, str], list[Entry]] = defaultdict(list)
    for row in rankings:
        if row["rank"] is not None and row["table_id"] in tables:
            cells = tables[row["table_id"]].rows[row["row_number"] - 1].cells
            key = (row["table_id"], row["column_number"], row["list"])
            groups[key].append(
                Entry(
                    row["row_number"] - 1,
                    row["column_number"] - 1,
                    row["rank"],
                    row["score"],
                    row["row_label"],
                    tuple(cells[i].text for i in rates[row["table_id"]] if i < len(cells)),
                )
            )
    return [
        Ranked(tables[table], name, column - 1, tuple(entries))
        for (table, column, name), entries in groups.items()
    ]


def _rate_columns(sheet: Sheet) -> tuple[int, ...]:
    """The rates of a table with one panel: they tell scores apart that print the same."""
    if len(sheet.panels) != 1:
        return ()
    return tuple(i for i in sheet.panels[0].values if is_rate(sheet.table.columns[i]))


def rank_errors(ranked: Ranked) -> Iterator[Doubt]:
    """Scores out of step, ties and places against the list's own style, rows out of order."""
    entries = ranked.entries
    if len(entries) < LEAST_ROWS:
        return
    scored = sum(entry.score is not None for entry in entries) >= 0.9 * len(entries)
    by_rank = sorted(entries, key=lambda entry: entry.rank)
    odd: set[int] = set()
    if scored:
        found = _out_of_step(by_rank)
        if found is None:
            scored = False
        else:
            odd = found
    for entry in entries:
        if entry.row in odd:
            yield _score_doubt(ranked, entry, by_rank, odd)
    scored = scored and not _mixed(by_rank)
    printed = _best(entries, scored, odd)
    sorted_ = _best(by_rank, scored, odd)
    ordered = len(_in_order([entry.rank for entry in entries])) >= 0.9 * len(entries)
    moved = sorted_ is not None and (printed is None or len(sorted_[1]) < len(printed[1]))
    best = sorted_ if moved else printed
    wrong: set[int] = set()
    if best is not None:
        for entry, expected in _runs(best[1]):
            wrong.add(entry.row)
            yield _place_doubt(ranked, entry, expected, best[0], entries, scored)
        wrong |= {entry.row for entry, _ in best[1]}
    if ordered and moved:
        yield from _out_of_order(ranked, odd | wrong)


# --- scores --------------------------------------------------------------------------------


def _out_of_step(by_rank: Sequence[Entry]) -> set[int] | None:
    """The rows whose scores break the order of the ranks; None where the order is another's."""
    known = [entry for entry in by_rank if entry.score is not None]
    best: set[int] | None = None
    for sign in (-1, 1):
        scores = [sign * entry.score for entry in known if entry.score is not None]
        kept = _in_order(scores)
        broken = {entry.row for i, entry in enumerate(known) if i not in kept}
        if best is None or len(broken) < len(best):
            best = broken
    most = max(1, OUT_OF_STEP * len(known)) if len(known) >= LEAST_SCORES else 0
    if best is None or len(best) > most:
        return None
    return best


def _in_order(values: Sequence[float]) -> set[int]:
    """The indexes of a longest run, with gaps, that never falls."""
    tails: list[float] = []
    ends: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        place = bisect_right(tails, value)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            ends.append(index)
        else:
            tails[place], ends[place] = value, index
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept


def _score_doubt(ranked: Ranked, entry: Entry, by_rank: Sequence[Entry], odd: set[int]) -> Doubt:
    place = by_rank.index(entry)
    above = next((e for e in reversed(by_rank[:place]) if e.row not in odd), None)
    below = next((e for e in by_rank[place + 1 :] if e.row not in odd), None)
    around = [
        f"{e.rank} {e.label} {e.score:g}" for e in (above, below) if e and e.score is not None
    ]
    return at_cell(
        "rank-value",
        ranked.table,
        entry.row,
        entry.column,
        printed=f"{entry.rank} {entry.label} {entry.score:g}",
        evidence="; ".join(around),
    )


# --- places --------------------------------------------------------------------------------


def _best(
    entries: Sequence[Entry], scored: bool, odd: set[int]
) -> tuple[Style, list[tuple[Entry, int]]] | None:
    """The style that the most rows follow, with those that do not and the rank they should have.

    A list that begins at another rank than 1 is taken as a part of a longer one, of which
    the places are not known.
    """
    if not entries or entries[0].rank != 1:
        return None
    best: tuple[Style, list[tuple[Entry, int]]] | None = None
    for style in STYLES:
        wrong = [
            (entry, expected)
            for entry, expected in zip(entries, _expected(entries, style, scored, odd), strict=True)
            if entry.rank != expected
        ]
        if best is None or len(wrong) < len(best[1]):
            best = style, wrong
    if best is not None and len(best[1]) <= (1 - FOLLOWS) * len(entries):
        return best
    return _best_steps(entries, scored, odd)


def _expected(entries: Sequence[Entry], style: Style, scored: bool, odd: set[int]) -> Iterator[int]:
    """The rank of each entry from its place alone."""
    rank = group = 0
    before: Entry | None = None
    for place, entry in enumerate(entries, start=1):
        if not (before and _tied(before, entry, scored, odd)) or style == "ordinal":
            group += 1
            rank = {"competition": place, "dense": group, "ordinal": place}[style]
        yield rank
        before = entry


def _tied(before: Entry, entry: Entry, scored: bool, odd: set[int]) -> bool:
    if not scored or entry.row in odd or before.row in odd or entry.score is None:
        return before.rank == entry.rank
    if before.score == entry.score and before.rates != entry.rates:
        return before.rank == entry.rank  # told apart, or not, by what is not printed
    return before.score == entry.score


def _mixed(entries: Sequence[Entry]) -> bool:
    """Whether equal scores share a rank about as often as not: the print does not tell ties."""
    pairs = [
        (a.rank == b.rank)
        for a, b in pairwise(entries)
        if a.score is not None and a.score == b.score and a.rates == b.rates
    ]
    tied = sum(pairs)
    if tied in (0, len(pairs)):
        return False
    return MINORITY < tied / len(pairs) < 1 - MINORITY or tied < FEW_TIES * len(entries)


def _best_steps(
    entries: Sequence[Entry], scored: bool, odd: set[int]
) -> tuple[Style, list[tuple[Entry, int]]] | None:
    """The same by steps: a rank that is skipped shifts all behind it, and is one error."""
    best: tuple[Style, list[tuple[Entry, int]]] | None = None
    for style in STYLES:
        wrong = []
        size = 1
        places = list(_expected(entries, style, scored, odd))[1:]
        for (before, entry), place in zip(pairwise(entries), places, strict=True):
            tied = _tied(before, entry, scored, odd) and style != "ordinal"
            size = size + 1 if tied else size
            step = size if style == "competition" else 1
            expected = before.rank if tied else before.rank + step
            size = size if tied else 1
            # Behind a wrong rank the count goes on from it, or from the place as before.
            if entry.rank not in (expected, place):
                wrong.append((entry, expected))
        if best is None or len(wrong) < len(best[1]):
            best = style, wrong
    return best if best and len(best[1]) <= max(2, OUT_OF_STEP * len(entries)) else None


def _runs(wrong: Sequence[tuple[Entry, int]]) -> Iterator[tuple[Entry, int]]:
    """One finding for rows in a row with one printed and one expected rank."""
    last: tuple[int, int] | None = None
    for entry, expected in wrong:
        if (entry.rank, expected) != last:
            yield entry, expected
        last = entry.rank, expected


def _place_doubt(
    ranked: Ranked,
    entry: Entry,
    expected: int,
    style: Style,
    entries: Sequence[Entry],
    scored: bool,
) -> Doubt:
    same = [e for e in entries if scored and e.score == entry.score and e.row != entry.row]
    tie = any(e.rank == expected for e in same)
    evidence = f"ranks run {_EXAMPLES[style]}"
    if same:
        best = next((e for e in same if e.rank == expected), same[0])
        evidence += f"; {best.rank} {best.label} has the same score {entry.score:g}"
    return at_cell(
        "rank-tie" if tie else "rank-place",
        ranked.table,
        entry.row,
        entry.column,
        printed=f"{entry.rank} {entry.label}",
        expected=str(expected),
        evidence=evidence,
    )


_EXAMPLES: Mapping[Style, str] = {
    "competition": "1, 1, 3",
    "dense": "1, 1, 2",
    "ordinal": "1, 2, 3",
}


def _out_of_order(ranked: Ranked, known: set[int]) -> Iterator[Doubt]:
    """Rows that stand before a better one."""
    entries = [entry for entry in ranked.entries if entry.row not in known]
    kept = _in_order([entry.rank for entry in entries])
    for index, entry in enumerate(entries):
        if index not in kept:
            beside = entries[index + 1] if index + 1 < len(entries) else entries[index - 1]
            yield at_cell(
                "row-order",
                ranked.table,
                entry.row,
                entry.column,
                printed=f"{entry.rank} {entry.label}",
                evidence=f"beside {beside.rank} {beside.label}",
            )
