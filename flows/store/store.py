"""A folder of curated datasets: staging, landing, reading and verifying."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from filelock import FileLock, Timeout

from flows.store import delta, releases, staging, verify
from flows.store.commit import Commit
from flows.store.errors import StoreBusyError, StoreError
from flows.store.place import Place
from flows.store.releases import Release
from flows.store.schema import PINNED, RELEASES, file_schema
from flows.store.staging import DocumentKey, Staged
from flows.store.verify import Damage
from schemas.datasets import CONTRACT_VERSION

#: A commit takes seconds, a first one of thousands of documents minutes.
_LOCK_SECONDS = 600.0
_LOCK_FILE = ".committer.lock"


@dataclass(frozen=True, slots=True)
class Landed:
    """How a document was landed: what must be the same for it to be skipped."""

    sha256: str
    vocabulary_hash: str | None
    code_version: str | None
    revision: int


class Store:
    """The datasets under a local folder or an object-store URL.

    A store pickles. Make it in the process that commits and hand it to the workers: what
    they stage belongs to its ``run``, and is kept as long as that process lives.
    """

    def __init__(self, url: str | os.PathLike[str], *, run: str | None = None) -> None:
        self.url = os.fspath(url)
        self.run = run or staging.new_run()

    def __repr__(self) -> str:
        return f"Store({self.url!r})"

    def __reduce__(self) -> tuple[Callable[..., Store], tuple[str, str]]:
        return _of_run, (self.url, self.run)

    @cached_property
    def place(self) -> Place:
        """Where the store lies; raises `StoreError` for a URL that cannot hold tables."""
        return Place.of(self.url)

    def stage(
        self, records: Mapping[str, Sequence[Mapping[str, Any]]], meta: DocumentKey
    ) -> Staged:
        """Write a document's rows, by dataset, where no reader looks; in any process.

        A dataset that is missing or empty has no rows of the document once it is landed.
        Raises `StoreError`, naming document, dataset and column, for rows that do not fit.
        """
        return staging.stage(self.place, self.run, records, meta)

    def discard(self, staged: Sequence[Staged]) -> None:
        """Remove staged documents that are not to be landed."""
        staging.discard(self.place, [document.folder for document in staged])

    def commit(
        self,
        staged: Sequence[Staged],
        *,
        code_version: str,
        contract_version: int = CONTRACT_VERSION,
        after_step: Callable[[str], None] | None = None,
    ) -> Release | None:
        """Land staged documents as one release; None where nothing changed.

        Rows of the same documents are replaced, those of others stay. Also without
        documents it first takes back what a landing that died left behind. ``after_step`` is
        called with the name of each step that is done. Raises `StoreBusyError` where other
        committers hold the store, `OvertakenError` where other bytes of a document landed
        since it was staged, `StoreError` where staged or pinned files are lost.
        """
        _check_documents(staged)
        if not staged and self._releases_table() is None:
            return None
        ordered = sorted(staged, key=lambda document: (document.edition, document.document))
        commit = Commit(
            place=self.place,
            run=self.run,
            staged=ordered,
            code_version=code_version,
            contract_version=contract_version,
            after_step=after_step or _ignore,
        )
        with self._lock():
            return commit.publish()

    @property
    def exists(self) -> bool:
        """Whether anything was ever begun to be landed here."""
        return self._releases_table() is not None

    def releases(self) -> list[Release]:
        """Every release, oldest first."""
        table = self._releases_table()
        return [] if table is None else releases.read_all(self.place, table)

    def newest(self) -> Release | None:
        """The newest release, None before the first."""
        table = self._releases_table()
        return None if table is None else releases.read_newest(self.place, table)

    def landed(self) -> dict[tuple[str, str], Landed]:
        """The released documents, by edition and document."""
        columns = [
            "edition",
            "document",
            "document_sha256",
            "vocabulary_hash",
            "code_version",
            "revision",
        ]
        rows = self.read("documents", columns=columns).to_pylist()
        return {
            (row["edition"], row["document"]): Landed(
                sha256=row["document_sha256"],
                vocabulary_hash=row["vocabulary_hash"],
                code_version=row["code_version"],
                revision=row["revision"],
            )
            for row in rows
        }

    def dataset(self, name: str, release: Release | str | None = None) -> ds.Dataset:
        """A dataset as Arrow sees it, at the version that a release (the newest) pins.

        Raises `StoreError` for a name or release that is not known, and where the pinned
        version is lost.
        """
        if name == RELEASES:
            table = self._releases_table()
        elif name in PINNED:
            table = self._pinned(name, self._resolve(release))
        else:
            raise StoreError(f"no dataset {name!r}; there are {', '.join(PINNED)}, {RELEASES}")
        if table is None:
            return ds.dataset(file_schema(name).empty_table())
        return delta.to_dataset(self.place, name, table)

    def read(
        self,
        name: str,
        release: Release | str | None = None,
        columns: Sequence[str] | None = None,
        filter: pc.Expression | None = None,
    ) -> pa.Table:
        """The rows of a dataset in a release (the newest), each document's in their order.

        ``filter`` is an Arrow expression; files of other editions and documents than it
        asks for are not opened. Raises `StoreError` as `dataset` does, and for a damaged file.
        """
        source = self.dataset(name, release)
        try:
            return source.to_table(columns=list(columns) if columns else None, filter=filter)
        except OSError as error:
            raise StoreError(f"{name}: a file is missing or damaged: {error}") from error

    def verify(self, release: Release | str | None = None) -> list[Damage]:
        """Read every file of a release (the newest) and name those that are not as landed."""
        identity = release.release if isinstance(release, Release) else release
        return verify.damages(self.place, identity)

    def _releases_table(self) -> delta.DeltaTable | None:
        return delta.open_table(self.place, RELEASES)

    def _resolve(self, release: Release | str | None) -> Release | None:
        if release is None or isinstance(release, Release):
            return release or self.newest()
        found = [known for known in self.releases() if known.release == release]
        if not found:
            raise StoreError(f"{self.url}: no release {release}")
        return found[0]

    def _pinned(self, name: str, release: Release | None) -> delta.DeltaTable | None:
        if release is None or name not in release.versions:
            return None
        return delta.open_pinned(self.place, name, release.versions[name])

    def _lock(self) -> AbstractContextManager[object]:
        """The committer's lock beside the datasets; the system frees it when a holder dies."""
        if not self.place.is_local:
            return nullcontext()
        self.place.filesystem.create_dir(self.place.root, recursive=True)
        return _Lock(self.place.path(_LOCK_FILE))


class _Lock:
    def __init__(self, path: str) -> None:
        self._lock = FileLock(path, timeout=_LOCK_SECONDS)

    def __enter__(self) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise StoreBusyError(
                f"{self._lock.lock_file}: held by another committer for {_LOCK_SECONDS:.0f} s"
            ) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _of_run(url: str, run: str) -> Store:
    return Store(url, run=run)


def _check_documents(staged: Sequence[Staged]) -> None:
    counted = Counter((document.edition, document.document) for document in staged)
    twice = [f"{document} of {edition}" for (edition, document), n in counted.items() if n > 1]
    if twice:
        raise StoreError(f"staged twice for one commit: {', '.join(twice)}")


def _ignore(step: str) -> None:
    """No one wants to know."""
