"""Document facts: ten small made documents of ten kinds, and the rules one by one."""

from __future__ import annotations

import pytest

from extractors.facts import Facts, facts_of
from extractors.facts.bodies import bodies_in
from extractors.facts.numbers import is_isbn
from extractors.pipeline import extract


def facts(text: str) -> Facts:
    """The facts of a document, read as any document is."""
    read = extract(text.strip("\n").encode(), "made.txt")
    return facts_of(read.blocks, read.document.title, len(read.labels))


def due(found: Facts) -> list[tuple[str, str]]:
    return [(one.date, one.action) for one in found.deadlines]


def dated(found: Facts) -> list[tuple[str, str]]:
    return [(one.kind, one.date) for one in found.dates]


def titles(found: Facts) -> list[tuple[int | None, str]]:
    return [(one.number, one.title) for one in found.attachments]


# --- ten documents ------------------------------------------------------------------------


def test_a_joint_notice_with_a_red_head():
    found = facts("""
青禾市发展和改革委员会 青禾市大数据局 文件

青发改数据〔2021〕17号

关于开展数字城市评价工作的通知

各有关单位：

根据《关于推进数字城市的意见》（青政发〔2020〕8号）的要求，现开展评价工作，有关事项如下。

一、请各单位做好数据填报，于2021年4月30日前将填报表报市发展改革委。

二、各区应当在5月15日前完成自查，自查报告另行报送。

附件：1.数字城市评价指标

2.填报表

青禾市发展改革委

青禾市大数据局

2021年3月22日

青禾市发展和改革委员会办公室 2021年3月23日印发
""")
    assert found.number == "青发改数据〔2021〕17号"
    assert found.cited == ["青政发〔2020〕8号"]
    assert found.bodies.issuers == ["青禾市发展和改革委员会", "青禾市大数据局"]
    assert dated(found) == [("signed", "2021-03-22"), ("issued", "2021-03-23")]
    assert found.published == "2021-03-22"
    assert titles(found) == [(1, "数字城市评价指标"), (2, "填报表")]
    assert due(found) == [
        ("2021-04-30", "将填报表报市发展改革委"),
        ("2021-05-15", "各区应当完成自查"),
    ]


def test_a_report_with_a_cover():
    found = facts("""
第三届（2019）全国乡村数字化发展评估报告

青禾研究院
云岭大学数字乡村研究中心
二〇一九年十二月

前言

本届评估在第二届的基础上扩大了范围，覆盖了全部县域。
""")
    assert found.bodies.issuers == ["青禾研究院", "云岭大学数字乡村研究中心"]
    assert found.ordinal == (3, "第三届")
    assert dated(found) == [("cover", "2019-12")]
    assert found.published == "2019-12"
    assert found.number is None


def test_a_yearbook_with_an_imprint():
    found = facts("""
青禾统计年鉴
2020
青禾市统计局 编
云岭出版社

图书在版编目（CIP）数据
青禾统计年鉴. 2020 / 青禾市统计局编. —云岭：云岭出版社，2020.9
ISBN 978-7-000-00000-1

主 管：青禾市人民政府
主 办：青禾市统计局
协 办：云岭大学
青禾市统计学会
版 次：2020 年 9 月第 2 版
印 次：2021 年 1 月第 3 次印刷

请于2020年5月1日前完成普查，这是重印的旧通知（青统〔2020〕3号）。
""")
    assert found.isbns == ["978-7-000-00000-1"]
    assert found.bodies.roles == {
        "supervisor": ["青禾市人民政府"],
        "organiser": ["青禾市统计局"],
        "co_organiser": ["云岭大学", "青禾市统计学会"],
        "compiler": ["青禾市统计局"],
        "press": ["云岭出版社"],
    }
    assert found.bodies.issuers == ["青禾市统计局", "云岭出版社"]
    assert [(one.kind, one.date, one.number) for one in found.dates] == [
        ("edition", "2020-09", 2),
        ("printing", "2021-01", 3),
    ]
    assert found.published == "2020-09"
    assert (found.number, found.cited) == (None, ["青统〔2020〕3号"])
    assert found.deadlines == []  # a book reprints what it does not ask for


def test_a_letter_with_full_width_digits_and_numerals():
    found = facts("""
云岭省工业和信息化厅关于征集典型案例的函

云工信函［２０１８］４５号

各市工业和信息化局：

请于二〇一八年九月十日前将推荐材料报送我厅，逾期不再受理。

附件：典型案例申报书

云岭省工业和信息化厅

二〇一八年八月一日
""")
    assert found.number == "云工信函〔2018〕45号"
    assert found.bodies.issuers == ["云岭省工业和信息化厅"]
    assert dated(found) == [("signed", "2018-08-01")]
    assert titles(found) == [(None, "典型案例申报书")]
    assert due(found) == [("2018-09-10", "将推荐材料报送我厅")]


def test_an_announcement_with_a_number_of_its_year():
    found = facts("""
云岭省市场监督管理局公告

2022年第6号

关于发布年度抽查结果的公告

现将抽查结果予以公布，自2022年7月1日起施行。

云岭省市场监督管理局

2022年6月20日
""")
    assert found.number == "云岭省市场监督管理局公告2022年第6号"
    assert dated(found) == [("signed", "2022-06-20"), ("effective", "2022-07-01")]
    assert found.published == "2022-06-20"


