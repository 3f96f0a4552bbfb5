"""Two editions, or two releases, compared: columns, coverage, counts, cells, and ranks.

Editions are compared as the newest release has them: other documents, other tables, so that
tables are paired by caption, lists by whom they rank, indicators through the crosswalk.
Releases are compared document by document, and only those documents that landed otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import pyarrow.compute as pc

from flows import pairing
from flows.changes import compare, landed_rows
from flows.store import Release, Store
from flows.store.schema import ENTITIES, PINNED
from schemas.datasets import DATASETS

Row = Mapping[str, Any]

#: What a document landed by: where it is the same on both sides, so are its rows.
_STAMPS = ("document_sha256", "vocabulary_hash", "code_version", "revision")


class UnknownNameError(Exception):
    """No such edition or release, or one of each; the message lists what there is."""


@dataclass(frozen=True, slots=True)
class TableDifference:
    """A table on both sides (null where one has none), with the columns that differ."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    columns_gained: tuple[str, ...] = ()
    columns_lost: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        rows = [side["rows"] if side else None for side in (self.before, self.after)]
        return bool(self.columns_gained or self.columns_lost or rows[0] != rows[1])


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that prints something else; null where it is not there. The place is that
    after, or before where it is gone."""

    edition: str
    document: str
    table_id: str
    row_number: int
    column_number: int
    row_label: str | None
    column_label: str | None
    page: int | None
    line: int | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """An entity whose rank is another one; ``moved`` is positive where it rose.

    Each side has the list, the rank, and its place: table, row, column, page and line.
    """

    entity: str
    name: str | None
    moved: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between ``a`` and ``b``, the earlier first as they were given."""

    a: str
    b: str
    kind: Literal["editions", "releases"]
    datasets: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    entities: Mapping[str, Any] = field(default_factory=dict)
    indicators: Mapping[str, Any] = field(default_factory=dict)
    documents: Sequence[Mapping[str, Any]] = ()
    tables: Sequence[TableDifference] = ()
    cells: Sequence[CellChange] = ()
    ranks: Sequence[Move] = ()

    def to_json(self) -> dict[str, Any]:
        """The difference as plain JSON data."""
        names = ("a", "b", "kind")
        return {name: getattr(self, name) for name in names} | {
            "schema": {
                "datasets": self.datasets,
                "tables": [asdict(one) for one in self.tables if _other_columns(one)],
            },
            "coverage": {"entities": self.entities, "indicators": self.indicators},
            "counts": {
                "datasets": self.counts,
                "tables": [asdict(one) for one in self.tables if one],
            },
            "documents": list(self.documents),
            "cells": [asdict(one) for one in self.cells],
            "ranks": [asdict(one) for one in self.ranks],
        }


def _other_columns(one: TableDifference) -> bool:
    return bool(one.columns_gained or one.columns_lost)


def diff(a: str, b: str, curated: str = "curated") -> Difference:
    """Compare two editions of the newest release, or two releases.

    Raises `UnknownNameError`, and `StoreError` where the store cannot be read.
    """
    store = Store(curated)
    releases = {release.release: release for release in store.releases()}
    if a in releases and b in releases:
        return _Releases(store, releases[a], releases[b]).difference()
    newest = store.newest()
    editions = set(newest.editions) if newest else set()
    if newest and a in editions and b in editions:
        return _Editions(store, newest, a, b).difference()
    unknown = [name for name in (a, b) if name not in releases and name not in editions]
    said = f"neither an edition nor a release: {', '.join(unknown)}"
    if not unknown:
        said = "one is an edition and the other a release"
    raise UnknownNameError(
        f"{said}; {curated} has the editions {', '.join(sorted(editions)) or '(none)'} "
        f"and the releases {', '.join(list(releases)[-5:]) or '(none)'}"
    )


