"""前十名的城市分别是 … : the names that a text lists against the columns that rank them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.model import Doubt
from extractors.reconcile.prose.paragraphs import Paragraph
from extractors.reconcile.prose.series import Series, nearest
from extractors.values import chinese_number

_NUMERAL = r"\d{1,3}|[一二三四五六七八九十]{1,3}"
_LIST = re.compile(
    rf"(?P<end>最后|后|前)(?P<count>{_NUMERAL})(?:名|位|强|个)?[^,。;:、\d]{{0,10}}?"
    r"(?:分别)?(?:为|是|有|包括):?(?P<names>[^,。;:()]{1,12}(?:、[^,。;:()、]{1,14}){2,})"
)

#: A text lists the rows of a column where this share of its names are at that end of it.
SAME_LIST = 0.6

#: Names that a list must have to be known by them.
LEAST_NAMES = 3


#: A list that leaves more out is one of something else.
MOST_LEFT_OUT = 2

#: A table this many lines away is the one that a paragraph is about.
NEAR_TABLE = 12


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the text: how many it announces, from which end, and the names it gives."""

    paragraph: Paragraph
    offset: int
    count: int
    top: bool
    printed: str
    names: str


#: 分别位列第六名、第七名和第九名
_PLACED = re.compile(
    rf"分别(?:位列|位居|排名|排在|列)?(?P<places>第(?:{_NUMERAL})[名位]?(?:(?:、|和|及|与)第(?:{_NUMERAL})[名位]?){{2,}})"
)
_EQUAL = re.compile(
    rf"前(?P<count>{_NUMERAL})名的?(?:城市|地区)?的?得分均?为(?P<value>\d+(?:\.\d+)?)分"
)


def list_errors(paragraphs: Iterable[Paragraph], series: Sequence[Series]) -> Iterator[Doubt]:
    """Lists of another length than announced, or with a name that does not belong there."""
    for paragraph in paragraphs:
        if "、" not in paragraph.text:
            continue
        yield from _places(paragraph, series)
        for match in _LIST.finditer(paragraph.text):
            text = match["count"]
            count = int(text) if text.isdigit() else chinese_number(text)
            if count and count >= LEAST_NAMES:
                printed = match.group()[: match.end("count") - match.start()]
                listed = Listed(
                    paragraph, match.start(), count, match["end"] == "前", printed, match["names"]
                )
                yield from _against_columns(listed, series)


def _against_columns(listed: Listed, series: Sequence[Series]) -> Iterator[Doubt]:
    best: tuple[int, int, Series, list[str], list[str]] | None = None
    for one in nearest(series, listed.paragraph.line):
        names = _split(listed.names, one)
        known = [name for name in names if name in one.values]
        if len(known) < LEAST_NAMES or len(known) < SAME_LIST * len(names):
            continue
        ordered = one.falling if listed.top else one.falling[::-1]
        size = max(listed.count, len(names))
        if len(ordered) <= size:
            continue
        last = one.values[ordered[size - 1]].value
        values = (one.values[name].value for name in known)
        inside = sum(value >= last if listed.top else value <= last for value in values)
        near = -abs(one.line - listed.paragraph.line)
        if best is None or (inside, near) > best[:2]:
            best = inside, near, one, names, ordered
    if best is None or best[0] < max(LEAST_NAMES, SAME_LIST * len(best[3])):
        return
    yield from _length(listed, best[3])
    yield from _members(listed, best[2], best[3], best[4])
    yield from _left_out(listed, best[2], best[3])


def _length(listed: Listed, names: Sequence[str]) -> Iterator[Doubt]:
    if len(names) != listed.count:
        yield listed.paragraph.doubt(
            "prose-list-length",
            listed.offset,
            printed=listed.printed,
            expected=str(len(names)),
            evidence=f"{len(names)} names: {'、'.join(names)}",
        )


def _members(
    listed: Listed, series: Series, names: Sequence[str], ordered: Sequence[str]
) -> Iterator[Doubt]:
    inside = _first(series, ordered, max(listed.count, len(names)), listed.top)
    missing = [name for name in ordered[: listed.count] if name not in names]
    for name in names:
        if name in series.values and name not in inside:
            table = series.sheet.table
            yield listed.paragraph.doubt(
                "prose-list-member",
                listed.offset,
                printed=name,
                expected="、".join(missing) or None,
                evidence=f"{name} has {series.values[name].text} and is not among the "
                f"{listed.printed} of {series.sheet.names[series.column]}, "
                f"line {table.caption_line or table.line}",
            )


