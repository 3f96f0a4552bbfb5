"""Editions made up: clean ones, in which every number agrees, and ones with a fault planted.

A `Draft` holds its tables as lists of texts, so that a fault is a change of one of them; it
is printed with tabs and read by the extractors like any document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from extractors.areas import Register
from extractors.model import Doubt
from extractors.pipeline import extract
from extractors.reconcile import reconcile
from extractors.records import EditionContext, records

CITIES = {
    "浙江": ("杭州", "宁波", "温州", "嘉兴", "湖州", "绍兴", "金华"),
    "江苏": ("南京", "无锡", "徐州", "常州", "苏州", "南通"),
    "山东": ("济南", "青岛", "淄博", "枣庄", "烟台"),
    "广东": ("广州", "深圳", "珠海", "汕头", "佛山"),
    "福建": ("福州", "厦门", "莆田", "三明", "泉州"),
    "安徽": ("合肥", "芜湖", "蚌埠", "淮南"),
}
INDUSTRIES = ("采矿业", "制造业", "建筑业", "批发和零售业", "住宿和餐饮业", "房地产业", "教育",
              "金融业", "卫生和社会工作")  # fmt: skip
YEARS = (2012, 2013, 2014, 2015, 2016)


@dataclass
class Sheet:
    """A table to be printed; ``lines`` are those of its rows once it is."""

    name: str
    title: str
    header: list[list[str]]
    rows: list[list[str]]
    number: int = 0
    caption_line: int = 0
    header_line: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass
class Draft:
    """An edition before it is printed."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    listed: list[tuple[int, str]] = field(default_factory=list)

    def add(self, name: str, title: str, header: list[list[str]], rows: list[list[str]]) -> None:
        number = len(self.sheets) + 1
        self.sheets[name] = Sheet(name, title, header, rows, number)
        self.listed.append((number, title))

    def printed(self) -> str:
        """The document, one row a line, cells divided by tabs."""
        lines = ["2016年测试城市评估报告", "", "图表目录", ""]
        lines += [f"图表 {n} {title}..... {n + 10}" for n, title in self.listed]
        for sheet in self.sheets.values():
            lines += ["", "以下各项结果由测试数据计算得出，供核对程序使用。", ""]
            lines.append(f"图表 {sheet.number} {sheet.title}")
            sheet.caption_line = len(lines)
            lines.append("")
            lines += ["\t".join(row) for row in sheet.header]
            sheet.header_line = len(lines)
            sheet.lines = [len(lines) + i for i in range(1, len(sheet.rows) + 1)]
            lines += ["\t".join(row) for row in sheet.rows]
            lines.append("")
        return "\n".join(lines) + "\n"


def findings(draft: Draft, register: Register) -> list[Doubt]:
    """The errors and warnings of a draft that is printed and read."""
    extraction = extract(draft.printed().encode(), "test.txt", is_name=register.is_name)
    edition = EditionContext("test-index-2016", 2016, "test.txt")
    rows = records(extraction, edition, register)
    return [doubt for doubt in reconcile(extraction, rows) if doubt.severity != "info"]


def _two(value: float) -> str:
    return f"{value:.2f}"


def _ranks(scores: list[int], style: str) -> list[int]:
    """Ranks of scores in falling order."""
    ranks: list[int] = []
    for place, score in enumerate(scores):
        tied = place > 0 and score == scores[place - 1] and style != "ordinal"
        if tied:
            ranks.append(ranks[-1])
        else:
            ranks.append(ranks[-1] + 1 if style == "dense" and ranks else place + 1)
    return ranks


def clean(seed: int) -> Draft:
    """An edition in which nothing is wrong."""
    rng = Random(seed)
    draft = Draft()
    provinces = rng.sample(sorted(CITIES), rng.randint(5, 6))
    cities = [(city, province) for province in provinces for city in CITIES[province]]
    style = rng.choice(("competition", "dense", "ordinal"))
    _rankings(draft, rng, cities, style)
    _provinces(draft, cities)
    _yearly(draft, rng)
    _industries(draft, rng)
    _weighted(draft, rng, cities)
    _changes(draft, rng)
    _rates(draft, rng, cities)
    _lists(draft, rng)
    return draft


