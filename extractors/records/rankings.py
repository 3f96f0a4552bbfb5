"""Rows of ``rankings``: every printed rank with the entity that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extractors.areas import Area, Context
from extractors.model import Row
from extractors.records.labels import column_label, name_of, squeeze
from extractors.records.panels import Panel, header_period, labels_of, row_label
from extractors.records.places import NOTHING, Places
from extractors.records.scheme import Scheme
from extractors.records.subjects import ColumnSubject, Path, Plan
from extractors.values import parse_rank, parse_value
from schemas.measures import measure_words


@dataclass(frozen=True, slots=True)
class RankedList:
    """One list of a table: where its ranks, names and scores stand.

    ``column`` is the column that the rows are landed under: the rank column, or the column
    of names where several lists share one rank column.
    """

    name: str
    period: str | None
    rank: int
    stubs: tuple[int, ...]
    column: int
    panel: Panel
    score: int | None = None
    path: Path = ()
    shown: Context = NOTHING


def ranking_rows(plan: Plan, scheme: Scheme, places: Places) -> Iterator[dict[str, Any]]:
    """The rankings of a table: for every list a row where a rank and an entity are printed.

    A rank that is carried down from a merged cell counts for every row of it; ``—`` is a
    row without a rank. A rank beside a blank name ranks nothing.
    """
    lists = lists_of(plan, scheme, places)
    for row_number, row in enumerate(plan.table.rows, start=1):
        if row.kind == "section":
            continue
        for ranked in lists:
            rank = row.cells[ranked.rank] if ranked.rank < len(row.cells) else None
            label = row_label(row, ranked.stubs)
            if rank is None or not rank.value or not label:
                continue
            area = _area(plan, ranked, row, row_number, label, places)
            yield {
                "table_id": plan.table.table_id,
                "row_number": row_number,
                "column_number": ranked.column + 1,
                "list": ranked.name,
                "time_period": ranked.period,
                "row_label": label,
                "ref_area": places.use(area),
                "rank_printed": rank.text,
                "rank": parse_rank(rank.value),
                "score": _score(row, ranked.score),
                "indicator": scheme.indicator(ranked.path) if ranked.path else None,
                "page": row.page,
                "line": row.line,
            }


def _area(
    plan: Plan, ranked: RankedList, row: Row, row_number: int, label: str, places: Places
) -> Area | None:
    if not plan.grid.names:
        subject = plan.subjects[ranked.panel.number][row_number - 1]
        return subject.area if subject else None
    area = places.find(label, ranked.shown)
    if not area.ref_area and plan.axis == "area":
        plan.unresolved.setdefault(label, (row_number - 1, area))
    return area


def _score(row: Row, index: int | None) -> float | None:
    if index is None or index >= len(row.cells):
        return None
    return parse_value(row.cells[index].value).number


# --- which lists a table has -------------------------------------------------------------


def lists_of(plan: Plan, scheme: Scheme, places: Places) -> list[RankedList]:
    """The lists of a table, from the left."""
    if plan.grid.names:
        return [_list_of_names(plan, index, places) for index in plan.grid.names]
    lists: list[RankedList] = []
    for panel in plan.grid.panels:
        for rank in panel.ranks if panel.stubs else ():
            lists.append(_list_of_ranks(plan, scheme, panel, rank))
    return lists


def _list_of_names(plan: Plan, index: int, places: Places) -> RankedList:
    """A column of names of its own period beside the table's one rank column."""
    column = plan.table.columns[index]
    panel = next(panel for panel in plan.grid.panels if panel.number == column.panel)
    rank = next(i for i, other in enumerate(plan.table.columns) if other.role == "rank")
    name = "/".join(filter(None, (_title(plan), column_label(column))))
    shown = places.column(labels_of(plan.table, (index,)))
    return RankedList(name, header_period(column), rank, (index,), index, panel, shown=shown)


def _list_of_ranks(plan: Plan, scheme: Scheme, panel: Panel, rank: int) -> RankedList:
    """The list of a rank column, which may rank one indicator (ISI排名) or year (2015年排名)."""
    words = measure_words()
    column = plan.table.columns[rank]
    own = "".join(name_of(level).text for level in column.path[-1:])
    own = own.removesuffix(next((w for w in words.rank_endings if own.endswith(w)), ""))
    named = own if own and own not in words.generic and own not in words.totals else ""
    period = header_period(column)
    score = _score_column(plan, panel, named, period)
    path = score.path if score else scheme.ranked(plan, named) if named else ()
    several = len(plan.grid.panels) > 1
    parts = [_title(plan), _heading(plan, panel) if several else ""]
    if named and len(panel.ranks) > 1:
        parts.append(named)
    return RankedList(
        name="/".join(dict.fromkeys(filter(None, parts))) or plan.table.table_id,
        period=period or _panel_period(plan, panel) or plan.period,
        rank=rank,
        stubs=panel.stubs,
        column=rank if column.panel == panel.number else panel.stubs[0],
        panel=panel,
        score=score.index if score else None,
        path=path,
    )


def _title(plan: Plan) -> str:
    """What names the table's list: its caption, with its group where the caption lacks it."""
    caption, group = squeeze(plan.table.caption or ""), squeeze(plan.table.group or "")
    if caption and group and group not in caption:
        return f"{caption}/{group}"
    return caption or group or squeeze(next(iter(plan.context), ""))


def _heading(plan: Plan, panel: Panel) -> str:
    """The header that spans a half (2014年智慧基础设施), if one does."""
    tops = {
        squeeze(column.path[0])
        for index in (*panel.stubs, *panel.values)
        if len((column := plan.table.columns[index]).path) > 1
    }
    return tops.pop() if len(tops) == 1 else ""


def _panel_period(plan: Plan, panel: Panel) -> str | None:
    """The one period that the columns of a half speak of."""
    columns = (*panel.stubs, *panel.values)
    periods = {header_period(plan.table.columns[index]) for index in columns} - {None}
    return periods.pop() if len(periods) == 1 else None


def _score_column(plan: Plan, panel: Panel, named: str, period: str | None) -> ColumnSubject | None:
    """The column by which a list is ranked.

    Of the columns of the rank's own indicator or period: the total, else the match's total
    or score, else the only one; a rate counts where no column gives values.
    """
    columns = [plan.columns[index] for index in panel.values]
    if named:
        columns = [column for column in columns if column.path and column.path[-1] == named]
    if period and any(column.period for column in columns):
        columns = [column for column in columns if column.period == period]
    columns = [c for c in columns if c.measure == "value"] or columns
    totals = [column for column in columns if column.total]
    for field in ("total", "score"):
        totals = totals or [
            column for column in columns if plan.table.columns[column.index].field == field
        ]
    if totals:
        return totals[-1] if len(totals) == 1 else None
    return columns[0] if len(columns) == 1 else None
