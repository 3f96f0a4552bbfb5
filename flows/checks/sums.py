"""Totals and their parts: which observations of a table's row should add up to which.

A total is an observed indicator whose scheme node has observed children in the same row,
or one of the kind ``total`` with observed siblings. Parts count only where they state the
same kind of number as the total: measure, time, breakdown and unit.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.checks.views import Record, Records, View, make_view
from schemas.checks import CHECKS

#: What has to agree before numbers are added.
_SAME = (
    "table_id",
    "row_number",
    "measure",
    "time_period",
    "breakdown",
    "unit_measure",
    "unit_mult",
)

_DECIMALS = re.compile(r"\d[\d,]*(?:\.(\d+))?")

#: Adding binary fractions is off by less than this share of the total.
_FLOAT_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Sum:
    """A total, its parts, and by how much rounding may set them apart."""

    total: Record
    parts: tuple[Record, ...]
    tolerance: float

    @property
    def added(self) -> float:
        """What the parts add up to."""
        return sum(float(part["obs_value"]) for part in self.parts)

    @property
    def holds(self) -> bool:
        """Whether the parts add up to the total."""
        return abs(float(self.total["obs_value"]) - self.added) <= self.tolerance

    @property
    def maxima_hold(self) -> bool:
        """Whether the printed maxima say that the total is a sum."""
        most: list[Any] = [part.get("max_score") for part in self.parts]
        whole = self.total.get("max_score")
        return (
            whole is not None
            and None not in most
            and abs(whole - sum(most)) <= _FLOAT_NOISE * whole
        )


def sums(records: Records) -> View:
    """One row for each total that is a sum: ``total``, ``tolerance``, ``part_1`` …

    A total with a part that has no number is left out: nothing can be said of it.
    """
    found = list(_additive(_sums(records)))
    width = max((len(sum_.parts) for sum_ in found), default=1)
    columns: dict[str, Sequence[Any]] = {
        "total": [sum_.total["obs_value"] for sum_ in found],
        "tolerance": [sum_.tolerance for sum_ in found],
    }
    for number in range(width):
        columns[f"part_{number + 1}"] = [
            sum_.parts[number]["obs_value"] if number < len(sum_.parts) else None for sum_ in found
        ]
    frame_columns = {name: _floats(values) for name, values in columns.items()}
    return make_view("sums", frame_columns, [_shown(sum_) for sum_ in found])


def width(view: View) -> int:
    """How many columns of parts the frame has."""
    return sum(column.startswith("part_") for column in view.frame.columns)


def _floats(values: Sequence[Any]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]


def _shown(sum_: Sum) -> Record:
    parts = " + ".join(str(part.get("value_printed")) for part in sum_.parts)
    return {
        **sum_.total,
        "expected": f"{sum_.added:.10g} ± {sum_.tolerance:.4g}",
        "evidence": f"{parts} = {sum_.added:.10g}",
    }


def _sums(records: Records) -> Iterator[Sum]:
    parts_of = _scheme(records["indicators"])
    groups: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for row in records["observations"]:
        groups[tuple(row.get(name) for name in _SAME)].append(row)
    halves = _half_units(records["observations"])
    for rows in groups.values():
        if len(rows) < 3:  # a total of one part is that part
            continue
        by_indicator = {row.get("indicator"): row for row in rows}
        if len(by_indicator) < len(rows):
            continue  # one indicator twice in a row: halves that stand side by side
        for indicator, total in by_indicator.items():
            names = parts_of.get(indicator, ())
            parts = tuple(by_indicator[name] for name in names if name in by_indicator)
            members = (total, *parts)
            if len(parts) > 1 and all(row.get("obs_value") is not None for row in members):
                rounding = sum(halves[_column(row)] for row in members)
                noise = _FLOAT_NOISE * max(1.0, abs(total["obs_value"]))
                yield Sum(total, parts, rounding + noise)


def _scheme(indicators: Sequence[Record]) -> Mapping[Any, tuple[Any, ...]]:
    """Each total's parts: its children or, for a node of the kind total, its siblings."""
    children: dict[Any, list[Record]] = defaultdict(list)
    for node in indicators:
        children[node.get("parent")].append(node)
    parts: dict[Any, tuple[Any, ...]] = {}
    for node in indicators:
        below = children.get(node.get("indicator"), [])
        if not below and node.get("kind") == "total":
            below = children[node.get("parent")]
        parts[node.get("indicator")] = tuple(
            other.get("indicator") for other in below if other.get("kind") != "total"
        )
    return parts


def _column(row: Record) -> tuple[Any, Any]:
    return row.get("table_id"), row.get("column_number")


def _half_units(rows: Sequence[Record]) -> Mapping[tuple[Any, Any], float]:
    """Half a unit of the last decimal of each column: 0.005 where it prints 75.1 and 76.59."""
    decimals: dict[tuple[Any, Any], int] = defaultdict(int)
    for row in rows:
        found = _DECIMALS.search(row.get("value_printed") or "")
        if found:
            key = _column(row)
            decimals[key] = max(decimals[key], len(found[1] or ""))
    return defaultdict(lambda: 0.5, {key: 0.5 * 10.0**-count for key, count in decimals.items()})


def _additive(found: Iterator[Sum]) -> Iterator[Sum]:
    """The sums of those totals that are sums: see ``parts-total`` in ``checks.yaml``."""
    limits = CHECKS["parts-total"].thresholds
    columns: dict[tuple[Any, ...], list[Sum]] = defaultdict(list)
    for sum_ in found:
        names = tuple(part.get("indicator") for part in sum_.parts)
        columns[(*_column(sum_.total), names)].append(sum_)
    for column in columns.values():
        holding = sum(sum_.holds for sum_ in column)
        enough = len(column) >= limits["additive_rows"]
        if column[0].maxima_hold or (enough and holding > limits["additive_share"] * len(column)):
            yield from column
