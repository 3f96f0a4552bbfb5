"""COINr's rules: a pair of files that it takes, and every rule broken once."""

from __future__ import annotations

import copy

import pytest

from flows.export.coinr_rules import problems

COLUMNS = ["uCode", "uName", "Time", "GROUP", "I1_1", "I1_2", "I2", "PUB_TOTAL"]
DATA = [
    {"uCode": "CN440300", "uName": "深圳", "Time": 2015.0, "GROUP": "甲", "I1_1": 1.5, "I1_2": 2.0,
     "I2": None, "PUB_TOTAL": 3.5},
    {"uCode": "U1A", "uName": "某区", "Time": 2015.0, "GROUP": "乙", "I1_1": 1, "I1_2": -2.5,
     "I2": 0.5, "PUB_TOTAL": 1.0},
]  # fmt: skip


def meta_row(level, code, parent, kind="Aggregate", weight=5.0, target=None):
    built = kind in ("Indicator", "Aggregate")
    return {
        "Level": level, "iCode": code, "Parent": parent, "Direction": 1 if built else None,
        "Weight": weight if built else None, "Type": kind, "iName": code, "Unit": "points",
        "Target": target,
    }  # fmt: skip


META = [
    meta_row(3, "TOTAL", None), meta_row(2, "I1", "TOTAL"), meta_row(2, "I2_L2", "TOTAL"),
    meta_row(1, "I1_1", "I1", "Indicator", target=5.0),
    meta_row(1, "I1_2", "I1", "Indicator", target=5.0),
    meta_row(1, "I2", "I2_L2", "Indicator", target=5.0),
    meta_row(None, "GROUP", None, "Group"), meta_row(None, "PUB_TOTAL", None, "Other"),
]  # fmt: skip


def test_a_right_pair_is_taken():
    assert problems(DATA, META, COLUMNS) == []


def in_data(row, name, value):
    def change(data, meta, columns):
        data[row][name] = value

    return change


def in_meta(code, name, value):
    def change(data, meta, columns):
        next(one for one in meta if one["iCode"] == code)[name] = value

    return change


def column(value, place=None):
    def change(data, meta, columns):
        for one in data:
            one.setdefault(value, 1.0)
        columns.append(value) if place is None else columns.__setitem__(place, value)

    return change


def twice(data, meta, columns):
    data.append(dict(data[0]))


def without(name):
    def change(data, meta, columns):
        for one in meta:
            del one[name]

    return change


def drop(code):
    def change(data, meta, columns):
        meta[:] = [one for one in meta if one["iCode"] != code]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (in_data(0, "uCode", "440300"), "no code"),
        (in_data(0, "uCode", "CN 1"), "no code"),
        (in_data(0, "uCode", 440300), "no code"),
        (in_data(0, "Time", "2015"), "no number"),
        (in_data(0, "uName", 1), "no text"),
        (twice, "stands twice"),
        (column("I2"), "stands twice"),
        (column("I 9", 6), "no code"),
        (in_data(1, "uCode", "I2"), "a uCode and a column"),
        (column("OTHER"), "not in iMeta"),
        (without("Weight"), "lacks Weight"),
        (in_meta("TOTAL", "Level", 4), "skips"),
        (in_meta("I2", "Level", 1.5), "whole numbers"),
        (in_meta("I2", "iCode", "I1_1"), "stands twice"),
        (in_meta("I1", "iCode", "1I"), "no code"),
        (in_meta("I1_1", "Direction", 0), "Direction"),
        (in_meta("I1_1", "Type", "Score"), "Type"),
        (in_meta("I1_1", "Weight", None), "Weight"),
        (in_meta("I1", "Weight", "5"), "Weight"),
        (in_meta("I1_1", "Target", None), "Target"),
        (in_meta("I1_1", "iName", None), "iName"),
        (in_meta("PUB_TOTAL", "Unit", None), "Unit"),
        (in_meta("I1", "Type", "Indicator"), "an indicator at Level 2"),
        (in_meta("I1", "Parent", "NONE"), "no iCode"),
        (in_meta("I1_1", "Parent", "TOTAL"), "not in the level above"),
        (in_meta("I1", "Parent", None), "not in the level above"),
        (in_meta("TOTAL", "Parent", "I1"), "highest level"),
        (in_meta("I2", "Parent", "I1"), "aggregate of nothing"),
        (column("I1"), "an aggregate is a column"),
        (lambda data, meta, columns: columns.remove("I2"), "no column of iData"),
        (in_data(0, "I1_1", "1.5"), "no number"),
        (drop("PUB_TOTAL"), "not in iMeta"),
        (lambda data, meta, columns: columns.remove("uCode"), "no uCode"),
        (lambda data, meta, columns: meta.clear(), "lacks all rows"),
    ],
)
def test_a_broken_rule_is_named(change, said):
    data, meta, columns = copy.deepcopy((DATA, META, COLUMNS))
    change(data, meta, columns)
    found = problems(data, meta, columns)
    assert any(said in one for one in found), found