class _Editions:
    """Two editions in one release."""

    def __init__(self, store: Store, release: Release, a: str, b: str) -> None:
        self._store, self._release, self._a, self._b = store, release, a, b

    def difference(self) -> Difference:
        links = pairing.links(self._rows("crosswalk", self._a, self._b), self._a, self._b)
        tables = pairing.tables(self._rows("tables", self._a), self._rows("tables", self._b))
        ranked_a, ranked_b = self._rows("rankings", self._a), self._rows("rankings", self._b)
        return Difference(
            a=self._a,
            b=self._b,
            kind="editions",
            counts=_counts(
                {name: self._count(name, self._a) for name in _documented()},
                {name: self._count(name, self._b) for name in _documented()},
            ),
            entities=_coverage(
                *(
                    {entity: name for (_, entity), name in found.items()}
                    for found in (self._entities(self._a), self._entities(self._b))
                )
            ),
            indicators=self._indicators(links),
            tables=[_table_difference(*pair) for pair in tables],
            ranks=_moves(pairing.lists(ranked_a, links), pairing.lists(ranked_b)),
        )

    def _rows(self, dataset: str, *editions: str, columns: Sequence[str] | None = None):
        which = pc.field("edition").isin(editions)
        return self._store.read(dataset, self._release, columns, which).to_pylist()

    def _entities(self, edition: str) -> dict[tuple[str, str], str | None]:
        return _entities(self._store, self._release, pc.field("edition") == edition)

    def _count(self, dataset: str, edition: str) -> int:
        source = self._store.dataset(dataset, self._release)
        return int(source.count_rows(filter=pc.field("edition") == edition))

    def _indicators(self, links: Mapping[str, str]) -> dict[str, Any]:
        """The indicators that only one edition has, and the links that a crosswalk gives."""
        old = {row["indicator"]: row["name"] for row in self._rows("indicators", self._a)}
        new = {row["indicator"]: row["name"] for row in self._rows("indicators", self._b)}
        kept = {links.get(one, one) for one in old}
        return {
            "a": len(old),
            "b": len(new),
            "linked": [{"a": one, "b": other} for one, other in sorted(links.items())],
            "gained": [_named(one, new[one]) for one in sorted(new.keys() - kept)],
            "lost": [
                _named(one, old[one]) for one in sorted(old) if links.get(one, one) not in new
            ],
        }


class _Releases:
    """Two releases of one store."""

    def __init__(self, store: Store, a: Release, b: Release) -> None:
        self._store, self._a, self._b = store, a, b

    def difference(self) -> Difference:
        documents = list(self._documents())
        tables, cells, moves = [], [], []
        for one in documents:
            old, new = (self._of(one, "tables", side) for side in (self._a, self._b))
            pairs = pairing.tables(old, new)
            tables += [_table_difference(*pair) for pair in pairs]
            cells += list(self._cells(one, pairs))
            ranked = (pairing.lists(self._of(one, "rankings", s)) for s in (self._a, self._b))
            moves += _moves(*ranked)
        return Difference(
            a=self._a.release,
            b=self._b.release,
            kind="releases",
            datasets=dict(self._datasets()),
            counts=_counts(self._count(self._a), self._count(self._b)),
            entities=_coverage(*(_entities(self._store, side) for side in (self._a, self._b))),
            documents=documents,
            tables=[one for one in tables if one],
            cells=cells,
            ranks=sorted(moves, key=_by_size),
        )

    def _datasets(self) -> Iterator[tuple[str, dict[str, list[str]]]]:
        """The columns that a dataset gained or lost; a dataset that is new has all of them."""
        for name in PINNED:
            old, new = (
                set(self._store.dataset(name, side).schema.names)
                if name in side.versions
                else set()
                for side in (self._a, self._b)
            )
            if old != new:
                yield name, {"gained": sorted(new - old), "lost": sorted(old - new)}

    def _count(self, release: Release) -> dict[str, int]:
        return {name: self._store.dataset(name, release).count_rows() for name in _documented()}

    def _documents(self) -> Iterator[dict[str, Any]]:
        """The documents that came, went or landed otherwise, and what of their rows did."""
        old, new = self._stamps(self._a), self._stamps(self._b)
        for edition, document in sorted(old.keys() | new.keys()):
            key = (edition, document)
            if old.get(key) == new.get(key):
                continue
            state = "changed" if key in old and key in new else "gained" if key in new else "lost"
            rows = (landed_rows(self._store, *key, side) for side in (self._a, self._b))
            yield {
                "edition": edition,
                "document": document,
                "state": state,
                "before": old.get(key),
                "after": new.get(key),
                "changes": compare(*rows).to_json(),
            }

    def _stamps(self, release: Release) -> dict[tuple[str, str], dict[str, Any]]:
        columns = ["edition", "document", *_STAMPS]
        rows = self._store.read("documents", release, columns).to_pylist()
        return {
            (row["edition"], row["document"]): {name: row[name] for name in _STAMPS} for row in rows
        }

    def _of(self, one: Row, dataset: str, release: Release) -> list[dict[str, Any]]:
        mine = pc.field("edition") == one["edition"]
        mine &= pc.field("document") == one["document"]
        return self._store.read(dataset, release, filter=mine).to_pylist()

    def _cells(
        self, one: Row, pairs: Iterable[tuple[Row | None, Row | None]]
    ) -> Iterator[CellChange]:
        """The cells that print something else, of the tables that both sides have."""
        if one["state"] != "changed":
            return
        old, new = (_by_table(self._of(one, "cells", side)) for side in (self._a, self._b))
        for first, second in pairs:
            if first is None or second is None:
                continue
            before, after = old.get(first["table_id"], []), new.get(second["table_id"], [])
            for was, now in pairing.cells(before, after):
                old_print = was["value_printed"] if was else None
                new_print = now["value_printed"] if now else None
                if old_print != new_print:
                    yield _cell_change(now or was or {}, old_print, new_print)


