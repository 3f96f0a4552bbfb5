"""Labels: what is printed, and the name that is left of it.

`squeeze` makes the labels of the datasets (print without white space). Everything else
here takes a label apart: numbering, periods, brackets with units or maxima, marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from extractors.model import Column, Table
from extractors.periods import find_years, parse_period
from extractors.units import Unit, split_label
from schemas.measures import measure_words

_T = TypeVar("_T")

#: Numbering before a name: 1. 2、 (3) （四） 五、 ①; a decimal number (3.5) is none.
_NUMBERING = re.compile(
    r"^(?:\d{1,3}(?:[、．]|\.(?!\d))|[（(](?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）]|\d{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[、：:]|[①-⑳])"
)

#: A caption's own number: 图表6, 表1-2, 附件1:, Table 3. A year may follow it without a blank.
_CAPTION_NUMBER = re.compile(
    r"^\s*(?:图表|附表|附件|续表|表|图|Table)(?:\s*\d{1,3}?(?=(?:19|20)\d{2}(?!\d)|\D|$)"
    r"(?:[-—–.．]\d{1,3}(?!\d))*\s*[：:、.．]?)?"
)

#: The caption of a table or figure, which may stand among the headings.
_NUMBERED = re.compile(r"^(?:图表|附表|表|图|Table|Figure)\d{1,3}|^续表")

_YEAR = r"(?:19|20)\d{2}"
_DASH = r"[-—–―~～－至]{1,2}"
#: A period inside a label: 2016年, 2011—2015年, 2017年上半年, 第五届(2015年), 2015年度.
_PERIOD = re.compile(
    rf"(?:第[一二三四五六七八九十\d]{{1,3}}届)?[（(]?(?<!\d){_YEAR}(?!\d)年?度?"
    rf"(?:{_DASH}(?:{_YEAR}|\d{{2}})(?!\d)年?度?)?"
    r"(?:[上下]半年|第?[一二三四1-4]季度|1?\d月(?:份|底|末)?|年?[初底末])?[)）]?"
)

#: A printed code of an indicator: L1, L1P1, L1P1-A1, standing by itself.
_CODE = re.compile(
    r"(?:^|[\s（(])([A-Z]\d{1,3}(?:[A-Z]\d{1,3})*(?:-[A-Z]\d{1,3})*)(?=$|[\s）)：:])"
)

_EMPTY_BRACKETS = re.compile(r"[（(]\s*[)）]")

#: How many a list names, at the end of its caption: 排名前20名, 前30强.
_TOP = re.compile(r"前\d{1,3}[名强位]$")

#: Marks that refer to a note: 电话普及率*.
_MARKS = re.compile(r"[*＊※#]+$|[①-⑳]+$")


@lru_cache(maxsize=65_536)
def squeeze(text: str) -> str:
    """The text without any white space: how labels are written in the datasets."""
    return "".join(text.split())


def column_label(column: Column) -> str:
    """The header levels joined by ``/``; a level that is blank in print is left out."""
    return "/".join(level for level in map(squeeze, column.path) if level)


@dataclass(frozen=True, slots=True)
class Name:
    """What a label says. ``text`` is the bare name, ``""`` where nothing but a period,
    a unit or numbering is printed."""

    text: str
    unit: Unit | None = None
    max_score: float | None = None
    weight: float | None = None
    period: str | None = None
    code: str | None = None


@lru_cache(maxsize=65_536)
def name_of(label: str) -> Name:
    """Take a header level or a row label apart."""
    code = _CODE.search(label)
    if code:
        label = _EMPTY_BRACKETS.sub("", f"{label[: code.start(1)]} {label[code.end(1) :]}")
    text = squeeze(label)
    period, text = take_period(_NUMBERING.sub("", text))
    label_parts = split_label(text)
    return Name(
        _MARKS.sub("", squeeze(label_parts.name)).strip("：:、，,"),
        label_parts.unit,
        label_parts.max_score,
        label_parts.weight,
        period,
        code.group(1) if code else None,
    )


def take_period(text: str) -> tuple[str | None, str]:
    """The first period in a label, and the label without it."""
    for found in _PERIOD.finditer(text):
        printed = found.group().strip("()（）")
        period = parse_period(printed)
        # Without 年 a number may count something: 2000元以下 names no year.
        if period and ("年" in printed or find_years(text)):
            return period, text[: found.start()] + text[found.end() :]
    return None, text


@lru_cache(maxsize=4_096)
def period_in(text: str) -> str | None:
    """The one period that a caption or heading names; None where it names none or several."""
    period = parse_period(text)
    if period:
        return period
    years = find_years(text)
    return str(years[0]) if len(years) == 1 else None


def last_year(period: str | None) -> int | None:
    """The year in which a period ends: 2016 of ``2011/2016``, 2017 of ``2017-S1``."""
    return int(period.rsplit("/", 1)[-1][:4]) if period else None


@lru_cache(maxsize=4_096)
def bare_caption(caption: str) -> str:
    """A caption or heading without white space and without its own number."""
    text = squeeze(_CAPTION_NUMBER.sub("", caption))
    return _NUMBERING.sub("", text).rstrip("：:")


@lru_cache(maxsize=4_096)
def subject_of(caption: str, place: str = "") -> str:
    """What a caption is about: without number, period, ``place``, whose (全国…) and form (…排名表)."""
    words = measure_words()
    _, text = take_period(bare_caption(caption))
    text = text.removeprefix(place)
    text = _TOP.sub("", _without_brackets_at_end(text))
    return _cut(text, words.subject_starts, words.subject_ends)


def _without_brackets_at_end(text: str) -> str:
    return re.sub(r"[（(][^（()）]{0,12}[)）]$", "", text)


def _cut(text: str, starts: tuple[str, ...], ends: tuple[str, ...]) -> str:
    """Take words off both ends as long as one fits and something is left."""
    while start := _fitting(text, starts, text.startswith):
        text = text.removeprefix(start)
    while end := _fitting(text, ends, text.endswith):
        text = text.removesuffix(end)
    return text


def _fitting(text: str, words: tuple[str, ...], fits: Callable[[str], bool]) -> str | None:
    return next((word for word in words if len(word) < len(text) and fits(word)), None)


def without_ending(name: str, endings: tuple[str, ...]) -> str:
    """基础网络建设水平得分 -> 基础网络建设水平; a name that is all ending (得分) stays."""
    ending = next((word for word in endings if name.endswith(word)), "")
    return name.removesuffix(ending) or name


def context_of(table: Table, captions: Collection[str]) -> tuple[str, ...]:
    """The texts that speak of a whole table: caption, group, then headings from the innermost.

    The captions of other tables (``captions``, without white space) stand among the headings
    of a page, and speak of those tables only.
    """
    headings = (
        text
        for text in reversed(table.headings)
        if squeeze(text) not in captions and not _NUMBERED.match(squeeze(text))
    )
    return tuple(text for text in (table.caption, table.group, *headings) if text)


def first(values: Iterable[_T | None]) -> _T | None:
    """The first value that is not None."""
    return next((value for value in values if value is not None), None)
