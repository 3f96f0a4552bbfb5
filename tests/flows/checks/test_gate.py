"""What lands, what is quarantined and what refuses a document."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.checks import Checked, check
from flows.checks.engine import run
from flows.checks.rules import sum_rules
from flows.checks.sums import sums, width
from schemas.checks import CHECKS
from schemas.datasets import DATASETS, arrow_schema, columns

from .samples import LANDED, PARTS, Records, row, score_document

CLEAN = score_document()
ROWS = 6


def document() -> Records:
    return copy.deepcopy(CLEAN)


def at(records: Records, dataset: str, **place: Any) -> dict[str, Any]:
    """The one row of a dataset at a place."""
    (found,) = [one for one in records[dataset] if all(one[name] == place[name] for name in place)]
    return found


def codes(rows: list[dict[str, Any]], column: str = "check") -> set[str]:
    return {one[column] for one in rows}


def lands(checked: Checked) -> None:
    """What was checked can be written as the dictionary says."""
    assert not checked.refused, [str(reason) for reason in checked.refused]
    for name, rows in checked.records.items():
        pa.Table.from_pylist(rows, schema=arrow_schema(name)).validate(full=True)
        assert all(tuple(one) == columns(name) for one in rows)
        required = DATASETS[name].required
        assert not [one for one in rows if any(one[column] is None for column in required)]


def test_a_clean_document_lands_as_it_is() -> None:
    checked = check(document())
    lands(checked)
    assert {outcome["status"] for outcome in checked.outcomes} == {"passed"}
    assert checked.records["findings"] == checked.records["quarantine"] == []
    for name in set(LANDED) - {"documents"}:
        assert checked.records[name] == CLEAN[name]


def test_a_document_without_tables_lands() -> None:
    records: Records = {"documents": document()["documents"]}
    lands(check(records))


def test_the_records_that_are_given_stay_as_they_are() -> None:
    records = document()
    at(records, "cells", table_id="t1", row_number=2, column_number=1)["value_printed"] = "x"
    at(records, "rankings", table_id="t1", row_number=2)["rank"] = None
    before = copy.deepcopy(records)
    assert check(records).quarantined == 1
    assert records == before


def test_a_dataset_that_is_none_of_the_contract_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no dataset of the contract: tabels"):
        check({**document(), "tabels": []})


# --- refused ------------------------------------------------------------------------------


def no_required_column(records: Records) -> None:
    for cell in records["cells"]:
        del cell["row_number"]


def surplus_column(records: Records) -> None:
    records["observations"][3]["value"] = 1.0


def no_document(records: Records) -> None:
    records["documents"] = []


def two_documents(records: Records) -> None:
    records["documents"].append({**records["documents"][0], "document": "other.txt"})


def stray_document(records: Records) -> None:
    records["cells"][5]["document"] = "other.txt"


def other_bytes(records: Records) -> None:
    records["tables"][0]["document_sha256"] = "1" * 64


def null_key(records: Records) -> None:
    records["cells"][5]["column_number"] = None


def null_key_of_meaning(records: Records) -> None:
    records["observations"][5]["row_number"] = None


def same_cell_twice(records: Records) -> None:
    records["cells"].append(dict(records["cells"][5]))


def same_indicator_twice(records: Records) -> None:
    records["indicators"].append(dict(records["indicators"][1]))


def same_entity_twice(records: Records) -> None:
    records["entities"] += [row("entities", ref_area="CHN", name="中国", kind="country")] * 2


def unknown_kind(records: Records) -> None:
    records["tables"][0]["kind"] = "diagram"


def too_sure(records: Records) -> None:
    records["tables"][0]["confidence"] = 1.5


def nameless_indicator(records: Records) -> None:
    records["indicators"][0]["name"] = None


def bad_name(records: Records) -> None:
    for rows in records.values():
        for one in rows:
            one["edition"] = "two words"


def number_as_text(records: Records) -> None:
    records["tables"][0]["rows"] = "6"


def empty_table(records: Records) -> None:
    records["tables"].append({**records["tables"][0], "table_id": "t9"})


def cell_beyond_rows(records: Records) -> None:
    records["tables"][0]["rows"] = ROWS - 1


def cell_beyond_columns(records: Records) -> None:
    records["tables"][0]["columns"] = PARTS + 2


def cells_of_no_table(records: Records) -> None:
    del records["tables"][0]


REFUSED: list[tuple[str, Callable[[Records], None]]] = [
    ("columns-set", no_required_column),
    ("columns-set", surplus_column),
    ("row-count", no_document),
    ("row-count", two_documents),
    ("document-one", stray_document),
    ("document-one", other_bytes),
    ("key-null", null_key),
    ("key-null", null_key_of_meaning),
    ("key-unique", same_cell_twice),
    ("key-unique", same_indicator_twice),
    ("key-unique", same_entity_twice),
    ("code-known", unknown_kind),
    ("value-range", too_sure),
    ("value-null", nameless_indicator),
    ("value-pattern", bad_name),
    ("value-type", number_as_text),
    ("table-empty", empty_table),
    ("table-size", cell_beyond_rows),
    ("table-size", cell_beyond_columns),
    ("table-known", cells_of_no_table),
]


@pytest.mark.parametrize(("code", "spoil"), REFUSED, ids=[spoil.__name__ for _, spoil in REFUSED])
def test_a_document_is_refused(code: str, spoil: Callable[[Records], None]) -> None:
    records = document()
    spoil(records)
    checked = check(records)
    assert code in {reason.check for reason in checked.refused}
    assert checked.records == {} and checked.quarantined == 0
    failed = [one for one in checked.outcomes if one["status"] == "failed"]
    assert code in codes(failed)
    json.dumps([reason.to_json() for reason in checked.refused])


def test_a_reason_names_document_place_and_check() -> None:
    records = document()
    null_key(records)
    (reason,) = check(records).refused
    assert str(reason) == (
        "example.txt: cells.column_number: 1 of 84 rows: table t1 row 1 line 101 "
        "(column_number is None, expected: a value) [key-null]"
    )


def test_all_reasons_are_given_at_once() -> None:
    records = document()
    null_key(records)
    unknown_kind(records)
    assert {reason.check for reason in check(records).refused} == {"key-null", "code-known"}


def test_every_null_key_is_counted() -> None:
    records = document()
    for cell in records["cells"]:
        cell["row_number"] = None
    reason = next(one for one in check(records).refused if one.check == "key-null")
    assert reason.count == len(records["cells"]) == 84


# --- quarantined --------------------------------------------------------------------------


def no_number(records: Records) -> None:
    at(records, "observations", table_id="t1", row_number=2, column_number=3)["obs_value"] = "1O.5"


def no_indicator(records: Records) -> None:
    at(records, "observations", table_id="t1", row_number=2, column_number=3)["indicator"] = None


def no_column(records: Records) -> None:
    place = at(records, "observations", table_id="t1", row_number=2, column_number=3)
    place["column_number"] = None


def unknown_status(records: Records) -> None:
    at(records, "observations", table_id="t1", row_number=2, column_number=3)["obs_status"] = "?"


def name_for_code(records: Records) -> None:
    at(records, "rankings", table_id="t1", row_number=2)["ref_area"] = "甲城市"


def rank_zero(records: Records) -> None:
    at(records, "rankings", table_id="t1", row_number=2)["rank"] = 0


def page_zero(records: Records) -> None:
    at(records, "rankings", table_id="t1", row_number=2)["page"] = 0


def observed_twice(records: Records) -> None:
    place = at(records, "observations", table_id="t1", row_number=2, column_number=3)
    records["observations"].append(dict(place))


def no_cell(records: Records) -> None:
    place = at(records, "cells", table_id="t1", row_number=2, column_number=3)
    records["cells"].remove(place)


def shifted(records: Records) -> None:
    """The row's cells stand one column to the left of where they belong."""
    cells = [
        at(records, "cells", table_id="t1", row_number=2, column_number=column)
        for column in range(1, PARTS + 4)
    ]
    for cell, right in zip(cells, [*cells[1:], None], strict=True):
        cell["value_printed"] = right["value_printed"] if right else ""


