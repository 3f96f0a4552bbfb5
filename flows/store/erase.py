"""Erasing documents from all history: every version of every dataset, and the logs.

A file of a dataset has the rows of one document and says in its name whose (`digest.owner`), so
that nothing else has to be written anew but the entries of Delta's logs, which name documents
for readers to skip files by. Versions keep their numbers, and older releases all other rows.

A journal says what is to be done before it is done; whoever next takes the committer's lock
finishes what a process that died has begun. It holds no name, only checksums. Entries are
written anew from the oldest to the newest: a version never has a file that it did not have.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.store import delta, digest, releases, retention, staging
from flows.store.commit import Step
from flows.store.errors import StoreError
from flows.store.place import Place
from flows.store.releases import Release
from flows.store.schema import ENTITIES, PINNED, RELEASES

JOURNAL = ".erasing.json"

#: Edition and document.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Trace:
    """What a store has of a document in all its history, under one edition.

    ``sha256s`` are those of the bytes of each revision whose rows are still there; ``releases``
    the ids of those that can be read and have it; ``files`` and ``logs`` are paths.
    """

    edition: str
    document: str
    sha256s: frozenset[str]
    releases: tuple[str, ...]
    files: tuple[str, ...]
    logs: tuple[str, ...]

    @property
    def owner(self) -> str:
        """How the names of its files begin."""
        return digest.owner_of(self.edition, self.document)


def find(place: Place, known: Collection[Release], document: str) -> list[Trace]:
    """The traces of a document of this name, one for each edition it ever landed under."""
    entries = {path: place.read(path) for name in _datasets() for path in _entries(place, name)}
    editions = {key[0] for data in entries.values() for key in _keys(data) if key[1] == document}
    return [_trace(place, known, (edition, document), entries) for edition in sorted(editions)]


def _trace(
    place: Place, known: Collection[Release], key: Key, entries: Mapping[str, bytes]
) -> Trace:
    owner = digest.owner_of(*key)
    held = {}
    for one in known:
        if one.retired_at is None and "documents" in one.versions:
            table = delta.open_pinned(place, "documents", one.versions["documents"])
            held[one.release] = {digest.owner(name) for name in delta.files(table)}
    return Trace(
        *key,
        sha256s=frozenset(_sha256s(place, owner)),
        releases=tuple(name for name, owners in held.items() if owner in owners),
        files=tuple(_files(place, {owner})),
        logs=tuple(path for path, data in entries.items() if owner.encode() in data),
    )


def _sha256s(place: Place, owner: str) -> Iterator[str]:
    for path in _files(place, {owner}):
        if path.startswith("documents/"):
            try:
                rows = pq.read_table(
                    place.path(path), columns=["document_sha256"], filesystem=place.filesystem
                )
            except (OSError, pa.ArrowException) as error:
                raise StoreError(f"{path}: the file cannot be read: {error}") from error
            yield from rows["document_sha256"].to_pylist()


def begin(
    place: Place, run: str, known: Collection[Release], traces: Collection[Trace], at: datetime
) -> None:
    """Write the journal. Raises `StoreError` where a log entry is not as it was landed."""
    owners = {trace.owner for trace in traces}
    recorded = {path: sha256 for one in known for path, sha256 in one.checksums.items()}
    logs: dict[str, str | None] = {}
    for dataset in _datasets():
        rewritten = {}
        for path in _entries(place, dataset):
            data = place.read(path)
            kept = _without(data, owners)
            if kept != data:
                if recorded.get(path, digest.of_bytes(data)) != digest.of_bytes(data):
                    raise StoreError(f"{path}: the checksum is not that landed; bring it back")
                rewritten[path] = digest.of_bytes(kept)
        if rewritten:  # summaries of the log have what the entries had
            logs |= dict.fromkeys(_summaries(place, dataset), None) | rewritten
    counts = {one.release: sum(one.release in t.releases for t in traces) for one in known}
    journal = {
        "owners": sorted(owners),
        "at": at.isoformat(),
        "logs": logs,
        "releases": {name: count for name, count in counts.items() if count},
    }
    _write_whole(place, run, JOURNAL, json.dumps(journal).encode())


def is_unfinished(place: Place) -> bool:
    """Whether an erasing was begun and not ended."""
    return place.size(JOURNAL) is not None


def finish(place: Place, run: str, after_step: Step) -> None:
    """Do what the journal says, as far as it is not done; nothing where there is none.

    Raises `ConflictError` where another committer was faster, `StoreError` where a log entry is
    neither as it was nor as it is to be.
    """
    if not is_unfinished(place):
        return
    journal = json.loads(place.read(JOURNAL))
    owners = set(journal["owners"])
    for path, sha256 in journal["logs"].items():
        _rewrite(place, run, path, sha256, owners)
        after_step(f"rewrote {path}")
    table = delta.open_or_create(place, RELEASES)
    changed = list(_remarked(place, releases.read_all(place, table), journal))
    if changed:
        releases.rewrite(place, run, table, changed)
    after_step("marked")
    stale = retention.superseded(place, delta.open_or_create(place, RELEASES))
    retention.remove(place, [*_files(place, owners), *stale], after_step)
    staging.discard(place, [*_staged(place, owners), staging.own_folder(run)])
    place.filesystem.delete_file(place.path(JOURNAL))
    after_step("erased")


def _rewrite(
    place: Place, run: str, path: str, sha256: str | None, owners: Collection[str]
) -> None:
    if sha256 is None:
        retention.remove(place, [path], lambda step: None)
    elif digest.of_file(place, path) != sha256:
        kept = _without(place.read(path), owners)
        if digest.of_bytes(kept) != sha256:
            raise StoreError(f"{path}: the file was damaged while documents were erased")
        _write_whole(place, run, path, kept)


def _write_whole(place: Place, run: str, path: str, data: bytes) -> None:
    """Write a file such that a reader finds the old bytes or the new ones."""
    part = f"{staging.own_folder(run)}/part"
    place.write(part, data)
    place.move(part, path)


def _remarked(
    place: Place, known: Collection[Release], journal: Mapping[str, Any]
) -> Iterator[Release]:
    """The releases whose rows are to say something else: what they lost, and the checksums."""
    at, logs = datetime.fromisoformat(journal["at"]).astimezone(UTC), journal["logs"]
    for one in known:
        sums = {p: logs.get(p, sha256) for p, sha256 in one.checksums.items()}
        after = replace(
            one,
            checksums={path: sha256 for path, sha256 in sums.items() if sha256},
            editions=_editions(place, one),
        )
        count = journal["releases"].get(one.release, 0)
        if count and one.erased_at != at:
            total = (one.erased_documents or 0) + count
            after = replace(after, erased_documents=total, erased_at=at)
        if after != one:
            yield after


def _editions(place: Place, release: Release) -> tuple[str, ...]:
    version = release.versions.get("documents")
    if version is None:
        return ()
    files = delta.files(delta.open_pinned(place, "documents", version)).values()
    return tuple(sorted({file.constants["edition"] for file in files}))


# --- files and lines ------------------------------------------------------------------------


def _datasets() -> Iterator[str]:
    """The datasets whose files belong to documents."""
    return (name for name in PINNED if name != ENTITIES)


def _entries(place: Place, dataset: str) -> list[str]:
    """The entries of a table's log, oldest first."""
    return [path for path in _log(place, dataset) if _is_entry(path)]


