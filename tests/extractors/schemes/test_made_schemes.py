"""Made notices with other schemes: other codes, levels, headers and weights, the same code."""

from __future__ import annotations

import pytest

from extractors.areas import Register
from extractors.pipeline import extract
from extractors.records import records
from extractors.schemes import SchemeReading, read_schemes
from tests.extractors.records.making import EDITION, column, extraction, pick, table

POINTS_AND_FOUR_LEVELS = """
某市数字乡镇考核方案

满分为 100 分，共设 2 个一级指标、4 个二级指标、4 个三级指标和 8 个四级指标。

目标层（分值）\t准则层（分值）\t要素层（分值）\t指标层及评分标准\t数据要求\t牵头单位
1 基础（60分）\t1.1 网络（40分）\t1.1.1 骨干（40分）\t<p>1.1.1.1 光纤（25分）：评分标准：得分=25×（a/b）</p><p>1.1.1.2 卫星（15分）：建成得15分。</p>\t<p>提供光纤台账。</p><p>提供卫星台账。</p>\t<p>甲局</p>
\t1.2 算力（20分）\t1.2.1 中心（20分）\t<p>1.2.1.1 机房（12分）：每处得3分，最高12分。</p><p>1.2.1.2 备份（8分）：有得8分。</p><p>2.1.1.1 目录（10分）：得分=10×（c/d）</p>\t<p>机房清单。</p><p>备份清单。</p>\t乙局

目标层（分值）\t准则层（分值）\t要素层（分值）\t指标层及评分标准\t数据要求\t牵头单位
2 数据（40分）\t2.1 共享（30分）\t2.1.1 编目（30分）\t\t<p>目录清单。</p>\t丙局
\t<p>2.1.1.2 更新（20分）：得分=20×（e/f）</p>\t<p>更新日志。</p>\t<p>丙局</p>\t\t
\t2.2 开放（10分）\t2.2.1 接口（10分）\t<p>2.2.1.1 接口数（10分）：每个得1分，最高10分，</p>\t接口文\t丁局

目标层（分值）\t准则层（分值）\t要素层（分值）\t指标层及评分标准\t数据要求\t牵头单位
\t\t\t<p>停用的接口不计。</p>\t档。\t
"""

NO_CODES_AND_REVERSED_LEVELS = """
园区评价指标体系（试行）

序号\t四级指标（分值）\t三级指标（分值）\t二级指标（分值）\t一级指标（分值）\t评分标准\t责任单位
1\t到户率（30分）\t宽带（50分）\t网络（70分）\t设施（110分）\t到户率=30×（到户数/总户数）\t甲局
2\t移动信号（20分）\t\t\t\t每处盲区扣2分，扣完为止。\t甲局、乙局
3\t传感网（20分）\t感知（20分）\t\t\t建成得20分。\t乙局
4\t共享目录（25分）\t数据（40分）\t平台（40分）\t\t有目录得25分，没有得0分。\t丙局
5\t开放接口（15分）\t\t\t\t每个接口得3分，最高15分。\t丙局
6\t一窗受理（90分）\t受理（90分）\t办事（90分）\t服务（90分）\t一窗事项数/事项总数×90\t丁局
"""

CODE_COLUMN_AND_FRACTIONS = """
附件 数字县域评估指标

|编号|指标名称|权重|指标释义|数据来源|
|---|---|---|---|---|
|A1|数字基础|0.4|评估基础设施。|—|
|A1.1|网络覆盖|0.25|评估网络。|—|
|A1.1.1|千兆小区占比|0.15|千兆小区占小区总数的比例。|通信局|
|A1.1.2|5G基站密度|0.10|每万人的基站数。|通信局|
|A1.2|算力|0.15|评估算力。|—|
|A1.2.1|机柜数量|0.15|每万人机柜数量。|大数据局|
|A2|数字治理|0.6|评估治理。|—|
|A2.1|在线服务|0.6|评估服务。|—|
|A2.1.1|全程网办率|0.35|网办事项占事项总数的比例。|审批局|
|A2.1.2|PM2.5在线监测率|0.25|在线点位的比例。|环境局|
"""

