"""Reading a release: what a filter finds."""

from __future__ import annotations

import pyarrow.compute as pc
import pytest
from store_rows import EDITION, stage

from flows.store import Store


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (pc.field("document") == "a.txt", 4),
        (pc.field("row_number") == 2, 2),
        ((pc.field("edition") == EDITION) & (pc.field("value_printed") == "one-3"), 1),
        (pc.field("document") == "c.txt", 0),
    ],
    ids=["a shared column", "any column", "both", "no document"],
)
def test_a_filter_finds_rows_by_any_column(store, which, found):
    store.commit([stage(store, "a.txt", "one"), stage(store, "b.txt", "two")], code_version="1")
    assert Store(store.url).read("cells", filter=which).num_rows == found