def test_a_web_page_with_labels():
    found = facts("""
青禾市人民政府办公室关于印发智慧城市行动计划的通知

发文机关：青禾市人民政府办公室
发文字号：青政办发〔2017〕31号
成文日期：2017年6月8日
发布日期：2017-06-15

各区人民政府：

现将行动计划印发给你们，请认真贯彻执行。
""")
    assert found.number == "青政办发〔2017〕31号"
    assert found.cited == []
    assert found.bodies.issuers == ["青禾市人民政府办公室"]
    assert found.bodies.roles == {"issuer": ["青禾市人民政府办公室"]}
    assert dated(found) == [("signed", "2017-06-08"), ("published", "2017-06-15")]
    assert found.published == "2017-06-15"


def test_a_notice_whose_lines_the_layout_broke():
    found = facts("""
关于组织填报年度数据的通知

青统办〔2020〕5号

各区统计局：

请各单位认真核对本年度各项指标的数据口径，并将经过审核的数据于

2021年1月8日前通过填报系统报送。

附件：1. 青禾市信息化发展水平年度综合评价指标

体系及填报说明

2. 填报系统使用手册

3. 常见问题

青禾市统计局办公室

2020年12月21日
""")
    assert titles(found) == [
        (1, "青禾市信息化发展水平年度综合评价指标体系及填报说明"),
        (2, "填报系统使用手册"),
        (3, "常见问题"),
    ]
    assert due(found) == [("2021-01-08", "将经过审核的数据通过填报系统报送")]


def test_a_notice_with_dates_without_a_year():
    found = facts("""
云岭市教育局关于申报试点学校的通知

云教信〔2019〕88号

各县教育局：

请于12月25日前报送申报书，并在1月10日前完成现场核查。年底前的工作另行安排。

云岭市教育局

2019年12月2日
""")
    assert due(found) == [("2019-12-25", "报送申报书"), ("2020-01-10", "完成现场核查")]


def test_a_statistical_report_counted_by_times():
    found = facts("""
第43次青禾互联网发展状况统计报告

青禾互联网络信息中心

（2019年2月）

一、总体状况

截至2018年12月底，网民规模继续增长；2018年11月前的数据未作修订。
""")
    assert found.ordinal == (43, "第43次")
    assert found.bodies.issuers == ["青禾互联网络信息中心"]
    assert dated(found) == [("cover", "2019-02")]
    assert found.deadlines == []


def test_a_circular_with_annexes_and_no_list():
    found = facts("""
青禾市2018年政务公开评估情况的通报（青政务〔2019〕2号）

各县区人民政府，市政府各部门：

现将评估情况通报如下，具体结果见附件2，有关要求见《关于政务公开的通知》（云政〔2018〕9号）。

青禾市政务服务管理局

2019年1月15日

附件1

评估指标

附件2：

评估结果
""")
    assert found.number == "青政务〔2019〕2号"
    assert found.cited == ["云政〔2018〕9号"]
    assert titles(found) == [(1, "评估指标"), (2, "评估结果")]
    assert found.bodies.issuers == ["青禾市政务服务管理局"]


# --- the rules ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("青禾市发展和改革委员会 青禾市互联网 信息办公室", 2),
        ("青 禾 市 统 计 局", 1),
        ("青禾市统计局 办公室", 1),
        ("青禾市统计局 办公室副主任", 0),
        ("各有关部门", 0),
        ("王学会", 0),
        ("关于青禾市统计局", 0),
        ("青禾市统计局今天举办了会议", 0),
    ],
)
def test_a_line_of_bodies_and_nothing_else(line, names):
    assert len(bodies_in(line)) == names


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("978-7-000-00000-1", True),
        ("978-7-000-00000-2", False),
        ("7-000-00000-7", True),
        ("0-8044-2957-X", True),
        ("0-8044-2957-1", False),
        ("978-7-000-0000", False),
    ],
)
def test_check_digits_of_isbns(number, right):
    assert is_isbn(number) is right


def test_an_isbn_with_a_wrong_check_digit_is_kept_apart():
    found = facts("某年鉴\n\nISBN 978-7-000-00000-5\n")
    assert (found.isbns, found.doubtful_isbns) == ([], ["978-7-000-00000-5"])
    assert found.as_json()["isbn_doubtful"] == ["978-7-000-00000-5"]


def test_a_number_below_a_cited_title_is_not_the_documents_own():
    found = facts("""
转发《关于推进数字城市的意见》（青政发〔2020〕8号）

各单位：

请认真执行。
""")
    assert (found.number, found.cited) == (None, ["青政发〔2020〕8号"])


def test_contacts_come_near_no_fact():
    found = facts("""
关于开展评价工作的通知

青发改〔2021〕1号

请于2021年4月30日前报送材料。

联系人：某甲

联系电话：010-00000000

请于2021年5月30日前将名单发送至 name@example.org。

青禾市统计局

2021年3月1日
""")
    assert due(found) == [("2021-04-30", "报送材料")]
    assert "某甲" not in str(found) and "example" not in str(found)