def _summaries(place: Place, dataset: str) -> list[str]:
    """What else stands in a table's log: all of it is made of the entries. Pointers go first."""
    others = [path for path in _log(place, dataset) if not _is_entry(path)]
    return sorted(others, key=lambda path: ("/_last" not in path, path))


def _log(place: Place, dataset: str) -> list[str]:
    folder = f"{dataset}/_delta_log"
    return sorted(f"{folder}/{info.base_name}" for info in place.entries(folder) if info.is_file)


def _is_entry(path: str) -> bool:
    name, _, ending = path.rsplit("/", 1)[1].partition(".")
    return name.isdecimal() and ending == "json"


def _lines(data: bytes) -> Iterator[tuple[bytes, str | None, Mapping[str, Any]]]:
    """The lines of a log entry, the data file that each is about, and what it says of it."""
    for line in data.splitlines(keepends=True):
        action = json.loads(line) if line.strip() else {}
        said = action.get("add") or action.get("remove") or {}
        yield line, said.get("path"), said


def _keys(data: bytes) -> Iterator[Key]:
    for _, _, said in _lines(data):
        values = json.loads(said.get("stats") or "{}").get("minValues", {})
        if "edition" in values and "document" in values:
            yield values["edition"], values["document"]


def _without(data: bytes, owners: Collection[str]) -> bytes:
    return b"".join(
        line for line, path, _ in _lines(data) if path is None or digest.owner(path) not in owners
    )


def _files(place: Place, owners: Collection[str]) -> Iterator[str]:
    for dataset in _datasets():
        for info in place.entries(dataset):
            if info.is_file and digest.owner(info.base_name) in owners:
                yield f"{dataset}/{info.base_name}"


def _staged(place: Place, owners: Collection[str]) -> Iterator[str]:
    for run in staging.runs(place):
        for folder in place.entries(f"{staging.FOLDER}/{run}"):
            if digest.owner(folder.base_name) in owners:
                yield f"{staging.FOLDER}/{run}/{folder.base_name}"
