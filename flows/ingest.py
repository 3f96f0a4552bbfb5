"""The Prefect flow: a task a document, one commit a batch.

Tasks pass paths, hashes and counts, never rows. Import this module only after
`flows.runtime.prepare_environment` and `flows.server.ensure_api`: Prefect reads its settings
when it is imported.
"""

from __future__ import annotations

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.steps import Batch, Job, Outcome, Report, failed, land, prepare, work
from flows.workers import WorkerDiedError, Workers, workers


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
    accept: bool = False,
    processes: int = 0,
) -> Report:
    """Land documents, given by path or URL, as one release.

    A document that is refused or fails costs the others nothing. Raises `StoreError` where
    the store cannot be read.
    """
    batch = Batch.open(raw, curated, revision=revision, dry_run=dry_run, again=again, accept=accept)
    with workers(processes) as pool:
        prepared = [prepare(url, batch) for url in documents]
        # A call of few documents has its pages read side by side.
        readers = max(1, pool.count // max(1, sum(isinstance(one, Job) for one in prepared)))
        waiting = [_submitted(one, pool, readers) for one in prepared]
        outcomes = [one if isinstance(one, Outcome) else one.result() for one in waiting]
    settled, release = land(outcomes, batch)
    return Report(settled, [release] if release else [])


def _submitted(prepared: Job | Outcome, pool: Workers, readers: int):
    if isinstance(prepared, Outcome):
        return prepared
    return document.submit(prepared.file.name, prepared.with_readers(readers), pool)
