"""Faults, one of every kind: each changes a draft and says where it should be found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.faults.draft import Draft, Sheet
from tests.faults.editions import REGIONS


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault stands: a row of a sheet, its prose, or its caption and header (neither)."""

    sheet: str
    row: int | None = None
    prose: str | None = None
    heading: bool = False

    def lines(self, draft: Draft) -> set[int]:
        """The lines of the printed draft at which a finding is at the fault."""
        sheet = draft.sheets[self.sheet]
        if self.row is not None:
            return {sheet.lines[self.row]}
        if self.prose is not None:
            return {sheet.prose_lines[self.prose]}
        if self.heading:
            return {sheet.heading_line}
        listed = draft.contents_line + list(draft.sheets).index(self.sheet) + 1
        return {sheet.caption_line, sheet.header_line, listed}


Fault = Callable[[Draft, Random], Place]
Change = Callable[[str], str]


def _cell(name: str, column: int, change: Change, first: int = 2, last: int = 2) -> Fault:
    """Another text in one cell of a row that is neither among the first nor the last."""

    def plant(draft: Draft, rng: Random) -> Place:
        rows = draft.sheets[name].rows
        row = rng.randrange(first, max(len(rows) - last, first + 1))
        rows[row][column] = change(rows[row][column])
        return Place(name, row)

    return plant


def _bumped(text: str) -> str:
    """Another first digit: 5 for a small one, 2 for a great one."""
    at = next(i for i, letter in enumerate(text) if letter.isdigit())
    return text[:at] + ("5" if text[at] in "123" else "2") + text[at + 1 :]


def _late_bumped(text: str) -> str:
    """Another digit before the last: 12.34 to 12.84."""
    head = text.rstrip("%")
    at = [i for i, letter in enumerate(head) if letter.isdigit()][-2]
    digit = str((int(head[at]) + 5) % 10)
    return head[:at] + digit + head[at + 1 :] + text[len(head) :]


def _said(name: str, prose: str, pattern: str, change: Change = _late_bumped) -> Fault:
    """Another text in a paragraph where the pattern's group (one of them by chance) is."""

    def plant(draft: Draft, rng: Random) -> Place:
        sheet = draft.sheets[name]
        texts = sheet.before if prose in sheet.before else sheet.behind
        found = rng.choice(list(re.finditer(pattern, texts[prose])))
        start, end = found.span(1)
        texts[prose] = texts[prose][:start] + change(found[1]) + texts[prose][end:]
        return Place(name, prose=prose)

    return plant


def _more(text: str) -> str:
    return str(int(text) + 1)


def _place(draft: Draft) -> Place:
    """One of three cities with another place than it has."""
    texts = draft.sheets["总体"].before
    names = "、".join(row[2] for row in draft.sheets["总体"].rows[3:6])
    text = texts.get("places", f"{names}进步较快,分别位列第四名、第五名和第六名。")
    texts["places"] = text.replace("第五名", "第九名", 1)
    return Place("总体", prose="places")


def _word(draft: Draft) -> Place:
    sheet = draft.sheets["基础设施"]
    sheet.before["statistics"] = sheet.before["statistics"].replace("指标的", "指标的的", 1)
    return Place("基础设施", prose="statistics")


def _missing(draft: Draft, rng: Random) -> Place:
    """A city of the annex under a name that no other list has."""
    rows = draft.sheets["附表"].rows
    row = rng.randrange(3, len(rows) - 3)
    rows[row][1] = "三亚"
    return Place("附表", row)


def _coefficient(draft: Draft) -> Place:
    """A coefficient that is symmetric, and not that of the columns."""
    sheet = draft.sheets["相关"]
    text = sheet.rows[0][2]
    sheet.rows[0][2] = sheet.rows[1][1] = "0.987" if float(text) < 0.5 else "0.012"
    return Place("相关", 0)


def _swap(draft: Draft, rng: Random) -> Place:
    rows = draft.sheets["指数"].rows
    row = rng.randrange(3, len(rows) - 4)
    rows[row], rows[row + 1] = rows[row + 1], rows[row]
    return Place("指数", row)


def _row_twice(draft: Draft, rng: Random) -> Place:
    rows = draft.sheets["站点"].rows
    row = rng.randrange(2, len(rows) - 2)
    rows[row + 1] = [rows[row + 1][0], *rows[row][1:]]
    return Place("站点", row + 1)


def _entity_twice(draft: Draft, rng: Random) -> Place:
    rows = draft.sheets["基础设施"].rows
    row = rng.randrange(2, len(rows) - 2)
    rows[row + 1] = list(rows[row])
    return Place("基础设施", row + 1)


def _two_spellings(draft: Draft, rng: Random) -> Place:
    """An entity in the place of another, under its full name."""
    rows = draft.sheets["公共管理"].rows
    row = rng.randrange(8, len(rows) - 2)
    rows[row][1] = rows[2][1] + "市"
    return Place("公共管理", row)


