"""Delta tables as sets of files, each of which has the rows of one document.

A commit names the files that come and the files that go. Rows of other documents are not
rewritten, the bytes that a worker staged are the bytes that are landed, and what two
versions differ in is seen from their file names. `deltalake.write_deltalake` with a
predicate does none of that.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from flows.store.errors import StoreError
from flows.store.place import Place
from flows.store.schema import table_schema
from schemas.datasets import DATASETS

#: Old releases stay readable: deltalake would drop log entries after 30 days, and others'
#: vacuum would drop the files of old versions after 7.
_CONFIGURATION = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}

#: By which columns a table's files are skipped. deltalake (1.6) would else say of every column
#: that it is at least null where a file has no statistics of it, and whoever filters what it
#: gives Arrow by such a column, as DuckDB does, finds nothing (delta-rs issue 3173).
_COLUMNS_WITH_STATISTICS = "delta.dataSkippingStatsColumns"
_COUNT_WITH_STATISTICS = "delta.dataSkippingNumIndexedCols"

#: A transaction must follow the very version it was made from. deltalake would otherwise
#: put it on top of what another committer wrote meanwhile, and a release would pin a mixture.
_NO_REBASE = CommitProperties(max_commit_retries=0)


class ConflictError(Exception):
    """Another committer was faster; what we know of the tables is out of date."""


#: The columns that have one value in a whole file, for readers to skip files by.
CONSTANTS = ("edition", "document", "release")


@dataclass(frozen=True, slots=True)
class File:
    """A data file of a table: bytes, rows, and the values that all its rows share."""

    size: int
    rows: int
    constants: Mapping[str, str]


def open_table(place: Place, dataset: str, version: int | None = None) -> DeltaTable | None:
    """The table of a dataset at a version (the newest if None); None where there is no table.

    Raises `StoreError` where the table's log cannot be read or lacks the version.
    """
    try:
        return DeltaTable(f"{place.uri}/{dataset}", version=version)
    except TableNotFoundError:
        return None
    except (DeltaError, OSError, ValueError) as error:
        at = "" if version is None else f" at version {version}"
        raise StoreError(f"{dataset}: the table{at} cannot be opened: {error}") from error


def open_pinned(place: Place, dataset: str, version: int | None) -> DeltaTable:
    """The table of a dataset that a release pins; raises `StoreError` where there is none."""
    table = open_table(place, dataset, version)
    if table is None:
        raise StoreError(
            f"{dataset}: releases pin versions of it, but the table is missing. Bring it back, "
            "or land everything in a new folder."
        )
    return table


def open_or_create(place: Place, dataset: str) -> DeltaTable:
    """The newest version of a dataset's table, with the columns of the dictionary.

    Raises `StoreError` where the table has a column that the dictionary lost or retyped.
    """
    table = open_table(place, dataset)
    return create(place, dataset) if table is None else up_to_date(place, dataset, table)


def create(place: Place, dataset: str) -> DeltaTable:
    """A table without rows, where there is none."""
    try:
        if place.is_local:
            place.filesystem.create_dir(place.path(dataset), recursive=True)
        return DeltaTable.create(
            f"{place.uri}/{dataset}", table_schema(dataset), configuration=_properties(dataset)
        )
    except DeltaError as error:
        if open_table(place, dataset) is not None:
            raise ConflictError(dataset) from error
        raise


def _properties(dataset: str) -> dict[str, str]:
    """What Delta is to know of a dataset's table."""
    shared = [name for name in CONSTANTS if name in DATASETS[dataset].fields]
    if not shared:
        return {**_CONFIGURATION, _COUNT_WITH_STATISTICS: "0"}
    return {**_CONFIGURATION, _COLUMNS_WITH_STATISTICS: ",".join(shared)}


