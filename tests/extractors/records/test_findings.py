"""Findings: stable ids, the reading's doubts, what the source says twice."""

from __future__ import annotations

import re

from tests.extractors.records.making import column, doubt, pick, table

AREA = column("城市", "stub", field="area")


def test_a_doubt_becomes_a_finding_with_its_place(landed):
    found = landed(doubts=[doubt(table_id="t1", row_number=0, column_number=2, printed="x")])
    names = ("table_id", "row_number", "column_number", "check", "severity", "printed", "line")
    assert pick(found["findings"], *names) == [("t1", 0, 2, "column-unclear", "warning", "x", 3)]
    assert re.fullmatch("f[0-9a-f]{16}", found["findings"][0]["finding_id"])


def test_the_id_hangs_on_place_check_and_print(landed):
    def key(**facts):
        return landed(doubts=[doubt(**{"table_id": "t1", **facts})])["findings"][0]["finding_id"]

    assert key() == key(evidence="said in other words", line=4)
    others = [key(check="other"), key(row_number=1), key(printed="x"), key(table_id="t2")]
    assert len({key(), *others}) == 5
    assert key(table_id=None, line=4) != key(table_id=None, line=5)


def test_the_same_doubt_twice_is_one_finding(landed):
    assert len(landed(doubts=[doubt(), doubt(), doubt(line=4)])["findings"]) == 2


def test_two_values_for_one_place_and_time_land_and_are_reported(landed):
    columns = [column("", "stub"), column("总指数", "value")]
    rows = landed(table(columns, ["2015年|1", "2016年|2", "2016年|3"], caption="全国指数"))
    assert pick(rows["observations"], "obs_value", "time_period")[1:] == [(2, "2016"), (3, "2016")]
    names = ("row_number", "column_number", "printed", "expected", "severity")
    assert pick(rows["findings"], *names, check="value-twice") == [(3, 2, "3", "2", "warning")]


def test_the_same_value_in_two_units_is_no_contradiction(landed):
    columns = [column("指标", "stub"), column("单位", "unit"), column("2016年", "value")]
    one = table(columns, ["收入|万元|10000"], caption="全国一")
    other = table(columns, ["收入|亿元|1"], caption="全国二", line=30)
    assert not landed(one, other)["findings"]


def test_an_entity_at_two_places_of_a_list_is_reported(landed):
    columns = [column("排名", "rank"), AREA]
    rows = landed(table(columns, ["1|宁波", "2|绍兴", "3|宁波市"], kind="ranking"))
    assert len(rows["rankings"]) == 3
    names = ("row_number", "printed", "expected")
    assert pick(rows["findings"], *names, check="entity-twice") == [(3, "宁波市", "宁波")]


def test_a_unit_that_nobody_has_listed_lands_and_is_reported_once(landed):
    columns = [column("指标", "stub"), column("单位", "unit"), column("2016年", "value")]
    rows = landed(table(columns, ["甲|嘟嘟|1", "乙|嘟嘟|2", "丙|万元|3"], caption="全国一"))
    assert pick(rows["observations"], "unit_measure") == ["嘟嘟", "嘟嘟", "CNY"]
    assert pick(rows["findings"], "check", "printed") == [("unit-unknown", "嘟嘟")]
