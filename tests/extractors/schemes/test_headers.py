"""What the columns of a scheme hold."""

from __future__ import annotations

import pytest

from extractors.schemes.headers import is_scheme, scheme_columns
from tests.extractors.records.making import column, table


def _columns(*headers: str):
    return scheme_columns([column(header, "text") for header in headers])


def test_one_header_may_name_nodes_and_say_something_of_them():
    top, part, defined, item = _columns(
        "一级指标及权重", "二级指标及权重", "二级指标释义及评价方法", "二级指标分项及计算方法"
    )
    assert (top.level, part.level, item.level) == (1, 2, 3)
    assert top.fields == ("weight",)
    assert (defined.level, defined.owner, defined.fields) == (None, 2, ("definition", "formula"))
    assert item.fields == ("formula",)


def test_levels_are_counted_from_the_top_in_any_order_of_columns():
    assert [c.level for c in _columns("三级指标", "二级指标", "一级指标")] == [3, 2, 1]
    assert [c.level for c in _columns("目标层", "准则层", "指标层")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("headers", "owners"),
    [
        # One weight a level: each goes with its level, before or behind it.
        (["一级指标", "权重", "二级指标", "权重", "计算方法"], {1: 1, 3: 2, 4: 2}),
        (["权重", "一级指标", "权重", "二级指标"], {0: 1, 2: 2}),
        # A single weight between two levels is of the left one, at the end of the lowest.
        (["一级指标", "权重", "二级指标"], {1: 1}),
        (["二级指标", "一级指标", "分值", "责任单位"], {2: 2, 3: 2}),
        (["一级指标", "一级指标权重", "二级指标"], {1: 1}),
    ],
)
def test_whose_a_column_is(headers, owners):
    columns = _columns(*headers)
    assert {index: columns[index].owner for index in owners} == owners


def test_points_and_percent_are_told_by_the_header():
    assert _columns("分值")[0].points and not _columns("权重（%）")[0].points
    assert _columns("权重（%）")[0].percent
    assert _columns("二级指标（分值）")[0].points


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([("一级指标", "text"), ("二级指标", "text"), ("分值", "value"), ("说明", "text")], True),
        ([("编号", "text"), ("指标名称", "stub"), ("权重", "value")], True),
        # Numbers of places or years are no weights.
        (
            [("一级指标", "text"), ("二级指标", "text"), ("2015年", "value"), ("说明", "text")],
            False,
        ),
        ([("排名", "rank"), ("指标", "stub"), ("权重", "value")], False),
        ([("变动情况", "text"), ("指标名称", "stub"), ("修改说明", "text")], False),
        ([("指标名称", "stub"), ("单位", "unit"), ("目标值", "value")], False),
    ],
)
def test_which_tables_are_schemes(columns, expected):
    cells = "|".join("1" for _ in columns)
    made = table([column(header, role) for header, role in columns], [cells])
    assert is_scheme(made) is expected


@pytest.mark.parametrize(("scores", "expected"), [("", True), ("18.5", False)])
def test_a_form_with_a_blank_for_scores_is_a_scheme_and_a_filled_one_is_not(scores, expected):
    roles = {
        "一级指标": "stub",
        "二级指标": "text",
        "分值": "value",
        "自评得分": "value",
        "说明": "text",
    }
    made = table([column(h, r) for h, r in roles.items()], [f"甲|乙|20|{scores}|丙"])
    assert is_scheme(made) is expected
