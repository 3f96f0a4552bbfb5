"""Labels taken apart: numbers, periods, brackets, codes; captions and their subjects."""

from __future__ import annotations

import pytest

from extractors.records.labels import bare_caption, name_of, period_in, subject_of


@pytest.mark.parametrize(
    ("label", "name", "period"),
    [
        ("2014 年数字服务", "数字服务", "2014"),
        ("第一届 (2011 年)", "", "2011"),
        ("2017年上半年", "", "2017-S1"),
        ("2011—2015年均值", "均值", "2011/2015"),
        ("2015得分", "得分", "2015"),
        ("2000元以下", "2000元以下", None),
        ("9. 双向化率（%）", "双向化率", None),
        ("（一）政务", "政务", None),
        ("3.5英寸硬盘", "3.5英寸硬盘", None),
        ("电话普及率*", "电话普及率", None),
        ("显著性 (双侧)", "显著性(双侧)", None),
    ],
)
def test_the_name_and_the_period_of_a_label(label, name, period):
    assert (name_of(label).text, name_of(label).period) == (name, period)


@pytest.mark.parametrize(
    ("label", "code", "name"),
    [
        ("惠民服务 L1 (26%)", "L1", "惠民服务"),
        ("一站式办理率（L1P1-A2）", "L1P1-A2", "一站式办理率"),
        ("IPv4 地址数", None, "IPv4地址数"),
        ("G20国家", None, "G20国家"),
        ("ISI", None, "ISI"),
    ],
)
def test_a_code_stands_by_itself(label, code, name):
    assert (name_of(label).code, name_of(label).text) == (code, name)


@pytest.mark.parametrize(
    ("caption", "bare"),
    [
        ("图表 34 2015 年某某得分", "2015年某某得分"),
        ("图表12历届对比表", "历届对比表"),
        ("表62015年排名", "2015年排名"),
        ("表20 2015年排名", "2015年排名"),
        ("附件 1: 得分表", "得分表"),
        ("表 1-2 全国电话", "全国电话"),
        ("3、地市排名：", "地市排名"),
    ],
)
def test_a_caption_without_its_number(caption, bare):
    assert bare_caption(caption) == bare


@pytest.mark.parametrize(
    ("caption", "place", "subject"),
    [
        ("图表 34 2015 年资源共享得分排名表", "", "资源共享"),
        ("2016年世界主要国家和地区发展指数排名", "", "发展指数"),
        ("表1 2015—2016年北京市两化融合指数情况", "北京市", "两化融合指数"),
        ("(三) 省级网站排名前 20 名", "", "省级网站"),
        ("3、地市得分排名(前30强)：", "", "地市"),
        ("名单", "", "名单"),
    ],
)
def test_the_subject_of_a_caption(caption, place, subject):
    assert subject_of(caption, place) == subject


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2014年与2015年对比", None),
        ("2016年情况", "2016"),
        ("“十二五”情况", "2011/2015"),
        ("情况", None),
    ],
)
def test_the_one_period_of_a_caption(text, period):
    assert period_in(text) == period
