"""Rows of the datasets, made up for one edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

EDITION, DOCUMENT = "some_press-cities-2019", "a.txt"


def indicator(
    name: str, parent: str | None = None, maximum: float | None = None, **more: Any
) -> dict[str, Any]:
    """A row of ``indicators``; ``name`` is its id, the part behind the last slash its name."""
    row: dict[str, Any] = {
        "edition": EDITION, "document": DOCUMENT, "indicator": name, "name": name.split("/")[-1],
        "parent": parent, "level": 2 if parent else 1, "kind": "score", "weight": None,
        "weight_base": None, "max_score": maximum,
    }  # fmt: skip
    return row | more


def table(table_id: str, line: int, group: str | None = None) -> dict[str, Any]:
    """A row of ``tables``."""
    return {
        "document": DOCUMENT, "table_id": table_id, "page": None, "line": line, "group": group,
        "caption": table_id,
    }  # fmt: skip


def numbers(
    table_id: str,
    units: Mapping[str, Mapping[str, float]],
    measure: str = "value",
    period: str | None = "2019",
    areas: Mapping[str, str | None] | None = None,
) -> list[dict[str, Any]]:
    """Rows of ``observations``: a table with a row a unit, a column an indicator."""
    return [
        {
            "edition": EDITION, "document": DOCUMENT, "table_id": table_id, "row_number": row,
            "column_number": column, "row_label": label, "ref_area": _area(label, areas),
            "indicator": name, "measure": measure, "breakdown": None, "time_period": period,
            "obs_value": value, "value_printed": str(value),
        }
        for row, (label, scores) in enumerate(units.items(), start=1)
        for column, (name, value) in enumerate(scores.items(), start=3)
    ]  # fmt: skip


def _area(label: str, areas: Mapping[str, str | None] | None) -> str | None:
    return (areas or {}).get(label, f"CN{sum(map(ord, label)) % 1_000_000:06}")


def ranks(
    rows: Iterable[Mapping[str, Any]], listed: Iterable[int], indicator: str = "总分"
) -> list[dict[str, Any]]:
    """Rows of ``rankings`` for the rows that print an indicator, in their order."""
    ranked = [row for row in rows if row["indicator"] == indicator]
    return [
        {
            **row,
            "rank": rank,
            "score": row["obs_value"],
            "list": row["table_id"],
            "column_number": 1,
        }
        for row, rank in zip(ranked, listed, strict=True)
    ]
