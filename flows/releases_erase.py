"""Erasing a document: from every release, and from raw with all that was kept of it.

Raw goes first: as long as any release has the document, erasing it again finds what is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from extractors.model import DocumentError
from flows import hold, rawstore, recoveries
from flows.rawstore import SIDECAR_SUFFIX, Location, RawStore
from flows.store import Release, Store, Trace


class NotOneError(ValueError):
    """A name that no document ever had, or that different documents have now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes when a document is erased, and what stays beside it, with the reason."""

    store: Store
    traces: tuple[Trace, ...]
    raw: tuple[Location, ...]
    stays: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The plan as plain JSON data."""
        return {
            "documents": [
                {
                    "edition": one.edition,
                    "document": one.document,
                    "sha256s": sorted(one.sha256s),
                    "releases": list(one.releases),
                    "files": len(one.files),
                    "logs": len(one.logs),
                }
                for one in self.traces
            ],
            "raw": [location.url for location in self.raw],
            "stays": dict(self.stays),
        }


def plan(store: Store, raw: str, document: str, edition: str | None = None) -> Plan:
    """What erasing a document takes away. Nothing is written.

    A document that was moved from one edition to another is one document. Raises `NotOneError`,
    `StoreError` where the store cannot be read, OSError where raw cannot.
    """
    traces = _chosen(store, store.traces(document), document, edition)
    mine = {(one.edition, one.document) for one in traces}
    landed = {known.sha256: key for key, known in store.landed().items() if key not in mine}
    sha256s = {sha256 for one in traces for sha256 in one.sha256s}
    if edition is None:  # of a retired release the rows, which say the hash, are gone
        sha256s |= recoveries.kept_of(RawStore(raw), document).keys() - landed.keys()
    found = _Raw(RawStore(raw), document, sha256s, landed)
    return Plan(store, tuple(traces), tuple(found.goes()), dict(found.stays()))


def carry_out(wanted: Plan, code_version: str) -> Release | None:
    """Erase; the release without the document, None where the newest did not have it.

    Raises as `Store.erase` does, and OSError where raw cannot be written.
    """
    for location in wanted.raw:
        with suppress(FileNotFoundError):
            location.filesystem.rm_file(location.path)
    made = wanted.store.erase(wanted.traces, code_version=code_version)
    names = {part for one in wanted.traces for part in (one.edition, one.document)}
    hold.forget(wanted.store, names)
    return made


def _chosen(
    store: Store, traces: Collection[Trace], document: str, edition: str | None
) -> list[Trace]:
    if not traces:
        raise NotOneError(
            f"no release ever had a document {document}; give its name as status does"
        )
    if edition is not None:
        named = [one for one in traces if one.edition == edition]
        if not named:
            listed = ", ".join(one.edition for one in traces)
            raise NotOneError(f"{document} never landed under {edition}; it did under: {listed}")
        return [one for one in traces if one in named or one.sha256s & named[0].sha256s]
    now = {key: known.sha256 for key, known in store.landed().items() if key[1] == document}
    if len(set(now.values())) > 1:
        listed = ", ".join(sorted(key[0] for key in now))
        raise NotOneError(f"{document} is a document of each of {listed}; say --edition")
    return list(traces)


@dataclass(frozen=True, slots=True)
class _Raw:
    """What raw has of a document's bytes; ``landed`` says whose the same bytes are besides."""

    raw: RawStore
    document: str
    sha256s: Collection[str]
    landed: Mapping[str, tuple[str, str]]

    def goes(self) -> Iterator[Location]:
        if not self.raw.location.exists():
            return
        kept = recoveries.kept_of(self.raw, self.document)
        for sha256 in sorted(self.sha256s):
            yield from kept.get(sha256, ())
            if sha256 not in self.landed:
                yield from self._kept(sha256)
        for lying, sha256 in self._lying():
            if sha256 in self.sha256s and not self._is_of_another(lying, sha256):
                yield from _with_sidecar(lying)

    def stays(self) -> Iterator[tuple[str, str]]:
        if not self.raw.location.exists():
            return
        for sha256 in sorted(set(self.sha256s) & self.landed.keys()):
            edition, document = self.landed[sha256]
            where = self.raw.kept(sha256).url
            yield where, f"the same bytes landed as {document} of {edition}"
        for lying, sha256 in self._lying():
            if sha256 not in self.sha256s and lying.name == self.document:
                yield lying.url, "a document of this name with other bytes"

    def _kept(self, sha256: str) -> Iterator[Location]:
        """The kept bytes, their sidecar, and what a process that died left of a copy."""
        kept = self.raw.kept(sha256)
        yield from _with_sidecar(kept)
        for path in sorted(kept.filesystem.glob(f"{kept.path}*.part")):
            yield Location(kept.filesystem, path)

    def _lying(self) -> Iterator[tuple[Location, str]]:
        """The documents that lie in raw as themselves, with the hash of their bytes."""
        for url in rawstore.documents(self.raw.url):
            with suppress(DocumentError):  # what cannot be a document never landed
                file = rawstore.inspect(url)
                yield Location.of(file.url), file.sha256

    def _is_of_another(self, lying: Location, sha256: str) -> bool:
        return sha256 in self.landed and self.landed[sha256][1] == lying.name


def _with_sidecar(location: Location) -> Iterator[Location]:
    return (one for one in (location, location.beside(SIDECAR_SUFFIX)) if one.exists())