def header_again(records: Records) -> None:
    """A repeated header that was taken for a row."""
    for column, text in enumerate(["排名", "城市", *"甲乙丙丁", "总分"], start=1):
        cell = at(records, "cells", table_id="t1", row_number=2, column_number=column)
        cell["value_printed"] = text


def broken_rank(records: Records) -> None:
    place = at(records, "rankings", table_id="t1", row_number=2)
    place.update(rank=None, rank_printed="l2")


QUARANTINED: list[tuple[str, Callable[[Records], None]]] = [
    ("value-type", no_number),
    ("value-null", no_indicator),
    ("key-null", no_column),
    ("code-known", unknown_status),
    ("value-pattern", name_for_code),
    ("value-range", rank_zero),
    ("value-range", page_zero),
    ("key-unique", observed_twice),
    ("cell-known", no_cell),
    ("column-shift", shifted),
    ("column-shift", header_again),
    ("rank-integer", broken_rank),
]


@pytest.mark.parametrize(
    ("code", "spoil"), QUARANTINED, ids=[spoil.__name__ for _, spoil in QUARANTINED]
)
def test_a_misread_row_is_quarantined(code: str, spoil: Callable[[Records], None]) -> None:
    records = document()
    spoil(records)
    checked = check(records)
    lands(checked)
    (kept_out,) = checked.records["quarantine"]
    assert (kept_out["table_id"], kept_out["row_number"]) == ("t1", 2)
    assert kept_out["expectation"] == code
    assert kept_out["reason"]
    assert kept_out["line"] == 102
    assert "\t" in kept_out["printed"]
    assert checked.records["cells"] == records["cells"]
    for name in ("observations", "rankings"):
        expected = [one for one in CLEAN[name] if (one["table_id"], one["row_number"]) != ("t1", 2)]
        assert checked.records[name] == expected
    assert codes(checked.records["findings"]) == {code}
    assert codes(checked.records["findings"], "severity") == {"error"}


