"""Other readers of the landed tables, as the README shows them: DuckDB and Polars."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest
from deltalake import DeltaTable
from store_rows import EDITION, land, sha_of

from flows.store import Store
from flows.store.schema import PINNED, table_schema


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two releases. Polars (2.1) finds no file under a folder whose name is not ASCII."""
    store = Store(tmp_path / "curated")
    land(store, ("a.txt", "one"), ("b.txt", "two"))
    land(store, ("b.txt", "three"))
    return store


def pinned(store: Store, dataset: str) -> DeltaTable:
    """A table at the version that the newest release pins, found without our code."""
    rows = DeltaTable(f"{store.url}/releases").to_pyarrow_table().to_pylist()
    newest = max(rows, key=lambda row: row["release"])
    return DeltaTable(f"{store.url}/{dataset}", version=json.loads(newest["versions"])[dataset])


@pytest.mark.parametrize("dataset", PINNED)
def test_any_column_finds_its_rows_in_whatever_way_they_are_read(
    store: Store, dataset: str
) -> None:
    """A reader that skips files by statistics that are not there finds nothing."""
    by_deltalake = pinned(store, dataset).to_pyarrow_dataset()
    rows = store.read(dataset).to_pylist()
    path, version = f"{store.url}/{dataset}", pinned(store, dataset).version()
    by_polars = pl.scan_delta(path, version=version)
    assert by_polars.collect().height == len(rows)
    for column, value in rows[-1].items():
        expected = sum(row[column] == value for row in rows) if value is not None else 0
        for reader in (by_deltalake, store.dataset(dataset)):
            found = reader.to_table(filter=pc.field(column) == value) if expected else []
            assert len(found) == expected, column
        assert _by_duckdb(by_deltalake, column, value) == expected, column
        assert by_polars.filter(pl.col(column) == value).collect().height == expected, column
        blanks = sum(row[column] is None for row in rows)
        assert by_polars.filter(pl.col(column).is_null()).collect().height == blanks
        assert by_deltalake.to_table(filter=pc.field(column).is_null()).num_rows == blanks


def _by_duckdb(table: ds.Dataset, column: str, value: object) -> int:
    with duckdb.connect() as connection:
        connection.register("rows", table)
        query = f'SELECT count(*) FROM rows WHERE "{column}" = ?'
        [(count,)] = connection.execute(query, [value]).fetchall()
        return int(count)


def test_a_release_is_joined_in_duckdb(store: Store) -> None:
    with duckdb.connect() as connection:
        for name in ("documents", "cells"):
            connection.register(name, pinned(store, name).to_pyarrow_dataset())
        found = connection.execute(
            "SELECT document, documents.document_sha256, count(*) FROM cells "
            "JOIN documents USING (edition, document) WHERE edition = ? GROUP BY ALL ORDER BY ALL",
            [EDITION],
        ).fetchall()
    assert found == [("a.txt", sha_of("one"), 4), ("b.txt", sha_of("three"), 4)]


def test_tables_of_before_are_brought_up_to_date(tmp_path: Path) -> None:
    """A store that was made without the property gets it with the next landing."""
    store = Store(tmp_path / "curated")
    Path(store.url).mkdir()
    for dataset in PINNED:
        DeltaTable.create(f"{store.url}/{dataset}", table_schema(dataset))
    land(store, ("a.txt", "one"))
    found = pinned(store, "cells").to_pyarrow_dataset()
    assert found.to_table(filter=pc.field("row_number") == 2).num_rows == 1
    assert store.verify() == []
