"""Damage is noticed and named, and landing again repairs what a document has lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_rows import EDITION, expected, land, seen, stage

from flows.store import Damage, Store, StoreError
from flows.store.schema import PINNED


def pinned_files(store: Store) -> list[Path]:
    """Every file that the newest release hangs on, but for the last log entry of `releases`.

    The checksum of that entry stands in the release after it.
    """
    root = Path(store.url)
    data = {
        root / dataset / file
        for dataset in (*PINNED, "releases")
        for file in store.dataset(dataset).files
    }
    logs = set(root.glob("*/_delta_log/*.json"))
    return sorted(data | logs - {max(root.glob("releases/_delta_log/*.json"))})


def flip(file: Path, bit: int = 1) -> None:
    """Flip one bit in the middle of a file."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= bit
    file.write_bytes(data)


def named(store: Store, damages: list[Damage]) -> set[Path]:
    return {Path(store.url, damage.path) for damage in damages}


def test_a_flipped_bit_is_named_in_whatever_file_it_is(store: Store) -> None:
    land(store, ("a.txt", "one"), ("b.txt", "two"))
    land(store, ("b.txt", "three"))
    files = pinned_files(store)
    assert len(files) > 4 * len(PINNED)
    assert store.verify() == []
    for file in files:
        flip(file)
        assert file in named(store, store.verify()), file
        flip(file)
    assert store.verify() == []


def test_a_missing_file_is_named_with_its_document(store: Store) -> None:
    land(store, ("a.txt", "one"))
    [file] = store.dataset("cells").files
    Path(store.url, "cells", file).unlink()
    path = f"cells/{file}"
    assert store.verify() == [Damage("cells", path, "the file is missing", EDITION, "a.txt")]


def test_a_file_cut_short_is_named(store: Store) -> None:
    land(store, ("a.txt", "one"))
    [file] = Path(store.url, "rankings").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-1])
    [damage] = store.verify()
    assert damage.path == f"rankings/{file.name}"
    assert "bytes, not" in damage.reason


@pytest.mark.parametrize("what", ["cells", "cells/_delta_log"])
def test_a_missing_table_is_named(store: Store, what: str) -> None:
    land(store, ("a.txt", "one"))
    Path(store.url, what).rename(Path(store.url, "elsewhere"))
    assert {damage.dataset for damage in store.verify()} == {"cells"}
    with pytest.raises(StoreError, match="cells: releases pin versions of it"):
        land(store, ("b.txt", "two"))
    with pytest.raises(StoreError, match="cells: releases pin versions of it"):
        store.read("cells")


def test_a_log_of_releases_that_cannot_be_read_is_named(store: Store) -> None:
    land(store, ("a.txt", "one"))
    last = max(Path(store.url).glob("releases/_delta_log/*.json"))
    last.write_bytes(last.read_bytes().replace(b'"add"', b'"add', 1))
    assert named(store, store.verify()) == {last}


def test_only_the_release_that_was_asked_for_is_read(store: Store) -> None:
    old = land(store, ("a.txt", "one"))
    [file] = Path(store.url, "cells").glob("*.parquet")
    new = land(store, ("a.txt", "two"))
    flip(file)
    assert old is not None and new is not None
    assert store.verify() == store.verify(new) == []
    assert named(store, store.verify(old)) == named(store, store.verify(old.release)) == {file}
    assert [damage.reason for damage in store.verify("2020")] == ["no release 2020"]


def test_landing_again_repairs_a_document(store: Store) -> None:
    release = land(store, ("a.txt", "one"), ("b.txt", "two"))
    for dataset in ("cells", "documents"):
        flip(min(Path(store.url, dataset).glob("*.parquet")))
    Path(store.url, "rankings", min(store.dataset("rankings").files)).unlink()
    damaged = {damage.document for damage in store.verify()}
    assert len(damaged) == 1
    assert land(store, ("a.txt", "one"), ("b.txt", "two")) is None
    assert store.verify() == []
    assert store.newest() == release
    assert seen(store) == expected(("a.txt", "one"), ("b.txt", "two"))


def test_a_staged_file_that_was_damaged_or_lost_is_not_landed(store: Store) -> None:
    staged = stage(store, "a.txt", "one")
    file = Path(store.url, staged.files[0].path)
    flip(file)
    with pytest.raises(StoreError, match="the staged file is damaged; stage the document again"):
        store.commit([staged], code_version="1")
    file.unlink()
    with pytest.raises(StoreError, match="the staged file is gone; stage the document again"):
        store.commit([staged], code_version="1")
    assert store.newest() is None
