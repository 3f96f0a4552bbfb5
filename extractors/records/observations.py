"""Rows of ``observations``: every number, and every missing mark, with its meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extractors.records.meaning import (
    area_of,
    breakdown_of,
    crossings,
    measure_of,
    path_of,
    period_of,
    unit_of,
)
from extractors.records.places import Places
from extractors.records.scheme import Scheme
from extractors.records.subjects import BY_ROW, Plan
from extractors.values import parse_value


def observation_rows(plan: Plan, scheme: Scheme, places: Places) -> Iterator[dict[str, Any]]:
    """The observations of a table, row by row.

    A cell in a value column gives one where something is printed: a number, a missing mark
    (null with its status), or text that is no single number (null with the reason). A blank
    gives none. Page and line are those where the row starts.
    """
    table_id = plan.table.table_id
    for crossing in crossings(plan):
        row, column = crossing.row_subject, crossing.column_subject
        value = parse_value(crossing.cell.value)
        unit = unit_of(plan, row, column, value)
        yield {
            "table_id": table_id,
            "row_number": crossing.row_number,
            "column_number": crossing.column_number,
            "row_label": row.label,
            "column_label": column.label,
            "ref_area": places.use(area_of(plan, row, column)),
            "indicator": scheme.indicator(path_of(plan, row, column)),
            "measure": measure_of(plan, row, column),
            "breakdown": breakdown_of(row, column),
            "time_period": period_of(plan, row, column),
            "value_printed": crossing.cell.text,
            "obs_value": value.number,
            "qualifier": value.qualifier,
            "obs_status": value.status,
            "unit_measure": unit.unit_measure if unit else None,
            "unit_mult": unit.unit_mult if unit else None,
            "max_score": row.max_score if plan.axis in BY_ROW else column.max_score,
            "statistic": row.statistic,
            "reason": value.reason,
            "page": crossing.row.page,
            "line": crossing.row.line,
        }
