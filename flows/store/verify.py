"""Whether the files that a release speaks of are there, and are what was landed.

The name of a data file says the checksum of its bytes, the log says the names, and the
releases say the checksums of the logs: one flipped byte shows, and the file is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from flows.store import delta, digest, erase
from flows.store.delta import File
from flows.store.errors import StoreError
from flows.store.place import Place
from flows.store.releases import Release, read_all
from flows.store.schema import RELEASES


@dataclass(frozen=True, slots=True)
class Damage:
    """A file, by its path under the store, that is missing or not as it was landed.

    ``edition`` and ``document`` say whose rows the file has, where it is a document's:
    landing the same bytes of that document again repairs the file.
    """

    dataset: str
    path: str
    reason: str
    edition: str | None = None
    document: str | None = None


def damages(place: Place, release: str | None = None) -> list[Damage]:
    """Every damaged file of a release (the newest if None), each read once and in full.

    Where the `releases` themselves are damaged, only that is reported: what they pin is not
    known then.
    """
    if erase.is_unfinished(place):
        reason = "an erasing was interrupted; the next landing, or erasing again, finishes it"
        return [Damage(RELEASES, erase.JOURNAL, reason)]
    try:
        table = delta.open_table(place, RELEASES)
    except StoreError as error:
        return _unreadable_logs(place) or [Damage(RELEASES, f"{RELEASES}/_delta_log", str(error))]
    if table is None:
        return []
    files = delta.files(table)
    found = list(_damaged_data(place, RELEASES, files))
    known = read_all(place, table, without={damage.path for damage in found})
    checksums = {path: sha256 for one in known for path, sha256 in one.checksums.items()}
    found += _damaged_logs(place, RELEASES, checksums)
    return found or _misnamed(files, known) or list(_damages_of(place, release, known, checksums))


def _damages_of(
    place: Place, release: str | None, known: Sequence[Release], checksums: Mapping[str, str]
) -> Iterator[Damage]:
    wanted = [one for one in known if release in (None, one.release)][-1:]
    for one in wanted:
        if one.retired_at is not None:
            said = f"release {one.release} was retired on {one.retired_at:%Y-%m-%d}"
            yield Damage(RELEASES, RELEASES, f"{said}; its files are not kept")
            continue
        for dataset, version in one.versions.items():
            logs = list(_damaged_logs(place, dataset, checksums, version))
            yield from logs
            yield from _damaged_table(place, dataset, version, log_is_damaged=bool(logs))
    if release is not None and not wanted:
        yield Damage(RELEASES, RELEASES, f"no release {release}")


def _misnamed(files: Mapping[str, File], known: Sequence[Release]) -> list[Damage]:
    """The log says which release is in which file, and readers find the newest by that."""
    if {file.constants.get("release") for file in files.values()} == {r.release for r in known}:
        return []
    return [Damage(RELEASES, f"{RELEASES}/_delta_log", "the log names other releases")]


def _unreadable_logs(place: Place) -> list[Damage]:
    """The log files of `releases` that are no JSON; no checksums are at hand to tell them by."""
    found = []
    for info in place.entries(f"{RELEASES}/_delta_log"):
        path = f"{RELEASES}/_delta_log/{info.base_name}"
        if info.extension == "json":
            try:
                for line in place.read(path).decode().splitlines():
                    json.loads(line)
            except ValueError as error:
                found.append(Damage(RELEASES, path, f"the log file cannot be read: {error}"))
    return found


def _damaged_logs(
    place: Place, dataset: str, checksums: Mapping[str, str], newest: int | None = None
) -> Iterator[Damage]:
    for path, sha256 in checksums.items():
        if path.startswith(f"{dataset}/") and (newest is None or delta.version_of(path) <= newest):
            yield from _damaged(place, dataset, path, sha256)


def _damaged_table(
    place: Place, dataset: str, version: int, *, log_is_damaged: bool
) -> Iterator[Damage]:
    try:
        table = delta.open_table(place, dataset, version)
        reason = f"the table is missing, of which version {version} is pinned"
    except StoreError as error:
        table, reason = None, str(error)
    if table is not None:
        yield from _damaged_data(place, dataset, delta.files(table))
    elif not log_is_damaged:
        yield Damage(dataset, f"{dataset}/_delta_log", reason)


def _damaged_data(place: Place, dataset: str, files: Mapping[str, File]) -> Iterator[Damage]:
    for name, file in sorted(files.items()):
        path = f"{dataset}/{name}"
        for damage in _damaged(place, dataset, path, digest.sha256(name), file.size):
            edition, document = file.constants.get("edition"), file.constants.get("document")
            yield replace(damage, edition=edition, document=document)


def _damaged(
    place: Place, dataset: str, path: str, sha256: str, size: int | None = None
) -> Iterator[Damage]:
    found = place.size(path)
    if found is None:
        yield Damage(dataset, path, "the file is missing")
        return
    if size is not None and found != size:
        yield Damage(dataset, path, f"the file has {found} bytes, not {size}")
        return
    try:
        actual = digest.of_file(place, path)
    except (OSError, pa.ArrowException) as error:
        yield Damage(dataset, path, f"the file cannot be read: {error}")
        return
    if actual != sha256:
        yield Damage(dataset, path, f"the checksum is {actual[:12]}…, not {sha256[:12]}…")
