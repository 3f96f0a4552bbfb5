"""Arithmetic that a sentence does itself: a level, an earlier level and the change between.

Nothing but the sentence is needed: 应用效益指数为80.01,比2015年的77.61上升9.74个点.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extractors.model import Doubt
from extractors.reconcile.finding import shown
from extractors.reconcile.prose.paragraphs import Paragraph
from extractors.reconcile.sheets import NOISE, Number

_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"(?P<{0}>万亿元|亿元|万元|万人|亿人|万户|万个|亿次|万次|亿|万|元|人|户|家|个|项|件|次|台|部|分|点|%)?"
_MORE = r"上升|提高|增长|增加|提升|扩大|高出?|多"
_LESS = r"下降|减少|减小|降低|缩小|回落|低|少"
_CHANGE = (
    rf"(?:(?P<up>{_MORE})|(?P<down>{_LESS}))了?(?P<change>{_NUMBER})(?P<of>个?百分点|%|个?点)?"
)

#: 为80.01,比2015年的77.61上升9.74个点
_AFTER = re.compile(
    rf"(?:为|达到?|是|指数|率)(?P<after>{_NUMBER}){_UNIT.format('u1')}[,;]?(?:相?比|较|与)"
    rf"[^,。;\d]{{0,4}}(?:(?:19|20)\d{{2}}年)?[^,。;\d]{{0,4}}的(?P<before>{_NUMBER}){_UNIT.format('u2')}"
    rf"[^,。;\d]{{0,2}}{_CHANGE}"
)
#: 由59.3%提高到61.2%,提高了1.9个百分点
_FROM = re.compile(
    rf"[由从][^,。;\d]{{0,8}}(?:(?:19|20)\d{{2}}年)?[^,。;\d]{{0,6}}?(?P<before>{_NUMBER}){_UNIT.format('u1')}"
    rf"(?:{_MORE}|{_LESS})(?:到|至|为)(?:(?:19|20)\d{{2}}年)?[^,。;\d]{{0,6}}?(?P<after>{_NUMBER})"
    rf"{_UNIT.format('u2')},(?!年均|平均|年平均)[^,。;\d]{{0,4}}?{_CHANGE}"
)
#: 三次产业结构调整为8.9:39.1:52.0, shares that make up a whole.
_STRUCTURE = re.compile(
    r"(?:结构|比例)(?:由|为|调整为|变为|优化为|从)?[^,。;\d]{0,12}(?P<parts>\d{1,2}(?:\.\d+)?(?::\d{1,2}(?:\.\d+)?){2,3})"
    r"(?:(?:调整|变|优化|转变|演变)(?:为|到|至)(?P<more>\d{1,2}(?:\.\d+)?(?::\d{1,2}(?:\.\d+)?){2,3}))?"
)

#: 漏洞1075个,…其中,高危漏洞173个,中危漏洞313个,低危漏洞609个
_WHOLE = re.compile(
    rf"(?P<whole>{_NUMBER})(?P<unit>万亿元|亿元|万元|万人|万户|个|家|件|项|户|人|次|台|部)[^。;]{{0,24}}?其中[,:]?"
)
_PART = re.compile(
    rf"[^\d,、。;]{{2,14}}?(?P<part>{_NUMBER})(?P<unit>[^\d,、。;(和]{{1,2}})(?:[,、和]|(?=[。;]))"
)

#: Parts that are more than the whole by more than this share overlap, and add up to nothing.
OVERLAP = 0.05

#: Shares with decimals are meant to be a whole if they come this near to 100, others nearer.
MOST_APART, MOST_APART_WHOLE = 60.0, 20.0


def identity_errors(paragraphs: Iterable[Paragraph]) -> Iterator[Doubt]:
    """Changes that are not the difference of their levels, structures that are no whole."""
    for paragraph in paragraphs:
        text = paragraph.text
        if "的" in text and ("比" in text or "较" in text or "与" in text):
            for match in _AFTER.finditer(text):
                yield from _change(paragraph, match)
        if "由" in text or "从" in text:
            for match in _FROM.finditer(text):
                yield from _change(paragraph, match)
        if "其中" in text:
            for match in _WHOLE.finditer(text):
                yield from _parts(paragraph, match)
        if "结构" in text or "比例" in text:
            for match in _STRUCTURE.finditer(text):
                for name in ("parts", "more"):
                    yield from _structure(paragraph, match, name)


def _change(paragraph: Paragraph, match: re.Match[str]) -> Iterator[Doubt]:
    if match["u1"] != match["u2"]:
        return
    after, before = _number(match["after"]), _number(match["before"])
    change = _number(match["change"])
    sign = 1 if match["up"] else -1
    if match["of"] == "%" and match["u1"] != "%":
        if before.low <= 0:
            return
        low = sign * 100 * ((after.low if sign > 0 else after.high) / before.high - 1)
        high = sign * 100 * ((after.high if sign > 0 else after.low) / before.low - 1)
        expected = sign * 100 * (after.value / before.value - 1)
        words = f"({after.text} / {before.text} - 1) × 100"
    elif match["of"] == "%" or (match["of"] is None and match["u1"]):
        return  # a growth of a share, or a change whose unit is not printed
    else:
        expected = sign * (after.value - before.value)
        slack = after.half + before.half
        low, high = expected - slack, expected + slack
        words = f"{after.text} - {before.text}"
    slack = 2 * change.half + NOISE
    if min(low, high) - slack <= change.value <= max(low, high) + slack:
        return
    yield paragraph.doubt(
        "prose-change",
        match.start("change"),
        printed=change.text,
        expected=shown(expected, change.half),
        evidence=f"{words} = {shown(expected * sign, change.half)}",
    )


def _parts(paragraph: Paragraph, match: re.Match[str]) -> Iterator[Doubt]:
    """Three or more parts in one unit that are a little more than the number they are of."""
    whole, parts = _number(match["whole"]), []
    place = match.end()
    while part := _PART.match(paragraph.text, place):
        if part["unit"] != match["unit"]:
            break
        parts.append(_number(part["part"]))
        place = part.end()
    added = sum(part.value for part in parts)
    slack = whole.half + sum(part.half for part in parts) + NOISE
    if len(parts) >= 3 and whole.value + slack < added <= (1 + OVERLAP) * whole.value:
        yield paragraph.doubt(
            "prose-parts",
            match.start("whole"),
            printed=whole.text,
            expected=shown(added, whole.half),
            evidence=f"{' + '.join(part.text for part in parts)} = {shown(added, whole.half)}",
        )


def _structure(paragraph: Paragraph, match: re.Match[str], name: str) -> Iterator[Doubt]:
    if not match[name]:
        return
    parts = [_number(text) for text in match[name].split(":")]
    whole = sum(part.value for part in parts)
    base = 10.0 if whole < 15 else 100.0
    # A ratio of small whole numbers (2:1:1) is none of shares.
    if any(part.half > 0.1 for part in parts) and base == 10.0:
        return
    # Whole numbers that are far from a whole are a ratio of something else.
    most = MOST_APART if all(part.half < 0.1 for part in parts) else MOST_APART_WHOLE
    off = abs(whole - base)
    if off <= sum(2 * part.half for part in parts) + NOISE or off > most:
        return
    yield paragraph.doubt(
        "prose-structure",
        match.start(name),
        printed=match[name],
        expected=f"{base:g}",
        evidence=f"{' + '.join(part.text for part in parts)} = {whole:g}",
    )


def _number(text: str) -> Number:
    decimals = len(text.partition(".")[2])
    return Number(float(text), 0.5 * 10.0**-decimals, text)
