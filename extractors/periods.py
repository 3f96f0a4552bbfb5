"""Periods and dates in headers, captions and running text.

Periods are written as SDMX and ISO 8601 do: 2016, 2017-S1 (half), 2017-Q1 (quarter), 2017-03
(month), 2016-11-22, and first/last for a span (2016/2020). A span that has a name of its own
gets it, so that 2017年1—6月 and 2017年上半年 are one period. Years are 1900 to 2099 with four
digits; 16年 is none, because it is as often sixteen years.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from extractors.values import chinese_number
from schemas.units import half_width, load_units

_FACTS = load_units()

#: Two years further apart are no period of a table.
_LONGEST_SPAN = 50

#: Every period has a digit, 年 or 五 in it; most texts have none.
_HINT = re.compile(r"[0-9０-９年五]").search

#: Blanks, but for one that keeps two numbers apart (图表 25 2014 年).
_BLANKS = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_YEAR_NUMERAL = re.compile(r"[一二][〇○零0一二三四五六七八九]{3}(?=年)")
_DAY_NUMERAL = re.compile(r"[一二三四五六七八九十]{1,3}(?=[月日])")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")

_Y = r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?![0-9])"
_TO = r"[-—–~至到]{1,2}"
_M = r"(?:1[0-2]|0?[1-9])(?![0-9])"

_DAY = re.compile(
    rf"{_Y}(?:年(?P<m>{_M})月(?P<d>[0-3]?[0-9])[日号]"
    rf"|(?P<sep>[-/.])(?P<m2>{_M})(?P=sep)(?P<d2>[0-3]?[0-9])(?![0-9.]))"
)
_MONTHS = re.compile(rf"{_Y}年(?P<m>{_M})月?份?{_TO}(?:(?P<y2>20[0-9]{{2}})年)?(?P<m2>{_M})月")
_MONTH = re.compile(rf"{_Y}年(?P<m>{_M})月")
_QUARTERS = re.compile(rf"{_Y}年?(?:前[三3]|第?[一1]{_TO}第?[三3])季度")
_QUARTER = re.compile(rf"{_Y}(?:年?第?(?P<q>[一二三四1-4])季度|[年-]?Q(?P<n>[1-4])(?![0-9]))")
_HALF = re.compile(rf"{_Y}(?:年?(?P<h>[上下])半年|[年-]?[HS](?P<n>[12])(?![0-9]))")
#: 2012—2016年, 2016/2017, 2015-16学年; two digits are a year only before 年 or 学年. A stroke
#: behind 年 compares (2016年/2015年) and joins nothing.
_SPAN = re.compile(
    rf"{_Y}(?:年?度?{_TO}|/)(?:(?P<y2>(?:19|20)[0-9]{{2}})(?![0-9])|(?P<short>[0-9]{{2}})(?=年|学年))"
    r"(?:年度?|学年|财年)?"
)
#: 2016年以来 and 2016年前后 name no year of their own (2016年前十名 does), and 2016年13月 none
#: that can be trusted.
_YEAR = re.compile(rf"{_Y}(?:年度?|财年|学年)(?!以[前后来]|前后|[前后起]$|[0-9]{{1,2}}月)")
_BARE_YEAR = re.compile(_Y).fullmatch
_BARE_MONTH = re.compile(rf"{_Y}-(?P<m>0[1-9]|1[0-2])").fullmatch
_BARE_DAY = re.compile(r"(?P<y>(?:19|20)[0-9]{2})(?P<m>[01][0-9])(?P<d>[0-3][0-9])").fullmatch

#: “十三五” in quotes, or with a word behind it, or beginning with 十: a bare 十五 is 15.
_PLAN = re.compile(
    r"[“\"「『](?P<a>[一二三四五六七八九]|十[一二三四五]?)五[”\"」』]"
    r"|(?<![一二三四五六七八九十第])(?P<b>[六七八九]|十[一二三四五]?)五(?=规划|计划|时期|期间|以来)"
    r"|(?<![一二三四五六七八九十第])(?P<c>十[一二三四五])五(?![一二三四五六七八九十百千万年月日届次个])"
)

#: What may stand behind a year that has no 年 (2015中国智慧城市) and would make it a number.
_COUNTED = "|".join(
    map(re.escape, sorted({*_FACTS.codes, *_FACTS.multipliers, "多", "余", "号", "版"}))
)
_LOOSE_YEAR = re.compile(
    rf"(?<![0-9A-Za-z.,/—–-])(?P<y>(?:19|20)[0-9]{{2}})(?![0-9A-Za-z.,/%‰×—–-])(?!\s*(?:{_COUNTED}))"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A printed period: where it stands, its code ("" where it makes no sense), its years."""

    start: int
    code: str
    years: tuple[int, ...]