FLAT_CODES_AND_WEIGHTS_OF_THE_PARENT = """
表3 园区评价指标

数据要求\t评价方法\t三级指标\t权重\t二级指标\t权重\t一级指标\t权重
提供台账。\t每项得10分，满分100分。\tC-01 能耗监测\t60%\tB1 绿色低碳\t50%\tA1 运行\t55%
\t\tC-02 污染监控\t40%\t\t\t\t
提供截图。\t得分=C-03 覆盖率×100\tC-03 视频覆盖\t100%\tB2 安全\t50%\t\t
提供合同。\t有得100分，无得0分。\tC-04 企业服务\t70%\tB3 服务\t100%\tA2 服务\t45%
提供名单。\t每家得5分，最高100分。\tC-05 入驻机构\t20%\t\t\t\t
"""

CHANGES_AND_PACKED_CLAUSES = """
某省园区评价工作方案

备注：标注下划线的为较上版有修改的内容。

一级指标及分值\t二级指标及分值\t三级指标及计分方法\t材料要求\t责任单位
运行 A1 (60分)\t值守 A1-B1 (60分)\t<p>1.在岗率（A1-B1-C1，45分）： 计分方法：A1-B1-C1 得分=45×（在岗天数/总天数）</p> <p><u>2.响应时长（A1-B1-C2，15分）：</u></p> <p>计分方法：不高于10分钟时15分，高于10分钟时0分。</p>\t<p>值守记录。</p> <p>响应记录。</p>\t运行处
服务 A2 (40分)\t满意 A2-B1 (40分)\t1.满意度（A2-B1-C1，18分）：计分方法：$18 \\times \\frac{\\text{满意}}{\\text{总数}}$。2.投诉率（A2-B1-C2，12分）：计分方法：每起减2分。3.办结率（A2-B1-C3，10分）：计分方法：办结数/受理数×10\t1.问卷。2.投诉记录。3.办件记录。\t<p>服务处</p>
加分项 A3（只作加分项）\t首创 A3-B1 (5分)\t1.首创经验（A3-B1-C1，5分）：计分方法：每项加1分。\t批文。\t研究室
"""


def read(text: str) -> SchemeReading:
    return read_schemes(extract(text.encode(), "made.txt"))


def rows(text: str) -> dict[str, dict]:
    return {row["indicator"]: row for row in read(text).rows()}


def checks(text: str) -> list[str]:
    """What was doubtful of the scheme itself; formulas have tests of their own."""
    found = [doubt.check for doubt in read(text).doubts]
    return [check for check in found if check != "formula-unparsed"]


def test_four_levels_of_numbers_with_points():
    found = rows(POINTS_AND_FOUR_LEVELS)
    assert [(code, row["parent"], row["level"], row["name"]) for code, row in found.items()] == [
        ("1", None, 1, "基础"),
        ("1.1", "1", 2, "网络"),
        ("1.1.1", "1.1", 3, "骨干"),
        ("1.1.1.1", "1.1.1", 4, "光纤"),
        ("1.1.1.2", "1.1.1", 4, "卫星"),
        ("1.2", "1", 2, "算力"),
        ("1.2.1", "1.2", 3, "中心"),
        ("1.2.1.1", "1.2.1", 4, "机房"),
        ("1.2.1.2", "1.2.1", 4, "备份"),
        ("2", None, 1, "数据"),
        ("2.1", "2", 2, "共享"),
        ("2.1.1", "2.1", 3, "编目"),
        ("2.1.1.1", "2.1.1", 4, "目录"),
        ("2.1.1.2", "2.1.1", 4, "更新"),
        ("2.2", "2", 2, "开放"),
        ("2.2.1", "2.2", 3, "接口"),
        ("2.2.1.1", "2.2.1", 4, "接口数"),
    ]
    assert {row["weight_base"] for row in found.values()} == {"total"}
    points = {code: row["max_score"] for code, row in found.items()}
    assert points == {code: row["weight"] for code, row in found.items()}
    assert (points["1"], points["2.1.1.2"], points["1.2.1.2"]) == (60, 20, 8)
    assert found["1.1.1.1"]["formula"] == "得分=25×（a/b）"


