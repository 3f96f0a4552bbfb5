"""A release in a real PostgreSQL: what is there, who sees what when, and what fails."""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest

from flows.export import postgres
from flows.export.errors import ExportError
from flows.export.postgres import DatabaseError
from flows.export.selection import Selection
from flows.store import DocumentKey, Release, Store
from flows.store.schema import PINNED
from schemas.datasets import DATASETS, arrow_schema
from tests.postgres import PASSWORD, QUOTED_PASSWORD

EDITION = "publisher-series-2020"

#: Texts that break a careless writer of CSV: its own signs, the end mark of COPY, null's looks.
HOSTILE = [
    '"',
    "a\n\\.\nb",
    "\\.",
    "\\N",
    "NULL",
    "",
    ",",
    "\r\n",
    "'; DROP TABLE x; --",
    "汉字 𠀀",
]


def rows_of(document: str, text: str, rows: int = 3) -> dict[str, list[dict[str, Any]]]:
    """Rows for every dataset whose references hold."""
    return {
        name: [
            _row(name, number, document, text)
            for number in range(1, 2 if name == "documents" else rows + 1)
        ]
        for name in PINNED
    }


_SHARED = {"table_id": "table-1", "indicator": "indicator-1", "ref_area": "CN440300"}
_KEYS = {"tables": "table_id", "indicators": "indicator", "entities": "ref_area"}


def _row(dataset: str, number: int, document: str, text: str) -> dict[str, Any]:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    known: dict[str, Any] = {"edition": EDITION, "document": document, "document_sha256": sha256}
    known |= {name: value for name, value in _SHARED.items() if _KEYS.get(dataset) != name}
    known |= {"finding_id": f"{document}-{number}", "licence": None}
    if dataset in _KEYS:
        known[_KEYS[dataset]] = f"{_SHARED[_KEYS[dataset]][:-1]}{number}"
    if dataset == "entities" and number == 1:
        known["ref_area"] = "CN440300"
    fields = DATASETS[dataset].fields
    values = {pa.string(): f"{text}-{number}", pa.int64(): number, pa.float64(): number / 3}
    return {
        field.name: known.get(field.name, values.get(field.type))
        if fields[field.name].type != "json" or field.name in known
        else f'{{"k": ["{number}"]}}'
        for field in arrow_schema(dataset)
    }


