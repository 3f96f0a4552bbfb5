"""What holds for the rows of any document: columns, keys, labels, order, purity."""

from __future__ import annotations

import copy
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.areas import Register
from extractors.model import Cell, Column, Row, Table
from extractors.records import Records, records
from schemas.datasets import DATASETS
from tests.extractors.records.making import EDITION, extraction

ROLES = ["rank", "serial", "stub", "class", "unit", "period", "value", "text", "unclear"]
KINDS = ["ranking", "scores", "statistics", "list", "scheme", "correlation", "comparison"]
WORDS = [
    "",
    "指标",
    "城市",
    "2015年",
    "2016年/得分",
    "总分",
    "合计",
    "得分率",
    "数字基础/甲(20)",
    "比重(%)",
    "规划目标/年均增长",
    "单位",
    "排名",
    "甲/乙/丙",
]
TEXTS = [
    "",
    "",
    "南京",
    "北 京",
    "其中：城镇",
    "农村",
    "增长量",
    "2015年",
    "—",
    "32/28",
    "12.5%",
    "3.8",
    "77",
    "合计",
    "L1P1-A1",
    "亿元",
    "某某/某某",
    "1. 网民（亿）",
    "0.477**",
    "第3名",
    "甲、乙",
]

columns = st.builds(
    Column,
    path=st.sampled_from(WORDS).map(lambda text: tuple(text.split("/"))),
    role=st.sampled_from(ROLES),
    field=st.sampled_from([None, "area", "entity", "indicator", "total", "score"]),
    unit=st.sampled_from([None, "%", "万元", "？"]),
    period=st.sampled_from([None, "2015", "2011/2015"]),
    panel=st.sampled_from([0, 0, 0, 1]),
)
cells = st.builds(
    Cell,
    text=st.sampled_from(TEXTS),
    line=st.integers(1, 9),
    filled=st.sampled_from([None, None, "南京", "5"]),
)


@st.composite
def some_tables(draw) -> list[Table]:
    """Tables without any sense: whatever the reading gives, the records have a form."""
    tables = []
    for number in range(draw(st.integers(0, 3))):
        width = draw(st.integers(1, 6))
        rows = [
            Row(draw(st.lists(cells, min_size=0, max_size=width)), line, kind=kind)
            for line, kind in enumerate(
                draw(st.lists(st.sampled_from(["data", "section", "total", "part", "change"])))[:6],
                start=1,
            )
        ]
        tables.append(
            Table(
                table_id=f"t{number}",
                caption=draw(st.sampled_from([None, "", "表1 2015—2016年全国情况", "2016年排名"])),
                caption_line=None,
                kind=draw(st.sampled_from(KINDS)),
                group=draw(st.sampled_from([None, "甲组"])),
                unit=draw(st.sampled_from([None, "%"])),
                page=None,
                line=1,
                columns=draw(st.lists(columns, min_size=width, max_size=width)),
                rows=rows,
            )
        )
    return tables


def check(rows: Records, tables: list[Table]) -> None:
    # What else there is, is made after: of the checks, the sidecar and the commit.
    assert set(rows) == set(DATASETS) - {"corrections", "expectations", "releases"}
    for name, landed in rows.items():
        dataset = DATASETS[name]
        keys = [tuple(row[column] for column in dataset.key) for row in landed]
        assert len(keys) == len(set(keys)), f"{name} has a key twice"
        for row in landed:
            assert set(row) <= set(dataset.columns)
            assert all(row[column] is not None for column in dataset.required)
    printed = sum(
        bool(cell.text or cell.filled) for one in tables for row in one.rows for cell in row.cells
    )
    assert len(rows["cells"]) == printed
    known = {row["indicator"]: row for row in rows["indicators"]}
    for row in (*rows["observations"], *rows["rankings"]):
        assert row["indicator"] is None or row["indicator"] in known
        assert not re.search(r"\s", row["row_label"])
    for row in known.values():
        assert row["parent"] is None or row["parent"] in known
        assert row["level"] > 1 or row["parent"] is None
    areas = {row["ref_area"] for row in rows["entities"]}
    used = {row["ref_area"] for row in (*rows["observations"], *rows["rankings"])}
    assert used - {None} <= areas


@settings(max_examples=80, deadline=None)
@given(some_tables())
def test_whatever_was_recovered_gives_rows_of_the_contracts_form(tables):
    before = copy.deepcopy(tables)
    first = records(extraction(*tables), EDITION, Register.load())
    check(first, tables)
    assert tables == before, "the extraction was changed"
    assert first == records(extraction(*tables), EDITION, Register.load())


def test_a_document_without_tables_has_its_document_row_only(landed):
    rows = landed()
    assert {name: len(found) for name, found in rows.items() if found} == {"documents": 1}