def test_packed_items_get_each_its_own_texts_one_from_the_next_page():
    found = rows(POINTS_AND_FOUR_LEVELS)
    said = {c: (r["data_requirement"], r["data_source"]) for c, r in found.items() if r["formula"]}
    assert said == {
        "1.1.1.1": ("提供光纤台账。", "甲局"),
        "1.1.1.2": ("提供卫星台账。", "甲局"),
        "1.2.1.1": ("机房清单。", "乙局"),
        "1.2.1.2": ("备份清单。", "乙局"),
        "2.1.1.1": ("目录清单。", "丙局"),
        "2.1.1.2": ("更新日志。", "丙局"),
        "2.2.1.1": ("接口文档。", "丁局"),
    }


def test_text_cut_by_a_page_and_a_row_moved_sideways_are_healed_and_reported():
    found = rows(POINTS_AND_FOUR_LEVELS)
    assert found["2.2.1.1"]["formula"] == "每个得1分，最高10分，停用的接口不计。"
    assert found["2.1.1.2"]["formula"] == "得分=20×（e/f）"
    reported = read(POINTS_AND_FOUR_LEVELS).doubts
    (shifted,) = [doubt for doubt in reported if doubt.check == "scheme-row-shifted"]
    assert (shifted.line, shifted.row_number) == (12, 4)


def test_numbers_in_prose_are_compared_with_the_scheme():
    doubts = [d for d in read(POINTS_AND_FOUR_LEVELS).doubts if d.check == "indicator-count"]
    assert [(d.line, d.printed, d.expected) for d in doubts] == [(4, "8 个四级指标", "7")]


def test_a_scheme_without_codes_whose_levels_stand_from_the_lowest():
    found = rows(NO_CODES_AND_REVERSED_LEVELS)
    assert list(found) == [
        "设施",
        "设施/网络",
        "设施/网络/宽带",
        "设施/网络/宽带/到户率",
        "设施/网络/宽带/移动信号",
        "设施/网络/感知",
        "设施/网络/感知/传感网",
        "设施/平台",
        "设施/平台/数据",
        "设施/平台/数据/共享目录",
        "设施/平台/数据/开放接口",
        "服务",
        "服务/办事",
        "服务/办事/受理",
        "服务/办事/受理/一窗受理",
    ]
    item = found["设施/网络/宽带/移动信号"]
    assert (item["level"], item["max_score"], item["weight"]) == (4, 20, 10)
    assert (item["formula"], item["data_source"]) == ("每处盲区扣2分，扣完为止。", "甲局、乙局")
    assert found["设施"]["formula"] is None
    assert checks(NO_CODES_AND_REVERSED_LEVELS) == []


def test_codes_in_a_column_of_their_own_and_weights_as_fractions():
    found = rows(CODE_COLUMN_AND_FRACTIONS)
    assert len(found) == 10
    item = found["A2.1.2"]
    assert (item["name"], item["parent"], item["level"]) == ("PM2.5在线监测率", "A2.1", 3)
    assert (item["weight"], item["weight_base"], item["weight_printed"]) == (25, "total", "0.25")
    assert (item["definition"], item["data_source"]) == ("在线点位的比例。", "环境局")
    assert checks(CODE_COLUMN_AND_FRACTIONS) == []


