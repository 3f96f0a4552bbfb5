"""`explain`: a thing by its id, why it is so, and its lines without what is withheld."""

from __future__ import annotations

import pytest

from flows import status
from flows.explain import UnknownIdError, explain
from tests.flows.desk import Desk

NAME = "report.txt"
TEXT = (
    "2018年某某城市发展评估报告\n\n表1 城市得分\n排名\t城市\t得分(100)\n"
    "1\t深圳市\t76.5\n2\t广州市\t75.1\n3.5\t成都市\t70.2\n4\t武汉市\t171.0\n5\t杭州市\t65.1\n"
    "6\t南京市\t64.0\n\n联系人：王某某 电话：010-00000000\n\n以上为本次评估的结果。\n"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"))
    path = desk.put(NAME, TEXT, edition="some_press-cities-2018", year=2018)
    assert [one.state for one in desk.ingest(path)] == ["landed"]
    return desk


def _explain(desk, identity):
    [one] = explain(identity, desk.raw, desk.curated)
    return one


def test_every_listed_finding_and_quarantined_row_is_explained_by_its_id(desk):
    listed = status.findings(desk.curated)
    assert {"quarantined", "warning", "error"} <= {one.severity for one in listed}
    for one in listed:
        told = _explain(desk, one.id)
        said = told.findings if told.kind == "finding" else told.quarantine
        assert said and (told.document, told.line) == (NAME, one.line)
        assert [line.line for line in told.source if line.asked] == [one.line]


def test_a_finding_has_its_words_its_column_and_its_line(desk):
    [found] = [one for one in status.findings(desk.curated) if one.check == "score-max"]
    told = _explain(desk, found.id)
    [finding] = told.findings
    assert finding["printed"] == "171.0" and finding["words"]["zh"] and finding["words"]["en"]
    assert [(c["label"], c["role"]) for c in told.columns] == [("得分(100)", "value")]
    assert 0 < told.columns[0]["confidence"] <= 1
    assert [(line.line, line.text) for line in told.source if line.asked] == [
        (8, "4\t武汉市\t171.0")
    ]
    assert [line.asked for line in told.source] == [False, True, False]


def test_a_row_kept_out_shows_its_print_and_why_but_no_meaning(desk):
    [table] = desk.rows("tables")
    told = _explain(desk, f"{table['table_id']}:3")
    assert (told.kind, told.line) == ("row", 7)
    assert [cell["value_printed"] for cell in told.cells] == ["3.5", "成都市", "70.2"]
    assert [row["expectation"] for row in told.quarantine] == ["rank-integer"]
    assert not told.observations and not told.rankings
    landed = _explain(desk, f"{table['table_id']}:1")
    assert [row["rank"] for row in landed.rankings] == [1]
    assert [row["obs_value"] for row in landed.observations] == [76.5]
    assert landed.observations[0]["ref_area"] == "CN440300"


def test_a_cell_has_only_its_own_column_and_meaning(desk):
    [table] = desk.rows("tables")
    told = _explain(desk, f"{table['table_id']}:2:3")
    assert (told.kind, [c["column_number"] for c in told.columns]) == ("cell", [3])
    assert [row["obs_value"] for row in told.observations] == [75.1] and not told.rankings


def test_a_table_has_its_accounting_and_all_columns(desk):
    [table] = desk.rows("tables")
    told = _explain(desk, table["table_id"])
    assert told.withheld == {"withheld": 0, "recovered": 6, "quarantined": 1, "landed": 5}
    assert len(told.columns) == 3 and told.table["caption"] == "表1 城市得分"


def test_a_line_with_a_contact_is_told_as_withheld_and_never_shown(desk):
    told = _explain(desk, f"{NAME}:12")
    [line] = [line for line in told.source if line.asked]
    assert (line.label, line.text) == ("withheld", None)
    prose = _explain(desk, f"{NAME}:14")
    assert [line.text for line in prose.source if line.asked] == ["以上为本次评估的结果。"]
    assert "010-00000000" not in str([told.to_json(), prose.to_json()])


def test_a_document_whose_bytes_are_gone_is_explained_without_its_lines(desk, tmp_path):
    [table] = desk.rows("tables")
    [told] = explain(f"{table['table_id']}:1", str(tmp_path / "nothing"), desk.curated)
    assert told.cells and not told.source and "sidecar" in told.unread


@pytest.mark.parametrize(
    "identity", ["f0000000000000000", "00000000-l1", "report.txt:99", "other.txt:1", "x", ""]
)
def test_an_unknown_id_says_what_ids_look_like(desk, identity):
    with pytest.raises(UnknownIdError, match="TABLE_ID:ROW"):
        explain(identity, desk.raw, desk.curated)


def test_a_row_that_the_table_does_not_have_is_unknown(desk):
    [table] = desk.rows("tables")
    with pytest.raises(UnknownIdError):
        explain(f"{table['table_id']}:99", desk.raw, desk.curated)
