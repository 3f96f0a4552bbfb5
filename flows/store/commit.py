"""The commit protocol: recover, place, land, release; killed anywhere, nothing is mixed.

1. **Recover.** Every dataset whose newest version does not have the files of the version
   that the newest release pins gets them back: a landing that died leaks into no release.
2. **Place** the staged files beside the datasets, under names made from their contents.
3. **Land**: one Delta transaction for each dataset takes the documents' old files out and
   the new ones in.
4. **Release**: one row in `releases` pins the versions. Before it nothing has happened for
   a reader of pinned versions, after it everything has.

On a disk a lock keeps a second committer waiting. Correctness does not hang on it, since
object stores have no locks: each transaction is refused unless it follows the version it
was made from, that of `releases` included. A committer that was overtaken starts again,
and what it had landed is taken back by the next recovery. Each attempt holds the staged
documents against those it found: bytes that landed meanwhile are not replaced unseen.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from flows.store import delta, digest, staging
from flows.store.errors import OvertakenError, StoreBusyError, StoreError
from flows.store.parquet import merge_by_key, to_bytes, to_table
from flows.store.place import Place
from flows.store.releases import Release, next_id, read_newest
from flows.store.schema import ENTITIES, PINNED, RELEASES
from flows.store.staging import Staged

#: Between committers that overtake one another: 8 attempts, waiting 25 s in all on average.
_ATTEMPTS = 8
_FIRST_WAIT_SECONDS = 0.2

Step = Callable[[str], None]

#: Edition and document.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to be landed: where it is staged, and what it will be in its table."""

    path: str
    sha256: str
    file: delta.File


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit does to one dataset, by file names.

    Files to ``keep`` were staged again as they are landed.
    """

    add: Mapping[str, Incoming]
    remove: Mapping[str, delta.File]
    keep: Mapping[str, Incoming]

    @property
    def differs(self) -> bool:
        """Whether the dataset gets a new version."""
        return bool(self.add or self.remove)


@dataclass(frozen=True, slots=True)
class _Found:
    """The bytes that have landed of a document, and their revision."""

    sha256: str
    revision: int


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of staged documents; ``run`` is where the committer stages its own files.

    One that ``restores`` a release starts from its rows instead of those of the newest one.
    """

    place: Place
    run: str
    staged: Sequence[Staged]
    code_version: str
    contract_version: int
    after_step: Step
    restores: Release | None = None

    def publish(self) -> Release | None:
        """Land and release; None where nothing changed.

        Raises `StoreBusyError` where other committers overtook every attempt.
        """
        for attempt in range(_ATTEMPTS):
            try:
                return self._attempt()
            except delta.ConflictError:
                time.sleep(random.uniform(0, _FIRST_WAIT_SECONDS * 2**attempt))
        raise StoreBusyError(f"{self.place.uri}: overtaken {_ATTEMPTS} times by other committers")

    def _attempt(self) -> Release | None:
        releases = delta.open_or_create(self.place, RELEASES)
        previous = read_newest(self.place, releases)
        tables = self._recover(self.restores or previous)
        self.after_step("recovered")
        found = self._found(tables["documents"])
        _check_replaced(self.staged, found)
        everything = self._changes(tables, self._moved_owners(found))
        self._repair(everything)
        changes = {name: change for name, change in everything.items() if change.differs}
        release = None
        if changes or self._is_moved(tables, previous):
            self._place_files(changes)
            self.after_step("placed")
            versions = self._land(tables, changes)
            release = self._release(releases, previous, tables, versions)
            self.after_step("released")
        staging.discard(self.place, [self._own_folder, *(s.folder for s in self.staged)])
        self.after_step("cleaned")
        return release

    def _is_moved(self, tables: Mapping[str, DeltaTable], previous: Release | None) -> bool:
        """Whether the tables were brought to other rows than the newest release has."""
        if self.restores is None or previous is None:
            return False
        versions = previous.versions.items()
        return any(
            delta.files(delta.open_pinned(self.place, name, version)).keys()
            != delta.files(tables[name]).keys()
            for name, version in versions
        )

    def _recover(self, previous: Release | None) -> dict[str, DeltaTable]:
        pinned = previous.versions if previous else {}
        tables = {name: recovered(self.place, name, pinned.get(name)) for name in PINNED}
        alive = {self.run, *(document.run for document in self.staged)}
        staging.discard_dead_runs(self.place, spare=alive)
        return tables

    def _found(self, documents: DeltaTable) -> dict[Key, _Found]:
        """What has landed of the staged documents that say what they replace."""
        owners = {
            digest.owner_of(edition, one.document)
            for one in self.staged
            if one.revision is not None
            for edition in (one.edition, *one.moved_from)
        }
        names = {name for name in delta.files(documents) if digest.owner(name) in owners}
        if not names:
            return {}
        columns = ["edition", "document", "document_sha256", "revision"]
        source = delta.to_dataset(self.place, "documents", documents, names)
        try:
            rows = source.to_table(columns=columns).to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise StoreError(f"documents: a file is missing or damaged: {error}") from error
        return {
            (row["edition"], row["document"]): _Found(row["document_sha256"], row["revision"])
            for row in rows
        }

    def _moved_owners(self, found: Mapping[Key, _Found]) -> set[str]:
        """The owners of the same documents under the editions that they are moved from."""
        staged = {(one.edition, one.document) for one in self.staged}
        return {
            digest.owner_of(*key)
            for one in self.staged
            for key in ((edition, one.document) for edition in one.moved_from)
            if key not in staged and key in found and found[key].sha256 == one.sha256
        }

    def _changes(self, tables: Mapping[str, DeltaTable], moved: Iterable[str]) -> dict[str, Change]:
        return {
            dataset: self._entities_change(table)
            if dataset == ENTITIES
            else _documents_change(dataset, delta.files(table), self.staged, moved)
            for dataset, table in tables.items()
        }

    def _repair(self, changes: Mapping[str, Change]) -> None:
        """Landed files that were damaged since get their bytes back from those staged again."""
        for dataset, change in changes.items():
            for name, incoming in change.keep.items():
                if not _is_whole(self.place, f"{dataset}/{name}", incoming):
                    _place_file(self.place, incoming, f"{dataset}/{name}")

    def _entities_change(self, table: DeltaTable) -> Change:
        paths = [f.path for s in self.staged for f in s.files if f.dataset == ENTITIES]
        if not paths:
            return Change({}, {}, {})
        landed = delta.to_dataset(self.place, ENTITIES, table).to_table()
        merged = merge_by_key([landed, *(_staged_table(self.place, p) for p in paths)], ENTITIES)
        files = delta.files(table)
        name, incoming = self._stage_own(ENTITIES, merged, {})
        return Change({}, {}, {}) if name in files else Change({name: incoming}, files, {})

    def _stage_own(
        self, dataset: str, table: pa.Table, constants: Mapping[str, str]
    ) -> tuple[str, Incoming]:
        """Stage rows of the committer itself: those that belong to no document."""
        data = to_bytes(table)
        path = f"{self._own_folder}/{dataset}.parquet"
        self.place.write(path, data)
        sha256 = digest.of_bytes(data)
        file = delta.File(data.size, table.num_rows, constants)
        return digest.file_name(dataset, sha256), Incoming(path, sha256, file)

    @property
    def _own_folder(self) -> str:
        return staging.own_folder(self.run)

    def _place_files(self, changes: Mapping[str, Change]) -> None:
        for dataset, change in changes.items():
            for name, incoming in change.add.items():
                _place_file(self.place, incoming, f"{dataset}/{name}")

    def _land(
        self, tables: Mapping[str, DeltaTable], changes: Mapping[str, Change]
    ) -> dict[str, int]:
        """The versions of all datasets, of which the changed ones are new."""
        versions = {name: table.version() for name, table in tables.items()}
        for dataset, change in changes.items():
            add = {name: incoming.file for name, incoming in change.add.items()}
            versions[dataset] = delta.replace(
                tables[dataset], dataset, add=add, remove=change.remove
            )
            self.after_step(f"landed {dataset}")
        return versions

    def _release(
        self,
        releases: DeltaTable,
        previous: Release | None,
        tables: Mapping[str, DeltaTable],
        versions: Mapping[str, int],
    ) -> Release:
        identity, published_at = next_id(previous, datetime.now(UTC))
        release = Release(
            release=identity,
            published_at=published_at,
            editions=self._editions(versions["documents"]),
            versions=versions,
            code_version=self.code_version,
            contract_version=self.contract_version,
            checksums=self._log_checksums(previous, {**versions, RELEASES: releases.version()}),
            restores=self.restores.release if self.restores else None,
        )
        row = to_table(RELEASES, [release.row()])
        name, incoming = self._stage_own(RELEASES, row, {"release": identity})
        _place_file(self.place, incoming, f"{RELEASES}/{name}")
        delta.replace(releases, RELEASES, add={name: incoming.file}, remove={})
        return release

    def _editions(self, version: int) -> tuple[str, ...]:
        table = delta.open_pinned(self.place, "documents", version)
        return tuple(sorted({f.constants["edition"] for f in delta.files(table).values()}))

    def _log_checksums(
        self, previous: Release | None, versions: Mapping[str, int]
    ) -> dict[str, str]:
        """The checksums of the log files that came since the last release."""
        known = {name: -1 for name in versions} | dict(previous.versions if previous else {})
        if previous is not None:
            known[RELEASES] = previous.last_log(RELEASES)
        paths = [
            path
            for dataset, newest in versions.items()
            for version in range(known[dataset] + 1, newest + 1)
            for path in (delta.log_file(dataset, version), delta.checkpoint_file(dataset, version))
        ]
        return {p: digest.of_file(self.place, p) for p in paths if self.place.size(p) is not None}