def land(store: Store, document: str, text: str, rows: int = 3, **changed: Any) -> Release:
    """Land a document; ``changed`` has rows of datasets in place of the made ones."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    records = rows_of(document, text, rows) | changed
    staged = store.stage(records, DocumentKey(EDITION, document, sha256))
    release = store.commit([staged], code_version="1")
    assert release is not None
    return release


def load(store: Store, url: str, release: Release | None = None, **options: Any) -> dict[str, Any]:
    named = release.release if release else None
    return postgres.load(Selection.of(store, named), url, **options)


def query(url: str, text: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(text).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "curated")


def test_every_value_comes_back(store: Store, database: str) -> None:
    land(store, "a.txt", "one")
    load(store, database)
    for name in DATASETS:
        wanted = Selection.of(store).table(name, DATASETS[name].columns)
        with psycopg.connect(database) as connection:
            found = connection.execute(f"SELECT * FROM rankbook.{name}").fetchall()
        fields = DATASETS[name].fields
        expected = [
            tuple(
                _as_json(value) if fields[column].type == "json" else value
                for column, value in row.items()
            )
            for row in wanted.to_pylist()
        ]
        assert sorted(found, key=repr) == sorted(expected, key=repr), name


def _as_json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def test_hostile_texts_come_back(store: Store, database: str) -> None:
    cells = rows_of("a.txt", "one", rows=len(HOSTILE))["cells"]
    for row, text in zip(cells, HOSTILE, strict=True):
        row["value_printed"], row["value_filled"] = text, None
    land(store, "a.txt", "one", cells=cells)
    load(store, database)
    found = query(
        database, "SELECT value_printed, value_filled FROM rankbook.cells ORDER BY row_number"
    )
    assert found == [(text, None) for text in HOSTILE]


def test_keys_references_and_comments_are_the_dictionarys(store: Store, database: str) -> None:
    land(store, "a.txt", "one")
    load(store, database)
    constraints = query(
        database,
        "SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE connamespace = 'rankbook'::regnamespace",
    )
    keys = {table: text for table, kind, text in constraints if kind in "pu"}
    assert keys.keys() == {f"rankbook.{name}" for name in DATASETS}
    assert keys["rankbook.cells"] == (
        "PRIMARY KEY (edition, document, table_id, row_number, column_number)"
    )
    assert keys["rankbook.entities"] == "UNIQUE NULLS NOT DISTINCT (ref_area, valid_from)"
    assert (
        "rankbook.observations",
        "f",
        (
            "FOREIGN KEY (edition, document, indicator) "
            "REFERENCES rankbook.indicators(edition, document, indicator)"
        ),
    ) in constraints
    [(table, column)] = query(
        database,
        "SELECT obj_description('rankbook.cells'::regclass), "
        "col_description('rankbook.observations'::regclass, (SELECT attnum FROM pg_attribute "
        "WHERE attrelid = 'rankbook.observations'::regclass AND attname = 'obs_value'))",
    )
    assert table == "One row: a printed cell."
    field = DATASETS["observations"].fields["obs_value"]
    assert column.startswith(field.meaning) and field.label in column
    types = dict(
        query(
            database,
            "SELECT column_name, data_type || is_nullable FROM information_schema.columns "
            "WHERE table_schema = 'rankbook' AND table_name = 'documents'",
        )
    )
    assert types["facts"] == "jsonbYES"
    assert types["revision"] == "bigintNO"


def test_the_same_release_changes_nothing(store: Store, database: str) -> None:
    land(store, "a.txt", "one")
    assert load(store, database)["changed"]
    before = query(database, "SELECT xmin::text, ctid::text FROM rankbook.cells")
    again = load(store, database)
    assert (again["changed"], again["rows"]) == (False, {})
    assert query(database, "SELECT xmin::text, ctid::text FROM rankbook.cells") == before


def test_rows_that_were_lost_come_back(store: Store, database: str) -> None:
    land(store, "a.txt", "one")
    load(store, database)
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM rankbook.cells WHERE row_number = 2")
    assert load(store, database)["changed"]
    assert query(database, "SELECT count(*) FROM rankbook.cells") == [(3,)]


def test_another_release_replaces_and_views_stay(store: Store, database: str) -> None:
    first = land(store, "a.txt", "one")
    second = land(store, "a.txt", "two", rows=5)
    load(store, database, first)
    with psycopg.connect(database) as connection:
        connection.execute("CREATE VIEW mine AS SELECT value_printed FROM rankbook.cells")
    load(store, database, second)
    assert query(database, "SELECT count(*), min(value_printed) FROM mine") == [(5, "two-1")]
    assert query(database, "SELECT release FROM rankbook.releases") == [(second.release,)]
    load(store, database, first)
    assert query(database, "SELECT count(*), min(value_printed) FROM mine") == [(3, "one-1")]


def test_a_failure_leaves_the_old_release(store: Store, database: str) -> None:
    land(store, "a.txt", "one")
    load(store, database)
    broken = rows_of("a.txt", "two")
    broken["observations"][1]["table_id"] = "no such table"
    land(store, "a.txt", "two", **broken)
    with pytest.raises(DatabaseError, match="observations_edition_document_table_id_fkey"):
        load(store, database)
    assert query(database, "SELECT count(*), min(value_printed) FROM rankbook.cells") == [
        (3, "one-1")
    ]


def test_a_reader_is_not_kept_waiting(store: Store, database: str) -> None:
    land(store, "a.txt", "one")
    load(store, database)
    land(store, "a.txt", "two", rows=5)
    with psycopg.connect(database) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        count = "SELECT count(*) FROM rankbook.cells"
        assert reader.execute(count).fetchall() == [(3,)]
        load(store, database)
        assert reader.execute(count).fetchall() == [(3,)]
    assert query(database, count) == [(5,)]


def test_tables_of_others_are_left_alone(store: Store, database: str) -> None:
    land(store, "a.txt", "one")
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE public.cells (mine int)")
    with pytest.raises(ExportError, match="public has a table cells that rankbook did not make"):
        load(store, database, schema="public")
    load(store, database, schema='odd "name"; --')
    assert query(database, 'SELECT count(*) FROM "odd ""name""; --".cells') == [(3,)]


def test_tables_of_another_dictionary_are_made_anew(
    store: Store, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(store, "a.txt", "one")
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "_indexed", lambda name: [])
        load(store, database)
    assert load(store, database)["changed"]
    [(count,)] = query(
        database,
        "SELECT count(*) FROM pg_indexes "
        "WHERE schemaname = 'rankbook' AND tablename = 'observations'",
    )
    assert count == 3


def test_what_a_licence_keeps_in_is_not_loaded(store: Store, database: str) -> None:
    documents = rows_of("b.txt", "two")["documents"]
    documents[0]["licence"] = "内部资料"
    land(store, "a.txt", "one")
    land(store, "b.txt", "two", documents=documents)
    selection = Selection.of(store)
    assert [one["document"] for one in selection.left_out] == ["b.txt"]
    postgres.load(selection, database)
    for name in set(DATASETS) - {"entities", "releases"}:
        found = query(database, f"SELECT DISTINCT document FROM rankbook.{name}")
        assert found == [("a.txt",)], name
    everything = Selection.of(store, include_restricted=True)
    assert postgres.load(everything, database)["changed"]
    assert query(database, "SELECT count(*) FROM rankbook.documents") == [(2,)]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("postgresql://u:hush@hush@127.0.0.1/x", ExportError),
        ("postgresql://u:hu/sh@127.0.0.1/x", ExportError),
        ("postgresql://u:hu#sh@127.0.0.1:1/x", DatabaseError),
        ("postgresql://u:hu?sh@127.0.0.1:1/x", DatabaseError),
        ("postgresql://u:hush%zz@127.0.0.1/x", ExportError),
        ("mysql://u:hush@127.0.0.1/x", ExportError),
        ("postgresql://u:hush@127.0.0.1:1/x", DatabaseError),
    ],
)
def test_no_error_repeats_a_password(store: Store, url: str, kind: type[Exception]) -> None:
    land(store, "a.txt", "one")
    with pytest.raises(kind) as raised:
        load(store, url)
    said = str(raised.value)
    assert not [part for part in ("hush", "hu/", "hu#", "hu?", "sh@") if part in said]


def test_a_wrong_password_is_told_and_not_repeated(store: Store, database: str, caplog) -> None:
    land(store, "a.txt", "one")
    wrong = database.replace(QUOTED_PASSWORD, "not%20it")
    with pytest.raises(DatabaseError, match="password authentication failed") as raised:
        load(store, wrong)
    assert "not it" not in str(raised.value) and "not%20it" not in str(raised.value)
    assert PASSWORD not in str(load(store, database)) and QUOTED_PASSWORD not in caplog.text


def test_a_load_that_is_cut_off_leaves_the_old_release(
    store: Store, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends the session in the middle, as it does when a loader is killed."""
    land(store, "a.txt", "one")
    load(store, database)
    land(store, "a.txt", "two", rows=5)
    copy = postgres._Loading._copy

    def cut(loading: Any, name: str) -> int:
        if name == "cells":
            with psycopg.connect(database, autocommit=True) as other:
                pid = loading.connection.info.backend_pid
                other.execute("SELECT pg_terminate_backend(%s)", [pid])
            time.sleep(0.2)
        return copy(loading, name)

    monkeypatch.setattr(postgres._Loading, "_copy", cut)
    with pytest.raises(DatabaseError):
        load(store, database)
    assert query(database, "SELECT DISTINCT left(value_printed, 3) FROM rankbook.cells") == [
        ("one",)
    ]


def test_two_loads_at_once_leave_one_release(store: Store, database: str) -> None:
    releases = [land(store, "a.txt", "one"), land(store, "a.txt", "two", rows=5)]
    with ThreadPoolExecutor(4) as threads:
        loads = [threads.submit(load, store, database, one) for one in releases * 2]
        assert all(one.result()["database"]["schema"] == "rankbook" for one in loads)
    [(release,)] = query(database, "SELECT release FROM rankbook.releases")
    count = 3 if release == releases[0].release else 5
    assert query(database, "SELECT count(*) FROM rankbook.cells") == [(count,)]
