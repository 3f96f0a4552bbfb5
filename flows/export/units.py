"""An edition's scores as COINr's iData has them: a row a unit and time, a column an indicator.

One unit may stand in several tables. The table with the most indicators of the scheme is
taken; what it lacks comes from the others; where they print another number for the same, both
are named. Tables of the same indicators that hardly share a unit are groups of one evaluation:
their rows are stacked, and `Row.group` tells them apart.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Record = Mapping[str, Any]

#: Tables that share more of their units than this are one population printed again.
MOSTLY_SAME = 0.5

#: Two lists that rank nearly the same units rank alike; a rank within a part of them is another.
SAME_LIST = 0.95

#: Where two ranks differ, in the place of an indicator.
RANK = "rank"

#: The place of a row: (document, table_id, row_number, row_label).
Place = tuple[str, str, int, str]

_PERIOD = re.compile(r"(\d{4})(?:-(?:S([12])|Q([1-4])|(\d{2})))?")


class Cell(NamedTuple):
    """A printed number and where it stands."""

    value: float
    printed: str
    place: Place
    column_number: int


@dataclass(slots=True)
class UnitRow:
    """A printed row: a unit at a time, with its scores by indicator.

    ``unit`` is its ``ref_area``, or its label where the register does not know it.
    """

    place: Place
    unit: str
    ref_area: str | None
    name: str
    time: float
    cells: dict[str, Cell] = field(default_factory=dict)
    rank: int | None = None
    rank_column: int | None = None
    group: str | None = None
    code: str = ""

    @property
    def table(self) -> tuple[str, str]:
        """Document and table."""
        return self.place[:2]


class Other(NamedTuple):
    """Another number than the one taken, for the same unit, time and indicator (or `RANK`)."""

    row: UnitRow
    indicator: str
    taken: float
    other: float
    place: Place


@dataclass(slots=True)
class Units:
    """The rows of iData, the tables that they are from, and what else is printed for them."""

    rows: list[UnitRow]
    tables: list[tuple[str, str]]
    others: list[Other]
    unused: list[tuple[str, str]]

    @property
    def groups(self) -> list[str]:
        """The groups, where there are several."""
        found = list(dict.fromkeys(row.group or "" for row in self.rows))
        return found if len(found) > 1 else []


def units_of(
    observations: Iterable[Record],
    rankings: Iterable[Record],
    tables: Iterable[Record],
    leaves: Sequence[str],
    total: str | None,
    year: int | None,
) -> Units:
    """The units of an edition, from rows of its datasets.

    ``leaves`` are the ids of the indicators, ``total`` that of the index; ``year`` is the
    edition's, for rows whose time is not printed.
    """
    wanted = {*leaves, *([total] if total else ())}
    by_table = _rows(observations, wanted, year)
    _add_ranks(by_table, rankings, total)
    ordered = _ordered(by_table, tables)
    indicators = frozenset(leaves)
    with_leaves = [rows for rows in ordered if _indicators(rows) & indicators]
    with_leaves.sort(key=lambda rows: -len(_indicators(rows) & indicators))  # stable: then in order
    if not with_leaves:
        return Units([], [], [], [])
    taken, rest = _stacked(with_leaves, indicators)
    rest += [rows for rows in ordered if not _indicators(rows) & indicators]
    others, used = _filled(taken, rest)
    _code(taken)
    first = list(dict.fromkeys(row.table for row in taken))
    unused = [rows[0].table for rows in rest if rows[0].table not in used and rows[0].table]
    return Units(
        taken, [*first, *sorted(used)], others, [one for one in unused if one not in first]
    )


def _rows(
    observations: Iterable[Record], wanted: set[str], year: int | None
) -> dict[tuple[str, str], list[UnitRow]]:
    """The rows with scores, by table, as they are printed."""
    found: dict[tuple[Any, ...], UnitRow] = {}
    for one in observations:
        if one["measure"] != "value" or one["indicator"] not in wanted or one["breakdown"]:
            continue
        place = _place(one)
        time = time_number(one["time_period"], year)
        unit = one["ref_area"] or one["row_label"]
        if one["obs_value"] is None or time is None or not unit:
            continue
        row = found.setdefault(
            (place, unit, time), UnitRow(place, unit, one["ref_area"], place[3] or unit, time)
        )
        cell = Cell(one["obs_value"], one["value_printed"] or "", place, one["column_number"])
        row.cells.setdefault(one["indicator"], cell)
    by_table: dict[tuple[str, str], list[UnitRow]] = defaultdict(list)
    for row in found.values():
        by_table[row.table].append(row)
    return by_table


def _place(record: Record) -> Place:
    label = record["row_label"] or ""
    return record["document"], record["table_id"], record["row_number"], label


def _add_ranks(
    by_table: Mapping[tuple[str, str], list[UnitRow]], rankings: Iterable[Record], total: str | None
) -> None:
    """Give each row its rank by the total."""
    rows = {row.place: row for rows in by_table.values() for row in rows}
    for one in rankings:
        row = rows.get(_place(one))
        if row and row.rank is None and total and one["indicator"] == total:
            row.rank, row.rank_column = one["rank"], one["column_number"]


def _ordered(
    by_table: Mapping[tuple[str, str], list[UnitRow]], tables: Iterable[Record]
) -> list[list[UnitRow]]:
    """The rows by table, in the order of the print; each row knows the group of its table."""
    known = {(one["document"], one["table_id"]): one for one in tables}

    def place(key: tuple[str, str]) -> tuple[Any, ...]:
        one = known.get(key, {})
        return key[0], one.get("page") or 0, one.get("line") or 0, key[1]

    for key, rows in by_table.items():
        one = known.get(key, {})
        for row in rows:
            row.group = one.get("group") or one.get("caption") or key[1]
    return [by_table[key] for key in sorted(by_table, key=place)]


def _indicators(rows: Sequence[UnitRow]) -> frozenset[str]:
    """What most rows of a table have."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        for indicator in row.cells:
            counts[indicator] += 1
    return frozenset(name for name, n in counts.items() if 2 * n >= len(rows))