def recovered(place: Place, dataset: str, pinned: int | None) -> DeltaTable:
    """The newest version of a dataset's table, with the rows of the pinned version.

    Without a pinned version that is no row at all. Raises `StoreError` where the pinned
    version is lost.
    """
    if pinned is None:
        table, wanted = delta.open_or_create(place, dataset), {}
    else:
        table = delta.open_pinned(place, dataset, None)
        if table.version() == pinned:
            return delta.up_to_date(place, dataset, table)
        wanted = delta.files(delta.open_pinned(place, dataset, pinned))
    landed = delta.files(table)
    if landed.keys() != wanted.keys():
        add = {name: file for name, file in wanted.items() if name not in landed}
        remove = {name: file for name, file in landed.items() if name not in wanted}
        version = delta.replace(table, dataset, add=add, remove=remove)
        table = delta.open_pinned(place, dataset, version)
    return delta.up_to_date(place, dataset, table)


def _check_replaced(staged: Iterable[Staged], found: Mapping[Key, _Found]) -> None:
    """Raise `OvertakenError` where other bytes landed since a document was staged."""
    reasons = {}
    for one in staged:
        key = (one.edition, one.document)
        if one.revision is not None and not _may_replace(one, one.revision, found.get(key)):
            reasons[key] = _overtaken(one, found.get(key))
    if reasons:
        raise OvertakenError(reasons)


