"""A folder of curated datasets: staging, landing, reading and verifying."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from filelock import FileLock, Timeout

from flows.store import delta, erase, pins, releases, retention, staging, verify
from flows.store.commit import Commit
from flows.store.erase import Trace
from flows.store.errors import StoreBusyError, StoreError
from flows.store.place import Place
from flows.store.releases import Release
from flows.store.retention import Retention
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
        with self._committing() as committing:
            return committing(staged, code_version, contract_version, after_step).publish()

    def rollback(
        self,
        release: Release | str,
        *,
        code_version: str,
        after_step: Callable[[str], None] | None = None,
    ) -> Release | None:
        """Publish the rows of an older release as the newest; None where they are that already.

        The releases in between stay. Raises `StoreError` where the release is not known, retired
        or damaged, `StoreBusyError` as `commit` does.
        """
        with self._committing() as committing:
            wanted = self.resolve(release)
            _check_readable(wanted)
            damaged = verify.damages(self.place, wanted.release)
            if damaged:
                first = f"{damaged[0].path}: {damaged[0].reason}"
                raise StoreError(f"release {wanted.release} is damaged: {first}")
            commit = committing([], code_version, CONTRACT_VERSION, after_step)
            return replace(commit, restores=wanted).publish()

    def pins(self) -> dict[str, str | None]:
        """The names of pins, None where one has none, by release."""
        return pins.read(self.place)

    def pin(self, release: Release | str, name: str | None = None) -> Release:
        """Keep a release whatever is given up later; it can be named by the pin's name then.

        Raises `StoreError` where it is not known, or retired, or the name is taken.
        """
        with self._committing():
            wanted = self.resolve(release)
            _check_readable(wanted)
            others = {known for known, said in self.pins().items() if name and said == name}
            if others - {wanted.release}:
                raise StoreError(f"the name {name} is that of release {min(others)}")
            pins.write(self.place, wanted.release, name, datetime.now(UTC))
            return wanted

    def unpin(self, release: Release | str) -> bool:
        """Take a pin away; whether there was one. Raises `StoreError` for an unknown release."""
        with self._lock():
            return pins.remove(self.place, self.resolve(release).release)

    def retention(self, *, keep: int | None = None, days: float | None = None) -> Retention:
        """What `retain` would do now. Raises `StoreError` where a release to keep is lost."""
        table = self._releases_table()
        if table is None:
            return Retention((), (), {})
        return retention.plan(self.place, table, self.pins(), keep=keep, days=days)

    def retain(
        self,
        *,
        keep: int | None = None,
        days: float | None = None,
        after_step: Callable[[str], None] | None = None,
    ) -> Retention:
        """Give up releases, and the files that no other one needs; what was done.

        The newest one stays, pinned ones, the last ``keep`` and those of the last ``days``.
        Raises `StoreError` where one of them is lost, `StoreBusyError` as `commit` does.
        """
        step = after_step or _ignore
        if not self.exists:
            return Retention((), (), {})
        with self._committing() as committing:
            committing([], "", CONTRACT_VERSION, None).publish()  # takes back what died
            table = delta.open_or_create(self.place, RELEASES)
            wanted = retention.plan(self.place, table, self.pins(), keep=keep, days=days)
            with _one_committer():
                retention.carry_out(self.place, self.run, table, wanted, step)
            return wanted

    def traces(self, document: str) -> list[Trace]:
        """What all releases have of a document, by the editions that it ever landed under."""
        return erase.find(self.place, self.releases(), document)

    def erase(
        self,
        traces: Sequence[Trace],
        *,
        code_version: str,
        after_step: Callable[[str], None] | None = None,
    ) -> Release | None:
        """Erase documents from all history; the release without them if the newest had them.

        Older releases stay readable, and say that they lost documents. On an object store no
        other committer may be at work meanwhile. Raises `StoreError` where a log is damaged,
        `StoreBusyError` as `commit` does. Killed anywhere, the next to commit finishes it.
        """
        step = after_step or _ignore
        with self._committing() as committing:
            keys = [DocumentKey(one.edition, one.document, "") for one in traces]
            gone = [staging.stage(self.place, self.run, {}, key) for key in keys]
            release = committing(gone, code_version, CONTRACT_VERSION, None).publish()
            step("published")
            known = self.releases()
            found = [
                again
                for name in sorted({one.document for one in traces})
                for again in erase.find(self.place, known, name)
                if again.owner in {one.owner for one in traces}
            ]
            erase.begin(self.place, self.run, known, found, datetime.now(UTC))
            step("begun")
            with _one_committer():
                erase.finish(self.place, self.run, step)
            return release

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

    def resolve(self, release: Release | str) -> Release:
        """A release as it is now, by its id or by the name of its pin.

        Raises `StoreError` where there is none.
        """
        wanted = release.release if isinstance(release, Release) else release
        known = {one.release: one for one in self.releases()}
        named = [one for one, name in self.pins().items() if name == wanted]
        found = known.get(wanted) or next((known[one] for one in named if one in known), None)
        if found is None:
            raise StoreError(f"{self.url}: no release {wanted}")
        return found

    def _resolve(self, release: Release | str | None) -> Release | None:
        if release is None or isinstance(release, Release):
            return release or self.newest()
        return self.resolve(release)

    def _pinned(self, name: str, release: Release | None) -> delta.DeltaTable | None:
        if release is None or name not in release.versions:
            return None
        _check_readable(release)
        return delta.open_pinned(self.place, name, release.versions[name])

    @contextmanager
    def _committing(self) -> Iterator[Callable[..., Commit]]:
        """Hold the lock, with an erasing finished that died; makes commits."""
        with self._lock():
            if erase.is_unfinished(self.place):
                with _one_committer():
                    erase.finish(self.place, self.run, _ignore)
            yield self._commit

    def _commit(
        self,
        staged: Sequence[Staged],
        code_version: str,
        contract_version: int,
        after_step: Callable[[str], None] | None,
    ) -> Commit:
        return Commit(
            place=self.place,
            run=self.run,
            staged=sorted(staged, key=lambda document: (document.edition, document.document)),
            code_version=code_version,
            contract_version=contract_version,
            after_step=after_step or _ignore,
        )

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


@contextmanager
def _one_committer() -> Iterator[None]:
    """What is done once, with nobody else at work: being overtaken is told, not tried again."""
    try:
        yield
    except delta.ConflictError as error:
        raise StoreBusyError(f"another committer was at work ({error}); try again") from error


def _check_readable(release: Release) -> None:
    if release.retired_at is not None:
        raise StoreError(
            f"release {release.release} was retired on {release.retired_at:%Y-%m-%d}: "
            "its files are not kept"
        )


def _check_documents(staged: Sequence[Staged]) -> None:
    counted = Counter((document.edition, document.document) for document in staged)
    twice = [f"{document} of {edition}" for (edition, document), n in counted.items() if n > 1]
    if twice:
        raise StoreError(f"staged twice for one commit: {', '.join(twice)}")


def _ignore(step: str) -> None:
    """No one wants to know."""
