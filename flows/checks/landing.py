"""What lands of a document that is not refused: failing rows out, quarantine and findings in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import Any

from flows.checks.findings import Record, finding, numbered, sentence
from flows.checks.outcomes import Outcome
from flows.checks.rules import IDENTITY
from schemas.datasets import columns

#: Datasets whose rows say what a row of a table means.
MEANING = ("observations", "rankings")

#: A row of a table: its table_id and row_number.
RowKey = tuple[str, int]

#: The check that keeps a row out, and why.
Cause = tuple[str, str]

#: An expectation that failed, and the place where it did.
Failure = tuple[Outcome, Record]


def row_key(place: Record) -> RowKey | None:
    """The table and row that a place is in; None where it does not say."""
    table, row = place.get("table_id"), place.get("row_number")
    if not isinstance(table, str) or not isinstance(row, Integral) or isinstance(row, bool):
        return None
    return table, int(row)


def land(
    records: Mapping[str, Sequence[Record]],
    failures: Mapping[RowKey, Sequence[Failure]],
    warnings: Iterable[Failure],
) -> dict[str, list[dict[str, Any]]]:
    """The rows that land, each with all columns of its dataset.

    A row of a table in ``failures``, or with a finding of severity ``error``, keeps its
    cells, loses its observations and rankings, and gets a row in the quarantine. Each
    failure gets a finding, and so does a warning about a row that lands.
    """
    landed = {name: _complete(name, rows) for name, rows in records.items()}
    identity = {name: landed["documents"][0][name] for name in IDENTITY}
    doubted = _doubted(landed["findings"])
    prints = _prints(landed["cells"], [*failures, *doubted])
    causes = {key: _cause(failed) for key, failed in failures.items()}
    landed["quarantine"] = _quarantine(
        identity, landed["quarantine"], {**doubted, **causes}, prints
    )
    kept_out = {row_key(row) for row in landed["quarantine"]}
    for name in MEANING:
        landed[name] = [row for row in landed[name] if row_key(row) not in kept_out]
    added = [
        finding(identity, outcome, {**prints.get(key, {}), **_said(place)})
        for key, failed in failures.items()
        for outcome, place in failed
    ]
    # A doubt about a value that does not land says nothing about the data.
    added += [finding(identity, *one) for one in warnings if row_key(one[1]) not in kept_out]
    landed["findings"] = numbered([*landed["findings"], *added])
    landed["documents"] = [_accounted(landed["documents"][0], landed)]
    return landed


def _complete(name: str, rows: Sequence[Record]) -> list[dict[str, Any]]:
    names = columns(name)
    return [
        dict(row) if len(row) == len(names) else {column: row.get(column) for column in names}
        for row in rows
    ]


def _said(place: Record) -> dict[str, Any]:
    return {name: value for name, value in place.items() if value is not None}


def _doubted(findings: Sequence[Record]) -> dict[RowKey, Cause]:
    """The rows of tables that the reading itself suspects to be misread."""
    doubted: dict[RowKey, Cause] = {}
    for found in findings:
        key = row_key(found)
        if found["severity"] == "error" and key is not None and key[1] > 0:
            doubted.setdefault(key, (found["check"], found["evidence"] or found["check"]))
    return doubted


def _cause(failed: Sequence[Failure]) -> Cause:
    reasons = dict.fromkeys(sentence(*one) for one in failed)
    return failed[0][0].check, "; ".join(reasons)


def _quarantine(
    identity: Record,
    before: Sequence[Record],
    causes: Mapping[RowKey, Cause],
    prints: Mapping[RowKey, Record],
) -> list[dict[str, Any]]:
    """One row for each row kept out; what was kept out before stays as it is."""
    rows = {row_key(row): dict(row) for row in before}
    for key, (check, reason) in causes.items():
        printed = prints.get(key, {})
        row = {
            **identity,
            "table_id": key[0],
            "row_number": key[1],
            "reason": reason,
            "expectation": check,
            "printed": printed.get("printed"),
            "page": printed.get("page"),
            "line": printed.get("line"),
        }
        rows.setdefault(key, row)
    return list(rows.values())


def _prints(cells: Sequence[Record], keys: Iterable[RowKey]) -> dict[RowKey, Record]:
    """How those rows are printed, cells joined by tabs, and where they start."""
    wanted = set(keys)
    rows: dict[RowKey, list[Record]] = {}
    for cell in cells if wanted else ():
        key = row_key(cell)
        if key in wanted:
            rows.setdefault(key, []).append(cell)
    return {key: _print(row) for key, row in rows.items()}


def _print(row: Sequence[Record]) -> Record:
    cells = sorted(row, key=lambda cell: cell["column_number"])
    lines = [cell["line"] for cell in cells if cell["line"] is not None]
    return {
        "printed": "\t".join(cell["value_printed"] or "" for cell in cells),
        "page": cells[0]["page"],
        "line": min(lines, default=None),
    }


def _accounted(document: dict[str, Any], landed: Mapping[str, Sequence[Record]]) -> dict[str, Any]:
    """The document with its accounting closed: recovered = landed + quarantined + withheld."""
    accounting = json.loads(document["accounting"] or "{}")
    quarantined = Counter(row["table_id"] for row in landed["quarantine"])
    counts = accounting.setdefault("tables", {})
    for table in landed["tables"]:
        count = counts.setdefault(table["table_id"], {})
        withheld = count.setdefault("withheld", 0)
        recovered = count.setdefault("recovered", table["rows"] + withheld)
        count["quarantined"] = quarantined[table["table_id"]]
        count["landed"] = recovered - withheld - count["quarantined"]
    return {**document, "accounting": json.dumps(accounting, ensure_ascii=False)}
