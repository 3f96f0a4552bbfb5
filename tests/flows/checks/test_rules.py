"""Every expectation of every dataset, broken once: it passes clean rows and finds the bad one."""

from __future__ import annotations

from typing import Any

import pytest

from flows.checks.engine import run
from flows.checks.frames import dataset_frame
from flows.checks.rules import VIEW_RULES, Rule, shape_rules, sum_rules, value_rules
from schemas.checks import CHECKS
from schemas.datasets import DATASETS

from .samples import LANDED, row

#: Two sound rows of every dataset.
SOUND: dict[str, list[dict[str, Any]]] = {
    "documents": [row("documents", name="example.txt", revision=1, edition_year=2015)],
    "tables": [
        row("tables", table_id=key, kind="list", rows=1, columns=2, line=3, confidence=1.0)
        for key in ("t1", "t2")
    ],
    "cells": [
        row("cells", table_id="t1", row_number=1, column_number=n, value_printed="1", line=4)
        for n in (1, 2)
    ],
    "observations": [
        row(
            "observations",
            table_id="t1",
            row_number=1,
            column_number=n,
            indicator="a",
            measure="value",
            obs_value=1.5,
            obs_status="A",
            unit_mult=4,
        )
        for n in (1, 2)
    ],
    "rankings": [
        row("rankings", table_id="t1", row_number=n, column_number=1, list="a", rank=n)
        for n in (1, 2)
    ],
    "indicators": [row("indicators", indicator=n, name=n, level=1) for n in ("a", "b")],
    "crosswalk": [
        row("crosswalk", indicator="a", other_edition="x-2014", relation="added"),
        row("crosswalk", other_indicator="b", other_edition="x-2014", relation="dropped"),
    ],
    "entities": [row("entities", ref_area=n, name=n, kind="country") for n in ("CHN", "LAO")],
    "findings": [
        row("findings", finding_id=f"f{n:016x}", check="some-check", severity="info")
        for n in (1, 2)
    ],
    "quarantine": [
        row("quarantine", table_id="t1", row_number=n, reason="odd", expectation="some-check")
        for n in (1, 2)
    ],
    "corrections": [
        row(
            "corrections",
            table_id="t1",
            row_number=1,
            column_number=n,
            value_printed="1",
            value_corrected="2",
            obs_value_corrected=2.0,
            rank_corrected=2,
            reason="a slip",
            evidence="the sum of the row",
            decided_by="data desk",
            decided_on="2026-11-20",
            page=1,
            line=4,
        )
        for n in (1, 2)
    ],
    "expectations": [
        row(
            "expectations",
            number=n,
            view="cells",
            check="key-null",
            severity="error",
            expectation="ExpectColumnValuesToNotBeNull",
            expected="not null",
            status="passed",
            rows=2,
            failed=0,
            examples="[]",
        )
        for n in (1, 2)
    ],
}

RULES = [
    pytest.param(name, rule, id=f"{name}-{rule.check}-{rule.column or 'rows'}")
    for name in LANDED
    for rule in (*shape_rules(name), *value_rules(name))
]

#: What no field of a kind allows.
WRONG: dict[str, Any] = {
    "key-null": None,
    "value-null": None,
    "code-known": "no such code",
    "value-pattern": " /",
}


def broken(name: str, rule: Rule) -> list[dict[str, Any]]:
    """Sound rows and a last one that breaks the rule and no other of its kind."""
    rows = [dict(one) for one in SOUND[name]]
    last = dict(rows[-1])
    match rule.check:
        case "columns-set":
            return [{**one, "surplus": 1} for one in rows]
        case "row-count" | "key-unique":
            return [*rows, last]
        case "value-type":
            return [*rows, {**last, DATASETS[name].columns[0]: 5}]
        case "value-range":
            field = DATASETS[name].fields[rule.column or ""]
            wrong = field.minimum - 1 if field.minimum is not None else field.maximum + 1
            return [*rows, {**last, rule.column: int(wrong)}]
    return [*rows, {**last, rule.column: WRONG[rule.check]}]


@pytest.mark.parametrize("name", LANDED)
def test_sound_rows_pass_every_expectation(name: str) -> None:
    rules = (*shape_rules(name), *value_rules(name))
    outcomes = run(name, rules, dataset_frame(SOUND[name], DATASETS[name]))
    assert [one for one in outcomes if one.status != "passed"] == []


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_an_expectation_finds_what_breaks_it(name: str, rule: Rule) -> None:
    rows = broken(name, rule)
    (outcome,) = run(name, [rule], dataset_frame(rows, DATASETS[name]))
    assert outcome.status == "failed", outcome
    if rule.check == "key-unique":
        assert outcome.failed == (len(rows) - 2, len(rows) - 1)
    elif rule.check not in ("columns-set", "row-count"):
        assert outcome.failed == (len(rows) - 1,)


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("observations", "obs_value", "12.5"),
        ("observations", "obs_value", float("inf")),
        ("observations", "obs_value", float("nan")),
        ("observations", "obs_value", True),
        ("observations", "row_number", 1.5),
        ("observations", "row_number", 2**63),
        ("observations", "row_label", "\ud800"),
        ("observations", "row_label", 7),
        ("documents", "facts", "{"),
        ("documents", "facts", {"isbn": []}),
        ("cells", "bbox", [0, 0, 1, 1]),
    ],
)
def test_a_value_of_another_type_is_found(name: str, column: str, value: Any) -> None:
    rows = [*SOUND[name], {**SOUND[name][-1], column: value}]
    rule = next(rule for rule in shape_rules(name) if rule.check == "value-type")
    (outcome,) = run(name, [rule], dataset_frame(rows, DATASETS[name]))
    assert outcome.failed == (len(rows) - 1,)


@pytest.mark.parametrize(
    ("column", "value"),
    [("obs_value", 3), ("obs_value", None), ("row_label", "深圳市"), ("page", 2)],
)
def test_a_value_of_the_type_is_not(column: str, value: Any) -> None:
    rows = [{**SOUND["observations"][0], column: value}]
    rule = next(rule for rule in shape_rules("observations") if rule.check == "value-type")
    (outcome,) = run("observations", [rule], dataset_frame(rows, DATASETS["observations"]))
    assert outcome.status == "passed"


def test_every_check_of_the_dictionary_is_put_by_a_rule() -> None:
    rules = [rule for name in LANDED for rule in (*shape_rules(name), *value_rules(name))]
    rules += [rule for view in VIEW_RULES.values() for rule in view]
    rules += sum_rules(2)
    assert {rule.check for rule in rules} == set(CHECKS)


def test_every_field_with_codes_bounds_or_a_form_is_checked() -> None:
    for name in LANDED:
        rules = {(rule.check, rule.column) for rule in value_rules(name)}
        for column, field in DATASETS[name].fields.items():
            if column in ("edition", "document", "document_sha256") and name != "documents":
                continue
            assert (("code-known", column) in rules) == bool(field.codes)
            assert (("value-pattern", column) in rules) == (field.pattern is not None)
            bounded = field.minimum is not None or field.maximum is not None
            assert (("value-range", column) in rules) == bounded
