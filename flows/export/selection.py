"""Which rows of a store an export may have: a release, editions, and what licences allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.export.errors import ExportError
from flows.store import Release, Store
from flows.store.schema import ENTITIES, RELEASES
from schemas.datasets import DATASETS, arrow_schema
from schemas.licences import may_be_shared


@dataclass(frozen=True)
class Selection:
    """The rows of a release that may leave the house.

    Documents whose licence forbids sharing are left out, and named by `left_out`, unless
    ``include_restricted``.
    """

    store: Store
    release: Release
    editions: tuple[str, ...]
    include_restricted: bool = False

    @classmethod
    def of(
        cls,
        store: Store,
        release: str | None = None,
        edition: str | None = None,
        include_restricted: bool = False,
    ) -> Selection:
        """Of a release (the newest) all editions, or one; raises `ExportError`, `StoreError`."""
        known = {one.release: one for one in store.releases()}
        pinned = {name: known[one] for one, name in store.pins().items() if name and one in known}
        found = (known.get(release) or pinned.get(release)) if release else store.newest()
        if found is None:
            listed = ", ".join(list(known)[-5:]) or "none"
            raise ExportError(f"no release {release or 'yet'} in {store.url}; it has: {listed}")
        if edition is not None and edition not in found.editions:
            listed = ", ".join(sorted(found.editions)) or "none"
            raise ExportError(f"no edition {edition} in release {found.release}; it has: {listed}")
        editions = (edition,) if edition else tuple(sorted(found.editions))
        return cls(store, found, editions, include_restricted)

    @cached_property
    def _all_documents(self) -> list[dict[str, Any]]:
        rows = self.store.read("documents", self.release, filter=self._of_editions).to_pylist()
        return sorted(rows, key=lambda row: (row["edition"], row["document"]))

    @property
    def _of_editions(self) -> pc.Expression:
        return pc.field("edition").isin(list(self.editions))

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """The rows of ``documents`` that are exported, by edition and name."""
        return [row for row in self._all_documents if self._may_leave(row)]

    @cached_property
    def left_out(self) -> list[dict[str, Any]]:
        """The documents that their licence keeps in: edition, document and licence."""
        names = ("edition", "document", "licence")
        return [
            {name: row[name] for name in names}
            for row in self._all_documents
            if not self._may_leave(row)
        ]

    def _may_leave(self, document: dict[str, Any]) -> bool:
        return self.include_restricted or may_be_shared(document["licence"])

    def table(self, dataset: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a dataset that are exported, in the dictionary's columns, or in these of them.

        Entities belong to no document and are all there; of releases there is the one. A column
        that is younger than the release is null. Raises `StoreError`.
        """
        rows = _complete(self._read(dataset), dataset)
        return rows.select(list(columns)) if columns else rows

    def _read(self, dataset: str) -> pa.Table:
        if dataset == RELEASES:
            mine = pc.field("release") == self.release.release
            return self.store.read(dataset, filter=mine)
        if dataset == ENTITIES:
            return self.store.read(dataset, self.release)
        allowed = self._of_editions
        for one in self.left_out:
            theirs = pc.field("edition") == one["edition"]
            allowed &= ~(theirs & (pc.field("document") == one["document"]))
        return self.store.read(dataset, self.release, filter=allowed)

    def rows(self, dataset: str) -> list[dict[str, Any]]:
        """The same as dictionaries."""
        rows: list[dict[str, Any]] = self.table(dataset).to_pylist()
        return rows


def _complete(rows: pa.Table, dataset: str) -> pa.Table:
    """Rows in the dictionary's columns: none that only the store needs, none missing."""
    columns = []
    for field in arrow_schema(dataset):
        if field.name in rows.column_names:
            columns.append(rows.column(field.name))
        else:
            columns.append(pa.nulls(rows.num_rows, field.type))
    return pa.table(columns, list(DATASETS[dataset].columns))
