"""The Prefect flow: a task a document, one commit a batch.

Tasks pass paths, hashes and counts, never rows. Without a configured API the flow brings
one up that ends with the process. Import this module only after
`flows.runtime.prepare_environment`: Prefect reads its settings when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.steps import Batch, Job, Outcome, failed, land, prepare, work
from flows.workers import WorkerDiedError, Workers, workers

#: Documents of one commit. A commit takes under a second, and a flow run one: with a
#: hundred documents neither counts, and an interrupted backfill repeats little.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the documents of a call, in their order; the releases it published."""

    outcomes: list[Outcome]
    releases: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused and nothing failed."""
        return not any(outcome.is_bad for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Call:
    """What a command asks of all its documents: the parameters of the flow.

    ``processes`` is how many child processes read documents, 0 meaning one a core.
    """

    raw: str = "raw"
    curated: str = "curated"
    revision: int | None = None
    dry_run: bool = False
    again: bool = False
    processes: int = 0


Seen = Callable[[Outcome], None]


@task(name="document", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def document(name: str, job: Job, pool: Workers) -> Outcome:
    """One document in a child process; the skipping of what is unchanged was before."""
    try:
        return pool.run(work, job)
    except WorkerDiedError as error:
        return failed(job, error)


@flow(name="ingest", persist_result=False)
def ingest(
    documents: list[str],
    raw: str = "raw",
    curated: str = "curated",
    revision: int | None = None,
    dry_run: bool = False,
    again: bool = False,
    processes: int = 0,
) -> Report:
    """Land documents, given by path or URL, as one release.

    A document that is refused or fails costs the others nothing. Raises `StoreError` where
    the store cannot be read.
    """
    batch = Batch.open(raw, curated, revision=revision, dry_run=dry_run, again=again)
    with workers(processes) as pool:
        waiting = [_submitted(prepare(url, batch), pool) for url in documents]
        outcomes = [one if isinstance(one, Outcome) else one.result() for one in waiting]
    settled, release = land(outcomes, batch)
    return Report(settled, [release] if release else [])


def _submitted(prepared: Job | Outcome, pool: Workers):
    if isinstance(prepared, Outcome):
        return prepared
    return document.submit(prepared.file.name, prepared, pool)


def run(documents: Sequence[str], call: Call, seen: Seen | None = None) -> Report:
    """Land documents in batches, each one run of the flow; outcomes in the order given.

    What is settled without reading a document (it is unchanged, or there is no such file)
    starts no flow. ``seen`` gets each document's outcome before it is landed.
    """
    outcomes: dict[str, Outcome] = {}
    releases: list[str] = []
    with workers(call.processes, seen):
        for settled, waiting in _batches(documents, call):
            for url, outcome in settled.items():
                outcomes[url] = outcome
                if seen:
                    seen(outcome)
            if waiting:
                done = ingest(waiting, **asdict(call))
                outcomes |= zip(waiting, done.outcomes, strict=True)
                releases += done.releases
    return Report([outcomes[url] for url in documents], releases)


def _batches(
    documents: Iterable[str], call: Call
) -> Iterator[tuple[dict[str, Outcome], list[str]]]:
    """What is settled, and what is to be read, until a batch is full."""
    batch = Batch.open(
        call.raw, call.curated, revision=call.revision, dry_run=call.dry_run, again=call.again
    )
    settled: dict[str, Outcome] = {}
    waiting: list[str] = []
    for url in documents:
        prepared = prepare(url, batch)
        if isinstance(prepared, Outcome):
            settled[url] = prepared
        else:
            waiting.append(url)
        if len(waiting) == BATCH:
            yield settled, waiting
            settled, waiting = {}, []
    yield settled, waiting
