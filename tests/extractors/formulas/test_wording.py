"""Criteria in words: what a wording means, in the words of schemes that were made up."""

from __future__ import annotations

from typing import Any

import pytest

from extractors.formulas import FormulaError, evaluate, parse_formula
from extractors.formulas.model import Quantity


def _score(text: str, /, requirement: str | None = None, **given: Any) -> float:
    result = parse_formula(text, requirement)
    assert result.formula is not None, result.reason
    return evaluate(result.formula, given)


def _refusal(text: str) -> str:
    result = parse_formula(text)
    assert result.formula is None
    assert result.reason is not None
    return result.reason.code


#: A scheme that nobody published, in other words: other labels, signs, verbs and order.
RIVERS = "得分＝60％×甲＋40％×乙，其中：甲＝（达标河段数÷监测河段总数）×100；乙＝每建成1处湿地计5分，上限100分"
GREEN = (
    "C3 得分 = 0.7×x1 + 0.3×x2 x1: 绿地率大于等于40%计100分，30%～40%计60分，低于30%计0分 "
    "x2: 是否编制规划，已编制计100分，未编制计0分"
)
PERMITS = r"$S=\frac{办结件数}{受理件数}\times 100\%\times 15$，比值大于1时取1"
CENTRE = "建成指挥中心得10分；接入部门10个以上得10分，5-9个得5分，5个以下得0分；总分不超过15分"
SAFETY = "每发生一起责任事故扣2分，最多扣10分"


@pytest.mark.parametrize(
    ("text", "given", "score"),
    [
        # 60% × (30 / 40) × 100 = 45; 40% × min(7 × 5, 100) = 14
        (RIVERS, {"达标河段数": 30, "监测河段总数": 40, "建成湿地": 7}, 59.0),
        (RIVERS, {"达标河段数": 40, "监测河段总数": 40, "建成湿地": 21}, 100.0),
        # 0.7 × 60 + 0.3 × 100; 40% itself belongs to the grade above
        (GREEN, {"绿地率": 0.39, "是否编制规划": True}, 72.0),
        (GREEN, {"绿地率": 0.4, "是否编制规划": False}, 70.0),
        (PERMITS, {"办结件数": 90, "受理件数": 100}, 13.5),
        (PERMITS, {"办结件数": 110, "受理件数": 100}, 15.0),
        (CENTRE, {"建成指挥中心": True, "接入部门": 12}, 15.0),
        (CENTRE, {"建成指挥中心": False, "接入部门": 5}, 5.0),
        (CENTRE, {"建成指挥中心": True, "接入部门": 4}, 10.0),
        (SAFETY, {"发生责任事故": 3}, -6.0),
        (SAFETY, {"发生责任事故": 9}, -10.0),
    ],
)
def test_a_made_up_scheme(text: str, given: dict[str, Any], score: float) -> None:
    assert _score(text, **given) == score


@pytest.mark.parametrize(
    ("text", "given", "score"),
    [
        ("满意率超过90%的，得5分；超过80%不足90%的，得3分；其余不得分", {"满意率": 0.85}, 3),
        ("满意率超过90%的，得5分；超过80%不足90%的，得3分；其余不得分", {"满意率": 0.8}, 0),
        ("合格率在(80%,90%]之间得6分，高于90%得9分，不高于80%得1分", {"合格率": 0.9}, 6),
        ("合格率在(80%,90%]之间得6分，高于90%得9分，不高于80%得1分", {"合格率": 0.8}, 1),
        (
            "合格率≥95%得20分，85%≤合格率<95%得10分，合格率<85%不得分",
            {"合格率": 0.95},
            20,
        ),
        ("合格率≥95%得20分，85%≤合格率<95%得10分，合格率<85%不得分", {"合格率": 0.85}, 10),
        # Printed from the lowest: the grades end where the next begins.
        ("参与率30%以上得10分，60%以上得20分，90%以上得30分", {"参与率": 0.95}, 30),
        ("参与率30%以上得10分，60%以上得20分，90%以上得30分", {"参与率": 0.6}, 20),
        (
            "站点数多于8个(含8个)的，得9分；站点数在3-7个之间，得4分；未设站点的，不得分",
            {"站点数": 8},
            9,
        ),
        (
            "站点数多于8个(含8个)的，得9分；站点数在3-7个之间，得4分；未设站点的，不得分",
            {"站点数": 0},
            0,
        ),
        (
            "完成率=完成数/任务数，完成率达到90%得20分，低于90%得5分",
            {"完成数": 9, "任务数": 10},
            20,
        ),
    ],
)
def test_grades(text: str, given: dict[str, Any], score: float) -> None:
    assert _score(text, **given) == score


