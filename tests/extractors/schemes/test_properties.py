"""Whatever a scheme's table prints, reading it gives a tree, once each, and never fails."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.schemes import read_schemes
from tests.extractors.records.making import column, extraction, table

HEADERS = (
    "一级指标及权重", "二级指标（分值）", "三级指标", "指标名称", "二级指标释义及评价方法",
    "三级指标及计算方法", "权重", "分值", "编号", "数据要求", "数据来源", "备注", "",
)  # fmt: skip

CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "A1",
            "A1 基础 (20%)",
            "1 基础",
            "1.1 网络（5分）",
            "B1.1",
            "C 加分项",
            "20%",
            "0.3",
            "——",
        ]
    ),
    st.sampled_from(
        [
            "<p>1.覆盖率（A1.1，5分）：得分=30%×（甲/乙）×100</p><p>2.开通率（A1.2）：有得5分。</p>",
            "<u>1.覆盖率</u>：甲/乙。2.开通率：乙/丙。",
            r"$L1 \text{得分} = \frac{a}{b}$",
            "<p>甲。</p><p>乙。</p><p>丙。</p>",
            "本指标作为扣分项",
        ]
    ),
    st.text("甲乙A1.-（）():：%分<>/pu$\\ 23", max_size=24),
)


@st.composite
def tables(draw):
    headers = draw(st.lists(st.sampled_from(HEADERS), min_size=2, max_size=7))
    count = draw(st.integers(1, 6))
    rows = [
        "|".join(draw(CELLS).replace("|", "").replace("^", "") for _ in headers)
        for _ in range(count)
    ]
    columns = [column(header, "text") for header in headers]
    return table(columns, rows, kind="scheme")


@settings(max_examples=150, deadline=None)
@given(st.lists(tables(), min_size=1, max_size=2))
def test_reading_gives_a_tree(made):
    reading = read_schemes(extraction(*made))
    rows = reading.rows()
    seen: set[str] = set()
    for node, row in zip(reading.nodes, rows, strict=True):
        assert row["parent"] is None or row["parent"] in seen
        assert row["level"] == 1 + (node.parent.level if node.parent else 0)
        assert row["name"] or row["indicator"]
        seen.add(row["indicator"])
    assert len(seen) == len(rows)
