"""The Prefect flows that run on a schedule, and what they leave on Prefect's page.

Each is thin: what it does is done by modules that know nothing of Prefect. Deployed by
`flows.serve` on one machine, and by ``prefect.yaml`` on a server with workers.
"""

from __future__ import annotations

import html
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence

from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows import rawstore, runs, runtime, settle
from flows import status as statuses
from flows.outcome import Outcome
from flows.runs import Call
from flows.serve import SERVED_BY

#: Keys of artifacts are lower-case ASCII: names of documents and editions cannot be in them.
#: All landings have one key each, and Prefect's page shows them as its history.
LANDED_TABLE, LANDED_REPORT, CHECK_REPORT = "rankbook-landed", "rankbook-landing", "rankbook-check"


class DamageError(Exception):
    """A file that the newest release speaks of is not as it was landed."""


@flow(name="watch", persist_result=False)
def watch(raw: str = "raw", curated: str = "curated", processes: int = 0) -> dict[str, int]:
    """Land what is new or changed under raw and whole; documents by what became of them.

    ``waiting`` are those that have to be found the same once more. Raises ValueError where
    there is no such folder, `StoreError` where the store cannot be read.
    """
    _prepare()
    looks = settle.look(raw, curated)
    counts = Counter(waiting=len(looks.waiting)) if looks.waiting else Counter[str]()
    if looks.settled:
        outcomes = _landed(looks.settled, Call(raw, curated, processes=processes))
        settle.tell(raw, looks, outcomes)
        counts.update(one.state for one in outcomes)
    return dict(counts)


@flow(name="backfill", persist_result=False)
def backfill(raw: str = "raw", curated: str = "curated", processes: int = 0) -> dict[str, int]:
    """Land every document under raw at once, as the command of the same name does."""
    _prepare()
    outcomes = _landed(list(rawstore.documents(raw)), Call(raw, curated, processes=processes))
    return dict(Counter(one.state for one in outcomes))


@flow(name="check", persist_result=False)
def check(curated: str = "curated") -> int:
    """Verify every file of the newest release; how many documents it has.

    Raises `DamageError` where one is damaged, so that the run is a failed one.
    """
    _prepare()
    found = statuses.status(curated)
    lines = [f"- {_shown(one.path)}: {_shown(one.reason)}" for one in found.damage]
    said = "\n".join(lines) or f"All files of {len(found.documents)} documents are as landed."
    create_markdown_artifact(said, key=CHECK_REPORT, description="The nightly check")
    if not found.is_sound:
        raise DamageError(f"{len(found.damage)} damaged; mend them with backfill --again")
    return len(found.documents)


def _prepare() -> None:
    """A run has a process of its own, which has not come by our command line."""
    runtime.prepare_environment(os.environ.get("RANKBOOK_LOG_LEVEL", "WARNING"))
    runtime.configure_logging()
    if served_by := os.environ.get(SERVED_BY):
        threading.Thread(target=_end_with, args=(int(served_by),), daemon=True).start()


def _end_with(parent: int) -> None:
    """End when the serving process was killed: nobody would hear of this run any more, and
    its landing is taken up by the next one."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _landed(documents: Sequence[str], call: Call) -> list[Outcome]:
    """Land documents, and leave a table and a text of what became of them."""
    report = runs.run(documents, call)
    told = [one for one in report.outcomes if one.state != "unchanged"]
    if told:
        create_table_artifact(
            [_row(one) for one in told], key=LANDED_TABLE, description="Documents of this run"
        )
        create_markdown_artifact(
            _text(told, report.releases), key=LANDED_REPORT, description="This run in words"
        )
    return report.outcomes


def _row(one: Outcome) -> dict[str, str | int]:
    return {
        "document": rawstore.printable(one.document),
        "state": one.state,
        "edition": one.edition or "",
        "revision": one.revision or "",
        "tables": one.tables,
        "rows": sum(one.rows.values()),
        "findings": sum(one.findings.values()),
        "withheld": sum(one.withheld.values()),
        "seconds": str(one.seconds),
    }


def _text(outcomes: Sequence[Outcome], releases: Sequence[str]) -> str:
    counts = Counter(one.state for one in outcomes)
    lines = ["# " + ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))]
    lines += [f"Release {release}" for release in releases]
    for one in outcomes:
        lines.append(f"## {_shown(one.document)}: {one.state}")
        lines += [f"- {_shown(reason)}" for reason in one.reasons]
        lines += [f"- {number} rows of {dataset}" for dataset, number in one.rows.items()]
        lines += [f"- {number} findings: {severity}" for severity, number in one.findings.items()]
    return "\n\n".join(lines)


def _shown(text: str) -> str:
    """Text of a document's as Markdown that is nothing but text: the page renders HTML too."""
    escaped = html.escape(rawstore.printable(text))
    return "".join(f"\\{one}" if one in "\\`*_[]#|!" else one for one in escaped)
