"""Tables of any kind, printed in any layout, come back exactly.

``python -m tests.roundtrip.run --count 10000`` tries many more.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from extractors.pipeline import extract
from tests.roundtrip.compare import compare
from tests.roundtrip.documents import (
    DOCUMENT_KINDS,
    RoundTrip,
    build_document,
    documents,
    make_document,
)
from tests.roundtrip.layouts import LAYOUTS, display_width, spans
from tests.roundtrip.tables import ALLOWED, Column, make_table, tables

#: Documents a kind in each of the fixed batches: about 10 ms each.
BATCH = 60

#: No shrinking here: it costs minutes a failure, and ``run --shrink`` does it when asked.
RELAXED = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _failures(trip: RoundTrip) -> list[str]:
    outcome = compare(trip, extract(trip.data, trip.name))
    return [
        f"{trip.name}: table {failure.index}: {failure.reason} {failure.detail}"
        for failure in outcome.failures
    ]


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_documents_of_fixed_seeds_come_back_exactly(kind: str) -> None:
    failures = [
        found[0] for seed in range(BATCH) if (found := _failures(make_document(seed, kind)))
    ]
    assert not failures, f"{len(failures)} of {BATCH} documents; first:\n" + failures[0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_drawn_documents_come_back_exactly(layout: str) -> None:
    @RELAXED
    @given(trip=documents(layout))
    def comes_back(trip: RoundTrip) -> None:
        assert not _failures(trip), trip.text

    comes_back()


@RELAXED
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_prose_alone_has_no_table(seed: int) -> None:
    trip = make_document(seed, "prose")
    assert extract(trip.data, trip.name).tables == []


# --- the generators themselves: a fault of theirs would look like one of the reader's ------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_made_tables_keep_the_rules_of_their_layout(layout: str) -> None:
    @RELAXED
    @given(table=tables(layout))
    def keeps_the_rules(table) -> None:
        allowed = ALLOWED[layout]
        assert table.levels <= allowed.levels
        assert all(len(row.cells) == len(table.columns) for row in table.rows)
        assert allowed.blanks or all(cell for row in table.rows for cell in row.cells)
        assert len({column.path for column in table.columns}) == len(table.columns)

    keeps_the_rules()


def test_a_seed_names_a_document_for_ever() -> None:
    assert make_document(7, "mixed").data == make_document(7, "mixed").data
    assert make_document(7, "mixed").data != make_document(8, "mixed").data


def test_every_printed_cell_stands_in_the_text() -> None:
    trip = build_document(Random(3), "tabs", "tabs.txt", 3)
    text = trip.text
    for table in trip.tables:
        assert all(cell in text for row in table.rows for cell in row.cells)


def test_header_cells_are_merged_over_equal_neighbours_only() -> None:
    columns = [
        Column(("城市",), "stub"),
        Column(("甲", "一"), "value"),
        Column(("甲", "二"), "value"),
    ]
    found = {(span.text, span.top, span.bottom, span.left, span.right) for span in spans(columns)}
    assert found == {
        ("城市", 0, 1, 0, 0),
        ("甲", 0, 0, 1, 2),
        ("一", 1, 1, 1, 1),
        ("二", 1, 1, 2, 2),
    }


def test_chinese_characters_are_two_wide() -> None:
    assert display_width("智慧A1", 1) == 6
    assert (display_width("—", 1), display_width("—", 2)) == (1, 2)


@pytest.mark.parametrize(
    "damage",
    [
        lambda table: replace(table, rows=table.rows[:-1]),
        lambda table: replace(table, rows=table.rows[::-1]),
        lambda table: replace(table, columns=table.columns[::-1]),
        lambda table: replace(
            table,
            rows=(replace(table.rows[0], cells=("?", *table.rows[0].cells[1:])), *table.rows[1:]),
        ),
    ],
    ids=["a row lost", "another order", "columns changed", "a cell changed"],
)
def test_the_comparison_notices(damage) -> None:
    trip = build_document(Random(1), "tabs", "tabs.txt", 1)
    extraction = extract(trip.data, trip.name)
    changed = replace(trip, tables=tuple(damage(table) for table in trip.tables))
    assert not compare(changed, extraction).exact


def test_tables_of_every_kind_are_made() -> None:
    kinds = {"ranking", "compared", "years", "regions", "list", "parts_2", "levels_3", "sections"}
    found = {name for seed in range(300) for name in make_table(Random(seed), "tabs").features}
    assert kinds <= found