def _caption(name: str, old: str, new: str) -> Fault:
    def plant(draft: Draft, rng: Random) -> Place:
        sheet = draft.sheets[name]
        assert old in sheet.title
        sheet.title = sheet.title.replace(old, new)
        return Place(name)

    return plant


def _number(draft: Draft, rng: Random) -> Place:
    sheet = draft.sheets[rng.choice(("省份", "年度", "行业", "指数"))]
    sheet.number += rng.choice((-1, 1, 20))
    return Place(sheet.name)


def _contents(draft: Draft, rng: Random) -> Place:
    """The contents number one entry otherwise than the body."""
    place = rng.randrange(3, len(draft.listed) - 2)
    number, title = draft.listed[place]
    draft.listed[place] = (number - 1, title)
    return Place(list(draft.sheets)[place])


def _title(draft: Draft, rng: Random) -> Place:
    sheet = draft.sheets["惠民服务"]
    sheet.title = draft.sheets["公共管理"].title
    return Place(sheet.name)


def _heading(draft: Draft, rng: Random) -> Place:
    names = list(draft.sheets)
    at = rng.randrange(2, len(names) - 2)
    sheet, after = draft.sheets[names[at]], draft.sheets[names[at + 1]]
    number = re.match(r"\((.+?)\)", after.heading)
    assert number is not None
    sheet.heading = re.sub(r"\((.+?)\)", f"({number[1]})", sheet.heading, count=1)
    after_next = after.heading
    own = re.match(r"\((.+?)\)", sheet.heading)
    assert own is not None
    after.heading = after_next.replace(number[0], f"({_before(number[1])})", 1)
    return Place(sheet.name, heading=True)


def _before(numeral: str) -> str:
    numerals = [*"一二三四五六七八九十", *("十" + one for one in "一二三四五六七八九")]
    return numerals[numerals.index(numeral) - 1]


def _year_header(draft: Draft, rng: Random) -> Place:
    header = draft.sheets["年度"].header[0]
    header[4] = header[5]
    return Place("年度")


def _same_list(draft: Draft, rng: Random) -> Place:
    first = draft.sheets["站点"]
    draft.add("再版", "获得许可的应用程序名单", first.header, [list(row) for row in first.rows])
    return Place("再版")


def _subject(draft: Draft, rng: Random) -> Place:
    """A paragraph that speaks of another chapter's indicator."""
    sheet = draft.sheets["公共管理"]
    sheet.behind["regions"] = sheet.behind["regions"].replace("公共管理", "基础设施")
    return Place("公共管理", prose="regions")


def _list_name(draft: Draft, rng: Random) -> Place:
    return _change_list(draft, lambda names, last: [*names[:2], last, *names[3:]])


def _list_longer(draft: Draft, rng: Random) -> Place:
    sheet = draft.sheets["基础设施"]
    sixth = sheet.rows[5][1]
    return _change_list(draft, lambda names, _: [*names[:4], sixth, names[4]])


def _change_list(draft: Draft, change: Callable[[list[str], str], list[str]]) -> Place:
    sheet = draft.sheets["基础设施"]
    text = sheet.before.get("list", "")
    head, _, tail = text.partition("是")
    names = re.split("、|和", tail.rstrip("。"))
    changed = change(names, sheet.rows[-3][1])
    sheet.before["list"] = f"{head}是{'、'.join(changed[:-1])}和{changed[-1]}。"
    return Place("基础设施", prose="list")


def _region(draft: Draft, rng: Random) -> Place:
    """A city of a province in another region than the others."""
    rows = draft.sheets["总体"].rows
    guangdong = [i for i, row in enumerate(rows) if row[1] == REGIONS["广东"]]
    row = rng.choice(guangdong)
    rows[row][1] = REGIONS["浙江"]
    return Place("总体", row)


def _unknown_name(draft: Draft, rng: Random) -> Place:
    rows = draft.sheets["网民"].rows
    row = rng.randrange(2, len(rows) - 2)
    rows[row][0] = "铜仔"
    return Place("网民", row)


