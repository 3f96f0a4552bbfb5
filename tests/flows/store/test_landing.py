"""Landing, releasing and reading back, without anything going wrong."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_rows import EDITION, expected, key, land, records, seen, sha_of, stage

from flows.store import DocumentKey, Landed, Store, StoreError
from flows.store.releases import next_id
from flows.store.schema import PINNED, table_schema

OTHER_EDITION = "publisher-series-2021"


def test_a_store_that_does_not_exist_has_nothing(store: Store) -> None:
    assert store.releases() == []
    assert store.newest() is None
    assert store.landed() == {}
    assert store.read("cells").num_rows == 0
    assert store.verify() == []
    assert store.commit([], code_version="1") is None
    assert not Path(store.url).exists()


def test_rows_are_read_as_they_were_staged(store: Store) -> None:
    rows = records("a.txt", "one", rows=3)
    release = store.commit([store.stage(rows, key("a.txt", "one"))], code_version="1")
    assert release is not None
    for dataset in PINNED:
        columns = store.read(dataset).column_names
        landed = [{c: v for c, v in row.items() if v is not None} for row in _rows(store, dataset)]
        assert landed == rows[dataset], dataset
        assert columns == table_schema(dataset).names
    assert release.editions == (EDITION,)
    assert set(release.versions) == set(PINNED)


def _rows(store: Store, dataset: str) -> list[dict]:
    return store.read(dataset).to_pylist()


def test_landing_twice_equals_landing_once(store: Store) -> None:
    first = land(store, ("a.txt", "one"), ("b.txt", "two"))
    before = seen(store)
    assert land(store, ("a.txt", "one"), ("b.txt", "two")) is None
    assert land(store, ("b.txt", "two")) is None
    assert store.releases() == [first]
    assert seen(store) == before == expected(("a.txt", "one"), ("b.txt", "two"))


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    landings=st.lists(
        st.dictionaries(
            st.sampled_from(["a.txt", "乙.txt", "../c"]),
            st.sampled_from(["one", "two"]),
            min_size=1,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_release_has_the_last_text_of_every_document(tmp_path_factory, landings) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    state: dict[str, str] = {}
    for landing in landings:
        changes = any(state.get(name) != text for name, text in landing.items())
        state |= landing
        assert (land(store, *landing.items()) is not None) == changes
        assert seen(store) == expected(*state.items())


def test_a_document_replaced_leaves_the_others(store: Store) -> None:
    old = land(store, ("a.txt", "one"), ("b.txt", "two"))
    store.commit([stage(store, "a.txt", "other", edition=OTHER_EDITION)], code_version="1")
    new = store.commit([stage(store, "a.txt", "three", rows=1)], code_version="2")
    assert old is not None and new is not None
    cells = store.read("cells", columns=["edition", "document", "document_sha256"])
    assert sorted(map(tuple, (row.values() for row in cells.to_pylist()))) == sorted(
        [(EDITION, "a.txt", sha_of("three"))]
        + [(EDITION, "b.txt", sha_of("two"))] * 4
        + [(OTHER_EDITION, "a.txt", sha_of("other"))] * 4
    )
    assert new.editions == (EDITION, OTHER_EDITION)
    assert seen(store, old) == expected(("a.txt", "one"), ("b.txt", "two"))


def test_a_dataset_that_a_document_lost_has_no_rows_of_it(store: Store) -> None:
    land(store, ("a.txt", "one"), ("b.txt", "two"))
    rows = records("a.txt", "one")
    rows["findings"] = []
    del rows["rankings"]
    store.commit([store.stage(rows, key("a.txt", "one"))], code_version="1")
    now = seen(store)
    assert now["findings"] == now["rankings"] == expected(("b.txt", "two"))["findings"]
    assert now["cells"] == expected(("a.txt", "one"), ("b.txt", "two"))["cells"]


def test_a_document_without_any_rows_is_gone(store: Store) -> None:
    land(store, ("a.txt", "one"), ("b.txt", "two"))
    store.commit([store.stage({}, key("a.txt", "one"))], code_version="1")
    assert seen(store) == expected(("b.txt", "two"))


def test_only_datasets_that_change_get_a_version(store: Store) -> None:
    old = land(store, ("a.txt", "one"))
    rows = records("a.txt", "one")
    rows["cells"][0]["value_printed"] = "64,160"
    new = store.commit([store.stage(rows, key("a.txt", "one"))], code_version="1")
    assert old is not None and new is not None
    changed = {name for name in PINNED if old.versions[name] != new.versions[name]}
    assert changed == {"cells"}


def test_entities_are_merged_by_their_key(store: Store) -> None:
    def entities(document: str, *names: tuple[str, str]) -> None:
        rows = [{"ref_area": code, "name": name, "kind": "city"} for code, name in names]
        staged = store.stage({"entities": rows}, key(document, "text"))
        store.commit([staged], code_version="1")

    entities("a.txt", ("CN440300", "深圳市"), ("CN320500", "苏州"))
    entities("b.txt", ("CN320500", "苏州市"), ("CHN", "中国"))
    land(store, ("a.txt", "other text"))
    names = {row["ref_area"]: row["name"] for row in _rows(store, "entities")}
    assert {"CN440300": "深圳市", "CN320500": "苏州市", "CHN": "中国"}.items() <= names.items()
    assert len(names) == 3 + 4


def test_documents_are_staged_in_other_processes(store: Store) -> None:
    names = ["a.txt", "b.txt", "c.txt"]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as workers:
        staged = list(workers.map(stage, [store] * 3, names, ["text"] * 3))
    assert len({document.run for document in staged}) == 1
    assert pickle.loads(pickle.dumps(staged)) == staged
    store.commit(staged, code_version="1")
    assert seen(store) == expected(*((name, "text") for name in names))
    assert list(Path(store.url, "_staging").iterdir()) == []


def test_landed_says_what_a_document_was_landed_from(store: Store) -> None:
    rows = records("a.txt", "one")
    rows["documents"][0] |= {"vocabulary_hash": "v1", "code_version": "0.1", "revision": 2}
    store.commit([store.stage(rows, key("a.txt", "one"))], code_version="0.1")
    assert store.landed() == {(EDITION, "a.txt"): Landed(sha_of("one"), "v1", "0.1", 2)}


def test_staged_says_what_it_has(store: Store) -> None:
    staged = stage(store, "a.txt", "one", rows=3)
    assert staged.rows == dict.fromkeys(PINNED, 3) | {"documents": 1}
    assert staged.checksum == stage(store, "a.txt", "one", rows=3).checksum
    assert staged.checksum != stage(store, "a.txt", "one", rows=2).checksum
    store.discard([staged])
    assert not Path(store.url, staged.folder).exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cells": [{"cell": "1"}]}, "no such columns: cell"),
        ({"cell": [{}]}, "cannot be landed in 'cell'"),
        ({"releases": [{}]}, "cannot be landed in 'releases'"),
        ({"cells": [{"row_number": "first"}]}, "cells.row_number is int64"),
        ({"documents": [{"facts": {"isbn": "0"}}]}, "documents.facts is string"),
        ({"cells": [{"table_id": None}]}, "cells.table_id is required, and null in row 1"),
        ({"cells": [{"edition": OTHER_EDITION}]}, "row 1 of cells has edition"),
        ({"cells": [{"document_sha256": "0"}]}, "row 1 of cells has document_sha256 '0'"),
    ],
)
def test_rows_that_do_not_fit_are_refused(store: Store, change, message: str) -> None:
    whole = records("a.txt", "one")
    rows = {
        dataset: [{**whole.get(dataset, [{}])[0], **row} for row in changed]
        for dataset, changed in change.items()
    }
    with pytest.raises(StoreError, match=message) as raised:
        store.stage(rows, key("a.txt", "one"))
    assert "a.txt" in str(raised.value)


def test_a_document_is_not_landed_twice_in_one_commit(store: Store) -> None:
    staged = [stage(store, "a.txt", "one"), stage(store, "a.txt", "two")]
    with pytest.raises(StoreError, match=r"staged twice for one commit: a\.txt of publisher"):
        store.commit(staged, code_version="1")


def test_unknown_datasets_and_releases_are_named(store: Store) -> None:
    land(store, ("a.txt", "one"))
    with pytest.raises(StoreError, match="no dataset 'cell'"):
        store.read("cell")
    with pytest.raises(StoreError, match="no release 2020"):
        store.read("cells", release="2020")
    with pytest.raises(StoreError, match="nowhere://x: datasets are kept in a folder, or s3://"):
        Store("nowhere://x").newest()


def test_a_release_comes_after_the_one_before_it() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    identity, at = next_id(None, now)
    assert at == now

    class Before:
        published_at = now + timedelta(days=1)  # the clock was set back by a day

    later, later_at = next_id(Before, now)  # type: ignore[arg-type]
    assert later_at == now + timedelta(days=1, microseconds=1)
    assert later > next_id(None, Before.published_at)[0] > identity


def test_releases_are_in_order_and_read_back(store: Store) -> None:
    made = [land(store, ("a.txt", text)) for text in ("one", "two", "one")]
    assert store.releases() == made
    assert store.newest() == made[-1]
    rows = store.read("releases").to_pylist()
    assert {row["release"] for row in rows} == {release.release for release in made if release}
    assert {row["contract_version"] for row in rows} == {1}
    assert seen(store, made[1]) == expected(("a.txt", "two"))
    assert seen(store, made[2]) == expected(("a.txt", "one"))
    assert made[1] is not None
    assert store.read("cells", made[1].release) == store.read("cells", made[1])


def test_other_readers_see_what_a_release_pins(tmp_path: Path) -> None:
    url = tmp_path / "curated"  # Polars does not find files under a folder that is not ASCII
    store = Store(url)
    release = land(store, ("a.txt", "one"), ("b.txt", "two"))
    assert release is not None
    version = release.versions["cells"]
    land(store, ("b.txt", "three"))
    by_polars = pl.scan_delta(str(url / "cells"), version=version)
    mine = by_polars.filter(pl.col("document") == "b.txt").collect()
    assert mine["document_sha256"].to_list() == [sha_of("two")] * 4
    assert DeltaTable(url / "cells", version=version).scan().read_all().num_rows == 8


def test_a_filter_opens_only_the_files_that_it_needs(store: Store) -> None:
    land(store, ("a.txt", "one"), ("b.txt", "two"))
    for file in Path(store.url, "cells").glob("*.parquet"):
        if sha_of("two") in file.read_bytes().decode("latin-1"):
            file.unlink()
    mine = store.read("cells", filter=pc.field("document") == "a.txt", columns=["row_number"])
    assert mine.to_pydict() == {"row_number": [1, 2, 3, 4]}
    with pytest.raises(StoreError, match="cells: a file is missing or damaged"):
        store.read("cells")


def test_a_column_that_the_dictionary_gained_is_null_in_older_rows(store: Store) -> None:
    schema = table_schema("cells")
    column = schema.names.index("value_filled")
    DeltaTable.create(f"{store.url}/cells", schema.remove(column))
    land(store, ("a.txt", "one"))
    assert store.read("cells")["value_filled"].to_pylist() == [f"one-{n}" for n in (1, 2, 3, 4)]


def test_a_column_that_the_dictionary_lost_is_refused(store: Store) -> None:
    schema = table_schema("cells")
    DeltaTable.create(f"{store.url}/cells", schema.append(schema.field("line").with_name("gone")))
    with pytest.raises(StoreError, match="cells: the landed columns gone are not as"):
        land(store, ("a.txt", "one"))


def test_names_that_are_no_file_names_are_landed(store: Store) -> None:
    names = ["../../a.txt", "b/c.txt", "年" * 200 + ".txt", "x=1%2F#?.txt"]
    land(store, *((name, "text") for name in names))
    assert seen(store) == expected(*((name, "text") for name in names))
    assert {document for _, document in store.landed()} == set(names)
    assert DocumentKey(EDITION, names[0], "") != DocumentKey(EDITION, names[1], "")
