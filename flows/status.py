"""What has landed, and whether it is still what was landed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from flows import hold
from flows.store import Damage, Release, Store
from schemas.findings import words_of

#: The datasets whose rows are counted for each document.
_COUNTED = (
    "tables", "cells", "observations", "rankings", "indicators", "findings", "quarantine",
    "corrections",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """A landed document: rows by dataset, findings by severity, and its accounting.

    ``accounts`` has, by table, rows ``recovered`` = ``landed`` + ``quarantined`` +
    ``withheld``; ``lines`` counts the document's lines by label.
    """

    edition: str
    document: str
    sha256: str
    revision: int
    title: str | None
    rows: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    accounts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    withheld: Mapping[str, int] = field(default_factory=dict)

    def total(self, name: str) -> int:
        """A count of the accounts over all tables."""
        return sum(account.get(name, 0) for account in self.accounts.values())


@dataclass(frozen=True, slots=True)
class Status:
    """The newest release of a store, its documents, the damage found, and what is held."""

    curated: str
    releases: list[Release]
    documents: list[DocumentStatus]
    damage: list[Damage]
    held: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether every pinned file is as it was landed."""
        return not self.damage

    def to_json(self) -> dict[str, Any]:
        """The status as plain JSON data."""
        return {
            "curated": self.curated,
            "sound": self.is_sound,
            "releases": [release.to_json() for release in self.releases],
            "documents": [asdict(document) for document in self.documents],
            "damage": [asdict(damage) for damage in self.damage],
            "held": self.held,
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding, or a row kept out (its id is ``TABLE:ROW``), as `explain` takes it by ``id``."""

    id: str
    severity: str
    check: str
    edition: str
    document: str
    table_id: str | None
    page: int | None
    line: int | None
    printed: str | None
    expected: str | None
    words: Mapping[str, str]


def findings(curated: str) -> list[Listed]:
    """Every finding and quarantined row of the newest release, in the order of the documents.

    Raises `StoreError` where they cannot be read.
    """
    store = Store(curated)
    release = store.newest()
    found = [
        _listed(row, row["finding_id"], row["check"], row["severity"], row["expected"])
        for row in store.read("findings", release).to_pylist()
    ]
    found += [
        _listed(
            row, f"{row['table_id']}:{row['row_number']}", row["expectation"], "quarantined", None
        )
        for row in store.read("quarantine", release).to_pylist()
    ]
    return sorted(found, key=lambda one: (one.edition, one.document, one.line or 0, one.id))


def _listed(
    row: Mapping[str, Any], identity: str, check: str, severity: str, expected: str | None
) -> Listed:
    named = ("edition", "document", "table_id", "page", "line", "printed")
    return Listed(
        id=identity,
        severity=severity,
        check=check,
        expected=expected,
        words=words_of(check),
        **{name: row[name] for name in named},
    )


def status(curated: str) -> Status:
    """Verify the files of the newest release, and read what it has of each document.

    Where a file is damaged its rows are not read: nothing is said on the word of such a file.
    Raises `StoreError` for a place that cannot hold a store.
    """
    store = Store(curated)
    damage = store.verify()
    if damage:
        return Status(curated, [], [], damage)
    releases = store.releases()
    documents = _documents(store, releases[-1]) if releases else []
    return Status(curated, releases, documents, [], hold.listed(store))


def _documents(store: Store, release: Release) -> list[DocumentStatus]:
    rows = {name: _counts(store, release, name) for name in _COUNTED}
    severities = _counts(store, release, "findings", "severity")
    found = []
    for row in store.read("documents", release).to_pylist():
        key = (row["edition"], row["document"])
        accounting = json.loads(row["accounting"] or "{}")
        found.append(
            DocumentStatus(
                edition=row["edition"],
                document=row["document"],
                sha256=row["document_sha256"],
                revision=row["revision"],
                title=row["title"],
                rows={name: counted[key] for name, counted in rows.items() if counted[key]},
                findings=_of(severities, key),
                accounts=accounting.get("tables", {}),
                lines=accounting.get("lines", {}),
                withheld=accounting.get("withheld", {}),
            )
        )
    return sorted(found, key=lambda document: (document.edition, document.document))


def _counts(store: Store, release: Release, dataset: str, *more: str) -> Counter[tuple[str, ...]]:
    """The rows of a dataset by edition, document and more columns."""
    columns = ["edition", "document", *more]
    counted = (
        store.read(dataset, release, columns=columns)
        .group_by(columns)
        .aggregate([([], "count_all")])
    )
    return Counter(
        {tuple(row[name] for name in columns): row["count_all"] for row in counted.to_pylist()}
    )


def _of(counted: Mapping[tuple[str, ...], int], key: Iterable[str]) -> dict[str, int]:
    """The counts under a key, by what stands behind it."""
    start = tuple(key)
    return {name[-1]: n for name, n in sorted(counted.items()) if name[:-1] == start}