def _left_out(listed: Listed, series: Series, names: Sequence[str]) -> Iterator[Doubt]:
    """A row that is better than a listed one, and is not listed; one finding for all."""
    values = [series.values[name].value for name in names if name in series.values]
    inside = _first(series, series.falling if listed.top else series.falling[::-1],
                    max(listed.count, len(names)), listed.top)  # fmt: skip
    if not all(name in inside for name in names):
        return  # then a listed name is the one that does not belong
    worst = min(values) if listed.top else max(values)
    better = [
        label
        for label, number in series.values.items()
        if label not in names and (number.value > worst if listed.top else number.value < worst)
    ]
    if better and len(better) <= MOST_LEFT_OUT:
        yield listed.paragraph.doubt(
            "prose-list-member",
            listed.offset,
            printed=listed.printed,
            expected="、".join(better),
            evidence=f"{'、'.join(f'{one} {series.values[one].text}' for one in better)} "
            f"is not listed, {worst:g} is",
        )


def _places(paragraph: Paragraph, series: Sequence[Series]) -> Iterator[Doubt]:
    """Names with the places that they are said to have, where most of these are right."""
    for match in _PLACED.finditer(paragraph.text):
        places = [
            int(text) if text.isdigit() else chinese_number(text) or 0
            for text in re.findall(rf"第({_NUMERAL})", match["places"])
        ]
        start = max(paragraph.text.rfind(end, 0, match.start()) for end in "。;") + 1
        sentence = paragraph.text[start : match.start()]
        best: tuple[int, int, Series, list[str]] | None = None
        for one in nearest(series, paragraph.line):
            names = _listed(sentence, one, len(places))
            held = sum(_is_at(one, name, place) for name, place in zip(names, places, strict=False))
            near = -abs(one.line - paragraph.line)
            if names and (best is None or (held, near) > best[:2]):
                best = held, near, one, names
        if best is None or best[0] < 2 or best[0] <= len(places) / 2:
            continue
        for name, place in zip(best[3], places, strict=True):
            if not _is_at(best[2], name, place):
                better = _better(best[2], name)
                yield paragraph.doubt(
                    "prose-place",
                    match.start("places"),
                    printed=f"{name} {place}",
                    expected=str(better + 1),
                    evidence=f"{better} rows are better, line {best[2].line} and below",
                )


def _listed(sentence: str, series: Series, size: int) -> list[str]:
    """The last names joined by 、 of a sentence, if they are so many rows of a column."""
    for run in reversed(list(re.finditer(r"[^,。;:、]+(?:、[^,。;:、]+)+", sentence))):
        names = _split(run.group(), series)
        if len(names) == size and all(name in series.values for name in names):
            return names
    return []


def _better(series: Series, name: str) -> int:
    value = series.values[name].value
    return sum(number.value > value for number in series.values.values())


def _is_at(series: Series, name: str, place: int) -> bool:
    """Whether a row may be said to be at a place, however ties are counted."""
    value = series.values[name].value
    better = _better(series, name)
    ties = sum(number.value == value for number in series.values.values())
    return better < place <= better + ties


def equal_errors(paragraphs: Iterable[Paragraph], series: Sequence[Series]) -> Iterator[Doubt]:
    """前31名城市得分均为9.5分: how many rows have the greatest value of a column."""
    for paragraph in paragraphs:
        for match in _EQUAL.finditer(paragraph.text) if "得分" in paragraph.text else ():
            text, value = match["count"], float(match["value"])
            count = int(text) if text.isdigit() else chinese_number(text)
            near = [
                one
                for one in series
                if abs(one.line - paragraph.line) <= NEAR_TABLE
                and one.values[one.falling[0]].value == value
            ]
            sizes = {sum(n.value == value for n in one.values.values()) for one in near}
            if sizes and count not in sizes:
                yield paragraph.doubt(
                    "prose-count",
                    match.start("count"),
                    printed=text,
                    expected="、".join(map(str, sorted(sizes))),
                    evidence=f"so many rows have {match['value']}",
                )


def _first(series: Series, ordered: Sequence[str], size: int, top: bool) -> set[str]:
    """The first rows of a column, and all that tie with the last of them."""
    last = series.values[ordered[size - 1]].value
    if top:
        return {label for label in ordered if series.values[label].value >= last}
    return {label for label in ordered if series.values[label].value <= last}


def _split(names: str, series: Series) -> list[str]:
    """The names of a list; the last two may be joined by 和 (which some names have in them)."""
    *parts, tail = names.split("、")
    found = [_known(part, series) for part in parts]
    if tail not in series.values:
        for joint in re.finditer(r"以及|和|与|及", tail):
            one, two = _known(tail[: joint.start()], series), _known(tail[joint.end() :], series)
            if one in series.values and two in series.values:
                return [*found, one, two]
    return [*found, _known(tail, series)]


def _known(name: str, series: Series) -> str:
    """A name as the column has it: with 市 or without, without words that follow it (等城市)."""
    for one in (name, f"{name}市", name.removesuffix("市")):
        if one in series.values:
            return one
    for end in range(len(name) - 1, 1, -1):
        if name[:end] in series.values:
            return name[:end]
    for start in range(1, len(name) - 1):
        if name[start:] in series.values:
            return name[start:]
    return name
