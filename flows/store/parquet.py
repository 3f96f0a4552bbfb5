"""Rows to Arrow tables, and Arrow tables to the bytes of Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.store.errors import StoreError
from flows.store.schema import file_schema
from schemas.datasets import DATASETS


def to_table(dataset: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The rows as a table of the dataset's schema; a column that a row lacks is null.

    Raises `StoreError` for a column that the dataset does not have, a value that is not of
    the column's type, or a null in a column that is required.
    """
    schema = file_schema(dataset)
    unknown = {column for row in rows for column in row} - set(schema.names)
    if unknown:
        raise StoreError(f"{dataset}: no such columns: {', '.join(sorted(unknown))}")
    arrays = [_column(dataset, field, [row.get(field.name) for row in rows]) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _column(dataset: str, field: pa.Field, values: list[Any]) -> pa.Array:
    try:
        array = pa.array(values, field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise StoreError(f"{dataset}.{field.name} is {field.type}: {error}") from error
    if array.null_count and field.name in DATASETS[dataset].required:
        row = values.index(None) + 1
        raise StoreError(f"{dataset}.{field.name} is required, and null in row {row}")
    return array


def to_bytes(table: pa.Table) -> pa.Buffer:
    """The table as a Parquet file: the same table gives the same bytes.

    Page checksums let readers that know nothing of ours notice damage too.
    """
    stream = pa.BufferOutputStream()
    pq.write_table(table, stream, compression="zstd", write_page_checksum=True)
    return stream.getvalue()


def merge_by_key(tables: Iterable[pa.Table], dataset: str) -> pa.Table:
    """The rows of all tables, one for each key (that of the last table), in key order."""
    key = DATASETS[dataset].key
    rows = {
        tuple(row[column] for column in key): row for table in tables for row in table.to_pylist()
    }
    ordered = sorted(rows.items(), key=lambda item: [(v is not None, v) for v in item[0]])
    return to_table(dataset, [row for _, row in ordered])