def test_a_row_that_fails_twice_is_quarantined_once_with_both_reasons() -> None:
    records = document()
    rank_zero(records)
    unknown_status(records)
    checked = check(records)
    (kept_out,) = checked.records["quarantine"]
    assert kept_out["expectation"] == "code-known"
    assert "obs_status is '?'" in kept_out["reason"] and "rank is 0" in kept_out["reason"]
    assert codes(checked.records["findings"]) == {"code-known", "value-range"}


def test_a_thousand_misread_rows_are_all_caught() -> None:
    records = score_document(tables=1, rows=1200)
    for place in records["rankings"][:1000]:
        place["rank"] = -1
    checked = check(records)
    assert checked.quarantined == 1000
    assert len(checked.records["findings"]) == 1000
    assert len(checked.records["rankings"]) == 200
    assert len(checked.records["observations"]) == 200 * (PARTS + 1)
    assert len(checked.records["cells"]) == 1200 * (PARTS + 3)
    outcome = next(one for one in checked.outcomes if one["status"] == "failed")
    assert outcome["failed"] == 1000 and len(outcome["examples"]) < 10


def test_rows_that_were_quarantined_before_have_no_meaning() -> None:
    records = document()
    records["quarantine"] = [
        row("quarantine", table_id="t2", row_number=3, reason="unreadable", expectation="by-hand")
    ]
    checked = check(records)
    lands(checked)
    assert checked.quarantined == 1
    assert not [
        one
        for one in checked.records["observations"]
        if (one["table_id"], one["row_number"]) == ("t2", 3)
    ]


def test_a_row_that_the_reading_suspects_has_no_meaning() -> None:
    records = document()
    doubt = {"check": "cells-merged", "severity": "error", "evidence": "two cells in one"}
    records["findings"] = [
        row("findings", finding_id="f" + "1" * 16, table_id="t2", row_number=3, **doubt),
        row("findings", finding_id="f" + "2" * 16, table_id="t2", row_number=0, **doubt),
        row("findings", finding_id="f" + "3" * 16, line=9, **doubt),
    ]
    checked = check(records)
    lands(checked)
    (kept_out,) = checked.records["quarantine"]
    assert (kept_out["table_id"], kept_out["row_number"]) == ("t2", 3)
    assert (kept_out["expectation"], kept_out["reason"]) == ("cells-merged", "two cells in one")
    assert checked.records["findings"] == records["findings"]


def test_medals_are_no_broken_ranks() -> None:
    records = document()
    for place in records["rankings"]:
        place.update(rank=None, rank_printed="一等奖")
    lands(checked := check(records))
    assert checked.quarantined == 0


def test_a_rank_that_is_missing_in_print_is_no_broken_rank() -> None:
    records = document()
    at(records, "rankings", table_id="t1", row_number=2).update(rank=None, rank_printed="—")
    assert check(records).quarantined == 0


def test_one_odd_cell_is_no_shift() -> None:
    records = document()
    at(records, "cells", table_id="t1", row_number=2, column_number=4)["value_printed"] = "见注"
    assert check(records).quarantined == 0


def test_a_row_of_missing_marks_is_no_shift() -> None:
    records = document()
    for column in range(3, PARTS + 4):
        cell = at(records, "cells", table_id="t1", row_number=2, column_number=column)
        cell["value_printed"] = "—"
    assert check(records).quarantined == 0


