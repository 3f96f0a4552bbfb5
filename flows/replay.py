"""Landed documents matched again: what other words, facts or code would make of them.

Nothing here needs Prefect: no document is new, and of most not even the bytes are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

from extractors.model import DocumentError
from flows import editions, rawstore, runtime, steps
from flows.rawstore import SIDECAR_SUFFIX, Location, RawFile
from flows.recoveries import Recoveries
from flows.steps import Batch, Job, Outcome, Report
from flows.store import Landed
from flows.workers import WorkerDiedError, workers

#: Told the outcome of each document, in any thread.
Seen = Callable[[Outcome], None]

#: A landed document: its edition and its name.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document that is asked for, and how it landed if it did.

    ``url`` is what it was given by: its name, or where it lies.
    """

    name: str
    url: str
    edition: str | None = None
    landed: Landed | None = None


def replay(
    documents: Sequence[str],
    raw: str = "raw",
    curated: str = "curated",
    *,
    dry_run: bool = False,
    processes: int = 0,
    seen: Seen | None = None,
) -> Report:
    """Match landed documents again, given by name, path or URL, or all of them; one release.

    A document is tried where its words, its sidecar or the code are not those it landed by,
    or where rows of it are quarantined; it lands where that alters anything. ``seen`` gets
    each outcome before it lands. Raises `StoreError` where the store cannot be read.
    """
    batch = Batch.open(raw, curated, dry_run=dry_run)
    search = _Search(batch)
    prepared = [search.prepared(wanted) for wanted in search.wanted(documents)]
    for one in prepared:
        if seen and isinstance(one, Outcome):
            seen(one)
    jobs = [one for one in prepared if isinstance(one, Job)]
    worked = iter(_worked(jobs, processes, seen))
    outcomes = [one if isinstance(one, Outcome) else next(worked) for one in prepared]
    settled, release = steps.land(outcomes, batch)
    return Report(settled, [release] if release else [])


def landed_job(batch: Batch, edition: str, document: str) -> Job:
    """The job of a landed document: its bytes, sidecar and kept recovery, found as a replay does.

    Raises `DocumentError` where it has not landed, or its bytes or sidecar are not to be had.
    """
    landed = batch.landed.get(document, {}).get(edition)
    if landed is None:
        raise DocumentError(document, f"nothing of {edition} has landed", code="not-landed")
    return _Search(batch).job(Wanted(document, document, edition, landed), edition, landed)


def _worked(jobs: list[Job], processes: int, seen: Seen | None) -> list[Outcome]:
    """The outcomes of jobs, in child processes; a child for one job would only cost its start."""
    if len(jobs) == 1:
        outcome = steps.work(jobs[0])
        if seen:
            seen(outcome)
        return [outcome]

    def run(job: Job) -> Outcome:
        try:
            return pool.run(steps.work, job)
        except WorkerDiedError as error:
            return steps.failed(job, error)

    with workers(processes, seen) as pool, ThreadPoolExecutor(pool.count) as threads:
        return list(threads.map(run, jobs))


class _Search:
    """Finds what belongs to landed documents: bytes, sidecars, quarantined rows."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @cached_property
    def _quarantined(self) -> set[Key]:
        rows = self.batch.store.read("quarantine", columns=["edition", "document"]).to_pylist()
        return {(row["edition"], row["document"]) for row in rows}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The documents that lie in raw as themselves, by name."""
        found: dict[str, list[str]] = {}
        if not self.batch.raw.location.exists():
            return found
        for url in rawstore.documents(self.batch.raw.url):
            found.setdefault(Location.of(url).name, []).append(url)
        return found

    def wanted(self, documents: Sequence[str]) -> Iterator[Wanted]:
        """What is asked for, in the order given; every landed document where nothing is."""
        for url in documents or sorted(self.batch.landed):
            name = url.rstrip("/").rsplit("/", 1)[-1]
            landed = self.batch.landed.get(name, {})
            if not landed:
                yield Wanted(name, url)
            for edition in sorted(landed):
                yield Wanted(name, url, edition, landed[edition])

    def prepared(self, wanted: Wanted) -> Job | Outcome:
        """The job of a document, or an outcome where there is nothing to try."""
        name, url = rawstore.printable(wanted.name), rawstore.printable(wanted.url)
        outcome = Outcome(document=name, url=url, state="refused", edition=wanted.edition)
        if wanted.landed is None or wanted.edition is None:
            reason = "nothing of this name has landed; ingest it"
            return replace(outcome, reasons=(reason,), code="not-landed")
        outcome = replace(outcome, sha256=wanted.landed.sha256)
        try:
            job = self.job(wanted, wanted.edition, wanted.landed)
            if (wanted.edition, wanted.name) in self._quarantined:
                return replace(job, again=True)
            return steps.unchanged(job, job.sidecar or {}) or job
        except DocumentError as error:
            return replace(outcome, reasons=(error.reason,), code=error.code)
        except (OSError, ValueError) as error:
            reason = f"raw cannot be used: {error}"
            return replace(outcome, state="failed", reasons=(reason,), code="raw")

    def job(self, wanted: Wanted, edition: str, landed: Landed) -> Job:
        """The job of a landed document; raises `DocumentError`, OSError and ValueError."""
        file = self._file(wanted, landed)
        sidecar, said_in = steps.sidecar_of(file, self.batch)
        if sidecar is None:
            reason = f"its sidecar, which says what it is, is not at {said_in.url}; ingest it again"
            raise DocumentError(wanted.name, reason, code="no-sidecar")
        named = editions.edition_of(sidecar) or edition
        if named != edition:
            reason = f"it landed as {edition}, its sidecar at {said_in.url} says {named}; ingest it"
            raise DocumentError(wanted.name, reason, code="other-edition")
        return Job(
            file=file,
            url=file.url,
            sidecar=sidecar,
            derived=None,
            said_in=said_in.url,
            recoveries=Recoveries(self.batch.raw, writes=not self.batch.dry_run),
            store=self.batch.store,
            landed={edition: landed},
            revision=sidecar.get("revision"),
            dry_run=self.batch.dry_run,
            again=False,
            code_version=runtime.code_version(),
            replays=True,
        )

    def _file(self, wanted: Wanted, landed: Landed) -> RawFile:
        """The landed bytes: those given, those that lie in raw as themselves, those kept."""
        given = Location.of(wanted.url)
        lying = [given.url] if given.exists() else self._by_name.get(wanted.name, [])
        if not given.exists() and self._is_kept(landed):
            return self._kept(wanted, landed)
        found = [rawstore.inspect(url) for url in lying]
        for file in found:
            if file.sha256 == landed.sha256:
                return file
        if found:
            reason = f"the bytes at {found[0].url} are not those landed; ingest it, and declare"
            raise DocumentError(wanted.name, f"{reason} a revision", code="other-bytes")
        return self._kept(wanted, landed)

    def _is_kept(self, landed: Landed) -> bool:
        return self.batch.raw.kept(landed.sha256).beside(SIDECAR_SUFFIX).exists()

    def _kept(self, wanted: Wanted, landed: Landed) -> RawFile:
        """The kept bytes, unread: they are needed, and held against their hash, only where the
        document is parsed again. A sidecar that was derived knows their number."""
        kept = self.batch.raw.kept(landed.sha256)
        sidecar = editions.read_sidecar(kept.beside(SIDECAR_SUFFIX), wanted.name) or {}
        size = sidecar.get("size")
        if type(size) is not int:
            size = int(kept.filesystem.size(kept.path) or 0) if kept.exists() else 0
        return RawFile(kept.url, wanted.name, landed.sha256, size)
