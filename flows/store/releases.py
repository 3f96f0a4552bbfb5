"""The `releases` dataset: which versions of all datasets belong together."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from flows.store import delta, digest, staging
from flows.store.errors import StoreError
from flows.store.parquet import to_bytes, to_table
from flows.store.place import Place
from flows.store.schema import RELEASES
from schemas.datasets import DATASETS

#: The columns that older tables of releases lack.
_ADDED = ("restores", "retired_at", "erased_documents", "erased_at")


@dataclass(frozen=True, slots=True)
class Release:
    """A published state of all datasets; a dataset that ``versions`` lacks had no table yet.

    ``checksums`` has the SHA-256 of every log file, by its path under the store, that came
    since the release before it. The data files carry theirs in their names. ``restores`` names
    the release that it was rolled back to. One that is retired can no longer be read; of one
    with erased documents everything else can.
    """

    release: str
    published_at: datetime
    editions: tuple[str, ...]
    versions: Mapping[str, int]
    code_version: str
    contract_version: int
    checksums: Mapping[str, str] = field(repr=False)
    restores: str | None = None
    retired_at: datetime | None = None
    erased_documents: int | None = None
    erased_at: datetime | None = None

    def last_log(self, dataset: str) -> int:
        """The newest version of a dataset whose log file has a checksum here, -1 if none."""
        paths = [path for path in self.checksums if path.startswith(f"{dataset}/")]
        return max(map(delta.version_of, paths), default=-1)

    def row(self) -> dict[str, Any]:
        """The release as a row of the dataset."""
        return {
            "release": self.release,
            "published_at": self.published_at,
            "editions": json.dumps(self.editions, ensure_ascii=False),
            "versions": json.dumps(dict(self.versions)),
            "code_version": self.code_version,
            "contract_version": self.contract_version,
            "checksums": json.dumps(dict(self.checksums)),
            **{name: getattr(self, name) for name in _ADDED},
        }

    def to_json(self) -> dict[str, Any]:
        """The release as plain JSON data, without its checksums."""
        facts = {name: getattr(self, name) for name in DATASETS[RELEASES].columns}
        times = {name: at.isoformat() for name, at in facts.items() if isinstance(at, datetime)}
        return {**facts, **times, "editions": list(self.editions), "versions": dict(self.versions)}


def from_row(row: Mapping[str, Any]) -> Release:
    """The release that a row of the dataset is."""
    return Release(
        release=row["release"],
        published_at=row["published_at"],
        editions=tuple(json.loads(row["editions"])),
        versions=json.loads(row["versions"]),
        code_version=row["code_version"],
        contract_version=row["contract_version"],
        checksums=json.loads(row["checksums"]),
        **{name: row.get(name) for name in _ADDED},
    )


def read_all(
    place: Place, table: DeltaTable, without: Collection[str] = frozenset()
) -> list[Release]:
    """Every release, oldest first, but for those in files that are known to be damaged.

    ``without`` has the paths of these files under the store.
    """
    files = {name for name in delta.files(table) if f"{RELEASES}/{name}" not in without}
    rows = delta.to_dataset(place, RELEASES, table, files).to_table().to_pylist()
    return sorted((from_row(row) for row in rows), key=lambda release: release.release)


def read_newest(place: Place, table: DeltaTable) -> Release | None:
    """The newest release, None before the first; reads one file however many there are.

    Raises `StoreError` where that file does not have the release that the log says.
    """
    actions = pa.table(table.get_add_actions(flatten=True))
    if not actions.num_rows:
        return None
    newest = pc.max(actions["max.release"]).as_py()
    whole = delta.to_dataset(place, RELEASES, table)
    rows = whole.to_table(filter=pc.field("release") == newest).to_pylist()
    if len(rows) != 1:
        raise StoreError(f"{RELEASES}: the log is damaged: no one row is release {newest}")
    return from_row(rows[0])


def rewrite(place: Place, run: str, table: DeltaTable, changed: Collection[Release]) -> None:
    """Give rows of the newest version other facts, all in one transaction.

    Raises `ConflictError` where another committer was faster.
    """
    files = delta.files(table)
    old = {file.constants.get("release"): name for name, file in files.items()}
    add: dict[str, delta.File] = {}
    for release in changed:
        data = to_bytes(to_table(RELEASES, [release.row()]))
        name = digest.file_name(RELEASES, digest.of_bytes(data))
        staged = f"{staging.own_folder(run)}/{name}"
        place.write(staged, data)
        place.move(staged, f"{RELEASES}/{name}")
        add[name] = delta.File(data.size, 1, {"release": release.release})
    remove = {old[one.release]: files[old[one.release]] for one in changed}
    if add.keys() != remove.keys():
        delta.replace(table, RELEASES, add=add, remove=remove)
    staging.discard(place, [staging.own_folder(run)])


def next_id(previous: Release | None, now: datetime) -> tuple[str, datetime]:
    """The id and time of the release after ``previous``.

    The id is the time in UTC, so that ids sort as the releases came. Where the clock was
    set back, time goes on by a microsecond from the release before.
    """
    at = now.astimezone(UTC)
    if previous is not None:
        at = max(at, previous.published_at.astimezone(UTC) + timedelta(microseconds=1))
    return at.strftime("%Y%m%dT%H%M%S.%fZ"), at