def _may_replace(one: Staged, revision: int, found: _Found | None) -> bool:
    if found is None:
        return one.replaces is None
    if found.sha256 == one.sha256:
        return found.revision <= revision
    return found.sha256 == one.replaces and found.revision < revision


def _overtaken(one: Staged, found: _Found | None) -> str:
    whose = f"{one.document} of {one.edition}"
    if found is None:
        return f"{whose}: what it replaces was taken away meanwhile; ingest it again"
    return (
        f"{whose}: meanwhile revision {found.revision} landed (sha256 {found.sha256[:12]}…), "
        f"which this one (sha256 {one.sha256[:12]}…) is not to replace; ingest it again, with "
        f"--revision {found.revision + 1} if its bytes are the newer ones"
    )


def _documents_change(
    dataset: str,
    landed: Mapping[str, delta.File],
    staged: Iterable[Staged],
    moved: Iterable[str],
) -> Change:
    incoming: dict[str, Incoming] = {}
    owners = set(moved)
    for document in staged:
        owner = digest.owner_of(document.edition, document.document)
        owners.add(owner)
        constants = {"edition": document.edition, "document": document.document}
        for file in document.files:
            if file.dataset == dataset:
                name = digest.file_name(owner, file.sha256)
                new = delta.File(file.size, file.rows, constants)
                incoming[name] = Incoming(file.path, file.sha256, new)
    old = {name: file for name, file in landed.items() if digest.owner(name) in owners}
    return Change(
        add={name: new for name, new in incoming.items() if name not in old},
        remove={name: file for name, file in old.items() if name not in incoming},
        keep={name: new for name, new in incoming.items() if name in old},
    )


def _staged_table(place: Place, path: str) -> pa.Table:
    try:
        return pq.read_table(place.path(path), filesystem=place.filesystem)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{path}: the staged file cannot be read; stage again: {error}") from error


def _is_whole(place: Place, path: str, incoming: Incoming) -> bool:
    whole = place.size(path) == incoming.file.size
    return whole and digest.of_file(place, path) == incoming.sha256


def _place_file(place: Place, incoming: Incoming, target: str) -> None:
    """Move a staged file to its table; an attempt before this one may have done so."""
    if place.size(incoming.path) is None:
        if not _is_whole(place, target, incoming):
            raise StoreError(f"{incoming.path}: the staged file is gone; stage the document again")
    elif not _is_whole(place, incoming.path, incoming):
        raise StoreError(f"{incoming.path}: the staged file is damaged; stage the document again")
    else:
        place.move(incoming.path, target)
