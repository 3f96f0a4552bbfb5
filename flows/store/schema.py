"""The Arrow schemas of the datasets, as they are landed."""

from __future__ import annotations

import pyarrow as pa

from schemas.datasets import DATASETS, arrow_schema

#: The dataset that pins the versions of all others; it is written last.
RELEASES = "releases"

#: The dataset whose rows belong to no document: they are merged by key, never removed.
ENTITIES = "entities"

#: Every dataset that a release pins, in the order in which they are landed.
PINNED: tuple[str, ...] = tuple(name for name in DATASETS if name != RELEASES)

_CHECKSUMS = pa.field(
    "checksums",
    pa.string(),
    metadata={"meaning": "JSON: the SHA-256 of every log file that the release added, by path."},
)


def table_schema(name: str) -> pa.Schema:
    """The schema of a dataset's Delta table, with the meaning of every column.

    No column is declared as never null: what is required is checked when rows are staged,
    and a column that stops to be required must not make older versions unreadable.
    """
    schema = arrow_schema(name)
    if name == RELEASES and _CHECKSUMS.name not in schema.names:
        schema = schema.append(_CHECKSUMS)
    return pa.schema([field.with_nullable(True) for field in schema])


def file_schema(name: str) -> pa.Schema:
    """The schema of a dataset's Parquet files: without meanings, so that a better wording
    of one does not change the bytes of rows that stayed the same."""
    return pa.schema([field.remove_metadata() for field in table_schema(name)])
