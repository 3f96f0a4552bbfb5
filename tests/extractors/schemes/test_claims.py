"""What prose says of a scheme: maxima, counts, and a first level that it only enumerates."""

from __future__ import annotations

import pytest

from extractors.schemes.claims import max_claims, prose_nodes
from extractors.schemes.counts import Counted, count_doubts
from tests.extractors.records.making import said

NAMES = {"网络建设": "n", "数据开放": "d", "附加项": "x"}


def _claims(*texts: str) -> list[tuple[object, float, int]]:
    blocks = [said(text, line) for line, text in enumerate(texts, start=1)]
    return [(claim.key, claim.points, claim.line) for claim in max_claims(blocks, NAMES, "all")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("数据开放与网络建设相关，网络建设的平均得分为1.6分（权重为5分）。", [("n", 5.0, 1)]),
        ("数据开放平均 4.7 分(权重 20 分),得分率23%。", [("d", 20.0, 1)]),
        ("本次评估满分为105分（附加项5分），最高80.2分。", [("all", 105.0, 1), ("x", 5.0, 1)]),
        # A change of weight says two numbers, a city's score is none.
        ("数据开放权重由25分降至20分，某城总分 80.20 分。", []),
        ("平均得分为1.6分（权重为5分）。", []),
    ],
)
def test_maxima_belong_to_the_indicator_named_before_them(text, expected):
    assert sorted(_claims(text), key=str) == sorted(expected, key=str)


def test_a_name_cut_by_the_end_of_a_page_is_read_whole():
    first = "随着技术水平的不断提升和政策的支持，从全部评估结果来看，本次的网络"
    assert _claims(first, "建设平均得分为 1.60 分（权重为 5 分）。") == [("n", 5.0, 2)]


NODES = [
    Counted("A1", "惠民服务", 1),
    Counted("A1P1", "政务", 2, ("A1",)),
    Counted("A1P2", "交通", 2, ("A1",)),
    Counted("A2", "信息安全", 1, (), outside=True),
    Counted("A2P1", "保密", 2, ("A2",), outside=True),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("共包含 2 项一级指标，3 项二级指标。", []),
        ("共包含 2 项一级指标，4 项二级指标。", [("4 项二级指标", "3")]),
        # A deduction may be left out of the count.
        ("包括一个一级指标、两个二级指标。", []),
        # A node that is named narrows the count, by its code or by its name.
        ("“信息安全 A2”是扣分指标，共设 1 个二级指标。", []),
        ("惠民服务指标包括政务、交通等两项二级指标。", []),
        ("惠民服务指标包括政务、交通等三项二级指标。", [("三项二级指标", "2")]),
        # Not what the scheme is made of, and a level that is not printed.
        ("有4项二级指标均高于全国平均水平。", []),
        ("共包含 9 项三级指标。", []),
    ],
)
def test_numbers_of_indicators_are_compared(text, found):
    doubts = list(count_doubts([said(text, 7)], NODES))
    assert [(doubt.printed, doubt.expected) for doubt in doubts] == found
    assert all(doubt.line == 7 and doubt.check == "indicator-count" for doubt in doubts)


def test_a_first_level_that_only_prose_enumerates():
    text = "客观指标包括5个一级指标。其中，甲服务、乙治理2个成效类指标，丙设施、丁资源、戊安全3个引导性指标。"
    nodes, doubts = prose_nodes([said(text, 4)])
    assert [(node.name, node.kind) for node in nodes] == [
        ("甲服务", "成效类"),
        ("乙治理", "成效类"),
        ("丙设施", "引导性"),
        ("丁资源", "引导性"),
        ("戊安全", "引导性"),
    ]
    assert doubts == []
    _, doubts = prose_nodes([said(text.replace("5个", "6个"), 4)])
    assert [(doubt.check, doubt.line, doubt.expected) for doubt in doubts] == [
        ("indicator-count", 4, "5")
    ]
    assert prose_nodes([said(text.replace("5个一级指标", "若干方面"), 4)]) == ([], [])