def test_a_grade_that_is_missing_is_an_error() -> None:
    text = "站点数多于8个(含8个)的，得9分；站点数在3-6个之间，得4分"
    with pytest.raises(FormulaError, match="no_grade"):
        _score(text, 站点数=7)


@pytest.mark.parametrize(
    ("text", "given", "score"),
    [
        ("是否公开年报，公开得40分，未公开得0分", {"是否公开年报": True}, 40),
        ("是否公开年报，未公开得0分，公开得40分", {"是否公开年报": True}, 40),
        ("是否公开年报，未公开得5分，公开得40分", {"是否公开年报": False}, 5),
        ("门户网站情况，有且开通得30分，没有得0分", {"门户网站情况": False}, 0),
        ("开设窗口得30分；未开设得0分", {"开设窗口": True}, 30),
        ("建立台账，得25分；公布清单，得15分", {"建立台账": False, "公布清单": True}, 15),
        ("评定等级：优秀得10分，良好得8分，其他得0分", {"评定等级": "良好"}, 8),
        (
            "设备(3分)、人员(2分)、制度(1分)，满分6分",
            {"设备": True, "人员": False, "制度": True},
            4,
        ),
        ("渠道(最高5分,其中,自建3分,每多1个代办点加1分)", {"渠道自建": True, "渠道代办点": 9}, 5),
        ("村(社区)均接入得9分，2个接入得4分，1个接入得2分，均未接入得0分", {"村(社区)": 3}, 9),
        ("村(社区)均接入得9分，2个接入得4分，1个接入得2分，均未接入得0分", {"村(社区)": 0}, 0),
    ],
)
def test_criteria(text: str, given: dict[str, Any], score: float) -> None:
    assert _score(text, **given) == score


@pytest.mark.parametrize(
    ("text", "count", "score"),
    [
        ("每实现1种服务得20分，最高得分100", 4, 80),
        ("每实现1种服务得20分，最高得分100", 6, 100),
        ("每实现一种服务得20分，满分为100分，最高100分", 6, 100),
        ("实现1项服务得25分，满分100分", 5, 100),
        ("服务每实现1项得2分，满分为70分，超出35项按满分70分记", 36, 70),
        # The fifth brings more than its own 8.
        ("每实现一种服务得8分，实现5种及以上可得满分50分", 4, 32),
        ("每实现一种服务得8分，实现5种及以上可得满分50分", 5, 50),
    ],
)
def test_so_many_for_each(text: str, count: int, score: float) -> None:
    formula = parse_formula(text).formula
    assert formula is not None
    (counted,) = formula.inputs
    assert (counted.kind, counted.unit in ("种", "项")) == ("count", True)
    assert evaluate(formula, {counted.name: count}) == score
    assert evaluate(formula, {counted.name: {f"第{n}" for n in range(count)}}) == score


def test_an_item_without_which_the_whole_is_worth_nothing() -> None:
    text = (
        "得分=b1+b2 b1: ①建成平台(15分)；②能够查询(5分)、导出(5分)；"
        "③不满足b1中①项得0分，即本项整体不得分。 b2: 每接入1个部门得2分"
    )
    given = {"能够查询": True, "导出": False, "接入部门": 3}
    assert _score(text, 建成平台=True, **given) == 15 + 5 + 6
    assert _score(text, 建成平台=False, **given) == 0


