"""What of an edition's scores does not come out as printed, and the findings that say so.

The sum of a unit's points is its total, within what rounding of the parts allows; its place
among the totals is its rank. Everything else is named: unit, what, printed, computed, and the
finding of the same cell where there is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flows.export.units import RANK, Other, UnitRow, tied_groups

Record = Mapping[str, Any]

#: Beside the halves of last decimals: binary fractions.
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Departure:
    """A number that is not what the others make it. ``what`` is total, rank, or other print.

    ``finding_id`` and ``check`` are null where no finding is of its cell.
    """

    uCode: str
    uName: str
    Time: float
    what: str
    indicator: str | None
    printed: float
    computed: float
    table_id: str
    row_number: int
    finding_id: str | None = None
    check: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def ties_of(rankings: Sequence[Record]) -> str:
    """How an edition ranks equal scores: ``min`` (1, 1, 3), ``dense`` (1, 1, 2) or ``first``
    (1, 2, 3, in the order of the print), as most of its ties are; ``min`` without any.
    """
    counts = {"min": 0, "first": 0}
    for ranks in tied_groups(rankings):
        if len(set(ranks)) == 1:
            counts["min"] += 1
        elif ranks == list(range(ranks[0], ranks[0] + len(ranks))):
            counts["first"] += 1
    if counts["first"] > counts["min"]:
        return "first"
    return "dense" if counts["min"] and _is_dense(rankings) else "min"


def _is_dense(rankings: Sequence[Record]) -> bool:
    """Whether the rank after a tie is the next number, in most lists that have one."""
    lists: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in rankings:
        if row["rank"] is not None:
            lists[row["document"], row["table_id"], row["column_number"], row["list"]].append(
                row["rank"]
            )
    dense = sparse = 0
    for ranks in lists.values():
        if len(set(ranks)) < len(ranks):
            is_dense = max(ranks) - min(ranks) + 1 == len(set(ranks))
            dense, sparse = dense + is_dense, sparse + (not is_dense)
    return dense > sparse


def departures_of(
    rows: Sequence[UnitRow],
    others: Iterable[Other],
    leaves: Sequence[str],
    total: str | None,
    ties: str,
    findings: Iterable[Record],
) -> list[Departure]:
    """All of an edition, in the order of iData; see the module."""
    known = _findings(findings)
    found: list[Departure] = []
    if total:
        found += _totals(rows, leaves, total, known)
        found += _ranks(rows, total, ties, known)
    for other in others:
        indicator = None if other.indicator == RANK else other.indicator
        what = "rank in another table" if indicator is None else "value in another table"
        found.append(_of(other.row, what, indicator, other.taken, other.other, None, known))
    order = {id(row): place for place, row in enumerate(rows)}
    codes = {(row.code, row.time): order[id(row)] for row in rows}
    return sorted(found, key=lambda one: (codes[one.uCode, one.Time], one.what))


def _totals(
    rows: Sequence[UnitRow], leaves: Sequence[str], total: str, known: _Known
) -> Iterator[Departure]:
    for row in rows:
        cells = [row.cells[leaf] for leaf in leaves if leaf in row.cells]
        printed = row.cells.get(total)
        if printed is None or len(cells) < len(leaves):
            continue
        computed = sum(cell.value for cell in cells)
        slack = sum(half_unit(cell.printed) for cell in (*cells, printed))
        if abs(computed - printed.value) > slack + _NOISE:
            column = printed.column_number
            yield _of(row, "total", total, printed.value, round(computed, 6), column, known)


def half_unit(printed: str) -> float:
    """Half a unit of a print's last decimal: how far the number that it rounds may be."""
    digits = printed.split(".", 1)[1] if "." in printed else ""
    return 0.5 * 10.0 ** -sum(sign.isdigit() for sign in digits)


def _ranks(rows: Sequence[UnitRow], total: str, ties: str, known: _Known) -> Iterator[Departure]:
    groups: dict[tuple[str | None, float], list[UnitRow]] = defaultdict(list)
    for row in rows:
        if total in row.cells and row.rank is not None:
            groups[row.group, row.time].append(row)
    for group in groups.values():
        scores = [row.cells[total].value for row in group]
        for row, rank in zip(group, ranked(scores, ties), strict=True):
            if row.rank is not None and row.rank != rank:
                yield _of(row, "rank", total, row.rank, rank, row.rank_column, known)


def ranked(scores: Sequence[float], ties: str) -> list[int]:
    """The ranks of scores, the highest first, by a convention of `ties_of`."""
    order = sorted(range(len(scores)), key=lambda place: -scores[place])  # stable
    ranks = [0] * len(scores)
    for position, place in enumerate(order, start=1):
        before = order[position - 2] if position > 1 else None
        if before is not None and ties != "first" and scores[before] == scores[place]:
            ranks[place] = ranks[before]
        elif ties == "dense" and before is not None:
            ranks[place] = ranks[before] + 1
        else:
            ranks[place] = position
    return ranks


#: (finding_id, check) by (table_id, row_number, column_number).
_Known = dict[tuple[str, int, int | None], tuple[str, str]]


def _findings(findings: Iterable[Record]) -> _Known:
    return {
        (one["table_id"], one["row_number"], one["column_number"]): (
            one["finding_id"],
            one["check"],
        )
        for one in findings
        if one["table_id"] and one["row_number"]
    }


def _of(
    row: UnitRow,
    what: str,
    indicator: str | None,
    printed: float,
    computed: float,
    column: int | None,
    known: _Known,
) -> Departure:
    _, table, number, _ = row.place
    column = row.rank_column if indicator is None else column
    finding, check = known.get((table, number, column), (None, None))
    return Departure(
        row.code, row.name, row.time, what, indicator, printed, computed, table, number,
        finding, check,
    )  # fmt: skip