NAMES = ("基础设施", "公共管理", "惠民服务")


def _rankings(draft: Draft, rng: Random, cities: list[tuple[str, str]], style: str) -> None:
    parts = {city: [rng.randint(400, 3000) for _ in NAMES] for city, _ in cities}
    maxima = [30, 30, 40]
    for index, (name, maximum) in enumerate(zip(NAMES, maxima, strict=True)):
        for city, _ in cities:  # a coarse scale, so that scores tie
            if index == 2:
                parts[city][index] = rng.randint(2, 10) * 250
        ordered = sorted(cities, key=lambda one: -parts[one[0]][index])
        ranks = _ranks([parts[city][index] for city, _ in ordered], style)
        rows = [
            [str(rank), city, _two(parts[city][index] / 100), _rate(parts[city][index], maximum)]
            for rank, (city, _) in zip(ranks, ordered, strict=True)
        ]
        draft.add(
            name, f"2016年{name}得分排名表", [["排名", "城市", f"{name}得分", "得分率"]], rows
        )
    totals = {city: sum(parts[city]) for city, _ in cities}
    ordered = sorted(cities, key=lambda one: -totals[one[0]])
    ranks = _ranks([totals[city] for city, _ in ordered], style)
    rows = [
        [
            str(rank),
            city,
            *(_two(part / 100) for part in parts[city]),
            _two(totals[city] / 100),
            _rate(totals[city], 100),
        ]
        for rank, (city, _) in zip(ranks, ordered, strict=True)
    ]
    draft.add(
        "总体", "2016年城市总体得分排名表", [["排名", "城市", *NAMES, "总分", "得分率"]], rows
    )
    top = ordered[:10]
    draft.add(
        "前十",
        "2016年城市总体得分前十名名单",
        [["排名", "城市"]],
        [[str(rank), city] for rank, (city, _) in zip(ranks, top, strict=False)],
    )


def _rate(score: int, maximum: int) -> str:
    return f"{score / maximum:.2f}%"


def _provinces(draft: Draft, cities: list[tuple[str, str]]) -> None:
    totals = {row[1]: float(row[5]) for row in draft.sheets["总体"].rows}
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
    draft.add("年度", "2012—2016年全国通信业务完成情况", header, rows)


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
    draft.add("行业", "2016年全国按行业分企业信息化情况", header, rows)


def _weighted(draft: Draft, rng: Random, cities: list[tuple[str, str]]) -> None:
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
    rows = []
    for name in ("基础环境", "工业应用", "应用效益", "发展环境", "总指数"):
        before, after = rng.randint(4000, 12_000), rng.randint(4000, 12_000)
        arrow = "↑" if after >= before else "↓"
        rows.append(
            [
                name,
                _two(before / 100),
                _two(after / 100),
                f"{arrow} {abs(after - before) / 100:.2f}",
            ]
        )
    header = [["指标", "2015年指数", "2016年指数", "变化情况"]]
    draft.add("变化", "2015—2016年浙江省融合指数情况", header, rows)


def _rates(draft: Draft, rng: Random, cities: list[tuple[str, str]]) -> None:
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
        rows.append(
            [
                str(number),
                f"测试站点{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰'[number - 1]}",
                f"www.{host}.com.cn",
            ]
        )
    draft.add("站点", "获得许可的互联网站名单", [["序号", "服务名称", "服务地址"]], rows)


# --- faults --------------------------------------------------------------------------------

#: A fault changes the draft and gives the sheet's name with the row (None: caption or header).
Fault = Callable[[Draft, Random], tuple[str, int | None]]


def _cell(name: str, column: int, change: Callable[[str], str], first: int = 2) -> Fault:
    def plant(draft: Draft, rng: Random) -> tuple[str, int | None]:
        rows = draft.sheets[name].rows
        row = rng.randrange(first, len(rows) - 2) if len(rows) > first + 3 else len(rows) // 2
        rows[row][column] = change(rows[row][column])
        return name, row

    return plant


