"""Links between two editions' indicators: tables of changes, marks, names, the other edition."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from extractors.areas import Register
from extractors.pipeline import extract
from extractors.records import EditionContext, records
from extractors.records.crosswalk import crosswalk_rows
from schemas.crosswalk import parse_crosswalk_words
from schemas.fields import DictionaryError
from tests.extractors.records.making import column, extraction, row, said, table

CAPTION = "表2 2016年测试评估指标修改说明表"
EDITION = EditionContext("某会-数字指数-2016", 2016, "test.txt")


def node(name: str, **more) -> dict:
    return {"indicator": more.pop("id", f"数字指数/{name}"), "name": name, **more}


NODES = [
    node("网络建设水平"),
    node("数据开放情况"),
    node("第一产业融合发展程度指数"),
    node("创新能力"),
]


def changes(*rows, header=("变动情况", "指标名称", "说明"), **more):
    columns = [column(one, "text") for one in header]
    return table(columns, list(rows), more.pop("caption", CAPTION), kind="list", **more)


def links(*tables, edition=EDITION, indicators=NODES, **more):
    rows = crosswalk_rows(extraction(*tables, **more), edition, indicators)
    return [
        (one["relation"], one["indicator"], one["other_edition"], one["other_indicator"])
        for one in rows
    ]


def test_a_column_of_change_words_beside_a_column_of_names():
    found = links(
        changes(
            "原有指标修改|网络建设水平得分|降低权重",
            "^原有指标修改|数据开放情况|考察更多",
            "新增指标|创新能力|考察研发",
            "删除指标|专利数量|数据难得",
        ),
        blocks=[said("在 2014 年指标体系基础上作了调整。", 5)],
    )
    assert found == [
        ("changed", "数字指数/网络建设水平", "某会-数字指数-2014", "网络建设水平得分"),
        ("changed", "数字指数/数据开放情况", "某会-数字指数-2014", "数据开放情况"),
        ("added", "数字指数/创新能力", "某会-数字指数-2014", None),
        ("dropped", None, "某会-数字指数-2014", "专利数量"),
    ]


@pytest.mark.parametrize(
    ("word", "relation"),
    [
        ("保留", "kept"),
        ("未修改", "kept"),
        ("不变", "kept"),
        ("调整", "changed"),
        ("修订", "changed"),
        ("更名", "renamed"),
        ("更名并调整", "renamed"),
        ("增设", "added"),
    ],
)
def test_change_words(word, relation):
    found = links(changes(f"{word}|网络建设水平|", "新增|创新能力|"))
    assert found[0][:2] == (relation, "数字指数/网络建设水平")


def test_old_names_beside_new_ones():
    found = links(
        changes(
            "网络建设水平|网络建设水平",
            "政务数据公开|数据开放情况",
            "—|创新能力",
            "专利数量|",
            header=("2015年指标", "2016年指标"),
        )
    )
    other = "某会-数字指数-2015"
    assert found == [
        ("kept", "数字指数/网络建设水平", other, "网络建设水平"),
        ("renamed", "数字指数/数据开放情况", other, "政务数据公开"),
        ("added", "数字指数/创新能力", other, None),
        ("dropped", None, other, "专利数量"),
    ]


def test_old_and_new_in_words_and_a_change_word():
    found = links(
        changes(
            "政务数据公开|数据开放情况|更名",
            "网络建设水平|网络建设水平|调整权重",
            header=("原指标", "现指标", "变动"),
        )
    )
    assert [one[0] for one in found] == ["renamed", "changed"]
    assert found[0][3] == "政务数据公开"


def test_both_names_in_one_cell():
    found = links(changes("更名|政务数据公开更名为数据开放情况|", "新增|创新能力|"))
    assert found[0] == (
        "renamed",
        "数字指数/数据开放情况",
        "某会-数字指数-previous",
        "政务数据公开",
    )


def test_change_words_as_sections():
    found = links(
        changes(
            row("新增指标|", 11, "section"),
            row("创新能力|研发", 12),
            row("删除指标|", 13, "section"),
            row("专利数量|难得", 14),
            header=("指标名称", "说明"),
        )
    )
    assert [one[:2] for one in found] == [("added", "数字指数/创新能力"), ("dropped", None)]


def test_the_evidence_says_where_and_what_is_known():
    printed = changes(
        "新增|创新能力|考察研发", "删除|专利数量|难得", caption="表2 2016年指标变动表"
    )
    rows = crosswalk_rows(extraction(printed), EDITION, NODES)
    assert rows[0]["evidence"] == (
        "表2 2016年指标变动表, line 11: 新增 | 创新能力 | 考察研发; "
        "the indicators of 某会-数字指数-previous are known here from this table only"
    )


# --- which edition -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caption", "text", "other"),
    [
        (CAPTION, "与2013年版指标体系和2015年版指标体系相比", "2015"),
        ("表2 2014年与2016年指标对照表", "在2015年指标体系上调整", "2014"),
        (CAPTION, "本指标体系与上年相比有所调整", "2015"),
        (CAPTION, "截至2015年底网民增长", "previous"),
        (CAPTION, "与 2014 版相比", "2014"),
    ],
)
def test_the_year_of_the_edition_before(caption, text, other):
    printed = changes("新增|创新能力|", "删除|专利数量|", caption=caption)
    found = links(printed, blocks=[said(text, 4)])
    assert {one[2] for one in found} == {f"某会-数字指数-{other}"}


def test_a_sidecar_names_the_edition_before():
    edition = EditionContext(
        "市级-转发-2016", 2016, "t", None, {"previous_edition": "国家-评价-2014"}
    )
    found = links(changes("新增|创新能力|", "删除|专利数量|"), edition=edition)
    assert {one[2] for one in found} == {"国家-评价-2014"}


def test_an_edition_without_a_year_gets_one():
    edition = EditionContext("某会-数字指数-undated", None, "t")
    printed = changes("新增|创新能力|", "删除|专利数量|", caption="2014年与2016年指标对照")
    assert links(printed, edition=edition)[0][2] == "某会-数字指数-2014"


# --- names ---------------------------------------------------------------------------------


def test_a_name_misprinted_by_one_character_is_linked_with_its_similarity():
    nodes = [node("基础信息资源建设与共享水平")]
    printed = changes("调整|基础信息资源建设和共享水平|", "删除|专利数量|")
    rows = crosswalk_rows(extraction(printed), EDITION, nodes)
    assert rows[0]["indicator"] == "数字指数/基础信息资源建设与共享水平"
    assert "similarity 92 of 100" in rows[0]["evidence"]


def test_another_number_is_another_indicator():
    printed = changes("调整|第二产业融合发展程度指数|", "删除|专利数量|")
    rows = crosswalk_rows(extraction(printed), EDITION, NODES)
    assert rows[0]["indicator"] == "第二产业融合发展程度指数"
    assert "no indicator of this edition" in rows[0]["evidence"]


def test_of_two_nodes_of_one_name_the_described_one_is_meant():
    nodes = [node("网络", id="服务/网络"), node("网络", id="设施/网络", max_score=5.0)]
    printed = changes("调整|网络|", "删除|专利数量|")
    rows = crosswalk_rows(extraction(printed), EDITION, nodes)
    assert rows[0]["indicator"] == "设施/网络"
    assert "also as 服务/网络" in rows[0]["evidence"]


# --- what is no table of changes --------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (("变动情况", "企业名称", "说明"), ["新增|甲公司|", "删除|乙公司|"]),
        (("单位", "指标名称", "2015年"), ["亿元|收入|3", "亿元|利润|2"]),
        (("变动情况", "指标名称", "说明"), ["新增|创新能力|"]),
        (("指标", "2015年", "2016年"), ["收入|3|4", "利润|1|2"]),
        (("一级指标", "二级指标"), ["网络建设水平|创新能力", "网络建设水平|数据开放情况"]),
        (("说明", "指标"), ["为了更好地反映新增投资的情况|甲", "与去年保持一致的统计口径|乙"]),
    ],
)
def test_other_tables_link_nothing(header, rows):
    assert links(changes(*rows, header=header)) == []


# --- marks ---------------------------------------------------------------------------------

NOTE = "备注: 标注下划线的内容是与 2014 版指标有区别的内容, 未标注下划线的与上版指标内容一致。"
MARKED = [
    node("交通", id="L1", weight=40.0, changed=None),
    node("公交预报率", id="L1-A1", formula="甲/乙", changed="数据取年底"),
    node("智慧停车率", id="L1-A2", formula="丙/丁", changed="智慧停车率 (L1-A2)"),
    node("人口", id="人口"),
]


def test_marked_nodes_are_changed_and_the_others_of_the_scheme_kept():
    assert links(indicators=MARKED, blocks=[said(NOTE, 5)]) == [
        ("kept", "L1", "某会-数字指数-2014", "交通"),
        ("changed", "L1-A1", "某会-数字指数-2014", "公交预报率"),
        ("changed", "L1-A2", "某会-数字指数-2014", None),
    ]


def test_a_name_marked_in_its_parents_list_of_parts_is_changed():
    scheme = [
        node("环保", id="L3", weight=0.0, changed="空气自动监控情况、环境问题处置率"),
        node("空气自动监控情况", id="L3-A1", parent="L3", formula="甲/乙"),
        node("环境", id="L3-A2", parent="L3", formula="甲/乙"),
        node("空气自动监控情况", id="L4-A1", parent="L4", formula="甲/乙"),
    ]
    assert [
        (one[0], one[1], one[3]) for one in links(indicators=scheme, blocks=[said(NOTE, 5)])
    ] == [
        ("changed", "L3", "环保"),
        ("changed", "L3-A1", None),
        ("kept", "L3-A2", "环境"),
        ("kept", "L4-A1", "空气自动监控情况"),
    ]


def test_without_a_word_on_the_unmarked_nothing_is_kept():
    note = "注：下划线为与2014年版指标不同的内容。"
    assert [one[:2] for one in links(indicators=MARKED, blocks=[said(note, 5)])] == [
        ("changed", "L1-A1"),
        ("changed", "L1-A2"),
    ]


def test_marks_that_were_lost_and_marks_without_a_note_say_nothing():
    lost = [{**one, "changed": None} for one in MARKED]
    assert links(indicators=lost, blocks=[said(NOTE, 5)]) == []
    assert links(indicators=MARKED, blocks=[said("下划线是空白处", 5)]) == []


# --- words and the real report ----------------------------------------------------------------


def test_an_unknown_relation_is_refused():
    with pytest.raises(DictionaryError, match="merged"):
        parse_crosswalk_words({"relations": [{"relation": "merged", "words": ["合并"]}]})


def test_records_hold_the_links(landed):
    rows = landed(changes("新增|创新能力|", "删除|专利数量|"), edition=EDITION)["crosswalk"]
    assert [one["relation"] for one in rows] == ["added", "dropped"]
    assert {one["edition"] for one in rows} == {EDITION.edition}


def test_the_change_table_of_the_real_report(shared, register: Register):
    path = next((shared / "seeds").glob("002_*.txt"))
    edition = EditionContext("some-development-2015", 2015, path.name)
    rows = records(extract(path.read_bytes(), path.name), edition, register)
    found = rows["crosswalk"]
    with (shared / "truth" / "truth_other.csv").open(encoding="utf-8") as stream:
        truth = [one for one in csv.DictReader(stream) if one["table_id"] == "002-T01"]
    names = [one["value"] for one in truth if one["column"] == "指标名称"]
    assert len(names) == 18
    assert Counter(one["relation"] for one in found) == {"changed": 9, "added": 5, "dropped": 4}
    assert {one["other_edition"] for one in found} == {"some-development-2014"}
    known = {one["indicator"]: one["name"] for one in rows["indicators"]}
    linked = [
        known[one["indicator"]] if one["indicator"] else one["other_indicator"] for one in found
    ]
    assert linked == names
