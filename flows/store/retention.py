"""Retention: giving up releases, and the files that no other release needs.

First the releases are marked as retired, in one transaction; then files are removed. Killed in
between, files are left over that nobody needs, and the next retention takes them: whatever no
release needs that can be read goes. Log entries stay, for they are small and say what was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flows.store import delta, releases
from flows.store.commit import Step
from flows.store.place import Place
from flows.store.releases import Release
from flows.store.schema import PINNED, RELEASES

#: On an object store no lock keeps a landing away, and what it has just placed is in no version
#: yet. No landing of ours takes a day.
_FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Retention:
    """What a retention does: the releases given up and kept, and the files that go, with their
    sizes, by path under the store."""

    retired: tuple[Release, ...]
    kept: tuple[Release, ...]
    files: Mapping[str, int]


def chosen(
    known: Sequence[Release],
    pinned: Collection[str],
    now: datetime,
    *,
    keep: int | None,
    days: float | None,
) -> tuple[list[Release], list[Release]]:
    """The releases that go and those that stay, of all that can be read, oldest first.

    The newest one, pinned ones, the last ``keep``, and those of the last ``days`` stay.
    """
    alive = [one for one in known if one.retired_at is None]
    last = {one.release for one in alive[-max(keep or 1, 1) :]}
    since = None if days is None else now - timedelta(days=days)
    stays = [
        one.release in last
        or one.release in pinned
        or (since is not None and one.published_at >= since)
        for one in alive
    ]
    gone = [one for one, stay in zip(alive, stays, strict=True) if not stay]
    return gone, [one for one, stay in zip(alive, stays, strict=True) if stay]


def plan(
    place: Place,
    table: delta.DeltaTable,
    pinned: Collection[str],
    *,
    keep: int | None,
    days: float | None,
) -> Retention:
    """What a retention would do now. Raises `StoreError` where a kept version is lost."""
    now = datetime.now(UTC)
    gone, kept = chosen(releases.read_all(place, table), pinned, now, keep=keep, days=days)
    files = dict(_unneeded(place, table, kept, now))
    return Retention(tuple(gone), tuple(kept), files)


def carry_out(
    place: Place, run: str, table: delta.DeltaTable, wanted: Retention, after_step: Step
) -> None:
    """Mark releases as retired and remove files. Raises `ConflictError` before anything is gone."""
    at = datetime.now(UTC)
    if wanted.retired:
        marked = [replace(one, retired_at=at) for one in wanted.retired]
        releases.rewrite(place, run, table, marked)
    after_step("marked")
    rows = superseded(place, delta.open_pinned(place, RELEASES, None))
    remove(place, {**wanted.files, **dict(_old(place, rows, at))}, after_step)


def remove(place: Place, paths: Iterable[str], after_step: Step) -> None:
    """Remove files, some of which may be gone already."""
    for path in paths:
        if place.size(path) is not None:
            place.filesystem.delete_file(place.path(path))
        after_step(f"removed {path}")


def superseded(place: Place, table: delta.DeltaTable) -> dict[str, int]:
    """The files of `releases` that its newest version lacks: rows that were written anew."""
    return dict(_others(place, RELEASES, delta.files(table).keys()))


def _unneeded(
    place: Place, table: delta.DeltaTable, kept: Sequence[Release], now: datetime
) -> Iterator[tuple[str, int]]:
    yield from _old(place, superseded(place, table), now)
    for dataset in PINNED:
        versions = {one.versions[dataset] for one in kept if dataset in one.versions}
        needed: set[str] = set()
        for version in versions:
            needed |= delta.files(delta.open_pinned(place, dataset, version)).keys()
        newest = delta.open_table(place, dataset)
        if newest is not None:
            needed |= delta.files(newest).keys()
        yield from _old(place, dict(_others(place, dataset, needed)), now)


def _others(place: Place, dataset: str, needed: Collection[str]) -> Iterator[tuple[str, int]]:
    for info in place.entries(dataset):
        if info.is_file and info.extension == "parquet" and info.base_name not in needed:
            yield f"{dataset}/{info.base_name}", info.size


def _old(place: Place, files: Mapping[str, int], now: datetime) -> Iterator[tuple[str, int]]:
    for path, size in sorted(files.items()):
        changed = place.filesystem.get_file_info(place.path(path)).mtime
        if place.is_local or (changed is not None and now - changed > _FRESH):
            yield path, size
