"""What landing a document would alter in what has landed of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow.compute as pc

from flows.store import Release, Store

Rows = Sequence[Mapping[str, Any]]

#: The datasets that are compared row by row, with what tells a row in its document.
_KEYS = {
    "tables": ("table_id",),
    "observations": ("table_id", "row_number", "column_number"),
    "rankings": ("table_id", "row_number", "column_number"),
    "quarantine": ("table_id", "row_number"),
}

#: Where a row was printed is no meaning of it, and columns are compared by themselves.
_NOT_COMPARED = frozenset(
    {"edition", "document", "document_sha256", "page", "line", "column_fields"}
)


@dataclass(frozen=True, slots=True)
class RowChanges:
    """Rows of one dataset: new ones, those that are gone, those that say something else."""

    gained: int = 0
    lost: int = 0
    changed: int = 0

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost or self.changed)


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that was, or is now, taken for something else; null where there was no such
    column. ``before`` and ``after`` have its ``role`` and ``field``."""

    table_id: str
    caption: str | None
    line: int | None
    column_number: int
    label: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between a document as it landed and as it would land now.

    ``freed`` counts rows that leave the quarantine (with their meaning, or with their
    table), ``quarantined`` those that enter it.
    """

    columns: tuple[ColumnChange, ...] = ()
    tables: RowChanges = field(default_factory=RowChanges)
    observations: RowChanges = field(default_factory=RowChanges)
    rankings: RowChanges = field(default_factory=RowChanges)
    freed: int = 0
    quarantined: int = 0

    def __bool__(self) -> bool:
        counted = (self.tables, self.observations, self.rankings, self.freed, self.quarantined)
        return any((*counted, self.columns))

    def to_json(self) -> dict[str, Any]:
        """The changes as plain JSON data."""
        return asdict(self) | {"columns": [asdict(column) for column in self.columns]}


def landed_rows(
    store: Store, edition: str, document: str, release: Release | None = None
) -> dict[str, Rows]:
    """The rows of a landed document in the datasets that are compared, in a release (the newest).

    Raises `StoreError` where they cannot be read.
    """
    release = release or store.newest()
    mine = (pc.field("edition") == edition) & (pc.field("document") == document)
    return {name: store.read(name, release, filter=mine).to_pylist() for name in _KEYS}


def compare(before: Mapping[str, Rows], after: Mapping[str, Rows]) -> Changes:
    """What is different; each side has rows by dataset."""
    compared = {
        name: _compared(before.get(name, ()), after.get(name, ()), key)
        for name, key in _KEYS.items()
    }
    return Changes(
        columns=tuple(_columns(before.get("tables", ()), after.get("tables", ()))),
        tables=compared["tables"],
        observations=compared["observations"],
        rankings=compared["rankings"],
        freed=compared["quarantine"].lost,
        quarantined=compared["quarantine"].gained,
    )


def _compared(before: Rows, after: Rows, key: tuple[str, ...]) -> RowChanges:
    old = {tuple(row[name] for name in key): row for row in before}
    new = {tuple(row[name] for name in key): row for row in after}
    both = old.keys() & new.keys()
    return RowChanges(
        gained=len(new) - len(both),
        lost=len(old) - len(both),
        changed=sum(_says_other(old[key], new[key]) for key in both),
    )


def _says_other(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two rows differ; a column that a store of older code has not yet says nothing."""
    return any(value != new.get(name) for name, value in old.items() if name not in _NOT_COMPARED)


def _columns(before: Rows, after: Rows) -> Iterable[ColumnChange]:
    """The columns of tables that are on both sides, where both say what they were taken for."""
    old = {row["table_id"]: row for row in before}
    for row in after:
        known = old.get(row["table_id"])
        if known is None or known.get("column_fields") is None:
            continue
        was, now = json.loads(known["column_fields"]), json.loads(row["column_fields"])
        for number in range(1, max(len(was), len(now)) + 1):
            first, second = _at(was, number), _at(now, number)
            if _taken_for(first) != _taken_for(second):
                yield ColumnChange(
                    table_id=row["table_id"],
                    caption=row["caption"],
                    line=row["line"],
                    column_number=number,
                    label=(second or first or {}).get("label", ""),
                    before=_taken_for(first),
                    after=_taken_for(second),
                )


def _at(columns: Sequence[Mapping[str, Any]], number: int) -> Mapping[str, Any] | None:
    return columns[number - 1] if number <= len(columns) else None


def _taken_for(column: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {name: column[name] for name in ("role", "field")} if column else None
