"""Staging: a worker writes the rows of one document where no reader looks.

Files stand at ``_staging/<run>/<document>/<dataset>.parquet``. A run is named after the
process that started it, so that a later committer can tell a run that died from one that
is at work. Nothing here needs deltalake, whose threads do not survive a fork.
"""

from __future__ import annotations

import os
import platform
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.store import digest
from flows.store.errors import StoreError
from flows.store.parquet import to_bytes, to_table
from flows.store.place import Place
from flows.store.schema import ENTITIES, PINNED
from schemas.datasets import DATASETS

FOLDER = "_staging"

#: A run of another machine cannot be asked whether it lives. No landing of ours takes a
#: day; a week leaves room for one that was suspended over a holiday.
_ABANDONED_AFTER = timedelta(days=7)

_PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """Which document rows belong to; ``sha256`` is that of its bytes.

    With a ``revision``, a commit holds the document against what has landed by then: nothing,
    the same bytes, or a lower revision with the bytes that it ``replaces``. The same bytes
    under the editions in ``moved_from`` go when it lands.
    """

    edition: str
    document: str
    sha256: str
    revision: int | None = None
    replaces: str | None = None
    moved_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A staged Parquet file: its path under the store, rows, bytes and their checksum."""

    dataset: str
    path: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Staged:
    """A document that is ready to be landed. Datasets without a file have no rows of it.

    What it may replace is as in `DocumentKey`.
    """

    edition: str
    document: str
    sha256: str
    run: str
    folder: str
    files: tuple[StagedFile, ...]
    revision: int | None = None
    replaces: str | None = None
    moved_from: tuple[str, ...] = ()

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows by dataset."""
        return {file.dataset: file.rows for file in self.files}

    @property
    def checksum(self) -> str:
        """One checksum of all that is staged."""
        lines = sorted(f"{file.dataset} {file.sha256}" for file in self.files)
        return digest.of_bytes("\n".join(lines).encode())


def stage(
    place: Place, run: str, records: Mapping[str, Sequence[Mapping[str, Any]]], key: DocumentKey
) -> Staged:
    """Write the rows of a document into the run's part of the staging folder.

    Raises `StoreError` where a dataset, column or value is not as the dictionary says, or a
    row belongs to another document.
    """
    folder = f"{FOLDER}/{run}/{digest.owner_of(key.edition, key.document)}-{secrets.token_hex(4)}"
    files = []
    for dataset, rows in records.items():
        if dataset not in PINNED:
            raise StoreError(f"{key.document}: rows cannot be landed in {dataset!r}")
        if rows:
            _check_owner(dataset, rows, key)
            files.append(_write(place, folder, dataset, rows, key))
    return Staged(
        edition=key.edition,
        document=key.document,
        sha256=key.sha256,
        run=run,
        folder=folder,
        files=tuple(files),
        revision=key.revision,
        replaces=key.replaces,
        moved_from=key.moved_from,
    )


def _write(
    place: Place,
    folder: str,
    dataset: str,
    rows: Sequence[Mapping[str, Any]],
    key: DocumentKey,
) -> StagedFile:
    try:
        data = to_bytes(to_table(dataset, rows))
    except StoreError as error:
        raise StoreError(f"{key.document}: {error}") from error
    path = f"{folder}/{dataset}.parquet"
    place.write(path, data)
    return StagedFile(dataset, path, len(rows), data.size, digest.of_bytes(data))


def _check_owner(dataset: str, rows: Sequence[Mapping[str, Any]], key: DocumentKey) -> None:
    if dataset == ENTITIES:
        return
    expected = {
        "edition": key.edition,
        "document": key.document,
        "document_sha256": key.sha256,
    }
    columns = [column for column in expected if column in DATASETS[dataset].fields]
    for number, row in enumerate(rows, start=1):
        for column in columns:
            if row.get(column) != expected[column]:
                raise StoreError(
                    f"{key.document}: row {number} of {dataset} has {column} "
                    f"{row.get(column)!r}, not {expected[column]!r}"
                )


def new_run() -> str:
    """A name for a run of this process: machine, process, its start, and a random part."""
    pid = os.getpid()
    return f"{_machine()}~{pid}~{_start_of(pid)}~{secrets.token_hex(4)}"


def own_folder(run: str) -> str:
    """Where a committer writes files of its own before they are moved."""
    return f"{FOLDER}/{run}/committer"


def discard(place: Place, folders: Iterable[str]) -> None:
    """Remove folders of staged files, and the folder of a run that has no more of them."""
    for folder in folders:
        place.remove_folder(folder)
        place.remove_empty_folder(folder.rsplit("/", 1)[0])


def discard_dead_runs(place: Place, spare: Collection[str]) -> list[str]:
    """Remove what runs left behind that died, but for ``spare``; returns their names."""
    dead = [run for run in runs(place) if run not in spare and _is_dead(place, run)]
    for run in dead:
        place.remove_folder(f"{FOLDER}/{run}")
    return dead


def runs(place: Place) -> Iterator[str]:
    """The runs that have something staged."""
    for info in place.entries(FOLDER):
        yield info.base_name


def _is_dead(place: Place, run: str) -> bool:
    named = re.fullmatch(r"(.+)~(\d+)~(\d+)~[0-9a-f]+", run)
    if named and named[1] == _machine():
        return not _is_running(int(named[2]), named[3])
    times = [info.mtime for info in place.entries(f"{FOLDER}/{run}", recursive=True) if info.mtime]
    return bool(times) and datetime.now(UTC) - max(times) > _ABANDONED_AFTER


def _is_running(pid: int, started: str) -> bool:
    if _PROCESSES.exists():
        return _start_of(pid) == started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _start_of(pid: int) -> str | None:
    """When a process started, in ticks since the system did; None where it does not run.

    Numbers of processes are given out again, in a container after every restart; the start
    tells their holders apart. Where the system keeps no ``/proc``, the start is "0".
    """
    if not _PROCESSES.exists():
        return "0"
    try:
        stat = (_PROCESSES / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *numbers = stat.rsplit(")", 1)[1].split()  # the name before may have blanks
    return None if state == "Z" else numbers[18]


def _machine() -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", platform.node()) or "localhost"
