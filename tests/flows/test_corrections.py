"""Corrections: applied in a view, never to print, and refused where they do not fit."""

from __future__ import annotations

import datetime

import pytest

from flows.corrections import corrected, correction_rows
from flows.status import status
from flows.store import Store
from tests.flows.desk import Desk, score_table

EDITION = "some_press-cities-2018"
NAME = "report.txt"
SCORES = {"深圳市": 76.5, "广州市": 57.1, "成都市": 70.2, "武汉市": 69.0, "杭州市": 65.1}
TEXT = f"2018年评估\n\n{score_table(SCORES)}"


def _stated(table, **changed):
    """A correction of 广州市's score, which is printed as 57.1."""
    said = {"table": table, "row": 2, "column": 3, "printed": "57.1", "value": "75.1",
            "reason": "two digits changed places", "evidence": "rank 2 stands between 76.5 and 70.2",
            "decided_by": "data desk", "decided_on": datetime.date(2026, 11, 20)}  # fmt: skip
    return {name: value for name, value in {**said, **changed}.items() if value is not None}


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.ingest(desk.put(NAME, TEXT, edition=EDITION, year=2018))
    return desk


def _correct(desk, *stated, text=TEXT, **sidecar):
    path = desk.put(NAME, text, edition=EDITION, year=2018, corrections=list(stated), **sidecar)
    [outcome] = desk.ingest(path)
    return outcome


def test_a_correction_is_in_the_view_and_print_and_value_stay(desk):
    [table] = desk.rows("tables")
    before = desk.rows("observations")
    rank = _stated(table["table_id"], column=1, printed="2", value="1")
    assert _correct(desk, _stated(table["table_id"]), rank).state == "landed"
    assert desk.rows("observations") == before
    store = Store(desk.curated)
    view = {row["row_label"]: row for row in corrected(store).to_pylist()}
    wrong = view.pop("广州市")
    assert (wrong["obs_value"], wrong["obs_value_corrected"]) == (57.1, 75.1)
    assert wrong["is_corrected"] and wrong["value_printed"] == "57.1"
    assert all(row["obs_value_corrected"] == row["obs_value"] for row in view.values())
    assert not any(row["is_corrected"] for row in view.values()) and len(view) == 4
    ranks = {
        row["row_label"]: row["rank_corrected"] for row in corrected(store, "rankings").to_pylist()
    }
    assert ranks == {"深圳市": 1, "广州市": 1, "成都市": 3, "武汉市": 4, "杭州市": 5}
    cells = corrected(store, "cells").to_pylist()
    assert [c["value_corrected"] for c in cells if c["is_corrected"]] == ["1", "75.1"]
    [first, second] = sorted(desk.rows("corrections"), key=lambda row: row["column_number"])
    assert (first["rank_corrected"], first["obs_value_corrected"]) == (1, None)
    assert second["decided_by"] == "data desk" and second["decided_on"] == "2026-11-20"
    assert (second["row_label"], second["line"]) == ("广州市", 6)
    assert status(desk.curated).documents[0].rows["corrections"] == 2


def test_a_store_without_corrections_has_the_view_too(desk):
    view = corrected(Store(desk.curated)).to_pylist()
    assert [row["obs_value_corrected"] for row in view] == list(SCORES.values())


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"row": 9}, "correction-unmatched", "no cell is at"),
        ({"table": "00000000-l1"}, "correction-unmatched", "no cell is at"),
        ({"printed": "57.2"}, "correction-unmatched", "'57.2' was expected"),
        ({"edition": "other-edition-2018"}, "correction-unmatched", "edition other-edition"),
        ({"value": "57.1"}, "correction-settled", "take the correction out"),
        ({"value": 75.1}, "correction-form", "in quotes"),
        ({"evidence": " "}, "correction-form", "evidence"),
        ({"decided_by": None}, "correction-form", "decided_by"),
        ({"row": "2"}, "correction-form", "row is '2'"),
        ({"colunm": 3}, "correction-form", "nothing is called colunm"),
    ],
)
def test_a_correction_that_does_not_fit_is_named(changed, code, said):
    from extractors.model import DocumentError

    stated = {**_stated("t"), **changed}
    with pytest.raises(DocumentError, match=said) as error:
        correction_rows(_records(), [{k: v for k, v in stated.items() if v is not None}], NAME)
    assert error.value.code == code


def _records():
    place = {"table_id": "t", "row_number": 2, "column_number": 3}
    signed = {"edition": EDITION, "document": NAME, "document_sha256": "0" * 64}
    printed = {"value_printed": "57.1", "row_label": "广州市", "column_label": "得分", "line": 6}
    return {
        "documents": [signed],
        "cells": [{**signed, **place, **printed, "page": None}],
        "observations": [{**signed, **place, "obs_value": -57.1}],
        "rankings": [],
    }


def test_a_column_that_turns_its_numbers_turns_the_corrected_one():
    [row] = correction_rows(_records(), [_stated("t")], NAME)
    assert row["obs_value_corrected"] == -75.1


def test_two_corrections_of_a_cell_are_refused():
    from extractors.model import DocumentError

    with pytest.raises(DocumentError, match="correction 2: another correction"):
        correction_rows(_records(), [_stated("t"), _stated("t", value="75.2")], NAME)


def test_a_source_that_is_right_by_now_refuses_the_document_and_keeps_what_landed(desk):
    [table] = desk.rows("tables")
    stated = _stated(table["table_id"])
    assert _correct(desk, stated).state == "landed"
    mended = TEXT.replace("57.1", "75.1")
    outcome = _correct(desk, stated, text=mended, revision=2)
    assert (outcome.state, outcome.code) == ("refused", "correction-settled")
    assert "correction 1" in outcome.reasons[0]
    assert [row["value_printed"] for row in desk.rows("corrections")] == ["57.1"]
    assert _correct(desk, text=mended, revision=2).state == "landed"
    assert desk.rows("corrections") == []