def up_to_date(place: Place, dataset: str, table: DeltaTable) -> DeltaTable:
    """The table with the columns that the dictionary gained, and the properties that tables are
    made with now; `StoreError` where the dictionary lost a column."""
    landed = {field.name: field.type for field in table.schema().fields}
    wanted = {field.name: field for field in Schema.from_arrow(table_schema(dataset)).fields}
    lost = sorted(
        name for name, kind in landed.items() if name not in wanted or wanted[name].type != kind
    )
    if lost:
        raise StoreError(
            f"{dataset}: the landed columns {', '.join(lost)} are not as the dictionary has them. "
            "Columns are never dropped or retyped; a new contract version needs a new folder."
        )
    added = [field for name, field in wanted.items() if name not in landed]
    has = table.metadata().configuration
    properties = {name: v for name, v in _properties(dataset).items() if has.get(name) != v}
    if not added and not properties:
        return table
    try:
        if added:
            table.alter.add_columns(added, commit_properties=_NO_REBASE)
        if properties:
            table.alter.set_table_properties(properties, commit_properties=_NO_REBASE)
    except CommitFailedError as error:
        raise ConflictError(dataset) from error
    return DeltaTable(f"{place.uri}/{dataset}")


def files(table: DeltaTable) -> dict[str, File]:
    """The data files of a table's version by name."""
    actions = pa.table(table.get_add_actions(flatten=True))
    shared = {name: f"min.{name}" for name in CONSTANTS if f"min.{name}" in actions.column_names}
    columns = ["path", "size_bytes", "num_records", *shared.values()]
    return {
        row["path"]: File(
            size=row["size_bytes"],
            rows=row["num_records"],
            constants={name: row[column] for name, column in shared.items() if row[column]},
        )
        for row in actions.select(columns).to_pylist()
    }


def replace(
    table: DeltaTable, dataset: str, *, add: Mapping[str, File], remove: Mapping[str, File]
) -> int:
    """Add and remove files in one transaction; returns the version that has them.

    Raises `ConflictError` where the table is no longer at the version that was opened.
    """
    now = time.time_ns() // 1_000_000
    actions: list[AddAction | RemoveAction] = [
        RemoveAction(name, data_change=True, deletion_timestamp=now, size=file.size)
        for name, file in remove.items()
    ]
    actions += [
        AddAction(name, file.size, {}, now, True, json.dumps(_statistics(file)))
        for name, file in add.items()
    ]
    try:
        table.create_write_transaction(
            actions, "append", table_schema(dataset), commit_properties=_NO_REBASE
        )
    except CommitFailedError as error:
        raise ConflictError(dataset) from error
    return table.version() + 1


def _statistics(file: File) -> dict[str, Any]:
    """Delta's statistics, by which readers skip the files of other documents."""
    constants = dict(file.constants)
    return {
        "numRecords": file.rows,
        "minValues": constants,
        "maxValues": constants,
        "nullCount": dict.fromkeys(constants, 0),
    }


def to_dataset(
    place: Place, dataset: str, table: DeltaTable, only: Collection[str] | None = None
) -> ds.FileSystemDataset:
    """A table's version as an Arrow dataset: the same rows come in the same order everywhere.

    ``only`` names the files to read, all of the version if None. What a file is skipped by is
    what all its rows share: deltalake (1.6) would say of every column without statistics that
    it is at least null, by which Arrow skips the file whatever such a column is asked for.
    """
    whole = table.to_pyarrow_dataset(filesystem=place.folder(dataset))
    fragments = [
        whole.format.make_fragment(name, whole.filesystem, _shared(file))
        for name, file in sorted(files(table).items())
        if only is None or name in only
    ]
    return ds.FileSystemDataset(fragments, whole.schema, whole.format, whole.filesystem)


def _shared(file: File) -> pc.Expression:
    """What is true of every row of a file."""
    shared = pc.scalar(True)
    for name, value in file.constants.items():
        shared = shared & (pc.field(name) == value)
    return shared


def log_file(dataset: str, version: int) -> str:
    """The path of a version's log entry."""
    return f"{dataset}/_delta_log/{version:020d}.json"


def checkpoint_file(dataset: str, version: int) -> str:
    """The path of the summary that deltalake may write with a version."""
    return f"{dataset}/_delta_log/{version:020d}.checkpoint.parquet"


def version_of(path: str) -> int:
    """The version that a log entry or summary belongs to."""
    return int(path.rsplit("/", 1)[1].split(".", 1)[0])