def _bumped(text: str) -> str:
    """Another first digit."""
    at = next(i for i, letter in enumerate(text) if letter.isdigit())
    digit = "5" if text[at] in "123" else "2"
    return text[:at] + digit + text[at + 1 :]


def _last_bumped(text: str) -> str:
    """The last two digits in other places: 12.34 to 12.78."""
    head = text.rstrip("%")
    at = [i for i, letter in enumerate(head) if letter.isdigit()][-2]
    digit = str((int(head[at]) + 5) % 10)
    return head[:at] + digit + head[at + 1 :] + text[len(head) :]


def _swap(draft: Draft, rng: Random) -> tuple[str, int | None]:
    rows = draft.sheets["指数"].rows
    row = rng.randrange(3, len(rows) - 4)
    rows[row], rows[row + 1] = rows[row + 1], rows[row]
    return "指数", row


def _twice(name: str) -> Fault:
    def plant(draft: Draft, rng: Random) -> tuple[str, int | None]:
        rows = draft.sheets[name].rows
        row = rng.randrange(2, len(rows) - 2)
        rows[row + 1] = [rows[row + 1][0], *rows[row][1:]] if name == "站点" else list(rows[row])
        return name, row + 1

    return plant


def _caption(name: str, old: str, new: str) -> Fault:
    def plant(draft: Draft, rng: Random) -> tuple[str, int | None]:
        sheet = draft.sheets[name]
        assert old in sheet.title
        sheet.title = sheet.title.replace(old, new)
        return name, None

    return plant


def _number(draft: Draft, rng: Random) -> tuple[str, int | None]:
    sheet = draft.sheets[rng.choice(("省份", "年度", "行业", "指数"))]
    sheet.number += rng.choice((-1, 1, 20))
    return sheet.name, None


def _year_header(draft: Draft, rng: Random) -> tuple[str, int | None]:
    header = draft.sheets["年度"].header[0]
    header[4] = header[5]
    return "年度", None


def _same_list(draft: Draft, rng: Random) -> tuple[str, int | None]:
    first = draft.sheets["站点"]
    draft.add("再版", "获得许可的应用程序名单", first.header, [list(row) for row in first.rows])
    return "再版", None


FAULTS: dict[str, Fault] = {
    "part of a total": _cell("总体", 2, _bumped),
    "total": _cell("总体", 5, _last_bumped),
    "rate of a total": _cell("总体", 6, _last_bumped),
    "rate of a score": _cell("基础设施", 3, _last_bumped),
    "score": _cell("公共管理", 2, _bumped),
    "rank": _cell("基础设施", 0, lambda text: str(int(text) + 7)),
    "place in the top ten": _cell("前十", 1, lambda _: "拉萨"),
    "mean of a province": _cell("省份", 3, _last_bumped, 1),
    "count of a province": _cell("省份", 2, lambda text: str(int(text) + 1), 1),
    "part in a year": _cell("年度", 4, _bumped, 2),
    "growth in a year": lambda draft, rng: _cell("年度", 5, lambda _: "33.3", 3)(draft, rng),
    "row of a total": _cell("行业", 1, _bumped),
    "ratio": _cell("行业", 3, _bumped),
    "weighted index": _cell("指数", 4, _last_bumped),
    "change": _cell("变化", 3, _bumped, 1),
    "rate among years": _cell("网民", 4, _bumped),
    "power of ten": _cell("网民", 5, lambda text: text + "0"),
    "zero": _cell("网民", 5, lambda _: "0"),
    "order": _swap,
    "row twice": _twice("站点"),
    "entity twice": _twice("基础设施"),
    "serial number": _cell("站点", 0, lambda text: str(int(text) + 1)),
    "address": _cell("站点", 2, lambda text: text.replace(".com.cn", ".com,cn")),
    "address without a dot": _cell("站点", 2, lambda text: text.replace("www.", "www")),
    "caption's years": _caption("年度", "2012", "2010"),
    "caption's length": _caption("前十", "前十名", "前二十名"),
    "caption's number": _number,
    "year twice": _year_header,
    "same list": _same_list,
}