def test_flat_codes_hang_on_the_columns_and_weights_are_of_the_parent():
    found = rows(FLAT_CODES_AND_WEIGHTS_OF_THE_PARENT)
    assert {
        code: (row["parent"], row["weight"], row["weight_base"]) for code, row in found.items()
    } == {
        "A1": (None, 55, "total"),
        "B1": ("A1", 50, "parent"),
        "C-01": ("B1", 60, "parent"),
        "C-02": ("B1", 40, "parent"),
        "B2": ("A1", 50, "parent"),
        "C-03": ("B2", 100, "parent"),
        "A2": (None, 45, "total"),
        "B3": ("A2", 100, "parent"),
        "C-04": ("B3", 70, "parent"),
        "C-05": ("B3", 20, "parent"),
    }
    assert found["C-03"]["formula"] == "得分=C-03 覆盖率×100"
    assert found["C-05"]["data_requirement"] == "提供名单。"


def test_weights_that_do_not_add_up_are_found():
    doubts = read(FLAT_CODES_AND_WEIGHTS_OF_THE_PARENT).doubts
    (doubt,) = [doubt for doubt in doubts if doubt.check == "weight-sum"]
    assert (doubt.check, doubt.line, doubt.printed, doubt.expected) == (
        "weight-sum",
        8,
        "90%",
        "100%",
    )
    assert "C-05 20%" in (doubt.evidence or "")


def test_what_is_underlined_has_changed_where_the_notice_says_so():
    found = rows(CHANGES_AND_PACKED_CLAUSES)
    assert {code for code, row in found.items() if row["changed"]} == {"A1-B1-C2"}
    silent = rows(CHANGES_AND_PACKED_CLAUSES.replace("下划线", "星号"))
    assert not any(row["changed"] for row in silent.values())


def test_items_in_one_run_of_text_are_told_by_their_codes():
    found = rows(CHANGES_AND_PACKED_CLAUSES)
    assert found["A2-B1-C1"]["formula"] == "18 × (满意)/(总数)。"
    assert found["A2-B1-C2"]["formula"] == "每起减2分。"
    assert found["A2-B1-C3"]["data_requirement"] == "3.办件记录。"


def test_extra_points_stand_outside_the_hundred():
    found = rows(CHANGES_AND_PACKED_CLAUSES)
    assert [found[code]["kind"] for code in ("A1", "A3", "A3-B1", "A3-B1-C1")] == [
        "score",
        "bonus",
        "bonus",
        "bonus",
    ]
    assert "weight-sum" not in checks(CHANGES_AND_PACKED_CLAUSES)


@pytest.mark.parametrize(
    "text",
    [
        POINTS_AND_FOUR_LEVELS,
        NO_CODES_AND_REVERSED_LEVELS,
        CODE_COLUMN_AND_FRACTIONS,
        FLAT_CODES_AND_WEIGHTS_OF_THE_PARENT,
        CHANGES_AND_PACKED_CLAUSES,
    ],
)
def test_cells_stay_as_printed(text):
    (table,) = extract(text.encode(), "made.txt").tables
    assert table.kind == "scheme"
    printed = "".join(text.split())
    assert all("".join(cell.text.split()) in printed for row in table.rows for cell in row.cells)
    read_schemes(extract(text.encode(), "made.txt"))


def test_scores_are_of_the_codes_that_the_scheme_prints():
    columns = [
        column("一级指标", "text"),
        column("二级指标", "text"),
        column("权重", "value"),
        column("计算方法", "text"),
    ]
    scheme = table(
        columns,
        [
            "A1 基础|A1.1 网络覆盖|60%|甲/乙×100",
            "|A1.2 算力规模|40%|丙/丁×100",
            "A2 应用|A2.1 办事|100%|x",
        ],
        kind="scheme",
        line=10,
    )
    scores = table(
        [
            column("城市", "stub", field="area"),
            column("基础/网络覆盖", "value"),
            column("办事", "value"),
        ],
        ["北京|3|4", "上海|5|2"],
        kind="scores",
        line=40,
    )
    found = records(extraction(scheme, scores), EDITION, Register.load())
    assert set(pick(found["observations"], "indicator")) == {"A1.1", "A2.1"}
    assert pick(found["indicators"], "indicator") == ["A1", "A1.1", "A1.2", "A2", "A2.1"]
    assert pick(found["observations"], "table_id") == ["t40"] * 4  # weights are no observations
