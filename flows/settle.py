"""Which documents of a watched folder are whole: those that two looks find the same.

A document that is being copied into ``raw/`` has another size or hash at every look. What a
look found of the documents that have not landed is kept in one small file, so that looks
may be those of two processes, hours apart; what has landed needs no note there.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from extractors.model import DocumentError
from flows import rawstore, runtime
from flows.outcome import Outcome
from flows.rawstore import RawStore
from flows.steps import Batch, prepare

#: Looks nearer to each other than this are one: a copy over a slow network pauses for a
#: second or two. A schedule's looks are minutes apart.
SETTLE_SECONDS = 5.0

_NOTES = f"{rawstore.STORE_FOLDER}/watched.json"

#: What becomes of a document again, whenever it is read: told once, until it is changed. A
#: document that failed is another matter, for the disk may have been full.
_LASTING = ("refused", "held")


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found of a document: a hash of its bytes and its sidecar's.

    ``at`` is in seconds since the epoch. ``told`` is the code and the vocabulary that it was
    refused or held by: another code may think otherwise.
    """

    mark: str
    at: float
    told: str | None = None

    def is_settled(self, now: float) -> bool:
        """Whether it is so old that one that found the same says that nobody writes any more."""
        return now - self.at >= SETTLE_SECONDS


@dataclass(frozen=True, slots=True)
class Looks:
    """What is new under raw: paths of ``settled`` documents, and of those to be ``waiting``."""

    settled: list[str]
    waiting: list[str]
    notes: Mapping[str, Look]


def look(raw: str, curated: str) -> Looks:
    """Look at the documents under raw that have not landed as they are; lands nothing.

    The rules are those of a backfill: same bytes, facts and code are unchanged. Raises
    ValueError where there is no such folder, `StoreError` where the store cannot be read.
    """
    batch = Batch.open(raw, curated, dry_run=True)
    before, now = _read(batch.raw), time.time()
    notes: dict[str, Look] = {}
    settled: list[str] = []
    for url in rawstore.documents(raw):
        prepared = prepare(url, batch)
        if isinstance(prepared, Outcome) and prepared.state == "unchanged":
            continue
        mark, known = _mark(url), before.get(url)
        if known is None or known.mark != mark or known.at > now:  # the clock was set back
            known = Look(mark, now)
        notes[url] = known
        if known.is_settled(now) and known.told != _reader():
            settled.append(url)
    if notes != before:
        _write(batch.raw, notes)
    waiting = [url for url, one in notes.items() if not one.is_settled(now)]
    return Looks(settled, waiting, notes)


def tell(raw: str, looks: Looks, outcomes: Iterable[Outcome]) -> None:
    """Note what became of settled documents, where it would be the same next time."""
    notes = dict(looks.notes)
    for url, one in zip(looks.settled, outcomes, strict=True):
        if one.state in _LASTING and one.code != "changed":
            notes[url] = replace(notes[url], told=_reader())
        elif one.state in ("landed", "unchanged"):
            del notes[url]
    _write(RawStore(raw), notes)


def _mark(url: str) -> str:
    """A hash of a document's bytes and its sidecar's, or of why there are none."""
    digest = hashlib.sha256()
    for path in (url, url + rawstore.SIDECAR_SUFFIX):
        try:
            file = rawstore.inspect(path)
            digest.update(f"{file.sha256} {file.size}\n".encode())
        except DocumentError as error:
            digest.update(f"{error.code}\n".encode())
    return digest.hexdigest()


def _reader() -> str:
    """What a document is read with: our code and the vocabulary."""
    return f"{runtime.code_version()} {runtime.vocabulary_hash(None)[:12]}"


def _read(raw: RawStore) -> dict[str, Look]:
    """The notes of the look before. A file that cannot be read is as good as none: everything
    is then looked at twice again."""
    try:
        with raw.location.child(_NOTES).open() as stream:
            return {url: Look(**one) for url, one in json.load(stream).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(raw: RawStore, notes: Mapping[str, Look]) -> None:
    raw.make_folder()
    found = {url: asdict(one) for url, one in notes.items()}
    # As ASCII: a name may hold halves of characters, which UTF-8 cannot write.
    data = json.dumps(found, indent=1, sort_keys=True).encode()
    raw.location.child(_NOTES).write(data, mode=0o600)
