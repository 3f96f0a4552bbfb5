"""Clean editions: tables and prose of a made-up assessment in which every number agrees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import numpy as np

from tests.faults.draft import Draft, Sheet

CITIES = {
    "浙江": ("杭州", "宁波", "温州", "嘉兴", "湖州", "绍兴", "金华"),
    "江苏": ("南京", "无锡", "徐州", "常州", "苏州", "南通"),
    "山东": ("济南", "青岛", "淄博", "枣庄", "烟台"),
    "安徽": ("合肥", "芜湖", "蚌埠", "淮南"),
    "广东": ("广州", "深圳", "珠海", "汕头", "佛山"),
    "湖北": ("武汉", "黄石", "十堰", "宜昌", "襄阳"),
    "湖南": ("长沙", "株洲", "湘潭", "衡阳", "邵阳"),
    "四川": ("成都", "自贡", "泸州", "德阳", "绵阳"),
    "陕西": ("西安", "铜川", "宝鸡", "咸阳", "渭南"),
}
REGIONS = {"浙江": "华东", "江苏": "华东", "山东": "华东", "安徽": "华东", "广东": "华南",
           "湖北": "华中", "湖南": "华中", "四川": "西部", "陕西": "西部"}  # fmt: skip
PROVINCES = ("北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
             "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆",
             "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆")  # fmt: skip
INDUSTRIES = ("采矿业", "制造业", "建筑业", "批发和零售业", "住宿和餐饮业", "房地产业", "教育",
              "金融业", "卫生和社会工作")  # fmt: skip
YEARS = (2012, 2013, 2014, 2015, 2016)
NAMES = ("基础设施", "公共管理", "惠民服务")
MAXIMA = (30, 30, 40)
NUMERALS = {5: "五", 8: "八", 10: "十"}

City = tuple[str, str]


def clean(seed: int) -> Draft:
    """An edition in which nothing is wrong."""
    rng = Random(seed)
    draft = Draft(bars=rng.random() < 0.3)
    picked = [*rng.sample(["浙江", "江苏", "山东", "安徽"], 3), "广东",
              *rng.sample(["湖北", "湖南"], 1), *rng.sample(["四川", "陕西"], 1)]  # fmt: skip
    cities = [(city, province) for province in picked for city in CITIES[province]]
    scores = _rankings(draft, rng, cities)
    _correlations(draft, cities, scores)
    _provinces(draft, cities)
    _yearly(draft, rng)
    _regions(draft, rng)
    _industries(draft, rng)
    _weighted(draft, rng, cities)
    _changes(draft, rng)
    _rates(draft, rng, cities)
    _lists(draft, rng)
    _annex(draft)
    return draft


def _annex(draft: Draft) -> None:
    """The whole list once more, at the end."""
    rows = [[row[0], *row[2:7]] for row in draft.sheets["总体"].rows]
    draft.add("附表", "2016年城市评估得分总表", [["排名", "城市", *NAMES, "总分"]], rows)


def _two(value: float) -> str:
    return f"{value:.2f}"


def _rate(score: int, maximum: int) -> str:
    return f"{score / maximum:.2f}%"


def _ranks(scores: Sequence[int], style: str) -> list[int]:
    """Ranks of scores in falling order."""
    ranks: list[int] = []
    for place, score in enumerate(scores):
        tied = place > 0 and score == scores[place - 1] and style != "ordinal"
        if tied:
            ranks.append(ranks[-1])
        else:
            ranks.append(ranks[-1] + 1 if style == "dense" and ranks else place + 1)
    return ranks


# --- scores and ranks ----------------------------------------------------------------------


def _rankings(draft: Draft, rng: Random, cities: list[City]) -> dict[str, list[int]]:
    """Three lists by an indicator and the one of all, each with its prose. Scores in hundredths."""
    style = rng.choice(("competition", "dense", "ordinal"))
    method = rng.choice(("weibull", "linear"))
    parts = {city: [rng.randint(400, 3000) for _ in NAMES] for city, _ in cities}
    for city, _ in cities:  # a coarse scale, so that scores tie
        parts[city][2] = rng.randint(2, 10) * 250
    regions = {city: REGIONS[province] for city, province in cities}
    for index, (name, maximum) in enumerate(zip(NAMES, MAXIMA, strict=True)):
        ordered = sorted((city for city, _ in cities), key=lambda one: -parts[one][index])
        values = [parts[city][index] for city in ordered]
        ranks = _ranks(values, style)
        rows = [
            [str(rank), city, _two(value / 100), _rate(value, maximum)]
            for rank, city, value in zip(ranks, ordered, values, strict=True)
        ]
        header = [["排名", "城市", f"{name}得分", "得分率"]]
        sheet = draft.add(name, f"2016年{name}得分排名表", header, rows)
        scores = {city: parts[city][index] for city in ordered}
        _statistics(sheet, name, scores, maximum, regions, method)
    totals = {city: sum(parts[city]) for city, _ in cities}
    _total(draft, totals, parts, regions, style)
    return parts


def _statistics(
    sheet: Sheet,
    name: str,
    scores: dict[str, int],
    maximum: int,
    regions: dict[str, str],
    method: str,
) -> None:
    values = np.array(list(scores.values())) / 100
    upper, lower = np.percentile(values, [75, 25], method=method)
    mean, high, low = values.mean(), values.max(), values.min()
    sheet.before["statistics"] = (
        f"2016年{name}指标的全国平均得分为{mean:.2f}分(权重为{maximum}分),平均得分率为"
        f"{100 * mean / maximum:.2f}%,最高得分为{high:.2f}分,最低得分为{low:.2f}分,"
        f"分差为{high - low:.2f}分,四分位差为{upper - lower:.2f},说明各城市差距较大。"
    )
    first = list(scores)[:5]
    while len(first) < len(scores) and scores[list(scores)[len(first)]] == scores[first[-1]]:
        first = list(scores)[: len(first) + 1]
    if len(first) == 5:
        sheet.before["list"] = f"该项指标得分前五名的城市分别是{'、'.join(first[:4])}和{first[4]}。"
    said, means = [], {}
    for region in ("华东", "华南", "华中", "西部"):
        own = [scores[city] / 100 for city in scores if regions[city] == region]
        one = sum(own) / len(own)
        said.append(f"{region}地区平均得分为{one:.2f}分,得分率为{100 * one / maximum:.2f}%")
        means[region] = 100 * one / maximum
    whole = 100 * mean / maximum
    low = min(means, key=lambda region: means[region])
    high = max(means, key=lambda region: means[region])
    gap = abs(means[low] - whole)
    sheet.behind["regions"] = (
        f"从不同区域在{name}指标上的得分情况来看,{';'.join(said)}。"
        f"其中{low}地区得分率低于全国平均水平{gap:.1f}%。"
        f"{high}与{low}之间相差{means[high] - means[low]:.1f}个百分点。"
    )


def _total(
    draft: Draft,
    totals: dict[str, int],
    parts: dict[str, list[int]],
    regions: dict[str, str],
    style: str,
) -> None:
    ordered = sorted(totals, key=lambda city: -totals[city])
    ranks = _ranks([totals[city] for city in ordered], style)
    rows = [
        [
            str(rank),
            regions[city],
            city,
            *(_two(part / 100) for part in parts[city]),
            _two(totals[city] / 100),
            _rate(totals[city], 100),
        ]
        for rank, city in zip(ranks, ordered, strict=True)
    ]
    header = [["排名", "地区", "城市", *NAMES, "总分", "得分率"]]
    sheet = draft.add("总体", "2016年城市总体得分排名表", header, rows)
    bands = []
    for low in range(0, 100, 20):
        count = sum(low <= value / 100 < low + 20 for value in totals.values())
        share = 100 * count / len(totals)
        if count:
            bands.append(f"{low}-{low + 20}分的城市有{count}个,占总体的{share:.1f}%")
    sheet.before["bands"] = f"在{len(totals)}个入评城市中,{';'.join(bands)}。"
    said = "、".join(ordered[3:6])
    if len({totals[city] for city in ordered[2:7]}) == 5:
        sheet.before["places"] = f"{said}进步较快,分别位列第四名、第五名和第六名。"
    counts = [
        f"{region}地区入评城市有{sum(home == region for home in regions.values())}个"
        for region in ("华东", "华南", "华中", "西部")
    ]
    sheet.before["counts"] = f"从区域来看,{';'.join(counts)}。"
    top = [[str(rank), city] for rank, city in zip(ranks, ordered[:10], strict=False)]
    draft.add("前十", "2016年城市总体得分前十名名单", [["排名", "城市"]], top)


def _correlations(draft: Draft, cities: list[City], parts: dict[str, list[int]]) -> None:
    columns = np.array([parts[city] for city, _ in cities], dtype=float).T
    matrix = np.corrcoef(columns)
    rows = [
        [name, *("1" if i == j else f"{matrix[i][j]:.3f}" for j in range(len(NAMES)))]
        for i, name in enumerate(NAMES)
    ]
    sheet = draft.add("相关", "2016年各指标相关性分析", [["", *NAMES]], rows)
    said = [
        f"就{one}指标而言,与" + "、与".join(
            f"{other}(r={matrix[i][j]:.3f})" for j, other in enumerate(NAMES) if j != i
        )
        for i, one in enumerate(NAMES)
    ]  # fmt: skip
    sheet.before["correlations"] = "。".join(said) + "。"


def _provinces(draft: Draft, cities: list[City]) -> None:
    totals = {row[2]: float(row[6]) for row in draft.sheets["总体"].rows}
    means = {}
    for _, province in cities:
        members = [totals[city] for city, home in cities if home == province]
        means[province] = (sum(members) / len(members), len(members))
    ordered = sorted(means.items(), key=lambda item: -item[1][0])
    rows = [
        [str(rank), province, str(count), _two(mean)]
        for rank, (province, (mean, count)) in enumerate(ordered, start=1)
    ]
    header = [["排名", "省份", "入评城市个数", "平均分"]]
    draft.add("省份", "2016年各省份得分排名情况", header, rows)


# --- statistics ----------------------------------------------------------------------------


def _yearly(draft: Draft, rng: Random) -> None:
    telecom = [rng.randint(60_000, 90_000)]
    post = [rng.randint(10_000, 20_000)]
    while len(telecom) < len(YEARS):
        telecom.append(int(telecom[-1] * rng.uniform(1.02, 1.09)))
        post.append(int(post[-1] * rng.uniform(1.02, 1.09)))
    both = [a + b for a, b in zip(telecom, post, strict=True)]
    rows = [
        ["通信业务总量", "亿元", *(f"{value / 10:.1f}" for value in both)],
        ["电信业务总量", "亿元", *(f"{value / 10:.1f}" for value in telecom)],
        ["邮政业务总量", "亿元", *(f"{value / 10:.1f}" for value in post)],
        ["邮政业务总量增长率", "%", ""] + [f"{100 * (b / a - 1):.1f}" for a, b in pairwise(post)],
    ]
    header = [["指标", "单位", *(f"{year}年" for year in YEARS)]]
    sheet = draft.add("年度", "2012—2016年全国通信业务完成情况", header, rows)
    sheet.behind["echo"] = (
        f"2016年,全国通信业务总量为{both[-1] / 10:.1f}亿元,其中电信业务总量为"
        f"{telecom[-1] / 10:.1f}亿元,邮政业务总量为{post[-1] / 10:.1f}亿元。"
    )


def _regions(draft: Draft, rng: Random) -> None:
    """The users of 31 regions in five years, and those of the nation."""
    users = {name: [rng.randint(200, 9000)] for name in PROVINCES}
    for values in users.values():
        while len(values) < len(YEARS):
            values.append(round(values[-1] * rng.uniform(1.01, 1.05)))
    sums = [sum(values[i] for values in users.values()) for i in range(len(YEARS))]
    years = [f"{year}年" for year in YEARS]
    nation = [["移动电话用户", *map(str, sums)]]
    draft.add("全国", "2012—2016年全国移动电话用户情况(万户)", [["指标", *years]], nation)
    rows = [[name, *map(str, values)] for name, values in users.items()]
    draft.add("各地", "2012—2016年各地区移动电话用户(万户)", [["地区", *years]], rows)


def _industries(draft: Draft, rng: Random) -> None:
    rows = []
    sums = [0, 0, 0]
    for industry in INDUSTRIES:
        firms = rng.randint(5_000, 90_000)
        sites = int(firms * rng.uniform(0.2, 0.9))
        sales = rng.randint(1_000, 80_000)
        sums = [a + b for a, b in zip(sums, (firms, sites, sales), strict=True)]
        rows.append([industry, str(firms), str(sites), f"{100 * sites / firms:.1f}", str(sales)])
    whole = [str(sums[0]), str(sums[1]), f"{100 * sums[1] / sums[0]:.1f}", str(sums[2])]
    rows.insert(0, ["总计", *whole])
    header = [
        ["行业", "企业数(个)", "企业拥有网站数(个)", "每百家企业拥有网站数(个)", "销售额(亿元)"]
    ]
    sheet = draft.add("行业", "2016年全国按行业分企业信息化情况", header, rows)
    parts = [rng.randint(50, 120) / 10, rng.randint(350, 480) / 10]
    parts.append(round(100 - sum(parts), 1))
    firms = [rng.randint(200, 900) for _ in range(3)]
    sheet.before["parts"] = (
        f"全年收到项目{sum(firms)}个,比上年有所增加,其中,重点项目{firms[0]}个,"
        f"一般项目{firms[1]}个,其他项目{firms[2]}个。"
    )
    sheet.before["structure"] = f"三次产业结构调整为{':'.join(f'{one:.1f}' for one in parts)}。"


def _weighted(draft: Draft, rng: Random, cities: list[City]) -> None:
    drawn = [[rng.randint(2000, 9500) / 10_000 for _ in range(3)] for _ in cities]
    weights = rng.choice(((0.5, 0.3, 0.2), (0.4, 0.4, 0.2), (0.6, 0.25, 0.15)))
    indexes = [
        (sum(w * p for w, p in zip(weights, parts, strict=True)), city, parts)
        for (city, _), parts in zip(cities, drawn, strict=True)
    ]
    indexes.sort(reverse=True)
    rows = [
        [city, *(f"{part:.4f}" for part in parts), f"{index:.4f}", str(rank)]
        for rank, (index, city, parts) in enumerate(indexes, start=1)
    ]
    header = [["城市", "信息经济", "网络社会", "在线政府", "总指数", "总指数排名"]]
    draft.add("指数", "2016年城市信息社会指数及排名", header, rows)


def _changes(draft: Draft, rng: Random) -> None:
    rows, said = [], []
    for name in ("基础环境", "工业应用", "应用效益", "发展环境", "总指数"):
        before, after = rng.randint(4000, 12_000), rng.randint(4000, 12_000)
        arrow, word = ("↑", "提高") if after >= before else ("↓", "下降")
        change = _two(abs(after - before) / 100)
        rows.append([name, _two(before / 100), _two(after / 100), f"{arrow} {change}"])
        said.append(
            f"{name.removesuffix('指数')}指数为{_two(after / 100)},比2015年的{_two(before / 100)}{word}{change}个点"
        )
    header = [["指标", "2015年指数", "2016年指数", "变化情况"]]
    sheet = draft.add("变化", "2015—2016年浙江省融合指数情况", header, rows)
    sheet.before["items"] = "一是建设平台;二是完善制度;三是培养人才;四是加强宣传。"
    sheet.before["changes"] = f"2016年,浙江省{';'.join(said)}。"


def _rates(draft: Draft, rng: Random, cities: list[City]) -> None:
    rows = []
    for city, _ in cities:
        people, share, row = rng.uniform(300, 9000), rng.uniform(0.3, 0.5), [city]
        for _year in YEARS:
            people *= rng.uniform(1.0, 1.008)
            share *= rng.uniform(1.01, 1.06)
            row += [str(round(people * share)), f"{100 * share:.1f}"]
        rows.append(row)
    top = ["地区"]
    for year in YEARS:
        top += [f"{year}年", ""]
    header = [top, ["", *["网民数(万人)", "普及率(%)"] * len(YEARS)]]
    draft.add("网民", "2012—2016年各地区网民规模和普及率", header, rows)


def _lists(draft: Draft, rng: Random) -> None:
    letters = "abcdefghijklmnoprstuvw"
    rows = []
    for number in range(1, 16):
        host = "".join(rng.choice(letters) for _ in range(7)) + str(number)
        name = f"测试站点{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰'[number - 1]}"
        rows.append([str(number), name, f"www.{host}.com.cn"])
    draft.add("站点", "获得许可的互联网站名单", [["序号", "服务名称", "服务地址"]], rows)