def _cell_change(place: Row, before: str | None, after: str | None) -> CellChange:
    names = [name for name in CellChange.__slots__ if name not in ("before", "after")]
    return CellChange(**{name: place[name] for name in names}, before=before, after=after)


def _by_table(cells: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for cell in cells:
        found.setdefault(cell["table_id"], []).append(cell)
    return found


def _documented() -> list[str]:
    """The datasets whose rows are of a document."""
    return [name for name in PINNED if name != ENTITIES and "edition" in DATASETS[name].columns]


def _counts(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, dict[str, int]]:
    return {name: {"a": before[name], "b": after[name]} for name in before}


def _entities(
    store: Store, release: Release, which: pc.Expression | None = None
) -> dict[tuple[str, str], str | None]:
    """The entities that observations and rankings are about, by edition, with a name of each.

    What the register does not know is an entity where it is ranked, by its label.
    """
    columns = ["edition", "ref_area", "row_label"]
    found: dict[tuple[str, str], str | None] = {}
    for dataset in ("rankings", "observations"):
        rows = store.read(dataset, release, columns, which)
        for row in rows.group_by(columns).aggregate([]).to_pylist():
            entity = pairing.entity_of(row) if dataset == "rankings" else row["ref_area"]
            if entity is not None:
                found.setdefault((row["edition"], entity), row["row_label"])
    return found


def _coverage(before: Mapping[Any, str | None], after: Mapping[Any, str | None]) -> dict[str, Any]:
    """How many entities each side has, and those that only one has."""
    return {
        "a": len(before),
        "b": len(after),
        "shared": len(before.keys() & after.keys()),
        "gained": [_named(one, after[one]) for one in sorted(after.keys() - before.keys())],
        "lost": [_named(one, before[one]) for one in sorted(before.keys() - after.keys())],
    }


def _named(identity: str | tuple[str, str], name: str | None) -> dict[str, str | None]:
    """An entity or indicator by its id, with its edition where several are compared."""
    if isinstance(identity, tuple):
        return {"id": identity[1], "name": name, "edition": identity[0]}
    return {"id": identity, "name": name}


def _table_difference(before: Row | None, after: Row | None) -> TableDifference:
    old, new = _column_labels(before), _column_labels(after)
    both = before is not None and after is not None
    return TableDifference(
        before=_table(before),
        after=_table(after),
        columns_gained=tuple(one for one in new if one not in old) if both else (),
        columns_lost=tuple(one for one in old if one not in new) if both else (),
    )


def _column_labels(table: Row | None) -> dict[str, None]:
    fields = json.loads(table["column_fields"] or "[]") if table else []
    return dict.fromkeys(column["label"] for column in fields)


def _table(table: Row | None) -> dict[str, Any] | None:
    names = ("edition", "document", "table_id", "caption", "rows", "columns", "page", "line")
    return {name: table[name] for name in names} if table else None


def _moves(before: Sequence[pairing.Ranked], after: Sequence[pairing.Ranked]) -> list[Move]:
    """The entities of paired lists whose ranks differ, the farthest moved first."""
    moves = []
    for old, new in pairing.paired_lists(before, after):
        for entity in old.places.keys() & new.places.keys():
            was, now = old.places[entity], new.places[entity]
            if was["rank"] != now["rank"]:
                moved = was["rank"] - now["rank"]
                moves.append(Move(entity, now["row_label"], moved, _ranked(was), _ranked(now)))
    return sorted(moves, key=_by_size)


def _ranked(row: Row) -> dict[str, Any]:
    names = ("list", "rank", "rank_printed", "score", "edition", "document", "table_id")
    return {name: row[name] for name in (*names, "row_number", "column_number", "page", "line")}


def _by_size(move: Move) -> tuple[int, int, str]:
    return -abs(move.moved), move.after["rank"], move.entity