def _stacked(
    ordered: Sequence[list[UnitRow]], leaves: frozenset[str]
) -> tuple[list[UnitRow], list[list[UnitRow]]]:
    """The rows of the first table and of its sister groups; and the tables that are left."""
    base = _indicators(ordered[0]) & leaves
    taken = list(ordered[0])
    rest: list[list[UnitRow]] = []
    for rows in ordered[1:]:
        if _indicators(rows) & leaves == base and not _is_again(rows, taken):
            taken += rows
        else:
            rest.append(rows)
    return taken, rest


def _is_again(
    rows: Sequence[UnitRow], taken: Sequence[UnitRow], share: float = MOSTLY_SAME
) -> bool:
    """Whether a table prints units again that are there: at the same time, most of them."""
    there = {(row.unit, row.time) for row in taken}
    again = sum((row.unit, row.time) in there for row in rows)
    return again > share * len(rows)


def _filled(
    taken: list[UnitRow], rest: Sequence[list[UnitRow]]
) -> tuple[list[Other], set[tuple[str, str]]]:
    """Fill what rows lack from the other tables, add the units that only those of the same
    population have; gives the numbers that differ, and the tables that gave something."""
    there: dict[tuple[str, float], list[UnitRow]] = defaultdict(list)
    for row in taken:
        there[row.unit, row.time].append(row)
    others: list[Other] = []
    used: set[tuple[str, str]] = set()
    for rows in rest:
        is_again = _is_again(rows, taken)
        is_same_list = _is_again(rows, taken, SAME_LIST) and _is_again(taken, rows, SAME_LIST)
        for row in rows:
            mine = there.get((row.unit, row.time))
            if mine:
                differing, gave = _fill(mine, row, is_same_list)
                others += differing
                if gave:
                    used.add(row.table)
            elif is_again and row.cells:
                taken.append(row)
                there[row.unit, row.time].append(row)
                used.add(row.table)
    return others, used


def _fill(mine: Sequence[UnitRow], row: UnitRow, is_same_list: bool) -> tuple[list[Other], bool]:
    differing, gave = [], False
    for one in mine:
        if is_same_list and one.rank and row.rank and one.rank != row.rank:
            differing.append(Other(one, RANK, one.rank, row.rank, row.place))
        for indicator, cell in row.cells.items():
            known = one.cells.get(indicator)
            if known is None:
                one.cells[indicator] = cell
                gave = True
            elif known.value != cell.value:
                differing.append(Other(one, indicator, known.value, cell.value, row.place))
    return differing, gave


def _code(rows: Sequence[UnitRow]) -> None:
    """Give every row its code: that of its place, with _2 … where a place stands twice.

    What has no place in the register is coded by its label, so that the next edition's row of
    the same label has the same code.
    """
    seen: dict[tuple[str, float], int] = defaultdict(int)
    for row in rows:
        base = row.ref_area or "U" + hashlib.sha256(row.unit.encode()).hexdigest()[:10].upper()
        base = re.sub(r"\W", "_", base)
        seen[base, row.time] += 1
        count = seen[base, row.time]
        row.code = base if count == 1 else f"{base}_{count}"


def time_number(period: str | None, year: int | None) -> float | None:
    """A period as a number of years: 2015, 2017-S2 is 2017.5; of several years the last.

    None where neither period nor year is known.
    """
    found = _PERIOD.fullmatch((period or "").rsplit("/", 1)[-1][:7])
    if not found:
        return float(year) if year else None
    number, half, quarter, month = found.groups()
    part = (int(half) - 1) / 2 if half else 0.0
    part += (int(quarter) - 1) / 4 if quarter else 0.0
    part += (int(month) - 1) / 12 if month else 0.0
    return int(number) + round(part, 4)


def tied_groups(rows: Iterable[Record]) -> Iterator[list[int]]:
    """The printed ranks of every group of equal scores, list by list, of rows of ``rankings``."""
    by_score: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in rows:
        if row["score"] is not None and row["rank"] is not None:
            names = ("document", "table_id", "column_number", "list", "score")
            by_score[tuple(row[name] for name in names)].append(row["rank"])
    yield from (sorted(ranks) for ranks in by_score.values() if len(ranks) > 1)