@pytest.mark.parametrize(
    ("text", "given", "score"),
    [
        ("得分=甲/乙×20。若乙为零，则得满分", {"甲": 0, "乙": 0}, 20),
        ("得分=甲/乙×20。若乙为零，则得满分", {"甲": 1, "乙": 4}, 5),
        ("得分=甲/乙×20。分母为0时，得3分。", {"甲": 1, "乙": 0}, 3),
        ("得分=20%×b b=甲/乙×50, 如果乙为0, 则 b = 10。", {"甲": 1, "乙": 0}, 2),
        ("得分=处置数/事件举报数×9 举报事件为0不得分,举报事件不为0按照上述公式计算。",
         {"处置数": 0, "事件举报数": 0}, 0),
        ("得分=甲/乙×20，比值大于1时取1", {"甲": 5, "乙": 4}, 20),
        ("得分=20×新增企业数，最高60分", {"新增企业数": 4}, 60),
    ],
)  # fmt: skip
def test_exceptions(text: str, given: dict[str, Any], score: float) -> None:
    assert _score(text, **given) == score


def test_lists() -> None:
    assert _score("得分=5%×三个分项分数之和。", 分项分数=[10, 20, 30]) == 3
    assert _score("得分=5%×该分项分数。", 分项分数=40) == 2
    assert _score("得分=各分项得分的平均值×10%", 分项得分=[10, 20]) == 1.5
    text = "得分=(1/n)×Σ(到访次数/预约次数)×100；n表示场馆数。"
    # (1/2) × (1/2 + 3/4) × 100
    assert _score(text, n=2, 到访次数=[1, 3], 预约次数=[2, 4]) == 62.5
    formula = parse_formula(text).formula
    assert formula is not None
    assert Quantity("n", "number", meaning="场馆数") in formula.inputs
    with pytest.raises(FormulaError, match="3 are needed"):
        _score("得分=5%×三个分项分数之和。", 分项分数=[10, 20])
    with pytest.raises(FormulaError, match="one length"):
        _score(text, n=2, 到访次数=[1, 3], 预约次数=[2])


def test_a_maximum_from_the_data_requirement_is_noted() -> None:
    text, requirement = "得分=20%×(渠道种类×20)", "每实现1种渠道，得20分，最高得分100。取年底数据。"
    assert _score(text, 渠道种类=6) == 24
    assert _score(text, requirement, 渠道种类=6) == 20
    formula = parse_formula(text, requirement).formula
    assert formula is not None
    assert "data requirement" in formula.notes[0]


def test_two_criteria_of_one_name_are_two_inputs() -> None:
    text = "得分=b1+b2 b1: 网站(4分)、广播(3分) b2: 网站(9分)"
    assert _score(text, **{"网站": False, "广播": False, "b2:网站": True}) == 9


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_formula"),
        ("得分由问卷确定，方法另行通知", "no_formula"),
        ("得分=30%×(1/n)×2(甲/乙)", "syntax"),
        ("得分=(甲+乙", "syntax"),
        ("得分=甲×乙²×√丙", "syntax"),
        ("得分=b1+b2 b1: 是否达标，达标得5分，未达标得0分", "undefined_part"),
        ("得分=A×B，其中A=B+1，B=A+1", "circular"),
        # Words about the score that nothing reads must not be dropped.
        ("得分=甲/乙×100。丙低于5的，按折算后取值。", "unread_text"),
        ("得分=100-每发生1起扣5分", "unread_text"),
        ("增速不低于8%得10分，每低1个百分点扣2分", "unread_text"),
        ("资金到位率100%得3分；每降低10%得1分", "unread_text"),
        # Do they add, or exclude each other?
        ("应急体系，建有平台得10分，开通热线得5分", "unread_text"),
        ("得分=甲/乙×100。若丙为0，则得满分", "unread_text"),
        ("得分=甲/乙×100，如果未提交材料则作废", "unread_text"),
        ("得分=(1/n)×Σ(甲/乙)。乙为0时，得0分。", "unread_text"),
        ("得分=甲+b1 b1: 甲每新增1个得5分；得满分", "unread_text"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    assert _refusal(text) == code