def test_a_column_of_words_and_numbers_takes_no_side() -> None:
    records = document()
    for cell in records["cells"]:
        if cell["column_number"] in (3, 4, 5) and cell["row_number"] % 2:
            cell["value_printed"] = "已完成"
    assert check(records).quarantined == 0


# --- findings -----------------------------------------------------------------------------


def above_maximum(records: Records) -> None:
    place = at(records, "observations", table_id="t1", row_number=2, column_number=3)
    place.update(max_score=10.0)


def wrong_total(records: Records) -> None:
    place = at(records, "observations", table_id="t1", row_number=2, column_number=PARTS + 3)
    place.update(obs_value=round(place["obs_value"] + 1, 2))


def heavy_weight(records: Records) -> None:
    at(records, "indicators", indicator="p1")["weight"] = 120.0


def no_node(records: Records) -> None:
    records["indicators"] = [one for one in records["indicators"] if one["indicator"] != "p2"]


def no_explanation(records: Records) -> None:
    place = at(records, "observations", table_id="t1", row_number=2, column_number=3)
    place.update(obs_value=None, value_printed="32/28")


def row_of_blanks(records: Records) -> None:
    records["tables"][0]["rows"] = ROWS + 1


WARNED: list[tuple[str, Callable[[Records], None]]] = [
    ("score-max", above_maximum),
    ("parts-total", wrong_total),
    ("weight-range", heavy_weight),
    ("indicator-known", no_node),
    ("value-explained", no_explanation),
    ("row-empty", row_of_blanks),
]


@pytest.mark.parametrize(("code", "spoil"), WARNED, ids=[spoil.__name__ for _, spoil in WARNED])
def test_what_the_source_contradicts_lands_with_a_finding(
    code: str, spoil: Callable[[Records], None]
) -> None:
    records = document()
    spoil(records)
    checked = check(records)
    lands(checked)
    (finding,) = checked.records["findings"]
    assert (finding["check"], finding["severity"]) == (code, "warning")
    assert finding["evidence"] and finding["expected"]
    assert finding["printed"] is not None
    for name in ("cells", "observations", "rankings", "indicators"):
        assert checked.records[name] == records[name]


def test_every_check_is_broken_by_a_test() -> None:
    assert {code for code, _ in [*REFUSED, *QUARANTINED, *WARNED]} == set(CHECKS)


def test_a_finding_names_the_cell_and_what_was_expected() -> None:
    records = document()
    wrong_total(records)
    (finding,) = check(records).records["findings"]
    parts = [
        at(records, "observations", table_id="t1", row_number=2, column_number=column)
        for column in range(3, PARTS + 3)
    ]
    total = sum(part["obs_value"] for part in parts)
    assert (finding["table_id"], finding["row_number"], finding["column_number"]) == ("t1", 2, 7)
    assert finding["line"] == 102
    assert finding["printed"] == f"{total:.2f}"
    assert finding["expected"] == f"{total:.10g} ± 0.025"
    assert finding["evidence"].startswith(f"{parts[0]['value_printed']} + ")


def test_a_doubt_about_a_row_that_does_not_land_is_left_out() -> None:
    records = document()
    above_maximum(records)
    rank_zero(records)
    assert codes(check(records).records["findings"]) == {"value-range"}


def test_a_reason_or_a_finding_explains_a_missing_number() -> None:
    records = document()
    no_explanation(records)
    place = at(records, "observations", table_id="t1", row_number=2, column_number=3)
    place["reason"] = "two numbers"
    assert not check(records).records["findings"]
    place["reason"] = None
    reported = row(
        "findings",
        finding_id="f" + "0" * 16,
        table_id="t1",
        row_number=2,
        column_number=3,
        check="value-two",
        severity="info",
    )
    records["findings"] = [reported]
    assert check(records).records["findings"] == [reported]


def test_findings_keep_their_keys_when_another_is_found() -> None:
    records = document()
    above_maximum(records)
    (before,) = check(records).records["findings"]
    wrong_total(records)
    after = check(records).records["findings"]
    assert len(after) == 2 and before in after
    assert len(codes(after, "finding_id")) == 2


def test_checking_what_landed_changes_nothing() -> None:
    records = document()
    for spoil in (shifted, rank_zero, heavy_weight, row_of_blanks):
        spoil(records)
    at(records, "observations", table_id="t2", row_number=3, column_number=3)["max_score"] = 1.0
    at(records, "observations", table_id="t2", row_number=4, column_number=7)["obs_value"] = 1.0
    landed = check(records).records
    assert codes(landed["findings"]) == {
        "column-shift",
        "value-range",
        "weight-range",
        "row-empty",
        "score-max",
        "parts-total",
    }
    again = check(landed)
    assert not again.refused
    assert again.records == landed


