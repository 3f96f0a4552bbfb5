"""What belongs together in two editions, or in two releases of one: tables, rows, lists, indicators.

Nothing is paired by a likeness of words alone: a table by its id or its caption without its
numbers, a row by its label, a list by whom it ranks, an indicator by its id or a crosswalk.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

#: A place of a release's cell among the cells of its table.
CellKey = tuple[Hashable, Hashable]

#: Two lists with other names and other indicators are one when they rank mostly the same.
MOSTLY_SAME = 0.5

_NUMBER_AT_START = re.compile(
    r"^(?:附?表|图|第|[（(])?[\d一二三四五六七八九十]+(?:[-.．—]\d+)*[、.．章节）):：]*"
)
_YEARS = re.compile(r"(?:19|20)\d{2}(?:[-—–~至/](?:(?:19|20)?\d{2}))?(?:年度?)?")


def plain_caption(caption: str | None) -> str:
    """A caption without its number, its years and its blanks: what two editions share of it."""
    text = "".join(unicodedata.normalize("NFKC", caption or "").split())
    return _NUMBER_AT_START.sub("", _YEARS.sub("", text)).rstrip(":：")


def tables(before: Iterable[Row], after: Iterable[Row]) -> list[tuple[Row | None, Row | None]]:
    """Rows of ``tables`` of the two sides, paired; None where one side has no such table.

    Tables of one document and id are one; of the others those of one plain caption, in order.
    """
    old = {_table_key(row): row for row in before}
    new = {_table_key(row): row for row in after}
    pairs: list[tuple[Row | None, Row | None]] = [(old[key], new[key]) for key in old if key in new]
    left: dict[str, list[Row]] = defaultdict(list)
    for key, row in old.items():
        if key not in new:
            left[plain_caption(row["caption"])].append(row)
    for key, row in new.items():
        if key in old:
            continue
        waiting = left[plain_caption(row["caption"])]
        pairs.append((waiting.pop(0) if waiting else None, row))
    pairs += [(row, None) for rows in left.values() for row in rows]
    return pairs


def _table_key(row: Row) -> tuple[str, str, str]:
    return row["edition"], row["document"], row["table_id"]


def cells(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[Row | None, Row | None]]:
    """Rows of ``cells`` of one table on both sides, paired.

    A cell is that of its row's and its column's label where no label stands twice on either
    side, so that a row that was put in moves none; else that of their numbers.
    """
    by_row = _are_names(before, after, "row_label", "row_number")
    by_column = _are_names(before, after, "column_label", "column_number")

    def key(cell: Row) -> CellKey:
        row = cell["row_label"] if by_row else cell["row_number"]
        return row, cell["column_label"] if by_column else cell["column_number"]

    old, new = {key(cell): cell for cell in before}, {key(cell): cell for cell in after}
    keys = dict.fromkeys([*old, *new])
    return [(old.get(one), new.get(one)) for one in keys]


def _are_names(before: Sequence[Row], after: Sequence[Row], label: str, number: str) -> bool:
    """Whether every row (or column) of both sides has a label of its own."""
    for side in (before, after):
        labels = {(cell[number], cell[label]) for cell in side}
        counted = Counter(text for _, text in labels)
        if None in counted or any(n > 1 for n in counted.values()):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Ranked:
    """A list: a column of ranks, and whom it ranks.

    ``places`` has a row of ``rankings`` by entity: its ``ref_area``, or its label where the
    register does not know it. ``indicator`` is in the words of the side compared with.
    """

    name: str
    table_id: str
    column_number: int
    indicator: str | None
    places: Mapping[str, Row]


def lists(rows: Iterable[Row], links: Mapping[str, str] | None = None) -> list[Ranked]:
    """The lists that rows of ``rankings`` make; ``links`` translates their indicators."""
    grouped: dict[tuple[str, str, str, int], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        entity = entity_of(row)
        if entity is not None and row["rank"] is not None:
            key = (row["edition"], row["document"], row["table_id"], row["column_number"])
            grouped[key].setdefault(entity, row)
    found = []
    for (_, _, table, column), places in grouped.items():
        first = next(iter(places.values()))
        indicator = (links or {}).get(first["indicator"], first["indicator"])
        found.append(Ranked(plain_caption(first["list"]), table, column, indicator, places))
    return found


def entity_of(row: Row) -> str | None:
    """What a row of ``rankings`` or ``observations`` is about."""
    return row["ref_area"] or row["row_label"]


def paired_lists(before: Sequence[Ranked], after: Sequence[Ranked]) -> list[tuple[Ranked, Ranked]]:
    """The lists that rank the same things, the surest pairs first; each list once.

    The same table and column first; then name, indicator and the entities shared count alike.
    """
    scored = []
    for i, old in enumerate(before):
        for j, new in enumerate(after):
            score = _likeness(old, new)
            if score is not None:
                scored.append((-score, i, j))
    pairs, used_old, used_new = [], set(), set()
    for _, i, j in sorted(scored):
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            pairs.append((before[i], after[j]))
    return pairs


def _likeness(old: Ranked, new: Ranked) -> float | None:
    shared = len(old.places.keys() & new.places.keys())
    if not shared:
        return None
    share = shared / len(old.places.keys() | new.places.keys())
    same_place = (old.table_id, old.column_number) == (new.table_id, new.column_number)
    same_name = bool(old.name) and old.name == new.name
    same_indicator = old.indicator is not None and old.indicator == new.indicator
    if not (same_place or same_name or same_indicator) and share < MOSTLY_SAME:
        return None
    return share + same_name + same_indicator + 3 * same_place


def links(crosswalk: Iterable[Row], before: str, after: str) -> dict[str, str]:
    """The indicators of the edition before -> those of the one after, as a crosswalk says.

    A crosswalk is written in either edition; indicators of one id need no link.
    """
    found: dict[str, str] = {}
    for row in crosswalk:
        one, other = row["indicator"], row["other_indicator"]
        if one is None or other is None:
            continue
        if (row["edition"], row["other_edition"]) == (after, before):
            found[other] = one
        elif (row["edition"], row["other_edition"]) == (before, after):
            found[one] = other
    return found
