"""A call of the command line, batch by batch: what is settled at once, and flow runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from flows.server import ensure_api
from flows.steps import Batch, Outcome, Report, prepare
from flows.workers import workers

#: Documents of one commit. A commit takes under a second, and a flow run one: with a
#: hundred documents neither counts, and an interrupted backfill repeats little.
BATCH = 100


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
    accept: bool = False
    processes: int = 0


Seen = Callable[[Outcome], None]


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
                done = _flow_run(waiting, call)
                outcomes |= zip(waiting, done.outcomes, strict=True)
                releases += done.releases
    return Report([outcomes[url] for url in documents], releases)


def _flow_run(documents: list[str], call: Call) -> Report:
    ensure_api()
    from flows.ingest import ingest  # Prefect: 2 s, and it reads its settings

    return ingest(documents, **asdict(call))


def _batches(
    documents: Iterable[str], call: Call
) -> Iterator[tuple[dict[str, Outcome], list[str]]]:
    """What is settled, and what is to be read, until a batch is full."""
    batch = Batch.open(
        call.raw,
        call.curated,
        revision=call.revision,
        dry_run=call.dry_run,
        again=call.again,
        accept=call.accept,
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
