"""The schemes of the real documents, exactly."""

from __future__ import annotations

import csv
import json
from functools import lru_cache
from pathlib import Path

import pytest

from extractors.areas import Register
from extractors.pipeline import extract
from extractors.records import EditionContext, Records, records


@lru_cache(maxsize=4)
def _landed(shared: Path, document: str) -> Records:
    path = next((shared / "seeds").glob(f"{document}_*"))
    edition = EditionContext(f"test-{document}-2016", 2016, path.name)
    return records(extract(path.read_bytes(), path.name), edition, Register.load())


def _squeezed(text: str | None) -> str:
    return "".join((text or "").split())


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, dict[str, str]]:
    with (shared / "truth" / "truth_indicators.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


def _indicators(shared: Path, document: str) -> dict[str, dict]:
    return {row["indicator"]: row for row in _landed(shared, document)["indicators"]}


def test_every_node_of_the_national_scheme(shared, truth):
    found = _indicators(shared, "001")
    assert len(truth) == 83
    assert {
        code: (row["name"], row["parent"] or "", str(row["level"])) for code, row in found.items()
    } == {code: (row["name"], row["parent_code"], row["level"]) for code, row in truth.items()}


def test_every_weight_of_the_national_scheme(shared, truth):
    found = _indicators(shared, "001")
    assert {code: row["weight_printed"] or "" for code, row in found.items()} == {
        code: row["weight_printed"] for code, row in truth.items()
    }
    shares = {code: row for code, row in truth.items() if row["weight_printed"].endswith("%")}
    assert {code: row["weight"] for code, row in found.items() if row["weight"] is not None} == {
        code: float(row["weight_printed"][:-1]) for code, row in shares.items()
    }
    assert {row["weight_base"] for row in found.values() if row["level"] < 3} == {"total", None}
    assert {row["weight_base"] for row in found.values() if row["level"] == 3} == {"parent", None}


@pytest.mark.parametrize(
    ("column", "printed"),
    [
        ("formula", "formula_text"),
        ("data_requirement", "data_requirement"),
        ("data_source", "data_source_departments"),
    ],
)
def test_every_text_of_the_national_scheme_up_to_white_space(shared, truth, column, printed):
    found = _indicators(shared, "001")
    assert sum(row["level"] == "3" for row in truth.values()) == 52
    wrong = [
        code
        for code, row in truth.items()
        if _squeezed(found[code][column]) != _squeezed(row[printed])
    ]
    assert wrong == []


def test_definitions_of_the_second_level(shared, truth):
    found = _indicators(shared, "001")
    said = {
        code: row["notes"].partition("释义:")[2]
        for code, row in truth.items()
        if "释义:" in row["notes"]
    }
    assert len(said) == 23
    assert [c for c in said if _squeezed(found[c]["definition"]) != _squeezed(said[c])] == []


def test_what_only_deducts_and_what_is_asked_of_citizens(shared):
    found = _indicators(shared, "001")
    kinds: dict[str, set[str]] = {}
    for code, row in found.items():
        kinds.setdefault(row["kind"], set()).add(code)
    assert kinds["deduction"] == {"L6", "L6P1", "L6P1-A1", "L6P2", "L6P2-A1"}
    assert kinds["survey"] == {"L8", "L8P1"}
    assert (found["L6"]["weight"], found["L8"]["weight"]) == (0, 40)


def test_what_is_underlined_has_changed(shared):
    found = _indicators(shared, "001")
    changed = {code for code, row in found.items() if row["changed"]}
    assert {"L1P9-A3", "L1P10-A1", "L2P1-A2", "L3P1", "L7P1-A1"} <= changed
    assert not changed & {"L1P1-A1", "L4P2-A2", "L8P1", "L1"}


def test_the_notice_says_24_second_level_indicators_and_has_23(shared):
    findings = _landed(shared, "001")["findings"]
    (found,) = [row for row in findings if row["check"] == "indicator-count"]
    assert (found["line"], found["printed"], found["expected"]) == (61, "24 项二级指标", "23")
    assert not [row for row in findings if row["check"] == "weight-sum"]


def test_repairs_of_the_national_scheme_are_reported_at_their_lines(shared):
    lines: dict[str, list[int]] = {}
    for row in _landed(shared, "001")["findings"]:
        lines.setdefault(row["check"], []).append(row["line"])
    assert lines["scheme-row-shifted"] == [73]
    assert lines["scheme-cell-beyond"] == [120, 121]
    assert lines["scheme-cell-below"] == [81, 149]
    assert set(lines["scheme-printed-twice"]) == {88, 89}
    assert lines["weight-unprinted"] == [113, 149]


def test_the_2015_scheme_and_its_maxima(shared):
    rows = _landed(shared, "002")["indicators"]
    first = {
        row["name"]: row["max_score"]
        for row in rows
        if row["level"] == 1 and row["kind"] in ("score", "bonus")
    }
    assert first == {
        "智慧基础设施": 20,
        "智慧管理": 20,
        "智慧服务": 20,
        "智慧经济": 15,
        "智慧人群": 10,
        "保障体系": 15,
        "加分项": 5,
    }
    second = [row for row in rows if row["level"] == 2 and row["kind"] == "score"]
    assert len(second) == 16
    assert {row["parent"] for row in second} == first.keys() - {"加分项"}
    ten = {row["name"] for row in second if row["max_score"] == 10}
    assert ten == {
        "基础信息资源建设与共享",
        "政府在线服务水平",
        "社会化民生服务水平",
        "数据开放服务水平",
        "城市创新创业水平",
    }
    assert {row["max_score"] for row in second} == {5, 10}
    assert [row["max_score"] for row in rows if row["kind"] == "total"] == [105]


def test_the_one_maximum_of_2015_that_scores_and_rates_contradict(shared):
    findings = _landed(shared, "002")["findings"]
    (found,) = [row for row in findings if row["check"] == "max-contradicted"]
    assert (found["line"], found["printed"], found["expected"]) == (3170, "权重为 10 分", "5")
    assert [row["check"] for row in findings if row["check"] == "indicator-count"] == []


def test_the_four_indices_of_2016_to_2017(shared):
    rows = _landed(shared, "000")["indicators"]
    assert {row["name"]: row["max_score"] for row in rows} == {
        "智慧基础运营": 20,
        "智慧管理服务": 35,
        "智慧经济人文": 25,
        "智慧综合保障": 20,
        "总分": 100,
    }


def test_the_scheme_that_stands_in_prose(shared):
    rows = _landed(shared, "003")["indicators"]
    assert [row["level"] for row in rows] == [1] * 7
    assert [row["kind"] for row in rows] == ["成效类"] * 3 + ["引导性"] * 4
    assert json.dumps([row["name"] for row in rows], ensure_ascii=False) == (
        '["惠民服务", "精准治理", "生态宜居", "智能设施", "信息资源", "网络安全", "改革创新"]'
    )
