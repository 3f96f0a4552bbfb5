"""The steps of a document from where it lies to a release, in their order.

`prepare` finds, names and hashes it; `work` extracts, checks and stages it in a child
process; `land` commits what a batch staged, once. Each takes only what the one before gave.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from extractors.areas import Register
from extractors.model import DocumentError, Extraction
from extractors.onboarding import suggestions, to_yaml
from extractors.pipeline import extract_from
from extractors.records import EditionContext, Records, records
from extractors.source import Reading
from flows import editions, hold, rawstore, runtime
from flows.changes import Changes, compare, landed_rows
from flows.corrections import correction_rows
from flows.editions import Sidecar
from flows.outcome import Outcome, Report
from flows.rawstore import Location, RawFile, RawStore
from flows.recoveries import Recoveries
from flows.store import DocumentKey, Landed, OvertakenError, Release, Staged, Store, StoreError
from schemas.vocabulary import Vocabulary

if TYPE_CHECKING:
    from flows.checks import Checked

__all__ = ["Batch", "Job", "Outcome", "Report", "failed", "land", "prepare", "work"]


@dataclass(frozen=True, slots=True)
class Batch:
    """What all documents of a call have in common.

    ``landed`` is what the newest release has, by document and then edition. ``revision`` is
    the declared one. ``again`` lands also what is unchanged, which mends damaged files, and
    ``accept`` what would be held.
    """

    raw: RawStore
    store: Store
    landed: Mapping[str, Mapping[str, Landed]]
    revision: int | None = None
    dry_run: bool = False
    again: bool = False
    accept: bool = False

    @classmethod
    def open(
        cls,
        raw: str,
        curated: str,
        *,
        revision: int | None = None,
        dry_run: bool = False,
        again: bool = False,
        accept: bool = False,
    ) -> Batch:
        """A batch on the newest release. Raises `StoreError` where that cannot be read."""
        store = Store(curated)
        landed: dict[str, dict[str, Landed]] = {}
        for (edition, document), known in store.landed().items():
            landed.setdefault(document, {})[edition] = known
        return cls(RawStore(raw), store, landed, revision, dry_run, again, accept)


@dataclass(frozen=True, slots=True)
class Job:
    """A document that is to be extracted, as it goes to a child process.

    ``landed`` is what the store has under its name, by edition: which one it is of is known
    only once it is read, where no sidecar says so. ``derived`` is where the sidecar goes then,
    and ``said_in`` the one that counts. ``code_version`` is that of the process that commits:
    a release is of one code. A job that ``replays`` lands nothing where nothing changed;
    one that is ``judged`` may be held.
    """

    file: RawFile
    url: str
    sidecar: Sidecar | None
    derived: str | None
    said_in: str
    recoveries: Recoveries
    store: Store
    landed: Mapping[str, Landed]
    revision: int | None
    dry_run: bool
    again: bool
    code_version: str
    replays: bool = False
    judged: bool = False

    def with_readers(self, count: int) -> Job:
        """The job with a number of processes that read its pages."""
        return replace(self, recoveries=replace(self.recoveries, reading=Reading(count)))


def prepare(url: str, batch: Batch) -> Job | Outcome:
    """Find a document, keep its bytes and read its sidecar; an outcome where that settles it."""
    file: RawFile | None = None
    try:
        file = rawstore.inspect(url)
        kept = file if batch.dry_run else batch.raw.keep(file)
        sidecar, said_in = sidecar_of(file, batch)
        job = Job(
            file=kept,
            url=file.url,
            sidecar=sidecar,
            derived=None if sidecar is not None else said_in.url,
            said_in=said_in.url,
            recoveries=Recoveries(batch.raw, writes=not batch.dry_run, fresh=batch.again),
            store=batch.store,
            landed=batch.landed.get(file.name, {}),
            revision=batch.revision or (sidecar or {}).get("revision"),
            dry_run=batch.dry_run,
            again=batch.again,
            code_version=runtime.code_version(),
            judged=bool(batch.landed) and not batch.accept,
        )
        return unchanged(job, sidecar) or job if sidecar else job
    except DocumentError as error:
        return _refused(error, url, file)
    except OSError as error:
        return _failed(rawstore.printable(url), file, f"raw cannot be used: {error}", "raw")


def sidecar_of(file: RawFile, batch: Batch) -> tuple[Sidecar | None, Location]:
    """The sidecar beside the document, or the one that is kept with its bytes; and where."""
    beside = Location.of(file.url).beside(rawstore.SIDECAR_SUFFIX)
    kept = batch.raw.kept(file.sha256).beside(rawstore.SIDECAR_SUFFIX)
    sidecar = editions.read_sidecar(beside, file.name)
    if sidecar is None:
        sidecar = editions.read_sidecar(kept, file.name)
        if sidecar is not None:
            editions.check_sidecar(sidecar, file)
        return sidecar, kept if sidecar is not None else batch.raw.sidecar(file)
    editions.check_sidecar(sidecar, file)
    if not batch.dry_run and not batch.raw.holds(file):
        kept.write(editions.to_yaml(sidecar), mode=0o600)
    return sidecar, beside


def revision_of(landed: Landed | None, file: RawFile, declared: int | None) -> int:
    """The revision that a document lands as. Raises `DocumentError` where none is declared
    for other bytes than those landed."""
    if landed is None:
        return declared or 1
    if landed.sha256 == file.sha256:
        return max(declared or 1, landed.revision)
    if declared is not None and declared > landed.revision:
        return declared
    said = f"revision {declared} was declared" if declared else "no revision was declared"
    raise DocumentError(
        file.name,
        f"its bytes (sha256 {file.sha256[:12]}…) are not those landed as revision "
        f"{landed.revision} ({landed.sha256[:12]}…), and {said}; declare --revision "
        f"{landed.revision + 1}, or in the sidecar",
        code="revision",
    )


def unchanged(job: Job, sidecar: Sidecar) -> Outcome | None:
    """The outcome of a document that landed from the same bytes, facts and code.

    Raises `DocumentError` where other bytes landed and no revision is declared.
    """
    edition = editions.edition_of(sidecar)
    landed = job.landed.get(edition) if edition else None
    revision = revision_of(landed, job.file, job.revision)
    if landed is None or job.again or not _is_current(job, sidecar, landed, revision):
        return None
    return Outcome(
        document=job.file.name,
        url=job.url,
        state="unchanged",
        edition=edition,
        sha256=job.file.sha256,
        revision=revision,
    )


def _is_current(job: Job, sidecar: Sidecar, landed: Landed, revision: int) -> bool:
    """Whether a document landed from the same bytes, facts and code."""
    stamps = (job.file.sha256, runtime.vocabulary_hash(sidecar), job.code_version, revision)
    return stamps == (
        landed.sha256,
        landed.vocabulary_hash,
        landed.code_version,
        landed.revision,
    )


def work(job: Job) -> Outcome:
    """Extract, check and stage one document; in any process, and whatever it holds."""
    started = time.perf_counter()
    try:
        outcome = _work(job)
    except DocumentError as error:
        outcome = _refused(error, job.url, job.file)
    except (StoreError, OSError) as error:
        outcome = _failed(job.url, job.file, f"it could not be staged: {error}", "not-staged")
    except MemoryError:
        outcome = _failed(job.url, job.file, "it needs more memory than there is", "memory")
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename.rsplit('/', 1)[-1]}:{place.lineno}"
        # The error's own text may hold what the document says, which may be withheld.
        logging.getLogger(runtime.LOGGER).debug("%s", job.file.name, exc_info=True)
        said = f"a fault of this program: {type(error).__name__} at {where}"
        outcome = _failed(job.url, job.file, said, "fault")
    return replace(outcome, seconds=round(time.perf_counter() - started, 3))


def _work(job: Job) -> Outcome:
    vocabulary = Vocabulary.load((job.sidecar or {}).get("vocabulary"))
    is_name = _register().is_name
    read = job.recoveries.reader(job.file, vocabulary, is_name)
    extraction = extract_from(read, vocabulary, is_name)
    sidecar = _named(job, extraction)
    if settled := unchanged(job, sidecar):
        return settled
    context = _context(job, sidecar)
    found = records(extraction, context, _register())
    found["corrections"] = correction_rows(found, sidecar.get("corrections"), context.document)
    checked = _checked(found, job, sidecar)
    words = to_yaml(suggestions(extraction, vocabulary))
    outcome = Outcome(
        document=job.file.name,
        url=job.url,
        state="refused" if checked.refused else "checked",
        reasons=tuple(reason.message for reason in checked.refused),
        code=checked.refused[0].check if checked.refused else None,
        edition=context.edition,
        sha256=job.file.sha256,
        revision=int(context.sidecar["revision"]),
        tables=len(extraction.tables),
        rows={name: len(found) for name, found in checked.records.items() if found},
        findings=_severities(checked.records),
        lines=dict(sorted(Counter(extraction.labels).items())),
        withheld=dict(extraction.withheld),
        sidecar=job.derived,
        vocabulary=words or None,
        vocabulary_sidecar=job.said_in if words else None,
        changes=_changes(job, context, checked.records),
        moved_from=_moved_from(job, context.edition),
        pages_not_read=tuple(extraction.pages_not_read),
        profile=hold.profile(checked.records) if _is_judged(job, context.edition) else None,
    )
    if checked.refused:
        return outcome
    if _is_idle(job, sidecar, outcome):
        return replace(outcome, state="unchanged")
    if job.dry_run:
        return outcome
    if job.derived:
        Location.of(job.derived).write(editions.to_yaml(sidecar), mode=0o600)
    landed = job.landed.get(context.edition)
    key = DocumentKey(
        context.edition,
        context.document,
        job.file.sha256,
        revision=outcome.revision,
        replaces=landed.sha256 if landed else None,
        moved_from=outcome.moved_from,
    )
    filled = {name: found for name, found in checked.records.items() if found}
    return replace(outcome, staged=job.store.stage(filled, key))


def _moved_from(job: Job, edition: str) -> tuple[str, ...]:
    """The other editions under which the same bytes have landed by the same file name."""
    same = (name for name, known in job.landed.items() if known.sha256 == job.file.sha256)
    return tuple(sorted(name for name in same if name != edition))


def _is_judged(job: Job, edition: str) -> bool:
    """Whether these bytes are new: what has landed, here or under another edition, stays."""
    landed = job.landed.get(edition)
    is_same = landed is not None and landed.sha256 == job.file.sha256
    return job.judged and not is_same and not _moved_from(job, edition)


def _changes(job: Job, context: EditionContext, rows: Records) -> Changes | None:
    if context.edition not in job.landed:
        return None
    return compare(landed_rows(job.store, context.edition, context.document), rows)


def _is_idle(job: Job, sidecar: Sidecar, outcome: Outcome) -> bool:
    """Whether a replay came to what has landed, by what it has landed."""
    landed = job.landed.get(str(outcome.edition))
    return (
        job.replays
        and landed is not None
        and not outcome.changes
        and _is_current(job, sidecar, landed, int(outcome.revision or 1))
    )


def _named(job: Job, extraction: Extraction) -> Sidecar:
    """A sidecar that names the edition: as given, completed or derived from the document."""
    if job.sidecar is None:
        return editions.derive(extraction.document, job.file, job.revision or 1)
    if editions.edition_of(job.sidecar) is None:
        return editions.completed(job.sidecar, extraction.document, job.file)
    return job.sidecar


def _context(job: Job, sidecar: Sidecar) -> EditionContext:
    landed = job.landed.get(str(editions.edition_of(sidecar)))
    revision = revision_of(landed, job.file, job.revision)
    return editions.context(sidecar, job.file.name, revision)


def _checked(rows: Records, job: Job, sidecar: Sidecar) -> Checked:
    """What the gate says of the rows, stamped with what they were made by."""
    from flows.checks import check, outcome_rows  # Great Expectations: 2.7 s and 265 MB

    for row in rows["documents"]:
        row["vocabulary_hash"] = runtime.vocabulary_hash(sidecar)
        row["code_version"] = job.code_version
    checked = check(rows)
    if checked.records:
        checked.records["expectations"] = outcome_rows(checked)
    return checked


def _severities(rows: Records) -> dict[str, int]:
    counted = Counter(str(row["severity"]) for row in rows.get("findings", ()))
    return {name: counted[name] for name in ("error", "warning", "info") if counted[name]}


@cache
def _register() -> Register:
    return Register.load()


def land(outcomes: Sequence[Outcome], batch: Batch) -> tuple[list[Outcome], str | None]:
    """Commit what a batch staged as one release; the outcomes as they are then, and its id.

    Of one document given twice the first lands. One of which other bytes landed meanwhile is
    refused.
    """
    settled = _without_exchanges(_without_doubles(outcomes))
    try:
        settled = _without_held(settled, batch)
    except (StoreError, OSError) as error:
        return [_not_landed(one, error) if one.staged else one for one in settled], None
    staged = [one.staged for one in settled if one.staged]
    doubles = [one.staged for one in outcomes if one.staged and one.staged not in staged]
    if batch.dry_run:
        return settled, None
    batch.store.discard(doubles)
    try:
        release, overtaken = _committed(staged, batch.store)
    except (StoreError, OSError) as error:
        return [_not_landed(one, error) if one.staged else one for one in settled], None
    landed = [_landed(one, overtaken) if one.staged else one for one in settled]
    hold.clear(batch.store, [_key(one) for one in landed if one.state == "landed"])
    _warn_of_copies(landed, batch)
    return landed, release.release if release else None


def _committed(
    staged: Sequence[Staged], store: Store
) -> tuple[Release | None, dict[tuple[str, str], str]]:
    """The release of what may land, and why others may not, by edition and document."""
    try:
        return store.commit(staged, code_version=runtime.code_version()), {}
    except OvertakenError as error:
        late = [one for one in staged if (one.edition, one.document) in error.reasons]
        store.discard(late)
        release, more = _committed([one for one in staged if one not in late], store)
        return release, {**error.reasons, **more}


def _landed(one: Outcome, overtaken: Mapping[tuple[str, str], str]) -> Outcome:
    reason = overtaken.get((str(one.edition), one.document))
    if reason is None:
        return replace(one, state="landed", staged=None)
    return replace(one, state="refused", reasons=(reason,), code="revision", staged=None)


def _warn_of_copies(outcomes: Sequence[Outcome], batch: Batch) -> None:
    """Say in the log where the bytes of a landed document lie under another file name too."""
    new = [one for one in outcomes if one.state == "landed"]
    names: dict[str | None, set[str]] = {}
    for document, known in batch.landed.items():
        for landed in known.values():
            names.setdefault(landed.sha256, set()).add(document)
    for one in new:
        names.setdefault(one.sha256, set()).add(one.document)
    for one in new:
        for other in sorted(names[one.sha256] - {one.document}):
            said = "%s: the same bytes have landed as %s too; both stay"
            name, copy = rawstore.printable(one.document), rawstore.printable(other)
            logging.getLogger(runtime.LOGGER).warning(said, name, copy)


def _not_landed(one: Outcome, error: Exception) -> Outcome:
    reasons = (f"it was not landed: {error}",)
    return replace(one, state="failed", reasons=reasons, code="not-landed", staged=None)


def _without_doubles(outcomes: Iterable[Outcome]) -> list[Outcome]:
    first: dict[tuple[str | None, str], Outcome] = {}
    settled = []
    for one in outcomes:
        if one.state == "checked":
            before = first.setdefault((one.edition, one.document), one)
            one = one if before is one else _double(one, before)
        settled.append(one)
    return settled


def _without_exchanges(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """A document that is given for several editions at once stays in all of them."""
    given = {(one.edition, one.document) for one in outcomes if one.state == "checked"}
    return [
        replace(one, moved_from=tuple(e for e in one.moved_from if (e, one.document) not in given))
        for one in outcomes
    ]


def _without_held(outcomes: Sequence[Outcome], batch: Batch) -> list[Outcome]:
    """The outcomes with those held that are all too different from the edition before; they
    are listed as held until they land."""
    coming = {
        _key(one): hold.Candidate(
            edition=str(one.edition),
            document=one.document,
            sha256=str(one.sha256),
            url=one.url,
            profile=one.profile,
            revises=one.edition in batch.landed.get(one.document, {}),
        )
        for one in outcomes
        if one.state == "checked" and one.profile is not None
    }
    held = hold.judge(list(coming.values()), batch.store)
    if not batch.dry_run:
        hold.note(batch.store, [(coming[key], verdict) for key, verdict in held.items()])
    return [
        replace(one, state="held", reasons=held[key].reasons, code=held[key].code, staged=None)
        if (key := _key(one)) in held and one.state == "checked"
        else one
        for one in outcomes
    ]


def _key(one: Outcome) -> hold.Key:
    return str(one.edition), one.document


def _double(one: Outcome, first: Outcome) -> Outcome:
    if one.sha256 == first.sha256:
        return replace(one, state="unchanged", staged=None)
    error = DocumentError(
        one.document,
        f"{first.url} is the same document of {one.edition} with other bytes; give one of "
        "them, or another edition in its sidecar",
        code="double",
    )
    refused = _refused(error, one.url, None)
    return replace(refused, edition=one.edition, sha256=one.sha256)


def _refused(error: DocumentError, url: str, file: RawFile | None) -> Outcome:
    return Outcome(
        document=error.document,
        url=rawstore.printable(url),
        state="refused",
        reasons=(error.reason,),
        code=error.code,
        line=error.line,
        page=error.page,
        sha256=file.sha256 if file else None,
    )


def failed(job: Job, error: Exception) -> Outcome:
    """The outcome of a document whose worker gave no answer."""
    return _failed(job.url, job.file, str(error), "worker-died")


def _failed(url: str, file: RawFile | None, reason: str, code: str) -> Outcome:
    return Outcome(
        document=file.name if file else url,
        url=url,
        state="failed",
        reasons=(reason,),
        code=code,
        sha256=file.sha256 if file else None,
    )
