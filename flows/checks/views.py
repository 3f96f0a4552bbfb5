"""Frames that say how a document's rows hang together: one row for each thing to check.

Every builder takes the document's records and gives a `View`: the frame for the rules of
`flows.checks.rules.VIEW_RULES`, and for each of its rows the place it is about. Nothing is
decided here but what a column of the frame says; whether that passes is the rule's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from extractors.values import NUMBER_KINDS, kind_of
from flows.checks.rules import IDENTITY, ROW_ID
from schemas.checks import CHECKS

Record = Mapping[str, Any]
Records = Mapping[str, Sequence[Record]]

#: The status of a value that is there: it explains no value that is not.
_NORMAL = "A"

#: Where a cell stands.
_PLACE = ("table_id", "row_number", "column_number")


@dataclass(frozen=True)
class View:
    """A frame to check, and what each of its rows is about.

    ``places`` are rows of a dataset, or rows with the same columns that say where
    something is (``table_id``, ``row_number`` …) together with ``printed``, ``expected``
    and ``evidence`` for a finding. ``quarantine`` is true where a failing row can be kept
    out by its table and row.
    """

    name: str
    frame: pd.DataFrame
    places: Sequence[Record]
    quarantine: bool = False


def make_view(
    name: str,
    columns: Mapping[str, Sequence[Any]],
    places: Sequence[Record],
    *,
    quarantine: bool = False,
) -> View:
    """A view of these columns, each with one value for each place."""
    frame = pd.DataFrame({ROW_ID: np.arange(len(places)), **columns})
    return View(name, frame, places, quarantine)


def _place(row: Record) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in _PLACE)


def identities(records: Records) -> View:
    """One row for each document that any row names, and whether it is the document."""
    declared = {tuple(row.get(name) for name in IDENTITY) for row in records["documents"]}
    named: dict[tuple[Any, ...], Record] = {}
    for name, rows in records.items():
        if name in ("documents", "entities", "releases"):
            continue
        for row in rows:
            identity = tuple(row.get(part) for part in IDENTITY)
            if identity not in named:
                named[identity] = {
                    "table_id": row.get("table_id"),
                    "printed": f"{name}: {identity}",
                }
    return make_view(
        "identities", {"same": [key in declared for key in named]}, list(named.values())
    )


def belonging(records: Records) -> View:
    """One row for each table that any row names, and whether there is one of that key."""
    known = {row.get("table_id") for row in records["tables"]}
    named: dict[Any, Record] = {}
    for name in ("cells", "observations", "rankings"):
        for row in records[name]:
            named.setdefault(row.get("table_id"), {"table_id": row.get("table_id")})
    return make_view(
        "belonging", {"table_known": [key in known for key in named]}, list(named.values())
    )


def sizes(records: Records) -> View:
    """One row for each table: the size that it states, and how far its cells reach."""
    rows: dict[Any, set[int]] = defaultdict(set)
    columns: dict[Any, int] = defaultdict(int)
    for cell in records["cells"]:
        table = cell["table_id"]
        rows[table].add(cell["row_number"])
        columns[table] = max(columns[table], cell["column_number"])
    tables = records["tables"]
    reach = {
        "last_rows": [max(rows[table["table_id"]], default=0) for table in tables],
        "last_columns": [columns[table["table_id"]] for table in tables],
        "cell_rows": [len(rows[table["table_id"]]) for table in tables],
    }
    return make_view(
        "sizes",
        {
            "rows": [table["rows"] for table in tables],
            "columns": [table["columns"] for table in tables],
            "has_cells": [count > 0 for count in reach["cell_rows"]],
            **reach,
        },
        [
            {
                **{name: table.get(name) for name in ("table_id", "page", "line")},
                "printed": f"{table['rows']} rows, {table['columns']} columns",
                "evidence": f"{count} rows with cells, the last at row {last}, column {column}",
            }
            for table, last, column, count in zip(tables, *reach.values(), strict=True)
        ],
    )


def places(records: Records) -> View:
    """One row for each observation and ranking: whether its cell is there."""
    known = {_place(cell) for cell in records["cells"]}
    rows = [
        row
        for row in (*records["observations"], *records["rankings"])
        if None not in _place(row)  # which is the key's failure
    ]
    return make_view(
        "places", {"cell_known": [_place(row) in known for row in rows]}, rows, quarantine=True
    )


def observed(records: Records) -> View:
    """One row for each observed indicator, at its first observation: whether it has a node."""
    known = {row.get("indicator") for row in records["indicators"]}
    first: dict[Any, Record] = {}
    for row in records["observations"]:
        first.setdefault(row.get("indicator"), row)
    shown = [
        {**row, "printed": row.get("column_label"), "evidence": f"no node for {indicator}"}
        for indicator, row in first.items()
    ]
    return make_view("observed", {"indicator_known": [key in known for key in first]}, shown)


def numberless(records: Records) -> View:
    """One row for each observation without a number: whether anything says why."""
    reported = {_place(row) for row in records["findings"]}
    rows = [row for row in records["observations"] if row.get("obs_value") is None]
    explained = [
        row.get("obs_status") not in (None, _NORMAL)
        or bool(row.get("reason"))
        or _place(row) in reported
        for row in rows
    ]
    return make_view("numberless", {"explained": explained}, rows)


def scores(records: Records) -> View:
    """One row for each number with a printed maximum."""
    rows = [
        {**row, "expected": f"at most {row['max_score']:g}"}
        for row in records["observations"]
        if row.get("max_score") is not None and row.get("obs_value") is not None
    ]
    return make_view(
        "scores", {name: [row[name] for row in rows] for name in ("max_score", "obs_value")}, rows
    )


def weights(records: Records) -> View:
    """One row for each indicator with a weight."""
    rows = [row for row in records["indicators"] if row.get("weight") is not None]
    shown = [
        {
            "printed": f"{row['name']} {row['weight']:g}%",
            "evidence": f"indicator {row['indicator']} has a weight of {row['weight']:g}%",
        }
        for row in rows
    ]
    return make_view("weights", {"weight": [float(row["weight"]) for row in rows]}, shown)


def ranks(records: Records) -> View:
    """The ranks of every column whose ranks are whole numbers, missing marks left out."""
    limits = CHECKS["rank-integer"].thresholds
    columns: dict[tuple[Any, Any], list[Record]] = defaultdict(list)
    for row in records["rankings"]:
        if kind_of(row.get("rank_printed") or "") not in ("blank", "missing"):
            columns[row.get("table_id"), row.get("column_number")].append(row)
    rows: list[Record] = []
    for column in columns.values():
        whole = sum(row.get("rank") is not None for row in column)
        if whole >= limits["column_ranks"] and whole >= limits["column_share"] * len(column):
            rows.extend(column)
    ranked = pd.array([row.get("rank") for row in rows], dtype="Int64")
    return make_view("ranks", {"rank": ranked}, rows, quarantine=True)


_NUMBERS: frozenset[str] = NUMBER_KINDS | {"pair", "rank_like"}


#: A cell's side: +1 a number, -1 words, 0 neither (blank, missing, or a year, which stands
#: as a label as often as a value).
def _side(text: str) -> int:
    kind = kind_of(text)
    if kind in _NUMBERS:
        return 1
    return -1 if kind == "text" else 0


def shifts(records: Records) -> View:
    """One row for each printed row of a table: how many of its cells are in a wrong column.

    A column is one of numbers, of words, or neither by what most of its cells are; cells of
    a column that is neither count for nothing. ``misplaced_share`` is the share of wrong
    cells, 0 where only one is; ``swapped`` is how many words stand in columns of numbers or
    how many numbers in columns of words, whichever are fewer.
    """
    limits = CHECKS["column-shift"].thresholds
    cells = pd.DataFrame({name: [cell[name] for cell in records["cells"]] for name in _PLACE})
    cells["side"] = [_side(cell.get("value_printed") or "") for cell in records["cells"]]
    cells = cells[cells["side"] != 0]
    column = cells.groupby(["table_id", "column_number"], sort=False)["side"]
    filled, leaning = column.transform("size"), column.transform("sum")
    # A share p of one side leaves a mean of 2p - 1.
    decided = (filled >= limits["column_cells"]) & (
        leaning.abs() >= (2 * limits["column_share"] - 1) * filled
    )
    wrong = cells["side"] != np.sign(leaning)
    cells = cells.assign(words=wrong & (cells["side"] < 0), numbers=wrong & (cells["side"] > 0))
    rows = cells[decided].groupby(["table_id", "row_number"], sort=False)
    counts = rows[["words", "numbers"]].sum().assign(size=rows.size()).reset_index()
    misplaced = counts["words"] + counts["numbers"]
    share = (misplaced / counts["size"]).where(misplaced >= limits["row_cells"], 0.0)
    return make_view(
        "shifts",
        {
            "misplaced_share": share.to_numpy(),
            "swapped": np.minimum(counts["words"], counts["numbers"]).to_numpy(),
        },
        [_shifted(row) for row in counts.to_dict("records")],
        quarantine=True,
    )


def _shifted(row: Record) -> Record:
    return {
        "table_id": row["table_id"],
        "row_number": row["row_number"],
        "evidence": (
            f"of {row['size']} cells {row['words']} have words in columns of numbers "
            f"and {row['numbers']} have numbers in columns of words"
        ),
    }


#: In the order in which they are checked, and a row's first failure is its expectation.
BUILDERS: tuple[Callable[[Records], View], ...] = (
    identities,
    belonging,
    sizes,
    shifts,
    ranks,
    places,
    observed,
    numberless,
    scores,
    weights,
)


def build(records: Records) -> Iterable[View]:
    """Every view of the document, in that order."""
    return (builder(records) for builder in BUILDERS)