# --- totals -------------------------------------------------------------------------------


def totals_found(records: Records) -> int:
    """How many totals do not add up, by the one expectation that says so."""
    view = sums(records)
    if not view.places:
        return 0
    (outcome,) = run("sums", sum_rules(width(view)), view.frame)
    assert outcome.raised is None
    return len(outcome.failed)


def without_maxima(records: Records) -> Records:
    for place in records["observations"]:
        place["max_score"] = None
    return records


def test_a_sum_shows_by_most_rows_where_no_maxima_are_printed() -> None:
    records = without_maxima(document())
    wrong_total(records)
    assert totals_found(records) == 1


def test_a_weighted_total_is_no_sum() -> None:
    records = without_maxima(document())
    for place in records["observations"]:
        if place["indicator"] == "total":
            place["obs_value"] /= 2
    assert totals_found(records) == 0


def test_maxima_that_add_up_say_that_a_total_is_a_sum() -> None:
    records = document()
    for place in records["observations"]:
        if place["indicator"] == "total":
            place["obs_value"] /= 2
    assert totals_found(records) == 2 * ROWS


def test_a_total_without_parents_is_that_of_its_siblings() -> None:
    records = document()
    for node in records["indicators"]:
        node.update(parent=None, level=1)
    wrong_total(records)
    assert totals_found(records) == 1


@pytest.mark.parametrize(
    "change",
    [{"measure": "rate"}, {"unit_mult": 4}, {"time_period": "2014"}, {"breakdown": "城镇"}],
)
def test_parts_of_another_kind_are_not_added(change: dict[str, Any]) -> None:
    records = document()
    for place in records["observations"]:
        if place["indicator"] in ("p1", "p2", "p3"):
            place.update(change)
    wrong_total(records)
    assert totals_found(records) == 0


def test_a_total_with_a_missing_part_is_left_alone() -> None:
    records = document()
    wrong_total(records)
    place = at(records, "observations", table_id="t1", row_number=2, column_number=3)
    place.update(obs_value=None, obs_status="M", value_printed="—")
    assert totals_found(records) == 0


@settings(max_examples=25, deadline=None)
@given(
    parts=st.lists(
        st.lists(st.integers(0, 99_999), min_size=PARTS, max_size=PARTS), min_size=4, max_size=8
    ),
    wrong=st.integers(0, 3),
)
def test_rounding_is_no_error_and_more_than_rounding_is(parts: list[list[int]], wrong: int) -> None:
    """Parts of three decimals are printed with two, and the total of the unrounded parts."""
    records = without_maxima(score_document(tables=1, rows=len(parts)))
    for place in records["observations"]:
        thousandths = parts[place["row_number"] - 1]
        number = place["column_number"] - 3
        exact = sum(thousandths) if number == PARTS else thousandths[number]
        place["value_printed"] = f"{exact / 1000:.2f}"
        place["obs_value"] = float(place["value_printed"])
    assert totals_found(records) == 0
    total = at(records, "observations", row_number=wrong + 1, column_number=PARTS + 3)
    total["obs_value"] += 0.06  # two half units a part and the total, and one more
    assert totals_found(records) == 1


# --- accounting ---------------------------------------------------------------------------


def test_rows_recovered_are_landed_quarantined_or_withheld() -> None:
    records = document()
    given_ = {"tables": {"t1": {"recovered": ROWS + 2, "withheld": 2}}, "lines": {"cell": 12}}
    records["documents"][0]["accounting"] = json.dumps(given_)
    rank_zero(records)
    accounting = json.loads(check(records).records["documents"][0]["accounting"])
    assert accounting["tables"] == {
        "t1": {"recovered": ROWS + 2, "withheld": 2, "quarantined": 1, "landed": ROWS - 1},
        "t2": {"recovered": ROWS, "withheld": 0, "quarantined": 0, "landed": ROWS},
    }
    assert accounting["lines"] == {"cell": 12}


def test_a_row_may_leave_out_what_may_be_null() -> None:
    records = document()
    for name, rows in records.items():
        required = DATASETS[name].required
        records[name] = [
            {
                column: value
                for column, value in one.items()
                if value is not None or column in required
            }
            for one in rows
        ]
    checked = check(records)
    lands(checked)
    assert checked.records["cells"] == CLEAN["cells"]