@lru_cache(maxsize=16_384)
def parse_period(text: str) -> str | None:
    """The one period that ``text`` names: 2017年上半年 is 2017-S1, 第五届（2015年） is 2015.

    ``text`` may hold other words (a header, a caption). None where it names none or several
    (2014年与2015年对比). Without 年 a year counts only when nothing else is printed: 2016家
    names no year.
    """
    if not _HINT(text):
        return None
    plain = _normal(text)
    if year := _BARE_YEAR(plain):
        return year["y"]
    if month := _BARE_MONTH(plain):
        return month[0]
    codes = {found.code for found in _scan(plain)[0]}
    return codes.pop() or None if len(codes) == 1 else None


def find_years(text: str) -> list[int]:
    """The years printed in ``text``, each once and in print order, both ends of a span.

    Years without 年 count where neither a letter nor a unit makes them a number or a code.
    """
    return list(_find_years(text))


@lru_cache(maxsize=16_384)
def _find_years(text: str) -> tuple[int, ...]:
    found, rest = _scan(_normal(text)) if _HINT(text) else ([], "")
    loose = [
        _Found(year.start(), year["y"], (int(year["y"]),)) for year in _LOOSE_YEAR.finditer(rest)
    ]
    ordered = sorted(found + loose, key=lambda one: one.start)
    return tuple(dict.fromkeys(year for one in ordered for year in one.years))


@lru_cache(maxsize=4096)
def parse_date(text: str) -> str | None:
    """The first date in ``text`` as ISO 8601: 2016年11月22日 is 2016-11-22, 2018年7月 2018-07.

    None where there is none, for a year alone and for days that no calendar has.
    """
    plain = _normal(text)
    if day := _BARE_DAY(plain) or _DAY.search(plain):
        return _day(day) or None
    month = _MONTH.search(plain)
    return _month(month) if month else None


def _normal(text: str) -> str:
    """Half-width, without blanks, and with digits where years, months and days are in words."""
    plain = _BLANKS.sub("", half_width(text))
    if plain.isascii():
        return plain
    plain = _YEAR_NUMERAL.sub(lambda match: match[0].translate(_DIGITS), plain)
    return _DAY_NUMERAL.sub(lambda match: str(chinese_number(match[0]) or match[0]), plain)


def _day(match: re.Match[str]) -> str:
    parts = match.groupdict()
    month, day = parts["m"] or parts["m2"], parts["d"] or parts["d2"]
    try:
        return date(int(parts["y"]), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _month(match: re.Match[str]) -> str:
    return f"{match['y']}-{int(match['m']):02}"


def _months(match: re.Match[str]) -> str:
    first = int(match["y"]), int(match["m"])
    return _between(first, (int(match["y2"] or match["y"]), int(match["m2"])))


def _between(first: tuple[int, int], last: tuple[int, int]) -> str:
    """From one (year, month) to another; by its own name where it is a half or a quarter."""
    if first > last:
        return ""
    if first[0] == last[0] and (name := _NAMED.get((first[1], last[1]))) is not None:
        return f"{first[0]}{name}"
    return "/".join(f"{year}-{month:02}" for year, month in (first, last))


_NAMED = {
    (1, 12): "",
    (1, 6): "-S1",
    (7, 12): "-S2",
    (1, 3): "-Q1",
    (4, 6): "-Q2",
    (7, 9): "-Q3",
    (10, 12): "-Q4",
}


def _quarters(match: re.Match[str]) -> str:
    year = int(match["y"])
    return _between((year, 1), (year, 9))


def _quarter(match: re.Match[str]) -> str:
    return f"{match['y']}-Q{(match['q'] or match['n']).translate(_DIGITS)}"


def _half(match: re.Match[str]) -> str:
    number = match["n"] or {"上": 1, "下": 2}[match["h"]]
    return f"{match['y']}-S{number}"


def _span(match: re.Match[str]) -> str:
    first = int(match["y"])
    last = int(match["y2"] or f"{match['y'][:2]}{match['short']}")
    return f"{first}/{last}" if 0 < last - first <= _LONGEST_SPAN else ""


def _year(match: re.Match[str]) -> str:
    return match["y"]


def _plan(match: re.Match[str]) -> str:
    first, last = _FACTS.plans[match["a"] or match["b"] or match["c"]]
    return f"{first}/{last}"


#: In this order, the longer print before the shorter that it holds; what one has read is
#: taken out before the next one looks.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_DAY, _day),
    (_MONTHS, _months),
    (_MONTH, _month),
    (_QUARTERS, _quarters),
    (_QUARTER, _quarter),
    (_HALF, _half),
    (_SPAN, _span),
    (_YEAR, _year),
    (_PLAN, _plan),
)


def _scan(plain: str) -> tuple[list[_Found], str]:
    """Every period of ``plain``, and what is left with \\0 in its place."""
    found: list[_Found] = []
    for pattern, code in _READERS:
        for match in pattern.finditer(plain):
            years = () if pattern is _PLAN else _years(match)
            found.append(_Found(match.start(), code(match), years))
        plain = pattern.sub(lambda match: "\0" * len(match[0]), plain)
    return found, plain


def _years(match: re.Match[str]) -> tuple[int, ...]:
    parts = match.groupdict()
    last = parts.get("y2") or (parts.get("short") and parts["y"][:2] + parts["short"])
    return tuple(int(year) for year in (parts["y"], last) if year)