FAULTS: dict[str, Fault] = {
    # within a table
    "part of a total": _cell("总体", 3, _bumped),
    "total": _cell("总体", 6, _late_bumped),
    "rate of a total": _cell("总体", 7, _late_bumped),
    "rate of a score": _cell("基础设施", 3, _late_bumped),
    "score": _cell("公共管理", 2, _bumped),
    "rank": _cell("基础设施", 0, lambda text: str(int(text) + 7)),
    "rank one off": _cell("指数", 5, _more),
    "order of rows": _swap,
    "row twice": _row_twice,
    "entity twice": _entity_twice,
    "entity under two spellings": _two_spellings,
    "serial number": _cell("站点", 0, _more),
    "address with a comma": _cell("站点", 2, lambda text: text.replace(".com.cn", ".com,cn")),
    "address without a dot": _cell("站点", 2, lambda text: text.replace("www.", "www")),
    "name nobody knows": _unknown_name,
    # rows and columns that add up
    "part in a year": _cell("年度", 4, _bumped, 2, 1),
    "growth in a year": _cell("年度", 5, lambda _: "33.3", 3, 0),
    "row of a total": _cell("行业", 1, _bumped),
    "ratio": _cell("行业", 3, _bumped),
    "weighted index": _cell("指数", 4, _late_bumped),
    "change": _cell("变化", 3, _bumped, 1),
    "correlation": lambda draft, rng: _matrix(draft),
    "rate among years": _cell("网民", 4, _bumped),
    "power of ten": _cell("网民", 5, lambda text: text + "0"),
    "zero for nothing": _cell("网民", 5, lambda _: "0"),
    # across tables
    "place in the top ten": _cell("前十", 1, lambda _: "拉萨"),
    "mean of a province": _cell("省份", 3, _late_bumped, 1, 1),
    "count of a province": _cell("省份", 2, _more, 1, 1),
    "nation and regions": lambda draft, rng: _nation(draft, rng),
    "class of a place": _region,
    "value in the annex": _cell("附表", 3, _bumped),
    "total in the annex": _cell("附表", 5, _late_bumped),
    "rank in the annex": _cell("附表", 0, _more),
    "entity missing in the annex": lambda draft, rng: _missing(draft, rng),
    "coefficient of two columns": lambda draft, rng: _coefficient(draft),
    "same list": _same_list,
    # captions, headings, years
    "caption's years": _caption("年度", "2012", "2010"),
    "caption's length": _caption("前十", "前十名", "前二十名"),
    "caption's number": _number,
    "contents' number": _contents,
    "title of another table": _title,
    "number of a heading": _heading,
    "year twice": _year_header,
    # prose
    "mean in the prose": _said("基础设施", "statistics", r"平均得分为([\d.]+)分"),
    "rate in the prose": _said("公共管理", "statistics", r"得分率为([\d.]+)%"),
    "maximum in the prose": _said("基础设施", "statistics", r"最高得分为([\d.]+)分"),
    "minimum in the prose": _said("公共管理", "statistics", r"最低得分为([\d.]+)分", _bumped),
    "range in the prose": _said("基础设施", "statistics", r"分差为([\d.]+)分"),
    "quartiles in the prose": _said("公共管理", "statistics", r"四分位差为([\d.]+)"),
    "mean of a region": _said("基础设施", "regions", r"平均得分为([\d.]+)分"),
    "rate of a region": _said("公共管理", "regions", r"得分率为([\d.]+)%"),
    "indicator in the prose": _subject,
    "count of a region": _said("总体", "counts", r"有(\d+)个", _more),
    "count of a band": _said("总体", "bands", r"城市有(\d+)个", lambda text: str(int(text) + 2)),
    "share of a band": _said("总体", "bands", r"总体的([\d.]+)%"),
    "correlation in the prose": _said("相关", "correlations", r"r=-?0\.(\d+)"),
    "name in a list": _list_name,
    "length of a list": _list_longer,
    "change in the prose": _said("变化", "changes", r"(?:提高|下降)([\d.]+)个点"),
    "level in the prose": _said("变化", "changes", r"指数为([\d.]+)"),
    "number of the table": _said("年度", "echo", r"信?业务总量为([\d.]+)亿"),
    "gap to the mean": _said("公共管理", "regions", r"平均水平([\d.]+)%"),
    "gap between regions": _said("基础设施", "regions", r"相差([\d.]+)个"),
    "place in the prose": lambda draft, rng: _place(draft),
    "parts in the prose": _said(
        "行业", "parts", r"项目(\d+)个,比", lambda text: str(int(text) - 9)
    ),
    "word twice": lambda draft, rng: _word(draft),
    "item of an enumeration": _said("变化", "items", r"(四)是", lambda _: "三"),
    "structure": _said("行业", "structure", r"调整为([\d.]+)", _bumped),
}


def _matrix(draft: Draft) -> Place:
    sheet: Sheet = draft.sheets["相关"]
    sheet.rows[2][1] = _late_bumped(sheet.rows[2][1])
    return Place("相关", 2)


def _nation(draft: Draft, rng: Random) -> Place:
    """A digit of the nation in a year; found there or at the year of the regions."""
    row = draft.sheets["全国"].rows[0]
    column = rng.randrange(2, 5)
    digit = "3" if row[column][2] != "3" else "4"
    row[column] = row[column][:2] + digit + row[column][3:]
    return Place("各地")
