"""What landed of an edition, grouped as its pages show it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from flows.store import Release, Store
from schemas.findings import words_of

Row = Mapping[str, Any]

#: A document and a table of it.
TableKey = tuple[str, str]

#: The severities in the order of their weight; a quarantined row weighs as an error does.
SEVERITIES = ("error", "quarantined", "warning", "info")


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding or a quarantined row, as it is shown on its cell.

    ``row`` and ``column`` count from 1 and are 0 where it is about the whole.
    """

    id: str
    severity: str
    check: str
    words: Mapping[str, str]
    table_id: str | None
    row: int
    column: int
    page: int | None
    line: int | None
    printed: str | None
    expected: str | None
    evidence: str | None


@dataclass(slots=True)
class TableRows:
    """A landed table: its row of ``tables``, its cells and marks, and what was made of it."""

    table: Row
    columns: Sequence[Row]
    cells: list[Row] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rankings: list[Row] = field(default_factory=list)
    observations: list[Row] = field(default_factory=list)
    account: Mapping[str, int] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """What the table is called in a list: its caption, else its id."""
        return str(self.table["caption"] or self.table["table_id"])


@dataclass(slots=True)
class Edition:
    """An edition: its documents, its tables in their order, and what is of no table."""

    name: str
    documents: list[Row]
    tables: dict[TableKey, TableRows]
    loose: dict[str, list[Mark]]
    indicators: dict[str, Row]

    @property
    def folder(self) -> str:
        """A folder's name that hangs on the edition alone, and is one on every system."""
        return "e-" + hashlib.sha256(self.name.encode()).hexdigest()[:12]

    @property
    def marks(self) -> list[Mark]:
        """All findings and quarantined rows."""
        of_tables = [mark for one in self.tables.values() for mark in one.marks]
        return of_tables + [mark for marks in self.loose.values() for mark in marks]


def edition(store: Store, release: Release, name: str) -> Edition:
    """What a release has of an edition. Raises `StoreError`."""

    def rows(dataset: str) -> list[Row]:
        mine = pc.field("edition") == name
        found: list[Row] = store.read(dataset, release, filter=mine).to_pylist()
        return found

    documents = sorted(rows("documents"), key=lambda row: str(row["document"]))
    tables = _tables(rows("tables"), documents)
    for dataset in ("cells", "rankings", "observations"):
        for row in rows(dataset):
            if (key := (row["document"], row["table_id"])) in tables:
                getattr(tables[key], dataset).append(row)
    loose: dict[str, list[Mark]] = defaultdict(list)
    marked = [(row["document"], _finding(row)) for row in rows("findings")]
    marked += [
        (row["document"], _quarantined(row, n)) for n, row in enumerate(rows("quarantine"), 1)
    ]
    for document, mark in sorted(marked, key=_by_weight):
        found = tables.get((document, mark.table_id or ""))
        (found.marks if found else loose[document]).append(mark)
    indicators = {row["indicator"]: row for row in rows("indicators")}
    return Edition(name, documents, tables, dict(loose), indicators)


def _by_weight(marked: tuple[str, Mark]) -> tuple[str, int, int, str]:
    """The gravest first, so that what has several marks is shown as the gravest of them."""
    document, mark = marked
    return document, SEVERITIES.index(mark.severity), mark.line or 0, mark.id


def rankings(store: Store, release: Release, name: str) -> list[Row]:
    """The rankings of an edition that another one is compared with."""
    found: list[Row] = store.read(
        "rankings", release, filter=pc.field("edition") == name
    ).to_pylist()
    return found


def _tables(rows: Sequence[Row], documents: Sequence[Row]) -> dict[TableKey, TableRows]:
    accounts = {
        one["document"]: json.loads(one["accounting"] or "{}").get("tables", {})
        for one in documents
    }
    ordered = sorted(rows, key=lambda row: (row["document"], row["line"] or 0, row["table_id"]))
    return {
        (row["document"], row["table_id"]): TableRows(
            table=row,
            columns=json.loads(row["column_fields"] or "[]"),
            account=accounts.get(row["document"], {}).get(row["table_id"], {}),
        )
        for row in ordered
    }


def _finding(row: Row) -> Mark:
    return Mark(
        id=row["finding_id"],
        severity=row["severity"],
        check=row["check"],
        words=words_of(row["check"]),
        row=row["row_number"] or 0,
        column=row["column_number"] or 0,
        **{name: row[name] for name in (*_PLACE, "printed", "expected", "evidence")},
    )


def _quarantined(row: Row, number: int) -> Mark:
    return Mark(
        id=f"q{number}",
        severity="quarantined",
        check=row["expectation"],
        words=words_of(row["expectation"]),
        row=row["row_number"] or 0,
        column=0,
        expected=None,
        evidence=row["reason"],
        **{name: row[name] for name in (*_PLACE, "printed")},
    )


_PLACE = ("table_id", "page", "line")
